//! Treatments of the ASEM example, the pipeline and the panel.

use super::Case;

pub fn cases() -> Vec<Case> {
    let values = |file, key: &'static [&'static str], treatment: &str, input: &str| {
        Case::new(
            file,
            key,
            &["value"],
            format!(
                "SELECT unit, indicator, indicator AS code, t['value'] AS value FROM (
                   SELECT unit, indicator, {treatment} OVER (PARTITION BY indicator) AS t
                   FROM '{{golden}}/coinr/asem/{input}')"
            ),
        )
    };
    let points = |file, treatment: &str, input: &str| {
        Case::new(
            file,
            &["unit", "code"],
            &["treatment"],
            format!(
                "SELECT unit, code,
                        CASE t['treatment'] WHEN 'winsorised high' THEN 'winhi'
                                            WHEN 'winsorised low' THEN 'winlo' END AS treatment
                 FROM (SELECT unit, indicator AS code, {treatment} OVER (PARTITION BY indicator) AS t
                       FROM '{{golden}}/coinr/asem/{input}')
                 WHERE t['treatment'] IS NOT NULL"
            ),
        )
    };
    let details = |file, columns, max_points: u8, input: &str| {
        Case::new(
            file,
            &["indicator"],
            columns,
            format!(
                "SELECT indicator, treat_passes(value) AS \"check0_Pass\",
                        CASE WHEN NOT treat_passes(value) THEN count(t['treatment']) END AS winsorise_nwin,
                        CASE WHEN NOT treat_passes(value) THEN treat_passes(t['value']) END AS \"check1_Pass\",
                        CASE WHEN NOT treat_passes(t['value']) THEN treat_passes(both['value']) END AS \"check2_Pass\"
                 FROM (SELECT indicator, value,
                              treat_points(value, max_points => {max_points})
                                OVER (PARTITION BY indicator) AS t,
                              treat_outliers(value, max_points => {max_points}, log => 'range_mirrored')
                                OVER (PARTITION BY indicator) AS both
                       FROM '{{golden}}/coinr/asem/{input}')
                 GROUP BY indicator"
            ),
        )
        .note("the flags and the number of points; skewness and kurtosis are the stat_ functions'")
    };
    const CHECKS: &[&str] = &["check0_Pass", "winsorise_nwin", "check1_Pass", "check2_Pass"];
    const CODE: &[&str] = &["unit", "code"];
    vec![
        values("coinr/asem/treat_default_values.csv", CODE, "treat_outliers(value)", "raw.csv"),
        points("coinr/asem/treat_default_points.csv", "treat_outliers(value)", "raw.csv"),
        details("coinr/asem/treat_default_details.csv", &CHECKS[..3], 5, "raw.csv"),
        values(
            "coinr/asem/treat_winmax1_logCTplus_values.csv",
            CODE,
            "treat_outliers(value, max_points => 1, log => 'range_mirrored')",
            "raw.csv",
        ),
        Case::new(
            "coinr/asem/treat_winmax1_logCTplus_points.csv",
            CODE,
            &["treatment"],
            "WITH t AS (
               SELECT unit, indicator AS code, value,
                      treat_points(value, max_points => 1) OVER (PARTITION BY indicator) AS first,
                      treat_outliers(value, max_points => 1, log => 'range_mirrored')
                        OVER (PARTITION BY indicator) AS both
               FROM raw)
             SELECT unit, code,
                    CASE WHEN value IS NULL THEN '+log_CT' ELSE concat(CASE first['treatment'] WHEN 'winsorised high' THEN 'winhi'
                                                   WHEN 'winsorised low' THEN 'winlo' END,
                           CASE both['treatment'] WHEN 'log' THEN '+log_CT' END) END AS treatment
             FROM (SELECT *, bool_or(both['treatment'] = 'log') OVER (PARTITION BY code) AS logged FROM t)
             WHERE both['treatment'] IS NOT NULL OR value IS NULL AND logged",
        )
        .note(
            "COINr also marks the 9 points of a step 1 that step 2 has undone: taken from \
             treat_points; and missing values of a column that was logged",
        ),
        details("coinr/asem/treat_winmax1_logCTplus_details.csv", CHECKS, 1, "raw.csv"),
        values(
            "coinr/asem/pipeline_treated.csv",
            &["unit", "indicator"],
            "treat_outliers(value)",
            "pipeline_screened.csv",
        ),
        values(
            "coinr/asem/pipeline_treatment_values.csv",
            CODE,
            "treat_outliers(value)",
            "pipeline_screened.csv",
        ),
        points(
            "coinr/asem/pipeline_treatment_points.csv",
            "treat_points(value)",
            "pipeline_screened.csv",
        ),
        details("coinr/asem/pipeline_treatment_details.csv", &CHECKS[..3], 5, "pipeline_screened.csv"),
        Case::new(
            "coinr/panel/pipeline_treated.csv",
            &["unit", "time", "indicator"],
            &["value"],
            "SELECT unit, \"time\", indicator, t['value'] AS value FROM (
               SELECT r.unit, r.\"time\", indicator,
                      treat_outliers(value) OVER (PARTITION BY indicator, r.\"time\") AS t
               FROM '{golden}/coinr/panel/raw.csv' r
               JOIN '{golden}/coinr/panel/pipeline_screening.csv' s
                 ON s.unit = r.unit AND s.\"time\" = r.\"time\" AND s.included)",
        ),
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
    ]
}
