//! Errors and panics of readers, with the files they may have come from.

use std::panic::AssertUnwindSafe;
use std::sync::Mutex;

use datafusion::catalog::default_table_source::source_as_provider;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, exec_err};
use datafusion::datasource::listing::ListingTable;
use datafusion::logical_expr::LogicalPlan;
use futures::FutureExt;
use url::Url;

use crate::error::{describe, one_line};

/// The last panic's words, kept from standard error: [`keep_panics_quiet`].
static PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Lets a panic of a reader become an ordinary error with the file's name.
pub fn keep_panics_quiet() {
    std::panic::set_hook(Box::new(|panic| {
        if let Ok(mut last) = PANIC.lock() {
            *last = Some(panic.payload_as_str().unwrap_or("unknown").to_owned());
        }
    }));
}

/// The words of the last panic.
pub fn last_panic() -> String {
    let last = PANIC.lock().ok().and_then(|mut last| last.take());
    last.unwrap_or_else(|| "unknown".to_owned())
}

/// Work whose errors and panics name the files they may have come from.
pub async fn caught<T>(
    files: &[String],
    work: impl Future<Output = Result<T, DataFusionError>>,
) -> Result<T, DataFusionError> {
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(outcome) => outcome.map_err(|error| named(error, files)),
        Err(_) if files.is_empty() => {
            exec_err!("the query was aborted: {}", one_line(&last_panic()))
        }
        Err(_) => exec_err!(
            "{}: must be a file that can be read, found it damaged: {}",
            files.join(" or "),
            one_line(&last_panic())
        ),
    }
}

/// The files and folders a plan reads.
pub fn files(plan: &LogicalPlan) -> Vec<String> {
    let mut files = Vec::new();
    let _ = plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node
            && let Ok(provider) = source_as_provider(&scan.source)
            && let Some(table) = provider.downcast_ref::<ListingTable>()
        {
            let paths = table.table_paths().iter().map(|url| shown(url.get_url()));
            files.extend(paths.filter(|path| !files.contains(path)).collect::<Vec<_>>());
        }
        Ok(TreeNodeRecursion::Continue)
    });
    files
}

fn shown(url: &Url) -> String {
    let Ok(path) = url.to_file_path() else { return url.to_string() };
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(&path).display().to_string()
}

/// An error of reading, with the files it may have come from.
fn named(error: DataFusionError, files: &[String]) -> DataFusionError {
    let is_reading = matches!(
        error.find_root(),
        DataFusionError::ParquetError(_)
            | DataFusionError::ArrowError(..)
            | DataFusionError::IoError(_)
            | DataFusionError::ObjectStore(_)
            | DataFusionError::External(_)
            | DataFusionError::ExecutionJoin(_)
            | DataFusionError::Internal(_)
    );
    let message = describe(&error);
    if !is_reading || files.is_empty() || files.iter().any(|file| message.contains(file)) {
        return error;
    }
    DataFusionError::Execution(format!("{}: {message}", files.join(" or ")))
}
