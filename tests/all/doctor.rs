//! What the program says of itself and of where it runs: `doctor`, `completions`, `man`, and the line
//! below a summary.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use libtest_mimic::Trial;

use crate::cli::{Place, contains, place};
use crate::{skipped, trial};

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        trial("doctor::all_is_well", all_is_well),
        trial("doctor::faults", faults),
        trial("doctor::formats", formats),
        trial("doctor::surroundings", surroundings),
        trial("summarize::panel", panel),
        trial("summarize::wide", wide),
        trial("completions::bash", bash),
        trial("manual::pages", pages),
    ];
    for shell in ["zsh", "fish"] {
        let name = format!("completions::{shell}");
        trials.push(match is_installed(shell) {
            true => trial(&name, move || read_by(shell)),
            false => skipped(&name, &format!("{shell} is not installed")),
        });
    }
    trials.push(match is_installed("man") {
        true => trial("manual::rendered", rendered),
        false => skipped("manual::rendered", "man is not installed"),
    });
    trials
}

fn is_installed(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}

/// The program in a home of its own.
fn doctor(place: &Place, arguments: &[&str]) -> Command {
    let mut command = place.command(arguments);
    for name in ["VISUAL", "EDITOR", "PAGER", "GOALPOSTS_PAGER", "LC_ALL", "LC_CTYPE"] {
        command.env_remove(name);
    }
    command.env("HOME", place.path("home")).env("LANG", "C.UTF-8");
    command.env_remove("XDG_STATE_HOME").env_remove("XDG_CONFIG_HOME");
    command.stdin(Stdio::null());
    command
}

/// Code, standard output and standard error.
fn outcome(command: &mut Command) -> (i32, String, String) {
    let output = command.output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("an end"), text(output.stdout), text(output.stderr))
}

/// The line of a check.
#[track_caller]
fn line<'a>(text: &'a str, check: &str) -> &'a str {
    let of = |line: &&str| line.split("  ").map(str::trim).any(|cell| cell == check);
    text.lines().find(of).unwrap_or_else(|| panic!("no '{check}' in: {text}"))
}

fn all_is_well() {
    let place = place();
    place.export("SELECT * FROM generate_series(1, 1137)", "data/a/t.parquet");
    place.export("SELECT 1 AS x", "data/u.parquet").write("data/text.csv", "a,b\n1,2\n");
    let (code, out, err) = outcome(&mut doctor(&place, &["doctor", "--memory-limit", "64M"]));
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    contains(
        line(&out, "program"),
        &["ok ", concat!("goalposts ", env!("CARGO_PKG_VERSION"), ", DataFusion ")],
    );
    let data = line(&out, "data folder");
    contains(data, &["ok ", "data (the default): 2 tables, 1,138 rows"]);
    contains(line(&out, "threads"), &["ok ", " core"]);
    contains(line(&out, "memory"), &["ok ", "limit of 64.0 MB (--memory-limit); "]);
    contains(line(&out, "temporary folder"), &[&std::env::temp_dir().display().to_string()]);
    contains(line(&out, "terminal"), &["ok ", "standard output is none, no colours"]);
    contains(line(&out, "locale"), &["ok ", "C.UTF-8"]);
    let home = place.path("home").display().to_string();
    let history = format!("{home}/.local/state/goalposts/history (not there yet)");
    contains(line(&out, "history"), &["ok ", &history]);
    let start_up = format!("none ({home}/.config/goalposts/init.sql would be read)");
    contains(line(&out, "start-up file"), &["ok ", &start_up]);
    contains(line(&out, "leftover files"), &["ok ", "none here"]);
    assert!(!out.contains("fault "), "{out}");
    // It looks, and leaves nothing.
    assert_eq!(place.files(), ["data/a/t.parquet", "data/text.csv", "data/u.parquet"]);
}

fn faults() {
    let place = place();
    place.export("SELECT 1 AS x", "data/good.parquet").write("data/bad.parquet", "no Parquet");
    let (code, out, err) = outcome(&mut doctor(&place, &["doctor"]));
    assert_eq!(code, 1, "{out}");
    assert_eq!(err, "goalposts: doctor: there must be no fault, found 1 fault\n");
    contains(line(&out, "data folder"), &["ok ", "2 tables, 1 row in the 1 that say so"]);
    contains(line(&out, "table bad"), &["fault ", "bad.parquet"]);
    contains(&out, &["-> write the file anew, or take it out of the folder"]);

    let (code, out, _) = outcome(&mut doctor(&place, &["doctor", "--data", "nowhere"]));
    assert_eq!(code, 1, "{out}");
    contains(line(&out, "data folder"), &["fault ", "nowhere (of --data): "]);

    let (code, out, _) = outcome(doctor(&place, &["doctor"]).env("TMPDIR", place.path("none")));
    assert_eq!(code, 1, "{out}");
    contains(line(&out, "temporary folder"), &["fault ", "none"]);
    contains(&out, &["-> set TMPDIR to a folder that can be written to"]);
}

/// The rows in any format; 1 where there is a fault as well.
fn formats() {
    let place = place();
    place.write("data/bad.parquet", "no Parquet");
    let (code, out, err) = outcome(&mut doctor(&place, &["doctor", "-f", "csv"]));
    assert_eq!(code, 1, "{err}");
    assert!(out.starts_with("check,state,found,advice\nprogram,ok,\"goalposts "), "{out}");
    contains(&out, &["\ntable bad,fault,", "\nleftover files,ok,none here,\n"]);
    let (_, out, _) = outcome(&mut doctor(&place, &["doctor", "-f", "json"]));
    contains(&out, &[r#"{"check":"data folder","state":"ok""#]);
}

fn surroundings() {
    let place = place();
    place.write("tables/.goalposts-abc123.part", "").write(".goalposts-x.part", "");
    place.write("tables/s/t/.goalposts-deep.part", "").write("elsewhere/.goalposts-y.part", "");
    place.write("home/.config/goalposts/init.sql", b"\xff");
    let mut command = doctor(&place, &["doctor"]);
    command.env("GOALPOSTS_DATA", "tables").env("LANG", "zh_CN.GB18030");
    command.env("PAGER", "no-such-pager -x").env("EDITOR", "no-such-editor");
    let (code, out, _) = outcome(&mut command);
    assert_eq!(code, 0, "{out}");
    contains(line(&out, "data folder"), &["warning ", "tables (of GOALPOSTS_DATA): no tables"]);
    contains(line(&out, "locale"), &["warning ", "zh_CN.GB18030, which is not UTF-8"]);
    contains(line(&out, "pager"), &["warning ", "no-such-pager -x (of PAGER), not installed"]);
    contains(line(&out, "editor"), &["warning ", "no-such-editor (of EDITOR), not installed"]);
    contains(line(&out, "start-up file"), &["warning ", "init.sql: "]);
    contains(line(&out, "leftover files"), &["warning ", ".goalposts-x.part and 1 more"]);

    let bare = self::place();
    let (code, out, _) = outcome(&mut doctor(&bare, &["doctor", "--threads", "9999"]));
    assert_eq!(code, 0, "{out}");
    contains(line(&out, "data folder"), &["warning ", "none: no folder 'data' in "]);
    contains(line(&out, "threads"), &["warning ", "9,999 threads (--threads)"]);
}

/// What is said of a panel, on standard error, once its rows are written.
fn panel() {
    let place = place();
    let rows = "VALUES ('A', 2020, 'x', 1.0), ('A', 2021, 'x', NULL), ('B', 2020, 'x', 3.0)";
    let table =
        format!("CREATE TABLE p AS SELECT * FROM ({rows}) AS t(unit, period, indicator, value)");
    let run = place.run(&["-c", &table, "-c", "SUMMARIZE p", "-f", "csv"]);
    assert_eq!(run.err, "panel: 2 units x 2 periods x 1 indicator, 50.0 % of 4 cells observed\n");
    assert_eq!(run.done().lines().count(), 5);
    // Not of other columns, nor of other statements, nor where it is to be quiet.
    for statement in [
        "SUMMARIZE SELECT unit, value FROM p",
        "SELECT * FROM summarize(TABLE p)",
        "EXPLAIN SUMMARIZE p",
    ] {
        assert_eq!(place.run(&["-c", &table, "-c", statement]).err, "", "{statement}");
    }
    assert_eq!(place.run(&["-q", "-c", &table, "-c", "SUMMARIZE p"]).err, "");
    // A file in FROM, a parameter, and a file for the result.
    place.write("p.csv", "unit,indicator,value\nA,x,1\nA,x,2\n");
    let run = place.run(&["export", "SUMMARIZE 'p.csv'", "-o", "s.csv"]);
    contains(
        &run.err,
        &["panel: 1 unit x 1 indicator, 2 values in 1 cell (some have more than one)\n"],
    );
    contains(
        &place.read("s.csv"),
        &["\nvalue,BIGINT,2,0,0.0,2,0,1,1.25,1.5,1.75,2,1.5,0.7071067811865476\n"],
    );
    let run = place.run(&[
        "-p",
        "unit=B",
        "-f",
        "csv",
        "-c",
        "SUMMARIZE SELECT * FROM 'p.csv' WHERE unit = $unit",
    ]);
    contains(&run.done(), &["\nunit,VARCHAR,0,0,,0,,,,,,,,\n"]);
    // As the last query of a file.
    place.write("q.sql", "SELECT 1;\nSUMMARIZE 'p.csv';\n");
    place.run(&["run", "q.sql", "--out", "out", "-f", "csv"]).done();
    assert_eq!(place.read("out/q.csv").lines().count(), 4);
    let message = place.run(&["-c", "SELECT 1;\nSUMMARIZE\n  "]).fails(1);
    assert_eq!(message, "-c:2: SUMMARIZE: a table or a query must follow, found its end");
}

/// A table of many columns is read once.
fn wide() {
    let place = place();
    let columns: Vec<String> = (0..300)
        .map(|i| match i % 3 {
            0 => format!("CAST(value + {i} AS VARCHAR) AS c{i}"),
            _ => format!("value * {i} AS c{i}"),
        })
        .collect();
    let sql =
        format!("SUMMARIZE SELECT {} FROM generate_series(1, 3) AS t(value)", columns.join(", "));
    let out = place.csv(&sql);
    assert_eq!(out.lines().count(), 301);
    contains(&out, &["\nc100,BIGINT,3,0,0.0,3,0,100,150.0,200.0,250.0,300,200.0,100.0\n"]);
    contains(&out, &["\nc99,VARCHAR,3,0,0.0,3,,100,,,,102,,\n"]);
}

/// The script is read by the shell, and completes commands and options.
fn bash() {
    let place = place();
    let script = place.run(&["completions", "bash"]).done();
    assert!(script.len() > 1000, "{script}");
    let bash = |text: &str| {
        let mut child = Command::new("bash")
            .args(["--norc", "-s"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("bash starts");
        child.stdin.take().expect("its input").write_all(text.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("bash ends");
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    contains(&bash(&format!("{script}\ncomplete -p goalposts\n")), &["-F _goalposts", "goalposts"]);
    let complete = |words: &str| {
        let last = words.split(' ').count() - 1;
        let asked = format!(
            "COMP_WORDS=({words}); COMP_CWORD={last}; _goalposts goalposts \"${{COMP_WORDS[{last}]}}\" \
             \"${{COMP_WORDS[{}]}}\"; printf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
            last - 1
        );
        bash(&format!("{script}\n{asked}"))
    };
    assert_eq!(complete("goalposts ex"), "export\n");
    assert_eq!(complete("goalposts doc"), "doctor\n");
    contains(&complete("goalposts run --ke"), &["--keep-going\n"]);
    contains(&complete("goalposts --format pa"), &["parquet\n"]);
    contains(&complete("goalposts completions z"), &["zsh\n"]);
    let message = place.run(&["completions", "tcsh"]);
    assert_eq!(message.code, Some(2));
}

/// The shell takes the script.
fn read_by(shell: &str) {
    let place = place();
    let script = place.run(&["completions", shell]).done();
    place.write("script", script);
    let output = Command::new(shell).args(["-n", "script"]).current_dir(place.path("")).output();
    let output = output.expect("the shell starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A page for the program and one for each command, with all that its help says.
fn pages() {
    let place = place();
    let page = place.run(&["man"]).done();
    assert!(page.starts_with(".ie") || page.starts_with(".TH"), "{page}");
    contains(
        &page,
        &[".TH GOALPOSTS 1", "goalposts\\-run(1)", "\\-\\-memory\\-limit", "Exit codes: 0 done"],
    );
    place.run(&["man", "--out", "man/man1"]).done();
    let files = place.files();
    for name in ["", "-run", "-export", "-import", "-doctor", "-completions", "-man"] {
        let file = format!("man/man1/goalposts{name}.1");
        assert!(files.contains(&file), "{file} in {files:?}");
    }
    assert_eq!(place.read("man/man1/goalposts.1"), page);
    contains(
        &place.read("man/man1/goalposts-run.1"),
        &[".TH GOALPOSTS-RUN 1", "\\-\\-keep\\-going"],
    );
    place.write("file", "");
    let message = place.run(&["man", "--out", "file"]).fails(2);
    contains(&message, &["file: "]);
}

fn rendered() {
    let place = place();
    place.run(&["man", "--out", "."]).done();
    for entry in fs::read_dir(place.path("")).expect("the pages") {
        let path = entry.expect("a page").path();
        let mut man = Command::new("man");
        let output = man
            .args(["--warnings", "-l"])
            .arg(&path)
            .env("MANWIDTH", "80")
            .env("LC_ALL", "C.UTF-8");
        let output = output.output().expect("man starts");
        assert!(
            output.status.success(),
            "{}: {}",
            path.display(),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(
            output.stderr.is_empty(),
            "{}: {}",
            path.display(),
            String::from_utf8_lossy(&output.stderr)
        );
        contains(&String::from_utf8_lossy(&output.stdout), &["NAME", "SYNOPSIS", "goalposts"]);
    }
}
