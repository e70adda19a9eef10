//! The figures of every table are those of its query.

use std::fs;

use libtest_mimic::Trial;
use resvg::usvg::roxmltree::Node;

use super::page::{all, cells, parsed, text};
use super::{goalposts, page_of_the_repository};
use crate::{repository, trial};

pub fn trials() -> Vec<Trial> {
    vec![trial("reports::figures", figures)]
}

/// Each cell of the last table of each chapter, beside the result that `run` writes of the same file.
fn figures() {
    let out = tempfile::tempdir().expect("a folder");
    let folder = out.path().to_string_lossy().into_owned();
    goalposts(&["run", "queries", "--out", &folder, "-f", "csv", "-q"]).done();
    let document = parsed(page_of_the_repository());
    let (mut tables, mut compared) = (0, 0);
    for section in all(document.root(), "section") {
        let anchor = section.attribute("id").expect("a name");
        let Some(file) = file_of(anchor) else { continue };
        let path = out.path().join(format!("{file}.csv"));
        let mut wanted = csv::Reader::from_path(path).expect("a result");
        let table = all(section, "table").last().expect("a table");
        let heads = all(table, "th").filter(|th| th.attribute("scope") == Some("col"));
        let names: Vec<_> = heads.map(|th| th.attribute("data-column")).collect();
        let header: Vec<_> = wanted.headers().expect("a header").iter().map(Some).collect();
        assert_eq!(names, header, "{file}");
        let mut found = all(table, "tr").skip(1);
        for wanted in wanted.records() {
            let (row, wanted) = (found.next().expect("a row"), wanted.expect("a record"));
            for ((cell, name), wanted) in cells(row).zip(&names).zip(&wanted) {
                is(cell, wanted, &format!("{file}, {name:?}"));
                compared += 1;
            }
        }
        assert_eq!(found.count(), 0, "{file}");
        tables += 1;
    }
    assert!(tables >= 15 && compared > 5000, "{tables} tables, {compared} cells");
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

fn is(cell: Node<'_, '_>, wanted: &str, place: &str) {
    let read = text(cell);
    if cell.attribute("data-null").is_some() {
        return assert_eq!(wanted, "", "{place}");
    }
    let full = cell.attribute("data-value").unwrap_or(&read);
    if cell.attribute("class") != Some("n") {
        return assert_eq!(full, wanted, "{place}");
    }
    let number = |text: &str| -> f64 { text.parse().unwrap_or_else(|_| panic!("{place}: {text}")) };
    let (found, wanted) = (number(full), number(wanted));
    assert_eq!(found, wanted, "{place}");
    // What is read is the same number, rounded.
    let shown = number(&read.replace('−', "-"));
    let decimals = read.split_once('.').map_or(0, |(_, digits)| digits.len());
    let half = 0.5 * 10_f64.powi(-i32::try_from(decimals).expect("few")) * (1.0 + 1e-9);
    assert!((shown - wanted).abs() <= half + wanted.abs() * 1e-12, "{place}: {read} of {wanted}");
}
