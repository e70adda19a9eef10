//! Profiles of many units side by side, and how far one of them is from all others.

use super::dissimilarity::{Dissimilarity, LANES};

/// The profiles of units: for each component a score, or none.
#[derive(Debug)]
pub struct Profiles {
    method: Dissimilarity,
    units: usize,
    components: usize,
    /// So many profiles lie interleaved, component by component, NaN for a missing score.
    lanes: usize,
    cells: Vec<f64>,
    /// A bit for each score that is there, unit by unit.
    seen: Vec<u64>,
    /// Whether any unit has a score of a component.
    is_scored: Vec<bool>,
}

impl Profiles {
    /// Profiles without a score.
    pub fn new(method: Dissimilarity, units: usize, components: usize) -> Self {
        let lanes = if method.is_sum() { LANES } else { 1 };
        Self {
            method,
            units,
            components,
            lanes,
            cells: vec![f64::NAN; units.next_multiple_of(lanes) * components],
            seen: vec![0; units * words(components)],
            is_scored: vec![false; components],
        }
    }

    /// Bytes that it takes at most.
    pub fn bytes(units: usize, components: usize) -> usize {
        let numbers = (units + LANES) * components + units * words(components);
        numbers * size_of::<f64>() + components
    }

    /// Gives a unit a score.
    pub fn set(&mut self, unit: usize, component: usize, score: f64) {
        let at = self.at(unit, component);
        self.cells[at] = score;
        self.seen[unit * words(self.components) + component / 64] |= 1 << (component % 64);
        self.is_scored[component] = true;
    }

    fn at(&self, unit: usize, component: usize) -> usize {
        (unit / self.lanes * self.components + component) * self.lanes + unit % self.lanes
    }

    fn profile(&self, unit: usize) -> Vec<f64> {
        (0..self.components).map(|component| self.cells[self.at(unit, component)]).collect()
    }

    /// Components that both units have.
    fn shared(&self, a: usize, b: usize) -> usize {
        let words = words(self.components);
        let of = |unit: usize| &self.seen[unit * words..(unit + 1) * words];
        of(a).iter().zip(of(b)).map(|(a, b)| (a & b).count_ones() as usize).sum()
    }

    /// The other units that have a distance from this one, in their order: the unit, the distance (see
    /// [`Dissimilarity::of`]), and the components that both have.
    pub fn distances(&self, unit: usize, mut each: impl FnMut(usize, f64, usize)) {
        let own = self.profile(unit);
        let all = self.is_scored.iter().filter(|is_scored| **is_scored).count();
        for first in (0..self.units).step_by(self.lanes) {
            let from = self.at(first, 0);
            let others = &self.cells[from..from + self.components * self.lanes];
            let sums = self.method.sums(&own, others);
            for other in first..self.units.min(first + self.lanes) {
                if other == unit {
                    continue;
                }
                let n = self.shared(unit, other);
                let of_sum = sums.and_then(|sums| self.method.of_sum(sums[other - first], n, all));
                let distance = of_sum.or_else(|| match self.lanes {
                    1 => self.method.of(&own, others, all).0,
                    _ => self.method.of(&own, &self.profile(other), all).0,
                });
                if let Some(distance) = distance {
                    each(other, distance, n);
                }
            }
        }
    }
}

/// Words that hold a bit for each component.
fn words(components: usize) -> usize {
    components.div_ceil(64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scores without pattern, one in five missing.
    fn score(unit: usize, component: usize) -> Option<f64> {
        let mixed = (unit * 7919 + component * 104_729 + 13).wrapping_mul(2_654_435_761) % 1000;
        (!mixed.is_multiple_of(5)).then_some(mixed as f64 / 7.0)
    }

    /// Together or pair by pair the distances are the same to the last bit, also of more components than a word has
    /// bits and of units that fill no group of lanes.
    #[test]
    fn as_pair_by_pair() {
        let (units, components) = (21, 70);
        let row = |unit: usize| -> Vec<f64> {
            (0..components).map(|component| score(unit, component).unwrap_or(f64::NAN)).collect()
        };
        for method in Dissimilarity::ALL {
            let mut profiles = Profiles::new(method, units, components);
            for unit in 0..units {
                for component in 0..components {
                    if let Some(score) = score(unit, component) {
                        profiles.set(unit, component, score);
                    }
                }
            }
            for unit in 0..units {
                let mut found = Vec::new();
                profiles.distances(unit, |other, distance, n| found.push((other, distance, n)));
                let others = (0..units).filter(|&other| other != unit);
                let wanted: Vec<_> = others
                    .filter_map(|other| {
                        let (distance, n) = method.of(&row(unit), &row(other), components);
                        Some((other, distance?, n))
                    })
                    .collect();
                assert_eq!(found, wanted, "{method:?} of {unit}");
            }
        }
    }

    /// Squares beyond and below the range, profiles that are alike, and those without a shared component.
    #[test]
    fn at_the_ends_of_the_range() {
        let mut profiles = Profiles::new(Dissimilarity::Euclidean, 5, 2);
        for (unit, component, score) in
            [(0, 0, 0.0), (0, 1, 0.0), (1, 0, 0.0), (1, 1, 4e200), (2, 0, 0.0), (2, 1, 4e-200)]
        {
            profiles.set(unit, component, score);
        }
        profiles.set(3, 0, 0.0);
        let mut found = Vec::new();
        profiles.distances(0, |other, distance, n| found.push((other, distance, n)));
        assert_eq!(found, [(1, 4e200, 2), (2, 4e-200, 2), (3, 0.0, 1)]);
    }
}
