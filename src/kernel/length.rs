use super::{State, Sum};

/// Length of the vector of the values seen: `sqrt(Σx²)`.
///
/// The squares are summed in units of a power of two as large as the largest value, which rounds
/// nothing: no value is too large or too small for its square.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Length {
    unit: f64,
    squares: Sum,
    n: f64,
}

impl Length {
    /// Takes in one finite value.
    #[inline]
    pub fn update(&mut self, x: f64) {
        self.n += 1.0;
        if x != 0.0 {
            self.raise(power_of_two(x));
            self.squares.add_product(x / self.unit, x / self.unit);
        }
    }

    /// The length; none when nothing was seen. Infinite where it is beyond the largest `f64`.
    pub fn length(&self) -> Option<f64> {
        (self.n > 0.0).then(|| self.unit * self.squares.value().sqrt())
    }

    /// How many values were seen.
    pub fn n(&self) -> f64 {
        self.n
    }

    fn raise(&mut self, unit: f64) {
        if unit > self.unit {
            let factor = self.unit / unit;
            let [high, low] = self.squares.halves();
            let halves = [high * factor * factor, low * factor * factor];
            self.squares = Sum::from_parts(|i| halves[i]);
            self.unit = unit;
        }
    }
}

/// The largest power of two that is not above `|x|` (of normal numbers).
pub(super) fn power_of_two(x: f64) -> f64 {
    const EXPONENT: u64 = 0x7ff0_0000_0000_0000;
    f64::from_bits(x.to_bits() & EXPONENT).max(f64::MIN_POSITIVE)
}

impl State for Length {
    fn names() -> Vec<&'static str> {
        vec!["unit", "squares_high", "squares_low", "n"]
    }

    fn merge(&mut self, other: &Self) {
        let mut other = other.clone();
        self.raise(other.unit);
        other.raise(self.unit);
        self.squares.merge(&other.squares);
        self.n += other.n;
    }

    fn parts(&self, mut push: impl FnMut(f64)) {
        push(self.unit);
        self.squares.parts(&mut push);
        push(self.n);
    }

    fn from_parts(part: impl Fn(usize) -> f64) -> Self {
        Self { unit: part(0), squares: Sum::from_parts(|i| part(1 + i)), n: part(3) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(values: &[f64]) -> Option<f64> {
        let mut length = Length::default();
        values.iter().for_each(|&x| length.update(x));
        length.length()
    }

    #[test]
    fn worked_by_hand() {
        assert_eq!(length(&[3.0, -4.0]), Some(5.0));
        assert_eq!(length(&[0.0]), Some(0.0));
        assert_eq!(length(&[]), None);
    }

    #[test]
    fn squares_neither_overflow_nor_vanish() {
        for size in [2.0_f64.powi(1000), 2.0_f64.powi(-1000)] {
            assert_eq!(length(&[4.0 * size, 3.0 * size]), Some(5.0 * size));
        }
        assert_eq!(length(&[1e-300, 1e300]), Some(1e300));
    }

    #[test]
    fn merging_is_counting_on() {
        let (mut a, mut b, mut none) = (Length::default(), Length::default(), Length::default());
        a.update(3.0);
        b.update(400.0);
        b.merge(&a);
        none.merge(&b);
        none.merge(&Length::default());
        assert_eq!(none.length(), length(&[3.0, 400.0]));
        assert_eq!(none.n(), 2.0);
    }
}
