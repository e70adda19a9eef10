//! Bars: lengths, order, parts and totals.

use std::collections::{BTreeMap, BTreeSet};

use libtest_mimic::Trial;

use super::picture::{Mark, NAMES, Picture, close, fault, numbers, picture, rows, texts};
use super::sheet::{is_readable, on_axis};
use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    vec![
        trial_async("plots::bars::long_names", long_names),
        trial_async("plots::bars::lengths", lengths),
        trial_async("plots::bars::parts", parts),
        trial_async("plots::bars::order", order),
        trial_async("plots::bars::little_and_much", little_and_much),
        trial_async("plots::bars::faults", faults),
    ]
}

const COUNTRIES: &str = "SELECT country, value FROM undp.time_series
    WHERE indicator = 'hdi' AND period = 2022 AND unit NOT LIKE 'ZZ%' AND value > 0.9 ORDER BY unit";

fn ends(mark: &Mark) -> (f64, f64) {
    let rect = mark.shape("rect");
    (rect.number("x"), rect.number("x") + rect.number("width"))
}

/// Labels from the top, by the places of their bars.
fn from_top(picture: &Picture) -> Vec<&str> {
    let mut bars: Vec<(f64, &str)> = picture
        .marks
        .iter()
        .map(|mark| (mark.shape("rect").number("y"), mark.told("label")))
        .collect();
    bars.sort_by(|a, b| a.0.total_cmp(&b.0));
    bars.dedup_by(|a, b| a.1 == b.1);
    bars.into_iter().map(|(_, label)| label).collect()
}

async fn lengths() {
    let rows = rows(COUNTRIES).await;
    let picture = picture(COUNTRIES, "bars").await;
    is_readable(&picture);
    let mut wanted: Vec<(String, f64)> = texts(&rows, "country")
        .into_iter()
        .zip(numbers(&rows, "value"))
        .map(|(name, value)| (name, value.expect("a value")))
        .collect();
    wanted.sort_by(|a, b| b.1.total_cmp(&a.1));
    assert_eq!(picture.marks.len(), wanted.len());
    let found: Vec<(&str, f64)> =
        picture.marks.iter().map(|mark| (mark.told("label"), mark.figure("value"))).collect();
    let names: Vec<(&str, f64)> =
        wanted.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(found, names);
    assert!(from_top(&picture).into_iter().eq(names.iter().map(|(name, _)| *name)));
    // From 0, in proportion to the ticks.
    let base = ends(&picture.marks[0]).0;
    let mut places: Vec<(f64, f64)> =
        picture.marks.iter().map(|mark| (mark.figure("value"), ends(mark).1)).collect();
    places.push((0.0, base));
    on_axis(&picture, "x", &places);
    // The figure of each stands at the end of its bar, to three decimals.
    for (mark, (_, value)) in picture.marks.iter().zip(&wanted) {
        let rect = mark.shape("rect");
        let middle = rect.number("y") + rect.number("height") / 2.0;
        let beside = picture.texts.iter().find(|text| {
            (text.y - middle).abs() < 6.0 && (text.x - ends(mark).1 - 6.0).abs() < 0.1
        });
        assert_eq!(beside.expect("a figure").said, format!("{value:.3}"));
    }
}

const PARTS: &str = "SELECT * FROM (VALUES
    ('A', 'green', 3.0), ('A', 'open', -1.0), ('A', 'shared', 2.0),
    ('B', 'green', -2.0), ('B', 'open', -1.5), ('B', 'shared', 0.0),
    ('C', 'green', 1.0), ('C', 'open', 7.0), ('C', 'shared', NULL)) AS t (unit, dimension, value)";

async fn parts() {
    let picture = picture(PARTS, "").await;
    assert_eq!(picture.kind, "bars");
    is_readable(&picture);
    assert_eq!(from_top(&picture), ["C", "A", "B"]);
    // Each part begins where the one before it ends, those below 0 to the left.
    let mut reach: BTreeMap<(&str, bool), f64> = BTreeMap::new();
    let mut places = Vec::new();
    for mark in &picture.marks {
        let value = mark.figure("value");
        let from = reach.entry((mark.told("label"), value < 0.0)).or_default();
        let (left, right) = ends(mark);
        let (begin, end) = if value < 0.0 { (right, left) } else { (left, right) };
        places.extend([(*from, begin), (*from + value, end)]);
        *from += value;
    }
    on_axis(&picture, "x", &places);
    for total in ["8.0", "4.0", "-3.5"] {
        picture.text(total);
    }
    let colours: BTreeSet<(&str, &str)> = picture
        .marks
        .iter()
        .map(|mark| (mark.told("part"), mark.shape("rect").attribute("fill")))
        .collect();
    assert_eq!(colours.len(), 3, "{colours:?}");
    // Each part has a colour, and no two can be taken for each other.
    let fills: Vec<[f64; 3]> = ["green", "open", "shared"]
        .map(|part| picture.marks.iter().find(|mark| mark.told("part") == part))
        .iter()
        .map(|mark| mark.expect("a part").shape("rect").fill())
        .collect();
    for (at, one) in fills.iter().enumerate() {
        for other in &fills[at + 1..] {
            let apart: f64 = one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum();
            assert!(apart.sqrt() > 60.0, "{one:?} and {other:?}");
        }
    }
    for part in ["green", "open", "shared"] {
        picture.text(part);
    }
    // Several columns of values are parts as well.
    let wide = "SELECT * FROM (VALUES ('A', 3.0, -1.0), ('B', 1.0, 7.0)) AS t (unit, green, open)";
    let wide =
        super::picture::picture(wide, "bars, label = unit, value = green, value = open").await;
    let found: Vec<_> = wide
        .marks
        .iter()
        .map(|mark| (mark.told("label"), mark.told("part"), mark.figure("value")))
        .collect();
    let wanted =
        [("B", "green", 1.0), ("B", "open", 7.0), ("A", "green", 3.0), ("A", "open", -1.0)];
    assert_eq!(found, wanted);
}

async fn order() {
    let ranked = "SELECT * FROM (VALUES ('A', 1.0, 2), ('B', 2.0, 3), ('C', 3.0, 1)) AS t (unit, score, rank)";
    assert_eq!(from_top(&picture(ranked, "").await), ["C", "A", "B"]);
    let rows = "SELECT * FROM (VALUES ('A', 1.0), ('B', 3.0), ('C', 2.0)) AS t (unit, score)";
    assert_eq!(from_top(&picture(rows, "bars").await), ["B", "C", "A"]);
    assert_eq!(from_top(&picture(rows, "bars, order = rows").await), ["A", "B", "C"]);
    let total = "SELECT * FROM (VALUES ('A', 'x', 1.0, 1.5), ('A', 'y', 1.0, 1.5)) AS t (unit, part, value, t)";
    picture(total, "bars, total = t").await.text("1.5");
}

async fn little_and_much() {
    for query in [
        "SELECT 'A' AS unit, 1.0 AS value",
        "SELECT 'A' AS unit, 0.0 AS value",
        "SELECT 'A' AS unit, -5e300 AS value UNION ALL SELECT 'B', 4e300",
        "SELECT 'A' AS unit, CAST(NULL AS DOUBLE) AS value",
        "SELECT CAST(NULL AS VARCHAR) AS unit, 3.0 AS value",
        "SELECT 'unit ' || i AS unit, i * 1e-7 AS value FROM unnest(range(0, 200)) AS t (i)",
    ] {
        is_readable(&picture(query, "bars").await);
    }
    picture("SELECT 'A' AS unit, CAST(NULL AS DOUBLE) AS value", "bars").await.text("no value");
    for name in NAMES {
        let query = format!(
            "SELECT '{name}' AS unit, '{name}' AS part, 2.5 AS value
            UNION ALL SELECT 'other', 'of another', -1e9"
        );
        let picture = picture(&query, "bars").await;
        is_readable(&picture);
        assert_eq!(picture.marks[0].told("label"), name);
        assert_eq!(picture.marks[0].title, format!("{name}, {name}: 2.5"));
        close(picture.size.0, 760.0, 0.01, "width");
    }
}

async fn faults() {
    for (query, plot, message) in [
        (
            "SELECT 'unit ' || i AS unit, i AS value FROM unnest(range(0, 5000)) AS t (i)",
            "bars",
            "plot: at most 250 bars can be read in one picture, found 5000 (fewer with WHERE or LIMIT)",
        ),
        (
            "SELECT * FROM (VALUES ('A', 1.0), ('A', 2.0)) AS t (unit, value)",
            "bars",
            "plot: a bar must have one value for each part, found several of A (name a column for part, or \
             keep one period with WHERE)",
        ),
        (
            "SELECT 'A' AS unit, 'x' AS value",
            "bars, value = value",
            "plot: value must be numbers, found VARCHAR in value",
        ),
        (
            "SELECT 'A' AS unit, 1 AS a, 2 AS b",
            "bars, value = a, rank = a, rank = b",
            "plot: rank must be one column, got a and b",
        ),
        ("SELECT 'A' AS unit, 1 AS a", "bars, lable = unit", "did you mean 'label'?"),
    ] {
        let found = fault(query, plot).await;
        assert!(found.contains(message), "{found}");
    }
}

/// A name that has space stands there whole; one that has none is cut.
async fn long_names() {
    let whole = "Urban share of the resident population, %";
    let query =
        format!("SELECT '{whole}' AS unit, 3.0 AS value UNION ALL SELECT '{}', 2.0", NAMES[0]);
    let picture = picture(&query, "bars").await;
    is_readable(&picture);
    picture.text(whole);
    assert!(picture.said().iter().any(|said| said.ends_with('…')), "{:?}", picture.said());
}
