//! Pages in a browser: they ask for nothing, say nothing on the console, sort and fold their tables, are read in light and
//! in dark, on wide screens and narrow ones, and have a name for each stop of the keyboard.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use libtest_mimic::Trial;
use serde_json::Value;

use super::page::{all, parsed, text};
use super::{goalposts, page_of_the_repository};
use crate::audits::command::BTH;
use crate::cli::place;
use crate::{skipped, trial};

/// Browsers that can be asked for the page as they see it.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

pub fn trials() -> Vec<Trial> {
    let names = ["reports::browser::report", "reports::browser::narrow", "reports::browser::audit"];
    let tests: [fn(&Path); 3] = [report, narrow, audit];
    let each = |(name, test): (&'static str, fn(&Path))| match browser() {
        Some(browser) => trial(name, move || test(&browser)),
        None => skipped(name, "it needs one of chromium, google-chrome or chrome on the path"),
    };
    names.into_iter().zip(tests).map(each).collect()
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
    // Relative luminance and contrast as WCAG 2 has them.
    function light(colour) {
      var parts = colour.match(/[0-9.]+/g).slice(0, 3).map(function (part) {
        var share = part / 255;
        return share > 0.04045 ? Math.pow((share + 0.055) / 1.055, 2.4) : share / 12.92;
      });
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    }
    function paper(element) {
      var colour = getComputedStyle(element).backgroundColor;
      return colour === 'rgba(0, 0, 0, 0)' ? paper(element.parentElement) : colour;
    }
    function faint(isOfPicture) {
      var texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
      while (texts.nextNode()) {
        var text = texts.currentNode, element = text.parentElement;
        if (!text.data.trim() || element.closest('script, title, desc')) continue;
        if (Boolean(element.closest('svg')) !== isOfPicture) continue;
        var style = getComputedStyle(element);
        var pair = [isOfPicture ? style.fill : style.color, paper(element)].map(light).sort(function (a, b) { return b - a; });
        if (4.5 > (pair[0] + 0.05) / (pair[1] + 0.05)) found.push(text.data);
      }
      return found;
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
      var boxes = Array.from(document.querySelectorAll('.wide')).map(function (box) {
        var named = box.getAttribute('aria-label') || box.getAttribute('aria-labelledby');
        return {
          isScrolled: box.scrollWidth > box.clientWidth, role: box.getAttribute('role'), name: named,
          isStop: box.tabIndex === 0
        };
      });
      var lost = Array.from(document.querySelectorAll('caption .held')).filter(function (caption) {
        var box = caption.closest('.wide');
        box.scrollLeft = 60;
        var place = caption.getBoundingClientRect(), within = box.getBoundingClientRect();
        return within.left - 1 > place.left || place.right > within.right + 1;
      });
      var stops = Array.from(document.querySelectorAll('a[href], button, summary, .wide[tabindex]'));
      var nameless = stops.filter(function (stop) {
        return !(stop.textContent.trim() || stop.hasAttribute('aria-label') || stop.hasAttribute('aria-labelledby'));
      });
      document.body.textContent = JSON.stringify({
        tables: tables,
        faults: faults,
        requests: performance.getEntriesByType('resource').map(function (one) { return one.name; }),
        scrolls: document.documentElement.scrollWidth > window.innerWidth,
        widths: widths,
        fonts: document.fonts.size,
        boxes: boxes,
        lost: lost.map(function (caption) { return caption.textContent; }),
        nameless: nameless.length,
        faint: faint(false),
        faintInPictures: faint(true),
        isDark: matchMedia('(prefers-color-scheme: dark)').matches,
        paper: getComputedStyle(document.body).backgroundColor
      });
    });";

/// The page of the repository's queries, on a wide screen.
fn report(browser: &Path) {
    let page = page_of_the_repository();
    let seen = seen(browser, page, &["--window-size=1280,900"]);
    sound(&seen);
    assert_eq!(seen["isDark"], Value::Bool(false));
    assert_eq!(seen["paper"], "rgb(255, 255, 255)");
    // No picture of it has text on marks.
    assert_eq!(seen["faintInPictures"], Value::Array(Vec::new()));
    let widths = seen["widths"].as_array().expect("widths").iter();
    assert!(widths.map(|width| width.as_u64().expect("a width")).all(|width| width < 760));
    let tables = seen["tables"].as_array().expect("tables");
    assert!(tables.len() >= 15);
    tables.iter().for_each(sorted);
    assert!(folded(tables, page) >= 3);
}

/// The same on a telephone in the dark, with numbers without end.
fn narrow(browser: &Path) {
    let place = place();
    place.write(
        "q.sql",
        "-- 指数\nSELECT * FROM (VALUES (1, 'inf'::DOUBLE, 'a'), (2, '-inf'::DOUBLE, 'b'), (3, 5.0, 'c'), \
         (4, 'NaN'::DOUBLE, 'd')) AS t(n, x, \"a name that is longer than a telephone is wide, by far\");",
    );
    place.run(&["report", "q.sql", "-o", "q.html", "-q"]).done();
    let dark = ["--window-size=500,900", "--blink-settings=preferredColorScheme=0"];
    let hard = seen(browser, &place.read("q.html"), &dark);
    sound(&hard);
    sorted(&hard["tables"][0]);
    let steps = &hard["tables"][0]["columns"][1]["steps"];
    let order = |at: usize| steps[at]["order"].as_array().expect("cells").clone();
    assert_eq!(order(1), ["-Infinity", "5.0", "Infinity", "NaN"]);
    assert_eq!(order(2), ["Infinity", "5.0", "-Infinity", "NaN"]);
    let seen = seen(browser, page_of_the_repository(), &dark);
    sound(&seen);
    assert_eq!(seen["isDark"], Value::Bool(true));
    assert_eq!(seen["paper"], "rgb(22, 22, 22)");
    // No picture of it has text on marks.
    assert_eq!(seen["faintInPictures"], Value::Array(Vec::new()));
    let scrolled = seen["boxes"].as_array().expect("boxes").iter();
    assert!(scrolled.filter(|one| one["isScrolled"] == Value::Bool(true)).count() > 10);
}

/// The page of an audit.
fn audit(browser: &Path) {
    let arguments = [&["audit"], &BTH[..], &["--draws", "20", "-q", "-o", "-"]].concat();
    let page = goalposts(&arguments).done();
    let seen = seen(browser, &page, &["--window-size=1280,900"]);
    sound(&seen);
    let tables = seen["tables"].as_array().expect("tables");
    assert!(tables.len() > 10);
    tables.iter().for_each(sorted);
    folded(tables, &page);
}

/// What must be true of any page in any window.
fn sound(seen: &Value) {
    assert_eq!(seen["faults"], Value::Array(Vec::new()));
    assert_eq!(seen["requests"], Value::Array(Vec::new()));
    assert_eq!(seen["scrolls"], Value::Bool(false), "the page must not be wider than its window");
    assert_eq!(seen["nameless"], 0, "what the keyboard stops at must have a name");
    assert_eq!(seen["faint"], Value::Array(Vec::new()), "text must be in contrast to its paper");
    for one in seen["boxes"].as_array().expect("boxes") {
        let is_scrolled = one["isScrolled"].as_bool().expect("whether");
        assert_eq!(one["isStop"].as_bool(), Some(is_scrolled), "{one}");
        assert_eq!([one["role"].is_string(), one["name"].is_string()], [is_scrolled; 2], "{one}");
    }
    assert_eq!(seen["lost"], Value::Array(Vec::new()), "captions must be in view when scrolled");
}

/// What a page says of itself in a browser.
fn seen(browser: &Path, page: &str, arguments: &[&str]) -> Value {
    let place = tempfile::tempdir().expect("a folder");
    // What is added has leave of its own; the policy stays otherwise.
    let page = page
        .replacen("script-src '", "script-src 'nonce-t' '", 1)
        .replacen("<title>", &format!("<script nonce=\"t\">{BEFORE}</script><title>"), 1)
        .replacen("</body>", &format!("<script nonce=\"t\">{AFTER}</script></body>"), 1);
    let file = place.path().join("page.html");
    fs::write(&file, page).expect("a page");
    let profile = format!("--user-data-dir={}", place.path().join("profile").display());
    let done = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--enable-logging=stderr", "--dump-dom", &profile])
        .args(arguments)
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
    serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body:.2000}"))
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
        let same = [order(0), order(1), order(2)].map(|cells| {
            let mut cells: Vec<_> = cells.iter().map(Value::to_string).collect();
            cells.sort();
            cells
        });
        assert!(same.iter().all(|one| *one == same[0]), "{name}");
        for (at, sign) in [(1, 1.0), (2, -1.0)] {
            let cells = order(at);
            let is_known = |cell: &&Value| !cell.is_null() && **cell != "NaN";
            let known = cells.iter().take_while(is_known).count();
            assert!(
                !cells[known..].iter().any(|cell| is_known(&cell)),
                "{name}: what is missing is last"
            );
            if column["isNumber"] == Value::Bool(true) {
                let numbers = cells[..known].iter().map(|cell| cell.as_str().expect("a text"));
                let numbers: Vec<f64> =
                    numbers.map(|text| text.parse().expect("a number")).collect();
                assert!(numbers.is_sorted_by(|a, b| sign * a <= sign * b), "{name}: {numbers:?}");
            } else {
                let words: Vec<_> = cells[..known].iter().map(|cell| cell.as_str()).collect();
                assert!(
                    words.chunk_by(|a, b| a == b).count() == distinct(&words),
                    "{name}: {words:?}"
                );
            }
        }
    }
}

/// How many words there are.
fn distinct(words: &[Option<&str>]) -> usize {
    words.iter().collect::<BTreeSet<_>>().len()
}

/// Long tables show their first rows until all are asked for; how many there are.
fn folded(tables: &[Value], page: &str) -> usize {
    let document = parsed(page);
    assert_eq!(tables.len(), all(document.root(), "table").count());
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
    long
}
