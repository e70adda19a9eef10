//! The same document as Markdown and as JSON; and twice, to the byte.

use std::fs;

use libtest_mimic::Trial;
use resvg::usvg::roxmltree::Document;
use serde_json::Value;

use super::{goalposts, written};
use crate::trial;

/// Files with a picture each.
const SOME: [&str; 3] =
    ["queries/00_index_2024.sql", "queries/04_gaps.sql", "queries/08_human_development_index.sql"];

pub fn trials() -> Vec<Trial> {
    vec![
        trial("reports::forms::markdown", markdown),
        trial("reports::forms::json", json),
        trial("reports::forms::same_bytes", same_bytes),
    ]
}

fn markdown() {
    let place = tempfile::tempdir().expect("a folder");
    // Pictures of an earlier report that had more of them go.
    let folder = place.path().join("r_files");
    fs::create_dir(&folder).expect("a folder");
    for name in ["figure-4.svg", "figure-5.svg", "mine.svg"] {
        fs::write(folder.join(name), "").expect("a file");
    }
    let text = written(&SOME, place.path(), "r.md");
    let pictures: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("![")).collect();
    assert_eq!(pictures.len(), SOME.len(), "{pictures:?}");
    for line in pictures {
        let (said, link) = line.trim_end_matches(')').rsplit_once("](").expect("a link");
        assert!(said.starts_with("Figure "), "{said}");
        let svg = fs::read_to_string(place.path().join(link)).expect("a picture");
        let parsed = Document::parse(&svg).expect("SVG");
        let title = parsed.descendants().find(|node| node.tag_name().name() == "title");
        assert!(said.ends_with(title.and_then(|title| title.text()).expect("a title")), "{said}");
    }
    let mut left: Vec<_> = fs::read_dir(&folder)
        .expect("a folder")
        .map(|file| file.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    left.sort();
    assert_eq!(left, ["figure-1.svg", "figure-2.svg", "figure-3.svg", "mine.svg"]);
    let titles: Vec<_> = text.lines().filter(|line| line.starts_with("## ")).collect();
    assert_eq!(titles.len(), 2 + SOME.len(), "{titles:?}");
    // The contents lead to what is there.
    for link in text.split("](#").skip(1) {
        let anchor = link.split(')').next().expect("a link");
        assert!(text.contains(&format!("<a id=\"{anchor}\"></a>")), "{anchor}");
    }
    // A table is what the query prints as Markdown, but for digits: its rows, its columns, its numbers.
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains("Openness"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert_eq!(rows.len(), 5);
    assert_eq!(rows[0], ["Openness", "2020", "", "", "", ""]);
    assert_eq!(rows[4], ["Openness", "2024", "106.7", "2025-12-25", "106.7", "-0.4"]);
}

fn json() {
    let place = tempfile::tempdir().expect("a folder");
    let text = written(&SOME, place.path(), "r.json");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let chapters = document["chapters"].as_array().expect("chapters");
    assert_eq!(chapters.len(), SOME.len());
    for (chapter, file) in chapters.iter().zip(SOME) {
        let blocks = chapter["blocks"].as_array().expect("blocks");
        let of =
            |kind: &str| blocks.iter().filter(|block| block["kind"] == kind).collect::<Vec<_>>();
        let table = of("table").pop().expect("a table");
        let rows = goalposts(&["run", file, "-f", "json", "-q"]).done();
        let rows: Value = serde_json::from_str(&rows).expect("JSON");
        assert_eq!(table["rows"], rows, "{file}");
        let names: Vec<_> = table["columns"].as_array().expect("columns").iter().collect();
        assert!(
            names
                .iter()
                .all(|column| rows[0].get(column["name"].as_str().expect("a name")).is_some())
        );
        assert_eq!(of("query").len(), 1);
        assert_eq!(of("checks").len(), 1);
    }
    assert_eq!(document["findings"], Value::Array(Vec::new()));
    let provenance = document["provenance"].as_array().expect("provenance");
    let said = |name: &str| {
        let found = provenance.iter().find(|one| one["name"] == name);
        found.unwrap_or_else(|| panic!("{name}"))["text"].as_str().expect("a text").to_owned()
    };
    assert_eq!(said("Newest date in the tables"), "2025-12-25");
    assert_eq!(said("Periods"), "2013 to 2024");
    let data =
        fs::metadata(crate::repository().join("data/bth/published.parquet")).expect("a file");
    assert!(said("Data `data/bth/published.parquet`").ends_with('`'));
    let size = said("Data `data/bth/published.parquet`").replace(',', "");
    assert!(size.starts_with(&format!("{} bytes", data.len())), "{size}");
}

fn same_bytes() {
    let place = tempfile::tempdir().expect("a folder");
    for name in ["r.html", "r.md", "r.json"] {
        let first = written(&SOME, place.path(), name);
        assert!(first == written(&SOME, place.path(), name), "{name} must be the same twice");
    }
}
