//! `goalposts audit`: what it writes, and how it ends.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use libtest_mimic::Trial;

use crate::{repository, skipped, trial};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("audits::command::written", written),
        trial("audits::command::the_same_each_time", the_same_each_time),
        trial("audits::command::exit_codes", exit_codes),
        trial("audits::command::faults_name_the_flag", faults_name_the_flag),
        trial("audits::command::files", files),
        match browser() {
            Some(browser) => trial("audits::command::browser", move || in_browser(&browser)),
            None => skipped(
                "audits::command::browser",
                "it needs one of chromium, google-chrome or chrome on the path",
            ),
        },
    ]
}

fn browser() -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let files = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    files.into_iter().find(|file| file.is_file())
}

/// The page says nothing on the console, and has all chapters when it is there.
fn in_browser(browser: &Path) {
    let place = tempfile::tempdir().expect("a folder");
    let page = place.path().join("audit.html");
    done(&with(&["-o", &page.display().to_string()]));
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"])
        .args(["--disable-background-networking", "--disable-component-update"])
        .args(["--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", "--dump-dom"])
        .arg(format!("--user-data-dir={}", place.path().join("profile").display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("the browser starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("CONSOLE"), "{said}");
    let seen = text(&output.stdout);
    for chapter in goalposts::audit::CHAPTERS {
        assert!(
            seen.contains(&format!("id=\"{}\"", chapter.anchor)),
            "{} must be there",
            chapter.anchor
        );
    }
    // It asks for nothing: what it refers to is in it.
    for attribute in [" src=\"", " href=\"", "url("] {
        for reference in seen.split(attribute).skip(1) {
            let is_inside =
                reference.starts_with(['#', '\'', '"']) || reference.starts_with("data:");
            assert!(is_inside, "{attribute}{:.80}", reference);
        }
    }
}

/// The example of the guide.
pub const BTH: [&str; 6] = [
    "--panel",
    "(SELECT * FROM bth.indicators WHERE unit IN ('Beijing', 'Tianjin', 'Hebei'))",
    "--framework",
    "bth.framework",
    "--arguments",
    "normalisation => base, base => 2014, min_coverage => 0.8, strict => false",
];

/// Runs `audit` in the folder of the repository.
pub fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goalposts"));
    command.arg("audit").args(arguments).current_dir(repository());
    command.env_remove("GOALPOSTS_DATA").stdin(Stdio::null());
    command.output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn with<'a>(others: &[&'a str]) -> Vec<&'a str> {
    [&BTH[..], &["--draws", "20"], others].concat()
}

fn done(arguments: &[&str]) -> Output {
    let output = run(arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    output
}

fn written() {
    let place = tempfile::tempdir().expect("a folder");
    for name in ["audit.html", "audit.md", "audit.json"] {
        let path = place.path().join(name).display().to_string();
        let output = done(&with(&["-o", &path]));
        let said = text(&output.stderr);
        assert!(said.contains(" warning") && said.contains(&format!("-> {path} (")), "{said}");
        assert!(output.stdout.is_empty());
        let size = fs::metadata(&path).expect("a file").len();
        assert!((10_000..2_000_000).contains(&size), "{name}: {size} bytes");
    }
    // Where nothing is to be written, the findings are told.
    let told = text(&done(&with(&[])).stdout);
    assert!(told.starts_with("warning ") && told.contains("\nnote "), "{told}");
    let timings = text(&done(&with(&["--timings"])).stderr);
    for chapter in goalposts::audit::CHAPTERS {
        assert!(timings.contains(&format!("%  {}\n", chapter.title)), "{timings}");
    }
    // Every finding and every table, for machines.
    let json = text(&done(&with(&["--json"])).stdout);
    let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let chapters = value["chapters"].as_array().expect("chapters");
    // The last is that of the rules.
    assert_eq!(chapters.len(), goalposts::audit::CHAPTERS.len() + 1);
    let findings = value["findings"].as_array().expect("findings");
    let told_of = told
        .lines()
        .filter(|line| line.starts_with("warning ") || line.starts_with("note "))
        .count();
    assert_eq!(findings.len(), told_of);
    let ranking = chapters.iter().flat_map(|chapter| chapter["blocks"].as_array().expect("blocks"));
    let mut ranking =
        ranking.filter(|block| block["kind"] == "table" && block["caption"] == "Ranking");
    let rows = ranking.next().expect("a ranking")["rows"].as_array().expect("rows").clone();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0]["unit"], "Hebei");
    assert_eq!(rows[0]["rank"], 1);
}

/// The same bytes, whatever the threads.
fn the_same_each_time() {
    let json = |threads: &str| done(&with(&["--json", "--threads", threads])).stdout;
    let first = json("1");
    assert!(first == json("1") && first == json("3"));
}

fn exit_codes() {
    let code = |others: &[&str]| run(&with(others)).status.code();
    assert_eq!(code(&[]), Some(0));
    let output = run(&with(&["--fail-on", "warning"]));
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("audit: nothing must be found (--fail-on warning), found "), "{said}");
    assert_eq!(code(&["--fail-on", "note"]), Some(1));
    assert_eq!(code(&["-o", "audit.pdf"]), Some(2));
    assert_eq!(code(&["--draws", "0"]), Some(2));
    assert_eq!(code(&["--json", "-o", "x.json"]), Some(2));
    // Without findings it is 0.
    let clean = "(SELECT unit, code AS indicator, value * k + 0.3 * (at % 2) AS value FROM \
                 (VALUES ('a', 1.0, 1), ('b', 2.0, 2), ('c', 3.5, 4)) AS u(unit, value, at) \
                 CROSS JOIN (VALUES ('x', 1.0), ('y', 0.7)) AS i(code, k))";
    let output = run(&[
        "--panel",
        clean,
        "--framework",
        "(SELECT * FROM (VALUES ('x'), ('y')) AS t(code))",
        "--json",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

fn faults_name_the_flag() {
    let fault = |arguments: &[&str]| {
        let output = run(arguments);
        assert!(matches!(output.status.code(), Some(1 | 2)), "{arguments:?}");
        text(&output.stderr)
    };
    let said = fault(&["--panel", "bth.indicator", "--framework", "bth.framework"]);
    assert!(
        said.contains("--panel:1: table 'bth.indicator' not found; did you mean 'bth.indicators'?"),
        "{said}"
    );
    let said = fault(&["--panel", "bth.indicators", "--framework", "none"]);
    assert!(said.contains("--framework:1: table 'none' not found"), "{said}");
    let arguments = |text| {
        let arguments =
            ["--panel", "bth.indicators", "--framework", "bth.framework", "--arguments", text];
        fault(&arguments)
    };
    for (text, wanted) in [
        (
            "normalise => base",
            "--arguments:1: composite_index: argument 'normalise' not found; did you mean 'normalisation'?",
        ),
        ("normalisation => 'bse'", "--arguments:1: composite_index: normalisation must be one of"),
        ("base", "--arguments: must be NAME => VALUE, got 'base'"),
        ("base => (2014", "--arguments: must be closed by ), got 'base => (2014'"),
    ] {
        let said = arguments(text);
        assert!(said.contains(wanted), "{text}: {said}");
    }
    let said = fault(&with(&["--uncertainty", "draws => x"]));
    assert!(said.contains("--uncertainty:1: "), "{said}");
    let said = fault(&with(&["--period", "2040"]));
    assert!(
        said.contains("--period: must be a period of the panel (2013 to 2024), got 2040"),
        "{said}"
    );
    let said = fault(&with(&["--last-release", "(SELECT 1 AS unit)"]));
    assert!(said.contains("--last-release:1: column score not found"), "{said}");
}

/// Files without a name in the catalog, with quotes or without.
fn files() {
    let of = |panel: &str, framework: &str| {
        let arguments = [
            "--panel",
            panel,
            "--framework",
            framework,
            "--arguments",
            BTH[5],
            "--json",
            "--draws",
            "5",
        ];
        let output = done(&arguments);
        serde_json::from_slice::<serde_json::Value>(&output.stdout).expect("JSON")["findings"]
            .clone()
    };
    let bare = of("data/bth/indicators.parquet", "data/bth/framework.parquet");
    let quoted = of("'data/bth/indicators.parquet'", "'data/bth/framework.parquet'");
    assert_eq!(bare, quoted);
    assert_eq!(bare, of("bth.indicators", "bth.framework"));
}
