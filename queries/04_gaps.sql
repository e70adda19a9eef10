-- Incomes draw closer together slowly, technology contracts fast
--
-- Disposable income per head was 2.67 times as high in Beijing as in Hebei in 2014, and 2.46 times in 2024. Technology
-- contracts lie furthest apart: the highest region had 107 times the value of the lowest in 2014, and 4.8 times in 2023.
-- PM2.5 has fallen everywhere since 2013, but unequally: the distance is 1.25 times, after 1.21.
--
-- A line joins the years in which all three regions are known. They are eight for PM2.5, and two, 2019 and 2023, for the
-- later series of R&D intensity.
--
-- plot: lines, x = period, y = variation, series = label,
--       title = 'Distance between Beijing, Tianjin and Hebei, 2013 to 2024',
--       subtitle = 'Coefficient of variation of the three regions: 0 where they are equal'
-- unit: coefficient of variation
-- source: statistical yearbooks and communiques of the three regions, see data/README.md
-- table: Highest and lowest region, their ratio and the coefficient of variation
--
-- In:   bth.indicators: the indicators of 03_growth.sql, Beijing, Tianjin and Hebei.
-- Out:  per indicator (its code, and its name) and year the highest and lowest region, highest / lowest, and the
--       coefficient of variation (sample standard deviation over the unweighted mean). Only years
--       in which all three are known, since a gap between two regions is another quantity.
-- Meet: no official figure is printed. Income: 85415 / 34665 = 2.46 in 2024, 2.67 in 2014;
--       technology contracts: 107.4 in 2014, 4.8 in 2023.
--
-- expect: max(ratio) FILTER (WHERE indicator = 'disposable_income_per_capita' AND period = 2024) BETWEEN 2.455 AND 2.465
-- expect: max(highest) FILTER (WHERE indicator = 'disposable_income_per_capita' AND period = 2024) = 85415
-- expect: max(lowest) FILTER (WHERE indicator = 'disposable_income_per_capita' AND period = 2024) = 34665
-- expect: max(ratio) FILTER (WHERE indicator = 'disposable_income_per_capita' AND period = 2014) BETWEEN 2.665 AND 2.675
-- expect: round(max(ratio) FILTER (WHERE indicator = 'pm25' AND period = 2013), 2) = 1.21
-- expect: round(max(ratio) FILTER (WHERE indicator = 'pm25' AND period = 2024), 2) = 1.25
-- expect: max(highest) FILTER (WHERE indicator = 'pm25' AND period = 2024) < min(lowest) FILTER (WHERE indicator = 'pm25' AND period = 2013)
-- expect: max(ratio) FILTER (WHERE indicator = 'tech_contract_value' AND period = 2014) BETWEEN 107.35 AND 107.45
-- expect: max(ratio) FILTER (WHERE indicator = 'tech_contract_value' AND period = 2023) BETWEEN 4.75 AND 4.85
-- expect: count(*) FILTER (WHERE indicator = 'pm25') = 8
-- expect: array_agg(period ORDER BY period) FILTER (WHERE indicator = 'rd_intensity_pct__gdp_4c') = [2019, 2023]

WITH labels(indicator, label) AS (
    VALUES ('disposable_income_per_capita', 'Income per head'),
           ('pm25', 'PM2.5'),
           ('rd_intensity_pct__gdp_pre4c', 'R&D intensity, to 2018'),
           ('rd_intensity_pct__gdp_4c', 'R&D intensity, from 2019'),
           ('rd_intensity_pct__gdp_5c', 'R&D intensity, from 2024'),
           ('tech_contract_value', 'Technology contracts')
)
SELECT
    indicator,
    label,
    period,
    first_value(unit ORDER BY value DESC) AS highest_unit,
    max(value) AS highest,
    first_value(unit ORDER BY value) AS lowest_unit,
    min(value) AS lowest,
    max(value) / min(value) AS ratio,
    stddev(value) / avg(value) AS variation
FROM bth.indicators
JOIN labels USING (indicator)
WHERE unit IN ('Beijing', 'Tianjin', 'Hebei')
GROUP BY indicator, label, period
HAVING count(value) = 3
ORDER BY indicator, period;
