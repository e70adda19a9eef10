-- Gender Inequality Index, 1990 to 2022.
--
-- Source: UNDP, Human Development Report 2023/24, all composite indices, complete time series (CC BY 3.0 IGO).
-- Method: technical note 4. For each sex the geometric mean of health, empowerment and work; one minus the harmonic
--         mean of the two over the geometric mean of what the sexes have together. Deaths of mothers are cut at 10
--         and 1000 per 100,000 births, no woman in parliament is 0.1 percent. A ratio of two indices.
-- Data:   undp.time_series
-- Compared with: publisher; to 3 decimals
-- Meet:   4711 rows, 4711 equal, largest difference 0
-- expect: rows = 4711 AND equal = 4711 AND largest_difference = 0
WITH published AS (
    SELECT unit, period, value AS published FROM undp.time_series WHERE indicator = 'gii' AND value IS NOT NULL
),
panel AS (
    SELECT unit, period, indicator,
           CASE indicator
               WHEN 'mmr' THEN greatest(least(value, 1000), 10) / 10
               WHEN 'abr' THEN value
               WHEN 'pr_f' THEN CASE value WHEN 0 THEN 0.1 ELSE value END / 100
               ELSE value / 100
           END AS value
    FROM undp.time_series
    WHERE indicator IN ('mmr', 'abr', 'pr_f', 'pr_m', 'se_f', 'se_m', 'lfpr_f', 'lfpr_m')
    UNION ALL
    SELECT DISTINCT unit, period, 'health_m', 1 FROM undp.time_series WHERE indicator = 'mmr'
),
by_sex AS (
    SELECT * FROM (VALUES
        ('sexes',    NULL,       NULL, NULL,         'harmonic'),
        ('women',    'sexes',    NULL, NULL,         'geometric'),
        ('men',      'sexes',    NULL, NULL,         'geometric'),
        ('health_f', 'women',    NULL, NULL,         'geometric'),
        ('power_f',  'women',    NULL, NULL,         'geometric'),
        ('lfpr_f',   'women',    NULL, NULL,         NULL),
        ('health_m', 'men',      NULL, NULL,         NULL),
        ('power_m',  'men',      NULL, NULL,         'geometric'),
        ('lfpr_m',   'men',      NULL, NULL,         NULL),
        ('mmr',      'health_f', -1,   'reciprocal', NULL),
        ('abr',      'health_f', -1,   'reciprocal', NULL),
        ('pr_f',     'power_f',  NULL, NULL,         NULL),
        ('se_f',     'power_f',  NULL, NULL,         NULL),
        ('pr_m',     'power_m',  NULL, NULL,         NULL),
        ('se_m',     'power_m',  NULL, NULL,         NULL)
    ) AS t(code, parent, direction, transform, aggregation)
),
together AS (
    SELECT * FROM (VALUES
        ('all',      NULL,       NULL, NULL,         'geometric'),
        ('health',   'all',      NULL, NULL,         'arithmetic'),
        ('power',    'all',      NULL, NULL,         'arithmetic'),
        ('work',     'all',      NULL, NULL,         'arithmetic'),
        ('health_f', 'health',   NULL, NULL,         'geometric'),
        ('health_m', 'health',   NULL, NULL,         NULL),
        ('power_f',  'power',    NULL, NULL,         'geometric'),
        ('power_m',  'power',    NULL, NULL,         'geometric'),
        ('lfpr_f',   'work',     NULL, NULL,         NULL),
        ('lfpr_m',   'work',     NULL, NULL,         NULL),
        ('mmr',      'health_f', -1,   'reciprocal', NULL),
        ('abr',      'health_f', -1,   'reciprocal', NULL),
        ('pr_f',     'power_f',  NULL, NULL,         NULL),
        ('se_f',     'power_f',  NULL, NULL,         NULL),
        ('pr_m',     'power_m',  NULL, NULL,         NULL),
        ('se_m',     'power_m',  NULL, NULL,         NULL)
    ) AS t(code, parent, direction, transform, aggregation)
),
computed AS (
    SELECT s.unit, s.period, round(1 - s.score / a.score, 3) AS score
    FROM composite_index(panel, by_sex, normalisation => none, min_coverage => 1) AS s
    JOIN composite_index(panel, together, normalisation => none, min_coverage => 1) AS a
        ON a.unit = s.unit AND a.period = s.period
    WHERE s.code = 'sexes' AND a.code = 'all'
)
SELECT count(*) AS rows, count(*) FILTER (WHERE c.score = p.published) AS equal,
       max(abs(c.score - p.published)) AS largest_difference
FROM published AS p LEFT JOIN computed AS c ON c.unit = p.unit AND c.period = p.period;
