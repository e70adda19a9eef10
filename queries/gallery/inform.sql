-- INFORM Risk Index, mid 2018, 191 countries.
--
-- Source: INFORM (European Commission, Joint Research Centre), mid 2018, version 0.3.4.
-- Method: Marin-Ferrer, Vernaccini and Poljansek (2017), Index for Risk Management: each node is rounded to one
--         decimal before it is used; hazards, groups and capacities by a geometric mean of the distances to 10,
--         mapped to 1..10 (the same as moving these by 10/9); conflict is the highest of 0.7 times the projected
--         and the current; the index is the geometric mean of three.
--         Natural hazard is taken as printed: from its five printed components it is 0.04 in Bahrain, Finland,
--         Sao Tome and Singapore, where 0.1 is printed (the other 187 come out).
-- Data:   published/inform2018/INFORM_Mid2018_v034.csv
-- Compared with: publisher; to 1 decimal
-- Meet:   191 rows, 191 equal, largest difference 0
-- expect: rows = 191 AND equal = 191 AND largest_difference = 0
WITH file AS (
    SELECT * FROM read_table('published/inform2018/INFORM_Mid2018_v034.csv', missing => 'x')
),
published AS (
    SELECT "ISO3" AS unit, "INFORM RISK" AS published FROM file WHERE "INFORM RISK" IS NOT NULL
),
panel AS (
    SELECT "ISO3" AS unit, indicator, value
    FROM file UNPIVOT (value FOR indicator IN (
        "Natural", "Projected Conflict Risk",
        "Current Highly Violent Conflict Intensity", "Development & Deprivation", "Inequality", "Aid Dependency",
        "Uprooted people", "Health Conditions", "Children U5", "Recent Shocks", "Food Security", "DRR", "Governance",
        "Communication", "Physical infrastructure", "Access to health care"
    ))
    WHERE "INFORM RISK" IS NOT NULL
),
framework AS (
    SELECT *, CASE WHEN aggregation IS NOT NULL THEN 1 END AS decimals FROM (VALUES
        ('risk',           NULL,             NULL, NULL, 'geometric(zero => zero)'),
        ('hazard',         'risk',           NULL, NULL, 'geometric(inverted => 10, zero => shift, shift => 10.0 / 9)'),
        ('vulnerability',  'risk',           NULL, NULL, 'geometric(inverted => 10, zero => shift, shift => 10.0 / 9)'),
        ('no capacity',    'risk',           NULL, NULL, 'geometric(inverted => 10, zero => shift, shift => 10.0 / 9)'),
        ('human',          'hazard',         NULL, NULL, 'max'),
        ('socio-economic', 'vulnerability',  NULL, NULL, 'arithmetic'),
        ('groups',         'vulnerability',  NULL, NULL, 'geometric(inverted => 10, zero => shift, shift => 10.0 / 9)'),
        ('other groups',   'groups',         NULL, NULL, 'geometric(inverted => 10, zero => shift, shift => 10.0 / 9)'),
        ('institutional',  'no capacity',    NULL, NULL, 'arithmetic'),
        ('infrastructure', 'no capacity',    NULL, NULL, 'arithmetic'),
        ('Natural',          'hazard', NULL, NULL, NULL),
        ('Projected Conflict Risk', 'human', NULL, 'goalposts(0, 10, scale => 7)', NULL),
        ('Current Highly Violent Conflict Intensity', 'human', NULL, NULL, NULL),
        ('Development & Deprivation', 'socio-economic', 2, NULL, NULL),
        ('Inequality',       'socio-economic', 1, NULL, NULL),
        ('Aid Dependency',   'socio-economic', 1, NULL, NULL),
        ('Uprooted people',  'groups', NULL, NULL, NULL),
        ('Health Conditions', 'other groups', NULL, NULL, NULL),
        ('Children U5',      'other groups', NULL, NULL, NULL),
        ('Recent Shocks',    'other groups', NULL, NULL, NULL),
        ('Food Security',    'other groups', NULL, NULL, NULL),
        ('DRR',              'institutional', NULL, NULL, NULL),
        ('Governance',       'institutional', NULL, NULL, NULL),
        ('Communication',    'infrastructure', NULL, NULL, NULL),
        ('Physical infrastructure', 'infrastructure', NULL, NULL, NULL),
        ('Access to health care', 'infrastructure', NULL, NULL, NULL)
    ) AS t(code, parent, weight, normalisation, aggregation)
),
computed AS (
    SELECT unit, score FROM composite_index(panel, framework, normalisation => none) WHERE code = 'risk'
)
SELECT count(*) AS rows, count(*) FILTER (WHERE c.score = p.published) AS equal,
       max(abs(c.score - p.published)) AS largest_difference
FROM published AS p LEFT JOIN computed AS c ON c.unit = p.unit;
