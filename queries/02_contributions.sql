-- Contributions of the dimensions to the change in the total since the year before
--
-- Two releases print five values and five changes. In that of 2020 (for 2019) green development gave most, in that of
-- 2025 (for 2024) innovation. The contributions of 2019 add up to the printed change; those of 2024 to 4.96 points, which
-- the release prints as the difference of two rounded totals.
--
-- table: Contribution of each dimension, in index points
--
-- In:   bth.published, bth.framework_published (equal weights). The year before is derived
--       from the same release, as value minus printed change: releases are never mixed.
-- Out:  one row per dimension, for every release that prints five values and five changes.
--       contribution = weight x change / sum of the weights, in index points.
-- Meet: 2019: contributions sum to 7.592, printed +7.59.
--       2024: 2.90 + 1.08 + 0.52 - 0.08 + 0.54 = 4.96, printed +4.9.
--       The printed figure is the difference of rounded totals (rounded_first): the five values
--       average 154.14 and 149.18, printed 154.1 and 149.2, and 154.1 - 149.2 = 4.9. The
--       contributions are right, and would print as 5.0.
--
-- expect: rows = 10 AND count(*) FILTER (WHERE period = 2024) = 5
-- expect: period = 2024 OR sum_of_contributions = 7.592 AND printed_change = 7.59
-- expect: period = 2019 OR sum_of_contributions = 4.96 AND printed_change = 4.9 AND rounded_first = 4.9
-- expect: array_agg(round(contribution, 2) ORDER BY contribution DESC) FILTER (WHERE period = 2024) = [2.9, 1.08, 0.54, 0.52, -0.08]
-- expect: (SELECT array_agg(first ORDER BY period) FROM (SELECT period, first_value(dimension ORDER BY contribution DESC) AS first FROM result GROUP BY period)) = ['green', 'innovation']
-- expect: (SELECT round(avg(value), 2) FROM result WHERE period = 2024) = 154.14
-- expect: (SELECT round(avg(previous), 2) FROM result WHERE period = 2024) = 149.18

WITH total AS (
    -- the base-2010 releases behind these rows print two decimals, the base-2014 ones one
    SELECT release_date, base_year, period, change AS printed_change,
           CASE base_year WHEN 2010 THEN 2 ELSE 1 END AS decimals
    FROM bth.published
    WHERE dimension = 'total'
),
parts AS (
    SELECT s.release_date, s.base_year, s.period, s.dimension, s.value, s.change, f.weight,
           t.printed_change, t.decimals,
           count(s.change) OVER release AS changes,
           sum(f.weight) OVER release AS weights,
           agg_arithmetic(s.value, f.weight) OVER release AS mean_now,
           agg_arithmetic(s.value - s.change, f.weight) OVER release AS mean_before
    FROM bth.published AS s
    JOIN bth.framework_published AS f ON f.code = s.dimension AND f.parent = 'total'
    JOIN total AS t
        ON t.release_date = s.release_date AND t.base_year = s.base_year AND t.period = s.period
    WHERE s.value IS NOT NULL
    WINDOW release AS (PARTITION BY s.release_date, s.base_year, s.period)
)
SELECT
    release_date,
    period,
    dimension,
    round(value - change, 2) AS previous,
    value,
    change,
    round(weight * change / weights, 4) AS contribution,
    round(mean_now - mean_before, 4) AS sum_of_contributions,
    printed_change,
    round(round(mean_now, decimals) - round(mean_before, decimals), 2) AS rounded_first
FROM parts
WHERE changes = 5
ORDER BY release_date, contribution DESC, dimension;
