//! Weights: as the framework states them, or learned from scores.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::common::{Result, exec_err};

use super::children::turned;
use crate::engine::on_columns as columns;
use crate::framework::{Framework, Node};
use crate::index::execution::Execution;
use crate::index::methods::bound::{Methods, Weighting};
use crate::index::panel::is_empty;
use crate::index::place::{Span, placed, turned_at};
use crate::kernel::Sum;
use crate::kernel::weights::shares;
use crate::types::or_nan;

/// A weight that was learned may be this far below 0 by rounding alone.
const ROUNDING: f64 = 1e-12;

impl Methods {
    /// The weights of the children of a node. Those that are learned are noted in `weights`, which
    /// has one per node.
    pub(super) fn weights_of(
        &self,
        framework: &Framework,
        position: usize,
        children: &[ArrayRef],
        weights: &mut [f64],
        span: Span<'_>,
        execution: Option<&Execution>,
    ) -> Result<Vec<f64>> {
        let of_node = &framework.nodes()[position].children;
        if let Some(learned) = self.weigh(framework, position, children, span, execution)? {
            of_node.iter().zip(learned).for_each(|(&child, weight)| weights[child] = weight);
        }
        Ok(of_node.iter().map(|&child| weights[child]).collect())
    }

    /// Whether the weights of a node's children come from their scores alone.
    pub(super) fn learns_by_node(&self, framework: &Framework, position: usize) -> bool {
        self.weighting.as_ref().is_some_and(|weighting| !weighting.is_of_tree)
            && self.learns_weights(framework, position)
    }

    /// Weights of the children of a node, if they are to be learned from their scores.
    fn weigh(
        &self,
        framework: &Framework,
        position: usize,
        children: &[ArrayRef],
        span: Span<'_>,
        execution: Option<&Execution>,
    ) -> Result<Option<Vec<f64>>> {
        let learned = self.weighting.as_ref().filter(|_| self.learns_by_node(framework, position));
        let Some(weighting) = learned else { return Ok(None) };
        let node = &framework.nodes()[position];
        let of = format!("children of '{}'", node.code);
        self.learned(
            weighting,
            framework,
            Weighed { nodes: &node.children, scores: &|i| Ok(Arc::clone(&children[i])), of: &of },
            span,
            execution,
        )
        .map(Some)
    }

    /// The weights of all nodes before they are learned node by node: as stated, or, if they are those
    /// of the whole tree, learned from the scores of all indicators and added up.
    pub(super) fn first_weights(
        &self,
        framework: &Framework,
        leaves: impl Fn(usize) -> Result<ArrayRef> + Sync,
        span: Span<'_>,
        execution: Option<&Execution>,
    ) -> Result<Vec<f64>> {
        let mut weights = stated(framework);
        let Some(weighting) = self.weighting.as_ref().filter(|weighting| weighting.is_of_tree)
        else {
            return Ok(weights);
        };
        let of_leaves = framework.leaves();
        let of = "indicators of the framework";
        let learned = self.learned(
            weighting,
            framework,
            Weighed { nodes: of_leaves, scores: &leaves, of },
            span,
            execution,
        )?;
        of_leaves.iter().zip(learned).for_each(|(&leaf, weight)| weights[leaf] = weight);
        for &position in framework.bottom_up() {
            let children = &framework.nodes()[position].children;
            if !children.is_empty() {
                let of_children: Sum = children.iter().map(|&child| weights[child]).collect();
                weights[position] = of_children.value();
            }
        }
        Ok(weights)
    }

    /// Weights of nodes, learned from their scores.
    fn learned(
        &self,
        Weighting { call, constants, weigher, .. }: &Weighting,
        framework: &Framework,
        Weighed { nodes: of_nodes, scores, of }: Weighed<'_>,
        span: Span<'_>,
        execution: Option<&Execution>,
    ) -> Result<Vec<f64>> {
        if of_nodes.len() == 1 {
            return Ok(vec![1.0]); // an only child is the whole, whatever a method says
        }
        let scores = |i: usize| Ok(turned(framework, of_nodes[i], &scores(i)?));
        // Columns that do not need each other, at a time; a fault is found again below, with its place.
        let parts = weigher.part.zip(execution).map(|(part, execution)| {
            let of_column = |i: usize| {
                let scores: ArrayRef = scores(i)?;
                let part = part(&or_nan(scores.as_primitive()));
                Ok((!is_empty(&scores), part.or_else(|fault| exec_err!("{fault}"))?))
            };
            let parts = execution.each(of_nodes.len(), of_column)?;
            let has_scores = parts.iter().any(|(has_scores, _)| *has_scores);
            let parts: Vec<f64> = parts.into_iter().map(|(_, part)| part).collect();
            Ok((has_scores, shares(&parts).or_else(|fault| exec_err!("{fault}"))?))
        });
        let parts: Option<Result<_>> = parts;
        let (has_scores, mut weights) = match parts {
            Some(Ok((has_scores, shares))) => {
                (has_scores, shares.unwrap_or_else(|| vec![0.0; of_nodes.len()]))
            }
            _ => {
                let weigh = |scores: &[ArrayRef]| {
                    let matrix = columns::matrix(scores, &vec![1.0; scores.len()]);
                    (weigher.weigh)(constants, &matrix)
                };
                let scores = match execution {
                    Some(execution) => execution.each(of_nodes.len(), scores)?,
                    None => (0..of_nodes.len()).map(scores).collect::<Result<Vec<_>>>()?,
                };
                let weights = weigh(&scores).map_err(|error| {
                    placed(self.name, error, &scores, weigh, |cell| match cell {
                        Some((node, row)) => {
                            let cell = span.cell(row, framework, of_nodes[node]);
                            turned_at(framework, of_nodes[node], cell)
                        }
                        None => of.to_owned(),
                    })
                })?;
                let weights = weights.into_iter().map(|weight| weight.unwrap_or(0.0));
                (!scores.iter().all(is_empty), weights.collect::<Vec<_>>())
            }
        };
        for (&child, weight) in of_nodes.iter().zip(&mut weights) {
            if *weight < -ROUNDING {
                return exec_err!(
                    "{}: weight of '{}' must be >= 0, got {} ({}, {of}; turn its direction \
                     round)",
                    self.name,
                    framework.nodes()[child].code,
                    (*weight / ROUNDING).round() * ROUNDING,
                    call.page.name
                );
            }
            *weight = weight.max(0.0);
        }
        // As weights that are stated must not all be 0.
        if has_scores && weights.iter().all(|&weight| weight == 0.0) {
            return exec_err!(
                "{}: {} must have scores that vary between units, found a weight of 0 for each ({of})",
                self.name,
                call.page.name
            );
        }
        Ok(weights)
    }
}

/// Nodes whose weights are learned, their scores by place among them, and what they are together, for
/// messages.
struct Weighed<'a> {
    nodes: &'a [usize],
    scores: &'a (dyn Fn(usize) -> Result<ArrayRef> + Sync),
    of: &'a str,
}

/// The weights that the framework states, 1 where it states none.
fn stated(framework: &Framework) -> Vec<f64> {
    framework.nodes().iter().map(stated_weight).collect()
}

pub fn stated_weight(node: &Node) -> f64 {
    node.given_weight.unwrap_or(1.0)
}
