//! `FROM t PIVOT (sum(value) FOR indicator IN ('a', 'b'))`: a column for each of the values.

use std::collections::{BTreeSet, HashSet};

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, Result, plan_err};
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use datafusion::sql::sqlparser::ast::{
    Expr as SqlExpr, ExprWithAlias, PivotValueSource, TableFactor, Value,
};

use super::relation::{self, Relation};
use crate::engine::longer::node::only_table;
use crate::functions::table::method::constant;

const WORD: &str = "PIVOT";

/// What stands after the word.
pub struct Pivot {
    pub aggregates: Vec<ExprWithAlias>,
    pub value_column: Vec<SqlExpr>,
    pub source: PivotValueSource,
    pub default: Option<SqlExpr>,
}

/// A value that has a column, or several.
struct Heading {
    /// What a row must meet.
    condition: Expr,
    name: String,
}

/// What is computed for each value.
struct Aggregate {
    expr: Expr,
    /// After the name of the value.
    suffix: Option<String>,
}

impl Pivot {
    /// An aggregate with FILTER for each value; groups are by all columns that nothing else uses.
    pub fn plan(
        self,
        table: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<LogicalPlan> {
        let input = relation::plan(table, context)?;
        let relation = Relation::new(WORD, &input);
        let schema = &relation.schema;
        let [of] = self.value_column.as_slice() else {
            return plan_err!(
                "{WORD}: FOR must have one column, found {} (a || '_' || b)",
                self.value_column.len()
            );
        };
        let of = match of {
            SqlExpr::Identifier(_) | SqlExpr::CompoundIdentifier(_) => {
                let (table, field) = schema.qualified_field(relation.find(of)?);
                Expr::Column(Column::new(table.cloned(), field.name()))
            }
            other => context.sql_to_expr(other.clone(), schema)?,
        };
        let aggregates = aggregates(self.aggregates, schema, context)?;
        let headings = headings(self.source, &of, context)?;
        let default = match self.default {
            Some(default) => Some(context.sql_to_expr(default, &DFSchema::empty())?),
            None => None,
        };

        let mut used = BTreeSet::new();
        let exprs = aggregates.iter().map(|aggregate| &aggregate.expr);
        for column in exprs.chain([&of]).flat_map(Expr::column_refs) {
            used.extend(schema.maybe_index_of_column(column));
        }
        let groups = (0..schema.fields().len()).filter(|at| !used.contains(at));
        let groups: Vec<Expr> =
            groups.map(|at| Expr::Column(Column::from(schema.qualified_field(at)))).collect();

        let table = only_table(schema);
        let mut taken: HashSet<String> =
            groups.iter().map(|group| group.schema_name().to_string()).collect();
        taken.extend(groups.iter().filter_map(|group| Some(group.try_as_col()?.name.clone())));
        let (mut computed, mut columns) = (Vec::new(), groups.clone());
        for Heading { condition, name } in &headings {
            for Aggregate { expr, suffix } in &aggregates {
                let name = match suffix {
                    Some(suffix) => format!("{name}_{suffix}"),
                    None => name.clone(),
                };
                if !taken.insert(name.clone()) {
                    return plan_err!(
                        "{WORD}: columns of the result must have names of their own, found two \
                         '{name}' (name a value: 'x' AS y)"
                    );
                }
                let expr = where_met(expr, condition, &mut computed)?;
                let expr = match &default {
                    Some(default) => coalesce(vec![expr, default.clone()]),
                    None => expr,
                };
                columns.push(expr.alias_qualified(table.clone(), name));
            }
        }
        LogicalPlanBuilder::from(input).aggregate(groups, computed)?.project(columns)?.build()
    }
}

/// The aggregates, and what their columns are told apart by.
fn aggregates(
    written: Vec<ExprWithAlias>,
    schema: &DFSchema,
    context: &mut dyn RelationPlannerContext,
) -> Result<Vec<Aggregate>> {
    let is_one = written.len() == 1;
    let function = |expr: &SqlExpr| match expr {
        SqlExpr::Function(function) => function.name.to_string(),
        other => other.to_string(),
    };
    let functions: Vec<String> = written.iter().map(|written| function(&written.expr)).collect();
    let mut aggregates = Vec::new();
    for (at, ExprWithAlias { expr, alias }) in written.into_iter().enumerate() {
        let text = expr.to_string();
        let expr = context.sql_to_expr(expr, schema)?;
        let is_of = |what: fn(&Expr) -> bool| expr.exists(|expr| Ok(what(expr)));
        if is_of(|expr| matches!(expr, Expr::WindowFunction(_)))?
            || !is_of(|expr| matches!(expr, Expr::AggregateFunction(_)))?
        {
            return plan_err!("{WORD}: what is computed must be an aggregate, got {text}");
        }
        let is_alone = functions.iter().filter(|other| **other == functions[at]).count() == 1;
        let suffix = match alias {
            Some(alias) => Some(alias.value),
            None if is_one => None,
            None if is_alone => Some(functions[at].clone()),
            None => Some(text),
        };
        aggregates.push(Aggregate { expr, suffix });
    }
    Ok(aggregates)
}

/// The values, each with what it is called.
fn headings(
    source: PivotValueSource,
    of: &Expr,
    context: &mut dyn RelationPlannerContext,
) -> Result<Vec<Heading>> {
    let values = match source {
        PivotValueSource::List(values) => values,
        PivotValueSource::Any(_) | PivotValueSource::Subquery(_) => {
            return plan_err!(
                "{WORD}: IN (...) must have the values, found ANY or a query (goalposts::sql finds \
                 them, SessionContext::sql does not)"
            );
        }
    };
    let mut headings = Vec::new();
    for ExprWithAlias { expr: written, alias } in values {
        let not_constant =
            |hint: &str| plan_err!("{WORD}: IN (...) must have constants, got {written}{hint}");
        if matches!(written, SqlExpr::Identifier(_) | SqlExpr::CompoundIdentifier(_)) {
            return not_constant(" (text is in single quotes)");
        }
        let value = context.sql_to_expr(written.clone(), &DFSchema::empty())?;
        let is_constant = !value.is_volatile()
            && !value.any_column_refs()
            && !value.exists(|expr| {
                Ok(matches!(
                    expr,
                    Expr::ScalarSubquery(_) | Expr::AggregateFunction(_) | Expr::WindowFunction(_)
                ))
            })?;
        if !is_constant {
            return not_constant("");
        }
        let name = match (alias, &written, constant(&written)) {
            (Some(alias), ..) => alias.value,
            (None, SqlExpr::Value(value), _) if matches!(value.value, Value::Number(..)) => {
                written.to_string()
            }
            (None, _, Ok(value)) => value.to_string(),
            (None, ..) => {
                return plan_err!(
                    "{WORD}: the column of a value must have a name, found none for {written} \
                     ({written} AS name)"
                );
            }
        };
        let is_null = matches!(&written, SqlExpr::Value(value) if value.value == Value::Null);
        let condition = if is_null { of.clone().is_null() } else { of.clone().eq(value) };
        headings.push(Heading { condition, name });
    }
    Ok(headings)
}

/// An expression of aggregates, each of the rows alone that meet a condition: the aggregates are
/// added to those that are computed, and columns stand in their places.
fn where_met(expr: &Expr, condition: &Expr, computed: &mut Vec<Expr>) -> Result<Expr> {
    let expr = expr.clone().transform_down(|expr| match expr {
        Expr::AggregateFunction(mut aggregate) => {
            let filter = aggregate.params.filter.take();
            aggregate.params.filter = Some(Box::new(match filter {
                Some(filter) => filter.and(condition.clone()),
                None => condition.clone(),
            }));
            let aggregate = Expr::AggregateFunction(aggregate);
            let name = aggregate.schema_name().to_string();
            if !computed.contains(&aggregate) {
                computed.push(aggregate);
            }
            let column = Expr::Column(Column::from_name(name));
            Ok(Transformed::new(column, true, TreeNodeRecursion::Jump))
        }
        other => Ok(Transformed::no(other)),
    })?;
    Ok(expr.data)
}
