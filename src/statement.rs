//! SQL text to plan: what the engine's planner does, and before it three things it does not.
//!
//! *Named arguments.* The engine takes `f(a, c => 1)` only if no argument before `c` is left out.
//! Here a call of one of our functions is put in order and what was left out gets its default, so
//! any subset can be named. *Tables as arguments.* In `composite_index(TABLE panel, framework)` both
//! are names of tables; the engine looks up those that stand in a query, so each becomes one.
//! *Parameters.* `$year` becomes the literal it was set to.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use datafusion::common::{DataFusionError, Result, plan_datafusion_err, plan_err};
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::{CopyToSource, DFParser, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Statement as SqlStatement,
    TableFactor, Value, VisitMut, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

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
    let mut statements = DFParser::parse_sql(&without_table_keyword(text))?;
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
            statement.as_mut().visit(&mut Rewriter { parameters })
        }
        Statement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => query.as_mut().visit(&mut Rewriter { parameters }),
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

/// Rewrites calls and parameters wherever they stand.
struct Rewriter<'a> {
    parameters: Option<&'a Parameters>,
}

impl VisitorMut for Rewriter<'_> {
    type Break = DataFusionError;

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<DataFusionError> {
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
                && let Err(error) = into_query(value)
            {
                return ControlFlow::Break(error);
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<DataFusionError> {
        rewrite(expr, self.parameters)
    }
}

/// The name of a table becomes a query of it.
fn into_query(value: &mut Expr) -> Result<()> {
    while let Expr::Nested(inner) = value {
        *value = inner.as_ref().clone();
    }
    let is_text = |value: &Value| matches!(value, Value::SingleQuotedString(_));
    let is_name = match value {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => true,
        Expr::Value(value) => is_text(&value.value),
        _ => false,
    };
    if is_name {
        let text = format!("SELECT * FROM {value}");
        let mut parser = Parser::new(&GenericDialect {}).try_with_sql(&text)?;
        *value = Expr::Subquery(parser.parse_query()?);
    }
    Ok(())
}

/// The text with the word TABLE blanked out where it stands before an argument of a table function,
/// as in `composite_index(TABLE panel, TABLE framework)`: the parser knows it only in queries.
pub(crate) fn without_table_keyword(text: &str) -> Cow<'_, str> {
    const KEYWORD: &str = "TABLE";
    let mut tokens = Vec::new();
    let tokenized =
        Tokenizer::new(&GenericDialect {}, text).tokenize_with_location_into_buf(&mut tokens);
    if tokenized.is_err() {
        return Cow::Borrowed(text); // the parser says what is wrong
    }
    let mut lines: Vec<Cow<'_, str>> = text.split_inclusive('\n').map(Cow::Borrowed).collect();
    // Whether each parenthesis that is open is that of a table function.
    let mut open: Vec<bool> = Vec::new();
    let (mut before, mut starts) = (None::<String>, false);
    let mut changed = false;
    for TokenWithSpan { token, span } in tokens {
        let word = match &token {
            Token::Whitespace(_) => continue,
            Token::Word(word) if word.quote_style.is_none() => Some(word.value.clone()),
            _ => None,
        };
        let is_keyword = word.as_deref().is_some_and(|word| word.eq_ignore_ascii_case(KEYWORD));
        if is_keyword && starts && open.last() == Some(&true) {
            let (line, column) = (span.start.line as usize - 1, span.start.column as usize - 1);
            if let Some(line) = lines.get_mut(line)
                && let Some((at, _)) = line.char_indices().nth(column)
            {
                line.to_mut().replace_range(at..at + KEYWORD.len(), &" ".repeat(KEYWORD.len()));
                changed = true;
            }
        }
        match token {
            Token::LParen => {
                let function = before.as_deref();
                let of_function =
                    function.is_some_and(|name| functions::takes_table(name, 0, None));
                // (TABLE panel) is an argument as well.
                let of_argument = starts && open.last() == Some(&true);
                open.push(of_function || of_argument);
            }
            Token::RParen => _ = open.pop(),
            _ => {}
        }
        starts = matches!(token, Token::LParen | Token::Comma | Token::RArrow);
        before = word;
    }
    if changed { Cow::Owned(lines.concat()) } else { Cow::Borrowed(text) }
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
