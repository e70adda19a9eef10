//! What the components of each node have in common.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::execution::memory_pool::MemoryReservation;

use super::correlations::Places;
use crate::framework::Framework;
use crate::index::execution::Execution;
use crate::index::panel::Panel;
use crate::index::steps::scores::Scores;
use crate::kernel::{
    Components, Matrix, components, cronbach, mean_correlation, rest_correlations,
};

/// Fewer units and periods tell nothing: any two correlate perfectly.
const FEWEST: usize = 3;

/// The nodes that are taken for the components of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    Children,
    Indicators,
}

impl Among {
    /// Both, in the order in which functions name them.
    pub const ALL: [Self; 2] = [Self::Children, Self::Indicators];

    /// The components of a node, and whether each counts against it.
    fn of(self, framework: &Framework, node: usize) -> Vec<(usize, bool)> {
        let nodes = framework.nodes();
        match self {
            Self::Children => {
                let children = nodes[node].children.iter();
                children.map(|&child| (child, framework.is_turned(child))).collect()
            }
            Self::Indicators => {
                let leaves = framework.leaves().iter().copied();
                leaves.filter_map(|leaf| Some((leaf, against(framework, leaf, node)?))).collect()
            }
        }
    }
}

/// Whether an indicator counts against a node above it; none if that is not above it.
fn against(framework: &Framework, leaf: usize, node: usize) -> Option<bool> {
    let mut is_turned = framework.is_turned(leaf);
    for above in framework.above(leaf) {
        if above == node {
            return Some(is_turned);
        }
        is_turned ^= framework.is_turned(above);
    }
    None
}

/// The components of a node that vary, and what is known of them.
pub struct Group {
    pub node: usize,
    /// How many components the node has.
    pub components: usize,
    /// Those that vary.
    pub varying: Vec<usize>,
    /// Their scores as they enter the node, a row per unit and period.
    matrix: Matrix,
    /// Units and periods that have all of these scores.
    pub n: usize,
}

impl Group {
    /// The principal components; none of too few units and periods.
    pub fn principal(&self) -> Option<Components> {
        (self.n >= FEWEST).then(|| components(&self.matrix)).flatten()
    }
}

/// How the components of a node hang together.
#[derive(Debug, Clone, Default)]
pub struct Coherence {
    pub alpha: Option<f64>,
    pub mean_correlation: Option<f64>,
    /// The component that correlates least with the others together.
    pub lowest: Option<(usize, f64)>,
    pub eigenvalues_above_1: Option<usize>,
    pub first_share: Option<f64>,
    pub is_one_dimension: Option<bool>,
}

impl Coherence {
    pub fn of(group: &Group, execution: &Execution) -> Result<Self> {
        if group.varying.len() < 2 {
            return Ok(Self::default());
        }
        let rest = rest_correlations(&group.matrix, execution)?;
        let rest = group.varying.iter().zip(rest).filter_map(|(&node, r)| Some((node, r?)));
        let principal = group.principal();
        Ok(Self {
            alpha: cronbach(&group.matrix).filter(|alpha| alpha.is_finite()),
            mean_correlation: mean_correlation(&group.matrix, execution)?,
            lowest: rest.min_by(|a, b| a.1.total_cmp(&b.1)),
            eigenvalues_above_1: principal.as_ref().map(Components::above_1),
            first_share: principal.as_ref().map(|found| found.share(0)),
            is_one_dimension: principal.as_ref().map(Components::is_one_dimension),
        })
    }
}

/// Scores of an index, node by node.
pub struct NodeGroups<'a> {
    pub framework: &'a Framework,
    pub scores: &'a Scores,
    pub panel: &'a Panel,
    pub among: Among,
}

impl NodeGroups<'_> {
    /// What `answer` makes of each of these nodes that has children, one after the other: all threads
    /// work on one.
    pub fn each<T>(
        &self,
        nodes: &[usize],
        reservation: &Arc<MemoryReservation>,
        mut answer: impl FnMut(Group) -> Result<T>,
    ) -> Result<Vec<T>> {
        let places = Places::of(self.panel);
        let mut answers = Vec::new();
        for &node in nodes.iter().filter(|&&node| self.framework.nodes()[node].leaf.is_none()) {
            let all = self.among.of(self.framework, node);
            // The scores, those that vary, the rows that have all of them, and the sums of pairs.
            let held = reservation.new_empty();
            let cells = 4 * all.len() * places.number + 16 * all.len() * all.len();
            held.try_grow(cells * size_of::<f64>())?;
            answers.push(answer(self.group(node, &all, &places))?);
        }
        Ok(answers)
    }

    fn group(&self, node: usize, all: &[(usize, bool)], places: &Places<'_>) -> Group {
        let nodes: Vec<usize> = all.iter().map(|(component, _)| *component).collect();
        let periods = self.scores.periods;
        let column =
            |node: usize, period: usize| Some(&self.scores.columns[node * periods + period]);
        let mut whole = places.matrix(&nodes, &column);
        for (at, _) in all.iter().enumerate().filter(|(_, (_, is_against))| *is_against) {
            whole.negate(at);
        }
        let varying = whole.varying();
        let matrix = whole.only(&varying);
        let n = matrix.complete(&(0..varying.len()).collect::<Vec<_>>()).rows();
        Group {
            node,
            components: all.len(),
            n: if varying.is_empty() { 0 } else { n },
            varying: varying.into_iter().map(|at| nodes[at]).collect(),
            matrix,
        }
    }
}
