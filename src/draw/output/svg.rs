//! Pictures as SVG: text stays text, and what is to be seen is also said.

use std::collections::BTreeMap;

use kuva::backend::svg::SvgBackend;
use kuva::render::render::Scene;

use crate::draw::frame::Picture;
use crate::words::printable;

/// The picture as a document of its own, or as an element of a page.
#[must_use]
pub fn svg(picture: &Picture) -> String {
    svg_about(picture, &BTreeMap::new())
}

/// The marks alone, on no paper, as an element of a page that writes title, notes and source around them.
#[must_use]
pub fn marks(picture: &Picture) -> String {
    written(picture, &picture.bare(), false, &BTreeMap::new())
}

/// The same with what is known of its rows, by name, as its metadata.
#[must_use]
pub fn svg_about(picture: &Picture, about: &BTreeMap<String, String>) -> String {
    written(picture, &picture.scene(), true, about)
}

fn written(
    picture: &Picture,
    scene: &Scene,
    is_pretty: bool,
    about: &BTreeMap<String, String>,
) -> String {
    let written = SvgBackend::new().with_pretty(is_pretty).render_scene(scene);
    let (width, height) = (scene.width, scene.height);
    let opening = format!("<svg viewBox=\"0 0 {width:.2} {height:.2}\" role=\"img\"");
    let written = written.replacen("<svg", &opening, 1);
    let mut said = format!(
        "><title>{}</title><desc>{}</desc>",
        escaped(picture.name()),
        escaped(picture.description())
    );
    if !about.is_empty() {
        let facts = about.iter().map(|(name, fact)| {
            format!(
                "<fact xmlns=\"{NAMESPACE}\" name=\"{}\">{}</fact>",
                escaped(name),
                escaped(fact)
            )
        });
        said.push_str(&format!("<metadata>{}</metadata>", facts.collect::<String>()));
    }
    printable(&written.replacen('>', &said, 1))
}

/// What tells our metadata from others'.
pub(super) const NAMESPACE: &str = "urn:goalposts:provenance";

/// A text as XML has it.
pub fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            // As itself it would be read as the end of a line.
            '\r' => written.push_str("&#13;"),
            other => written.push(other),
        }
    }
    written
}
