//! What colours and signs stand for, in a line above the marks.

use kuva::render::render::Primitive;

use super::look::{CELL, Look, TEXT};
use super::shapes::{Anchor, Point, label};
use super::text;

/// Height of a line of a key.
pub const LINE: f64 = 20.0;

/// A line of signs with their names, and further lines where one is not enough; and how high they are together.
pub fn key(
    entries: &[(String, Vec<Primitive>)],
    corner: Point,
    wide: f64,
    look: &Look,
) -> (Vec<Primitive>, f64) {
    let mut drawn = Vec::new();
    let line = if look.in_characters { look.line() } else { LINE };
    // In characters a sign is one.
    let sign_wide = if look.in_characters { 2.0 * CELL.0 } else { SIGN };
    let between = if look.in_characters { 3.0 * CELL.0 } else { 18.0 };
    let (mut x, mut y) = (corner.0, corner.1 + line / 2.0);
    for (name, sign) in entries {
        let name = text::cut(name, text::LABEL);
        let needs = sign_wide + look.wide(&name, TEXT) + between;
        if x > corner.0 && x + needs > corner.0 + wide {
            (x, y) = (corner.0, y + line);
        }
        let transform = Some(format!("translate({:.2},{:.2})", x + 8.0, y));
        drawn.push(Primitive::GroupStart { transform, title: None, extra_attrs: None });
        drawn.extend(sign.iter().cloned());
        drawn.push(Primitive::GroupEnd);
        drawn.push(label(&name, (x + sign_wide, y), TEXT, look.text(), Anchor::Start));
        x += needs;
    }
    let high = if entries.is_empty() { 0.0 } else { y + line / 2.0 - corner.1 };
    (drawn, high)
}

/// Width that a sign has, drawn about the origin.
const SIGN: f64 = 22.0;
