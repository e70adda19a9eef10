//! The index without one of its nodes.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, new_null_array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;

use crate::framework::Framework;
use crate::index::methods::bound::Methods;
use crate::index::panel::Panel;
use crate::index::place::Span;
use crate::index::steps::children::Children;
use crate::index::steps::scores::Scores;

/// The scores of the root without a node: all that lies above it is combined anew.
pub fn without(
    methods: &Methods,
    framework: &Framework,
    panel: &Panel,
    scores: &Scores,
    removed: usize,
    period: usize,
) -> Result<ArrayRef> {
    let nodes = framework.nodes();
    let span = Span { panel, periods: Some(&[period]) };
    // The node that has changed, and its new scores: first of all it is not there.
    let (mut changed, mut new) = (removed, None);
    while let Some(parent) = nodes[changed].parent {
        let (mut of, mut children, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for &child in &nodes[parent].children {
            children.push(match (child == changed, &new) {
                (true, None) => continue,
                (true, Some(new)) => Arc::clone(new),
                (false, _) => Arc::clone(&scores.columns[child * scores.periods + period]),
            });
            of.push(child);
            weights.push(scores.relative(child, period));
        }
        methods.check_by_period(parent, scores.periods)?;
        new = Some(match weights.iter().any(|&weight| weight > 0.0) {
            true => {
                let children = Children { nodes: &of, scores: &children, weights: &weights };
                methods.combine(framework, parent, children, span)?
            }
            false => new_null_array(&DataType::Float64, scores.column(parent, period).len()),
        });
        changed = parent;
    }
    Ok(new.unwrap_or_else(|| new_null_array(&DataType::Float64, 0)))
}
