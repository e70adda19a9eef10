//! COINr's example index without each element, under two aggregations, and how it hangs together:
//! by the table functions.

use super::Case;

const ASEM: &str = "{golden}/coinr/asem";

pub fn cases() -> Vec<Case> {
    [removal(), variants(), correlations()].into_iter().flatten().collect()
}

/// Panel and framework of scores that have their direction already.
fn normalised() -> String {
    format!(
        "(SELECT * FROM '{ASEM}/pipeline_normalised.csv'), (SELECT code, parent, weight FROM meta),
         normalisation => 'none'"
    )
}

fn removal() -> Vec<Case> {
    let shifts = |level: u8| {
        format!(
            "WITH l AS (SELECT * FROM leave_one_out({}, level => {level})),
             shifts AS (SELECT removed, unit, score, rank, rank_shift FROM l
                        UNION ALL
                        SELECT DISTINCT 'Nominal', unit, nominal_score, nominal_rank, 0 FROM l)",
            normalised()
        )
    };
    let both = |level, units, summary| {
        [
            Case::new(
                units,
                &["removed", "unit"],
                &["score", "rank", "rank_shift"],
                format!("{} SELECT * FROM shifts", shifts(level)),
            ),
            Case::new(
                summary,
                &["removed"],
                &["mean_abs_rank_shift"],
                format!(
                    "{} SELECT removed, avg(abs(rank_shift)) AS mean_abs_rank_shift
                     FROM shifts GROUP BY removed",
                    shifts(level)
                ),
            ),
        ]
    };
    [
        both(2, "coinr/asem/remove_level2.csv", "coinr/asem/remove_level2_summary.csv"),
        both(3, "coinr/asem/remove_level3.csv", "coinr/asem/remove_level3_summary.csv"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn variants() -> Vec<Case> {
    vec![Case::new(
        "coinr/asem/compare_amean_gmean.csv",
        &["unit"],
        &["rank_a", "rank_b", "diff", "absdiff"],
        format!(
            "SELECT unit, rank_a, rank_b, rank_shift AS diff, abs(rank_shift) AS absdiff
             FROM compare((SELECT * FROM '{ASEM}/agg_input_minmax_1_100.csv'),
                          (SELECT code, parent, weight FROM meta),
                          normalisation => 'none', aggregation_b => 'geometric')
             WHERE code = 'Index'"
        ),
    )]
}

/// Both halves of the square, and its diagonal, from pairs that stand in it once.
fn square(pairs: &str, column: &str, of_itself: u8, name: &str) -> String {
    format!(
        "WITH c AS ({pairs})
         SELECT code_a AS a, code_b AS b, {column} AS {name} FROM c
         UNION ALL SELECT code_b, code_a, {column} FROM c
         UNION ALL SELECT code, code AS same, {of_itself}.0 FROM (
           SELECT code_a AS code FROM c UNION SELECT code_b FROM c)"
    )
}

fn correlations() -> Vec<Case> {
    let raw = |more: &str| {
        format!(
            "SELECT * FROM correlations((SELECT unit, indicator, value FROM raw),
                                        (SELECT code, parent FROM meta), of => 'values'{more})"
        )
    };
    let physical = |more: &str| {
        format!(
            "SELECT * FROM correlations(
               (SELECT unit, indicator, value FROM raw),
               (SELECT code FROM meta WHERE parent = 'Physical'), of => 'values', strict => false{more})"
        )
    };
    let scores = |more: &str| {
        format!(
            "correlations((SELECT * FROM '{ASEM}/agg_input_minmax_1_100.csv'),
                          (SELECT code, parent, weight FROM meta), normalisation => 'none',
                          within => 'parents'{more})"
        )
    };
    vec![
        Case::new(
            "coinr/asem/corr_pearson_raw.csv",
            &["a", "b"],
            &["value"],
            square(&raw(""), "correlation", 1, "value"),
        ),
        Case::new(
            "coinr/asem/corr_kendall_physical.csv",
            &["a", "b"],
            &["value"],
            square(&physical(", method => 'kendall'"), "correlation", 1, "value"),
        ),
        Case::new(
            "coinr/asem/corr_pvalues_physical.csv",
            &["a", "b"],
            &["pvalue"],
            square(&physical(""), "p_value", 0, "pvalue"),
        ),
        Case::new(
            "coinr/asem/corr_pearson_indicator_pillar.csv",
            &["parent", "child"],
            &["value"],
            format!(
                "SELECT code_b AS parent, code_a AS child, correlation AS value FROM {}
                 WHERE level_a = 1 AND level_b = 2",
                scores("")
            ),
        ),
        Case::new(
            "coinr/asem/corr_spearman_pillar_index.csv",
            &["a", "b"],
            &["value"],
            format!(
                "SELECT code_b AS a, code_a AS b, correlation AS value FROM {}
                 WHERE level_a = 2 AND code_b = 'Index'",
                scores(", method => 'spearman'")
            ),
        ),
        Case::new(
            "coinr/asem/corr_flags_high_0_7.csv",
            &["a", "b"],
            &["group", "value"],
            format!(
                "SELECT parent AS \"group\", least(code_a, code_b) AS a, greatest(code_a, code_b) AS b,
                        correlation AS value
                 FROM correlations({}, within => 'siblings') JOIN meta ON code = code_a
                 WHERE level_a = 1 AND correlation > 0.7",
                normalised()
            ),
        ),
    ]
}
