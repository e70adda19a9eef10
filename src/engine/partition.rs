//! The bridge for functions of whole partitions: one answer per row, from all rows of its
//! partition, in whatever order they come.

use std::fmt::{self, Debug};
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Float64Array, StringArray, StructArray, UInt32Array,
};
use datafusion::arrow::buffer::{BooleanBuffer, NullBuffer};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    Documentation, PartitionEvaluator, Signature, WindowUDF, WindowUDFImpl,
};
use datafusion::physical_plan::PhysicalExpr;

use crate::arguments::constants::Constants;
use crate::arguments::types;
use crate::engine::identity::identity;
use crate::page::Page;

/// A function of whole partitions.
pub trait PartitionMethod: Debug + Send + Sync + Sized + 'static {
    /// The arguments of all partitions, typed.
    type Columns;
    /// The answer of one row.
    type Cell: Cell;

    const PAGE: &'static Page;

    /// The method with its constant arguments.
    fn bind(constants: &Constants) -> Result<Self>;

    /// Whether the call names something that one partition at least must have: see
    /// [`PartitionMethod::verdicts`].
    const SEEKS: bool = false;

    /// Whether what becomes of a value depends on the other values of its partition.
    fn learns(&self) -> bool {
        true
    }

    /// Whether the answers are in another unit of measurement than the values.
    fn changes_measure(&self) -> bool {
        false
    }

    /// Whether those of one partition are.
    fn changes(&self, _columns: &Self::Columns, _rows: Range<usize>) -> Result<bool> {
        Ok(self.changes_measure())
    }

    /// Whether, in an index, it sees all indicators of a reference set at once: not one after the
    /// other, nor siblings only.
    fn crosses(&self) -> bool {
        false
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Self::Columns>;

    /// Whether the things that the call names were found in these rows, once all their partitions are
    /// evaluated: a verdict for each, as many and in the same order for any rows.
    fn verdicts(&self, _columns: &Self::Columns) -> Vec<Verdict> {
        Vec::new()
    }

    /// Writes the answers of one partition: `cells[i]` is that of row `rows.start + i`, and is
    /// `Default` before. The rows of a partition come in no particular order.
    fn evaluate(
        &self,
        columns: &Self::Columns,
        rows: Range<usize>,
        cells: &mut [Self::Cell],
    ) -> Result<()>;
}

/// What a function of whole partitions answers.
pub trait Cell: Clone + Default {
    fn data_type() -> DataType;
    fn column(cells: Vec<Self>) -> ArrayRef;
}

impl Cell for Option<f64> {
    fn data_type() -> DataType {
        DataType::Float64
    }

    fn column(cells: Vec<Self>) -> ArrayRef {
        Arc::new(Float64Array::from(cells))
    }
}

/// A value and whether it was observed or filled in: `STRUCT(value DOUBLE, imputed BOOLEAN)`,
/// NULL where there is neither.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Imputed {
    pub value: Option<f64>,
    pub imputed: bool,
}

impl Cell for Imputed {
    fn data_type() -> DataType {
        marked("imputed", DataType::Boolean)
    }

    fn column(cells: Vec<Self>) -> ArrayRef {
        let marks = BooleanBuffer::collect_bool(cells.len(), |row| cells[row].imputed);
        marked_column(
            Self::data_type(),
            &cells,
            |cell| cell.value,
            |nulls| Arc::new(BooleanArray::new(marks, Some(nulls))),
        )
    }
}

/// A value and what was done to it: `STRUCT(value DOUBLE, treatment VARCHAR)`, NULL where there is
/// no value; `treatment` is NULL where nothing was done.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Treated {
    pub value: Option<f64>,
    pub treatment: Option<&'static str>,
}

impl Cell for Treated {
    fn data_type() -> DataType {
        marked("treatment", DataType::Utf8)
    }

    fn column(cells: Vec<Self>) -> ArrayRef {
        let marks: StringArray = cells.iter().map(|cell| cell.treatment).collect();
        marked_column(Self::data_type(), &cells, |cell| cell.value, |_| Arc::new(marks))
    }
}

fn marked(mark: &str, data_type: DataType) -> DataType {
    DataType::Struct(Fields::from(vec![
        Field::new("value", DataType::Float64, true),
        Field::new(mark, data_type, true),
    ]))
}

fn marked_column<C>(
    data_type: DataType,
    cells: &[C],
    value: impl Fn(&C) -> Option<f64>,
    marks: impl FnOnce(NullBuffer) -> ArrayRef,
) -> ArrayRef {
    let DataType::Struct(fields) = data_type else { unreachable!("a marked value is a STRUCT") };
    let is_there = |row: usize| value(&cells[row]).is_some();
    let nulls = NullBuffer::new(BooleanBuffer::collect_bool(cells.len(), is_there));
    let values = cells.iter().map(|cell| value(cell).unwrap_or_default()).collect();
    let values = Arc::new(Float64Array::new(values, Some(nulls.clone())));
    Arc::new(StructArray::new(fields, vec![values, marks(nulls.clone())], Some(nulls)))
}

/// What some rows say of a thing that a call names and that must be somewhere in the input: a base
/// period that no series has is a slip of the pen, not a reason to answer NULL for all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was looked for.
    Nothing,
    /// It was looked for and not found: what to say if no other rows have it.
    Missing(String),
    /// It is there.
    Found,
}

impl Verdict {
    /// The error, unless it was found or nobody asked.
    pub fn settle(self) -> Result<()> {
        match self {
            Self::Nothing | Self::Found => Ok(()),
            Self::Missing(message) => exec_err!("{message}"),
        }
    }
}

/// A [`PartitionMethod`] with its constants bound, its type forgotten.
pub trait BoundPartitionMethod: Send + Sync {
    /// The answers of a part of the input, with what is held on the way accounted to `memory`, and
    /// what the part says of the things that are looked for. The partitions lie one after the other
    /// and cover all rows.
    fn part(
        &self,
        arguments: &[ArrayRef],
        partitions: &[Range<usize>],
        memory: Option<&MemoryReservation>,
    ) -> Result<(Answers, Vec<Verdict>)>;

    /// One answer per row, of rows that are the whole input.
    fn run(&self, arguments: &[ArrayRef], partitions: &[Range<usize>]) -> Result<ArrayRef> {
        let (answers, verdicts) = self.part(arguments, partitions, None)?;
        verdicts.into_iter().try_for_each(Verdict::settle)?;
        answers.of_rows(partitions)
    }

    /// As [`PartitionMethod::SEEKS`].
    fn seeks(&self) -> bool;

    /// As [`PartitionMethod::learns`].
    fn learns(&self) -> bool {
        true
    }

    /// As [`PartitionMethod::changes_measure`].
    fn changes_measure(&self) -> bool {
        false
    }

    /// As [`PartitionMethod::crosses`].
    fn crosses(&self) -> bool {
        false
    }

    /// For each partition as [`PartitionMethod::changes`].
    fn changes(&self, _arguments: &[ArrayRef], partitions: &[Range<usize>]) -> Result<Vec<bool>> {
        Ok(vec![false; partitions.len()])
    }

    /// Bytes that it takes to answer, for each row.
    fn bytes_per_row(&self) -> usize;
}

/// What a function of whole partitions answers.
pub enum Answers {
    /// One answer per row.
    OfRows(ArrayRef),
    /// One answer per partition, the same for all of its rows.
    OfPartitions(ArrayRef),
}

impl Answers {
    /// One answer per row of these partitions.
    fn of_rows(self, partitions: &[Range<usize>]) -> Result<ArrayRef> {
        match self {
            Self::OfRows(answers) => Ok(answers),
            Self::OfPartitions(answers) => {
                let groups = partitions.iter().zip(0..);
                let groups =
                    groups.flat_map(|(rows, group)| std::iter::repeat_n(group, rows.len()));
                Ok(take(&answers, &UInt32Array::from_iter_values(groups), None)?)
            }
        }
    }
}

impl<W: PartitionMethod> BoundPartitionMethod for W {
    fn part(
        &self,
        arguments: &[ArrayRef],
        partitions: &[Range<usize>],
        _: Option<&MemoryReservation>,
    ) -> Result<(Answers, Vec<Verdict>)> {
        let columns = self.columns(arguments)?;
        let rows = partitions.last().map_or(0, |last| last.end);
        let mut cells = vec![W::Cell::default(); rows];
        for partition in partitions {
            self.evaluate(&columns, partition.clone(), &mut cells[partition.clone()])?;
        }
        Ok((Answers::OfRows(W::Cell::column(cells)), self.verdicts(&columns)))
    }

    fn seeks(&self) -> bool {
        W::SEEKS
    }

    fn learns(&self) -> bool {
        PartitionMethod::learns(self)
    }

    fn changes_measure(&self) -> bool {
        PartitionMethod::changes_measure(self)
    }

    fn crosses(&self) -> bool {
        PartitionMethod::crosses(self)
    }

    fn changes(&self, arguments: &[ArrayRef], partitions: &[Range<usize>]) -> Result<Vec<bool>> {
        let columns = self.columns(arguments)?;
        partitions
            .iter()
            .map(|rows| PartitionMethod::changes(self, &columns, rows.clone()))
            .collect()
    }

    fn bytes_per_row(&self) -> usize {
        /// A value and its place, as a partition is sorted.
        const SORTED: usize = size_of::<(f64, usize)>();
        2 * size_of::<W::Cell>() + SORTED
    }
}

/// The window function of a method.
pub fn udwf<W: PartitionMethod>() -> WindowUDF {
    WindowUDF::from(Function {
        page: W::PAGE,
        signature: types::signature(W::PAGE.parameters_of(true)),
        documentation: LazyLock::new(|| W::PAGE.documentation()),
        data_type: W::Cell::data_type,
        bind: |constants| Ok(Box::new(W::bind(constants)?)),
    })
}

/// A window function of ours.
pub struct Function {
    pub(crate) page: &'static Page,
    signature: Signature,
    documentation: LazyLock<Documentation, fn() -> Documentation>,
    data_type: fn() -> DataType,
    bind: fn(&Constants) -> Result<Box<dyn BoundPartitionMethod>>,
}

impl Function {
    pub fn bind(
        &self,
        arguments: &[Arc<dyn PhysicalExpr>],
    ) -> Result<Box<dyn BoundPartitionMethod>> {
        let parameters = self.page.parameters_of(true);
        self.with(&Constants::of(self.page.name, parameters, arguments))
    }

    /// The function with constants that are known already.
    pub fn with(&self, constants: &Constants) -> Result<Box<dyn BoundPartitionMethod>> {
        (self.bind)(constants)
    }
}

identity!(Function);

impl WindowUDFImpl for Function {
    fn name(&self) -> &str {
        self.page.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(types::coerce(self.page.parameters_of(true), types))
    }

    fn field(&self, args: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        types::check(self.page.name, self.page.parameters_of(true), args.input_fields())?;
        Ok(Arc::new(Field::new(args.name(), (self.data_type)(), true)))
    }

    fn partition_evaluator(
        &self,
        args: PartitionEvaluatorArgs<'_>,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        if args.ignore_nulls() {
            return plan_err!("{}: IGNORE NULLS is not supported", self.page.name);
        }
        Ok(Box::new(OnePartition(self.bind(args.input_exprs())?)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// One partition at a time: how the engine's own window operator asks.
pub struct OnePartition(pub(crate) Box<dyn BoundPartitionMethod>);

impl Debug for OnePartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnePartition")
    }
}

impl PartitionEvaluator for OnePartition {
    fn evaluate_all(&mut self, values: &[ArrayRef], num_rows: usize) -> Result<ArrayRef> {
        let all = 0..num_rows;
        // One partition of many: what it lacks another may have.
        let (answers, _) = self.0.part(values, std::slice::from_ref(&all), None)?;
        answers.of_rows(std::slice::from_ref(&all))
    }
}
