//! The index computed again and again with what is uncertain in it drawn anew: weights, methods, an
//! indicator left out.
//!
//! Whatever does not change is computed once: each variant of imputation, treatment and
//! normalisation, and the scores that no uncertain weight is behind. A run is then the means above
//! them ([`Tree`]) and the ranks.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, new_null_array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};
use datafusion::execution::memory_pool::MemoryReservation;

use crate::framework::Framework;
use crate::index::execution::Execution;
use crate::index::input::IndexInput;
use crate::index::methods::bound::Methods;
use crate::index::methods::call::MethodCall;
use crate::index::methods::rows::RowMethods;
use crate::index::monte_carlo::design::{Alternatives, Choice, Picks, Spread, Uncertain};
use crate::index::panel::{Panel, nullable};
use crate::index::place::Span;
use crate::index::steps::children::Children;
use crate::index::steps::scores::Scores;
use crate::kernel::tree::{self, Child, Room, Tree};
use crate::kernel::{Draw, QuasiMean, ranks_descending};
use crate::types::or_nan;

/// Scores this share of the largest apart are one.
const TIED: f64 = 1e-12;

/// The children of each node in the order of their codes, not of the table: a table that is computed
/// may come in any order, and must not change what is drawn for whom.
fn by_code(framework: &Framework) -> Vec<Vec<usize>> {
    let nodes = framework.nodes();
    let sorted = |mut children: Vec<usize>| {
        children.sort_unstable_by(|&a, &b| nodes[a].code.cmp(&nodes[b].code));
        children
    };
    nodes.iter().map(|node| sorted(node.children.clone())).collect()
}

/// One run: what is different in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Run {
    variant: usize,
    /// An indicator, as a node.
    left_out: Option<usize>,
    /// Which of the sets of weights; none for those of the framework.
    weights: Option<usize>,
}

/// Where sets of weights come from.
#[derive(Debug)]
pub enum Sets {
    /// From random numbers, after so many of the stream that were used for something else.
    Drawn { after: usize },
    /// `set * nodes + node`; NaN where the weight is that of the framework.
    Given(Vec<f64>),
}

/// The index by one choice of methods.
#[derive(Debug)]
struct Variant {
    methods: Methods,
    /// The same for drawn weights, with which no coverage is judged.
    drawn: Methods,
    /// `node * periods + period`: units without a score for want of coverage.
    uncovered: Vec<Vec<u32>>,
    /// Of the nodes that are asked for again.
    scores: Scores,
}

/// All that the runs have in common.
pub struct MonteCarlo<'a> {
    uncertain: &'a Uncertain,
    pub framework: Framework,
    row_methods: RowMethods,
    /// As it was read, but with a unit present wherever a variant has a score for it.
    pub panel: Panel,
    pub execution: Execution,
    pub reservation: Arc<MemoryReservation>,
    variants: Vec<Variant>,
    choices: Vec<Choice>,
    sets: Sets,
    pub target: usize,
    under: Vec<usize>,
    /// The children of each node in the order of their codes.
    children: Vec<Vec<usize>>,
    /// Siblings whose weights are drawn, parent by parent.
    drawn: Vec<Vec<usize>>,
    /// Whether the weight of a node differs between runs.
    is_uncertain: Vec<bool>,
    /// Whether the scores of a node do, by weights.
    is_open: Vec<bool>,
    watch: Watch,
}

/// How far the runs are, for whoever watches.
struct Watch {
    name: &'static str,
    execution: Execution,
    done: AtomicUsize,
    expected: usize,
}

impl Watch {
    fn add(&self, runs: usize) {
        let done = self.done.fetch_add(runs, Ordering::Relaxed) + runs;
        self.execution.notify(self.name, done.min(self.expected), self.expected);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.execution.notify(self.name, self.expected, self.expected);
    }
}

/// What a run chooses, before the variants are computed.
pub struct Chosen {
    pub picks: Picks,
    /// Place among the indicators below the node that is ranked.
    pub left_out: Option<usize>,
    pub weights: Option<usize>,
}

impl<'a> MonteCarlo<'a> {
    /// Indicators below the node that is ranked.
    pub fn leaves(uncertain: &Uncertain, framework: &Framework) -> Result<Vec<usize>> {
        let target = target(uncertain, framework)?;
        let mut leaves = framework.below(target);
        leaves.retain(|&node| framework.nodes()[node].leaf.is_some());
        Ok(leaves)
    }

    /// Computes what the runs share; `wanted` tells whoever watches which periods they are for. The answer has the runs in the order of what they chose.
    pub fn new(
        uncertain: &'a Uncertain,
        input: IndexInput,
        wanted: Option<&[bool]>,
        sets: Sets,
        alternatives: &Alternatives,
        chosen: impl IntoIterator<Item = Chosen>,
    ) -> Result<(Self, Vec<Run>)> {
        let IndexInput { framework, row_methods, methods, mut panel, execution, reservation } =
            input;
        // Values are divided in the same way whatever is chosen.
        methods.denominate(&framework, &mut panel, &execution)?;
        let target = target(uncertain, &framework)?;
        let nodes = framework.nodes();
        let under = framework.below(target);
        let mut leaves: Vec<usize> =
            under.iter().copied().filter(|&node| nodes[node].leaf.is_some()).collect();
        leaves.sort_unstable_by(|&a, &b| nodes[a].code.cmp(&nodes[b].code));
        let mut choices = vec![uncertain.nominal()];
        let mut known = HashMap::new();
        let mut runs = Vec::new();
        for Chosen { picks, left_out, weights } in chosen {
            let variant = *known.entry(picks).or_insert_with(|| {
                let mut choice = uncertain.nominal();
                for ((method, alternatives), pick) in choice.iter_mut().zip(alternatives).zip(picks)
                {
                    if let Some(other) = alternatives.get(pick) {
                        method.clone_from(other);
                    }
                }
                choices.iter().position(|known| *known == choice).unwrap_or_else(|| {
                    choices.push(choice);
                    choices.len() - 1
                })
            });
            runs.push(Run { variant, left_out: left_out.map(|i| leaves[i]), weights });
        }
        let watch = Watch {
            name: uncertain.steps.name,
            execution: execution.clone(),
            done: AtomicUsize::new(0),
            expected: 0,
        };
        let children = by_code(&framework);
        let mut parents: Vec<usize> = (0..nodes.len()).collect();
        parents.sort_unstable_by(|&a, &b| nodes[a].code.cmp(&nodes[b].code));
        let drawn = parents.iter().map(|&parent| {
            let drawn = children[parent].iter().copied();
            drawn.filter(|&child| is_drawn(uncertain, &framework, child)).collect::<Vec<_>>()
        });
        let drawn = drawn.filter(|drawn| !drawn.is_empty()).collect();
        let mut monte_carlo = Self {
            children,
            drawn,
            is_uncertain: is_uncertain(uncertain, &framework, target, &under, &sets),
            is_open: vec![false; nodes.len()],
            uncertain,
            framework,
            row_methods,
            panel,
            execution,
            reservation,
            variants: Vec::new(),
            choices,
            sets,
            target,
            under,
            watch,
        };
        for &node in &monte_carlo.under {
            let mut children = monte_carlo.framework.nodes()[node].children.iter();
            monte_carlo.is_open[node] = children
                .any(|&child| monte_carlo.is_uncertain[child] || monte_carlo.is_open[child]);
        }
        monte_carlo.compute_variants()?;
        // Runs that cannot differ are the same run.
        let is_open = monte_carlo.is_open[target];
        let is_drawn = monte_carlo.is_drawn();
        for run in &mut runs {
            run.weights = run.weights.filter(|set| is_open && monte_carlo.has_set(*set, is_drawn));
            run.left_out = run.left_out.filter(|_| is_open);
        }
        let all = monte_carlo.panel.periods.len();
        let periods = wanted.map_or(all, |wanted| wanted.iter().filter(|is_in| **is_in).count());
        monte_carlo.watch.expected = runs.iter().collect::<HashSet<_>>().len() * periods;
        Ok((monte_carlo, runs))
    }

    /// Whether any weight is drawn.
    fn is_drawn(&self) -> bool {
        let below = self.under.iter().filter(|&&node| node != self.target);
        below.copied().any(|node| is_drawn(self.uncertain, &self.framework, node))
    }

    /// Whether a set has any weight of its own.
    fn has_set(&self, set: usize, is_drawn: bool) -> bool {
        let Sets::Given(weights) = &self.sets else { return is_drawn };
        let nodes = self.framework.nodes().len();
        let of_set = &weights[set * nodes..(set + 1) * nodes];
        self.under.iter().any(|&node| self.is_uncertain[node] && !of_set[node].is_nan())
    }

    /// Each variant of the index with the weights of the framework. What variants share is computed
    /// once.
    fn compute_variants(&mut self) -> Result<()> {
        let reservation = Arc::clone(&self.reservation);
        let (framework, rows, execution) = (&self.framework, &self.row_methods, &self.execution);
        let uncertain = self.uncertain;
        let raw = self.panel.clone();
        let (units, periods) = (raw.units.len(), raw.periods.len());
        let column = units * size_of::<f64>();
        let of_panel = raw.columns.len() * column;
        let place = |known: &mut Vec<Option<MethodCall>>, call: &Option<MethodCall>| {
            known.iter().position(|other| other == call).unwrap_or_else(|| {
                known.push(call.clone());
                known.len() - 1
            })
        };
        let mut known: [Vec<Option<MethodCall>>; 3] = Default::default();
        let mut prepared: BTreeMap<(usize, usize), Panel> = BTreeMap::new();
        let mut imputed: BTreeMap<usize, Panel> = BTreeMap::new();
        let mut normalised: BTreeMap<(usize, usize, usize), Vec<ArrayRef>> = BTreeMap::new();
        for choice in &self.choices {
            let methods_of = |choice: &Choice| {
                let steps = uncertain.with(choice);
                let methods = Methods::new(framework, rows, &steps);
                methods.or_else(|faults| plan_err!("{}: {faults}", steps.name))
            };
            let [i, t, n] = [0, 1, 2].map(|step| place(&mut known[step], &choice[step]));
            let methods = methods_of(choice)?;
            // The same choice with the other steps left out.
            let alone = |step: usize| {
                let mut choice = choice.clone();
                choice[1 - step] = None;
                methods_of(&choice)
            };
            let room = |is_new: bool| reservation.try_grow(if is_new { of_panel } else { 0 });
            let leaves = match normalised.entry((i, t, n)) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(free) => {
                    let panel = match prepared.entry((i, t)) {
                        Entry::Occupied(known) => known.into_mut(),
                        Entry::Vacant(free) => {
                            let panel = match imputed.entry(i) {
                                Entry::Occupied(known) => known.into_mut(),
                                Entry::Vacant(free) => {
                                    room(choice[0].is_some())?;
                                    let mut filled = raw.clone();
                                    alone(0)?.impute(framework, &mut filled, execution)?;
                                    let present = self.panel.present.iter_mut();
                                    present.zip(&filled.present).for_each(|(all, x)| *all |= x);
                                    free.insert(filled)
                                }
                            };
                            room(choice[1].is_some())?;
                            let mut treated = panel.clone();
                            let methods = alone(1)?;
                            methods.transform(framework, &mut treated, execution)?;
                            methods.treat(framework, &mut treated, execution)?;
                            free.insert(treated)
                        }
                    };
                    room(true)?;
                    free.insert(methods.normalise(framework, panel, execution)?)
                }
            };
            for &node in self.under.iter().filter(|&&node| self.is_open[node]) {
                methods.check_by_period(node, periods)?;
            }
            let mut scores = methods.aggregate(framework, leaves, &raw, execution)?;
            let uncovered = self.uncovered(&methods, &scores)?;
            for (node, columns) in scores.columns.chunks_mut(periods.max(1)).enumerate() {
                let is_kept = node == self.target
                    || framework.nodes()[node].parent.is_some_and(|parent| self.is_open[parent])
                        && !self.is_open[node];
                match is_kept {
                    true => reservation.try_grow(columns.len() * column)?,
                    false => columns.fill(new_null_array(&DataType::Float64, 0)),
                }
            }
            let mut drawn = methods.clone();
            drawn.aggregation.iter_mut().flatten().for_each(|method| {
                method.coverage.min = 0.0;
                method.min_children = 0;
            });
            self.variants.push(Variant { methods, drawn, scores, uncovered });
        }
        Ok(())
    }

    /// Per node and period the units that are covered too little, by the weights of the index as it
    /// stands: what is published does not depend on the weights that are drawn.
    fn uncovered(&self, methods: &Methods, scores: &Scores) -> Result<Vec<Vec<u32>>> {
        let nodes = self.framework.nodes().len();
        let of = |i: usize| {
            let (node, period) = (i / scores.periods, i % scores.periods);
            if !self.is_open[node] {
                return Ok(Vec::new());
            }
            methods.uncovered(&self.framework, scores, node, period)
        };
        (0..nodes * scores.periods).map(of).collect()
    }

    /// The nominal scores at a period.
    pub fn nominal(&self) -> &Scores {
        &self.variants[0].scores
    }

    /// The runs at a period, made ready.
    pub fn at(&self, period: usize) -> Result<Period<'_>> {
        // Weights that are as stated can make ties, which exact sums keep.
        let is_exact = self.uncertain.leave_out && !self.is_drawn();
        let nodes = self.framework.nodes();
        let open = self.under.iter().filter(|&&node| self.is_open[node]);
        let cells: usize =
            open.map(|&node| nodes[node].children.len()).sum::<usize>() * self.panel.units.len();
        let held = self.reservation.new_empty();
        // Scores and what is averaged of them.
        held.try_grow(self.variants.len() * cells * 2 * size_of::<f64>())?;
        let trees = self.execution.each(self.variants.len(), |variant| {
            Ok(self.tree(variant, period, |node| match is_exact {
                true => None,
                false => average(&self.variants[variant].methods, &self.framework, node),
            }))
        })?;
        let size = trees.iter().map(Tree::size).max().unwrap_or(0);
        let together = (ROOM / size.max(1)).clamp(1, TOGETHER);
        held.try_grow(self.execution.threads * together * size * size_of::<f64>())?;
        Ok(Period { monte_carlo: self, period, trees, together, _held: held })
    }

    fn tree(
        &self,
        variant: usize,
        period: usize,
        average: impl Fn(usize) -> Option<QuasiMean>,
    ) -> Tree {
        let Variant { scores, uncovered, .. } = &self.variants[variant];
        let nodes = self.framework.nodes();
        let mut step_of = vec![usize::MAX; nodes.len()];
        let mut steps = Vec::new();
        for &node in self.under.iter().filter(|&&node| self.is_open[node]) {
            let child = |&child: &usize| {
                let source = match self.is_open[child] {
                    true => Child::Step(step_of[child]),
                    false => Child::Scores(or_nan(scores.column(child, period)).into_owned()),
                };
                (child, source)
            };
            let children = self.children[node].iter().map(child).collect();
            let uncovered = uncovered[node * scores.periods + period].clone();
            step_of[node] = steps.len();
            steps.push(tree::Step::new(node, average(node), uncovered, children));
        }
        Tree::new(self.panel.units.len(), steps)
    }

    /// The weights of a run, one per node.
    fn weights(&self, run: Run, period: usize) -> Vec<f64> {
        let nodes = self.framework.nodes();
        let scores = &self.variants[run.variant].scores;
        let mut weights: Vec<f64> =
            (0..nodes.len()).map(|node| scores.relative(node, period)).collect();
        if let Some(set) = run.weights {
            match &self.sets {
                Sets::Drawn { after } => self.draw(set, *after, &mut weights),
                Sets::Given(given) => {
                    let given = &given[set * nodes.len()..(set + 1) * nodes.len()];
                    let own = weights.iter_mut().zip(given).filter(|(_, given)| !given.is_nan());
                    own.for_each(|(weight, given)| *weight = *given);
                }
            }
        }
        if let Some(leaf) = run.left_out {
            weights[leaf] = 0.0;
        }
        weights
    }

    fn draw(&self, set: usize, after: usize, weights: &mut [f64]) {
        let mut draw = Draw::new(self.uncertain.seed, set as u64);
        (0..after).for_each(|_| {
            draw.uniform();
        });
        for drawn in &self.drawn {
            let before: Vec<f64> = drawn.iter().map(|&child| weights[child]).collect();
            let total: f64 = before.iter().sum();
            let mut after = before.clone();
            match self.uncertain.spread {
                Spread::None => {}
                Spread::Uniform(spread) => draw.perturbed(&before, spread, &mut after),
                Spread::Dirichlet(_) if total <= 0.0 => {}
                Spread::Dirichlet(concentration) => {
                    draw.dirichlet(&before, concentration, &mut after);
                    // Siblings whose weights are certain keep their share.
                    after.iter_mut().for_each(|weight| *weight *= total);
                }
            }
            for (&child, weight) in drawn.iter().zip(after) {
                weights[child] = weight;
            }
        }
    }
}

fn target(uncertain: &Uncertain, framework: &Framework) -> Result<usize> {
    match uncertain.target(framework) {
        Ok(target) => Ok(target),
        Err(fault) => plan_err!("{}: {fault}", uncertain.steps.name),
    }
}

/// Whether the weight of a node is drawn.
fn is_drawn(uncertain: &Uncertain, framework: &Framework, node: usize) -> bool {
    let nodes = framework.nodes();
    let has_siblings = nodes[node].parent.is_some_and(|parent| nodes[parent].children.len() > 1);
    let at_level = uncertain.levels.is_empty() || uncertain.levels.contains(&nodes[node].level);
    uncertain.spread != Spread::None && has_siblings && at_level
}

fn is_uncertain(
    uncertain: &Uncertain,
    framework: &Framework,
    target: usize,
    under: &[usize],
    sets: &Sets,
) -> Vec<bool> {
    let nodes = framework.nodes();
    let mut answer = vec![false; nodes.len()];
    for &node in under.iter().filter(|&&node| node != target) {
        let is_own = match sets {
            Sets::Drawn { .. } => is_drawn(uncertain, framework, node),
            Sets::Given(weights) => {
                // A weight that is the stated one changes nothing.
                let stated = uncertain.steps.weighting.is_none();
                let stated = stated.then(|| nodes[node].given_weight.unwrap_or(1.0));
                let mut of_node = weights.iter().skip(node).step_by(nodes.len());
                of_node.any(|weight| !weight.is_nan() && Some(*weight) != stated)
            }
        };
        answer[node] = is_own || uncertain.leave_out && nodes[node].leaf.is_some();
    }
    answer
}

/// The mean that a node is, if it is one.
fn average(methods: &Methods, framework: &Framework, node: usize) -> Option<QuasiMean> {
    methods.power(framework, node).map(QuasiMean::of_power)
}

/// The runs at one period.
pub struct Period<'a> {
    monte_carlo: &'a MonteCarlo<'a>,
    period: usize,
    /// Per variant.
    trees: Vec<Tree>,
    /// Runs that are computed together.
    together: usize,
    _held: MemoryReservation,
}

/// Runs that are computed together at the most.
const TOGETHER: usize = 16;

/// Numbers that those may need at the most.
const ROOM: usize = 1 << 22;

impl Period<'_> {
    /// Calls `each` with the ranks in each run, 1 for the highest score and 0 for none. The answers
    /// are in the order of the runs, which must be sorted.
    pub fn ranks<R: Send>(
        &self,
        runs: &[Run],
        each: impl Fn(&[u32]) -> R + Sync,
    ) -> Result<Vec<R>> {
        let monte_carlo = self.monte_carlo;
        let alike = runs.chunk_by(|a, b| a.variant == b.variant);
        let jobs: Vec<&[Run]> = alike.flat_map(|alike| alike.chunks(self.together)).collect();
        let answers = monte_carlo.execution.each(jobs.len(), |job| {
            let answers = self.job(jobs[job], &each)?;
            monte_carlo.watch.add(jobs[job].len());
            Ok(answers)
        })?;
        Ok(answers.into_iter().flatten().collect())
    }

    fn job<R>(&self, runs: &[Run], each: &impl Fn(&[u32]) -> R) -> Result<Vec<R>> {
        let monte_carlo = self.monte_carlo;
        let Some(first) = runs.first() else { return Ok(Vec::new()) };
        let variant = &monte_carlo.variants[first.variant];
        let (mut order, mut ranks) = (Vec::new(), vec![0; monte_carlo.panel.units.len()]);
        let mut answers = Vec::with_capacity(runs.len());
        let mut rank = |scores: &[f64]| {
            // Scores that are equal in whole numbers may differ in their last digits.
            let largest = scores.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
            ranks_descending(scores, TIED * largest, &mut order, &mut ranks);
            answers.push(each(&ranks));
        };
        // The index as it stands, by other methods at the most: sorted before all others.
        let mut rest = runs;
        while let Some((Run { left_out: None, weights: None, .. }, after)) = rest.split_first() {
            rank(&or_nan(variant.scores.column(monte_carlo.target, self.period)));
            rest = after;
        }
        let weights: Vec<Vec<f64>> =
            rest.iter().map(|run| monte_carlo.weights(*run, self.period)).collect();
        let span = Span { panel: &monte_carlo.panel, periods: Some(&[self.period]) };
        let combine = |node: usize, children: &[&[f64]], weights: &[f64]| -> Result<Vec<f64>> {
            let children: Vec<ArrayRef> = children
                .iter()
                .map(|child| Arc::new(nullable(child.to_vec())) as ArrayRef)
                .collect();
            let nodes = &monte_carlo.children[node];
            let children = Children { nodes, scores: &children, weights };
            let scores = variant.drawn.combine(&monte_carlo.framework, node, children, span)?;
            Ok(or_nan(scores.as_primitive()).into_owned())
        };
        let tree = &self.trees[first.variant];
        tree.scores(&weights, &mut Room::default(), combine, |_, scores| rank(scores))?;
        Ok(answers)
    }
}
