-- Sixteen cities, 2014 to 2019: entropy weights and TOPSIS over nine indicators.
--
-- Source: data of an example of the entropy method (code_for_bolg, InTheFuture7), figures of 16 Chinese cities.
-- Method: min-max over all cities and years; weights by one minus the entropy of each indicator; closeness to the best and
--         the worst (Hwang and Yoon 1981). No index is published: the formulas are written out again in plain SQL.
-- Data:   published/cities16/entropy.xlsx
-- Compared with: second calculation; within 1e-12
-- Meet:   96 rows, 96 equal, largest difference below 1e-14
-- expect: rows = 96 AND equal = 96 AND largest_difference < 1e-14
WITH panel AS (
    SELECT city AS unit, year AS period, indicator, value
    FROM read_table('published/cities16/entropy.xlsx') UNPIVOT (value FOR indicator IN (COLUMNS('^var')))
),
framework AS (
    SELECT DISTINCT indicator AS code FROM panel
),
computed AS (
    SELECT unit, period, score FROM composite_index(panel, framework, weighting => entropy, aggregation => topsis)
    WHERE code = 'index'
),
scaled AS (
    SELECT *, (value - min(value) OVER w) / (max(value) OVER w - min(value) OVER w) AS x
    FROM panel WINDOW w AS (PARTITION BY indicator)
),
shares AS (
    SELECT *, x / sum(x) OVER (PARTITION BY indicator) AS p FROM scaled
),
divergence AS (
    SELECT indicator, 1 + sum(CASE WHEN p > 0 THEN p * ln(p) ELSE 0 END) / ln(count(*)) AS d FROM shares GROUP BY indicator
),
weights AS (
    SELECT indicator, d / sum(d) OVER () AS w FROM divergence
),
second AS (
    SELECT unit, period,
           sqrt(sum(power(w * x, 2))) / (sqrt(sum(power(w * x, 2))) + sqrt(sum(power(w * (1 - x), 2)))) AS score
    FROM scaled JOIN weights USING (indicator) GROUP BY unit, period
)
SELECT count(*) AS rows, count(*) FILTER (WHERE abs(c.score - s.score) < 1e-12) AS equal,
       max(abs(c.score - s.score)) AS largest_difference
FROM second AS s LEFT JOIN computed AS c ON c.unit = s.unit AND c.period = s.period;
