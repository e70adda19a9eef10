//! How much of their input the plans of a statement have read.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use datafusion::common::Result;
use datafusion::config::ConfigOptions;
use datafusion::datasource::physical_plan::FileScanConfig;
use datafusion::datasource::source::DataSourceExec;
use datafusion::execution::SessionStateBuilder;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::{MetricValue, MetricsSet};
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use datafusion::prelude::SessionContext;

/// Operators that give out what they take in.
const SAME_ROWS: [&str; 4] =
    ["CoalesceBatchesExec", "CoalescePartitionsExec", "CooperativeExec", "RepartitionExec"];

/// Operators that count what they take in, and hold none of it longer than they run.
const COUNTING: [&str; 3] = ["AggregateExec", "FilterExec", "ProjectionExec"];

/// What the plans of a session read.
#[derive(Debug, Clone, Default)]
pub struct Scans(Arc<Mutex<Vec<Scan>>>);

/// A leaf of a plan. No other part of the plan is kept: it would keep tables of joins and sorted rows
/// longer than they are needed.
#[derive(Debug)]
struct Scan {
    leaf: Arc<dyn ExecutionPlan>,
    /// Where the leaf does not count its rows: who counts what it takes from it.
    counter: Option<Arc<dyn ExecutionPlan>>,
    rows: Option<usize>,
    /// Size and number of its files.
    files: Option<(u64, usize)>,
}

/// How far reading is.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Reading {
    /// Rows that were read.
    pub rows: usize,
    /// The part of all that was read, if it is known how much there is.
    pub share: Option<f64>,
    /// Rows in all.
    pub all_rows: Option<usize>,
    /// Bytes of all files, if there are only files.
    pub bytes: Option<u64>,
}

impl Scans {
    /// Sees the plans that are made in a session from now on.
    pub fn follow(&self, context: &SessionContext) {
        let state = SessionStateBuilder::new_from_existing(context.state());
        let state = state.with_physical_optimizer_rule(Arc::new(Follow(self.clone()))).build();
        *context.state_ref().write() = state;
    }

    /// Forgets the plans so far.
    pub fn clear(&self) {
        self.list().clear();
    }

    /// How far all of them are.
    pub fn reading(&self) -> Reading {
        let list = self.list();
        let scans: Vec<_> =
            list.iter().map(|scan| (scan, scan.rows_read(), scan.share())).collect();
        let rows = scans.iter().map(|(_, rows, _)| rows.unwrap_or(0)).sum();
        if scans.is_empty() {
            return Reading::default();
        }
        let all_rows = scans.iter().map(|(scan, ..)| scan.rows).sum::<Option<usize>>();
        let bytes = scans.iter().map(|(scan, ..)| scan.files.map(|files| files.0));
        let bytes = bytes.sum::<Option<u64>>().filter(|bytes| *bytes > 0);
        let weighed = |weight: &dyn Fn(&Scan) -> Option<f64>| -> Option<f64> {
            let parts = scans.iter().map(|(scan, _, share)| Some(weight(scan)? * (*share)?));
            let all = scans.iter().map(|(scan, ..)| weight(scan)).sum::<Option<f64>>()?;
            Some(if all > 0.0 { parts.sum::<Option<f64>>()? / all } else { 1.0 })
        };
        let share = match bytes {
            Some(_) => weighed(&|scan| scan.files.map(|files| files.0 as f64)),
            None => weighed(&|scan| scan.rows.map(|rows| rows as f64)),
        };
        Reading { rows, share, all_rows, bytes }
    }

    fn list(&self) -> MutexGuard<'_, Vec<Scan>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, plan: &Arc<dyn ExecutionPlan>, counter: Option<&Arc<dyn ExecutionPlan>>) {
        let children = plan.children();
        if children.is_empty() {
            self.list().push(Scan::new(plan, counter.cloned()));
        }
        let counter = match plan.name() {
            name if COUNTING.contains(&name) => Some(plan),
            name if SAME_ROWS.contains(&name) => counter,
            _ => None,
        };
        children.into_iter().for_each(|child| self.add(child, counter));
    }
}

impl Scan {
    fn new(leaf: &Arc<dyn ExecutionPlan>, counter: Option<Arc<dyn ExecutionPlan>>) -> Self {
        let statistics =
            StatisticsContext::new().compute(leaf.as_ref(), &StatisticsArgs::new()).ok();
        let rows = statistics.and_then(|statistics| statistics.num_rows.get_value().copied());
        let config = leaf
            .downcast_ref::<DataSourceExec>()
            .and_then(|exec| exec.data_source().downcast_ref::<FileScanConfig>());
        let files = config.map(|config| {
            let files = || config.file_groups.iter().flat_map(|group| group.iter());
            let bytes = files().map(|file| match &file.range {
                Some(range) => u64::try_from(range.end - range.start).unwrap_or(0),
                None => file.object_meta.size,
            });
            (bytes.sum(), files().count())
        });
        Self { leaf: Arc::clone(leaf), counter, rows, files }
    }

    /// Rows that it gave out.
    fn rows_read(&self) -> Option<usize> {
        let own = self.leaf.metrics().and_then(|metrics| metrics.output_rows());
        own.or_else(|| {
            let counter = self.counter.as_ref()?;
            let metrics = counter.metrics()?;
            if counter.name() == "ProjectionExec" { metrics.output_rows() } else { taken(&metrics) }
        })
    }

    /// The part of it that was read: by rows, or by files where what is not wanted is left out.
    fn share(&self) -> Option<f64> {
        let by_rows = self.rows.filter(|rows| *rows > 0).and_then(|rows| {
            let read = self.rows_read()?;
            Some(read as f64 / rows as f64)
        });
        let by_files = self.files.and_then(|(_, files)| {
            let done = self.leaf.metrics()?.sum_by_name("files_processed")?.as_usize();
            Some(done as f64 / files.max(1) as f64)
        });
        let share = match (by_rows, by_files) {
            (Some(one), Some(other)) => one.max(other),
            (share, None) | (None, share) => share.or((self.rows == Some(0)).then_some(1.0))?,
        };
        Some(share.min(1.0))
    }
}

/// Rows that an operator has taken in, where it counts how many of them it gives out.
fn taken(metrics: &MetricsSet) -> Option<usize> {
    let totals = metrics.iter().filter_map(|metric| match metric.value() {
        MetricValue::Ratio { ratio_metrics, .. } => Some(ratio_metrics.total()),
        _ => None,
    });
    totals.reduce(|all, total| all + total)
}

/// A rule that changes nothing, and sees each plan as it will run.
#[derive(Debug)]
struct Follow(Scans);

impl PhysicalOptimizerRule for Follow {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.0.add(&plan, None);
        Ok(plan)
    }

    fn name(&self) -> &'static str {
        "progress"
    }

    fn schema_check(&self) -> bool {
        true
    }
}
