//! Pictures as PNG, drawn from their SVG with the fonts of the system.

use std::sync::{Arc, OnceLock};

use datafusion::common::{Result, exec_datafusion_err, exec_err};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};

use super::svg::svg;
use crate::draw::frame::Picture;

/// Pixels for each unit of the SVG: sharp on dense screens and in print.
const SCALE: f32 = 2.0;

/// The picture as the bytes of a PNG.
///
/// # Errors
///
/// The system has no font to write with.
pub fn png(picture: &Picture) -> Result<Vec<u8>> {
    let fonts = fonts();
    if fonts.is_empty() {
        return exec_err!(
            "plot: a font must be installed to draw text into a PNG, found none (write .svg, whose text the viewer draws)"
        );
    }
    let options = Options { fontdb: fonts, ..Options::default() };
    let tree = Tree::from_str(&svg(picture), &options)
        .map_err(|error| exec_datafusion_err!("plot: {error}"))?;
    let size = tree.size().to_int_size().scale_by(SCALE);
    let pixmap = size.and_then(|size| Pixmap::new(size.width(), size.height()));
    let Some(mut pixmap) = pixmap else {
        return exec_err!("plot: the picture must fit into memory, found {:?}", tree.size());
    };
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|error| exec_datafusion_err!("plot: {error}"))
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
