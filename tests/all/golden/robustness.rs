//! Monte Carlo experiments of others, run again draw by draw.

use super::Case;

const ASEM: &str = "{golden}/coinr/asem";

pub fn panel_cases() -> Vec<Case> {
    vec![
        Case::new(
            "panel_S/w9_montecarlo_ranks.csv",
            &["region"],
            &["mean_rank", "p05", "p50", "p95", "min_rank", "max_rank", "top5"],
            // A draw is a hash of its number and the indicator's.
            "WITH j AS (SELECT indicator AS code, CAST(ind_no AS BIGINT) AS i,
                               weight * sub_weight * dim_weight AS w, direction FROM m),
             h1 AS (SELECT draw.value AS d, code, i, w, draw.value * 1009 + i * 9176 + 12345 AS h
                    FROM generate_series(1, 1000) AS draw CROSS JOIN j),
             h2 AS (SELECT d, code, i, w, (h * h % 2147483647 * 48271 + 11) % 2147483647 AS h FROM h1),
             u AS (SELECT d, code, w, CAST((h * h + i) % 2147483647 AS DOUBLE) / 2147483647 AS u FROM h2)
             SELECT unit AS region, mean_rank, p05_rank AS p05, median_rank AS p50, p95_rank AS p95,
                    min_rank, max_rank, top_share AS top5
             FROM uncertainty(
                    (SELECT * FROM p WHERE year = 2024), (SELECT code, w AS weight, direction FROM j),
                    unit => region, period => NULL,
                    weight_draws => (SELECT d AS draw, code, w * (1 + 0.25 * (2 * u - 1)) AS weight
                                     FROM u),
                    top => 5)",
        )
        .may_have_more(),
    ]
}

pub fn coinr_cases() -> Vec<Case> {
    vec![
        replayed("coinr/asem/ua_rankstats.csv", "ua_sample.csv", 100),
        // The two base samples only: the other runs differ from them in one column.
        replayed("coinr/asem/sa_rankstats.csv", "sa_sample.csv", 80),
    ]
}

/// The whole pipeline anew in each run of a sample, in one statement.
fn replayed(file: &'static str, sample: &str, runs: u32) -> Case {
    Case::new(
        file,
        &["unit"],
        &["nominal", "mean", "median", "q5", "q95"],
        format!(
            r#"WITH d AS (
               SELECT unit, indicator, u."EurAsia_group" AS "group",
                      CASE WHEN meta."Denominator" IS NULL THEN value
                           ELSE denominate(value, CASE meta."Denominator"
                             WHEN 'Area' THEN u."Area" WHEN 'Energy' THEN u."Energy"
                             WHEN 'GDP' THEN u."GDP" WHEN 'Population' THEN u."Population" END, unit)
                      END AS value
               FROM raw JOIN meta ON code = indicator JOIN units u ON u."uCode" = unit),
             i AS (SELECT unit, indicator, (impute_mean(value)
                     OVER (PARTITION BY indicator, "group"))['value'] AS value FROM d),
             a AS (SELECT unit, screen_availability(value, min_available => 0.9) AS a
                   FROM i GROUP BY unit)
             SELECT unit, rank AS nominal, mean_rank AS mean, median_rank AS median, p05_rank AS q5,
                    p95_rank AS q95
             FROM uncertainty(
                    (SELECT i.* FROM i JOIN a ON a.unit = i.unit WHERE a.a['included']),
                    (SELECT code, parent, weight, direction FROM meta),
                    treatment => 'outliers(max_points => 5)', normalisation => 'minmax(1, 100)',
                    weight_draws => (
                      SELECT rep AS draw, code, weight,
                             'outliers(max_points => ' || winmax || ')' AS treatment,
                             CASE norm WHEN 1 THEN 'minmax(1, 100)' WHEN 2 THEN 'minmax(20, 80)'
                                       WHEN 3 THEN 'rank' END AS normalisation,
                             CASE agg WHEN 1 THEN 'arithmetic' ELSE 'geometric' END AS aggregation
                      FROM '{ASEM}/{sample}' JOIN '{ASEM}/sens_weight_sets.csv' ON "set" = weights
                      WHERE rep <= {runs}))"#
        ),
    )
    .note("the whole pipeline from the raw data in each run of the sample, in one statement")
}
