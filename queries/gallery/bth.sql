-- Beijing-Tianjin-Hebei Collaborative Development Index: the printed totals from the printed sub-indices.
--
-- Source: National Bureau of Statistics of China, releases of 2018 to 2025 that print all five sub-indices.
-- Method: unweighted arithmetic mean of innovation, coordination, green, open and shared development.
-- Data:   bth.published, bth.framework_published
-- Compared with: publisher; to the decimals printed, 2 or 1
-- Meet:   6 rows, 6 equal, largest difference 0
-- expect: rows = 6 AND equal = 6 AND largest_difference = 0
WITH releases AS (
    SELECT release_date, period FROM bth.published WHERE dimension <> 'total' AND value IS NOT NULL
    GROUP BY release_date, period HAVING count(*) = 5
),
panel AS (
    SELECT CAST(release_date AS VARCHAR) AS unit, period, dimension AS indicator, value
    FROM bth.published JOIN releases USING (release_date, period)
    WHERE dimension <> 'total'
),
framework AS (
    SELECT code, parent, weight FROM bth.framework_published
),
published AS (
    SELECT CAST(release_date AS VARCHAR) AS unit, period, value AS published
    FROM bth.published JOIN releases USING (release_date, period)
    WHERE dimension = 'total'
),
computed AS (
    SELECT unit, period, score FROM composite_index(panel, framework, normalisation => none, min_coverage => 1)
    WHERE code = 'total' AND score IS NOT NULL
)
SELECT count(*) AS rows,
       count(*) FILTER (WHERE round(c.score, CASE WHEN round(p.published, 1) = p.published THEN 1 ELSE 2 END) = p.published) AS equal,
       max(abs(round(c.score, CASE WHEN round(p.published, 1) = p.published THEN 1 ELSE 2 END) - p.published)) AS largest_difference
FROM published AS p LEFT JOIN computed AS c ON c.unit = p.unit AND c.period = p.period;
