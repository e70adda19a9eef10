//! Waterfalls: each step begins where the one before it ends.

use libtest_mimic::Trial;

use super::picture::{Mark, NAMES, Picture, close, fault, picture};
use super::sheet::{is_readable, on_axis};
use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    vec![
        trial_async("plots::waterfall::steps", steps),
        trial_async("plots::waterfall::from_zero", from_zero),
        trial_async("plots::waterfall::rest", rest),
        trial_async("plots::waterfall::little_and_much", little_and_much),
        trial_async("plots::waterfall::faults", faults),
    ]
}

fn ends(mark: &Mark) -> (f64, f64) {
    let rect = mark.shape("rect");
    (rect.number("x"), rect.number("x") + rect.number("width"))
}

/// Each bar begins where the one before it ends; where its ends are drawn.
fn steps_of(picture: &Picture) -> Vec<(f64, f64)> {
    let mut places = Vec::new();
    for pair in picture.marks.windows(2).filter(|pair| pair[1].told("part") == "step") {
        close(pair[1].figure("from"), pair[0].figure("to"), 1e-9, "a step begins");
    }
    for mark in picture.marks.iter().filter(|mark| mark.told("part") == "step") {
        let (from, to) = (mark.figure("from"), mark.figure("to"));
        let (left, right) = ends(mark);
        let (begin, end) = if to < from { (right, left) } else { (left, right) };
        places.extend([(from, begin), (to, end)]);
    }
    places
}

const PUBLISHED: &str = "SELECT dimension, change / 5 AS contribution, period - 1 AS since, period,
           avg(value - change) OVER () AS before, avg(value) OVER () AS after
    FROM bth.published WHERE release_date = '2025-12-25' AND dimension <> 'total' ORDER BY change DESC";

async fn steps() {
    let picture = picture(PUBLISHED, "").await;
    assert_eq!(picture.kind, "waterfall");
    is_readable(&picture);
    let labels: Vec<&str> = picture.marks.iter().map(|mark| mark.told("label")).collect();
    assert_eq!(labels, ["2023", "innovation", "coordination", "shared", "green", "open", "2024"]);
    let mut places = steps_of(&picture);
    // Totals end where the steps begin and end; they are cut, and that is said.
    let (first, last) = (&picture.marks[0], &picture.marks[6]);
    places.extend([(first.figure("value"), ends(first).1), (last.figure("value"), ends(last).1)]);
    on_axis(&picture, "x", &places);
    picture.text("The axis does not begin at 0: the bars of the totals are cut.");
    for text in ["149.2", "154.1", "+2.90", "-0.08"] {
        picture.text(text);
    }
    let fill = |at: usize| picture.marks[at].shape("rect").attribute("fill");
    assert!(fill(1) == fill(2) && fill(1) != fill(5) && fill(0) == fill(6) && fill(0) != fill(1));
}

async fn from_zero() {
    let query =
        "SELECT * FROM (VALUES ('a', 3.0), ('b', -5.0), ('c', 4.0)) AS t (label, contribution)";
    let picture = picture(query, "").await;
    is_readable(&picture);
    let mut places = steps_of(&picture);
    let total = picture.marks.last().expect("a total");
    assert_eq!((total.told("label"), total.figure("value")), ("total", 2.0));
    places.extend([(0.0, ends(total).0), (2.0, ends(total).1)]);
    on_axis(&picture, "x", &places);
    assert!(!picture.said().iter().any(|text| text.contains("does not begin at 0")));
}

async fn rest() {
    let query = "SELECT * FROM (VALUES ('a', 3.0, 10.0, 15.0), ('b', NULL, 10.0, 15.0)) AS t (label, contribution, f, l)";
    let picture = picture(query, "waterfall, from = f, to = l, from_name = f, to_name = l").await;
    is_readable(&picture);
    let labels: Vec<&str> = picture.marks.iter().map(|mark| mark.told("label")).collect();
    assert_eq!(labels, ["10.0", "a", "b", "rest", "15.0"]);
    assert_eq!(picture.marks[3].figure("value"), 2.0);
    picture.text("rest: what the steps do not explain of the last total.");
    picture.text("Without a value (NULL): 1 step.");
    picture.text("no value");
}

async fn little_and_much() {
    for query in [
        "SELECT 'a' AS label, 0.0 AS contribution",
        "SELECT 'a' AS label, CAST(NULL AS DOUBLE) AS contribution",
        "SELECT 'a' AS label, -1e300 AS contribution UNION ALL SELECT 'b', 1e299",
        "SELECT 'a' AS label, 1e-9 AS contribution",
    ] {
        is_readable(&picture(query, "waterfall").await);
    }
    for name in NAMES {
        let query = format!(
            "SELECT '{name}' AS label, 2.0 AS contribution, 100.0 AS before, '{name}' AS since"
        );
        let picture = picture(&query, "waterfall").await;
        is_readable(&picture);
        assert_eq!(picture.marks[1].told("label"), name);
    }
}

async fn faults() {
    let many =
        "SELECT 'step ' || i AS label, i AS contribution FROM unnest(range(0, 5000)) AS t (i)";
    let found = fault(many, "waterfall").await;
    assert!(found.contains("at most 60 steps can be read in one picture"), "{found}");
    let twice = "SELECT 'a' AS label, i AS contribution FROM unnest(range(0, 2)) AS t (i)";
    let found = fault(twice, "waterfall").await;
    assert!(found.contains("a step must be there once, found several of a"), "{found}");
    let totals = "SELECT 'step ' || i AS label, i AS contribution, i AS before FROM unnest(range(0, 2)) AS t (i)";
    let found = fault(totals, "waterfall").await;
    assert!(
        found.contains("must have one total to begin and one to end with, found 0 and 1"),
        "{found}"
    );
}
