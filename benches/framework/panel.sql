-- The panel of plain.sql and full.sql: 5,000 units in seven regions, 60 indicators, 25 periods, one value in twenty missing.
COPY (
    SELECT 'u' || CAST(u.value AS VARCHAR) AS unit, 'r' || CAST(u.value % 7 AS VARCHAR) AS region,
           2000 + p.value AS period, 'i' || CAST(i.value AS VARCHAR) AS indicator,
           CASE WHEN (u.value * 31 + i.value * 17 + p.value * 7) % 20 = 0 THEN NULL
                ELSE 1 + ((u.value * 7919 + i.value * 104729 + p.value * 1299709) % 100003) / 1000.0 END AS value
    FROM range(0, 5000) AS u, range(0, 60) AS i, range(0, 25) AS p
) TO 'framework_panel.parquet';
