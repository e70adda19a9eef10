//! SQL text to plan: what the engine's planner does, and around it what it does not.
//!
//! *Names.* A name that begins with a digit, `2022年`, is a name (`tokens`). *Named arguments.* The
//! engine takes `f(a, c => 1)` only if no argument before `c` is left out. Here a call of one of our
//! functions is put in order and what was left out gets its default, so any subset can be named.
//! *Tables as arguments.* In `composite_index(TABLE panel, framework)` both are names of tables; the
//! engine looks up those that stand in a query, so each becomes one. *Parameters.* `$year` becomes
//! the literal it was set to. *Headings.* A column without a name of its own is headed by the text it
//! was asked for with (`headings`). *Types.* `DESCRIBE` names them as SQL does (`describe`). *Clauses*
//! that the engine would pass over are refused (`ignored`). *Values.* Those of `PIVOT ... IN (ANY)` are
//! found from the data (`pivots`). *Headers.* Comments declare parameters, say what must be
//! true of a result (`condition`) and how it is drawn (`header`). *Summaries.* `SUMMARIZE` is taken off, and put on the plan of what
//! follows (`summarize`).
//!
//! A text is made into tokens once; all of this works on them and on what the parser makes of them.

mod arguments;
mod condition;
mod describe;
mod grammar;
mod header;
mod headings;
mod ignored;
mod lambdas;
mod parameters;
mod parse;
mod pivots;
mod places;
mod rewrite;
mod script;
mod summarize;
mod tables;
mod tokens;
mod visit;

use datafusion::common::{DataFusionError, Result, plan_err};
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;

use describe::describe;
use rewrite::rewrite;

pub use parameters::Parameters;
pub(crate) use {
    condition::{Condition, Probe},
    grammar::Grammar,
    header::{Declared, Expected, Header, Said},
    parameters::quoted,
    parse::Parsed,
    rewrite::NO_VALUE,
    script::{Comment, Piece, Script, split},
    tables::{Effect, tables},
    tokens::{Place, lex},
};

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
    plan_asking(context, parsed, parameters, &mut Vec::new()).await
}

/// The same; `asked` takes the plans of queries that are run to plan it.
pub(crate) async fn plan_asking(
    context: &SessionContext,
    parsed: Parsed,
    parameters: Option<&Parameters>,
    asked: &mut Vec<LogicalPlan>,
) -> Result<LogicalPlan> {
    let Parsed { mut statement, headings, summarizes } = parsed;
    let state = context.state();
    rewrite(&mut statement, &state, parameters)?;
    pivots::find_values(&mut statement, context, asked).await?;
    let query = headings.query(&statement);
    let plan = state.statement_to_plan(statement).await?;
    match headings.put_on(plan, query, &state).await {
        LogicalPlan::DescribeTable(table) => describe(&table),
        plan if summarizes => summarize::summarized(plan, &state),
        plan => Ok(plan),
    }
}
