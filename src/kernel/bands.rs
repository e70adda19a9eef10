use super::quantile;

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
        if scores.len() != cuts.len() + 1 {
            return Err(format!(
                "scores must be one more than cuts, got {} for {}",
                scores.len(),
                cuts.len()
            ));
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
            true => quantile_of_negatives(sorted, *p),
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

/// `quantile` of the values times -1. Counted from the other end, not at `1 - p`: that is rounded,
/// and a value on the cut would fall off it.
fn quantile_of_negatives(sorted: &[f64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let at = p * last as f64;
    let (below, share) = (at.floor() as usize, at - at.floor());
    let low = -*sorted.get(last.checked_sub(below)?)?;
    match last.checked_sub(below + 1).and_then(|next| sorted.get(next)) {
        Some(high) if share > 0.0 => Some(low + share * (-high - low)),
        _ => Some(low),
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

    #[test]
    fn what_is_no_scale_is_refused() {
        assert!(Bands::new(&[], &[1.0]).is_err());
        assert!(Bands::new(&[0.5, 0.5], &[1.0, 2.0, 3.0]).is_err());
        assert!(Bands::new(&[1.0], &[1.0, 2.0]).is_err());
        assert!(Bands::new(&[0.5], &[1.0]).is_err());
        assert!(Bands::new(&[0.5], &[2.0, 1.0]).is_err());
    }
}
