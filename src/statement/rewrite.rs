//! A statement as the engine's planner takes it: clauses it would pass over refused, arguments in
//! their places, parameters as literals.

use std::ops::ControlFlow;

use datafusion::common::{DataFusionError, Diagnostic, Result, Span, plan_datafusion_err};
use datafusion::execution::SessionState;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, Query, Select, SelectFlavor, SelectItem, Spanned,
    Statement as SqlStatement, TableFactor, Value, VisitorMut, WildcardAdditionalOptions,
};

use super::parameters::Parameters;
use super::visit::visit;
use super::{arguments, ignored};
use crate::functions;

/// What is said of a parameter after its name.
pub(crate) const NO_VALUE: &str = " must have a value, found none";

/// Rewrites a statement. Without `parameters`, placeholders are left to the engine.
pub(super) fn rewrite(
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
        rewrite_expr(expr, self.state, self.parameters)
    }
}

fn rewrite_expr(
    expr: &mut Expr,
    state: &SessionState,
    parameters: Option<&Parameters>,
) -> ControlFlow<DataFusionError> {
    let outcome = match (&mut *expr, parameters) {
        (Expr::Function(function), _) => {
            arguments::put_in_order(function, state).map_err(|error| at_call(function, error))
        }
        (Expr::Value(value), Some(parameters)) => match &value.value {
            Value::Placeholder(placeholder) => {
                let name = placeholder.trim_start_matches('$');
                match parameters.get(name) {
                    Some(Expr::Value(given)) => {
                        value.value = given.value.clone(); // the place stays
                        Ok(())
                    }
                    Some(given) => {
                        *expr = given.clone();
                        Ok(())
                    }
                    None => Err(plan_datafusion_err!("${name}{NO_VALUE}")),
                }
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    };
    on(outcome)
}

/// An error with the place of the call.
fn at_call(function: &Function, error: DataFusionError) -> DataFusionError {
    let span = Span::try_from_sqlparser_span(function.name.span());
    error.with_diagnostic(Diagnostic::new_error("call", span))
}

/// On to the next, unless there is an error.
fn on(outcome: Result<()>) -> ControlFlow<DataFusionError> {
    match outcome {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => ControlFlow::Break(error),
    }
}
