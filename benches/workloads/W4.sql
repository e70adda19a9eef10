COPY (
  SELECT region, indicator, year,
         norm_rank(value) OVER (PARTITION BY indicator, year) AS rnk,
         norm_percentile_rank(value) OVER (PARTITION BY indicator, year) AS prank
  FROM p
) TO '${OUT}/w4.parquet' STORED AS PARQUET OPTIONS (compression snappy);
