//! Files that other cases reproduce function by function, from one table function each.

use super::Case;

/// Values and tree of the example.
const ASEM: &str = "raw, (SELECT code, parent, weight, direction FROM meta)";

pub fn coinr_cases() -> Vec<Case> {
    let effective = |file, weights: &str| {
        let sql = format!(
            "SELECT code, level, effective_weight AS eff_weight
             FROM weights(raw, (SELECT meta.code, meta.parent, n.weight, meta.direction
                                FROM meta JOIN {weights} n ON n.code = meta.code))"
        );
        Case::new(file, &["code"], &["level", "eff_weight"], sql)
    };
    vec![
        effective("coinr/asem/eff_weights_equal.csv", "meta"),
        effective("coinr/asem/eff_weights_W1.csv", "w1"),
        Case::new(
            "coinr/asem/opt_weights_level3_equal.csv",
            &["code"],
            &["desired", "obtained", "weight"],
            "SELECT code, 0.5 AS desired, optimised_share AS obtained, optimised_weight AS weight
             FROM weights('{golden}/coinr/asem/pipeline_normalised.csv',
                          (SELECT code, parent, weight FROM meta),
                          normalisation => 'none', optimise => 'equal')
             WHERE level = 3",
        ),
        Case::new(
            "coinr/asem/corr_pearson_indicator_pillar.csv",
            &["parent", "child"],
            &["value"],
            "SELECT parent, code AS child, correlation AS value
             FROM weights('{golden}/coinr/asem/agg_input_minmax_1_100.csv',
                          (SELECT code, parent, 1 AS weight FROM meta), normalisation => 'none')
             WHERE level = 1",
        ),
        Case::new(
            "coinr/asem/availability_by_group.csv",
            &["unit", "code"],
            &["level", "value"],
            format!(
                "SELECT unit, code, level, availability AS value FROM availability({ASEM})
                 WHERE level > 1"
            ),
        ),
        Case::new(
            "coinr/asem/availability_summary.csv",
            &["unit"],
            &["N_missing", "N_zero", "N_miss_or_zero", "Dat_Avail", "Non_Zero"],
            format!(
                r#"SELECT unit, expected - observed AS "N_missing", zeros AS "N_zero",
                          expected - observed + zeros AS "N_miss_or_zero",
                          availability AS "Dat_Avail", 1 - zeros / observed::DOUBLE AS "Non_Zero"
                   FROM availability({ASEM}) WHERE code = 'Index'"#
            ),
        ),
    ]
}

/// The dimensions of panel_S under the root, the indicators straight under them.
const DIMENSIONS: &str = "SELECT 'index' AS code, NULL AS parent, 1 AS weight, NULL AS direction
                      UNION ALL SELECT DISTINCT dim AS code, 'index' AS parent, dim_weight AS weight, NULL AS direction FROM m
                      UNION ALL SELECT indicator AS code, dim AS parent, w_in_dim AS weight, direction FROM m";

pub fn panel_cases() -> Vec<Case> {
    vec![
        Case::new(
            "panel_S/w7_entropy_weights.csv",
            &["indicator", "year"],
            &["w"],
            "SELECT code AS indicator, period AS year, weight AS w
             FROM weights(p, (SELECT indicator AS code, direction FROM m),
                          unit => region, period => year,
                          weighting => 'entropy', reference => 'period')",
        )
        .may_have_more(),
        Case::new(
            "panel_S/w5_base_year.csv",
            &["region", "year", "dim"],
            &["dim_index", "contrib", "total", "total_change"],
            format!(
                "WITH c AS (
                   SELECT * FROM contributions(
                     (SELECT * FROM p WHERE value > 0),
                     ({}),
                     unit => region, period => year, normalisation => 'base', base => 2014)
                   WHERE level > 1)
                 SELECT d.unit AS region, d.period AS year, d.code AS dim, d.score AS dim_index,
                        d.contribution AS contrib, t.score AS total, t.contribution AS total_change
                 FROM c d JOIN c t ON t.unit = d.unit AND t.period = d.period
                 WHERE t.code = 'index' AND d.parent = 'index'",
                DIMENSIONS
            ),
        )
        .may_have_more()
        .tolerance(1e-10, "a contribution is the small difference of two large shares"),
    ]
}
