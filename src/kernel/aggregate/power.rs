//! The power mean.

use super::classical::{Geometric, ZeroScore};
use super::weighted::Mean;
use crate::kernel::domain::Domain;
use crate::kernel::state::mergeable::{State, state_of_states};
use crate::kernel::state::sum::Sum;

/// `(Σ w x^p / Σ w)^(1/p)`; the geometric mean at `p = 0`, which is its limit.
///
/// Computed on logarithms, so that no `x^p` overflows: for large `p` relative to the largest
/// term, for `p` near 0 as `exp(ln(1 + Σ w (x^p - 1) / Σ w) / p)`, where the plain formula loses
/// all its digits.
#[derive(Debug, Clone, PartialEq)]
pub struct PowerMean {
    /// The power, finite.
    pub p: f64,
}

/// Below this `|p|` no `x^p` can overflow and the mean is near the geometric one.
pub const SMALL: f64 = 0.1;

/// The terms of a power mean: `Σ w e^(p ln x - top)` for the largest exponent `top`, or for a
/// small `p` (and `top` 0) `Σ w (x^p - 1)`, or for `p = 0` `Σ w ln x`.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    top: f64,
    sum: Sum,
}

impl Default for Terms {
    fn default() -> Self {
        Self { top: f64::NEG_INFINITY, sum: Sum::default() }
    }
}

impl Terms {
    /// Raises `top`, rescaling what was summed.
    fn raise(&mut self, top: f64) {
        if top > self.top {
            let factor = (self.top - top).exp();
            let sum = self.sum.halves().map(|half| (half, factor)).into_iter().collect();
            *self = Self { top, sum };
        }
    }
}

impl Mean for PowerMean {
    type Terms = Terms;

    fn check(&self, x: f64) -> Result<(), Domain> {
        match self.p > 0.0 {
            true if x >= 0.0 => Ok(()),
            true => Err(Domain::new("finite and >= 0 for p > 0")),
            false => Geometric::with(ZeroScore::Error).check(x),
        }
    }

    fn add(&self, terms: &mut Terms, x: f64, w: f64) {
        let p = self.p;
        let exponent = p * x.ln();
        if p == 0.0 {
            terms.sum.add_product(w, x.ln());
        } else if p.abs() < SMALL {
            terms.sum.add_product(w, exponent.exp_m1());
        } else if exponent > f64::NEG_INFINITY {
            terms.raise(exponent);
            terms.sum.add_product(w, (exponent - terms.top).exp());
        }
    }

    fn mean(&self, terms: &Terms, weight: Sum) -> f64 {
        let p = self.p;
        if p == 0.0 {
            return Geometric::with(ZeroScore::Error).mean(&terms.sum, weight);
        }
        let share = terms.sum.ratio(weight);
        if p.abs() < SMALL {
            (share.ln_1p() / p).exp()
        } else if terms.top == f64::NEG_INFINITY {
            0.0 // every score was 0
        } else {
            // Twice the power of a half each: e^(top / p) alone may round more than it needs to.
            (terms.top / p).exp() * (share.ln() / p).exp()
        }
    }
}

state_of_states!(Terms { top: ["top"], sum: ["sum_high", "sum_low"] }, |all, other| {
    let mut other = other.clone();
    all.raise(other.top);
    other.raise(all.top);
    all.sum.merge(&other.sum);
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::aggregate::weighted::Weighted;
    use crate::kernel::state::coverage::at_least;
    use crate::kernel::state::pieces::merges_and_is_read_back;

    fn mean(p: f64, scores: &[f64]) -> f64 {
        let (power, mut state) = (PowerMean { p }, Weighted::default());
        scores.iter().for_each(|&x| state.update(&power, x, 1.0));
        state.mean(&power, at_least(0.0)).unwrap()
    }

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-12 * b.abs()
    }

    #[test]
    fn worked_by_hand() {
        assert!(close(mean(2.0, &[1.0, 7.0]), 5.0)); // (1 + 49) / 2 = 25
        assert!(close(mean(-1.0, &[1.0, 4.0]), 1.6));
        assert!(close(mean(1.0, &[1.0, 4.0]), 2.5));
        assert!(close(mean(0.0, &[1.0, 4.0]), 2.0));
    }

    #[test]
    fn neither_large_nor_small_p_breaks_it() {
        assert!(close(mean(10_000.0, &[1.0, 1e300]), 1e300 * 0.5f64.powf(1e-4)));
        assert!(close(mean(-10_000.0, &[1e-300, 1.0]), 1e-300 * 0.5f64.powf(-1e-4)));
        assert!(close(mean(1e-14, &[1.0, 4.0]), 2.0));
        assert!(close(mean(-1e-9, &[1.0, 4.0]), 2.0 * (1.0 - 0.5e-9 * (2f64.ln()).powi(2))));
    }

    #[test]
    fn zero_is_a_score_for_a_positive_power() {
        assert!(close(mean(2.0, &[0.0, 2.0]), 2f64.sqrt()));
        assert_eq!(mean(2.0, &[0.0, 0.0]), 0.0);
        assert!(close(mean(0.05, &[0.0, 1.0]), 0.5f64.powi(20)));
    }

    #[test]
    fn scores_that_a_power_is_defined_for() {
        let is_defined = |p: f64, x: f64| PowerMean { p }.check(x).is_ok();
        assert!(is_defined(0.5, 0.0) && is_defined(0.0, 1.0) && is_defined(-2.0, 1.0));
        assert!(!is_defined(0.5, -1.0) && !is_defined(0.0, 0.0) && !is_defined(-2.0, 0.0));
    }

    #[test]
    fn terms_in_pieces_are_the_terms_of_all() {
        // Powers of 1 are exact, whatever they weigh.
        merges_and_is_read_back(|state: &mut Terms, w| PowerMean { p: 2.0 }.add(state, 1.0, w));
    }

    #[test]
    fn the_smallest_power_that_is_not_small() {
        // ((1 + 4^0.1) / 2)^10
        assert!(close(mean(SMALL, &[1.0, 4.0]), 2.0485876809593756));
    }
}
