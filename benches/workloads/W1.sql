COPY (
  SELECT region, indicator, year, norm_minmax(value) OVER (PARTITION BY indicator, year) AS norm FROM p
) TO '${OUT}/w1.parquet' STORED AS PARQUET OPTIONS (compression snappy);
