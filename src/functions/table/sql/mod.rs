//! A call in `FROM`, from its text to its rows: [`planner`] reads it, [`node`] is its place in the
//! logical plan, [`pushdown`] tells the node what is [`wanted`], [`query_planner`] makes the operators
//! ([`exec`], [`in_order_exec`]), and [`compute`] is what they run.

pub mod call;
pub mod compute;
pub mod exec;
pub mod in_order_exec;
pub mod node;
pub mod planner;
pub mod pushdown;
pub mod query_planner;
pub mod wanted;
