//! What is uncertain in an index, and how a draw chooses.

use std::fmt::Write;

use datafusion::common::ScalarValue;

use crate::framework::{Faults, Framework};
use crate::index::methods::bound::Methods;
use crate::index::methods::call::{MethodCall, Step};
use crate::index::methods::rows::RowMethods;
use crate::index::methods::steps::Steps;
use crate::index::methods::unused::unused;
use crate::index::methods::used::Argument;

/// Steps whose method can be uncertain, in the order in which they are done, with the arguments
/// for one method and for several.
pub const STEPS: [(Step, &str); 4] = [
    (Step::Imputation, "imputations"),
    (Step::Treatment, "treatments"),
    (Step::Normalisation, "normalisations"),
    (Step::Aggregation, "aggregations"),
];

/// A method per step, in the order of [`STEPS`].
pub type Choice = [Option<MethodCall>; 4];

/// Alternatives per step; none where the method is certain.
pub type Alternatives = [Vec<Option<MethodCall>>; 4];

/// Which of the alternatives, per step.
pub type Picks = [usize; 4];

/// The method of the nominal index.
pub const NOMINAL: usize = usize::MAX;

/// How weights are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spread {
    None,
    Uniform(f64),
    Dirichlet(f64),
}

/// The choices that are uncertain, as a call states them.
#[derive(Debug, Clone)]
pub struct Uncertain {
    /// The steps of the nominal index.
    pub steps: Steps,
    pub spread: Spread,
    /// Of the nodes whose weights are uncertain; none for all.
    pub levels: Vec<usize>,
    pub alternatives: Alternatives,
    pub leave_out: bool,
    pub seed: u64,
    /// Of the node that is ranked; none for the root.
    pub code: Option<String>,
    /// Whether a table says what is drawn.
    pub is_replay: bool,
}

impl Uncertain {
    /// How many of the methods that a step may have; 1 where it is certain.
    pub fn alternatives(&self, step: Step) -> usize {
        let of_step = STEPS.iter().zip(&self.alternatives).find(|((known, _), _)| *known == step);
        of_step.map_or(1, |(_, methods)| methods.len().max(1))
    }

    /// Random numbers that a draw takes beside those of its weights.
    pub fn numbers(&self) -> usize {
        let uncertain = self.alternatives.iter().filter(|methods| methods.len() > 1);
        uncertain.count() + usize::from(self.leave_out)
    }

    pub fn nominal(&self) -> Choice {
        let Steps { imputation, treatment, normalisation, aggregation, .. } = &self.steps;
        [imputation.clone(), treatment.clone(), normalisation.clone(), Some(aggregation.clone())]
    }

    /// The methods and the left-out indicator (its place among `leaves`, or none: one more way, as
    /// likely as each of them) that uniform numbers choose; `next` gives one for each choice that is uncertain, in the order of the steps.
    pub fn choose(&self, leaves: usize, mut next: impl FnMut() -> f64) -> (Picks, Option<usize>) {
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
    pub fn describe(&self) -> String {
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

    /// The methods of the nominal index, with what the choices need of a framework checked.
    pub fn methods(&self, framework: &Framework, rows: &RowMethods) -> Result<Methods, Faults> {
        let nominal = match self.is_replay {
            // What has a use is known when the methods of the table are.
            true => Methods::new(framework, rows, &self.steps),
            false => self.check_methods(framework, rows, &self.alternatives),
        };
        let mut faults = match &nominal {
            Ok(_) => Vec::new(),
            Err(Faults(faults)) => faults.clone(),
        };
        let target = match self.target(framework) {
            Ok(target) => target,
            Err(fault) => {
                faults.push(fault);
                framework.root()
            }
        };
        let under = framework.below(target);
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
        if faults.is_empty() { nominal } else { Err(Faults(faults)) }
    }

    /// That all methods fit the framework, and that each thing given has a use with one of them:
    /// the methods of the nominal index.
    pub fn check_methods(
        &self,
        framework: &Framework,
        rows: &RowMethods,
        alternatives: &Alternatives,
    ) -> Result<Methods, Faults> {
        let mut faults = Vec::new();
        let mut variants = Vec::new();
        let mut add = |steps: Steps| match Methods::new(framework, rows, &steps) {
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
                    let given = Argument::of(step).map(|argument| (argument, (name, text)));
                    steps.given.extend(given);
                }
                add(steps);
            }
        }
        if faults.is_empty() {
            let variants: Vec<_> =
                variants.iter().map(|(steps, methods)| (steps, methods)).collect();
            faults.extend(unused(framework, &variants, None));
        }
        match variants.into_iter().next() {
            Some((_, nominal)) if faults.is_empty() => Ok(nominal),
            _ => Err(Faults(faults)),
        }
    }

    /// The steps with other methods.
    pub fn with(&self, [imputation, treatment, normalisation, aggregation]: &Choice) -> Steps {
        let mut steps = self.steps.clone();
        steps.imputation.clone_from(imputation);
        steps.treatment.clone_from(treatment);
        steps.normalisation.clone_from(normalisation);
        if let Some(aggregation) = aggregation {
            steps.aggregation.clone_from(aggregation);
        }
        steps
    }

    pub fn target(&self, framework: &Framework) -> Result<usize, String> {
        let Some(code) = &self.code else { return Ok(framework.root()) };
        framework
            .position(code)
            .ok_or_else(|| format!("code must be that of a node of the framework, got '{code}'"))
    }
}
