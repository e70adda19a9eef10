//! Statistics of the ASEM example.

use super::Case;

pub fn cases() -> Vec<Case> {
    vec![Case::new(
        "coinr/asem/stats_raw.csv",
        &["indicator"],
        &[
            "Min",
            "Max",
            "Mean",
            "Median",
            "Std",
            "Skew",
            "Kurt",
            "N_Avail",
            "N_NonZero",
            "N_Unique",
            "N_Same",
            "Frc_Avail",
            "Frc_NonZero",
            "Frc_Unique",
            "Frc_Same",
            "Flag_Avail",
            "Flag_NonZero",
            "Flag_Unique",
            "Flag_SkewKurt",
        ],
        r#"WITH same AS (
               SELECT indicator, max(n) AS n FROM (
                   SELECT indicator, value, count(*) AS n FROM raw
                   WHERE value IS NOT NULL GROUP BY indicator, value)
               GROUP BY indicator),
             s AS (
               SELECT indicator, min(value) AS "Min", max(value) AS "Max",
                      agg_arithmetic(value) AS "Mean", stat_quantile(value, 0.5) AS "Median",
                      get_field(fit_zscore(value), 'sd') AS "Std",
                      stat_skewness(value) AS "Skew", stat_kurtosis(value) AS "Kurt",
                      screen_availability(value) AS a, count(value) AS there, count(*) AS units,
                      count(DISTINCT value) AS "N_Unique"
               FROM raw GROUP BY indicator)
           SELECT s.*, there AS "N_Avail", there - a.zeros AS "N_NonZero", same.n AS "N_Same",
                  a.available AS "Frc_Avail", a.nonzero AS "Frc_NonZero",
                  CAST("N_Unique" AS DOUBLE) / there AS "Frc_Unique",
                  CAST(same.n AS DOUBLE) / there AS "Frc_Same",
                  CASE WHEN a.available < 0.65 THEN 'LOW' ELSE 'ok' END AS "Flag_Avail",
                  CASE WHEN (there - a.zeros) / CAST(units AS DOUBLE) < 0.5
                       THEN 'LOW' ELSE 'ok' END AS "Flag_NonZero",
                  CASE WHEN "N_Unique" / CAST(units AS DOUBLE) < 0.5
                       THEN 'LOW' ELSE 'ok' END AS "Flag_Unique",
                  CASE WHEN abs("Skew") > 2 AND "Kurt" > 3.5
                       THEN 'OUT' ELSE 'ok' END AS "Flag_SkewKurt"
           FROM s JOIN same ON same.indicator = s.indicator"#,
    )]
}
