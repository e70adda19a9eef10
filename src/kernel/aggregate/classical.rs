//! What needs no more than a sum: arithmetic, geometric and harmonic mean, smallest and largest score,
//! sum and product.

use super::weighted::Mean;
use crate::kernel::domain::Domain;
use crate::kernel::state::factors::Factors;
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

/// What a geometric mean makes of a score of 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZeroScore {
    /// Nothing: it is not defined for it.
    Error,
    /// A mean of 0.
    MeanOfZero,
    /// A missing score.
    Missing,
    /// All scores are moved up by a number, and the mean down.
    Shift,
}

impl ZeroScore {
    /// Each of them, in the order of [`ZeroScore::WORDS`].
    pub const ALL: [Self; 4] = [Self::Error, Self::MeanOfZero, Self::Missing, Self::Shift];
    /// The words for them.
    pub const WORDS: &'static [&'static str] = &["error", "zero", "missing", "shift"];
}

/// `exp(Σ w ln x / Σ w)`. Kept as logarithms: a plain product is 0 after a hundred scores of 0.0001.
#[derive(Debug, Clone, PartialEq)]
pub struct Geometric {
    pub zero: ZeroScore,
    /// How far scores are moved up if they are.
    pub shift: f64,
    /// The score whose distances to the scores are averaged instead of these.
    pub inverted: Option<f64>,
}

impl Geometric {
    /// Of the scores themselves, moved up by 1 if they are moved.
    pub const fn with(zero: ZeroScore) -> Self {
        Self { zero, shift: 1.0, inverted: None }
    }

    /// What is averaged of a score.
    #[inline]
    fn entering(&self, x: f64) -> f64 {
        self.inverted.map_or(x, |top| top - x)
    }
}

impl Mean for Geometric {
    type Terms = Sum;

    #[inline]
    fn check(&self, x: f64) -> Result<(), Domain> {
        let is_error = self.zero == ZeroScore::Error;
        match self.inverted {
            None if is_error => above_zero(x),
            None => (x >= 0.0).then_some(()).ok_or(Domain { must_be: "finite and >= 0", hint: "" }),
            Some(top) if is_error => {
                let hint = "zero => 'shift' takes it";
                (x < top).then_some(()).ok_or(Domain { must_be: "finite and < inverted", hint })
            }
            Some(top) => (x <= top)
                .then_some(())
                .ok_or(Domain { must_be: "finite and <= inverted", hint: "" }),
        }
    }

    #[inline]
    fn taken_for_missing(&self) -> Option<f64> {
        (self.zero == ZeroScore::Missing).then(|| self.inverted.unwrap_or(0.0))
    }

    #[inline]
    fn absorbed(&self, smallest: f64) -> Option<f64> {
        (self.zero == ZeroScore::MeanOfZero && smallest == 0.0).then_some(0.0)
    }

    #[inline]
    fn add(&self, terms: &mut Sum, x: f64, w: f64) {
        let x = self.entering(x);
        match self.zero {
            ZeroScore::Shift if self.shift == 1.0 => terms.add_product(w, x.ln_1p()),
            ZeroScore::Shift => terms.add_product(w, (x + self.shift).ln()),
            _ if x == 0.0 => {} // decides the mean alone
            _ => terms.add_product(w, x.ln()),
        }
    }

    fn mean(&self, terms: &Sum, weight: Sum) -> f64 {
        let mean = terms.ratio(weight);
        let mean = match self.zero {
            ZeroScore::Shift if self.shift == 1.0 => mean.exp_m1(),
            ZeroScore::Shift => mean.exp() - self.shift,
            _ => mean.exp(),
        };
        self.entering(mean)
    }
}

fn above_zero(x: f64) -> Result<(), Domain> {
    let hint = "normalise to a range above 0, such as 1..100: minmax by lower and upper, \
                goalposts by lowest and scale";
    (x > 0.0).then_some(()).ok_or(Domain { must_be: "finite and > 0", hint })
}

/// `Σ w / Σ (w / x)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Harmonic;

impl Mean for Harmonic {
    type Terms = Sum;

    #[inline]
    fn check(&self, x: f64) -> Result<(), Domain> {
        above_zero(x)
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

/// The largest score, whatever the weights above 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Largest;

impl Mean for Largest {
    type Terms = Extent;

    #[inline]
    fn add(&self, terms: &mut Extent, x: f64, _: f64) {
        terms.update(x + 0.0); // -0 is 0
    }

    fn mean(&self, terms: &Extent, _: Sum) -> f64 {
        terms.range().map_or(f64::NAN, |(_, max)| max)
    }
}

/// `Σ w x`.
#[derive(Debug, Clone, PartialEq)]
pub struct Total;

impl Mean for Total {
    type Terms = Sum;
    const IS_WHOLE: bool = true;

    #[inline]
    fn add(&self, terms: &mut Sum, x: f64, w: f64) {
        terms.add_product(w, x);
    }

    fn mean(&self, terms: &Sum, _: Sum) -> f64 {
        terms.value()
    }
}

/// `Π x^w`.
#[derive(Debug, Clone, PartialEq)]
pub struct Product;

impl Mean for Product {
    type Terms = Factors;
    const IS_WHOLE: bool = true;

    #[inline]
    fn check(&self, x: f64) -> Result<(), Domain> {
        (x >= 0.0).then_some(()).ok_or(Domain { must_be: "finite and >= 0", hint: "" })
    }

    #[inline]
    fn add(&self, terms: &mut Factors, x: f64, w: f64) {
        terms.multiply(x, w);
    }

    fn mean(&self, terms: &Factors, _: Sum) -> f64 {
        terms.value()
    }
}
