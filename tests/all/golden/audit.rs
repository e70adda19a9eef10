//! COINr's example index by the table functions of an audit: statistics of its indicators, profile, strengths and
//! weaknesses of a unit, consistency and components of its groups.

use super::Case;
use super::matrix::up_to_sign;

/// Panel and framework of scores that have their direction already.
const NORMALISED: &str =
    "(SELECT * FROM '{golden}/coinr/asem/pipeline_normalised.csv'), (SELECT code, parent, weight FROM meta),
     normalisation => 'none'";

pub fn cases() -> Vec<Case> {
    [indicators(), units(), groups()].into_iter().flatten().collect()
}

fn indicators() -> Vec<Case> {
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
            "Frc_Same",
            "Flag_SkewKurt",
        ],
        r#"SELECT code AS indicator, min AS "Min", max AS "Max", mean AS "Mean", median AS "Median", sd AS "Std",
                  skewness AS "Skew", kurtosis AS "Kurt", n AS "N_Avail", n - zeros AS "N_NonZero",
                  unique_values AS "N_Unique", same AS "N_Same", 1 - missing_share AS "Frc_Avail",
                  same_share AS "Frc_Same", CASE WHEN flagged THEN 'OUT' ELSE 'ok' END AS "Flag_SkewKurt"
           FROM indicator_statistics((SELECT unit, indicator, value FROM raw),
                                     (SELECT code, parent, weight, direction FROM meta))"#,
    )]
}

fn units() -> Vec<Case> {
    vec![
        Case::new(
            "coinr/asem/unit_summary_CHN.csv",
            &["code"],
            &["name", "score", "rank"],
            format!(
                r#"SELECT p.code AS code, "iName" AS name, score, rank
                   FROM unit_profile({NORMALISED}) AS p JOIN meta ON meta.code = p.code
                   WHERE unit = 'CHN' AND p.level > 1"#
            ),
        ),
        Case::new(
            "coinr/asem/pipeline_group_ranks.csv",
            &["unit", "code"],
            &["group", "rank"],
            format!(
                r#"SELECT unit, code, unit_group AS "group", group_rank AS rank
                   FROM unit_profile(
                     (SELECT n.*, "GDP_group" AS gdp
                      FROM '{{golden}}/coinr/asem/pipeline_normalised.csv' AS n JOIN units ON "uCode" = unit),
                     {}, unit_group => gdp)
                   WHERE level > 1"#,
                NORMALISED.split_once("), ").map_or("", |(_, rest)| rest)
            ),
        ),
        Case::new(
            "coinr/asem/strengths_weaknesses_CHN.csv",
            &["kind", "indicator"],
            &["pillar", "rank", "value"],
            "WITH m AS (SELECT code, row_number() OVER () AS position FROM meta),
             s AS (SELECT *, min(score) OVER (PARTITION BY code) AS worst
                   FROM strengths_weaknesses((SELECT unit, indicator, value FROM raw),
                                             (SELECT code, parent, direction FROM meta),
                                             normalisation => 'none', top => NULL)),
             mine AS (SELECT kind, s.code AS indicator, parent AS pillar, rank, value,
                             row_number() OVER (ORDER BY rank, parent, position) AS best,
                             row_number() OVER (ORDER BY rank DESC, parent DESC, position DESC) AS last
                      FROM s JOIN m ON m.code = s.code WHERE unit = 'CHN' AND score > worst)
             SELECT * FROM mine WHERE best <= 5 OR last <= 5",
        )
        .note("chosen as COINr does: by rank, without what the unit is worst at; our own order is by share of units"),
    ]
}

fn groups() -> Vec<Case> {
    let raw = "(SELECT unit, indicator, value FROM raw), (SELECT code, parent FROM meta), normalisation => 'none'";
    let components = |file, level: u8| {
        up_to_sign(
            file,
            &format!(
                "SELECT code AS \"group\", component AS pc, eigenvalue, share AS explained, child AS code, loading
                 FROM principal_components({NORMALISED}) WHERE level = {level}"
            ),
        )
    };
    vec![
        Case::new(
            "coinr/asem/cronbach.csv",
            &["group", "dset"],
            &["alpha"],
            format!(
                "SELECT code AS \"group\", 'raw' AS dset, alpha FROM consistency({raw}) WHERE level = 2
                 UNION ALL
                 SELECT code, CASE level WHEN 2 THEN 'pipeline_normalised' ELSE 'pipeline_aggregated_level2' END, alpha
                 FROM consistency({NORMALISED}) WHERE level = 2 OR code = 'Conn'
                 UNION ALL
                 SELECT code, 'pipeline_normalised', alpha FROM consistency({NORMALISED}, among => 'indicators')
                 WHERE code = 'Index'"
            ),
        ),
        components("coinr/asem/pca_level1_by_pillar.csv", 2),
        components("coinr/asem/pca_level2_by_subindex.csv", 3),
    ]
}
