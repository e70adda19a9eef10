//! What a page is: well-formed, complete in itself, with names that are found once and lead somewhere.

use std::collections::BTreeSet;

use libtest_mimic::Trial;
use resvg::usvg::roxmltree::{Document, Node, ParsingOptions};

use super::page_of_the_repository;
use crate::trial;

/// What the repository's report may take.
const LARGEST: usize = 2 << 20;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("reports::page::is_whole", is_whole),
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
pub fn check(document: &Document<'_>) {
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
