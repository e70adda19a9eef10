COPY (
  WITH z AS (
    SELECT region, year, indicator, norm_zscore(value) OVER (PARTITION BY indicator, year) AS z FROM p),
  d AS (
    SELECT region, year, dim, max(dim_weight) AS dim_weight, agg_arithmetic(direction * z, w_in_dim) AS v
    FROM m JOIN z USING (indicator) GROUP BY region, year, dim)
  SELECT region, year, agg_arithmetic(v, dim_weight) AS idx FROM d GROUP BY region, year
) TO '${OUT}/w2.parquet' STORED AS PARQUET OPTIONS (compression snappy);
