//! Pictures in characters: blocks and dots of Braille, in colours where they are wanted.

use std::fmt::Write;

use kuva::render::color::Color;
use kuva::render::render::{Primitive, Scene, TextAnchor};
use textwrap::core::display_width;

use super::cells::{Cell, Cells, Straight};
use super::raster::marks;
use crate::draw::frame::Picture;
use crate::draw::look::Look;

/// The picture in so many columns, its title above and its notes below; as many rows as it has.
#[must_use]
pub fn characters(picture: &Picture, columns: usize, coloured: bool) -> String {
    let mut written = String::new();
    for line in [&picture.title, &picture.subtitle].into_iter().flatten() {
        push(&mut written, line, columns);
    }
    let scene = &picture.drawn.scene;
    let mut cells = Cells::new(columns, scene.width, scene.height);
    let Parts { lines, points, others } = parted(scene, &picture.look);
    let plain = Color::from(picture.look.text()).to_svg_string();
    // What marks a place on others lies above them.
    let (above, below): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.colour == plain);
    cells.lines(&below);
    if let Some(dots) = marks(scene, others, cells.columns(), cells.rows()) {
        cells.dots(&dots);
    }
    cells.lines(&above);
    for Point { at, letter, colour } in points {
        cells.text(letter, at, 0.5, Some(&colour));
    }
    texts(scene, &mut cells, &picture.look);
    for row in cells.written() {
        let end = row.iter().rposition(|cell| cell.letter != ' ').map_or(0, |at| at + 1);
        push_row(&mut written, &row[..end], coloured);
    }
    for note in picture.notes() {
        push(&mut written, &note, columns);
    }
    written
}

/// The shapes of a scene, by how they are drawn.
#[derive(Default)]
struct Parts {
    /// Upright and level lines, drawn as such.
    lines: Vec<Straight>,
    /// Small circles, a letter each.
    points: Vec<Point>,
    /// All others, drawn as dots.
    others: Vec<Primitive>,
}

/// A small circle.
struct Point {
    at: (f64, f64),
    letter: &'static str,
    colour: String,
}

/// Radius up to which a circle is a letter.
const SMALL: f64 = 7.0;

/// Width of lines in dots: one of the picture would fall between them.
const LINE: f64 = 4.5;

/// Parts the shapes of a scene; lines that only guide the eye are left out.
fn parted(scene: &Scene, look: &Look) -> Parts {
    let faint = Color::from(look.faint()).to_svg_string();
    let Parts { mut lines, mut points, mut others } = Parts::default();
    let mut moved = vec![(0.0, 0.0)];
    for element in &scene.elements {
        let (right, down) = moved.last().copied().unwrap_or_default();
        match element {
            Primitive::Line { stroke, .. } if stroke.to_svg_string() == faint => {}
            Primitive::Line { x1, y1, x2, y2, stroke, .. }
                if (x1 - x2).abs() < 0.5 || (y1 - y2).abs() < 0.5 =>
            {
                let (from, to) = ((x1 + right, y1 + down), (x2 + right, y2 + down));
                lines.push(Straight { from, to, colour: stroke.to_svg_string() });
            }
            Primitive::Text { .. } | Primitive::RichText { .. } => {}
            Primitive::Circle { cx, cy, r, fill, .. } if *r <= SMALL => {
                let letter = if *r < 3.0 { "•" } else { "●" };
                let (at, colour) = ((cx + right, cy + down), fill.to_svg_string());
                points.push(Point { at, letter, colour });
            }
            Primitive::PolyLine { points, stroke, .. } => {
                let (points, stroke) = (points.clone(), stroke.clone());
                let stroke_dasharray = None;
                others.push(Primitive::PolyLine {
                    points,
                    stroke,
                    stroke_width: LINE,
                    stroke_dasharray,
                });
            }
            Primitive::Circle { cx, cy, r, fill, fill_opacity, .. } => {
                // The line around it parts it from others; in a few dots it would hide them.
                let (cx, cy, r, fill, fill_opacity) = (*cx, *cy, *r, fill.clone(), *fill_opacity);
                let (stroke, stroke_width) = (None, None);
                others.push(Primitive::Circle {
                    cx,
                    cy,
                    r,
                    fill,
                    fill_opacity,
                    stroke,
                    stroke_width,
                });
            }
            other => {
                match other {
                    Primitive::GroupStart { transform, .. } => {
                        let (x, y) = translated(transform.as_deref());
                        moved.push((right + x, down + y));
                    }
                    Primitive::GroupEnd => {
                        moved.pop();
                    }
                    _ => {}
                }
                others.push(other.clone());
            }
        }
    }
    Parts { lines, points, others }
}

/// What a group is moved by.
fn translated(transform: Option<&str>) -> (f64, f64) {
    let inner = transform.and_then(|text| text.strip_prefix("translate(")?.strip_suffix(')'));
    let mut numbers = inner.unwrap_or_default().split([',', ' ']).map(str::trim);
    let mut next = || numbers.next().and_then(|number| number.parse().ok()).unwrap_or(0.0);
    (next(), next())
}

/// Writes the texts of a scene into the cells.
fn texts(scene: &Scene, cells: &mut Cells, look: &Look) {
    // Whether the terminal is light or dark is not known: its own colour can be read.
    let plain = Color::from(look.text()).to_svg_string();
    let mut moved = vec![(0.0, 0.0)];
    for element in &scene.elements {
        let (right, down) = moved.last().copied().unwrap_or_default();
        match element {
            Primitive::GroupStart { transform, .. } => {
                let (x, y) = translated(transform.as_deref());
                moved.push((right + x, down + y));
            }
            Primitive::GroupEnd => {
                moved.pop();
            }
            Primitive::Text { x, y, content, size, anchor, rotate, color, .. } => {
                // `$` begins no formula.
                let text = content.replace("\\$", "$");
                // Letters stand on their line; their middle says which row they are in.
                let middle = y + down - f64::from(*size) * 0.36;
                let colour = color.as_ref().map(Color::to_svg_string).filter(|c| *c != plain);
                if rotate.is_some_and(|degrees| degrees.abs() > 45.0) {
                    cells.stacked(&text, (x + right, middle), colour.as_deref());
                } else {
                    let share = match anchor {
                        TextAnchor::Start => 0.0,
                        TextAnchor::Middle => 0.5,
                        TextAnchor::End => 1.0,
                    };
                    cells.text(&text, (x + right, middle), share, colour.as_deref());
                }
            }
            _ => {}
        }
    }
}

fn push_row(written: &mut String, row: &[Cell], coloured: bool) {
    let mut before = None;
    for cell in row.iter().filter(|cell| !cell.is_covered) {
        if coloured && cell.colour != before {
            match cell.colour {
                Some(colour) => _ = write!(written, "\u{1b}[38;5;{colour}m"),
                None => written.push_str("\u{1b}[0m"),
            }
            before = cell.colour;
        }
        written.push(cell.letter);
    }
    if coloured && before.is_some() {
        written.push_str("\u{1b}[0m");
    }
    written.push('\n');
}

fn push(written: &mut String, text: &str, columns: usize) {
    for line in textwrap::wrap(text, columns.max(1)) {
        debug_assert!(display_width(&line) <= columns.max(2));
        written.push_str(&line);
        written.push('\n');
    }
}
