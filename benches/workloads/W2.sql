COPY (
  SELECT unit AS region, period AS year, score AS idx
  FROM composite_index(p, two_levels, unit => region, period => year, normalisation => zscore, reference => 'period')
  WHERE code = 'index'
) TO '${OUT}/w2.parquet' STORED AS PARQUET OPTIONS (compression snappy);
