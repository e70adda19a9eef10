//! Random numbers that a seed and the number of the draw tell alone: a draw comes out the same
//! whatever thread computes it, and whatever was drawn before.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, Gamma};

/// The random numbers of one draw: a stream of their own.
#[derive(Debug, Clone)]
pub struct Draw(ChaCha8Rng);

impl Draw {
    /// The numbers of that draw.
    pub fn new(seed: u64, draw: u64) -> Self {
        let mut numbers = ChaCha8Rng::seed_from_u64(seed);
        numbers.set_stream(draw);
        Self(numbers)
    }

    /// Uniform from 0 up to but not 1.
    pub fn uniform(&mut self) -> f64 {
        self.0.random()
    }

    /// One of `0..n`, each as likely; 0 for `n = 0`.
    pub fn index(&mut self, n: usize) -> usize {
        self.0.random_range(0..n.max(1))
    }

    /// Each weight times `1 + spread (2u - 1)`, `u` uniform.
    pub fn perturbed(&mut self, weights: &[f64], spread: f64, out: &mut [f64]) {
        for (out, w) in out.iter_mut().zip(weights) {
            *out = w * (1.0 + spread * (2.0 * self.uniform() - 1.0));
        }
    }

    /// Weights of siblings, summing to 1, from the Dirichlet distribution whose mean are the
    /// shares of `weights` and whose parameters are `concentration * n * share`, `n` the number of
    /// weights above 0: equal weights at concentration 1 are uniform over all that sum to 1. A
    /// weight of 0 stays 0.
    pub fn dirichlet(&mut self, weights: &[f64], concentration: f64, out: &mut [f64]) {
        let n = weights.iter().filter(|w| **w > 0.0).count() as f64;
        let total: f64 = weights.iter().sum();
        for (out, w) in out.iter_mut().zip(weights) {
            let shape = concentration * n * (w / total);
            *out = if *w > 0.0 { self.log_gamma(shape) } else { f64::NEG_INFINITY };
        }
        let top = out.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        out.iter_mut().for_each(|log| *log = (*log - top).exp());
        let sum: f64 = out.iter().sum();
        // The mean itself where they tell nothing: parameters too large to draw from, or all 0.
        for (out, w) in out.iter_mut().zip(weights) {
            *out = if sum.is_finite() { *out / sum } else { w / total };
        }
    }

    /// The logarithm of a gamma variable: G(a) is G(a + 1) U^(1 / a), and as a logarithm it does
    /// not vanish for a small shape.
    fn log_gamma(&mut self, shape: f64) -> f64 {
        let Ok(gamma) = Gamma::new(shape + 1.0, 1.0) else { return f64::NAN };
        gamma.sample(&mut self.0).ln() + (1.0 - self.uniform()).ln() / shape
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, want: f64, to: f64) {
        assert!((got - want).abs() <= to, "{got} must be {want}");
    }

    #[test]
    fn a_draw_is_its_seed_and_number() {
        let first = |seed, draw| Draw::new(seed, draw).uniform();
        let mut used = Draw::new(7, 3);
        let _ = used.index(10);
        assert_eq!(first(7, 3), first(7, 3));
        assert_ne!(first(7, 3), first(7, 4));
        assert_ne!(first(7, 3), first(8, 3));
        // Pinned: results that were published with a seed must come out again.
        let mut draw = Draw::new(1, 0);
        let numbers = [draw.uniform(), draw.uniform(), draw.index(1000) as f64];
        assert_eq!(numbers, PINNED);
    }

    const PINNED: [f64; 3] = [0.40248566366484806, 0.08038370892978197, 211.0];

    #[test]
    fn perturbed_weights_stay_within_their_spread() {
        let mut out = [0.0; 3];
        let mut draw = Draw::new(1, 1);
        for _ in 0..1000 {
            draw.perturbed(&[1.0, 2.0, 0.0], 0.25, &mut out);
            assert!((0.75..1.25).contains(&out[0]) && (1.5..2.5).contains(&out[1]));
            assert_eq!(out[2], 0.0);
        }
    }

    #[test]
    fn dirichlet_has_its_mean_and_variance() {
        let weights = [0.5, 0.3, 0.0, 0.2];
        let mut draw = Draw::new(11, 0);
        for concentration in [0.01, 1.0, 30.0] {
            let (mut out, mut sums, mut squares) = ([0.0; 4], [0.0; 4], [0.0; 4]);
            for _ in 0..20_000 {
                draw.dirichlet(&weights, concentration, &mut out);
                close(out.iter().sum(), 1.0, 1e-14);
                for i in 0..4 {
                    sums[i] += out[i] / 20_000.0;
                    squares[i] += out[i] * out[i] / 20_000.0;
                }
            }
            for i in 0..4 {
                let variance = weights[i] * (1.0 - weights[i]) / (3.0 * concentration + 1.0);
                close(sums[i], weights[i], 5.0 * (variance / 20_000.0).sqrt());
                close(squares[i] - sums[i] * sums[i], variance, 0.05 * variance);
            }
        }
    }

    #[test]
    fn a_small_concentration_gives_nearly_all_to_one() {
        // The gamma variables themselves are too small for f64.
        let (mut draw, mut out, mut first) = (Draw::new(3, 0), [0.0; 2], 0.0);
        for _ in 0..1000 {
            draw.dirichlet(&[3.0, 1.0], 1e-5, &mut out);
            first += out[0] / 1000.0;
            close(out.iter().sum(), 1.0, 1e-15);
            assert!(out[0].max(out[1]) > 0.99, "{out:?}");
        }
        close(first, 0.75, 5.0 * (0.75_f64 * 0.25 / 1000.0).sqrt());
    }

    #[test]
    fn a_weight_of_0_takes_no_random_number() {
        let (mut with, mut without) = ([9.0; 4], [9.0; 3]);
        Draw::new(5, 2).dirichlet(&[0.5, 0.0, 0.3, 0.2], 1.0, &mut with);
        Draw::new(5, 2).dirichlet(&[0.5, 0.3, 0.2], 1.0, &mut without);
        assert_eq!(with, [without[0], 0.0, without[1], without[2]]);
    }

    #[test]
    fn a_perturbed_weight_is_that_of_its_number() {
        let mut out = [0.0];
        Draw::new(1, 0).perturbed(&[3.0], 0.25, &mut out);
        assert_eq!(out, [3.0 * (1.0 + 0.25 * (2.0 * PINNED[0] - 1.0))]);
    }
}
