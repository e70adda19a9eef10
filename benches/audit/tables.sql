-- The panel and the framework of the audit's benchmark: 200 units, 60 indicators in six dimensions, 20 periods, one value in twenty missing.
-- Indicators of a dimension share what a unit is like in it, and all share a little.
COPY (
    SELECT 'u' || lpad(CAST(u.value AS VARCHAR), 3, '0') AS unit, 2000 + p.value AS period,
           'i' || lpad(CAST(i.value AS VARCHAR), 2, '0') AS indicator,
           CASE WHEN (u.value * 31 + i.value * 17 + p.value * 7) % 20 = 0 THEN NULL
                ELSE 10 + 4 * sin(u.value * 12.9898) + 3 * sin(u.value * 78.233 + (i.value % 6) * 37.719)
                     + 2 * sin(u.value * 4.1414 + i.value * 19.19 + p.value * 0.7) + 0.05 * p.value END AS value
    FROM range(0, 200) AS u, range(0, 60) AS i, range(0, 20) AS p
) TO 'audit_panel.parquet';
COPY (
    SELECT 'i' || lpad(CAST(value AS VARCHAR), 2, '0') AS code, 'd' || CAST(value % 6 AS VARCHAR) AS parent FROM range(0, 60)
    UNION ALL SELECT 'd' || CAST(value AS VARCHAR), 'index' FROM range(0, 6)
    UNION ALL SELECT 'index', NULL
) TO 'audit_framework.parquet';
