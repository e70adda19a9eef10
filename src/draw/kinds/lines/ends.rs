//! The names of lines with their last values, at the right of the picture.

use kuva::render::render::Scene;

use super::axes::Axes;
use super::series::Line;
use crate::draw::apart::apart;
use crate::draw::figures::Figures;
use crate::draw::lanes::MARGIN;
use crate::draw::look::{Look, TEXT};
use crate::draw::shade::ink;
use crate::draw::shapes::{Anchor, Point, label, way};
use crate::draw::text;

/// From the end of a line to its name.
const GAP: f64 = 14.0;

/// A name.
struct Name {
    said: String,
    line: usize,
    end: Point,
    is_last: bool,
}

/// The names of all lines that have an end.
pub struct Names {
    names: Vec<Name>,
    wide: f64,
    distance: f64,
}

/// What is written at the ends of lines; `last` is the last period of all.
pub fn names(lines: &[Line], last: f64, figures: &Figures<'_>, look: &Look) -> Names {
    let widest = (look.width * 0.36 / look.wide("x", TEXT)) as usize;
    let ends = lines.iter().enumerate().filter_map(|(at, line)| Some((at, line.end()?)));
    let names: Vec<Name> = ends
        .map(|(line, end)| {
            let value = figures.of(end.1);
            let columns = text::LABEL.min(widest.saturating_sub(value.len() + 1)).max(6);
            let said = format!("{} {value}", text::cut(&lines[line].name, columns));
            Name { said, line, end, is_last: end.0 == last }
        })
        .collect();
    let wide = names.iter().map(|name| look.wide(&name.said, TEXT)).fold(0.0, f64::max) + GAP;
    let distance = if look.in_characters { look.line() } else { f64::from(TEXT) + 3.0 };
    Names { names, wide, distance }
}

impl Names {
    /// The space that they take at the right.
    pub fn wide(&self) -> f64 {
        self.wide
    }

    /// The height that they need together.
    pub fn high(&self) -> f64 {
        self.names.len() as f64 * self.distance
    }

    /// Writes them, none over another.
    pub fn draw(&self, scene: &mut Scene, axes: &Axes, look: &Look) {
        let wanted: Vec<f64> = self.names.iter().map(|name| axes.y.at(name.end.1)).collect();
        let half = self.distance / 2.0;
        let places = apart(&wanted, self.distance, (axes.top + half, axes.bottom - half));
        for ((name, wanted), place) in self.names.iter().zip(wanted).zip(places) {
            let colour = look.colour(name.line);
            let end = axes.x.at(name.end.0);
            let begin = axes.right + GAP - 4.0;
            let is_beside = (place - wanted).abs() < 3.0 && name.is_last && end > axes.right - 10.0;
            if !is_beside && !look.in_characters {
                let by = [(end + 5.0, wanted), (axes.right, wanted), (begin, place)];
                scene.add(way(&by, colour, 0.8, Some("1.5 2")));
            }
            let x = (axes.right + GAP).min(look.width - MARGIN);
            scene.add(label(&name.said, (x, place), TEXT, &ink(colour, look), Anchor::Start));
        }
    }
}
