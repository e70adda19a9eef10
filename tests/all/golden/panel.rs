//! Workloads on a generated panel; the files hold half of the rows of each result.

use super::Case;

/// Scores `x` and entropy weights `w` of each indicator and year.
const ENTROPY: &str = "
    WITH x AS (
      SELECT region, indicator, year,
             norm_minmax(value, direction => direction) OVER (PARTITION BY indicator, year) AS x
      FROM p JOIN m USING (indicator)),
    s AS (SELECT indicator, year, norm_sum(x) OVER (PARTITION BY indicator, year) AS s FROM x),
    e AS (SELECT indicator, year,
                 -sum(CASE WHEN s > 0 THEN s * ln(s) ELSE 0 END) / ln(count(s)) AS e
          FROM s GROUP BY indicator, year),
    w AS (SELECT indicator, year, e, (1 - e) / sum(1 - e) OVER (PARTITION BY year) AS w FROM e)";

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
        .may_have_more(),
        Case::new(
            "panel_S/w6_winsorised_index.csv",
            &["region", "year"],
            &["idx"],
            // Quantiles of type 7 from the sorted values: those of the engine are rounded.
            "WITH r AS (SELECT indicator, year, fit_rank(value) AS fit FROM p GROUP BY 1, 2),
             q AS (SELECT indicator, year, fit['values'] AS v,
                          0.05 * (fit['n'] - 1) AS a, 0.95 * (fit['n'] - 1) AS b FROM r),
             k AS (SELECT *, CAST(floor(a) AS BIGINT) + 1 AS i, CAST(floor(b) AS BIGINT) + 1 AS j
                   FROM q),
             c AS (SELECT indicator, year, v[i] + (a + 1 - i) * (v[i + 1] - v[i]) AS lo,
                          v[j] + (b + 1 - j) * (v[j + 1] - v[j]) AS hi FROM k),
             s AS (
               SELECT region, p.year, dim, dim_weight, w_in_dim,
                      norm_goalposts(value, lower => lo, upper => hi, direction => direction) AS s
               FROM p JOIN m USING (indicator)
                      JOIN c ON c.indicator = p.indicator AND c.year = p.year),
             d AS (SELECT region, year, dim, dim_weight, agg_arithmetic(s, w_in_dim) AS v
                   FROM s GROUP BY 1, 2, 3, 4)
             SELECT region, year, agg_arithmetic(v, dim_weight) AS idx FROM d GROUP BY 1, 2",
        )
        .may_have_more(),
        Case::new(
            "panel_S/w7_entropy_weights.csv",
            &["indicator", "year"],
            &["e", "w"],
            format!("{ENTROPY} SELECT * FROM w"),
        )
        .may_have_more(),
        Case::new(
            "panel_S/w7_entropy_index.csv",
            &["region", "year"],
            &["idx"],
            format!(
                "{ENTROPY} SELECT region, year, agg_arithmetic(x, w) AS idx
                           FROM x JOIN w USING (indicator, year) GROUP BY region, year"
            ),
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
