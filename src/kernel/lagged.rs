/// How far a period may lie from where it is looked for, as a share of the lag: 2020.2 - 0.1 is not
/// 2020.1 in binary.
const ROUNDING: f64 = 1e-6;

/// Among periods in ascending order, `period(0)` to `period(length - 1)`, the position of the one
/// that lies `lag` before `at` (after it, for a negative lag).
pub fn lag_before(
    length: usize,
    period: impl Fn(usize) -> f64,
    at: f64,
    lag: f64,
) -> Option<usize> {
    let (wanted, slack) = (at - lag, lag.abs() * ROUNDING);
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

/// For each row of a series the row of the period that lies exactly `lag` before, where there is
/// one. `Err` is a period that occurs twice.
pub fn lagged(
    series: &mut [(f64, usize)],
    lag: f64,
    mut each: impl FnMut(usize, usize),
) -> Result<(), f64> {
    series.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    if let Some(twice) = series.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(twice[0].0);
    }
    for (period, row) in series.iter() {
        if let Some(found) = lag_before(series.len(), |i| series[i].0, *period, lag) {
            each(*row, series[found].1);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_not_bridged() {
        let mut series = [(2017.0, 0), (2014.0, 1), (2015.0, 2)];
        let mut found = Vec::new();
        lagged(&mut series, 1.0, |row, before| found.push((row, before))).unwrap();
        assert_eq!(found, [(2, 1)]);
        let mut zero = [(1.0, 0), (0.0, 1)];
        found.clear();
        lagged(&mut zero, 1.0, |row, before| found.push((row, before))).unwrap();
        assert_eq!(found, [(0, 1)]);
    }

    #[test]
    fn decimal_periods_are_found() {
        let periods = [2000.0, 2000.1, 2000.2, 2000.3];
        for (i, at) in periods.into_iter().enumerate() {
            assert_eq!(lag_before(4, |i| periods[i], at, 0.1), i.checked_sub(1));
        }
        assert_eq!(lag_before(4, |i| periods[i], 2000.0, -0.3), Some(3));
        assert_eq!(lag_before(4, |i| periods[i], 2000.3, 0.15), None);
    }

    #[test]
    fn a_period_occurs_once() {
        assert_eq!(lagged(&mut [(2.0, 0), (1.0, 1), (2.0, 2)], 1.0, |_, _| {}), Err(2.0));
    }
}
