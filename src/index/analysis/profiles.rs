//! Each unit beside the units of its group, and beside the best and the worst of its period.

use datafusion::arrow::array::Array;
use datafusion::common::Result;

use crate::index::execution::Execution;
use crate::index::panel::Panel;
use crate::index::steps::scores::Scores;
use crate::kernel::{Distribution, Ties, places};
use crate::types::or_nan;

/// The groups of the units of a panel, numbered from 0 in each period.
#[derive(Debug)]
pub struct Members {
    units: usize,
    /// `period * units + unit`; none without groups: all units are in one.
    of: Option<Vec<u32>>,
    number: usize,
}

impl Members {
    pub fn of(panel: &Panel) -> Self {
        let units = panel.units.len();
        let Some(groups) = &panel.unit_groups else {
            return Self { units, of: None, number: 1 };
        };
        // Units without a group, and those whose group is NULL, are in one more.
        let none = groups.keys.len() as u32;
        let known = |&group: &u32| match group < none && groups.keys.is_valid(group as usize) {
            true => group,
            false => none,
        };
        Self {
            units,
            of: Some(groups.of.iter().map(known).collect()),
            number: groups.keys.len() + 1,
        }
    }

    fn group(&self, unit: usize, period: usize) -> usize {
        self.of.as_ref().map_or(0, |of| of[period * self.units + unit] as usize)
    }

    /// Bytes that a node takes in a period.
    pub fn bytes(&self) -> usize {
        2 * self.units * size_of::<u32>()
            + self.number * size_of::<Group>()
            + size_of::<Comparison>()
    }
}

/// The scores of a group.
#[derive(Debug, Clone, Copy, Default)]
struct Group {
    n: usize,
    mean: Option<f64>,
    median: Option<f64>,
}

/// The scores of a node in a period.
#[derive(Debug, Clone, Default)]
struct Comparison {
    n: usize,
    best: Option<f64>,
    worst: Option<f64>,
    ranks: Vec<u32>,
    group_ranks: Vec<u32>,
    groups: Vec<Group>,
}

impl Comparison {
    fn of(scores: &[f64], period: usize, members: &Members) -> Self {
        let there = (0..scores.len()).filter(|&unit| !scores[unit].is_nan());
        let mut all: Vec<(f64, usize)> = there.map(|unit| (scores[unit] + 0.0, unit)).collect();
        let group = |unit: usize| members.group(unit, period);
        let mut comparison = Self {
            n: all.len(),
            ranks: ranks(&mut all, scores.len()),
            groups: vec![Group::default(); members.number],
            ..Self::default()
        };
        // In ascending order by now.
        (comparison.worst, comparison.best) =
            (all.first().map(|first| first.0), all.last().map(|last| last.0));
        all.sort_by_key(|(_, unit)| group(*unit)); // stable
        comparison.group_ranks = vec![0; scores.len()];
        for of_group in all.chunk_by_mut(|a, b| group(a.1) == group(b.1)) {
            let sorted: Vec<f64> = of_group.iter().map(|(score, _)| *score).collect();
            let distribution = Distribution::of_sorted(&sorted);
            let [mean, _] = distribution.mean_and_sd();
            comparison.groups[group(of_group[0].1)] =
                Group { n: sorted.len(), mean, median: distribution.quantile(0.5) };
            places(of_group, Ties::Min, |unit, place| {
                comparison.group_ranks[unit] = place.rank(Ties::Min, -1.0) as u32;
            });
        }
        comparison
    }
}

/// Ranks of units, 1 for the highest score, equal ones the best of theirs; 0 for those that are not
/// there. Sorts the scores in ascending order.
fn ranks(scores: &mut [(f64, usize)], units: usize) -> Vec<u32> {
    let mut ranks = vec![0; units];
    places(scores, Ties::Min, |unit, place| ranks[unit] = place.rank(Ties::Min, -1.0) as u32);
    ranks
}

/// All units of all periods beside the others.
#[derive(Debug)]
pub struct Profiles {
    members: Members,
    periods: usize,
    /// `item * periods + period`.
    all: Vec<Comparison>,
}

/// A score beside those of others.
#[derive(Debug, Clone, Copy)]
pub struct Beside {
    pub rank: Option<i64>,
    pub n: usize,
    pub group_rank: Option<i64>,
    pub group_n: usize,
    pub group_mean: Option<f64>,
    pub group_median: Option<f64>,
    pub best: Option<f64>,
    pub worst: Option<f64>,
}

impl Profiles {
    pub fn new(
        scores: &Scores,
        nodes: &[usize],
        members: Members,
        execution: &Execution,
    ) -> Result<Self> {
        let periods = scores.periods;
        let all = execution.each(nodes.len() * periods, |i| {
            let (node, period) = (nodes[i / periods], i % periods);
            Ok(Comparison::of(&or_nan(scores.column(node, period)), period, &members))
        })?;
        Ok(Self { members, periods, all })
    }

    pub fn at(&self, item: usize, unit: usize, period: usize) -> Beside {
        let of_node = &self.all[item * self.periods + period];
        let group = of_node.groups[self.members.group(unit, period)];
        let rank = |ranks: &[u32]| Some(i64::from(ranks[unit])).filter(|rank| *rank > 0);
        Beside {
            rank: rank(&of_node.ranks),
            n: of_node.n,
            group_rank: rank(&of_node.group_ranks),
            group_n: group.n,
            group_mean: group.mean,
            group_median: group.median,
            best: of_node.best,
            worst: of_node.worst,
        }
    }
}
