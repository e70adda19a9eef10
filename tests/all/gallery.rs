//! The gallery: indices, each computed by one statement and compared value by value with what its
//! publisher prints, or with a second calculation.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::Trial;

use crate::cli::place;
use crate::published::published;
use crate::{repository, skipped, trial};

/// A query of the gallery: its header, line by line, and its statement.
struct Entry {
    name: String,
    title: String,
    /// Of `Source:`, `Method:`, `Data:`, `Compared with:` and `Meet:`.
    source: String,
    method: String,
    data: String,
    compared: Compared,
    meet: Meet,
    statement: String,
}

/// What the scores of a query are compared with.
struct Compared {
    /// `publisher` or `second calculation`.
    with: String,
    /// What counts as equal: `within` a number, or `to` so many decimals, without a tolerance.
    tolerance: String,
}

/// What a query must find.
struct Meet {
    rows: u64,
    equal: u64,
    /// As it is written: `0`, or `below` a number.
    largest: String,
    remark: String,
}

pub fn trials() -> Vec<Trial> {
    let folder = published();
    let entries = entries();
    let mut trials = vec![trial("gallery::document", document)];
    for entry in entries {
        let name = format!("gallery::{}", entry.name);
        let needs = entry.data.contains("published/");
        trials.push(match &folder {
            None if needs => {
                skipped(&name, "no folder of published files (GOALPOSTS_PUBLISHED names one)")
            }
            folder => {
                let folder = folder.clone().unwrap_or_default();
                trial(&name, move || meets(&entry, &folder))
            }
        });
    }
    trials
}

fn entries() -> Vec<Entry> {
    let folder = repository().join("queries/gallery");
    let files =
        fs::read_dir(folder).expect("queries/gallery").map(|file| file.expect("a file").path());
    let mut files: Vec<PathBuf> = files.collect();
    files.sort();
    files.iter().map(|file| entry(file)).collect()
}

fn entry(file: &Path) -> Entry {
    let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
    let text = fs::read_to_string(file).expect("a query");
    let lines = text.lines().take_while(|line| line.starts_with("--"));
    let header: Vec<&str> = lines.map(|line| line.trim_start_matches("--")).collect();
    let statement = text.lines().skip(header.len()).collect::<Vec<_>>().join("\n");
    // A line that starts with a word and a colon, and those that are indented below it.
    let part = |word: &str| -> String {
        let start = header.iter().position(|line| line.trim_start().starts_with(word));
        let start = start.unwrap_or_else(|| panic!("{name}: the header must have {word}"));
        let first = header[start].trim_start().trim_start_matches(word).trim();
        let rest = header[start + 1..].iter().take_while(|line| line.starts_with("         "));
        let rest = rest.map(|line| line.trim());
        std::iter::once(first).chain(rest).collect::<Vec<_>>().join(" ")
    };
    let title = header[0].trim().trim_end_matches('.').to_owned();
    let meet = meet(&name, &part("Meet:"));
    let compared = compared(&name, &part("Compared with:"), &statement);
    let [source, method, data] = ["Source:", "Method:", "Data:"].map(part);
    Entry { title, source, method, data, compared, meet, statement, name }
}

/// `publisher; to 3 decimals`, as the statement does it.
fn compared(name: &str, text: &str, statement: &str) -> Compared {
    let (with, tolerance) =
        text.split_once("; ").unwrap_or_else(|| panic!("{name}: with what; how: {text}"));
    let table = match with {
        "publisher" => "published AS (",
        "second calculation" => "second AS (",
        _ => panic!("{name}: the publisher or a second calculation: {with}"),
    };
    assert!(statement.contains(table), "{name}: the statement must have {table}");
    let condition = match tolerance.strip_prefix("within ") {
        Some(number) => format!(" < {number}) AS equal"),
        None if tolerance.starts_with("to ") => " = p.published) AS equal".to_owned(),
        None => panic!("{name}: within a number or to so many decimals: {tolerance}"),
    };
    assert!(statement.contains(&condition), "{name}: the statement must have {condition}");
    Compared { with: with.to_owned(), tolerance: tolerance.to_owned() }
}

/// `6171 rows, 6171 equal, largest difference 0; and why, if they are not`.
fn meet(name: &str, text: &str) -> Meet {
    let (figures, remark) = text.split_once("; ").unwrap_or((text, ""));
    let parts: Vec<&str> = figures.split(", ").collect();
    let [rows, equal, largest] = parts.as_slice() else { panic!("{name}: three figures: {text}") };
    let number = |part: &str, word: &str| -> u64 {
        part.trim_end_matches(word).trim().parse().unwrap_or_else(|_| panic!("{name}: {part}"))
    };
    let meet = Meet {
        rows: number(rows, "rows"),
        equal: number(equal, "equal"),
        largest: largest.trim_start_matches("largest difference ").to_owned(),
        remark: remark.to_owned(),
    };
    assert!(meet.equal == meet.rows || !meet.remark.is_empty(), "{name}: a difference has a cause");
    meet
}

/// The query finds what its header says.
fn meets(entry: &Entry, folder: &Path) {
    let place = place();
    let files = format!("'{}/", folder.display());
    place.write("query.sql", entry.statement.replace("'published/", &files));
    let data = repository().join("data").to_string_lossy().into_owned();
    let text = place.run(&["run", "query.sql", "--data", &data, "-f", "csv"]).done();
    let cells: Vec<&str> = text.lines().nth(1).expect("a row").split(',').collect();
    let [rows, equal, largest] = cells.as_slice() else { panic!("three columns: {text}") };
    let Meet { rows: must_rows, equal: must_equal, largest: must_largest, .. } = &entry.meet;
    assert_eq!((*rows, *equal), (&*must_rows.to_string(), &*must_equal.to_string()), "{text}");
    let largest: f64 = largest.parse().expect("a number");
    match must_largest.strip_prefix("below ") {
        Some(bound) => assert!(largest < bound.parse().expect("a bound"), "{largest}"),
        None => assert_eq!(largest, must_largest.parse::<f64>().expect("a number")),
    }
}

/// `docs/gallery.md` is what the headers say. `UPDATE_REFERENCE=1` writes it anew.
fn document() {
    let mut text = String::from(
        "# The gallery\n\n\
         Indices, each computed from its components by one statement and compared value by value. *Compared with* says with \
         what: *publisher* is the figure that the publisher prints; *second calculation* is the same formulas written out in \
         plain SQL, for an index that nobody publishes. *Equal if* says what counts as equal: *to 3 decimals* is the same \
         number after rounding to the decimals that are printed, *within 1e-9* a difference below that. *Largest \
         difference* is that of the figures as they are compared.\n\n\
         `cargo test --test all -- gallery` runs all queries. Some files may not be passed on: the tests look for them in the \
         folder that the environment variable `GOALPOSTS_PUBLISHED` names, and skip these queries without it. To run such a \
         query, start `goalposts` where that folder, or a link to it, is called `published`.\n\n\
         | index | compared with | values | equal if | equal | largest difference | query |\n\
         |---|---|---:|---|---:|---|---|\n",
    );
    let entries = entries();
    for Entry { name, title, compared, meet, .. } in &entries {
        let Meet { rows, equal, largest, .. } = meet;
        let Compared { with, tolerance } = compared;
        let query = format!("[`{name}.sql`](#{name})");
        let _ = writeln!(
            text,
            "| {title} | {with} | {rows} | {tolerance} | {equal} | {largest} | {query} |"
        );
    }
    for Entry { name, title, source, method, data, compared, meet, statement } in &entries {
        let _ = write!(
            text,
            "\n## {name}\n\n{title}. `goalposts run queries/gallery/{name}.sql`\n\n\
             * **Source.** {source}\n* **Method.** {method}\n* **Data.** {data}\n\
             * **Compared with.** {}; equal {}.\n",
            compared.with, compared.tolerance
        );
        if !meet.remark.is_empty() {
            let _ = writeln!(text, "* **Remark.** {}.", meet.remark);
        }
        let _ = write!(text, "\n```sql\n{statement}\n```\n");
    }
    let file = repository().join("docs/gallery.md");
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        fs::write(&file, &text).expect("docs/gallery.md can be written");
    }
    assert!(
        fs::read_to_string(&file).expect("docs/gallery.md") == text,
        "docs/gallery.md is not what queries/gallery says: \
         UPDATE_REFERENCE=1 cargo test --test all -- gallery::document"
    );
}
