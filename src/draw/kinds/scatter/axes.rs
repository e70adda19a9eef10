//! The axes of a scatter plot.

use kuva::render::render::Scene;

use super::units::Unit;
use crate::draw::look::{Look, TEXT};
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

/// Axes over all units, below a key of a height.
pub fn axes(units: &[Unit], is_log: (bool, bool), high: f64, look: &Look) -> Axes {
    let top = high + 40.0;
    let bottom = top + (look.height - 90.0).max(160.0);
    let scale = |numbers: &dyn Fn(&Unit) -> f64, is_log: bool, from: f64, to: f64| {
        let numbers = units.iter().map(numbers);
        if is_log { Scale::of_ratios(numbers, from, to) } else { Scale::around(numbers, from, to) }
    };
    let y = scale(&|unit| unit.y, is_log.1, bottom, top);
    let ticks = y.ticks(7);
    let beside = ticks.iter().map(|(_, said)| look.wide(said, TEXT - 1)).fold(0.0, f64::max);
    let (left, right) = (MARGIN + beside + 10.0, look.width - MARGIN - 12.0);
    Axes { x: scale(&|unit| unit.x, is_log.0, left, right), y, left, right, top, bottom }
}

/// Lines that guide the eye with their numbers, and what the axes are of.
pub fn grid(scene: &mut Scene, axes: &Axes, (across, up): (&str, &str), look: &Look) {
    for (value, said) in axes.y.ticks(7) {
        let y = axes.y.at(value);
        scene.add(line((axes.left, y), (axes.right, y), look.faint(), 1.0));
        scene.add(label(&said, (axes.left - 8.0, y), TEXT - 1, look.text(), Anchor::End));
    }
    let ticks = axes.x.ticks(10);
    // Long numbers stand less densely.
    let wide = ticks.iter().map(|(_, said)| look.wide(said, TEXT - 1) + 16.0).sum::<f64>();
    let ticks = if wide > axes.right - axes.left { axes.x.ticks(4) } else { ticks };
    for (value, said) in ticks {
        let x = axes.x.at(value);
        scene.add(line((x, axes.top), (x, axes.bottom), look.faint(), 1.0));
        scene.add(label(&said, (x, axes.bottom + 13.0), TEXT - 1, look.text(), Anchor::Middle));
    }
    scene.add(line((axes.left, axes.bottom), (axes.right, axes.bottom), look.quiet(), 1.0));
    scene.add(line((axes.left, axes.top), (axes.left, axes.bottom), look.quiet(), 1.0));
    let place = (MARGIN, axes.top - 30.0);
    scene.add(label(&text::cut(up, 80), place, TEXT, look.quiet(), Anchor::Start));
    let place = (axes.right, axes.bottom + 34.0);
    scene.add(label(&text::cut(across, 80), place, TEXT, look.quiet(), Anchor::End));
}
