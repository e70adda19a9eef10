-- Are the three regions drawing closer together?
--
-- In:   bth.indicators: the indicators of 03_growth.sql, Beijing, Tianjin and Hebei.
-- Out:  per indicator and year the highest and lowest region, highest / lowest, and the
--       coefficient of variation (sample standard deviation over the unweighted mean). Only years
--       in which all three are known, since a gap between two regions is another quantity.
-- Meet: no official figure is printed. Income: 85415 / 34665 = 2.46 in 2024, 2.67 in 2014;
--       technology contracts: 107.4 in 2014, 4.8 in 2023.
--
-- expect: max(ratio) FILTER (WHERE indicator = 'disposable_income_per_capita' AND period = 2024) BETWEEN 2.455 AND 2.465
-- expect: max(highest) FILTER (WHERE indicator = 'disposable_income_per_capita' AND period = 2024) = 85415
-- expect: max(lowest) FILTER (WHERE indicator = 'disposable_income_per_capita' AND period = 2024) = 34665
-- expect: max(ratio) FILTER (WHERE indicator = 'disposable_income_per_capita' AND period = 2014) BETWEEN 2.665 AND 2.675
-- expect: max(ratio) FILTER (WHERE indicator = 'tech_contract_value' AND period = 2014) BETWEEN 107.35 AND 107.45
-- expect: max(ratio) FILTER (WHERE indicator = 'tech_contract_value' AND period = 2023) BETWEEN 4.75 AND 4.85

SELECT
    indicator,
    period,
    first_value(unit ORDER BY value DESC) AS highest_unit,
    max(value) AS highest,
    first_value(unit ORDER BY value) AS lowest_unit,
    min(value) AS lowest,
    max(value) / min(value) AS ratio,
    stddev(value) / avg(value) AS variation
FROM bth.indicators
WHERE unit IN ('Beijing', 'Tianjin', 'Hebei')
  AND (indicator IN ('pm25', 'disposable_income_per_capita', 'tech_contract_value')
       OR indicator LIKE 'rd_intensity_pct%')
GROUP BY indicator, period
HAVING count(value) = 3
ORDER BY indicator, period;
