//! What is uncertain in an index: the arguments that say so, checked.

use std::fmt::Write;

use datafusion::common::{Result, ScalarValue, plan_err};

use super::call::{Call, Step, at};
use super::draws::under;
use super::methods::{Methods, unused};
use super::options::{Argument, Arguments, Steps};
use crate::framework::{Faults, Framework};
use crate::functions::page::{DefaultValue, Kind, Null, Parameter, Role};

pub(super) const WEIGHTS: Parameter = Parameter {
    name: "weights",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "maximum relative deviation of each weight within its parent, 0 to 1: each is \
              multiplied by 1 + weights * (2u - 1), u uniform on 0..1",
    null: Null::Means("as 0: the weights are certain"),
    default: DefaultValue::Number(0.25),
};

pub(super) const WEIGHT_DISTRIBUTION: Parameter = Parameter {
    name: "weight_distribution",
    role: Role::Setting,
    kind: Kind::Choice(&["uniform", "dirichlet"]),
    meaning: "uniform: as described for weights; dirichlet: the weights of siblings follow a \
              Dirichlet distribution whose mean is their nominal weights",
    null: Null::Error,
    default: DefaultValue::Word("uniform"),
};

pub(super) const CONCENTRATION: Parameter = Parameter {
    name: "concentration",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "concentration of the Dirichlet distribution around its mean, above 0: its \
              parameters are concentration * n * weight for n siblings whose weights sum to 1; \
              with equal weights, 1 is the uniform distribution over all weights that sum to 1",
    null: Null::Error,
    default: DefaultValue::Number(1.0),
};

pub(super) const WEIGHT_LEVEL: Parameter = Parameter {
    name: "weight_level",
    role: Role::Setting,
    kind: Kind::Constants,
    meaning: "levels of the nodes whose weights are uncertain: a number or a list",
    null: Null::Means("all levels"),
    default: DefaultValue::Null,
};

pub(super) const NORMALISATIONS: Parameter = Parameter {
    name: "normalisations",
    role: Role::Setting,
    kind: Kind::Methods("norm_"),
    meaning: "alternative normalisations instead of that of the call, with equal probability",
    null: Null::Means("normalisation is certain"),
    default: DefaultValue::Null,
};

pub(super) const AGGREGATIONS: Parameter = Parameter {
    name: "aggregations",
    role: Role::Setting,
    kind: Kind::Methods("agg_"),
    meaning: "alternative aggregations instead of that of the call, with equal probability",
    null: Null::Means("aggregation is certain"),
    default: DefaultValue::Null,
};

pub(super) const TREATMENTS: Parameter = Parameter {
    name: "treatments",
    role: Role::Setting,
    kind: Kind::Methods("treat_"),
    meaning: "alternative treatments instead of that of the call, with equal probability; 'none' can be one",
    null: Null::Means("treatment is certain"),
    default: DefaultValue::Null,
};

pub(super) const IMPUTATIONS: Parameter = Parameter {
    name: "imputations",
    role: Role::Setting,
    kind: Kind::Methods("impute_"),
    meaning: "alternative imputations instead of that of the call, with equal probability; 'none' can be one",
    null: Null::Means("imputation is certain"),
    default: DefaultValue::Null,
};

pub(super) const LEAVE_OUT: Parameter = Parameter {
    name: "leave_out",
    role: Role::Setting,
    kind: Kind::Switch,
    meaning: "whether each draw excludes one indicator or none, all Q + 1 cases of Q indicators with \
              equal probability; the weight of an excluded indicator is 0",
    null: Null::Error,
    default: DefaultValue::Switch(false),
};

pub(super) const SEED: Parameter = Parameter {
    name: "seed",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "seed of the random numbers, a whole number from 0; draw i uses stream i of the \
              seed only",
    null: Null::Error,
    default: DefaultValue::Number(1.0),
};

pub(super) const CODE: Parameter = Parameter {
    name: "code",
    role: Role::Setting,
    kind: Kind::Any,
    meaning: "code of the node that is ranked",
    null: Null::Means("the root"),
    default: DefaultValue::Null,
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

/// Alternatives per step; none where the method is certain.
pub(super) type Alternatives = [Vec<Option<Call>>; 4];

/// Which of the alternatives, per step.
pub(super) type Picks = [usize; 4];

/// The method of the nominal index.
pub(super) const NOMINAL: usize = usize::MAX;

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
    /// Of the nodes whose weights are uncertain; none for all.
    pub levels: Vec<usize>,
    pub alternatives: Alternatives,
    pub leave_out: bool,
    pub seed: u64,
    code: Option<String>,
    /// Whether a table says what is drawn.
    is_replay: bool,
}

impl Uncertain {
    pub(super) fn new(arguments: &Arguments) -> Result<Self> {
        let name = arguments.page.name;
        let mut arguments = arguments.clone();
        let mut alternatives: Alternatives = Default::default();
        let mut several = Vec::new();
        for ((step, option), methods) in STEPS.into_iter().zip(&mut alternatives) {
            if arguments.constants.get(option)?.is_none() {
                continue;
            }
            if !arguments.constants.is_given(step.option()) {
                several.push((step, option));
            }
            let texts = arguments.constants.texts(option)?;
            let Some(first) = texts.first() else {
                return plan_err!("{name}: {option} must have a method, got an empty list");
            };
            for text in &texts {
                methods.push(method(name, step, text)?);
            }
            // The nominal index is one of the alternatives unless the call says otherwise.
            arguments.constants.fill(step.option(), ScalarValue::from(first.as_str()));
        }
        let mut steps = Steps::new(&arguments)?;
        for (step, option) in several {
            // Errors speak of what the call gives.
            let value = arguments.constants.get(option)?.unwrap_or(ScalarValue::Null);
            steps.given.insert(Argument::of(step), (option.to_owned(), value));
        }
        let has_weight_draws = arguments.relations.contains_key("weight_draws");
        let spread = match has_weight_draws {
            true => Spread::None,
            false => spread(&arguments)?,
        };
        for call in alternatives.iter().flatten().flatten() {
            steps.check_not_twice(call, |_| true)?;
        }
        let constants = &arguments.constants;
        let uncertain = Self {
            steps,
            spread,
            levels: levels(&arguments)?,
            alternatives,
            leave_out: constants.switch("leave_out")?,
            seed: constants.whole("seed", 0..=LARGEST_SEED)?,
            code: constants.text("code")?,
            is_replay: has_weight_draws,
        };
        if uncertain.spread == Spread::None && !has_weight_draws {
            let of_weights = [&WEIGHT_LEVEL, &CONCENTRATION, &WEIGHT_DISTRIBUTION];
            if let Some(given) = of_weights.iter().find(|p| constants.is_given(p.name)) {
                return plan_err!(
                    "{name}: {} must not be given where the weights are certain, got {}",
                    given.name,
                    constants.get(given.name)?.unwrap_or(ScalarValue::Null)
                );
            }
        }
        let is_certain = uncertain.spread == Spread::None && uncertain.numbers() == 0;
        if is_certain && !has_weight_draws {
            return plan_err!(
                "{name}: something must be uncertain, found nothing (weights, normalisations, \
                 aggregations, treatments, imputations or leave_out)"
            );
        }
        Ok(uncertain)
    }

    /// A method that a table names for a step, by the name of the step.
    pub(super) fn method(&self, step: usize, text: &str) -> Result<Option<Call>> {
        let call = method(self.steps.name, STEPS[step].0, text)?;
        call.iter().try_for_each(|call| self.steps.check_not_twice(call, |_| true))?;
        Ok(call)
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

    /// The methods and the left-out indicator (its place among `leaves`, or none: one more way, as
    /// likely as each of them) that uniform numbers choose; `next` gives one for each choice that is uncertain, in the order of the steps.
    pub(super) fn choose(
        &self,
        leaves: usize,
        mut next: impl FnMut() -> f64,
    ) -> (Picks, Option<usize>) {
        let mut picks = [NOMINAL; 4];
        let mut pick = |n: usize| ((next() * n as f64) as usize).min(n.saturating_sub(1));
        for (picked, methods) in picks.iter_mut().zip(&self.alternatives) {
            match methods.len() {
                0 => {}
                1 => *picked = 0,
                several => *picked = pick(several),
            }
        }
        let left_out = self.leave_out.then(|| pick(leaves + 1).checked_sub(1)).flatten();
        (picks, left_out)
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
            parts.push("one indicator or none left out".to_owned());
        }
        let mut text = self.steps.describe();
        if !parts.is_empty() {
            let _ = write!(text, ", draw {}", parts.join(", "));
        }
        text
    }

    /// What the choices need of a framework.
    pub(super) fn check(&self, framework: &Framework) -> Result<(), Faults> {
        let mut faults = match self.is_replay {
            // What has a use is known when the methods of the table are.
            true => Methods::new(framework, &self.steps).err(),
            false => self.check_methods(framework, &self.alternatives).err(),
        }
        .map_or_else(Vec::new, |Faults(faults)| faults);
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
            faults.push(format!("leave_out must have two indicators at least, found {leaves}"));
        }
        if faults.is_empty() { Ok(()) } else { Err(Faults(faults)) }
    }

    /// That all methods fit the framework, and that each thing given has a use with one of them.
    pub(super) fn check_methods(
        &self,
        framework: &Framework,
        alternatives: &Alternatives,
    ) -> Result<(), Faults> {
        let mut faults = Vec::new();
        let mut variants = Vec::new();
        let mut add = |steps: Steps| match Methods::new(framework, &steps) {
            Ok(methods) => variants.push((steps, methods)),
            Err(Faults(found)) => {
                let new = found.into_iter().filter(|fault| !faults.contains(fault));
                let new: Vec<String> = new.collect();
                faults.extend(new);
            }
        };
        add(self.steps.clone());
        for (i, methods) in alternatives.iter().enumerate() {
            for method in methods {
                let mut choice = self.nominal();
                choice[i].clone_from(method);
                let mut steps = self.with(&choice);
                if let (true, Some(call)) = (self.is_replay, method) {
                    let (step, _) = STEPS[i];
                    let name = format!("{} of weight_draws", step.option());
                    let text = ScalarValue::from(call.text.as_str());
                    steps.given.insert(Argument::of(step), (name, text));
                }
                add(steps);
            }
        }
        if faults.is_empty() {
            let variants: Vec<_> =
                variants.iter().map(|(steps, methods)| (steps, methods)).collect();
            faults.extend(unused(framework, &variants, None));
        }
        if faults.is_empty() { Ok(()) } else { Err(Faults(faults)) }
    }

    /// The steps with other methods.
    pub(super) fn with(
        &self,
        [imputation, treatment, normalisation, aggregation]: &Choice,
    ) -> Steps {
        let mut steps = self.steps.clone();
        steps.imputation.clone_from(imputation);
        steps.treatment.clone_from(treatment);
        steps.normalisation.clone_from(normalisation);
        if let Some(aggregation) = aggregation {
            steps.aggregation.clone_from(aggregation);
        }
        steps
    }

    pub(super) fn target(&self, framework: &Framework) -> Result<usize, String> {
        let Some(code) = &self.code else { return Ok(framework.root()) };
        framework
            .position(code)
            .ok_or_else(|| format!("code must be that of a node of the framework, got '{code}'"))
    }
}

fn method(name: &str, step: Step, text: &str) -> Result<Option<Call>> {
    Call::parse(step, text).map_err(|error| at(name, error))
}

fn spread(arguments: &Arguments) -> Result<Spread> {
    let name = arguments.page.name;
    // In the order of the words: uniform, dirichlet.
    let is_dirichlet = arguments.constants.choice(WEIGHT_DISTRIBUTION.name)? == 1;
    let is_given = |name: &str| arguments.constants.is_given(name);
    if is_dirichlet {
        if is_given("weights") {
            return plan_err!(
                "{name}: weights must not be given with weight_distribution 'dirichlet', found it (its \
                 spread is concentration)"
            );
        }
        let concentration = arguments.constants.number("concentration")?;
        if concentration <= 0.0 {
            return plan_err!("{name}: concentration must be above 0, got {concentration}");
        }
        return Ok(Spread::Dirichlet(concentration));
    }
    if is_given("concentration") {
        return plan_err!(
            "{name}: concentration must not be given with weight_distribution 'uniform', found it \
             (its spread is weights)"
        );
    }
    match arguments.constants.optional("weights")? {
        None | Some(0.0) => Ok(Spread::None),
        Some(spread) if (0.0..=1.0).contains(&spread) => Ok(Spread::Uniform(spread)),
        Some(spread) => plan_err!("{name}: weights must be between 0 and 1, got {spread}"),
    }
}

/// The levels of an argument that is a number or a list of numbers.
fn levels(arguments: &Arguments) -> Result<Vec<usize>> {
    let Some(levels) = arguments.constants.numbers(WEIGHT_LEVEL.name)? else {
        return Ok(Vec::new());
    };
    if levels.is_empty() {
        return plan_err!(
            "{}: weight_level must be a level or a list of them, got [] (1 is that of indicators)",
            arguments.page.name
        );
    }
    match levels.iter().find(|level| **level < 1.0 || level.fract() != 0.0) {
        None => Ok(levels.into_iter().map(|level| level as usize).collect()),
        Some(level) => plan_err!(
            "{}: weight_level must be a level or a list of them, got {level} (1 is that of indicators)",
            arguments.page.name
        ),
    }
}
