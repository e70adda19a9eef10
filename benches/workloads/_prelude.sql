CREATE EXTERNAL TABLE p STORED AS PARQUET LOCATION '${DATA}/panel_${SIZE}.parquet';
CREATE EXTERNAL TABLE m0 STORED AS PARQUET LOCATION '${DATA}/meta_${SIZE}.parquet';
CREATE VIEW m AS SELECT *, weight*sub_weight AS w_in_dim, weight*sub_weight*dim_weight AS w_flat FROM m0;
CREATE VIEW root AS SELECT 'index' AS code, CAST(NULL AS VARCHAR) AS parent, CAST(NULL AS DOUBLE) AS weight, CAST(NULL AS INT) AS direction;
CREATE VIEW dims AS SELECT DISTINCT dim AS code, 'index' AS parent, dim_weight AS weight, CAST(NULL AS INT) AS direction FROM m;
CREATE VIEW two_levels AS SELECT indicator AS code, dim AS parent, w_in_dim AS weight, direction FROM m UNION ALL SELECT * FROM dims UNION ALL SELECT * FROM root;
CREATE VIEW three_levels AS SELECT indicator AS code, subdim AS parent, weight, direction FROM m UNION ALL SELECT DISTINCT subdim, dim, sub_weight, CAST(NULL AS INT) FROM m UNION ALL SELECT * FROM dims UNION ALL SELECT * FROM root;
CREATE VIEW flat AS SELECT indicator AS code, direction FROM m;
