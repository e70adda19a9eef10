-- Planetary pressures-adjusted Human Development Index, 1990 to 2022.
--
-- Source: UNDP, Human Development Report 2023/24, all composite indices, complete time series (CC BY 3.0 IGO).
-- Method: technical note 6. The Human Development Index as printed, times the mean of two indices of pressure,
--         carbon dioxide (0 to 76.61 tonnes per person) and material footprint (0 to 140.82 tonnes per person).
-- Data:   undp.time_series
-- Compared with: publisher; to 3 decimals
-- Meet:   5100 rows, 5100 equal, largest difference 0; Rwanda in 1994 is 0.000, as printed
-- expect: rows = 5100 AND equal = 5100 AND largest_difference = 0
WITH published AS (
    SELECT unit, period, value AS published FROM undp.time_series WHERE indicator = 'phdi' AND value IS NOT NULL
),
panel AS (
    SELECT unit, period, indicator, value FROM undp.time_series
    WHERE indicator IN ('le', 'eys', 'mys', 'gnipc', 'co2_prod', 'mf')
),
framework AS (
    SELECT * FROM (VALUES
        ('phdi',      NULL,        NULL, NULL, NULL,   NULL, 'product', 3),
        ('hdi',       'phdi',      NULL, NULL, NULL,   NULL, 'geometric(zero => zero)', 3),
        ('planet',    'phdi',      NULL, NULL, NULL,   NULL, NULL, NULL),
        ('health',    'hdi',       NULL, NULL, NULL,   NULL, NULL, NULL),
        ('education', 'hdi',       NULL, NULL, NULL,   NULL, NULL, NULL),
        ('income',    'hdi',       NULL, NULL, NULL,   NULL, NULL, NULL),
        ('le',        'health',    1,    20,   85,     NULL, NULL, NULL),
        ('eys',       'education', 1,    0,    18,     NULL, NULL, NULL),
        ('mys',       'education', 1,    0,    15,     NULL, NULL, NULL),
        ('gnipc',     'income',    1,    100,  75000,  'ln', NULL, NULL),
        ('co2_prod',  'planet',    -1,   0,    76.61,  NULL, NULL, NULL),
        ('mf',        'planet',    -1,   0,    140.82, NULL, NULL, NULL)
    ) AS t(code, parent, direction, lower, upper, transform, aggregation, decimals)
),
computed AS (
    SELECT unit, period, score FROM composite_index(panel, framework, normalisation => goalposts, min_coverage => 1)
    WHERE code = 'phdi'
)
SELECT count(*) AS rows, count(*) FILTER (WHERE c.score = p.published) AS equal,
       max(abs(c.score - p.published)) AS largest_difference
FROM published AS p LEFT JOIN computed AS c ON c.unit = p.unit AND c.period = p.period;
