//! What boxes and histograms show: quartiles, outliers, and how many values lie in each bin.

use kuva::render::render_utils::compute_tick_step;

use super::named::Named;
use crate::kernel::quantile;

/// What a box shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    pub q1: f64,
    pub median: f64,
    pub q3: f64,
    /// The smallest and the largest value that are no outliers.
    pub low: f64,
    pub high: f64,
    /// Values further from the quartiles than 1.5 times their distance (Tukey 1977).
    pub outliers: Vec<Named>,
}

/// How many distances of the quartiles a value can lie from them without being an outlier.
const FENCE: f64 = 1.5;

impl Summary {
    /// Of values from the smallest; none of none.
    pub fn of(values: &[Named]) -> Option<Self> {
        let sorted: Vec<f64> = values.iter().map(|named| named.value).collect();
        let (q1, median, q3) =
            (quantile(&sorted, 0.25)?, quantile(&sorted, 0.5)?, quantile(&sorted, 0.75)?);
        let fence = FENCE * (q3 - q1);
        let is_outlier = |value: f64| value < q1 - fence || value > q3 + fence;
        let mut inside = sorted.iter().copied().filter(|value| !is_outlier(*value));
        let low = inside.next().unwrap_or(median);
        let high = inside.next_back().unwrap_or(low);
        let outliers = values.iter().filter(|named| is_outlier(named.value)).cloned().collect();
        Some(Self { q1, median, q3, low, high, outliers })
    }

    /// The same in another unit: each number less the first, in multiples of the second.
    pub fn standardised(&self, mean: f64, sd: f64) -> Self {
        let turned = |value: f64| if sd > 0.0 { (value - mean) / sd } else { 0.0 };
        let named = |named: &Named| Named { value: turned(named.value), name: named.name.clone() };
        Self {
            q1: turned(self.q1),
            median: turned(self.median),
            q3: turned(self.q3),
            low: turned(self.low),
            high: turned(self.high),
            outliers: self.outliers.iter().map(named).collect(),
        }
    }
}

/// Bins at round numbers over all of some values: Sturges' number of them, or a little more or less. A bin has the
/// values from its edge to the next, the last with both its edges.
pub fn edges(low: f64, high: f64, n: usize) -> Vec<f64> {
    if low == high {
        let beside = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
        return vec![low - beside, low + beside];
    }
    let wanted = ((n.max(2) as f64).log2().ceil() as usize + 1).clamp(5, 24);
    let step = if (high - low).is_finite() { compute_tick_step(low, high, wanted) } else { 0.0 };
    // Too fine for round numbers of their size, or too wide for any.
    if step <= high.abs().max(low.abs()) * 1e-12 {
        let edge = |at: usize| {
            let share = at as f64 / wanted as f64;
            low * (1.0 - share) + high * share
        };
        return (0..=wanted).map(edge).collect();
    }
    let first = (low / step).floor();
    let last = (high / step).ceil().max(first + 1.0);
    (0..=(last - first) as usize).map(|at| rounded((first + at as f64) * step)).collect()
}

/// How many of some values, from the smallest, lie in each bin.
pub fn counts(values: &[Named], edges: &[f64]) -> Vec<usize> {
    let last = edges.len().saturating_sub(1);
    let below = |at: usize| match at {
        0 => 0,
        at if at == last => values.len(),
        at => values.partition_point(|named| named.value < edges[at]),
    };
    (0..last).map(|at| below(at + 1) - below(at)).collect()
}

/// A number to twelve digits: three steps of 0.1 are at 0.3.
fn rounded(number: f64) -> f64 {
    format!("{number:.11e}").parse().unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(values: &[f64]) -> Vec<Named> {
        values.iter().map(|&value| Named { value, name: None }).collect()
    }

    #[test]
    fn a_box_worked_by_hand() {
        // Quartiles of 1..8 and 100: 3, 5, 7; the fence reaches to -3 and 13.
        let summary = Summary::of(&named(&[1., 2., 3., 4., 5., 6., 7., 8., 100.])).expect("values");
        assert_eq!((summary.q1, summary.median, summary.q3), (3.0, 5.0, 7.0));
        assert_eq!((summary.low, summary.high), (1.0, 8.0));
        assert_eq!(summary.outliers, named(&[100.0]));
        let turned = summary.standardised(5.0, 2.0);
        assert_eq!((turned.q1, turned.high, turned.outliers[0].value), (-1.0, 1.5, 47.5));
    }

    #[test]
    fn boxes_of_little() {
        assert_eq!(Summary::of(&[]), None);
        let one = Summary::of(&named(&[4.0])).expect("a value");
        assert_eq!((one.low, one.q1, one.median, one.q3, one.high), (4.0, 4.0, 4.0, 4.0, 4.0));
        assert!(one.outliers.is_empty());
        assert_eq!(one.standardised(4.0, 0.0).median, 0.0);
        let two = Summary::of(&named(&[-1e308, 1e308])).expect("values");
        assert_eq!((two.low, two.high, two.outliers.len()), (-1e308, 1e308, 0));
    }

    #[test]
    fn bins_are_round_and_hold_every_value() {
        let values = named(&[0.5, 1.0, 1.5, 2.0, 2.5, 10.0]);
        let edges = edges(0.5, 10.0, values.len());
        assert_eq!(edges, [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(counts(&values, &edges), [3, 2, 0, 0, 1]);
        assert_eq!(super::edges(0.05, 0.55, 3)[3], 0.3);
        for (low, high, n) in [
            (3.0, 3.0, 1),
            (-1e308, 1e308, 9),
            (1e16, 1e16 + 64.0, 5),
            (-5.0, 7.5, 5000),
            (0.0, 0.1, 3),
        ] {
            let edges = super::edges(low, high, n);
            assert!(edges.is_sorted() && edges.len() >= 2 && edges.len() <= 60, "{edges:?}");
            assert!(edges[0] <= low && *edges.last().expect("an edge") >= high, "{edges:?}");
            let values = named(&[low, low / 2.0 + high / 2.0, high]);
            assert_eq!(counts(&values, &edges).iter().sum::<usize>(), 3);
        }
    }
}
