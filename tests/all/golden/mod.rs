//! Results of other programs, reproduced to a relative difference of 1e-9.
//!
//! `tests/golden/panel_S` lies in the repository. The COINr cases are third-party data: they are
//! read from `GOALPOSTS_GOLDEN`, or from `../shared/golden`, and skipped visibly elsewhere.

use std::path::{Path, PathBuf};

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::prelude::SessionContext;
use goalposts::session::{self, Limits};
use libtest_mimic::Trial;

use crate::{repository, trial, trial_async};

const TOLERANCE: f64 = 1e-9;
/// Below this a difference is compared as it is: a z-score of 0 has no relative difference.
const FLOOR: f64 = 1e-12;

pub fn trials() -> Vec<Trial> {
    let mut trials = panel();
    match coinr_folder() {
        Some(folder) => trials.extend(coinr(&folder)),
        None => trials.push(
            trial(
                "golden::coinr SKIPPED: neither GOALPOSTS_GOLDEN nor ../shared/golden is there",
                || {},
            )
            .with_ignored_flag(true),
        ),
    }
    trials
}

fn coinr_folder() -> Option<PathBuf> {
    let named = std::env::var_os("GOALPOSTS_GOLDEN").map(PathBuf::from);
    let beside = repository().parent().map(|above| above.join("shared").join("golden"));
    [named, beside].into_iter().flatten().map(|golden| golden.join("coinr")).find(|f| f.is_dir())
}

async fn open() -> SessionContext {
    session::open(None, &Limits::default()).await.expect("a session")
}

async fn run(context: &SessionContext, sql: &str) {
    let frame = goalposts::sql(context, sql).await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
    frame.collect().await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
}

/// Compares `ours` (a query) with `golden` (a relation): every golden row must be in ours, with
/// the same columns. `all`: and no others.
async fn compare(
    context: &SessionContext,
    golden: &str,
    ours: &str,
    keys: &[&str],
    columns: &[&str],
    all: bool,
) {
    run(context, &format!("CREATE OR REPLACE TABLE ours AS {ours}")).await;
    let join = if all { "FULL JOIN" } else { "LEFT JOIN" };
    let on: Vec<_> = keys.iter().map(|key| format!("g.{key} = o.{key}")).collect();
    let pairs: Vec<_> =
        columns.iter().map(|column| format!("g.\"{column}\", o.\"{column}\"")).collect();
    let sql = format!(
        "SELECT g.{key} IS NOT NULL AND o.{key} IS NOT NULL AS found, {} FROM {golden} g {join} ours o ON {}",
        pairs.join(", "),
        on.join(" AND "),
        key = keys[0],
    );
    let frame =
        goalposts::sql(context, &sql).await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
    let (mut rows, mut worst) = (0, 0.0_f64);
    for batch in frame.collect().await.unwrap_or_else(|error| panic!("{sql}\n{error}")) {
        let found = batch.column(0).as_boolean();
        for row in 0..batch.num_rows() {
            assert!(found.is_valid(row) && found.value(row), "{golden}: rows are not the same");
        }
        rows += batch.num_rows();
        for (i, column) in columns.iter().enumerate() {
            let number = |at: usize| cast(batch.column(at), &DataType::Float64).expect("numbers");
            let (want, got) = (number(1 + 2 * i), number(2 + 2 * i));
            let (want, got) =
                (want.as_primitive::<Float64Type>(), got.as_primitive::<Float64Type>());
            for row in 0..batch.num_rows() {
                assert_eq!(
                    want.is_null(row),
                    got.is_null(row),
                    "{golden}: NULLs of {column}, row {row}"
                );
                if want.is_null(row) {
                    continue;
                }
                let (want, got) = (want.value(row), got.value(row));
                let difference = (want - got).abs() / want.abs().max(FLOOR / TOLERANCE);
                assert!(
                    difference <= TOLERANCE,
                    "{golden}: {column} must be {want}, got {got} (row {row})"
                );
                worst = worst.max(difference);
            }
        }
    }
    assert!(rows > 0, "{golden}: no rows compared");
    println!("{golden}: {rows} rows, largest relative difference {worst:.1e}");
}

fn panel() -> Vec<Trial> {
    let case = |name: &str,
                keys: &'static [&'static str],
                columns: &'static [&'static str],
                sql: &'static str| {
        let file = format!("{name}.csv");
        trial_async(&format!("golden::panel_S::{name}"), move || async move {
            let context = open().await;
            let folder = repository().join("tests").join("golden").join("panel_S");
            let folder = folder.display();
            run(&context, &format!("CREATE VIEW p AS SELECT * FROM '{folder}/panel_S.parquet'"))
                .await;
            run(
                &context,
                &format!(
                    "CREATE VIEW m AS SELECT *, weight * sub_weight AS w_in_dim \
                     FROM '{folder}/meta_S.parquet'"
                ),
            )
            .await;
            compare(&context, &format!("'{folder}/{file}'"), sql, keys, columns, false).await;
        })
    };
    vec![
        case(
            "w1_minmax",
            &["region", "indicator", "year"],
            &["norm"],
            "SELECT region, indicator, year,
                    norm_minmax(value) OVER (PARTITION BY indicator, year) AS norm FROM p",
        ),
        case(
            "w2_zscore_index",
            &["region", "year"],
            &["idx"],
            "WITH z AS (
               SELECT region, year, dim, dim_weight, w_in_dim,
                      norm_zscore(value, direction => direction)
                        OVER (PARTITION BY indicator, year) AS z
               FROM p JOIN m USING (indicator)),
             d AS (SELECT region, year, dim, dim_weight, agg_arithmetic(z, w_in_dim) AS v
                   FROM z GROUP BY region, year, dim, dim_weight)
             SELECT region, year, agg_arithmetic(v, dim_weight) AS idx FROM d GROUP BY region, year",
        ),
        case(
            "w3_geometric_index",
            &["region", "year"],
            &["idx"],
            "WITH f AS (SELECT indicator, year, fit_minmax(value) AS fit FROM p GROUP BY 1, 2),
             s AS (
               SELECT region, p.year, dim, subdim, sub_weight, dim_weight, weight,
                      norm_minmax(value, fit, direction => direction, lower => 1, upper => 100) AS s
               FROM p JOIN m USING (indicator)
                      JOIN f ON f.indicator = p.indicator AND f.year = p.year),
             b AS (SELECT region, year, dim, subdim, sub_weight, dim_weight,
                          agg_geometric(s, weight) AS v
                   FROM s GROUP BY 1, 2, 3, 4, 5, 6),
             d AS (SELECT region, year, dim, dim_weight, agg_geometric(v, sub_weight) AS v
                   FROM b GROUP BY 1, 2, 3, 4)
             SELECT region, year, agg_geometric(v, dim_weight) AS idx FROM d GROUP BY 1, 2",
        ),
        case(
            "w5_base_year",
            &["region", "year", "dim"],
            &["dim_index", "contrib", "total", "total_change"],
            "WITH ix AS (
               SELECT region, year, dim, dim_weight, w_in_dim,
                      norm_base(CASE WHEN value > 0 THEN value END, year, base => 2014,
                                direction => direction)
                        OVER (PARTITION BY region, indicator) AS ix
               FROM p JOIN m USING (indicator)),
             d AS (SELECT region, year, dim, dim_weight, agg_arithmetic(ix, w_in_dim) AS dim_index
                   FROM ix GROUP BY 1, 2, 3, 4),
             t AS (SELECT *, agg_arithmetic(dim_index, dim_weight) OVER (PARTITION BY region, year) AS total,
                          dim_weight * dim_index / sum(CASE WHEN dim_index IS NOT NULL THEN dim_weight END)
                            OVER (PARTITION BY region, year) AS share
                   FROM d)
             SELECT region, year, dim, dim_index, total,
                    share - lag(share) OVER (PARTITION BY region, dim ORDER BY year) AS contrib,
                    total - lag(total) OVER (PARTITION BY region, dim ORDER BY year) AS total_change
             FROM t",
        ),
        case(
            "w10_minmax_index",
            &["region", "year"],
            &["idx", "rnk"],
            "WITH s AS (
               SELECT region, year, dim, subdim, sub_weight, dim_weight, weight,
                      norm_minmax(value, direction => direction) OVER (PARTITION BY indicator, year) AS s
               FROM p JOIN m USING (indicator)),
             b AS (SELECT region, year, dim, subdim, sub_weight, dim_weight, agg_arithmetic(s, weight) AS v
                   FROM s GROUP BY 1, 2, 3, 4, 5, 6),
             d AS (SELECT region, year, dim, dim_weight, agg_arithmetic(v, sub_weight) AS v
                   FROM b GROUP BY 1, 2, 3, 4),
             i AS (SELECT region, year, agg_arithmetic(v, dim_weight) AS idx FROM d GROUP BY 1, 2)
             SELECT region, year, idx, rank() OVER (PARTITION BY year ORDER BY idx DESC) AS rnk FROM i",
        ),
    ]
}

fn coinr(folder: &Path) -> Vec<Trial> {
    let mut trials = Vec::new();
    let normalise = |name: &str, score: &'static str| {
        let (folder, file) = (folder.to_owned(), format!("asem/{name}.csv"));
        trial_async(&format!("golden::coinr::{name}"), move || async move {
            let context = asem(&folder).await;
            let golden = format!("'{}'", folder.join(file).display());
            let sql = format!(
                "SELECT unit, indicator, {score} AS value FROM raw JOIN meta ON code = indicator"
            );
            compare(&context, &golden, &sql, &["unit", "indicator"], &["value"], true).await;
        })
    };
    trials.push(normalise(
        "norm_minmax_0_100",
        "norm_minmax(value, upper => 100, direction => meta.direction) OVER (PARTITION BY indicator)",
    ));
    trials.push(normalise(
        "norm_minmax_1_100",
        "norm_minmax(value, lower => 1, upper => 100, direction => meta.direction)
           OVER (PARTITION BY indicator)",
    ));
    trials.push(normalise(
        "norm_zscore_0_1",
        "norm_zscore(value, direction => meta.direction) OVER (PARTITION BY indicator)",
    ));
    trials.push(normalise(
        "norm_goalposts",
        "norm_goalposts(value, lower => goalpost_lower, upper => goalpost_upper,
                        direction => meta.direction, scale => 100)",
    ));

    for (name, input, weights, aggregations) in [
        ("agg_amean_equal", TREATED, "imeta", ["agg_arithmetic"; 3]),
        ("agg_amean_W1", TREATED, "weights_W1", ["agg_arithmetic"; 3]),
        ("agg_gmean_equal", TREATED, "imeta", ["agg_geometric"; 3]),
        ("agg_gmean_W1", TREATED, "weights_W1", ["agg_geometric"; 3]),
        ("agg_hmean_W1", TREATED, "weights_W1", ["agg_harmonic"; 3]),
        ("agg_genmean_p2_equal", TREATED, "imeta", ["agg_power(p => 2)"; 3]),
        (
            "agg_mixed_levels_W1",
            TREATED,
            "weights_W1",
            ["agg_arithmetic", "agg_geometric", "agg_harmonic"],
        ),
        ("agg_amean_with_missing_W1", MISSING, "weights_W1", ["agg_arithmetic"; 3]),
        ("agg_gmean_with_missing_W1", MISSING, "weights_W1", ["agg_geometric"; 3]),
        ("agg_amean_dat_thresh", MISSING, "imeta", ["agg_arithmetic(min_coverage => 0.85)"; 3]),
    ] {
        let folder = folder.to_owned();
        trials.push(trial_async(&format!("golden::coinr::{name}"), move || async move {
            let context = asem(&folder).await;
            let asem = folder.join("asem");
            let ours = tree(&asem, input, weights, aggregations);
            let golden = format!("'{}'", asem.join(format!("{name}.csv")).display());
            compare(&context, &golden, &ours, &["unit", "code"], &["value"], true).await;
        }));
    }

    for (name, window) in
        [("norm_zscore_global", "indicator"), ("norm_zscore_per_year", "indicator, \"time\"")]
    {
        let folder = folder.to_owned();
        trials.push(trial_async(&format!("golden::coinr::panel::{name}"), move || async move {
            let context = asem(&folder).await;
            let panel = folder.join("panel");
            let ours = format!(
                "SELECT r.unit, r.\"time\", indicator,
                        norm_zscore(value, direction => meta.direction) OVER (PARTITION BY {window}) AS value
                 FROM '{}' r JOIN meta ON code = indicator",
                panel.join("raw.csv").display()
            );
            let golden = format!("'{}'", panel.join(format!("{name}.csv")).display());
            let keys = ["unit", "time", "indicator"];
            compare(&context, &golden, &ours, &keys, &["value"], false).await;
        }));
    }

    let at = folder.to_owned();
    trials.push(trial_async(
        "golden::coinr::panel::pipeline_normalised_global",
        move || async move {
            let context = asem(&at).await;
            let panel = at.join("panel");
            let ours = format!(
                "SELECT r.unit, r.\"time\", indicator,
                    norm_minmax(value, upper => 100, direction => meta.direction)
                      OVER (PARTITION BY indicator) AS value
             FROM '{}' r JOIN meta ON code = indicator",
                panel.join("pipeline_treated.csv").display()
            );
            let golden = format!("'{}'", panel.join("pipeline_normalised_global.csv").display());
            compare(&context, &golden, &ours, &["unit", "time", "indicator"], &["value"], true)
                .await;
        },
    ));
    trials
}

/// Inputs of the aggregation cases, below the `asem` folder.
const TREATED: &str = "agg_input_minmax_1_100.csv";
const MISSING: &str = "norm_minmax_1_100.csv";

async fn asem(folder: &Path) -> SessionContext {
    let context = open().await;
    let asem = folder.join("asem");
    for (view, file) in [("raw", "raw.csv"), ("meta", "imeta.csv")] {
        let path = asem.join(file);
        run(&context, &format!("CREATE VIEW {view} AS SELECT * FROM '{}'", path.display())).await;
    }
    context
}

/// The three levels above the indicators, each aggregated from the one below.
fn tree(asem: &Path, input: &str, weights: &str, aggregations: [&str; 3]) -> String {
    let weights = asem.join(format!("{weights}.csv"));
    let mut sql = format!(
        "WITH w AS (SELECT meta.code, meta.parent, n.weight FROM meta JOIN '{}' n ON n.code = meta.code),
         l1 AS (SELECT unit, indicator AS code, value FROM '{}')",
        weights.display(),
        asem.join(input).display()
    );
    for (level, aggregation) in (2..).zip(aggregations) {
        let (name, options) = aggregation.split_once('(').unwrap_or((aggregation, ")"));
        let options = options.trim_end_matches(')');
        let comma = if options.is_empty() { "" } else { ", " };
        sql.push_str(&format!(
            ", l{level} AS (SELECT unit, w.parent AS code, {name}(value, w.weight{comma}{options}) AS value
                            FROM l{} l JOIN w ON w.code = l.code GROUP BY unit, w.parent)",
            level - 1
        ));
    }
    sql + " SELECT * FROM l2 UNION ALL SELECT * FROM l3 UNION ALL SELECT * FROM l4"
}
