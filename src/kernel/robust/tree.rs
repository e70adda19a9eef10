//! Weighted means along a tree, for many sets of weights.

use std::borrow::Cow;

use crate::kernel::aggregate::{power::SMALL, quasi::QuasiMean};

/// Whether terms that are added up plainly keep their digits.
fn keeps_digits(mean: &QuasiMean) -> bool {
    const LARGE: f64 = 32.0;
    match mean {
        QuasiMean::Power(p) => (SMALL..=LARGE).contains(&p.abs()),
        _ => true,
    }
}

/// What is averaged for a score; none if the mean is not defined for it, or out of range.
fn term(mean: QuasiMean, x: f64) -> Option<f64> {
    match mean {
        QuasiMean::Arithmetic => Some(x),
        QuasiMean::Power(p) if x == 0.0 && p > 0.0 => Some(0.0),
        _ if x <= 0.0 => None,
        QuasiMean::Geometric => Some(x.ln()),
        _ => Some(mean.term(x)).filter(|term| term.is_normal()),
    }
}

/// Scores that no weight changes.
#[derive(Debug, Clone)]
pub struct Known {
    /// NaN where missing.
    scores: Vec<f64>,
    /// 0 where missing; nothing if they are the scores themselves.
    terms: Vec<f64>,
    gaps: Vec<u32>,
}

impl Known {
    fn new(scores: Vec<f64>, average: Option<QuasiMean>) -> (Self, bool) {
        let gaps: Vec<u32> =
            scores.iter().zip(0..).filter(|(x, _)| x.is_nan()).map(|(_, unit)| unit).collect();
        let mut terms = Vec::new();
        let mut has_terms = true;
        if let Some(average) = average
            && (average != QuasiMean::Arithmetic || !gaps.is_empty())
        {
            let term = |&x: &f64| if x.is_nan() { Some(0.0) } else { term(average, x) };
            match scores.iter().map(term).collect() {
                Some(all) => terms = all,
                None => has_terms = false,
            }
        }
        (Self { scores, terms, gaps }, has_terms)
    }

    fn terms(&self) -> &[f64] {
        if self.terms.is_empty() { &self.scores } else { &self.terms }
    }
}

/// Where the scores of a child come from.
#[derive(Debug, Clone)]
pub enum Source {
    /// They are the same whatever the weights.
    Known(Known),
    /// From an earlier step.
    Step(usize),
}

/// One node of a tree: a mean of its children.
#[derive(Debug, Clone)]
pub struct Step {
    /// The node.
    pub node: usize,
    /// None: the mean is none of these, or not defined for a score; it is asked for.
    average: Option<QuasiMean>,
    /// Units that have no score here, whatever the weights: too little of them is observed.
    uncovered: Vec<u32>,
    /// The nodes of the children, whose weights count, and their scores.
    children: Vec<(usize, Source)>,
}

/// What a step has to begin with.
#[derive(Debug)]
pub enum Child {
    /// Scores, NaN where missing.
    Scores(Vec<f64>),
    /// The scores of an earlier step.
    Step(usize),
}

impl Step {
    /// A node that averages its children, for all units but those that are `uncovered` (in
    /// ascending order).
    pub fn new(
        node: usize,
        average: Option<QuasiMean>,
        uncovered: Vec<u32>,
        children: Vec<(usize, Child)>,
    ) -> Self {
        let average = average.filter(keeps_digits);
        let mut is_defined = true;
        let source = |(node, child)| match child {
            Child::Step(step) => (node, Source::Step(step)),
            Child::Scores(scores) => {
                let (known, has_terms) = Known::new(scores, average);
                is_defined &= has_terms;
                (node, Source::Known(known))
            }
        };
        let children = children.into_iter().map(source).collect();
        Self { node, average: average.filter(|_| is_defined), uncovered, children }
    }
}

/// Nodes of a tree whose scores depend on weights, children before their parents.
#[derive(Debug, Clone)]
pub struct Tree {
    units: usize,
    steps: Vec<Step>,
}

/// Scores of a node with one set of weights.
#[derive(Debug, Clone)]
struct Scores {
    /// As terms of this mean; 0 where missing.
    terms: Vec<f64>,
    average: QuasiMean,
    gaps: Vec<u32>,
}

/// Memory that is used again.
#[derive(Debug, Default)]
pub struct Room {
    /// Per step, per set of weights.
    scores: Vec<Vec<Scores>>,
    converted: Vec<Vec<f64>>,
    missing: Vec<f64>,
}

/// Units that are worked on at a time: few enough for the fast memory of a core.
const BLOCK: usize = 512;

/// Below this share of the weight, what is observed is added up rather than taken from the whole.
const LITTLE: f64 = 1.0 / 1024.0;

impl Tree {
    /// A tree of these steps; the last one is the node that is asked for.
    pub fn new(units: usize, steps: Vec<Step>) -> Self {
        Self { units, steps }
    }

    /// Numbers that [`Room`] holds for each set of weights.
    pub fn size(&self) -> usize {
        2 * self.steps.len() * self.units
    }

    /// The scores of the last step for each set of weights (a weight per node), given to `each` with
    /// the position of the set; NaN where missing.
    ///
    /// A mean that is not an [`QuasiMean`] is asked of `combine`: node, scores of the children (NaN
    /// where missing), their weights.
    ///
    /// # Errors
    /// Those of `combine`.
    pub fn scores<E>(
        &self,
        weights: &[Vec<f64>],
        room: &mut Room,
        combine: impl Fn(usize, &[&[f64]], &[f64]) -> Result<Vec<f64>, E>,
        mut each: impl FnMut(usize, &[f64]),
    ) -> Result<(), E> {
        let nothing =
            || Scores { terms: Vec::new(), average: QuasiMean::Arithmetic, gaps: Vec::new() };
        room.scores.resize_with(self.steps.len(), Vec::new);
        for scores in &mut room.scores {
            scores.resize_with(weights.len().max(scores.len()), nothing);
        }
        for (i, step) in self.steps.iter().enumerate() {
            let (before, here) = room.scores.split_at_mut(i);
            let here = &mut here[0][..weights.len()];
            let is_done =
                self.average(step, before, weights, here, &mut room.converted, &mut room.missing);
            for (set, scores) in here.iter_mut().enumerate() {
                if !is_done[set] {
                    self.ask(step, before, set, &weights[set], scores, &combine)?;
                }
            }
        }
        let Some(last) = room.scores.last_mut() else { return Ok(()) };
        for (set, scores) in last[..weights.len()].iter_mut().enumerate() {
            each(set, scores.plain());
        }
        Ok(())
    }

    /// The means of a step. False for those that must be asked for.
    fn average(
        &self,
        step: &Step,
        before: &[Vec<Scores>],
        weights: &[Vec<f64>],
        here: &mut [Scores],
        converted: &mut Vec<Vec<f64>>,
        missing: &mut Vec<f64>,
    ) -> Vec<bool> {
        let Some(average) = step.average else { return vec![false; weights.len()] };
        let mut is_done = vec![true; weights.len()];
        // Scores of earlier steps as terms of this mean.
        let mut at = 0;
        for (set, is_done) in is_done.iter_mut().enumerate() {
            for (_, source) in &step.children {
                let Source::Step(child) = source else { continue };
                let scores = &before[*child][set];
                if scores.average == average {
                    continue;
                }
                if converted.len() <= at {
                    converted.push(Vec::new());
                }
                *is_done &= scores.terms_of(average, &mut converted[at]);
                at += 1;
            }
        }
        let mut fresh = converted.iter();
        let mut columns: Vec<Vec<&[f64]>> = vec![Vec::new(); weights.len()];
        for (set, of_set) in columns.iter_mut().enumerate() {
            for (_, source) in &step.children {
                of_set.push(match source {
                    Source::Known(known) => known.terms(),
                    Source::Step(child) if before[*child][set].average == average => {
                        &before[*child][set].terms
                    }
                    Source::Step(_) => fresh.next().map_or(&[], Vec::as_slice),
                });
            }
        }
        let of_children: Vec<Vec<f64>> = weights
            .iter()
            .map(|weights| step.children.iter().map(|(node, _)| weights[*node]).collect())
            .collect();
        for scores in here.iter_mut() {
            scores.terms.clear();
            scores.terms.resize(self.units, 0.0);
            scores.gaps.clear();
            scores.average = average;
        }
        for start in (0..self.units).step_by(BLOCK) {
            let end = (start + BLOCK).min(self.units);
            for (set, scores) in here.iter_mut().enumerate().filter(|(set, _)| is_done[*set]) {
                add_up(&columns[set], &of_children[set], start, &mut scores.terms[start..end]);
            }
        }
        for (set, scores) in here.iter_mut().enumerate() {
            if !is_done[set] {
                continue;
            }
            let gaps = step.children.iter().map(|(_, source)| match source {
                Source::Known(known) => known.gaps.as_slice(),
                Source::Step(child) => before[*child][set].gaps.as_slice(),
            });
            let gaps: Vec<&[u32]> = gaps.collect();
            is_done[set] = scores.divide(&of_children[set], &gaps, &step.uncovered, missing);
        }
        is_done
    }

    fn ask<E>(
        &self,
        step: &Step,
        before: &[Vec<Scores>],
        set: usize,
        weights: &[f64],
        here: &mut Scores,
        combine: &impl Fn(usize, &[&[f64]], &[f64]) -> Result<Vec<f64>, E>,
    ) -> Result<(), E> {
        let columns = step.children.iter().map(|(_, source)| match source {
            Source::Known(known) => Cow::Borrowed(known.scores.as_slice()),
            Source::Step(child) => {
                let mut scores = before[*child][set].clone();
                scores.plain();
                Cow::Owned(scores.terms)
            }
        });
        let columns: Vec<Cow<[f64]>> = columns.collect();
        let columns: Vec<&[f64]> = columns.iter().map(AsRef::as_ref).collect();
        let of_children: Vec<f64> = step.children.iter().map(|(node, _)| weights[*node]).collect();
        here.terms = combine(step.node, &columns, &of_children)?;
        here.average = QuasiMean::Arithmetic;
        here.gaps.clear();
        step.uncovered.iter().for_each(|&unit| here.terms[unit as usize] = f64::NAN);
        for (unit, x) in here.terms.iter_mut().enumerate().filter(|(_, x)| x.is_nan()) {
            here.gaps.push(unit as u32);
            *x = 0.0;
        }
        Ok(())
    }
}

impl Scores {
    /// Writes the terms of another mean. False if it is not defined for a score.
    fn terms_of(&self, average: QuasiMean, terms: &mut Vec<f64>) -> bool {
        terms.clear();
        let of = |&term: &f64| self::term(average, self.average.score(term)).unwrap_or(f64::NAN);
        terms.extend(self.terms.iter().map(of));
        self.gaps.iter().for_each(|&unit| terms[unit as usize] = 0.0);
        terms.iter().all(|term| term.is_finite())
    }

    /// The scores themselves, NaN where missing.
    fn plain(&mut self) -> &[f64] {
        if self.average != QuasiMean::Arithmetic {
            let average = self.average;
            self.terms.iter_mut().for_each(|term| *term = average.score(*term));
            self.average = QuasiMean::Arithmetic;
        }
        self.gaps.iter().for_each(|&unit| self.terms[unit as usize] = f64::NAN);
        &self.terms
    }

    /// Makes means of sums, given what was missing in them. False if they are not finite.
    fn divide(
        &mut self,
        weights: &[f64],
        gaps: &[&[u32]],
        uncovered: &[u32],
        missing: &mut Vec<f64>,
    ) -> bool {
        let all: f64 = weights.iter().sum();
        if !all.is_finite() {
            return false;
        }
        if all == 0.0 {
            self.terms.fill(0.0);
            self.gaps = (0..self.terms.len() as u32).collect();
            return true;
        }
        if uncovered.is_empty() && gaps.iter().all(|gaps| gaps.is_empty()) {
            self.terms.iter_mut().for_each(|term| *term /= all);
            return self.terms.iter().all(|term| term.is_finite());
        }
        missing.clear();
        missing.resize(self.terms.len(), 0.0);
        for (gaps, weight) in gaps.iter().zip(weights) {
            gaps.iter().for_each(|&unit| missing[unit as usize] += weight);
        }
        for (unit, (term, missing)) in self.terms.iter_mut().zip(missing).enumerate() {
            let mut observed = all - *missing;
            if observed < all * LITTLE {
                let is_there = |gaps: &[u32]| gaps.binary_search(&(unit as u32)).is_err();
                let there = gaps.iter().zip(weights).filter(|(gaps, _)| is_there(gaps));
                observed = there.map(|(_, weight)| weight).sum();
            }
            let is_covered = uncovered.binary_search(&(unit as u32)).is_err();
            if observed > 0.0 && is_covered {
                *term /= observed;
            } else {
                *term = 0.0;
                self.gaps.push(unit as u32);
            }
        }
        self.terms.iter().all(|term| term.is_finite())
    }
}

/// `out += Σ w x`, four columns at a time: what is added to is read and written once for them.
fn add_up(columns: &[&[f64]], weights: &[f64], start: usize, out: &mut [f64]) {
    let n = out.len();
    for (columns, weights) in columns.chunks(4).zip(weights.chunks(4)) {
        if let ([a, b, c, d], [wa, wb, wc, wd]) = (columns, weights) {
            let [a, b, c, d] = [a, b, c, d].map(|column| &column[start..start + n]);
            for i in 0..n {
                out[i] = out[i] + wa * a[i] + wb * b[i] + wc * c[i] + wd * d[i];
            }
        } else {
            for (column, w) in columns.iter().zip(weights) {
                out.iter_mut().zip(&column[start..start + n]).for_each(|(out, x)| *out += w * x);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use QuasiMean::{Arithmetic, Geometric, Harmonic, Power};

    fn all(tree: &Tree, weights: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let mut got = vec![Vec::new(); weights.len()];
        let combine = |node: usize, children: &[&[f64]], weights: &[f64]| match node {
            9 => Ok((0..children[0].len())
                .map(|unit| children.iter().map(|child| child[unit]).fold(f64::NAN, f64::min))
                .collect()),
            _ => Err(format!("{node} {weights:?}")),
        };
        let scores = |set: usize, scores: &[f64]| got[set] = scores.to_vec();
        tree.scores(weights, &mut Room::default(), combine, scores).unwrap();
        got
    }

    fn step(node: usize, mean: Option<QuasiMean>, children: Vec<(usize, Child)>) -> Step {
        Step::new(node, mean, Vec::new(), children)
    }

    fn known(scores: &[f64]) -> Child {
        Child::Scores(scores.to_vec())
    }

    fn close(got: &[f64], want: &[f64]) {
        assert_eq!(got.len(), want.len());
        for (got, want) in got.iter().zip(want) {
            let is_same = got.is_nan() && want.is_nan() || (got - want).abs() <= 1e-14 * want.abs();
            assert!(is_same, "{got} must be {want}");
        }
    }

    const NONE: f64 = f64::NAN;

    #[test]
    fn what_is_missing_is_left_out() {
        let children =
            || vec![(1, known(&[2.0, NONE, NONE, 1.0])), (2, known(&[8.0, 8.0, NONE, NONE]))];
        let sets =
            [vec![0.0, 3.0, 1.0], vec![0.0, 0.0, 1.0], vec![0.0, 0.0, 0.0], vec![0.0, 1e-9, 1.0]];
        let of = |average, uncovered: &[u32]| {
            all(
                &Tree::new(4, vec![Step::new(0, Some(average), uncovered.to_vec(), children())]),
                &sets,
            )
        };
        let got = of(Arithmetic, &[]);
        close(&got[0], &[3.5, 8.0, NONE, 1.0]);
        close(&got[1], &[8.0, 8.0, NONE, NONE]);
        close(&got[2], &[NONE; 4]);
        close(&got[3][1..], &[8.0, NONE, 1.0]);
        close(&of(Arithmetic, &[1])[0], &[3.5, NONE, NONE, 1.0]);
        // 2^(3/4) 8^(1/4) = 2^1.5; 4 / (3/2 + 1/8); √((3 * 4 + 64) / 4)
        close(&of(Geometric, &[])[0], &[2_f64.powf(1.5), 8.0, NONE, 1.0]);
        close(&of(Harmonic, &[])[0], &[4.0 / 1.625, 8.0, NONE, 1.0]);
        close(&of(Power(2.0), &[])[0], &[19_f64.sqrt(), 8.0, NONE, 1.0]);
    }

    /// Root 0 over 1 and 2; 1 over 3 and 4; 2 over 5 and 6.
    #[test]
    fn a_tree_of_different_means() {
        let inner = |first, second| {
            vec![
                step(1, first, vec![(3, known(&[1.0, 2.0])), (4, known(&[4.0, NONE]))]),
                step(2, second, vec![(5, known(&[3.0, 3.0])), (6, known(&[5.0, 9.0]))]),
            ]
        };
        let tree = |first, second, root| {
            let mut steps = inner(first, second);
            steps.push(step(0, root, vec![(1, Child::Step(0)), (2, Child::Step(1))]));
            Tree::new(2, steps)
        };
        let weights = vec![vec![1.0; 7]; 3];
        let (arithmetic, geometric) = (Some(Arithmetic), Some(Geometric));
        for got in all(&tree(geometric, arithmetic, arithmetic), &weights) {
            close(&got, &[3.0, 4.0]); // (2 + 4) / 2, (2 + 6) / 2
        }
        for got in all(&tree(geometric, arithmetic, geometric), &weights) {
            close(&got, &[8_f64.sqrt(), 12_f64.sqrt()]);
        }
        for got in all(&tree(geometric, geometric, geometric), &weights) {
            close(&got, &[(2.0 * 15_f64.sqrt()).sqrt(), (2.0 * 27_f64.sqrt()).sqrt()]);
        }
        // 2 / (1/2.5 + 1/4), 2 / (1/2 + 1/6)
        let harmonic = Some(Harmonic);
        close(&all(&tree(arithmetic, arithmetic, harmonic), &weights)[0], &[2.0 / 0.65, 3.0]);
    }

    #[test]
    fn what_is_no_average_is_asked_for() {
        let steps = vec![
            step(9, None, vec![(1, known(&[1.0, NONE])), (2, known(&[4.0, NONE]))]),
            step(0, Some(Geometric), vec![(9, Child::Step(0)), (3, known(&[4.0, 5.0]))]),
        ];
        close(&all(&Tree::new(2, steps), &[vec![1.0; 10]])[0], &[2.0, 5.0]);
        // No geometric mean of 0: asked for, as is one of a negative score that a step gave.
        let zero = step(7, Some(Geometric), vec![(1, known(&[0.0]))]);
        let below = vec![
            step(8, Some(Arithmetic), vec![(1, known(&[-1.0]))]),
            step(7, Some(Geometric), vec![(8, Child::Step(0)), (2, known(&[1.0]))]),
        ];
        for steps in [vec![zero], below] {
            let combine = |node, _: &[&[f64]], _: &[f64]| Err::<Vec<f64>, _>(node);
            let tree = Tree::new(1, steps);
            for weight in [1.0, 0.0] {
                let mut weights = vec![1.0; 9];
                (weights[2], weights[8]) = (weight, weight);
                let got = tree.scores(&[weights], &mut Room::default(), combine, |_, _| {});
                assert_eq!(got, Err(7), "weight {weight}");
            }
        }
    }

    #[test]
    fn sets_do_not_touch_each_other() {
        let units = BLOCK + 7;
        let column = |seed: usize| -> Vec<f64> {
            let x = |i: usize| ((i * 7919 + seed * 104_729) % 1000) as f64;
            (0..units).map(|i| if (i + seed).is_multiple_of(17) { NONE } else { x(i) }).collect()
        };
        let children = (1..8).map(|child| (child, known(&column(child)))).collect();
        let tree = Tree::new(units, vec![step(0, Some(Arithmetic), children)]);
        let weights = |set: usize| (0..8).map(|i| ((i * 31 + set * 17) % 11) as f64).collect();
        let sets: Vec<Vec<f64>> = (0..5).map(weights).collect();
        let together = all(&tree, &sets);
        for (set, together) in sets.iter().zip(together) {
            let alone = &all(&tree, std::slice::from_ref(set))[0];
            assert!(alone.iter().zip(&together).all(|(a, b)| a.to_bits() == b.to_bits()));
        }
    }

    #[test]
    fn the_size_is_room_enough() {
        let steps = vec![
            step(1, Some(Geometric), vec![(2, known(&[1.0, 2.0, 4.0]))]),
            step(0, Some(Arithmetic), vec![(1, Child::Step(0))]),
        ];
        let (tree, mut room) = (Tree::new(3, steps), Room::default());
        let combine = |node, _: &[&[f64]], _: &[f64]| Err::<Vec<f64>, _>(node);
        tree.scores(&[vec![1.0; 3]], &mut room, combine, |_, _| {}).unwrap();
        let of_steps = room.scores.iter().flatten().map(|scores| scores.terms.len());
        let held: usize = of_steps.chain(room.converted.iter().map(Vec::len)).sum();
        assert_eq!(held, 9); // two steps, and the first once more as plain scores
        assert!((held..=12).contains(&tree.size()));
    }

    #[test]
    fn five_children_worked_by_hand() {
        // (10 + 40 + 15 + 160 + 40) / 15 and (1 + 0 + 6 + 28 + 15) / 15
        let scores = [[10.0, 1.0], [20.0, 0.0], [5.0, 2.0], [40.0, 7.0], [8.0, 3.0]];
        let children = (1..).zip(&scores).map(|(node, scores)| (node, known(scores))).collect();
        let step = step(0, Some(Arithmetic), children);
        let weights = vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
        close(&all(&Tree::new(2, vec![step]), &[weights])[0], &[53.0 / 3.0, 10.0 / 3.0]);
    }

    #[test]
    fn powers_that_add_up_and_powers_that_are_asked_for() {
        let adds_up =
            |p| Step::new(0, Some(QuasiMean::of_power(p)), vec![], vec![]).average.is_some();
        assert!([1.0, 0.0, -1.0, 2.0, -32.0].into_iter().all(adds_up));
        assert!(![0.05, -0.05, 33.0].into_iter().any(adds_up));
        // 0 has a term for a power above 0 only.
        assert_eq!(term(Power(2.0), 0.0), Some(0.0));
        assert_eq!((term(Power(-2.0), 0.0), term(Geometric, 0.0)), (None, None));
    }
}
