//! The one place that configures the engine.

use std::num::NonZeroUsize;
use std::sync::Arc;

use datafusion::common::Result;
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::catalog;
use crate::register::register_all;

/// What a session may use.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Options {
    /// Bytes of memory for a query's state; sorts and groups beyond it go to disk or fail.
    pub memory_limit: Option<usize>,
    /// Number of partitions worked on at a time; as many as cores if not said.
    pub threads: Option<NonZeroUsize>,
}

impl Options {
    /// With so many bytes of memory, or as many as there are.
    #[must_use]
    pub fn with_memory_limit(self, bytes: impl Into<Option<usize>>) -> Self {
        Self { memory_limit: bytes.into(), ..self }
    }

    /// With so many partitions worked on at a time, or as many as cores.
    #[must_use]
    pub fn with_threads(self, threads: impl Into<Option<NonZeroUsize>>) -> Self {
        Self { threads: threads.into(), ..self }
    }
}

/// A session on a data folder: its tables, files by name in `FROM`, and all functions.
///
/// # Errors
/// When the folder cannot be listed.
pub async fn open(data: Option<&str>, options: &Options) -> Result<SessionContext> {
    let mut config = SessionConfig::new()
        .with_default_catalog_and_schema(catalog::CATALOG, catalog::DEFAULT_SCHEMA)
        .with_create_default_catalog_and_schema(false)
        .with_information_schema(false); // ours leaves out what cannot be opened
    config.options_mut().sql_parser.collect_spans = true;
    config.options_mut().execution.listing_table_ignore_subdirectory = false;
    if let Some(threads) = options.threads {
        config = config.with_target_partitions(threads.get());
    }
    // A file that was just written must be seen as it is now.
    let mut runtime = RuntimeEnvBuilder::new().with_object_list_cache_limit(0);
    if let (Some(bytes), Some(shown)) = (options.memory_limit, NonZeroUsize::new(3)) {
        let pool = TrackConsumersPool::new(FairSpillPool::new(bytes), shown);
        runtime = runtime.with_memory_pool(Arc::new(pool));
    }
    let context = SessionContext::new_with_config_rt(config, runtime.build_arc()?);
    register_all(&context)?;
    catalog::open(&context, data).await?;
    Ok(context)
}
