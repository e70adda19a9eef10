//! What a page is: well-formed, complete in itself, with names that are found once and lead somewhere.

use std::collections::BTreeSet;

use libtest_mimic::Trial;
use resvg::usvg::roxmltree::{Document, Node, ParsingOptions};

use super::page_of_the_repository;
use crate::cli::place;
use crate::trial;

/// What the repository's report may take.
const LARGEST: usize = 2 << 20;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("reports::page::is_whole", is_whole),
        trial("reports::page::of_anything", of_anything),
        trial("reports::page::words_of_chapters", words_of_chapters),
        trial("reports::page::hard_values", hard_values),
        trial("reports::page::wide_and_long", wide_and_long),
        trial("reports::page::without_results", without_results),
        trial("reports::page::languages", languages),
        trial("reports::page::pictures", pictures),
        trial("reports::page::opening_is_borne_out", opening_is_borne_out),
    ]
}

/// The page as XML.
pub fn parsed(page: &str) -> Document<'_> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(page, options).unwrap_or_else(|error| panic!("{error}"))
}

/// Elements of a name.
pub fn all<'a>(within: Node<'a, 'a>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    within.descendants().filter(move |node| node.tag_name().name() == name)
}

/// The cells of the body of a table, or of a row of it: the first of each row heads it.
pub fn cells<'a>(within: Node<'a, 'a>) -> impl Iterator<Item = Node<'a, 'a>> {
    within.descendants().filter(|node| match node.tag_name().name() {
        "td" => true,
        "th" => node.attribute("scope") == Some("row"),
        _ => false,
    })
}

/// The text of an element.
pub fn text(node: Node<'_, '_>) -> String {
    let texts = node.descendants().filter(|node| node.is_text()).filter_map(|node| node.text());
    texts.collect()
}

fn is_whole() {
    let page = page_of_the_repository();
    assert!(page.len() < LARGEST, "{} bytes", page.len());
    let chapters = std::fs::read_dir(crate::repository().join("queries")).expect("queries");
    let chapters = chapters.filter(|file| {
        file.as_ref().expect("a file").path().extension().is_some_and(|ending| ending == "sql")
    });
    let document = parsed(page);
    check(&document);
    let sections = all(document.root(), "section").count();
    assert_eq!(sections, chapters.count() + 1, "a chapter for each file, and the provenance");
    assert!(all(document.root(), "svg").count() >= 3);
    assert!(all(document.root(), "table").count() >= sections - 1);
}

/// What must be true of any page.
fn check(document: &Document<'_>) {
    let root = document.root();
    assert!(document.root_element().attribute("lang").is_some_and(|tag| tag.len() >= 2));
    let mut names = BTreeSet::new();
    for node in root.descendants() {
        let id = node.attribute("id");
        assert!(id.is_none_or(|id| !id.is_empty() && names.insert(id)), "{id:?} is there twice");
    }
    for node in root.descendants() {
        references(node, &names);
    }
    assert_eq!(all(root, "h1").count(), 1);
    let mut level = 1;
    for heading in root.descendants().filter(|node| level_of(*node).is_some()) {
        let next = level_of(heading).expect("a heading");
        assert!(next <= level + 1, "{} after h{level}", text(heading));
        level = next;
        assert!(!text(heading).trim().is_empty());
    }
    for table in all(root, "table") {
        assert_eq!(all(table, "caption").count(), 1);
        let scope = |scope| all(table, "th").filter(move |th| th.attribute("scope") == Some(scope));
        let (heads, rows) = (scope("col").count(), all(table, "tr").count() - 1);
        assert!(heads > 0);
        assert_eq!(all(table, "th").count(), heads + rows, "a head for each column and row");
        for row in all(table, "tr").skip(1) {
            assert_eq!(cells(row).count(), heads);
            assert_eq!(cells(row).next().and_then(|first| first.attribute("scope")), Some("row"));
        }
    }
    for svg in all(root, "svg") {
        assert_eq!(svg.attribute("role"), Some("img"));
        let described = svg.attribute("aria-describedby").expect("a description");
        let desc = all(svg, "desc").next().expect("a description");
        assert_eq!(desc.attribute("id"), Some(described));
        assert!(text(desc).len() > 20, "{}", text(desc));
        assert!(svg.attribute("aria-labelledby").is_some());
    }
    let policy = all(root, "meta").find(|meta| meta.attribute("http-equiv").is_some());
    let policy = policy.and_then(|meta| meta.attribute("content")).expect("a policy");
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
}

fn level_of(node: Node<'_, '_>) -> Option<u32> {
    node.tag_name().name().strip_prefix('h')?.parse().ok()
}

/// Links lead to what is there, and nothing is loaded.
fn references(node: Node<'_, '_>, names: &BTreeSet<&str>) {
    for attribute in node.attributes() {
        let (name, value) = (attribute.name(), attribute.value());
        match name {
            "src" | "srcset" | "data" | "action" => panic!("{name} = {value}"),
            "href" => {
                let to = value.strip_prefix('#').unwrap_or_else(|| panic!("a link to {value}"));
                assert!(names.contains(to), "{value} leads nowhere");
            }
            "aria-labelledby" | "aria-describedby" | "aria-controls" => {
                value.split(' ').for_each(|to| assert!(names.contains(to), "{name} = {value}"));
            }
            _ => {
                if let Some((_, to)) = value.split_once("url(") {
                    let to = to.trim_end_matches(')').strip_prefix('#');
                    assert!(to.is_some_and(|to| names.contains(to)), "{name} = {value}");
                }
            }
        }
    }
    if node.tag_name().name() == "style" {
        let style = text(node);
        assert!(!style.contains("url(") && !style.contains("@import"), "{style}");
    }
    assert_ne!(node.tag_name().name(), "link");
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
    place.write("q/two.sql", "-- table: first\nSELECT 1 AS a; -- table: second\nSELECT 2 AS a;\nCREATE TABLE t AS SELECT 1;");
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
        "Table 3 second",
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

/// Colours of all pictures follow the paper: each stands in the style once for light and once for dark.
fn pictures() {
    let document = parsed(page_of_the_repository());
    let style = text(all(document.root(), "style").next().expect("a style"));
    let mut used = BTreeSet::new();
    for svg in all(document.root(), "svg") {
        for attribute in svg.descendants().flat_map(|node| node.attributes()) {
            let is_colour = ["fill", "stroke", "stop-color"].contains(&attribute.name());
            if is_colour && let Some(name) = attribute.value().strip_prefix("var(") {
                used.insert(name.trim_end_matches(')').to_owned());
            }
        }
        let marks = all(svg, "g").filter(|group| group.attribute("class") == Some("mark"));
        let said = |mark: Node<'_, '_>| all(mark, "title").next().map(text).unwrap_or_default();
        let marks: Vec<String> = marks.map(said).collect();
        assert!(marks.len() > 2 && marks.iter().all(|said| !said.is_empty()), "{marks:?}");
    }
    assert!(used.len() > 3, "{used:?}");
    for name in used {
        assert_eq!(style.matches(&format!("{name}:#")).count(), 2, "{name}");
    }
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

/// What the opening says in numbers, the chapters say as well, where conditions check it.
fn opening_is_borne_out() {
    let document = parsed(page_of_the_repository());
    let opening = all(document.root(), "div").find(|div| div.attribute("class") == Some("opening"));
    let opening = text(opening.expect("an opening"));
    let sections = all(document.root(), "section");
    let chapters: String = sections.flat_map(|section| all(section, "p").map(text)).collect();
    let is_part = |c: char| !(c.is_ascii_digit() || c == '.');
    let numbers = opening.split(is_part).map(|word| word.trim_end_matches('.'));
    let numbers: Vec<_> = numbers.filter(|word| word.contains('.')).collect();
    assert!(numbers.len() >= 9, "{numbers:?}");
    for number in numbers {
        assert!(chapters.contains(number), "{number}");
    }
}
