-- Environmental Performance Index 2020, 180 countries: all 46 nodes, from the scores of 32 indicators.
--
-- Source: Wendling, Emerson, de Sherbinin, Esty et al. (2020), Environmental Performance Index, Yale Center for
--         Environmental Law & Policy: scores of indicators, weights, results.
-- Method: the weights file is the framework; weighted means, over what a country has (no sea: no fisheries). Scores
--         are not rounded before they are used above; printed values have one decimal.
-- Data:   published/epi2020/indicators/*.csv, published/epi2020/6_EPI_Weights.csv, published/epi2020/3_EPI_Results.csv
-- Compared with: publisher; to 1 decimal
-- Meet:   7786 rows, 7772 equal, largest difference below 0.11; the others lie in the middle between two decimals (39.65, 2.15) and were printed as their binary form rounds, mostly down
-- expect: rows = 7786 AND equal = 7772 AND largest_difference < 0.11
WITH panel AS (
    SELECT iso AS unit, indicator, value
    FROM read_table('published/epi2020/indicators/*.csv', wide => '{indicator}.ind.{period}', id => 'iso', missing => 'NA')
    WHERE period = 2020
),
framework AS (
    SELECT "Abbreviation" AS code, "NextLevel" AS parent, "Weight" AS weight
    FROM read_table('published/epi2020/6_EPI_Weights.csv')
),
published AS (
    SELECT iso AS unit, code, value AS published
    FROM read_table('published/epi2020/3_EPI_Results.csv', wide => '{code}.new', id => 'iso', missing => 'NA')
    WHERE value IS NOT NULL AND code NOT LIKE '%.rnk'
),
computed AS (
    SELECT unit, code, round(score, 1) AS score FROM composite_index(panel, framework, normalisation => none)
)
SELECT count(*) AS rows, count(*) FILTER (WHERE c.score = p.published) AS equal,
       max(abs(c.score - p.published)) AS largest_difference
FROM published AS p LEFT JOIN computed AS c ON c.unit = p.unit AND c.code = p.code;
