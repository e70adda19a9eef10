//! The period that lies a lag before another.

use std::fmt;

use super::calendar::CalendarTime;

/// How far back a period lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lag {
    /// In units of the period.
    Steps(f64),
    /// In time of the calendar.
    Calendar(CalendarTime),
}

impl Lag {
    /// Whether it leads back.
    pub fn is_positive(&self) -> bool {
        !self.is_negative() && *self != Self::Steps(0.0) && *self != Self::Calendar(NO_TIME)
    }

    /// Whether it leads forward, be it in a part.
    pub fn is_negative(&self) -> bool {
        match self {
            Self::Steps(steps) => *steps < 0.0,
            Self::Calendar(time) => time.months < 0 || time.days < 0.0,
        }
    }
}

const NO_TIME: CalendarTime = CalendarTime { months: 0, days: 0.0 };

impl fmt::Display for Lag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Steps(steps) => write!(f, "{steps}"),
            Self::Calendar(time) => write!(f, "{time}"),
        }
    }
}

/// How far a period may lie from where it is looked for, as a share of the lag: 2020.2 - 0.1 is not
/// 2020.1 in binary.
const ROUNDING: f64 = 1e-6;

/// A lag that is lost in the rounding of the period it is taken from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unclear;

/// Among periods in ascending order, `period(0)` to `period(length - 1)`, the position of the one
/// that lies `lag` before `at` (after it, for a negative lag).
pub fn lag_before(
    length: usize,
    period: impl Fn(usize) -> f64,
    at: f64,
    lag: f64,
) -> Result<Option<usize>, Unclear> {
    let (wanted, slack) = (at - lag, lag.abs() * ROUNDING);
    // 1e18 - 1 is 1e18: the period would be its own predecessor.
    if ((at - wanted) - lag).abs() > slack {
        return Err(Unclear);
    }
    Ok(place_of(length, period, wanted, slack))
}

/// Among periods in ascending order, the position of the one that is `wanted`, but for `slack`.
pub fn place_of(
    length: usize,
    period: impl Fn(usize) -> f64,
    wanted: f64,
    slack: f64,
) -> Option<usize> {
    let (mut low, mut high) = (0, length);
    while low < high {
        let middle = low + (high - low) / 2;
        if period(middle) < wanted - slack {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    (low < length && (period(low) - wanted).abs() <= slack).then_some(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs() {
        let calendar = |months, days| Lag::Calendar(CalendarTime { months, days });
        for (lag, is_positive, is_negative) in [
            (Lag::Steps(1.0), true, false),
            (Lag::Steps(0.0), false, false),
            (Lag::Steps(-0.5), false, true),
            (calendar(1, 0.0), true, false),
            (calendar(0, 0.5), true, false),
            (calendar(0, 0.0), false, false),
            (calendar(1, -1.0), false, true),
        ] {
            assert_eq!((lag.is_positive(), lag.is_negative()), (is_positive, is_negative), "{lag}");
        }
    }

    #[test]
    fn a_gap_is_not_bridged() {
        let periods = [2014.0, 2015.0, 2017.0];
        let found = periods.map(|at| lag_before(3, |i| periods[i], at, 1.0));
        assert_eq!(found, [Ok(None), Ok(Some(0)), Ok(None)]);
        assert_eq!(lag_before(2, |i| i as f64, 1.0, 1.0), Ok(Some(0)));
        let after = periods.map(|at| lag_before(3, |i| periods[i], at, -1.0));
        assert_eq!(after, [Ok(Some(1)), Ok(None), Ok(None)]);
        let same = periods.map(|at| lag_before(3, |i| periods[i], at, 0.0));
        assert_eq!(same, [Ok(Some(0)), Ok(Some(1)), Ok(Some(2))]);
    }

    #[test]
    fn decimal_periods_are_found() {
        let periods = [2000.0, 2000.1, 2000.2, 2000.3];
        for (i, at) in periods.into_iter().enumerate() {
            assert_eq!(lag_before(4, |i| periods[i], at, 0.1), Ok(i.checked_sub(1)));
        }
        assert_eq!(lag_before(4, |i| periods[i], 2000.0, -0.3), Ok(Some(3)));
        assert_eq!(lag_before(4, |i| periods[i], 2000.3, 0.15), Ok(None));
    }

    #[test]
    fn a_lag_that_rounds_away_is_told() {
        for (at, lag) in [(1_577_836_800e9, 1.0), (2020.0, 1e-20), (1e17, 12.0), (-1e300, -1.0)] {
            assert_eq!(lag_before(1, |_| at, at, lag), Err(Unclear), "{at} and {lag}");
        }
        // A day in nanoseconds is not lost.
        assert_eq!(lag_before(1, |_| 0.0, 1_577_836_800e9, 86_400e9), Ok(None));
    }
}
