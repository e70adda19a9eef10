-- Environmental Performance Index 2020: five indicators, from raw values and stated targets to scores.
--
-- Source: Wendling, Emerson, de Sherbinin, Esty et al. (2020), Environmental Performance Index, Yale Center for
--         Environmental Law & Policy: raw values, scores of indicators, attributes.
-- Method: technical appendix: 100 at the target for good performance, 0 at that for bad, cut at both. Of two
--         further indicators, PAR and SHI, the printed targets (0.31 and 0.05, 100 and 0.01) are not those of the scores.
-- Data:   published/epi2020/raw/*.csv, published/epi2020/indicators/*.csv, published/epi2020/8_EPI_Indicator_Attributes.csv
-- Compared with: publisher; within 1e-12
-- Meet:   16072 rows, 16072 equal, largest difference below 1e-12
-- expect: rows = 16072 AND equal = 16072 AND largest_difference < 1e-12
WITH panel AS (
    SELECT iso AS unit, period, indicator, value
    FROM read_table('published/epi2020/raw/*.csv', wide => '{indicator}.raw.{period}', id => 'iso', missing => 'NA')
    WHERE indicator NOT IN ('PAR', 'SHI')
),
framework AS (
    SELECT "Abbreviation" AS code, "Target_Bad" AS lower, "Target_Good" AS upper
    FROM read_table('published/epi2020/8_EPI_Indicator_Attributes.csv')
    WHERE "Abbreviation" IN ('BHV', 'MSW', 'SPI', 'TBG', 'TBN')
),
published AS (
    SELECT iso AS unit, period, indicator AS code, value AS published
    FROM read_table('published/epi2020/indicators/*.csv', wide => '{indicator}.ind.{period}', id => 'iso', missing => 'NA')
),
computed AS (
    SELECT unit, period, code, score FROM composite_index(panel, framework, normalisation => 'goalposts(scale => 100)')
)
SELECT count(*) AS rows, count(*) FILTER (WHERE abs(c.score - p.published) < 1e-12) AS equal,
       max(abs(c.score - p.published)) AS largest_difference
FROM published AS p JOIN computed AS c ON c.unit = p.unit AND c.period = p.period AND c.code = p.code
WHERE c.score IS NOT NULL;
