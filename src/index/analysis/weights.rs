//! What the nodes of an index count for: correlations with the nodes above, and the weights that would
//! make these as wanted.

use std::sync::Arc;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::Float64Type;
use datafusion::common::Result;

use crate::framework::Framework;
use crate::index::execution::Execution;
use crate::index::methods::bound::Methods;
use crate::index::steps::children::turned;
use crate::index::steps::scores::Scores;
use crate::kernel::{Association, Matrix, Sum, weights_for};

/// How the scores of a node correlate with those above.
#[derive(Debug, Clone, Copy, Default)]
pub struct Relation {
    pub with_parent: Option<f64>,
    pub with_top: Option<f64>,
    /// Of the correlations of the parent's children.
    pub share: Option<f64>,
}

/// Nodes with their optimised weights and the shares obtained.
pub type Optimised = Vec<(usize, (f64, f64))>;

/// Scores of all units and periods, node by node.
pub struct NodeScores<'a> {
    pub framework: &'a Framework,
    pub scores: &'a Scores,
    pub units: usize,
}

impl NodeScores<'_> {
    /// The correlation of a node with its parent as it enters it: turned, if it counts against it.
    fn entering(&self, node: usize, correlation: f64) -> f64 {
        if self.framework.is_turned(node) { -correlation } else { correlation }
    }

    /// The scores of these nodes side by side, as they are or as they enter their parents.
    fn matrix(&self, nodes: &[usize], is_entering: bool) -> Matrix {
        let mut matrix = Matrix::new(self.units * self.scores.periods, nodes.len());
        for (column, &node) in nodes.iter().enumerate() {
            for period in 0..self.scores.periods {
                let scores = &self.scores.columns[node * self.scores.periods + period];
                let scores = match is_entering {
                    true => turned(self.framework, node, scores),
                    false => Arc::clone(scores),
                };
                for (unit, x) in scores.as_primitive::<Float64Type>().iter().enumerate() {
                    if let Some(x) = x {
                        matrix.set(period * self.units + unit, column, x);
                    }
                }
            }
        }
        matrix
    }

    /// The parents of the nodes that are wanted, each once.
    fn parents(&self, wanted: &[usize]) -> Vec<usize> {
        let nodes = self.framework.nodes();
        let mut parents: Vec<usize> =
            wanted.iter().filter_map(|&node| nodes[node].parent).collect();
        parents.sort_unstable();
        parents.dedup();
        parents
    }

    pub fn relations(
        &self,
        nodes_wanted: &[usize],
        wants_shares: bool,
        execution: &Execution,
    ) -> Result<Vec<Relation>> {
        let nodes = self.framework.nodes();
        let mut wanted = nodes_wanted.to_vec();
        if wants_shares {
            let parents = self.parents(nodes_wanted);
            wanted.extend(parents.iter().flat_map(|&parent| &nodes[parent].children));
            wanted.sort_unstable();
            wanted.dedup();
        }
        let answers = execution.each(wanted.len(), |i| {
            let (node, root) = (wanted[i], self.framework.root());
            let parent = nodes[node].parent;
            let matrix = self.matrix(&[node, parent.unwrap_or(node), root], false);
            let all = Association::Pearson.of(&matrix);
            let with_parent = parent.and(all[1].value);
            Ok(Relation { with_parent, with_top: all[2].value, share: None })
        })?;
        let mut relations = vec![Relation::default(); nodes.len()];
        wanted.iter().zip(answers).for_each(|(&node, relation)| relations[node] = relation);
        if wants_shares {
            for parent in self.parents(nodes_wanted) {
                let children = &nodes[parent].children;
                let of_child =
                    |&child: &usize| Some(self.entering(child, relations[child].with_parent?));
                let all: Option<Vec<f64>> = children.iter().map(of_child).collect();
                let Some(all) = all else { continue };
                let mut sum = Sum::default();
                all.iter().for_each(|&r| sum.add(r));
                let sum = sum.value();
                for (&child, r) in children.iter().zip(all).filter(|_| sum > 0.0) {
                    relations[child].share = Some(r / sum);
                }
            }
        }
        Ok(relations)
    }

    /// For each time the optimised weights.
    pub fn optimised(
        &self,
        methods: &Methods,
        nodes_wanted: &[usize],
        times: usize,
        target: impl Fn(usize, usize) -> f64 + Sync,
        execution: &Execution,
    ) -> Result<Vec<Optimised>> {
        let mut parents = self.parents(nodes_wanted);
        parents.retain(|&parent| methods.power_of_entering(parent) == Some(1.0));
        let answers = execution.each(parents.len(), |i| {
            let children = &self.framework.nodes()[parents[i]].children;
            let matrix = self.matrix(children, true);
            // Any two rows correlate perfectly.
            let is_enough = matrix.complete(&(0..children.len()).collect::<Vec<_>>()).rows() > 2;
            let mut of_times: Vec<Optimised> = vec![Vec::new(); times];
            let mut before = None;
            for (time, answer) in of_times.iter_mut().enumerate() {
                let targets: Vec<f64> = children.iter().map(|&child| target(time, child)).collect();
                let (_, found) = match before.take().filter(|(of, _)| *of == targets) {
                    Some(same) => before.insert(same),
                    None => {
                        let found = weights_for(&matrix, &targets).ok().filter(|_| is_enough);
                        before.insert((targets, found))
                    }
                };
                // Children of which one does not vary have none.
                let Some(found) = found else { continue };
                let pairs = found.weights.iter().copied().zip(found.obtained.iter().copied());
                answer.extend(children.iter().copied().zip(pairs));
            }
            Ok(of_times)
        })?;
        let mut all = vec![Vec::new(); times];
        for answer in answers {
            for (time, of_parent) in answer.into_iter().enumerate() {
                all[time].extend(of_parent);
            }
        }
        Ok(all)
    }
}
