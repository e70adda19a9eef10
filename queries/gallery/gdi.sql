-- Gender Development Index: the Human Development Index of women over that of men, 1990 to 2022.
--
-- Source: UNDP, Human Development Report 2023/24, all composite indices, complete time series (CC BY 3.0 IGO).
-- Method: technical note 3. One tree for each sex, with its own goalposts for years of life; the ratio of the two
--         unrounded indices, rounded to three decimals.
-- Data:   undp.time_series
-- Compared with: publisher; to 3 decimals
-- Meet:   5014 rows, 5014 equal, largest difference 0
-- expect: rows = 5014 AND equal = 5014 AND largest_difference = 0
WITH published AS (
    SELECT unit, period, value AS published FROM undp.time_series WHERE indicator = 'gdi' AND value IS NOT NULL
),
panel AS (
    SELECT unit, period, indicator, value FROM undp.time_series
    WHERE indicator IN ('le_f', 'eys_f', 'mys_f', 'gni_pc_f', 'le_m', 'eys_m', 'mys_m', 'gni_pc_m')
),
framework AS (
    SELECT * FROM (VALUES
        ('both',        NULL,          NULL, NULL,  NULL, NULL),
        ('women',       'both',        NULL, NULL,  NULL, 'geometric(zero => zero)'),
        ('men',         'both',        NULL, NULL,  NULL, 'geometric(zero => zero)'),
        ('education_f', 'women',       NULL, NULL,  NULL, NULL),
        ('education_m', 'men',         NULL, NULL,  NULL, NULL),
        ('le_f',        'women',       22.5, 87.5,  NULL, NULL),
        ('le_m',        'men',         17.5, 82.5,  NULL, NULL),
        ('eys_f',       'education_f', 0,    18,    NULL, NULL),
        ('eys_m',       'education_m', 0,    18,    NULL, NULL),
        ('mys_f',       'education_f', 0,    15,    NULL, NULL),
        ('mys_m',       'education_m', 0,    15,    NULL, NULL),
        ('gni_pc_f',    'women',       100,  75000, 'ln', NULL),
        ('gni_pc_m',    'men',         100,  75000, 'ln', NULL)
    ) AS t(code, parent, lower, upper, transform, aggregation)
),
computed AS (
    SELECT unit, period, round(max(score) FILTER (WHERE code = 'women') / max(score) FILTER (WHERE code = 'men'), 3) AS score
    FROM composite_index(panel, framework, normalisation => goalposts, min_coverage => 1)
    GROUP BY unit, period
)
SELECT count(*) AS rows, count(*) FILTER (WHERE c.score = p.published) AS equal,
       max(abs(c.score - p.published)) AS largest_difference
FROM published AS p LEFT JOIN computed AS c ON c.unit = p.unit AND c.period = p.period;
