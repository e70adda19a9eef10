//! Monte Carlo experiments of others, run again draw by draw.

use std::num::NonZeroUsize;

use datafusion::arrow::util::pretty::pretty_format_batches;
use goalposts::session::{self, Options};
use libtest_mimic::Trial;

use super::Case;
use crate::{repository, trial_async};

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

/// What is no query: that an experiment of our own comes out the same however it is cut up.
pub fn trials() -> Vec<Trial> {
    vec![trial_async("golden::robustness::one_answer", one_answer)]
}

async fn one_answer() {
    let panel = repository().join("tests/golden/panel_S");
    let call = |function: &str, own: &str| {
        format!(
            "SELECT * FROM {function}(
               (SELECT region AS unit, year AS period, indicator, value
                FROM '{panel}/panel_S.parquet' WHERE year > 2022),
               (SELECT indicator AS code, dim AS parent, weight * sub_weight AS weight, direction
                FROM '{panel}/meta_S.parquet'
                UNION ALL SELECT DISTINCT dim, 'index', dim_weight, 1 FROM '{panel}/meta_S.parquet'
                UNION ALL SELECT 'index', NULL, NULL, NULL),
               normalisations => ['minmax(1, 100)', 'rank'], imputations => ['none', 'median'],
               aggregations => ['arithmetic', 'geometric', 'median'], leave_out => true, {own})",
            panel = panel.display()
        )
    };
    let calls = [
        call("uncertainty", "draws => 200"),
        call("uncertainty", "draws => 200, weight_distribution => 'dirichlet'"),
        call("uncertainty", "draws => 50, weights => NULL, min_coverage => 0.9"),
        call("sensitivity", "draws => 32, bootstrap => 20"),
    ];
    for sql in calls {
        let mut first = None;
        for threads in [1, 2, 7] {
            let limits = Options::default().with_threads(NonZeroUsize::new(threads));
            let context = session::open(None, &limits).await.expect("a session");
            let frame = goalposts::sql(&context, &sql).await.expect("a plan");
            let batches = frame.collect().await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
            let got = pretty_format_batches(&batches).expect("text").to_string();
            let first = first.get_or_insert_with(|| got.clone());
            assert!(*first == got, "{threads} threads:\n{got}\nmust be\n{first}");
        }
    }
}
