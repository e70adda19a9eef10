-- Inequality-adjusted Human Development Index, 2010 to 2022.
--
-- Source: UNDP, Human Development Report 2023/24, all composite indices, complete time series (CC BY 3.0 IGO).
-- Method: technical note 2. Each dimension index is multiplied by one minus the inequality of its distribution;
--         the geometric mean of the three.
-- Data:   undp.time_series
-- Compared with: publisher; to 3 decimals
-- Meet:   2106 rows, 2106 equal, largest difference 0
-- expect: rows = 2106 AND equal = 2106 AND largest_difference = 0
WITH published AS (
    SELECT unit, period, value AS published FROM undp.time_series WHERE indicator = 'ihdi' AND value IS NOT NULL
),
panel AS (
    SELECT unit, period, indicator, value FROM undp.time_series
    WHERE indicator IN ('le', 'eys', 'mys', 'gnipc', 'ineq_le', 'ineq_edu', 'ineq_inc') AND period >= 2010
),
framework AS (
    SELECT * FROM (VALUES
        ('ihdi',      NULL,        NULL, NULL, NULL,  NULL, 'geometric(zero => zero)', 3),
        ('health',    'ihdi',      NULL, NULL, NULL,  NULL, 'product', NULL),
        ('knowledge', 'ihdi',      NULL, NULL, NULL,  NULL, 'product', NULL),
        ('income',    'ihdi',      NULL, NULL, NULL,  NULL, 'product', NULL),
        ('education', 'knowledge', NULL, NULL, NULL,  NULL, NULL,      NULL),
        ('le',        'health',    1,    20,   85,    NULL, NULL,      NULL),
        ('ineq_le',   'health',    -1,   0,    100,   NULL, NULL,      NULL),
        ('eys',       'education', 1,    0,    18,    NULL, NULL,      NULL),
        ('mys',       'education', 1,    0,    15,    NULL, NULL,      NULL),
        ('ineq_edu',  'knowledge', -1,   0,    100,   NULL, NULL,      NULL),
        ('gnipc',     'income',    1,    100,  75000, 'ln', NULL,      NULL),
        ('ineq_inc',  'income',    -1,   0,    100,   NULL, NULL,      NULL)
    ) AS t(code, parent, direction, lower, upper, transform, aggregation, decimals)
),
computed AS (
    SELECT unit, period, score FROM composite_index(panel, framework, normalisation => goalposts, min_coverage => 1)
    WHERE code = 'ihdi'
)
SELECT count(*) AS rows, count(*) FILTER (WHERE c.score = p.published) AS equal,
       max(abs(c.score - p.published)) AS largest_difference
FROM published AS p LEFT JOIN computed AS c ON c.unit = p.unit AND c.period = p.period;
