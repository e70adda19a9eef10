//! What is made of the scores of an index: changes taken apart, what nodes count for, two variants side
//! by side, correlations, an index without a node.

pub mod compare;
pub mod contributions;
pub mod correlations;
pub mod leave_one_out;
pub mod weights;
