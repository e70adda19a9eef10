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
        trial("reports::page::pictures", pictures),
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
    let html = document.root_element();
    assert_eq!(html.attribute("lang"), Some("en"));
    let mut names = BTreeSet::new();
    for node in root.descendants() {
        let id = node.attribute("id");
        assert!(id.is_none_or(|id| names.insert(id)), "{id:?} is there twice");
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
        let heads: Vec<_> = all(table, "th").collect();
        assert!(!heads.is_empty());
        assert!(heads.iter().all(|head| head.attribute("scope") == Some("col")));
        for row in all(table, "tr").skip(1) {
            assert_eq!(all(row, "td").count(), heads.len());
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
    let cells: Vec<_> = all(tables[4], "td").map(text).collect();
    let wanted = ["1", "<script>alert(1)</script>", "1.5", "مرحبا", "2", "a\"b&c", "–no value", ""];
    assert_eq!(cells[..8], wanted);
    assert_eq!(cells[8..], ["3", "天津\nx", "NaN", "–no value"]);
    assert_eq!(all(tables[0], "td").count(), 0);
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
