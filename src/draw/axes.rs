//! Axes of values: lines that guide the eye, with their figures.

use kuva::render::render::Primitive;

use super::look::{Look, TEXT};
use super::shapes::{Anchor, END, Point, label, line};

/// Size of the figures of an axis.
pub const TICK: u32 = TEXT - 1;

/// A tick: where it stands on its axis, what it is of, and what is written.
#[derive(Debug, Clone)]
pub struct Tick {
    /// Its place.
    pub place: f64,
    /// Its value, as the axis counts.
    pub value: f64,
    /// Its text.
    pub text: String,
}

/// Lines from top to bottom, their figures below.
pub fn across(ticks: &[Tick], top: f64, bottom: f64, look: &Look) -> Vec<Primitive> {
    let mut drawn = Vec::new();
    for tick in ticks {
        let line = ((tick.place, top), (tick.place, bottom));
        // A long one at an edge stays on the paper.
        let half = look.wide(&tick.text, TICK) / 2.0 + 2.0;
        let middle = tick.place.min(look.width - half).max(half);
        let text = ((middle, bottom + look.line() * 0.5), Anchor::Middle);
        drawn.extend(drawn_tick(tick, "x", line, text, look));
    }
    drawn
}

/// Lines from left to right, their figures beside the left ends.
pub fn upwards(ticks: &[Tick], left: f64, right: f64, look: &Look) -> Vec<Primitive> {
    let mut drawn = Vec::new();
    for tick in ticks {
        let line = ((left, tick.place), (right, tick.place));
        drawn.extend(drawn_tick(tick, "y", line, ((left - 7.0, tick.place), Anchor::End), look));
    }
    drawn
}

fn drawn_tick(
    tick: &Tick,
    axis: &str,
    (from, to): (Point, Point),
    (at, anchor): (Point, Anchor),
    look: &Look,
) -> [Primitive; 4] {
    let attributes = format!("class=\"tick\" data-axis=\"{axis}\" data-value=\"{}\"", tick.value);
    let begin =
        Primitive::GroupStart { transform: None, title: None, extra_attrs: Some(attributes) };
    [
        begin,
        line(from, to, look.faint(), 1.0),
        label(&tick.text, at, TICK, look.quiet(), anchor),
        END,
    ]
}

/// Whether the texts of ticks in a row have space beside each other.
pub fn fit(ticks: &[Tick], size: u32, look: &Look) -> bool {
    let half = |tick: &Tick| look.wide(&tick.text, size) / 2.0;
    ticks
        .windows(2)
        .all(|pair| (pair[1].place - pair[0].place).abs() >= half(&pair[0]) + half(&pair[1]) + 8.0)
}

/// Those of some ticks in a row whose texts have space, the first of them always.
pub fn with_space(ticks: Vec<Tick>, look: &Look) -> Vec<Tick> {
    let mut kept: Vec<Tick> = Vec::new();
    for tick in ticks {
        let half = |tick: &Tick| look.wide(&tick.text, TICK) / 2.0;
        let is_free = kept
            .last()
            .is_none_or(|last| (tick.place - last.place).abs() >= half(last) + half(&tick) + 8.0);
        if is_free {
            kept.push(tick);
        }
    }
    kept
}
