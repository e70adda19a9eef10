//! The methods of SQL on whole columns of numbers, without the engine around them: what the table
//! functions make an index with. A method that is registered for SQL is registered here as well.

use std::fmt::Debug;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use datafusion::arrow::datatypes::{DataType, Field, Float64Type};
use datafusion::common::config::ConfigOptions;
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, WindowUDF};

use super::aggregate::{self, Method};
use super::matrix::{Answer, MatrixMethod};
use crate::arguments::constants::Constants;
use crate::engine::partition::{BoundPartitionMethod, Function};
use crate::kernel::Matrix;
use crate::kernel::weights::Part;
use crate::page::{Kind, Page, Parameter, Role};
use crate::types::or_nan;

/// What a fit learns from columns of arguments, chunk by chunk; row `i` of each chunk belongs to
/// group `i` if there are groups. A STRUCT a group.
pub type Learn = fn(&[Vec<ArrayRef>], groups: Option<usize>) -> Result<ArrayRef>;

pub fn learn<M: Method>(chunks: &[Vec<ArrayRef>], groups: Option<usize>) -> Result<ArrayRef> {
    let method = M::bind(&constants_of(M::PAGE, chunks)?)?;
    let mut states = vec![M::State::default(); groups.unwrap_or(1)];
    for arguments in chunks {
        let columns = method.columns(arguments)?;
        match groups {
            Some(_) => method.update_each(&mut states, &columns)?,
            None => method.update_all(&mut states[0], &columns, arguments[0].len())?,
        }
    }
    aggregate::finish(&method, &mut states)
}

/// The constants among the arguments, which are the same in all rows.
fn constants_of(page: &'static Page, chunks: &[Vec<ArrayRef>]) -> Result<Constants> {
    let given = |(i, parameter): (usize, &Parameter)| match parameter.kind {
        Kind::Constant => {
            let mut columns = chunks.iter().filter_map(|chunk| chunk.get(i));
            let column = columns.find(|column| !column.is_empty());
            column.map(|column| ScalarValue::try_from_array(column, 0)).transpose()
        }
        _ => Ok(None),
    };
    let values: Result<Vec<_>> = page.parameters.iter().enumerate().map(given).collect();
    Ok(Constants::of_values(page.name, page.parameters, &values?))
}

/// How the scores of the children of a node become that of the node.
pub trait Combine: Debug + Send + Sync {
    /// One score per unit, from one column per child and its weight.
    fn combine(&self, children: &[ArrayRef], weights: &[f64]) -> Result<Float64Array>;

    /// Whether the score of a unit depends on the other units.
    fn compares_units(&self) -> bool {
        false
    }

    /// Whether units can be compared with a reference set that they are not part of.
    fn takes_reference(&self) -> bool {
        false
    }

    /// As `combine`, the units compared with those of a reference set.
    fn combine_against(
        &self,
        children: &[ArrayRef],
        weights: &[f64],
        _reference: &[ArrayRef],
    ) -> Result<Float64Array> {
        self.combine(children, weights)
    }

    /// The power of the mean that it is, if it is one of the power means: 1 the arithmetic, 0 the
    /// geometric, -1 the harmonic mean.
    fn power(&self) -> Option<f64> {
        None
    }

    /// Whether weights count as they stand, not as shares of their sum; a missing score then leaves none.
    fn weighs_as_stated(&self) -> bool {
        false
    }

    /// The score that is taken for a missing one, if there is one.
    fn taken_for_missing(&self) -> Option<f64> {
        None
    }
}

/// An aggregation by its page.
#[derive(Debug, Clone, Copy)]
pub struct Aggregator {
    pub page: &'static Page,
    pub bind: fn(&Constants) -> Result<Box<dyn Combine>>,
}

impl Aggregator {
    pub fn by_unit<M: Method>() -> Self {
        Self { page: M::PAGE, bind: |constants| Ok(Box::new(ByUnit(M::bind(constants)?))) }
    }

    pub fn by_matrix<M: MatrixMethod>() -> Self {
        Self { page: M::PAGE, bind: |constants| Ok(Box::new(ByMatrix(M::bind(constants)?))) }
    }
}

/// An aggregate function: the children of a unit are the rows of its group.
#[derive(Debug)]
struct ByUnit<M>(M);

impl<M: Method> Combine for ByUnit<M> {
    fn combine(&self, children: &[ArrayRef], weights: &[f64]) -> Result<Float64Array> {
        let units = children.first().map_or(0, |child| child.len());
        let mut states = vec![M::State::default(); units];
        let takes_weight = M::PAGE.parameters.get(1).is_some_and(|p| p.role == Role::Weight);
        for (child, &weight) in children.iter().zip(weights) {
            let mut arguments = vec![Arc::clone(child)];
            if takes_weight {
                arguments.push(Arc::new(Float64Array::from_value(weight, 1)));
            }
            let columns = self.0.columns(&arguments)?;
            self.0.update_each(&mut states, &columns)?;
        }
        Ok(aggregate::finish(&self.0, &mut states)?.as_primitive::<Float64Type>().clone())
    }

    fn power(&self) -> Option<f64> {
        self.0.power()
    }

    fn weighs_as_stated(&self) -> bool {
        self.0.weighs_as_stated()
    }

    fn taken_for_missing(&self) -> Option<f64> {
        self.0.taken_for_missing()
    }
}

/// An aggregate over the matrix of all units and children.
#[derive(Debug)]
struct ByMatrix<M>(M);

impl<M: MatrixMethod> Combine for ByMatrix<M> {
    fn combine(&self, children: &[ArrayRef], weights: &[f64]) -> Result<Float64Array> {
        let units = children.first().map_or(0, |child| child.len());
        let mut scores = vec![None; units];
        for (rows, numbers) in answers(&self.0, &matrix(children, weights))? {
            if let (Some(&unit), Some(&score)) = (rows.first(), numbers.first()) {
                scores[unit] = score;
            }
        }
        Ok(scores.into())
    }

    fn compares_units(&self) -> bool {
        true
    }

    fn takes_reference(&self) -> bool {
        M::TAKES_REFERENCE
    }

    fn combine_against(
        &self,
        children: &[ArrayRef],
        weights: &[f64],
        reference: &[ArrayRef],
    ) -> Result<Float64Array> {
        let (matrix, reference) = (matrix(children, weights), matrix(reference, weights));
        match self.0.against(&matrix, &reference) {
            Ok(scores) => Ok(scores.into()),
            Err(message) => exec_err!("{}: {message}", M::PAGE.name),
        }
    }
}

/// A weighting by its page: a weight for each column of a matrix, none where it cannot tell.
#[derive(Debug, Clone, Copy)]
pub struct Weigher {
    pub page: &'static Page,
    pub weigh: fn(&Constants, &Matrix) -> Result<Vec<Option<f64>>>,
    /// What a column counts for, if its own scores decide that.
    pub part: Option<Part>,
}

impl Weigher {
    pub fn of<M: MatrixMethod>() -> Self {
        Self { page: M::PAGE, weigh: weigh::<M>, part: M::PART }
    }
}

fn weigh<M: MatrixMethod>(constants: &Constants, matrix: &Matrix) -> Result<Vec<Option<f64>>> {
    let mut weights = vec![None; matrix.columns()];
    for (columns, numbers) in answers(&M::bind(constants)?, matrix)? {
        if let (Some(&column), Some(&weight)) = (columns.first(), numbers.first()) {
            weights[column] = weight;
        }
    }
    Ok(weights)
}

fn answers<M: MatrixMethod>(method: &M, matrix: &Matrix) -> Result<Vec<super::matrix::Record>> {
    match method.answer(matrix) {
        Ok(Answer::List(records)) => Ok(records),
        Ok(Answer::Number(_)) => {
            exec_err!("{}: must answer with a list, found a number", M::PAGE.name)
        }
        Err(message) => exec_err!("{}: {message}", M::PAGE.name),
    }
}

/// Columns as a matrix of units and indicators.
pub fn matrix(columns: &[ArrayRef], weights: &[f64]) -> Matrix {
    let units = columns.first().map_or(0, |column| column.len());
    let mut cells = Vec::with_capacity(units * columns.len());
    for column in columns {
        cells.extend_from_slice(&or_nan(column.as_primitive()));
    }
    let mut matrix = Matrix::from_cells(units, columns.len(), cells);
    for (j, &weight) in weights.iter().enumerate() {
        matrix.set_weight(j, weight);
    }
    matrix
}

/// A function of whole partitions with its constants bound.
pub fn whole(function: &WindowUDF, constants: &Constants) -> Result<Box<dyn BoundPartitionMethod>> {
    match function.inner().downcast_ref::<Function>() {
        Some(ours) => ours.with(constants),
        None => {
            exec_err!("{}: must be a function of whole partitions, found another", function.name())
        }
    }
}

/// Whether a window function is the one of a page.
pub fn is_of_page(function: &WindowUDF, page: &'static Page) -> bool {
    function.inner().downcast_ref::<Function>().is_some_and(|ours| ours.page == page)
}

/// The scores of values, by the scalar function of a normalisation.
pub fn score(
    scalar: &ScalarUDF,
    arguments: Vec<ColumnarValue>,
    rows: usize,
    options: &Arc<ConfigOptions>,
) -> Result<Float64Array> {
    let field = |value: &ColumnarValue| Arc::new(Field::new("", value.data_type(), true));
    let arg_fields = arguments.iter().map(field).collect();
    let scores = scalar.invoke_with_args(ScalarFunctionArgs {
        args: arguments,
        arg_fields,
        number_rows: rows,
        return_field: Arc::new(Field::new("score", DataType::Float64, true)),
        config_options: Arc::clone(options),
    })?;
    Ok(scores.into_array(rows)?.as_primitive::<Float64Type>().clone())
}

/// The same by a page of constants; `column` gives the arguments that are none.
pub fn score_with(
    scalar: &ScalarUDF,
    page: &Page,
    constants: &Constants,
    rows: usize,
    options: &Arc<ConfigOptions>,
    column: impl Fn(Role) -> Option<Result<ColumnarValue>>,
) -> Result<Float64Array> {
    let arguments = page.parameters.iter().map(|parameter| match column(parameter.role) {
        Some(column) => column,
        None => {
            let constant = constants.get(parameter.name)?;
            Ok(ColumnarValue::Scalar(constant.unwrap_or(ScalarValue::Null)))
        }
    });
    score(scalar, arguments.collect::<Result<Vec<_>>>()?, rows, options)
}
