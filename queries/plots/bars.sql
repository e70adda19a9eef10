-- What moved the index of each region in 2022?
--
-- plot: bars, label = unit, value = contribution, part = dimension
-- source: National Bureau of Statistics and regional bureaus; our framework, not the official one
-- unit: contribution to the change of the index, points (2014 = 100)
SELECT unit, code AS dimension, contribution_to_top AS contribution
FROM contributions(
    (SELECT i.* FROM bth.indicators AS i JOIN bth.framework AS f ON f.code = i.indicator
     WHERE i.unit IN ('Beijing', 'Tianjin', 'Hebei') AND i.period BETWEEN 2014 AND 2023),
    bth.framework,
    normalisation => base, base => 2014, min_coverage => 0.8, strict => false)
WHERE parent = 'total' AND period = 2022 AND contribution_to_top IS NOT NULL
ORDER BY unit, code;
