CREATE TABLE n AS
  SELECT region, indicator, year,
         norm_minmax(value, direction => direction) OVER (PARTITION BY indicator, year) AS x
  FROM m JOIN p USING (indicator);
CREATE TABLE w AS
  SELECT year, w['indicator'] AS indicator, w['weight'] AS w
  FROM (SELECT year, unnest(weight_entropy(region, indicator, x)) AS w FROM n GROUP BY year);
COPY w TO '${OUT}/w7w.parquet' STORED AS PARQUET;
COPY (
  SELECT region, n.year, agg_arithmetic(x, w) AS idx
  FROM w JOIN n ON n.indicator = w.indicator AND n.year = w.year GROUP BY region, n.year
) TO '${OUT}/w7.parquet' STORED AS PARQUET;
