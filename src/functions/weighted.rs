//! Rows with a weight: how they are read, and the aggregates that need all of them at once.

use std::fmt::Debug;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err, plan_err};

use crate::arguments::check::finite;
use crate::arguments::constants::Constants;
use crate::engine::aggregate::Method;
use crate::kernel::{Coverage, CoverageBy, Domain, WeightedValues};
use crate::page::{Page, Role};
use crate::types::doubles;

/// What one row brings.
pub enum Row {
    /// Nothing: its weight is 0, or nobody asks how much is missing.
    Nothing,
    /// No value: what its absence counts for coverage.
    Missing(f64),
    /// A finite value and its weight, above 0.
    There(f64, f64),
}

/// Values of a batch, and their weights where the call has any.
pub struct Columns {
    pub(crate) values: Float64Array,
    pub(crate) weights: Weights,
}

/// Where the weights of rows come from.
pub enum Weights {
    /// Each row has one of its own.
    Each(Float64Array),
    /// All rows have this one.
    Same(f64),
}

/// How the rows of a function are read: the first argument is the value, the one called `weight`
/// its weight (1 where there is none), `min_coverage` the share of the weight, or of the number, of
/// rows that must have a value.
#[derive(Debug)]
pub struct Reader {
    name: &'static str,
    value: &'static str,
    weight: Option<usize>,
    pub coverage: Coverage,
}

impl Reader {
    pub fn bind(page: &'static Page, constants: &Constants) -> Result<Self> {
        let find = |role| page.parameters.iter().find(|parameter| parameter.role == role);
        let mut coverage = Coverage::default();
        if let Some(parameter) = find(Role::MinCoverage) {
            coverage.min = constants.number(parameter.name)?;
        }
        if let Some(parameter) = find(Role::CoverageBy) {
            coverage.by = CoverageBy::ALL[constants.choice(parameter.name)?];
            if coverage.by == CoverageBy::Count && coverage.min == 0.0 {
                return plan_err!(
                    "{}: min_coverage must be above 0 with {} => '{}', got 0",
                    page.name,
                    parameter.name,
                    CoverageBy::WORDS[constants.choice(parameter.name)?]
                );
            }
        }
        if !(0.0..=1.0).contains(&coverage.min) {
            return plan_err!(
                "{}: min_coverage must be between 0 and 1, got {}",
                page.name,
                coverage.min
            );
        }
        let weight = page.parameters.iter().position(|p| p.role == Role::Weight);
        let value = page.parameters.first().map_or("value", |parameter| parameter.name);
        Ok(Self { name: page.name, value, weight, coverage })
    }

    pub fn columns(&self, arguments: &[ArrayRef]) -> Result<Columns> {
        let values = doubles(&arguments[0])?;
        let weights = self.weight.and_then(|position| arguments.get(position));
        let weights = match weights.map(doubles).transpose()? {
            None => Weights::Same(1.0),
            // The children of a node: a column each, and one weight for all of it.
            Some(one) if one.len() == 1 && one.is_valid(0) => Weights::Same(one.value(0)),
            Some(each) => Weights::Each(each),
        };
        Ok(Columns { values, weights })
    }

    #[inline(always)]
    pub fn read(&self, columns: &Columns, row: usize) -> Result<Row> {
        let name = self.name;
        let is_there = columns.values.is_valid(row);
        let weight = match &columns.weights {
            Weights::Same(weight) => *weight,
            Weights::Each(weights) if weights.is_valid(row) => weights.value(row),
            Weights::Each(_) if is_there || self.coverage.min > 0.0 => {
                return exec_err!("{name}: weight must not be NULL");
            }
            Weights::Each(_) => return Ok(Row::Nothing),
        };
        if !(weight.is_finite() && weight >= 0.0) {
            return exec_err!("{name}: weight must be finite and >= 0, got {weight}");
        }
        if weight == 0.0 {
            return Ok(Row::Nothing);
        }
        if !is_there {
            return Ok(Row::Missing(self.coverage.by.measure(weight)));
        }
        Ok(Row::There(finite(name, self.value, columns.values.value(row))?, weight))
    }

    /// The error of a value outside of its domain.
    pub fn outside<T>(&self, domain: Domain, value: f64) -> Result<T> {
        let Domain { must_be, hint } = domain;
        let hint = if hint.is_empty() { String::new() } else { format!(" ({hint})") };
        exec_err!("{}: {} must be {must_be}, got {value}{hint}", self.name, self.value)
    }
}

/// A number that is computed from all the rows of a group at once.
pub trait Statistic: Debug + Send + Sync + Sized + 'static {
    const PAGE: &'static Page;
    /// As [`Method::COPIES`].
    const COPIES: usize = 0;

    /// The statistic with its constant arguments.
    fn bind(constants: &Constants) -> Result<Self>;

    /// Whether rows have the weights that the page speaks of: not where their being given decides.
    fn is_weighted(&self) -> bool {
        true
    }

    /// Whether a finite value is one it is defined for.
    fn check(&self, _x: f64) -> Result<(), Domain> {
        Ok(())
    }

    /// The answer for rows of value and weight, sorted by both. `Err` says what must be.
    fn answer(&self, rows: &[(f64, f64)]) -> std::result::Result<Option<f64>, String>;
}

/// Makes an aggregate of a [`Statistic`].
#[derive(Debug)]
pub struct Of<S> {
    reader: Reader,
    statistic: S,
}

impl<S: Statistic> Method for Of<S> {
    type State = WeightedValues;
    type Columns = Columns;

    const PAGE: &'static Page = S::PAGE;
    const COPIES: usize = S::COPIES;

    fn bind(constants: &Constants) -> Result<Self> {
        let (mut reader, statistic) = (Reader::bind(S::PAGE, constants)?, S::bind(constants)?);
        reader.weight = reader.weight.filter(|_| statistic.is_weighted());
        Ok(Self { reader, statistic })
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Columns> {
        self.reader.columns(arguments)
    }

    #[inline]
    fn update(&self, state: &mut WeightedValues, columns: &Columns, row: usize) -> Result<()> {
        match self.reader.read(columns, row)? {
            Row::Nothing => {}
            Row::Missing(counts) => state.miss(counts),
            Row::There(value, weight) => {
                if let Err(domain) = self.statistic.check(value) {
                    return self.reader.outside(domain, value);
                }
                state.update(value, weight);
            }
        }
        Ok(())
    }

    fn result_type() -> DataType {
        DataType::Float64
    }

    fn finish(&self, states: &[WeightedValues]) -> Result<ArrayRef> {
        let answers = states.iter().map(|state| {
            if !state.covers(self.reader.coverage) {
                return Ok(None);
            }
            match self.statistic.answer(&state.sorted()) {
                Ok(Some(answer)) if !answer.is_finite() => {
                    exec_err!("{}: the result exceeds the range of DOUBLE", S::PAGE.name)
                }
                Ok(answer) => Ok(answer),
                Err(message) => exec_err!("{}: {message}", S::PAGE.name),
            }
        });
        Ok(Arc::new(answers.collect::<Result<Float64Array>>()?))
    }
}
