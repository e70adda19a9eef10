-- The Human Development Index of 2022 from its four indicators, against the published one
--
-- They are the same: for all eight countries the index computed from four indicators is the printed one, to all three
-- decimals, from 0.462 in Afghanistan to 0.946 in Australia.
--
-- plot: bars, label = label, value = hdi, title = 'Human Development Index of eight countries, 2022, computed'
-- unit: 0 to 1
-- source: United Nations Development Programme, Human Development Report 2023/24; goalposts of its technical notes
-- table: Dimension scores, HDI and the printed HDI of eight countries
--
-- In:   hdi.indicators, hdi.framework (goalposts, and which indicator is taken in logarithms),
--       hdi.published. Eight countries, chosen for their range; two meet a cap: Australia in
--       expected schooling (21.1 of 18 years), Qatar in income (95,944 of 75,000 dollars).
-- Out:  one row per country: three dimension scores (0 to 1), their geometric mean, the printed
--       HDI and the difference after rounding to the three printed decimals.
-- Meet: 0.462 Afghanistan, 0.946 Australia, 0.926 Austria, 0.860 Chile, 0.788 China, 0.797 Palau,
--       0.716 Palestine, 0.875 Qatar (Human Development Report 2023/24): all reproduced, difference 0.
--
-- Goalposts within a dimension, cut at both ends; arithmetic mean within knowledge; geometric mean
-- across dimensions, so that none fully compensates for another. No country is scored on less than
-- all four indicators.
--
-- expect: rows = 8
-- expect: array_agg(printed ORDER BY unit) = [0.462, 0.946, 0.926, 0.860, 0.788, 0.797, 0.716, 0.875]
-- expect: abs(difference) < 0.0005

WITH scores AS (
    SELECT i.unit, i.period, f.parent, f.weight,
           norm_goalposts(
               CASE WHEN f.in_logs THEN ln(i.value) ELSE i.value END,
               lower => CASE WHEN f.in_logs THEN ln(f.lower) ELSE f.lower END,
               upper => CASE WHEN f.in_logs THEN ln(f.upper) ELSE f.upper END
           ) AS score
    FROM hdi.indicators AS i
    JOIN hdi.framework AS f ON f.code = i.indicator
),
dimensions AS (
    SELECT unit, period, parent AS code,
           agg_arithmetic(score, weight, min_coverage => 1) AS score
    FROM scores
    GROUP BY unit, period, parent
),
indices AS (
    SELECT d.unit, d.period,
           max(d.score) FILTER (WHERE d.code = 'health') AS health,
           max(d.score) FILTER (WHERE d.code = 'knowledge') AS knowledge,
           max(d.score) FILTER (WHERE d.code = 'income') AS income,
           agg_geometric(d.score, f.weight, min_coverage => 1) AS hdi
    FROM dimensions AS d
    JOIN hdi.framework AS f ON f.code = d.code
    GROUP BY d.unit, d.period
)
SELECT x.unit, p.label, x.period, x.health, x.knowledge, x.income, x.hdi,
       p.value AS printed, round(x.hdi, 3) - p.value AS difference
FROM indices AS x
JOIN hdi.published AS p ON p.unit = x.unit AND p.period = x.period
ORDER BY x.hdi DESC;
