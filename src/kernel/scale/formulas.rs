//! From a value to a score: the normalisation formulas, given a scale.
//!
//! `direction` is 1 where more is better and -1 where less is; it turns the scale round together
//! with its goalposts, so that a high score is always good. A scale without length (a constant
//! reference set) gives no score.

/// Min-max: `lower + (upper - lower) * (x - min) / (max - min)`; direction -1: `(max - x)` above.
#[inline]
pub fn minmax(
    x: f64,
    (min, max): (f64, f64),
    (lower, upper): (f64, f64),
    direction: f64,
) -> Option<f64> {
    let share = share_of_range(x, (min, max), direction)?;
    Some(lower + (upper - lower) * share)
}

/// Goalposts: the share of the way from the lower to the upper goalpost, cut to 0..1 if
/// `truncate`, on the range of scores.
#[inline]
pub fn goalposts(
    x: f64,
    (lower, upper): (f64, f64),
    scores: (f64, f64),
    direction: f64,
    truncate: bool,
) -> Option<f64> {
    let share = share_of_range(x, (lower, upper), direction)?;
    Some(on_scale(if truncate { share.clamp(0.0, 1.0) } else { share }, scores))
}

/// A share of the way from the lowest score to that at the better end, which is met exactly.
#[inline]
pub fn on_scale(share: f64, (lowest, scale): (f64, f64)) -> f64 {
    let score = lowest + (scale - lowest) * share;
    if share < 1.0 {
        score.min(scale)
    } else if share > 1.0 {
        score.max(scale)
    } else {
        scale
    }
}

/// Closeness to an ideal interval: 1 within it, 0 as far from it as the farthest value of a range.
/// A range within it tells nothing of what lies outside.
#[inline]
pub fn ideal(x: f64, (min, max): (f64, f64), (lower, upper): (f64, f64)) -> Option<f64> {
    let distance = |x: f64| (lower - x).max(x - upper).max(0.0);
    let (own, farthest) = (distance(x), distance(min).max(distance(max)));
    if own == 0.0 {
        return Some(1.0);
    }
    if own.is_finite() && farthest.is_finite() {
        return (farthest > 0.0).then(|| 1.0 - own / farthest);
    }
    ideal(x / 2.0, (min / 2.0, max / 2.0), (lower / 2.0, upper / 2.0))
}

/// Distance: the share of the way through a range, at most 1 if `cap`. No range, no score.
#[inline]
pub fn distance(x: f64, range: (f64, f64), direction: f64, cap: bool) -> Option<f64> {
    let share = share_of_range(x, range, direction)?;
    Some(if cap { share.min(1.0) } else { share })
}

#[inline]
fn share_of_range(x: f64, (min, max): (f64, f64), direction: f64) -> Option<f64> {
    let range = max - min;
    let way = if direction < 0.0 { max - x } else { x - min };
    if range.is_finite() && way.is_finite() {
        (range > 0.0).then(|| way / range)
    } else {
        // A range beyond the largest f64: halve everything, the share is the same.
        share_of_range(x / 2.0, (min / 2.0, max / 2.0), direction)
    }
}

/// Z-score: `to_mean + to_sd * direction * (x - mean) / sd`.
#[inline]
pub fn zscore(
    x: f64,
    (mean, sd): (f64, f64),
    (to_mean, to_sd): (f64, f64),
    direction: f64,
) -> Option<f64> {
    (sd > 0.0).then(|| to_mean + to_sd * (direction * (x - mean) / sd))
}

/// Base period = 100: `100 x / base`; direction -1: `100 base / x`.
#[inline]
pub fn base(x: f64, base: f64, direction: f64) -> f64 {
    if direction < 0.0 { 100.0 * base / x } else { 100.0 * x / base }
}

/// Fraction of the best: `x / max`; direction -1: `min / x`. The divisor must be above 0.
#[inline]
pub fn fraction(x: f64, (min, max): (f64, f64), direction: f64) -> f64 {
    if direction < 0.0 { min / x } else { x / max }
}

/// Above or below the mean: 1 or -1 where the distance from the mean is more than this share of
/// it, else 0.
#[inline]
pub fn above_mean(x: f64, mean: f64, threshold: f64, direction: f64) -> f64 {
    let margin = threshold * mean.abs();
    let side = if x > mean + margin {
        1.0
    } else if x < mean - margin {
        -1.0
    } else {
        return 0.0;
    };
    side * direction
}

/// Distance from a centre in units of a spread.
#[inline]
pub fn deviation(x: f64, (centre, spread): (f64, f64), direction: f64) -> Option<f64> {
    // + 0: the centre turned round would score -0
    (spread > 0.0).then(|| direction * (x - centre) / spread + 0.0)
}

/// Logistic function of the z-score: `1 / (1 + exp(-z))`.
#[inline]
pub fn logistic(x: f64, (mean, sd): (f64, f64), direction: f64) -> Option<f64> {
    let z = deviation(x, (mean, sd), direction)?;
    // Each half of the curve from its flat end: exp never overflows, and no digit is lost near 0.
    Some(if z < 0.0 {
        let e = z.exp();
        e / (1.0 + e)
    } else {
        1.0 / (1.0 + (-z).exp())
    })
}

/// Component of the unit vector: `x / length`; direction -1: `1 - x / length`.
#[inline]
pub fn vector(x: f64, length: f64, direction: f64) -> Option<f64> {
    (length > 0.0).then(|| if direction < 0.0 { 1.0 - x / length } else { x / length })
}

/// Share of a sum: `x / sum`; direction -1: `reciprocal / x`, the share of the sum of reciprocals.
#[inline]
pub fn share(x: f64, (sum, reciprocal): (f64, f64), direction: f64) -> Option<f64> {
    if direction < 0.0 {
        return Some(reciprocal / x);
    }
    (sum > 0.0).then(|| x / sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn minmax_worked_by_hand() {
        assert_eq!(minmax(3.0, (1.0, 5.0), (0.0, 1.0), 1.0), Some(0.5));
        assert_eq!(minmax(2.0, (1.0, 5.0), (1.0, 101.0), 1.0), Some(26.0));
        assert_eq!(minmax(2.0, (1.0, 5.0), (1.0, 101.0), -1.0), Some(76.0));
        assert_eq!(minmax(2.0, (2.0, 2.0), (0.0, 1.0), 1.0), None);
    }

    #[test]
    fn the_whole_range_of_f64_is_a_range() {
        assert_eq!(minmax(0.0, (f64::MIN, f64::MAX), (0.0, 1.0), 1.0), Some(0.5));
        assert_eq!(minmax(f64::MAX / 2.0, (f64::MIN, f64::MAX), (0.0, 1.0), 1.0), Some(0.75));
    }

    #[test]
    fn goalposts_cut_what_lies_beyond() {
        assert_eq!(goalposts(90.0, (20.0, 85.0), (0.0, 100.0), 1.0, true), Some(100.0));
        assert_eq!(goalposts(150.0, (20.0, 85.0), (0.0, 1.0), 1.0, false), Some(2.0));
        assert_eq!(goalposts(85.0, (20.0, 85.0), (0.0, 1.0), -1.0, true), Some(0.0));
    }

    #[test]
    fn zscore_and_base_worked_by_hand() {
        assert_eq!(zscore(7.0, (5.0, 2.0), (0.0, 1.0), -1.0), Some(-1.0));
        assert_eq!(zscore(9.0, (5.0, 2.0), (100.0, 15.0), 1.0), Some(130.0));
        assert_eq!(zscore(7.0, (7.0, 0.0), (0.0, 1.0), 1.0), None);
        assert_eq!(base(150.0, 100.0, 1.0), 150.0);
        assert_eq!(base(200.0, 100.0, -1.0), 50.0);
    }

    #[test]
    fn distances_and_fractions_worked_by_hand() {
        assert_eq!(distance(3.0, (1.0, 5.0), -1.0, false), Some(0.5));
        assert_eq!(distance(9.0, (1.0, 5.0), 1.0, false), Some(2.0));
        assert_eq!(distance(9.0, (1.0, 5.0), 1.0, true), Some(1.0));
        assert_eq!(fraction(2.0, (2.0, 8.0), 1.0), 0.25);
        assert_eq!(fraction(4.0, (1.0, 8.0), -1.0), 0.25);
    }

    #[test]
    fn sides_of_the_mean() {
        let side = |x| above_mean(x, 5.0, 0.2, 1.0);
        assert_eq!([3.9, 4.0, 5.0, 6.0, 6.1].map(side), [-1.0, 0.0, 0.0, 0.0, 1.0]);
        assert_eq!(above_mean(6.1, 5.0, 0.2, -1.0), -1.0);
        // a mean below 0: the margin is still a distance
        assert_eq!(above_mean(-3.0, -5.0, 0.2, 1.0), 1.0);
    }

    #[test]
    fn the_logistic_curve_is_even_far_out() {
        assert_eq!(logistic(5.0, (5.0, 2.0), -1.0), Some(0.5));
        assert_eq!(logistic(1e6, (0.0, 1.0), 1.0), Some(1.0));
        assert_eq!(logistic(-720.0, (0.0, 1.0), 1.0), Some((-720.0_f64).exp())); // exp(720) is none
        assert_eq!(logistic(-700.0, (0.0, 1.0), 1.0), Some((-700.0_f64).exp()));
        assert_eq!(logistic(1.0, (1.0, 0.0), 1.0), None);
        // 1 / (1 + e) and 1 / (1 + 1/e)
        for (x, want) in [(3.0, 0.268941421369995), (7.0, 0.731058578630005)] {
            assert!(logistic(x, (5.0, 2.0), 1.0).is_some_and(|score| (score - want).abs() < 1e-15));
        }
    }

    #[test]
    fn unit_vectors_and_deviations() {
        assert_eq!(vector(3.0, 5.0, 1.0), Some(0.6));
        assert_eq!(vector(3.0, 5.0, -1.0), Some(0.4));
        assert_eq!(vector(0.0, 0.0, 1.0), None);
        assert_eq!(deviation(9.0, (4.0, 2.0), -1.0), Some(-2.5));
        assert!(deviation(4.0, (4.0, 2.0), -1.0).is_some_and(f64::is_sign_positive));
    }

    #[test]
    fn shares_worked_by_hand() {
        // Of 2, 4 and 4: the sum is 10, that of the reciprocals 1.
        assert_eq!(share(2.0, (10.0, 1.0), 1.0), Some(0.2));
        assert_eq!(share(2.0, (10.0, 1.0), -1.0), Some(0.5));
        assert_eq!(share(0.0, (0.0, 0.0), 1.0), None);
    }

    #[test]
    fn scores_begin_at_the_lowest() {
        assert_eq!(goalposts(10.0, (0.0, 20.0), (1.0, 100.0), 1.0, true), Some(50.5));
        assert_eq!(goalposts(5.0, (0.0, 20.0), (1.0, 100.0), -1.0, true), Some(75.25));
        assert_eq!(goalposts(-20.0, (0.0, 20.0), (1.0, 100.0), 1.0, true), Some(1.0));
        assert_eq!(goalposts(-20.0, (0.0, 20.0), (1.0, 100.0), 1.0, false), Some(-98.0));
    }

    #[test]
    fn ideal_intervals_worked_by_hand() {
        // Of 2 to 9 the farthest from 4..5 is 9, by 4.
        let closeness = |x| ideal(x, (2.0, 9.0), (4.0, 5.0));
        assert_eq!(
            [2.0, 4.0, 4.5, 5.0, 6.0, 9.0, 13.0].map(closeness),
            [0.5, 1.0, 1.0, 1.0, 0.75, 0.0, -1.0].map(Some)
        );
        assert_eq!(ideal(4.5, (2.0, 9.0), (5.0, 5.0)), Some(0.875));
        // All within: nothing is known of what lies outside.
        assert_eq!(ideal(3.0, (2.0, 9.0), (0.0, 10.0)), Some(1.0));
        assert_eq!(ideal(11.0, (2.0, 9.0), (0.0, 10.0)), None);
        let all = (f64::MIN, f64::MAX);
        assert_eq!(ideal(0.0, all, (f64::MAX, f64::MAX)), Some(0.5));
    }

    fn ordered(a: f64, b: f64) -> (f64, f64) {
        (a.min(b), a.max(b))
    }

    proptest! {
        #[test]
        fn scores_stay_on_their_scale(
            xs in [-1e3..1e3f64, -1e3..1e3f64],
            posts in [-1e3..1e3f64, -1e3..1e3f64],
            scores in [-10.0..10.0f64, 10.1..1e3f64],
            direction in prop_oneof![Just(1.0), Just(-1.0)],
        ) {
            let (posts, scores) = (ordered(posts[0], posts[1]), (scores[0], scores[1]));
            prop_assume!(posts.0 < posts.1);
            let score = |x, way| goalposts(x, posts, scores, way, true).unwrap();
            let (low, high) = ordered(xs[0], xs[1]);
            for x in [low, high] {
                prop_assert!((scores.0..=scores.1).contains(&score(x, direction)));
                // Both ways together are both ends together.
                let sum = score(x, 1.0) + score(x, -1.0);
                prop_assert!((sum - scores.0 - scores.1).abs() < 1e-9);
            }
            prop_assert!(direction * (score(high, direction) - score(low, direction)) >= 0.0);
            let (worst, best) = if direction > 0.0 { posts } else { (posts.1, posts.0) };
            prop_assert_eq!((score(worst, direction), score(best, direction)), scores);
        }

        #[test]
        fn nearer_to_the_ideal_is_better(
            xs in proptest::collection::vec(-1e3..1e3f64, 2..20),
            ends in [-1e3..1e3f64, -1e3..1e3f64],
            scores in [-10.0..10.0f64, 10.1..1e3f64],
        ) {
            let (lower, upper) = ordered(ends[0], ends[1]);
            let mut xs = xs;
            xs.sort_unstable_by(f64::total_cmp);
            let range = (xs[0], xs[xs.len() - 1]);
            let score = |x| {
                on_scale(ideal(x, range, (lower, upper)).unwrap(), (scores[0], scores[1]))
            };
            for pair in xs.windows(2) {
                let (a, b) = (score(pair[0]), score(pair[1]));
                prop_assert!(pair[1] > lower || a <= b, "{a} {b}");
                prop_assert!(pair[0] < upper || a >= b, "{a} {b}");
                prop_assert!((scores[0]..=scores[1]).contains(&a));
                prop_assert!(!(lower..=upper).contains(&pair[0]) || a == scores[1]);
                // The other side of the axis is as good.
                let mirrored = ideal(-pair[0], (-range.1, -range.0), (-upper, -lower)).unwrap();
                prop_assert_eq!(on_scale(mirrored, (scores[0], scores[1])), a);
            }
            let worst = score(range.0).min(score(range.1));
            let is_inside = lower <= range.0 && range.1 <= upper;
            prop_assert_eq!(worst, if is_inside { scores[1] } else { scores[0] });
        }
    }
}
