//! The steps of the handbook on the columns of a panel: [`impute`], [`transform`](mod@transform) and [`treat`] values,
//! [`normalise`] them within [`reference_set`]s, [`aggregate`] the scores up the tree.

pub mod aggregate;
pub mod denominate;
pub mod impute;
pub mod normalise;
pub mod reference_set;
pub mod transform;
pub mod treat;
