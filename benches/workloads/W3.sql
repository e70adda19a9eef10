COPY (
  WITH f AS (SELECT indicator, year, fit_minmax(value) AS fit FROM p GROUP BY indicator, year),
  mf AS (SELECT m.*, f.year, f.fit FROM m JOIN f USING (indicator)),
  b AS (
    SELECT region, p.year, dim, subdim, max(sub_weight) AS sub_weight, max(dim_weight) AS dim_weight,
           agg_geometric(norm_minmax(value, fit, lower => 1, upper => 100, direction => direction), weight) AS v
    FROM mf JOIN p ON p.indicator = mf.indicator AND p.year = mf.year
    GROUP BY region, p.year, dim, subdim),
  d AS (SELECT region, year, dim, max(dim_weight) AS dim_weight, agg_geometric(v, sub_weight) AS v
        FROM b GROUP BY region, year, dim)
  SELECT region, year, agg_geometric(v, dim_weight) AS idx FROM d GROUP BY region, year
) TO '${OUT}/w3.parquet' STORED AS PARQUET OPTIONS (compression snappy);
