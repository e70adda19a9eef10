-- How certain are ranks by human development? Fifteen countries of the European Union, 2022
--
-- plot: dots, label = country, value = mean_rank, low = p05_rank, high = p95_rank, nominal = rank
-- source: UNDP, Human Development Report 2023/24; our calculations
-- unit: rank in 1,000 draws: weights up to 50 % up or down
WITH framework AS (
    SELECT * FROM (VALUES
        ('hdi', NULL, NULL, NULL, NULL, 'geometric'), ('health', 'hdi', NULL, NULL, NULL, NULL),
        ('education', 'hdi', NULL, NULL, NULL, NULL), ('income', 'hdi', NULL, NULL, NULL, NULL),
        ('le', 'health', 20, 85, NULL, NULL), ('eys', 'education', 0, 18, NULL, NULL),
        ('mys', 'education', 0, 15, NULL, NULL), ('gnipc', 'income', 100, 75000, 'ln', NULL)
    ) AS t(code, parent, lower, upper, transform, aggregation)
),
panel AS (
    SELECT unit, period, indicator, value FROM undp.time_series
    WHERE indicator IN ('le', 'eys', 'mys', 'gnipc') AND period = 2022
      AND unit IN ('AUT', 'BEL', 'CZE', 'DEU', 'DNK', 'ESP', 'EST', 'FIN', 'FRA', 'IRL', 'ITA', 'NLD', 'POL', 'PRT', 'SWE')
)
SELECT country, rank, mean_rank, p05_rank, p95_rank
FROM uncertainty(panel, framework, normalisation => 'goalposts', weights => 0.5, draws => 1000, seed => 2014) AS u
JOIN (SELECT DISTINCT unit, country FROM undp.time_series) AS c USING (unit)
ORDER BY rank;
