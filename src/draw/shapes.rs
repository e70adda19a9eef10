//! Shapes in a scene, and marks: groups of shapes that carry their figures for readers and for tests.

use std::fmt::Write;

use kuva::render::color::Color;
use kuva::render::render::{PathData, Primitive, TextAnchor};

use super::output::svg::escaped;
use super::text;

/// A place in a scene.
pub type Point = (f64, f64);

/// Where a text stands to its place.
pub use kuva::render::render::TextAnchor as Anchor;

/// The beginning of a mark: what it says when it is pointed at, and its figures as attributes `data-NAME`.
/// [`END`] ends it.
pub fn mark(said: &str, figures: &[(&str, String)]) -> Primitive {
    let mut attributes = String::from("class=\"mark\"");
    for (name, figure) in figures {
        let _ = write!(attributes, " data-{name}=\"{}\"", escaped(figure));
    }
    let title = said.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    Primitive::GroupStart { transform: None, title: Some(title), extra_attrs: Some(attributes) }
}

/// The end of a mark.
pub const END: Primitive = Primitive::GroupEnd;

/// A filled rectangle, by its corner at the upper left.
pub fn rectangle(corner: Point, size: (f64, f64), fill: &str) -> Primitive {
    Primitive::Rect {
        x: corner.0,
        y: corner.1,
        width: size.0,
        height: size.1,
        fill: Color::from(fill),
        stroke: None,
        stroke_width: None,
        opacity: None,
    }
}

/// A rectangle that is only an outline, or is filled as well.
pub fn framed(corner: Point, size: (f64, f64), fill: Option<&str>, line: &str) -> Primitive {
    Primitive::Rect {
        x: corner.0,
        y: corner.1,
        width: size.0,
        height: size.1,
        fill: fill.map_or(Color::None, Color::from),
        stroke: Some(Color::from(line)),
        stroke_width: Some(1.0),
        opacity: None,
    }
}

/// A straight line.
pub fn line(from: Point, to: Point, colour: &str, width: f64) -> Primitive {
    Primitive::Line {
        x1: from.0,
        y1: from.1,
        x2: to.0,
        y2: to.1,
        stroke: Color::from(colour),
        stroke_width: width,
        stroke_dasharray: None,
    }
}

/// A line through several places, dashed or not.
pub fn way(points: &[Point], colour: &str, width: f64, dashes: Option<&str>) -> Primitive {
    Primitive::PolyLine {
        points: points.to_vec(),
        stroke: Color::from(colour),
        stroke_width: width,
        stroke_dasharray: dashes.map(str::to_owned),
    }
}

/// A filled circle with a line around it.
pub fn dot(centre: Point, radius: f64, fill: &str, around: &str) -> Primitive {
    Primitive::Circle {
        cx: centre.0,
        cy: centre.1,
        r: radius,
        fill: Color::from(fill),
        fill_opacity: None,
        stroke: Some(Color::from(around)),
        stroke_width: Some(1.0),
    }
}

/// An outline of its own, filled so much (0 to 1) where it is.
pub fn outline(d: String, fill: Option<(&str, f64)>, colour: &str, width: f64) -> Primitive {
    Primitive::Path(Box::new(PathData {
        d,
        fill: fill.map(|(fill, _)| Color::from(fill)),
        stroke: Color::from(colour),
        stroke_width: width,
        opacity: fill.map(|(_, share)| share),
        stroke_dasharray: None,
    }))
}

/// A text whose middle height is at the place.
pub fn label(said: &str, at: Point, size: u32, colour: &str, anchor: Anchor) -> Primitive {
    lettered(said, at, size, colour, anchor, false, None)
}

/// The same, bold.
pub fn bold(said: &str, at: Point, size: u32, colour: &str, anchor: Anchor) -> Primitive {
    lettered(said, at, size, colour, anchor, true, None)
}

/// The same, turned by degrees about the place.
pub fn turned(said: &str, at: Point, size: u32, colour: &str, degrees: f64) -> Primitive {
    lettered(said, at, size, colour, TextAnchor::Start, false, Some(degrees))
}

fn lettered(
    said: &str,
    at: Point,
    size: u32,
    colour: &str,
    anchor: Anchor,
    bold: bool,
    degrees: Option<f64>,
) -> Primitive {
    // Letters reach about 0.72 of their size above the line they stand on.
    let down = f64::from(size) * 0.36;
    let turn = degrees.unwrap_or_default().to_radians();
    Primitive::Text {
        x: at.0 - down * turn.sin(),
        y: at.1 + down * turn.cos(),
        content: text::plain(said),
        size,
        anchor,
        rotate: degrees,
        bold,
        color: Some(Color::from(colour)),
    }
}
