//! Small pictures, one for each indicator: a histogram under a box, those of two steps beside each other.

use kuva::render::render::Scene;

use super::panel::Panel;
use super::samples::Samples;
use super::steps::key;
use crate::draw::key::key as key_line;
use crate::draw::look::{Look, TEXT};
use crate::draw::shapes::{Anchor, label};

/// Around all panels, and between them.
const MARGIN: f64 = 16.0;
const GAP: (f64, f64) = (30.0, 22.0);

pub fn draw(samples: &Samples, unit: Option<&str>, look: &Look) -> Scene {
    let n = samples.indicators.len();
    let (across, high) = match (n, samples.steps.len() > 1) {
        (1, _) => (1, 190.0),
        // Two histograms beside each other have the space of two panels.
        (2..=4, true) => (1, 84.0),
        (_, true) => (2, 62.0),
        (2..=4, false) => (2, 100.0),
        (5..=9, false) => (3, 74.0),
        (_, false) => (4, 58.0),
    };
    let across = across.min(n).max(1);
    let wide = (look.width - 2.0 * MARGIN - GAP.0 * (across as f64 - 1.0)) / across as f64;
    let has_names = samples
        .indicators
        .iter()
        .flat_map(|indicator| indicator.summaries.iter().flatten())
        .any(|summary| summary.outliers.iter().any(|outlier| outlier.name.is_some()));
    let says_size = samples.same_size().is_none();
    let first = Panel { left: MARGIN, top: 0.0, wide, high, has_names, says_size, look };
    let each = first.height();
    let (drawn, key_high) =
        key_line(&key(samples, look), (MARGIN, 0.0), look.width - 2.0 * MARGIN, look);
    let rows = n.div_ceil(across) as f64;
    let top = key_high + 6.0;
    let caption = if unit.is_some() { 16.0 } else { 0.0 };
    let mut scene =
        Scene::new(look.width, top + rows * each + (rows - 1.0) * GAP.1 + caption + 8.0);
    scene.elements = drawn;
    for (at, indicator) in samples.indicators.iter().enumerate() {
        let (row, column) = ((at / across) as f64, (at % across) as f64);
        let left = MARGIN + column * (wide + GAP.0);
        let top = top + row * (each + GAP.1);
        Panel { left, top, ..first }.draw(indicator, samples, &mut scene);
    }
    if let Some(unit) = unit {
        let place = (MARGIN, scene.height - 12.0);
        scene.add(label(unit, place, TEXT - 1, look.quiet(), Anchor::Start));
    }
    scene
}
