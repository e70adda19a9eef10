//! What the statements of a session read, through the tables that earlier ones made.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};

use datafusion::catalog::TableProvider;
use datafusion::catalog::default_table_source::source_as_provider;
use datafusion::catalog::information_schema::INFORMATION_SCHEMA;
use datafusion::common::TableReference;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{DdlStatement, Expr, LogicalPlan, Statement, Volatility};
use datafusion::prelude::SessionContext;

use super::fingerprint::frameworks;
use super::hash::Hashes;
use super::input::Input;
use super::trail::Trail;
use crate::read::lineage::origins;

/// What is known of a session: what its tables were made from. Copies know the same.
#[derive(Debug, Clone, Default)]
pub struct Lineage {
    known: Arc<Mutex<Known>>,
    hashes: Arc<Hashes>,
}

#[derive(Debug, Default)]
struct Known {
    made: Vec<(Weak<dyn TableProvider>, Trail)>,
    prepared: HashMap<String, LogicalPlan>,
}

/// A table whose rows come from a statement.
#[derive(Debug)]
pub enum Made {
    /// One that it creates.
    Created(TableReference),
    /// One that was there before.
    Changed(Arc<dyn TableProvider>),
}

impl Made {
    /// The table that a plan makes or changes.
    pub fn by(plan: &LogicalPlan) -> Option<Self> {
        match plan {
            LogicalPlan::Ddl(DdlStatement::CreateMemoryTable(create)) => {
                Some(Self::Created(create.name.clone()))
            }
            LogicalPlan::Dml(change) => source_as_provider(&change.target).ok().map(Self::Changed),
            _ => None,
        }
    }
}

impl Lineage {
    /// The hashes of files that are known.
    pub fn hashes(&self) -> Arc<Hashes> {
        Arc::clone(&self.hashes)
    }

    /// What a plan reads. Files that are not there are left out: the statement will say so.
    pub async fn trace(&self, context: &SessionContext, plan: &LogicalPlan) -> Trail {
        let mut trail = Trail { frameworks: frameworks(plan), ..Trail::default() };
        let mut tables = Vec::new();
        self.look(plan, &mut tables, &mut trail);
        let state = context.state();
        for table in tables {
            if let Some(made) = self.made(&table) {
                trail.extend(&made);
            }
            for origin in origins(&table) {
                let Ok((inputs, pattern)) = Input::of(&origin, &state).await else { continue };
                trail.inputs.extend(inputs);
                trail.patterns.extend(pattern);
            }
        }
        trail
    }

    /// Gathers the tables of a plan, and what else decides its rows.
    fn look(
        &self,
        plan: &LogicalPlan,
        tables: &mut Vec<Arc<dyn TableProvider>>,
        trail: &mut Trail,
    ) {
        let mut inner = Vec::new();
        let _ = plan.apply_with_subqueries(|node| {
            match node {
                LogicalPlan::TableScan(scan) => {
                    if scan.table_name.schema() == Some(INFORMATION_SCHEMA) {
                        trail.fleeting.get_or_insert_with(|| INFORMATION_SCHEMA.to_owned());
                    }
                    if let Ok(table) = source_as_provider(&scan.source) {
                        match table.get_logical_plan() {
                            Some(plan) => inner.push(plan.into_owned()),
                            None => tables.push(table),
                        }
                    }
                }
                LogicalPlan::Statement(Statement::Prepare(prepare)) => {
                    if let Ok(mut known) = self.known.lock() {
                        let plan = prepare.input.as_ref().clone();
                        known.prepared.insert(prepare.name.clone(), plan);
                    }
                }
                LogicalPlan::Statement(Statement::Execute(execute)) => {
                    let known = self.known.lock().ok();
                    inner
                        .extend(known.and_then(|known| known.prepared.get(&execute.name).cloned()));
                }
                _ => {}
            }
            node.apply_expressions(|expr| {
                expr.apply(|expr| {
                    if let Expr::ScalarFunction(call) = expr
                        && call.func.signature().volatility != Volatility::Immutable
                    {
                        let name = || format!("{}()", call.func.name());
                        trail.fleeting.get_or_insert_with(name);
                    }
                    Ok(TreeNodeRecursion::Continue)
                })
            })
        });
        for plan in inner {
            trail.frameworks.extend(frameworks(&plan));
            self.look(&plan, tables, trail);
        }
    }

    fn made(&self, table: &Arc<dyn TableProvider>) -> Option<Trail> {
        let known = self.known.lock().ok()?;
        let is_it = |made: &Weak<_>| std::ptr::addr_eq(made.as_ptr(), Arc::as_ptr(table));
        known.made.iter().find(|(made, _)| is_it(made)).map(|(_, trail)| trail.clone())
    }

    /// Remembers what a table was made from.
    pub async fn remember(&self, context: &SessionContext, made: Made, mut trail: Trail) {
        trail.settle(context).await;
        let table = match made {
            Made::Changed(table) => table,
            Made::Created(name) => match context.table_provider(name).await {
                Ok(table) => table,
                Err(_) => return, // it was there already, and no rows were asked for
            },
        };
        let before = self.made(&table);
        if let Some(before) = before {
            trail.extend(&before);
        }
        if let Ok(mut known) = self.known.lock() {
            let is_it = |made: &Weak<_>| std::ptr::addr_eq(made.as_ptr(), Arc::as_ptr(&table));
            known.made.retain(|(made, _)| made.strong_count() > 0 && !is_it(made));
            known.made.push((Arc::downgrade(&table), trail));
        }
    }
}
