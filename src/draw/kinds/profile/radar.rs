//! Axes from a centre outwards, the values of a series joined around it.

use std::f64::consts::TAU;
use std::fmt::Write;

use kuva::render::render::Scene;

use super::series::{Profile, Series};
use super::signs::{colour, entries, told};
use crate::draw::figures::Figures;
use crate::draw::key::key;
use crate::draw::look::{Look, TEXT};
use crate::draw::measure::Measure;
use crate::draw::scale::Scale;
use crate::draw::shapes::{Anchor, Point, bold, label, line, outline, way};
use crate::draw::text;

const RADIUS: f64 = 165.0;
const MARGIN: f64 = 16.0;
/// Columns of a name beside the radar, and of one above or below it.
const BESIDE: usize = 24;
/// The least width with space for names on both sides.
const WIDE: f64 = 700.0;
/// Height of a line of a name.
const LINE: f64 = 15.0;
const ABOVE: usize = 48;

/// Whether names have space on both sides of a radar.
pub fn has_space(look: &Look) -> bool {
    !look.in_characters && look.width >= WIDE
}

/// The radar, and the number at its centre; it is as wide as it must be.
pub fn draw(
    profile: &Profile,
    (measure, figures): (&Measure, &Figures<'_>),
    look: &Look,
) -> (Scene, f64) {
    let scale = scale(profile).counted(measure);
    let (elements, high) =
        key(&entries(profile, look), (MARGIN, 0.0), look.width - 2.0 * MARGIN, look);
    let look = &Look { width: look.width.max(WIDE), ..look.clone() };
    let centre = (look.width / 2.0, high + 62.0 + RADIUS);
    let mut scene = Scene::new(look.width, centre.1 + RADIUS + 68.0);
    scene.elements = elements;
    let columns = ((look.width - 2.0 * MARGIN) / look.wide("x", TEXT)) as usize;
    let counted = text::cut(&measure.text, columns);
    let place = (centre.0, scene.height - 10.0);
    scene.add(label(&counted, place, TEXT - 1, look.quiet(), Anchor::Middle));
    let n = profile.axes.len();
    let place = |axis: usize, radius: f64| -> Point {
        let angle = TAU * axis as f64 / n as f64;
        (centre.0 + radius * angle.sin(), centre.1 - radius * angle.cos())
    };
    let ticks = scale.ticks(5);
    for (value, _) in &ticks {
        let around: Vec<Point> = (0..=n).map(|axis| place(axis % n, scale.at(*value))).collect();
        scene.add(way(&around, look.faint(), 1.0, None));
    }
    for axis in 0..n {
        scene.add(line(centre, place(axis, RADIUS), look.faint(), 1.0));
    }
    // What it is compared with first, the unit over it.
    for (at, series) in profile.series.iter().enumerate().rev() {
        let places: Vec<Option<Point>> = series
            .values
            .iter()
            .enumerate()
            .map(|(axis, value)| value.map(|value| place(axis, scale.at(value))))
            .collect();
        joined(&mut scene, &places, at, look);
        for (axis, (point, value)) in places.iter().zip(&series.values).enumerate() {
            if let (Some(point), Some(value)) = (point, value) {
                scene.elements.extend(told(profile, (at, axis), *value, *point, figures, look));
            }
        }
    }
    for (value, said) in &ticks {
        let (x, y) = place(0, scale.at(*value));
        scene.add(label(said, (x + 7.0, y - 6.0), TEXT - 3, look.quiet(), Anchor::Start));
    }
    for axis in 0..n {
        let value = profile.series.first().and_then(|series: &Series| series.values[axis]);
        let value = value.map_or("no value".to_owned(), |value| figures.of(value));
        let place = place(axis, RADIUS + 14.0);
        name(&mut scene, (&profile.axes[axis], &value), place, centre, look);
    }
    (scene, scale.ends().0)
}

/// From 0 outwards where no value lies below it.
fn scale(profile: &Profile) -> Scale {
    let is_above = profile.numbers().all(|number| number >= 0.0);
    let around = Scale::around(profile.numbers().chain(is_above.then_some(0.0)), 0.0, RADIUS);
    let (low, high) = around.ends();
    Scale::fixed(if is_above { 0.0 } else { low }, high, 0.0, RADIUS)
}

/// The places of a series joined, and filled for the unit where all are there.
fn joined(scene: &mut Scene, places: &[Option<Point>], series: usize, look: &Look) {
    let colour = colour(series, look);
    let dashes = [None, Some("5 4"), Some("2 3"), Some("8 3 2 3")][series.min(3)];
    let width = if series == 0 { 2.2 } else { 1.4 };
    let all: Vec<Point> = places.iter().flatten().copied().collect();
    if series == 0 && all.len() == places.len() {
        let mut d = String::new();
        for (at, (x, y)) in all.iter().enumerate() {
            let _ = write!(d, "{} {x:.2} {y:.2} ", if at == 0 { "M" } else { "L" });
        }
        scene.add(outline(d + "Z", Some((colour, 0.12)), "none", 0.0));
    }
    for axis in 0..places.len() {
        let next = (axis + 1) % places.len();
        if let (Some(from), Some(to)) = (places[axis], places[next]) {
            scene.add(way(&[from, to], colour, width, dashes));
        }
    }
}

/// The name of an axis at its end, and below it what the unit has there.
fn name(scene: &mut Scene, (axis, value): (&str, &str), (x, y): Point, centre: Point, look: &Look) {
    let across = (x - centre.0) / RADIUS;
    let (anchor, columns) = match across {
        across if across > 0.1 => (Anchor::Start, BESIDE),
        across if across < -0.1 => (Anchor::End, BESIDE),
        _ => (Anchor::Middle, ABOVE),
    };
    let mut lines = text::lines(axis, columns);
    if lines.len() > 2 {
        let rest = lines.split_off(1).join(" ");
        lines.push(text::cut(&rest, columns));
    }
    let is_above = y < centre.1 - RADIUS * 0.9;
    let y = if is_above { y - 7.0 - LINE * lines.len() as f64 } else { y };
    for (at, line) in lines.iter().enumerate() {
        let place = (x, y - 1.0 + LINE * at as f64);
        scene.add(label(line, place, TEXT - 1, look.text(), anchor));
    }
    let place = (x, y - 1.0 + LINE * lines.len() as f64);
    scene.add(bold(value, place, TEXT - 1, colour(0, look), anchor));
}
