//! What colours and signs stand for, in a line above the marks.

use kuva::render::render::Primitive;

use super::look::TEXT;
use super::shapes::{Anchor, Point, label};
use super::text;

/// Height of a line of a key.
pub const LINE: f64 = 20.0;

/// A line of signs with their names, and further lines where one is not enough; and how high they are together.
pub fn key(
    entries: &[(String, Vec<Primitive>)],
    corner: Point,
    wide: f64,
    colour: &str,
) -> (Vec<Primitive>, f64) {
    let mut drawn = Vec::new();
    let (mut x, mut y) = (corner.0, corner.1 + LINE / 2.0);
    for (name, sign) in entries {
        let name = text::cut(name, text::LABEL);
        let needs = SIGN + text::width(&name, TEXT) + 18.0;
        if x > corner.0 && x + needs > corner.0 + wide {
            (x, y) = (corner.0, y + LINE);
        }
        let transform = Some(format!("translate({:.2},{:.2})", x + SIGN / 2.0 - 3.0, y));
        drawn.push(Primitive::GroupStart { transform, title: None, extra_attrs: None });
        drawn.extend(sign.iter().cloned());
        drawn.push(Primitive::GroupEnd);
        drawn.push(label(&name, (x + SIGN, y), TEXT, colour, Anchor::Start));
        x += needs;
    }
    let high = if entries.is_empty() { 0.0 } else { y + LINE / 2.0 - corner.1 };
    (drawn, high)
}

/// Width that a sign has, drawn about the origin.
const SIGN: f64 = 22.0;
