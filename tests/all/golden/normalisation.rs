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
    let over = |function: &str| {
        format!("{function}(value, direction => meta.direction) OVER (PARTITION BY indicator)")
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
        asem(
            "coinr/asem/norm_scaled.csv",
            "norm_scaled(value, lower => scaled_lower, upper => scaled_upper, scale => scale_factor,
                         direction => meta.direction)",
        ),
        asem("coinr/asem/norm_dist2max.csv", &over("norm_distance_max")),
        asem(
            "coinr/asem/norm_dist2targ.csv",
            "norm_distance_target(value, target => \"Target\", cap => dist2targ_cap_max,
                                  direction => meta.direction) OVER (PARTITION BY indicator)",
        ),
        Case::new(
            "coinr/asem/norm_fracmax_positive.csv",
            &["unit", "indicator"],
            &["value"],
            "SELECT unit, indicator, norm_fraction_max(value) OVER (PARTITION BY indicator) AS value
             FROM raw JOIN meta ON code = indicator WHERE meta.direction = 1",
        )
        .note("direction 1 only: COINr's scale is upside down for -1, ours is min / x"),
        asem("coinr/asem/norm_rank.csv", &over("norm_rank")),
        asem("coinr/asem/norm_borda.csv", &over("norm_borda")),
        asem("coinr/asem/norm_prank.csv", &over("norm_percentile_rank")),
        asem(
            "coinr/asem/norm_mixed.csv",
            "CASE indicator
               WHEN 'LPI' THEN norm_zscore(value, mean => 100, sd => 15) OVER (PARTITION BY indicator)
               WHEN 'CO2' THEN norm_rank(value, direction => -1) OVER (PARTITION BY indicator)
               WHEN 'Goods' THEN value
               WHEN 'Tariff' THEN norm_minmax(value, upper => 10, direction => -1)
                                    OVER (PARTITION BY indicator)
               ELSE norm_minmax(value, direction => meta.direction) OVER (PARTITION BY indicator)
             END",
        ),
        Case::new(
            "coinr/asem/agg_input_minmax_1_100.csv",
            &["unit", "indicator"],
            &["value"],
            "SELECT unit, indicator,
                    norm_minmax(value, lower => 1, upper => 100, direction => meta.direction)
                      OVER (PARTITION BY indicator) AS value
             FROM '{golden}/coinr/asem/pipeline_treated.csv' JOIN meta ON code = indicator",
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
