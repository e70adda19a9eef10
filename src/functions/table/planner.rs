//! From `FROM composite_index(panel, framework, name => value, ...)` to a table.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{
    Column, Result, ScalarValue, TableReference, plan_datafusion_err, plan_err,
};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast};
use datafusion::optimizer::Analyzer;
use datafusion::sql::sqlparser::ast::{
    Expr as SqlExpr, FunctionArg, FunctionArgExpr, Ident, ObjectName, TableFactor,
    TableFunctionArgs, Value,
};

use super::call::{constant, near};
use super::exec::{Called, Inputs};
use super::options::{Arguments, parameters};
use super::{Entry, entries};
use crate::functions::engine::arguments::{plain, sql_name};
use crate::functions::page::{Kind, Page, Parameter};

/// Plans calls of the table functions.
#[derive(Debug)]
pub(in crate::functions) struct Planner;

impl RelationPlanner for Planner {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let entry = match &relation {
            TableFactor::Table { name, args: Some(_), .. } => match name.0.as_slice() {
                [part] => part.as_ident().and_then(|name| entry(&name.value)),
                _ => None,
            },
            _ => None,
        };
        let (Some(entry), TableFactor::Table { alias, args: Some(arguments), .. }) =
            (entry, &relation)
        else {
            return Ok(RelationPlanning::Original(Box::new(relation)));
        };
        let plan = plan(entry, arguments, context)?;
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias.clone()))))
    }
}

fn entry(name: &str) -> Option<&'static Entry> {
    entries().iter().find(|entry| entry.page.name.eq_ignore_ascii_case(name))
}

/// Whether an argument of a table function is a table, given its position or its name.
pub(in crate::functions) fn takes_table(
    function: &str,
    position: usize,
    name: Option<&str>,
) -> bool {
    let Some(entry) = entry(function) else { return false };
    let mut tables = parameters(entry.page).filter(|p| p.kind == Kind::Relation);
    match name {
        Some(name) => tables.any(|parameter| parameter.name.eq_ignore_ascii_case(name)),
        None => tables.filter(|p| p.default.is_none()).nth(position).is_some(),
    }
}

fn plan(
    entry: &Entry,
    given: &TableFunctionArgs,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let name = entry.page.name;
    let arguments = arguments(entry.page, given, context)?;
    let relation = |which: &str| match arguments.relations.get(which) {
        Some(plan) => Ok(plan.clone()),
        None => plan_err!(
            "{name}: {which} must be given: a table, or a query in parentheses, as in \
             {name}(panel, framework)"
        ),
    };
    let (panel, has_period) = panel(&arguments, relation("panel")?)?;
    let framework = relation("framework")?;
    crate::framework::check_schema(framework.schema().as_arrow())
        .map_err(|error| super::call::at(name, error))?;
    let function = (entry.bind)(&arguments)?;
    let mut others = Vec::new();
    for parameter in entry.page.parameters {
        if parameter.kind == Kind::Relation
            && !["panel", "framework"].contains(&parameter.name)
            && let Some(plan) = arguments.relations.get(parameter.name)
        {
            others.push(function.other(parameter.name, plan.clone())?);
        }
    }
    // The engine tells tables apart by their names: calls that differ must not have the same.
    let mut hasher = DefaultHasher::new();
    (&panel, &framework, &others, format!("{:?}", arguments.constants)).hash(&mut hasher);
    let identity = format!("{name}_{:016x}", hasher.finish());
    let table = Called::new(function, Inputs { framework, panel, has_period, others });
    LogicalPlanBuilder::scan(identity, provider_as_source(Arc::new(table)), None)?
        .alias(TableReference::bare(name))?
        .build()
}

/// Reads the arguments: tables are planned, everything else is a constant.
fn arguments(
    page: &'static Page,
    given: &TableFunctionArgs,
    context: &mut dyn RelationPlannerContext,
) -> Result<Arguments> {
    let name = page.name;
    if given.settings.is_some() {
        return plan_err!("{name}: SETTINGS is not supported");
    }
    let mut arguments = Arguments { page, constants: BTreeMap::new(), relations: BTreeMap::new() };
    let mut by_position =
        parameters(page).filter(|p| p.kind == Kind::Relation && p.default.is_none());
    let mut named = false;
    for argument in &given.args {
        let (parameter, value) = match argument {
            FunctionArg::Named { name: given, arg, .. } => {
                named = true;
                (find(page, &given.value)?, arg)
            }
            FunctionArg::ExprNamed { name: SqlExpr::Identifier(given), arg, .. } => {
                named = true;
                (find(page, &given.value)?, arg)
            }
            FunctionArg::ExprNamed { name: given, .. } => {
                return plan_err!("{name}: the name of an argument must be a word, got {given}");
            }
            FunctionArg::Unnamed(_) if named => {
                return plan_err!("{name}: arguments by position must come before those by name");
            }
            FunctionArg::Unnamed(arg) => match by_position.next() {
                Some(parameter) => (parameter, arg),
                None => {
                    return plan_err!(
                        "{name}: an argument after the tables must be given by name, as in \
                         normalisation => 'minmax', got {arg}"
                    );
                }
            },
        };
        let FunctionArgExpr::Expr(value) = value else {
            return plan_err!("{name}: {} must not be {value}", parameter.name);
        };
        let twice = match parameter.kind {
            Kind::Relation => {
                let plan = table(name, parameter, value, context)?;
                arguments.relations.insert(parameter.name, plan).is_some()
            }
            _ => {
                let value = word(name, parameter, value)?;
                arguments.constants.insert(parameter.name, value).is_some()
            }
        };
        if twice {
            return plan_err!("{name}: {} is given twice", parameter.name);
        }
    }
    Ok(arguments)
}

fn find(page: &'static Page, given: &str) -> Result<&'static Parameter> {
    match parameters(page).find(|parameter| parameter.name.eq_ignore_ascii_case(given)) {
        Some(parameter) => Ok(parameter),
        None => {
            let known: Vec<_> = parameters(page).map(|parameter| parameter.name).collect();
            let hint = near(given, known.iter().copied())
                .map_or_else(String::new, |near| format!("; did you mean '{near}'?"));
            plan_err!(
                "{}: there is no argument '{given}'; the arguments are {}{hint}",
                page.name,
                known.join(", ")
            )
        }
    }
}

/// A constant; where a word is meant (the name of a column or a method) it needs no quotes.
fn word(function: &str, parameter: &Parameter, value: &SqlExpr) -> Result<ScalarValue> {
    let takes_words = !matches!(parameter.kind, Kind::Constant | Kind::Switch);
    match value {
        SqlExpr::Identifier(name) if takes_words => Ok(ScalarValue::from(name.value.as_str())),
        SqlExpr::Function(_) if matches!(parameter.kind, Kind::Method(_)) => {
            Ok(ScalarValue::from(value.to_string()))
        }
        value => constant(value).map_err(|_| {
            plan_datafusion_err!("{function}: {} must be a constant, got {value}", parameter.name)
        }),
    }
}

/// A table by its name, or a query in parentheses.
fn table(
    function: &str,
    parameter: &Parameter,
    value: &SqlExpr,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let named = |parts: Vec<Ident>| TableFactor::Table {
        name: ObjectName::from(parts),
        alias: None,
        args: None,
        with_hints: Vec::new(),
        version: None,
        with_ordinality: false,
        partitions: Vec::new(),
        json_path: None,
        sample: None,
        index_hints: Vec::new(),
    };
    let relation = match value {
        SqlExpr::Subquery(query) => TableFactor::Derived {
            lateral: false,
            subquery: query.clone(),
            alias: None,
            sample: None,
        },
        SqlExpr::Identifier(name) => named(vec![name.clone()]),
        SqlExpr::CompoundIdentifier(parts) => named(parts.clone()),
        SqlExpr::Value(value) => match &value.value {
            Value::SingleQuotedString(path) => named(vec![Ident::with_quote('\'', path.clone())]),
            _ => return no_table(function, parameter, &value.to_string()),
        },
        other => return no_table(function, parameter, &other.to_string()),
    };
    let is_name = matches!(relation, TableFactor::Table { .. });
    let planned = context.plan(relation).map_err(|error| match is_name {
        // Without `goalposts::sql` the engine looks up only the tables of queries.
        true => super::call::at(
            function,
            plan_datafusion_err!(
                "{} must be a table, or a query in parentheses such as (SELECT * FROM {value}): {}",
                parameter.name,
                crate::error::describe(&error)
            ),
        ),
        false => error,
    })?;
    // The types are settled here, as the result has those of units and periods: in a UNION they are
    // not before.
    if !planned.all_out_ref_exprs().is_empty() {
        return plan_err!(
            "{function}: {} must not refer to columns of the query around it",
            parameter.name
        );
    }
    let options = context.context_provider().options();
    Analyzer::new().execute_and_check(planned, options, |_, _| {})
}

fn no_table<T>(function: &str, parameter: &Parameter, found: &str) -> Result<T> {
    plan_err!(
        "{function}: {} must be a table, or a query in parentheses, got {found}",
        parameter.name
    )
}

/// The panel with its columns in their order: unit, period if there is one, indicator, value.
fn panel(arguments: &Arguments, plan: LogicalPlan) -> Result<(LogicalPlan, bool)> {
    let function = arguments.page.name;
    let schema = Arc::clone(plan.schema());
    let find = |parameter: &str| -> Result<Option<(Expr, DataType)>> {
        let Some(name) = arguments.text(parameter)? else { return Ok(None) };
        let exact = schema.iter().position(|(_, field)| *field.name() == name);
        let position = exact.or_else(|| {
            schema.iter().position(|(_, field)| field.name().eq_ignore_ascii_case(&name))
        });
        let is_given = arguments.constants.contains_key(parameter);
        if schema.iter().filter(|(_, field)| *field.name() == name).count() > 1 {
            return plan_err!(
                "{function}: the panel must have one column '{name}', found more (give them names of \
                 their own)"
            );
        }
        match position {
            Some(position) => {
                let (qualifier, field) = schema.qualified_field(position);
                let column = Column::new(qualifier.cloned(), field.name());
                Ok(Some((Expr::Column(column), field.data_type().clone())))
            }
            None if parameter == "period" && !is_given => Ok(None),
            None => {
                let columns: Vec<_> =
                    schema.iter().map(|(_, field)| field.name().as_str()).collect();
                plan_err!(
                    "{function}: the panel must have a column '{name}' (or name it: {parameter} => \
                     COLUMN), found {}",
                    columns.join(", ")
                )
            }
        }
    };
    let required = |parameter: &str| match find(parameter)? {
        Some(column) => Ok(column),
        None => plan_err!("{function}: {parameter} must not be NULL"),
    };
    let (value, data_type) = required("value")?;
    if !plain(&data_type).is_numeric() && data_type != DataType::Null {
        return plan_err!(
            "{function}: the panel's column of values must be a number, found {}",
            sql_name(&data_type)
        );
    }
    let period = find("period")?;
    let has_period = period.is_some();
    let mut columns = vec![required("unit")?.0];
    columns.extend(period.map(|(column, _)| column));
    columns.push(required("indicator")?.0);
    columns.push(cast(value, DataType::Float64).alias("value"));
    // One column may stand for two things (a panel of one unit that is its indicator as well).
    let names = ["unit", "period", "indicator", "value"];
    let names = names.iter().filter(|name| has_period || **name != "period");
    let columns = columns.into_iter().zip(names).map(|(column, name)| column.alias(*name));
    let plan = LogicalPlanBuilder::from(plan).project(columns)?.build()?;
    Ok((plan, has_period))
}
