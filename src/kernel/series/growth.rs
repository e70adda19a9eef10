//! Growth in percent, and the way back from growth to an index.

/// What a change is a percentage of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Growth {
    /// Of the earlier value: `100 (x1 - x0) / x0`.
    Simple,
    /// Of the mean of both: `200 (x1 - x0) / (x1 + x0)`. A rise and the fall that undoes it are
    /// equally large.
    Symmetric,
}

impl Growth {
    /// Growth from `before` to `now` in percent.
    #[inline]
    pub fn percent(self, before: f64, now: f64) -> f64 {
        match self {
            Self::Simple => 100.0 * ((now - before) / before),
            Self::Symmetric => 200.0 * ((now - before) / (now + before)),
        }
    }

    /// The same where values may be negative: a percentage of how far the earlier value is from 0, or of
    /// the mean of how far both are. A rise is above 0 and a fall below, whatever the signs; with values
    /// above 0 it is [`Growth::percent`].
    #[inline]
    pub fn percent_of_size(self, before: f64, now: f64) -> f64 {
        match self {
            Self::Simple => 100.0 * ((now - before) / before.abs()),
            Self::Symmetric => 200.0 * ((now - before) / (now.abs() + before.abs())),
        }
    }

    /// The factor from one period to the next that growth of `percent` stands for.
    #[inline]
    pub fn factor(self, percent: f64) -> f64 {
        match self {
            Self::Simple => 1.0 + percent / 100.0,
            Self::Symmetric => (200.0 + percent) / (200.0 - percent),
        }
    }
}

/// Links growth to an index that is 100 at position `base`: forwards by multiplying, backwards by
/// dividing. `factors[i]` leads from the position `before[i]` to `i`, and `after[i]` is the one that
/// `i` leads to; where a factor or a position is missing there is no index, nor beyond.
pub fn chain(
    factors: &[Option<f64>],
    before: &[Option<usize>],
    after: &[Option<usize>],
    base: usize,
) -> Vec<Option<f64>> {
    let mut index = vec![None; factors.len()];
    if base >= factors.len() {
        return index;
    }
    index[base] = Some(100.0);
    for i in base + 1..factors.len() {
        let level = before[i].and_then(|before| index[before]);
        index[i] = level.zip(factors[i]).map(|(level, factor)| level * factor);
    }
    for i in (0..base).rev() {
        let next = after[i].and_then(|after| index[after].zip(factors[after]));
        index[i] = next.map(|(level, factor)| level / factor);
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_worked_by_hand() {
        assert_eq!(Growth::Simple.percent(50.0, 60.0), 20.0);
        assert_eq!(Growth::Symmetric.percent(50.0, 150.0), 100.0);
        assert_eq!(Growth::Symmetric.percent(150.0, 50.0), -100.0);
        assert_eq!(Growth::Simple.factor(20.0), 1.2);
        assert_eq!(Growth::Symmetric.factor(100.0), 3.0);
    }

    #[test]
    fn growth_from_negative_values() {
        for (before, now, simple, symmetric) in [
            (-50.0, -30.0, 40.0, 50.0),
            (-50.0, -150.0, -200.0, -100.0),
            (-50.0, 50.0, 200.0, 200.0),
            (50.0, -50.0, -200.0, -200.0),
            (-50.0, 0.0, 100.0, 200.0),
        ] {
            assert_eq!(Growth::Simple.percent_of_size(before, now), simple);
            assert_eq!(Growth::Symmetric.percent_of_size(before, now), symmetric);
        }
    }

    #[test]
    fn size_is_the_value_of_what_is_above_0_and_a_rise_is_positive() {
        let values: Vec<f64> = (-20..=20).map(|i| f64::from(i) * 1.7 + 0.3).collect();
        for (&before, &now) in values.iter().flat_map(|a| values.iter().map(move |b| (a, b))) {
            for growth in [Growth::Simple, Growth::Symmetric] {
                let of_size = growth.percent_of_size(before, now);
                assert_eq!(of_size > 0.0, now > before, "{before} to {now}");
                if before > 0.0 && now > 0.0 {
                    assert_eq!(of_size, growth.percent(before, now));
                }
            }
            assert!(Growth::Symmetric.percent_of_size(before, now).abs() <= 200.0);
        }
    }

    #[test]
    fn a_chain_runs_both_ways_from_its_base() {
        let factors = [None, Some(2.0), Some(1.5), None, Some(3.0)];
        let (before, after) = (
            [None, Some(0), Some(1), Some(2), Some(3)],
            [Some(1), Some(2), Some(3), Some(4), None],
        );
        let of = |base| chain(&factors, &before, &after, base);
        assert_eq!(of(1), [Some(50.0), Some(100.0), Some(150.0), None, None]);
        assert_eq!(of(4), [None, None, None, Some(100.0 / 3.0), Some(100.0)]);
        assert_eq!(chain(&[], &[], &[], 0), []);
    }
}
