//! From messages to operators, with what nobody has written found out.

use std::sync::Arc;

use datafusion::arrow::array::new_empty_array;
use datafusion::arrow::datatypes::{DataType, FieldRef, Schema, SchemaRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::execution::{FunctionRegistry, TaskContext};
use datafusion::logical_expr::function::WindowUDFFieldArgs;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion_proto::physical_plan::{
    PhysicalExtensionCodec, PhysicalPlanDecodeContext, PhysicalProtoConverterExtension,
};
use datafusion_proto::protobuf;

use super::message::{
    Aggregation, AsWindow, Constant, Index, Kind, Longer, Names, Seeker, Window, Windows, damaged,
};
use crate::arguments::constants::{Constants, Given};
use crate::engine::holding::{HoldingAggregateExec, aggregation_of};
use crate::engine::longer::exec::{LongerExec, Shape};
use crate::engine::window::aggregate_as_window::Grouped;
use crate::engine::window::hash_exec::{Call, WholePartitionExec};
use crate::engine::window::sought::Sought;
use crate::functions::registry;
use crate::functions::table::arguments::{Arguments, parameters};
use crate::functions::table::entries;
use crate::functions::table::sql::call::{IndexCall, periods_schema};
use crate::functions::table::sql::exec::IndexExec;
use crate::functions::table::sql::in_order_exec::InOrderExec;
use crate::functions::table::sql::wanted::Wanted;
use crate::page::{Kind as KindOfParameter, Page};

/// More partitions than any session has: of bytes that nobody wrote, memory for each is not taken.
const MOST_PARTITIONS: u64 = 1 << 16;
/// The same for groups of columns.
const MOST_GROUPS: usize = 1 << 20;

impl From<Seeker> for Sought {
    fn from(Seeker { field, message }: Seeker) -> Self {
        Self::from_parts(field, message)
    }
}

/// Expressions and plans within an operator go through the converter that reads all of the plan.
pub struct Reader<'a> {
    pub codec: &'a dyn PhysicalExtensionCodec,
    pub converter: &'a dyn PhysicalProtoConverterExtension,
    pub context: &'a TaskContext,
    pub inputs: &'a [Arc<dyn ExecutionPlan>],
}

impl Reader<'_> {
    pub fn operator(
        &self,
        others: &dyn PhysicalExtensionCodec,
        kind: Option<Kind>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match kind {
            Some(Kind::Index(index)) => self.index(*index),
            Some(Kind::InOrder(_)) => {
                Ok(Arc::new(InOrderExec::try_new(Arc::clone(self.input()?))?))
            }
            Some(Kind::Windows(windows)) => self.windows(windows),
            Some(Kind::Holding(holding)) => self.aggregation(holding),
            Some(Kind::Longer(rows)) => self.longer(rows),
            Some(Kind::Other(bytes)) => {
                others.try_decode(&bytes, self.inputs, self.context, self.converter)
            }
            None => Err(damaged("no operator")),
        }
    }

    fn input(&self) -> Result<&Arc<dyn ExecutionPlan>> {
        match self.inputs {
            [input] => Ok(input),
            others => Err(damaged(&format!("{} inputs", others.len()))),
        }
    }

    fn expr(
        &self,
        expr: &protobuf::PhysicalExprNode,
        schema: &Schema,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        let context = PhysicalPlanDecodeContext::new(self.context, self.codec);
        self.converter.proto_to_physical_expr(expr, schema, &context)
    }

    fn exprs(
        &self,
        exprs: &[protobuf::PhysicalExprNode],
        schema: &Schema,
    ) -> Result<Vec<Arc<dyn PhysicalExpr>>> {
        exprs.iter().map(|expr| self.expr(expr, schema)).collect()
    }

    fn index(&self, index: Index) -> Result<Arc<dyn ExecutionPlan>> {
        let Index { function, constants, tables, has_period, filter, schema, partitions, periods } =
            index;
        let Some(entry) = entries().iter().find(|entry| entry.page.name == function) else {
            return Err(damaged(&format!("a table function '{function}'")));
        };
        let constants = given(entry.page, constants)?;
        let tables = known_tables(entry.page, &tables)?;
        let arguments = Arguments { registry: registry(), page: entry.page, constants, tables };
        let call = IndexCall::new(entry.bind, arguments, has_period)?;
        let schema = read_schema(schema)?;
        self.check(&call, &schema)?;
        if !(1..=MOST_PARTITIONS).contains(&partitions) {
            return Err(damaged(&format!("{partitions} partitions")));
        }
        let wanted = Wanted { nodes: filter, periods }.map(
            |filter| self.filter(filter, &call.nodes_schema()),
            |filter| self.filter(filter, periods_schema(&schema)?.as_ref()),
        )?;
        let (call, inputs) = (Arc::new(call), self.inputs.to_vec());
        Ok(Arc::new(IndexExec::new(call, inputs, wanted, schema, partitions as usize)))
    }

    fn filter(
        &self,
        filter: &protobuf::PhysicalExprNode,
        schema: &Schema,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        let filter = self.expr(filter, schema)?;
        match filter.data_type(schema)? {
            DataType::Boolean => Ok(filter),
            _ => Err(damaged(&format!("a filter {filter}"))),
        }
    }

    /// The inputs are a framework, a panel and what else is given, the columns those of the function.
    fn check(&self, call: &IndexCall, schema: &Schema) -> Result<()> {
        let (name, inputs) = (call.name(), self.inputs);
        let [_, panel, ..] = inputs else {
            return Err(damaged(&format!("{} inputs of {name}", inputs.len())));
        };
        let panel = panel.schema();
        let types: Vec<_> = panel.fields().iter().map(|field| field.data_type()).collect();
        let columns = if call.has_period { 4 } else { 3 };
        if inputs.len() != call.arguments.tables.len()
            || types.len() != columns + call.groups().len()
            || *types[columns - 1] != DataType::Float64
        {
            return Err(damaged(&format!("other inputs of {name}")));
        }
        let all = call.schema(&types);
        let is_its = |field: &str, of: &DataType| {
            all.field_with_name(field).is_ok_and(|own| own.data_type() == of)
        };
        let mut fields = schema.fields().iter();
        match fields.find(|field| !is_its(field.name(), field.data_type())) {
            Some(other) => Err(damaged(&format!("a column '{}' of {name}", other.name()))),
            None => Ok(()),
        }
    }

    fn windows(&self, windows: Windows) -> Result<Arc<dyn ExecutionPlan>> {
        let (input, schema) = (self.input()?, read_schema(windows.schema)?);
        let input_schema = input.schema();
        let of_field = |field: &FieldRef| field.data_type().clone();
        let mut types: Vec<DataType> = input_schema.fields().iter().map(of_field).collect();
        let mut calls = Vec::new();
        for Window { function, aggregate, arguments, name } in windows.calls {
            let unknown = || damaged(&format!("a function '{function}'"));
            let of_windows = match aggregate {
                Some(AsWindow { has_filter, sought, is_ours, function: bytes }) => {
                    let aggregate = match bytes.as_slice() {
                        [] if is_ours => registry().aggregate_named(&function).ok_or_else(unknown),
                        [] => self.context.udaf(&function),
                        bytes => self.codec.try_decode_udaf(&function, bytes),
                    }?;
                    Arc::new(Grouped::udwf(aggregate, has_filter, sought.map(Sought::from)))
                }
                None => registry().window_named(&function).ok_or_else(unknown)?,
            };
            let arguments = self.exprs(&arguments, &input_schema)?;
            let fields = arguments.iter().map(|argument| argument.return_field(&input_schema));
            let fields = fields.collect::<Result<Vec<_>>>()?;
            let call = Call::of(&of_windows, arguments, &name, &input_schema);
            calls.push(call.ok_or_else(unknown)??);
            types.push(of_field(&of_windows.field(WindowUDFFieldArgs::new(&fields, &name))?));
        }
        if !schema.fields().iter().map(of_field).eq(types) {
            return Err(damaged("other columns of a window"));
        }
        let keys = self.exprs(&windows.keys, &input_schema)?;
        keys.iter().try_for_each(|key| key.data_type(&input_schema).map(|_| ()))?;
        Ok(Arc::new(WholePartitionExec::new(Arc::clone(input), keys, calls, schema)))
    }

    fn aggregation(&self, aggregation: Aggregation) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(aggregate) = aggregation.aggregate else { return Err(damaged("no aggregate")) };
        let context = PhysicalPlanDecodeContext::new(self.context, self.codec);
        let plan = self.converter.proto_to_execution_plan(&aggregate, &context)?;
        let Some(aggregate) = plan.downcast_ref::<AggregateExec>() else {
            return Err(damaged(plan.name()));
        };
        let input = self.input()?;
        if input.schema() != aggregate.input().schema() {
            return Err(damaged("an aggregate of other columns"));
        }
        let whole = aggregation_of(aggregate, Arc::clone(input))?;
        match HoldingAggregateExec::of(&registry().holding, *aggregate.mode(), &whole)? {
            Some(holding) => Ok(Arc::new(holding)),
            None => Err(damaged("an aggregation that holds no values")),
        }
    }

    fn longer(&self, rows: Longer) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = read_schema(rows.schema)?;
        let places = |of: &[u64]| of.iter().map(|at| *at as usize).collect::<Vec<_>>();
        let kept = places(&rows.kept);
        let mut names = Vec::new();
        for (at, Names { names: of_groups }) in rows.names.iter().enumerate() {
            let of_groups = of_groups.iter().map(|name| Ok(ScalarValue::try_from(name)?));
            let of_groups = of_groups.collect::<Result<Vec<_>>>()?;
            names.push(match schema.fields().get(kept.len() + at) {
                Some(field) if of_groups.is_empty() => new_empty_array(field.data_type()),
                _ if of_groups.is_empty() => return Err(damaged("other columns of rows")),
                _ => ScalarValue::iter_to_array(of_groups)?,
            });
        }
        let columns = |columns: &Vec<u64>| {
            columns.iter().map(|at| at.checked_sub(1).map(|at| at as usize)).collect()
        };
        let shape = Shape {
            kept,
            names,
            values: rows.values.iter().map(|value| columns(&value.columns)).collect(),
            groups: rows.groups as usize,
            keep_nulls: rows.keep_nulls,
            schema,
        };
        // Of groups that nothing is of, memory for each would be taken.
        if shape.values.is_empty() && shape.names.is_empty() && shape.groups > MOST_GROUPS {
            return Err(damaged(&format!("{} groups", shape.groups)));
        }
        let wanted = Some(places(&rows.wanted));
        Ok(Arc::new(LongerExec::try_new(Arc::clone(self.input()?), Arc::new(shape), wanted)?))
    }
}

/// The constants of a call, by parameter.
fn given(page: &'static Page, mut constants: Vec<Constant>) -> Result<Constants> {
    let mut all = Vec::new();
    for parameter in parameters(page) {
        let at = constants.iter().position(|constant| constant.name == parameter.name);
        let given = match at.map(|at| constants.swap_remove(at)) {
            Some(constant) => Given::Constant(value(&constant)?),
            None => Given::Absent,
        };
        all.push((parameter, given));
    }
    match constants.first() {
        Some(other) => Err(damaged(&format!("an argument '{}' of {}", other.name, page.name))),
        None => Ok(Constants::new(page.name, all)),
    }
}

fn value(constant: &Constant) -> Result<ScalarValue> {
    let values = constant.values.iter().map(|value| Ok(ScalarValue::try_from(value)?));
    let values = values.collect::<Result<Vec<_>>>()?;
    let of = values.first().map_or(DataType::Null, ScalarValue::data_type);
    match values.as_slice() {
        [value] if !constant.is_list => Ok(value.clone()),
        items if constant.is_list && items.iter().all(|item| item.data_type() == of) => {
            Ok(ScalarValue::List(ScalarValue::new_list_nullable(items, &of)))
        }
        _ => Err(damaged(&format!("other values of {}", constant.name))),
    }
}

/// The tables that are given, those that must be among them.
fn known_tables(page: &'static Page, tables: &[String]) -> Result<Vec<&'static str>> {
    let all = parameters(page).into_iter().filter(|p| p.kind == KindOfParameter::Relation);
    let (mut known, mut missing) = (Vec::new(), false);
    for parameter in all {
        match tables.iter().any(|table| table == parameter.name) {
            true => known.push(parameter.name),
            false => missing |= parameter.is_required(),
        }
    }
    if missing || known.len() != tables.len() {
        return Err(damaged(&format!("tables {tables:?} of {}", page.name)));
    }
    // As the call is told from others by.
    known.sort_unstable();
    Ok(known)
}

fn read_schema(schema: Option<protobuf::Schema>) -> Result<SchemaRef> {
    let Some(schema) = schema else { return Err(damaged("no schema")) };
    Ok(Arc::new(Schema::try_from(&schema)?))
}
