//! `FROM read_table('file', name => value, ...)`.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::catalog::TableProvider;
use datafusion::catalog::default_table_source::provider_as_source;
use datafusion::common::{Result, plan_datafusion_err, plan_err};
use datafusion::execution::SessionStateBuilder;
use datafusion::logical_expr::LogicalPlanBuilder;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::sqlparser::ast::{
    Expr as SqlExpr, FunctionArg, FunctionArgExpr, TableFactor, TableFunctionArgs, UnaryOperator,
    Value,
};

use super::notes::Notes;
use super::open::open;
use super::options::{Given, Options};
use crate::error::describe;
use crate::functions::files::read_table::PAGE;
use crate::hint::nearest;

/// The name of the function.
pub const NAME: &str = "read_table";

/// Plans calls of `read_table`.
pub struct ReadPlanner {
    notes: Arc<Notes>,
}

/// Lets a session read files by `read_table`.
#[must_use]
pub fn register(mut builder: SessionStateBuilder) -> SessionStateBuilder {
    let known = builder.config().as_ref().and_then(|config| config.get_extension::<Notes>());
    let notes = known.unwrap_or_default();
    builder.config().get_or_insert_default().set_extension(Arc::clone(&notes));
    builder.relation_planners().get_or_insert_default().insert(0, Arc::new(ReadPlanner { notes }));
    builder
}

impl fmt::Debug for ReadPlanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NAME)
    }
}

impl RelationPlanner for ReadPlanner {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let (alias, arguments) = match &relation {
            TableFactor::Table { name, alias, args: Some(arguments), .. }
                if name.to_string().eq_ignore_ascii_case(NAME) =>
            {
                (alias.clone(), arguments)
            }
            _ => return Ok(RelationPlanning::Original(Box::new(relation))),
        };
        let threads = context.context_provider().options().execution.target_partitions;
        let (names, options) = read_arguments(arguments)?;
        let table = self.open(names, options, threads)?;
        let scan = LogicalPlanBuilder::scan(NAME, provider_as_source(table), None)?.build()?;
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(scan, alias))))
    }
}

impl ReadPlanner {
    /// Opens the files on a thread of its own: a plan is made at once, and files are not there at
    /// once.
    fn open(
        &self,
        names: Vec<String>,
        options: Options,
        threads: usize,
    ) -> Result<Arc<dyn TableProvider>> {
        let config = SessionConfig::new().with_target_partitions(threads.max(1));
        let state = SessionContext::new_with_config(config).state();
        let shown = names.join(", ");
        let work = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(open(&state, &names, &options))
        };
        let opened = match std::thread::spawn(work).join() {
            Ok(opened) => opened.map_err(|error| plan_datafusion_err!("{}", describe(&error)))?,
            Err(_) => {
                return plan_err!("{shown}: must be a file that can be read, found it damaged");
            }
        };
        self.notes.add(&shown, &opened.notes);
        Ok(opened.table)
    }
}

fn read_arguments(given: &TableFunctionArgs) -> Result<(Vec<String>, Options)> {
    let mut names: Option<Vec<String>> = None;
    let mut options = Options { is_called: true, ..Options::default() };
    let mut types: Vec<String> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for argument in &given.args {
        let (name, value) = match argument {
            FunctionArg::Named { name, arg, .. } => (name.value.to_lowercase(), arg),
            FunctionArg::ExprNamed { name: SqlExpr::Identifier(name), arg, .. } => {
                (name.value.to_lowercase(), arg)
            }
            FunctionArg::Unnamed(value) if names.is_none() && seen.is_empty() => {
                ("file".to_owned(), value)
            }
            other => {
                return plan_err!(
                    "{NAME}: options must be given by name, such as missing => ['..'], got {other}"
                );
            }
        };
        let FunctionArgExpr::Expr(value) = value else {
            return plan_err!("{NAME}: {name} must be a constant, got {value}");
        };
        if seen.contains(&name) {
            return plan_err!("{NAME}: {name} must be given once, found it twice");
        }
        seen.push(name.clone());
        let value = constant(&name, value)?;
        match (name.as_str(), value) {
            (_, None) => {} // NULL: not given
            ("file", Some(Given::Texts(files))) => names = Some(files),
            ("types", Some(Given::Texts(texts))) => types = texts,
            ("file" | "types", Some(_)) => {
                return plan_err!("{NAME}: {name} must be a text or texts, got {argument}");
            }
            (name, Some(value)) if PAGE.parameters.iter().any(|option| option.name == name) => {
                let set = options.set(name, value);
                set.map_err(|fault| plan_datafusion_err!("{NAME}: {fault}"))?;
            }
            (name, _) => {
                let all = PAGE.parameters.iter().map(|option| option.name);
                return plan_err!(
                    "{NAME}: an option must be one of {}, got '{name}'{}",
                    all.clone().collect::<Vec<_>>().join(", "),
                    match nearest(name, all) {
                        Some(meant) => format!(" (did you mean {meant}?)"),
                        None => String::new(),
                    }
                );
            }
        }
    }
    let parse = |text: &str| -> std::result::Result<DataType, String> {
        let state = SessionContext::new().state();
        super::types::parse(&state, text).map_err(|error| describe(&error))
    };
    options.set_types(&types, parse).map_err(|fault| plan_datafusion_err!("{NAME}: {fault}"))?;
    match names {
        Some(names) if !names.is_empty() => Ok((names, options)),
        _ => plan_err!("{NAME}: a file must be given, found none ({NAME}('panel.csv'))"),
    }
}

/// A constant: a text, texts, a number, a switch; none for NULL.
fn constant(name: &str, value: &SqlExpr) -> Result<Option<Given>> {
    let text = |value: &SqlExpr| -> Option<String> {
        match value {
            SqlExpr::Value(value) => match &value.value {
                Value::SingleQuotedString(text) => Some(text.clone()),
                Value::Number(number, _) => Some(number.clone()),
                _ => None,
            },
            SqlExpr::UnaryOp { op: UnaryOperator::Minus, expr } => match expr.as_ref() {
                SqlExpr::Value(value) => match &value.value {
                    Value::Number(number, _) => Some(format!("-{number}")),
                    _ => None,
                },
                _ => None,
            },
            // A word where a word is meant needs no quotes.
            SqlExpr::Identifier(word) => Some(word.value.clone()),
            _ => None,
        }
    };
    let wrong = || plan_datafusion_err!("{NAME}: {name} must be a constant, got {value}");
    Ok(match value {
        SqlExpr::Array(array) => {
            let texts: Option<Vec<String>> = array.elem.iter().map(text).collect();
            Some(Given::Texts(texts.ok_or_else(wrong)?))
        }
        SqlExpr::Value(literal) => match &literal.value {
            Value::Null => None,
            Value::Boolean(switch) => Some(Given::Switch(*switch)),
            Value::Number(number, _) => match number.parse() {
                Ok(whole) => Some(Given::Number(whole)),
                Err(_) => Some(Given::Texts(vec![number.clone()])),
            },
            _ => Some(Given::Texts(vec![text(value).ok_or_else(wrong)?])),
        },
        value => Some(Given::Texts(vec![text(value).ok_or_else(wrong)?])),
    })
}
