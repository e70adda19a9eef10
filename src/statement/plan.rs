//! A statement to its plan, and the columns of the plan under their headings.

use datafusion::common::{DataFusionError, Result, plan_err};
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;

use super::describe::describe;
use super::grammar::Grammar;
use super::parameters::Parameters;
use super::parse::Parsed;
use super::rewrite::rewrite;
use super::script::split;

/// Plans and starts one statement: `ctx.sql(text)` with named arguments in full, tables as
/// arguments, names that begin with a digit, and columns without a name headed by their own text.
///
/// # Errors
/// What the parser, the planner or, for DDL, the execution of the statement says.
pub async fn sql(context: &SessionContext, text: &str) -> Result<DataFrame> {
    start(context, text, None).await
}

/// The same, with values for the parameters of the statement, `$name`.
///
/// # Errors
/// As [`sql`], and when a parameter has no value.
pub async fn sql_with(
    context: &SessionContext,
    text: &str,
    parameters: &Parameters,
) -> Result<DataFrame> {
    start(context, text, Some(parameters)).await
}

async fn start(
    context: &SessionContext,
    text: &str,
    parameters: Option<&Parameters>,
) -> Result<DataFrame> {
    let grammar = Grammar::of(context);
    let script = split(text, grammar);
    if let Some(fault) = script.fault {
        return Err(DataFusionError::SQL(Box::new(fault.into()), None));
    }
    let [statement] = script.statements.as_slice() else {
        return plan_err!("a text must be one statement, found {}", script.statements.len());
    };
    let plan = plan(context, statement.parse(grammar)?, parameters).await?;
    context.execute_logical_plan(plan).await
}

/// Plans a parsed statement. Without `parameters`, placeholders are left to the engine.
pub(crate) async fn plan(
    context: &SessionContext,
    parsed: Parsed,
    parameters: Option<&Parameters>,
) -> Result<LogicalPlan> {
    let Parsed { mut statement, headings } = parsed;
    let state = context.state();
    rewrite(&mut statement, &state, parameters)?;
    let query = headings.query(&statement);
    let plan = state.statement_to_plan(statement).await?;
    match headings.put_on(plan, query, &state).await {
        LogicalPlan::DescribeTable(table) => describe(&table),
        plan => Ok(plan),
    }
}
