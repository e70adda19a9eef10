COPY (
  SELECT code_a AS i, code_b AS j, correlation AS r
  FROM correlations(p, flat, unit => region, period => year, of => 'values')
) TO '${OUT}/w8.parquet' STORED AS PARQUET OPTIONS (compression snappy);
