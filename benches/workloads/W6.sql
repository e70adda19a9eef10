COPY (
  WITH t AS (
    SELECT region, indicator, year,
           (treat_winsorise(value) OVER (PARTITION BY indicator, year))['value'] AS value
    FROM p),
  s AS (
    SELECT region, indicator, year, norm_minmax(value) OVER (PARTITION BY indicator, year) AS s FROM t),
  d AS (
    SELECT region, year, dim, max(dim_weight) AS dim_weight,
           agg_arithmetic(CASE WHEN direction > 0 THEN s ELSE 1 - s END, w_in_dim) AS v
    FROM m JOIN s USING (indicator) GROUP BY region, year, dim)
  SELECT region, year, agg_arithmetic(v, dim_weight) AS idx FROM d GROUP BY region, year
) TO '${OUT}/w6.parquet' STORED AS PARQUET OPTIONS (compression snappy);
