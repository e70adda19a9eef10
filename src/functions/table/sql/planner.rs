//! From `FROM composite_index(panel, framework, name => value, ...)` to a node of the plan.

use std::collections::BTreeMap;
use std::fmt::{self, Debug};
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Column, Result, ScalarValue, plan_datafusion_err, plan_err};
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{Expr, Extension, LogicalPlan, LogicalPlanBuilder, cast};
use datafusion::optimizer::Analyzer;
use datafusion::sql::sqlparser::ast::{
    Expr as SqlExpr, FunctionArgExpr, Ident, ObjectName, TableFactor, TableFunctionArgs, Value,
};

use super::call::IndexCall;
use super::node::IndexNode;
use crate::arguments::assign::assign;
use crate::arguments::constants::{Constants, Given};
use crate::columns::Columns;
use crate::engine::registry::Registry;
use crate::functions::table::arguments::{Arguments, parameters};
use crate::functions::table::function::Entry;
use crate::functions::table::method::constant;
use crate::functions::table::parameters::{
    FRAMEWORK, GROUPS, INDICATOR, PANEL, PERIOD, UNIT, VALUE,
};
use crate::index::place::at;
use crate::page::{Kind, Null, Parameter, Role};
use crate::types::{plain, sql_name};

/// The tables that a call gives, by the names of their parameters.
type Tables = BTreeMap<&'static str, LogicalPlan>;

/// Plans calls of the table functions.
pub struct IndexPlanner {
    pub registry: &'static Registry,
    pub entries: &'static [Entry],
}

impl Debug for IndexPlanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.entries.iter().map(|entry| entry.page.name)).finish()
    }
}

impl RelationPlanner for IndexPlanner {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let entry = match &relation {
            TableFactor::Table { name, args: Some(_), .. } => match name.0.as_slice() {
                [part] => part.as_ident().and_then(|name| self.entry(&name.value)),
                _ => None,
            },
            _ => None,
        };
        let (Some(entry), TableFactor::Table { alias, args: Some(arguments), .. }) =
            (entry, &relation)
        else {
            return Ok(RelationPlanning::Original(Box::new(relation)));
        };
        let plan = self.plan(entry, arguments, context)?;
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias.clone()))))
    }
}

impl IndexPlanner {
    fn entry(&self, name: &str) -> Option<&'static Entry> {
        self.entries.iter().find(|entry| entry.page.name.eq_ignore_ascii_case(name))
    }

    fn plan(
        &self,
        entry: &Entry,
        given: &TableFunctionArgs,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<LogicalPlan> {
        let name = entry.page.name;
        let (arguments, mut tables) = self.arguments(entry, given, context)?;
        let mut table = |which: &str| match tables.remove(which) {
            Some(plan) => Ok(plan),
            None => plan_err!(
                "{name}: {which} must be given, found none (a table, or a query in parentheses, as \
                 in {name}(panel, framework))"
            ),
        };
        let (panel, has_period) = panel(&arguments, table(PANEL.name)?)?;
        let framework = table(FRAMEWORK.name)?;
        crate::framework::check_schema(framework.schema().as_arrow())
            .map_err(|error| at(name, error))?;
        let call = IndexCall::new(entry.bind, arguments, has_period)?;
        let mut inputs = vec![framework, panel];
        for parameter in entry.page.parameters {
            if parameter.role == Role::Table
                && let Some(plan) = tables.remove(parameter.name)
            {
                inputs.push(call.function.extra_table(parameter.name, plan)?);
            }
        }
        let node = Arc::new(IndexNode::new(call, inputs)?);
        LogicalPlanBuilder::from(LogicalPlan::Extension(Extension { node })).alias(name)?.build()
    }

    /// Reads the arguments: tables are planned, everything else is a constant.
    fn arguments(
        &self,
        entry: &Entry,
        given: &TableFunctionArgs,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<(Arguments, Tables)> {
        let (page, name) = (entry.page, entry.page.name);
        if given.settings.is_some() {
            return plan_err!("{name}: SETTINGS is not supported");
        }
        let all = parameters(page);
        let is_by_position = |p: &&&Parameter| p.kind == Kind::Relation && p.is_required();
        let by_position: Vec<&Parameter> = all.iter().filter(is_by_position).copied().collect();
        let mut tables = BTreeMap::new();
        let mut constants: BTreeMap<&str, ScalarValue> = BTreeMap::new();
        for (parameter, value) in assign(name, &all, &by_position, given.args.iter().cloned())? {
            let FunctionArgExpr::Expr(value) = value else {
                return plan_err!("{name}: {} must be one thing, got {value}", parameter.name);
            };
            match parameter.kind {
                Kind::Relation => {
                    tables.insert(parameter.name, table(name, parameter, &value, context)?);
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
        let names = tables.keys().copied().collect();
        Ok((Arguments { registry: self.registry, page, constants, tables: names }, tables))
    }
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

/// A table by its name, or a query in parentheses; its types are settled.
pub fn table(
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
        true => at(
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

/// The panel with its columns in their order: unit, period if there is one, indicator, value, and groups
/// where there are.
fn panel(arguments: &Arguments, plan: LogicalPlan) -> Result<(LogicalPlan, bool)> {
    let function = arguments.page.name;
    let schema = Arc::clone(plan.schema());
    let names = Columns::new(schema.iter().map(|(_, field)| field.name().as_str()));
    let constants = &arguments.constants;
    let wrong = |what: String| plan_datafusion_err!("{function}: the panel {what}");
    // Each with the name that it is looked for under.
    let mut wanted = Vec::new();
    let is_its = |group: &&Parameter| constants.parameters().any(|own| own.name == group.name);
    let groups = GROUPS.iter().map(|(parameter, _)| *parameter).filter(is_its);
    for parameter in [&UNIT, &PERIOD, &INDICATOR, &VALUE].into_iter().chain(groups) {
        match constants.text(parameter.name)? {
            Some(name) => wanted.push((parameter, name)),
            None if parameter.null != Null::Error => {} // one cross-section, no groups
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
        // Not the name of a column of the result: the engine takes columns of one name below and above a
        // node for one, and would ask the panel for what is wanted of the index, unit['country'].
        columns.push(column.alias(format!("panel_{name}")));
    }
    let plan = LogicalPlanBuilder::from(plan).project(columns)?.build()?;
    Ok((plan, has_period))
}
