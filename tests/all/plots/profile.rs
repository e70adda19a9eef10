//! Profiles: distances from the centre of a radar, and places of dots.

use std::f64::consts::TAU;

use libtest_mimic::Trial;

use super::picture::{
    Mark, NAMES, Picture, close, fault, in_proportion, numbers, picture, rows, texts,
};
use super::sheet::is_readable;
use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    vec![
        trial_async("plots::profile::long_names", long_names),
        trial_async("plots::profile::radar", radar),
        trial_async("plots::profile::dots", dots),
        trial_async("plots::profile::long", long),
        trial_async("plots::profile::little_and_much", little_and_much),
        trial_async("plots::profile::of_the_function", of_the_function),
        trial_async("plots::profile::faults", faults),
    ]
}

/// Scores of a country with the mean and the best of its region.
const NORWAY: &str = "WITH s AS (SELECT unit, country, region, indicator, norm_minmax(value, fit_minmax(value) OVER (PARTITION BY indicator)) AS score
                                 FROM undp.time_series WHERE period = 2022 AND unit NOT LIKE 'ZZ%' AND indicator IN ('le', 'eys', 'mys', 'gnipc')),
                           a AS (SELECT unit, country, indicator, score, avg(score) OVER (PARTITION BY indicator) AS group_mean,
                                        max(score) OVER (PARTITION BY indicator) AS best FROM s)
    SELECT country AS unit, indicator AS code, score, group_mean, best FROM a WHERE country = 'Norway' ORDER BY code";

/// The place of what a mark is drawn as: of a diamond the middle of its corners.
fn place(mark: &Mark) -> (f64, f64) {
    let shape = &mark.shapes[0];
    match shape.name.as_str() {
        "circle" => (shape.number("cx"), shape.number("cy")),
        "line" => (shape.number("x1"), (shape.number("y1") + shape.number("y2")) / 2.0),
        _ => {
            let words: Vec<f64> =
                shape.attribute("d").split(' ').filter_map(|word| word.parse().ok()).collect();
            ((words[2] + words[6]) / 2.0, (words[1] + words[5]) / 2.0)
        }
    }
}

fn of<'a>(picture: &'a Picture, series: &str) -> Vec<&'a Mark> {
    let found = picture.with("series").into_iter().filter(|mark| mark.told("series") == series);
    let mut found: Vec<&Mark> = found.collect();
    found.sort_by(|a, b| a.told("axis").cmp(b.told("axis")));
    found
}

async fn radar() {
    let rows = rows(NORWAY).await;
    let picture = picture(NORWAY, "profile").await;
    is_readable(&picture);
    let axes = texts(&rows, "code");
    // Where the axes begin: the middle of two dots on opposite axes, each at its distance.
    let unit = of(&picture, "Norway");
    assert_eq!(unit.iter().map(|mark| mark.told("axis")).collect::<Vec<_>>(), axes);
    let (up, down) = (place(unit[0]), place(unit[2]));
    let (a, b) = (unit[0].figure("value"), unit[2].figure("value"));
    let centre = (up.0, up.1 + (down.1 - up.1) * a / (a + b));
    let mut pairs = vec![(0.0, 0.0)];
    for (series, column) in [("Norway", "score"), ("group mean", "group_mean"), ("best", "best")] {
        let values = numbers(&rows, column);
        for (axis, mark) in of(&picture, series).into_iter().enumerate() {
            assert_eq!(mark.figure("value"), values[axis].expect("a value"), "{series}");
            let (x, y) = place(mark);
            let (x, y) = (x - centre.0, y - centre.1);
            pairs.push((mark.figure("value"), x.hypot(y)));
            let angle = x.atan2(-y).rem_euclid(TAU);
            close(angle, TAU * axis as f64 / 4.0, 1e-3, mark.told("axis"));
        }
        picture.text(series);
    }
    let step = in_proportion(&pairs);
    assert!(step > 100.0, "{step}");
    assert!(picture.said().contains(&"Centre: 0."), "{:?}", picture.said());
}

async fn dots() {
    let rows = rows(NORWAY).await;
    let picture = picture(NORWAY, "profile, form = dots").await;
    is_readable(&picture);
    let mut pairs = Vec::new();
    let mut heights = Vec::new();
    for (axis, name) in texts(&rows, "code").iter().enumerate() {
        let row: Vec<&Mark> =
            picture.with("axis").into_iter().filter(|mark| mark.told("axis") == name).collect();
        assert_eq!(row.len(), 3);
        let values = ["score", "group_mean", "best"].map(|column| numbers(&rows, column)[axis]);
        for (series, value) in ["Norway", "group mean", "best"].into_iter().zip(values) {
            let mark = row.iter().find(|mark| mark.told("series") == series).expect("a dot");
            assert_eq!(Some(mark.figure("value")), value);
            pairs.push((mark.figure("value"), place(mark).0));
            close(place(mark).1, place(row[0]).1, 0.01, name);
        }
        heights.push(place(row[0]).1);
        close(picture.text(name).y, place(row[0]).1 + 4.3, 0.6, name);
    }
    assert!(in_proportion(&pairs) > 100.0);
    assert!(heights.windows(2).all(|pair| pair[1] > pair[0] + 20.0), "{heights:?}");
    // The unit is drawn last, over what it is compared with.
    let last = picture.with("axis").last().map(|mark| mark.told("series").to_owned());
    assert_eq!(last.as_deref(), Some("Norway"));
}

/// Rows that name their series; the first is the unit. A value that is missing opens the line.
async fn long() {
    let query = "SELECT * FROM (VALUES ('A', 'health', 60.0), ('A', 'wealth', NULL), ('A', 'safety', 40.0), ('A', 'air', 20.0),
                                       ('mean', 'health', 50.0), ('mean', 'wealth', 30.0), ('mean', 'safety', 45.0)) AS t(series, axis, value)";
    let picture = picture(query, "profile").await;
    assert_eq!((of(&picture, "A").len(), of(&picture, "mean").len()), (3, 3));
    assert!(picture.said().contains(&"2 values are missing."), "{:?}", picture.said());
    picture.text("no value");
    assert!(!picture.svg.contains("fill-opacity=\"0.12\""), "an open shape is not filled");
}

async fn little_and_much() {
    let one = picture("SELECT 'a' AS axis, 5.0 AS value, 'u' AS series", "profile").await;
    assert_eq!(one.marks.len(), 1);
    let constant =
        "SELECT CAST(i AS VARCHAR) AS axis, 5 AS value FROM generate_series(1, 5) AS t(i)";
    let constant = picture(constant, "profile").await;
    assert_eq!(constant.marks.len(), 5);
    let below = "SELECT * FROM (VALUES ('a', -5.0), ('b', 5.0), ('c', 0.0)) AS t(axis, value)";
    let below = picture(below, "profile").await;
    let note = below.said().into_iter().find(|said| said.starts_with("Centre: -"));
    assert!(note.is_some(), "{:?}", below.said());
    let huge =
        "SELECT * FROM (VALUES ('a', -1e308), ('b', 1e308), ('c', 1e-300)) AS t(axis, value)";
    for plot in ["profile, form = radar", "profile, form = dots"] {
        assert_eq!(picture(huge, plot).await.marks.len(), 3);
    }
    let written = NAMES.map(|name| format!("('{name}', '{name}', 2.0)")).join(", ");
    let names = format!(
        "SELECT axis, 'u' AS series, value FROM (VALUES {written}) AS t(axis, series, value)"
    );
    for plot in ["profile, form = radar", "profile, form = dots"] {
        let picture = picture(&names, plot).await;
        picture.text("cost in $ per $100");
        picture.text("<b>Tom & \"Jerry\"</b>");
    }
    let many = "SELECT 'axis ' || CAST(i AS VARCHAR) AS axis, sin(i) AS value, 0.1 AS mean, 1.0 AS best FROM generate_series(1, 80) AS t(i)";
    assert_eq!(picture(many, "profile").await.marks.len(), 240);
}

/// What unit_profile gives of one unit is drawn as a profile of its last period.
async fn of_the_function() {
    let rows = "SELECT * FROM (VALUES ('U', 2023, 'a', 1.0, 2.0, 3.0, -2.0), ('U', 2024, 'a', 2.0, 2.0, 4.0, -2.0),
                                      ('U', 2024, 'b', 1.5, 2.5, 4.0, -2.5), ('V', 2024, 'b', 4.0, 2.5, 4.0, 0.0))
                AS t(unit, period, code, score, group_mean, best, gap_to_best)";
    let one = picture(&format!("{rows} WHERE unit = 'U'"), "").await;
    assert_eq!(one.kind, "profile");
    let values: Vec<f64> = of(&one, "U").iter().map(|mark| mark.figure("value")).collect();
    assert_eq!(values, [2.0, 1.5]);
    assert_eq!((of(&one, "group mean").len(), of(&one, "best").len()), (2, 2));
    assert!(one.said().iter().any(|said| said.contains("2024")), "{:?}", one.said());
}

async fn faults() {
    let axes = |n: usize| {
        format!(
            "SELECT CAST(i AS VARCHAR) AS axis, 1 AS value FROM generate_series(1, {n}) AS t(i)"
        )
    };
    let told = [
        (axes(2), "profile, form = radar", "plot: a radar must have 3 to 12 axes, found 2 (form = dots)"),
        (axes(13), "profile, form = radar", "plot: a radar must have 3 to 12 axes, found 13 (form = dots)"),
        (
            axes(5000),
            "profile",
            "plot: at most 80 axes can be read in one picture, found 5000 (fewer with WHERE or LIMIT)",
        ),
        (
            "SELECT 'a' AS axis, CAST(NULL AS DOUBLE) AS value".to_owned(),
            "profile",
            "plot: there must be a value to draw, found NULL in all rows",
        ),
        (
            "SELECT * FROM (VALUES ('A', 'x', 1.0), ('B', 'x', 2.0)) AS t(unit, axis, value)".to_owned(),
            "profile",
            "plot: a profile must be of one unit, found A and B (WHERE)",
        ),
        (
            "SELECT * FROM (VALUES ('A', 'x', 1.0), ('A', 'x', 2.0)) AS t(unit, axis, value)".to_owned(),
            "profile",
            "plot: A must have one value on each axis, found two on x (one unit, one period: WHERE)",
        ),
        (
            "SELECT 'x' AS axis, 1.0 AS value, CAST(i AS VARCHAR) AS series FROM generate_series(1, 5) AS t(i)".to_owned(),
            "profile",
            "plot: at most 4 series (the unit, and what it is compared with) can be read in one picture, found 5 \
             (fewer with WHERE or LIMIT)",
        ),
    ];
    for (query, plot, said) in told {
        assert_eq!(fault(&query, plot).await, said, "{plot} of {query}");
    }
}

/// A long name beside a radar stands in two lines, its value below.
async fn long_names() {
    let query = "SELECT 'Expected years of schooling ' || i AS axis, i AS value FROM unnest(range(1, 7)) AS t (i)";
    let picture = picture(query, "profile, form = radar, unit = years").await;
    is_readable(&picture);
    picture.text("years");
    // The first stands above and has space.
    picture.text("Expected years of schooling 1");
    let first: Vec<_> =
        picture.texts.iter().filter(|text| text.said == "Expected years of").collect();
    let second = picture.text("schooling 2");
    assert_eq!(first.len(), 4, "{:?}", picture.said());
    let above = first.iter().find(|text| text.x == second.x && text.y < second.y);
    let above = above.expect("the first line of the second name");
    let value = picture.texts.iter().find(|text| text.said == "2" && text.x == second.x);
    let value = value.expect("its value");
    assert!(value.y > second.y && value.y - above.y < 40.0, "{above:?} {second:?} {value:?}");
}
