//! COINr's example index, audited: statistics, correlations, alphas, components, weights, shifts and simulated ranks are
//! those that COINr gives.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::prelude::SessionContext;
use goalposts::audit::arguments::Arguments;
use goalposts::audit::{Audited, Request};
use goalposts::session::{self, Options};
use libtest_mimic::Trial;

use super::{audited, cell, numbers, query, request, rows, run, texts};
use crate::golden::coinr_folder;
use crate::{skipped, trial_async};

pub fn trials() -> Vec<Trial> {
    match coinr_folder() {
        Some(golden) => {
            let (folder, same) = (golden.join("coinr/asem"), golden.join("coinr/asem"));
            vec![
                trial_async("audits::asem::figures", move || asem(folder)),
                trial_async("audits::asem::choices", move || choices(same)),
            ]
        }
        None => vec![skipped(
            "audits::asem",
            "a folder 'coinr' is neither in GOALPOSTS_GOLDEN nor in ../shared/golden",
        )],
    }
}

/// The relative difference that is allowed.
const TOLERANCE: f64 = 1e-9;

/// The panel, the framework and the draws of COINr's example.
async fn example(folder: &Path) -> SessionContext {
    let context = session::open(None, &Options::default()).await.expect("a session");
    let file = |name: &str| format!("'{}'", folder.join(name).display());
    let denominators = ["Area", "Energy", "GDP", "Population"].map(|name| {
        format!(
            r#"SELECT "uCode", 'per_{name}', "{name}", "EurAsia_group" FROM {}"#,
            file("units.csv")
        )
    });
    run(
        &context,
        &format!(
            r#"CREATE VIEW panel AS SELECT unit, indicator, value, "EurAsia_group" AS region
               FROM {} AS r JOIN {} AS u ON u."uCode" = r.unit UNION ALL {}"#,
            file("raw.csv"),
            file("units.csv"),
            denominators.join(" UNION ALL ")
        ),
    )
    .await;
    run(
        &context,
        &format!(
            r#"CREATE VIEW framework AS SELECT code, parent, weight, direction, 'per_' || "Denominator" AS denominator
               FROM {}"#,
            file("imeta.csv")
        ),
    )
    .await;
    run(
        &context,
        &format!(
            r#"CREATE VIEW draws AS SELECT rep AS draw, code, weight,
                 'outliers(max_points => ' || winmax || ')' AS treatment,
                 CASE norm WHEN 1 THEN 'minmax(1, 100)' WHEN 2 THEN 'minmax(20, 80)' WHEN 3 THEN 'rank' END AS normalisation,
                 CASE agg WHEN 1 THEN 'arithmetic' ELSE 'geometric' END AS aggregation
               FROM {} JOIN {} ON "set" = weights"#,
            file("ua_sample.csv"),
            file("sens_weight_sets.csv")
        ),
    )
    .await;
    context
}

const ARGUMENTS: &str = "imputation => mean, imputation_group => region, treatment => 'outliers(max_points => 5)', \
                         normalisation => 'minmax(1, 100)'";

/// Values divided, imputed, treated and normalised in one call, as COINr's example is step by step; its replications of
/// the uncertainty analysis are run again.
async fn asem(folder: PathBuf) {
    let context = example(&folder).await;
    let draws = Arguments::read("weight_draws => (SELECT * FROM draws)").expect("arguments");
    let request = Request { uncertainty: Some(draws), ..request("panel", "framework", ARGUMENTS) };
    let of = audited(&context, &request).await;
    compare_all(&context, &folder, &of).await;
}

/// What the audit varies of itself, and how much of the rank shifts is due to each of it: first-order and total effects
/// estimated with numpy from the raw data, by 3,000 random rows of each sample. Their standard errors are below 0.025, and
/// those of the 256 rows here about as large.
async fn choices(folder: PathBuf) {
    let context = example(&folder).await;
    let request = Request { draws: 1024, ..request("panel", "framework", ARGUMENTS) };
    let of = audited(&context, &request).await;
    let shares = rows(&of, "sensitivity");
    let mut factors = texts(shares, "factor");
    assert_eq!(factors[0], "aggregation");
    factors.sort_unstable();
    assert_eq!(factors, ["aggregation", "imputation", "leave_out", "treatment", "weights"]);
    for (factor, first_order, total, apart) in [
        ("aggregation", 0.616, 0.819, 0.12),
        ("weights", 0.085, 0.176, 0.06),
        ("treatment", 0.005, 0.199, 0.06),
        ("leave_out", 0.038, 0.091, 0.04),
        ("imputation", 0.008, 0.017, 0.02),
    ] {
        for (column, wanted) in [("first_order", first_order), ("total", total)] {
            let got = cell(shares, &[("factor", factor)], column).expect("a number");
            assert!(
                (got - wanted).abs() < apart,
                "{column} of {factor}: must be {wanted}, got {got}"
            );
        }
    }
}

async fn compare_all(context: &SessionContext, folder: &Path, of: &Audited) {
    let golden = async |file: &str, condition: &str| {
        let path = folder.join(file);
        run(context, &format!("SELECT * FROM '{}' WHERE {condition}", path.display())).await
    };
    let columns = [
        ("Min", "min"),
        ("Max", "max"),
        ("Mean", "mean"),
        ("Median", "median"),
        ("Std", "sd"),
        ("Skew", "skewness"),
        ("Kurt", "kurtosis"),
        ("N_Avail", "n"),
        ("N_Unique", "unique_values"),
        ("Frc_Same", "same_share"),
    ];
    let keys = [("indicator", "code")];
    compare(&golden("stats_raw.csv", "true").await, rows(of, "statistics"), &keys, &columns);
    let keys = [("parent", "parent"), ("child", "code")];
    let file = golden("corr_pearson_indicator_pillar.csv", "true").await;
    compare(&file, rows(of, "correlation_with_parent"), &keys, &[("value", "correlation")]);
    let matrix = run(context, query(of, "matrix")).await;
    let flags = golden("corr_flags_high_0_7.csv", "true").await;
    either_way(&flags, &matrix);
    // What COINr flags is all there is above 0.7 within a group.
    let high = texts(&matrix, "parent_a").into_iter().zip(texts(&matrix, "parent_b"));
    let high = high.zip(numbers(&matrix, "correlation"));
    assert_eq!(
        high.filter(|((a, b), r)| a == b && r.is_some_and(|r| r > 0.7)).count(),
        flags.num_rows()
    );
    // Values that are there once each is divided: COINr counts those of the raw data as well, where fewer are missing.
    for (of_what, figure, share) in [
        ("unit", "coverage_of_units", "availability"),
        ("indicator", "coverage_of_indicators", "coverage"),
    ] {
        let counted = format!(
            "SELECT {of_what}, count(value) AS observed, count(value) / count(*)::DOUBLE AS share FROM '{}' GROUP BY {of_what}",
            folder.join("pipeline_denominated.csv").display()
        );
        let keys = [(of_what, if of_what == "unit" { "unit" } else { "code" })];
        let columns = [("observed", "observed"), ("share", share)];
        compare(&run(context, &counted).await, rows(of, figure), &keys, &columns);
    }
    // Of the whole index COINr has it over all indicators, the audit over the two parts straight below it: this number
    // is numpy's, from the raw data.
    let whole = cell(rows(of, "consistency"), &[("code", "Index")], "alpha").expect("a number");
    near("alpha of the index", whole, 0.702425231411737);
    let of_children = query(of, "components").replace("principal_components", "consistency");
    let of_indicators = of_children.replace(") WHERE component <= 2", ", among => 'indicators')");
    let (_, call) = of_indicators.split_once("FROM ").expect("a call");
    let (call, _) = call.split_once(" ORDER BY").expect("an order");
    let ours = run(context, &format!("SELECT code, alpha FROM {call}")).await;
    let file = golden("cronbach.csv", "dset <> 'raw' AND \"group\" = 'Index'").await;
    compare(&file, &ours, &[("group", "code")], &[("alpha", "alpha")]);
    let levels = "dset <> 'raw' AND \"group\" <> 'Index'";
    let keys = [("group", "code")];
    compare(
        &golden("cronbach.csv", levels).await,
        rows(of, "consistency"),
        &keys,
        &[("alpha", "alpha")],
    );
    for file in ["pca_level1_by_pillar.csv", "pca_level2_by_subindex.csv"] {
        let keys = [("group", "code"), ("pc", "component"), ("code", "child")];
        let columns = [("eigenvalue", "eigenvalue"), ("explained", "share"), ("size", "size")];
        let path = folder.join(file);
        let wanted =
            format!("SELECT *, abs(loading) AS size FROM '{}' WHERE pc <= 2", path.display());
        let ours = format!("SELECT *, abs(loading) AS size FROM ({})", query(of, "components"));
        compare(&run(context, &wanted).await, &run(context, &ours).await, &keys, &columns);
    }
    let keys = [("code", "code")];
    let file = golden("eff_weights_equal.csv", "code <> 'Index'").await;
    compare(&file, rows(of, "weights"), &keys, &[("eff_weight", "effective_weight")]);
    for file in ["remove_level2_summary.csv", "remove_level3_summary.csv"] {
        let keys = [("removed", "removed")];
        let file = golden(file, "removed <> 'Nominal'").await;
        compare(&file, rows(of, "leave_one_out"), &keys, &[("mean_abs_rank_shift", "mean_shift")]);
    }
    let keys = [("unit", "unit")];
    let columns = [("rank_a", "rank_a"), ("rank_b", "rank_b"), ("diff", "rank_shift")];
    compare(
        &golden("compare_amean_gmean.csv", "true").await,
        rows(of, "aggregation"),
        &keys,
        &columns,
    );
    let columns = [
        ("nominal", "rank"),
        ("mean", "mean_rank"),
        ("median", "median_rank"),
        ("q5", "p05_rank"),
        ("q95", "p95_rank"),
    ];
    compare(&golden("ua_rankstats.csv", "true").await, rows(of, "uncertainty"), &keys, &columns);
    let ranks = golden("pipeline_ranks.csv", "code = 'Index'").await;
    compare(&ranks, rows(of, "ranking"), &keys, &[("value", "rank")]);
}

fn near(what: &str, got: f64, wanted: f64) {
    let apart = (got - wanted).abs() / wanted.abs().max(got.abs()).max(1e-3);
    assert!(apart <= TOLERANCE, "{what}: must be {wanted}, got {got}");
}

/// Every row of `wanted` is in `ours`, with the same numbers; pairs are their names and ours.
fn compare(
    wanted: &RecordBatch,
    ours: &RecordBatch,
    keys: &[(&str, &str)],
    columns: &[(&str, &str)],
) {
    let key_of = |rows: &RecordBatch, names: Vec<&str>| -> Vec<Vec<String>> {
        let of: Vec<Vec<String>> = names.iter().map(|name| texts(rows, name)).collect();
        (0..rows.num_rows())
            .map(|row| of.iter().map(|column| column[row].clone()).collect())
            .collect()
    };
    let theirs = key_of(wanted, keys.iter().map(|(their, _)| *their).collect());
    let known: BTreeMap<Vec<String>, usize> =
        key_of(ours, keys.iter().map(|(_, our)| *our).collect())
            .into_iter()
            .enumerate()
            .map(|(row, key)| (key, row))
            .collect();
    assert!(!theirs.is_empty(), "{keys:?}: nothing is compared");
    for (their, our) in columns {
        let (wanted, got) = (numbers(wanted, their), numbers(ours, our));
        for (row, key) in theirs.iter().enumerate() {
            let at = known.get(key).unwrap_or_else(|| panic!("{key:?} must be there"));
            match (wanted[row], got[*at]) {
                (Some(wanted), Some(got)) => near(&format!("{our} of {key:?}"), got, wanted),
                (wanted, got) => assert_eq!(wanted, got, "{our} of {key:?}"),
            }
        }
    }
    println!(
        "{} rows of {}",
        theirs.len(),
        columns.iter().map(|(_, our)| *our).collect::<Vec<_>>().join(", ")
    );
}

/// Pairs in either order.
fn either_way(wanted: &RecordBatch, ours: &RecordBatch) {
    let pair = |a: String, b: String| if a < b { (a, b) } else { (b, a) };
    let known: BTreeMap<(String, String), f64> = texts(ours, "code_a")
        .into_iter()
        .zip(texts(ours, "code_b"))
        .zip(numbers(ours, "correlation"))
        .filter_map(|((a, b), r)| Some((pair(a, b), r?)))
        .collect();
    let theirs =
        texts(wanted, "a").into_iter().zip(texts(wanted, "b")).zip(numbers(wanted, "value"));
    for ((a, b), r) in theirs {
        near(&format!("{a}, {b}"), known[&pair(a.clone(), b.clone())], r.expect("a number"));
    }
}
