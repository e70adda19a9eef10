//! The rules in `docs/audit.md`, and the audits that `docs/audit/` shows: written by `UPDATE_AUDIT=1`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use goalposts::audit::CHAPTERS;
use libtest_mimic::Trial;

use super::HDI;
use super::command::{BTH, run};
use crate::{repository, trial};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("audits::documents::rules", rules),
        trial("audits::documents::bth", || shown("bth.md", &BTH)),
        trial("audits::documents::hdi", || {
            let panel = ["--panel", "hdi.indicators", "--framework", HDI];
            shown("hdi.md", &[&panel[..], &["--arguments", "normalisation => goalposts"]].concat());
        }),
    ]
}

const PAGE: &str = "docs/audit.md";
const BEGIN: &str = "<!-- rules: written by the tests -->\n";
const END: &str = "<!-- end of the rules -->\n";

fn is_update() -> bool {
    env::var_os("UPDATE_AUDIT").is_some()
}

/// The rules as the page shows them.
fn rules() {
    let mut text = String::new();
    for (place, chapter) in CHAPTERS.iter().enumerate() {
        let rules = chapter
            .figures
            .iter()
            .flat_map(|figure| figure.rules.iter().map(move |rule| (figure, rule)));
        let rules: Vec<_> = rules.collect();
        if rules.is_empty() {
            continue;
        }
        writeln!(text, "\n### {} {}\n", place + 1, chapter.title).expect("text");
        text.push_str("| rule | level | finds something when | figure | what to do | source |\n|---|---|---|---|---|---|\n");
        for (figure, rule) in rules {
            let cells = [
                format!("`{}`", rule.name),
                rule.level.word().to_owned(),
                rule.condition(),
                figure.title.to_owned(),
                rule.advice.to_owned(),
                rule.source.to_owned(),
            ];
            let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
            writeln!(text, "| {} |", cells.join(" | ")).expect("text");
        }
    }
    text.push('\n');
    let path = repository().join(PAGE);
    let page = fs::read_to_string(&path).expect("the page");
    let (before, rest) = page.split_once(BEGIN).expect("where the rules begin");
    let (written, after) = rest.split_once(END).expect("where they end");
    if is_update() {
        fs::write(&path, format!("{before}{BEGIN}{text}{END}{after}")).expect("the page");
    } else {
        assert!(
            written == text,
            "{PAGE} must show the rules as they are (UPDATE_AUDIT=1 writes it anew)"
        );
    }
}

/// The files of a folder, by their path from it.
fn files(folder: &Path, from: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, from, found);
        } else {
            let name = path.strip_prefix(from).expect("below").display().to_string();
            found.insert(name, fs::read(&path).expect("a file"));
        }
    }
}

/// An audit is as the repository shows it, pictures and all.
fn shown(name: &str, arguments: &[&str]) {
    let place = tempfile::tempdir().expect("a folder");
    let docs = repository().join("docs/audit");
    let target = if is_update() { docs.clone() } else { place.path().to_owned() };
    fs::create_dir_all(&target).expect("a folder");
    let path = target.join(name).display().to_string();
    let output = run(&[arguments, &["-o", &path]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let stem = name.trim_end_matches(".md");
    let of = |folder: &Path| {
        let mut found = BTreeMap::new();
        files(folder, folder, &mut found);
        found.retain(|file, _| file.starts_with(stem));
        found
    };
    let (written, expected) = (of(&target), of(&docs));
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&written), names(&expected), "docs/audit (UPDATE_AUDIT=1 writes it anew)");
    for (file, bytes) in &written {
        let is_same = *bytes == expected[file];
        assert!(
            is_same,
            "docs/audit/{file} must be as it is written now (UPDATE_AUDIT=1 writes it anew)"
        );
        assert!(bytes.len() < 200_000, "docs/audit/{file}: {} bytes", bytes.len());
    }
}
