//! COINr's example index without each element, under two aggregations, and how it hangs together:
//! by the table functions.

use super::Case;

const ASEM: &str = "{golden}/coinr/asem";

pub fn cases() -> Vec<Case> {
    [removal(), variants()].into_iter().flatten().collect()
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
