//! Our calls while SQL is planned: what cannot stand with them is refused, and the façades of the
//! normalisations become what they stand for.

use std::fmt::{self, Debug};
use std::sync::Arc;

use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::expr::{
    AggregateFunction, ScalarFunction, WindowFunction, WindowFunctionParams,
};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::planner::{
    ExprPlanner, PlannerResult, RawAggregateExpr, RawWindowExpr,
};
use datafusion::logical_expr::{AggregateUDF, Expr, WindowFrameBound, WindowFunctionDefinition};

use super::normalise::{Entry, Over};
use super::registry::Registry;
use crate::arguments::assign::arguments;

/// Turns calls of the façades into what they stand for.
pub struct Planner {
    pub registry: &'static Registry,
}

impl Debug for Planner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.registry.normalisations.iter().map(|entry| entry.page.name))
            .finish()
    }
}

impl Planner {
    fn entry(&self, function: &AggregateUDF) -> Option<&Entry> {
        self.registry.normalisations.iter().find(|entry| *entry.facade == *function)
    }
}

impl ExprPlanner for Planner {
    fn plan_aggregate(&self, call: RawAggregateExpr) -> Result<PlannerResult<RawAggregateExpr>> {
        if !self.registry.has_aggregate(&call.func) {
            return Ok(PlannerResult::Original(call));
        }
        let name = call.func.name();
        refuse_distinct(name, call.distinct)?;
        if !call.order_by.is_empty() {
            return plan_err!(
                "{name}: ORDER BY is not supported (the order of rows does not matter)"
            );
        }
        let Some(entry) = self.entry(&call.func) else {
            return Ok(PlannerResult::Original(call));
        };
        if call.filter.is_some() {
            return plan_err!(
                "{}: FILTER must stand with the fit or OVER (...), found it with the score",
                entry.page.name
            );
        }
        let name = NamePreserver::new_for_projection().save(&Expr::AggregateFunction(
            AggregateFunction::new_udf(call.func, call.args.clone(), false, None, vec![], None),
        ));
        let scalar = ScalarFunction::new_udf(Arc::clone(&entry.scalar), call.args);
        Ok(PlannerResult::Planned(name.restore(Expr::ScalarFunction(scalar))))
    }

    fn plan_window(&self, call: RawWindowExpr) -> Result<PlannerResult<RawWindowExpr>> {
        let entry = match &call.func_def {
            WindowFunctionDefinition::AggregateUDF(function) => {
                if self.registry.has_aggregate(function) {
                    refuse_distinct(function.name(), call.distinct)?;
                }
                self.entry(function)
            }
            WindowFunctionDefinition::WindowUDF(_) => None,
        };
        let Some(entry) = entry else {
            if let WindowFunctionDefinition::WindowUDF(function) = &call.func_def
                && self.registry.has_window(function)
            {
                refuse_distinct(function.name(), call.distinct)?;
                check_whole(function.name(), &call)?;
            }
            return Ok(PlannerResult::Original(call));
        };
        let page = entry.page;
        let parameters = page.parameters_of(true);
        if let Some(missing) =
            parameters.iter().skip(call.args.len()).find(|parameter| parameter.is_required())
        {
            return plan_err!(
                "{}: argument '{}' must be given, found none",
                page.name,
                missing.name
            );
        }
        if call.args.len() > parameters.len() {
            return plan_err!(
                "{}: must have at most {} with OVER (...), found {}",
                page.name,
                arguments(parameters.len()),
                call.args.len()
            );
        }
        if let Over::Whole { .. } = &entry.over {
            check_whole(page.name, &call)?;
        }
        let window = WindowFunction {
            fun: call.func_def,
            params: WindowFunctionParams {
                args: call.args,
                partition_by: call.partition_by,
                order_by: call.order_by,
                window_frame: call.window_frame,
                filter: call.filter,
                null_treatment: call.null_treatment,
                distinct: false,
            },
        };
        let name = NamePreserver::new_for_projection().save(&Expr::from(window.clone()));
        Ok(PlannerResult::Planned(name.restore(entry.over(window))))
    }
}

/// Said here, because the engine may turn a lone `f(DISTINCT x)` into `f(x)` over distinct rows
/// before the aggregate is asked.
fn refuse_distinct(name: &str, is_distinct: bool) -> Result<()> {
    if is_distinct {
        return plan_err!(
            "{name}: DISTINCT is not supported (equal scores of two rows both count)"
        );
    }
    Ok(())
}

/// A function of whole partitions has no use for what narrows or orders a window.
fn check_whole(name: &str, window: &RawWindowExpr) -> Result<()> {
    let is_whole = |bound: &WindowFrameBound| match bound {
        WindowFrameBound::Preceding(n) | WindowFrameBound::Following(n) => n.is_null(),
        WindowFrameBound::CurrentRow => false,
    };
    let frame = &window.window_frame;
    let unwanted = if !window.order_by.is_empty() {
        "ORDER BY"
    } else if window.filter.is_some() {
        "FILTER"
    } else if window.distinct {
        "DISTINCT"
    } else if window.null_treatment.is_some() {
        "IGNORE NULLS"
    } else if !(is_whole(&frame.start_bound) && is_whole(&frame.end_bound)) {
        "a frame"
    } else {
        return Ok(());
    };
    plan_err!(
        "{name}: OVER (...) must name a whole partition, found {unwanted} (the result depends on all \
         rows of the partition, in no order)"
    )
}
