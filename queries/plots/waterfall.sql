-- Which dimension moved the Beijing-Tianjin-Hebei index in 2024?
--
-- plot: waterfall, label = dimension, value = contribution, from = before, to = after,
--       from_name = since, to_name = period
-- source: National Bureau of Statistics, release of 25 December 2025; our calculations
-- unit: index points, 2014 = 100
SELECT
    dimension,
    change / 5 AS contribution,
    period - 1 AS since,
    period,
    avg(value - change) OVER () AS before,
    avg(value) OVER () AS after
FROM bth.published
WHERE release_date = '2025-12-25' AND dimension <> 'total'
ORDER BY change DESC;
