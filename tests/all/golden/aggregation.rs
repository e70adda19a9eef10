//! The ASEM tree, each of its three levels aggregated from the one below.

use super::Case;

/// Inputs of the cases.
const TREATED: &str = "agg_input_minmax_1_100.csv";
const MISSING: &str = "norm_minmax_1_100.csv";

pub fn cases() -> Vec<Case> {
    let case = |file, input, weights, aggregations| {
        Case::new(file, &["unit", "code"], &["value"], tree(input, weights, aggregations))
    };
    vec![
        case("coinr/asem/agg_amean_equal.csv", TREATED, "meta", ["agg_arithmetic"; 3]),
        case("coinr/asem/agg_amean_W1.csv", TREATED, "w1", ["agg_arithmetic"; 3]),
        case("coinr/asem/agg_gmean_equal.csv", TREATED, "meta", ["agg_geometric"; 3]),
        case("coinr/asem/agg_gmean_W1.csv", TREATED, "w1", ["agg_geometric"; 3]),
        case("coinr/asem/agg_hmean_W1.csv", TREATED, "w1", ["agg_harmonic"; 3]),
        case("coinr/asem/agg_genmean_p2_equal.csv", TREATED, "meta", ["agg_power(p => 2)"; 3]),
        case(
            "coinr/asem/agg_mixed_levels_W1.csv",
            TREATED,
            "w1",
            ["agg_arithmetic", "agg_geometric", "agg_harmonic"],
        ),
        case("coinr/asem/agg_amean_with_missing_W1.csv", MISSING, "w1", ["agg_arithmetic"; 3]),
        case("coinr/asem/agg_gmean_with_missing_W1.csv", MISSING, "w1", ["agg_geometric"; 3]),
        case(
            "coinr/asem/agg_amean_dat_thresh.csv",
            MISSING,
            "meta",
            ["agg_arithmetic(min_coverage => 0.85)"; 3],
        ),
    ]
}

/// The SQL of the three levels above the indicators.
fn tree(input: &str, weights: &str, aggregations: [&str; 3]) -> String {
    let mut sql = format!(
        "WITH w AS (SELECT meta.code, meta.parent, n.weight FROM meta JOIN {weights} n ON n.code = meta.code),
         l1 AS (SELECT unit, indicator AS code, value FROM '{{golden}}/coinr/asem/{input}')"
    );
    for (level, aggregation) in (2..).zip(aggregations) {
        let (name, options) = aggregation.split_once('(').unwrap_or((aggregation, ")"));
        let options = options.trim_end_matches(')');
        let comma = if options.is_empty() { "" } else { ", " };
        sql.push_str(&format!(
            ",
         l{level} AS (SELECT unit, w.parent AS code, {name}(value, w.weight{comma}{options}) AS value
                FROM l{} l JOIN w ON w.code = l.code GROUP BY unit, w.parent)",
            level - 1
        ));
    }
    sql + "
         SELECT * FROM l2 UNION ALL SELECT * FROM l3 UNION ALL SELECT * FROM l4"
}
