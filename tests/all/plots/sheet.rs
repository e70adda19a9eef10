//! What holds of every sheet of paper: ticks are in proportion, and no text covers another.

use resvg::usvg::roxmltree::{Document, Node};

use super::picture::{Picture, Text, in_proportion};

/// How wide a letter is at least, in sizes of its font.
const LETTER: f64 = 0.42;

/// The ticks of an axis with their places.
pub fn ticks(picture: &Picture, axis: &str) -> Vec<(f64, f64)> {
    let document = Document::parse(&picture.svg).expect("well-formed");
    let groups = document.descendants().filter(|node| node.attribute("data-axis") == Some(axis));
    let tick = |group: Node| {
        let line = group.children().find(|node| node.has_tag_name("line")).expect("a line");
        let place = if axis == "x" { "x1" } else { "y1" };
        let number = |node: Node, name| -> f64 {
            node.attribute(name).and_then(|text| text.parse().ok()).expect("a number")
        };
        (number(group, "data-value"), number(line, place))
    };
    groups.map(tick).collect()
}

/// Places of values lie on the axis whose ticks are drawn.
pub fn on_axis(picture: &Picture, axis: &str, places: &[(f64, f64)]) {
    let ticks = ticks(picture, axis);
    assert!(ticks.len() >= 2, "{axis}: {ticks:?}");
    in_proportion(&[ticks.as_slice(), places].concat());
}

/// No text covers another, and none reaches over the edge.
pub fn is_readable(picture: &Picture) {
    let boxes: Vec<_> = picture.texts.iter().map(|text| (extent(text), text)).collect();
    let (wide, high) = picture.size;
    for ((left, right, _, bottom), text) in &boxes {
        assert!(
            *left >= -1.0 && *right <= wide + 1.0 && *bottom <= high,
            "{text:?} on {wide} by {high}"
        );
    }
    // In the order of their places from above, only neighbours can touch.
    let mut order: Vec<usize> = (0..boxes.len()).collect();
    order.sort_by(|&a, &b| boxes[a].0.2.total_cmp(&boxes[b].0.2));
    for (at, &one) in order.iter().enumerate() {
        let (a, first) = boxes[one];
        for &other in &order[at + 1..] {
            let (b, second) = boxes[other];
            if b.2 >= a.3 {
                break;
            }
            let is_beside = a.1 <= b.0 || b.1 <= a.0;
            assert!(is_beside, "{first:?} and {second:?} must not cover each other");
        }
    }
}

/// The least that a text covers: left, right, top, bottom.
fn extent(text: &Text) -> (f64, f64, f64, f64) {
    let letters: f64 = text.said.chars().map(|c| if c.is_ascii() { LETTER } else { 0.8 }).sum();
    let wide = letters * text.size;
    let left = match text.anchor.as_str() {
        "middle" => text.x - wide / 2.0,
        "end" => text.x - wide,
        _ => text.x,
    };
    // The groups around are moved together, so that places are compared within them.
    (left, left + wide, text.y - text.size * 0.7, text.y)
}
