//! Treatments of the ASEM example, its pipeline and its panel.

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
        .note("COINr's words for the treatments in place of ours")
    };
    let details = |file, columns, max_points: u8, input: &str| {
        Case::new(
            file,
            &["indicator"],
            columns,
            format!(
                "WITH t AS (
                   SELECT indicator, value,
                          treat_points(value, max_points => {max_points})
                            OVER (PARTITION BY indicator) AS points,
                          treat_outliers(value, max_points => {max_points}, log => 'range_mirrored')
                            OVER (PARTITION BY indicator) AS both
                   FROM '{{golden}}/coinr/asem/{input}'),
                 c AS (
                   SELECT indicator, count(points['treatment']) AS n,
                          treat_passes(value) AS p0, stat_skewness(value) AS s0, stat_kurtosis(value) AS k0,
                          treat_passes(points['value']) AS p1, stat_skewness(points['value']) AS s1,
                          stat_kurtosis(points['value']) AS k1,
                          treat_passes(both['value']) AS p2, stat_skewness(both['value']) AS s2,
                          stat_kurtosis(both['value']) AS k2
                   FROM t GROUP BY indicator)
                 SELECT indicator,
                        p0 AS \"check0_Pass\", s0 AS \"check0_Skew\", k0 AS \"check0_Kurt\",
                        CASE WHEN NOT p0 THEN n END AS winsorise_nwin,
                        CASE WHEN NOT p0 THEN p1 END AS \"check1_Pass\",
                        CASE WHEN NOT p0 THEN s1 END AS \"check1_Skew\",
                        CASE WHEN NOT p0 THEN k1 END AS \"check1_Kurt\",
                        CASE WHEN NOT p1 THEN p2 END AS \"check2_Pass\",
                        CASE WHEN NOT p1 THEN s2 END AS \"check2_Skew\",
                        CASE WHEN NOT p1 THEN k2 END AS \"check2_Kurt\"
                 FROM c"
            ),
        )
    };
    const CHECKS: &[&str] = &[
        "check0_Pass",
        "check0_Skew",
        "check0_Kurt",
        "winsorise_nwin",
        "check1_Pass",
        "check1_Skew",
        "check1_Kurt",
        "check2_Pass",
        "check2_Skew",
        "check2_Kurt",
    ];
    const CODE: &[&str] = &["unit", "code"];
    vec![
        values("coinr/asem/treat_default_values.csv", CODE, "treat_outliers(value)", "raw.csv"),
        points("coinr/asem/treat_default_points.csv", "treat_outliers(value)", "raw.csv"),
        details("coinr/asem/treat_default_details.csv", &CHECKS[..7], 5, "raw.csv"),
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
        details("coinr/asem/pipeline_treatment_details.csv", &CHECKS[..7], 5, "pipeline_screened.csv"),
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
    ]
}
