-- The printed total is the arithmetic mean of its five sub-indices
--
-- In each of the six releases that print all five sub-indices, their unweighted arithmetic mean gives the printed total
-- to the last decimal. A geometric mean, by which a weak dimension counts for more, lies 2 to 6 points lower.
--
-- table: Means of the five sub-indices and the printed total, release by release
--
-- In:   bth.published, bth.framework_published (equal weights).
-- Out:  one row per release that prints five sub-indices: their arithmetic and geometric mean,
--       the printed total, and how far the arithmetic mean is from it.
-- Meet: printed totals 153.99, 160.13, 167.72 (base 2010), 119.33, 148.8, 154.1 (base 2014).
--       The arithmetic mean reproduces all of them to the printed decimals; 2024: 154.14 against 154.1.
--       The geometric mean is 2 to 6 points below. Rows are vintages, not a series.
--
-- expect: rows = 6
-- expect: array_agg(printed ORDER BY release_date) = [153.99, 160.13, 167.72, 119.33, 148.8, 154.1]
-- expect: printed IN (round(arithmetic, 1), round(arithmetic, 2))
-- expect: max(arithmetic) FILTER (WHERE period = 2024) BETWEEN 154.135 AND 154.145
-- expect: arithmetic - geometric BETWEEN 1.5 AND 6.5

WITH total AS (
    SELECT release_date, base_year, period, value AS printed
    FROM bth.published
    WHERE dimension = 'total'
)
SELECT
    s.release_date,
    s.base_year,
    s.period,
    agg_arithmetic(s.value, f.weight) AS arithmetic,
    agg_geometric(s.value, f.weight) AS geometric,
    t.printed,
    round(agg_arithmetic(s.value, f.weight) - t.printed, 3) AS difference
FROM bth.published AS s
JOIN bth.framework_published AS f ON f.code = s.dimension AND f.parent = 'total'
JOIN total AS t
    ON t.release_date = s.release_date AND t.base_year = s.base_year AND t.period = s.period
GROUP BY s.release_date, s.base_year, s.period, t.printed
HAVING count(s.value) = 5
ORDER BY s.release_date;
