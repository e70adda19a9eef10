//! A call in `FROM`, from its text to its rows: [`planner`] reads it, [`node`] is its place in the
//! logical plan, [`pushdown`] tells the node what is wanted, [`query_planner`] makes the operators
//! ([`exec`], [`in_order_exec`]), and [`compute`] is what they run.

pub(crate) mod call;
pub(crate) mod compute;
pub(crate) mod exec;
pub(crate) mod in_order_exec;
pub(crate) mod node;
pub(crate) mod planner;
pub(crate) mod pushdown;
pub(crate) mod query_planner;
