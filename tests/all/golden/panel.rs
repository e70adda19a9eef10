//! Workloads on a generated panel; the files hold half of the rows of each result.

use super::Case;

/// Scores `x` and, each year, the entropy weights of the indicators.
const ENTROPY: &str = "
    WITH x AS (
      SELECT region, indicator, year,
             norm_minmax(value, direction => direction) OVER (PARTITION BY indicator, year) AS x
      FROM p JOIN m USING (indicator)),
    w AS (
      SELECT year, w.indicator AS indicator, w.weight AS weight FROM (
        SELECT year, unnest(weight_entropy(region, indicator, x)) AS w FROM x GROUP BY year))";

pub fn cases() -> Vec<Case> {
    vec![
        Case::new(
            "panel_S/w1_minmax.csv",
            &["region", "indicator", "year"],
            &["norm"],
            "SELECT region, indicator, year,
                    norm_minmax(value) OVER (PARTITION BY indicator, year) AS norm FROM p",
        )
        .may_have_more(),
        Case::new(
            "panel_S/w2_zscore_index.csv",
            &["region", "year"],
            &["idx"],
            "WITH z AS (
               SELECT region, year, dim, dim_weight, w_in_dim,
                      norm_zscore(value, direction => direction)
                        OVER (PARTITION BY indicator, year) AS z
               FROM p JOIN m USING (indicator)),
             d AS (SELECT region, year, dim, dim_weight, agg_arithmetic(z, w_in_dim) AS v
                   FROM z GROUP BY region, year, dim, dim_weight)
             SELECT region, year, agg_arithmetic(v, dim_weight) AS idx FROM d GROUP BY region, year",
        )
        .may_have_more(),
        Case::new(
            "panel_S/w3_geometric_index.csv",
            &["region", "year"],
            &["idx"],
            "WITH f AS (SELECT indicator, year, fit_minmax(value) AS fit FROM p GROUP BY 1, 2),
             s AS (
               SELECT region, p.year, dim, subdim, sub_weight, dim_weight, weight,
                      norm_minmax(value, fit, direction => direction, lower => 1, upper => 100) AS s
               FROM p JOIN m USING (indicator)
                      JOIN f ON f.indicator = p.indicator AND f.year = p.year),
             b AS (SELECT region, year, dim, subdim, sub_weight, dim_weight,
                          agg_geometric(s, weight) AS v
                   FROM s GROUP BY 1, 2, 3, 4, 5, 6),
             d AS (SELECT region, year, dim, dim_weight, agg_geometric(v, sub_weight) AS v
                   FROM b GROUP BY 1, 2, 3, 4)
             SELECT region, year, agg_geometric(v, dim_weight) AS idx FROM d GROUP BY 1, 2",
        )
        .may_have_more(),
        Case::new(
            "panel_S/w4_rank.csv",
            &["region", "indicator", "year"],
            &["rnk", "prank"],
            "SELECT region, indicator, year,
                    norm_rank(value) OVER (PARTITION BY indicator, year) AS rnk,
                    norm_percentile_rank(value) OVER (PARTITION BY indicator, year) AS prank FROM p",
        )
        .may_have_more(),
        Case::new(
            "panel_S/w5_base_year.csv",
            &["region", "year", "dim"],
            &["dim_index", "contrib", "total", "total_change"],
            "WITH ix AS (
               SELECT region, year, dim, dim_weight, w_in_dim,
                      norm_base(CASE WHEN value > 0 THEN value END, year, base => 2014,
                                direction => direction)
                        OVER (PARTITION BY region, indicator) AS ix
               FROM p JOIN m USING (indicator)),
             d AS (SELECT region, year, dim, dim_weight, agg_arithmetic(ix, w_in_dim) AS dim_index
                   FROM ix GROUP BY 1, 2, 3, 4),
             t AS (SELECT *, agg_arithmetic(dim_index, dim_weight) OVER (PARTITION BY region, year) AS total,
                          dim_weight * dim_index / sum(CASE WHEN dim_index IS NOT NULL THEN dim_weight END)
                            OVER (PARTITION BY region, year) AS share
                   FROM d)
             SELECT region, year, dim, dim_index, total,
                    share - lag(share) OVER (PARTITION BY region, dim ORDER BY year) AS contrib,
                    total - lag(total) OVER (PARTITION BY region, dim ORDER BY year) AS total_change
             FROM t",
        )
        .may_have_more()
        .tolerance(1e-10, "a contribution is the small difference of two large shares"),
        Case::new(
            "panel_S/w6_winsorised_index.csv",
            &["region", "year"],
            &["idx"],
            "WITH t AS (
               SELECT region, indicator, year,
                      treat_winsorise(value) OVER (PARTITION BY indicator, year) AS t FROM p),
             s AS (
               SELECT region, year, dim, dim_weight, w_in_dim,
                      norm_minmax(t['value'], direction => direction)
                        OVER (PARTITION BY indicator, year) AS s
               FROM t JOIN m USING (indicator)),
             d AS (SELECT region, year, dim, dim_weight, agg_arithmetic(s, w_in_dim) AS v
                   FROM s GROUP BY 1, 2, 3, 4)
             SELECT region, year, agg_arithmetic(v, dim_weight) AS idx FROM d GROUP BY 1, 2",
        )
        .may_have_more(),
        Case::new(
            "panel_S/w7_entropy_weights.csv",
            &["indicator", "year"],
            &["e", "w"],
            format!(
                "{ENTROPY},
                 s AS (SELECT indicator, year, norm_sum(x) OVER (PARTITION BY indicator, year) AS s
                       FROM x),
                 e AS (SELECT indicator, year,
                              -sum(CASE WHEN s > 0 THEN s * ln(s) ELSE 0 END) / ln(count(s)) AS e
                       FROM s GROUP BY indicator, year)
                 SELECT indicator, year, e, weight AS w FROM e JOIN w USING (indicator, year)"
            ),
        )
        .may_have_more(),
        Case::new(
            "panel_S/w7_entropy_index.csv",
            &["region", "year"],
            &["idx"],
            format!(
                "{ENTROPY}
                 SELECT region, year, agg_arithmetic(x, weight) AS idx
                 FROM x JOIN w USING (indicator, year) GROUP BY region, year"
            ),
        )
        .may_have_more(),
        Case::new(
            "panel_S/w8_correlation.csv",
            &["i", "j"],
            &["r"],
            "SELECT c.a AS i, c.b AS j, c.correlation AS r FROM (
               SELECT unnest(stat_correlation(struct(region, year), indicator, value)) AS c FROM p)",
        )
        .may_have_more(),
        Case::new(
            "panel_S/w8_correlation.csv",
            &["i", "j"],
            &["r"],
            "SELECT code_a AS i, code_b AS j, correlation AS r
             FROM correlations(p, (SELECT indicator AS code FROM m), of => 'values',
                               unit => region, period => year)",
        )
        .may_have_more(),
        Case::new(
            "panel_S/w9_montecarlo_ranks.csv",
            &["region"],
            &["mean_rank", "p05", "p50", "p95", "min_rank", "max_rank", "top5"],
            // A draw is a hash of its number and the indicator's.
            "WITH x AS (
               SELECT region, CAST(ind_no AS BIGINT) AS i, weight * sub_weight * dim_weight AS w,
                      norm_minmax(value, direction => direction) OVER (PARTITION BY indicator) AS x
               FROM p JOIN m USING (indicator) WHERE year = 2024),
             h1 AS (SELECT draw.value AS d, i, w, draw.value * 1009 + i * 9176 + 12345 AS h
                    FROM generate_series(1, 1000) AS draw CROSS JOIN (SELECT DISTINCT i, w FROM x) AS j),
             h2 AS (SELECT d, i, w, (h * h % 2147483647 * 48271 + 11) % 2147483647 AS h FROM h1),
             u AS (SELECT d, i, w, CAST((h * h + i) % 2147483647 AS DOUBLE) / 2147483647 AS u FROM h2),
             s AS (SELECT d, region, agg_arithmetic(x, u.w * (1 + 0.25 * (2 * u - 1))) AS idx
                   FROM x JOIN u ON u.i = x.i GROUP BY d, region),
             r AS (SELECT region, rank() OVER (PARTITION BY d ORDER BY idx DESC) AS rank FROM s)
             SELECT region, agg_arithmetic(rank) AS mean_rank, stat_quantile(rank, 0.05) AS p05,
                    stat_quantile(rank, 0.5) AS p50, stat_quantile(rank, 0.95) AS p95,
                    min(rank) AS min_rank, max(rank) AS max_rank,
                    agg_arithmetic(CASE WHEN rank <= 5 THEN 1 ELSE 0 END) AS top5
             FROM r GROUP BY region",
        )
        .may_have_more(),
        Case::new(
            "panel_S/w10_minmax_index.csv",
            &["region", "year"],
            &["idx", "rnk"],
            "WITH s AS (
               SELECT region, year, dim, subdim, sub_weight, dim_weight, weight,
                      norm_minmax(value, direction => direction) OVER (PARTITION BY indicator, year) AS s
               FROM p JOIN m USING (indicator)),
             b AS (SELECT region, year, dim, subdim, sub_weight, dim_weight, agg_arithmetic(s, weight) AS v
                   FROM s GROUP BY 1, 2, 3, 4, 5, 6),
             d AS (SELECT region, year, dim, dim_weight, agg_arithmetic(v, sub_weight) AS v
                   FROM b GROUP BY 1, 2, 3, 4),
             i AS (SELECT region, year, agg_arithmetic(v, dim_weight) AS idx FROM d GROUP BY 1, 2)
             SELECT region, year, idx, rank() OVER (PARTITION BY year ORDER BY idx DESC) AS rnk FROM i",
        )
        .may_have_more(),
    ]
}
