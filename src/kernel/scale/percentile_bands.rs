//! Scores of bands between percentiles.

use crate::kernel::describe::quantile::{quantile, quantile_by};

/// Bands between percentiles of a reference set, each with its score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bands<'a> {
    cuts: &'a [f64],
    scores: &'a [f64],
}

impl<'a> Bands<'a> {
    /// Bands cut at these shares (0 to 1), with one score more than there are cuts. `Err` says
    /// what must be.
    pub fn new(cuts: &'a [f64], scores: &'a [f64]) -> Result<Self, String> {
        let ascend = |numbers: &[f64]| numbers.is_sorted_by(|a, b| a < b);
        if cuts.is_empty() || !ascend(cuts) || cuts.iter().any(|p| *p <= 0.0 || *p >= 1.0) {
            return Err(format!("cuts must ascend between 0 and 1, got {cuts:?}"));
        }
        let (n, of_cuts) = (scores.len(), cuts.len());
        if n != of_cuts + 1 {
            return Err(format!("scores must be one more than cuts, got {n} for {of_cuts}"));
        }
        if !ascend(scores) {
            return Err(format!(
                "scores must ascend from the worst band to the best, got {scores:?}"
            ));
        }
        Ok(Self { cuts, scores })
    }

    /// The cut points of sorted values, on the scale turned round if `direction` is -1.
    pub fn cut_points(self, sorted: &[f64], direction: f64) -> impl Iterator<Item = f64> {
        self.cuts.iter().filter_map(move |p| match direction < 0.0 {
            // Counted from the other end, not at 1 - p: that is rounded, and a value on the cut
            // would fall off it.
            true => quantile_by(sorted.len(), *p, |i| {
                sorted.len().checked_sub(i + 1).map(|from_the_end| -sorted[from_the_end])
            }),
            false => quantile(sorted, *p),
        })
    }

    /// The score of a value, given the cut points. A value on a cut belongs to the better band.
    #[inline]
    pub fn score(
        self,
        x: f64,
        cut_points: impl Iterator<Item = f64>,
        direction: f64,
    ) -> Option<f64> {
        let x = if direction < 0.0 { -x } else { x };
        self.scores.get(cut_points.filter(|cut| x >= *cut).count()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        let sorted: Vec<f64> = (0..=10).map(f64::from).collect();
        let bands = Bands::new(&[0.1, 0.5], &[0.0, 1.0, 2.0]).unwrap();
        let score =
            |x, direction| bands.score(x, bands.cut_points(&sorted, direction), direction).unwrap();
        assert_eq!(
            [0.0, 0.9, 1.0, 4.9, 5.0, 11.0].map(|x| score(x, 1.0)),
            [0.0, 0.0, 1.0, 1.0, 2.0, 2.0]
        );
        // -x: cuts at -9 and -5
        assert_eq!([10.0, 9.0, 5.1, 5.0, 0.0].map(|x| score(x, -1.0)), [0.0, 1.0, 1.0, 2.0, 2.0]);
    }

    /// p (n - 1) is rounded for many p and n: a value on the cut is in the better band all the same.
    #[test]
    fn a_value_on_a_cut_belongs_to_the_better_band_both_ways() {
        for n in 2..130_usize {
            let sorted: Vec<f64> = (0..n).map(|i| i as f64).collect();
            for percent in 1..100_usize {
                if percent * (n - 1) % 100 != 0 {
                    continue; // between two values
                }
                let on_the_cut = (percent * (n - 1) / 100) as f64;
                let cuts = [percent as f64 / 100.0];
                let bands = Bands::new(&cuts, &[0.0, 1.0]).unwrap();
                let score =
                    |x, direction| bands.score(x, bands.cut_points(&sorted, direction), direction);
                let turned = (n - 1) as f64 - on_the_cut;
                assert_eq!(score(on_the_cut, 1.0), Some(1.0), "{percent} of {n}");
                assert_eq!(score(turned, -1.0), Some(1.0), "{percent} of {n} turned round");
                assert_eq!(score(turned + 0.5, -1.0), Some(0.0));
            }
        }
    }

    #[test]
    fn what_is_no_scale_is_refused() {
        assert!(Bands::new(&[], &[1.0]).is_err());
        assert!(Bands::new(&[0.5, 0.5], &[1.0, 2.0, 3.0]).is_err());
        assert!(Bands::new(&[1.0], &[1.0, 2.0]).is_err());
        assert!(Bands::new(&[0.5], &[1.0]).is_err());
        assert!(Bands::new(&[0.5], &[2.0, 1.0]).is_err());
    }
}
