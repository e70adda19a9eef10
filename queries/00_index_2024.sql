-- The index reached 154.1 in 2024, 4.9 points more than the year before
--
-- The Beijing-Tianjin-Hebei collaborative development index follows the region as a whole in five dimensions; 2014 is 100.
-- In 2024 four of the five rose. Innovation went furthest: 194.9, a gain of 14.5 points. Coordination gained 5.4 points,
-- sharing 2.7 and green development 2.6. Openness lost 0.4 points and stands at 106.7, not far above the base year.
--
-- Each release computes the past anew, so the year before is always taken from the release of the year itself. The
-- picture joins, for each year, what the newest release says of it; the circles are what was printed when the year was new.
-- The two lie furthest apart for coordination and innovation in 2021, by 13.4 and 12.1 points. No release prints sharing
-- for 2020, or openness for 2020 and 2021, on the present list of indicators: nothing is drawn there.
--
-- plot: lines, x = period, y = newest, series = node, published = printed_when_new,
--       title = 'The index and its five sub-indices, 2020 to 2024',
--       subtitle = 'As the newest release has each year; circles as printed when the year was new'
-- unit: 2014 = 100
-- source: National Bureau of Statistics of China, releases of December 2022 to December 2025
--
-- table: Each year as the newest release has it, and as it was printed when it was new, 2014 = 100
--
-- In:   bth.published, base year 2014, releases from December 2022 on (the present list of indicators);
--       bth.framework_published for the names.
-- Out:  one row per node and year: the newest figure and the release it is from, and the figure and the change on the
--       year before as they were printed when the year was new. Empty where no release has one.
-- Meet: 154.1 in 2024 and 149.2 for 2023, printed +4.9.
--
-- expect: rows = 30
-- expect: (SELECT array_agg(newest ORDER BY period) FROM result WHERE node = 'Total') = [131.2, 139.9, 143.2, 149.2, 154.1]
-- expect: (SELECT array_agg(printed_when_new ORDER BY period) FROM result WHERE node = 'Total' AND period > 2020) = [138.9, 145.0, 148.8, 154.1]
-- expect: (SELECT array_agg(change ORDER BY change DESC) FROM result WHERE period = 2024 AND node <> 'Total') = [14.5, 5.4, 2.7, 2.6, -0.4]
-- expect: node <> 'Innovation' OR period <> 2024 OR newest = 194.9 AND change = 14.5
-- expect: node <> 'Openness' OR period <> 2024 OR newest = 106.7 AND change = -0.4
-- expect: (SELECT array_agg(round(abs(newest - printed_when_new), 1) ORDER BY node) FROM result WHERE period = 2021 AND node IN ('Coordination', 'Innovation')) = [13.4, 12.1]
-- expect: max(abs(newest - printed_when_new)) FILTER (WHERE period <> 2021) < 12
-- expect: (SELECT count(*) FROM result WHERE newest IS NULL) = 3

WITH printed AS (
    SELECT release_date, period, dimension, value, change
    FROM bth.published
    WHERE base_year = 2014 AND release_date >= DATE '2022-01-01' AND value IS NOT NULL
),
stated AS (
    SELECT release_date, period, dimension, value FROM printed
    UNION ALL
    SELECT release_date, period - 1, dimension, round(value - change, 1) FROM printed
    WHERE change IS NOT NULL
),
newest AS (
    SELECT period, dimension,
           first_value(value ORDER BY release_date DESC) AS value,
           max(release_date) AS release_date
    FROM stated
    GROUP BY period, dimension
)
SELECT
    CASE f.code WHEN 'total' THEN 'Total' ELSE f.label END AS node,
    y.period,
    n.value AS newest,
    n.release_date AS release,
    p.value AS printed_when_new,
    p.change
FROM bth.framework_published AS f
CROSS JOIN (SELECT DISTINCT period FROM stated) AS y
LEFT JOIN newest AS n ON n.dimension = f.code AND n.period = y.period
LEFT JOIN printed AS p ON p.dimension = f.code AND p.period = y.period
ORDER BY f.code = 'total' DESC, f.code, y.period;
