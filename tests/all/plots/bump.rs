//! Ranks over periods: places, gaps, and names at both ends.

use libtest_mimic::Trial;

use super::picture::{Mark, NAMES, fault, picture};
use super::sheet::{is_readable, on_axis, ticks};
use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    vec![
        trial_async("plots::bump::ranks", ranks),
        trial_async("plots::bump::gaps", gaps),
        trial_async("plots::bump::ends", ends),
        trial_async("plots::bump::many", many),
        trial_async("plots::bump::little", little),
    ]
}

/// Numbers or places, across and down.
type Points = Vec<(f64, f64)>;

/// The points of a line as figures, and its dots.
fn points(mark: &Mark) -> (Points, Points) {
    let number = |text: &str| text.parse::<f64>().expect("a number");
    let figures = mark.told("points").split_whitespace().map(|pair| {
        let (x, y) = pair.split_once(',').expect("a pair");
        (number(x), number(y))
    });
    let dots = mark.shapes.iter().filter(|shape| shape.name == "circle");
    (figures.collect(), dots.map(|dot| (dot.number("cx"), dot.number("cy"))).collect())
}

const COUNTRIES: &str =
    "SELECT period, unit, country, rank() OVER (PARTITION BY period ORDER BY value DESC) AS rank
    FROM undp.time_series WHERE indicator = 'hdi' AND period >= 2010 AND value IS NOT NULL
      AND unit IN ('CHN', 'BRA', 'MEX', 'TUR', 'THA', 'UKR', 'COL') ORDER BY unit, period";

async fn ranks() {
    let picture = picture(COUNTRIES, "bump, series = country").await;
    is_readable(&picture);
    assert_eq!(picture.marks.len(), 7);
    let (mut across, mut down) = (Vec::new(), Vec::new());
    for mark in &picture.marks {
        let (figures, dots) = points(mark);
        assert_eq!(figures.len(), dots.len());
        across.extend(figures.iter().zip(&dots).map(|(figure, dot)| (figure.0, dot.0)));
        down.extend(figures.iter().zip(&dots).map(|(figure, dot)| (figure.1, dot.1)));
        let (first, last) = (figures[0].1, figures[figures.len() - 1].1);
        let name = mark.told("series");
        let ends: Vec<_> = picture.texts.iter().filter(|text| text.said == name).collect();
        let [left, right] = ends.as_slice() else { panic!("{name} at both ends: {ends:?}") };
        // Beside each stands its rank, on the same line and nearer to the marks.
        for (end, rank) in [(left, first), (right, last)] {
            let beside = |text: &&super::picture::Text| {
                text.said == rank.to_string()
                    && (text.y - end.y).abs() < 1.0
                    && text.anchor == end.anchor
            };
            assert!(picture.texts.iter().any(|text| beside(&text)), "{name} {rank}");
        }
        assert!(left.anchor == "end" && right.anchor == "start" && left.x < right.x);
    }
    on_axis(&picture, "x", &across);
    // The first rank is at the top.
    assert!(super::picture::in_proportion(&down) > 0.0);
    let unnamed = super::picture::picture(COUNTRIES, "").await;
    assert_eq!(unnamed.kind, "bump");
}

async fn gaps() {
    let query = "SELECT * FROM (VALUES (2020, 'A', 1), (2021, 'A', NULL), (2022, 'A', 2), (2023, 'A', 1),
                                       (2020, 'B', 2), (2022, 'B', 1), (2023, 'B', 2), (2021, 'B', 1))
                 AS t (period, unit, rank)";
    let picture = picture(query, "").await;
    is_readable(&picture);
    let lines = |series: &str| {
        let mark = picture.marks.iter().find(|mark| mark.told("series") == series).expect("a line");
        mark.shapes.iter().filter(|shape| shape.name != "circle").count()
    };
    assert_eq!((lines("A"), lines("B")), (1, 1), "A has one line of two points, and a point apart");
    let a = picture.marks.iter().find(|mark| mark.told("series") == "A").expect("a line");
    assert_eq!(points(a).1.len(), 3);
    picture.text("A line breaks where a period has no rank (1 row).");
}

/// A line that begins later or ends earlier is not named with a rank of another period.
async fn ends() {
    let query = "SELECT * FROM (VALUES (2020, 'A', 1), (2021, 'A', 1), (2022, 'A', 1), (2021, 'later', 2), (2022, 'later', 2),
                                       (2020, 'earlier', 2), (2021, 'earlier', 3), (2021, 'between', 4))
                 AS t (period, unit, rank)";
    let picture = picture(query, "").await;
    is_readable(&picture);
    let ends = |name: &str| -> Vec<(&str, &str)> {
        let named = picture.texts.iter().filter(|text| text.said == name);
        let rank = |name: &super::picture::Text| {
            let is_beside = |text: &&super::picture::Text| {
                text.anchor == name.anchor
                    && (text.y - name.y).abs() < 1.0
                    && text.said != name.said
            };
            picture.texts.iter().find(is_beside).map_or("", |text| text.said.as_str())
        };
        named.map(|name| (name.anchor.as_str(), rank(name))).collect()
    };
    assert_eq!(ends("A"), [("end", "1"), ("start", "1")]);
    assert_eq!(ends("later"), [("start", "2")]);
    assert_eq!(ends("earlier"), [("end", "2")]);
    assert_eq!(ends("between"), [("start", "–")]);
}

async fn many() {
    let query = "SELECT p AS period, 'unit ' || i AS unit, 1 + (i * 7 + p * i) % 31 AS rank
                 FROM unnest(range(0, 31)) AS u (i), unnest(range(1, 5)) AS v (p)";
    let picture = picture(query, "bump").await;
    is_readable(&picture);
    picture.text("In colour: the 7 whose first and last ranks differ most.");
    let query =
        "SELECT 1 AS period, 'unit ' || i AS unit, i AS rank FROM unnest(range(0, 5000)) AS t (i)";
    let found = fault(query, "bump").await;
    assert!(found.contains("at most 60 lines can be read in one picture, found 5000"), "{found}");
    let twice = "SELECT 1 AS period, 'A' AS unit, i AS rank FROM unnest(range(1, 3)) AS t (i)";
    let found = fault(twice, "bump").await;
    assert_eq!(found, "plot: a unit must have one rank in each period, found 1 and 2 of A");
    let none = "SELECT 1 AS period, 'A' AS unit, CAST(NULL AS BIGINT) AS rank";
    assert_eq!(
        fault(none, "bump").await,
        "plot: there must be ranks to draw, found NULL in all rows"
    );
}

async fn little() {
    let one = picture("SELECT 2024 AS period, 'A' AS unit, 1 AS rank", "bump").await;
    is_readable(&one);
    assert_eq!(ticks(&one, "x").len(), 1);
    for name in NAMES {
        let query = format!(
            "SELECT p AS period, '{name}' AS unit, p AS rank FROM unnest(range(1, 4)) AS t (p)"
        );
        let picture = picture(&query, "bump").await;
        is_readable(&picture);
        assert_eq!(picture.marks[0].told("series"), name);
    }
    let far =
        "SELECT p AS period, 'A' AS unit, p * 1000000 AS rank FROM unnest(range(1, 4)) AS t (p)";
    is_readable(&picture(far, "bump").await);
}
