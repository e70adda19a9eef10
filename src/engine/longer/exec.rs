//! The operator: a batch of the input at a time, given out in pieces no larger than a batch.

use std::fmt::{self, Debug};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, UInt32Array, new_null_array};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::arrow::compute::{interleave, take};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Constraints, Result, Statistics, exec_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::projection::{ProjectionMapping, ProjectionTargets};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::CardinalityEffect;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::projection::{
    EmbeddedProjection, ProjectionExec, try_embed_projection,
};
use datafusion::physical_plan::statistics::{ChildStats, StatisticsArgs};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PlanProperties,
};
use futures::{StreamExt, stream};

use super::node::describe;

/// What a row becomes, columns by their places in the input.
#[derive(Debug)]
pub struct Shape {
    pub kept: Vec<usize>,
    /// A column of names has one for each group.
    pub names: Vec<ArrayRef>,
    /// A value has a column in each group, or none.
    pub values: Vec<Vec<Option<usize>>>,
    pub groups: usize,
    pub keep_nulls: bool,
    /// Of all columns: those kept, names, values.
    pub schema: SchemaRef,
}

/// The operator.
pub struct LongerExec {
    input: Arc<dyn ExecutionPlan>,
    shape: Arc<Shape>,
    /// The columns that are wanted, of all.
    wanted: Arc<[usize]>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl LongerExec {
    /// Without `wanted`, all columns are.
    ///
    /// # Errors
    /// When the input or what is wanted does not have these columns.
    pub fn try_new(
        input: Arc<dyn ExecutionPlan>,
        shape: Arc<Shape>,
        wanted: Option<Vec<usize>>,
    ) -> Result<Self> {
        let wanted = wanted.unwrap_or_else(|| (0..shape.schema.fields().len()).collect());
        shape.check(&input.schema(), &wanted)?;
        let schema = Arc::new(shape.schema.project(&wanted)?);

        // The rows of a row stand together, so what is kept has the order that it had.
        let of_input = input.schema();
        let kept = wanted.iter().enumerate().filter_map(|(to, &column)| {
            let &from = shape.kept.get(column)?;
            let from: Arc<dyn PhysicalExpr> =
                Arc::new(Column::new(of_input.field(from).name(), from));
            let target: Arc<dyn PhysicalExpr> = Arc::new(Column::new(schema.field(to).name(), to));
            Some((from, ProjectionTargets::from(vec![(target, to)])))
        });
        let mapping: ProjectionMapping = kept.collect();
        let known = input.equivalence_properties();
        let partitioning = input.output_partitioning().project(&mapping, known);
        // What was unique is so no more.
        let equivalences: EquivalenceProperties =
            known.project(&mapping, schema).with_constraints(Constraints::default());
        let properties = PlanProperties::new(
            equivalences,
            partitioning,
            input.pipeline_behavior(),
            input.boundedness(),
        );
        Ok(Self {
            input,
            shape,
            wanted: wanted.into(),
            properties: Arc::new(properties),
            metrics: ExecutionPlanMetricsSet::new(),
        })
    }
}

impl LongerExec {
    /// What it was made of, beside the input.
    #[cfg(feature = "codec")]
    pub fn parts(&self) -> (&Shape, &[usize]) {
        (&self.shape, &self.wanted)
    }
}

impl Shape {
    fn check(&self, input: &SchemaRef, wanted: &[usize]) -> Result<()> {
        let number = input.fields().len();
        let of = |at: usize| input.field(at).data_type();
        let mut types = self.schema.fields().iter().map(|field| field.data_type());
        let all = self.kept.len() + self.names.len() + self.values.len();
        let is_right = self.schema.fields().len() == all
            && wanted.iter().all(|&at| at < all)
            && self.kept.iter().all(|&at| at < number && types.next() == Some(of(at)))
            && self
                .names
                .iter()
                .all(|names| names.len() == self.groups && types.next() == Some(names.data_type()))
            && self.values.iter().all(|columns| {
                let own = types.next();
                let has_own = |&at: &usize| at < number && own == Some(of(at));
                columns.len() == self.groups && columns.iter().flatten().all(has_own)
            });
        match is_right {
            true => Ok(()),
            false => exec_err!("LongerExec: must have the columns that it names, found others"),
        }
    }
}

impl Debug for LongerExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_as(DisplayFormatType::Default, f)
    }
}

impl DisplayAs for LongerExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schema = self.schema();
        let columns = schema.fields().iter().map(|field| field.name().as_str());
        let label = |group: usize| {
            let names = self.shape.names.iter().map(|names| {
                let formatter = ArrayFormatter::try_new(names, &FormatOptions::default());
                formatter.map_or_else(|_| String::new(), |name| name.value(group).to_string())
            });
            names.collect::<Vec<_>>().join("/")
        };
        let (groups, keep_nulls) = (self.shape.groups, self.shape.keep_nulls);
        write!(f, "LongerExec: {}", describe(groups, label, columns, keep_nulls))
    }
}

impl EmbeddedProjection for LongerExec {
    fn with_projection(&self, projection: Option<Vec<usize>>) -> Result<Self> {
        let wanted = projection.map(|of| of.into_iter().map(|at| self.wanted[at]).collect());
        let wanted = wanted.unwrap_or_else(|| self.wanted.to_vec());
        Self::try_new(Arc::clone(&self.input), Arc::clone(&self.shape), Some(wanted))
    }
}

impl ExecutionPlan for LongerExec {
    fn name(&self) -> &str {
        "LongerExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    /// The engine would look for the columns of a sort at the same places below.
    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false]
    }

    /// The rows of a file stay in the order that they have there.
    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (Some(input), None) = (children.pop(), children.pop()) else {
            return exec_err!("LongerExec: must have one input, found another number");
        };
        let wanted = Some(self.wanted.to_vec());
        Ok(Arc::new(Self::try_new(input, Arc::clone(&self.shape), wanted)?))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let input = self.input.execute(partition, Arc::clone(&context))?;
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let work = Work {
            shape: Arc::clone(&self.shape),
            wanted: Arc::clone(&self.wanted),
            schema: self.schema(),
            limit: context.session_config().batch_size().max(1),
        };
        let batches = stream::try_unfold((input, None), move |(mut input, mut current)| {
            let (work, metrics) = (work.clone(), metrics.clone());
            async move {
                loop {
                    let mut pieces: Pieces = match current.take() {
                        Some(pieces) => pieces,
                        None => match input.next().await.transpose()? {
                            Some(batch) => work.pieces(batch)?,
                            None => return Ok(None),
                        },
                    };
                    let _timer = metrics.elapsed_compute().timer();
                    if let Some(piece) = work.next(&mut pieces)? {
                        metrics.output_rows().add(piece.num_rows());
                        return Ok(Some((piece, (input, Some(pieces)))));
                    }
                }
            }
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), batches)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        match self.shape.keep_nulls {
            true => vec![ChildStats::At(partition)],
            false => vec![ChildStats::Skip],
        }
    }

    /// How many rows there are is known where all are given out.
    fn statistics_from_inputs(
        &self,
        inputs: &[Arc<Statistics>],
        _: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        let mut statistics = Statistics::new_unknown(&self.schema());
        if let (true, [input]) = (self.shape.keep_nulls, inputs) {
            statistics.num_rows = input.num_rows.multiply(&Precision::Exact(self.shape.groups));
        }
        Ok(Arc::new(statistics))
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        match self.shape.keep_nulls && self.shape.groups > 0 {
            true => CardinalityEffect::GreaterEqual,
            false => CardinalityEffect::Unknown,
        }
    }

    fn try_swapping_with_projection(
        &self,
        projection: &ProjectionExec,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        try_embed_projection(projection, self)
    }
}

/// What is done with each batch.
#[derive(Clone)]
struct Work {
    shape: Arc<Shape>,
    wanted: Arc<[usize]>,
    schema: SchemaRef,
    /// Rows of a piece.
    limit: usize,
}

/// A batch of the input, of which some is given out.
struct Pieces {
    batch: RecordBatch,
    /// Of each value that is wanted, the columns of the groups.
    values: Vec<Vec<ArrayRef>>,
    /// Of each group, which rows are given out; none where all are.
    rows: Vec<Option<BooleanBuffer>>,
    /// The next row, and the next group of it.
    row: usize,
    group: usize,
}

impl Work {
    fn pieces(&self, batch: RecordBatch) -> Result<Pieces> {
        let shape = &self.shape;
        let before = shape.kept.len() + shape.names.len();
        let mut values = Vec::new();
        for &column in self.wanted.iter().filter(|column| **column >= before) {
            let of = shape.schema.field(column).data_type();
            let nothing = new_null_array(of, batch.num_rows());
            let of_group = |at: &Option<usize>| {
                at.map_or_else(|| Arc::clone(&nothing), |at| Arc::clone(batch.column(at)))
            };
            values.push(shape.values[column - before].iter().map(of_group).collect());
        }
        let rows = match shape.keep_nulls {
            true => vec![None; shape.groups],
            false => (0..shape.groups).map(|group| self.with_a_value(&batch, group)).collect(),
        };
        Ok(Pieces { batch, values, rows, row: 0, group: 0 })
    }

    /// Which rows of a batch have a value in a group; none where all have.
    fn with_a_value(&self, batch: &RecordBatch, group: usize) -> Option<BooleanBuffer> {
        let mut rows = BooleanBuffer::new_unset(batch.num_rows());
        for column in self.shape.values.iter().filter_map(|columns| columns[group]) {
            match batch.column(column).logical_nulls() {
                Some(nulls) if nulls.null_count() > 0 => rows = &rows | nulls.inner(),
                _ => return None,
            }
        }
        Some(rows)
    }

    /// The next piece; none when all is given out.
    fn next(&self, pieces: &mut Pieces) -> Result<Option<RecordBatch>> {
        let (number, groups) = (pieces.batch.num_rows(), self.shape.groups);
        let most = self.limit.min((number - pieces.row).saturating_mul(groups));
        let mut places: Vec<(usize, usize)> = Vec::with_capacity(most);
        let (mut row, mut group) = (pieces.row, pieces.group);
        while row < number && places.len() < self.limit {
            while group < groups && places.len() < self.limit {
                if pieces.rows[group].as_ref().is_none_or(|rows| rows.value(row)) {
                    places.push((group, row));
                }
                group += 1;
            }
            if group == groups {
                (row, group) = (row + 1, 0);
            }
        }
        (pieces.row, pieces.group) = (row, group);
        if places.is_empty() {
            return Ok(None);
        }
        let shape = &self.shape;
        let before = shape.kept.len() + shape.names.len();
        let mut rows = None;
        let mut of_groups = None;
        let mut values = pieces.values.iter();
        let mut columns = Vec::with_capacity(self.wanted.len());
        for &column in self.wanted.iter() {
            columns.push(if let Some(&at) = shape.kept.get(column) {
                let rows = rows.get_or_insert_with(|| indices(places.iter().map(|(_, row)| *row)));
                take(pieces.batch.column(at), rows, None)?
            } else if column < before {
                let groups = of_groups
                    .get_or_insert_with(|| indices(places.iter().map(|(group, _)| *group)));
                take(&shape.names[column - shape.kept.len()], groups, None)?
            } else {
                let arrays: Vec<&dyn Array> =
                    values.next().into_iter().flatten().map(AsRef::as_ref).collect();
                interleave(&arrays, &places)?
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(places.len()));
        Ok(Some(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?))
    }
}

/// Places in a batch as the kernels take them: no batch has more rows than these can tell.
fn indices(places: impl Iterator<Item = usize>) -> UInt32Array {
    UInt32Array::from_iter_values(places.map(|place| place as u32))
}
