CREATE VIEW draws AS
  WITH h1 AS (SELECT d.value AS draw, indicator, ind_no, w_flat, d.value * 1009 + ind_no * 9176 + 12345 AS h FROM generate_series(1, 1000) AS d CROSS JOIN m),
  h2 AS (SELECT draw, indicator, ind_no, w_flat, (h * h % 2147483647 * 48271 + 11) % 2147483647 AS h FROM h1)
  SELECT draw, indicator AS code, w_flat * (1 + 0.25 * (2 * ((h * h + ind_no) % 2147483647) / 2147483647.0 - 1)) AS weight FROM h2;
COPY (
  SELECT unit AS region, mean_rank, p05_rank AS p05, median_rank AS p50, p95_rank AS p95, min_rank, max_rank, top_share AS top5
  FROM uncertainty((SELECT * FROM p WHERE year = 2024), (SELECT indicator AS code, direction, w_flat AS weight FROM m),
                   unit => region, period => year, weight_draws => draws, top => 5)
) TO '${OUT}/w9.parquet' STORED AS PARQUET OPTIONS (compression snappy);
