//! The scores of all nodes: those of the indicators aggregated, from the bottom up.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, UInt32Array, new_null_array,
};
use datafusion::arrow::compute::nullif;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};

use super::call::at;
use super::methods::Methods;
use super::options::Reference;
use super::reference::{Within, pooled};
use super::workshop::Workshop;
use crate::framework::{Framework, Node};
use crate::functions::engine::columns::{self, with_constants};
use crate::functions::registry;
use crate::kernel::{Sum, covers, ranks_descending};

/// Scores and weights of all nodes.
#[derive(Debug, Clone)]
pub(super) struct Scores {
    pub periods: usize,
    /// `node * periods + period`: a score per unit.
    pub columns: Vec<ArrayRef>,
    /// `node * periods + period`: the share of a node's weight in its parent; the root's is 1.
    pub weights: Vec<f64>,
    /// The same before they are made to sum to 1: as stated, so that shares of whole numbers come
    /// out as such.
    relative: Vec<f64>,
}

impl Scores {
    pub(super) fn column(&self, node: usize, period: usize) -> &Float64Array {
        self.columns[node * self.periods + period].as_primitive()
    }

    pub(super) fn weight(&self, node: usize, period: usize) -> f64 {
        self.weights[node * self.periods + period]
    }

    /// Ranks of the units at a node and period, 1 for the highest score.
    pub(super) fn ranks(&self, node: usize, period: usize) -> UInt32Array {
        ranks(self.column(node, period))
    }

    /// The weight of a node as it is given to the aggregation of its parent.
    pub(super) fn relative(&self, node: usize, period: usize) -> f64 {
        self.relative[node * self.periods + period]
    }

    /// Share of the weight of a node's children that has a score, per unit; for an indicator 1 or 0.
    pub(super) fn coverage(&self, framework: &Framework, node: usize, period: usize) -> Vec<f64> {
        let children = &framework.nodes()[node].children;
        let units = self.column(node, period).len();
        if children.is_empty() {
            let column = self.column(node, period);
            return (0..units).map(|unit| f64::from(u8::from(column.is_valid(unit)))).collect();
        }
        let relative = |child: usize| self.relative(child, period);
        if children.iter().all(|&child| relative(child) == 0.0) {
            return vec![0.0; units]; // weights that could not be learned
        }
        let is_whole = |&child: &usize| self.column(child, period).null_count() == 0;
        if children.iter().all(|child| relative(*child) == 0.0 || is_whole(child)) {
            return vec![1.0; units];
        }
        let mut observed = vec![Sum::default(); units];
        let mut all = Sum::default();
        for &child in children {
            let (weight, column) = (relative(child), self.column(child, period));
            all.add(weight);
            for (unit, observed) in observed.iter_mut().enumerate() {
                if column.is_valid(unit) {
                    observed.add(weight);
                }
            }
        }
        let share = |observed: Sum| match all.value() > 0.0 {
            true => observed.value() / all.value(),
            false => 0.0,
        };
        observed.into_iter().map(share).collect()
    }
}

impl Methods {
    /// The scores of all nodes, from those of the indicators.
    pub(super) fn aggregate(
        &self,
        framework: &Framework,
        leaves: &[ArrayRef],
        periods: &ArrayRef,
        workshop: &Workshop,
    ) -> Result<Scores> {
        let nodes = framework.nodes();
        let (keys, periods) = (periods, periods.len());
        let pooled = self.weighting.is_some() && !matches!(self.reference, Reference::Period);
        let answers = if pooled {
            // Weights learned from all periods at once, or from one: node by node, then period by
            // period.
            let at = match Within::of(&self.reference, keys, self.name)? {
                Within::At(period) => Some(period),
                _ => None,
            };
            vec![self.aggregate_pooled(framework, leaves, keys.len(), at)?]
        } else {
            workshop.each(periods, |period| {
                let of_leaf = |leaf: usize| Arc::clone(&leaves[leaf * periods + period]);
                let mut scores: Vec<Option<ArrayRef>> = vec![None; nodes.len()];
                let mut weights = stated(framework);
                for &position in framework.bottom_up() {
                    let node = &nodes[position];
                    if let Some(leaf) = node.leaf {
                        scores[position] = Some(of_leaf(leaf));
                        continue;
                    }
                    let children: Vec<ArrayRef> =
                        node.children.iter().filter_map(|&child| scores[child].clone()).collect();
                    let of_children =
                        self.weights_of(framework, position, &children, &mut weights)?;
                    scores[position] =
                        Some(self.combine(framework, position, &children, &of_children)?);
                }
                Ok((vec![scores.into_iter().flatten().collect::<Vec<_>>()], weights))
            })?
        };
        let mut columns = vec![new_null_array(&DataType::Float64, 0); nodes.len() * periods];
        let mut relative = vec![0.0; nodes.len() * periods];
        let mut period = 0;
        for (of_periods, of_nodes) in answers {
            for scores in of_periods {
                for (node, (column, weight)) in scores.into_iter().zip(&of_nodes).enumerate() {
                    columns[node * periods + period] = column;
                    relative[node * periods + period] = *weight;
                }
                period += 1;
            }
        }
        let mut weights = vec![1.0; nodes.len() * periods];
        for node in nodes {
            for period in 0..periods {
                let at = |child: usize| child * periods + period;
                let mut all = Sum::default();
                node.children.iter().for_each(|&child| all.add(relative[at(child)]));
                let is_as_stated =
                    |&child: &usize| relative[at(child)] == stated_weight(&nodes[child]);
                let is_stated = node.children.iter().all(is_as_stated);
                for &child in &node.children {
                    weights[at(child)] = match all.value() > 0.0 {
                        _ if is_stated => nodes[child].weight,
                        true => relative[at(child)] / all.value(),
                        false => 0.0,
                    };
                }
            }
        }
        Ok(Scores { periods, columns, weights, relative })
    }

    fn aggregate_pooled(
        &self,
        framework: &Framework,
        leaves: &[ArrayRef],
        periods: usize,
        at: Option<usize>,
    ) -> Result<(Vec<Vec<ArrayRef>>, Vec<f64>)> {
        let nodes = framework.nodes();
        let mut scores: Vec<Vec<ArrayRef>> = vec![Vec::new(); nodes.len()];
        let mut weights = stated(framework);
        for &position in framework.bottom_up() {
            let node = &nodes[position];
            if let Some(leaf) = node.leaf {
                scores[position] = leaves[leaf * periods..(leaf + 1) * periods].to_vec();
                continue;
            }
            let of_reference = |&child: &usize| match at {
                Some(period) => Ok(Arc::clone(&scores[child][period])),
                None => pooled(&scores[child]),
            };
            let whole: Result<Vec<ArrayRef>> = match self.learns_weights(framework, position) {
                true => node.children.iter().map(of_reference).collect(),
                false => Ok(Vec::new()),
            };
            let of_children = self.weights_of(framework, position, &whole?, &mut weights)?;
            for period in 0..periods {
                let children: Vec<ArrayRef> =
                    node.children.iter().map(|&child| Arc::clone(&scores[child][period])).collect();
                let combined = self.combine(framework, position, &children, &of_children)?;
                scores[position].push(combined);
            }
        }
        let by_period = (0..periods)
            .map(|period| scores.iter().map(|of_node| Arc::clone(&of_node[period])).collect());
        Ok((by_period.collect(), weights))
    }

    /// The weights of the children of a node. Those that are learned are noted in `weights`, which
    /// has one per node.
    fn weights_of(
        &self,
        framework: &Framework,
        position: usize,
        children: &[ArrayRef],
        weights: &mut [f64],
    ) -> Result<Vec<f64>> {
        let of_node = &framework.nodes()[position].children;
        if let Some(learned) = self.weigh(framework, position, children)? {
            of_node.iter().zip(learned).for_each(|(&child, weight)| weights[child] = weight);
        }
        Ok(of_node.iter().map(|&child| weights[child]).collect())
    }

    /// Weights of the children of a node, if they are to be learned.
    fn weigh(
        &self,
        framework: &Framework,
        position: usize,
        children: &[ArrayRef],
    ) -> Result<Option<Vec<f64>>> {
        let Some(call) =
            self.weighting.as_ref().filter(|_| self.learns_weights(framework, position))
        else {
            return Ok(None);
        };
        let Some(weigher) = registry().weighers.iter().find(|weigher| weigher.page == call.page)
        else {
            return exec_err!("{}: must be a weighting", call.page.name);
        };
        if children.len() == 1 {
            return Ok(Some(vec![1.0])); // an only child is the whole, whatever a method says
        }
        let matrix = columns::matrix(children, &vec![1.0; children.len()]);
        let constants = call.constants()?;
        let weights = with_constants(call.page, call.page.parameters, &constants, |constants| {
            (weigher.weigh)(constants, &matrix)
        });
        let node = &framework.nodes()[position].code;
        let weights =
            weights.map_err(|error| at(&format!("{}: children of '{node}'", self.name), error))?;
        Ok(Some(weights.into_iter().map(|weight| weight.unwrap_or(0.0)).collect()))
    }

    /// The scores of a node from those of its children.
    pub(super) fn combine(
        &self,
        framework: &Framework,
        position: usize,
        children: &[ArrayRef],
        weights: &[f64],
    ) -> Result<ArrayRef> {
        let node = &framework.nodes()[position];
        let units = children.first().map_or(0, |child| child.len());
        let Some(aggregation) = &self.aggregation[position] else {
            return exec_err!("{}: '{}' has no children", self.name, node.code);
        };
        // A child of weight 0 takes no part, whatever the method makes of weights.
        let counts = |(_, weight): &(&ArrayRef, &f64)| **weight != 0.0;
        let parts = children.iter().zip(weights).filter(counts);
        let (children, weights): (Vec<ArrayRef>, Vec<f64>) =
            parts.map(|(child, weight)| (Arc::clone(child), *weight)).unzip();
        if children.is_empty() {
            return Ok(new_null_array(&DataType::Float64, units));
        }
        let children = covered(children, &weights, aggregation.min_coverage)?;
        let scores = aggregation
            .combine
            .combine(&children, &weights)
            .map_err(|error| at(&format!("{}: '{}'", self.name, node.code), error))?;
        Ok(Arc::new(scores))
    }
}

/// The children without the scores of units that are covered too little: those have no score, and
/// what they have is not looked at.
fn covered(children: Vec<ArrayRef>, weights: &[f64], min_coverage: f64) -> Result<Vec<ArrayRef>> {
    if min_coverage <= 0.0 || children.iter().all(|child| child.null_count() == 0) {
        return Ok(children);
    }
    let units = children.first().map_or(0, |child| child.len());
    let falls_short = (0..units).map(|unit| {
        let (mut observed, mut missing) = (Sum::default(), Sum::default());
        for (child, &weight) in children.iter().zip(weights) {
            if child.is_valid(unit) { &mut observed } else { &mut missing }.add(weight);
        }
        Some(!covers(observed, missing, min_coverage))
    });
    let falls_short: BooleanArray = falls_short.collect();
    if falls_short.true_count() == 0 {
        return Ok(children);
    }
    children.iter().map(|child| Ok(nullif(child, &falls_short)?)).collect()
}

/// The weights that the framework states, 1 where it states none.
fn stated(framework: &Framework) -> Vec<f64> {
    framework.nodes().iter().map(stated_weight).collect()
}

fn stated_weight(node: &Node) -> f64 {
    node.given_weight.unwrap_or(1.0)
}

/// Ranks of the units in a column of scores, 1 for the highest.
pub(super) fn ranks(scores: &Float64Array) -> UInt32Array {
    let scores: Vec<f64> = scores.iter().map(|x| x.unwrap_or(f64::NAN)).collect();
    let mut ranks = vec![0; scores.len()];
    ranks_descending(&scores, 0.0, &mut Vec::new(), &mut ranks);
    ranks.into_iter().map(|rank| (rank > 0).then_some(rank)).collect()
}
