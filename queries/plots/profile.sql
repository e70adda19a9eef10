-- How does Brazil stand in Latin America and the Caribbean? Human development, 2022
--
-- plot: profile, axis = name, value = score, mean = mean_of_region, best = best_of_region, name = country
-- source: UNDP, Human Development Report 2023/24; our calculations
-- unit: score between the goalposts of the Human Development Index
WITH named AS (
    SELECT * FROM (VALUES
        ('le', 'Life expectancy', 20, 85), ('eys', 'Expected years of schooling', 0, 18),
        ('mys', 'Mean years of schooling', 0, 15), ('gnipc', 'Income per head', 100, 75000)
    ) AS t(indicator, name, low, high)
),
scores AS (
    SELECT country, name,
           CASE indicator WHEN 'gnipc' THEN ln(value / low) / ln(high / low) ELSE (value - low) / (high - low) END AS score
    FROM undp.time_series JOIN named USING (indicator) WHERE period = 2022 AND region = 'LAC'
),
compared AS (
    SELECT country, name, score, avg(score) OVER (PARTITION BY name) AS mean_of_region, max(score) OVER (PARTITION BY name) AS best_of_region
    FROM scores
)
SELECT * FROM compared WHERE country = 'Brazil' ORDER BY name;
