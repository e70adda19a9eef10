//! Powers of two as units: what is divided by one is not rounded, and in one as large as the
//! largest value no square overflows.

/// The largest power of two that is not above `|x|` (of normal numbers).
#[inline]
pub fn power_of_two(x: f64) -> f64 {
    const EXPONENT: u64 = 0x7ff0_0000_0000_0000;
    f64::from_bits(x.to_bits() & EXPONENT).max(f64::MIN_POSITIVE)
}

/// Exponent of the largest power of two that is not above `x > 0` (of normal numbers).
pub fn exponent(x: f64) -> f64 {
    let bits = x.to_bits() >> 52 & 0x7ff;
    bits.max(1) as f64 - 1023.0
}

/// `x` times 2 to the `exponent`, exact where the result is a normal number; 0 where it is too small.
pub fn times_power_of_two(x: f64, exponent: f64) -> f64 {
    // By halves: 2 to the -1074 alone is no normal number, and beyond it there is none at all.
    let exponent = exponent.max(-2200.0) as i32;
    let half = exponent / 2;
    x * 2.0_f64.powi(half / 2) * 2.0_f64.powi(half - half / 2) * 2.0_f64.powi(exponent - half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_two_are_exact() {
        for x in [1.5, f64::MAX, f64::MIN_POSITIVE, 5e-324, 0.1] {
            let scaled = times_power_of_two(x, -exponent(x));
            assert!((0.0..2.0).contains(&scaled));
            assert_eq!(times_power_of_two(scaled, exponent(x)), x);
        }
        assert_eq!(times_power_of_two(1.0, f64::NEG_INFINITY), 0.0);
    }
}
