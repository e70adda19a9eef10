//! Frameworks: angles and bars against effective weights.

use std::f64::consts::TAU;

use libtest_mimic::Trial;

use super::picture::{
    Mark, NAMES, Picture, Text, close, fault, in_proportion, numbers, picture, rows, texts,
};
use super::sheet::is_readable;
use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    vec![
        trial_async("plots::framework::sunburst", sunburst),
        trial_async("plots::framework::tree", tree),
        trial_async("plots::framework::form", form),
        trial_async("plots::framework::little_and_much", little_and_much),
        trial_async("plots::framework::faults", faults),
    ]
}

/// A framework whose weights differ, and what its nodes weigh.
const WEIGHTS: &str = "SELECT code, parent, weight, effective_weight
    FROM weights((SELECT unit, period, indicator, value FROM bth.indicators),
                 (SELECT code, parent, direction, CASE code WHEN 'gdp' THEN 3.0 WHEN 'green' THEN 2.0 ELSE weight END AS weight
                  FROM bth.framework), normalisation => rank, strict => false, min_coverage => 0)";

fn mark<'a>(picture: &'a Picture, code: &str) -> &'a Mark {
    let found = picture.marks.iter().find(|mark| mark.told("code") == code);
    found.unwrap_or_else(|| panic!("{code} must be drawn"))
}

/// The middle of the rings.
fn centre(picture: &Picture, root: &str) -> (f64, f64) {
    let circle = mark(picture, root).shape("circle");
    (circle.number("cx"), circle.number("cy"))
}

/// The places that a path goes through, first to last; ends of arcs as well.
fn points(path: &str) -> Vec<(f64, f64)> {
    let words: Vec<&str> = path.split_whitespace().collect();
    let number = |at: usize| words[at].parse::<f64>().expect("a number");
    let mut points = Vec::new();
    for (at, word) in words.iter().enumerate() {
        match *word {
            "M" | "L" => points.push((number(at + 1), number(at + 2))),
            "A" => points.push((number(at + 6), number(at + 7))),
            _ => {}
        }
    }
    points
}

/// Where a sector begins and ends as shares of the whole circle, and its radii.
fn sector(mark: &Mark, centre: (f64, f64)) -> (f64, f64, f64, f64) {
    let points = points(mark.shape("path").attribute("d"));
    let polar = |(x, y): (f64, f64)| {
        let (x, y) = (x - centre.0, y - centre.1);
        (x.atan2(-y).rem_euclid(TAU) / TAU, x.hypot(y))
    };
    // Begin, middle and end outside; end, middle and begin inside.
    let ((from, outer), (middle, _), (to, _), (_, inner)) =
        (polar(points[0]), polar(points[1]), polar(points[2]), polar(points[3]));
    let half = (middle - from).rem_euclid(1.0);
    close(
        (to - from).rem_euclid(1.0),
        (2.0 * half).rem_euclid(1.0),
        1e-4,
        "the middle lies between",
    );
    (from, 2.0 * half, inner, outer)
}

async fn sunburst() {
    let rows = rows(WEIGHTS).await;
    let (codes, parents) = (texts(&rows, "code"), texts(&rows, "parent"));
    let effective: Vec<f64> = numbers(&rows, "effective_weight")
        .into_iter()
        .map(|weight| weight.expect("a weight"))
        .collect();
    let picture = picture(WEIGHTS, "framework, form = sunburst").await;
    assert_eq!(picture.marks.len(), codes.len());
    is_readable(&picture);
    let root = codes.iter().zip(&parents).find(|(_, parent)| parent.is_empty()).expect("a root").0;
    let centre = centre(&picture, root);
    let sector = |code: &str| sector(mark(&picture, code), centre);
    for (row, code) in codes.iter().enumerate().filter(|(_, code)| *code != root) {
        let (from, span, inner, outer) = sector(code);
        close(span, effective[row], 1e-4, code);
        close(mark(&picture, code).figure("effective"), effective[row], 1e-12, code);
        // Within its parent, outside of it.
        let above = &parents[row];
        if above != root {
            let (from_above, span_above, _, outer_above) = sector(above);
            close(inner, outer_above, 0.01, code);
            let offset = (from - from_above + 1e-4).rem_euclid(1.0);
            assert!(offset + span <= span_above + 3e-4, "{code} must lie within {above}");
        }
        assert!(outer > inner);
        // Siblings follow each other.
        let before = (0..row).rev().find(|&other| parents[other] == *above);
        if let Some(before) = before {
            let (from_before, span_before, ..) = sector(&codes[before]);
            close((from_before + span_before - from + 0.5).rem_euclid(1.0), 0.5, 2e-4, code);
        }
    }
    // Every indicator has its name and percentage beside, those on a side from the top to the bottom without overlap.
    let leaves: Vec<&String> = codes.iter().filter(|code| !parents.contains(code)).collect();
    for anchor in ["start", "end"] {
        let mut heights: Vec<f64> = picture
            .texts
            .iter()
            .filter(|text| text.anchor == anchor && leaves.iter().any(|leaf| is_name(text, leaf)))
            .map(|text| text.y)
            .collect();
        heights.sort_by(f64::total_cmp);
        assert!(
            heights.len() > 2 && heights.windows(2).all(|pair| pair[1] - pair[0] >= 15.9),
            "{heights:?}"
        );
    }
    for leaf in leaves {
        assert!(picture.texts.iter().any(|text| is_name(text, leaf)), "{leaf}");
    }
}

/// Whether a text is a name, whole or cut.
fn is_name(text: &Text, name: &str) -> bool {
    match text.said.strip_suffix('…') {
        Some(cut) => name.starts_with(cut),
        None => text.said == name,
    }
}

async fn tree() {
    let rows = rows(WEIGHTS).await;
    let (codes, parents) = (texts(&rows, "code"), texts(&rows, "parent"));
    let (weight, effective) = (numbers(&rows, "weight"), numbers(&rows, "effective_weight"));
    let picture = picture(WEIGHTS, "framework, form = tree").await;
    is_readable(&picture);
    let mut bars = vec![(0.0, 0.0)];
    let place = |code: &str| {
        let text = mark(&picture, code).shape("text");
        (text.number("x"), text.number("y"))
    };
    let mut heights = Vec::new();
    for (row, code) in codes.iter().enumerate() {
        let mark = mark(&picture, code);
        let is_leaf = !parents.contains(code);
        let (weight, effective) =
            (weight[row].expect("a weight"), effective[row].expect("a weight"));
        let percent = |share: f64| {
            let said = format!("{:.1}%", share * 100.0);
            said.replace(".0%", "%")
        };
        let said: Vec<&str> = mark.shapes.iter().map(|shape| shape.text.trim()).collect();
        if parents[row].is_empty() {
            continue;
        }
        assert!(said.contains(&percent(weight).as_str()), "{code}: {said:?} {weight}");
        assert!(place(code).0 > place(&parents[row]).0, "{code} stands right of its parent");
        if is_leaf {
            assert!(said.contains(&percent(effective).as_str()), "{code}: {said:?} {effective}");
            bars.push((effective, mark.shape("rect").number("width")));
            heights.push(place(code).1);
        } else {
            let children: Vec<f64> = codes
                .iter()
                .zip(&parents)
                .filter(|(_, parent)| *parent == code)
                .map(|(child, _)| place(child).1)
                .collect();
            let (first, last) = (children[0], children[children.len() - 1]);
            close(place(code).1, (first + last) / 2.0, 0.02, code);
        }
    }
    assert!(in_proportion(&bars) > 0.0);
    heights.sort_by(f64::total_cmp);
    heights.windows(2).for_each(|pair| close(pair[1] - pair[0], 20.0, 0.02, "rows"));
}

/// Rings where names have space, else branches.
async fn form() {
    let rings = picture("SELECT code, parent, weight, label FROM bth.framework", "").await;
    assert_eq!(rings.kind, "framework");
    assert_eq!(rings.marks.iter().filter(|mark| mark.shapes[0].name == "path").count(), 16);
    rings.text("CO2 emissions");
    is_readable(&rings);
    let many = "SELECT 'i' || CAST(i AS VARCHAR) AS code, 'pillar ' || CAST(i % 7 AS VARCHAR) AS parent FROM generate_series(1, 70) AS t(i)
                UNION ALL SELECT 'pillar ' || CAST(i AS VARCHAR), 'index' FROM generate_series(0, 6) AS t(i) UNION ALL SELECT 'index', NULL";
    let branches = picture(many, "framework").await;
    assert!(branches.marks.iter().all(|mark| mark.shapes.iter().all(|shape| shape.name != "path")));
    assert_eq!(branches.marks.len(), 78);
    is_readable(&branches);
    // A pillar too narrow for its name.
    let narrow = "SELECT * FROM (VALUES ('a', 'a rather long name of a pillar', 1.0), ('b', 'other', 1.0), ('a rather long name of a pillar', 'index', 0.01),
                                         ('other', 'index', 0.99), ('index', NULL, 1.0)) AS t(code, parent, weight)";
    let narrow = picture(narrow, "framework").await;
    narrow.text("a rather long name of a pillar");
    assert!(narrow.marks.iter().all(|mark| mark.shapes.iter().all(|shape| shape.name != "path")));
}

async fn little_and_much() {
    let one = picture("SELECT 'a' AS code, CAST(NULL AS VARCHAR) AS parent", "framework").await;
    let (from, span, ..) = { sector(mark(&one, "a"), centre(&one, "index")) };
    assert_eq!((from, span.round()), (0.0, 1.0));
    let weightless = "SELECT * FROM (VALUES ('a', 'index', 1.0), ('b', 'index', 0.0), ('index', NULL, NULL)) AS t(code, parent, weight)";
    for plot in ["framework, form = sunburst", "framework, form = tree"] {
        picture(weightless, plot).await.text("100%");
    }
    let said = picture(weightless, "framework, form = sunburst").await;
    assert!(said.said().contains(&"1 nodes have no weight and no angle."), "{:?}", said.said());
    let written = NAMES.map(|name| format!("('{name}', 'pillar', 1.0)")).join(", ");
    let names = format!(
        "SELECT * FROM (VALUES {written}, ('pillar', 'top', 1.0), ('top', NULL, 1.0)) AS t(code, parent, weight)"
    );
    for plot in ["framework, form = sunburst", "framework, form = tree"] {
        let picture = picture(&names, plot).await;
        picture.text("京津冀协同发展指数创新发展分指数");
        picture.text("cost in $ per $100");
    }
    let deep = "SELECT 'n' || CAST(i AS VARCHAR) AS code, CASE WHEN i > 1 THEN 'n' || CAST(i - 1 AS VARCHAR) END AS parent FROM generate_series(1, 9) AS t(i)";
    assert_eq!(picture(deep, "framework").await.marks.len(), 9);
}

async fn faults() {
    let told = [
        (
            "SELECT * FROM (VALUES ('a', 'b'), ('b', 'a'), ('c', NULL)) AS t(code, parent)",
            "framework",
            "plot: ",
        ),
        (
            "SELECT * FROM (VALUES ('a', 'b', 1.0), ('a', 'b', 1.0), ('b', NULL, 1.0)) AS t(code, parent, weight)",
            "framework",
            "plot: ",
        ),
        (
            "SELECT * FROM (VALUES ('a', 'b', -1.0), ('b', NULL, 1.0)) AS t(code, parent, weight)",
            "framework",
            "plot: ",
        ),
        (
            "SELECT 'i' || CAST(i AS VARCHAR) AS code, CAST(NULL AS VARCHAR) AS parent FROM generate_series(1, 5000) AS t(i)",
            "framework",
            "plot: at most 150 indicators can be read in one picture, found 5000 (fewer with WHERE or LIMIT)",
        ),
        (
            "SELECT 'i' || CAST(i AS VARCHAR) AS code, CAST(NULL AS VARCHAR) AS parent FROM generate_series(1, 61) AS t(i)",
            "framework, form = sunburst",
            "plot: at most 60 indicators around a circle can be read in one picture, found 61 (fewer with WHERE or LIMIT)",
        ),
        (
            "SELECT 'a' AS code, 'b' AS name",
            "framework",
            "plot: framework needs names for parent (the node above each; NULL for the root), found no column for it \
             (parent = COLUMN; columns: code, name)",
        ),
    ];
    for (query, plot, said) in told {
        let fault = fault(query, plot).await;
        assert!(fault.starts_with(said) && fault.len() > 6, "{fault} of {query}");
        assert!(!fault.contains("framework: framework"), "{fault} of {query}");
    }
    let circle = fault(told[0].0, "framework").await;
    assert!(circle.contains("'a'") && circle.contains("'b'"), "{circle}");
}
