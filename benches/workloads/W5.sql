COPY (
  WITH b AS (
    SELECT region, indicator, fit_base(value, year, base => 2014) AS fit FROM p
    WHERE year = 2014 AND value > 0 GROUP BY region, indicator),
  d AS (
    SELECT p.region, p.year, dim, max(dim_weight) AS dim_weight,
           agg_arithmetic(norm_base(value, fit, direction => direction), w_in_dim) AS dim_index
    FROM m JOIN b USING (indicator) JOIN p ON p.indicator = b.indicator AND p.region = b.region
    WHERE value > 0 GROUP BY p.region, p.year, dim),
  t AS (
    SELECT *, agg_arithmetic(dim_index, dim_weight) OVER (PARTITION BY region, year) AS total,
           dim_weight * dim_index / sum(dim_weight) OVER (PARTITION BY region, year) AS share
    FROM d)
  SELECT region, year, dim, dim_index,
         share - lag(share) OVER (PARTITION BY region, dim ORDER BY year) AS contrib,
         total, total - lag(total) OVER (PARTITION BY region, dim ORDER BY year) AS total_change
  FROM t
) TO '${OUT}/w5.parquet' STORED AS PARQUET OPTIONS (compression snappy);
