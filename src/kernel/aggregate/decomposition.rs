//! By how much each node of a tree of means moved its parent and the top between two periods.
//!
//! The mean `p` of the scores `x` with weights `w` (summing to 1) and generator `f` solves
//! `f(p) = Σ w f(x)`. On the scale of `f` the scores add up; a straight line takes that scale back
//! to points of `p`, exactly in both periods, if it runs through both: its slope is the chord
//! `b = (p₁ - p₀) / (f(p₁) - f(p₀))`, or the tangent `1 / f'(p)` if nothing changed. The points
//! of a child in period t are then
//!
//! `Aₜ = wₜ (p₀ + b (f(xₜ) - f(p₀)))`, with `Σ Aₜ = pₜ`,
//!
//! and `A₁ - A₀` is what it moved its parent by. For the arithmetic mean `b = 1` and the points
//! are `w x`; for the geometric mean `b` is the logarithmic mean of `p₀` and `p₁`, and with
//! constant weights the contribution is `w L(p₀, p₁) ln(x₁ / x₀)`.
//!
//! To the top the same is done level by level. The scale on which node n counts is the straight
//! line `y(x) = c + s (h(x) - h(r))` of its parent's generator `h`, its points are `W y(x)` with
//! `W` the product of the weights down to it; the line of its children, with its own generator
//! `f`, is drawn through `(f(x₀), y(x₀))` and `(f(x₁), y(x₁))`. So the points of children add up
//! to those of their node in each period, whatever happens to the weights.
//!
//! A child that counts against its parent enters it as `e - x`: on the way down the line is drawn through
//! its own scores and the points of the turned ones.
//!
//! References: Vartia (1976), Ideal log-change index numbers; Ang (2004), Decomposition analysis
//! for policymaking in energy (log-mean Divisia); Balk (2008), Price and Quantity Index Numbers.

use super::quasi::QuasiMean;

/// A node as the decomposition sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// The node above; none for the top.
    pub parent: Option<usize>,
    /// How its children are combined; none for an indicator or for a method that has no exact
    /// decomposition.
    pub mean: Option<QuasiMean>,
    /// What its score is taken from before it enters that of its parent; none if it enters as it is.
    pub turned_from: Option<f64>,
}

impl Part {
    /// Scores of the node as they enter that of its parent.
    fn entering(&self, scores: [f64; 2]) -> [f64; 2] {
        self.turned_from.map_or(scores, |ends| scores.map(|x| ends - x))
    }
}

/// All nodes in one period.
#[derive(Debug, Clone, Copy)]
pub struct Snapshot<'a> {
    /// Scores, NaN where there is none.
    pub scores: &'a [f64],
    /// Shares of the weight within the parent, over the siblings that are present; 0 if missing.
    pub weights: &'a [f64],
}

impl Snapshot<'_> {
    /// What is missing has no weight.
    fn weight(&self, node: usize) -> f64 {
        if self.scores[node].is_nan() { 0.0 } else { self.weights[node] }
    }
}

/// Points by which a node moved what lies above it.
///
/// None where it cannot be told: a score of the parent (of the top) is missing in either period, a
/// method on the way has no exact decomposition, or the points are beyond the range of `f64`.
/// A node that is missing in one period has 0 points there.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Contribution {
    /// Points of its parent's score; none for the top.
    pub to_parent: Option<f64>,
    /// Points of the top's score; for the top its own change.
    pub to_top: Option<f64>,
}

/// The straight line `at_origin + slope (f(x) - f(origin))`.
#[derive(Debug, Clone, Copy)]
struct Line {
    mean: QuasiMean,
    origin: f64,
    at_origin: f64,
    slope: f64,
}

impl Line {
    const POINTS: Self =
        Self { mean: QuasiMean::Arithmetic, origin: 0.0, at_origin: 0.0, slope: 1.0 };

    fn of(&self, x: f64) -> f64 {
        self.at_origin + self.slope * self.mean.change(self.origin, x)
    }

    /// The line on the scale of `mean` that agrees with this one at both scores of a node; with one
    /// missing, that touches it at the other. This one has them as they enter the parent.
    fn through(self, mean: QuasiMean, node: &Part, scores: [f64; 2]) -> Self {
        if mean == self.mean && node.turned_from.is_none() {
            return self;
        }
        let ([before, now], [from, to]) = (scores, node.entering(scores));
        let (origin, entering) = if before.is_nan() { (now, to) } else { (before, from) };
        let has_chord = before != now && !before.is_nan() && !now.is_nan();
        let sign = if node.turned_from.is_some() { -1.0 } else { 1.0 };
        let ratio = match has_chord {
            true => self.mean.change(from, to) / mean.change(before, now),
            false => sign * self.mean.derivative(entering) / mean.derivative(origin),
        };
        Self { mean, origin, at_origin: self.of(entering), slope: self.slope * ratio }
    }

    /// `w₁ y(x₁) - w₀ y(x₀)`; what has no weight is not looked at.
    fn moved(&self, weights: [f64; 2], scores: [f64; 2]) -> Option<f64> {
        let ([w0, w1], [x0, x1]) = (weights, scores);
        let points = match (w0 == 0.0, w1 == 0.0) {
            (true, true) => 0.0,
            (true, false) => w1 * self.of(x1),
            (false, true) => -w0 * self.of(x0),
            (false, false) if w0 == w1 && x0 == x1 => 0.0,
            (false, false) => {
                let change = self.slope * self.mean.change(x0, x1);
                if w0 == w1 {
                    w1 * change
                } else {
                    // The same with the two effects apart: neither cancels where the other is 0.
                    (w0 + w1) / 2.0 * change + (w1 - w0) * (self.of(x0) + change / 2.0)
                }
            }
        };
        points.is_finite().then_some(points)
    }
}

/// The way from a node's children to the top: their line, and the weight of the node itself.
type Way = Option<(Line, [f64; 2])>;

/// For each node, by how much it moved its parent and the top from `before` to `now`.
///
/// `top_down` has each node after its parent; nodes that it leaves out get nothing. The points of
/// children sum to the change of their parent, and to the points of their parent at the top.
pub fn contributions(
    parts: &[Part],
    top_down: &[usize],
    root: usize,
    before: Snapshot,
    now: Snapshot,
) -> Vec<Contribution> {
    let mut all = vec![Contribution::default(); parts.len()];
    let mut to_parent: Vec<Option<Line>> = vec![None; parts.len()];
    let mut to_top: Vec<Way> = vec![None; parts.len()];
    for &node in top_down {
        let scores = [before.scores[node], now.scores[node]];
        let is_whole = scores.iter().all(|x| !x.is_nan());
        let (line, weights) = if node == root {
            if is_whole {
                all[node].to_top = Line::POINTS.moved([1.0; 2], scores);
            }
            (is_whole.then_some(Line::POINTS), [1.0; 2])
        } else {
            let Some(parent) = parts[node].parent else { continue };
            let own = [before.weight(node), now.weight(node)];
            let entering = parts[node].entering(scores);
            all[node].to_parent = to_parent[parent].and_then(|line| line.moved(own, entering));
            match to_top[parent] {
                Some((line, above)) => {
                    let weights = [above[0] * own[0], above[1] * own[1]];
                    all[node].to_top = line.moved(weights, entering);
                    (Some(line), weights)
                }
                None => (None, own),
            }
        };
        if let Some(mean) = parts[node].mean {
            let as_it_is = Part { turned_from: None, ..parts[node] };
            to_parent[node] = is_whole.then(|| Line::POINTS.through(mean, &as_it_is, scores));
            to_top[node] = line.map(|line| (line.through(mean, &parts[node], scores), weights));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NONE: f64 = f64::NAN;
    use QuasiMean::{Arithmetic, Geometric, Harmonic, Power};

    /// A top over children.
    fn star(mean: QuasiMean, children: usize) -> Vec<Part> {
        let child = Part { parent: Some(0), mean: None, turned_from: None };
        let mut parts = vec![Part { parent: None, mean: Some(mean), turned_from: None }];
        parts.resize(children + 1, child);
        parts
    }

    /// Weights of those that are there, and the scores of the nodes above the leaves, bottom up.
    fn settle(parts: &[Part], scores: &mut [f64], weights: &mut [f64]) {
        weights[0] = 1.0;
        for node in (0..parts.len()).rev() {
            let Some(mean) = parts[node].mean else { continue };
            let children: Vec<usize> = (0..parts.len())
                .filter(|&i| parts[i].parent == Some(node) && !scores[i].is_nan())
                .collect();
            let total: f64 = children.iter().map(|&i| weights[i]).sum();
            children.iter().for_each(|&i| weights[i] /= total);
            let entering = |i: usize| parts[i].entering([scores[i]; 2])[0];
            let sum: f64 = children.iter().map(|&i| weights[i] * mean.term(entering(i))).sum();
            scores[node] = if children.is_empty() { NONE } else { mean.score(sum) };
        }
        (0..parts.len()).filter(|&i| scores[i].is_nan()).for_each(|i| weights[i] = 0.0);
    }

    fn between(
        parts: &[Part],
        before: (&[f64], &[f64]),
        now: (&[f64], &[f64]),
    ) -> Vec<Contribution> {
        let order: Vec<usize> = (0..parts.len()).collect();
        let snapshot = |(scores, weights)| Snapshot { scores, weights };
        contributions(parts, &order, 0, snapshot(before), snapshot(now))
    }

    fn close(got: Option<f64>, want: f64) {
        assert!(got.is_some_and(|x| (x - want).abs() < 1e-12 * want.abs()), "{got:?} for {want}");
    }

    /// The Beijing-Tianjin-Hebei regional development index of 2024, as published: five
    /// sub-indices of equal weight, their points and changes.
    #[test]
    fn arithmetic_worked_by_hand() {
        let now = [194.9, 145.2, 171.2, 106.7, 152.7];
        let changes = [14.5, 5.4, 2.6, -0.4, 2.7];
        let (mut x0, mut x1) = (vec![0.0], vec![0.0]);
        x1.extend(now);
        x0.extend(now.iter().zip(changes).map(|(x, change)| x - change));
        (x0[0], x1[0]) = (x0[1..].iter().sum::<f64>() / 5.0, x1[1..].iter().sum::<f64>() / 5.0);
        let mut weights = vec![0.2; 6];
        weights[0] = 1.0;
        let all = between(&star(Arithmetic, 5), (&x0, &weights), (&x1, &weights));
        for (contribution, points) in all[1..].iter().zip([2.9, 1.08, 0.52, -0.08, 0.54]) {
            assert!((contribution.to_parent.unwrap() - points).abs() < 1e-13);
            assert_eq!(contribution.to_parent, contribution.to_top);
        }
        assert_eq!(all[0].to_parent, None);
        assert!((all[0].to_top.unwrap() - 4.96).abs() < 1e-13);
    }

    #[test]
    fn geometric_worked_by_hand() {
        // From sqrt(2 * 8) = 4 to sqrt(8 * 8) = 8: all of it by the first child. With weights
        // of a half, L(4, 8) ln(8 / 2) / 2 = 4 / ln 2 * ln 2.
        let (x0, x1, w) = ([4.0, 2.0, 8.0], [8.0, 8.0, 8.0], [1.0, 0.5, 0.5]);
        let all = between(&star(Geometric, 2), (&x0, &w), (&x1, &w));
        close(all[1].to_parent, 4.0);
        assert_eq!(all[2].to_parent, Some(0.0));
        // From sqrt(1 * 4) = 2 to sqrt(4 * 16) = 8: both by 6 / ln 4 * ln 4 / 2.
        let (x0, x1) = ([2.0, 1.0, 4.0], [8.0, 4.0, 16.0]);
        for contribution in &between(&star(Geometric, 2), (&x0, &w), (&x1, &w))[1..] {
            close(contribution.to_top, 3.0);
        }
    }

    #[test]
    fn a_mean_that_stays_has_contributions_that_cancel() {
        // sqrt(2 * 8) = sqrt(8 * 2): the tangent, 4 ln(4) / 2.
        let (x0, x1, w) = ([4.0, 2.0, 8.0], [4.0, 8.0, 2.0], [1.0, 0.5, 0.5]);
        let all = between(&star(Geometric, 2), (&x0, &w), (&x1, &w));
        close(all[1].to_parent, 2.0 * 4_f64.ln());
        close(all[2].to_parent, -2.0 * 4_f64.ln());
        for mean in [Arithmetic, Geometric, Harmonic, Power(2.5)] {
            let same = between(&star(mean, 2), (&x0, &w), (&x0, &w));
            assert!(same.iter().all(|contribution| contribution.to_top == Some(0.0)));
        }
    }

    #[test]
    fn a_child_that_comes_or_goes_counts_with_all_its_points() {
        // 30 from (20, 40); 40 from 40 alone.
        let (x0, w0) = ([30.0, 20.0, 40.0], [1.0, 0.5, 0.5]);
        let (x1, w1) = ([40.0, NONE, 40.0], [1.0, 0.0, 1.0]);
        let gone = between(&star(Arithmetic, 2), (&x0, &w0), (&x1, &w1));
        assert_eq!((gone[1].to_parent, gone[2].to_parent), (Some(-10.0), Some(20.0)));
        let come = between(&star(Arithmetic, 2), (&x1, &w1), (&x0, &w0));
        assert_eq!((come[1].to_top, come[2].to_top), (Some(10.0), Some(-20.0)));
    }

    #[test]
    fn what_cannot_be_told() {
        let (x, w, none) = ([3.0, 2.0, 4.0], [1.0, 0.5, 0.5], [NONE, 2.0, NONE]);
        let missing = between(&star(Arithmetic, 2), (&none, &w), (&x, &w));
        assert!(missing.iter().all(|contribution| *contribution == Contribution::default()));
        // The method of the node in the middle has no decomposition, the one above it has.
        let mut chain = star(Arithmetic, 1);
        chain.push(Part { parent: Some(1), mean: None, turned_from: None });
        let all = between(&chain, (&[1.0; 3], &[1.0; 3]), (&[2.0, 2.0, 5.0], &[1.0; 3]));
        assert_eq!(all[1], Contribution { to_parent: Some(1.0), to_top: Some(1.0) });
        assert_eq!(all[2], Contribution::default());
    }

    #[test]
    fn a_turned_node_moves_its_parent_the_other_way() {
        // The top is the mean of 10 - 3 = 7 and 9, then of 10 - 5 = 5 and 9; 3 is that of 2 and 4, 5
        // that of 6 and 4: all of it is the first one's, and lowers the top.
        let part = |parent, mean, turned_from| Part { parent, mean, turned_from };
        let parts = [
            part(None, Some(Arithmetic), None),
            part(Some(0), Some(Arithmetic), Some(10.0)),
            part(Some(0), None, None),
            part(Some(1), None, None),
            part(Some(1), None, None),
        ];
        let w = [1.0, 0.5, 0.5, 0.5, 0.5];
        let all =
            between(&parts, (&[8.0, 3.0, 9.0, 2.0, 4.0], &w), (&[7.0, 5.0, 9.0, 6.0, 4.0], &w));
        let of = |i: usize| (all[i].to_parent, all[i].to_top);
        assert_eq!([of(1), of(2)], [(Some(-1.0), Some(-1.0)), (Some(0.0), Some(0.0))]);
        assert_eq!([of(3), of(4)], [(Some(2.0), Some(-1.0)), (Some(0.0), Some(0.0))]);
    }

    #[test]
    fn a_change_of_unit_changes_nothing_but_the_unit() {
        let (x0, w0) = ([8_f64.sqrt(), 2.0, 4.0], [1.0, 0.5, 0.5]);
        let (x1, w1) = ([9_f64.powf(0.25) * 16_f64.powf(0.75), 9.0, 16.0], [1.0, 0.25, 0.75]);
        let times = |x: [f64; 3]| x.map(|x| x * 1000.0);
        let one = between(&star(Geometric, 2), (&x0, &w0), (&x1, &w1));
        let other = between(&star(Geometric, 2), (&times(x0), &w0), (&times(x1), &w1));
        for (one, other) in one.iter().zip(&other).skip(1) {
            close(other.to_parent, one.to_parent.unwrap() * 1000.0);
        }
    }

    /// 0; 1, 2 under it; 3 to 5 under 1 and 6, 7 under 2; 8, 9 under 3, 10, 11 under 4, 12 under 6.
    const PARENTS: [usize; 13] = [0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 4, 6];

    fn generator() -> impl Strategy<Value = QuasiMean> {
        let power = prop_oneof![Just(-2.0), Just(0.5), Just(2.0), Just(3.0)].prop_map(Power);
        prop_oneof![Just(Arithmetic), Just(Geometric), Just(Harmonic), power]
    }

    fn period() -> impl Strategy<Value = Vec<(f64, f64, bool)>> {
        let cell = (1.0..200.0f64, 0.1..3.0f64, prop::bool::weighted(0.15));
        prop::collection::vec(cell, PARENTS.len())
    }

    proptest! {
        #[test]
        fn children_sum_to_their_node(
            generators in prop::collection::vec(generator(), PARENTS.len()),
            first in period(),
            second in period(),
            turned in prop::collection::vec(prop::bool::weighted(0.3), PARENTS.len()),
            step in prop_oneof![Just(0.0), Just(1e-12), Just(1.0)],
        ) {
            let parts: Vec<Part> = (0..PARENTS.len()).map(|i| Part {
                parent: (i > 0).then(|| PARENTS[i]),
                mean: PARENTS[1..].contains(&i).then_some(generators[i]),
                turned_from: (i > 0 && turned[i]).then_some(300.0),
            }).collect();
            let scores = |cells: &[(f64, f64, bool)]| -> Vec<f64> {
                cells.iter().map(|cell| if cell.2 { NONE } else { cell.0 }).collect()
            };
            let weights = |cells: &[(f64, f64, bool)]| -> Vec<f64> {
                cells.iter().map(|cell| cell.1).collect()
            };
            let (mut x0, mut w0) = (scores(&first), weights(&first));
            // All new, or a hair's breadth from before, or the same.
            let (mut x1, mut w1) = match step {
                1.0 => (scores(&second), weights(&second)),
                step => (x0.iter().map(|x| x * (1.0 + step)).collect(), w0.clone()),
            };
            settle(&parts, &mut x0, &mut w0);
            settle(&parts, &mut x1, &mut w1);
            let all = between(&parts, (&x0, &w0), (&x1, &w1));
            for node in (0..parts.len()).filter(|&node| parts[node].mean.is_some()) {
                let children =
                    || all.iter().zip(&parts).filter(|(_, part)| part.parent == Some(node));
                let is_there = !x0[node].is_nan() && !x1[node].is_nan();
                let near = |sum: f64, want: f64| (sum - want).abs() <= 1e-12 * 200.0;
                prop_assert!(children().all(|(child, _)| child.to_parent.is_some() == is_there));
                if is_there {
                    let sum = children().filter_map(|(child, _)| child.to_parent).sum();
                    prop_assert!(near(sum, x1[node] - x0[node]), "{sum} to parent {node}");
                }
                let Some(want) = all[node].to_top else { continue };
                prop_assert!(children().all(|(child, _)| child.to_top.is_some()));
                let sum = children().filter_map(|(child, _)| child.to_top).sum();
                prop_assert!(near(sum, want), "{sum} must be {want} below {node}");
            }
        }
    }

    #[test]
    fn other_means_that_stay_go_along_their_tangent() {
        // 2 / (1/2 + 1/6) = 3 = 2 / (1/6 + 1/2): 9 (1/2 - 1/6) / 2.
        let (x0, x1, w) = ([3.0, 2.0, 6.0], [3.0, 6.0, 2.0], [1.0, 0.5, 0.5]);
        let all = between(&star(Harmonic, 2), (&x0, &w), (&x1, &w));
        close(all[1].to_parent, 1.5);
        close(all[2].to_top, -1.5);
        // √((1 + 49) / 2) = 5: (49 - 1) / (2 · 5) / 2.
        let (x0, x1) = ([5.0, 1.0, 7.0], [5.0, 7.0, 1.0]);
        let all = between(&star(Power(2.0), 2), (&x0, &w), (&x1, &w));
        close(all[1].to_parent, 2.4);
        close(all[2].to_top, -2.4);
    }
}
