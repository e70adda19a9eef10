//! Two variants of an index, with what is the same in both computed once.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use crate::framework::Framework;
use crate::index::execution::Execution;
use crate::index::methods::bound::Methods;
use crate::index::panel::Panel;
use crate::index::steps::scores::Scores;

/// The positions of a node in both variants, if they have it.
pub type Both = (Option<usize>, Option<usize>);

/// A variant of the index, with the values of its indicators.
pub struct Side {
    pub framework: Framework,
    pub methods: Methods,
    pub panel: Panel,
}

impl Side {
    /// The nodes of both variants that are wanted, with their positions in each.
    pub fn nodes_with(&self, other: &Self, wanted: &[usize], is_other_tree: bool) -> Vec<Both> {
        if !is_other_tree {
            return wanted.iter().map(|&node| (Some(node), Some(node))).collect();
        }
        let (ours, theirs) = (self.framework.nodes(), other.framework.nodes());
        let of_us = ours.iter().enumerate();
        let of_us = of_us.map(|(i, node)| (Some(i), other.framework.position(&node.code)));
        let of_them = theirs.iter().enumerate();
        let of_them = of_them.filter(|(_, node)| self.framework.position(&node.code).is_none());
        of_us.chain(of_them.map(|(i, _)| (None, Some(i)))).collect()
    }

    /// Where the indicators of the other variant stand among ours, if all of them do.
    fn indicators_of(&self, other: &Self) -> Option<Vec<usize>> {
        let ours = |&leaf: &usize| {
            let node = self.framework.position(&other.framework.nodes()[leaf].code)?;
            self.framework.nodes()[node].leaf
        };
        other.framework.leaves().iter().map(ours).collect()
    }

    /// Whether the other variant imputes from the same values: if it imputes at all, the same
    /// indicators and, where siblings count, the same tree must stand behind them.
    fn imputes_from_the_same(&self, other: &Self) -> bool {
        !self.methods.imputes()
            || (self.framework == other.framework && self.panel.present == other.panel.present)
    }

    fn prepare(&self, execution: &Execution) -> Result<Panel> {
        let mut panel = self.panel.clone();
        self.methods.prepare(&self.framework, &mut panel, execution)?;
        Ok(panel)
    }

    fn scores(&self, leaves: &[ArrayRef], execution: &Execution) -> Result<Scores> {
        self.methods.aggregate(&self.framework, leaves, &self.panel, execution)
    }
}

/// The scores of both variants; what is the same in both is computed once. And a panel that has
/// the units and periods of either.
pub fn both(a: &Side, b: &Side, execution: &Execution) -> Result<(Scores, Scores, Panel)> {
    let shared = a.indicators_of(b);
    let prepared_alike = shared
        .clone()
        .filter(|shared| a.methods.prepares_as(&b.methods, shared) && a.imputes_from_the_same(b));
    let scored_alike =
        prepared_alike.clone().filter(|shared| a.methods.normalises_as(&b.methods, shared));
    let periods = a.panel.periods.len();
    let columns_of = |columns: &[ArrayRef], indicators: &[usize]| -> Vec<ArrayRef> {
        let of_each = indicators.iter().map(|i| &columns[i * periods..(i + 1) * periods]);
        of_each.flatten().map(Arc::clone).collect()
    };

    let prepared_a = a.prepare(execution)?;
    let prepared_b = match &prepared_alike {
        Some(indicators) => {
            let columns = columns_of(&prepared_a.columns, indicators);
            let is_filled = a.methods.imputes();
            let present = if is_filled { &prepared_a.present } else { &b.panel.present };
            Panel { columns, present: present.clone(), ..b.panel.clone() }
        }
        None => b.prepare(execution)?,
    };
    let leaves_a = a.methods.normalise(&a.framework, &prepared_a, execution)?;
    let leaves_b = match &scored_alike {
        Some(indicators) => columns_of(&leaves_a, indicators),
        None => b.methods.normalise(&b.framework, &prepared_b, execution)?,
    };
    let (scores_a, scores_b) = (a.scores(&leaves_a, execution)?, b.scores(&leaves_b, execution)?);
    let mut panel = prepared_a;
    panel.present.iter_mut().zip(&prepared_b.present).for_each(|(a, b)| *a |= b);
    Ok((scores_a, scores_b, panel))
}
