//! Plans that travel: the operators of this crate to bytes and back.
//!
//! The engine writes its own operators, and functions by their names: a session that has our functions
//! registered finds them again. What it cannot write is written here: windows over whole partitions,
//! aggregations that hold their values, the index with its constants. Expressions and the operators
//! below are the engine's again, and so are tables, as far as it writes them: files by where they
//! are, which the reader must see as well, rows in memory as a whole. What `read_table` makes of text
//! stays where it is: such a plan is refused.
//!
//! Nothing of the session travels: the reader's number of threads, memory limit and progress are its
//! own. Rules and planners need not be there; functions are looked up by name, ours even in a session
//! that has not registered them.
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

use datafusion::common::{Result, not_impl_err};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{AggregateUDF, HigherOrderUDF, ScalarUDF, WindowUDF};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr_common::physical_expr::proto_decode::PhysicalExprDecodeCtx;
use datafusion::physical_expr_common::physical_expr::proto_encode::PhysicalExprEncodeCtx;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::streaming::StreamingTableExec;
use datafusion_proto::physical_plan::{
    DefaultPhysicalExtensionCodec, PhysicalExtensionCodec, PhysicalProtoConverterExtension,
};

mod message;
mod read;
mod write;

use crate::engine::window::sought::Sought;
use crate::functions::registry;
use message::{Kind, OfWindows, Operator, Seeker, WindowFunction, damaged};
use read::Reader;
use write::Writer;

/// What is said of rows that are only here: those of `read_table` among them.
const TEXT_STAYS: &str = "a plan that travels must read files of columns, found rows of text or of a \
     stream (goalposts import makes Parquet of text)";

/// Writes and reads the operators of this crate; those of others by the codec beside it.
#[derive(Debug)]
pub struct GoalpostsCodec {
    others: Arc<dyn PhysicalExtensionCodec>,
}

impl GoalpostsCodec {
    /// Beside a codec for operators, expressions and functions that are neither the engine's nor ours.
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

impl PhysicalExtensionCodec for GoalpostsCodec {
    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        buffer: &mut Vec<u8>,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        let writer = Writer { codec: self, converter };
        let kind = match writer.operator(node.as_ref())? {
            Some(ours) => ours,
            None => {
                let mut other = Vec::new();
                let is_stream = node.is::<StreamingTableExec>();
                match self.others.try_encode(node, &mut other, converter) {
                    Err(_) if is_stream => return not_impl_err!("{TEXT_STAYS}"),
                    written => written?,
                }
                Kind::Other(other)
            }
        };
        message::write(&Operator { kind: Some(kind) }, buffer)
    }

    fn try_decode(
        &self,
        bytes: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        context: &TaskContext,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Operator { kind } = message::read(bytes)?;
        let reader = Reader { codec: self, converter, context, inputs };
        reader.operator(self.others.as_ref(), kind)
    }

    // Functions of ours are written by their names; those that a session has not registered are asked
    // for with no bytes.

    fn try_encode_udf(&self, function: &ScalarUDF, buffer: &mut Vec<u8>) -> Result<()> {
        self.others.try_encode_udf(function, buffer)
    }

    fn try_decode_udf(&self, name: &str, bytes: &[u8]) -> Result<Arc<ScalarUDF>> {
        match registry().scalar_named(name) {
            Some(ours) if bytes.is_empty() => Ok(ours),
            _ => self.others.try_decode_udf(name, bytes),
        }
    }

    fn try_encode_udaf(&self, function: &AggregateUDF, buffer: &mut Vec<u8>) -> Result<()> {
        self.others.try_encode_udaf(function, buffer)
    }

    fn try_decode_udaf(&self, name: &str, bytes: &[u8]) -> Result<Arc<AggregateUDF>> {
        match registry().aggregate_named(name) {
            Some(ours) if bytes.is_empty() => Ok(ours),
            _ => self.others.try_decode_udaf(name, bytes),
        }
    }

    fn try_encode_udwf(&self, function: &WindowUDF, buffer: &mut Vec<u8>) -> Result<()> {
        let kind = match Sought::of_checker(function) {
            Some(sought) => OfWindows::Checks(Seeker::from(sought)),
            None => {
                let mut other = Vec::new();
                self.others.try_encode_udwf(function, &mut other)?;
                if other.is_empty() {
                    return Ok(()); // by its name
                }
                OfWindows::Other(other)
            }
        };
        message::write(&WindowFunction { kind: Some(kind) }, buffer)
    }

    fn try_decode_udwf(&self, name: &str, bytes: &[u8]) -> Result<Arc<WindowUDF>> {
        if bytes.is_empty() {
            return match registry().window_named(name) {
                Some(ours) => Ok(ours),
                None => self.others.try_decode_udwf(name, bytes),
            };
        }
        match message::read::<WindowFunction>(bytes)?.kind {
            Some(OfWindows::Checks(seeker)) => Ok(Arc::new(Sought::from(seeker).checker())),
            Some(OfWindows::Other(bytes)) => self.others.try_decode_udwf(name, &bytes),
            None => Err(damaged(&format!("no function '{name}'"))),
        }
    }

    fn try_encode_higher_order_function(
        &self,
        function: &HigherOrderUDF,
        buffer: &mut Vec<u8>,
    ) -> Result<()> {
        self.others.try_encode_higher_order_function(function, buffer)
    }

    fn try_decode_higher_order_function(
        &self,
        name: &str,
        bytes: &[u8],
    ) -> Result<Arc<HigherOrderUDF>> {
        self.others.try_decode_higher_order_function(name, bytes)
    }

    fn try_encode_expr(
        &self,
        expr: &Arc<dyn PhysicalExpr>,
        buffer: &mut Vec<u8>,
        context: &PhysicalExprEncodeCtx<'_>,
    ) -> Result<()> {
        self.others.try_encode_expr(expr, buffer, context)
    }

    fn try_decode_expr(
        &self,
        bytes: &[u8],
        inputs: &[Arc<dyn PhysicalExpr>],
        context: &PhysicalExprDecodeCtx<'_>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        self.others.try_decode_expr(bytes, inputs, context)
    }
}
