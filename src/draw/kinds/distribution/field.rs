//! The field of a step in the picture of an indicator: bars, the names of outliers, the axis.

use kuva::render::render::Primitive;

use super::samples::Indicator;
use super::summary::Summary;
use crate::draw::axes::{Tick, fit};
use crate::draw::look::Look;
use crate::draw::scale::Scale;
use crate::draw::shapes::{Anchor, END, label, line, mark, rectangle};
use crate::draw::text;
use crate::words;

/// Above the highest bar, for its figure.
const FIGURE: f64 = 12.0;

/// A field.
pub struct Field<'a> {
    pub left: f64,
    pub wide: f64,
    pub scale: Scale,
    pub edges: &'a [f64],
    pub indicator: &'a Indicator,
    /// The name of the step, if there are steps.
    pub step: &'a str,
    /// Size of its texts.
    pub small: u32,
    pub look: &'a Look,
}

impl Field<'_> {
    /// A bar for each class, as high as the counts are beside the most of all, and the axis below.
    pub fn histogram(
        &self,
        counts: &[usize],
        most: usize,
        (top, high): (f64, f64),
        colour: &str,
    ) -> Vec<Primitive> {
        let bottom = top + high;
        let mut drawn = Vec::new();
        for (at, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let high = (high - FIGURE) * count as f64 / most as f64;
            let (left, right) = (self.scale.at(self.edges[at]), self.scale.at(self.edges[at + 1]));
            drawn.push(self.told(at, count));
            let wide = (right - left - 1.0).max(0.5);
            drawn.push(rectangle((left + 0.5, bottom - high), (wide, high), colour));
            drawn.push(END);
        }
        drawn.extend(self.highest(counts, most, (bottom, high - FIGURE)));
        let ends = ((self.left, bottom), (self.left + self.wide, bottom));
        drawn.push(line(ends.0, ends.1, self.look.quiet(), 1.0));
        drawn.extend(self.axis(bottom));
        drawn
    }

    /// How many values lie in the highest bar, above it.
    fn highest(
        &self,
        counts: &[usize],
        most: usize,
        (bottom, high): (f64, f64),
    ) -> Option<Primitive> {
        // Of several the first.
        let (at, &count) = counts.iter().enumerate().rev().max_by_key(|(_, count)| **count)?;
        let said = count.to_string();
        let half = text::width(&said, self.small) / 2.0;
        let middle = self.scale.at(self.edges[at] / 2.0 + self.edges[at + 1] / 2.0);
        let middle = middle.min(self.left + self.wide - half).max(self.left + half);
        let top = bottom - high * count as f64 / most as f64;
        let place = (middle, top - FIGURE / 2.0);
        (count > 0).then(|| label(&said, place, self.small, self.look.quiet(), Anchor::Middle))
    }

    fn told(&self, at: usize, count: usize) -> Primitive {
        let (from, to) = (self.edges[at], self.edges[at + 1]);
        let Indicator { name, measure, .. } = self.indicator;
        let (low, high) = (measure.number(from), measure.told(to));
        let said = format!("{name}, {low} to {high}: {}", words::count(count, "value"));
        let figures = [
            ("bin", name.clone()),
            ("step", self.step.to_owned()),
            ("from", from.to_string()),
            ("to", to.to_string()),
            ("count", count.to_string()),
        ];
        mark(&said, &figures)
    }

    /// Names of outliers above the box, the furthest first, as far as there is space.
    pub fn names(&self, summary: Option<&Summary>, middle: f64) -> Vec<Primitive> {
        let Some(summary) = summary else { return Vec::new() };
        let mut outliers: Vec<_> = summary.outliers.iter().collect();
        let far = |value: f64| (value - summary.median).abs();
        outliers.sort_by(|a, b| far(b.value).total_cmp(&far(a.value)));
        let (mut taken, mut drawn) = (Vec::<(f64, f64)>::new(), Vec::new());
        for outlier in outliers {
            let Some(name) = &outlier.name else { continue };
            let name = text::cut(name, text::LABEL);
            let wide = text::width(&name, self.small);
            if wide > self.wide {
                continue;
            }
            let right = self.left + self.wide;
            let from = (self.scale.at(outlier.value) - wide / 2.0).min(right - wide).max(self.left);
            let is_free = |(start, end): &(f64, f64)| from > end + 6.0 || from + wide < start - 6.0;
            if taken.iter().all(is_free) {
                taken.push((from, from + wide));
                let place = (from, middle);
                drawn.push(label(&name, place, self.small, self.look.quiet(), Anchor::Start));
            }
        }
        drawn
    }

    /// Ticks with their numbers, as many as have space; those at the ends reach little beyond them.
    fn axis(&self, y: f64) -> Vec<Primitive> {
        let middle = |value: f64, text: &str| {
            let reach = text::width(text, self.small) / 2.0 - 8.0;
            let (least, most) = (self.left + reach, self.left + self.wide - reach);
            self.scale.at(value).min(most).max(least)
        };
        let placed = |most: usize| -> Vec<Tick> {
            let ticks = self.scale.ticks(most).into_iter();
            ticks.map(|(value, text)| Tick { place: middle(value, &text), value, text }).collect()
        };
        let most = (2..=((self.wide / 38.0) as usize).clamp(2, 8)).rev();
        let fits = |ticks: &Vec<Tick>| fit(ticks, self.small, self.look);
        let mut drawn = Vec::new();
        for Tick { place, value, text } in most.map(placed).find(fits).unwrap_or_default() {
            let x = self.scale.at(value);
            drawn.push(line((x, y), (x, y + 4.0), self.look.quiet(), 1.0));
            let at = (place, y + 12.0);
            drawn.push(label(&text, at, self.small, self.look.quiet(), Anchor::Middle));
        }
        drawn
    }
}
