//! Marks as dots, two by four in each cell of a terminal.

use std::collections::BTreeMap;

use kuva::backend::svg::SvgBackend;
use kuva::render::render::{Primitive, Scene};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::draw::look::CELL;
use crate::words::printable;

/// Dots with their colours.
#[derive(Debug)]
pub struct Dots {
    pixels: Pixmap,
}

/// How much of a dot must be covered to be seen.
const COVERED: u8 = 110;

/// Where Braille has the dots of a cell, by row and column.
pub const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// The shapes of a scene in cells of so many columns and rows; none if they cannot be drawn.
pub fn marks(scene: &Scene, shapes: Vec<Primitive>, columns: usize, rows: usize) -> Option<Dots> {
    let high = rows as f64 * CELL.1;
    let mut bare = Scene::new(scene.width, high);
    bare.background_color = Some("none".to_owned());
    bare.defs.clone_from(&scene.defs);
    bare.elements = shapes;
    let svg = printable(&SvgBackend::new().render_scene(&bare));
    let tree = Tree::from_str(&svg, &Options::default()).ok()?;
    let (wide, tall) = (columns * 2, rows * 4);
    let mut pixels = Pixmap::new(u32::try_from(wide).ok()?, u32::try_from(tall).ok()?)?;
    let scale = (wide as f32 / scene.width as f32, tall as f32 / high as f32);
    resvg::render(&tree, Transform::from_scale(scale.0, scale.1), &mut pixels.as_mut());
    Some(Dots { pixels })
}

impl Dots {
    /// The dots of a cell as Braille numbers them, and the colour that most of them have.
    pub fn cell(&self, column: usize, row: usize) -> (u8, Option<[u8; 3]>) {
        let mut mask = 0;
        let mut colours: BTreeMap<[u8; 3], u32> = BTreeMap::new();
        for (down, bits) in BITS.iter().enumerate() {
            for (right, bit) in bits.iter().enumerate() {
                let (x, y) = ((column * 2 + right) as u32, (row * 4 + down) as u32);
                let Some(pixel) = self.pixels.pixel(x, y) else { continue };
                if pixel.alpha() >= COVERED {
                    mask |= bit;
                    let plain = pixel.demultiply();
                    *colours.entry([plain.red(), plain.green(), plain.blue()]).or_default() += 1;
                }
            }
        }
        (mask, colours.into_iter().max_by_key(|(_, count)| *count).map(|(colour, _)| colour))
    }
}
