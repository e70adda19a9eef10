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
/// How near to the middle counts as the middle: 2.675 is 2.67499999999999982 in binary.
const NEAR: f64 = 4.0 * f64::EPSILON;

impl Rounding {
    /// The number, rounded. A number of the decimal form that a reader sees, such as 2.675, is a tie
    /// although its binary form is not.
    pub fn of(self, x: f64) -> f64 {
        let power = 10_f64.powi(self.decimals.into());
        let scaled = (x * power).abs();
        if !scaled.is_finite() || scaled >= 2_f64.powi(52) {
            return x; // has no such decimals
        }
        let below = scaled.floor();
        let is_tie = (scaled - below - 0.5).abs() <= NEAR * scaled.max(1.0);
        let rounded = match (is_tie, self.half) {
            (false, _) => scaled.round(),
            (true, Half::Away) => below + 1.0,
            (true, Half::Even) => below + below % 2.0,
        };
        (rounded / power).copysign(x) + 0.0 // -0 is 0
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
        assert_eq!(to(3, Half::Away, 1e300), 1e300);
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
        fn rounded_stays_as_it_is(thousandths in -1_000_000i64..1_000_000) {
            let x = thousandths as f64 / 1000.0;
            prop_assert_eq!(to(3, Half::Away, x), x);
            prop_assert_eq!(to(3, Half::Even, x), x);
        }
    }
}
