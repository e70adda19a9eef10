//! The one bridge between a normalisation formula and SQL.
//!
//! A normalisation is called in two forms under one name, and the engine would give a scalar
//! function of that name precedence and drop its `OVER`. So the name is taken by a façade that
//! never runs: [`Planner`] turns each call into the scalar function that does the work,
//! `norm_minmax(value, fit)` as it stands and `norm_minmax(value) OVER w` with the fit put in:
//! `fit_minmax(value) OVER w`. The scalar has a name of its own, `norm_minmax_fitted`, under
//! which a plan that was sent elsewhere finds it again.

use std::fmt::{self, Debug};
use std::marker::PhantomData;
use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, ListArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::expr::{ScalarFunction, WindowFunction};
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, ColumnarValue, Documentation, Expr,
    ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    WindowFunctionDefinition, WindowUDF,
};

use super::aggregate::{self, Method};
use super::identity::identity;
use crate::arguments::types::{self, Numbers, SortedList};
use crate::arguments::{check, constants};
use crate::engine::on_columns::{self, Learn};
use crate::engine::partition;
use crate::page::{DefaultValue, Family, Kind, Null, Page, Parameter, Role};

/// How a value becomes a score, given a scale.
pub trait Normalisation: Send + Sync + Sized + 'static {
    const PAGE: &'static Page;

    /// Name of the scalar function that does the work.
    const FITTED: &'static str;

    /// The numbers of the scale and of the other arguments, in the order of the page.
    type Given: Given;

    /// The score of `x`, given these and the sorted list of the scale, if it has one.
    ///
    /// All are finite, and a direction is 1 or -1. `Err` says what must be.
    fn score(x: f64, given: &Self::Given, list: &[f64]) -> Score;
}

pub type Score = std::result::Result<Option<f64>, String>;

/// The arguments of a score but for its value, as many as its page has, which [`entry`] checks
/// while it is compiled: the position of a word for a choice, 0 or 1 for true or false, lists apart.
pub trait Given: Default {
    /// How many numbers, and how many lists.
    const COUNTS: (usize, usize);

    fn parts(&mut self) -> (&mut [f64], &mut [Vec<f64>]);
}

impl<const N: usize> Given for [f64; N]
where
    Self: Default,
{
    const COUNTS: (usize, usize) = (N, 0);

    fn parts(&mut self) -> (&mut [f64], &mut [Vec<f64>]) {
        (self, &mut [])
    }
}

impl<const N: usize, const L: usize> Given for ([f64; N], [Vec<f64>; L])
where
    Self: Default,
{
    const COUNTS: (usize, usize) = (N, L);

    fn parts(&mut self) -> (&mut [f64], &mut [Vec<f64>]) {
        (&mut self.0, &mut self.1)
    }
}

/// How many numbers and lists a page speaks of besides the value.
const fn given(parameters: &[Parameter]) -> (usize, usize) {
    let (mut numbers, mut lists, mut i) = (0, 0, 1);
    while i < parameters.len() {
        match &parameters[i].kind {
            Kind::Fit(fields) => numbers += fields.len(),
            Kind::FitList(_) => {}
            Kind::Constants => lists += 1,
            _ => numbers += 1,
        }
        i += 1;
    }
    (numbers, lists)
}

/// A normalisation as the registry holds it.
pub struct Entry {
    pub page: &'static Page,
    pub scalar: Arc<ScalarUDF>,
    pub facade: Arc<AggregateUDF>,
    pub over: Over,
}

/// What the form with `OVER (...)` stands for.
pub enum Over {
    /// The scalar on what this aggregate learns from the window; it takes the value and so many
    /// arguments after it.
    Fit { fit: AggregateUDF, takes: usize, learn: Learn },
    /// This window function: the score depends on all values of the partition. Given another
    /// reference set, the scalar on what is learned from it does the same.
    Whole { window: Box<WindowUDF>, learn: Option<Learn> },
    /// The scalar as it stands: nothing is learned.
    Scalar,
}

impl Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.page.name)
    }
}

impl Entry {
    /// What the call with `OVER (...)` stands for, given as a call of the façade.
    pub fn over(&self, mut window: WindowFunction) -> Expr {
        let mut args = window.params.args.clone();
        match &self.over {
            Over::Scalar => {}
            Over::Fit { fit, takes, .. } => {
                // value, then what the fit takes, then what the scalar takes
                window.fun = WindowFunctionDefinition::AggregateUDF(Arc::new(fit.clone()));
                // What is not given has its default.
                let takes = (*takes).min(args.len().saturating_sub(1));
                window.params.args = args[..=takes].to_vec();
                args.splice(1..=takes, [Expr::from(window)]);
            }
            Over::Whole { window: function, .. } => {
                window.fun = WindowFunctionDefinition::WindowUDF(Arc::new(*function.clone()));
                return Expr::from(window);
            }
        }
        Expr::ScalarFunction(ScalarFunction::new_udf(Arc::clone(&self.scalar), args))
    }
}

impl Over {
    /// By a fit that takes the value and so many arguments after it.
    pub fn fit<M: Method>(takes: usize) -> Self {
        Self::Fit { fit: aggregate::udaf::<M>(), takes, learn: on_columns::learn::<M> }
    }

    /// By a function of whole partitions.
    pub fn whole<W: partition::PartitionMethod>() -> Self {
        Self::Whole { window: Box::new(partition::udwf::<W>()), learn: None }
    }

    /// By a function of whole partitions that could do with this fit.
    pub fn whole_or_fit<W: partition::PartitionMethod, M: Method>() -> Self {
        let window = Box::new(partition::udwf::<W>());
        Self::Whole { window, learn: Some(on_columns::learn::<M>) }
    }
}

/// The scalar function that computes the scores.
pub fn scalar<N: Normalisation>() -> ScalarUDF {
    const {
        let ((numbers, lists), counts) = (given(N::PAGE.parameters), N::Given::COUNTS);
        assert!(numbers == counts.0 && lists == counts.1, "a score takes what its page has");
    }
    ScalarUDF::from(Scalar::<N> {
        signature: types::signature(N::PAGE.parameters),
        documentation: LazyLock::new(|| N::PAGE.documentation()),
        normalisation: PhantomData,
    })
}

pub fn entry<N: Normalisation>(over: Over) -> Entry {
    Entry {
        page: N::PAGE,
        scalar: Arc::new(scalar::<N>()),
        facade: Arc::new(AggregateUDF::from(Facade {
            page: N::PAGE,
            signature: types::signature(N::PAGE.parameters_of(true)),
            documentation: LazyLock::new(|| N::PAGE.documentation()),
        })),
        over,
    }
}

// ---- the scalar that does the work

struct Scalar<N> {
    signature: Signature,
    documentation: LazyLock<Documentation>,
    normalisation: PhantomData<fn() -> N>,
}

identity!(Scalar<N: Normalisation>);

impl<N: Normalisation> ScalarUDFImpl for Scalar<N> {
    fn name(&self) -> &str {
        N::FITTED
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(types::coerce(N::PAGE.parameters, types))
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        types::check(N::PAGE.name, N::PAGE.parameters, args.arg_fields)?;
        Ok(Arc::new(Field::new(N::FITTED, DataType::Float64, true)))
    }

    /// That of the façade, where there is one.
    fn documentation(&self) -> Option<&Documentation> {
        (N::FITTED == N::PAGE.name).then(|| &*self.documentation)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let name = N::PAGE.name;
        let mut columns = Vec::new();
        let (mut list, mut lists, mut direction) = (None, Vec::new(), None);
        for (i, parameter) in N::PAGE.parameters.iter().enumerate() {
            if parameter.role == Role::Direction {
                direction = Some(columns.len() - 1);
            }
            match (args.args.get(i), parameter.kind) {
                (Some(fit), Kind::Fit(fields)) => {
                    for field in fields {
                        columns.push((*field, part(fit, field)?, false));
                    }
                }
                (Some(fit), Kind::FitList(field)) => list = Some(sorted_list(name, fit, field)?),
                (given, Kind::Choice(_)) => {
                    let word = constant(name, parameter, given)?;
                    let chosen = constants::choice(name, parameter, &word)? as f64;
                    columns.push((parameter.name, Numbers::Constant(Some(chosen)), true));
                }
                (given, Kind::Constants) => {
                    let list = constant(name, parameter, given)?;
                    lists.push(constants::numbers(name, parameter.name, &list)?);
                }
                (Some(given), _) => {
                    let must_be = i > 0 && parameter.null == Null::Error;
                    columns.push((parameter.name, Numbers::new(given)?, must_be));
                }
                (None, _) => {
                    let number = match parameter.default {
                        DefaultValue::Number(number) => Some(number),
                        DefaultValue::Switch(switch) => Some(f64::from(u8::from(switch))),
                        _ => None,
                    };
                    columns.push((parameter.name, Numbers::Constant(number), true));
                }
            }
        }
        let all_constant = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let rows = if all_constant { 1 } else { args.number_rows };

        let mut scores = vec![0.0; rows];
        let mut is_scored = vec![false; rows];
        let values = &columns[0].1;
        let mut given = N::Given::default();
        given.parts().1.clone_from_slice(&lists);
        let mut score = |x: f64, given: &mut N::Given, list: &[f64]| {
            if let Some(at) = direction {
                check::direction(name, given.parts().0[at])?;
                direction = Some(at).filter(|at| matches!(columns[at + 1].1, Numbers::Column(_)));
            }
            N::score(x, given, list).or_else(|message| exec_err!("{name}: {message}"))
        };
        // What is the same for all rows is looked at with the first value, and not again.
        let mut to_read: Vec<usize> = (0..N::Given::COUNTS.0).collect();
        'rows: for row in 0..rows {
            let Some(x) = values.get(row) else { continue };
            check::finite(name, "value", x)?;
            for &i in &to_read {
                let (argument, column, must_be) = &columns[i + 1];
                given.parts().0[i] = match column.get(row) {
                    Some(number) => check::finite(name, argument, number)?,
                    None if *must_be => return exec_err!("{name}: {argument} must not be NULL"),
                    None => continue 'rows,
                };
            }
            if to_read.len() == N::Given::COUNTS.0 {
                to_read.retain(|i| matches!(columns[i + 1].1, Numbers::Column(_)));
            }
            let score = match &list {
                None => score(x, &mut given, &[]),
                Some(list) => list.with(row, |list| score(x, &mut given, list)).unwrap_or(Ok(None)),
            };
            match score? {
                Some(score) if !score.is_finite() => {
                    let is_score = N::PAGE.family != Family::Transformation;
                    let what = if is_score { "score" } else { "result" };
                    return exec_err!("{name}: the {what} of {x} exceeds the range of DOUBLE");
                }
                Some(score) => (scores[row], is_scored[row]) = (score, true),
                None => {}
            }
        }
        let nulls = (!is_scored.iter().all(|is| *is)).then(|| NullBuffer::from(is_scored));
        let scores = Float64Array::new(scores.into(), nulls);
        let scores: ArrayRef = Arc::new(scores);
        Ok(match all_constant {
            true => ColumnarValue::Scalar(ScalarValue::try_from_array(&scores, 0)?),
            false => ColumnarValue::Array(scores),
        })
    }
}

/// An argument that must be the same for all rows: as it was given, else its default.
fn constant(
    name: &str,
    parameter: &Parameter,
    given: Option<&ColumnarValue>,
) -> Result<ScalarValue> {
    match given {
        Some(ColumnarValue::Scalar(constant)) => Ok(constant.clone()),
        Some(ColumnarValue::Array(_)) => {
            exec_err!("{name}: {} must be a constant, found a column", parameter.name)
        }
        None => Ok(parameter.default.constant().unwrap_or(ScalarValue::Null)),
    }
}

/// One number of a fitted scale.
fn part(fit: &ColumnarValue, field: &str) -> Result<Numbers> {
    let (scale, constant) = match fit {
        ColumnarValue::Array(array) => (Arc::clone(array), false),
        ColumnarValue::Scalar(scalar) => (scalar.to_array()?, true),
    };
    let Some(column) = scale.as_struct_opt().and_then(|scale| {
        let column = scale.column_by_name(field)?;
        Some((column, scale.nulls()))
    }) else {
        return Ok(Numbers::Constant(None)); // an untyped NULL: no scale, no score
    };
    let (numbers, nulls) = (crate::types::doubles(column.0)?, column.1);
    let column = Numbers::Column(match nulls {
        Some(nulls) => {
            let (_, values, own) = numbers.into_parts();
            let nulls = NullBuffer::union(own.as_ref(), Some(nulls));
            Float64Array::new(values, nulls)
        }
        None => numbers,
    });
    Ok(if constant { Numbers::Constant(column.get(0)) } else { column })
}

/// Each list is in order and without gaps: what is not fitted but made by hand may be neither.
fn check_sorted(name: &str, offsets: &[i32], values: &ArrayRef, field: &str) -> Result<()> {
    let numbers = values.as_primitive::<Float64Type>();
    for ends in offsets.windows(2) {
        let list = ends[0] as usize..ends[1] as usize;
        let mut before = f64::NEG_INFINITY;
        for i in list {
            let x = numbers.value(i);
            if !numbers.is_valid(i) || !x.is_finite() || x < before {
                let found = if numbers.is_valid(i) { x.to_string() } else { "NULL".into() };
                let after = match before.is_finite() {
                    true => format!(" after {before}"),
                    false => String::new(),
                };
                return exec_err!(
                    "{name}: {field} of fit must be finite numbers in ascending order, got \
                     {found}{after}"
                );
            }
            before = x;
        }
    }
    Ok(())
}

/// The sorted list of a fitted scale.
fn sorted_list(name: &str, fit: &ColumnarValue, field: &str) -> Result<SortedList> {
    let (scale, constant) = match fit {
        ColumnarValue::Array(array) => (Arc::clone(array), false),
        ColumnarValue::Scalar(scalar) => (scalar.to_array()?, true),
    };
    let Some(scale) = scale.as_struct_opt() else { return Ok(SortedList::Constant(None)) };
    let Some(lists) = scale.column_by_name(field).and_then(|list| list.as_list_opt::<i32>()) else {
        return Ok(SortedList::Constant(None));
    };
    let nulls = NullBuffer::union(lists.nulls(), scale.nulls());
    let (item, offsets, values, _) = lists.clone().into_parts();
    check_sorted(name, &offsets, &values, field)?;
    let lists = SortedList::Column(ListArray::new(item, offsets, values, nulls));
    Ok(match constant {
        true => SortedList::Constant(lists.with(0, <[f64]>::to_vec)),
        false => lists,
    })
}

// ---- the name in SQL

struct Facade {
    page: &'static Page,
    signature: Signature,
    documentation: LazyLock<Documentation>,
}

identity!(Facade);

impl AggregateUDFImpl for Facade {
    fn name(&self) -> &str {
        self.page.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(types.to_vec())
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        plan_err!(
            "{0}: must be called in SQL, found a call from code (call goalposts::expr_fn::{0} there)",
            self.page.name
        )
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
