//! Random numbers that a seed and the number of the draw tell alone: a draw comes out the same
//! whatever thread computes it, and whatever was drawn before.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, Gamma};
use statrs::function::gamma::{gamma_lr, gamma_ur, ln_gamma};

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
        spread(weights, concentration, out, |_, shape| {
            // G(a) is G(a + 1) U^(1 / a): as a logarithm it does not vanish for a small shape.
            let Ok(gamma) = Gamma::new(shape + 1.0, 1.0) else { return f64::NAN };
            gamma.sample(&mut self.0).ln() + (1.0 - self.uniform()).ln() / shape
        });
    }
}

/// The same as [`Draw::dirichlet`] from uniform numbers, one a weight: by the inverse of the gamma
/// distribution, for designs that choose their numbers.
pub fn dirichlet_of(weights: &[f64], concentration: f64, uniforms: &[f64], out: &mut [f64]) {
    spread(weights, concentration, out, |i, shape| log_gamma_quantile(shape, uniforms[i]));
}

/// Gamma variables, given as logarithms, over their sum. The mean itself where they tell nothing:
/// parameters too large to draw from, or all 0.
fn spread(
    weights: &[f64],
    concentration: f64,
    out: &mut [f64],
    mut log_gamma: impl FnMut(usize, f64) -> f64,
) {
    let n = weights.iter().filter(|w| **w > 0.0).count() as f64;
    let total: f64 = weights.iter().sum();
    for (i, (out, w)) in out.iter_mut().zip(weights).enumerate() {
        let shape = concentration * n * (w / total);
        *out = if *w > 0.0 { log_gamma(i, shape) } else { f64::NEG_INFINITY };
    }
    let top = out.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    out.iter_mut().for_each(|log| *log = (*log - top).exp());
    let sum: f64 = out.iter().sum();
    for (out, w) in out.iter_mut().zip(weights) {
        *out = if sum.is_finite() && sum > 0.0 { *out / sum } else { w / total };
    }
}

/// Logarithm of the `u`-quantile of the gamma distribution with scale 1.
///
/// Newton's method on the logarithm of the smaller tail, between bounds. On the logarithm the
/// quantile of a small shape, which may be below any `f64`, is within reach.
fn log_gamma_quantile(shape: f64, u: f64) -> f64 {
    if u <= 0.0 {
        return f64::NEG_INFINITY;
    }
    let upper = (1.0 - u).max(f64::EPSILON / 2.0);
    // P(x) < x^a / Γ(a + 1) bounds the quantile from below, and is all there is of it near 0.
    let lowest = (u.ln() + ln_gamma(shape + 1.0)) / shape;
    if lowest < -40.0 {
        return lowest;
    }
    // How far the tail is from where it should be; grows with x.
    let excess = |x: f64| match u <= 0.5 {
        true => gamma_lr(shape, x).ln() - u.ln(),
        false => upper.ln() - gamma_ur(shape, x).ln(),
    };
    let (mut low, mut high) = (lowest, lowest.max(shape.ln()) + 1.0);
    while excess(high.exp()) < 0.0 {
        high += 1.0;
    }
    let mut at = (low + high) / 2.0;
    for _ in 0..200 {
        let x = at.exp();
        let off = excess(x);
        if off < 0.0 {
            low = at;
        } else {
            high = at;
        }
        // x times the density over the tail is the slope of the tail's logarithm.
        let density = (shape * at - x - ln_gamma(shape)).exp();
        let tail = if u <= 0.5 { gamma_lr(shape, x) } else { gamma_ur(shape, x) };
        let next = at - off * tail / density;
        let next = if next > low && next < high { next } else { (low + high) / 2.0 };
        let is_settled = (next - at).abs() <= 1e-15 * at.abs().max(1.0);
        at = next;
        if is_settled {
            break;
        }
    }
    at
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
    fn quantiles_of_gamma() {
        // Shape 1 is the exponential distribution; half of a square normal has shape 1/2.
        for u in [1e-300, 1e-9, 0.2, 0.5, 0.9, 1.0 - 1e-12] {
            close(log_gamma_quantile(1.0, u), (-(-u).ln_1p()).ln(), 1e-9);
        }
        close(log_gamma_quantile(0.5, 0.95).exp(), 3.841458820694124 / 2.0, 1e-9);
        for shape in [1e-3, 0.3, 2.0, 50.0, 1e4] {
            for u in [1e-6, 0.1, 0.5, 0.7, 0.999] {
                let at = log_gamma_quantile(shape, u);
                if at > -600.0 {
                    close(gamma_lr(shape, at.exp()) / u, 1.0, 1e-9);
                }
            }
        }
        close(
            log_gamma_quantile(1e-3, 0.5),
            1000.0 * 0.5_f64.ln() + 1000.0 * ln_gamma(1.001),
            1e-6,
        );
    }

    #[test]
    fn from_given_numbers() {
        let mut out = [0.0; 3];
        // Exponentials -ln(1 - u): ln 2 and 2 ln 2.
        dirichlet_of(&[0.5, 0.0, 0.5], 1.0, &[0.5, 0.3, 0.75], &mut out);
        close(out[0], 1.0 / 3.0, 1e-12);
        assert_eq!(out[1], 0.0);
        dirichlet_of(&[0.5, 0.0, 0.5], 1.0, &[0.0, 0.0, 0.0], &mut out);
        assert_eq!(out, [0.5, 0.0, 0.5]);
        dirichlet_of(&[1.0, 1.0, 2.0], 1e-4, &[0.5, 0.4, 0.1], &mut out);
        close(out.iter().sum(), 1.0, 1e-14);
    }
}
