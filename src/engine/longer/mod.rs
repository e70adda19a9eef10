//! One row for each of some groups of columns: a wide table as a long one.
//!
//! ```text
//! iso  2019  2020          iso  period  value
//! A      1     2     ->    A    2019      1
//! B      3  NULL           A    2020      2
//!                          B    2019      3
//! ```
//!
//! [`build`] checks what is asked for and makes a [`node`] of it, [`plan`] its operator, [`exec`].

pub mod build;
pub mod exec;
pub mod node;
pub mod plan;
