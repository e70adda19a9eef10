//! The means that need no more than a sum: arithmetic, geometric, harmonic, and the smallest score.

use super::weighted::Mean;
use crate::kernel::domain::Domain;
use crate::kernel::state::min_max::Extent;
use crate::kernel::state::sum::Sum;

/// `Σ w x / Σ w`.
#[derive(Debug, Clone, PartialEq)]
pub struct Arithmetic;

impl Mean for Arithmetic {
    type Terms = Sum;

    #[inline]
    fn add(&self, terms: &mut Sum, x: f64, w: f64) {
        terms.add_product(w, x);
    }

    fn mean(&self, terms: &Sum, weight: Sum) -> f64 {
        terms.ratio(weight)
    }
}

/// `exp(Σ w ln x / Σ w)`. Kept as logarithms: a plain product is 0 after a hundred scores of 0.0001.
#[derive(Debug, Clone, PartialEq)]
pub struct Geometric;

impl Mean for Geometric {
    type Terms = Sum;

    #[inline]
    fn check(&self, x: f64) -> Result<(), Domain> {
        let hint = "normalise to a range above 0, such as 1..100";
        (x > 0.0).then_some(()).ok_or(Domain { must_be: "finite and > 0", hint })
    }

    #[inline]
    fn add(&self, terms: &mut Sum, x: f64, w: f64) {
        terms.add_product(w, x.ln());
    }

    fn mean(&self, terms: &Sum, weight: Sum) -> f64 {
        terms.ratio(weight).exp()
    }
}

/// `Σ w / Σ (w / x)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Harmonic;

impl Mean for Harmonic {
    type Terms = Sum;

    #[inline]
    fn check(&self, x: f64) -> Result<(), Domain> {
        Geometric.check(x)
    }

    #[inline]
    fn add(&self, terms: &mut Sum, x: f64, w: f64) {
        terms.add(w / x);
    }

    fn mean(&self, terms: &Sum, weight: Sum) -> f64 {
        weight.ratio(*terms)
    }
}

/// The smallest score, whatever the weights above 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Smallest;

impl Mean for Smallest {
    type Terms = Extent;

    #[inline]
    fn add(&self, terms: &mut Extent, x: f64, _: f64) {
        terms.update(x + 0.0); // -0 is 0
    }

    fn mean(&self, terms: &Extent, _: Sum) -> f64 {
        terms.range().map_or(f64::NAN, |(min, _)| min)
    }
}
