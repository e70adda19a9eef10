-- Do people live longer in richer countries? 2022
--
-- plot: scatter, x = "gross national income per head (2017 PPP $)", y = "life expectancy at birth (years)", label = country, group = region, x_scale = log
-- source: UNDP, Human Development Report 2023/24
SELECT country, income AS "gross national income per head (2017 PPP $)", life AS "life expectancy at birth (years)", region
FROM (SELECT country, CASE region WHEN 'AS' THEN 'Arab States' WHEN 'EAP' THEN 'East Asia, Pacific' WHEN 'ECA' THEN 'Europe, Central Asia'
                                  WHEN 'LAC' THEN 'Latin America, Caribbean' WHEN 'SA' THEN 'South Asia' WHEN 'SSA' THEN 'Sub-Saharan Africa'
                                  ELSE 'developed countries' END AS region,
             max(value) FILTER (WHERE indicator = 'gnipc') AS income, max(value) FILTER (WHERE indicator = 'le') AS life
      FROM undp.time_series WHERE period = 2022 AND unit NOT LIKE 'ZZ%' GROUP BY country, region)
WHERE income IS NOT NULL AND life IS NOT NULL
ORDER BY country;
