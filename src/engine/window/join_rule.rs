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
//!
//! What a call names (a base period) must be somewhere in the input. All groups come together here,
//! so here it is seen to: the groups are checked before they are joined ([`super::sought`]).

use std::collections::BTreeMap;
use std::fmt::{self, Debug};
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, NullEquality, Result};
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::expr::{AggregateFunction, WindowFunction};
use datafusion::logical_expr::{
    Expr, ExprSchemable, Join, JoinConstraint, JoinType, LogicalPlan, LogicalPlanBuilder,
    Projection, Window, WindowFrameBound, WindowFunctionDefinition,
};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};

use super::aggregate_as_window::Grouped;
use super::sought::Sought;
use crate::engine::registry::Registry;

/// The rewrite as an optimizer rule.
pub struct JoinRule {
    pub registry: &'static Registry,
}

impl Debug for JoinRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JoinRule")
    }
}

impl OptimizerRule for JoinRule {
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
            LogicalPlan::Window(window) => match grouped_ones(self.registry, &window) {
                Some(_) if window.window_expr.iter().any(Expr::is_volatile) => {
                    Ok(Transformed::no(LogicalPlan::Window(window)))
                }
                Some(Aggregates { positions, has_ours: true })
                    if can_run_twice(&window.input)? && can_join(&window)? =>
                {
                    Ok(Transformed::yes(grouped(self.registry, &window, &positions, config)?))
                }
                Some(Aggregates { positions, .. }) => {
                    Ok(Transformed::yes(by_hash(self.registry, &window, &positions)?))
                }
                None => match self.apart(&window, config)? {
                    Some(plan) => Ok(Transformed::yes(plan)),
                    None => Ok(Transformed::no(LogicalPlan::Window(window))),
                },
            },
            plan => Ok(Transformed::no(plan)),
        }
    }
}

impl JoinRule {
    /// Our functions of whole partitions in a window of their own, beneath the windows of other kinds
    /// that they stand beside, and so our aggregates that look for something. Those others are computed
    /// partition by partition, and what ours look for in the whole input (a base period) can be judged
    /// only where all partitions come together.
    fn apart(&self, window: &Window, config: &dyn OptimizerConfig) -> Result<Option<LogicalPlan>> {
        let seeks = |call: &WindowFunction| is_whole(call) && sought(self.registry, call).is_some();
        let is_ours = |expr: &&Expr| {
            call(expr).is_some_and(|call| is_of_whole_partitions(call) || seeks(call))
        };
        let (ours, others): (Vec<&Expr>, Vec<&Expr>) = window.window_expr.iter().partition(is_ours);
        if ours.is_empty() || others.is_empty() {
            return Ok(None);
        }
        let cloned = |exprs: Vec<&Expr>| exprs.into_iter().cloned().collect::<Vec<_>>();
        let inner = Window::try_new(cloned(ours), Arc::clone(&window.input))?;
        let inner = self.rewrite(LogicalPlan::Window(inner), config)?.data;
        let outer = Window::try_new(cloned(others), Arc::new(inner))?;
        let kept = window.input.schema().columns().into_iter().map(Expr::Column);
        let name = |expr: &Expr| Column::new_unqualified(expr.schema_name().to_string());
        let all =
            kept.chain(window.window_expr.iter().map(|expr| Expr::Column(name(expr)))).collect();
        let (plan, schema) = (Arc::new(LogicalPlan::Window(outer)), Arc::clone(&window.schema));
        Ok(Some(LogicalPlan::Projection(Projection::try_new_with_schema(all, plan, schema)?)))
    }
}

/// Aggregates of a window over whole partitions.
struct Aggregates {
    positions: Vec<usize>,
    /// Whether one of them is ours.
    has_ours: bool,
}

/// The aggregates over whole partitions, if something of ours is among them or beside them and
/// everything else does without a sort. One window of another kind needs the sort, and with the sort
/// done the others cost nothing.
fn grouped_ones(registry: &Registry, window: &Window) -> Option<Aggregates> {
    let mut found = Aggregates { positions: Vec::new(), has_ours: false };
    let mut has_whole = false;
    for (i, expr) in window.window_expr.iter().enumerate() {
        let call = call(expr)?;
        match &call.fun {
            WindowFunctionDefinition::AggregateUDF(function) if is_whole(call) => {
                found.has_ours |= registry.has_aggregate(function);
                found.positions.push(i);
            }
            _ if is_of_whole_partitions(call) => has_whole = true,
            _ => return None,
        }
    }
    (found.has_ours || has_whole && !found.positions.is_empty()).then_some(found)
}

/// Whether a call is one of our functions of whole partitions.
fn is_of_whole_partitions(call: &WindowFunction) -> bool {
    matches!(&call.fun, WindowFunctionDefinition::WindowUDF(function)
        if function.inner().is::<crate::engine::partition::Function>())
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
/// keys, and with them rows whose key is -0.0 beside 0.0, or a STRUCT that holds a NULL. And it would
/// give thousands of rows their copy of a list at once, however long it is.
fn can_join(window: &Window) -> Result<bool> {
    for expr in window.window_expr.iter().filter(|expr| call(expr).is_some_and(is_whole)) {
        if has_list(&expr.get_type(window.input.schema())?) {
            return Ok(false);
        }
    }
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

fn has_list(data_type: &DataType) -> bool {
    match data_type {
        DataType::Struct(fields) => fields.iter().any(|field| has_list(field.data_type())),
        other => other.is_list(),
    }
}

/// The input joined with its groups, one join for each list of partition keys.
fn grouped(
    registry: &Registry,
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
        let sought: Vec<_> = calls.iter().map(|(_, call)| sought(registry, call)).collect();
        // How many values there are in which something is sought.
        let counted = calls.iter().zip(&sought).enumerate().filter(|(_, (_, is))| is.is_some());
        let counts = counted.map(|(i, ((_, call), _))| values(call).alias(name("count", i)));
        let aggregates: Vec<Expr> =
            calls.iter().map(|(_, call)| aggregate(call)).chain(counts).collect();
        let aggregated = LogicalPlanBuilder::from(Arc::clone(&window.input))
            .aggregate(keys.clone(), aggregates)?;
        let columns = aggregated.schema().columns().into_iter();
        let renamed = columns.enumerate().map(|(i, column)| match i < keys.len() {
            true => Expr::Column(column).alias(name("key", i)),
            false if i < keys.len() + calls.len() => {
                Expr::Column(column).alias(name("result", i - keys.len()))
            }
            false => Expr::Column(column),
        });
        let renamed: Vec<_> = renamed.collect();
        let mut groups = aggregated.project(renamed)?;
        if sought.iter().any(Option::is_some) {
            groups = checked(groups, keys.len(), sought)?;
        }
        let groups = groups.alias(alias.as_str())?.build()?;

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

/// What a call of an aggregate looks for in the groups.
fn sought(registry: &Registry, call: &WindowFunction) -> Option<Sought> {
    match &call.fun {
        WindowFunctionDefinition::AggregateUDF(function) => {
            Sought::of(registry, function, &call.params.args)
        }
        _ => None,
    }
}

/// How many values a group has.
fn values(call: &WindowFunction) -> Expr {
    let count = count(call.params.args[0].clone());
    match (count, &call.params.filter) {
        (Expr::AggregateFunction(mut count), Some(filter)) => {
            count.params.filter = Some(filter.clone());
            Expr::AggregateFunction(count)
        }
        (count, _) => count,
    }
}

/// Groups whose results are checked for what the calls look for: keys and results, no counts.
fn checked(
    groups: LogicalPlanBuilder,
    keys: usize,
    sought: Vec<Option<Sought>>,
) -> Result<LogicalPlanBuilder> {
    let column =
        |kind: &str, i: usize| Expr::Column(Column::new_unqualified(format!("{kind}_{i}")));
    let mut windows = Vec::new();
    let mut kept: Vec<Expr> = (0..keys).map(|i| column("key", i)).collect();
    for (i, sought) in sought.into_iter().enumerate() {
        kept.push(match sought {
            None => column("result", i),
            Some(sought) => {
                let window = sought.checked(column("result", i), column("count", i));
                let name = Column::new_unqualified(window.schema_name().to_string());
                windows.push(window);
                Expr::Column(name).alias(format!("result_{i}"))
            }
        });
    }
    groups.window(windows)?.project(kept)
}

/// The window with its aggregates as functions of whole partitions, under the names they had.
fn by_hash(registry: &Registry, window: &Window, positions: &[usize]) -> Result<LogicalPlan> {
    let exprs = window.window_expr.iter().enumerate().map(|(i, expr)| match call(expr) {
        Some(call) if positions.contains(&i) => {
            let wanted = expr.schema_name().to_string();
            let function = as_function(registry, call.clone());
            let has_its_name = function.schema_name().to_string() == wanted;
            if has_its_name { function } else { function.alias(wanted) }
        }
        _ => expr.clone(),
    });
    let window = Window::try_new(exprs.collect(), Arc::clone(&window.input))?;
    Ok(LogicalPlan::Window(window))
}

/// An aggregate over a whole partition as a function of the partition.
fn as_function(registry: &Registry, mut call: WindowFunction) -> Expr {
    if let WindowFunctionDefinition::AggregateUDF(function) = &call.fun {
        let filter = call.params.filter.take();
        let sought = Sought::of(registry, function, &call.params.args);
        let function = Grouped::udwf(Arc::clone(function), filter.is_some(), sought);
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
