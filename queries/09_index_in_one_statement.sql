-- The framework index of Beijing, Tianjin and Hebei, 2014 to 2024, in one statement
--
-- One call of `composite_index` gives the index of each region with its dimensions and indicators: 17 nodes in eleven years
-- for three regions.
--
-- table: Scores of all nodes by region and year
--
-- In:   bth.indicators, only those of bth.framework (ours; the official list is not public).
-- Out:  one row per region, year and node, indicators included: score, share of the weight in the
--       parent, coverage (share of the children's weight that has a score), rank among the three.
--       Fixed-base relatives, 2014 = 100, inverted by direction; arithmetic means.
-- Meet: the numbers of 06_framework_index.sql, which computes them step by step. No official
--       figure exists per region.
--
-- strict => false: openness has no value for 2014 and never a score, which would be an error.
-- min_coverage => 0.8: 4 of 5 dimensions are then the maximum; with less, a dimension that
-- stops reporting would change the total.
--
-- expect: rows = 561 AND 561 = 17 * 11 * 3
-- expect: period <> 2014 OR score IS NULL OR abs(score - 100) < 1e-9

SELECT unit, period, code, parent, level, score, weight, coverage, rank
FROM composite_index(
    (SELECT i.* FROM bth.indicators AS i JOIN bth.framework AS f ON f.code = i.indicator
     WHERE i.unit IN ('Beijing', 'Tianjin', 'Hebei') AND i.period BETWEEN 2014 AND 2024),
    bth.framework,
    normalisation => base, base => 2014, aggregation => arithmetic, min_coverage => 0.8,
    strict => false)
ORDER BY unit, period, level DESC, code;
