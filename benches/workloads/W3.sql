COPY (
  SELECT unit AS region, period AS year, score AS idx
  FROM composite_index(p, three_levels, unit => region, period => year, normalisation => 'minmax(1, 100)', reference => 'period', aggregation => geometric)
  WHERE code = 'index'
) TO '${OUT}/w3.parquet' STORED AS PARQUET OPTIONS (compression snappy);
