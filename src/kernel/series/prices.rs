//! Price indices: Laspeyres, Paasche, Fisher, Törnqvist.

use crate::kernel::state::mergeable::{State, state_of_states};
use crate::kernel::state::sum::Sum;
use crate::kernel::units::{exponent, times_power_of_two};

/// Prices and quantities of two periods, item by item: all that the classical price indices need.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prices {
    /// `Σ p0 q0`, and so on: prices of one period, quantities of one.
    p0q0: Sum,
    p1q0: Sum,
    p0q1: Sum,
    p1q1: Sum,
    /// What was spent in the base period and now.
    base: Spent,
    now: Spent,
}

state_of_states!(Prices {
    p0q0: ["p0q0_high", "p0q0_low"],
    p1q0: ["p1q0_high", "p1q0_low"],
    p0q1: ["p0q1_high", "p0q1_low"],
    p1q1: ["p1q1_high", "p1q1_low"],
    base: ["base_exponent", "base_high", "base_low", "base_log_high", "base_log_low"],
    now: ["now_exponent", "now_high", "now_low", "now_log_high", "now_log_low"],
});

impl Prices {
    /// Takes in an item: its price and quantity in the base period and now; prices above 0,
    /// quantities not below.
    #[inline]
    pub fn update(&mut self, (p0, q0): (f64, f64), (p1, q1): (f64, f64)) {
        self.p0q0.add_product(p0, q0);
        self.p1q0.add_product(p1, q0);
        self.p0q1.add_product(p0, q1);
        self.p1q1.add_product(p1, q1);
        let relative = p1 / p0;
        let log = if relative.is_normal() { relative.ln() } else { p1.ln() - p0.ln() };
        self.base.add(p0, q0, log);
        self.now.add(p1, q1, log);
    }

    /// Laspeyres: the basket of the base period at prices of now, base = 100. None where nothing was
    /// bought in the base period, NaN where the sums are beyond `f64`.
    pub fn laspeyres(&self) -> Option<f64> {
        self.base.is_any().then(|| percent(self.p1q0, self.p0q0))
    }

    /// Paasche: the basket of now at prices of now, against prices of the base period. None where
    /// nothing is bought now, NaN where the sums are beyond `f64`.
    pub fn paasche(&self) -> Option<f64> {
        self.now.is_any().then(|| percent(self.p1q1, self.p0q1))
    }

    /// Fisher: the geometric mean of the two.
    pub fn fisher(&self) -> Option<f64> {
        Some(self.laspeyres()?.sqrt() * self.paasche()?.sqrt())
    }

    /// Törnqvist: the geometric mean of price relatives, weighted by the mean of the value shares
    /// of both periods. Needs shares only, and no sum is beyond `f64`.
    pub fn tornqvist(&self) -> Option<f64> {
        Some(100.0 * ((self.base.mean_log()? + self.now.mean_log()?) / 2.0).exp())
    }
}

fn percent(of: Sum, base: Sum) -> f64 {
    // Below the smallest normal number digits are lost, and with them what the items were worth.
    let is_in_range = of.value().is_normal() && base.value().is_normal();
    if is_in_range { 100.0 * of.divided_by(base.value()) } else { f64::NAN }
}

/// `Σ p q` and `Σ p q ln(p1 / p0)` of one period, in units of a power of two as large as the
/// largest item, which rounds nothing: no item is too large or too small.
#[derive(Debug, Clone, PartialEq)]
struct Spent {
    /// Of the power of two.
    exponent: f64,
    value: Sum,
    log: Sum,
}

impl Default for Spent {
    fn default() -> Self {
        Self { exponent: f64::NEG_INFINITY, value: Sum::default(), log: Sum::default() }
    }
}

impl Spent {
    #[inline]
    fn add(&mut self, p: f64, q: f64, log: f64) {
        if q > 0.0 {
            let (of_p, of_q) = (exponent(p), exponent(q));
            self.raise(of_p + of_q);
            let p = times_power_of_two(p, of_q - self.exponent);
            let q = times_power_of_two(q, -of_q);
            self.value.add_product(p, q);
            self.log.add_product(p * q, log);
        }
    }

    fn raise(&mut self, exponent: f64) {
        if exponent > self.exponent {
            let factor = times_power_of_two(1.0, self.exponent - exponent);
            (self.value, self.log) = (self.value.scaled(factor), self.log.scaled(factor));
            self.exponent = exponent;
        }
    }

    fn is_any(&self) -> bool {
        self.exponent > f64::NEG_INFINITY
    }

    /// The mean of the logarithms by share of value; none where nothing was bought.
    fn mean_log(&self) -> Option<f64> {
        self.is_any().then(|| self.log.divided_by(self.value.value()))
    }
}

state_of_states!(
    Spent { exponent: ["exponent"], value: ["high", "low"], log: ["log_high", "log_low"] },
    |all, other| {
        let mut other = other.clone();
        all.raise(other.exponent);
        other.raise(all.exponent);
        all.value.merge(&other.value);
        all.log.merge(&other.log);
    }
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::state::pieces::merges_and_is_read_back;

    /// A price and a quantity.
    type Item = (f64, f64);

    /// Of items, each as it was and as it is now.
    fn of(items: &[(Item, Item)]) -> Prices {
        let mut prices = Prices::default();
        items.iter().for_each(|&(base, now)| prices.update(base, now));
        prices
    }

    #[test]
    fn worked_by_hand() {
        let prices = of(&[((1.0, 10.0), (2.0, 5.0)), ((4.0, 5.0), (4.0, 10.0))]);
        // base basket: 10 + 20 = 30, now 20 + 20 = 40; basket of now: 5 + 40 = 45, now 10 + 40
        let close = |got: Option<f64>, want: f64| got.is_some_and(|got| (got - want).abs() < 1e-12);
        assert!(close(prices.laspeyres(), 400.0 / 3.0));
        assert!(close(prices.paasche(), 1000.0 / 9.0));
        assert!(close(prices.fisher(), 100.0 * (40.0f64 / 27.0).sqrt()));
        // shares of the first item: 1/3 and 1/5, mean 4/15; the other's price did not change
        assert!(close(prices.tornqvist(), 100.0 * 2f64.powf(4.0 / 15.0)));
    }

    #[test]
    fn sums_beyond_f64_are_told_and_shares_are_not() {
        // Too large, too small, and too small in one of the sums only.
        for (p, q) in [(1e200, 1e150), (1e-200, 1e-150), (1e-150, 1e-160)] {
            let prices = of(&[((p, q), (2.0 * p, q))]);
            for index in [prices.laspeyres(), prices.paasche(), prices.fisher()] {
                assert!(index.is_some_and(f64::is_nan), "{p} {q}: {index:?}");
            }
            assert!(prices.tornqvist().is_some_and(|index| (index - 200.0).abs() < 1e-10));
        }
        let prices = of(&[((1.0, 1.0), (1e300, 1e10))]);
        assert!(prices.paasche().is_some_and(f64::is_nan));
        assert!(prices.laspeyres().is_some_and(|index| (index / 1e302 - 1.0).abs() < 1e-15));
        // Shares 1/4 and 3/4 in both periods, far beyond f64; the first price doubles, and the
        // third item is nothing beside them.
        let items = [
            ((1e200, 1e150), (2e200, 5e149)),
            ((3e150, 1e200), (3e150, 1e200)),
            ((1e-300, 1.0), (1.0, 1.0)),
        ];
        let (prices, mut turned) = (of(&items), of(&items[2..]));
        turned.merge(&of(&items[..2]));
        for index in [prices.tornqvist(), turned.tornqvist()] {
            assert!(index.is_some_and(|index| (index - 100.0 * 2_f64.powf(0.25)).abs() < 1e-10));
        }
        // Too small in the base period only.
        let prices = of(&[((1e-160, 1e-150), (1e-10, 1e-150))]);
        assert!(prices.laspeyres().is_some_and(f64::is_nan));
        assert!(
            of(&[((4.0, 1.0), (3.0, 2.0))]).tornqvist().is_some_and(|x| (x - 75.0).abs() < 1e-12)
        );
        // A relative beyond f64, 10^400, of an item that is a 1001st of both periods.
        let prices = of(&[((1.0, 1.0), (1.0, 1.0)), ((1e-200, 1e197), (1e200, 1e-203))]);
        let want = 100.0 * (400.0 * 10_f64.ln() / 1001.0).exp();
        assert!(prices.tornqvist().is_some_and(|index| (index - want).abs() < 1e-10));
        // Nothing bought is no fault: there is no index.
        let nothing = of(&[((1.0, 0.0), (2.0, 0.0))]);
        assert_eq!((nothing.laspeyres(), nothing.tornqvist()), (None, None));
    }

    #[test]
    fn nothing_has_no_index_and_pieces_merge() {
        assert_eq!(Prices::default().laspeyres(), None);
        assert_eq!(Prices::default().tornqvist(), None);
        merges_and_is_read_back(|prices: &mut Prices, x| prices.update((1.0, x), (1.0, 2.0 * x)));
    }
}
