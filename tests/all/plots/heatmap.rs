//! Heat maps: colours and numbers of cells against the correlations, and where they stand.

use libtest_mimic::Trial;

use super::picture::{Mark, NAMES, Picture, close, fault, numbers, picture, rows, texts};
use super::sheet::is_readable;
use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    vec![
        trial_async("plots::heatmap::triangle", triangle),
        trial_async("plots::heatmap::groups", groups),
        trial_async("plots::heatmap::square", square),
        trial_async("plots::heatmap::table", table),
        trial_async("plots::heatmap::directed", directed),
        trial_async("plots::heatmap::little_and_much", little_and_much),
        trial_async("plots::heatmap::faults", faults),
    ]
}

const CORRELATIONS: &str = "SELECT code_a, code_b, correlation, p_value
    FROM correlations((SELECT unit, period, indicator, value FROM undp.time_series
                       WHERE period = 2022 AND unit NOT LIKE 'ZZ%' AND indicator IN ('le', 'eys', 'mys', 'gnipc', 'abr', 'mmr', 'pr_f')),
                      (SELECT * FROM (VALUES ('abr'), ('eys'), ('gnipc'), ('le'), ('mmr'), ('mys'), ('pr_f')) AS t(code)),
                      of => 'values')";

/// The colour of a correlation on white: from grey to blue above 0, to orange below.
fn colour(correlation: f64) -> [f64; 3] {
    let (middle, blue, orange) = ([244.0; 3], [0.0, 114.0, 178.0], [213.0, 94.0, 0.0]);
    let end = if correlation < 0.0 { orange } else { blue };
    [0, 1, 2].map(|part: usize| middle[part] + (end[part] - middle[part]) * correlation.abs())
}

fn corner(mark: &Mark) -> (f64, f64) {
    let rect = mark.shape("rect");
    (rect.number("x"), rect.number("y"))
}

/// Names with their places, in order.
type Side = Vec<(String, f64)>;

/// The places of the names on each side, in order, and that every cell stands where its names do.
fn sides(picture: &Picture) -> (Side, Side) {
    let (mut columns, mut rows) = (Vec::new(), Vec::new());
    for mark in &picture.marks {
        let (x, y) = corner(mark);
        for (side, name, place) in
            [(&mut columns, mark.told("x"), x), (&mut rows, mark.told("y"), y)]
        {
            match side.iter().find(|(known, _): &&(String, f64)| known == name) {
                Some((_, known)) => close(place, *known, 0.01, name),
                None => side.push((name.to_owned(), place)),
            }
        }
    }
    columns.sort_by(|a, b| a.1.total_cmp(&b.1));
    rows.sort_by(|a, b| a.1.total_cmp(&b.1));
    (columns, rows)
}

async fn triangle() {
    let rows = rows(CORRELATIONS).await;
    let (a, b) = (texts(&rows, "code_a"), texts(&rows, "code_b"));
    let (r, p) = (numbers(&rows, "correlation"), numbers(&rows, "p_value"));
    let picture = picture(CORRELATIONS, "threshold = 0.000001").await;
    assert_eq!(picture.kind, "heatmap");
    assert_eq!(picture.marks.len(), 21, "each of seven with each other");
    is_readable(&picture);
    let mut blank = 0;
    for mark in &picture.marks {
        let is_it = |row: &usize| a[*row] == mark.told("x") && b[*row] == mark.told("y");
        let row = (0..r.len()).find(is_it).expect("a row");
        let correlation = r[row].expect("a correlation");
        assert_eq!(mark.figure("value"), correlation);
        let is_blank = p[row].expect("a p-value") > 1e-6;
        assert_eq!(mark.told("blank"), is_blank.to_string());
        blank += usize::from(is_blank);
        let rect = mark.shape("rect");
        if is_blank {
            assert_eq!((rect.attribute("fill"), mark.shapes.len()), ("none", 1), "{mark:?}");
            continue;
        }
        let (fill, wanted) = (rect.fill(), colour(correlation));
        (0..3).for_each(|part| close(fill[part], wanted[part], 1.0, &mark.title));
        let number = mark.shape("text");
        assert_eq!(number.text.trim(), format!("{correlation:.2}"));
        // It is read on its colour: dark on light, light on dark.
        let dark = fill.iter().sum::<f64>() < 3.0 * 110.0;
        assert!(!dark || number.attribute("fill") == "#ffffff", "{mark:?}");
    }
    assert!(blank > 0 && blank < 21, "{blank}");
    let note = "Blank: not significant (p-value above 0.000001).";
    // It may go on in another line.
    assert!(picture.said().join(" ").contains(note), "{:?}", picture.said());
    // In the order of the framework, from the left and from the top; each below the diagonal.
    let (columns, rows) = sides(&picture);
    let names: Vec<&str> = ["abr", "eys", "gnipc", "le", "mmr", "mys", "pr_f"].to_vec();
    assert_eq!(columns.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), names[..6]);
    assert_eq!(rows.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), names[1..]);
    // A name stands on the diagonal, beside its row.
    for (name, y) in &rows {
        let text = picture.text(name);
        let high = picture.marks[0].shape("rect").number("height");
        close(text.y, y + high / 2.0, high / 2.0, name);
    }
}

async fn groups() {
    let query = "SELECT * FROM (VALUES ('a', 'b', 'one', 'one', 0.9), ('a', 'c', 'one', 'two', -0.5), ('a', 'd', 'one', 'two', 0.0),
                                       ('b', 'c', 'one', 'two', 0.1), ('b', 'd', 'one', 'two', 0.2), ('c', 'd', 'two', 'two', 1.0))
                 AS t(code_a, code_b, group_a, group_b, correlation)";
    let picture = picture(query, "").await;
    is_readable(&picture);
    let (columns, rows) = sides(&picture);
    let steps = |side: &[(String, f64)]| -> Vec<f64> {
        side.windows(2).map(|pair| pair[1].1 - pair[0].1).collect()
    };
    // a b | c, and b | c d: one step is wider by the gap of the groups.
    let (across, down) = (steps(&columns), steps(&rows));
    close(across[1] - across[0], 8.0, 0.01, "gap of columns");
    close(down[0] - down[1], 22.0, 0.01, "gap of rows");
    let names: Vec<f64> = ["one", "two"].iter().map(|name| picture.text(name).y).collect();
    assert!(names[0] < rows[0].1 && names[1] > rows[0].1 && names[1] < rows[1].1, "{names:?}");
}

async fn square() {
    let picture = picture(CORRELATIONS, "heatmap, form = square").await;
    assert_eq!(picture.marks.len(), 42, "each pair in both its cells");
    let (columns, rows) = sides(&picture);
    let name = |side: &[(String, f64)]| side.iter().map(|(n, _)| n.clone()).collect::<Vec<_>>();
    assert_eq!(name(&columns), name(&rows));
    for mark in &picture.marks {
        let mirrored =
            |other: &&Mark| other.told("x") == mark.told("y") && other.told("y") == mark.told("x");
        let other = picture.marks.iter().find(mirrored).expect("the same pair");
        assert_eq!(other.told("value"), mark.told("value"));
    }
}

/// Names by other names: numbers above 0 from grey to blue, NULL without a colour.
async fn table() {
    let query = "SELECT * FROM (VALUES ('North', 'jobs', 10.0), ('North', 'homes', 1250.0), ('South', 'jobs', NULL), ('South', 'homes', 500.0))
                 AS t(region, indicator, value)";
    let picture = picture(query, "heatmap, x = indicator, y = region").await;
    assert_eq!(picture.marks.len(), 4);
    let fill = |region: &str, indicator: &str| {
        let is_it = |mark: &&Mark| mark.told("y") == region && mark.told("x") == indicator;
        let mark = picture.marks.iter().find(is_it).expect("a cell");
        (mark.shape("rect").attribute("fill").to_owned(), mark.shape("text").text.trim().to_owned())
    };
    assert_eq!(fill("North", "homes"), ("#0072b2".to_owned(), "1,250".to_owned()));
    assert_eq!(fill("North", "jobs"), ("#f4f4f4".to_owned(), "10".to_owned()));
    assert_eq!(fill("South", "jobs"), ("none".to_owned(), "–".to_owned()));
    assert!(picture.said().contains(&"–: no value (1 cells)."), "{:?}", picture.said());
    let (columns, rows) = sides(&picture);
    assert_eq!((columns[0].0.as_str(), rows[0].0.as_str()), ("jobs", "North"), "as they come");
}

/// From one to another is not the same as back: a table, not a triangle.
async fn directed() {
    let query = "SELECT * FROM (VALUES ('a', 'b', 3.0), ('b', 'a', -5.0), ('a', 'a', 0.0)) AS t(origin, goal, value)";
    let picture = picture(query, "heatmap, x = origin, y = goal").await;
    assert_eq!(picture.marks.len(), 3);
    let fill = |value: f64| {
        let found = picture.marks.iter().find(|mark| mark.figure("value") == value);
        found.expect("a cell").shape("rect").attribute("fill").to_owned()
    };
    // About 0, as far on both sides.
    assert_eq!((fill(-5.0).as_str(), fill(0.0).as_str()), ("#d55e00", "#f4f4f4"));
    assert_ne!(fill(3.0), "#0072b2");
}

async fn little_and_much() {
    let one = picture("SELECT 'a' AS code_a, 'b' AS code_b, -1.0 AS correlation", "").await;
    assert_eq!((one.marks.len(), one.marks[0].shape("text").text.trim()), (1, "-1.00"));
    let same = picture("SELECT 'a' AS code_a, 'a' AS code_b, 1.0 AS correlation", "").await;
    assert_eq!(same.marks.len(), 1);
    let huge = "SELECT * FROM (VALUES ('u', 'i', -1e308), ('v', 'i', 1e308), ('w', 'i', 1e-300)) AS t(u, i, value)";
    assert_eq!(picture(huge, "heatmap").await.marks.len(), 3);
    let constant = "SELECT * FROM (VALUES ('u', 'i', 5), ('v', 'i', 5)) AS t(u, i, value)";
    assert_eq!(picture(constant, "heatmap").await.marks.len(), 2);
    let written = NAMES.map(|name| format!("('{name}', 'x', 0.5)")).join(", ");
    let names = picture(
        &format!("SELECT * FROM (VALUES {written}) AS t(code_a, code_b, correlation)"),
        "heatmap, form = square",
    )
    .await;
    assert!(names.said().contains(&"<b>Tom & \"Jerry\"</b>"), "{:?}", names.said());
    assert!(names.said().contains(&"cost in $ per $100"), "{:?}", names.said());
    let long = names.texts.iter().find(|text| text.said.ends_with('…')).expect("a name cut");
    assert!(long.said.chars().count() <= 45, "{long:?}");
    assert_eq!(names.marks[0].told("x"), NAMES[0]);
    // A hundred names are so small that no number has space.
    let many = "SELECT 'a' || lpad(CAST(a AS VARCHAR), 3, '0') AS code_a, 'a' || lpad(CAST(b AS VARCHAR), 3, '0') AS code_b,
                       cos(a * b) AS correlation
                FROM generate_series(1, 100) AS s(a) CROSS JOIN generate_series(1, 100) AS t(b) WHERE a < b ORDER BY a, b";
    let many = picture(many, "").await;
    assert_eq!(many.marks.len(), 100 * 99 / 2);
    assert!(many.marks.iter().all(|mark| mark.shapes.len() == 1));
}

async fn faults() {
    let pair =
        |rows: &str| format!("SELECT * FROM (VALUES {rows}) AS t(code_a, code_b, correlation)");
    let told = [
        (
            pair("('a', 'b', CAST(NULL AS DOUBLE))"),
            "heatmap",
            "plot: there must be a value to draw, found NULL in all rows",
        ),
        (
            pair("('a', 'b', 0.5), ('a', 'b', 0.25)"),
            "",
            "plot: a pair of names must have one value, found 0.5 and 0.25 for a and b (one period, one method: WHERE)",
        ),
        (
            pair("('a', 'b', 0.5), ('c', 'd', 0.5), ('e', 'd', 0.1)"),
            "heatmap, x = code_b, y = correlation, form = triangle",
            "plot: heatmap needs numbers for value (the number of each cell), found no column for it (value = COLUMN; columns: code_a, code_b, correlation)",
        ),
        (
            "SELECT 'u' AS unit, 'i' AS indicator, 1 AS value".to_owned(),
            "heatmap, form = triangle",
            "plot: a triangle must be of pairs of one set of names, found 1 names of x and 1 of y that are others (form = square)",
        ),
        (
            "SELECT CAST(i AS VARCHAR) AS unit, 'i' AS indicator, i AS value FROM generate_series(1, 5000) AS t(i)".to_owned(),
            "heatmap, x = indicator, y = unit",
            "plot: at most 100 names on a side can be read in one picture, found 5000 (fewer with WHERE or LIMIT)",
        ),
        (
            pair("('a', 'b', CAST('Infinity' AS DOUBLE))"),
            "",
            "correlation: must be finite to be drawn, got inf in row 1",
        ),
    ];
    for (query, plot, said) in told {
        assert_eq!(fault(&query, plot).await, said, "{plot} of {query}");
    }
}
