//! Values by indicator and step.

use std::collections::HashMap;

use super::named::Named;
use super::summary::Summary;
use crate::draw::measure::{Measure, Name};

/// An indicator: its values in each step, from the smallest.
#[derive(Debug)]
pub struct Indicator {
    pub name: String,
    /// The name as it stands at its axis, with what its numbers are divided by.
    pub measure: Measure,
    pub steps: Vec<Vec<Named>>,
    pub summaries: Vec<Option<Summary>>,
}

/// All values.
#[derive(Debug, Default)]
pub struct Samples {
    pub indicators: Vec<Indicator>,
    /// Names of the steps; none where there are no steps.
    pub steps: Vec<String>,
    /// Rows without a value.
    pub missing: usize,
    places: HashMap<String, usize>,
}

impl Samples {
    /// Adds a row.
    pub fn add(
        &mut self,
        indicator: String,
        step: Option<String>,
        value: Option<f64>,
        name: Option<String>,
    ) {
        let step = step.map_or(0, |step| {
            self.steps.iter().position(|known| *known == step).unwrap_or_else(|| {
                self.steps.push(step);
                self.steps.len() - 1
            })
        });
        let place = *self.places.entry(indicator.clone()).or_insert_with(|| {
            let (steps, summaries) = (Vec::new(), Vec::new());
            let measure = Measure::default();
            self.indicators.push(Indicator { name: indicator, measure, steps, summaries });
            self.indicators.len() - 1
        });
        let steps = &mut self.indicators[place].steps;
        steps.resize_with(steps.len().max(step + 1), Vec::new);
        match value {
            Some(value) => steps[step].push(Named { value, name }),
            None => self.missing += 1,
        }
    }

    /// Puts all values in order, and sums them up.
    pub fn sort(&mut self, unit: Option<&str>) {
        let steps = self.steps.len().max(1);
        for indicator in &mut self.indicators {
            indicator.steps.resize_with(steps, Vec::new);
            for values in &mut indicator.steps {
                values.sort_by(|a, b| a.value.total_cmp(&b.value));
            }
            indicator.measure = measure(indicator, unit);
            indicator.summaries =
                indicator.steps.iter().map(|values| Summary::of(values)).collect();
        }
    }

    /// How many values each step of each indicator has, where it is the same number.
    pub fn same_size(&self) -> Option<usize> {
        let mut sizes = self.indicators.iter().flat_map(|indicator| &indicator.steps).map(Vec::len);
        let first = sizes.next()?;
        sizes.all(|size| size == first).then_some(first)
    }
}

/// The name of an indicator as it stands at its axis; the unit of all where its numbers are divided.
fn measure(indicator: &Indicator, unit: Option<&str>) -> Measure {
    let name = unit.map_or(indicator.name.clone(), |unit| format!("{} ({unit})", indicator.name));
    let measure = Measure::new(Name::Column(&name), indicator.values());
    match measure.divisor() > 1.0 {
        true => measure,
        false => Measure::new(Name::Column(&indicator.name), indicator.values()),
    }
}

impl Indicator {
    /// Whether it has no value.
    pub fn is_empty(&self) -> bool {
        self.steps.iter().all(Vec::is_empty)
    }

    /// All its values.
    pub fn values(&self) -> impl Iterator<Item = f64> {
        self.steps.iter().flatten().map(|named| named.value)
    }
}
