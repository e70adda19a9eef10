-- Does the order of the three regions survive other choices?
--
-- It does. In all of 2,000 draws of other weights and of either mean the order of 2022 is the same: Hebei with 185.6,
-- Beijing with 171.4, Tianjin with 139.0.
--
-- table: Ranks over 2,000 draws
--
-- In:   as 09_index_in_one_statement.sql, 2022: the last year in which the total is covered.
-- Out:  one row per region: its rank, and over 2,000 draws its mean, 5th and 95th percentile rank
--       and the share of draws in which it comes first. Drawn are the weights (each by up to a
--       quarter) and the aggregation (arithmetic or geometric). 2014 = 100 in all draws.
-- Meet: no official figure. The same seed gives the same rows on any machine.
--
-- expect: rows = 3 AND draws = 2000
-- expect: array_agg(unit ORDER BY rank) = ['Hebei', 'Beijing', 'Tianjin']
-- expect: array_agg(round(score, 1) ORDER BY rank) = [185.6, 171.4, 139.0]
-- expect: p05_rank = rank AND p95_rank = rank AND mean_rank = rank

SELECT unit, score, rank, mean_rank, p05_rank, p95_rank, top_share AS share_first, draws
FROM uncertainty(
    (SELECT i.* FROM bth.indicators AS i JOIN bth.framework AS f ON f.code = i.indicator
     WHERE i.unit IN ('Beijing', 'Tianjin', 'Hebei') AND i.period BETWEEN 2014 AND 2022),
    bth.framework,
    normalisation => base, base => 2014, min_coverage => 0.8, strict => false,
    weights => 0.25, aggregations => ['arithmetic', 'geometric'],
    draws => 2000, seed => 2014, top => 1)
WHERE period = 2022
ORDER BY rank;
