-- Human Development Index, 206 countries and groups of them, 1990 to 2022.
--
-- Source: UNDP, Human Development Report 2023/24, all composite indices, complete time series (CC BY 3.0 IGO).
-- Method: technical note 1. Goalposts 20 and 85 years of life, 18 years of schooling expected, 15 in the mean,
--         100 and 75,000 dollars in logarithms; the mean of both schoolings; the geometric mean of the three.
-- Data:   undp.time_series
-- Compared with: publisher; to 3 decimals
-- Meet:   6171 rows, 6171 equal, largest difference 0
-- expect: rows = 6171 AND equal = 6171 AND largest_difference = 0
WITH published AS (
    SELECT unit, period, value AS published FROM undp.time_series WHERE indicator = 'hdi' AND value IS NOT NULL
),
panel AS (
    SELECT unit, period, indicator, value FROM undp.time_series WHERE indicator IN ('le', 'eys', 'mys', 'gnipc')
),
framework AS (
    SELECT * FROM (VALUES
        ('hdi',       NULL,        NULL, NULL,  NULL, 'geometric(zero => zero)', 3),
        ('health',    'hdi',       NULL, NULL,  NULL, NULL, NULL),
        ('education', 'hdi',       NULL, NULL,  NULL, NULL, NULL),
        ('income',    'hdi',       NULL, NULL,  NULL, NULL, NULL),
        ('le',        'health',    20,   85,    NULL, NULL, NULL),
        ('eys',       'education', 0,    18,    NULL, NULL, NULL),
        ('mys',       'education', 0,    15,    NULL, NULL, NULL),
        ('gnipc',     'income',    100,  75000, 'ln', NULL, NULL)
    ) AS t(code, parent, lower, upper, transform, aggregation, decimals)
),
computed AS (
    SELECT unit, period, score FROM composite_index(panel, framework, normalisation => goalposts, min_coverage => 1)
    WHERE code = 'hdi' AND score IS NOT NULL
)
SELECT count(*) AS rows, count(*) FILTER (WHERE c.score = p.published) AS equal,
       max(abs(c.score - p.published)) AS largest_difference
FROM published AS p LEFT JOIN computed AS c ON c.unit = p.unit AND c.period = p.period;
