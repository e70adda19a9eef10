//! Imputations of the ASEM example and of a panel with gaps.

use super::Case;

pub fn cases() -> Vec<Case> {
    let asem = |file, imputation: &str, window: &str| {
        Case::new(
            file,
            &["unit", "indicator"],
            &["value"],
            format!(
                "SELECT unit, indicator, i['value'] AS value FROM (
                   SELECT unit, indicator, {imputation} OVER (PARTITION BY {window}) AS i
                   FROM raw JOIN meta ON code = indicator JOIN units ON \"uCode\" = unit)"
            ),
        )
    };
    let group = |file, imputation: &str, group: &str| {
        Case::new(
            file,
            &["unit", "indicator"],
            &["value"],
            format!(
                "SELECT unit, indicator, CASE WHEN \"group\" IS NULL THEN value ELSE i['value'] END AS value
                 FROM (SELECT unit, indicator, value, {group} AS \"group\",
                              {imputation} OVER (PARTITION BY indicator, {group}) AS i
                       FROM raw JOIN units ON \"uCode\" = unit)"
            ),
        )
        .note("COINr leaves a unit without a group as it is: CASE in SQL")
    };
    let panel = |file, columns, imputation: &str| {
        Case::new(
            file,
            &["unit", "time", "indicator"],
            columns,
            format!(
                "SELECT unit, \"time\", indicator, i['value'] AS value, source_time FROM (
                   SELECT unit, \"time\", indicator,
                          {imputation} OVER (PARTITION BY unit, indicator) AS i,
                          impute_last_period(value, \"time\") OVER (PARTITION BY unit, indicator)
                            AS source_time
                   FROM '{{golden}}/coinr/panel/gaps_raw.csv')"
            ),
        )
    };
    vec![
        asem("coinr/asem/impute_mean.csv", "impute_mean(value)", "indicator"),
        asem("coinr/asem/impute_median.csv", "impute_median(value)", "indicator"),
        group("coinr/asem/impute_mean_grp_EurAsia.csv", "impute_mean(value)", "\"EurAsia_group\""),
        group("coinr/asem/impute_median_grp_Pop.csv", "impute_median(value)", "\"Pop_group\""),
        asem(
            "coinr/asem/impute_row_mean_pillar.csv",
            "impute_row_mean(value, unit, indicator, meta.direction)",
            "parent",
        ),
        panel(
            "coinr/panel/impute_latest.csv",
            &["value", "source_time"],
            "impute_last(value, \"time\")",
        ),
        panel(
            "coinr/panel/impute_constant.csv",
            &["value"],
            "impute_last(value, \"time\", leading => true)",
        ),
        panel(
            "coinr/panel/impute_linear_constant.csv",
            &["value"],
            "impute_linear(value, \"time\", ends => 'flat')",
        )
        .note("COINr's linear-constant; its linear stops at a series with one value"),
    ]
}
