//! A lane for each unit, one below another: its name at the left, its marks beside, the axis of values below.

use kuva::render::render::{Primitive, Scene};

use super::axes::{Tick, across, with_space};
use super::look::{CELL, Look, TEXT};
use super::names::short;
use super::scale::Scale;
use super::shapes::{Anchor, label, line};
use super::text;

/// Space at the sides of a picture.
pub const MARGIN: f64 = 16.0;

/// Lanes that can be read in one picture.
pub const MOST: usize = 250;

/// Where lanes lie.
#[derive(Debug)]
pub struct Lanes {
    /// Where names end and marks begin.
    pub left: f64,
    /// Where marks end.
    pub right: f64,
    /// Where the first lane begins.
    pub top: f64,
    /// From one lane to the next.
    pub pitch: f64,
    names: Vec<String>,
    in_characters: bool,
}

impl Lanes {
    /// Lanes of these names, below what is that high.
    pub fn new(names: &[String], above: f64, look: &Look) -> Self {
        let names = short(names, 0.4, look);
        let widest = names.iter().map(|name| look.wide(name, TEXT)).fold(0.0, f64::max);
        let left = MARGIN + widest + 8.0;
        let free = (look.height - above - 2.0 * look.line()) / names.len().max(1) as f64;
        let pitch = if look.in_characters { CELL.1 } else { free.clamp(17.0, 30.0) };
        Self {
            left,
            right: look.width - MARGIN,
            top: above,
            pitch,
            names,
            in_characters: look.in_characters,
        }
    }

    /// The middle of a lane.
    pub fn middle(&self, lane: usize) -> f64 {
        self.top + (lane as f64 + 0.5) * self.pitch
    }

    /// Where a bar begins from above, and how thick it is.
    pub fn bar(&self, lane: usize) -> (f64, f64) {
        let thick = self.pitch * if self.in_characters { 0.75 } else { 0.72 };
        // In characters a bar fills the lower three quarters of its row.
        let free = (self.pitch - thick) * if self.in_characters { 1.0 } else { 0.5 };
        (self.top + lane as f64 * self.pitch + free, thick)
    }

    /// Where the last lane ends.
    pub fn bottom(&self) -> f64 {
        self.top + self.names.len() as f64 * self.pitch
    }

    /// The picture with its names and its axis.
    pub fn scene(&self, ticks: Vec<Tick>, measure: &str, look: &Look) -> Scene {
        let ticks = with_space(ticks, look);
        let below = self.bottom() + if look.in_characters { 0.0 } else { 4.0 };
        let is_said = !measure.is_empty();
        let lines = if is_said { 2.0 } else { 1.0 };
        let mut scene = Scene::new(look.width, below + lines * look.line());
        scene.elements.extend(across(&ticks, self.top, below, look));
        if is_said {
            let at = ((self.left + self.right) / 2.0, below + 1.5 * look.line());
            let wide = look.width - 2.0 * MARGIN;
            let columns = (wide / look.wide("x", TEXT)) as usize;
            let said = text::cut(measure, columns);
            let half = look.wide(&said, TEXT) / 2.0;
            let at =
                (at.0.clamp(MARGIN + half, (look.width - MARGIN - half).max(MARGIN + half)), at.1);
            scene.add(label(&said, at, TEXT - 1, look.quiet(), Anchor::Middle));
        }
        for (lane, name) in self.names.iter().enumerate() {
            let at = (self.left - 8.0, self.middle(lane));
            scene.add(label(name, at, TEXT, look.text(), Anchor::End));
        }
        scene
    }

    /// The line from which bars begin.
    pub fn base(&self, place: f64, look: &Look) -> Primitive {
        line((place, self.top), (place, self.bottom()), look.quiet(), 1.0)
    }

    /// Ticks of a scale from left to right.
    pub fn ticks(&self, scale: &Scale) -> Vec<Tick> {
        let most = ((self.right - self.left) / 70.0).clamp(2.0, 8.0) as usize;
        let tick = |(value, text): (f64, String)| Tick { place: scale.at(value), value, text };
        scale.ticks(most).into_iter().map(tick).collect()
    }
}
