COPY (
  SELECT code AS indicator, period AS year, weight AS w
  FROM weights(p, flat, unit => region, period => year, reference => 'period', weighting => entropy)
  WHERE level = 1
) TO '${OUT}/w7w.parquet' STORED AS PARQUET OPTIONS (compression snappy);
COPY (
  SELECT unit AS region, period AS year, score AS idx
  FROM composite_index(p, flat, unit => region, period => year, reference => 'period', weighting => entropy)
  WHERE code = 'index'
) TO '${OUT}/w7.parquet' STORED AS PARQUET OPTIONS (compression snappy);
