//! Where each unit stands among the units of its period, component by component, and which components
//! are its best and its worst.

use datafusion::common::Result;

use crate::framework::Framework;
use crate::index::execution::Execution;
use crate::index::place::UnitPeriod;
use crate::index::steps::scores::Scores;
use crate::kernel::{Ties, places};
use crate::types::or_nan;

/// Units of a period by their scores of a node.
#[derive(Debug, Clone, Default)]
struct Standing {
    /// 1 for the highest score, equal ones the best of their ranks; 0 without a score.
    ranks: Vec<u32>,
    /// The share of the other units that it is ahead of; NaN without a score, or if none differs.
    ahead: Vec<f64>,
    /// How many units have a score.
    n: usize,
}

impl Standing {
    /// `turned`: the lower the score, the better for the node above.
    fn of(scores: &[f64], turned: bool) -> Self {
        let mut there: Vec<(f64, usize)> = scores.iter().copied().zip(0..).collect();
        there.retain(|(score, _)| !score.is_nan());
        let n = there.len();
        let mut standing =
            Self { ranks: vec![0; scores.len()], ahead: vec![f64::NAN; scores.len()], n };
        places(&mut there, Ties::Min, |unit, place| {
            standing.ranks[unit] = place.rank(Ties::Min, -1.0) as u32;
            if let Some(ahead) = place.ahead_of() {
                standing.ahead[unit] = if turned { 1.0 - ahead } else { ahead };
            }
        });
        standing
    }
}

/// Units of all periods by their scores of some nodes.
#[derive(Debug)]
pub struct Standings {
    nodes: Vec<usize>,
    periods: usize,
    /// `component * periods + period`.
    all: Vec<Standing>,
}

/// A component of a unit and period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Component {
    pub place: UnitPeriod,
    pub is_strength: bool,
    /// From the strongest, or from the weakest.
    pub order: usize,
    pub node: usize,
    pub rank: u32,
    pub n: usize,
    pub ahead_of: f64,
}

/// Bytes of a score's standing.
pub const BYTES: usize = size_of::<u32>() + size_of::<f64>();

impl Standings {
    pub fn new(
        framework: &Framework,
        scores: &Scores,
        nodes: Vec<usize>,
        execution: &Execution,
    ) -> Result<Self> {
        let periods = scores.periods;
        let all = execution.each(nodes.len() * periods, |i| {
            let (node, period) = (nodes[i / periods], i % periods);
            Ok(Standing::of(&or_nan(scores.column(node, period)), framework.is_turned(node)))
        })?;
        Ok(Self { nodes, periods, all })
    }

    /// The components that a unit is best at, and those that it is worst at, so many of each at most;
    /// none is both.
    pub fn extremes(&self, place: UnitPeriod, top: Option<usize>) -> Vec<Component> {
        let UnitPeriod { unit, period } = place;
        let component = |(i, &node): (usize, &usize)| {
            let standing = &self.all[i * self.periods + period];
            let Standing { ranks, ahead, n } = standing;
            (!ahead[unit].is_nan()).then(|| Component {
                place,
                is_strength: true,
                order: 0,
                node,
                rank: ranks[unit],
                n: *n,
                ahead_of: ahead[unit],
            })
        };
        let mut all: Vec<Component> = self.nodes.iter().enumerate().filter_map(component).collect();
        all.sort_by(|a, b| b.ahead_of.total_cmp(&a.ahead_of)); // stable: else as in the framework
        let each = top.unwrap_or(usize::MAX).min(all.len() / 2);
        let strengths = all.iter().take(each).zip(1..);
        let strengths = strengths.map(|(found, order)| Component { order, ..*found });
        let weaknesses = all.iter().rev().take(each).zip(1..);
        let weaknesses =
            weaknesses.map(|(found, order)| Component { order, is_strength: false, ..*found });
        strengths.chain(weaknesses).collect()
    }

    /// How many components there are.
    pub fn components(&self) -> usize {
        self.nodes.len()
    }
}
