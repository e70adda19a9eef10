//! The scores of all nodes: those of the indicators aggregated, from the bottom up.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, UInt32Array, new_null_array,
};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::arrow::compute::nullif;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, exec_err};

use super::reference_set::{BoundReference, pooled};
use crate::engine::on_columns as columns;
use crate::framework::{Framework, Node, list};
use crate::index::execution::Execution;
use crate::index::methods::bound::{Aggregation, Methods, Weighting};
use crate::index::methods::reference::ReferenceSet;
use crate::index::panel::Panel;
use crate::index::place::{Span, named, placed};
use crate::kernel::weights::shares;
use crate::kernel::{Sum, ranks_descending};
use crate::types::or_nan;

/// A weight that was learned may be this far below 0 by rounding alone.
const ROUNDING: f64 = 1e-12;

/// Scores and weights of all nodes.
#[derive(Debug, Clone)]
pub struct Scores {
    pub periods: usize,
    /// `node * periods + period`: a score per unit.
    pub columns: Vec<ArrayRef>,
    /// `node * periods + period`: the share of a node's weight in its parent; the root's is 1.
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
    /// way down to the indicators: a child without a score has none behind it.
    pub fn behind(&self, framework: &Framework, period: usize, what: Behind) -> Vec<Shares> {
        let nodes = framework.nodes();
        let mut shares = vec![Shares::All(0.0); nodes.len()];
        for &node in framework.bottom_up() {
            shares[node] = match nodes[node].leaf {
                Some(leaf) => self.of_indicator(node, leaf, period, what),
                None => self.of_children(&nodes[node].children, &shares, period),
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

    fn of_children(&self, children: &[usize], shares: &[Shares], period: usize) -> Shares {
        let weight = |child: usize| self.relative(child, period);
        let mut all = Sum::default();
        children.iter().for_each(|&child| all.add(weight(child)));
        if all.value() <= 0.0 {
            return Shares::All(0.0); // weights that could not be learned
        }
        let counts = |child: &&usize| weight(**child) != 0.0;
        let of_child = |child: usize| match &shares[child] {
            Shares::All(share) if self.column(child, period).null_count() == 0 => Some(*share),
            _ => None,
        };
        // Where all children have the same share for all units, so has their parent.
        let mut same = children.iter().filter(counts).map(|&child| of_child(child));
        if let Some(Some(first)) = same.next()
            && same.all(|share| share == Some(first))
        {
            return Shares::All(first);
        }
        let units = children.first().map_or(0, |&child| self.column(child, period).len());
        let mut sums = vec![Sum::default(); units];
        for &child in children.iter().filter(counts) {
            let column = self.column(child, period);
            for (unit, sum) in sums.iter_mut().enumerate() {
                if column.is_valid(unit) {
                    sum.add_product(weight(child), shares[child].at(unit));
                }
            }
        }
        Shares::Each(sums.into_iter().map(|sum| sum.value() / all.value()).collect())
    }
}

impl Methods {
    /// The scores of all nodes, from those of the indicators.
    pub fn aggregate(
        &self,
        framework: &Framework,
        leaves: &[ArrayRef],
        panel: &Panel,
        execution: &Execution,
    ) -> Result<Scores> {
        let nodes = framework.nodes();
        let (keys, periods) = (&panel.periods, panel.periods.len());
        let answers = if self.joins_periods() {
            // Weights learned from all periods at once or from one, units compared over all of
            // them: node by node, then period by period.
            let at = match BoundReference::of(&self.reference, keys, self.name)? {
                BoundReference::At(period) => Some(period),
                _ => None,
            };
            vec![self.aggregate_pooled(framework, leaves, panel, at, execution)?]
        } else {
            execution.each(periods, |period| {
                let span = Span { panel, period: Some(period) };
                let of_leaf = |leaf: usize| Arc::clone(&leaves[leaf * periods + period]);
                let mut scores: Vec<Option<ArrayRef>> = vec![None; nodes.len()];
                let mut weights =
                    self.first_weights(framework, |leaf| Ok(of_leaf(leaf)), span, None)?;
                for &position in framework.bottom_up() {
                    let node = &nodes[position];
                    if let Some(leaf) = node.leaf {
                        scores[position] = Some(of_leaf(leaf));
                        continue;
                    }
                    let children: Vec<ArrayRef> =
                        node.children.iter().filter_map(|&child| scores[child].clone()).collect();
                    let of_children =
                        self.weights_of(framework, position, &children, &mut weights, span, None)?;
                    scores[position] = Some(self.combine(
                        framework,
                        position,
                        children_of(node, &children, &of_children),
                        span,
                    )?);
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
        Ok(Scores { periods, columns, weights, relative, imputed: panel.imputed.clone() })
    }

    fn aggregate_pooled(
        &self,
        framework: &Framework,
        leaves: &[ArrayRef],
        panel: &Panel,
        at: Option<usize>,
        execution: &Execution,
    ) -> Result<(Vec<Vec<ArrayRef>>, Vec<f64>)> {
        let periods = panel.periods.len();
        let span = |period| Span { panel, period };
        let nodes = framework.nodes();
        let mut scores: Vec<Vec<ArrayRef>> = vec![Vec::new(); nodes.len()];
        let first = |leaf: usize| match at {
            Some(period) => Ok(Arc::clone(&leaves[leaf * periods + period])),
            None => pooled(&leaves[leaf * periods..(leaf + 1) * periods]),
        };
        let mut weights = self.first_weights(framework, first, span(at), Some(execution))?;
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
            let whole: Result<Vec<ArrayRef>> = match self.learns_by_node(framework, position) {
                true => node.children.iter().map(of_reference).collect(),
                false => Ok(Vec::new()),
            };
            if let Some(at) = at
                && (self.learns_weights(framework, position) || self.compares_units(position))
            {
                self.check_children_at(framework, position, &scores, at)?;
            }
            let of_children = self.weights_of(
                framework,
                position,
                &whole?,
                &mut weights,
                span(at),
                Some(execution),
            )?;
            let children_at = |period: usize| -> Vec<ArrayRef> {
                node.children.iter().map(|&child| Arc::clone(&scores[child][period])).collect()
            };
            let combined = if !self.compares_units(position) {
                let at = |period| {
                    let children = children_at(period);
                    let children = children_of(node, &children, &of_children);
                    self.combine(framework, position, children, span(Some(period)))
                };
                execution.each(periods, at)?
            } else if let Some(reference) = at {
                let reference = children_at(reference);
                let at = |period| {
                    let children = children_at(period);
                    self.combine_within(
                        framework,
                        position,
                        children_of(node, &children, &of_children),
                        span(Some(period)),
                        Some(&reference),
                    )
                };
                execution.each(periods, at)?
            } else {
                // Units of all periods are compared with each other.
                let children = node.children.iter().map(|&child| pooled(&scores[child]));
                let children = children.collect::<Result<Vec<_>>>()?;
                let all = self.combine(
                    framework,
                    position,
                    children_of(node, &children, &of_children),
                    span(None),
                )?;
                let units = all.len() / periods.max(1);
                (0..periods).map(|period| all.slice(period * units, units)).collect()
            };
            scores[position] = combined;
        }
        let by_period = (0..periods)
            .map(|period| scores.iter().map(|of_node| Arc::clone(&of_node[period])).collect());
        Ok((by_period.collect(), weights))
    }

    /// That the children whose weights are learned, or whose units are compared, at one period have
    /// scores there.
    fn check_children_at(
        &self,
        framework: &Framework,
        position: usize,
        scores: &[Vec<ArrayRef>],
        at: usize,
    ) -> Result<()> {
        let nodes = framework.nodes();
        let is_empty = |column: &ArrayRef| column.null_count() == column.len();
        let has_none = |child: &&usize| {
            is_empty(&scores[**child][at]) && !scores[**child].iter().all(is_empty)
        };
        let children = nodes[position].children.iter().filter(has_none);
        let without: Vec<String> =
            children.map(|&child| format!("'{}'", nodes[child].code)).collect();
        if !self.strict || without.is_empty() {
            return Ok(());
        }
        exec_err!(
            "{}: reference must be a period in which each child of '{}' has a score, got {} without \
             one of {} (strict => false leaves them out)",
            self.name,
            nodes[position].code,
            self.reference.text(),
            list(without.into_iter())
        )
    }

    /// The weights of the children of a node. Those that are learned are noted in `weights`, which
    /// has one per node.
    fn weights_of(
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
    fn learns_by_node(&self, framework: &Framework, position: usize) -> bool {
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
            Weighed { nodes: &node.children, scores: children, of: &of },
            span,
            execution,
        )
        .map(Some)
    }

    /// The weights of all nodes before they are learned node by node: as stated, or, if they are those
    /// of the whole tree, learned from the scores of all indicators and added up.
    fn first_weights(
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
        let columns = match execution {
            Some(execution) => execution.each(of_leaves.len(), leaves)?,
            None => (0..of_leaves.len()).map(leaves).collect::<Result<Vec<_>>>()?,
        };
        let of = "indicators of the framework";
        let learned = self.learned(
            weighting,
            framework,
            Weighed { nodes: of_leaves, scores: &columns, of },
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
        let scores = of_nodes.iter().zip(scores);
        let scores: Vec<ArrayRef> =
            scores.map(|(&node, scores)| entering(framework, node, scores)).collect();
        let weigh = |scores: &[ArrayRef]| {
            let matrix = columns::matrix(scores, &vec![1.0; scores.len()]);
            (weigher.weigh)(constants, &matrix)
        };
        // Columns that do not need each other, at a time; a fault is found again below, with its place.
        let parts = weigher.part.zip(execution).map(|(part, execution)| {
            let of_column = |j: usize| {
                part(&or_nan(scores[j].as_primitive())).or_else(|fault| exec_err!("{fault}"))
            };
            shares(&execution.each(scores.len(), of_column)?).or_else(|fault| exec_err!("{fault}"))
        });
        let mut weights = match parts {
            Some(Ok(shares)) => shares.unwrap_or_else(|| vec![0.0; scores.len()]),
            _ => {
                let weights = weigh(&scores).map_err(|error| {
                    placed(self.name, error, &scores, weigh, |cell| match cell {
                        Some((node, row)) => span.cell(row, framework, of_nodes[node]),
                        None => of.to_owned(),
                    })
                })?;
                weights.into_iter().map(|weight| weight.unwrap_or(0.0)).collect()
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
        let has_scores = scores.iter().any(|scores| scores.null_count() < scores.len());
        if has_scores && weights.iter().all(|&weight| weight == 0.0) {
            return exec_err!(
                "{}: {} must have scores that vary between units, found a weight of 0 for each ({of})",
                self.name,
                call.page.name
            );
        }
        Ok(weights)
    }

    /// Whether periods are not computed each by itself: units are compared, or weights learned, over
    /// several of them.
    pub fn joins_periods(&self) -> bool {
        let compares = (0..self.aggregation.len()).any(|node| self.compares_units(node));
        self.reference != ReferenceSet::Period && (self.weighting.is_some() || compares)
    }

    /// That a node can be computed again from its children at one period: not if its units are
    /// compared with those of other periods.
    pub fn check_by_period(&self, node: usize, periods: usize) -> Result<()> {
        let aggregation = self.aggregation[node].as_ref();
        match aggregation.filter(|_| self.compares_units(node) && self.joins_periods()) {
            Some(aggregation) if periods > 1 => exec_err!(
                "{}: reference must be 'period' for {}, which compares units, where the panel has \
                 several periods, got {}",
                self.name,
                aggregation.call.page.name,
                self.reference.text()
            ),
            _ => Ok(()),
        }
    }

    /// The units of a period whose node is covered too little.
    pub fn uncovered(
        &self,
        framework: &Framework,
        scores: &Scores,
        node: usize,
        period: usize,
    ) -> Result<Vec<u32>> {
        let Some(aggregation) = &self.aggregation[node] else { return Ok(Vec::new()) };
        let children = framework.nodes()[node].children.iter().copied();
        let counted: Vec<usize> =
            children.filter(|&child| scores.relative(child, period) != 0.0).collect();
        let columns: Vec<ArrayRef> = counted
            .iter()
            .map(|&child| Arc::clone(&scores.columns[child * scores.periods + period]))
            .collect();
        let weights: Vec<f64> =
            counted.iter().map(|&child| scores.relative(child, period)).collect();
        let falls_short = falls_short(&columns, &weights, aggregation);
        let units = falls_short.iter().flatten();
        Ok((0..).zip(units.flatten()).filter(|(_, short)| *short).map(|(unit, _)| unit).collect())
    }

    /// The scores of a node from those of its children.
    pub fn combine(
        &self,
        framework: &Framework,
        position: usize,
        children: Children<'_>,
        span: Span<'_>,
    ) -> Result<ArrayRef> {
        self.combine_within(framework, position, children, span, None)
    }

    /// The same, with units compared with those of a reference set.
    fn combine_within(
        &self,
        framework: &Framework,
        position: usize,
        Children { nodes, scores, weights }: Children<'_>,
        span: Span<'_>,
        reference: Option<&[ArrayRef]>,
    ) -> Result<ArrayRef> {
        let node = &framework.nodes()[position];
        let units = scores.first().map_or(0, |child| child.len());
        let Some(aggregation) = &self.aggregation[position] else {
            return exec_err!("{}: '{}' must have children, found none", self.name, node.code);
        };
        // A child of weight 0 takes no part, whatever the method makes of weights.
        let counted: Vec<usize> = (0..scores.len()).filter(|&i| weights[i] != 0.0).collect();
        let of = |columns: &[ArrayRef]| -> Vec<ArrayRef> {
            counted.iter().map(|&i| entering(framework, nodes[i], &columns[i])).collect()
        };
        let weights: Vec<f64> = counted.iter().map(|&i| weights[i]).collect();
        if counted.is_empty() {
            return Ok(new_null_array(&DataType::Float64, units));
        }
        let children = covered(of(scores), &weights, aggregation)?;
        let reference =
            reference.map(|reference| covered(of(reference), &weights, aggregation)).transpose()?;
        let combine = |children: &[ArrayRef]| match &reference {
            None => aggregation.combine.combine(children, &weights),
            Some(reference) => aggregation.combine.combine_against(children, &weights, reference),
        };
        let scores = combine(&children).map_err(|error| {
            placed(self.name, error, &children, combine, |cell| match cell {
                Some((child, row)) => span.cell(row, framework, nodes[counted[child]]),
                // Not one score but all that a unit has.
                None if !aggregation.combine.compares_units() => {
                    let fails = |&row: &usize| {
                        let of_unit = children.iter().map(|child| child.slice(row, 1));
                        combine(&of_unit.collect::<Vec<_>>()).is_err()
                    };
                    let unit = (0..units).find(fails);
                    let cell = |row| span.cell(row, framework, position);
                    unit.map_or_else(|| named(framework, position), cell)
                }
                None => named(framework, position),
            })
        })?;
        Ok(Arc::new(self.rounded(position, scores)))
    }
}

/// Children of a node, some of them or in another order than that of the framework.
#[derive(Debug, Clone, Copy)]
pub struct Children<'a> {
    pub nodes: &'a [usize],
    pub scores: &'a [ArrayRef],
    pub weights: &'a [f64],
}

/// Nodes whose weights are learned, and what they are together, for messages.
struct Weighed<'a> {
    nodes: &'a [usize],
    scores: &'a [ArrayRef],
    of: &'a str,
}

/// All children of a node, in the order of the framework.
fn children_of<'a>(node: &'a Node, scores: &'a [ArrayRef], weights: &'a [f64]) -> Children<'a> {
    Children { nodes: &node.children, scores, weights }
}

/// The units that are covered too little; none if no unit is.
fn falls_short(
    children: &[ArrayRef],
    weights: &[f64],
    Aggregation { coverage, min_children, .. }: &Aggregation,
) -> Option<BooleanArray> {
    if (coverage.min <= 0.0 && *min_children == 0)
        || children.iter().all(|child| child.null_count() == 0)
    {
        return None;
    }
    let units = children.first().map_or(0, |child| child.len());
    let falls_short = (0..units).map(|unit| {
        let (mut observed, mut missing, mut number) = (Sum::default(), Sum::default(), 0);
        for (child, &weight) in children.iter().zip(weights) {
            let sum = if child.is_valid(unit) { &mut observed } else { &mut missing };
            sum.add(coverage.by.measure(weight));
            number += usize::from(child.is_valid(unit));
        }
        Some(number < *min_children || (coverage.min > 0.0 && !coverage.is_met(observed, missing)))
    });
    let falls_short: BooleanArray = falls_short.collect();
    (falls_short.true_count() > 0).then_some(falls_short)
}

/// The children without the scores of units that are covered too little: those have no score, and
/// what they have is not looked at.
fn covered(
    children: Vec<ArrayRef>,
    weights: &[f64],
    aggregation: &Aggregation,
) -> Result<Vec<ArrayRef>> {
    match falls_short(&children, weights, aggregation) {
        None => Ok(children),
        Some(short) => children.iter().map(|child| Ok(nullif(child, &short)?)).collect(),
    }
}

/// The scores of a node as they enter that of its parent: turned, if the node counts against it.
pub fn entering(framework: &Framework, node: usize, scores: &ArrayRef) -> ArrayRef {
    if !framework.is_turned(node) {
        return Arc::clone(scores);
    }
    let node = &framework.nodes()[node];
    let ends = node.lower.unwrap_or(0.0) + node.upper.unwrap_or(0.0);
    let scores = scores.as_primitive::<Float64Type>();
    Arc::new(scores.unary::<_, Float64Type>(|score| ends - score))
}

/// The weights that the framework states, 1 where it states none.
fn stated(framework: &Framework) -> Vec<f64> {
    framework.nodes().iter().map(stated_weight).collect()
}

fn stated_weight(node: &Node) -> f64 {
    node.given_weight.unwrap_or(1.0)
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
