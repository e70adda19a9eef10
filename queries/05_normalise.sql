-- The example framework's indicators on three common scales
--
-- The same value reads differently on each of them. Hebei emits most CO2 of the three: by min-max, from 1 to 100, it has
-- 10.8 in 2022. Measured by its own level of 2014 it stands at 107.2, since its emissions have fallen.
--
-- table: Scores of the indicators by min-max, z-score and 2014 = 100
--
-- In:   bth.indicators for Beijing, Tianjin and Hebei, 2014-2024, and bth.framework for the list
--       of indicators and their direction. High is good in every score.
-- Out:  minmax: 1 (worst) to 100 (best); zscore: mean 0, standard deviation 1. The reference
--       set of both is the three regions and all years of an indicator, so regions and years are
--       comparable; for totals such as GDP or railway length they mostly measure size.
--       base_2014: 100 x value / own value of 2014, inverted for direction -1; it compares a
--       region only with itself, and is empty for goods trade, which starts in 2016.
-- Meet: no official figure: which normalisation the bureau uses inside a dimension is not printed.
--
-- expect: (SELECT array_agg([round(minmax, 1), round(base_2014, 1)]) FROM result WHERE indicator = 'co2_emissions' AND unit = 'Hebei' AND period = 2022) = [[10.8, 107.2]]
-- expect: (SELECT first_value(unit ORDER BY value DESC) FROM result WHERE indicator = 'co2_emissions' AND period = 2022) = 'Hebei'

SELECT
    f.parent AS dimension,
    i.indicator,
    i.unit,
    i.period,
    i.value,
    f.direction,
    norm_minmax(i.value, lower => 1, upper => 100, direction => f.direction)
        OVER (PARTITION BY i.indicator) AS minmax,
    norm_zscore(i.value, direction => f.direction)
        OVER (PARTITION BY i.indicator) AS zscore,
    norm_base(i.value, i.period, base => 2014, direction => f.direction)
        OVER (PARTITION BY i.unit, i.indicator) AS base_2014
FROM bth.indicators AS i
JOIN bth.framework AS f ON f.code = i.indicator
WHERE i.unit IN ('Beijing', 'Tianjin', 'Hebei')
  AND i.period BETWEEN 2014 AND 2024
ORDER BY dimension, i.indicator, i.unit, i.period;
