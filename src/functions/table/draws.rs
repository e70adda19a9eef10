//! The index computed again and again with what is uncertain in it drawn anew: weights, methods, an
//! indicator left out.
//!
//! Whatever does not change is computed once: each variant of imputation, treatment and
//! normalisation, and the scores that no uncertain weight is behind. A run is then the means above
//! them ([`Tree`]) and the ranks.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::arrow::array::{Array, ArrayRef, Float64Array, new_null_array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result, ScalarValue, plan_err};

use super::call::{Call, Step, at};
use super::options::{Arguments, Steps};
use super::panel::{Panel, nullable};
use super::steps::{Methods, Scores, Workshop};
use super::{Index, methods};
use crate::framework::{Faults, Framework};
use crate::functions::page::{Kind, Parameter};
use crate::kernel::tree::{self, Average, Child, Room, Tree};
use crate::kernel::{Draw, ranks_descending};

pub(super) const WEIGHTS: Parameter = Parameter {
    name: "weights",
    kind: Kind::Constant,
    meaning: "how far each weight within its parent may be off, as a share of it, 0 to 1: each is \
              multiplied by 1 + weights * (2u - 1), u uniform on 0..1",
    null: "as 0: the weights are certain",
    default: Some("0.25"),
};

pub(super) const WEIGHT_DISTRIBUTION: Parameter = Parameter {
    name: "weight_distribution",
    kind: Kind::Choice(&["uniform", "dirichlet"]),
    meaning: "uniform: as weights says; dirichlet: siblings from the Dirichlet distribution whose \
              mean are their weights",
    null: "error",
    default: Some("'uniform'"),
};

pub(super) const CONCENTRATION: Parameter = Parameter {
    name: "concentration",
    kind: Kind::Constant,
    meaning: "how close a Dirichlet distribution keeps to its mean, above 0: its parameters are \
              concentration * n * weight for n siblings of weights that sum to 1; at 1 equal \
              weights are uniform over all that sum to 1",
    null: "error",
    default: Some("1"),
};

pub(super) const WEIGHT_LEVEL: Parameter = Parameter {
    name: "weight_level",
    kind: Kind::Constants,
    meaning: "levels of the nodes whose weights are uncertain: a number or a list",
    null: "all levels",
    default: Some("NULL"),
};

pub(super) const NORMALISATIONS: Parameter = Parameter {
    name: "normalisations",
    kind: Kind::Methods("norm_"),
    meaning: "alternative normalisations in the place of the call's, each as likely",
    null: "normalisation is certain",
    default: Some("NULL"),
};

pub(super) const AGGREGATIONS: Parameter = Parameter {
    name: "aggregations",
    kind: Kind::Methods("agg_"),
    meaning: "alternative aggregations in the place of the call's, each as likely",
    null: "aggregation is certain",
    default: Some("NULL"),
};

pub(super) const TREATMENTS: Parameter = Parameter {
    name: "treatments",
    kind: Kind::Methods("treat_"),
    meaning: "alternative treatments in the place of the call's, each as likely; 'none' can be one",
    null: "treatment is certain",
    default: Some("NULL"),
};

pub(super) const IMPUTATIONS: Parameter = Parameter {
    name: "imputations",
    kind: Kind::Methods("impute_"),
    meaning: "alternative imputations in the place of the call's, each as likely; 'none' can be one",
    null: "imputation is certain",
    default: Some("NULL"),
};

pub(super) const LEAVE_OUT: Parameter = Parameter {
    name: "leave_out",
    kind: Kind::Switch,
    meaning: "whether one indicator is left out each time, each as likely: its weight is 0",
    null: "error",
    default: Some("false"),
};

pub(super) const SEED: Parameter = Parameter {
    name: "seed",
    kind: Kind::Constant,
    meaning: "what the random numbers follow from, a whole number from 0; draw i uses stream i of \
              the seed and no other",
    null: "error",
    default: Some("1"),
};

pub(super) const CODE: Parameter = Parameter {
    name: "code",
    kind: Kind::Any,
    meaning: "code of the node that is ranked",
    null: "the root",
    default: Some("NULL"),
};

/// Largest seed: a whole number that DOUBLE holds.
const LARGEST_SEED: u64 = 1 << 53;

/// Steps whose method can be uncertain, in the order in which they are done, with the arguments
/// for one method and for several.
pub(super) const STEPS: [(Step, &str); 4] = [
    (Step::Imputation, "imputations"),
    (Step::Treatment, "treatments"),
    (Step::Normalisation, "normalisations"),
    (Step::Aggregation, "aggregations"),
];

/// A method per step, in the order of [`STEPS`].
pub(super) type Choice = [Option<Call>; 4];

/// How weights are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Spread {
    None,
    Uniform(f64),
    Dirichlet(f64),
}

/// The choices that are uncertain, as a call states them.
#[derive(Debug, Clone)]
pub(super) struct Uncertain {
    /// The steps of the nominal index.
    pub steps: Steps,
    pub spread: Spread,
    levels: Vec<usize>,
    /// Per step; empty where the method is certain.
    alternatives: [Vec<Option<Call>>; 4],
    pub leave_out: bool,
    pub seed: u64,
    code: Option<String>,
    /// Arguments of the normalisations that are the call's.
    bounds: [(&'static str, Option<f64>); 2],
}

impl Uncertain {
    pub(super) fn new(arguments: &Arguments) -> Result<Self> {
        let name = arguments.page.name;
        let mut arguments = arguments.clone();
        let bound = |bound| Ok::<_, DataFusionError>((bound, arguments.optional_number(bound)?));
        let bounds = [bound("lower")?, bound("upper")?];
        let mut alternatives: [Vec<Option<Call>>; 4] = Default::default();
        for ((step, option), methods) in STEPS.into_iter().zip(&mut alternatives) {
            if arguments.get(option)?.is_none() {
                continue;
            }
            let texts = arguments.texts(option)?;
            let Some(first) = texts.first() else {
                return plan_err!("{name}: {option} must have a method, got an empty list");
            };
            for text in &texts {
                methods.push(method(name, step, text, &bounds)?);
            }
            // The nominal index is one of the alternatives unless the call says otherwise.
            if !arguments.constants.contains_key(step.option()) {
                arguments.constants.insert(step.option(), ScalarValue::from(first.as_str()));
            }
        }
        let steps = Steps::new(&arguments)?;
        let has_weight_draws = arguments.relations.contains_key("weight_draws");
        let spread = match has_weight_draws {
            true => Spread::None,
            false => spread(&arguments)?,
        };
        let uncertain = Self {
            steps,
            spread,
            levels: levels(&arguments)?,
            alternatives,
            leave_out: arguments.switch("leave_out")?,
            seed: arguments.whole("seed", 0..=LARGEST_SEED)?,
            code: arguments.text("code")?,
            bounds,
        };
        if uncertain.spread == Spread::None && !has_weight_draws {
            for given in ["weight_level", "concentration"] {
                if arguments.constants.contains_key(given) {
                    return plan_err!(
                        "{name}: {given} has no meaning where the weights are certain"
                    );
                }
            }
        }
        let is_certain = uncertain.spread == Spread::None && uncertain.numbers() == 0;
        if is_certain && !has_weight_draws {
            return plan_err!(
                "{name}: something must be uncertain: weights, normalisations, aggregations, \
                 treatments, imputations or leave_out"
            );
        }
        Ok(uncertain)
    }

    /// A method that a table names for a step, by the name of the step.
    pub(super) fn method(&self, step: usize, text: &str) -> Result<Option<Call>> {
        method(self.steps.name, STEPS[step].0, text, &self.bounds)
    }

    /// How many of the methods that a step may have; 1 where it is certain.
    pub(super) fn alternatives(&self, step: Step) -> usize {
        let of_step = STEPS.iter().zip(&self.alternatives).find(|((known, _), _)| *known == step);
        of_step.map_or(1, |(_, methods)| methods.len().max(1))
    }

    /// Random numbers that a draw takes beside those of its weights.
    pub(super) fn numbers(&self) -> usize {
        let uncertain = self.alternatives.iter().filter(|methods| methods.len() > 1);
        uncertain.count() + usize::from(self.leave_out)
    }

    pub(super) fn nominal(&self) -> Choice {
        let Steps { imputation, treatment, normalisation, aggregation, .. } = &self.steps;
        [imputation.clone(), treatment.clone(), normalisation.clone(), Some(aggregation.clone())]
    }

    /// The methods and the left-out indicator (its place among `leaves`) that uniform numbers
    /// choose; `next` gives one for each choice that is uncertain, in the order of the steps.
    pub(super) fn choose(
        &self,
        leaves: usize,
        mut next: impl FnMut() -> f64,
    ) -> (Choice, Option<usize>) {
        let mut choice = self.nominal();
        let mut pick = |n: usize| ((next() * n as f64) as usize).min(n.saturating_sub(1));
        for (method, alternatives) in choice.iter_mut().zip(&self.alternatives) {
            match alternatives.as_slice() {
                [] => {}
                [only] => method.clone_from(only),
                several => method.clone_from(&several[pick(several.len())]),
            }
        }
        (choice, self.leave_out.then(|| pick(leaves)))
    }

    /// What is uncertain, for EXPLAIN.
    pub(super) fn describe(&self) -> String {
        let mut parts = Vec::new();
        match self.spread {
            Spread::None => {}
            Spread::Uniform(spread) => parts.push(format!("weights +-{spread}")),
            Spread::Dirichlet(c) => parts.push(format!("weights dirichlet (concentration {c})")),
        }
        for ((_, option), methods) in STEPS.iter().zip(&self.alternatives) {
            let texts: Vec<_> = methods
                .iter()
                .map(|method| method.as_ref().map_or("none", |call| call.text.as_str()))
                .collect();
            if texts.len() > 1 {
                parts.push(format!("{option} {}", texts.join(" | ")));
            }
        }
        if self.leave_out {
            parts.push("one indicator left out".to_owned());
        }
        let mut text = self.steps.describe();
        if !parts.is_empty() {
            let _ = write!(text, ", draw {}", parts.join(", "));
        }
        text
    }

    /// What the choices need of a framework.
    pub(super) fn check(&self, framework: &Framework) -> Result<(), Faults> {
        let mut faults = Vec::new();
        let mut add = |outcome: Result<Methods, Faults>| {
            if let Err(Faults(found)) = outcome {
                faults.extend(
                    found.into_iter().filter(|fault| !faults.contains(fault)).collect::<Vec<_>>(),
                );
            }
        };
        add(Methods::new(framework, &self.steps));
        for (i, methods) in self.alternatives.iter().enumerate() {
            for method in methods {
                let mut choice = self.nominal();
                choice[i].clone_from(method);
                add(Methods::new(framework, &self.with(&choice)));
            }
        }
        let target = match self.target(framework) {
            Ok(target) => target,
            Err(fault) => {
                faults.push(fault);
                framework.root()
            }
        };
        let under = under(framework, target);
        let nodes = framework.nodes();
        for level in &self.levels {
            if !under.iter().any(|&node| node != target && nodes[node].level == *level) {
                faults.push(format!(
                    "weight_level must be a level below the node that is ranked, got {level}"
                ));
            }
        }
        let leaves = under.iter().filter(|&&node| nodes[node].leaf.is_some()).count();
        if self.leave_out && leaves < 2 {
            faults.push(format!("leave_out needs two indicators at least, found {leaves}"));
        }
        if faults.is_empty() { Ok(()) } else { Err(Faults(faults)) }
    }

    /// The steps with other methods.
    fn with(&self, [imputation, treatment, normalisation, aggregation]: &Choice) -> Steps {
        let mut steps = self.steps.clone();
        steps.imputation.clone_from(imputation);
        steps.treatment.clone_from(treatment);
        steps.normalisation.clone_from(normalisation);
        if let Some(aggregation) = aggregation {
            steps.aggregation.clone_from(aggregation);
        }
        steps
    }

    fn target(&self, framework: &Framework) -> Result<usize, String> {
        let Some(code) = &self.code else { return Ok(framework.root()) };
        framework
            .position(code)
            .ok_or_else(|| format!("code must be that of a node of the framework, got '{code}'"))
    }
}

/// A method by its text, with the bounds that the call states for normalisations.
fn method(
    name: &str,
    step: Step,
    text: &str,
    bounds: &[(&'static str, Option<f64>)],
) -> Result<Option<Call>> {
    let mut call = Call::parse(step, text).map_err(|error| at(name, error))?;
    for (bound, x) in bounds {
        if let (Some(call), Some(x), Step::Normalisation) = (&mut call, x, step)
            && call.takes(bound)
        {
            call.set_default(bound, ScalarValue::from(*x))?;
        }
    }
    Ok(call)
}

fn spread(arguments: &Arguments) -> Result<Spread> {
    let name = arguments.page.name;
    let distribution = arguments.text("weight_distribution")?.unwrap_or_default();
    let is_given = |name: &str| arguments.constants.contains_key(name);
    if distribution.eq_ignore_ascii_case("dirichlet") {
        if is_given("weights") {
            return plan_err!(
                "{name}: weights is the spread of weight_distribution 'uniform'; that of 'dirichlet' \
                 is concentration"
            );
        }
        let concentration = arguments.number("concentration")?;
        if concentration <= 0.0 {
            return plan_err!("{name}: concentration must be above 0, got {concentration}");
        }
        return Ok(Spread::Dirichlet(concentration));
    }
    if !distribution.eq_ignore_ascii_case("uniform") {
        return plan_err!(
            "{name}: weight_distribution must be 'uniform' or 'dirichlet', got '{distribution}'"
        );
    }
    if is_given("concentration") {
        return plan_err!("{name}: concentration belongs to weight_distribution 'dirichlet'");
    }
    match arguments.optional_number("weights")? {
        None | Some(0.0) => Ok(Spread::None),
        Some(spread) if (0.0..=1.0).contains(&spread) => Ok(Spread::Uniform(spread)),
        Some(spread) => plan_err!("{name}: weights must be between 0 and 1, got {spread}"),
    }
}

/// The levels of an argument that is a number or a list of numbers.
fn levels(arguments: &Arguments) -> Result<Vec<usize>> {
    let Some(value) = arguments.get("weight_level")? else { return Ok(Vec::new()) };
    let levels = match &value {
        ScalarValue::List(list) => {
            let items = list.value(0);
            (0..items.len()).map(|i| ScalarValue::try_from_array(&items, i)).collect()
        }
        one => Ok(vec![one.clone()]),
    };
    let levels: Vec<ScalarValue> = levels?;
    let whole = |level: &ScalarValue| match level.cast_to(&DataType::Float64) {
        Ok(ScalarValue::Float64(Some(x)))
            if level.data_type().is_numeric() && x >= 1.0 && x.fract() == 0.0 =>
        {
            Some(x as usize)
        }
        _ => None,
    };
    match levels.iter().map(whole).collect::<Option<Vec<_>>>() {
        Some(levels) if !levels.is_empty() => Ok(levels),
        _ => plan_err!(
            "{}: weight_level must be a level (1 is that of indicators) or a list of them, got {value}",
            arguments.page.name
        ),
    }
}

/// A node and all below it, children first.
fn under(framework: &Framework, target: usize) -> Vec<usize> {
    let nodes = framework.nodes();
    let mut is_in = vec![false; nodes.len()];
    is_in[target] = true;
    for &node in framework.bottom_up().iter().rev() {
        if is_in[node] {
            nodes[node].children.iter().for_each(|&child| is_in[child] = true);
        }
    }
    framework.bottom_up().iter().copied().filter(|&node| is_in[node]).collect()
}

/// One run: what is different in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Run {
    variant: usize,
    /// An indicator, as a node.
    left_out: Option<usize>,
    /// Which of the sets of weights; none for those of the framework.
    weights: Option<usize>,
}

/// Where sets of weights come from.
#[derive(Debug)]
pub(super) enum Sets {
    /// From random numbers, after so many of the stream that were used for something else.
    Drawn { after: usize },
    /// `set * nodes + node`; NaN where the weight is that of the framework.
    Given(Vec<f64>),
}

/// The index by one choice of methods.
#[derive(Debug)]
struct Variant {
    methods: Methods,
    /// Of the nodes that are asked for again.
    scores: Scores,
}

/// All that the runs have in common.
pub(super) struct Engine<'a> {
    uncertain: &'a Uncertain,
    pub framework: Framework,
    /// As it was read, but with a unit present wherever a variant has a score for it.
    pub panel: Panel,
    pub workshop: Workshop,
    variants: Vec<Variant>,
    choices: Vec<Choice>,
    sets: Sets,
    pub target: usize,
    under: Vec<usize>,
    /// Whether the weight of a node differs between runs.
    is_uncertain: Vec<bool>,
    /// Whether the scores of a node do, by weights.
    is_open: Vec<bool>,
    watch: Watch,
}

/// How far the runs are, for whoever watches.
struct Watch {
    name: &'static str,
    workshop: Workshop,
    done: AtomicUsize,
    expected: usize,
}

impl Watch {
    fn add(&self, runs: usize) {
        let done = self.done.fetch_add(runs, Ordering::Relaxed) + runs;
        self.workshop.tell(self.name, done.min(self.expected), self.expected);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.workshop.tell(self.name, self.expected, self.expected);
    }
}

/// What a run chooses, before the variants are computed.
pub(super) struct Chosen {
    pub choice: Choice,
    /// Place among the indicators below the node that is ranked.
    pub left_out: Option<usize>,
    pub weights: Option<usize>,
}

impl<'a> Engine<'a> {
    /// Indicators below the node that is ranked.
    pub(super) fn leaves(uncertain: &Uncertain, framework: &Framework) -> Result<Vec<usize>> {
        let target = target(uncertain, framework)?;
        let mut leaves = under(framework, target);
        leaves.retain(|&node| framework.nodes()[node].leaf.is_some());
        Ok(leaves)
    }

    /// Computes what the runs share. The answer has the runs in the order of what they chose.
    pub(super) fn new(
        uncertain: &'a Uncertain,
        index: Index,
        sets: Sets,
        chosen: impl IntoIterator<Item = Chosen>,
    ) -> Result<(Self, Vec<Run>)> {
        let Index { framework, panel, workshop, reservation, .. } = index;
        let target = target(uncertain, &framework)?;
        let nodes = framework.nodes();
        let under = under(&framework, target);
        let leaves: Vec<usize> =
            under.iter().copied().filter(|&node| nodes[node].leaf.is_some()).collect();
        let mut choices = vec![uncertain.nominal()];
        let mut runs = Vec::new();
        for Chosen { choice, left_out, weights } in chosen {
            let variant = match choices.iter().position(|known| *known == choice) {
                Some(variant) => variant,
                None => {
                    choices.push(choice);
                    choices.len() - 1
                }
            };
            runs.push(Run { variant, left_out: left_out.map(|i| leaves[i]), weights });
        }
        let watch = Watch {
            name: uncertain.steps.name,
            workshop: workshop.clone(),
            done: AtomicUsize::new(0),
            expected: 0,
        };
        let mut engine = Self {
            is_uncertain: is_uncertain(uncertain, &framework, target, &under, &sets),
            is_open: vec![false; nodes.len()],
            uncertain,
            framework,
            panel,
            workshop,
            variants: Vec::new(),
            choices,
            sets,
            target,
            under,
            watch,
        };
        for &node in &engine.under {
            let mut children = engine.framework.nodes()[node].children.iter();
            engine.is_open[node] =
                children.any(|&child| engine.is_uncertain[child] || engine.is_open[child]);
        }
        engine.compute_variants(&reservation)?;
        // Runs that cannot differ are the same run.
        let is_open = engine.is_open[target];
        let is_drawn = engine.is_drawn();
        for run in &mut runs {
            run.weights = run.weights.filter(|set| is_open && engine.has_set(*set, is_drawn));
            run.left_out = run.left_out.filter(|_| is_open);
        }
        engine.watch.expected =
            runs.iter().collect::<HashSet<_>>().len() * engine.panel.periods.len();
        Ok((engine, runs))
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
    fn compute_variants(
        &mut self,
        reservation: &datafusion::execution::memory_pool::MemoryReservation,
    ) -> Result<()> {
        let (framework, workshop) = (&self.framework, &self.workshop);
        let raw = self.panel.clone();
        let (units, periods) = (raw.units.len(), raw.periods.len());
        let column = units * size_of::<f64>();
        let of_panel = raw.columns.len() * column;
        let place = |known: &mut Vec<Option<Call>>, call: &Option<Call>| {
            known.iter().position(|other| other == call).unwrap_or_else(|| {
                known.push(call.clone());
                known.len() - 1
            })
        };
        let mut known: [Vec<Option<Call>>; 3] = Default::default();
        let mut prepared: BTreeMap<(usize, usize), Panel> = BTreeMap::new();
        let mut imputed: BTreeMap<usize, Panel> = BTreeMap::new();
        let mut normalised: BTreeMap<(usize, usize, usize), Vec<ArrayRef>> = BTreeMap::new();
        for choice in &self.choices {
            let methods_of = |choice: &Choice| methods(framework, &self.uncertain.with(choice));
            let [i, t, n] = [0, 1, 2].map(|step| place(&mut known[step], &choice[step]));
            let methods = methods_of(choice)?;
            if !normalised.contains_key(&(i, t, n)) {
                if !imputed.contains_key(&i) {
                    let mut only = choice.clone();
                    only[1] = None;
                    let panel = methods_of(&only)?.prepare(framework, raw.clone(), workshop)?;
                    let present = self.panel.present.iter_mut().zip(&panel.present);
                    present.for_each(|(all, present)| *all |= present);
                    reservation.try_grow(if only[0].is_some() { of_panel } else { 0 })?;
                    imputed.insert(i, panel);
                }
                if !prepared.contains_key(&(i, t)) {
                    let mut only = choice.clone();
                    only[0] = None;
                    let panel =
                        methods_of(&only)?.prepare(framework, imputed[&i].clone(), workshop)?;
                    reservation.try_grow(if only[1].is_some() { of_panel } else { 0 })?;
                    prepared.insert((i, t), panel);
                }
                let scores = methods.normalise(framework, &prepared[&(i, t)], workshop)?;
                reservation.try_grow(of_panel)?;
                normalised.insert((i, t, n), scores);
            }
            let leaves = &normalised[&(i, t, n)];
            let mut scores = methods.aggregate(framework, leaves, periods, workshop)?;
            for (node, columns) in scores.columns.chunks_mut(periods.max(1)).enumerate() {
                let is_kept = node == self.target
                    || framework.nodes()[node].parent.is_some_and(|parent| self.is_open[parent])
                        && !self.is_open[node];
                match is_kept {
                    true => reservation.try_grow(columns.len() * column)?,
                    false => columns.fill(new_null_array(&DataType::Float64, 0)),
                }
            }
            self.variants.push(Variant { methods, scores });
        }
        Ok(())
    }

    /// The nominal scores at a period.
    pub(super) fn nominal(&self) -> &Scores {
        &self.variants[0].scores
    }

    /// The runs at a period, made ready.
    pub(super) fn at(&self, period: usize) -> Result<Period<'_>> {
        let trees = self.workshop.each(self.variants.len(), |variant| {
            let averages = |node: usize| average(&self.variants[variant].methods, node);
            Ok([self.tree(variant, period, averages), self.tree(variant, period, |_| None)])
        })?;
        Ok(Period { engine: self, period, trees })
    }

    fn tree(
        &self,
        variant: usize,
        period: usize,
        average: impl Fn(usize) -> Option<Average>,
    ) -> Tree {
        let Variant { methods, scores } = &self.variants[variant];
        let nodes = self.framework.nodes();
        let mut step_of = vec![usize::MAX; nodes.len()];
        let mut steps = Vec::new();
        for &node in self.under.iter().filter(|&&node| self.is_open[node]) {
            let child = |&child: &usize| {
                let source = match self.is_open[child] {
                    true => Child::Step(step_of[child]),
                    false => Child::Scores(plain(scores.column(child, period))),
                };
                (child, source)
            };
            let children = nodes[node].children.iter().map(child).collect();
            let coverage = methods.aggregation[node].as_ref().map_or(0.0, |a| a.min_coverage);
            step_of[node] = steps.len();
            steps.push(tree::Step::new(node, average(node), coverage, children));
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
        let nodes = self.framework.nodes();
        let mut draw = Draw::new(self.uncertain.seed, set as u64);
        (0..after).for_each(|_| {
            draw.uniform();
        });
        for node in nodes.iter().filter(|node| node.leaf.is_none()) {
            let drawn = node.children.iter().copied();
            let drawn: Vec<usize> =
                drawn.filter(|&child| is_drawn(self.uncertain, &self.framework, child)).collect();
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
            for (child, weight) in drawn.into_iter().zip(after) {
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
fn average(methods: &Methods, node: usize) -> Option<Average> {
    let call = &methods.aggregation[node].as_ref()?.call;
    match call.page.name {
        "agg_arithmetic" => Some(Average::Arithmetic),
        "agg_geometric" => Some(Average::Geometric),
        "agg_harmonic" => Some(Average::Harmonic),
        "agg_power" => match call.get("p") {
            None => Some(Average::Arithmetic),
            Some(ScalarValue::Float64(Some(p))) => Average::of_power(*p),
            Some(_) => None,
        },
        _ => None,
    }
}

/// Scores with NaN where there is none.
fn plain(column: &Float64Array) -> Vec<f64> {
    match column.null_count() {
        0 => column.values().to_vec(),
        _ => column.iter().map(|x| x.unwrap_or(f64::NAN)).collect(),
    }
}

/// The runs at one period.
pub(super) struct Period<'a> {
    engine: &'a Engine<'a>,
    period: usize,
    /// Per variant: with what is quick, and with exact sums throughout.
    trees: Vec<[Tree; 2]>,
}

/// Runs that are computed together at the most.
const TOGETHER: usize = 16;

/// Numbers that those may need at the most.
const ROOM: usize = 1 << 22;

impl Period<'_> {
    /// Calls `each` with the ranks in each run, 1 for the highest score and 0 for none. The answers
    /// are in the order of the runs, which must be sorted.
    pub(super) fn ranks<R: Send>(
        &self,
        runs: &[Run],
        each: impl Fn(&[u32]) -> R + Sync,
    ) -> Result<Vec<R>> {
        let engine = self.engine;
        let size = self.trees.iter().map(|[tree, _]| tree.size()).max().unwrap_or(0);
        let together = (ROOM / size.max(1)).clamp(1, TOGETHER);
        let alike =
            |a: &Run, b: &Run| a.variant == b.variant && a.weights.is_some() == b.weights.is_some();
        let jobs: Vec<&[Run]> =
            runs.chunk_by(alike).flat_map(|alike| alike.chunks(together)).collect();
        let answers = engine.workshop.each(jobs.len(), |job| {
            let answers = self.job(jobs[job], &each)?;
            engine.watch.add(jobs[job].len());
            Ok(answers)
        })?;
        Ok(answers.into_iter().flatten().collect())
    }

    fn job<R>(&self, runs: &[Run], each: &impl Fn(&[u32]) -> R) -> Result<Vec<R>> {
        let engine = self.engine;
        let Some(first) = runs.first() else { return Ok(Vec::new()) };
        let variant = &engine.variants[first.variant];
        let (mut order, mut ranks) = (Vec::new(), vec![0; engine.panel.units.len()]);
        let mut answers = Vec::with_capacity(runs.len());
        let mut rank = |scores: &[f64]| {
            ranks_descending(scores, &mut order, &mut ranks);
            answers.push(each(&ranks));
        };
        // The index as it stands, by other methods at the most.
        let mut rest = runs;
        while let Some((Run { left_out: None, weights: None, .. }, after)) = rest.split_first() {
            rank(&plain(variant.scores.column(engine.target, self.period)));
            rest = after;
        }
        let weights: Vec<Vec<f64>> =
            rest.iter().map(|run| engine.weights(*run, self.period)).collect();
        let combine = |node: usize, children: &[&[f64]], weights: &[f64]| -> Result<Vec<f64>> {
            let children: Vec<ArrayRef> = children
                .iter()
                .map(|child| Arc::new(nullable(child.to_vec())) as ArrayRef)
                .collect();
            let scores = variant.methods.combine(&engine.framework, node, &children, weights)?;
            Ok(plain(datafusion::arrow::array::AsArray::as_primitive(&scores)))
        };
        let [quick, exact] = &self.trees[first.variant];
        // Weights that are as stated can make ties, which exact sums keep.
        let tree = if first.weights.is_some() { quick } else { exact };
        tree.scores(&weights, &mut Room::default(), combine, |_, scores| rank(scores))?;
        Ok(answers)
    }
}
