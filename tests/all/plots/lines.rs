//! Lines over periods: places, gaps, and names that do not cover each other.

use libtest_mimic::Trial;

use super::picture::{Mark, NAMES, Picture, fault, picture};
use super::sheet::{is_readable, on_axis, ticks};
use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    vec![
        trial_async("plots::lines::places", places),
        trial_async("plots::lines::gaps", gaps),
        trial_async("plots::lines::names", names),
        trial_async("plots::lines::periods", periods),
        trial_async("plots::lines::little_and_much", little_and_much),
    ]
}

/// The figures of a line.
fn figures(mark: &Mark) -> Vec<(f64, f64)> {
    let number = |text: &str| text.parse::<f64>().expect("a number");
    let pairs =
        mark.told("points").split_whitespace().map(|pair| pair.split_once(',').expect("a pair"));
    pairs.map(|(x, y)| (number(x), number(y))).collect()
}

/// The corners of its lines and the middles of its dots, run by run.
fn drawn(mark: &Mark) -> Vec<Vec<(f64, f64)>> {
    let run = |shape: &super::picture::Shape| match shape.name.as_str() {
        "circle" => vec![(shape.number("cx"), shape.number("cy"))],
        "path" => corners(shape.attribute("d")),
        "polyline" => corners(shape.attribute("points")),
        other => panic!("{other}"),
    };
    mark.shapes.iter().map(run).collect()
}

fn corners(path: &str) -> Vec<(f64, f64)> {
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
    let numbers: Vec<f64> =
        path.split(|c| !is_number(c)).filter_map(|text| text.parse().ok()).collect();
    numbers.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
}

fn of<'a>(picture: &'a Picture, series: &str) -> &'a Mark {
    let is = |mark: &&&Mark| mark.figures.get("series").is_some_and(|name| name == series);
    picture.marks.iter().collect::<Vec<_>>().iter().find(is).copied().expect("a line")
}

const COUNTRIES: &str = "SELECT period, country, value FROM undp.time_series
    WHERE indicator = 'hdi' AND unit IN ('CHN', 'BRA', 'NOR', 'NER') AND value IS NOT NULL ORDER BY unit, period";

async fn places() {
    let picture = picture(COUNTRIES, "").await;
    assert_eq!(picture.kind, "lines");
    is_readable(&picture);
    let (mut across, mut up) = (Vec::new(), Vec::new());
    for mark in &picture.marks {
        let (figures, runs) = (figures(mark), drawn(mark));
        assert_eq!(runs.len(), 1);
        assert_eq!(runs[0].len(), figures.len());
        across.extend(figures.iter().zip(&runs[0]).map(|(figure, place)| (figure.0, place.0)));
        up.extend(figures.iter().zip(&runs[0]).map(|(figure, place)| (figure.1, place.1)));
        let (_, last) = figures[figures.len() - 1];
        picture.text(&format!("{} {last:.3}", mark.told("series")));
    }
    on_axis(&picture, "x", &across);
    on_axis(&picture, "y", &up);
    assert_eq!(picture.marks.len(), 4);
}

async fn gaps() {
    let query = "SELECT * FROM (VALUES (2020, 1.0, 1.1), (2021, 2.0, NULL), (2022, NULL, NULL), (2023, 3.0, NULL),
                                       (2024, NULL, 4.0), (2025, 2.5, NULL), (2026, 2.0, NULL))
                 AS t (period, value, published)";
    let picture = picture(query, "").await;
    is_readable(&picture);
    let runs: Vec<usize> = drawn(of(&picture, "value")).iter().map(Vec::len).collect();
    assert_eq!(runs, [2, 1, 2], "a line breaks at NULL");
    let published = picture.with("published");
    assert_eq!(figures(published[0]), [(2020.0, 1.1), (2024.0, 4.0)]);
    picture.text("Dots: as published.");
    picture.text("No line where a period has no value (1 row).");
}

/// Thirty lines that end at nearly the same value.
async fn names() {
    let query = "SELECT p AS period, 'unit ' || i AS unit, 100 + i * 0.001 * p AS value
                 FROM unnest(range(0, 30)) AS u (i), unnest(range(1, 9)) AS v (p)";
    let picture = picture(query, "lines").await;
    is_readable(&picture);
    let names: Vec<_> = (0..30)
        .map(|at| picture.texts.iter().find(|text| text.said.starts_with(&format!("unit {at} "))))
        .collect();
    assert!(names.iter().all(Option::is_some), "every line is named");
    // From the top in the order of the values.
    let places: Vec<f64> = names.into_iter().flatten().map(|text| text.y).collect();
    assert!(places.windows(2).all(|pair| pair[0] > pair[1]), "{places:?}");
}

async fn periods() {
    for (periods, wanted) in [
        ("1990 + i * 2", vec!["1990", "2000", "2008"]),
        ("'2015-Q' || (1 + i % 4)", vec!["2015-Q1", "2015-Q2", "2015-Q3", "2015-Q4"]),
        ("CAST((2015 + i) || '-06-30' AS DATE)", vec!["2016", "2018", "2020", "2022"]),
        (
            "CAST('2024-0' || (1 + i % 8) || '-15T12:00:00' AS TIMESTAMP)",
            vec!["2024-02", "2024-04", "2024-06"],
        ),
    ] {
        let most = if periods.contains('Q') {
            4
        } else if periods.contains('%') {
            8
        } else {
            10
        };
        let query = format!(
            "SELECT {periods} AS period, i * 1.5 AS value FROM unnest(range(0, {most})) AS t (i)"
        );
        let picture = picture(&query, "lines").await;
        is_readable(&picture);
        for text in wanted {
            picture.text(text);
        }
    }
}

async fn little_and_much() {
    let one = picture("SELECT 2024 AS period, 'A' AS unit, 5.0 AS value", "lines").await;
    is_readable(&one);
    assert_eq!(drawn(of(&one, "A"))[0].len(), 1);
    assert_eq!(ticks(&one, "x").len(), 1);
    for query in [
        "SELECT i AS period, CAST(NULL AS DOUBLE) AS value FROM unnest(range(0, 3)) AS t (i)",
        "SELECT i AS period, 1e300 * i AS value FROM unnest(range(-1, 2)) AS t (i)",
        "SELECT i AS period, 7.0 AS value FROM unnest(range(0, 5000)) AS t (i)",
        "SELECT i * 0.25 AS period, i AS value FROM unnest(range(0, 9)) AS t (i)",
    ] {
        is_readable(&picture(query, "lines").await);
    }
    for name in NAMES {
        let query = format!(
            "SELECT i AS period, '{name}' AS unit, i AS value FROM unnest(range(0, 3)) AS t (i)"
        );
        let picture = picture(&query, "lines").await;
        is_readable(&picture);
        of(&picture, name);
    }
    let found =
        fault("SELECT 1 AS period, i AS value FROM unnest(range(0, 2)) AS t (i)", "lines").await;
    assert!(
        found.contains("a line must have one value for each period, found 0 and 1 of value"),
        "{found}"
    );
    let many =
        "SELECT 1 AS period, 'unit ' || i AS unit, i AS value FROM unnest(range(0, 5000)) AS t (i)";
    let found = fault(many, "lines").await;
    assert!(found.contains("at most 32 lines can be read in one picture, found 5000"), "{found}");
}
