//! The rows of an index in their order: units, periods, nodes as the framework has them.
//!
//! The partitions of an [`IndexExec`] have its blocks in turn, so one batch of each after the other
//! is the order of the whole. They work at a time, each a batch ahead.

use std::fmt::{self, Debug};
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, exec_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::stream::{RecordBatchReceiverStream, RecordBatchStreamAdapter};
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties,
};
use futures::{StreamExt, stream};

use super::exec::IndexExec;

/// Batches that a partition may be ahead of the reader.
const AHEAD: usize = 1;

/// The operator.
pub struct InOrderExec {
    index: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
}

impl InOrderExec {
    /// Of the operator of an index: of anything else the partitions do not have the rows in turn.
    pub fn try_new(index: Arc<dyn ExecutionPlan>) -> Result<Self> {
        if !index.is::<IndexExec>() {
            return exec_err!(
                "InOrderExec: must have an IndexExec as input, found {}",
                index.name()
            );
        }
        let properties = index.properties().as_ref().clone();
        let properties = properties.with_partitioning(Partitioning::UnknownPartitioning(1));
        Ok(Self { index, properties: Arc::new(properties) })
    }
}

impl Debug for InOrderExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_as(DisplayFormatType::Default, f)
    }
}

impl DisplayAs for InOrderExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InOrderExec")
    }
}

impl ExecutionPlan for InOrderExec {
    fn name(&self) -> &str {
        "InOrderExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.index]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    /// Of the input as it is: rows that were sorted below would not have the order that this gives.
    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false]
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match (children.pop(), children.is_empty()) {
            (Some(index), true) => Ok(Arc::new(Self::try_new(index)?)),
            _ => exec_err!("InOrderExec: must have one input, found another number"),
        }
    }

    fn execute(&self, _: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let schema = self.index.schema();
        let partitions = self.index.properties().partitioning.partition_count();
        let mut streams = Vec::with_capacity(partitions);
        for partition in 0..partitions {
            let mut builder = RecordBatchReceiverStream::builder(Arc::clone(&schema), AHEAD);
            let mut rows = self.index.execute(partition, Arc::clone(&context))?;
            let sender = builder.tx();
            builder.spawn(async move {
                while let Some(batch) = rows.next().await {
                    if sender.send(batch).await.is_err() {
                        break; // nobody reads any more
                    }
                }
                Ok(())
            });
            streams.push(builder.build());
        }
        // The first partition that ends is the end: it would have had the next block.
        let in_turn = stream::unfold((streams, 0), |(mut streams, turn)| async move {
            let batch = streams[turn].next().await?;
            let next = (turn + 1) % streams.len();
            Some((batch, (streams, next)))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, in_turn)))
    }
}
