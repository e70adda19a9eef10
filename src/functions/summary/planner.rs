//! From `FROM summarize(TABLE t)` to the plan.

use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::LogicalPlanBuilder;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::sql::sqlparser::ast::{FunctionArgExpr, TableFactor};

use super::summarize::{PAGE, TABLE, rows_of};
use crate::arguments::assign::assign;
use crate::functions::table::sql::planner::table;

/// Plans the calls.
#[derive(Debug)]
pub struct SummaryPlanner;

impl RelationPlanner for SummaryPlanner {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let (alias, given) = match &relation {
            TableFactor::Table { name, alias, args: Some(given), .. }
                if name.to_string().eq_ignore_ascii_case(PAGE.name) =>
            {
                (alias.clone(), given)
            }
            _ => return Ok(RelationPlanning::Original(Box::new(relation))),
        };
        if given.settings.is_some() {
            return plan_err!("{}: SETTINGS is not supported", PAGE.name);
        }
        let all = [&TABLE];
        let given = assign(PAGE.name, &all, &all, given.args.iter().cloned())?;
        let Some((_, FunctionArgExpr::Expr(of))) = given.into_iter().next() else {
            return plan_err!(
                "{0}: {1} must be given, found none (a table, or a query in parentheses, as in \
                 {0}(TABLE panel))",
                PAGE.name,
                TABLE.name
            );
        };
        let plan = rows_of(table(PAGE.name, &TABLE, &of, context)?)?;
        let plan = LogicalPlanBuilder::from(plan).alias(PAGE.name)?.build()?;
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias))))
    }
}

/// Whether an argument of a call is a table, given its position or its name.
pub fn takes_table(function: &str, position: usize, name: Option<&str>) -> bool {
    function.eq_ignore_ascii_case(PAGE.name)
        && match name {
            Some(name) => name.eq_ignore_ascii_case(TABLE.name),
            None => position == 0,
        }
}
