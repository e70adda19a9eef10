-- Sixty indicators in six groups: min-max scores and arithmetic means.
SELECT count(*) AS rows, sum(score) AS total
FROM composite_index(
    (SELECT unit, period, indicator, value FROM 'framework_panel.parquet'),
    (SELECT 'i' || CAST(value AS VARCHAR) AS code, 'g' || CAST(value % 6 AS VARCHAR) AS parent FROM range(0, 60)
     UNION ALL SELECT 'g' || CAST(value AS VARCHAR), 'top' FROM range(0, 6)
     UNION ALL SELECT 'top', NULL));
