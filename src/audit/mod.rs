//! The statistical audit of an index, as the JRC does it: chapters of figures, each of them a query, and rules that
//! find in them what is notable.
//!
//! [`chapters`] has a file for each chapter: its figures (a query, how to read it, what is drawn of it) and the
//! [`rule`]s that look at them. A query is written once, as a [`template`] in which `{weights}` stands for a call with
//! panel, framework and the arguments of the audit; [`queries`] shows it in full and runs it, what several figures
//! need once. [`facts`] is what is known of the index before the first figure, [`need`] what a figure cannot do without,
//! [`choices`] what the uncertainty analysis varies. [`report`] fills a document.

pub mod aggregations;
pub mod arguments;
pub mod chapters;
pub mod choices;
pub mod facts;
pub mod figure;
pub mod need;
pub mod nodes;
pub mod periods;
pub mod picture;
pub mod queries;
pub mod report;
pub mod request;
pub mod rule;
pub mod sentence;
pub mod summary;
pub mod template;

pub use chapters::CHAPTERS;
pub use report::{Audited, audit};
pub use request::Request;
pub use rule::Rule;
