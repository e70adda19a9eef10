//! The small picture of an indicator: its name, and for each step a field with a box over a histogram. The fields stand
//! beside each other, so that what lies higher or further is seen.

use kuva::render::render::{Primitive, Scene};

use super::boxed::{Told, boxed};
use super::field::Field;
use super::samples::{Indicator, Samples};
use super::steps::colour;
use super::summary::{counts, edges};
use crate::draw::look::{Look, TEXT};
use crate::draw::scale::Scale;
use crate::draw::shapes::{Anchor, bold, label};
use crate::draw::text;
use crate::words::count;

/// Heights of what is in a panel.
const NAME: f64 = 20.0;
const SIZE: f64 = 12.0;
const OUTLIERS: f64 = 13.0;
const BOX: f64 = 18.0;
const AXIS: f64 = 22.0;
/// Size of small text.
const SMALL: u32 = 10;
/// Between the fields of two steps.
const GAP: f64 = 26.0;

/// How a panel is laid out.
#[derive(Clone, Copy)]
pub struct Panel<'a> {
    pub left: f64,
    pub top: f64,
    pub wide: f64,
    /// Height of a histogram.
    pub high: f64,
    pub has_names: bool,
    pub says_size: bool,
    pub look: &'a Look,
}

impl Panel<'_> {
    /// How high it is.
    pub fn height(&self) -> f64 {
        let names = if self.has_names { OUTLIERS } else { 0.0 };
        NAME + if self.says_size { SIZE } else { 0.0 } + names + BOX + self.high + AXIS
    }

    pub fn draw(&self, indicator: &Indicator, samples: &Samples, scene: &mut Scene) {
        let columns = (self.wide / text::width("0", TEXT - 1)) as usize;
        let name = text::cut(&indicator.measure.text, columns.max(8));
        let place = (self.left, self.top + 8.0);
        scene.add(bold(&name, place, TEXT - 1, self.look.text(), Anchor::Start));
        let mut top = self.top + NAME;
        if self.says_size {
            let place = (self.left, top + 2.0);
            scene.add(label(&sizes(indicator), place, SMALL, self.look.quiet(), Anchor::Start));
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
        let all: Vec<Vec<usize>> =
            indicator.steps.iter().map(|values| counts(values, &edges)).collect();
        let most = all.iter().flatten().copied().max().unwrap_or(1).max(1);
        for (step, counts) in all.iter().enumerate() {
            let field = self.field((step, samples), (&edges, high), indicator);
            scene.elements.extend(self.step((indicator, samples), step, top, &field));
            let top = self.top + self.height() - AXIS - self.high;
            let colour = colour(samples, step, self.look);
            scene.elements.extend(field.histogram(counts, most, (top, self.high), colour));
        }
    }

    /// The field of a step: they are alike, so that the same number stands at the same place in each.
    fn field<'a>(
        &'a self,
        (at, samples): (usize, &'a Samples),
        (edges, high): (&'a [f64], f64),
        indicator: &'a Indicator,
    ) -> Field<'a> {
        let steps = samples.steps.len().max(1) as f64;
        let wide = (self.wide - GAP * (steps - 1.0)) / steps;
        let left = self.left + at as f64 * (wide + GAP);
        let step = samples.steps.get(at).map_or("", String::as_str);
        let (first, last) = (edges[0], edges[edges.len() - 1]);
        let scale = Scale::fixed(first, last.max(high), left, left + wide);
        let scale = scale.counted(&indicator.measure);
        Field { left, wide, scale, edges, indicator, step, small: SMALL, look: self.look }
    }

    /// The box of a step, with the names of its outliers above.
    fn step(
        &self,
        (indicator, samples): (&Indicator, &Samples),
        step: usize,
        mut top: f64,
        field: &Field<'_>,
    ) -> Vec<Primitive> {
        let mut drawn = Vec::new();
        let summary = indicator.summaries[step].as_ref();
        if self.has_names {
            drawn.extend(field.names(summary, top + OUTLIERS / 2.0));
            top += OUTLIERS;
        }
        if let Some(summary) = summary {
            let told = Told {
                indicator: &indicator.name,
                step: samples.steps.get(step).map(String::as_str),
                exact: summary,
                measure: &indicator.measure,
            };
            let place = (top + BOX / 2.0 - 3.0, 9.0);
            let colour = colour(samples, step, self.look);
            drawn.extend(boxed(summary, &told, &field.scale, place, colour, self.look));
        }
        drawn
    }
}

/// How many values there are: of the steps one number where it is the same.
fn sizes(indicator: &Indicator) -> String {
    let mut sizes: Vec<usize> = indicator.steps.iter().map(Vec::len).collect();
    sizes.dedup();
    match sizes.as_slice() {
        [one] => count(*one, "value"),
        _ => {
            let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
            format!("{} values", sizes.join(" and "))
        }
    }
}
