//! A picture in a page: one SVG whose colours follow the paper, with names that no other picture of the page has.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::document::figure::Figure;
use crate::draw::output::svg::marks;

/// The colours of all pictures of a page: pairs for light and dark paper, by their numbers.
#[derive(Debug, Default)]
pub struct Colours {
    of_pair: BTreeMap<(String, String), usize>,
}

impl Colours {
    /// The property of a pair.
    fn name(&mut self, light: &str, dark: &str) -> String {
        let next = self.of_pair.len();
        let number = *self.of_pair.entry((light.to_owned(), dark.to_owned())).or_insert(next);
        format!("--k{number}")
    }

    /// The properties of one of the two papers.
    pub fn properties(&self, is_dark: bool) -> String {
        let mut numbered: Vec<_> =
            self.of_pair.iter().map(|(pair, number)| (number, pair)).collect();
        numbered.sort();
        let mut written = String::new();
        for (number, (light, dark)) in numbered {
            let _ = write!(written, "--k{number}:{};", if is_dark { dark } else { light });
        }
        written
    }
}

/// Attributes that hold a colour.
const COLOURED: [&str; 4] = ["fill", "stroke", "stop-color", "flood-color"];

/// A figure as elements of a page; `number` is its place among the figures.
///
/// Where light and dark differ in more than colours, both are there and the page shows one.
pub fn svg(figure: &Figure, number: usize, colours: &mut Colours) -> String {
    let light = own(&marks(&figure.light), &format!("_f{number}-"));
    let dark = own(&marks(&figure.dark), &format!("_f{number}-"));
    match merged(&light, &dark, colours) {
        Some(one) => one,
        None => {
            let dark = own(&marks(&figure.dark), &format!("_f{number}d-"));
            format!("<div class=\"light\">{light}</div><div class=\"dark\">{dark}</div>")
        }
    }
}

/// Light and dark in one, whose colours are properties; none where they differ otherwise.
fn merged(light: &str, dark: &str, colours: &mut Colours) -> Option<String> {
    // Texts have their quotes escaped: what stands between two of them is a value.
    let (light, dark): (Vec<&str>, Vec<&str>) =
        (light.split('"').collect(), dark.split('"').collect());
    if light.len() != dark.len() {
        return None;
    }
    let mut written = String::new();
    let mut attribute = "";
    for (at, (one, other)) in light.iter().zip(&dark).enumerate() {
        if at > 0 {
            written.push('"');
        }
        if at % 2 == 0 {
            attribute = name_before(one);
        }
        match one == other {
            true => written.push_str(one),
            false if at % 2 == 1 && COLOURED.contains(&attribute) => {
                let _ = write!(written, "var({})", colours.name(one, other));
            }
            false => return None,
        }
    }
    Some(written)
}

/// The name of the attribute whose value begins after a piece of markup.
fn name_before(markup: &str) -> &str {
    let markup = markup.strip_suffix('=').unwrap_or_default();
    markup.rsplit(|c: char| c.is_whitespace() || c == '<').next().unwrap_or_default()
}

/// The same picture with names of its own, in the order in which they come; without the note of the library.
fn own(svg: &str, prefix: &str) -> String {
    let svg = without_comments(svg);
    let names = names(&svg);
    let mut written = String::with_capacity(svg.len());
    for (at, part) in svg.split('"').enumerate() {
        if at > 0 {
            written.push('"');
        }
        let is_value = at % 2 == 1;
        match names.get(part).filter(|_| is_value && ends_with_id(&written)) {
            Some(number) => {
                let _ = write!(written, "{prefix}{number}");
            }
            None if is_value => written.push_str(&referring(part, &names, prefix)),
            None => written.push_str(part),
        }
    }
    written
}

fn ends_with_id(markup: &str) -> bool {
    markup.ends_with(" id=\"")
}

/// The names that elements have, with their numbers.
fn names(svg: &str) -> BTreeMap<String, usize> {
    let mut names = BTreeMap::new();
    for piece in svg.split(" id=\"").skip(1) {
        if let Some((name, _)) = piece.split_once('"') {
            let next = names.len();
            names.entry(name.to_owned()).or_insert(next);
        }
    }
    names
}

/// A value that speaks of an element, `url(#name)` or `#name`, with the name that it has now.
fn referring(value: &str, names: &BTreeMap<String, usize>, prefix: &str) -> String {
    let inner = value.strip_prefix("url(#").and_then(|rest| rest.strip_suffix(')'));
    if let Some(number) = inner.and_then(|name| names.get(name)) {
        return format!("url(#{prefix}{number})");
    }
    match value.strip_prefix('#').and_then(|name| names.get(name)) {
        Some(number) => format!("#{prefix}{number}"),
        None => value.to_owned(),
    }
}

fn without_comments(svg: &str) -> String {
    let mut written = String::with_capacity(svg.len());
    let mut rest = svg;
    while let Some((before, after)) = rest.split_once("<!--") {
        written.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    written.push_str(rest);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_papers_are_one_picture() {
        let light = "<svg fill=\"#000\"><g clip-path=\"url(#a)\"><path stroke=\"#111\" d=\"M0\"/></g></svg>";
        let dark = light.replace("#000", "#fff").replace("#111", "#eee");
        let mut colours = Colours::default();
        let one = merged(light, &dark, &mut colours).expect("one picture");
        assert_eq!(
            one,
            "<svg fill=\"var(--k0)\"><g clip-path=\"url(#a)\"><path stroke=\"var(--k1)\" d=\"M0\"/></g></svg>"
        );
        assert_eq!(colours.properties(false), "--k0:#000;--k1:#111;");
        assert_eq!(colours.properties(true), "--k0:#fff;--k1:#eee;");
        assert_eq!(merged(light, &dark.replace("M0", "M1"), &mut colours), None);
        assert_eq!(merged(light, "<svg/>", &mut colours), None);
    }

    #[test]
    fn names_are_of_one_picture() {
        let svg = "<svg><!-- x --><defs><clipPath id=\"kuva-clip-7\"/><linearGradient id=\"g\"/></defs>\
                   <g clip-path=\"url(#kuva-clip-7)\"><rect fill=\"url(#g)\" stroke=\"#abc\"/>\
                   <use href=\"#g\"/></g><text data-x=\"kuva-clip-7\">id=kuva-clip-7</text></svg>";
        assert_eq!(
            own(svg, "_f1-"),
            "<svg><defs><clipPath id=\"_f1-0\"/><linearGradient id=\"_f1-1\"/></defs>\
             <g clip-path=\"url(#_f1-0)\"><rect fill=\"url(#_f1-1)\" stroke=\"#abc\"/>\
             <use href=\"#_f1-1\"/></g><text data-x=\"kuva-clip-7\">id=kuva-clip-7</text></svg>"
        );
    }
}
