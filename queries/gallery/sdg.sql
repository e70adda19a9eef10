-- SDG Index 2023, 166 countries.
--
-- Source: Sachs, Lafortune, Fuller and Drumm (2023), Sustainable Development Report, overall score and scores of goals.
-- Method: the mean of the 17 goals; a goal without a score (1, 10, 14) gets the mean of the country's region.
--         The published scores of goals have about nine digits.
-- Data:   published/sdg2023/sdg23.csv
-- Compared with: publisher; within 1e-8
-- Meet:   166 rows, 166 equal, largest difference below 1e-8
-- expect: rows = 166 AND equal = 166 AND largest_difference < 1e-8
WITH file AS (
    SELECT * FROM 'published/sdg2023/sdg23.csv'
),
published AS (
    SELECT country_code AS unit, overall_score AS published FROM file
),
panel AS (
    SELECT country_code AS unit, region, indicator, value
    FROM file UNPIVOT INCLUDE NULLS (value FOR indicator IN (COLUMNS('^goal_')))
),
framework AS (
    SELECT DISTINCT indicator AS code FROM panel
),
computed AS (
    SELECT unit, score FROM composite_index(panel, framework, normalisation => none, imputation => mean, imputation_group => region)
    WHERE code = 'index'
)
SELECT count(*) AS rows, count(*) FILTER (WHERE abs(c.score - p.published) < 1e-8) AS equal,
       max(abs(c.score - p.published)) AS largest_difference
FROM published AS p LEFT JOIN computed AS c ON c.unit = p.unit;
