//! Composite indicators in SQL: normalise, weight and aggregate indicators stored in Parquet.
//!
//! The functions work on any [`SessionContext`](datafusion::prelude::SessionContext):
//!
//! ```
//! use datafusion::prelude::*;
//!
//! # #[tokio::main]
//! # async fn main() -> datafusion::error::Result<()> {
//! let context = SessionContext::new();
//! goalposts::register_all(&context)?;
//!
//! // A table made in memory: two indicators of three units, one better when it is lower.
//! let indicators = dataframe!(
//!     "unit" => ["A", "B", "C", "A", "B", "C"],
//!     "indicator" => ["income", "income", "income", "pm25", "pm25", "pm25"],
//!     "value" => [10.0, 20.0, 40.0, 80.0, 35.0, 30.0],
//!     "direction" => [1, 1, 1, -1, -1, -1]
//! )?;
//! context.register_table("indicators", indicators.into_view())?;
//!
//! // Which unit scores best?
//! let scores = "SELECT unit, norm_minmax(value, lower => 1, upper => 100, direction => direction)
//!                         OVER (PARTITION BY indicator) AS score
//!               FROM indicators";
//! let index = goalposts::sql(
//!     &context,
//!     &format!("SELECT unit, round(agg_geometric(score), 2) AS index
//!               FROM ({scores}) GROUP BY unit ORDER BY index DESC"),
//! )
//! .await?;
//! datafusion::assert_batches_eq!(
//!     [
//!         "+------+-------+",
//!         "| unit | index |",
//!         "+------+-------+",
//!         "| C    | 100.0 |",
//!         "| B    | 55.35 |",
//!         "| A    | 1.0   |",
//!         "+------+-------+",
//!     ],
//!     &index.collect().await?
//! );
//! # Ok(())
//! # }
//! ```
//!
//! `context.sql(...)` understands the functions as well; [`sql`] adds named arguments that leave
//! others at their defaults (`direction => -1` alone), and [`sql_with`] values for `$name`.
//! [`expr_fn`] has them as expressions, for queries that are built from code.
//!
//! ```text
//! query text -> statement -> plan -> operators -> index -> kernel      batches -> export
//!               tokens,      functions, engine     panel,   plain f64
//!               names        (pages, bridges)      methods
//! ```
//!
//! [`functions`] has a page for each function, [`framework`] is the checked tree that an index follows,
//! [`session`] opens a folder of files as tables, [`export`] writes results, and `docs/architecture.md`
//! in the repository says more.
//!
//! The feature `cli`, on by default, is the program; without it no crate for terminals or command
//! lines is compiled. The feature `excel`, part of `cli`, writes workbooks.

#![cfg_attr(not(feature = "cli"), allow(dead_code, unused_imports))] // what only the program asks for

mod arguments;
#[cfg(feature = "draw")]
pub mod audit;
mod catalog;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[cfg(feature = "codec")]
pub mod codec;
mod columns;
#[cfg(feature = "draw")]
pub mod document;
#[cfg(feature = "draw")]
pub mod draw;
mod engine;
pub mod error;
pub mod export;
pub mod expr_fn;
pub mod framework;
pub mod functions;
mod hint;
mod index;
mod kernel;
mod page;
pub mod progress;
mod read;
mod register;
pub mod session;
mod statement;
mod types;
mod words;

pub use datafusion;
pub use register::{register_all, register_state};
pub use statement::{Parameters, sql, sql_with};
