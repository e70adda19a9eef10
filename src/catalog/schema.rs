//! A schema of the catalog: tables on disk, tables made by statements, files named in `FROM`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use datafusion::catalog::{MemorySchemaProvider, SchemaProvider, Session, TableProvider};
use datafusion::common::{Result, plan_err};
use datafusion::execution::SessionState;
use datafusion::logical_expr::TableType;
use datafusion::prelude::SessionContext;

use crate::read::notes::Notes;
use crate::read::open::open;
use crate::read::options::Options;
use crate::read::source::Source;

/// Name of the catalog.
pub const CATALOG: &str = "goalposts";
/// Name of the default schema.
pub const DEFAULT_SCHEMA: &str = "public";

/// The session that the tables are opened in, once there is one.
#[derive(Clone, Default)]
pub(super) struct Opener(Arc<OnceLock<Upgrade>>);

/// The session's state as it is now, if the session still is.
type Upgrade = Box<dyn Fn() -> Option<SessionState> + Send + Sync>;

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opener")
    }
}

impl Opener {
    pub(super) fn set(&self, context: &SessionContext) {
        let state = context.state_weak_ref(); // weak: the session owns the tables
        let session = move || state.upgrade().map(|state| state.read().clone());
        let _ = self.0.set(Box::new(session)); // a new opener is set once
    }

    fn session(&self) -> Result<SessionState> {
        match self.0.get().and_then(|session| session()) {
            Some(session) => Ok(session),
            None => plan_err!("the session must be open, found it closed"),
        }
    }
}

/// A schema of tables on disk, of tables made by statements, and of files named in `FROM`.
#[derive(Debug)]
pub(super) struct DataSchema {
    sources: BTreeMap<String, Vec<Source>>,
    made: MemorySchemaProvider,
    opener: Opener,
}

impl DataSchema {
    pub(super) fn new(sources: BTreeMap<String, Vec<Source>>, opener: Opener) -> Self {
        let made = MemorySchemaProvider::new();
        Self { sources, made, opener }
    }

    /// Whether a name means a table on disk, and none that was made.
    pub(super) fn is_on_disk(&self, name: &str) -> bool {
        !self.made.table_exist(name) && self.on_disk(name).is_some()
    }

    /// A file named in FROM, by what can be told of it without options.
    async fn read(&self, session: &SessionState, name: &str) -> Result<Arc<dyn TableProvider>> {
        let options = Options::default();
        let opened = open(session, &[name.to_owned()], &options).await?;
        if let Some(notes) = session.config().get_extension::<Notes>() {
            notes.add(name, &opened.notes);
        }
        Ok(opened.table)
    }

    /// The name of a table on disk, upper and lower case ignored if that leaves one.
    fn on_disk(&self, name: &str) -> Option<&str> {
        if let Some((name, _)) = self.sources.get_key_value(name) {
            return Some(name);
        }
        let mut alike = self.sources.keys().filter(|known| known.eq_ignore_ascii_case(name));
        match (alike.next(), alike.next()) {
            (Some(name), None) => Some(name),
            _ => None,
        }
    }
}

#[async_trait]
impl SchemaProvider for DataSchema {
    fn table_names(&self) -> Vec<String> {
        let mut names = self.made.table_names();
        names.extend(self.sources.keys().cloned());
        names.sort();
        names.dedup();
        names
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        if let Some(table) = self.made.table(name).await? {
            return Ok(Some(table));
        }
        let session = self.opener.session()?;
        let Some(name) = self.on_disk(name) else {
            return match Source::named(name, &Options::default())? {
                Some(_) => self.read(&session, name).await.map(Some),
                None => Ok(None),
            };
        };
        match self.sources[name].as_slice() {
            [source] => source.open(&session as &dyn Session).await.map(Some),
            sources => {
                let all: Vec<_> = sources.iter().map(|source| source.shown()).collect();
                plan_err!("table '{name}' must be one file or folder, found {}", all.join(" and "))
            }
        }
    }

    async fn table_type(&self, name: &str) -> Result<Option<TableType>> {
        match self.made.table(name).await? {
            Some(table) => Ok(Some(table.table_type())),
            None => Ok(self.on_disk(name).map(|_| TableType::Base)),
        }
    }

    fn register_table(
        &self,
        name: String,
        table: Arc<dyn TableProvider>,
    ) -> Result<Option<Arc<dyn TableProvider>>> {
        self.made.register_table(name, table)
    }

    fn deregister_table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        self.made.deregister_table(name) // what is on disk stays: is_on_disk
    }

    fn table_exist(&self, name: &str) -> bool {
        self.made.table_exist(name) || self.on_disk(name).is_some()
    }
}
