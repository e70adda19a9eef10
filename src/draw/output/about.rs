//! What a file of a picture says of itself: how large it is, and where its rows come from.

use std::collections::BTreeMap;
use std::io::Cursor;

use datafusion::common::{Result, exec_datafusion_err};
use png::{Decoder, Limits};
use resvg::usvg::roxmltree::{Document, Node, ParsingOptions};

use super::svg::NAMESPACE;

/// What a picture says of itself.
#[derive(Debug, Default)]
pub struct About {
    /// Width and height in pixels, where it has a size of its own.
    pub size: Option<(f64, f64)>,
    /// What is known of its rows, by name.
    pub facts: BTreeMap<String, String>,
}

/// Of an SVG: its metadata.
///
/// # Errors
///
/// It is not well-formed.
pub fn of_svg(text: &str) -> Result<About> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options)
        .map_err(|error| exec_datafusion_err!("must be well-formed XML: {error}"))?;
    let root = document.root_element();
    let side = |name: &str| -> Option<f64> {
        let side = root.attribute(name)?;
        side.strip_suffix("px").unwrap_or(side).trim().parse().ok()
    };
    let fact = |node: Node<'_, '_>| {
        let texts = node.descendants().filter(Node::is_text);
        let text: String = texts.filter_map(|inner| inner.text()).collect();
        node.has_tag_name((NAMESPACE, "fact")).then_some((node.attribute("name")?.to_owned(), text))
    };
    let facts = document.descendants().filter(Node::is_element).filter_map(fact).collect();
    Ok(About { size: side("width").zip(side("height")), facts })
}

/// Of a PNG: its texts.
///
/// # Errors
///
/// It is cut off, or something else.
pub fn of_png(bytes: &[u8]) -> Result<About> {
    let fault = |error| exec_datafusion_err!("must be a PNG: {error}");
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits::default());
    decoder.set_ignore_text_chunk(false);
    let reader = decoder.read_info().map_err(fault)?;
    let info = reader.info();
    let texts = info.utf8_text.iter();
    let texts = texts.filter_map(|one| Some((one.keyword.clone(), one.get_text().ok()?)));
    Ok(About {
        size: Some((f64::from(info.width), f64::from(info.height))),
        facts: texts.collect(),
    })
}
