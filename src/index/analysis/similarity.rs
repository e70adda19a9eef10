//! How alike units are: their profiles of scores, unit against unit.

use datafusion::common::{Result, exec_err};

use crate::index::execution::Execution;
use crate::index::panel::Panel;
use crate::index::place::{UnitPeriod, unit_at};
use crate::index::steps::scores::{Scores, number_at};
use crate::kernel::{Dissimilarity, Profiles};

/// The profiles of all units and periods.
#[derive(Debug)]
pub struct ProfileSet {
    /// Who asks, for errors.
    name: &'static str,
    of_period: Vec<Profiles>,
}

/// Another unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Peer {
    /// Of which it is one.
    pub of: UnitPeriod,
    pub unit: usize,
    /// 1 for the nearest; those at the same distance share the best place.
    pub place: usize,
    pub distance: f64,
    /// Components that both have.
    pub n: usize,
}

impl ProfileSet {
    pub fn new(
        name: &'static str,
        method: Dissimilarity,
        scores: &Scores,
        components: &[usize],
        units: usize,
        execution: &Execution,
    ) -> Result<Self> {
        let of_period = execution.each(scores.periods, |period| {
            let mut profiles = Profiles::new(method, units, components.len());
            for (component, &node) in components.iter().enumerate() {
                let column = scores.column(node, period);
                for unit in 0..units {
                    if let Some(score) = number_at(column, unit) {
                        profiles.set(unit, component, score);
                    }
                }
            }
            Ok(profiles)
        })?;
        Ok(Self { name, of_period })
    }

    /// Bytes of the profiles.
    pub fn bytes(components: usize, panel: &Panel) -> usize {
        panel.periods.len() * Profiles::bytes(panel.units.len(), components)
    }

    /// The other units of the period from the nearest on, so many at most. At the same distance they are in
    /// the order of the panel.
    pub fn peers(&self, of: UnitPeriod, top: Option<usize>, panel: &Panel) -> Result<Vec<Peer>> {
        let mut peers = Vec::new();
        self.of_period[of.period].distances(of.unit, |unit, distance, n| {
            peers.push(Peer { of, unit, place: 0, distance, n });
        });
        if let Some(far) = peers.iter().find(|peer| peer.distance.is_infinite()) {
            let place = |unit| unit_at(panel, unit, Some(of.period), "its scores".to_owned());
            return exec_err!(
                "{}: a distance must be within the range of DOUBLE, found a larger one ({}; {})",
                self.name,
                place(of.unit),
                place(far.unit)
            );
        }
        let nearer = |a: &Peer, b: &Peer| {
            a.distance.total_cmp(&b.distance).then_with(|| a.unit.cmp(&b.unit))
        };
        if let Some(top) = top.filter(|&top| top < peers.len()) {
            peers.select_nth_unstable_by(top, nearer);
            peers.truncate(top);
        }
        peers.sort_unstable_by(nearer);
        let mut before = (0, f64::NAN);
        for (order, peer) in (1..).zip(&mut peers) {
            if peer.distance != before.1 {
                before = (order, peer.distance);
            }
            peer.place = before.0;
        }
        Ok(peers)
    }
}
