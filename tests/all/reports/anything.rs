//! Pages of whatever files and values there may be: nothing in them becomes markup, breaks the page or is lost.

use libtest_mimic::Trial;

use super::page::{all, cells, check, parsed, text};
use crate::cli::place;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("reports::anything::of_anything", of_anything),
        trial("reports::anything::words_of_chapters", words_of_chapters),
        trial("reports::anything::hard_values", hard_values),
        trial("reports::anything::hard_labels", hard_labels),
        trial("reports::anything::wide_and_long", wide_and_long),
        trial("reports::anything::without_results", without_results),
        trial("reports::anything::languages", languages),
    ]
}

/// Nothing that stands in data becomes markup, whatever the script or the direction of writing.
fn of_anything() {
    let place = place();
    place.write(
        "q/北京 1.sql",
        "-- 指数 <b>1</b> & \"x\"\n--\n-- 京津冀\n-- 协同 `a < b` and ` alone.\n-- param n: BIGINT = 3  -- how many\n\
         -- expect: rows = $n\n\
         SELECT * FROM (VALUES (1, '<script>alert(1)</script>', 1.5, 'مرحبا'), (2, 'a\"b&c', NULL, ''),\
         (3, '天津\nx', 'NaN'::DOUBLE, NULL)) AS t(n_of, \"<i>\", x, \"y z\");",
    );
    place.write("q/main.sql", "SELECT 1 AS a WHERE false;");
    place.write("q/two.sql", "-- table: first\nSELECT 1 AS a; -- table: second\nSELECT 2 AS \"\";\nCREATE TABLE t AS SELECT 1;");
    let many =
        "-- Many\nSELECT value AS n, -value / 8.0 AS x FROM range(1, 1201) AS r(value) ORDER BY n";
    place.write("q/zmany.sql", many);
    let run =
        place.run(&["report", "q", "-o", "r.html", "--subtitle", "a & b", "--title", "T `c`"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.err.starts_with("4 chapters, 5 tables, 0 pictures -> r.html ("), "{}", run.err);
    let page = place.read("r.html");
    let document = parsed(&page);
    check(&document);
    let root = document.root();
    assert_eq!(all(root, "script").count(), 1);
    assert_eq!(all(root, "b").chain(all(root, "i")).count(), 0);
    let said = text(root);
    for words in [
        "指数 <b>1</b> & \"x\"",
        "京津冀协同 a < b and ` alone.",
        "<script>alert(1)</script>",
        "مرحبا",
        "Parameter n",
        "how many",
        "Checked: 1 conditionrows = $n",
        "Table 2 first",
        "Table 3 second(no name)2",
        "No rows.",
        "The first 1,000 rows of 1,200 rows; the query gives all of them.",
        "a & b",
    ] {
        assert!(said.contains(words), "{words}");
    }
    let tables: Vec<_> = all(root, "table").collect();
    let read: Vec<_> = cells(tables[4]).map(text).collect();
    let wanted = ["1", "<script>alert(1)</script>", "1.5", "مرحبا", "2", "a\"b&c", "–no value", ""];
    assert_eq!(read[..8], wanted);
    assert_eq!(read[8..], ["3", "天津\nx", "NaN", "–no value"]);
    assert_eq!(cells(tables[0]).count(), 0);
    assert_eq!(all(tables[3], "tr").count(), 1001);
    let last = all(tables[3], "td").last().expect("a cell");
    assert_eq!((text(last).as_str(), last.attribute("data-value")), ("−125.000", Some("-125.0")));
}

/// Files of one name, and of names without a letter, are chapters with words of their own.
fn words_of_chapters() {
    let place = place();
    for file in ["a/gaps.sql", "b/gaps.sql", "b/g aps.sql", "b/g-aps.sql", "b/！.sql", "b/--.sql"]
    {
        place.write(file, "SELECT 1 AS a;");
    }
    place.run(&["report", "a", "b", "-o", "r.html", "-q"]).done();
    let page = place.read("r.html");
    let document = parsed(&page);
    check(&document);
    let words: Vec<_> =
        all(document.root(), "section").filter_map(|node| node.attribute("id")).collect();
    assert_eq!(
        words,
        ["gaps", "chapter", "g-aps", "g-aps-2", "gaps-2", "chapter-2", "_provenance"]
    );
}

/// Numbers without end, signs that XML does not know, lists with gaps, and zeros.
fn hard_values() {
    let place = place();
    place.write(
        "q.sql",
        "SELECT * FROM (VALUES \
         (1, 'inf'::DOUBLE, -0.00001, [1, NULL], chr(1) || 'x' || chr(27) || '[1m' || chr(65535)), \
         (2, '-inf'::DOUBLE, 123456.789, NULL, chr(8238) || 'rtl'), \
         (3, 'NaN'::DOUBLE, -1e-15, [], '</script>')) AS t(n, x, y, l, t);",
    );
    place.run(&["report", "q.sql", "-o", "r.html", "-q"]).done();
    let page = place.read("r.html");
    let document = parsed(&page);
    check(&document);
    let read: Vec<_> = cells(document.root()).map(text).collect();
    let full: Vec<_> = cells(document.root()).map(|cell| cell.attribute("data-value")).collect();
    assert_eq!(read[..5], ["1", "inf", "−0.00001", "[1, NULL]", "\u{fffd}x\u{fffd}[1m\u{fffd}"]);
    assert_eq!(read[5..10], ["2", "−inf", "123456.78900", "–no value", "\u{202e}rtl"]);
    assert_eq!(read[10..], ["3", "NaN", "0.00000", "[]", "</script>"]);
    // What a script reads as numbers.
    assert_eq!([full[1], full[6], full[11]], [Some("Infinity"), Some("-Infinity"), None]);
    assert_eq!([full[2], full[12]], [Some("-0.00001"), Some("-1e-15")]);
    place.run(&["report", "q.sql", "-o", "r.md", "-q"]).done();
    let text = place.read("r.md");
    assert!(
        text.contains("| 1 | inf | -0.00001 | \\[1, NULL\\] | \u{fffd}x\u{fffd}\\[1m\u{fffd} |"),
        "{text}"
    );
}

/// Pictures whose texts look like markup, or are signs that XML does not know.
fn hard_labels() {
    let place = place();
    place.write(
        "q.sql",
        "-- Bars <!-- x --> [b]\n--\n-- plot: bars, label = l, value = v, title = 'T <!-- a --> \" id=\"z\" url(#_f1-0) [x]'\n\
         -- unit: %<>\"\n\
         SELECT * FROM (VALUES ('a\"b<c>&''' || chr(1), 1.5), ('<!-- x -->', 2.5), ('\" id=\"q', -3.0),\n\
         ('</svg><script>', 1.0)) AS t(l, v);",
    );
    place.run(&["report", "q.sql", "-o", "r (1)#.html", "-q"]).done();
    let page = place.read("r (1)#.html");
    let document = parsed(&page);
    check(&document);
    let said = text(all(document.root(), "svg").next().expect("a picture"));
    for label in ["a\"b<c>&'\u{fffd}", "<!-- x -->", "\" id=\"q", "</svg><script>"] {
        assert!(said.contains(label), "{label} in {said}");
    }
    assert_eq!(all(document.root(), "script").count(), 1);
    place.run(&["report", "q.sql", "-o", "r (1)#.md", "-q"]).done();
    let link = "![Figure 1. T &lt;!-- a --> \" id=\"z\" url(#\\_f1-0) \\[x\\]](r%20%281%29%23_files/figure-1.svg)";
    assert!(place.read("r (1)#.md").contains(link), "{}", place.read("r (1)#.md"));
    assert!(place.files().contains(&"r (1)#_files/figure-1.svg".to_owned()));
}

/// Of a table with many columns a page has fewer rows, and says how many.
fn wide_and_long() {
    let place = place();
    let columns: Vec<_> = (0..200).map(|n| format!("value + {n} AS c{n}")).collect();
    let sql = format!("SELECT {} FROM range(0, 300) AS r(value) ORDER BY 1", columns.join(", "));
    place.write("q.sql", &sql);
    place.run(&["report", "q.sql", "-o", "r.html", "-q"]).done();
    place.run(&["report", "q.sql", "-o", "r.md", "-q"]).done();
    let page = place.read("r.html");
    let document = parsed(&page);
    check(&document);
    assert_eq!(all(document.root(), "tr").count(), 1 + 250);
    let said = "The first 250 rows of 300 rows; the query gives all of them.";
    assert!(text(document.root()).contains(said));
    assert!(place.read("r.md").contains(said));
    assert_eq!(place.read("r.md").matches("\n| ").count(), 2 + 250);
}

/// A chapter without a table says why.
fn without_results() {
    let place = place();
    place.write("1.sql", "-- .\nCREATE VIEW v AS SELECT 1 AS a;").write("2.sql", "");
    let run = place.run(&["report", "1.sql", "2.sql", "-o", "r.html"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let page = place.read("r.html");
    let document = parsed(&page);
    check(&document);
    let said = |at: usize| text(all(document.root(), "section").nth(at).expect("a chapter"));
    assert!(said(0).starts_with("1 1The statements of this file have no result of their own."));
    assert!(said(1).starts_with("2 2This file has no statement."), "{}", said(1));
}

/// The page says its language; what stands in another script says its own.
fn languages() {
    let place = place();
    place.write(
        "zh.sql",
        "-- 京津冀协同发展指数\n--\n-- 2024 年为 154.1。\nSELECT '北京' AS \"地区\", 1.5 AS \"指数\", 'Beijing' AS unit;",
    );
    let page = |arguments: &[&str]| {
        place.run(&[&["report", "zh.sql", "-o", "r.html", "-q"], arguments].concat()).done();
        place.read("r.html")
    };
    for (arguments, wanted) in [
        (&[][..], "zh"),
        (&["--title", "The index"], "en"),
        (&["--title", "Der Index", "--language", "de"], "de"),
        (&["--language", "zh-Hant"], "zh-Hant"),
    ] {
        let page = page(arguments);
        let document = parsed(&page);
        check(&document);
        assert_eq!(document.root_element().attribute("lang"), Some(wanted));
        let tagged = |name| {
            all(document.root(), name).map(|node| node.attribute("lang")).collect::<Vec<_>>()
        };
        assert_eq!(tagged("th"), [Some("zh"), Some("zh"), None, Some("zh")]);
        assert_eq!(tagged("td"), [None, None]);
        let title = all(document.root(), "h2").find(|title| text(*title).contains("京津冀"));
        let title = title.and_then(|title| all(title, "span").last()).expect("a title");
        assert_eq!(title.attribute("lang"), Some("zh"));
    }
    place.run(&["report", "zh.sql", "-o", "r.json", "-q"]).done();
    assert!(place.read("r.json").contains("\"language\": \"zh\""));
    for tag in ["", "e", "english", "zh_CN", "zh-", "zh CN", "x\"y"] {
        let run = place.run(&["report", "zh.sql", "-o", "r.html", "--language", tag]);
        assert_eq!(run.code, Some(2), "{tag}: {}", run.err);
        let said = format!("must be a tag of a language such as en or zh-Hant, got '{tag}'");
        assert!(run.err.contains(&said), "{}", run.err);
    }
}
