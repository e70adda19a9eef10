//! Weights of indicators learned from their scores. Each gives a number per column, summing to 1,
//! or none where nothing tells the columns apart.

use crate::kernel::describe::inequality::theil;
use crate::kernel::describe::pairs::Pairs;
use crate::kernel::matrix::Matrix;
use crate::kernel::state::min_max::Extent;
use crate::kernel::state::moments::Moments;
use crate::kernel::state::sum::Sum;
use crate::kernel::units::power_of_two;

/// Weights, or what is wrong with the scores.
pub type Weights = Result<Option<Vec<f64>>, String>;

/// Numbers scaled to sum to 1; none if all are 0.
pub fn shares(parts: &[f64]) -> Weights {
    if parts.iter().any(|part| !part.is_finite()) {
        return Err("the spread of the scores exceeds the range of DOUBLE".into());
    }
    // Divided by a power of two, which rounds nothing: the sum of large ones need not be finite.
    let largest = parts.iter().fold(0.0_f64, |largest, part| largest.max(part.abs()));
    let unit = power_of_two(largest);
    let total = parts.iter().map(|part| part / unit).collect::<Sum>().value();
    let share = |part: &f64| part / unit / total;
    Ok((total > 0.0).then(|| parts.iter().map(share).collect()))
}

/// What a column of scores, NaN where one is missing, counts for before all are made to sum to 1.
pub type Part = fn(&[f64]) -> Result<f64, String>;

/// Weights of which each comes from its own column.
pub fn by_column(matrix: &Matrix, part: Part) -> Weights {
    let parts = (0..matrix.columns()).map(|column| part(matrix.column(column)));
    shares(&parts.collect::<Result<Vec<_>, _>>()?)
}

fn present(scores: &[f64]) -> impl Iterator<Item = f64> {
    scores.iter().copied().filter(|x| !x.is_nan())
}

fn moments(scores: &[f64]) -> Moments {
    let mut moments = Moments::default();
    present(scores).for_each(|x| moments.update(x));
    moments
}

/// Standard deviation of a column; 0 below two values.
fn sd(matrix: &Matrix, column: usize) -> f64 {
    moments(matrix.column(column)).sd().unwrap_or(0.0)
}

/// Shannon's entropy: `1 - e` with `e = -Σ p ln p / ln n`, `p` the share of a unit in the column.
pub fn divergence(scores: &[f64]) -> Result<f64, String> {
    let mut extent = Extent::default();
    present(scores).for_each(|x| extent.update(x));
    let Some((least, most)) = extent.range() else { return Ok(0.0) };
    if least < 0.0
        && let Some(x) = present(scores).find(|&x| x < 0.0)
    {
        return Err(format!(
            "score must be >= 0, got {x} (normalise to a range from 0 up, such as 0..1)"
        ));
    }
    if least == most {
        return Ok(0.0);
    }
    let n = extent.n();
    // 1 - e is Theil's T over ln n.
    let exact = || theil(&present(scores).map(|x| (x, 1.0)).collect::<Vec<_>>()).unwrap_or(0.0);
    Ok(plain_theil(scores, n, power_of_two(most)).unwrap_or_else(exact) / n.ln())
}

/// Theil's T of `n` scores as the difference of two logarithms, with half the work; none where they
/// nearly cancel. In a `unit` as large as the largest score both are small.
fn plain_theil(scores: &[f64], n: f64, unit: f64) -> Option<f64> {
    const LITTLE: f64 = 1e-2;
    let (mut sum, mut logarithms) = (Sum::default(), Sum::default());
    for x in present(scores).map(|x| x / unit) {
        sum.add(x);
        if x > 0.0 {
            logarithms.add(x * x.ln());
        }
    }
    let (sum, logarithms) = (sum.value(), logarithms.value());
    Some(logarithms / sum - (sum / n).ln()).filter(|t| *t > LITTLE)
}

/// CRITIC: standard deviation times the sum of `1 - r` over the other columns. The only one that
/// varies has all the weight: there is no other to repeat.
pub fn critic(matrix: &Matrix) -> Weights {
    if let [only] = matrix.varying()[..] {
        return Ok(Some((0..matrix.columns()).map(|j| f64::from(j == only)).collect()));
    }
    let pairs = Pairs::of(matrix);
    let information = (0..matrix.columns()).map(|j| {
        let others = (0..matrix.columns()).filter(|&k| k != j);
        let conflict: Sum =
            others.filter_map(|k| pairs.correlation(j, k)).map(|r| 1.0 - r).collect();
        sd(matrix, j) * conflict.value()
    });
    shares(&information.collect::<Vec<_>>())
}

/// Standard deviation; 0 below two values.
pub fn deviation(scores: &[f64]) -> Result<f64, String> {
    Ok(moments(scores).sd().unwrap_or(0.0))
}

/// Coefficient of variation: standard deviation over the size of the mean.
pub fn variation(scores: &[f64]) -> Result<f64, String> {
    let moments = moments(scores);
    let sd = moments.sd().unwrap_or(0.0);
    match moments.mean() {
        Some(0.0) if sd > 0.0 => {
            Err("the mean of an indicator must not be 0, got 0 (normalise to a \
                                      range above 0, such as 1..100)"
                .into())
        }
        Some(mean) if sd > 0.0 => Ok(sd / mean.abs()),
        _ => Ok(0.0),
    }
}

/// MEREC: how much the performance of the units changes when a column is taken out. Over the rows
/// that are complete; a column without any value takes no part.
pub fn merec(matrix: &Matrix) -> Weights {
    let observed = matrix.observed();
    let whole = matrix.complete(&observed);
    let m = whole.columns() as f64;
    let mut logarithms = Vec::with_capacity(whole.columns());
    for column in 0..whole.columns() {
        let values = whole.column(column);
        if let Some(x) = values.iter().find(|&&x| x <= 0.0) {
            return Err(format!("score must be > 0, got {x} (normalise with fraction_max)"));
        }
        // |ln(min / x)|, of a difference of logarithms: the quotient may be too small.
        let least = values.iter().copied().fold(f64::INFINITY, f64::min).ln();
        logarithms.push(values.iter().map(|x| x.ln() - least).collect::<Vec<_>>());
    }
    let mut effects = vec![Sum::default(); whole.columns()];
    for row in 0..whole.rows() {
        let all: Sum = logarithms.iter().map(|column| column[row]).collect();
        let performance = (all.value() / m).ln_1p();
        for (column, effect) in effects.iter_mut().enumerate() {
            let mut without = all;
            without.add(-logarithms[column][row]);
            effect.add(performance - (without.value() / m).max(0.0).ln_1p());
        }
    }
    let mut all = vec![0.0; matrix.columns()];
    for (column, effect) in observed.into_iter().zip(effects) {
        all[column] = effect.value().max(0.0);
    }
    shares(&all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(weights: &Weights, want: &[f64], to: f64) {
        let got = weights.as_ref().expect("weights").as_ref().expect("weights");
        assert_eq!(got.len(), want.len());
        for (got, want) in got.iter().zip(want) {
            assert!((got - want).abs() <= to, "{got} must be {want}");
        }
    }

    #[test]
    fn entropy_worked_by_hand() {
        // p = 0, 1: e = 0. p = 1/4, 3/4: e = (ln 4 / 4 + 3/4 ln 4/3) / ln 2.
        let matrix = Matrix::of(&[&[0.0, 2.0], &[1.0, 3.0], &[5.0, 5.0]]);
        let e = (0.25 * 4_f64.ln() + 0.75 * (4.0 / 3.0_f64).ln()) / 2_f64.ln();
        close(
            &by_column(&matrix, divergence),
            &[1.0 / (2.0 - e), (1.0 - e) / (2.0 - e), 0.0],
            1e-15,
        );
        assert_eq!(by_column(&Matrix::of(&[&[1.0, 1.0]]), divergence), Ok(None));
        assert_eq!(by_column(&Matrix::of(&[&[1.0], &[3.0]]), divergence), Ok(None));
        // The second is nearly even, and computed otherwise; by mpmath.
        let matrix = Matrix::of(&[&[1.0, 3.0, 2.0], &[1.0, 1.125, 1.0]]);
        close(
            &by_column(&matrix, divergence),
            &[0.982_205_932_118_588_1, 0.017_794_067_881_411_87],
            1e-14,
        );
    }

    #[test]
    fn critic_worked_by_hand() {
        // sd 1 and 2, r = 0.5: 1 * 0.5 against 2 * 0.5. A constant column counts nothing.
        let matrix = Matrix::of(&[&[1.0, 2.0, 3.0], &[2.0, 6.0, 4.0], &[7.0, 7.0, 7.0]]);
        close(&critic(&matrix), &[1.0 / 3.0, 2.0 / 3.0, 0.0], 1e-15);
        // sd 2, 4 and 1; the second is at r = -1 to the others, they at 1: 2 · 2, 4 · 4 and 1 · 2.
        let matrix = Matrix::of(&[&[1.0, 3.0], &[5.0, 1.0], &[2.0, 3.0]]);
        close(&critic(&matrix), &[4.0 / 22.0, 16.0 / 22.0, 2.0 / 22.0], 1e-15);
    }

    #[test]
    fn a_column_that_tells_nothing_has_no_weight_and_changes_no_other() {
        type Weighting = (fn(&Matrix) -> Weights, &'static str);
        let (none, x, y) = (f64::NAN, [1.0, 2.0, 4.0], [2.0, 9.0, 3.0]);
        let all: [Weighting; 5] = [
            (|matrix| by_column(matrix, divergence), "entropy"),
            (critic, "critic"),
            (|matrix| by_column(matrix, deviation), "sd"),
            (|matrix| by_column(matrix, variation), "cv"),
            (merec, "merec"),
        ];
        for (weights, name) in all {
            let without = weights(&Matrix::of(&[&x, &y])).unwrap().unwrap();
            for idle in [[none; 3], [5.0; 3]] {
                let with = weights(&Matrix::of(&[&x, &idle, &y])).unwrap().unwrap();
                assert_eq!(with[1], 0.0, "{name}");
                if name != "merec" || idle[0].is_nan() {
                    close(&Ok(Some(vec![with[0], with[2]])), &without, 1e-15);
                }
                // One that varies beside one that does not, either way round: the whole.
                assert_eq!(weights(&Matrix::of(&[&idle, &x])), Ok(Some(vec![0.0, 1.0])), "{name}");
                assert_eq!(weights(&Matrix::of(&[&x, &idle])), Ok(Some(vec![1.0, 0.0])), "{name}");
                assert_eq!(weights(&Matrix::of(&[&idle, &idle])), Ok(None), "{name}");
            }
        }
    }

    /// The example of the paper, printed to four digits. Of two criteria less is better there: 1/x
    /// turns them round, and min(1/x) / (1/x) is the paper's x / max.
    #[test]
    fn merec_of_the_paper() {
        let inverse = |x: &[f64]| x.iter().map(|x| 1.0 / x).collect::<Vec<_>>();
        let matrix = Matrix::of(&[
            &[450.0, 10.0, 100.0, 220.0, 5.0],
            &[8000.0, 9100.0, 8200.0, 9300.0, 8400.0],
            &inverse(&[54.0, 2.0, 31.0, 1.0, 23.0]),
            &inverse(&[145.0, 160.0, 153.0, 162.0, 158.0]),
        ]);
        close(&merec(&matrix), &[0.5752, 0.0141, 0.4016, 0.0091], 5e-5);
    }

    #[test]
    fn deviation_and_variation_worked_by_hand() {
        // sd 1 and 2 times √2, means 2 and 12: a third and two thirds; 1/2 to 1/6.
        let columns: [&[f64]; 2] = [&[1.0, 3.0], &[10.0, 14.0]];
        close(&by_column(&Matrix::of(&columns), deviation), &[1.0 / 3.0, 2.0 / 3.0], 1e-15);
        close(&by_column(&Matrix::of(&columns), variation), &[0.75, 0.25], 1e-15);
        // A mean of 0 is an error where the column varies only.
        close(&by_column(&Matrix::of(&[&[0.0, 0.0], columns[0]]), variation), &[0.0, 1.0], 0.0);
        let error = by_column(&Matrix::of(&[&[-1.0, 1.0], columns[0]]), variation).unwrap_err();
        assert!(error.starts_with("the mean of an indicator must not be 0"));
    }

    #[test]
    fn the_textbook_is_left_where_it_loses_digits() {
        let of = |values: [f64; 2]| plain_theil(&values, 2.0, power_of_two(values[1]));
        // p = 1/4 and 3/4: ln 2 times 1 - (2 - 3/4 log2 3)
        let want = 2_f64.ln() * (0.75 * 3_f64.log2() - 1.0);
        for values in [[1.0, 3.0], [1e8, 3e8], [1e-8, 3e-8], [1e300, 3e300]] {
            assert!(of(values).is_some_and(|t| (t - want).abs() < 1e-15), "{values:?}");
        }
        assert_eq!(of([0.0, 2.0]), Some(2_f64.ln())); // p = 0 and 1: e = 0
        assert_eq!(of([1.0, 1.1]), None);
    }

    #[test]
    fn shares_sum_to_one_or_are_none() {
        assert_eq!(shares(&[1.0, 9.0]), Ok(Some(vec![0.1, 0.9])));
        assert_eq!(shares(&[1.7e308, 1.7e308]), Ok(Some(vec![0.5, 0.5])));
        assert_eq!((shares(&[1.0, -1.0]), shares(&[0.0, 0.0])), (Ok(None), Ok(None)));
    }
}
