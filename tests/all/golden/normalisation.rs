//! Normalisations of the ASEM example, and of the panel.

use super::Case;

pub fn cases() -> Vec<Case> {
    let asem = |file, score: &str| {
        Case::new(
            file,
            &["unit", "indicator"],
            &["value"],
            format!(
                "SELECT unit, indicator, {score} AS value FROM raw JOIN meta ON code = indicator"
            ),
        )
    };
    let zscore_of_panel = |file, window: &str| {
        Case::new(
            file,
            &["unit", "time", "indicator"],
            &["value"],
            format!(
                "SELECT r.unit, r.\"time\", indicator,
                        norm_zscore(value, direction => meta.direction) OVER (PARTITION BY {window}) AS value
                 FROM '{{golden}}/coinr/panel/raw.csv' r JOIN meta ON code = indicator"
            ),
        )
        .may_have_more()
    };
    vec![
        asem(
            "coinr/asem/norm_minmax_0_100.csv",
            "norm_minmax(value, upper => 100, direction => meta.direction) OVER (PARTITION BY indicator)",
        ),
        asem(
            "coinr/asem/norm_minmax_1_100.csv",
            "norm_minmax(value, lower => 1, upper => 100, direction => meta.direction)
               OVER (PARTITION BY indicator)",
        ),
        asem(
            "coinr/asem/norm_zscore_0_1.csv",
            "norm_zscore(value, direction => meta.direction) OVER (PARTITION BY indicator)",
        ),
        asem(
            "coinr/asem/norm_goalposts.csv",
            "norm_goalposts(value, lower => goalpost_lower, upper => goalpost_upper,
                            direction => meta.direction, scale => 100)",
        ),
        zscore_of_panel("coinr/panel/norm_zscore_global.csv", "indicator"),
        zscore_of_panel("coinr/panel/norm_zscore_per_year.csv", "indicator, \"time\""),
        Case::new(
            "coinr/panel/pipeline_normalised_global.csv",
            &["unit", "time", "indicator"],
            &["value"],
            "SELECT r.unit, r.\"time\", indicator,
                    norm_minmax(value, upper => 100, direction => meta.direction)
                      OVER (PARTITION BY indicator) AS value
             FROM '{golden}/coinr/panel/pipeline_treated.csv' r JOIN meta ON code = indicator",
        ),
    ]
}
