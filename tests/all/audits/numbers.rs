//! The figures of the audit against what follows from the panel by hand.

use goalposts::audit::Request;
use libtest_mimic::Trial;

use super::made::{alpha, clean, geometric, mean, minmax, pearson, ranks, skewness, unit};
use super::{audited, cell, request, rows};
use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    vec![trial_async("audits::numbers", of_clean)]
}

fn same(what: &str, got: Option<f64>, wanted: f64) {
    let got = got.unwrap_or_else(|| panic!("{what} must be {wanted}, found NULL"));
    assert!(
        (got - wanted).abs() <= 1e-9 * wanted.abs().max(1.0),
        "{what} must be {wanted}, got {got}"
    );
}

async fn of_clean() {
    let made = clean();
    let context = made.session().await;
    let of = audited(
        &context,
        &Request { draws: 20, ..request("panel", "framework", "lower => 1, upper => 100") },
    )
    .await;
    let score = |code: &str| -> Vec<f64> {
        minmax(&made.values(code)).iter().map(|x| 1.0 + 99.0 * x).collect()
    };
    let node = |node: &str| [1, 2, 3].map(|i| score(&format!("{node}{i}"))).to_vec();
    let nodes = ["a", "b", "c"].map(|code| mean(&node(code)));
    let index = mean(&nodes);

    for (d, code) in ["a", "b", "c"].into_iter().enumerate() {
        let with = rows(&of, "correlation_with_parent");
        same(
            "with the index",
            cell(with, &[("code", code)], "correlation"),
            pearson(&nodes[d], &index),
        );
        for i in 1..=3 {
            let indicator = format!("{code}{i}");
            let r = pearson(&score(&indicator), &nodes[d]);
            same("with the node", cell(with, &[("code", &indicator)], "correlation"), r);
            let skewed = skewness(&made.values(&indicator));
            same(
                "skewness",
                cell(rows(&of, "statistics"), &[("code", &indicator)], "skewness"),
                skewed,
            );
        }
        let consistency = rows(&of, "consistency");
        same("alpha", cell(consistency, &[("code", code)], "alpha"), alpha(&node(code)));
    }

    let all: f64 = nodes.iter().map(|of| pearson(of, &index)).sum();
    let share = pearson(&nodes[0], &index) / all;
    same("share", cell(rows(&of, "importance"), &[("code", "a")], "correlation_share"), share);

    let (arithmetic, without) = (ranks(&index), ranks(&mean(&nodes[1..])));
    let by_geometric: Vec<Vec<f64>> = ["a", "b", "c"].map(|code| geometric(&node(code))).to_vec();
    let by_geometric = ranks(&geometric(&by_geometric));
    let shift: f64 = arithmetic.iter().zip(&without).map(|(a, b)| (a - b).abs()).sum();
    let shift = shift / arithmetic.len() as f64;
    same("shift", cell(rows(&of, "leave_one_out"), &[("removed", "a")], "mean_shift"), shift);
    for (at, rank) in arithmetic.iter().enumerate() {
        let unit = unit(at);
        let key = [("unit", unit.as_str())];
        same("rank", cell(rows(&of, "ranking"), &key, "rank"), *rank);
        same("score", cell(rows(&of, "ranking"), &key, "score"), index[at]);
        same("rank b", cell(rows(&of, "aggregation"), &key, "rank_b"), by_geometric[at]);
        let points = cell(rows(&of, "parts"), &[("unit", &unit), ("code", "b")], "points");
        same("points", points, nodes[1][at] / 3.0);
    }
}
