//! An aggregate over whole partitions, as a function of whole partitions: for where the input
//! cannot be read twice and [`super::without_sort`] therefore cannot make a `GROUP BY` of it.

use std::fmt::{self, Debug};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use datafusion::arrow::compute::{filter, take};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    AggregateUDF, EmitTo, PartitionEvaluator, Signature, Volatility, WindowUDF, WindowUDFImpl,
};
use datafusion::physical_expr::aggregate::{AggregateExprBuilder, AggregateFunctionExpr};
use datafusion::physical_expr::expressions::{Column, Literal};
use datafusion::physical_plan::PhysicalExpr;

use super::partition::{OnePartition, Run};

/// The aggregate, as a window function; with `has_filter` the last argument is what `FILTER` says.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Grouped {
    aggregate: Arc<AggregateUDF>,
    has_filter: bool,
    signature: Signature,
}

impl Grouped {
    pub(super) fn udwf(aggregate: Arc<AggregateUDF>, has_filter: bool) -> WindowUDF {
        let signature = Signature::user_defined(Volatility::Immutable);
        WindowUDF::from(Self { aggregate, has_filter, signature })
    }

    /// The aggregate on its arguments, which are columns of their own unless they are constants.
    pub(super) fn bind(
        &self,
        arguments: &[Arc<dyn PhysicalExpr>],
        fields: &[FieldRef],
    ) -> Result<Box<dyn Run>> {
        let of_aggregate = arguments.len() - usize::from(self.has_filter);
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
        Ok(Box::new(Bound { aggregate, has_filter: self.has_filter }))
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
}

impl Debug for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.aggregate.name())
    }
}

impl Run for Bound {
    fn run(
        &self,
        arguments: &[ArrayRef],
        partitions: &[std::ops::Range<usize>],
    ) -> Result<ArrayRef> {
        let (of_aggregate, keep) = match arguments.split_last() {
            Some((keep, rest)) if self.has_filter => (rest, Some(keep.as_boolean())),
            _ => (arguments, None),
        };
        let group =
            |(i, rows): (usize, &std::ops::Range<usize>)| std::iter::repeat_n(i, rows.len());
        let groups: Vec<usize> = partitions.iter().enumerate().flat_map(group).collect();
        let answers = if self.aggregate.groups_accumulator_supported() {
            let mut accumulator = self.aggregate.create_groups_accumulator()?;
            accumulator.update_batch(of_aggregate, &groups, keep, partitions.len())?;
            accumulator.evaluate(EmitTo::All)?
        } else {
            let answer = |rows: &std::ops::Range<usize>| {
                let mut accumulator = self.aggregate.create_accumulator()?;
                let slice = |array: &ArrayRef| match keep {
                    None => Ok(array.slice(rows.start, rows.len())),
                    Some(keep) => filter(
                        &array.slice(rows.start, rows.len()),
                        &keep.slice(rows.start, rows.len()),
                    ),
                };
                let slices: std::result::Result<Vec<_>, _> =
                    of_aggregate.iter().map(slice).collect();
                accumulator.update_batch(&slices?)?;
                accumulator.evaluate()
            };
            let answers: Result<Vec<ScalarValue>> = partitions.iter().map(answer).collect();
            ScalarValue::iter_to_array(answers?)?
        };
        let groups = UInt32Array::from_iter_values(groups.into_iter().map(|group| group as u32));
        Ok(take(&answers, &groups, None)?)
    }
}
