use super::{State, Sum};

/// Prices and quantities of two periods, item by item: all that the classical price indices need.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prices {
    /// `Σ p0 q0`, `Σ p1 q0`, `Σ p0 q1`, `Σ p1 q1`.
    values: [Sum; 4],
    /// What was spent in the base period and now.
    spent: [Spent; 2],
}

impl Prices {
    /// Takes in an item: its price and quantity in the base period and now; prices above 0,
    /// quantities not below.
    #[inline]
    pub fn update(&mut self, (p0, q0): (f64, f64), (p1, q1): (f64, f64)) {
        let [p0q0, p1q0, p0q1, p1q1] = &mut self.values;
        p0q0.add_product(p0, q0);
        p1q0.add_product(p1, q0);
        p0q1.add_product(p0, q1);
        p1q1.add_product(p1, q1);
        let relative = p1 / p0;
        let log = if relative.is_normal() { relative.ln() } else { p1.ln() - p0.ln() };
        let [base, now] = &mut self.spent;
        base.add(p0, q0, log);
        now.add(p1, q1, log);
    }

    /// Laspeyres: the basket of the base period at prices of now, base = 100. None where nothing was
    /// bought in the base period, NaN where the sums are beyond `f64`.
    pub fn laspeyres(&self) -> Option<f64> {
        let ([p0q0, p1q0, ..], [base, _]) = (self.values, &self.spent);
        base.is_any().then(|| percent(p1q0, p0q0))
    }

    /// Paasche: the basket of now at prices of now, against prices of the base period. None where
    /// nothing is bought now, NaN where the sums are beyond `f64`.
    pub fn paasche(&self) -> Option<f64> {
        let ([_, _, p0q1, p1q1], [_, now]) = (self.values, &self.spent);
        now.is_any().then(|| percent(p1q1, p0q1))
    }

    /// Fisher: the geometric mean of the two.
    pub fn fisher(&self) -> Option<f64> {
        Some(self.laspeyres()?.sqrt() * self.paasche()?.sqrt())
    }

    /// Törnqvist: the geometric mean of price relatives, weighted by the mean of the value shares
    /// of both periods. Needs shares only, and no sum is beyond `f64`.
    pub fn tornqvist(&self) -> Option<f64> {
        let [base, now] = &self.spent;
        Some(100.0 * ((base.mean_log()? + now.mean_log()?) / 2.0).exp())
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

/// Exponent of the largest power of two that is not above `x > 0` (of normal numbers).
fn exponent(x: f64) -> f64 {
    let bits = x.to_bits() >> 52 & 0x7ff;
    bits.max(1) as f64 - 1023.0
}

/// `x` times 2 to the `exponent`, exact where the result is a normal number; 0 where it is too small.
fn times_power_of_two(x: f64, exponent: f64) -> f64 {
    // By halves: 2 to the -1074 alone is no normal number, and beyond it there is none at all.
    let exponent = exponent.max(-2200.0) as i32;
    let half = exponent / 2;
    x * 2.0_f64.powi(half / 2) * 2.0_f64.powi(half - half / 2) * 2.0_f64.powi(exponent - half)
}

impl State for Prices {
    fn names() -> Vec<&'static str> {
        vec![
            "p0q0_high",
            "p0q0_low",
            "p1q0_high",
            "p1q0_low",
            "p0q1_high",
            "p0q1_low",
            "p1q1_high",
            "p1q1_low",
            "base_exponent",
            "base_high",
            "base_low",
            "base_log_high",
            "base_log_low",
            "now_exponent",
            "now_high",
            "now_low",
            "now_log_high",
            "now_log_low",
        ]
    }

    fn merge(&mut self, other: &Self) {
        self.values.iter_mut().zip(&other.values).for_each(|(sum, more)| sum.merge(more));
        for (spent, other) in self.spent.iter_mut().zip(&other.spent) {
            let mut other = other.clone();
            spent.raise(other.exponent);
            other.raise(spent.exponent);
            spent.value.merge(&other.value);
            spent.log.merge(&other.log);
        }
    }

    fn parts(&self, mut push: impl FnMut(f64)) {
        self.values.iter().for_each(|sum| sum.parts(&mut push));
        for Spent { exponent, value, log } in &self.spent {
            push(*exponent);
            value.parts(&mut push);
            log.parts(&mut push);
        }
    }

    fn from_parts(part: impl Fn(usize) -> f64) -> Self {
        let sum = |position: usize| Sum::from_parts(|i| part(position + i));
        let spent = |position: usize| Spent {
            exponent: part(position),
            value: sum(position + 1),
            log: sum(position + 3),
        };
        Self { values: [sum(0), sum(2), sum(4), sum(6)], spent: [spent(8), spent(13)] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        let mut prices = Prices::default();
        prices.update((1.0, 10.0), (2.0, 5.0));
        prices.update((4.0, 5.0), (4.0, 10.0));
        // base basket: 10 + 20 = 30, now 20 + 20 = 40; basket of now: 5 + 40 = 45, now 10 + 40
        let close = |got: Option<f64>, want: f64| got.is_some_and(|got| (got - want).abs() < 1e-12);
        assert!(close(prices.laspeyres(), 400.0 / 3.0));
        assert!(close(prices.paasche(), 1000.0 / 9.0));
        assert!(close(prices.fisher(), 100.0 * (40.0f64 / 27.0).sqrt()));
        // shares of the first item: 1/3 and 1/5, mean 4/15; the other's price did not change
        assert!(close(prices.tornqvist(), 100.0 * 2f64.powf(4.0 / 15.0)));
    }

    /// A price and a quantity.
    type Item = (f64, f64);

    /// Of items, each as it was and as it is now.
    fn of(items: &[(Item, Item)]) -> Prices {
        let mut prices = Prices::default();
        items.iter().for_each(|&(base, now)| prices.update(base, now));
        prices
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
    fn powers_of_two_are_exact() {
        for x in [1.5, f64::MAX, f64::MIN_POSITIVE, 5e-324, 0.1] {
            let scaled = times_power_of_two(x, -exponent(x));
            assert!((0.0..2.0).contains(&scaled));
            assert_eq!(times_power_of_two(scaled, exponent(x)), x);
        }
        assert_eq!(times_power_of_two(1.0, f64::NEG_INFINITY), 0.0);
    }

    #[test]
    fn nothing_has_no_index_and_pieces_merge() {
        assert_eq!(Prices::default().laspeyres(), None);
        assert_eq!(Prices::default().tornqvist(), None);
        let (mut one, mut other, mut whole) =
            (Prices::default(), Prices::default(), Prices::default());
        one.update((1.0, 10.0), (2.0, 5.0));
        other.update((4.0, 5.0), (4.0, 10.0));
        whole.update((1.0, 10.0), (2.0, 5.0));
        whole.update((4.0, 5.0), (4.0, 10.0));
        let mut written = Vec::new();
        other.parts(|part| written.push(part));
        assert_eq!(written.len(), Prices::names().len());
        one.merge(&Prices::from_parts(|i| written[i]));
        assert_eq!(one, whole);
    }
}
