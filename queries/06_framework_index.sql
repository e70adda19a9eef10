-- Our own index for each region, 2014 = 100, beside the published one for the whole area
--
-- The bureau publishes one index for the area, and no list of its indicators. This is an example on public indicators
-- with equal weights, ours and not official. It says how far each region has come from its own level of 2014, not which
-- is ahead, and its level cannot be compared with the published index.
--
-- table: Index and dimensions of each region by our own framework
--
-- In:   bth.indicators (Beijing, Tianjin, Hebei), bth.framework (ours, equal weights; the official
--       list is not public), bth.published.
-- Out:  one row per region, year and node (total and five dimensions). Fixed-base relatives
--       inverted by direction, then the arithmetic mean within a dimension and across them.
--       coverage: share of the node's weight that has a score. published: the same year and node
--       in the newest base-2014 release that prints it, empty where none does; another indicator
--       list, the area as a whole, and a different release each year: NOT comparable in level.
-- Meet: 100 for every node observed in 2014. No official figure exists per region.
--
-- min_coverage => 0.8 at both levels: openness has no value for 2014 and never a score, so 4 of 5
-- dimensions are the maximum. With less, a dimension that stops reporting changes the total:
-- at 0.6 Hebei would leap from 186 to 237 in 2023, half of it only because green is missing.
--
-- expect: rows = 198
-- expect: period <> 2014 OR score IS NULL OR abs(score - 100) < 1e-9

WITH leaves AS (
    SELECT code, parent, weight, direction FROM bth.framework
    WHERE code NOT IN (SELECT parent FROM bth.framework WHERE parent IS NOT NULL)
),
grid AS (
    -- every cell there should be, so that a missing one counts against coverage
    SELECT u.unit, y.period, l.code, l.parent, l.weight, l.direction
    FROM (VALUES ('Beijing'), ('Tianjin'), ('Hebei')) AS u(unit)
    CROSS JOIN (SELECT DISTINCT period FROM bth.indicators
                WHERE period BETWEEN 2014 AND 2024) AS y
    CROSS JOIN leaves AS l
),
scores AS (
    SELECT g.unit, g.period, g.parent, g.weight,
           norm_base(i.value, g.period, base => 2014, direction => g.direction)
               OVER (PARTITION BY g.unit, g.code) AS score
    FROM grid AS g
    LEFT JOIN bth.indicators AS i
        ON i.unit = g.unit AND i.period = g.period AND i.indicator = g.code
),
dimensions AS (
    SELECT unit, period, parent AS code,
           agg_arithmetic(score, weight, min_coverage => 0.8) AS score,
           coalesce(sum(weight) FILTER (WHERE score IS NOT NULL), 0) / sum(weight) AS coverage
    FROM scores
    GROUP BY unit, period, parent
),
nodes AS (
    SELECT unit, period, code, score, coverage FROM dimensions
    UNION ALL
    SELECT d.unit, d.period, f.parent AS code,
           agg_arithmetic(d.score, f.weight, min_coverage => 0.8) AS score,
           coalesce(sum(f.weight) FILTER (WHERE d.score IS NOT NULL), 0) / sum(f.weight) AS coverage
    FROM dimensions AS d
    JOIN bth.framework AS f ON f.code = d.code
    GROUP BY d.unit, d.period, f.parent
),
newest AS (
    SELECT period, dimension, value AS published,
           row_number() OVER (PARTITION BY period, dimension ORDER BY release_date DESC) AS age
    FROM bth.published
    WHERE base_year = 2014 AND value IS NOT NULL
)
SELECT n.unit, n.period, n.code, n.score, n.coverage, p.published
FROM nodes AS n
LEFT JOIN newest AS p ON p.period = n.period AND p.dimension = n.code AND p.age = 1
ORDER BY n.unit, n.period, n.code = 'total' DESC, n.code;
