//! A table of a temporary file, which stays as long as anything reads the table.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use futures::{StreamExt, TryStreamExt, stream};
use tempfile::TempDir;

use super::source::Source;

/// A table and the folder that its file is in.
#[derive(Debug)]
pub struct Kept {
    table: Arc<dyn TableProvider>,
    folder: Arc<TempDir>,
    origin: Source,
}

impl Kept {
    /// The folder is removed with the last that reads the table, which comes from `origin`.
    pub fn new(table: Arc<dyn TableProvider>, folder: TempDir, origin: Source) -> Self {
        Self { table, folder: Arc::new(folder), origin }
    }

    /// Where the rows come from.
    pub fn origin(&self) -> &Source {
        &self.origin
    }
}

#[async_trait]
impl TableProvider for Kept {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let plan = self.table.scan(session, projection, filters, limit).await?;
        let part = |partition| {
            let (plan, folder) = (Arc::clone(&plan), Arc::clone(&self.folder));
            Arc::new(Part { schema: plan.schema(), plan, partition, folder })
                as Arc<dyn PartitionStream>
        };
        let parts = (0..plan.output_partitioning().partition_count()).map(part).collect();
        let exec = StreamingTableExec::try_new(plan.schema(), parts, None, None, false, limit)?;
        Ok(Arc::new(exec))
    }
}

/// A partition of the table.
struct Part {
    schema: SchemaRef,
    plan: Arc<dyn ExecutionPlan>,
    partition: usize,
    folder: Arc<TempDir>,
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Part({})", self.partition)
    }
}

impl PartitionStream for Part {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let started = self.plan.execute(self.partition, context);
        let folder = Arc::clone(&self.folder);
        let rows = stream::iter([started]).try_flatten().map(move |batch| {
            let _read_from = &folder;
            batch
        });
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), rows))
    }
}
