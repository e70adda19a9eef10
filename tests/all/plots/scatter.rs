//! Scatter plots: places of dots, the line, and names that do not overlap.

use std::collections::BTreeSet;

use libtest_mimic::Trial;

use super::picture::{
    Mark, NAMES, Picture, Text, close, fault, in_proportion, numbers, picture, rows, texts,
};
use super::sheet::is_readable;
use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    vec![
        trial_async("plots::scatter::places", places),
        trial_async("plots::scatter::ratios", ratios),
        trial_async("plots::scatter::groups", groups),
        trial_async("plots::scatter::names", names),
        trial_async("plots::scatter::little_and_much", little_and_much),
        trial_async("plots::scatter::faults", faults),
    ]
}

const COUNTRIES: &str = "SELECT i.country, i.value AS income, l.value AS life, i.region
    FROM undp.time_series AS i JOIN undp.time_series AS l ON l.unit = i.unit AND l.period = i.period
    WHERE i.indicator = 'gnipc' AND l.indicator = 'le' AND i.period = 2022 AND i.unit NOT LIKE 'ZZ%'
      AND i.value IS NOT NULL AND l.value IS NOT NULL ORDER BY i.unit";

/// How wide a letter of a name is at least, in sizes of its font, and how high.
const LETTER: (f64, f64) = (0.5, 1.0);

fn dots(picture: &Picture) -> Vec<&Mark> {
    picture.with("label")
}

/// Numbers with their places.
type Places = Vec<(f64, f64)>;

/// Numbers of the dots with their places, across and up.
fn both(picture: &Picture, number: impl Fn(f64) -> f64) -> (Places, Places) {
    let of = |figure: &str, place: &str| -> Vec<(f64, f64)> {
        let pair = |dot: &&Mark| (number(dot.figure(figure)), dot.shape("circle").number(place));
        dots(picture).iter().map(pair).collect()
    };
    (of("x", "cx"), of("y", "cy"))
}

async fn places() {
    let rows = rows(COUNTRIES).await;
    let (names, x, y) = (texts(&rows, "country"), numbers(&rows, "income"), numbers(&rows, "life"));
    let picture = picture(COUNTRIES, "scatter, x = income, y = life, label = country").await;
    is_readable(&picture);
    let dots = dots(&picture);
    assert_eq!(dots.len(), names.len());
    for (row, dot) in dots.iter().enumerate() {
        assert_eq!(
            (dot.told("label"), dot.figure("x"), dot.figure("y")),
            (names[row].as_str(), x[row].expect("x"), y[row].expect("y"))
        );
        assert!(dot.title.starts_with(&names[row]), "{}", dot.title);
    }
    let (across, up) = both(&picture, |number| number);
    assert!(in_proportion(&across) > 0.0 && in_proportion(&up) < 0.0);
    // Ticks stand where dots with their number would.
    let step = in_proportion(&up);
    let (number, place) = up[0];
    for tick in ["60", "70", "80"] {
        let text = picture.text(tick);
        close(
            text.y,
            place + step * (tick.parse::<f64>().expect("a tick") - number) + 4.3,
            0.6,
            tick,
        );
    }
    // The line, by SQL's own regression.
    let query = format!(
        "SELECT regr_slope(life, income) AS slope, regr_intercept(life, income) AS intercept, regr_r2(life, income) AS r2 FROM ({COUNTRIES})"
    );
    let fitted = super::picture::rows(&query).await;
    let line = picture.with("slope")[0];
    for (name, figure) in [("slope", "slope"), ("intercept", "intercept"), ("r2", "r-squared")] {
        let wanted = numbers(&fitted, name)[0].expect("a number");
        close(line.figure(figure), wanted, 1e-9 * wanted.abs(), name);
    }
    let ends = ends(line);
    let at =
        |pairs: &[(f64, f64)], place: f64| pairs[0].0 + (place - pairs[0].1) / in_proportion(pairs);
    for (end_x, end_y) in ends {
        let (x, y) = (at(&across, end_x), at(&up, end_y));
        close(y, line.figure("intercept") + line.figure("slope") * x, 0.01, "the line");
    }
    let note = picture.said().into_iter().find(|said| said.contains("R²")).expect("a note");
    assert!(
        note.contains(&format!("R² = {:.2}, n = {}", line.figure("r-squared"), names.len())),
        "{note}"
    );
}

fn ends(line: &Mark) -> [(f64, f64); 2] {
    let words: Vec<f64> = line
        .shape("path")
        .attribute("d")
        .split(['M', 'L', ' '])
        .filter_map(|word| word.parse().ok())
        .collect();
    [(words[0], words[1]), (words[2], words[3])]
}

/// Equal distances for equal ratios; the line is straight there too.
async fn ratios() {
    let picture =
        picture(COUNTRIES, "scatter, x = income, y = life, label = country, x_scale = log").await;
    is_readable(&picture);
    let (across, _) = both(&picture, f64::ln);
    assert!(in_proportion(&across) > 0.0);
    picture.text("1,000");
    picture.text("100,000");
    let query = format!("SELECT regr_r2(life, log10(income)) AS r2 FROM ({COUNTRIES})");
    let wanted = numbers(&rows(&query).await, "r2")[0].expect("a number");
    close(picture.with("slope")[0].figure("r-squared"), wanted, 1e-9, "r2");
    // What has no logarithm is left out, and that is said.
    let some = "SELECT * FROM (VALUES (0.0, 1.0), (-1.0, 2.0), (10.0, 3.0), (100.0, NULL), (1000.0, 5.0)) AS t(x, y)";
    let some = super::picture::picture(some, "scatter, x_scale = log, y_scale = log").await;
    assert_eq!(dots(&some).len(), 2);
    let said = some.said();
    assert!(
        said.contains(&"2 rows with values of 0 or less have no place on an axis of ratios."),
        "{said:?}"
    );
    assert!(said.contains(&"1 rows without both values are not drawn."), "{said:?}");
}

async fn groups() {
    let picture = picture(
        COUNTRIES,
        "scatter, x = income, y = life, label = country, group = region, line = no",
    )
    .await;
    assert!(picture.with("slope").is_empty());
    is_readable(&picture);
    let mut colours = BTreeSet::new();
    for dot in dots(&picture) {
        colours.insert((
            dot.told("group").to_owned(),
            dot.shape("circle").attribute("fill").to_owned(),
        ));
    }
    let groups: BTreeSet<&String> = colours.iter().map(|(group, _)| group).collect();
    let fills: BTreeSet<&String> = colours.iter().map(|(_, fill)| fill).collect();
    assert!(
        groups.len() > 4 && groups.len() == colours.len() && fills.len() == colours.len(),
        "{colours:?}"
    );
    for group in groups {
        picture.text(group);
    }
}

/// The rectangle of a name.
fn space(text: &Text) -> (f64, f64, f64, f64) {
    let wide = text.said.chars().count() as f64 * text.size * LETTER.0;
    let left = match text.anchor.as_str() {
        "start" => text.x,
        "middle" => text.x - wide / 2.0,
        _ => text.x - wide,
    };
    (left, text.y - text.size * 0.75 * LETTER.1, left + wide, text.y)
}

async fn names() {
    let picture =
        picture(COUNTRIES, "scatter, x = income, y = life, label = country, x_scale = log").await;
    let dots = dots(&picture);
    let names: BTreeSet<&str> = dots.iter().map(|dot| dot.told("label")).collect();
    let written: Vec<&Text> =
        picture.texts.iter().filter(|text| names.contains(text.said.as_str())).collect();
    assert!(written.len() > 40, "{}", written.len());
    for (at, one) in written.iter().enumerate() {
        let (left, top, right, bottom) = space(one);
        for other in &written[at + 1..] {
            let other_space = space(other);
            let is_apart = right <= other_space.0
                || other_space.2 <= left
                || bottom <= other_space.1
                || other_space.3 <= top;
            assert!(is_apart, "{one:?} {other:?}");
        }
        for dot in &dots {
            let (x, y) = (dot.shape("circle").number("cx"), dot.shape("circle").number("cy"));
            assert!(x <= left || x >= right || y <= top || y >= bottom, "{one:?} {dot:?}");
        }
    }
    // Those at the edge are named: the longest life, the highest and the lowest income.
    let edge = |figure: &str| {
        let found = dots.iter().max_by(|a, b| a.figure(figure).total_cmp(&b.figure(figure)));
        found.expect("a dot").told("label")
    };
    for name in [edge("x"), edge("y")] {
        assert!(written.iter().any(|text| text.said == name), "{name}");
    }
}

async fn little_and_much() {
    let one = picture("SELECT 1.0 AS x, 2.0 AS y, 'a' AS unit", "").await;
    assert_eq!((one.kind, dots(&one).len(), one.with("slope").len()), ("scatter", 1, 0));
    one.text("a");
    let constant = "SELECT 5.0 AS x, i AS y FROM generate_series(1, 9) AS t(i)";
    assert!(picture(constant, "scatter").await.with("slope").is_empty());
    let huge = "SELECT * FROM (VALUES (-1e308, 1e-300), (1e308, 2e-300), (0.0, 3e-300)) AS t(x, y)";
    assert_eq!(dots(&picture(huge, "scatter").await).len(), 3);
    let wide = "SELECT * FROM (VALUES (1e-300, 1.0), (1e300, 2.0), (1.0, 3.0)) AS t(x, y)";
    assert_eq!(dots(&picture(wide, "scatter, x_scale = log").await).len(), 3);
    let many = "SELECT tan(i) AS x, tan(i * 3) AS y, 'unit number ' || CAST(i AS VARCHAR) AS unit FROM generate_series(1, 5000) AS t(i)";
    let many = picture(many, "scatter").await;
    assert_eq!(dots(&many).len(), 5000);
    let written = many.texts.iter().filter(|text| text.said.starts_with("unit number")).count();
    assert!(written > 5 && written <= 120, "{written}");
    let written = NAMES
        .iter()
        .enumerate()
        .map(|(at, name)| format!("('{name}', {at}.0, {}.0)", at * at))
        .collect::<Vec<_>>()
        .join(", ");
    let names =
        picture(&format!("SELECT * FROM (VALUES {written}) AS t(unit, x, y)"), "scatter").await;
    names.text("cost in $ per $100");
    names.text("<b>Tom & \"Jerry\"</b>");
    assert!(names.marks.iter().any(|mark| mark.title.starts_with(NAMES[0])));
}

async fn faults() {
    let told = [
        (
            "SELECT CAST(NULL AS DOUBLE) AS x, 1.0 AS y",
            "scatter",
            "plot: there must be a row with both x and y, found none",
        ),
        (
            "SELECT -1.0 AS x, 1.0 AS y",
            "scatter, x_scale = log",
            "plot: there must be a row with both x and y above 0 on axes of ratios, found none",
        ),
        (
            "SELECT i AS x, i AS y, CAST(i AS VARCHAR) AS region FROM generate_series(1, 9) AS t(i)",
            "scatter",
            "plot: at most 8 groups can be read in one picture, found 9 (fewer with WHERE or LIMIT)",
        ),
    ];
    for (query, plot, said) in told {
        assert_eq!(fault(query, plot).await, said, "{plot} of {query}");
    }
}
