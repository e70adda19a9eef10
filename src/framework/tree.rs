//! The checked tree, and the walks over it.

use std::collections::HashMap;

use datafusion::common::ScalarValue;

use super::check;
use super::faults::Faults;
use super::links::Links;
use super::row::{Defaults, IMPLIED_ROOT, Row};
use crate::kernel::rounding::{Half, Rounding};
use crate::kernel::weights::shares;

/// A node of the checked tree.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Node {
    /// Its code, unlike all others.
    pub code: String,
    /// Name to show.
    pub label: Option<String>,
    /// Position of its parent in [`Framework::nodes`]; none for the root.
    pub parent: Option<usize>,
    /// Positions of its children, in the order of the table.
    pub children: Vec<usize>,
    /// 1 for an indicator, 1 + the highest level of its children for the others.
    pub level: usize,
    /// Share within its parent: siblings sum to 1; the root has 1.
    pub weight: f64,
    /// Weight as in the table; none of the siblings has one, or all have.
    pub given_weight: Option<f64>,
    /// 1: more is better, -1: less is better. A node with children and -1 counts against its parent.
    pub direction: f64,
    /// Whether its row states the direction.
    pub has_own_direction: bool,
    /// Lower goalpost; of a node with children the bottom of the range within which its score is turned.
    pub lower: Option<f64>,
    /// Upper goalpost; of a node with children the top of that range.
    pub upper: Option<f64>,
    /// Value to be reached.
    pub target: Option<f64>,
    /// Period that is 100.
    pub base: Option<ScalarValue>,
    /// Of which indicator of the panel the values are divided.
    pub denominator: Option<String>,
    /// How much of the denominator the quotient is of, such as 1000 inhabitants.
    pub denominator_scale: Option<f64>,
    /// How the values are transformed before they become scores.
    pub transform: Option<String>,
    /// How the indicator becomes a score.
    pub normalisation: Option<String>,
    /// How the children become one score.
    pub aggregation: Option<String>,
    /// How the score is rounded before it is used above.
    pub rounding: Option<Rounding>,
    /// Share of the children that must be present.
    pub min_coverage: Option<f64>,
    /// How many children must be present.
    pub min_children: Option<usize>,
    /// What that is a share of: `weight` or `count`.
    pub coverage_by: Option<String>,
    /// Position among [`Framework::leaves`]; none for a node with children.
    pub leaf: Option<usize>,
}

/// A framework table, checked: a tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Framework {
    nodes: Vec<Node>,
    root: usize,
    leaves: Vec<usize>,
    bottom_up: Vec<usize>,
    by_code: HashMap<String, usize>,
}

impl Framework {
    /// Checks rows as a tree.
    ///
    /// # Errors
    /// All that is wrong with the rows.
    pub fn new(rows: Vec<Row>, defaults: &Defaults) -> Result<Self, Faults> {
        let links = Links::of(&rows);
        let faults = check::faults(&rows, &links);
        if !faults.is_empty() {
            return Err(Faults(faults));
        }
        let Links { parent, children, level, flat, .. } = links;
        let mut framework = Self {
            root: parent.iter().position(Option::is_none).unwrap_or_default(),
            nodes: Vec::with_capacity(rows.len() + 1),
            leaves: Vec::new(),
            bottom_up: Vec::new(),
            by_code: HashMap::with_capacity(rows.len() + 1),
        };
        let links = parent.into_iter().zip(children).zip(level);
        for (row, ((parent, children), level)) in rows.into_iter().zip(links) {
            framework.push(row, parent, children, level, defaults);
        }
        if flat {
            framework.add_root();
        }
        framework.share_weights();
        framework.bottom_up = (0..framework.nodes.len()).collect();
        framework.bottom_up.sort_by_key(|&node| framework.nodes[node].level);
        Ok(framework)
    }

    fn push(
        &mut self,
        row: Row,
        parent: Option<usize>,
        children: Vec<usize>,
        level: usize,
        defaults: &Defaults,
    ) {
        let is_leaf = children.is_empty();
        let position = self.nodes.len();
        let code = row.code.unwrap_or_default();
        self.by_code.insert(code.clone(), position);
        self.nodes.push(Node {
            code,
            label: row.label,
            parent,
            children,
            level,
            weight: 1.0,
            // 0 added: -0 becomes 0.
            given_weight: row.weight.map(|weight| weight + 0.0),
            direction: row.direction.unwrap_or(if is_leaf { defaults.direction } else { 1.0 }),
            has_own_direction: row.direction.is_some(),
            lower: row.lower,
            upper: row.upper,
            target: row.target,
            base: row.base,
            denominator: row.denominator,
            denominator_scale: row.denominator_scale,
            transform: row.transform,
            normalisation: row.normalisation,
            aggregation: row.aggregation,
            rounding: row.decimals.map(|decimals| Rounding {
                decimals: decimals as u8, // checked before
                half: row.rounding.as_deref().and_then(Half::of_word).unwrap_or_default(),
            }),
            min_coverage: row.min_coverage,
            min_children: row.min_children.map(|least| least as usize), // checked before
            coverage_by: row.coverage_by,
            leaf: is_leaf.then_some(self.leaves.len()),
        });
        if is_leaf {
            self.leaves.push(position);
        }
    }

    /// Puts the implied root over nodes that have no parent.
    fn add_root(&mut self) {
        self.root = self.nodes.len();
        self.nodes.iter_mut().for_each(|node| node.parent = Some(self.root));
        let children = (0..self.root).collect();
        let row = Row { code: Some(IMPLIED_ROOT.to_owned()), ..Row::default() };
        self.push(row, None, children, 2, &Defaults::default());
    }

    fn share_weights(&mut self) {
        for group in 0..self.nodes.len() {
            let children = &self.nodes[group].children;
            let weight = |&child: &usize| self.nodes[child].given_weight.unwrap_or(1.0);
            let given: Vec<f64> = children.iter().map(weight).collect();
            // Weights that cannot be shared are a fault, found before.
            let shares = shares(&given).ok().flatten().unwrap_or_default();
            for (i, share) in shares.into_iter().enumerate() {
                let child = self.nodes[group].children[i];
                self.nodes[child].weight = share;
            }
        }
    }

    /// All nodes in the order of the table, an implied root last.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Position of the root.
    pub fn root(&self) -> usize {
        self.root
    }

    /// Positions of the indicators, in the order of the table.
    pub fn leaves(&self) -> &[usize] {
        &self.leaves
    }

    /// Positions of all nodes, children before their parents: by level, then as in the table.
    pub fn bottom_up(&self) -> &[usize] {
        &self.bottom_up
    }

    /// Position of the node with a code.
    pub fn position(&self, code: &str) -> Option<usize> {
        self.by_code.get(code).copied()
    }

    /// What each node weighs in the whole: the product of the weights from the root down to it.
    /// `weight` is that of a node within its parent.
    pub fn effective_weights(&self, weight: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut weights = vec![1.0; self.nodes.len()];
        for &node in self.bottom_up.iter().rev() {
            if let Some(parent) = self.nodes[node].parent {
                weights[node] = weights[parent] * weight(node);
            }
        }
        weights
    }

    /// A node and all below it, children first.
    pub(crate) fn below(&self, node: usize) -> Vec<usize> {
        let mut is_in = vec![false; self.nodes.len()];
        is_in[node] = true;
        for &node in self.bottom_up.iter().rev() {
            if is_in[node] {
                self.nodes[node].children.iter().for_each(|&child| is_in[child] = true);
            }
        }
        self.bottom_up.iter().copied().filter(|&node| is_in[node]).collect()
    }

    /// Whether the score of a node is turned before it enters that of its parent.
    pub fn is_turned(&self, node: usize) -> bool {
        self.nodes[node].leaf.is_none() && self.nodes[node].direction < 0.0
    }

    /// Lower and upper end of the range within which the score of a node is turned, added up: what the
    /// turned score is taken from. None if it is not turned.
    pub fn ends(&self, node: usize) -> Option<f64> {
        let Node { lower, upper, .. } = &self.nodes[node];
        self.is_turned(node).then(|| lower.unwrap_or(0.0) + upper.unwrap_or(0.0))
    }

    /// The nodes above a node, the nearest first.
    pub(crate) fn above(&self, node: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.nodes[node].parent, |&above| self.nodes[above].parent)
    }

    /// For each node, the sum of what the indicators at or below it have.
    pub(crate) fn sums(&self, of_leaf: impl Fn(usize) -> i64) -> Vec<i64> {
        let mut sums = vec![0; self.nodes.len()];
        for &node in &self.bottom_up {
            if let Some(leaf) = self.nodes[node].leaf {
                sums[node] = of_leaf(leaf);
            }
            if let Some(parent) = self.nodes[node].parent {
                sums[parent] += sums[node];
            }
        }
        sums
    }
}
