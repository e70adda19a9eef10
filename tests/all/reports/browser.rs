//! The page in a browser: it asks for nothing, says nothing on the console, sorts and folds its tables.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use libtest_mimic::Trial;
use serde_json::Value;

use super::page::{all, parsed, text};
use super::page_of_the_repository;
use crate::{skipped, trial};

/// Browsers that can be asked for the page as they see it.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

pub fn trials() -> Vec<Trial> {
    let name = "reports::browser";
    vec![match browser() {
        Some(browser) => trial(name, move || in_browser(browser)),
        None => skipped(name, "it needs one of chromium, google-chrome or chrome on the path"),
    }]
}

fn browser() -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    let files =
        BROWSERS.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    files.into_iter().find(|file| file.is_file())
}

/// What is done with the page before anything of it runs, and when it is there.
const BEFORE: &str = "
    window.faults = [];
    window.addEventListener('error', function (e) { faults.push('error: ' + e.message); });
    document.addEventListener('securitypolicyviolation', function (e) { faults.push('policy: ' + e.blockedURI); });
    ['error', 'warn', 'log'].forEach(function (name) {
      console[name] = function () { faults.push(name + ': ' + Array.from(arguments).join(' ')); };
    });";

const AFTER: &str = "
    function column(table, at) {
      return Array.from(table.tBodies[0].rows).map(function (row) {
        var cell = row.cells[at];
        return cell.hasAttribute('data-null') ? null : cell.dataset.value || cell.textContent;
      });
    }
    function seen(table) {
      return Array.from(table.tBodies[0].rows).filter(function (row) {
        return getComputedStyle(row).display !== 'none';
      }).length;
    }
    window.addEventListener('load', function () {
      var tables = Array.from(document.querySelectorAll('table')).map(function (table) {
        var heads = Array.from(table.tHead.rows[0].cells);
        var columns = heads.map(function (head, at) {
          var button = head.querySelector('button'), steps = [];
          for (var i = 0; 4 > i; i++) {
            steps.push({ order: column(table, at), said: head.getAttribute('aria-sort') });
            if (button) button.click();
          }
          if (button) { button.click(); button.click(); }
          return { name: head.dataset.column, isNumber: head.classList.contains('n'), steps: steps };
        });
        var more = table.closest('.table').querySelector('.more button'), folded = [seen(table)];
        if (more) { more.click(); folded.push(seen(table)); more.click(); folded.push(seen(table)); }
        return { columns: columns, folded: folded, said: more ? more.textContent : null };
      });
      var widths = Array.from(document.querySelectorAll('main p')).map(function (p) { return p.offsetWidth; });
      document.body.textContent = JSON.stringify({
        tables: tables,
        faults: faults,
        requests: performance.getEntriesByType('resource').map(function (one) { return one.name; }),
        scrolls: document.documentElement.scrollWidth > window.innerWidth,
        widths: widths,
        fonts: document.fonts.size
      });
    });";

fn in_browser(browser: PathBuf) {
    let place = tempfile::tempdir().expect("a folder");
    // What is added has leave of its own; the policy stays otherwise.
    let page = page_of_the_repository()
        .replacen("script-src '", "script-src 'nonce-t' '", 1)
        .replacen("<title>", &format!("<script nonce=\"t\">{BEFORE}</script><title>"), 1)
        .replacen("</body>", &format!("<script nonce=\"t\">{AFTER}</script></body>"), 1);
    let file = place.path().join("page.html");
    fs::write(&file, page).expect("a page");
    let profile = format!("--user-data-dir={}", place.path().join("profile").display());
    let done = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--window-size=1280,900",
        ])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--enable-logging=stderr", "--dump-dom", &profile])
        .arg(format!("file://{}", file.display()))
        .output()
        .expect("the browser starts");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(!said.contains("CONSOLE"), "{said}");
    let dom = String::from_utf8(done.stdout).expect("UTF-8");
    let (_, body) = dom.split_once("<body>").expect("a body");
    let (body, _) = body.split_once("</body>").expect("a body");
    let body = body
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", "\u{a0}")
        .replace("&amp;", "&");
    let seen: Value =
        serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body:.2000}"));
    assert_eq!(seen["faults"], Value::Array(Vec::new()));
    assert_eq!(seen["requests"], Value::Array(Vec::new()));
    assert_eq!(seen["scrolls"], Value::Bool(false), "the page must not be wider than its window");
    let widths = seen["widths"].as_array().expect("widths").iter();
    assert!(widths.map(|width| width.as_u64().expect("a width")).all(|width| width < 760));
    let tables = seen["tables"].as_array().expect("tables");
    assert!(tables.len() >= 14);
    tables.iter().for_each(sorted);
    folded(tables);
}

/// A column up, down and as it was: numbers as numbers, what is missing last.
fn sorted(table: &Value) {
    for column in table["columns"].as_array().expect("columns") {
        let name = &column["name"];
        let steps = column["steps"].as_array().expect("steps");
        let order = |at: usize| steps[at]["order"].as_array().expect("cells").clone();
        if order(0).len() < 2 {
            assert_eq!(steps[0]["said"], Value::Null);
            continue;
        }
        let said: Vec<_> =
            steps.iter().map(|step| step["said"].as_str().expect("a word")).collect();
        assert_eq!(said, ["none", "ascending", "descending", "none"], "{name}");
        assert_eq!(order(0), order(3), "{name}");
        let mut multiset = [order(0), order(1), order(2)].map(|cells| {
            let mut cells: Vec<_> = cells.iter().map(Value::to_string).collect();
            cells.sort();
            cells
        });
        assert!(multiset.iter().all(|one| *one == multiset[0]), "{name}");
        multiset[0].clear();
        for (at, sign) in [(1, 1.0), (2, -1.0)] {
            let cells = order(at);
            let known = cells.iter().take_while(|cell| !cell.is_null()).count();
            assert!(cells[known..].iter().all(Value::is_null), "{name}: what is missing is last");
            if column["isNumber"] == Value::Bool(true) {
                let numbers = cells[..known].iter().map(|cell| cell.as_str().expect("a text"));
                let numbers: Vec<f64> =
                    numbers.map(|text| text.parse().expect("a number")).collect();
                assert!(numbers.is_sorted_by(|a, b| sign * a <= sign * b), "{name}: {numbers:?}");
            }
        }
    }
}

/// Long tables show their first rows until all are asked for.
fn folded(tables: &[Value]) {
    let document = parsed(page_of_the_repository());
    let mut long = 0;
    for (seen, table) in tables.iter().zip(all(document.root(), "table")) {
        let rows = all(table, "tr").count() - 1;
        let first: usize =
            table.attribute("data-first").and_then(|n| n.parse().ok()).expect("a number");
        let folded = seen["folded"].as_array().expect("numbers").iter();
        let folded: Vec<_> = folded.map(|n| n.as_u64().expect("a number") as usize).collect();
        let caption = text(all(table, "caption").next().expect("a caption"));
        match rows > first {
            true => {
                assert_eq!(folded, [first, rows, first], "{caption}");
                assert_eq!(seen["said"], Value::from(format!("Show all {rows} rows")));
                long += 1;
            }
            false => assert_eq!(folded, [rows], "{caption}"),
        }
    }
    assert!(long >= 3, "{long} long tables");
}
