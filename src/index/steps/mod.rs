//! The steps of the handbook on the columns of a panel: [`denominate`], [`impute`], [`transform`](mod@transform) and
//! [`treat`] values,
//! [`normalise`] them within [`reference_set`]s, [`weigh`] and [`aggregate`] the scores of [`children`]
//! up the tree.

pub mod aggregate;
pub mod children;
pub mod denominate;
pub mod impute;
pub mod normalise;
pub mod reference_set;
pub mod scores;
pub mod transform;
pub mod treat;
pub mod weigh;
