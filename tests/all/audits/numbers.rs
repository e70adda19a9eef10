//! The figures of the audit against what follows from the panel by hand.

use goalposts::audit::Request;
use libtest_mimic::Trial;

use super::made::{alpha, clean, geometric, mean, minmax, pearson, ranks, skewness, unit};
use super::{audited, cell, hdi, on_data, query, request, rows, run, texts};
use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    vec![
        trial_async("audits::numbers::clean", of_clean),
        trial_async("audits::numbers::hdi", of_hdi),
    ]
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
    // Drawn; too many to be a table as well.
    let parts = run(&context, query(&of, "parts")).await;
    for (at, rank) in arithmetic.iter().enumerate() {
        let unit = unit(at);
        let key = [("unit", unit.as_str())];
        same("rank", cell(rows(&of, "ranking"), &key, "rank"), *rank);
        same("score", cell(rows(&of, "ranking"), &key, "score"), index[at]);
        same("rank b", cell(rows(&of, "aggregation"), &key, "rank_b"), by_geometric[at]);
        let points = cell(&parts, &[("unit", &unit), ("code", "b")], "points");
        same("points", points, nodes[1][at] / 3.0);
    }
}

/// The Human Development Index of eight countries, computed once more with pandas from the values of the repository.
async fn of_hdi() {
    let of = audited(&on_data().await, &hdi()).await;
    let figure = |figure: &str, key: &[(&str, &str)], column: &str, wanted: f64| {
        same(&format!("{column} of {key:?}"), cell(rows(&of, figure), key, column), wanted);
    };
    for (code, [mean, sd, skewness, kurtosis, q1, q3]) in [
        (
            "gni_per_capita",
            [
                33975.291979625,
                31483.500695141556,
                1.1622119347801119,
                0.9795623015892168,
                15252.730273500001,
                51075.2672225,
            ],
        ),
        (
            "mean_schooling",
            [
                9.985463086374999,
                3.4415174825672312,
                -1.6838058744984299,
                3.1711408633756277,
                9.48058789425,
                12.41099025,
            ],
        ),
    ] {
        let numbers = [mean, sd, skewness, kurtosis, q1, q3];
        for (column, wanted) in
            ["mean", "sd", "skewness", "kurtosis", "q1", "q3"].iter().zip(numbers)
        {
            figure("statistics", &[("code", code)], column, wanted);
        }
    }
    for (code, share) in [
        ("health", 0.3108277651321736),
        ("income", 0.35901084480469836),
        ("knowledge", 0.33016139006312795),
    ] {
        figure("importance", &[("code", code)], "correlation_share", share);
        figure("importance", &[("code", code)], "n", 8.0);
    }
    figure("consistency", &[("code", "knowledge")], "alpha", 0.8638794849987841);
    figure("consistency", &[("code", "hdi")], "alpha", 0.8685993082776793);
    for (removed, mean, largest) in [
        ("knowledge", 0.75, 2.0),
        ("life_expectancy", 0.5, 2.0),
        ("mean_schooling", 0.5, 1.0),
        ("gni_per_capita", 0.25, 1.0),
        ("expected_schooling", 0.0, 0.0),
    ] {
        figure("leave_one_out", &[("removed", removed)], "mean_shift", mean);
        figure("leave_one_out", &[("removed", removed)], "largest_shift", largest);
    }
    let near = |figure: &str, unit: &str, column: &str, wanted: f64| {
        let got = cell(rows(&of, figure), &[("unit", unit)], column).expect("a number");
        assert!((got - wanted).abs() < 1e-10, "{column} of {unit} must be {wanted}, got {got}");
    };
    for (unit, score, rank, gaps) in [
        ("AUS", 0.946007, 1.0, [0.117867, 0.144472, 0.172290]),
        ("PLW", 0.797324, 5.0, [-0.162394, 0.003283, 0.161322]),
    ] {
        let got = |column| cell(rows(&of, "profile"), &[("unit", unit)], column).expect("a number");
        assert!((got("score") - score).abs() < 1e-6 && (got("rank") - rank).abs() < 1e-9);
        for (part, gap) in ["health", "income", "knowledge"].iter().zip(gaps) {
            assert!((got(part) - gap).abs() < 1e-6, "{part} of {unit}");
        }
    }
    near("peers", "AFG", "nearest", 0.593144652);
    near("peers", "AFG", "last", 0.8367913969);
    let of_unit = |figure: &str, column: &str, unit: &str| {
        let at = texts(rows(&of, figure), "unit").iter().position(|known| known == unit);
        texts(rows(&of, figure), column)[at.expect("a row")].clone()
    };
    assert_eq!(of_unit("peers", "peers", "AFG"), "PSE, CHN, CHL");
    assert_eq!(of_unit("peers", "peers", "QAT"), "AUT, CHL, CHN");
    assert_eq!(
        of_unit("strengths", "strengths", "PLW"),
        "mean_schooling (1), expected_schooling (2)"
    );
    assert_eq!(
        of_unit("strengths", "weaknesses", "PLW"),
        "life_expectancy (7), gni_per_capita (5)"
    );
}
