-- The same with a transformation per indicator, rounded scores of all nodes, imputation by region and weights of the whole tree.
SELECT count(*) AS rows, sum(score) AS total
FROM composite_index(
    (SELECT unit, region, period, indicator, value FROM 'framework_panel.parquet'),
    (SELECT 'i' || CAST(value AS VARCHAR) AS code, 'g' || CAST(value % 6 AS VARCHAR) AS parent, 'ln' AS transform,
            3 AS decimals FROM range(0, 60)
     UNION ALL SELECT 'g' || CAST(value AS VARCHAR), 'top', NULL, 3 FROM range(0, 6)
     UNION ALL SELECT 'top', NULL, NULL, 3),
    imputation => mean, imputation_group => region, weighting => entropy, weighting_scope => tree);
