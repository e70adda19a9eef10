//! The children of a node as they enter its score.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array};
use datafusion::arrow::buffer::{BooleanBuffer, NullBuffer};
use datafusion::arrow::compute::nullif;
use datafusion::arrow::datatypes::Float64Type;
use datafusion::common::Result;

use crate::framework::{Framework, Node};
use crate::index::methods::bound::Aggregation;
use crate::kernel::Sum;

/// Children of a node, some of them or in another order than that of the framework.
#[derive(Debug, Clone, Copy)]
pub struct Children<'a> {
    pub nodes: &'a [usize],
    pub scores: &'a [ArrayRef],
    pub weights: &'a [f64],
}

/// All children of a node, in the order of the framework.
pub fn children_of<'a>(node: &'a Node, scores: &'a [ArrayRef], weights: &'a [f64]) -> Children<'a> {
    Children { nodes: &node.children, scores, weights }
}

/// The units that are covered too little; none if no unit is.
pub fn falls_short(
    children: &[ArrayRef],
    weights: &[f64],
    Aggregation { coverage, min_children, .. }: &Aggregation,
) -> Option<BooleanArray> {
    if (coverage.min <= 0.0 && *min_children == 0)
        || children.iter().all(|child| child.null_count() == 0)
    {
        return None;
    }
    // Of the children that take part: those of weight 0 and those left out are not among them.
    let least = (*min_children).min(children.len());
    let units = children.first().map_or(0, |child| child.len());
    let falls_short = (0..units).map(|unit| {
        let (mut observed, mut missing, mut number) = (Sum::default(), Sum::default(), 0);
        for (child, &weight) in children.iter().zip(weights) {
            let sum = if child.is_valid(unit) { &mut observed } else { &mut missing };
            sum.add(coverage.by.measure(weight));
            number += usize::from(child.is_valid(unit));
        }
        Some(number < least || (coverage.min > 0.0 && !coverage.is_met(observed, missing)))
    });
    let falls_short: BooleanArray = falls_short.collect();
    (falls_short.true_count() > 0).then_some(falls_short)
}

/// The children without the scores of units that are covered too little: those have no score, and
/// what they have is not looked at.
pub fn covered(
    children: Vec<ArrayRef>,
    weights: &[f64],
    aggregation: &Aggregation,
) -> Result<Vec<ArrayRef>> {
    match falls_short(&children, weights, aggregation) {
        None => Ok(children),
        Some(short) => children.iter().map(|child| Ok(nullif(child, &short)?)).collect(),
    }
}

/// The scores of a node as they enter that of its parent: turned where it counts against it, missing
/// where they are taken for missing ones.
pub fn entering(
    framework: &Framework,
    aggregation: &Aggregation,
    node: usize,
    scores: &ArrayRef,
) -> ArrayRef {
    let scores = turned(framework, node, scores);
    let Some(missing) = aggregation.combine.taken_for_missing() else { return scores };
    let scores = scores.as_primitive::<Float64Type>();
    let is_there = |unit: usize| scores.is_valid(unit) && scores.value(unit) != missing;
    let nulls = NullBuffer::new(BooleanBuffer::collect_bool(scores.len(), is_there));
    Arc::new(Float64Array::new(scores.values().clone(), Some(nulls)))
}

/// The scores of a node, turned within its range where it counts against its parent.
pub fn turned(framework: &Framework, node: usize, scores: &ArrayRef) -> ArrayRef {
    match framework.ends(node) {
        None => Arc::clone(scores),
        Some(ends) => {
            let scores = scores.as_primitive::<Float64Type>();
            Arc::new(scores.unary::<_, Float64Type>(|score| ends - score))
        }
    }
}
