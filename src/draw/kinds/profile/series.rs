//! Axes, and the values of each series on them.

use datafusion::common::{Result, plan_err};

/// A value on each axis, if there is one.
#[derive(Debug)]
pub struct Series {
    pub name: String,
    pub values: Vec<Option<f64>>,
    /// Which axes were spoken of.
    seen: Vec<bool>,
}

/// Series over axes, the unit first.
#[derive(Debug, Default)]
pub struct Profile {
    pub axes: Vec<String>,
    pub series: Vec<Series>,
}

impl Profile {
    /// Adds what a series has on an axis.
    ///
    /// # Errors
    ///
    /// It was there already.
    pub fn add(&mut self, axis: &str, name: &str, value: Option<f64>) -> Result<()> {
        let at = self.axes.iter().position(|known| known == axis).unwrap_or_else(|| {
            self.axes.push(axis.to_owned());
            self.axes.len() - 1
        });
        let of = self.series.iter().position(|series| series.name == name).unwrap_or_else(|| {
            let (values, seen) = (Vec::new(), Vec::new());
            self.series.push(Series { name: name.to_owned(), values, seen });
            self.series.len() - 1
        });
        let series = &mut self.series[of];
        series.values.resize(series.values.len().max(at + 1), None);
        series.seen.resize(series.values.len(), false);
        if series.seen[at] {
            return plan_err!(
                "plot: {name} must have one value on each axis, found two on {axis} (one unit, one period: WHERE)"
            );
        }
        (series.values[at], series.seen[at]) = (value, true);
        Ok(())
    }

    /// The same, each series as long as there are axes.
    pub fn complete(mut self) -> Self {
        let axes = self.axes.len();
        self.series.iter_mut().for_each(|series| series.values.resize(axes, None));
        self
    }

    /// All numbers.
    pub fn numbers(&self) -> impl Iterator<Item = f64> {
        self.series.iter().flat_map(|series| &series.values).flatten().copied()
    }
}
