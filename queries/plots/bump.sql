-- The ten most populous countries by human development
--
-- plot: bump, x = period, y = rank, series = country
-- source: UNDP, Human Development Report 2023/24
SELECT period, country, rank() OVER (PARTITION BY period ORDER BY value DESC) AS rank
FROM undp.time_series
WHERE indicator = 'hdi' AND period >= 2010 AND value IS NOT NULL
  AND unit IN ('IND', 'CHN', 'USA', 'IDN', 'PAK', 'NGA', 'BRA', 'BGD', 'RUS', 'MEX')
ORDER BY country, period;
