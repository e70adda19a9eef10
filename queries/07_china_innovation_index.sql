-- Does the published method of the China Innovation Index reproduce its published field index?
--
-- It does: chained symmetric growth of the five indicators gives the printed index of the environment field within 0.1
-- in every year. The total of 2012, the only year of which all four fields are printed, is their mean: 148.2.
--
-- plot: lines, x = period, y = computed, series = code, published = printed,
--       title = 'China Innovation Index: the environment field, and the total of 2012'
-- unit: 2005 = 100
-- source: National Bureau of Statistics of China, release of 18 February 2014
-- table: Computed and printed indices
--
-- In:   bth.other_indices: the release of February 2014 (base 2005), which prints the index of the
--       environment field for 2005-2012 and of the five indicators in it. Of the other fields not
--       all indicators are printed; their own indices are, for 2012.
-- Out:  'environment': mean of the symmetric growth of its indicators, equal weights, linked from
--       2005 = 100. 'total': arithmetic mean of the four fields, for the year that prints all four.
--       computed, the same rounded, printed, and rounded minus printed.
-- Meet: environment 106.4 112.1 114.4 121.7 131.0 138.1 144.0 (2006-2012), within 0.1: five years to
--       the digit, 2008 and 2012 come out as 114.5 and 144.1, which the one printed decimal of each
--       input explains. total 2012: 148.2.
--       An arithmetic mean of the relatives would give 148.7 for environment in 2012.
--
-- expect: rows = 9
-- expect: array_agg(printed ORDER BY period) FILTER (WHERE code = 'environment' AND period > 2005) = [106.4, 112.1, 114.4, 121.7, 131.0, 138.1, 144.0]
-- expect: abs(difference) <= 0.1 AND (difference = 0 OR period IN (2008, 2012))
-- expect: max(rounded) FILTER (WHERE code = 'environment' AND period = 2008) = 114.5
-- expect: max(rounded) FILTER (WHERE code = 'environment' AND period = 2012) = 144.1
-- expect: max(rounded) FILTER (WHERE code = 'total' AND period = 2012) = 148.2

WITH printed AS (
    SELECT period, dimension AS code, value AS printed
    FROM bth.other_indices
    WHERE "index" = 'China Innovation Index' AND release_date = DATE '2014-02-18'
      AND base_year = 2005
),
growth AS (
    SELECT code, period,
           index_growth(printed, period, form => 'symmetric') OVER (PARTITION BY code) AS growth
    FROM printed
    WHERE code LIKE 'environment/%'
),
field AS (
    SELECT period, agg_arithmetic(growth) AS growth
    FROM growth
    GROUP BY period
),
computed AS (
    SELECT period, 'environment' AS code,
           index_chain(growth, period, base => 2005, form => 'symmetric') OVER () AS computed
    FROM field
    UNION ALL
    SELECT period, 'total' AS code, agg_arithmetic(printed) AS computed
    FROM printed
    WHERE code IN ('environment', 'input', 'output', 'effect')
    GROUP BY period
    HAVING count(printed) = 4
)
SELECT
    c.code,
    c.period,
    c.computed,
    round(c.computed, 1) AS rounded,
    p.printed,
    round(round(c.computed, 1) - p.printed, 1) AS difference
FROM computed AS c
JOIN printed AS p ON p.code = c.code AND p.period = c.period
ORDER BY c.code, c.period;
