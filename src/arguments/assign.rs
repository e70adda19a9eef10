//! Arguments of a call, by position and by name, each with the parameter that it is for.

use datafusion::common::{Result, plan_err};
use datafusion::sql::sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr};

use crate::hint;
use crate::page::{Kind, Parameter};

/// Finds the parameter of each argument. Those without a name are for `by_position`, in order;
/// those with one may be for any of `parameters`, in any order, after them.
///
/// # Errors
/// Planning: a name that no parameter has, a parameter given twice, more arguments without a name
/// than there are places, one of them after an argument by name.
pub fn assign<'a>(
    function: &str,
    parameters: &[&'a Parameter],
    by_position: &[&'a Parameter],
    arguments: impl IntoIterator<Item = FunctionArg>,
) -> Result<Vec<(&'a Parameter, FunctionArgExpr)>> {
    let mut assigned: Vec<(&Parameter, FunctionArgExpr)> = Vec::new();
    let mut is_named = false;
    for argument in arguments {
        let (parameter, value) = match argument {
            FunctionArg::Named { name, arg, .. } => {
                is_named = true;
                (named(function, parameters, &name.value)?, arg)
            }
            FunctionArg::ExprNamed { name: Expr::Identifier(name), arg, .. } => {
                is_named = true;
                (named(function, parameters, &name.value)?, arg)
            }
            FunctionArg::ExprNamed { name, .. } => {
                return plan_err!("{function}: the name of an argument must be a word, got {name}");
            }
            FunctionArg::Unnamed(arg) if is_named => {
                return plan_err!(
                    "{function}: arguments by position must come before those by name, got {arg}"
                );
            }
            FunctionArg::Unnamed(arg) => match by_position.get(assigned.len()) {
                Some(parameter) => (*parameter, arg),
                None => return too_many(function, parameters, by_position, &arg),
            },
        };
        if assigned.iter().any(|(other, _)| other.name == parameter.name) {
            return plan_err!("{function}: {} must be given once, found it twice", parameter.name);
        }
        assigned.push((parameter, value));
    }
    Ok(assigned)
}

/// The parameter of a name, in upper or lower case.
pub fn named<'a>(
    function: &str,
    parameters: &[&'a Parameter],
    name: &str,
) -> Result<&'a Parameter> {
    if let Some(parameter) = parameters.iter().find(|p| p.name.eq_ignore_ascii_case(name)) {
        return Ok(parameter);
    }
    let known = || parameters.iter().map(|parameter| parameter.name);
    match hint::nearest(name, known()) {
        Some(near) => {
            plan_err!("{function}: argument '{name}' not found; did you mean '{near}'?")
        }
        None => {
            plan_err!(
                "{function}: argument '{name}' not found (the arguments are {})",
                list(known())
            )
        }
    }
}

fn too_many<T>(
    function: &str,
    parameters: &[&Parameter],
    by_position: &[&Parameter],
    argument: &FunctionArgExpr,
) -> Result<T> {
    let is_table = by_position.iter().all(|p| p.kind == Kind::Relation);
    if is_table && !by_position.is_empty() && parameters.len() > by_position.len() {
        return plan_err!(
            "{function}: an argument after the tables must be given by name, got {argument} (as in \
             normalisation => 'minmax')"
        );
    }
    plan_err!(
        "{function}: must have at most {}, found one more: {argument} (the arguments are {})",
        arguments(by_position.len()),
        list(by_position.iter().map(|parameter| parameter.name))
    )
}

/// `1 argument`, `2 arguments`.
pub fn arguments(n: usize) -> String {
    format!("{n} argument{}", if n == 1 { "" } else { "s" })
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
