//! Outranking, correlations and components of the ASEM example.

use super::Case;

pub fn cases() -> Vec<Case> {
    let mut cases = correlations();
    cases.extend(components());
    cases.extend([
        Case::new(
            "coinr/asem/outranking_pillars_W1.csv",
            &["unit_row", "unit_col"],
            &["value"],
            "WITH s AS (
               SELECT unit, a.code, a.value, w1.weight
               FROM '{golden}/coinr/asem/agg_amean_equal.csv' a JOIN w1 ON w1.code = a.code
               WHERE a.level = 2),
             r AS (SELECT unnest(stat_outranking(unit, code, value, weight)) AS o FROM s)
             SELECT o.unit AS unit_row, o.against AS unit_col, o.value AS value FROM r
             UNION ALL SELECT DISTINCT unit AS unit_row, unit AS unit_col, 0.0 AS value FROM s",
        )
        .note("a unit is not compared with itself: COINr's 0 of the diagonal is added in SQL"),
        copeland("coinr/asem/agg_copeland_top_W1.csv", "w1", 4),
        copeland("coinr/asem/agg_copeland_pillar_equal.csv", "meta", 2),
    ]);
    cases
}

/// The tree with Copeland at one level and arithmetic means at the others.
fn copeland(file: &'static str, weights: &str, at: usize) -> Case {
    let mut sql = format!(
        "WITH w AS (SELECT meta.code, meta.parent, n.weight FROM meta JOIN {weights} n ON n.code = meta.code),
         l1 AS (SELECT unit, indicator AS code, value
                FROM '{{golden}}/coinr/asem/agg_input_minmax_1_100.csv')"
    );
    for level in 2..=4 {
        let below = level - 1;
        let from = format!("FROM l{below} l JOIN w ON w.code = l.code");
        sql += &match level == at {
            true => format!(
                ", l{level} AS (SELECT c.unit AS unit, code, c.score AS value FROM (
                     SELECT w.parent AS code, unnest(agg_copeland(unit, l.code, value, w.weight)) AS c
                     {from} GROUP BY w.parent))"
            ),
            false => format!(
                ", l{level} AS (SELECT unit, w.parent AS code, agg_arithmetic(value, w.weight) AS value
                     {from} GROUP BY unit, w.parent)"
            ),
        };
    }
    sql += " SELECT * FROM l2 UNION ALL SELECT * FROM l3 UNION ALL SELECT * FROM l4";
    Case::new(file, &["unit", "code"], &["value"], sql)
        .note("without missing values: with them COINr's scores depend on the order of the rows")
}

const PHYSICAL: &str = "(SELECT unit, indicator, value FROM raw JOIN meta ON code = indicator
                         WHERE parent = 'Physical')";

fn correlations() -> Vec<Case> {
    let all = |file, method: &str, from: &str| {
        Case::new(
            file,
            &["a", "b"],
            &["value"],
            format!(
                "SELECT c.a AS a, c.b AS b, c.correlation AS value FROM (
                   SELECT unnest(stat_correlation(unit, indicator, value, method => '{method}')) AS c
                   FROM {from})"
            ),
        )
    };
    vec![
        all("coinr/asem/corr_pearson_raw.csv", "pearson", "raw"),
        all("coinr/asem/corr_kendall_physical.csv", "kendall", PHYSICAL),
        Case::new(
            "coinr/asem/corr_pvalues_physical.csv",
            &["a", "b"],
            &["pvalue"],
            format!(
                "SELECT c.a AS a, c.b AS b, c.p_value AS pvalue FROM (
                   SELECT unnest(stat_correlation(unit, indicator, value)) AS c FROM {PHYSICAL})"
            ),
        ),
        Case::new(
            "coinr/asem/corr_spearman_pillar_index.csv",
            &["a", "b"],
            &["value"],
            "SELECT c.a AS a, c.b AS b, c.correlation AS value FROM (
               SELECT unnest(stat_correlation(unit, code, value, method => 'spearman')) AS c
               FROM '{golden}/coinr/asem/agg_amean_equal.csv' WHERE level IN (2, 4))
             WHERE c.a = 'Index' AND c.b <> 'Index'",
        ),
        Case::new(
            "coinr/asem/corr_pearson_indicator_pillar.csv",
            &["parent", "child"],
            &["value"],
            "WITH r AS (SELECT unnest(stat_correlation(unit, code, value)) AS c FROM (
               SELECT unit, code, value FROM '{golden}/coinr/asem/agg_amean_equal.csv' WHERE level = 2
               UNION ALL
               SELECT unit, indicator, value
               FROM '{golden}/coinr/asem/agg_input_minmax_1_100.csv'))
             SELECT parent, code AS child, c.correlation AS value
             FROM r JOIN meta ON c.a = parent AND c.b = code WHERE level = 1",
        ),
        Case::new(
            "coinr/asem/corr_flags_high_0_7.csv",
            &["group", "a", "b"],
            &["value"],
            "SELECT \"group\", c.a AS a, c.b AS b, c.correlation AS value FROM (
               SELECT parent AS \"group\", unnest(stat_correlation(unit, indicator, value)) AS c
               FROM '{golden}/coinr/asem/pipeline_normalised.csv' JOIN meta ON code = indicator
               GROUP BY parent)
             WHERE c.a <> c.b AND abs(c.correlation) > 0.7",
        )
        .may_have_more()
        .note("the file has each pair in one order and no strong negative correlations, ours both"),
        Case::new(
            "coinr/asem/corr_denominators_0_5.csv",
            &["indicator", "denominator"],
            &["value"],
            "WITH d AS (
               SELECT \"uCode\" AS unit, 'Area' AS indicator, \"Area\" AS value FROM units
               UNION ALL SELECT \"uCode\", 'Energy', \"Energy\" FROM units
               UNION ALL SELECT \"uCode\", 'GDP', \"GDP\" FROM units
               UNION ALL SELECT \"uCode\", 'Population', \"Population\" FROM units)
             SELECT c.a AS indicator, c.b AS denominator, c.correlation AS value FROM (
               SELECT unnest(stat_correlation(unit, indicator, value)) AS c
               FROM (SELECT unit, indicator, value FROM raw UNION ALL SELECT * FROM d))
             WHERE c.a NOT IN (SELECT indicator FROM d) AND c.b IN (SELECT indicator FROM d)
               AND abs(c.correlation) > 0.5",
        ),
    ]
}

/// Components that may point the other way: `ours` has the columns of the file.
pub fn up_to_sign(file: &'static str, ours: &str) -> Case {
    let sql = format!(
        "WITH ours AS ({ours}),
         signs AS (
           SELECT o.\"group\", o.pc, signum(sum(o.loading * g.loading)) AS sign
           FROM ours o JOIN '{{golden}}/{file}' g
             ON g.\"group\" = o.\"group\" AND g.pc = o.pc AND g.code = o.code
           GROUP BY o.\"group\", o.pc)
         SELECT o.\"group\", o.pc, eigenvalue, explained, code, loading * sign AS loading
         FROM ours o JOIN signs s ON s.\"group\" = o.\"group\" AND s.pc = o.pc"
    );
    Case::new(file, &["group", "pc", "code"], &["eigenvalue", "explained", "loading"], sql).note(
        "the sign of an eigenvector is arbitrary: it is taken from the file, component by component",
    )
}

fn components() -> Vec<Case> {
    let pca = |file, from: &str| {
        let ours = format!(
            "SELECT parent AS \"group\", CAST(c.component AS BIGINT) AS pc, c.eigenvalue AS eigenvalue,
                    c.explained AS explained, c.indicator AS code, c.loading AS loading
             FROM (SELECT parent, unnest(stat_pca(unit, code, value)) AS c FROM {from} GROUP BY parent)"
        );
        up_to_sign(file, &ours)
    };
    vec![
        Case::new(
            "coinr/asem/cronbach.csv",
            &["group", "dset"],
            &["alpha"],
            "WITH n AS (
               SELECT unit, indicator, parent, value
               FROM '{golden}/coinr/asem/pipeline_normalised.csv' JOIN meta ON code = indicator)
             SELECT parent AS \"group\", 'raw' AS dset, stat_cronbach(unit, indicator, value) AS alpha
             FROM raw JOIN meta ON code = indicator GROUP BY parent
             UNION ALL
             SELECT parent, 'pipeline_normalised', stat_cronbach(unit, indicator, value)
             FROM n GROUP BY parent
             UNION ALL
             SELECT 'Index', 'pipeline_normalised', stat_cronbach(unit, indicator, value) FROM n
             UNION ALL
             SELECT 'Conn', 'pipeline_aggregated_level2', stat_cronbach(unit, a.code, value)
             FROM '{golden}/coinr/asem/pipeline_aggregated.csv' a JOIN meta ON meta.code = a.code
             WHERE a.level = 2 AND parent = 'Conn'",
        ),
        pca(
            "coinr/asem/pca_level1_by_pillar.csv",
            "(SELECT unit, parent, code, value FROM '{golden}/coinr/asem/pipeline_normalised.csv'
              JOIN meta ON code = indicator)",
        ),
        pca(
            "coinr/asem/pca_level2_by_subindex.csv",
            "(SELECT unit, parent, a.code, value FROM '{golden}/coinr/asem/pipeline_aggregated.csv' a
              JOIN meta ON meta.code = a.code WHERE a.level = 2)",
        ),
    ]
}
