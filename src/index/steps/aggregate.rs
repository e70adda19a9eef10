//! The scores of all nodes: those of the indicators aggregated, from the bottom up.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, new_null_array};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, exec_err};

use super::children::{Children, children_of, covered, entering, falls_short};
use super::reference_set::{BoundReference, pooled_at};
use crate::framework::{Framework, list};
use crate::index::execution::Execution;
use crate::index::methods::bound::Methods;
use crate::index::methods::reference::ReferenceSet;
use crate::index::panel::{Panel, is_empty};
use crate::index::place::{Span, named, placed, turned_at};
use crate::index::steps::scores::Scores;

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
            // Weights learned from all periods at once or from some, units compared over all of
            // them: node by node, then period by period.
            let at = match BoundReference::of(&self.reference, keys, self.name)? {
                BoundReference::At(periods) => Some(periods),
                _ => None,
            };
            vec![self.aggregate_pooled(framework, leaves, panel, at.as_deref(), execution)?]
        } else {
            execution.each(periods, |period| {
                let span = Span { panel, periods: Some(&[period]) };
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
        Ok(Scores::new(framework, self, periods, columns, relative, panel.imputed.clone()))
    }

    fn aggregate_pooled(
        &self,
        framework: &Framework,
        leaves: &[ArrayRef],
        panel: &Panel,
        at: Option<&[usize]>,
        execution: &Execution,
    ) -> Result<(Vec<Vec<ArrayRef>>, Vec<f64>)> {
        let periods = panel.periods.len();
        let reference_span = Span { panel, periods: at };
        let nodes = framework.nodes();
        let mut scores: Vec<Vec<ArrayRef>> = vec![Vec::new(); nodes.len()];
        let first = |leaf: usize| pooled_at(&leaves[leaf * periods..(leaf + 1) * periods], at);
        let mut weights = self.first_weights(framework, first, reference_span, Some(execution))?;
        for &position in framework.bottom_up() {
            let node = &nodes[position];
            if let Some(leaf) = node.leaf {
                scores[position] = leaves[leaf * periods..(leaf + 1) * periods].to_vec();
                continue;
            }
            let of_reference = || {
                let children = node.children.iter();
                children.map(|&child| pooled_at(&scores[child], at)).collect::<Result<Vec<_>>>()
            };
            let whole: Result<Vec<ArrayRef>> = match self.learns_by_node(framework, position) {
                true => of_reference(),
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
                reference_span,
                Some(execution),
            )?;
            let children_at = |period: usize| -> Vec<ArrayRef> {
                node.children.iter().map(|&child| Arc::clone(&scores[child][period])).collect()
            };
            let combined = if !self.compares_units(position) {
                let at = |period| {
                    let children = children_at(period);
                    let children = children_of(node, &children, &of_children);
                    let span = Span { panel, periods: Some(&[period]) };
                    self.combine(framework, position, children, span)
                };
                execution.each(periods, at)?
            } else if at.is_some() {
                let reference = of_reference()?;
                let at = |period| {
                    let children = children_at(period);
                    self.combine_within(
                        framework,
                        position,
                        children_of(node, &children, &of_children),
                        Span { panel, periods: Some(&[period]) },
                        Some(&reference),
                    )
                };
                execution.each(periods, at)?
            } else {
                // Units of all periods are compared with each other.
                let children = of_reference()?;
                let all = self.combine(
                    framework,
                    position,
                    children_of(node, &children, &of_children),
                    reference_span,
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

    /// That the children whose weights are learned, or whose units are compared, at some periods have
    /// scores there.
    fn check_children_at(
        &self,
        framework: &Framework,
        position: usize,
        scores: &[Vec<ArrayRef>],
        at: &[usize],
    ) -> Result<()> {
        let nodes = framework.nodes();
        let has_none = |child: &&usize| {
            at.iter().all(|&at| is_empty(&scores[**child][at]))
                && !scores[**child].iter().all(is_empty)
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
            .map(|&child| {
                let column = &scores.columns[child * scores.periods + period];
                entering(framework, aggregation, child, column)
            })
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

    /// That the scores of a node that is turned lie within the range in which it is.
    fn check_range(
        &self,
        framework: &Framework,
        position: usize,
        scores: &ArrayRef,
        span: Span<'_>,
    ) -> Result<()> {
        /// What rounding may do, as a share of the range.
        const NEAR: f64 = 1e-9;
        let node = &framework.nodes()[position];
        let (true, Some(lower), Some(upper)) =
            (framework.is_turned(position), node.lower, node.upper)
        else {
            return Ok(());
        };
        let slack = NEAR * (upper - lower);
        let scores = scores.as_primitive::<Float64Type>();
        let is_beyond = |x: f64| x < lower - slack || x > upper + slack;
        let beyond = scores.iter().position(|x| x.is_some_and(is_beyond));
        let Some(unit) = beyond else { return Ok(()) };
        exec_err!(
            "{}: the score must be between lower and upper, {lower} and {upper}, where direction is -1, \
             got {} ({})",
            self.name,
            scores.value(unit),
            span.cell(unit, framework, position)
        )
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
            let of_child = |&i: &usize| entering(framework, aggregation, nodes[i], &columns[i]);
            counted.iter().map(of_child).collect()
        };
        let weights: Vec<f64> = counted.iter().map(|&i| weights[i]).collect();
        if counted.is_empty() {
            return Ok(new_null_array(&DataType::Float64, units));
        }
        for &i in &counted {
            self.check_range(framework, nodes[i], &scores[i], span)?;
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
                Some((child, row)) => {
                    let child = nodes[counted[child]];
                    turned_at(framework, child, span.cell(row, framework, child))
                }
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
