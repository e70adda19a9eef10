//! Small pictures, one for each indicator: histograms under boxes, those of two steps on one axis.

use kuva::render::render::{Primitive, Scene};

use super::boxed::{Told, boxed};
use super::samples::{Indicator, Samples};
use super::steps::{colour, key};
use super::summary::{Summary, counts, edges};
use crate::draw::key::key as key_line;
use crate::draw::look::{Look, TEXT};
use crate::draw::scale::Scale;
use crate::draw::shapes::{Anchor, END, bold, label, line, mark, rectangle};
use crate::draw::text;

/// Around all panels, and between them.
const MARGIN: f64 = 16.0;
const GAP: (f64, f64) = (30.0, 22.0);
/// Heights of what is in a panel.
const NAME: f64 = 20.0;
const OUTLIERS: f64 = 13.0;
const BOX: f64 = 18.0;
const AXIS: f64 = 22.0;
const SIZE: f64 = 12.0;
/// Size of small text.
const SMALL: u32 = 10;

/// How a panel is laid out.
struct Panel<'a> {
    left: f64,
    top: f64,
    wide: f64,
    /// Height of a histogram.
    high: f64,
    has_names: bool,
    says_size: bool,
    look: &'a Look,
}

/// A bar of a histogram: what it says, its corner and its size.
struct Bar {
    told: Primitive,
    corner: (f64, f64),
    size: (f64, f64),
}

pub fn draw(samples: &Samples, unit: Option<&str>, look: &Look) -> Scene {
    let n = samples.indicators.len();
    let (across, high) = match n {
        1 => (1, 190.0),
        2..=4 => (2, 100.0),
        5..=9 => (3, 74.0),
        _ => (4, 58.0),
    };
    let across = across.min(n).max(1);
    let steps = samples.steps.len().max(1) as f64;
    let wide = (look.width - 2.0 * MARGIN - GAP.0 * (across as f64 - 1.0)) / across as f64;
    let has_names = samples
        .indicators
        .iter()
        .flat_map(|indicator| indicator.summaries.iter().flatten())
        .any(|summary| summary.outliers.iter().any(|outlier| outlier.name.is_some()));
    let says_size = samples.same_size().is_none();
    let step_high = high + BOX + if has_names { OUTLIERS } else { 0.0 };
    let each = NAME + steps * step_high + AXIS + if says_size { SIZE } else { 0.0 };
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
        let panel = Panel { left, top, wide, high, has_names, says_size, look };
        panel.draw(indicator, samples, &mut scene);
    }
    if let Some(unit) = unit {
        let place = (MARGIN, scene.height - 12.0);
        scene.add(label(unit, place, TEXT - 1, look.quiet(), Anchor::Start));
    }
    scene
}

impl Panel<'_> {
    fn draw(&self, indicator: &Indicator, samples: &Samples, scene: &mut Scene) {
        let columns = (self.wide / text::width("0", TEXT - 1)) as usize;
        let name = text::cut(&indicator.name, columns.max(8));
        let place = (self.left, self.top + 8.0);
        scene.add(bold(&name, place, TEXT - 1, self.look.text(), Anchor::Start));
        let mut top = self.top + NAME;
        if self.says_size {
            let sizes: Vec<_> =
                indicator.steps.iter().map(|values| values.len().to_string()).collect();
            let said = format!("{} values", sizes.join(" and "));
            let place = (self.left, top + 2.0);
            scene.add(label(&said, place, SMALL, self.look.quiet(), Anchor::Start));
            top += SIZE;
        }
        let ends = indicator.values().map(|value| (value, value));
        let Some((low, high)) = ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else {
            let place = (self.left, top + self.high / 2.0);
            scene.add(label("no values", place, TEXT - 2, self.look.quiet(), Anchor::Start));
            return;
        };
        let largest = indicator.steps.iter().map(Vec::len).max().unwrap_or_default();
        let edges = edges(low, high, largest);
        let (first, last) = (edges[0], edges[edges.len() - 1]);
        let scale = Scale::fixed(first, last.max(high), self.left, self.left + self.wide);
        let all: Vec<Vec<usize>> =
            indicator.steps.iter().map(|values| counts(values, &edges)).collect();
        let most = all.iter().flatten().copied().max().unwrap_or(1).max(1);
        for (step, (counts, summary)) in all.iter().zip(&indicator.summaries).enumerate() {
            let told = samples.steps.get(step).map(String::as_str);
            let colour = colour(samples, step, self.look);
            if self.has_names {
                scene.elements.extend(self.names(summary.as_ref(), &scale, top));
                top += OUTLIERS;
            }
            if let Some(summary) = summary {
                let told = Told { indicator: &indicator.name, step: told, exact: summary };
                let place = (top + BOX / 2.0 - 3.0, 9.0);
                scene.elements.extend(boxed(summary, &told, &scale, place, colour, self.look));
            }
            top += BOX;
            let of = (indicator.name.as_str(), told);
            for bar in self.bars(of, &edges, counts, most, &scale, top) {
                scene.add(bar.told);
                scene.add(rectangle(bar.corner, bar.size, colour));
                scene.add(END);
            }
            top += self.high;
            let ends = ((self.left, top), (self.left + self.wide, top));
            scene.add(line(ends.0, ends.1, self.look.quiet(), 1.0));
        }
        self.axis(&scale, top, scene);
    }

    /// The bars of a histogram.
    fn bars(
        &self,
        (indicator, step): (&str, Option<&str>),
        edges: &[f64],
        counts: &[usize],
        most: usize,
        scale: &Scale,
        top: f64,
    ) -> Vec<Bar> {
        let bar = |(at, &count): (usize, &usize)| {
            let (from, to) = (edges[at], edges[at + 1]);
            let said = format!(
                "{indicator}, {} to {}: {count} values",
                text::number(from),
                text::number(to)
            );
            let figures = [
                ("bin", indicator.to_owned()),
                ("step", step.unwrap_or_default().to_owned()),
                ("from", from.to_string()),
                ("to", to.to_string()),
                ("count", count.to_string()),
            ];
            let high = self.high * count as f64 / most as f64;
            let (left, right) = (scale.at(from), scale.at(to));
            let corner = (left + 0.5, top + self.high - high);
            Bar { told: mark(&said, &figures), corner, size: ((right - left - 1.0).max(0.5), high) }
        };
        counts.iter().enumerate().filter(|(_, count)| **count > 0).map(bar).collect()
    }

    /// Names of outliers above the box, the furthest first, as far as there is space.
    fn names(&self, summary: Option<&Summary>, scale: &Scale, top: f64) -> Vec<Primitive> {
        let Some(summary) = summary else { return Vec::new() };
        let mut outliers: Vec<_> = summary.outliers.iter().collect();
        let far = |value: f64| (value - summary.median).abs();
        outliers.sort_by(|a, b| far(b.value).total_cmp(&far(a.value)));
        let (mut taken, mut drawn) = (Vec::<(f64, f64)>::new(), Vec::new());
        for outlier in outliers {
            let Some(name) = &outlier.name else { continue };
            let name = text::cut(name, text::LABEL);
            let wide = text::width(&name, SMALL);
            if wide > self.wide {
                continue;
            }
            let right = self.left + self.wide;
            let from = (scale.at(outlier.value) - wide / 2.0).min(right - wide).max(self.left);
            let is_free = |(start, end): &(f64, f64)| from > end + 6.0 || from + wide < start - 6.0;
            if taken.iter().all(is_free) {
                taken.push((from, from + wide));
                let place = (from, top + OUTLIERS / 2.0);
                drawn.push(label(&name, place, SMALL, self.look.quiet(), Anchor::Start));
            }
        }
        drawn
    }

    /// Ticks with their numbers, as many as have space.
    fn axis(&self, scale: &Scale, y: f64, scene: &mut Scene) {
        let most = (2..=((self.wide / 38.0) as usize).clamp(2, 8)).rev();
        let fits = |ticks: &Vec<(f64, String)>| {
            let wide: f64 = ticks.iter().map(|(_, said)| text::width(said, SMALL) + 12.0).sum();
            wide < self.wide
        };
        let mut candidates = most.map(|most| scale.ticks(most));
        let Some(ticks) = candidates.find(fits) else { return };
        for (value, said) in ticks {
            let x = scale.at(value);
            let half = text::width(&said, SMALL) / 2.0;
            let anchor = match (x - half < self.left - 8.0, x + half > self.left + self.wide + 8.0)
            {
                (true, _) => Anchor::Start,
                (_, true) => Anchor::End,
                _ => Anchor::Middle,
            };
            scene.add(line((x, y), (x, y + 4.0), self.look.quiet(), 1.0));
            scene.add(label(&said, (x, y + 12.0), SMALL, self.look.quiet(), anchor));
        }
    }
}
