CREATE TABLE c AS
  SELECT unit, period, code, score, change, contribution_to_top AS contrib
  FROM contributions((SELECT * FROM p WHERE value > 0), two_levels, unit => region, period => year, normalisation => base, base => 2014)
  WHERE level > 1;
COPY (
  SELECT d.unit AS region, d.period AS year, d.code AS dim, d.score AS dim_index, d.contrib, t.score AS total, t.change AS total_change
  FROM c AS d JOIN c AS t ON t.unit = d.unit AND t.period = d.period AND t.code = 'index'
  WHERE d.code <> 'index' AND d.score IS NOT NULL
) TO '${OUT}/w5.parquet' STORED AS PARQUET OPTIONS (compression snappy);
