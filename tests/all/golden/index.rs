//! The index in one statement: COINr's example and panel, and the workloads of panel_S, as
//! calls of the table functions.

use super::Case;

const ASEM: &str = "{golden}/coinr/asem";
const PANEL: &str = "{golden}/coinr/panel";

/// COINr's table of indicators is a framework.
const FRAMEWORK: &str = "(SELECT code, parent, weight, direction FROM meta)";
/// The same with the other set of weights.
const W1: &str = "(SELECT meta.code, parent, w1.weight, direction
                      FROM meta JOIN w1 ON w1.code = meta.code)";
/// Scores are turned round already.
const OF_SCORES: &str = "(SELECT code, parent, weight FROM meta)";

pub fn coinr_cases() -> Vec<Case> {
    let tree = |file, input: &str, framework: &str, methods: &str| {
        let sql = format!(
            "SELECT unit, code, score AS value
               FROM composite_index('{ASEM}/{input}', {framework}, {methods})
               WHERE level > 1"
        );
        Case::new(file, &["unit", "code"], &["value"], sql)
    };
    const TREATED: &str = "pipeline_treated.csv";
    const MISSING: &str = "raw.csv";
    let mixed = format!(
        "(SELECT f.code, parent, f.weight, direction,
                      CASE level WHEN 2 THEN 'arithmetic' WHEN 3 THEN 'geometric' WHEN 4 THEN 'harmonic' END
                        AS aggregation
                      FROM {W1} f JOIN (SELECT code, level FROM meta) l ON l.code = f.code)"
    );
    let copeland = |framework: &str, level: u32| {
        format!(
            "(SELECT f.code, parent, f.weight, direction,
                      CASE level WHEN {level} THEN 'copeland' END AS aggregation
                      FROM {framework} f JOIN (SELECT code, level FROM meta) l ON l.code = f.code)"
        )
    };
    let range = "normalisation => 'minmax(1, 100)'";
    let with = |aggregation: &str| format!("{range}, aggregation => '{aggregation}'");
    let of_panel = |file, reference: &str| {
        let sql = format!(
            r#"SELECT unit, period AS "time", code, score AS value
               FROM composite_index('{PANEL}/pipeline_treated.csv', {FRAMEWORK}, period => "time",
                                    normalisation => 'minmax(0, 100)', reference => '{reference}')
               WHERE level > 1"#
        );
        Case::new(file, &["unit", "time", "code"], &["value"], sql)
    };
    vec![
        tree("coinr/asem/agg_amean_equal.csv", TREATED, FRAMEWORK, range),
        tree("coinr/asem/agg_amean_W1.csv", TREATED, W1, range),
        tree("coinr/asem/agg_gmean_equal.csv", TREATED, FRAMEWORK, &with("geometric")),
        tree("coinr/asem/agg_gmean_W1.csv", TREATED, W1, &with("geometric")),
        tree("coinr/asem/agg_hmean_W1.csv", TREATED, W1, &with("harmonic")),
        tree("coinr/asem/agg_genmean_p2_equal.csv", TREATED, FRAMEWORK, &with("power(2)")),
        tree("coinr/asem/agg_mixed_levels_W1.csv", TREATED, &mixed, range),
        tree("coinr/asem/agg_copeland_top_W1.csv", TREATED, &copeland(W1, 4), range),
        tree("coinr/asem/agg_copeland_pillar_equal.csv", TREATED, &copeland(FRAMEWORK, 2), range),
        tree("coinr/asem/agg_amean_with_missing_W1.csv", MISSING, W1, range),
        tree("coinr/asem/agg_gmean_with_missing_W1.csv", MISSING, W1, &with("geometric")),
        tree(
            "coinr/asem/agg_amean_dat_thresh.csv",
            MISSING,
            FRAMEWORK,
            &format!("{range}, min_coverage => 0.85"),
        ),
        Case::new(
            "coinr/asem/pipeline_aggregated.csv",
            &["unit", "code"],
            &["value"],
            format!(
                r#"SELECT unit, code, score AS value
               FROM composite_index(
                      (WITH d AS ({DENOMINATED}),
                       i AS (SELECT unit, indicator, (impute_mean(value)
                               OVER (PARTITION BY indicator, "group"))['value'] AS value FROM d),
                       a AS (SELECT unit, screen_availability(value, min_available => 0.9) AS a
                             FROM i GROUP BY unit)
                       SELECT i.* FROM i JOIN a ON a.unit = i.unit WHERE a.a['included']),
                      {FRAMEWORK}, treatment => outliers, normalisation => 'minmax(0, 100)')"#
            ),
        ),
        Case::new(
            "coinr/asem/pipeline_ranks.csv",
            &["unit", "code"],
            &["value"],
            format!(
                "SELECT unit, code, rank AS value
               FROM composite_index('{ASEM}/pipeline_normalised.csv', {OF_SCORES},
                                    normalisation => none)"
            ),
        ),
        of_panel("coinr/panel/pipeline_aggregated_global.csv", "all"),
        of_panel("coinr/panel/aggregated_per_year.csv", "period"),
        Case::new(
            "coinr/panel/pipeline_normalised_global.csv",
            &["unit", "time", "indicator"],
            &["value"],
            format!(
                r#"SELECT unit, period AS "time", code AS indicator, score AS value
               FROM composite_index(
                      (WITH a AS (SELECT unit, "time", screen_availability(value, min_available => 0.9) AS a
                                  FROM '{PANEL}/raw.csv' GROUP BY unit, "time")
                       SELECT r.* FROM '{PANEL}/raw.csv' r
                       JOIN a ON a.unit = r.unit AND a."time" = r."time" WHERE a.a['included']),
                      {FRAMEWORK}, period => "time", treatment => outliers,
                      treatment_reference => 'period', normalisation => 'minmax(0, 100)')
               WHERE level = 1"#
            ),
        ),
    ]
}

/// The raw values, divided by their denominators where they have one.
const DENOMINATED: &str = r#"
                       SELECT unit, indicator, u."EurAsia_group" AS "group",
                              CASE WHEN meta."Denominator" IS NULL THEN value
                                   ELSE denominate(value, CASE meta."Denominator"
                                     WHEN 'Area' THEN u."Area" WHEN 'Energy' THEN u."Energy"
                                     WHEN 'GDP' THEN u."GDP" WHEN 'Population' THEN u."Population"
                                   END, unit)
                              END AS value
                       FROM raw JOIN meta ON code = indicator JOIN units u ON u."uCode" = unit"#;

/// The framework of panel_S with indicators right under the dimensions.
const TWO_LEVELS: &str =
    "(SELECT indicator AS code, dim AS parent, w_in_dim AS weight, direction FROM m
                UNION ALL SELECT DISTINCT dim, 'index', dim_weight, 1 FROM m
                UNION ALL SELECT 'index', NULL, NULL, NULL)";
/// With the sub-dimensions between them.
const THREE_LEVELS: &str = "(SELECT indicator AS code, subdim AS parent, weight, direction FROM m
                UNION ALL SELECT DISTINCT subdim, dim, sub_weight, 1 FROM m
                UNION ALL SELECT DISTINCT dim, 'index', dim_weight, 1 FROM m
                UNION ALL SELECT 'index', NULL, NULL, NULL)";

pub fn panel_cases() -> Vec<Case> {
    let index = |file, columns: &'static [&'static str], framework: &str, methods: &str| {
        let sql = format!(
            "SELECT unit AS region, period AS year, score AS idx, rank AS rnk
             FROM composite_index(p, {framework}, unit => region, period => year,
                                  reference => 'period'{methods})
             WHERE code = 'index'"
        );
        Case::new(file, &["region", "year"], columns, sql).may_have_more()
    };
    vec![
        index("panel_S/w2_zscore_index.csv", &["idx"], TWO_LEVELS, ", normalisation => zscore"),
        index(
            "panel_S/w3_geometric_index.csv",
            &["idx"],
            THREE_LEVELS,
            ", normalisation => 'minmax(1, 100)', aggregation => geometric",
        ),
        index(
            "panel_S/w6_winsorised_index.csv",
            &["idx"],
            TWO_LEVELS,
            ", treatment => 'winsorise(0.05, 0.95)'",
        ),
        index(
            "panel_S/w7_entropy_index.csv",
            &["idx"],
            "(SELECT indicator AS code, direction FROM m)",
            ", weighting => entropy",
        ),
        index("panel_S/w10_minmax_index.csv", &["idx", "rnk"], THREE_LEVELS, ""),
    ]
}
