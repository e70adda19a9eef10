//! One bar: its parts above 0 to the right, those below to the left.

use kuva::render::render::Scene;

use super::read::Bar;
use crate::draw::figures::Figures;
use crate::draw::lanes::Lanes;
use crate::draw::look::Look;
use crate::draw::scale::Scale;
use crate::draw::shapes::{END, line, mark, rectangle};

/// Where the figure of a bar stands.
pub struct End {
    pub place: f64,
    pub is_left: bool,
}

/// Draws a bar.
pub fn stack(
    scene: &mut Scene,
    (bar, parts): (&Bar, &[String]),
    figures: &Figures<'_>,
    lane: usize,
    lanes: &Lanes,
    scale: &Scale,
    look: &Look,
) -> End {
    let ((top, high), middle) = (lanes.bar(lane), lanes.middle(lane));
    let (mut above, mut below) = (0.0, 0.0);
    for &(part, value) in &bar.parts {
        let from = if value < 0.0 { &mut below } else { &mut above };
        let ends = (scale.at(*from), scale.at(*from + value));
        *from += value;
        let (left, right) = (ends.0.min(ends.1), ends.0.max(ends.1));
        let name = &parts[part];
        let of = if name.is_empty() { bar.name.clone() } else { format!("{}, {name}", bar.name) };
        let exact =
            [("label", bar.name.clone()), ("part", name.clone()), ("value", value.to_string())];
        // A part has a figure of its own; a bar of one part that of its end.
        let said = match bar.parts.as_slice() {
            [_] => figures.told(value),
            _ => figures.alone(value),
        };
        scene.add(mark(&format!("{of}: {said}"), &exact));
        let fill = look.colour(part);
        scene.add(rectangle((left, top), (right - left, high), fill));
        scene.add(END);
    }
    // A line of paper between parts, so that those of like brightness are told apart.
    if !look.in_characters && bar.parts.len() > 1 {
        let (mut above, mut below) = (0.0, 0.0);
        for &(_, value) in &bar.parts {
            let from = if value < 0.0 { &mut below } else { &mut above };
            *from += value;
            let place = scale.at(*from);
            scene.add(line((place, top), (place, top + high), look.paper(), 1.0));
        }
    }
    if let Some(total) = bar.total.filter(|_| below < 0.0 && above > 0.0) {
        let (place, reach) = (scale.at(total.clamp(below, above)), lanes.pitch / 2.0);
        scene.add(line((place, middle - reach), (place, middle + reach), look.text(), 2.0));
    }
    let is_left = above <= 0.0 && below < 0.0;
    End { place: scale.at(if is_left { below } else { above }), is_left }
}
