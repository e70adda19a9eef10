//! The figures of every table are those of its query.

use std::fs;

use libtest_mimic::Trial;
use resvg::usvg::roxmltree::Node;

use super::page::{all, parsed, text};
use super::{goalposts, page_of_the_repository};
use crate::{repository, trial};

pub fn trials() -> Vec<Trial> {
    vec![trial("reports::figures", figures)]
}

/// Each cell of the last table of each chapter, beside the result that `run` writes of the same file.
fn figures() {
    let out = tempfile::tempdir().expect("a folder");
    let folder = out.path().to_string_lossy().into_owned();
    goalposts(&["run", "queries", "--out", &folder, "-f", "json", "-q"]).done();
    let document = parsed(page_of_the_repository());
    let (mut tables, mut cells) = (0, 0);
    for section in all(document.root(), "section") {
        let anchor = section.attribute("id").expect("a name");
        let Some(file) = file_of(anchor) else { continue };
        let text = fs::read_to_string(out.path().join(format!("{file}.json"))).expect("a result");
        let rows: Vec<serde_json::Map<String, serde_json::Value>> =
            serde_json::from_str(&text).expect("JSON");
        let table = all(section, "table").last().expect("a table");
        let names: Vec<_> = all(table, "th").filter_map(|th| th.attribute("data-column")).collect();
        let found: Vec<_> = all(table, "tr").skip(1).collect();
        assert_eq!(found.len(), rows.len(), "{file}");
        for (row, wanted) in found.into_iter().zip(&rows) {
            assert_eq!(wanted.len(), names.len(), "{file}");
            for (cell, name) in all(row, "td").zip(&names) {
                is(cell, &wanted[*name], &format!("{file}, {name}"));
                cells += 1;
            }
        }
        tables += 1;
    }
    println!("{tables} tables, {cells} cells");
    assert!(tables >= 14 && cells > 5000, "{tables} tables, {cells} cells");
}

/// The query file of a chapter.
fn file_of(anchor: &str) -> Option<String> {
    let files = fs::read_dir(repository().join("queries")).expect("queries");
    let mut stems = files.filter_map(|file| {
        let path = file.expect("a file").path();
        let is_query = path.extension().is_some_and(|ending| ending == "sql");
        is_query.then(|| path.file_stem().expect("a name").to_string_lossy().into_owned())
    });
    stems.find(|stem| stem.replace('_', "-") == anchor)
}

fn is(cell: Node<'_, '_>, wanted: &serde_json::Value, place: &str) {
    use serde_json::Value::{Bool, Null, Number, String};
    let read = text(cell);
    let full = cell.attribute("data-value").unwrap_or(&read);
    match wanted {
        Null => assert!(cell.attribute("data-null").is_some(), "{place}: {read}"),
        String(text) => assert_eq!(full, text, "{place}"),
        Bool(truth) => assert_eq!(full, truth.to_string(), "{place}"),
        Number(number) => {
            let (found, wanted): (f64, f64) =
                (full.parse().expect("a number"), number.as_f64().expect("a number"));
            assert_eq!(found, wanted, "{place}");
            // What is read is the same number, rounded.
            let shown: f64 = read.replace('−', "-").parse().expect("a number");
            let decimals = read.split_once('.').map_or(0, |(_, digits)| digits.len());
            let half = 0.5 * 10_f64.powi(-i32::try_from(decimals).expect("few")) * (1.0 + 1e-9);
            assert!(
                (shown - wanted).abs() <= half + wanted.abs() * 1e-12,
                "{place}: {read} of {wanted}"
            );
        }
        other => panic!("{place}: {other}"),
    }
}
