-- Innovation gave 2.90 of the points by which the index rose
--
-- The total is the plain mean of five sub-indices, so each gives a fifth of its own change. Innovation alone gave 2.90
-- points, more than the four others together; coordination gave 1.08, sharing 0.54 and green development 0.52, and
-- openness took 0.08 away.
--
-- The five add up to 4.96 points, where the release says 4.9. Both are right: the release subtracts the rounded total
-- of 2023, 149.2, from that of 2024, 154.1, and the sub-indices average 149.18 and 154.14.
--
-- plot: waterfall, label = sub_index, value = contribution, from = mean_2023, to = mean_2024,
--       from_name = previous, to_name = period,
--       title = 'From the index of 2023 to that of 2024, in points'
-- unit: 2014 = 100
-- source: National Bureau of Statistics of China, release of 25 December 2025
-- table: Contributions to the change of the index from 2023 to 2024, in points
--
-- In:   bth.published, the release of December 2025; bth.framework_published (equal weights, and names).
-- Out:  one row per sub-index: its value of 2023 and 2024, its change, its contribution to the total, and the means of
--       the five in both years.
-- Meet: 2.90 + 1.08 + 0.54 + 0.52 - 0.08 = 4.96; printed +4.9, the difference of the rounded totals.
--
-- expect: rows = 5
-- expect: array_agg(contribution ORDER BY contribution DESC) = [2.9, 1.08, 0.54, 0.52, -0.08]
-- expect: round(sum(contribution), 2) = 4.96
-- expect: mean_2023 = 149.18 AND mean_2024 = 154.14
-- expect: round(round(mean_2024, 1) - round(mean_2023, 1), 1) = 4.9

SELECT
    f.label AS sub_index,
    s.period - 1 AS previous,
    s.period,
    round(s.value - s.change, 1) AS value_2023,
    s.value AS value_2024,
    s.change,
    round(f.weight * s.change / sum(f.weight) OVER (), 2) AS contribution,
    round(agg_arithmetic(s.value - s.change, f.weight) OVER (), 2) AS mean_2023,
    round(agg_arithmetic(s.value, f.weight) OVER (), 2) AS mean_2024
FROM bth.published AS s
JOIN bth.framework_published AS f ON f.code = s.dimension AND f.parent = 'total'
WHERE s.release_date = DATE '2025-12-25'
ORDER BY contribution DESC;
