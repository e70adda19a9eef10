//! What is wanted of an index, told to its node: the columns that are used above it, and the nodes of
//! the framework and the periods that filters let through.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr_rewriter::unnormalize_col;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{Expr, Extension, Filter, LogicalPlan};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};

use super::call::OF_FRAMEWORK;
use super::node::IndexNode;
use super::wanted::Wanted;
use crate::functions::table::function::ColumnType;

/// The rule.
#[derive(Debug)]
pub struct IndexPushdown;

impl OptimizerRule for IndexPushdown {
    fn name(&self) -> &str {
        "index_pushdown"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::TopDown)
    }

    fn supports_rewrite(&self) -> bool {
        true
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        _: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        match plan {
            LogicalPlan::Filter(filter) => {
                let filtered = filter_nodes(filter)?;
                filtered.transform_data(filter_periods)
            }
            // What they use of their input is all that anybody does.
            LogicalPlan::Projection(_) | LogicalPlan::Aggregate(_) => {
                let mut used = BTreeSet::new();
                add_columns(&plan, &mut used)?;
                let pruned = plan.map_children(|input| prune(input, used.clone()))?;
                pruned.map_data(|plan| plan.recompute_schema())
            }
            plan => Ok(Transformed::no(plan)),
        }
    }
}

fn node_of(plan: &LogicalPlan) -> Option<&IndexNode> {
    match plan {
        LogicalPlan::Extension(Extension { node }) => node.as_any().downcast_ref(),
        _ => None,
    }
}

/// The conditions on nodes into the index that stands right below; the others stay.
fn filter_nodes(filter: Filter) -> Result<Transformed<LogicalPlan>> {
    let Some(index) = node_of(&filter.input) else {
        return Ok(Transformed::no(LogicalPlan::Filter(filter)));
    };
    let Some(code) = index.call.function.spec().node_column else {
        return Ok(Transformed::no(LogicalPlan::Filter(filter)));
    };
    let conditions = split_conjunction_owned(filter.predicate.clone()).into_iter();
    let (on_nodes, others): (Vec<Expr>, Vec<Expr>) = conditions.partition(|condition| {
        is_decided(condition, |name| name == code || OF_FRAMEWORK.contains(&name))
    });
    if on_nodes.is_empty() {
        return Ok(Transformed::no(LogicalPlan::Filter(filter)));
    }
    let before = index.wanted.nodes.clone().into_iter();
    let nodes = conjunction(before.chain(on_nodes.into_iter().map(unnormalize_col)));
    let wanted = Wanted { nodes, ..index.wanted.clone() };
    let index = IndexNode { wanted, ..index.clone() };
    let plan = LogicalPlan::Extension(Extension { node: Arc::new(index) });
    Ok(Transformed::yes(match conjunction(others) {
        Some(others) => LogicalPlan::Filter(Filter::new(others, Arc::new(plan))),
        None => plan,
    }))
}

/// Tells the index that stands right below which periods a filter lets through; the filter stays, so that whoever does
/// not know of it is right as well.
fn filter_periods(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let LogicalPlan::Filter(filter) = &plan else { return Ok(Transformed::no(plan)) };
    let Some(index) = node_of(&filter.input) else { return Ok(Transformed::no(plan)) };
    let columns = index.call.function.spec().columns;
    if !columns.iter().any(|(_, of, _)| *of == ColumnType::Period) {
        return Ok(Transformed::no(plan));
    }
    let conditions = split_conjunction_owned(filter.predicate.clone()).into_iter();
    let on_periods = conditions.filter(|condition| is_decided(condition, |name| name == "period"));
    let periods = conjunction(on_periods.map(unnormalize_col));
    if periods == index.wanted.periods {
        return Ok(Transformed::no(plan));
    }
    let wanted = Wanted { periods, ..index.wanted.clone() };
    let index = IndexNode { wanted, ..index.clone() };
    let index = LogicalPlan::Extension(Extension { node: Arc::new(index) });
    let filter = Filter::new(filter.predicate.clone(), Arc::new(index));
    Ok(Transformed::yes(LogicalPlan::Filter(filter)))
}

/// Whether a condition depends on these columns alone.
fn is_decided(condition: &Expr, decides: impl Fn(&str) -> bool) -> bool {
    let columns = condition.column_refs();
    let needs_more = condition.exists(|expr| {
        Ok(matches!(
            expr,
            Expr::ScalarSubquery(_)
                | Expr::InSubquery(_)
                | Expr::Exists(_)
                | Expr::OuterReferenceColumn(..)
                | Expr::Placeholder(_)
        ))
    });
    !columns.is_empty()
        && columns.iter().all(|column| decides(&column.name))
        && !condition.is_volatile()
        && !needs_more.unwrap_or(true)
}

/// Leaves out the columns of an index that are not among these, down through nodes that pass all of
/// their input on.
fn prune(plan: LogicalPlan, mut used: BTreeSet<String>) -> Result<Transformed<LogicalPlan>> {
    match &plan {
        LogicalPlan::Filter(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::SubqueryAlias(_) => {
            add_columns(&plan, &mut used)?;
            let pruned = plan.map_children(|input| prune(input, used.clone()))?;
            pruned.map_data(|plan| plan.recompute_schema())
        }
        LogicalPlan::Extension(_) => {
            let Some(index) = node_of(&plan) else { return Ok(Transformed::no(plan)) };
            let fields = index.schema.fields().iter();
            let kept: Vec<_> =
                fields.filter(|field| used.contains(field.name())).map(Arc::clone).collect();
            if kept.len() == index.schema.fields().len() {
                return Ok(Transformed::no(plan));
            }
            let schema = DFSchema::from_unqualified_fields(kept.into(), Default::default())?;
            let index = IndexNode { schema: Arc::new(schema), ..index.clone() };
            Ok(Transformed::yes(LogicalPlan::Extension(Extension { node: Arc::new(index) })))
        }
        _ => Ok(Transformed::no(plan)),
    }
}

/// The names of the columns that a node itself uses.
fn add_columns(plan: &LogicalPlan, used: &mut BTreeSet<String>) -> Result<()> {
    plan.apply_expressions(|expr| {
        used.extend(expr.column_refs().into_iter().map(|column| column.name.clone()));
        // A subquery can use columns of the query around it.
        expr.apply(|expr| {
            let subquery = match expr {
                Expr::ScalarSubquery(subquery) => subquery,
                Expr::InSubquery(query) => &query.subquery,
                Expr::Exists(query) => &query.subquery,
                _ => return Ok(TreeNodeRecursion::Continue),
            };
            for outer in &subquery.outer_ref_columns {
                outer.apply(|expr| {
                    if let Expr::OuterReferenceColumn(_, column) | Expr::Column(column) = expr {
                        used.insert(column.name.clone());
                    }
                    Ok(TreeNodeRecursion::Continue)
                })?;
            }
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    Ok(())
}
