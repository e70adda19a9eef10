-- By our own index of public indicators Hebei has come furthest since 2014
--
-- The bureau publishes one index for the area and none for its regions. This one is ours and not official: eleven public
-- indicators in the same five dimensions, all counted equally. It says how far each region has come from its own level of
-- 2014, not which region is ahead, and its level cannot be compared with that of the published index.
--
-- From 100 in 2014, Hebei reached 185.6 in 2022, Beijing 171.4 and Tianjin 139.0. Until 2016 the three lay within 4 points;
-- since then Tianjin has been last, and since 2017 Hebei first. Hebei was 13.8 points above Tianjin in 2017, and 46.6 in
-- 2022. The lines end there: later too few of the indicators are known by region.
--
-- plot: lines, x = period, y = index, series = region,
--       title = 'Our own index of the three regions, 2014 to 2022',
--       subtitle = 'Not official: public indicators, equal weights, four of five dimensions'
-- unit: 2014 = 100
-- source: our calculations from statistical yearbooks, see data/README.md
-- table: Our own index of the three regions, 2014 = 100
--
-- In:   bth.indicators of Beijing, Tianjin and Hebei, only those of bth.framework (ours; the official list is not public).
-- Out:  one row per region and year in which four fifths of the framework have a score: the index, its rank among the
--       three, and that share. Openness never has one: its indicator begins in 2016, so nothing is 100 in 2014.
-- Meet: the totals of 09_index_in_one_statement.sql. No official figure exists per region.
--
-- expect: rows = 27 AND max(period) = 2022
-- expect: array_agg(round(index, 1) ORDER BY region) FILTER (WHERE period = 2022) = [171.4, 185.6, 139.0]
-- expect: period <> 2014 OR abs(index - 100) < 1e-9
-- expect: max(index) FILTER (WHERE period = 2016) - min(index) FILTER (WHERE period = 2016) < 4
-- expect: period < 2016 OR region <> 'Tianjin' OR rank = 3
-- expect: period < 2017 OR region <> 'Hebei' OR rank = 1
-- expect: (SELECT array_agg(round(gap, 1) ORDER BY period) FROM (SELECT period, max(index) - min(index) AS gap FROM result WHERE period IN (2017, 2022) GROUP BY period)) = [13.8, 46.6]
-- expect: abs(coverage - 0.8) < 1e-9

SELECT unit AS region, period, score AS index, rank, coverage
FROM composite_index(
    (SELECT i.* FROM bth.indicators AS i JOIN bth.framework AS f ON f.code = i.indicator
     WHERE i.unit IN ('Beijing', 'Tianjin', 'Hebei') AND i.period BETWEEN 2014 AND 2024),
    bth.framework,
    normalisation => base, base => 2014, aggregation => arithmetic, min_coverage => 0.8,
    strict => false)
WHERE code = 'total' AND score IS NOT NULL
ORDER BY region, period;
