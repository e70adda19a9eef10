-- Which dimension contributed how many points to the change in the framework index of each region?
--
-- Innovation did most. In 2022 it gave 8.4 of 9.2 points in Beijing, 15.0 of 17.6 in Hebei and 4.3 of 6.5 in Tianjin. Green
-- development took some away in Beijing and Hebei. Openness has no score and gives nothing.
--
-- table: Contributions to the change of the framework index, in points
--
-- In:   as 09_index_in_one_statement.sql.
-- Out:  one row per region, year and dimension: its change, its contribution to the total in points
--       of the total, the change of the total, and the sum of the contributions beside it.
-- Meet: the contributions of a year sum to the change of the total, to the last digits. The total
--       has no value in 2023 and 2024 (too little is observed), so neither has its change.
--
-- expect: abs(sum_of_contributions - total_change) < 1e-9
-- expect: max(period) = 2022
-- expect: array_agg(round(contribution, 1) ORDER BY unit) FILTER (WHERE period = 2022 AND dimension = 'innovation') = [8.4, 15.0, 4.3]
-- expect: array_agg(round(total_change, 1) ORDER BY unit) FILTER (WHERE period = 2022 AND dimension = 'innovation') = [9.2, 17.6, 6.5]
-- expect: array_agg(contribution < 0 ORDER BY unit) FILTER (WHERE period = 2022 AND dimension = 'green') = [true, true, false]
-- expect: dimension <> 'open' OR score IS NULL AND contribution = 0

WITH moved AS (
    SELECT *
    FROM contributions(
        (SELECT i.* FROM bth.indicators AS i JOIN bth.framework AS f ON f.code = i.indicator
         WHERE i.unit IN ('Beijing', 'Tianjin', 'Hebei') AND i.period BETWEEN 2014 AND 2024),
        bth.framework,
        normalisation => base, base => 2014, min_coverage => 0.8, strict => false)
)
SELECT d.unit, d.period, d.code AS dimension, d.score, d.change, d.contribution_to_top AS contribution,
       t.change AS total_change,
       sum(d.contribution_to_top) OVER (PARTITION BY d.unit, d.period) AS sum_of_contributions
FROM moved AS d
JOIN moved AS t ON t.unit = d.unit AND t.period = d.period AND t.code = 'total'
WHERE d.parent = 'total' AND t.change IS NOT NULL
ORDER BY d.unit, d.period, d.code;
