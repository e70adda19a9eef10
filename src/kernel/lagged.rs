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
        let before = period - lag;
        if let Ok(found) = series.binary_search_by(|entry| entry.0.total_cmp(&(before + 0.0))) {
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
    fn a_period_occurs_once() {
        assert_eq!(lagged(&mut [(2.0, 0), (1.0, 1), (2.0, 2)], 1.0, |_, _| {}), Err(2.0));
    }
}
