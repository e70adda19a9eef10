//! How often ranks without ties, in an order that says nothing, go together as well as those at hand:
//! the exact p values of Spearman's and Kendall's correlation.

use std::sync::OnceLock;

use statrs::function::gamma::gamma_ur;

/// Kendall's distribution is exact below so many rows, as in R.
const KENDALL: usize = 50;

/// Spearman's is enumerated up to so many rows, and a series up to so many: as in R.
const ENUMERATED: usize = 9;
const SERIES: usize = 1290;

/// Two-sided p value of Kendall's tau of `n` rows without ties, `concordant` of their pairs in the
/// same order; none where there are too many rows.
pub fn kendall(n: usize, concordant: usize) -> Option<f64> {
    static TAILS: [OnceLock<Vec<f64>>; KENDALL] = [const { OnceLock::new() }; KENDALL];
    let tails = TAILS.get(n)?.get_or_init(|| cumulated(inversions(n)));
    // Both tails are alike: the nearer end.
    let pairs = n * n.checked_sub(1)? / 2;
    let tail = tails.get(concordant.min(pairs.checked_sub(concordant)?))?;
    Some((2.0 * tail).min(1.0))
}

/// Two-sided p value of Spearman's rho of `n` rows without ties, from the sum of the squared
/// differences of their ranks; none where there are too many rows.
pub fn spearman(n: usize, squares: f64) -> Option<f64> {
    static TAILS: [OnceLock<Vec<f64>>; ENUMERATED + 1] =
        [const { OnceLock::new() }; ENUMERATED + 1];
    let size = n as f64;
    let most = size * (size * size - 1.0) / 3.0;
    // Both tails are alike: the nearer end.
    let squares = squares.round().min(most - squares.round());
    if squares < 0.0 {
        return None;
    }
    let tail = match TAILS.get(n) {
        Some(tails) => {
            let tails = tails.get_or_init(|| cumulated(squared_differences(n)));
            *tails.get(squares as usize)?
        }
        None if n <= SERIES => edgeworth(size, most - squares),
        None => return None,
    };
    Some((2.0 * tail).min(1.0))
}

fn cumulated(mut shares: Vec<f64>) -> Vec<f64> {
    (1..shares.len()).for_each(|i| shares[i] += shares[i - 1]);
    shares
}

/// For each number of inversions the share of the orders of `n` that have it.
fn inversions(n: usize) -> Vec<f64> {
    let mut shares = vec![1.0];
    for k in 2..=n {
        // The k-th comes before 0 to k - 1 of the others, as likely each.
        let mut next = vec![0.0; shares.len() + k - 1];
        for (i, share) in shares.iter().enumerate() {
            next[i..i + k].iter_mut().for_each(|next| *next += share / k as f64);
        }
        shares = next;
    }
    shares
}

/// For each sum of squared differences between the ranks 1 to `n` and an order of them, the share
/// of the orders that have it.
fn squared_differences(n: usize) -> Vec<f64> {
    let sums = n * (n * n - 1) / 3 + 1;
    // Of each set of ranks that the first rows can have taken: how many orders of it have a sum.
    let mut counts = vec![vec![0.0; sums]; 1 << n];
    counts[0][0] = 1.0;
    for taken in 0..1_usize << n {
        let row = taken.count_ones() as usize;
        let from = std::mem::take(&mut counts[taken]);
        for rank in (0..n).filter(|rank| taken >> rank & 1 == 0) {
            let square = rank.abs_diff(row).pow(2);
            for (sum, count) in from.iter().enumerate().filter(|(_, count)| **count > 0.0) {
                counts[taken | 1 << rank][sum + square] += count;
            }
        }
        counts[taken] = from;
    }
    let orders = counts.swap_remove((1 << n) - 1);
    let all: f64 = orders.iter().sum();
    orders.into_iter().map(|count| count / all).collect()
}

/// The chance of a sum of squared differences of at least `squares`: the normal distribution with
/// the terms of Edgeworth's series that algorithm AS 89 gives (Best and Roberts 1975).
fn edgeworth(n: f64, squares: f64) -> f64 {
    let b = 1.0 / n;
    let x = (6.0 * (squares - 1.0) * b / (n * n - 1.0) - 1.0) * (n - 1.0).sqrt();
    let y = x * x;
    let fourth = 0.0831 * b - y * b * (0.0131 - 4.6e-4 * y);
    let third = 0.0879 + 0.0151 * b - y * (0.0072 - fourth);
    let second = -0.0758 + b * (0.1033 + 0.3932 * b) - y * b * third;
    let first = 0.2274 + b * (0.2531 + 0.1745 * b) + y * second;
    let correction = x * b * first / (y / 2.0).exp();
    let upper = if x < 0.0 { 1.0 - normal_tails(x) / 2.0 } else { normal_tails(x) / 2.0 };
    (correction + upper).clamp(0.0, 1.0)
}

/// The chance of a standard normal number farther from 0 than `z`. By the incomplete gamma function,
/// which has all the digits: the error function at hand has ten of them.
pub fn normal_tails(z: f64) -> f64 {
    if z == 0.0 { 1.0 } else { gamma_ur(0.5, z * z / 2.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: Option<f64>, want: f64) {
        assert!(got.is_some_and(|got| (got - want).abs() < 1e-12), "{got:?} must be {want}");
    }

    /// Calls `f` with every order of `0..n`.
    fn orders(n: usize, f: &mut impl FnMut(&[usize])) {
        fn place(order: &mut Vec<usize>, n: usize, f: &mut impl FnMut(&[usize])) {
            if order.len() == n {
                return f(order);
            }
            for next in 0..n {
                if !order.contains(&next) {
                    order.push(next);
                    place(order, n, f);
                    order.pop();
                }
            }
        }
        place(&mut Vec::new(), n, f);
    }

    #[test]
    fn every_order_counted_one_by_one() {
        for n in 3..=7 {
            let (mut agree, mut squares) = (Vec::new(), Vec::new());
            orders(n, &mut |order| {
                let pairs = (0..n).flat_map(|i| (0..i).map(move |j| (j, i)));
                agree.push(pairs.filter(|&(j, i)| order[j] < order[i]).count() as f64);
                squares.push(
                    order.iter().enumerate().map(|(i, &r)| (r.abs_diff(i).pow(2)) as f64).sum(),
                );
            });
            let two_sided = |all: &[f64], at: f64| {
                let share = |count: usize| count as f64 / all.len() as f64;
                let up = share(all.iter().filter(|x| **x >= at).count());
                let down = share(all.iter().filter(|x| **x <= at).count());
                (2.0 * up.min(down)).min(1.0)
            };
            for &at in &agree {
                close(kendall(n, at as usize), two_sided(&agree, at));
            }
            for &at in &squares {
                close(spearman(n, at), two_sided(&squares, at));
            }
        }
    }

    #[test]
    fn a_perfect_order_is_one_of_all() {
        // 1 of n! each way: 2/6, 2/24, 2/120.
        for (n, want) in [(3, 1.0 / 3.0), (4, 1.0 / 12.0), (5, 1.0 / 60.0)] {
            close(spearman(n, 0.0), want);
            close(kendall(n, 0), want);
        }
        close(spearman(9, 240.0), 2.0 / 362_880.0);
        // 49 factorial
        let all = (1..=49).map(f64::from).product::<f64>();
        assert!(kendall(49, 0).is_some_and(|p| (p * all / 2.0 - 1.0).abs() < 1e-12));
    }

    /// Hollander and Wolfe's tuna: 9 rows, 26 of 36 pairs in the same order; R prints 0.1194.
    #[test]
    fn the_tuna() {
        assert!(kendall(9, 26).is_some_and(|p| (p - 0.1194).abs() < 5e-5));
    }

    /// Of the series R 4.2.2 gives, by cor.test on ranks with these sums.
    #[test]
    fn the_series_of_r() {
        for (n, squares, want) in [
            (10, 194.0, 0.6319673639060884),
            (10, 112.0, 0.3676839991584979),
            (11, 174.0, 0.5391138070347149),
            (15, 276.0, 0.056215875993234),
            (30, 1838.0, 7.344341877812783e-4),
            (30, 3608.0, 0.29458456831108),
            (200, 800_572.0, 6.2744921263959986e-9),
            (1290, 362_732_804.0, 0.6194193942536462),
            (10, 330.0, 0.0), // the series falls below 0 there
        ] {
            close(spearman(n, squares), want);
        }
        close(spearman(9, 12.0), 0.00202821869488536); // and enumerated
    }

    #[test]
    fn tails_of_the_normal_distribution() {
        // By scipy.special.erfc.
        for (z, want) in [
            (0.5, 0.6170750774519739),
            (-1.959963984540054, 0.05),
            (3.0, 0.0026997960632601918),
            (30.0, 9.81342785429749e-198),
        ] {
            assert!((normal_tails(z) / want - 1.0).abs() < 1e-12, "{z}: {}", normal_tails(z));
        }
    }

    #[test]
    fn beyond_the_tables_there_is_none() {
        assert_eq!((kendall(50, 3), spearman(1291, 10.0)), (None, None));
        assert!(kendall(49, 588).is_some() && spearman(1290, 10.0).is_some());
    }

    #[test]
    fn the_middle_of_the_series_says_nothing() {
        // 286 is half of 12 · 143 / 3: at least as much is more than half of all orders.
        close(spearman(12, 286.0), 1.0);
    }
}
