//! SQL text to plan: what the engine's planner does, and around it what it does not.
//!
//! *Names.* A name that begins with a digit, `2022年`, is a name (`tokens`). *Named arguments.* The
//! engine takes `f(a, c => 1)` only if no argument before `c` is left out. Here a call of one of our
//! functions is put in order and what was left out gets its default, so any subset can be named.
//! *Tables as arguments.* In `composite_index(TABLE panel, framework)` both are names of tables; the
//! engine looks up those that stand in a query, so each becomes one. *Parameters.* `$year` becomes
//! the literal it was set to. *Headings.* A column without a name of its own is headed by the text it
//! was asked for with (`headings`). *Types.* `DESCRIBE` names them as SQL does (`describe`). *Clauses*
//! that the engine would pass over are refused (`ignored`).
//!
//! A text is made into tokens once; all of this works on them and on what the parser makes of them.

mod arguments;
mod describe;
mod headings;
mod ignored;
mod lambdas;
mod tokens;

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use datafusion::common::{DataFusionError, Result, plan_datafusion_err, plan_err};
use datafusion::dataframe::DataFrame;
use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::{CopyToSource, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Query, Select, SelectFlavor, SelectItem,
    Statement as SqlStatement, TableFactor, Value, VisitMut, VisitorMut, WildcardAdditionalOptions,
};

use crate::functions;

pub(crate) use tokens::{Grammar, Parsed, Piece, Script, split};

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

/// Plans and starts one statement: `ctx.sql(text)` with named arguments in full, tables as
/// arguments, names that begin with a digit, and columns without a name headed by their own text.
///
/// # Errors
/// What the parser, the planner or, for DDL, the execution of the statement says.
pub async fn sql(context: &SessionContext, text: &str) -> Result<DataFrame> {
    let grammar = Grammar::of(context);
    let script = split(text, grammar);
    if let Some(fault) = script.fault {
        return Err(DataFusionError::SQL(Box::new(fault.into()), None));
    }
    let [statement] = script.statements.as_slice() else {
        return plan_err!("a text must be one statement, found {}", script.statements.len());
    };
    let plan = plan(context, statement.parse(grammar)?, None).await?;
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
    prepare(&mut statement, &state, parameters)?;
    let query = headings.query(&statement);
    let plan = state.statement_to_plan(statement).await?;
    match headings.put_on(plan, query, &state).await {
        LogicalPlan::DescribeTable(table) => describe::describe(&table),
        plan => Ok(plan),
    }
}

fn prepare(
    statement: &mut Statement,
    state: &SessionState,
    parameters: Option<&Parameters>,
) -> Result<()> {
    // Placeholders of what is prepared are the engine's.
    let parameters = parameters.filter(|_| !is_prepare(statement));
    match visit(statement, &mut Rewriter { state, parameters }) {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

fn is_prepare(statement: &Statement) -> bool {
    match statement {
        Statement::Statement(statement) => matches!(**statement, SqlStatement::Prepare { .. }),
        Statement::Explain(explain) => is_prepare(&explain.statement),
        _ => false,
    }
}

/// Visits what the parser of SQL made of a statement, also in COPY and EXPLAIN.
fn visit<V: VisitorMut>(statement: &mut Statement, visitor: &mut V) -> ControlFlow<V::Break> {
    match statement {
        Statement::Statement(statement) => statement.as_mut().visit(visitor),
        Statement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => query.as_mut().visit(visitor),
            CopyToSource::Relation(_) => ControlFlow::Continue(()),
        },
        Statement::Explain(explain) => visit(&mut explain.statement, visitor),
        Statement::CreateExternalTable(_) | Statement::Reset(_) => ControlFlow::Continue(()),
    }
}

/// Rewrites calls and parameters wherever they stand.
struct Rewriter<'a> {
    state: &'a SessionState,
    parameters: Option<&'a Parameters>,
}

impl VisitorMut for Rewriter<'_> {
    type Break = DataFusionError;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<DataFusionError> {
        on(ignored::in_query(query))
    }

    fn pre_visit_statement(
        &mut self,
        statement: &mut SqlStatement,
    ) -> ControlFlow<DataFusionError> {
        on(ignored::in_statement(statement))
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<DataFusionError> {
        // `FROM t` is `SELECT * FROM t`.
        if select.flavor == SelectFlavor::FromFirstNoSelect {
            select.flavor = SelectFlavor::FromFirst;
            select.projection = vec![SelectItem::Wildcard(WildcardAdditionalOptions::default())];
        }
        on(ignored::in_select(select))
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<DataFusionError> {
        on(ignored::in_table(factor))?;
        let TableFactor::Table { name, args: Some(arguments), .. } = factor else {
            return ControlFlow::Continue(());
        };
        let [part] = name.0.as_slice() else { return ControlFlow::Continue(()) };
        let Some(function) = part.as_ident().map(|name| name.value.clone()) else {
            return ControlFlow::Continue(());
        };
        for (position, argument) in arguments.args.iter_mut().enumerate() {
            let (name, value) = match argument {
                FunctionArg::Named { name, arg, .. } => (Some(name.value.clone()), arg),
                FunctionArg::ExprNamed { name, arg, .. } => (Some(name.to_string()), arg),
                FunctionArg::Unnamed(arg) => (None, arg),
            };
            if let FunctionArgExpr::Expr(value) = value
                && functions::takes_table(&function, position, name.as_deref())
                && let Err(error) = arguments::into_query(value)
            {
                return ControlFlow::Break(error);
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<DataFusionError> {
        rewrite(expr, self.state, self.parameters)
    }
}

fn rewrite(
    expr: &mut Expr,
    state: &SessionState,
    parameters: Option<&Parameters>,
) -> ControlFlow<DataFusionError> {
    let outcome = match (expr, parameters) {
        (Expr::Function(function), _) => arguments::put_in_order(function, state),
        (Expr::Value(value), Some(parameters)) => match &value.value {
            Value::Placeholder(placeholder) => {
                let name = placeholder.trim_start_matches('$');
                match parameters.0.get(name) {
                    Some(given) => {
                        value.value = given.clone();
                        Ok(())
                    }
                    None => Err(plan_datafusion_err!(
                        "${name} must have a value, found none (give --param {name}=VALUE)"
                    )),
                }
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    };
    on(outcome)
}

/// On to the next, unless there is an error.
fn on(outcome: Result<()>) -> ControlFlow<DataFusionError> {
    match outcome {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => ControlFlow::Break(error),
    }
}
