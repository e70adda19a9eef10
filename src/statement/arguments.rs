//! Arguments of our functions as the engine wants them: named ones in their places, names of tables
//! as queries.

use datafusion::common::{Result, plan_err};
use datafusion::execution::SessionState;
use datafusion::sql::sqlparser::ast::{
    Array, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName,
    SetExpr, TableFactor, UnaryOperator, Value,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

use crate::arguments::assign::assign;
use crate::functions::{self, DefaultValue, Parameter};

/// The name of a table becomes a query of it.
pub(super) fn into_query(value: &mut Expr) -> Result<()> {
    while let Expr::Nested(inner) = value {
        *value = inner.as_ref().clone();
    }
    let parts = match value {
        Expr::Identifier(name) => vec![name.clone()],
        Expr::CompoundIdentifier(parts) => parts.clone(),
        Expr::Value(text) => match &text.value {
            Value::SingleQuotedString(path) => vec![Ident::with_quote('\'', path.clone())],
            _ => return Ok(()),
        },
        _ => return Ok(()),
    };
    let mut query =
        Parser::new(&GenericDialect {}).try_with_sql("SELECT * FROM it")?.parse_query()?;
    if let SetExpr::Select(select) = query.body.as_mut() {
        for from in &mut select.from {
            if let TableFactor::Table { name, .. } = &mut from.relation {
                *name = ObjectName::from(parts.clone());
            }
        }
    }
    *value = Expr::Subquery(query);
    Ok(())
}

/// Some dialects take the name of an argument for an expression.
fn with_plain_name(argument: &mut FunctionArg) {
    if let FunctionArg::ExprNamed { name: Expr::Identifier(name), arg, operator } = argument {
        let (name, arg, operator) = (name.clone(), arg.clone(), operator.clone());
        *argument = FunctionArg::Named { name, arg, operator };
    }
}

/// Puts the named arguments of a call of ours in their places.
pub(super) fn put_in_order(function: &mut Function, state: &SessionState) -> Result<()> {
    let [part] = function.name.0.as_slice() else { return Ok(()) };
    let over = function.over.is_some();
    let Some(page) = part.as_ident().and_then(|name| functions::called(state, name)) else {
        return Ok(()); // the engine's, or the user's own
    };
    if page.window_only && !over {
        return plan_err!(
            "{}: OVER (...) must be given, found none (the result depends on all rows of a partition)",
            page.name
        );
    }
    let FunctionArguments::List(list) = &mut function.args else { return Ok(()) };
    list.args.iter_mut().for_each(with_plain_name);
    if !list.args.iter().any(|arg| matches!(arg, FunctionArg::Named { .. })) {
        return Ok(());
    }
    let parameters: Vec<&Parameter> = page.parameters_of(over).iter().collect();
    let arguments = std::mem::take(&mut list.args);
    let given = assign(page.name, &parameters, &parameters, arguments)?;
    let place = |parameter: &Parameter| parameters.iter().position(|p| p.name == parameter.name);
    let last = given.iter().filter_map(|(parameter, _)| place(parameter)).max();
    let mut slots: Vec<Option<FunctionArgExpr>> = vec![None; last.map_or(0, |last| last + 1)];
    for (parameter, value) in given {
        if let Some(place) = place(parameter) {
            slots[place] = Some(value);
        }
    }
    for (slot, parameter) in slots.into_iter().zip(parameters) {
        let value = match slot {
            Some(value) => value,
            None => FunctionArgExpr::Expr(default(page.name, parameter)?),
        };
        list.args.push(FunctionArg::Unnamed(value));
    }
    Ok(())
}

/// The default of an argument, as it would be written.
fn default(function: &str, parameter: &Parameter) -> Result<Expr> {
    let number = |x: f64| {
        let number = Expr::Value(Value::Number(x.abs().to_string(), false).into());
        match x.is_sign_negative() {
            true => Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(number) },
            false => number,
        }
    };
    Ok(match parameter.default {
        DefaultValue::Required => {
            return plan_err!(
                "{function}: argument '{}' must be given, found none",
                parameter.name
            );
        }
        DefaultValue::Null => Expr::Value(Value::Null.into()),
        DefaultValue::Number(x) => number(x),
        DefaultValue::Numbers(numbers) => {
            let elem = numbers.iter().copied().map(number).collect();
            Expr::Array(Array { elem, named: false })
        }
        DefaultValue::Switch(switch) => Expr::Value(Value::Boolean(switch).into()),
        DefaultValue::Word(word) | DefaultValue::Column(word) => {
            Expr::Value(Value::SingleQuotedString(word.to_owned()).into())
        }
    })
}
