//! What is uncertain in an index: the arguments that say so, checked.

use datafusion::common::{Result, ScalarValue, plan_err};

use super::arguments::Arguments;
use crate::index::methods::used::Argument;
use crate::index::monte_carlo::design::{Alternatives, STEPS, Spread, Uncertain};
use crate::page::{DefaultValue, Kind, Null, Parameter, Role};

pub const WEIGHTS: Parameter = Parameter {
    name: "weights",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "maximum relative deviation of each weight within its parent, 0 to 1: each is \
              multiplied by 1 + weights * (2u - 1), u uniform on 0..1",
    null: Null::Means("as 0: the weights are certain"),
    default: DefaultValue::Number(0.25),
};

pub const WEIGHT_DISTRIBUTION: Parameter = Parameter {
    name: "weight_distribution",
    role: Role::Setting,
    kind: Kind::Choice(&["uniform", "dirichlet"]),
    meaning: "uniform: as described for weights; dirichlet: the weights of siblings follow a \
              Dirichlet distribution whose mean is their nominal weights",
    null: Null::Error,
    default: DefaultValue::Word("uniform"),
};

pub const CONCENTRATION: Parameter = Parameter {
    name: "concentration",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "concentration of the Dirichlet distribution around its mean, above 0: its \
              parameters are concentration * n * weight for n siblings whose weights sum to 1; \
              with equal weights, 1 is the uniform distribution over all weights that sum to 1",
    null: Null::Error,
    default: DefaultValue::Number(1.0),
};

pub const WEIGHT_LEVEL: Parameter = Parameter {
    name: "weight_level",
    role: Role::Setting,
    kind: Kind::Constants,
    meaning: "levels of the nodes whose weights are uncertain: a number or a list",
    null: Null::Means("all levels"),
    default: DefaultValue::Null,
};

pub const NORMALISATIONS: Parameter = Parameter {
    name: "normalisations",
    role: Role::Setting,
    kind: Kind::Methods("norm_"),
    meaning: "alternative normalisations instead of that of the call, with equal probability",
    null: Null::Means("normalisation is certain"),
    default: DefaultValue::Null,
};

pub const AGGREGATIONS: Parameter = Parameter {
    name: "aggregations",
    role: Role::Setting,
    kind: Kind::Methods("agg_"),
    meaning: "alternative aggregations instead of that of the call, with equal probability",
    null: Null::Means("aggregation is certain"),
    default: DefaultValue::Null,
};

pub const TREATMENTS: Parameter = Parameter {
    name: "treatments",
    role: Role::Setting,
    kind: Kind::Methods("treat_"),
    meaning: "alternative treatments instead of that of the call, with equal probability; 'none' can be one",
    null: Null::Means("treatment is certain"),
    default: DefaultValue::Null,
};

pub const IMPUTATIONS: Parameter = Parameter {
    name: "imputations",
    role: Role::Setting,
    kind: Kind::Methods("impute_"),
    meaning: "alternative imputations instead of that of the call, with equal probability; 'none' can be one",
    null: Null::Means("imputation is certain"),
    default: DefaultValue::Null,
};

pub const LEAVE_OUT: Parameter = Parameter {
    name: "leave_out",
    role: Role::Setting,
    kind: Kind::Switch,
    meaning: "whether each draw excludes one indicator or none, all Q + 1 cases of Q indicators with \
              equal probability; the weight of an excluded indicator is 0",
    null: Null::Error,
    default: DefaultValue::Switch(false),
};

pub const SEED: Parameter = Parameter {
    name: "seed",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "seed of the random numbers, a whole number from 0; draw i uses stream i of the \
              seed only",
    null: Null::Error,
    default: DefaultValue::Number(1.0),
};

pub const CODE: Parameter = Parameter {
    name: "code",
    role: Role::Setting,
    kind: Kind::Any,
    meaning: "code of the node that is ranked",
    null: Null::Means("the root"),
    default: DefaultValue::Null,
};

/// Largest seed: a whole number that DOUBLE holds.
const LARGEST_SEED: u64 = 1 << 53;

impl Arguments {
    /// The choices that are uncertain, and the steps of the nominal index.
    pub fn uncertain(&self) -> Result<Uncertain> {
        let name = self.page.name;
        let mut arguments = self.clone();
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
                methods.push(self.parse(step, text)?);
            }
            // The nominal index is one of the alternatives unless the call says otherwise.
            arguments.constants.fill(step.option(), ScalarValue::from(first.as_str()));
        }
        let mut steps = arguments.steps()?;
        for (step, option) in several {
            // Errors speak of what the call gives.
            let value = arguments.constants.get(option)?.unwrap_or(ScalarValue::Null);
            let given = Argument::of(step).map(|argument| (argument, (option.to_owned(), value)));
            steps.given.extend(given);
        }
        let has_weight_draws = arguments.has_table("weight_draws");
        let spread = match has_weight_draws {
            true => Spread::None,
            false => spread(&arguments)?,
        };
        for call in alternatives.iter().flatten().flatten() {
            steps.check_not_twice(call, |_| true)?;
        }
        let constants = &arguments.constants;
        let uncertain = Uncertain {
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
