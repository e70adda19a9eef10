//! The normalisation: the values of each indicator become scores, within its reference set.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::Float64Type;
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::ColumnarValue;

use super::keys::{position, text};
use super::methods::{Methods, Normaliser};
use super::panel::Panel;
use super::reference::{Within, constant_column, over_columns, over_series, run};
use super::workshop::Workshop;
use crate::framework::Framework;
use crate::functions::engine::columns;
use crate::functions::engine::normalise::Over;
use crate::functions::page::{Kind, Page};

impl Methods {
    /// The scores of the indicators, in the place of their values.
    pub(super) fn normalise(
        &self,
        framework: &Framework,
        panel: &Panel,
        workshop: &Workshop,
    ) -> Result<Vec<ArrayRef>> {
        self.normalise_columns(framework, panel, panel.columns.clone(), workshop)
    }

    /// The same of columns that are given away: those of an indicator are let go as soon as it has
    /// its scores.
    pub(super) fn normalise_columns(
        &self,
        framework: &Framework,
        panel: &Panel,
        columns: Vec<ArrayRef>,
        workshop: &Workshop,
    ) -> Result<Vec<ArrayRef>> {
        let periods = panel.periods.len();
        let within = Within::of(&self.reference, &panel.periods, self.name)?;
        let mut of_leaf = Vec::with_capacity(framework.leaves().len());
        let mut columns = columns.into_iter();
        for _ in framework.leaves() {
            of_leaf.push(Mutex::new(columns.by_ref().take(periods).collect::<Vec<_>>()));
        }
        let scores = workshop.each(framework.leaves().len(), |leaf| {
            let columns = match of_leaf.get(leaf) {
                Some(columns) => {
                    std::mem::take(&mut *columns.lock().unwrap_or_else(PoisonError::into_inner))
                }
                None => Vec::new(),
            };
            let direction = self.directions[leaf];
            let scores = match &self.normalisation[leaf] {
                Some(method) => method.scores(&columns, panel, &within, direction, workshop),
                None if direction < 0.0 => Ok(columns.iter().map(negated).collect()),
                None => Ok(columns),
            };
            scores.map_err(|error| self.at_indicator(framework, leaf, error))
        })?;
        Ok(scores.into_iter().flatten().collect())
    }
}

fn negated(column: &ArrayRef) -> ArrayRef {
    let values = column.as_primitive::<Float64Type>();
    Arc::new(values.unary::<_, Float64Type>(|x| -x + 0.0))
}

impl Normaliser {
    /// A constant of the call by its name.
    fn constant(&self, name: &str) -> ScalarValue {
        let parameters = self.entry.page.parameters_of(true);
        let position = parameters.iter().position(|parameter| parameter.name == name);
        position.map_or(ScalarValue::Null, |i| self.constants[i].clone())
    }

    /// The scores of the values of one period, given what was learned.
    fn apply(
        &self,
        values: &ArrayRef,
        fit: Option<ColumnarValue>,
        direction: f64,
        workshop: &Workshop,
    ) -> Result<ArrayRef> {
        let arguments = self.entry.page.parameters.iter().map(|parameter| {
            Ok(match (parameter.name, parameter.kind) {
                ("value", _) => ColumnarValue::Array(Arc::clone(values)),
                ("direction", _) => ColumnarValue::Scalar(ScalarValue::from(direction)),
                (_, Kind::Fit(_) | Kind::FitList(_)) => match &fit {
                    Some(fit) => fit.clone(),
                    None => return exec_err!("{}: nothing was learned", self.entry.page.name),
                },
                (name, _) => ColumnarValue::Scalar(self.constant(name)),
            })
        });
        let arguments = arguments.collect::<Result<Vec<_>>>()?;
        let scores =
            columns::score(&self.entry.scalar, arguments, values.len(), &workshop.options)?;
        Ok(Arc::new(scores))
    }

    fn scores(
        &self,
        columns: &[ArrayRef],
        panel: &Panel,
        within: &Within,
        direction: f64,
        workshop: &Workshop,
    ) -> Result<Vec<ArrayRef>> {
        let apply = |values: &ArrayRef, fit: Option<ColumnarValue>| {
            self.apply(values, fit, direction, workshop)
        };
        let scalar = |fit: &ArrayRef| -> Result<ColumnarValue> {
            Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(fit, 0)?))
        };
        let is_series = self.call.sees("period");
        match &self.entry.over {
            Over::Scalar => columns.iter().map(|values| apply(values, None)).collect(),
            Over::Fit { takes, learn, .. } => {
                let chunk = |period: usize| self.fit_arguments(columns, period, panel, *takes);
                if is_series {
                    // One scale per unit, from all of its periods.
                    let chunks: Result<Vec<_>> = (0..columns.len()).map(chunk).collect();
                    let fit = learn(&chunks?, Some(panel.units.len()))?;
                    let fitted =
                        |values| apply(values, Some(ColumnarValue::Array(Arc::clone(&fit))));
                    return columns.iter().map(fitted).collect();
                }
                let periods = 0..columns.len();
                match within {
                    Within::Period => periods
                        .map(|i| {
                            let fit = learn(&[chunk(i)?], None)?;
                            apply(&columns[i], Some(scalar(&fit)?))
                        })
                        .collect(),
                    Within::All => {
                        let fit = learn(&periods.map(chunk).collect::<Result<Vec<_>>>()?, None)?;
                        columns.iter().map(|values| apply(values, Some(scalar(&fit)?))).collect()
                    }
                    Within::At(i) => {
                        let fit = learn(&[chunk(*i)?], None)?;
                        columns.iter().map(|values| apply(values, Some(scalar(&fit)?))).collect()
                    }
                }
            }
            Over::Whole { window, learn } => {
                if let (Within::At(i), Some(learn)) = (within, learn) {
                    let fit = learn(&[vec![Arc::clone(&columns[*i])]], None)?;
                    return columns
                        .iter()
                        .map(|values| apply(values, Some(scalar(&fit)?)))
                        .collect();
                }
                let call =
                    |values: &ArrayRef, periods: Option<&ArrayRef>, partitions: &[Range<usize>]| {
                        run(
                            window,
                            self.entry.page,
                            &self.constants,
                            values.len(),
                            partitions,
                            |name| match name {
                                "value" => Some(Ok(Arc::clone(values))),
                                "period" => periods.map(|periods| Ok(Arc::clone(periods))),
                                "direction" => Some(Ok(constant_column(direction, values.len()))),
                                _ => None,
                            },
                        )
                    };
                match is_series {
                    true => over_series(columns, panel, |values, periods, partitions| {
                        call(values, Some(periods), partitions)
                    }),
                    false => over_columns(columns, within, |values, partitions| {
                        call(values, None, partitions)
                    }),
                }
            }
        }
    }

    /// What the fit is called with at one period: the value and so many arguments after it.
    fn fit_arguments(
        &self,
        columns: &[ArrayRef],
        period: usize,
        panel: &Panel,
        takes: usize,
    ) -> Result<Vec<ArrayRef>> {
        let values = &columns[period];
        let rows = values.len();
        let parameters = self.entry.page.parameters_of(true).iter().zip(&self.constants);
        let mut arguments: Vec<ArrayRef> = Vec::with_capacity(takes + 1);
        for (parameter, constant) in parameters.take(takes + 1) {
            arguments.push(match parameter.name {
                "value" => Arc::clone(values),
                "unit" => Arc::clone(&panel.units),
                "period" => {
                    let here = UInt32Array::from_value(period as u32, rows);
                    take(&panel.periods, &here, None)?
                }
                name => {
                    // A key of the panel, in the place after the column it is one of.
                    let of_unit = parameters_before(self.entry.page, name) == Some("unit");
                    let keys = if of_unit { &panel.units } else { &panel.periods };
                    match position(keys, constant) {
                        Some(at) => {
                            ScalarValue::try_from_array(keys, at)?.to_array_of_size(rows)?
                        }
                        None => {
                            let like = match keys.is_empty() {
                                true => String::new(),
                                false => format!(" such as {}", text(keys, 0)),
                            };
                            return exec_err!(
                                "{}: {name} must be one of the panel's{like}, got {constant}",
                                self.entry.page.name
                            );
                        }
                    }
                }
            });
        }
        Ok(arguments)
    }
}

/// The parameter of a window form that stands before another.
fn parameters_before(page: &Page, name: &str) -> Option<&'static str> {
    let parameters = page.parameters_of(true);
    let at = parameters.iter().position(|parameter| parameter.name == name)?;
    Some(parameters.get(at.checked_sub(1)?)?.name)
}
