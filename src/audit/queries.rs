//! The queries of the audit: shown with every call in full, run with the calls that several need as tables in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::MemTable;
use datafusion::common::Result;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::prelude::SessionContext;

use super::arguments::Arguments;
use super::nodes::{COLUMNS, Node, Turned};
use super::request::Request;
use super::template::{Part, filled, parts};
use crate::functions::{self, Form};
use crate::statement::{self, Parameters, quoted};

/// Arguments that `availability` takes: it looks at values alone.
const OF_VALUES: [&str; 5] = ["unit", "period", "indicator", "value", "strict"];

/// Names of the other columns of tables with a column for each part.
const TAKEN: [&str; 5] = ["unit", "since", "score", "rank", "change"];

/// What a query gives.
#[derive(Debug)]
pub struct Answer {
    /// The query, to be run again.
    pub sql: String,
    /// Its rows.
    pub rows: RecordBatch,
}

/// Queries on one index.
pub struct Queries<'a> {
    context: &'a SessionContext,
    parameters: &'a Parameters,
    request: &'a Request,
    /// Fillings of holes that are no calls.
    words: BTreeMap<&'static str, String>,
    /// What is added to every call of a function.
    own: BTreeMap<&'static str, Arguments>,
    /// Calls that are in more than one template.
    shared: BTreeSet<(String, String)>,
    /// Nodes that have a column of their own in a table of units.
    parts: Vec<String>,
    /// Tables in memory, by the calls they are of.
    held: BTreeMap<String, Held>,
    /// The memory of these tables.
    reservation: MemoryReservation,
}

/// The rows of a call, in memory.
struct Held {
    table: String,
    batches: Vec<RecordBatch>,
}

impl<'a> Queries<'a> {
    /// Queries of these templates, and of no others.
    pub fn new(
        context: &'a SessionContext,
        parameters: &'a Parameters,
        request: &'a Request,
        templates: impl Iterator<Item = &'static str>,
    ) -> Self {
        let mut seen = BTreeSet::new();
        let mut shared = BTreeSet::new();
        for part in templates.flat_map(parts) {
            if let Part::Hole(name, own) = part
                && is_table_function(name)
            {
                let call = (name.to_owned(), own.to_owned());
                if !seen.insert(call.clone()) {
                    shared.insert(call);
                }
            }
        }
        let (words, own, held) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let pool = &context.runtime_env().memory_pool;
        let reservation = MemoryConsumer::new("audit").register(pool);
        let mut queries = Self {
            context,
            parameters,
            request,
            words,
            own,
            shared,
            parts: Vec::new(),
            held,
            reservation,
        };
        queries.word("panel", request.panel.clone());
        queries.word("framework", request.framework.clone());
        queries.word("last_release", request.last_release.clone().unwrap_or_default());
        queries
    }

    /// Fills a hole from now on.
    pub fn word(&mut self, name: &'static str, filling: impl Into<String>) {
        self.words.insert(name, filling.into());
    }

    /// Which nodes count against another: `{sign, code}` and `{sign_to_top, code}` turn their correlations.
    pub fn signs(&mut self, turned: &Turned) {
        for (name, codes) in [("sign", &turned.parent), ("sign_to_top", &turned.top)] {
            let codes: Vec<String> = codes.iter().map(|code| quoted(code)).collect();
            self.words.insert(name, codes.join(", "));
        }
    }

    /// What has a column of its own in a table of units: `{each_part, max(score)}`.
    pub fn parts(&mut self, nodes: &[Node], root: &str) {
        let of_root = nodes.iter().filter(|node| node.parent.as_deref() == Some(root));
        self.parts = of_root.take(COLUMNS).map(|node| node.code.clone()).collect();
    }

    /// Adds arguments to every call of a function from now on.
    pub fn add_to(&mut self, function: &'static str, arguments: Arguments) {
        self.own.insert(function, arguments);
    }

    /// Runs a query.
    ///
    /// # Errors
    ///
    /// What the engine says of it.
    pub async fn run(&mut self, template: &str) -> Result<Answer> {
        for part in parts(template) {
            if let Part::Hole(name, own) = part
                && self.shared.contains(&(name.to_owned(), own.to_owned()))
            {
                self.hold(name, own).await?;
            }
        }
        let sql = filled(template, |name, own| self.filling(name, own))?;
        let from_memory = filled(template, |name, own| {
            let filling = self.filling(name, own)?;
            Some(self.held.get(&filling).map_or(filling, |held| held.table.clone()))
        })?;
        Ok(Answer { sql, rows: self.rows(&from_memory).await? })
    }

    /// The rows of a call in the order in which it gives them, which are kept in memory.
    ///
    /// # Errors
    ///
    /// What the engine says of it.
    pub async fn hold(&mut self, name: &str, own: &str) -> Result<&[RecordBatch]> {
        let call = self.filling(name, own).unwrap_or_default();
        if !self.held.contains_key(&call) {
            let query = format!("SELECT * FROM {call}");
            let frame = statement::sql_with(self.context, &query, self.parameters).await?;
            let schema = Arc::clone(frame.schema().inner());
            let batches = frame.collect().await?;
            let bytes = batches.iter().map(RecordBatch::get_array_memory_size).sum();
            self.reservation.try_grow(bytes)?;
            let table = format!("goalposts_audit_{}", self.held.len() + 1);
            let rows = MemTable::try_new(schema, vec![batches.clone()])?;
            self.context.register_table(table.as_str(), Arc::new(rows))?;
            self.held.insert(call.clone(), Held { table, batches });
        }
        Ok(self.held.get(&call).map_or(&[], |held| held.batches.as_slice()))
    }

    /// Puts rows into a table in memory, in the place of those that were there.
    ///
    /// # Errors
    ///
    /// The table cannot be made.
    pub fn put(&self, table: &str, rows: &RecordBatch) -> Result<()> {
        self.context.deregister_table(table)?;
        let rows = MemTable::try_new(rows.schema(), vec![vec![rows.clone()]])?;
        self.context.register_table(table, Arc::new(rows))?;
        Ok(())
    }

    /// Takes the tables in memory out of the session again.
    pub fn clear(&mut self, others: &[&str]) {
        let held = self.held.values().map(|held| held.table.as_str());
        for table in held.chain(others.iter().copied()) {
            let _ = self.context.deregister_table(table); // it may not be there
        }
        self.held.clear();
        self.reservation.free();
    }

    async fn rows(&self, sql: &str) -> Result<RecordBatch> {
        let frame = statement::sql_with(self.context, sql, self.parameters).await?;
        let schema = Arc::clone(frame.schema().inner());
        let batches = frame.collect().await?;
        match batches.first() {
            Some(first) => Ok(concat_batches(&first.schema(), &batches)?),
            None => Ok(RecordBatch::new_empty(schema)),
        }
    }

    fn filling(&self, name: &str, own: &str) -> Option<String> {
        match (name, self.words.get(name).map(String::as_str)) {
            ("sign" | "sign_to_top", Some("") | None) => return Some(String::new()),
            ("sign" | "sign_to_top", Some(codes)) => {
                return Some(format!("CASE WHEN {own} IN ({codes}) THEN -1 ELSE 1 END * "));
            }
            ("each_part", _) => return Some(self.of_each_part(own)),
            _ => {}
        }
        if let Some(word) = self.words.get(name) {
            return Some(word.clone());
        }
        is_table_function(name).then(|| self.call(name, own))
    }

    /// A column of an aggregate for each part, named after it.
    fn of_each_part(&self, aggregate: &str) -> String {
        let column = |code: &String| {
            let is_taken = TAKEN.iter().any(|taken| taken.eq_ignore_ascii_case(code));
            let name = if is_taken { format!("{code} (part)") } else { code.clone() };
            let name = name.replace('"', "\"\"");
            format!("{aggregate} FILTER (WHERE code = {}) AS \"{name}\"", quoted(code))
        };
        self.parts.iter().map(column).collect::<Vec<_>>().join(",\n       ")
    }

    fn call(&self, name: &str, own: &str) -> String {
        let of_request = match name {
            "availability" => self.request.arguments.only(&OF_VALUES),
            _ => self.request.arguments.clone(),
        };
        let mut arguments = of_request;
        arguments = arguments.with(&Arguments::read(own).unwrap_or_default());
        if let Some(own) = self.own.get(name) {
            arguments = arguments.with(own);
        }
        let comma = if arguments.is_empty() { "" } else { ", " };
        let Request { panel, framework, .. } = self.request;
        format!("{name}({panel}, {framework}{comma}{arguments})")
    }
}

fn is_table_function(name: &str) -> bool {
    functions::forms().iter().any(|(page, form)| page.name == name && *form == Form::Table)
}
