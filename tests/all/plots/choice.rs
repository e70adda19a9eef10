//! The kind that columns speak of: results of our own table functions, and of other queries.

use libtest_mimic::Trial;

use super::picture::{fault, picture};
use super::sheet::is_readable;
use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    vec![
        trial_async("plots::choice::table_functions", table_functions),
        trial_async("plots::choice::columns", columns),
        trial_async("plots::choice::faults", faults),
    ]
}

const REGIONS: &str = "(SELECT i.* FROM bth.indicators AS i JOIN bth.framework AS f ON f.code = i.indicator
     WHERE i.unit IN ('Beijing', 'Tianjin', 'Hebei') AND i.period BETWEEN 2014 AND 2022), bth.framework,
    normalisation => base, base => 2014, min_coverage => 0.8, strict => false";

/// A kind of picture, where there is one of the name.
fn is_there(kind: &str) -> bool {
    goalposts::draw::KINDS.iter().any(|known| known.name == kind)
}

async fn table_functions() {
    let (panel, _) = REGIONS.split_once("normalisation").expect("the panel");
    let panel = format!("{panel} strict => false");
    for (call, kind, marks) in [
        ("composite_index(REGIONS)", "lines", vec!["Beijing", "Tianjin", "Hebei"]),
        (
            "composite_index(REGIONS) WHERE period = 2022",
            "bars",
            vec!["Beijing", "Tianjin", "Hebei"],
        ),
        (
            "composite_index(REGIONS) WHERE unit = 'Hebei'",
            "lines",
            vec!["total", "innovation", "green"],
        ),
        (
            "composite_index(REGIONS) WHERE unit = 'Hebei' AND period = 2022",
            "bars",
            vec!["total", "green"],
        ),
        ("contributions(REGIONS)", "bars", vec!["Beijing, innovation", "Hebei, green"]),
        (
            "contributions(REGIONS) WHERE unit = 'Hebei'",
            "waterfall",
            vec!["2021", "innovation", "2022"],
        ),
        ("uncertainty(REGIONS, draws => 50)", "dots", vec!["Beijing", "Tianjin", "Hebei"]),
        (
            "sensitivity(REGIONS, draws => 8, aggregations => ['arithmetic', 'geometric'])",
            "dots",
            vec!["weights", "aggregation"],
        ),
        ("availability(PANEL)", "lines", vec!["Beijing", "Tianjin", "Hebei"]),
        ("availability(PANEL) WHERE period = 2022", "bars", vec!["Beijing", "Tianjin", "Hebei"]),
        ("weights(REGIONS)", "framework", vec![]),
        ("correlations(REGIONS)", "heatmap", vec![]),
        ("compare(REGIONS, aggregation_b => geometric)", "scatter", vec![]),
        ("leave_one_out(REGIONS)", "heatmap", vec![]),
    ] {
        if !is_there(kind) {
            continue;
        }
        let picture = picture(
            &format!("SELECT * FROM {}", call.replace("REGIONS", REGIONS).replace("PANEL", &panel)),
            "",
        )
        .await;
        assert_eq!(picture.kind, kind, "{call}");
        let titles: Vec<&str> = picture.marks.iter().map(|mark| mark.title.as_str()).collect();
        for mark in marks {
            let is = |title: &&str| {
                title.starts_with(&format!("{mark}:")) || title.starts_with(&format!("{mark} from"))
            };
            assert!(titles.iter().any(is), "{call}: {mark} in {titles:?}");
        }
        if ["lines", "bars", "dots", "waterfall"].contains(&kind) {
            is_readable(&picture);
        }
    }
    // What is drawn of many rows is said.
    let query = format!("SELECT * FROM contributions({REGIONS}) WHERE unit = 'Hebei'");
    picture(&query, "").await.text("Drawn: 2022.");
    // What is asked for comes before what is known.
    let query = format!("SELECT * FROM composite_index({REGIONS}) WHERE code = 'total'");
    let asked = picture(&query, "bump").await;
    assert_eq!(asked.kind, "bump");
}

async fn columns() {
    for (query, kind) in [
        ("SELECT i AS period, i AS value FROM unnest(range(0, 4)) AS t (i)", "lines"),
        (
            "SELECT 'u' || i AS unit, 2024 AS period, i AS value FROM unnest(range(0, 4)) AS t (i)",
            "bars",
        ),
        ("SELECT 'u' || i AS unit, i AS value FROM unnest(range(0, 4)) AS t (i)", "bars"),
        ("SELECT 'u' || i AS place, i * 1.5 AS wealth FROM unnest(range(0, 4)) AS t (i)", "bars"),
        (
            "SELECT 'u' || i AS place, i AS wealth, i * i AS health FROM unnest(range(0, 9)) AS t (i)",
            "scatter",
        ),
        (
            "SELECT 'u' || i AS unit, 1 AS value, 0 AS low, 2 AS high FROM unnest(range(0, 4)) AS t (i)",
            "dots",
        ),
        ("SELECT 'u' AS unit, i AS period, i AS rank FROM unnest(range(1, 4)) AS t (i)", "bump"),
        (
            "SELECT 'd' || i AS dimension, i AS contribution FROM unnest(range(1, 4)) AS t (i)",
            "waterfall",
        ),
        (
            "SELECT CAST('2024-0' || i || '-01' AS DATE) AS d, i AS a, i * i AS b FROM unnest(range(1, 4)) AS t (i)",
            "lines",
        ),
    ] {
        let picture = picture(query, "").await;
        assert_eq!(picture.kind, kind, "{query}");
        if kind != "scatter" {
            is_readable(&picture); // a dot may lie under a name there
        }
    }
}

async fn faults() {
    let found = fault("SELECT 'a' AS b", "").await;
    assert!(
        found.starts_with("plot: the columns must fit a kind of picture, found b (name one of "),
        "{found}"
    );
    assert_eq!(
        fault("SELECT 1 AS a WHERE false", "").await,
        "plot: there must be rows to draw, found none"
    );
    let found = fault("SELECT 1 AS period, 2 AS value", "bars, label = perid, value = value").await;
    assert_eq!(
        found,
        "plot: column perid not found; did you mean 'period'? (columns: period, value)"
    );
    let found = fault("SELECT 1 AS period, 'NaN'::DOUBLE AS value", "lines").await;
    assert_eq!(found, "value: must be finite to be drawn, got NaN in row 1");
}
