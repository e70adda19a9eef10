//! What stands before `PIVOT` or `UNPIVOT`, and its columns by name.

use std::sync::Arc;

use datafusion::common::tree_node::TreeNode;
use datafusion::common::{DFSchemaRef, Result, plan_datafusion_err, plan_err};
use datafusion::logical_expr::LogicalPlan;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::optimizer::Analyzer;
use datafusion::sql::sqlparser::ast::{Expr as SqlExpr, Ident, TableFactor, Value};

use crate::columns::Columns;

/// How many columns an error names.
const LISTED: usize = 20;

/// The relation, its types settled.
pub fn plan(
    relation: TableFactor,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let mut plan = context.plan(relation)?;
    // The branches of a UNION have no common types before.
    if plan.exists(|plan| Ok(matches!(plan, LogicalPlan::Union(_))))? {
        let options = context.context_provider().options();
        plan = Analyzer::new().execute_and_check(plan, options, |_, _| {})?;
    }
    Ok(plan)
}

/// The columns of a relation.
pub struct Relation {
    /// The word that asks for them.
    pub word: &'static str,
    pub schema: DFSchemaRef,
}

impl Relation {
    pub fn new(word: &'static str, plan: &LogicalPlan) -> Self {
        Self { word, schema: Arc::clone(plan.schema()) }
    }

    pub fn name(&self, at: usize) -> &str {
        self.schema.field(at).name()
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.schema.fields().iter().map(|field| field.name().as_str())
    }

    /// `(the columns are a, b)`, of many the first.
    pub fn list(&self) -> String {
        let mut names: Vec<&str> = self.names().take(LISTED).collect();
        if self.schema.fields().len() > LISTED {
            names.push("...");
        }
        format!("(the columns are {})", names.join(", "))
    }

    /// Where a column stands.
    pub fn find(&self, expr: &SqlExpr) -> Result<usize> {
        let word = self.word;
        match expr {
            SqlExpr::Identifier(name) => self.find_name(name, None),
            SqlExpr::CompoundIdentifier(parts) => match parts.as_slice() {
                [.., table, name] => self.find_name(name, Some(table)),
                _ => plan_err!("{word}: a column must be a name, got {expr}"),
            },
            SqlExpr::Nested(inner) => self.find(inner),
            SqlExpr::Value(value) => {
                let text = match &value.value {
                    Value::SingleQuotedString(text) | Value::Number(text, _) => text.clone(),
                    other => other.to_string(),
                };
                plan_err!(
                    "{word}: a column must be a name, got {expr} (in double quotes: \"{text}\")"
                )
            }
            other => plan_err!("{word}: a column must be a name, got {other}"),
        }
    }

    fn find_name(&self, name: &Ident, table: Option<&Ident>) -> Result<usize> {
        let is_of_table = |at: &usize| match table {
            None => true,
            Some(table) => self.schema.qualified_field(*at).0.is_some_and(|of| {
                of.table() == table.value || of.table().eq_ignore_ascii_case(&table.value)
            }),
        };
        let places: Vec<usize> =
            (0..self.schema.fields().len()).filter(|at| is_of_table(at)).collect();
        let columns = Columns::new(places.iter().map(|&at| self.name(at)));
        let word = self.word;
        let found = columns
            .find_chosen(&name.value)
            .map_err(|what| plan_datafusion_err!("{word}: the table {what}"))?;
        if let Some(at) = found {
            return Ok(places[at]);
        }
        let (name, hint, list) = (&name.value, columns.hint(&name.value), self.list());
        plan_err!("{word}: column '{name}' not found{hint} {list}")
    }
}
