-- Four headline indicators of each region, and how fast they change
--
-- In 2024 disposable income per head grew by 4.5 percent in Beijing and in Tianjin, and by 5.4 percent in Hebei. PM2.5
-- fell in all three, by 4.7 percent in Beijing, 7.1 in Tianjin and 2.3 in Hebei.
--
-- table: Value, change and growth on the year before, by indicator and region
--
-- In:   bth.indicators: PM2.5, disposable income per head, R&D intensity, technology contracts.
--       R&D intensity comes in three vintages of GDP; each stays an indicator of its own, so no
--       change is taken across a revision.
-- Out:  value, change in the unit of measurement and growth in percent on the year before, empty
--       where that year is missing; printed_growth is the official rate where one was printed.
--       Monetary values are in current prices; R&D intensity is a percentage, so its change is in
--       points. For PM2.5 a fall is the improvement (direction -1).
-- Meet: 2024 income growth 4.5 (Beijing), 4.5 (Tianjin), 5.4 (Hebei); PM2.5 -4.7, -8.0, -2.3.
--       Tianjin's PM2.5 gives -7.1: its 2023 level is known only as the whole number 41.
--
-- expect: (SELECT array_agg(round(growth, 1) ORDER BY unit) FROM result WHERE indicator = 'disposable_income_per_capita' AND period = 2024) = [4.5, 5.4, 4.5]
-- expect: (SELECT array_agg(round(growth, 1) ORDER BY unit) FROM result WHERE indicator = 'pm25' AND period = 2024) = [-4.7, -2.3, -7.1]
-- expect: (SELECT array_agg(printed_growth ORDER BY unit) FROM result WHERE indicator = 'pm25' AND period = 2024) = [-4.7, -2.3, -8.0]

WITH chosen AS (
    SELECT unit, indicator, period, value, measure, direction
    FROM bth.indicators
    WHERE unit IN ('Beijing', 'Tianjin', 'Hebei')
      AND (indicator IN ('pm25', 'disposable_income_per_capita', 'tech_contract_value')
           OR indicator LIKE 'rd_intensity_pct%')
),
printed AS (
    SELECT unit, period, value AS printed_growth,
           CASE indicator WHEN 'pm25_change_pct' THEN 'pm25'
                          ELSE 'disposable_income_per_capita' END AS indicator
    FROM bth.indicators
    WHERE indicator IN ('pm25_change_pct', 'disposable_income_growth_pct')
)
SELECT
    now.indicator,
    now.unit,
    now.period,
    now.value,
    now.measure,
    now.direction,
    now.value - before.value AS change,
    100 * (now.value / before.value - 1) AS growth,
    p.printed_growth
FROM chosen AS now
LEFT JOIN chosen AS before
    ON before.unit = now.unit AND before.indicator = now.indicator
    AND before.period = now.period - 1
LEFT JOIN printed AS p
    ON p.unit = now.unit AND p.indicator = now.indicator AND p.period = now.period
ORDER BY now.indicator, now.unit, now.period;
