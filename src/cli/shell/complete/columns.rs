//! Columns of what a statement reads, as the planner has them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use datafusion::prelude::SessionContext;
use tokio::runtime::Handle;

use crate::cli::script::split;
use crate::statement::{Grammar, Parameters, plan};

/// How long a person waits for a file that is slow; it is looked at again with the next Tab.
const PATIENCE: Duration = Duration::from_millis(400);

/// Columns that are known until the next statement.
pub struct Columns {
    context: SessionContext,
    workers: Handle,
    parameters: Parameters,
    known: RefCell<HashMap<String, Known>>,
}

enum Known {
    Columns(Vec<String>),
    Awaited(Receiver<Vec<String>>),
}

impl Columns {
    pub fn new(context: SessionContext, workers: Handle, parameters: Parameters) -> Self {
        Self { context, workers, parameters, known: RefCell::default() }
    }

    /// The columns of a query. One that cannot be planned has none: when it is run it will say why.
    pub fn of(&self, query: &str) -> Vec<String> {
        let mut known = self.known.borrow_mut();
        let entry =
            known.entry(query.to_owned()).or_insert_with(|| Known::Awaited(self.ask(query)));
        if let Known::Awaited(answer) = entry {
            use std::sync::mpsc::RecvTimeoutError::{Disconnected, Timeout};
            match answer.recv_timeout(PATIENCE) {
                Ok(columns) => *entry = Known::Columns(columns),
                Err(Disconnected) => *entry = Known::Columns(Vec::new()),
                Err(Timeout) => {}
            }
        }
        match entry {
            Known::Columns(columns) => columns.clone(),
            Known::Awaited(_) => Vec::new(),
        }
    }

    fn ask(&self, query: &str) -> Receiver<Vec<String>> {
        let (answer, receiver) = channel();
        // A PIVOT is planned by reading its table.
        if query.to_lowercase().contains("pivot") {
            return receiver;
        }
        let (context, parameters) = (self.context.clone(), self.parameters.clone());
        let query = query.to_owned();
        self.workers.spawn(async move {
            let grammar = Grammar::of(&context);
            let script = split(&query, grammar);
            let [statement] = script.statements.as_slice() else { return };
            let Ok(parsed) = statement.parse(grammar) else { return };
            if let Ok(plan) = plan(&context, parsed, Some(&parameters)).await {
                let fields = plan.schema().fields().iter();
                let _ = answer.send(fields.map(|field| field.name().clone()).collect());
            }
        });
        receiver
    }
}
