-- Thirty-one provinces of China, 2005 to 2024: how far economy and society develop together.
--
-- Source: panel of a thesis (RenJiyi163), figures of the National Bureau of Statistics of China, with gaps.
-- Method: min-max over all provinces and years; entropy weights over all indicators of the tree, added up; coupling
--         coordination of the two sub-indices (Wang, Kong, Ren et al. 2021). No index is published: the formulas are
--         written out again in plain SQL.
-- Data:   published/provinces/panel.csv
-- Compared with: second calculation; within 1e-12
-- Meet:   620 rows, 620 equal, largest difference below 1e-13
-- expect: rows = 620 AND equal = 620 AND largest_difference < 1e-13
WITH panel AS (
    SELECT province AS unit, year AS period, indicator, value
    FROM read_table('published/provinces/panel.csv') UNPIVOT (value FOR indicator IN (
        tax_rev_bn, patent_apps, sec_ind_share, urban_rate, emp_private_10k
    ))
),
framework AS (
    SELECT * FROM (VALUES
        ('both', NULL), ('economy', 'both'), ('society', 'both'), ('tax_rev_bn', 'economy'), ('patent_apps', 'economy'),
        ('sec_ind_share', 'economy'), ('urban_rate', 'society'), ('emp_private_10k', 'society')
    ) AS t(code, parent)
),
computed AS (
    SELECT unit, period, stat_coupling_coordination(score)['coordination'] AS score
    FROM composite_index(panel, framework, weighting => entropy, weighting_scope => tree)
    WHERE parent = 'both'
    GROUP BY unit, period
),
scaled AS (
    SELECT *, (value - min(value) OVER w) / (max(value) OVER w - min(value) OVER w) AS x
    FROM panel WHERE value IS NOT NULL WINDOW w AS (PARTITION BY indicator)
),
shares AS (
    SELECT *, x / sum(x) OVER (PARTITION BY indicator) AS p FROM scaled
),
divergence AS (
    SELECT indicator, 1 + sum(CASE WHEN p > 0 THEN p * ln(p) ELSE 0 END) / ln(count(*)) AS d FROM shares GROUP BY indicator
),
systems AS (
    SELECT unit, period, parent, sum(d * x) / sum(d) AS u
    FROM scaled JOIN divergence USING (indicator) JOIN framework ON framework.code = scaled.indicator
    GROUP BY unit, period, parent
),
second AS (
    SELECT unit, period, sqrt(2 * sqrt(min(u) * max(u)) / sum(u) * avg(u)) AS score
    FROM systems GROUP BY unit, period
)
SELECT count(*) AS rows, count(*) FILTER (WHERE abs(c.score - s.score) < 1e-12) AS equal,
       max(abs(c.score - s.score)) AS largest_difference
FROM second AS s LEFT JOIN computed AS c ON c.unit = s.unit AND c.period = s.period;
