//! The normalisation: the values of each indicator become scores, within its reference set.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::Float64Type;
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::ColumnarValue;

use super::reference_set::{BoundReference, constant_column, over_columns, over_series, run};
use crate::arguments::types::names_span;
use crate::engine::base_period::{Base, spread};
use crate::engine::interner::position;
use crate::engine::normalise::Over;
use crate::engine::on_columns as columns;
use crate::framework::{Framework, list};
use crate::index::execution::Execution;
use crate::index::methods::bound::{Methods, Normaliser};
use crate::index::panel::{Panel, is_empty};
use crate::kernel::Within;
use crate::page::{Parameter, Role};

impl Methods {
    /// The scores of the indicators, in the place of their values.
    pub fn normalise(
        &self,
        framework: &Framework,
        panel: &Panel,
        execution: &Execution,
    ) -> Result<Vec<ArrayRef>> {
        self.normalise_columns(framework, panel, panel.columns.clone(), execution)
    }

    /// The same of columns that are given away: those of an indicator are let go as soon as it has
    /// its scores.
    pub fn normalise_columns(
        &self,
        framework: &Framework,
        panel: &Panel,
        columns: Vec<ArrayRef>,
        execution: &Execution,
    ) -> Result<Vec<ArrayRef>> {
        let periods = panel.periods.len();
        let within = BoundReference::of(&self.reference, &panel.periods, self.name)?;
        self.check_reference(framework, &columns, periods, &within)?;
        let mut of_leaf = Vec::with_capacity(framework.leaves().len());
        let mut columns = columns.into_iter();
        for _ in framework.leaves() {
            of_leaf.push(Mutex::new(columns.by_ref().take(periods).collect::<Vec<_>>()));
        }
        let scores = execution.each(framework.leaves().len(), |leaf| {
            let columns = match of_leaf.get(leaf) {
                Some(columns) => {
                    std::mem::take(&mut *columns.lock().unwrap_or_else(PoisonError::into_inner))
                }
                None => Vec::new(),
            };
            let direction = self.direction(leaf);
            let scores = match &self.normalisation[leaf] {
                Some(method) => {
                    let series = method.is_series().then_some(method.call.page);
                    self.of_indicator(framework, leaf, panel, &columns, series, |columns| {
                        method.scores(columns, panel, &within, direction, execution)
                    })?
                }
                None if direction < 0.0 => columns.iter().map(negated).collect(),
                None => columns,
            };
            let node = framework.leaves()[leaf];
            let rounded = |scores: ArrayRef| -> ArrayRef {
                let own = scores.as_primitive().clone();
                drop(scores);
                Arc::new(self.rounded(node, own))
            };
            Ok(match self.rounding[node] {
                Some(_) => scores.into_iter().map(rounded).collect(),
                None => scores,
            })
        })?;
        Ok(scores.into_iter().flatten().collect())
    }
}

impl Methods {
    /// That each indicator has a value at the period that its normalisation learns from: without one
    /// it would have no score in any period.
    fn check_reference(
        &self,
        framework: &Framework,
        columns: &[ArrayRef],
        periods: usize,
        within: &BoundReference,
    ) -> Result<()> {
        let (true, BoundReference::At(at)) = (self.strict, within) else { return Ok(()) };
        let learns =
            |leaf: usize| self.normalisation[leaf].as_ref().is_some_and(Normaliser::has_reference);
        let has_none = |leaf: &usize| {
            learns(*leaf) && at.iter().all(|at| is_empty(&columns[leaf * periods + at]))
        };
        let nodes = framework.nodes();
        let code = |leaf: usize| format!("'{}'", nodes[framework.leaves()[leaf]].code);
        let without: Vec<String> =
            (0..framework.leaves().len()).filter(has_none).map(code).collect();
        if without.is_empty() {
            return Ok(());
        }
        exec_err!(
            "{}: reference must be a period in which each indicator has a value, got {} without one \
             of {} (strict => false leaves their scores NULL)",
            self.name,
            self.reference.text(),
            list(without.into_iter())
        )
    }
}

fn negated(column: &ArrayRef) -> ArrayRef {
    let values = column.as_primitive::<Float64Type>();
    Arc::new(values.unary::<_, Float64Type>(|x| -x + 0.0))
}

impl Normaliser {
    /// The scores of the values of one period, given what was learned.
    fn apply(
        &self,
        values: &ArrayRef,
        fit: Option<ColumnarValue>,
        direction: f64,
        execution: &Execution,
    ) -> Result<ArrayRef> {
        let column = |role: Role| match role {
            Role::Value => Some(Ok(ColumnarValue::Array(Arc::clone(values)))),
            Role::Direction => Some(Ok(ColumnarValue::Scalar(ScalarValue::from(direction)))),
            Role::Fit => Some(match &fit {
                Some(fit) => Ok(fit.clone()),
                None => exec_err!("{}: nothing was learned", self.entry.page.name),
            }),
            _ => None,
        };
        let scores = columns::score_with(
            &self.entry.scalar,
            self.entry.page,
            &self.constants,
            values.len(),
            &execution.options,
            column,
        )?;
        Ok(Arc::new(scores))
    }

    fn scores(
        &self,
        columns: &[ArrayRef],
        panel: &Panel,
        within: &BoundReference,
        direction: f64,
        execution: &Execution,
    ) -> Result<Vec<ArrayRef>> {
        let apply = |values: &ArrayRef, fit: Option<ColumnarValue>| {
            self.apply(values, fit, direction, execution)
        };
        let scalar = |fit: &ArrayRef| -> Result<ColumnarValue> {
            Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(fit, 0)?))
        };
        let is_series = self.is_series();
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
                    BoundReference::Period => periods
                        .map(|i| {
                            let fit = learn(&[chunk(i)?], None)?;
                            apply(&columns[i], Some(scalar(&fit)?))
                        })
                        .collect(),
                    BoundReference::All => {
                        let fit = learn(&periods.map(chunk).collect::<Result<Vec<_>>>()?, None)?;
                        columns.iter().map(|values| apply(values, Some(scalar(&fit)?))).collect()
                    }
                    BoundReference::At(at) => {
                        let chunks = at.iter().map(|&i| chunk(i));
                        let fit = learn(&chunks.collect::<Result<Vec<_>>>()?, None)?;
                        columns.iter().map(|values| apply(values, Some(scalar(&fit)?))).collect()
                    }
                }
            }
            Over::Whole { window, learn } => {
                if let (BoundReference::At(at), Some(learn)) = (within, learn) {
                    let chunks = at.iter().map(|&i| vec![Arc::clone(&columns[i])]);
                    let fit = learn(&chunks.collect::<Vec<_>>(), None)?;
                    return columns
                        .iter()
                        .map(|values| apply(values, Some(scalar(&fit)?)))
                        .collect();
                }
                let call =
                    |values: &ArrayRef, periods: Option<&ArrayRef>, partitions: &[Range<usize>]| {
                        run(window, &self.constants, values.len(), partitions, |role| match role {
                            Role::Value => Some(Ok(Arc::clone(values))),
                            Role::Period => periods.map(|periods| Ok(Arc::clone(periods))),
                            Role::Direction => Some(Ok(constant_column(direction, values.len()))),
                            _ => None,
                        })
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
        let mut arguments: Vec<ArrayRef> = Vec::with_capacity(takes + 1);
        for parameter in self.constants.parameters().take(takes + 1) {
            arguments.push(match parameter.role {
                Role::Value => Arc::clone(values),
                Role::Unit => Arc::clone(&panel.units),
                Role::Period => {
                    let here = UInt32Array::from_value(period as u32, rows);
                    take(&panel.periods, &here, None)?
                }
                // A key of the panel, in the place after the column it is one of.
                Role::BasePeriod => self.base(parameter, columns, panel)?.to_array_of_size(rows)?,
                Role::ReferenceUnit => self.key(parameter, &panel.units, rows)?,
                _ => {
                    let constant = self.constants.get(parameter.name)?;
                    constant.unwrap_or(ScalarValue::Null).to_array_of_size(rows)?
                }
            });
        }
        Ok(arguments)
    }

    /// The base that the method was given: a period of the panel, a span of some, or the first. That some
    /// unit has a value there is seen to: without one the indicator has no score at all.
    fn base(
        &self,
        parameter: &Parameter,
        columns: &[ArrayRef],
        panel: &Panel,
    ) -> Result<ScalarValue> {
        let (periods, name) = (&panel.periods, self.entry.page.name);
        let given = self.constants.get(parameter.name)?.unwrap_or(ScalarValue::Null);
        let (base, within) = match position(periods, &given) {
            Some(at) => (ScalarValue::try_from_array(periods, at)?, vec![(at, Within::Whole(1))]),
            None if names_span(periods.data_type(), &given.data_type()) => {
                let bases = given.to_array_of_size(periods.len())?;
                let base = Base::new(name, parameter.name, periods, &bases)?;
                let at = |at| base.at(at).map(|within| (at, within));
                (given.clone(), (0..periods.len()).filter_map(at).collect())
            }
            None => (given.clone(), Vec::new()),
        };
        let must = |must_be: &str| format!("{name}: {} must be {must_be}", parameter.name);
        if within.is_empty() {
            let must = must("a period of the panel");
            return exec_err!("{must}{}, got {given}", spread(periods)?);
        }
        if !self.strict || columns.iter().all(is_empty) {
            return Ok(base);
        }
        const HINT: &str = "strict => false leaves the scores NULL";
        if within.iter().all(|(at, _)| is_empty(&columns[*at])) {
            let must = must("a period in which a unit has a value");
            return exec_err!("{must}, got {given} ({HINT})");
        }
        let whole = within.iter().map(|(_, within)| match within {
            Within::Whole(whole) => *whole as usize,
            Within::Days | Within::First(_) => 1,
        });
        let whole = whole.max().unwrap_or_default();
        let has_all = |unit: usize| {
            within.iter().filter(|(at, _)| columns[*at].is_valid(unit)).count() >= whole
        };
        if !(0..panel.units.len()).any(has_all) {
            let must = must("a span in which a unit has all values");
            return exec_err!("{must}, got {given} ({whole} periods; {HINT})");
        }
        Ok(base)
    }

    /// One of the keys of the panel that the method was given, as a column.
    fn key(&self, parameter: &Parameter, keys: &ArrayRef, rows: usize) -> Result<ArrayRef> {
        let constant = self.constants.get(parameter.name)?.unwrap_or(ScalarValue::Null);
        if let Some(at) = position(keys, &constant) {
            return ScalarValue::try_from_array(keys, at)?.to_array_of_size(rows);
        }
        exec_err!(
            "{}: {} must be a unit of the panel{}, got {constant}",
            self.entry.page.name,
            parameter.name,
            spread(keys)?
        )
    }
}
