-- Which indicators of the Beijing-Tianjin-Hebei index move together?
--
-- plot: heatmap, x = indicator, y = other, value = correlation, p_value = p_value, x_group = dimension, y_group = other_dimension
-- source: National Bureau of Statistics and regional bureaus; our calculations
-- unit: correlation (Pearson) over three regions and all years
WITH named AS (
    SELECT i.code, i.label, d.label AS dimension FROM bth.framework AS i JOIN bth.framework AS d ON d.code = i.parent
)
SELECT a.label AS indicator, b.label AS other, correlation, p_value, a.dimension, b.dimension AS other_dimension
FROM correlations(
    (SELECT unit, period, indicator, value FROM bth.indicators WHERE unit IN ('Beijing', 'Tianjin', 'Hebei')),
    (SELECT * FROM bth.framework ORDER BY parent, code), of => 'values', strict => false) AS c
JOIN named AS a ON a.code = code_a
JOIN named AS b ON b.code = code_b
ORDER BY a.dimension, a.label, b.dimension, b.label;
