//! Dots with intervals: places, order, and ranks from the first.

use libtest_mimic::Trial;

use super::picture::{Mark, NAMES, fault, numbers, picture, rows, texts};
use super::sheet::{is_readable, on_axis, ticks};
use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    vec![
        trial_async("plots::dots::ranks", ranks),
        trial_async("plots::dots::values", values),
        trial_async("plots::dots::little_and_much", little_and_much),
        trial_async("plots::dots::faults", faults),
    ]
}

const UNCERTAINTY: &str = "SELECT * FROM uncertainty(hdi.indicators, hdi.framework, normalisation => 'goalposts', draws => 200)";

async fn ranks() {
    let rows = rows(UNCERTAINTY).await;
    let picture = picture(UNCERTAINTY, "").await;
    assert_eq!(picture.kind, "dots");
    is_readable(&picture);
    let mut wanted: Vec<(String, f64, f64, f64)> = texts(&rows, "unit")
        .into_iter()
        .zip(numbers(&rows, "mean_rank"))
        .zip(numbers(&rows, "p05_rank").into_iter().zip(numbers(&rows, "p95_rank")))
        .map(|((unit, mean), (low, high))| {
            (unit, mean.expect("a mean"), low.expect("a low"), high.expect("a high"))
        })
        .collect();
    wanted.sort_by(|a, b| a.1.total_cmp(&b.1));
    let found: Vec<(String, f64, f64, f64)> = picture
        .marks
        .iter()
        .map(|mark| {
            let figure = |name| mark.figure(name);
            (mark.told("label").to_owned(), figure("value"), figure("low"), figure("high"))
        })
        .collect();
    assert_eq!(found, wanted);
    let mut places = Vec::new();
    for mark in &picture.marks {
        places.push((mark.figure("value"), mark.shape("circle").number("cx")));
        places.push((mark.figure("nominal"), nominal(mark)));
        let line = mark.shapes.iter().find(|shape| shape.name == "line");
        if mark.figure("low") < mark.figure("high") {
            let line = line.expect("an interval");
            places.push((mark.figure("low"), line.number("x1")));
            places.push((mark.figure("high"), line.number("x2")));
        }
    }
    on_axis(&picture, "x", &places);
    // From the first rank, the best, at the left; the best unit at the top.
    let ticks = ticks(&picture, "x");
    assert!(ticks[0].0 == 1.0 && ticks.windows(2).all(|pair| pair[0].1 < pair[1].1), "{ticks:?}");
    assert!(ticks.iter().all(|(rank, _)| rank.fract() == 0.0), "{ticks:?}");
    assert!(
        picture
            .marks
            .iter()
            .flat_map(|mark| &mark.shapes)
            .all(|shape| shape.text.trim().is_empty())
    );
    let tops: Vec<f64> =
        picture.marks.iter().map(|mark| mark.shape("circle").number("cy")).collect();
    assert!(tops.is_sorted(), "{tops:?}");
    picture.text(
        "Dot: mean rank; line: 5th percentile to 95th percentile; upright line: nominal rank.",
    );
}

/// The place of the second value: the line that is upright.
fn nominal(mark: &Mark) -> f64 {
    let is_upright = |shape: &&super::picture::Shape| {
        shape.name == "line" && (shape.number("x1") - shape.number("x2")).abs() < 1e-9
    };
    let upright: Vec<_> = mark.shapes.iter().filter(is_upright).collect();
    upright.last().expect("an upright line").number("x1")
}

async fn values() {
    let query = "SELECT * FROM (VALUES ('A', -3.0, -5.0, -1.0), ('B', 2.0, 1.5, NULL), ('C', NULL, NULL, NULL))
                 AS t (unit, estimate, low, high)";
    let picture = picture(query, "").await;
    assert_eq!(picture.kind, "dots");
    is_readable(&picture);
    let order: Vec<&str> = picture.marks.iter().map(|mark| mark.told("label")).collect();
    assert_eq!(order, ["B", "A", "C"]);
    picture.text("Without an interval: 1 of 3.");
    assert!(picture.marks[2].shapes.is_empty(), "{:?}", picture.marks[2]);
    let shown = super::picture::picture(query, "dots, order = rows").await;
    assert!(shown.marks.iter().map(|mark| mark.told("label")).eq(["A", "B", "C"]));
}

async fn little_and_much() {
    let columns = "AS unit, 1.0 AS value, 1.0 AS low, 1.0 AS high";
    is_readable(&picture(&format!("SELECT 'A' {columns}"), "").await);
    is_readable(&picture(&format!("SELECT CAST(NULL AS VARCHAR) {columns}"), "").await);
    let none = "SELECT 'A' AS unit, CAST(NULL AS DOUBLE) AS value, CAST(NULL AS DOUBLE) AS low, 1.0 AS high";
    is_readable(&picture(none, "").await);
    let huge = "SELECT 'A' AS unit, 1e300 AS value, -1e300 AS low, 1.5e300 AS high";
    is_readable(&picture(huge, "").await);
    for name in NAMES {
        let picture = picture(&format!("SELECT '{name}' {columns}"), "").await;
        is_readable(&picture);
        assert_eq!(picture.marks[0].told("label"), name);
    }
}

async fn faults() {
    let many = "SELECT 'unit ' || i AS unit, i AS value, i AS low, i AS high FROM unnest(range(0, 5000)) AS t (i)";
    let found = fault(many, "dots").await;
    assert!(found.contains("at most 250 dots can be read in one picture, found 5000"), "{found}");
    let twisted = "SELECT 'A' AS unit, 1 AS value, 3 AS low, 2 AS high";
    assert_eq!(fault(twisted, "dots").await, "plot: low must be <= high, got 3 and 2 of A");
    let twice =
        "SELECT 'A' AS unit, i AS value, i AS low, i AS high FROM unnest(range(0, 2)) AS t (i)";
    let found = fault(twice, "dots").await;
    assert!(found.contains("a unit must have one dot, found several of A"), "{found}");
    let found = fault("SELECT 'A' AS unit, 1 AS value", "dots").await;
    assert!(found.contains("dots needs numbers for low (where the interval begins)"), "{found}");
}
