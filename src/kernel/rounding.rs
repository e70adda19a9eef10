//! Rounding to decimals, as a published table is rounded.

/// Where a number goes that is as near to the one above as to the one below.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Half {
    /// Away from zero: 0.5 to 1, -0.5 to -1.
    #[default]
    Away,
    /// To the even one: 0.5 to 0, 1.5 to 2.
    Even,
}

impl Half {
    /// Each of them, in the order of [`Half::WORDS`].
    pub const ALL: [Self; 2] = [Self::Away, Self::Even];
    /// The words for them.
    pub const WORDS: &'static [&'static str] = &["half_away", "half_even"];

    /// The one that a word stands for.
    pub fn of_word(word: &str) -> Option<Self> {
        let place = Self::WORDS.iter().position(|known| known.eq_ignore_ascii_case(word))?;
        Self::ALL.get(place).copied()
    }
}

/// Rounding to so many decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounding {
    pub decimals: u8,
    pub half: Half,
}

/// The most decimals: as many as every `f64` below 10 has.
pub const MOST_DECIMALS: u8 = 15;
/// Powers of ten, by decimals.
const POWERS: [f64; MOST_DECIMALS as usize + 1] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
/// How near to the middle counts as the middle, as a part of the number: a mean that is 2.675 on paper
/// comes out as 2.6749999999999994.
const NEAR: f64 = 4.0 * f64::EPSILON;
/// The same of the last decimal, at most: a long number is not a tie for its length.
const NEAR_AT_MOST: f64 = 1e-3;

impl Rounding {
    /// The number, rounded. A number of the decimal form that a reader sees, such as 2.675, is a tie
    /// although its binary form (2.67499999999999982) is not; one with no more decimals stays as it
    /// is.
    pub fn of(self, x: f64) -> f64 {
        let power = POWERS[usize::from(self.decimals.min(MOST_DECIMALS))];
        let size = x.abs();
        let scaled = size * power;
        if !scaled.is_finite() || scaled >= 2_f64.powi(52) {
            return x; // has no such decimals
        }
        let below = scaled as u64 as f64; // its floor, as it is not below 0
        // Most numbers are nowhere near a decimal or a middle, as far as the product can tell.
        let (part, unsure) = (scaled - below, NEAR * scaled.max(1.0));
        if part > unsure && part < 1.0 - unsure && (part - 0.5).abs() > unsure {
            return ((below + f64::from(u8::from(part > 0.5))) / power).copysign(x) + 0.0;
        }
        // Whole numbers and powers of ten are exact here: the quotient is the decimal as it is read.
        let is_written = |whole: f64| whole / power == size;
        if is_written(below) || is_written(below + 1.0) {
            return x + 0.0; // -0 is 0
        }
        // With what the product lost.
        let above_middle = scaled - below - 0.5 + size.mul_add(power, -scaled);
        let is_tie = is_written(below + 0.5) || above_middle.abs() <= unsure.min(NEAR_AT_MOST);
        let rounded = match (is_tie, self.half) {
            (false, _) => below + f64::from(u8::from(above_middle > 0.0)),
            (true, Half::Away) => below + 1.0,
            (true, Half::Even) => below + below % 2.0,
        };
        (rounded / power).copysign(x) + 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn to(decimals: u8, half: Half, x: f64) -> f64 {
        Rounding { decimals, half }.of(x)
    }

    #[test]
    fn worked_by_hand() {
        for (x, away, even) in [
            (0.5, 1.0, 0.0),
            (1.5, 2.0, 2.0),
            (2.5, 3.0, 2.0),
            (-2.5, -3.0, -2.0),
            (2.49, 2.0, 2.0),
            (-0.4, 0.0, 0.0),
        ] {
            assert_eq!((to(0, Half::Away, x), to(0, Half::Even, x)), (away, even), "{x}");
        }
        // Half as they are written, whatever the binary number.
        assert_eq!((to(2, Half::Away, 2.675), to(2, Half::Even, 2.675)), (2.68, 2.68));
        assert_eq!((to(2, Half::Away, 1.005), to(2, Half::Even, 1.005)), (1.01, 1.0));
        assert_eq!((to(1, Half::Away, 0.25), to(1, Half::Even, 0.25)), (0.3, 0.2));
        assert_eq!(to(1, Half::Away, 0.15 + 0.1), 0.3);
        assert_eq!(to(2, Half::Away, 2.674_999_999_999_999_4), 2.68);
        assert_eq!(to(3, Half::Away, 1e300), 1e300);
        for (decimals, x) in
            [(15, 0.9), (15, 1.0), (14, 8.3), (4, 123_456_789_012.0), (0, 2_f64.powi(51))]
        {
            assert_eq!((to(decimals, Half::Away, x), to(decimals, Half::Even, x)), (x, x));
        }
        assert_eq!(to(4, Half::Away, 123_456_789_012.000_3), 123_456_789_012.000_3);
        assert!(to(1, Half::Away, -0.01).is_sign_positive());
        assert!(to(1, Half::Away, f64::NAN).is_nan());
    }

    proptest! {
        #[test]
        fn as_numbers_are_printed(x in -1e6..1e6f64, decimals in 0u8..7) {
            // Printed, a binary number goes to the nearest decimal one, and a tie to the even one.
            let printed: f64 = format!("{x:.*}", usize::from(decimals)).parse().unwrap();
            let scaled = (x * 10_f64.powi(decimals.into())).abs();
            prop_assume!((scaled.fract() - 0.5).abs() > 1e-9);
            prop_assert_eq!(to(decimals, Half::Away, x), printed + 0.0);
            prop_assert_eq!(to(decimals, Half::Even, x), printed + 0.0);
        }

        #[test]
        fn rounded_stays_as_it_is(whole in -1i64 << 52..1 << 52, bits in 0u32..52, decimals in 0u8..=15) {
            let x = (whole >> bits) as f64 / 10_f64.powi(decimals.into());
            prop_assert_eq!(to(decimals, Half::Away, x), x);
            prop_assert_eq!(to(decimals, Half::Even, x), x);
        }

        #[test]
        fn half_as_it_is_written(whole in 0u64..1 << 50, bits in 0u32..50, decimals in 0u8..=14) {
            let below = whole >> bits;
            let next = usize::from(decimals) + 1;
            let written = |tenths: u64| -> f64 {
                let digits = format!("{tenths:0>width$}", width = next + 1);
                let (before, after) = digits.split_at(digits.len() - next);
                format!("{before}.{after}").parse().unwrap()
            };
            let x = written(10 * below + 5);
            prop_assert_eq!(to(decimals, Half::Away, x), written(10 * below + 10));
            prop_assert_eq!(to(decimals, Half::Even, -x), -written(10 * (below + below % 2)));
        }

        #[test]
        fn nearest_however_long(x in 0.0..1.0f64, bits in 0i32..52, decimals in 0u8..=15) {
            let power = 10_f64.powi(decimals.into());
            let x = x * 2_f64.powi(bits) / power;
            let rounded = to(decimals, Half::Away, x);
            // In units of the last decimal, but for what the difference and the unit lose.
            let moved = (rounded - x).abs() * power;
            prop_assert!(moved <= 0.501 + x * power * f64::EPSILON, "{x} to {rounded}");
            prop_assert_eq!(to(decimals, Half::Away, rounded), rounded);
        }
    }
}
