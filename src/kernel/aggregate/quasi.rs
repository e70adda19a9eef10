//! Quasi-arithmetic means: arithmetic means of a function of the scores.

/// The mean `f⁻¹(Σ w f(x) / Σ w)`, by its function `f`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum QuasiMean {
    /// `x`.
    Arithmetic,
    /// `ln x`.
    Geometric,
    /// `1 / x`.
    Harmonic,
    /// `x^p`, for powers that have no name of their own.
    Power(f64),
}

impl QuasiMean {
    /// The power mean, by its own name if it has one.
    pub fn of_power(p: f64) -> Self {
        match p {
            1.0 => Self::Arithmetic,
            0.0 => Self::Geometric,
            -1.0 => Self::Harmonic,
            p => Self::Power(p),
        }
    }

    /// `f(x)`.
    #[inline]
    pub fn term(self, x: f64) -> f64 {
        match self {
            Self::Arithmetic => x,
            Self::Geometric => x.ln(),
            Self::Harmonic => x.recip(),
            Self::Power(p) => x.powf(p),
        }
    }

    /// The score that has this term, `f⁻¹`.
    #[inline]
    pub fn score(self, term: f64) -> f64 {
        match self {
            Self::Arithmetic => term,
            Self::Geometric => term.exp(),
            Self::Harmonic => term.recip(),
            Self::Power(p) => term.powf(p.recip()),
        }
    }

    /// `f'(x)`.
    pub fn derivative(self, x: f64) -> f64 {
        match self {
            Self::Arithmetic => 1.0,
            Self::Geometric => 1.0 / x,
            Self::Harmonic => -1.0 / x / x,
            Self::Power(p) => p * x.powf(p - 1.0),
        }
    }

    /// `f(to) - f(from)`, right to the last digits however near the two are.
    pub fn change(self, from: f64, to: f64) -> f64 {
        match self {
            Self::Arithmetic => to - from,
            Self::Geometric => log_ratio(from, to),
            Self::Harmonic => (from - to) / from / to,
            Self::Power(p) if from > 0.0 => from.powf(p) * (p * log_ratio(from, to)).exp_m1(),
            power => power.term(to) - power.term(from),
        }
    }
}

/// `ln(to / from)`.
fn log_ratio(from: f64, to: f64) -> f64 {
    let relative = (to - from) / from;
    if relative.abs() < 0.5 { relative.ln_1p() } else { (to / from).ln() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use QuasiMean::{Geometric, Harmonic, Power};

    fn close(got: Option<f64>, want: f64) {
        assert!(got.is_some_and(|x| (x - want).abs() < 1e-12 * want.abs()), "{got:?} for {want}");
    }

    #[test]
    fn nearly_equal_scores_keep_their_digits() {
        let step = 2_f64.powi(-40);
        let near = 1.0 + step;
        for (mean, want) in [
            (Geometric, step - step * step / 2.0),
            (Harmonic, -step / near),
            (Power(1e-9), 1e-9 * (step - step * step / 2.0)),
            (Power(3.0), 3.0 * step + 3.0 * step * step),
        ] {
            close(Some(mean.change(1.0, near)), want);
        }
        assert_eq!(Geometric.change(1.0, 1e-20), 1e-20_f64.ln());
    }

    #[test]
    fn a_power_may_come_from_0_and_go_to_it() {
        assert_eq!((Power(2.0).change(0.0, 3.0), Power(2.0).change(3.0, 0.0)), (9.0, -9.0));
    }

    #[test]
    fn a_quotient_would_lose_the_digits_of_a_small_change() {
        // ln(1 + h) = h - h²/2 + …
        let h = 2_f64.powi(-40) / 3.0;
        close(Some(Geometric.change(3.0, 3.0 + 2_f64.powi(-40))), h - h * h / 2.0);
    }
}
