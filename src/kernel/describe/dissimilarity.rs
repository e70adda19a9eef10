//! How far apart two profiles are: the scores of two units, component by component.

use super::pairs::{about_zero, scale, two_passes};

/// Profiles whose sums are formed at the same time.
pub const LANES: usize = 8;

/// Kinds of distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dissimilarity {
    /// Root of the sum of the squared differences.
    Euclidean,
    /// Sum of the absolute differences.
    Manhattan,
    /// 1 less Pearson's correlation: 0 for profiles of one shape, 2 for opposite ones.
    Correlation,
    /// 1 less the cosine of the angle between them.
    Cosine,
}

impl Dissimilarity {
    /// All of them, in the order in which functions name them.
    pub const ALL: [Self; 4] = [Self::Euclidean, Self::Manhattan, Self::Correlation, Self::Cosine];

    /// The distance of two profiles over the components that both have (NaN is missing), and how many
    /// these are. Sums over them are scaled up to `all` components. None without a shared component, below
    /// two (cosine) or three (correlation) of them, or where one profile has no direction: it is 0, or does not vary.
    /// Infinite beyond the range of `f64`.
    pub fn of(self, x: &[f64], y: &[f64], all: usize) -> (Option<f64>, usize) {
        let n = shared(x, y).count();
        let distance = match self {
            _ if n < self.least() => None,
            Self::Euclidean => Some(length(x, y) * more(n, all).sqrt()),
            Self::Manhattan => {
                Some(shared(x, y).map(|(x, y)| (x - y).abs()).sum::<f64>() * more(n, all))
            }
            Self::Correlation => {
                two_passes(x, y, (scale(x), scale(y))).correlation().map(|r| 1.0 - r)
            }
            Self::Cosine => about_zero(x, y, (scale(x), scale(y))).correlation().map(|r| 1.0 - r),
        };
        (distance, n)
    }

    /// Whether it is made of a sum over the components, so that those of many profiles are formed at the same time.
    pub fn is_sum(self) -> bool {
        matches!(self, Self::Euclidean | Self::Manhattan)
    }

    /// The sums of a profile and each of those that lie interleaved in `others`; none if it is made of no sum.
    pub fn sums(self, x: &[f64], others: &[f64]) -> Option<[f64; LANES]> {
        match self {
            Self::Euclidean => Some(sums(x, others, |d| d * d)),
            Self::Manhattan => Some(sums(x, others, f64::abs)),
            Self::Correlation | Self::Cosine => None,
        }
    }

    /// The distance of two profiles with `n` shared components, of their sum; none where the sum does not tell it.
    pub fn of_sum(self, sum: f64, n: usize, all: usize) -> Option<f64> {
        match self {
            _ if n < self.least() => None,
            Self::Euclidean => sum.is_normal().then(|| sum.sqrt() * more(n, all).sqrt()),
            Self::Manhattan => Some(sum * more(n, all)),
            Self::Correlation | Self::Cosine => None,
        }
    }

    /// The fewest components that tell a distance.
    fn least(self) -> usize {
        match self {
            Self::Euclidean | Self::Manhattan => 1,
            Self::Cosine => 2,
            Self::Correlation => 3,
        }
    }
}

/// By how much a sum over `n` components is scaled up to `all`.
fn more(n: usize, all: usize) -> f64 {
    all as f64 / n.max(1) as f64
}

/// The sums of what shared components contribute, for each of the profiles that lie interleaved.
fn sums(x: &[f64], others: &[f64], term: impl Fn(f64) -> f64) -> [f64; LANES] {
    let mut sums = [0.0; LANES];
    for (x, others) in x.iter().zip(others.chunks_exact(LANES)) {
        for (sum, y) in sums.iter_mut().zip(others) {
            let term = term(x - y);
            *sum += if term.is_nan() { 0.0 } else { term };
        }
    }
    sums
}

fn shared<'a>(x: &'a [f64], y: &'a [f64]) -> impl Iterator<Item = (f64, f64)> + Clone + 'a {
    let both = x.iter().copied().zip(y.iter().copied());
    both.filter(|(x, y)| !x.is_nan() && !y.is_nan())
}

fn length(x: &[f64], y: &[f64]) -> f64 {
    let differences = || shared(x, y).map(|(x, y)| x - y);
    let squares: f64 = differences().map(|d| d * d).sum();
    if squares.is_normal() {
        return squares.sqrt();
    }
    // Squares beyond the range of f64, or all of them below it: in units of the largest difference.
    let largest = differences().fold(0.0_f64, |largest, d| largest.max(d.abs()));
    if largest == 0.0 || largest.is_infinite() {
        return largest;
    }
    largest * differences().map(|d| (d / largest).powi(2)).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: f64 = f64::NAN;

    fn close(got: (Option<f64>, usize), want: f64, n: usize) {
        let is_close = got.0.is_some_and(|got| (got - want).abs() <= 1e-15 * want.abs().max(1.0));
        assert!(is_close && got.1 == n, "{got:?} must be {want} of {n}");
    }

    #[test]
    fn worked_by_hand() {
        let (x, y) = ([1.0, 2.0, 3.0], [4.0, 6.0, 3.0]);
        close(Dissimilarity::Euclidean.of(&x, &y, 3), 5.0, 3);
        close(Dissimilarity::Manhattan.of(&x, &y, 3), 7.0, 3);
        // Deviations -1 0 1 and -1/3 5/3 -4/3: r = -1 / sqrt(2 * 42 / 9).
        close(Dissimilarity::Correlation.of(&x, &y, 3), 1.0 + 1.0 / (84.0_f64 / 9.0).sqrt(), 3);
        close(Dissimilarity::Cosine.of(&x, &y, 3), 1.0 - 25.0 / (14.0_f64 * 61.0).sqrt(), 3);
    }

    /// As dist() of R: sums are scaled up to all components.
    #[test]
    fn what_is_missing_is_as_what_is_there() {
        let (x, y) = ([1.0, NONE, 2.0, 5.0], [4.0, 9.0, 6.0, NONE]);
        close(Dissimilarity::Euclidean.of(&x, &y, 4), 50.0_f64.sqrt(), 2);
        close(Dissimilarity::Manhattan.of(&x, &y, 4), 14.0, 2);
        close(Dissimilarity::Cosine.of(&x, &y, 4), 1.0 - 16.0 / (5.0_f64 * 52.0).sqrt(), 2);
        assert_eq!(Dissimilarity::Correlation.of(&x, &y, 4), (None, 2));
        assert_eq!(Dissimilarity::Euclidean.of(&x[3..], &y[3..], 4), (None, 0));
    }

    #[test]
    fn profiles_without_a_direction() {
        let (zero, flat, x) = ([0.0; 3], [2.0; 3], [1.0, 5.0, 4.0]);
        assert_eq!(Dissimilarity::Cosine.of(&zero, &x, 3), (None, 3));
        assert_eq!(Dissimilarity::Correlation.of(&flat, &x, 3), (None, 3));
        assert_eq!(Dissimilarity::Cosine.of(&flat, &[7.0; 3], 3), (Some(0.0), 3));
        assert_eq!(Dissimilarity::Correlation.of(&x, &x.map(|x| 9.0 - 2.0 * x), 3), (Some(2.0), 3));
    }

    #[test]
    fn either_way_round_and_at_the_ends_of_the_range() {
        let (x, y) = ([0.1, 0.7, NONE, 0.3], [0.2, 0.9, 0.4, 0.35]);
        for kind in Dissimilarity::ALL {
            assert_eq!(kind.of(&x, &y, 4), kind.of(&y, &x, 4));
        }
        close(Dissimilarity::Euclidean.of(&[3e200, 0.0], &[0.0, 4e200], 2), 5e200, 2);
        close(Dissimilarity::Euclidean.of(&[3e-200, 0.0], &[0.0, 4e-200], 2), 5e-200, 2);
        close(Dissimilarity::Cosine.of(&[3e200, 4e200], &[3e-200, 4e-200], 2), 0.0, 2);
        let far = Dissimilarity::Euclidean.of(&[f64::MAX], &[f64::MIN], 1);
        assert_eq!(far, (Some(f64::INFINITY), 1));
    }
}
