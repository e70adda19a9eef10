//! The axes of a scatter plot.

use kuva::render::render::Scene;

use super::units::Unit;
use crate::draw::axes::{self, Tick, upwards};
use crate::draw::look::{CELL, Look, TEXT};
use crate::draw::measure::Measure;
use crate::draw::scale::Scale;
use crate::draw::shapes::{Anchor, label, line};
use crate::draw::text;

/// Beside everything.
pub const MARGIN: f64 = 16.0;

/// The axes of the picture.
pub struct Axes {
    pub x: Scale,
    pub y: Scale,
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

/// What both axes count.
pub struct Measures {
    pub x: Measure,
    pub y: Measure,
}

/// Axes over all units, below a key of a height.
pub fn axes(
    units: &[Unit],
    measures: &Measures,
    is_log: (bool, bool),
    high: f64,
    look: &Look,
) -> Axes {
    let (top, bottom) = match look.in_characters {
        // Whole rows: what y counts, one for names above the dots, the dots.
        true => {
            let top = (high / CELL.1).ceil() * CELL.1 + 2.0 * CELL.1;
            (top, top + (look.height / CELL.1).round() * CELL.1 - 3.0 * CELL.1)
        }
        false => (high + 40.0, high + 40.0 + (look.height - 90.0).max(160.0)),
    };
    // The ends lie in the middle of a row or column, the first of these behind the axis.
    let (inner, begin, end) = match look.in_characters {
        true => (CELL.1 / 2.0, 1.5 * CELL.0, 0.5 * CELL.0),
        false => (0.0, 0.0, 0.0),
    };
    let scale = |numbers: &dyn Fn(&Unit) -> f64, is_log: bool, from: f64, to: f64| {
        let numbers = units.iter().map(numbers);
        if is_log { Scale::of_ratios(numbers, from, to) } else { Scale::around(numbers, from, to) }
    };
    let y = scale(&|unit| unit.y, is_log.1, bottom - inner, top + inner).counted(&measures.y);
    let ticks = y.ticks(7);
    let beside = ticks.iter().map(|(_, said)| look.wide(said, TEXT - 1)).fold(0.0, f64::max);
    let (left, right) = match look.in_characters {
        true => (MARGIN + beside + 2.0 * CELL.0, look.width - 2.0 * CELL.0),
        false => (MARGIN + beside + 10.0, look.width - MARGIN - 12.0),
    };
    let x = scale(&|unit| unit.x, is_log.0, left + begin, right - end).counted(&measures.x);
    Axes { x, y, left, right, top, bottom }
}

/// The height of all that stands below the axis.
pub fn below(look: &Look) -> f64 {
    if look.in_characters { 3.0 * CELL.1 } else { 48.0 }
}

/// Lines that guide the eye with their numbers, and what the axes are of.
pub fn grid(scene: &mut Scene, axes: &Axes, measures: &Measures, look: &Look) {
    if look.in_characters {
        return in_characters(scene, axes, measures, look);
    }
    scene.elements.extend(upwards(&placed(&axes.y, 7), axes.left, axes.right, look));
    let ticks = across(axes, look);
    scene.elements.extend(axes::across(&ticks, axes.top, axes.bottom + 3.0, look));
    scene.add(line((axes.left, axes.bottom), (axes.right, axes.bottom), look.quiet(), 1.0));
    scene.add(line((axes.left, axes.top), (axes.left, axes.bottom), look.quiet(), 1.0));
    let columns = ((look.width - 2.0 * MARGIN) / look.wide("x", TEXT)) as usize;
    let named = |measure: &Measure| text::cut(&measure.text, columns);
    let place = (MARGIN, axes.top - 30.0);
    scene.add(label(&named(&measures.y), place, TEXT, look.quiet(), Anchor::Start));
    let place = (axes.right, axes.bottom + 34.0);
    scene.add(label(&named(&measures.x), place, TEXT, look.quiet(), Anchor::End));
}

/// So many ticks at most, in their places.
fn placed(scale: &Scale, most: usize) -> Vec<Tick> {
    let tick = |(value, text): (f64, String)| Tick { place: scale.at(value), value, text };
    scale.ticks(most).into_iter().map(tick).collect()
}

/// Ticks of the level axis; long numbers stand less densely.
fn across(axes: &Axes, look: &Look) -> Vec<Tick> {
    let mut fewer = (2..=10).rev().map(|most| placed(&axes.x, most));
    fewer.find(|ticks| axes::fit(ticks, TEXT - 1, look)).unwrap_or_else(|| placed(&axes.x, 2))
}

/// The axes in letters, a row of their own for each line of them.
fn in_characters(scene: &mut Scene, axes: &Axes, measures: &Measures, look: &Look) {
    let quiet = look.quiet();
    let columns = ((look.width - 2.0 * MARGIN) / CELL.0) as usize;
    let row = |row: f64| axes.bottom + (row + 0.5) * CELL.1;
    let line_at = axes.left + CELL.0 / 2.0;
    scene.add(line((line_at, axes.top), (line_at, axes.bottom), quiet, 1.0));
    scene.add(line((axes.left, row(0.0)), (axes.right + CELL.0, row(0.0)), quiet, 1.0));
    let mut letter = |said: &str, place: (f64, f64), anchor: Anchor| {
        scene.add(label(said, place, TEXT, quiet, anchor));
    };
    let corner = |place: f64| (place / CELL.0).floor() * CELL.0;
    letter("└", (corner(axes.left), row(0.0)), Anchor::Start);
    for Tick { place, text, .. } in placed(&axes.y, 7) {
        letter(&text, (axes.left - CELL.0, place), Anchor::End);
        letter("┤", (corner(axes.left), place), Anchor::Start);
    }
    for Tick { place, text, .. } in across(axes, look) {
        letter("┬", (place, row(0.0)), Anchor::Middle);
        letter(&text, (place, row(1.0)), Anchor::Middle);
    }
    let named = |measure: &Measure| text::cut(&measure.text, columns);
    letter(&named(&measures.y), (MARGIN, axes.top - 1.5 * CELL.1), Anchor::Start);
    letter(&named(&measures.x), (axes.right, row(2.0)), Anchor::End);
}
