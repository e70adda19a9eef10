//! Pictures in characters: blocks and dots of Braille, in colours where they are wanted.

use std::fmt::Write;

use kuva::render::color::Color;
use kuva::render::render::{Primitive, Scene, TextAnchor};
use textwrap::core::display_width;

use super::cells::{Cell, Cells, Straight};
use super::raster::marks;
use crate::draw::frame::Picture;
use crate::draw::look::{CELL, Look};

/// The picture in so many columns, its title above and its notes below; as many rows as it has.
#[must_use]
pub fn characters(picture: &Picture, columns: usize, coloured: bool) -> String {
    let mut written = String::new();
    for line in [&picture.title, &picture.subtitle].into_iter().flatten() {
        push(&mut written, line, columns);
    }
    let scene = &picture.drawn.scene;
    let mut cells = Cells::new(columns, scene.width, scene.height);
    let Parts { lines, points, specks, fillings, others } = parted(scene, &picture.look);
    let plain = Color::from(picture.look.text()).to_svg_string();
    // What marks a place on others lies above them.
    let (above, below): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.colour == plain);
    cells.lines(&below);
    for (shapes, is_filling) in [(fillings, true), (others, false)] {
        if let Some(dots) = marks(scene, shapes, cells.columns(), cells.rows()) {
            cells.dots(&dots, is_filling);
        }
    }
    cells.lines(&above);
    for (at, colour) in specks {
        cells.speck(at, &colour);
    }
    for Point { at, letter, colour } in points {
        cells.text(letter, at, 0.5, Some(&colour));
    }
    texts(scene, &mut cells, &picture.look);
    if !coloured {
        cells.told_apart();
    }
    for row in cells.written() {
        let is_seen = |cell: &Cell| cell.letter != ' ' || (coloured && cell.paper.is_some());
        let end = row.iter().rposition(is_seen).map_or(0, |at| at + 1);
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
    /// The smallest, a dot each, with their colours.
    specks: Vec<((f64, f64), String)>,
    /// Rectangles, drawn as blocks.
    fillings: Vec<Primitive>,
    /// All others, drawn as dots.
    others: Vec<Primitive>,
}

/// A small circle.
struct Point {
    at: (f64, f64),
    letter: &'static str,
    colour: String,
}

/// Radius up to which a circle is a letter, and up to which it is a dot.
const SMALL: f64 = 7.0;
const SPECK: f64 = 2.2;

/// Width of lines in dots: one of the picture would fall between them.
const LINE: f64 = 4.5;

/// Parts the shapes of a scene; lines that only guide the eye are left out.
fn parted(scene: &Scene, look: &Look) -> Parts {
    let faint = Color::from(look.faint()).to_svg_string();
    let paper = Color::from(look.paper()).to_svg_string();
    let Parts { mut lines, mut points, mut specks, mut fillings, mut others } = Parts::default();
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
            Primitive::Circle { cx, cy, r, fill, .. } if *r <= SPECK => {
                specks.push(((cx + right, cy + down), fill.to_svg_string()));
            }
            Primitive::Circle { cx, cy, r, fill, stroke, .. } if *r <= SMALL => {
                let (at, colour) = ((cx + right, cy + down), fill.to_svg_string());
                // One filled with paper is a circle in the colour of its line.
                let hollow = stroke.as_ref().map(Color::to_svg_string).filter(|_| colour == paper);
                let letter = match (&hollow, *r < 3.0) {
                    (Some(_), _) => "○",
                    (None, true) => "•",
                    (None, false) => "●",
                };
                let colour = hollow.unwrap_or(colour);
                points.push(Point { at, letter, colour });
            }
            Primitive::PolyLine { points, stroke, .. } => {
                for (from, to) in points.iter().zip(points.iter().skip(1)) {
                    let (at, to_at) =
                        ((from.0 + right, from.1 + down), (to.0 + right, to.1 + down));
                    if is_level(at, to_at) {
                        lines.push(Straight {
                            from: at,
                            to: to_at,
                            colour: stroke.to_svg_string(),
                        });
                    } else {
                        others.push(way(&[*from, *to], stroke));
                    }
                }
            }
            Primitive::Rect { .. } => fillings.push(element.clone()),
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
                        fillings.push(other.clone());
                    }
                    Primitive::GroupEnd => {
                        moved.pop();
                        fillings.push(other.clone());
                    }
                    _ => {}
                }
                others.push(other.clone());
            }
        }
    }
    Parts { lines, points, specks, fillings, others }
}

/// Whether a line is level and in the middle of a row, where a letter draws it as it is.
fn is_level(from: (f64, f64), to: (f64, f64)) -> bool {
    let in_row = (from.1 / CELL.1).rem_euclid(1.0);
    (from.1 - to.1).abs() < 0.5 && (in_row - 0.5).abs() < 0.2
}

/// A line as wide as one of dots.
fn way(points: &[(f64, f64)], stroke: &Color) -> Primitive {
    let (points, stroke, stroke_dasharray) = (points.to_vec(), stroke.clone(), None);
    Primitive::PolyLine { points, stroke, stroke_width: LINE, stroke_dasharray }
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
    const PLAIN: &str = "\u{1b}[0m";
    let mut before = (None, None);
    for cell in row.iter().filter(|cell| !cell.is_covered) {
        let now = (cell.colour, cell.paper);
        if coloured && now != before {
            if now.0.is_none() || now.1 != before.1 {
                written.push_str(PLAIN);
            }
            if let Some(colour) = now.0 {
                let _ = write!(written, "\u{1b}[38;5;{colour}m");
            }
            if let Some(paper) = now.1 {
                let _ = write!(written, "\u{1b}[48;5;{paper}m");
            }
            before = now;
        }
        written.push(cell.letter);
    }
    if coloured && before != (None, None) {
        written.push_str(PLAIN);
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
