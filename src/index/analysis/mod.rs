//! What is made of the scores of an index: changes taken apart, what nodes count for, two variants side
//! by side, correlations, an index without a node.

pub(crate) mod compare;
pub(crate) mod contributions;
pub(crate) mod correlations;
pub(crate) mod leave_one_out;
pub(crate) mod weights;
