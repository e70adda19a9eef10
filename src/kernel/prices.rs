use super::{State, Sum};

/// Prices and quantities of two periods, item by item: all that the classical price indices need.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prices {
    /// `Σ p0 q0`, `Σ p1 q0`, `Σ p0 q1`, `Σ p1 q1`.
    values: [Sum; 4],
    /// `Σ p0 q0 ln(p1 / p0)` and `Σ p1 q1 ln(p1 / p0)`.
    logs: [Sum; 2],
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
        let log = (p1 / p0).ln();
        self.logs[0].add_product(p0 * q0, log);
        self.logs[1].add_product(p1 * q1, log);
    }

    /// Laspeyres: the basket of the base period at prices of now, base = 100.
    pub fn laspeyres(&self) -> Option<f64> {
        let [p0q0, p1q0, ..] = self.values;
        percent(p1q0, p0q0)
    }

    /// Paasche: the basket of now at prices of now, against prices of the base period.
    pub fn paasche(&self) -> Option<f64> {
        let [_, _, p0q1, p1q1] = self.values;
        percent(p1q1, p0q1)
    }

    /// Fisher: the geometric mean of the two.
    pub fn fisher(&self) -> Option<f64> {
        Some(self.laspeyres()?.sqrt() * self.paasche()?.sqrt())
    }

    /// Törnqvist: the geometric mean of price relatives, weighted by the mean of the value shares
    /// of both periods.
    pub fn tornqvist(&self) -> Option<f64> {
        let ([p0q0, _, _, p1q1], [base, now]) = (self.values, self.logs);
        let (value0, value1) = (p0q0.value(), p1q1.value());
        let is_defined = value0 > 0.0 && value1 > 0.0;
        is_defined.then(|| 100.0 * ((base.divided_by(value0) + now.divided_by(value1)) / 2.0).exp())
    }
}

fn percent(of: Sum, base: Sum) -> Option<f64> {
    (base.value() > 0.0).then(|| 100.0 * of.divided_by(base.value()))
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
            "log_base_high",
            "log_base_low",
            "log_now_high",
            "log_now_low",
        ]
    }

    fn merge(&mut self, other: &Self) {
        let ours = self.values.iter_mut().chain(&mut self.logs);
        ours.zip(other.values.iter().chain(&other.logs)).for_each(|(sum, more)| sum.merge(more));
    }

    fn parts(&self, mut push: impl FnMut(f64)) {
        self.values.iter().chain(&self.logs).for_each(|sum| sum.parts(&mut push));
    }

    fn from_parts(part: impl Fn(usize) -> f64) -> Self {
        let sum = |position: usize| Sum::from_parts(|i| part(2 * position + i));
        Self { values: [sum(0), sum(1), sum(2), sum(3)], logs: [sum(4), sum(5)] }
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
