//! `docs/plots.md` and the pictures in `docs/plots/` are what the kinds say and what the queries of `queries/plots/` draw.
//! `UPDATE_REFERENCE=1` writes them anew.

use std::fmt::Write;
use std::fs;

use goalposts::draw::{KINDS, Kind};
use libtest_mimic::Trial;

use crate::cli::place;
use crate::{repository, trial};

pub fn trials() -> Vec<Trial> {
    let document = trial("plots::document", document);
    let of_kind = |kind: &&'static Kind| {
        let name = kind.name;
        trial(&format!("plots::document::{name}"), move || picture(name))
    };
    KINDS.iter().map(of_kind).chain([document]).collect()
}

/// Where what is written by hand ends.
const MARK: &str = "<!-- What follows is written by a test. -->\n";

/// Writes a file anew where that is asked for, or compares it.
fn is_as(name: &str, wanted: &str) {
    let path = repository().join(name);
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, wanted).expect("a file");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "{name} is not what the code draws (UPDATE_REFERENCE=1 cargo test --test all -- plots::document writes it \
         anew): {}",
        found.lines().zip(wanted.lines()).find(|(a, b)| a != b).map_or_else(
            || "one is longer".to_owned(),
            |(found, wanted)| format!("found {found:.200}\nwanted {wanted:.200}")
        )
    );
}

/// The picture of the query of a kind.
fn picture(kind: &str) {
    let place = place();
    let query = repository().join(format!("queries/plots/{kind}.sql"));
    let data = repository().join("data");
    let (data, query) = (data.to_string_lossy(), query.to_string_lossy());
    let arguments = ["plot", "--data", &data, "-q", "--file", &query, "-o", "a.svg"];
    place.run(&arguments).done();
    let svg = place.read("a.svg");
    assert!(svg.contains("class=\"mark\""), "{kind}");
    // What the rows are made of is of the day of the data, and is not the picture's.
    let (before, rest) = svg.split_once("<metadata>").expect("metadata");
    let (_, after) = rest.split_once("</metadata>").expect("its end");
    is_as(&format!("docs/plots/{kind}.svg"), &format!("{before}{after}"));
}

fn document() {
    let path = repository().join("docs/plots.md");
    let by_hand = fs::read_to_string(path).expect("docs/plots.md");
    let (by_hand, _) = by_hand.split_once(MARK).expect("a line where the kinds begin");
    let mut text = format!("{by_hand}{MARK}");
    for kind in KINDS {
        section(&mut text, kind);
    }
    is_as("docs/plots.md", &text);
}

fn section(text: &mut String, kind: &Kind) {
    let Kind { name, summary, .. } = kind;
    let _ = write!(text, "\n## `{name}`: {summary}\n\n![{summary}](plots/{name}.svg)\n\n");
    text.push_str("| role | what | takes | known as |\n|---|---|---|---|\n");
    for role in kind.roles {
        let needed = if role.is_required { "" } else { " (can be left out)" };
        let many = if role.is_many { ", one column or several" } else { "" };
        let known: Vec<String> = role.known_as.iter().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(
            text,
            "| `{}` | {}{needed} | {}{many} | {} |",
            role.name,
            role.meaning,
            role.takes.what(),
            known.join(", ")
        );
    }
    if !kind.settings.is_empty() {
        text.push_str("\n| setting | what | may be | left out |\n|---|---|---|---|\n");
        for setting in kind.settings {
            let (name, meaning, takes) = (setting.name, setting.meaning, setting.takes);
            let _ = writeln!(text, "| `{name}` | {meaning} | {takes} | `{}` |", setting.default);
        }
    }
    let query = repository().join(format!("queries/plots/{name}.sql"));
    let query = fs::read_to_string(query)
        .unwrap_or_else(|error| panic!("queries/plots/{name}.sql: {error}"));
    let _ = write!(
        text,
        "\n[`queries/plots/{name}.sql`](../queries/plots/{name}.sql):\n\n```sql\n{query}```\n"
    );
}
