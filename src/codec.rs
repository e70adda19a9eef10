//! Plans that travel: the operators of this crate to bytes and back.
//!
//! The engine writes its own operators, and functions by their names: a session that has our functions
//! registered finds them again. What it cannot write is written here: windows over whole partitions,
//! aggregations that hold their values, the index. Tables travel as far as the engine writes them,
//! which it does for files.
//!
//! ```
//! use datafusion::execution::SessionStateBuilder;
//! use datafusion::prelude::SessionContext;
//! use datafusion_proto::bytes::{
//!     physical_plan_from_bytes_with_extension_codec, physical_plan_to_bytes_with_extension_codec,
//! };
//! use goalposts::codec::GoalpostsCodec;
//!
//! # #[tokio::main]
//! # async fn main() -> datafusion::error::Result<()> {
//! let here = SessionContext::new();
//! goalposts::register_all(&here)?;
//! let query = "SELECT x, norm_rank(x) OVER () AS rank FROM (VALUES (2.0), (1.0)) AS t(x)";
//! let plan = goalposts::sql(&here, query).await?.create_physical_plan().await?;
//! let codec = GoalpostsCodec::default();
//! let bytes = physical_plan_to_bytes_with_extension_codec(plan, &codec)?;
//!
//! let builder = SessionStateBuilder::new().with_default_features();
//! let there = SessionContext::new_with_state(goalposts::register_state(builder).build());
//! let plan = physical_plan_from_bytes_with_extension_codec(&bytes, &there.task_ctx(), &codec)?;
//! let rows = datafusion::physical_plan::collect(plan, there.task_ctx()).await?;
//! assert_eq!(rows[0].num_rows(), 2);
//! # Ok(())
//! # }
//! ```

use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, exec_err};
use datafusion::execution::{FunctionRegistry, TaskContext};
use datafusion::logical_expr::{AggregateUDF, WindowUDF};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion_proto::physical_plan::{
    DefaultPhysicalExtensionCodec, PhysicalExtensionCodec, PhysicalPlanDecodeContext,
    PhysicalProtoConverterExtension,
};
use datafusion_proto::protobuf;
use prost::Message;

use crate::arguments::constants::{Constants, Given};
use crate::engine::holding::HoldingAggregateExec;
use crate::engine::window::aggregate_as_window::Grouped;
use crate::engine::window::hash_exec::{Call, WholePartitionExec};
use crate::engine::window::sought::Sought;
use crate::functions::registry;
use crate::functions::table::arguments::{Arguments, parameters};
use crate::functions::table::entries;
use crate::functions::table::sql::call::{IndexCall, nodes_schema};
use crate::functions::table::sql::exec::IndexExec;
use crate::functions::table::sql::in_order_exec::InOrderExec;

/// Writes and reads the operators of this crate; those of others by the codec beside it.
#[derive(Debug)]
pub struct GoalpostsCodec {
    others: Arc<dyn PhysicalExtensionCodec>,
}

impl GoalpostsCodec {
    /// Beside a codec for operators and functions that are neither the engine's nor ours.
    #[must_use]
    pub fn beside(others: Arc<dyn PhysicalExtensionCodec>) -> Self {
        Self { others }
    }
}

impl Default for GoalpostsCodec {
    fn default() -> Self {
        Self::beside(Arc::new(DefaultPhysicalExtensionCodec {}))
    }
}

/// An operator; exactly one of these is set.
#[derive(Clone, PartialEq, Message)]
struct Operator {
    #[prost(message, optional, tag = "1")]
    index: Option<Index>,
    #[prost(message, optional, tag = "2")]
    in_order: Option<InOrder>,
    #[prost(message, optional, tag = "3")]
    windows: Option<Windows>,
    #[prost(message, optional, tag = "4")]
    holding: Option<Aggregation>,
    #[prost(bytes, optional, tag = "5")]
    other: Option<Vec<u8>>,
}

#[derive(Clone, PartialEq, Message)]
struct Index {
    #[prost(string, tag = "1")]
    function: String,
    #[prost(message, repeated, tag = "2")]
    constants: Vec<Constant>,
    #[prost(string, repeated, tag = "3")]
    tables: Vec<String>,
    #[prost(bool, tag = "4")]
    has_period: bool,
    #[prost(message, optional, tag = "5")]
    filter: Option<protobuf::PhysicalExprNode>,
    #[prost(message, optional, tag = "6")]
    schema: Option<protobuf::Schema>,
    #[prost(uint64, tag = "7")]
    partitions: u64,
}

#[derive(Clone, PartialEq, Message)]
struct Constant {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(message, optional, tag = "2")]
    value: Option<protobuf::ScalarValue>,
}

#[derive(Clone, PartialEq, Message)]
struct InOrder {}

#[derive(Clone, PartialEq, Message)]
struct Windows {
    #[prost(message, repeated, tag = "1")]
    keys: Vec<protobuf::PhysicalExprNode>,
    #[prost(message, repeated, tag = "2")]
    calls: Vec<Window>,
    #[prost(message, optional, tag = "3")]
    schema: Option<protobuf::Schema>,
}

#[derive(Clone, PartialEq, Message)]
struct Window {
    #[prost(string, tag = "1")]
    function: String,
    /// Where the function is an aggregate.
    #[prost(message, optional, tag = "2")]
    aggregate: Option<AsWindow>,
    #[prost(message, repeated, tag = "3")]
    arguments: Vec<protobuf::PhysicalExprNode>,
    #[prost(string, tag = "4")]
    name: String,
}

#[derive(Clone, PartialEq, Message)]
struct AsWindow {
    #[prost(bool, tag = "1")]
    has_filter: bool,
    #[prost(message, optional, tag = "2")]
    sought: Option<SoughtField>,
}

#[derive(Clone, PartialEq, Message)]
struct SoughtField {
    #[prost(string, tag = "1")]
    field: String,
    #[prost(string, tag = "2")]
    message: String,
}

/// The engine's aggregation of an input without rows.
#[derive(Clone, PartialEq, Message)]
struct Aggregation {
    #[prost(message, optional, tag = "1")]
    aggregate: Option<Box<protobuf::PhysicalPlanNode>>,
}

impl From<&Sought> for SoughtField {
    fn from(Sought { field, message }: &Sought) -> Self {
        Self { field: field.clone(), message: message.clone() }
    }
}

impl From<SoughtField> for Sought {
    fn from(SoughtField { field, message }: SoughtField) -> Self {
        Self { field, message }
    }
}

impl PhysicalExtensionCodec for GoalpostsCodec {
    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        buffer: &mut Vec<u8>,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        let writer = Writer { codec: self, converter };
        let mut operator = Operator::default();
        if let Some(index) = node.downcast_ref::<IndexExec>() {
            operator.index = Some(writer.index(index)?);
        } else if node.is::<InOrderExec>() {
            operator.in_order = Some(InOrder {});
        } else if let Some(windows) = node.downcast_ref::<WholePartitionExec>() {
            operator.windows = Some(writer.windows(windows)?);
        } else if let Some(holding) = node.downcast_ref::<HoldingAggregateExec>() {
            operator.holding = Some(writer.aggregation(holding)?);
        } else {
            let mut other = Vec::new();
            self.others.try_encode(node, &mut other, converter)?;
            operator.other = Some(other);
        }
        operator.encode(buffer).map_err(|error| exec_datafusion_err!("a plan: {error}"))
    }

    fn try_decode(
        &self,
        bytes: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        context: &TaskContext,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let operator = Operator::decode(bytes).map_err(|error| damaged(&error.to_string()))?;
        let reader = Reader { codec: self, converter, context, inputs };
        match operator {
            Operator { index: Some(index), .. } => reader.index(index),
            Operator { in_order: Some(_), .. } => {
                Ok(Arc::new(InOrderExec::try_new(Arc::clone(reader.input()?))?))
            }
            Operator { windows: Some(windows), .. } => reader.windows(windows),
            Operator { holding: Some(holding), .. } => reader.aggregation(holding),
            Operator { other: Some(other), .. } => {
                self.others.try_decode(&other, inputs, context, converter)
            }
            _ => Err(damaged("no operator")),
        }
    }

    fn try_encode_udwf(&self, function: &WindowUDF, buffer: &mut Vec<u8>) -> Result<()> {
        match Sought::of_checker(function) {
            Some(sought) => SoughtField::from(sought)
                .encode(buffer)
                .map_err(|error| exec_datafusion_err!("a plan: {error}")),
            None => self.others.try_encode_udwf(function, buffer),
        }
    }

    fn try_decode_udwf(&self, name: &str, bytes: &[u8]) -> Result<Arc<WindowUDF>> {
        match SoughtField::decode(bytes) {
            Ok(sought) if name == Sought::CHECKER => Ok(Arc::new(Sought::from(sought).checker())),
            _ => self.others.try_decode_udwf(name, bytes),
        }
    }
}

fn damaged(found: &str) -> datafusion::error::DataFusionError {
    exec_datafusion_err!("a plan: must be bytes that GoalpostsCodec has written, found {found}")
}

struct Writer<'a> {
    codec: &'a GoalpostsCodec,
    converter: &'a dyn PhysicalProtoConverterExtension,
}

impl Writer<'_> {
    fn expr(&self, expr: &Arc<dyn PhysicalExpr>) -> Result<protobuf::PhysicalExprNode> {
        self.converter.physical_expr_to_proto(expr, self.codec)
    }

    fn exprs(&self, exprs: &[Arc<dyn PhysicalExpr>]) -> Result<Vec<protobuf::PhysicalExprNode>> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn index(&self, index: &IndexExec) -> Result<Index> {
        let Arguments { page, constants, tables, .. } = &index.call.arguments;
        let constant = |(parameter, value): (&crate::page::Parameter, &ScalarValue)| {
            Ok(Constant { name: parameter.name.to_owned(), value: Some(value.try_into()?) })
        };
        Ok(Index {
            function: page.name.to_owned(),
            constants: constants.given().map(constant).collect::<Result<_>>()?,
            tables: tables.iter().map(|table| (*table).to_owned()).collect(),
            has_period: index.call.has_period,
            filter: index.filter.as_ref().map(|filter| self.expr(filter)).transpose()?,
            schema: Some(index.schema().as_ref().try_into()?),
            partitions: index.partitions() as u64,
        })
    }

    fn windows(&self, windows: &WholePartitionExec) -> Result<Windows> {
        let call = |call: &Call| {
            let grouped = call.function.inner().downcast_ref::<Grouped>();
            Ok(Window {
                function: call.function.name().to_owned(),
                aggregate: grouped.map(|grouped| AsWindow {
                    has_filter: grouped.has_filter,
                    sought: grouped.sought.as_ref().map(SoughtField::from),
                }),
                arguments: self.exprs(&call.arguments)?,
                name: call.name.clone(),
            })
        };
        Ok(Windows {
            keys: self.exprs(&windows.keys)?,
            calls: windows.calls.iter().map(call).collect::<Result<_>>()?,
            schema: Some(windows.schema().as_ref().try_into()?),
        })
    }

    /// The input is written by the engine, beside the operator: here another stands in its place.
    fn aggregation(&self, holding: &HoldingAggregateExec) -> Result<Aggregation> {
        let aggregate = holding.aggregation();
        let input: Arc<dyn ExecutionPlan> = Arc::new(EmptyExec::new(aggregate.input().schema()));
        let aggregate: Arc<dyn ExecutionPlan> = Arc::new(AggregateExec::try_new(
            *aggregate.mode(),
            aggregate.group_expr().clone(),
            aggregate.aggr_expr().to_vec(),
            aggregate.filter_expr().to_vec(),
            input,
            aggregate.input_schema(),
        )?);
        let aggregate = self.converter.execution_plan_to_proto(&aggregate, self.codec)?;
        Ok(Aggregation { aggregate: Some(Box::new(aggregate)) })
    }
}

struct Reader<'a> {
    codec: &'a GoalpostsCodec,
    converter: &'a dyn PhysicalProtoConverterExtension,
    context: &'a TaskContext,
    inputs: &'a [Arc<dyn ExecutionPlan>],
}

impl Reader<'_> {
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

    fn schema(schema: Option<protobuf::Schema>) -> Result<SchemaRef> {
        let Some(schema) = schema else { return Err(damaged("no schema")) };
        Ok(Arc::new(Schema::try_from(&schema)?))
    }

    fn index(&self, index: Index) -> Result<Arc<dyn ExecutionPlan>> {
        let name = index.function.as_str();
        let Some(entry) = entries().iter().find(|entry| entry.page.name == name) else {
            return Err(damaged(&format!("a table function '{name}'")));
        };
        let mut constants = index.constants;
        let mut given = Vec::new();
        let all = parameters(entry.page);
        for parameter in &all {
            let at = constants.iter().position(|constant| constant.name == parameter.name);
            given.push((
                *parameter,
                match at.map(|at| constants.swap_remove(at)) {
                    Some(Constant { value: Some(value), .. }) => {
                        Given::Constant(ScalarValue::try_from(&value)?)
                    }
                    _ => Given::Absent,
                },
            ));
        }
        if let Some(Constant { name, .. }) = constants.first() {
            return Err(damaged(&format!("an argument '{name}' of {}", entry.page.name)));
        }
        let known = |table: &String| {
            let parameter = all.iter().find(|parameter| parameter.name == table);
            parameter.map(|parameter| parameter.name).ok_or_else(|| damaged("another table"))
        };
        let tables: Vec<&'static str> = index.tables.iter().map(known).collect::<Result<_>>()?;
        if self.inputs.len() != tables.len() || index.partitions == 0 {
            return Err(damaged(&format!("{} inputs of {name}", self.inputs.len())));
        }
        let constants = Constants::new(entry.page.name, given);
        let arguments = Arguments { registry: registry(), page: entry.page, constants, tables };
        let call = IndexCall::new(entry.bind, arguments, index.has_period)?;
        let code = call.function.spec().node_column.unwrap_or("code");
        let filter = index.filter.map(|filter| self.expr(&filter, &nodes_schema(code)));
        let (filter, schema) = (filter.transpose()?, Self::schema(index.schema)?);
        let partitions = index.partitions as usize;
        let inputs = self.inputs.to_vec();
        Ok(Arc::new(IndexExec::new(Arc::new(call), inputs, filter, schema, partitions)))
    }

    fn windows(&self, windows: Windows) -> Result<Arc<dyn ExecutionPlan>> {
        let (input, schema) = (self.input()?, Self::schema(windows.schema)?);
        let input_schema = input.schema();
        let mut calls = Vec::new();
        for Window { function, aggregate, arguments, name } in windows.calls {
            let function = match aggregate {
                Some(AsWindow { has_filter, sought }) => {
                    let aggregate: Arc<AggregateUDF> = self.context.udaf(&function)?;
                    Arc::new(Grouped::udwf(aggregate, has_filter, sought.map(Sought::from)))
                }
                None => self.context.udwf(&function)?,
            };
            let arguments = self.exprs(&arguments, &input_schema)?;
            match Call::of(&function, arguments, &name, &input_schema) {
                Some(call) => calls.push(call?),
                None => {
                    return exec_err!(
                        "{}: must be a function of goalposts, found another",
                        function.name()
                    );
                }
            }
        }
        let keys = self.exprs(&windows.keys, &input_schema)?;
        Ok(Arc::new(WholePartitionExec::new(Arc::clone(input), keys, calls, schema)))
    }

    fn aggregation(&self, aggregation: Aggregation) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(aggregate) = aggregation.aggregate else { return Err(damaged("no aggregate")) };
        let context = PhysicalPlanDecodeContext::new(self.context, self.codec);
        let plan = self.converter.proto_to_execution_plan(&aggregate, &context)?;
        let Some(aggregate) = plan.downcast_ref::<AggregateExec>() else {
            return Err(damaged(plan.name()));
        };
        let whole = AggregateExec::try_new(
            *aggregate.mode(),
            aggregate.group_expr().clone(),
            aggregate.aggr_expr().to_vec(),
            aggregate.filter_expr().to_vec(),
            Arc::clone(self.input()?),
            aggregate.input_schema(),
        )?;
        match HoldingAggregateExec::of(&registry().holding, *aggregate.mode(), &whole)? {
            Some(holding) => Ok(Arc::new(holding)),
            None => Err(damaged("an aggregation that holds no values")),
        }
    }
}
