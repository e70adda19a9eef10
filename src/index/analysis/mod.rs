//! What is made of the scores of an index: changes taken apart, what nodes count for, two variants side
//! by side, correlations and components, an index without a node, units among others.

pub mod compare;
pub mod components;
pub mod contributions;
pub mod correlations;
pub mod distributions;
pub mod leave_one_out;
pub mod profiles;
pub mod similarity;
pub mod standing;
pub mod weights;
