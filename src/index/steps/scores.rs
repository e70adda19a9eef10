//! The scores of all nodes, and what stands behind them.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, UInt32Array};
use datafusion::arrow::buffer::BooleanBuffer;

use crate::framework::Framework;
use crate::index::methods::bound::Methods;
use crate::index::steps::children::entering;
use crate::index::steps::weigh::stated_weight;
use crate::kernel::{Sum, ranks_descending};
use crate::types::or_nan;

/// Scores and weights of all nodes.
#[derive(Debug, Clone)]
pub struct Scores {
    pub periods: usize,
    /// `node * periods + period`: a score per unit.
    pub columns: Vec<ArrayRef>,
    /// `node * periods + period`: the share of a node's weight in its parent, or the weight as it stands
    /// where the parent is a sum or a product; the root's is 1.
    pub weights: Vec<f64>,
    /// The same before they are made to sum to 1: as stated, so that shares of whole numbers come
    /// out as such.
    relative: Vec<f64>,
    /// `leaf * periods + period`: the units whose value was imputed; none where none was.
    imputed: Vec<Option<BooleanBuffer>>,
}

/// What stands behind the scores of a period, node by node: shares of their weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behind {
    /// Values that were observed.
    Observed,
    /// Values that were imputed.
    Imputed,
}

/// A share per unit.
#[derive(Debug, Clone)]
pub enum Shares {
    /// The same for all units.
    All(f64),
    Each(Vec<f64>),
}

impl Shares {
    pub fn at(&self, unit: usize) -> f64 {
        match self {
            Self::All(share) => *share,
            Self::Each(shares) => shares[unit],
        }
    }
}

impl Scores {
    /// Of columns and weights as they were given to the aggregation, `node * periods + period`.
    pub fn new(
        framework: &Framework,
        methods: &Methods,
        periods: usize,
        columns: Vec<ArrayRef>,
        relative: Vec<f64>,
        imputed: Vec<Option<BooleanBuffer>>,
    ) -> Self {
        let nodes = framework.nodes();
        let mut weights = vec![1.0; nodes.len() * periods];
        for (position, node) in nodes.iter().enumerate() {
            let is_sum = methods.weighs_as_stated(position);
            for period in 0..periods {
                let at = |child: usize| child * periods + period;
                let all: Sum = node.children.iter().map(|&child| relative[at(child)]).collect();
                let is_as_stated =
                    |&child: &usize| relative[at(child)] == stated_weight(&nodes[child]);
                let is_stated = node.children.iter().all(is_as_stated);
                for &child in &node.children {
                    weights[at(child)] = match all.value() > 0.0 {
                        _ if is_sum => relative[at(child)],
                        _ if is_stated => nodes[child].weight,
                        true => relative[at(child)] / all.value(),
                        false => 0.0,
                    };
                }
            }
        }
        Self { periods, columns, weights, relative, imputed }
    }

    pub fn column(&self, node: usize, period: usize) -> &Float64Array {
        self.columns[node * self.periods + period].as_primitive()
    }

    pub fn weight(&self, node: usize, period: usize) -> f64 {
        self.weights[node * self.periods + period]
    }

    /// Ranks of the units at a node and period, 1 for the highest score.
    pub fn ranks(&self, node: usize, period: usize) -> UInt32Array {
        ranks(self.column(node, period))
    }

    /// The weight of a node as it is given to the aggregation of its parent.
    pub fn relative(&self, node: usize, period: usize) -> f64 {
        self.relative[node * self.periods + period]
    }

    /// For each node and unit the share of its weight behind which there are such values, all the
    /// way down to the indicators: a child without a score, or with one that is taken for missing, has
    /// none behind it.
    pub fn behind(
        &self,
        framework: &Framework,
        methods: &Methods,
        period: usize,
        what: Behind,
    ) -> Vec<Shares> {
        let nodes = framework.nodes();
        let mut shares = vec![Shares::All(0.0); nodes.len()];
        for &node in framework.bottom_up() {
            shares[node] = match nodes[node].leaf {
                Some(leaf) => self.of_indicator(node, leaf, period, what),
                None => {
                    let children = &nodes[node].children;
                    let entering = |&child: &usize| {
                        let scores = &self.columns[child * self.periods + period];
                        match &methods.aggregation[node] {
                            Some(aggregation) => entering(framework, aggregation, child, scores),
                            None => Arc::clone(scores),
                        }
                    };
                    let columns: Vec<ArrayRef> = children.iter().map(entering).collect();
                    self.of_children(children, &columns, &shares, period)
                }
            };
        }
        shares
    }

    fn of_indicator(&self, node: usize, leaf: usize, period: usize, what: Behind) -> Shares {
        let column = self.column(node, period);
        let imputed = self.imputed[leaf * self.periods + period].as_ref();
        let share = |is_in: bool| f64::from(u8::from(is_in));
        match (what, imputed) {
            (Behind::Observed, None) if column.null_count() == 0 => Shares::All(1.0),
            (Behind::Imputed, None) => Shares::All(0.0),
            (what, imputed) => {
                let is_imputed = |unit: usize| imputed.is_some_and(|imputed| imputed.value(unit));
                let is_in = |unit: usize| {
                    column.is_valid(unit) && is_imputed(unit) == (what == Behind::Imputed)
                };
                Shares::Each((0..column.len()).map(|unit| share(is_in(unit))).collect())
            }
        }
    }

    /// Of a node whose children enter it with these scores.
    fn of_children(
        &self,
        children: &[usize],
        scores: &[ArrayRef],
        shares: &[Shares],
        period: usize,
    ) -> Shares {
        let weight = |child: usize| self.relative(child, period);
        let mut all = Sum::default();
        children.iter().for_each(|&child| all.add(weight(child)));
        if all.value() <= 0.0 {
            return Shares::All(0.0); // weights that could not be learned
        }
        let counted = || {
            let children = children.iter().copied().zip(scores);
            children.filter(|&(child, _)| weight(child) != 0.0)
        };
        let of_child = |(child, scores): (usize, &ArrayRef)| match &shares[child] {
            Shares::All(share) if scores.null_count() == 0 => Some(*share),
            _ => None,
        };
        // Where all children have the same share for all units, so has their parent.
        let mut same = counted().map(of_child);
        if let Some(Some(first)) = same.next()
            && same.all(|share| share == Some(first))
        {
            return Shares::All(first);
        }
        let units = scores.first().map_or(0, |scores| scores.len());
        let mut sums = vec![Sum::default(); units];
        for (child, scores) in counted() {
            for (unit, sum) in sums.iter_mut().enumerate() {
                if scores.is_valid(unit) {
                    sum.add_product(weight(child), shares[child].at(unit));
                }
            }
        }
        Shares::Each(sums.into_iter().map(|sum| sum.value() / all.value()).collect())
    }
}

/// Ranks of the units in a column of scores, 1 for the highest.
pub fn ranks(scores: &Float64Array) -> UInt32Array {
    let scores = or_nan(scores);
    let mut ranks = vec![0; scores.len()];
    ranks_descending(&scores, 0.0, &mut Vec::new(), &mut ranks);
    ranks.into_iter().map(|rank| (rank > 0).then_some(rank)).collect()
}

/// A cell of a column of numbers.
pub fn number_at(column: &Float64Array, row: usize) -> Option<f64> {
    column.is_valid(row).then(|| column.value(row))
}

/// A cell of a column of ranks.
pub fn rank_at(ranks: &UInt32Array, row: usize) -> Option<i64> {
    ranks.is_valid(row).then(|| i64::from(ranks.value(row)))
}
