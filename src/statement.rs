//! SQL text to plan: what the engine's planner does, and before it two things it does not.
//!
//! *Named arguments.* The engine takes `f(a, c => 1)` only if no argument before `c` is left out.
//! Here a call of one of our functions is put in order and what was left out gets its default, so
//! any subset can be named. *Parameters.* `$year` becomes the literal it was set to.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use datafusion::common::{DataFusionError, Result, plan_datafusion_err, plan_err};
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::{CopyToSource, DFParser, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Statement as SqlStatement,
    Value, visit_expressions_mut,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

use crate::functions::{self, Parameter};

/// Values of `$name` in a query.
#[derive(Debug, Clone, Default)]
pub struct Parameters(BTreeMap<String, Value>);

impl Parameters {
    /// Sets `name`: a number, `true`, `false` or `null` as such, anything else as text. Quotes
    /// make a text of anything: `'2024'`.
    pub fn set(&mut self, name: &str, text: &str) {
        let value = match text {
            "true" | "false" => Value::Boolean(text == "true"),
            "null" | "NULL" => Value::Null,
            number if is_number(number) => Value::Number(number.to_owned(), false),
            text => {
                let quoted = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
                Value::SingleQuotedString(quoted.unwrap_or(text).to_owned())
            }
        };
        self.0.insert(name.to_owned(), value);
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Plans and starts one statement: `ctx.sql(text)` with named arguments in full.
///
/// # Errors
/// What the parser, the planner or, for DDL, the execution of the statement says.
pub async fn sql(context: &SessionContext, text: &str) -> Result<DataFrame> {
    let mut statements = DFParser::parse_sql(text)?;
    let (Some(statement), None) = (statements.pop_front(), statements.pop_front()) else {
        return plan_err!("one statement must be given");
    };
    let plan = plan(context, statement, None).await?;
    context.execute_logical_plan(plan).await
}

/// Plans a parsed statement. Without `parameters`, placeholders are left to the engine.
pub(crate) async fn plan(
    context: &SessionContext,
    mut statement: Statement,
    parameters: Option<&Parameters>,
) -> Result<LogicalPlan> {
    prepare(&mut statement, parameters)?;
    context.state().statement_to_plan(statement).await
}

fn prepare(statement: &mut Statement, parameters: Option<&Parameters>) -> Result<()> {
    let flow = match statement {
        Statement::Statement(statement) => {
            let parameters = match statement.as_ref() {
                SqlStatement::Prepare { .. } => None,
                _ => parameters,
            };
            visit_expressions_mut(statement.as_mut(), |expr| rewrite(expr, parameters))
        }
        Statement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => {
                visit_expressions_mut(query.as_mut(), |expr| rewrite(expr, parameters))
            }
            CopyToSource::Relation(_) => return Ok(()),
        },
        Statement::Explain(explain) => return prepare(&mut explain.statement, parameters),
        Statement::CreateExternalTable(_) | Statement::Reset(_) => return Ok(()),
    };
    match flow {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

fn rewrite(expr: &mut Expr, parameters: Option<&Parameters>) -> ControlFlow<DataFusionError> {
    let outcome = match (expr, parameters) {
        (Expr::Function(function), _) => put_in_order(function),
        (Expr::Value(value), Some(parameters)) => match &value.value {
            Value::Placeholder(placeholder) => {
                let name = placeholder.trim_start_matches('$');
                match parameters.0.get(name) {
                    Some(given) => {
                        value.value = given.clone();
                        Ok(())
                    }
                    None => {
                        Err(plan_datafusion_err!("${name} is not set (give --param {name}=VALUE)"))
                    }
                }
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    };
    match outcome {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => ControlFlow::Break(error),
    }
}

/// Puts the named arguments of a call of ours in their places.
fn put_in_order(function: &mut Function) -> Result<()> {
    let [part] = function.name.0.as_slice() else { return Ok(()) };
    let Some(page) = part.as_ident().and_then(|name| functions::page(&name.value)) else {
        return Ok(());
    };
    if page.window_only && function.over.is_none() {
        return plan_err!(
            "{}: OVER (...) is missing: the result depends on all rows of a partition",
            page.name
        );
    }
    let FunctionArguments::List(list) = &mut function.args else { return Ok(()) };
    if !list.args.iter().any(|arg| matches!(arg, FunctionArg::Named { .. })) {
        return Ok(());
    }
    let parameters = page.parameters_of(function.over.is_some());
    let mut slots: Vec<Option<FunctionArg>> = parameters.iter().map(|_| None).collect();
    let mut positions = 0..usize::MAX;
    for arg in std::mem::take(&mut list.args) {
        let (slot, arg) = match arg {
            FunctionArg::Named { name, arg, .. } => {
                let slot = parameters.iter().position(|p| p.name.eq_ignore_ascii_case(&name.value));
                let Some(slot) = slot else {
                    let known: Vec<_> = parameters.iter().map(|p| p.name).collect();
                    return plan_err!(
                        "{}: there is no argument '{}'; the arguments are {}",
                        page.name,
                        name.value,
                        known.join(", ")
                    );
                };
                positions = 0..0; // none may follow by position
                (slot, FunctionArg::Unnamed(arg))
            }
            arg => match positions.next() {
                Some(slot) if slot < slots.len() => (slot, arg),
                Some(_) => {
                    return plan_err!(
                        "{}: at most {} arguments can be given",
                        page.name,
                        slots.len()
                    );
                }
                None => {
                    return plan_err!(
                        "{}: arguments by position must come before those by name",
                        page.name
                    );
                }
            },
        };
        if slots[slot].replace(arg).is_some() {
            return plan_err!("{}: {} is given twice", page.name, parameters[slot].name);
        }
    }
    let given = slots.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    slots.truncate(given);
    for (slot, parameter) in slots.into_iter().zip(parameters) {
        list.args.push(match slot {
            Some(arg) => arg,
            None => default(page.name, parameter)?,
        });
    }
    Ok(())
}

fn default(function: &str, parameter: &Parameter) -> Result<FunctionArg> {
    let Some(text) = parameter.default else {
        return plan_err!("{function}: argument '{}' is missing", parameter.name);
    };
    let mut parser = Parser::new(&GenericDialect {}).try_with_sql(text)?;
    Ok(FunctionArg::Unnamed(FunctionArgExpr::Expr(parser.parse_expr()?)))
}
