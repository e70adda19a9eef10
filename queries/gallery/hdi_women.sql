-- Human Development Index of women, 1990 to 2022.
--
-- Source: UNDP, Human Development Report 2023/24, all composite indices, complete time series (CC BY 3.0 IGO).
-- Method: technical note 3. As the Human Development Index, with goalposts of 22.5 and 87.5 years of life.
--         The published values are not rounded.
-- Data:   undp.time_series
-- Compared with: publisher; within 1e-9
-- Meet:   5014 rows, 5014 equal, largest difference below 1e-9
-- expect: rows = 5014 AND equal = 5014 AND largest_difference < 1e-9
WITH published AS (
    SELECT unit, period, value AS published FROM undp.time_series WHERE indicator = 'hdi_f' AND value IS NOT NULL
),
panel AS (
    SELECT unit, period, indicator, value FROM undp.time_series
    WHERE indicator IN ('le_f', 'eys_f', 'mys_f', 'gni_pc_f')
),
framework AS (
    SELECT * FROM (VALUES
        ('hdi',        NULL,        NULL, NULL,  NULL, 'geometric(zero => zero)'),
        ('health',     'hdi',       NULL, NULL,  NULL, NULL),
        ('education',  'hdi',       NULL, NULL,  NULL, NULL),
        ('income',     'hdi',       NULL, NULL,  NULL, NULL),
        ('le_f',       'health',    22.5, 87.5,  NULL, NULL),
        ('eys_f',      'education', 0,    18,    NULL, NULL),
        ('mys_f',      'education', 0,    15,    NULL, NULL),
        ('gni_pc_f',   'income',    100,  75000, 'ln', NULL)
    ) AS t(code, parent, lower, upper, transform, aggregation)
),
computed AS (
    SELECT unit, period, score FROM composite_index(panel, framework, normalisation => goalposts, min_coverage => 1)
    WHERE code = 'hdi'
)
SELECT count(*) AS rows, count(*) FILTER (WHERE abs(c.score - p.published) < 1e-9) AS equal,
       max(abs(c.score - p.published)) AS largest_difference
FROM published AS p LEFT JOIN computed AS c ON c.unit = p.unit AND c.period = p.period;
