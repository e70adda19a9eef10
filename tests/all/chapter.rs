//! `docs/from-csv-to-index.md`: its commands and queries are run in a fresh folder, block by block,
//! and must write what the chapter says they write.

use std::collections::HashSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

use libtest_mimic::Trial;

use crate::{repository, skipped, trial};

const CHAPTER: &str = "docs/from-csv-to-index.md";

/// What the chapter tells its reader to copy.
const FILES: [&str; 2] = ["indicators.csv", "framework.csv"];

/// The widest line that a page shows without scrolling.
const WIDTH: usize = 110;

/// The trial of the chapter; a shell runs its `sh` blocks.
pub fn trials() -> Vec<Trial> {
    vec![match cfg!(unix) {
        true => trial("docs::chapter", chapter),
        false => skipped("docs::chapter", "its commands are those of a Unix shell"),
    }]
}

/// Compares every block with what it writes; with `UPDATE_CHAPTER` what differs is written anew.
fn chapter() {
    let path = repository().join(CHAPTER);
    let written = fs::read_to_string(&path).expect("the chapter");
    let place = tempfile::tempdir().expect("a temporary folder");
    for file in FILES {
        let source = repository().join("data/bth/sources").join(file);
        fs::copy(source, place.path().join(file)).expect("a copy");
    }
    let update = env::var_os("UPDATE_CHAPTER").is_some();
    let lines: Vec<_> = written.lines().collect();
    let mut rebuilt: Vec<String> = Vec::new();
    let (mut at, mut ran) = (0, 0);
    while at < lines.len() {
        let opening = lines[at];
        let end = match opening.strip_prefix("```") {
            Some(_) => closing(&lines, at),
            None => at,
        };
        rebuilt.extend(lines[at..=end].iter().map(ToString::to_string));
        let (first, last) = (at, end);
        at = end + 1;
        if !matches!(opening, "```sh" | "```sql") {
            continue;
        }
        ran += 1;
        let (shown, done) = run(place.path(), opening, &lines[first + 1..last].join("\n"));
        // The output, where there is any, is the next block.
        let mut expected = Vec::new();
        if lines.get(at..at + 2) == Some(&["", "```text"][..]) {
            let end = closing(&lines, at + 1);
            expected = lines[at + 2..end].iter().map(|line| line.trim_end().to_owned()).collect();
            at = end + 1;
        }
        let same = shown.iter().map(steady).eq(expected.iter().map(steady));
        if !same && !update {
            let (expected, shown) = (expected.join("\n"), shown.join("\n"));
            panic!("{CHAPTER}:{}: the chapter says\n{expected}\nfound\n{shown}", first + 1);
        }
        let fault = shown.iter().any(|line| line.starts_with("goalposts: "));
        assert!(done || fault, "{CHAPTER}:{}: the block failed\n{}", first + 1, shown.join("\n"));
        for line in &shown {
            let fits = fault || line.chars().count() <= WIDTH;
            assert!(fits, "{CHAPTER}:{}: wider than {WIDTH}: {line}", first + 1);
        }
        let text = if same { expected } else { shown };
        if !text.is_empty() {
            rebuilt.extend([String::new(), "```text".to_owned()]);
            rebuilt.extend(text);
            rebuilt.push("```".to_owned());
        }
    }
    assert!(ran > 0, "{CHAPTER}: no block to run");
    let missing = unfounded(&rebuilt);
    assert!(update || missing.is_empty(), "{CHAPTER}: stated but in no block: {missing:?}");
    if update {
        fs::write(path, rebuilt.join("\n") + "\n").expect("the chapter");
    }
}

/// The numbers of the printed statement (the quotation) that stand in no query and in no output.
fn unfounded(lines: &[String]) -> Vec<String> {
    let (mut stated, mut founded, mut inside) = (Vec::new(), HashSet::new(), false);
    for line in lines {
        inside ^= line.starts_with("```");
        if inside {
            founded.extend(numbers(line));
        } else if let Some(statement) = line.strip_prefix('>') {
            stated.extend(numbers(statement));
        }
    }
    assert!(!stated.is_empty(), "{CHAPTER}: no number is stated");
    stated.retain(|number| !founded.contains(number));
    stated
}

/// The numbers of a text, shares of 1 as the percentages they are, too.
fn numbers(line: &str) -> Vec<String> {
    let words = line.split(|c: char| !c.is_ascii_digit() && c != '.');
    let words = words.map(|word| word.trim_matches('.')).filter(|word| !word.is_empty());
    words
        .flat_map(|word| {
            let percent = word.strip_prefix("0.").map(|share| format!("{share:0<2}"));
            [Some(word.to_owned()), percent]
        })
        .flatten()
        .collect()
}

/// The line that ends the block which this line begins.
fn closing(lines: &[&str], opening: usize) -> usize {
    let length = lines[opening + 1..].iter().position(|line| *line == "```");
    opening + 1 + length.unwrap_or_else(|| panic!("{CHAPTER}:{}: no end", opening + 1))
}

/// What a block writes, line by line without trailing spaces, and whether it went well.
fn run(place: &Path, opening: &str, block: &str) -> (Vec<String>, bool) {
    let program = Path::new(env!("CARGO_BIN_EXE_goalposts"));
    let mut command = match opening {
        "```sh" => {
            let folder = program.parent().expect("a folder").to_path_buf();
            let others = env::var_os("PATH").unwrap_or_default();
            let path = env::join_paths([folder].into_iter().chain(env::split_paths(&others)));
            let mut command = Command::new("sh");
            // One stream, in the order in which a reader sees it.
            command.args(["-c", &format!("exec 2>&1\n{block}")]).env("PATH", path.expect("a path"));
            command
        }
        _ => {
            let mut command = Command::new(program);
            command.args(["-c", block]);
            command
        }
    };
    command.current_dir(place).env_remove("GOALPOSTS_DATA").stdin(Stdio::null());
    let output = command.output().expect("the block runs");
    let bytes = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(bytes).expect("UTF-8");
    let lines = text.lines().map(|line| line.trim_end().to_owned()).collect();
    (lines, output.status.success())
}

/// A line without the time that something took.
fn steady(line: impl AsRef<str>) -> String {
    let line = line.as_ref();
    let time = line.strip_suffix(" s)").and_then(|rest| rest.rsplit_once('('));
    match time {
        Some((before, seconds)) if seconds.parse::<f64>().is_ok() => format!("{before}(...)"),
        _ => line.to_owned(),
    }
}
