//! From operators to messages.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};
use datafusion_proto::protobuf;

use super::message::{
    Aggregation, AsWindow, Constant, InOrder, Index, Kind, Longer, Names, OfGroups, Seeker, Window,
    Windows,
};
use crate::engine::holding::{HoldingAggregateExec, aggregation_of};
use crate::engine::longer::exec::LongerExec;
use crate::engine::window::aggregate_as_window::Grouped;
use crate::engine::window::hash_exec::{Call, WholePartitionExec};
use crate::engine::window::sought::Sought;
use crate::functions::registry;
use crate::functions::table::arguments::Arguments;
use crate::functions::table::sql::exec::IndexExec;
use crate::functions::table::sql::in_order_exec::InOrderExec;
use crate::page::Parameter;

impl From<&Sought> for Seeker {
    fn from(sought: &Sought) -> Self {
        Self { field: sought.field().to_owned(), message: sought.message().to_owned() }
    }
}

/// Expressions and plans within an operator go through the converter that writes all of the plan.
pub struct Writer<'a> {
    pub codec: &'a dyn PhysicalExtensionCodec,
    pub converter: &'a dyn PhysicalProtoConverterExtension,
}

impl Writer<'_> {
    /// An operator of ours; none for another.
    pub fn operator(&self, node: &dyn ExecutionPlan) -> Result<Option<Kind>> {
        Ok(Some(if let Some(index) = node.downcast_ref::<IndexExec>() {
            Kind::Index(Box::new(self.index(index)?))
        } else if node.is::<InOrderExec>() {
            Kind::InOrder(InOrder {})
        } else if let Some(windows) = node.downcast_ref::<WholePartitionExec>() {
            Kind::Windows(self.windows(windows)?)
        } else if let Some(holding) = node.downcast_ref::<HoldingAggregateExec>() {
            Kind::Holding(self.aggregation(holding)?)
        } else if let Some(rows) = node.downcast_ref::<LongerExec>() {
            Kind::Longer(longer(rows)?)
        } else {
            return Ok(None);
        }))
    }

    fn expr(&self, expr: &Arc<dyn PhysicalExpr>) -> Result<protobuf::PhysicalExprNode> {
        self.converter.physical_expr_to_proto(expr, self.codec)
    }

    fn exprs(&self, exprs: &[Arc<dyn PhysicalExpr>]) -> Result<Vec<protobuf::PhysicalExprNode>> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn index(&self, index: &IndexExec) -> Result<Index> {
        let (call, wanted) = index.parts();
        let Arguments { page, constants, tables, .. } = &call.arguments;
        Ok(Index {
            function: page.name.to_owned(),
            constants: constants.given().map(constant).collect::<Result<_>>()?,
            tables: tables.iter().map(|table| (*table).to_owned()).collect(),
            has_period: call.has_period,
            filter: wanted.nodes.as_ref().map(|filter| self.expr(filter)).transpose()?,
            schema: Some(index.schema().as_ref().try_into()?),
            partitions: index.partitions() as u64,
            periods: wanted.periods.as_ref().map(|filter| self.expr(filter)).transpose()?,
        })
    }

    fn windows(&self, windows: &WholePartitionExec) -> Result<Windows> {
        let call = |call: &Call| {
            let (function, arguments, name) = call.parts();
            let grouped = function.inner().downcast_ref::<Grouped>();
            let aggregate = grouped.map(|grouped| self.as_window(grouped)).transpose()?;
            let arguments = self.exprs(arguments)?;
            let (function, name) = (function.name().to_owned(), name.to_owned());
            Ok(Window { function, aggregate, arguments, name })
        };
        let (keys, calls) = windows.parts();
        Ok(Windows {
            keys: self.exprs(keys)?,
            calls: calls.iter().map(call).collect::<Result<_>>()?,
            schema: Some(windows.schema().as_ref().try_into()?),
        })
    }

    fn as_window(&self, grouped: &Grouped) -> Result<AsWindow> {
        let (aggregate, has_filter, sought) = grouped.parts();
        let (sought, is_ours) = (sought.map(Seeker::from), registry().has_aggregate(aggregate));
        let mut function = Vec::new();
        self.codec.try_encode_udaf(aggregate, &mut function)?;
        Ok(AsWindow { has_filter, sought, is_ours, function })
    }

    /// The input is written by the engine, beside the operator: here another stands in its place.
    fn aggregation(&self, holding: &HoldingAggregateExec) -> Result<Aggregation> {
        let aggregate = holding.aggregation();
        let input = EmptyExec::new(aggregate.input().schema());
        let aggregate: Arc<dyn ExecutionPlan> =
            Arc::new(aggregation_of(aggregate, Arc::new(input))?);
        let aggregate = self.converter.execution_plan_to_proto(&aggregate, self.codec)?;
        Ok(Aggregation { aggregate: Some(Box::new(aggregate)) })
    }
}

fn longer(rows: &LongerExec) -> Result<Longer> {
    let (shape, wanted) = rows.parts();
    let names = |array: &ArrayRef| {
        let name = |at| Ok((&ScalarValue::try_from_array(array, at)?).try_into()?);
        Ok(Names { names: (0..array.len()).map(name).collect::<Result<_>>()? })
    };
    let of_groups = |columns: &Vec<Option<usize>>| OfGroups {
        columns: columns.iter().map(|at| at.map_or(0, |at| at as u64 + 1)).collect(),
    };
    Ok(Longer {
        kept: shape.kept.iter().map(|at| *at as u64).collect(),
        names: shape.names.iter().map(names).collect::<Result<_>>()?,
        values: shape.values.iter().map(of_groups).collect(),
        groups: shape.groups as u64,
        keep_nulls: shape.keep_nulls,
        schema: Some(shape.schema.as_ref().try_into()?),
        wanted: wanted.iter().map(|at| *at as u64).collect(),
    })
}

/// A constant, a list item by item: as a whole it would be a message of Arrow.
fn constant((parameter, value): (&Parameter, &ScalarValue)) -> Result<Constant> {
    let items = match value {
        _ if value.is_null() => None,
        ScalarValue::List(list) => Some(list.value(0)),
        ScalarValue::LargeList(list) => Some(list.value(0)),
        ScalarValue::FixedSizeList(list) => Some(list.value(0)),
        _ => None,
    };
    let (values, is_list) = match &items {
        _ if value.is_null() => (vec![ScalarValue::Null], false),
        None => (vec![value.clone()], false),
        Some(items) => {
            let item = |i| ScalarValue::try_from_array(items, i);
            ((0..items.len()).map(item).collect::<Result<_>>()?, true)
        }
    };
    let values = values.iter().map(|value| Ok(value.try_into()?)).collect::<Result<_>>()?;
    Ok(Constant { name: parameter.name.to_owned(), values, is_list })
}
