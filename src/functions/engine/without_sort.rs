//! Our aggregates over whole partitions, without the sort.
//!
//! The engine sorts its input by the partition keys for every window and holds a partition at a
//! time. A whole partition has one answer, which is a `GROUP BY`: so
//!
//! ```text
//! fit_minmax(value) OVER (PARTITION BY indicator)
//! ```
//!
//! becomes the table joined with its own `SELECT indicator, fit_minmax(value) ... GROUP BY
//! indicator`, NULL keys equal to each other. The input is read twice and nothing but the groups
//! is held, whatever the size of the table. Other aggregates beside ours (`sum(weight) OVER
//! (PARTITION BY unit)`) go the same way; our functions of whole partitions stay a window, which
//! needs no sort either. An input that cannot be read twice is held instead, and grouped by hash.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, NullEquality, Result};
use datafusion::logical_expr::expr::{AggregateFunction, WindowFunction};
use datafusion::logical_expr::{
    Expr, ExprSchemable, Join, JoinConstraint, JoinType, LogicalPlan, LogicalPlanBuilder,
    Projection, Window, WindowFrameBound, WindowFunctionDefinition,
};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};

use super::grouped::Grouped;

/// The rewrite as an optimizer rule.
#[derive(Debug)]
pub(super) struct WithoutSort;

impl OptimizerRule for WithoutSort {
    fn name(&self) -> &str {
        "whole_partition_without_sort"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn supports_rewrite(&self) -> bool {
        true
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        match plan {
            LogicalPlan::Window(window) => match grouped_ones(&window) {
                Some(_) if window.window_expr.iter().any(Expr::is_volatile) => {
                    Ok(Transformed::no(LogicalPlan::Window(window)))
                }
                Some(positions) if can_run_twice(&window.input)? && can_join(&window)? => {
                    Ok(Transformed::yes(grouped(&window, &positions, config)?))
                }
                Some(positions) => Ok(Transformed::yes(by_hash(&window, &positions)?)),
                _ => Ok(Transformed::no(LogicalPlan::Window(window))),
            },
            plan => Ok(Transformed::no(plan)),
        }
    }
}

/// Positions of the aggregates over whole partitions, if one of them is ours and everything else
/// does without a sort. One window of another kind needs the sort, and with the sort done the
/// others cost nothing.
fn grouped_ones(window: &Window) -> Option<Vec<usize>> {
    let (mut positions, mut has_ours) = (Vec::new(), false);
    for (i, expr) in window.window_expr.iter().enumerate() {
        let call = call(expr)?;
        match &call.fun {
            WindowFunctionDefinition::AggregateUDF(function) if is_whole(call) => {
                has_ours |= crate::functions::page(function.name()).is_some();
                positions.push(i);
            }
            WindowFunctionDefinition::WindowUDF(function)
                if function.inner().is::<super::partition::Function>() => {}
            _ => return None,
        }
    }
    has_ours.then_some(positions)
}

/// The call of a window expression, without the alias that keeps its name when its arguments were
/// cast.
fn call(expr: &Expr) -> Option<&WindowFunction> {
    match expr {
        Expr::WindowFunction(call) => Some(call),
        Expr::Alias(alias) => call(&alias.expr),
        _ => None,
    }
}

fn is_whole(call: &WindowFunction) -> bool {
    let frame = &call.params.window_frame;
    call.params.order_by.is_empty()
        && !call.params.distinct
        && call.params.null_treatment.is_none()
        && is_unbounded(&frame.start_bound)
        && is_unbounded(&frame.end_bound)
}

fn is_unbounded(bound: &WindowFrameBound) -> bool {
    match bound {
        WindowFrameBound::Preceding(n) | WindowFrameBound::Following(n) => n.is_null(),
        WindowFrameBound::CurrentRow => false,
    }
}

/// Whether reading the input twice gives the same rows, and costs no more than a sort would.
fn can_run_twice(input: &LogicalPlan) -> Result<bool> {
    let mut can = true;
    input.apply(|node| {
        can &= match node {
            LogicalPlan::TableScan(scan) => scan.fetch.is_none(),
            LogicalPlan::Projection(_)
            | LogicalPlan::Filter(_)
            | LogicalPlan::SubqueryAlias(_)
            | LogicalPlan::Join(_)
            | LogicalPlan::Union(_) => true,
            _ => false,
        };
        node.apply_expressions(|expr| {
            can &= !expr.is_volatile();
            Ok(TreeNodeRecursion::Continue)
        })?;
        Ok(if can { TreeNodeRecursion::Continue } else { TreeNodeRecursion::Stop })
    })?;
    Ok(can)
}

/// Whether rows find their groups by a join. The engine prunes the scan of a join by the range of its
/// keys, and with them rows whose key is -0.0 beside 0.0, or a STRUCT that holds a NULL.
fn can_join(window: &Window) -> Result<bool> {
    let keys =
        window.window_expr.iter().filter_map(call).flat_map(|call| &call.params.partition_by);
    for key in keys {
        let data_type = key.get_type(window.input.schema())?;
        if data_type.is_floating() || data_type.is_nested() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The input joined with its groups, one join for each list of partition keys.
fn grouped(
    window: &Window,
    positions: &[usize],
    config: &dyn OptimizerConfig,
) -> Result<LogicalPlan> {
    type Calls<'a> = Vec<(usize, &'a WindowFunction)>;
    let mut by_keys: BTreeMap<String, (Vec<Expr>, Calls<'_>)> = BTreeMap::new();
    for &i in positions {
        if let Some(call) = call(&window.window_expr[i]) {
            let keys = &call.params.partition_by;
            let name = format!("{keys:?}");
            by_keys.entry(name).or_insert_with(|| (keys.clone(), Vec::new())).1.push((i, call));
        }
    }

    // What is no aggregate stays a window over the same input.
    let others = window.window_expr.iter().enumerate().filter(|(i, _)| !positions.contains(i));
    let others: Vec<_> = others.map(|(_, expr)| expr.clone()).collect();
    let mut plan = match others.is_empty() {
        true => Arc::clone(&window.input),
        false => {
            let input = LogicalPlanBuilder::from(Arc::clone(&window.input));
            Arc::new(input.window(others)?.build()?)
        }
    };
    let mut results: BTreeMap<usize, Expr> = BTreeMap::new();
    for (keys, calls) in by_keys.into_values() {
        let alias = config.alias_generator().next("__whole_partition");
        let name = |kind: &str, i: usize| format!("{kind}_{i}");
        let aggregates: Vec<Expr> = calls.iter().map(|(_, call)| aggregate(call)).collect();
        let aggregated = LogicalPlanBuilder::from(Arc::clone(&window.input))
            .aggregate(keys.clone(), aggregates)?;
        let columns = aggregated.schema().columns().into_iter();
        let renamed = columns.enumerate().map(|(i, column)| match i < keys.len() {
            true => Expr::Column(column).alias(name("key", i)),
            false => Expr::Column(column).alias(name("result", i - keys.len())),
        });
        let renamed: Vec<_> = renamed.collect();
        let groups = aggregated.project(renamed)?.alias(alias.as_str())?.build()?;

        let column = |name: String| Expr::Column(Column::new(Some(alias.as_str()), name));
        for (i, (position, _)) in calls.iter().enumerate() {
            results.insert(*position, column(name("result", i)));
        }
        plan = Arc::new(if keys.is_empty() {
            LogicalPlanBuilder::from(groups).cross_join(Arc::unwrap_or_clone(plan))?.build()?
        } else {
            // The groups on the left: that is the side a hash join holds.
            let on = keys
                .into_iter()
                .enumerate()
                .map(|(i, key)| (column(name("key", i)), key))
                .collect();
            LogicalPlan::Join(Join::try_new(
                Arc::new(groups),
                plan,
                on,
                None,
                JoinType::Inner,
                JoinConstraint::On,
                NullEquality::NullEqualsNull,
                false,
            )?)
        });
    }

    let kept = window.input.schema().columns().into_iter().map(Expr::Column);
    let results = window.window_expr.iter().enumerate().map(|(i, expr)| {
        let name = expr.schema_name().to_string();
        match results.remove(&i) {
            Some(result) => result.alias(name),
            None => Expr::Column(Column::new_unqualified(name)),
        }
    });
    let all = kept.chain(results).collect();
    Ok(LogicalPlan::Projection(Projection::try_new_with_schema(
        all,
        plan,
        Arc::clone(&window.schema),
    )?))
}

/// The window with its aggregates as functions of whole partitions, under the names they had.
fn by_hash(window: &Window, positions: &[usize]) -> Result<LogicalPlan> {
    let exprs = window.window_expr.iter().enumerate().map(|(i, expr)| match call(expr) {
        Some(call) if positions.contains(&i) => {
            let wanted = expr.schema_name().to_string();
            let function = as_function(call.clone());
            let has_its_name = function.schema_name().to_string() == wanted;
            if has_its_name { function } else { function.alias(wanted) }
        }
        _ => expr.clone(),
    });
    let window = Window::try_new(exprs.collect(), Arc::clone(&window.input))?;
    Ok(LogicalPlan::Window(window))
}

/// An aggregate over a whole partition as a function of the partition.
fn as_function(mut call: WindowFunction) -> Expr {
    if let WindowFunctionDefinition::AggregateUDF(function) = &call.fun {
        let filter = call.params.filter.take();
        let function = Grouped::udwf(Arc::clone(function), filter.is_some());
        call.fun = WindowFunctionDefinition::WindowUDF(Arc::new(function));
        call.params.args.extend(filter.map(|filter| *filter));
    }
    Expr::WindowFunction(Box::new(call))
}

fn aggregate(call: &WindowFunction) -> Expr {
    let WindowFunctionDefinition::AggregateUDF(function) = &call.fun else {
        unreachable!("grouped_ones lets aggregates only through")
    };
    Expr::AggregateFunction(AggregateFunction::new_udf(
        Arc::clone(function),
        call.params.args.clone(),
        false,
        call.params.filter.clone(),
        Vec::new(),
        None,
    ))
}
