-- Human development in five countries, 1990 to 2022
--
-- plot: lines, x = period, y = value, series = country
-- source: UNDP, Human Development Report 2023/24
-- unit: Human Development Index, 0 to 1
SELECT period, country, value
FROM undp.time_series
WHERE indicator = 'hdi' AND unit IN ('BRA', 'CHN', 'IND', 'NOR', 'RWA')
ORDER BY country, period;
