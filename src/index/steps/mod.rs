//! The steps of the handbook on the columns of a panel: [`impute`] and [`treat`] values,
//! [`normalise`] them within [`reference_set`]s, [`aggregate`] the scores up the tree.

pub(crate) mod aggregate;
pub(crate) mod impute;
pub(crate) mod normalise;
pub(crate) mod reference_set;
pub(crate) mod treat;
