//! Pictures as PNG, drawn from their SVG with the fonts of the system.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use datafusion::common::{Result, exec_datafusion_err, exec_err};
use png::{BitDepth, ColorType, Encoder, EncodingError, PixelDimensions, Unit};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Family, Query};
use resvg::usvg::{FallbackSelectionFn, FontResolver, Options, Tree};

use super::svg::svg;
use crate::draw::frame::Picture;
use crate::draw::look::CHINESE;
use crate::draw::text;

/// Pixels for each unit of the SVG: sharp on dense screens and in print.
const SCALE: f32 = 2.0;

/// Pixels for a metre at that scale: 192 for an inch, as browsers count two for each pixel of SVG.
const DENSITY: u32 = 7559;

/// The picture as the bytes of a PNG, with what is known of its rows, by name, as its texts.
///
/// # Errors
///
/// The system has no font to write with.
pub fn png(picture: &Picture, about: &BTreeMap<String, String>) -> Result<Vec<u8>> {
    let fonts = fonts();
    if fonts.is_empty() {
        return exec_err!(
            "plot: a font must be installed to draw text into a PNG, found none (write .svg, whose text the viewer draws)"
        );
    }
    let options = Options { fontdb: fonts, font_resolver: resolver(), ..Options::default() };
    let tree = Tree::from_str(&svg(picture), &options)
        .map_err(|error| exec_datafusion_err!("plot: {error}"))?;
    let size = tree.size().to_int_size().scale_by(SCALE);
    let pixmap = size.and_then(|size| Pixmap::new(size.width(), size.height()));
    let Some(mut pixmap) = pixmap else {
        return exec_err!("plot: the picture must fit into memory, found {:?}", tree.size());
    };
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixmap.as_mut());
    encoded(pixmap, picture, about).map_err(|error| exec_datafusion_err!("plot: {error}"))
}

/// The bytes of a PNG of pixels.
fn encoded(
    pixmap: Pixmap,
    picture: &Picture,
    about: &BTreeMap<String, String>,
) -> std::result::Result<Vec<u8>, EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, pixmap.width(), pixmap.height());
    encoder.set_color(ColorType::Rgba);
    encoder.set_depth(BitDepth::Eight);
    let density = PixelDimensions { xppu: DENSITY, yppu: DENSITY, unit: Unit::Meter };
    encoder.set_pixel_dims(Some(density));
    let said = [("Title", picture.name()), ("Description", picture.description())];
    let known = about.iter().map(|(name, fact)| (name.as_str(), fact.as_str()));
    for (name, text) in said.into_iter().chain(known) {
        encoder.add_itxt_chunk(name.to_owned(), text.to_owned())?;
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixmap.take_demultiplied())?;
    writer.finish()?;
    Ok(bytes)
}

/// Which font stands in for letters that the first one lacks: for Chinese one of those that the picture names, where
/// there is one, or it would be any that has the letter.
fn resolver() -> FontResolver<'static> {
    let others = FontResolver::default_fallback_selector();
    let select_fallback: FallbackSelectionFn<'static> = Box::new(move |letter, used, fonts| {
        let weight = used.first().and_then(|first| fonts.face(*first)).map(|face| face.weight);
        let of_family = |family: &str| {
            let families = [Family::Name(family)];
            let weight = weight.unwrap_or_default();
            let found = fonts.query(&Query { families: &families, weight, ..Query::default() });
            found.filter(|id| !used.contains(id))
        };
        let is_wide = text::columns(letter.encode_utf8(&mut [0; 4])) > 1;
        let chinese = CHINESE.iter().filter(|_| is_wide).find_map(|family| of_family(family));
        chinese.or_else(|| others(letter, used, fonts))
    });
    FontResolver { select_fallback, ..FontResolver::default() }
}

/// The fonts of the system, read once.
fn fonts() -> Arc<Database> {
    static FONTS: OnceLock<Arc<Database>> = OnceLock::new();
    Arc::clone(FONTS.get_or_init(|| {
        let mut fonts = Database::new();
        fonts.load_system_fonts();
        Arc::new(fonts)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first of the fonts that the system has, whatever the weight; a serif stands in for none of them.
    #[test]
    fn chinese_has_a_font_without_serifs() {
        let fonts = fonts();
        let first = fonts.query(&Query { families: &[Family::SansSerif], ..Query::default() });
        let names = |id| fonts.face(id).map(|face| face.families.clone()).unwrap_or_default();
        let has = |family: &&&str| {
            fonts.faces().any(|face| face.families.iter().any(|(name, _)| name == **family))
        };
        let (Some(first), Some(family)) = (first, CHINESE.iter().find(has)) else { return };
        let mut copy = Arc::clone(&fonts);
        let found = (resolver().select_fallback)('京', &[first], &mut copy).expect("a font");
        assert!(
            names(found).iter().any(|(name, _)| name == family),
            "{family}: {:?}",
            names(found)
        );
    }
}
