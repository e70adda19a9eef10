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
    Expr as SqlExpr, FunctionArgExpr, Ident, ObjectName, TableFactor, TableFunctionArgs, Value,
};

use super::call::constant;
use super::exec::{Called, Inputs};
use super::options::{Arguments, FRAMEWORK, INDICATOR, PANEL, PERIOD, UNIT, VALUE, parameters};
use super::{Entry, entries};
use crate::columns::Columns;
use crate::functions::assign::assign;
use crate::functions::engine::arguments::plain;
use crate::functions::engine::constants::{Constants, Given};
use crate::functions::page::{Kind, Page, Parameter, Role};
use crate::types::sql_name;

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
    let tables = parameters(entry.page).into_iter().filter(|p| p.kind == Kind::Relation);
    let mut tables = tables.filter(|p| name.is_some() || p.is_required());
    match name {
        Some(name) => tables.any(|parameter| parameter.name.eq_ignore_ascii_case(name)),
        None => tables.nth(position).is_some(),
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
            "{name}: {which} must be given, found none (a table, or a query in parentheses, as in \
             {name}(panel, framework))"
        ),
    };
    let (panel, has_period) = panel(&arguments, relation(PANEL.name)?)?;
    let framework = relation(FRAMEWORK.name)?;
    crate::framework::check_schema(framework.schema().as_arrow())
        .map_err(|error| super::call::at(name, error))?;
    let function = (entry.bind)(&arguments)?;
    let mut others = Vec::new();
    for parameter in entry.page.parameters {
        if parameter.role == Role::Table
            && let Some(plan) = arguments.relations.get(parameter.name)
        {
            others.push(function.other(parameter.name, plan.clone())?);
        }
    }
    // The engine tells tables apart by their names: calls that differ must not have the same.
    let mut hasher = DefaultHasher::new();
    (&panel, &framework, &others, format!("{:?}", arguments.constants.given().collect::<Vec<_>>()))
        .hash(&mut hasher);
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
    let all = parameters(page);
    let is_by_position = |p: &&&Parameter| p.kind == Kind::Relation && p.is_required();
    let by_position: Vec<&Parameter> = all.iter().filter(is_by_position).copied().collect();
    let mut relations = BTreeMap::new();
    let mut constants: BTreeMap<&str, ScalarValue> = BTreeMap::new();
    for (parameter, value) in assign(name, &all, &by_position, given.args.iter().cloned())? {
        let FunctionArgExpr::Expr(value) = value else {
            return plan_err!("{name}: {} must be one thing, got {value}", parameter.name);
        };
        match parameter.kind {
            Kind::Relation => {
                relations.insert(parameter.name, table(name, parameter, &value, context)?);
            }
            _ => {
                constants.insert(parameter.name, word(name, parameter, &value)?);
            }
        }
    }
    let given = |parameter: &&'static Parameter| match constants.remove(parameter.name) {
        Some(constant) => (*parameter, Given::Constant(constant)),
        None => (*parameter, Given::Absent),
    };
    let constants = Constants::new(name, all.iter().map(given).collect());
    Ok(Arguments { page, constants, relations })
}

/// A constant; where a word is meant (the name of a column or a method) it needs no quotes.
fn word(function: &str, parameter: &Parameter, value: &SqlExpr) -> Result<ScalarValue> {
    let takes_words = !matches!(parameter.kind, Kind::Constant | Kind::Switch);
    match value {
        SqlExpr::Identifier(name) if takes_words => Ok(ScalarValue::from(name.value.as_str())),
        SqlExpr::Function(_) if matches!(parameter.kind, Kind::Method(_) | Kind::Methods(_)) => {
            Ok(ScalarValue::from(value.to_string()))
        }
        SqlExpr::Array(array) if matches!(parameter.kind, Kind::Methods(_)) => {
            let methods = array.elem.iter().map(|method| word(function, parameter, method));
            let methods = methods.collect::<Result<Vec<_>>>()?;
            if let Some(other) = methods.iter().find(|method| !method.data_type().is_string()) {
                return plan_err!(
                    "{function}: {} must be names of methods, got {other}",
                    parameter.name
                );
            }
            Ok(ScalarValue::List(ScalarValue::new_list_nullable(&methods, &DataType::Utf8)))
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
        // The engine looks up the tables of queries; those of arguments, `goalposts::sql` does.
        true => super::call::at(
            function,
            plan_datafusion_err!(
                "{} must be a table, or a query in parentheses such as (SELECT * FROM {value}), found \
                 that {} (the name of a table is looked up by goalposts::sql, not by \
                 SessionContext::sql)",
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
            "{function}: {} must be a query of its own, found columns of the query around it",
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
    let names = Columns::new(schema.iter().map(|(_, field)| field.name().as_str()));
    let constants = &arguments.constants;
    let wrong = |what: String| plan_datafusion_err!("{function}: the panel {what}");
    // Each with the name that it is looked for under.
    let mut wanted = Vec::new();
    for parameter in [&UNIT, &PERIOD, &INDICATOR, &VALUE] {
        match constants.text(parameter.name)? {
            Some(name) => wanted.push((parameter, name)),
            None if parameter.name == PERIOD.name => {} // NULL: one cross-section
            None => return plan_err!("{function}: {} must not be NULL", parameter.name),
        }
    }
    let mut found = Vec::new();
    for (parameter, name) in &wanted {
        let is_chosen = constants.is_given(parameter.name);
        let position = match is_chosen {
            true => names.find_chosen(name),
            false => names.find(name),
        };
        match position.map_err(wrong)? {
            Some(position) => {
                let (qualifier, field) = schema.qualified_field(position);
                let column = Expr::Column(Column::new(qualifier.cloned(), field.name()));
                found.push((parameter.name, column, field.data_type().clone()));
            }
            None if parameter.name == PERIOD.name && !is_chosen => {}
            None => {
                return Err(wrong(format!(
                    "must have a column '{name}', found {} (or name it: {} => COLUMN){}",
                    names.list(),
                    parameter.name,
                    names.hint(name)
                )));
            }
        }
    }
    let looked_for: Vec<&str> = wanted.iter().map(|(_, name)| name.as_str()).collect();
    if let Some(slip) = names.slips(&looked_for, &[]).into_iter().next() {
        return plan_err!("{function}: panel: {slip}");
    }
    let has_period = found.iter().any(|(name, ..)| *name == PERIOD.name);
    // One column may stand for two things (a panel of one unit that is its indicator as well).
    let mut columns = Vec::new();
    for (name, column, data_type) in found {
        let is_value = name == VALUE.name;
        if is_value && !plain(&data_type).is_numeric() && data_type != DataType::Null {
            return plan_err!(
                "{function}: the panel's column of values must be a number, found {}",
                sql_name(&data_type)
            );
        }
        let column = if is_value { cast(column, DataType::Float64) } else { column };
        columns.push(column.alias(name));
    }
    let plan = LogicalPlanBuilder::from(plan).project(columns)?.build()?;
    Ok((plan, has_period))
}
