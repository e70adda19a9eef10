-- Which indicators of human development have outliers, and what does drawing them in do? 2022
--
-- plot: distribution, indicator = name, value = value, step = step, label = country
-- source: UNDP, Human Development Report 2023/24; our calculations
WITH named AS (
    SELECT * FROM (VALUES
        ('le', 'Life expectancy (years)'), ('mmr', 'Maternal deaths per 100,000 births'),
        ('gnipc', 'Income per head (2017 PPP $)'), ('co2_prod', 'CO2 per head (tonnes)')
    ) AS t(indicator, name)
),
before AS (
    SELECT name, country, value FROM undp.time_series JOIN named USING (indicator)
    WHERE period = 2022 AND unit NOT LIKE 'ZZ%' AND value IS NOT NULL
),
after AS (
    SELECT name, country, treat_winsorise(value) OVER (PARTITION BY name) AS treated FROM before
)
SELECT name, country, value, 'as published' AS step FROM before
UNION ALL
SELECT name, country, treated['value'], 'outliers drawn in' FROM after
ORDER BY name, step, country;
