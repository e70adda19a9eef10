//! An aggregate over whole partitions, as a function of whole partitions: for where the input
//! cannot be read twice and [`super::join_rule`] therefore cannot make a `GROUP BY` of it.

use std::fmt::{self, Debug};
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::filter;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    AggregateUDF, EmitTo, PartitionEvaluator, Signature, Volatility, WindowUDF, WindowUDFImpl,
};
use datafusion::physical_expr::aggregate::{AggregateExprBuilder, AggregateFunctionExpr};
use datafusion::physical_expr::expressions::{Column, Literal};
use datafusion::physical_plan::PhysicalExpr;

use super::sought::Sought;
use crate::engine::partition::{Answers, BoundPartitionMethod, OnePartition, Verdict};

/// The aggregate, as a window function; with `has_filter` the last argument is what `FILTER` says.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Grouped {
    aggregate: Arc<AggregateUDF>,
    has_filter: bool,
    sought: Option<Sought>,
    signature: Signature,
}

impl Grouped {
    pub fn udwf(
        aggregate: Arc<AggregateUDF>,
        has_filter: bool,
        sought: Option<Sought>,
    ) -> WindowUDF {
        let signature = Signature::user_defined(Volatility::Immutable);
        WindowUDF::from(Self { aggregate, has_filter, sought, signature })
    }

    /// The aggregate, whether the last argument is a filter, and what the call looks for.
    #[cfg(feature = "codec")]
    pub fn parts(&self) -> (&AggregateUDF, bool, Option<&Sought>) {
        (&self.aggregate, self.has_filter, self.sought.as_ref())
    }

    /// The aggregate on its arguments, which are columns of their own unless they are constants.
    pub fn bind(
        &self,
        arguments: &[Arc<dyn PhysicalExpr>],
        fields: &[FieldRef],
    ) -> Result<Box<dyn BoundPartitionMethod>> {
        let of_aggregate = match (self.has_filter, fields.split_last()) {
            (false, _) => arguments.len(),
            (true, Some((filter, rest))) if filter.data_type() == &DataType::Boolean => rest.len(),
            (true, _) => {
                return exec_err!(
                    "{}: FILTER must be a condition, found another type",
                    self.aggregate.name()
                );
            }
        };
        let expr = |(i, argument): (usize, &Arc<dyn PhysicalExpr>)| match argument.is::<Literal>() {
            true => Arc::clone(argument),
            false => Arc::new(Column::new(&i.to_string(), i)) as _,
        };
        let exprs: Vec<_> = arguments[..of_aggregate].iter().enumerate().map(expr).collect();
        let fields = fields.iter().enumerate();
        let fields = fields.map(|(i, field)| field.as_ref().clone().with_name(i.to_string()));
        let schema = Schema::new(fields.collect::<Vec<_>>());
        let aggregate = AggregateExprBuilder::new(Arc::clone(&self.aggregate), exprs)
            .schema(Arc::new(schema))
            .alias(self.aggregate.name())
            .build()?;
        let (has_filter, sought) = (self.has_filter, self.sought.clone());
        Ok(Box::new(Bound { aggregate, has_filter, sought }))
    }
}

impl WindowUDFImpl for Grouped {
    fn name(&self) -> &str {
        self.aggregate.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(types.to_vec()) // they were coerced for the aggregate
    }

    fn field(&self, args: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        let fields = args.input_fields();
        let of_aggregate = fields.len() - usize::from(self.has_filter);
        let result = self.aggregate.return_field(&fields[..of_aggregate])?;
        Ok(Arc::new(Field::new(args.name(), result.data_type().clone(), true)))
    }

    fn partition_evaluator(
        &self,
        args: PartitionEvaluatorArgs<'_>,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(OnePartition(self.bind(args.input_exprs(), args.input_fields())?)))
    }
}

struct Bound {
    aggregate: AggregateFunctionExpr,
    has_filter: bool,
    sought: Option<Sought>,
}

impl Debug for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.aggregate.name())
    }
}

impl Bound {
    /// One answer per partition.
    fn answers(
        &self,
        arguments: &[ArrayRef],
        partitions: &[Range<usize>],
        memory: Option<&MemoryReservation>,
    ) -> Result<ArrayRef> {
        /// Rows between two looks at what is held.
        const ROWS: usize = 1 << 14;
        let (of_aggregate, keep) = match arguments.split_last() {
            Some((keep, rest)) if self.has_filter => (rest, Some(keep.as_boolean())),
            _ => (arguments, None),
        };
        let slices = |rows: &Range<usize>| -> Vec<ArrayRef> {
            of_aggregate.iter().map(|array| array.slice(rows.start, rows.len())).collect()
        };
        let keep = |rows: &Range<usize>| keep.map(|keep| keep.slice(rows.start, rows.len()));
        if self.aggregate.groups_accumulator_supported() {
            let mut accumulator = self.aggregate.create_groups_accumulator()?;
            let mut groups = Vec::with_capacity(ROWS);
            for (group, partition) in partitions.iter().enumerate() {
                groups.extend(std::iter::repeat_n(group, partition.len()));
                let is_last = group + 1 == partitions.len();
                while groups.len() >= ROWS || is_last && !groups.is_empty() {
                    // Those of the rows up to the end of this partition that are still to come.
                    let start = partition.end - groups.len();
                    let rows = start..partition.end.min(start + ROWS);
                    let (values, keep) = (slices(&rows), keep(&rows));
                    let groups = groups.drain(..rows.len()).collect::<Vec<_>>();
                    accumulator.update_batch(&values, &groups, keep.as_ref(), partitions.len())?;
                    memory.map_or(Ok(()), |memory| memory.try_resize(accumulator.size()))?;
                }
            }
            return accumulator.evaluate(EmitTo::All);
        }
        let answer = |rows: &Range<usize>| {
            let mut accumulator = self.aggregate.create_accumulator()?;
            let slices = match keep(rows) {
                None => slices(rows),
                Some(keep) => {
                    let all = slices(rows);
                    let kept = all.iter().map(|array| Ok(filter(array, &keep)?));
                    kept.collect::<Result<Vec<_>>>()?
                }
            };
            accumulator.update_batch(&slices)?;
            memory.map_or(Ok(()), |memory| memory.try_resize(accumulator.size()))?;
            accumulator.evaluate()
        };
        let answers: Result<Vec<ScalarValue>> = partitions.iter().map(answer).collect();
        ScalarValue::iter_to_array(answers?)
    }
}

impl BoundPartitionMethod for Bound {
    fn part(
        &self,
        arguments: &[ArrayRef],
        partitions: &[Range<usize>],
        memory: Option<&MemoryReservation>,
    ) -> Result<(Answers, Vec<Verdict>)> {
        let answers = self.answers(arguments, partitions, memory)?;
        let verdict = |sought: &Sought| match arguments.first() {
            _ if sought.is_found(&answers) => Verdict::Found,
            Some(values) if values.null_count() < values.len() => {
                Verdict::Missing(sought.message().to_owned())
            }
            _ => Verdict::Nothing,
        };
        let verdicts = self.sought.iter().map(verdict).collect();
        Ok((Answers::OfPartitions(answers), verdicts))
    }

    fn seeks(&self) -> bool {
        self.sought.is_some()
    }

    fn bytes_per_row(&self) -> usize {
        0 // what is held is held by the accumulator
    }
}
