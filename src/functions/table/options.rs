//! What a call says beside its tables: named constants, with the methods among them read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::LogicalPlan;

use super::call::{Call, Step, at};
use crate::functions::engine::constants::Constants;
use crate::functions::page::{DefaultValue, Kind, Null, Page, Parameter, Role};
use crate::kernel::{Coverage, CoverageBy};

pub(super) const UNIT: Parameter =
    column("unit", "column of the panel that holds the unit", "unit");

pub(super) const PERIOD: Parameter = Parameter {
    null: Null::Means("the panel is one cross-section"),
    ..column(
        "period",
        "column of the panel that holds the period; without such a column the panel is one cross-section",
        "period",
    )
};

pub(super) const INDICATOR: Parameter =
    column("indicator", "column of the panel that holds the code of the indicator", "indicator");

pub(super) const VALUE: Parameter = column(
    "value",
    "column of the panel that holds the value, a number in the indicator's unit of measurement",
    "value",
);

pub(super) const IMPUTATION: Parameter = Parameter {
    name: "imputation",
    role: Role::Setting,
    kind: Kind::Method("impute_"),
    meaning: "how missing values are filled: mean, median (of the reference set), linear, last (along a unit's periods), row_mean (from the unit's other indicators of the same parent)",
    null: Null::Means("as 'none'"),
    default: DefaultValue::Word("none"),
};

pub(super) const TREATMENT: Parameter = Parameter {
    name: "treatment",
    role: Role::Setting,
    kind: Kind::Method("treat_"),
    meaning: "how outliers are treated within the reference set: winsorise, points, log, boxcox, outliers",
    null: Null::Means("as 'none'"),
    default: DefaultValue::Word("none"),
};

pub(super) const NORMALISATION: Parameter = Parameter {
    name: "normalisation",
    role: Role::Setting,
    kind: Kind::Method("norm_"),
    meaning: "normalisation of the indicators, where the framework states none; 'none': the values are scores already (direction -1 changes their sign)",
    null: Null::Means("as 'none'"),
    default: DefaultValue::Word("minmax"),
};

pub(super) const REFERENCE: Parameter = Parameter {
    name: "reference",
    role: Role::Setting,
    kind: Kind::Any,
    meaning: "reference set of normalisation and treatment: 'all' (all units and periods of the indicator), 'period' (the units of the same period), or one period (the units in that period)",
    null: Null::Error,
    default: DefaultValue::Word("all"),
};

pub(super) const TREATMENT_REFERENCE: Parameter = Parameter {
    name: "treatment_reference",
    role: Role::Setting,
    kind: Kind::Any,
    meaning: "reference set of imputation and treatment, if different from that of the normalisation: 'all' or 'period' (row_mean: always a period; linear and last: a unit)",
    null: Null::Means("as reference"),
    default: DefaultValue::Null,
};

pub(super) const BASE: Parameter = Parameter {
    name: "base",
    role: Role::Setting,
    kind: Kind::Any,
    meaning: "base period of normalisation base, where the framework states none",
    null: Null::Means("none"),
    default: DefaultValue::Null,
};

pub(super) const LOWER: Parameter = Parameter {
    name: "lower",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "argument lower of the normalisation of the call",
    null: Null::Means("its default"),
    default: DefaultValue::Null,
};

pub(super) const UPPER: Parameter = Parameter {
    name: "upper",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "argument upper of the normalisation of the call",
    null: Null::Means("its default"),
    default: DefaultValue::Null,
};

pub(super) const TARGET: Parameter = Parameter {
    name: "target",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "argument target of normalisation distance_target, where the framework states none",
    null: Null::Means("none"),
    default: DefaultValue::Null,
};

pub(super) const WEIGHTING: Parameter = Parameter {
    name: "weighting",
    role: Role::Setting,
    kind: Kind::Method("weight_"),
    meaning: "weights of the children, where the framework states none: equal, or derived from their scores over the reference set: entropy, critic, sd, cv, merec, pca",
    null: Null::Means("as 'none'"),
    default: DefaultValue::Word("none"),
};

pub(super) const AGGREGATION: Parameter = Parameter {
    name: "aggregation",
    role: Role::Setting,
    kind: Kind::Method("agg_"),
    meaning: "how the scores of children are aggregated, where the framework states none",
    null: Null::Error,
    default: DefaultValue::Word("arithmetic"),
};

pub(super) const MIN_COVERAGE: Parameter = Parameter {
    name: "min_coverage",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "minimum share of the children with a score (observed or imputed), 0 to 1, where the framework states none",
    null: Null::Error,
    default: DefaultValue::Number(0.0),
};

pub(super) const COVERAGE_BY: Parameter = Parameter {
    name: "coverage_by",
    role: Role::Setting,
    kind: Kind::Choice(CoverageBy::WORDS),
    meaning: "whether min_coverage is a share of the weight of the children or of their number (count), where the framework states none",
    null: Null::Error,
    default: DefaultValue::Word("weight"),
};

pub(super) const DIRECTION: Parameter = Parameter {
    name: "direction",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "direction of the indicators whose rows state none: 1 or -1",
    null: Null::Error,
    default: DefaultValue::Number(1.0),
};

pub(super) const STRICT: Parameter = Parameter {
    name: "strict",
    role: Role::Setting,
    kind: Kind::Switch,
    meaning: "whether indicators that occur only in the panel or only in the framework are errors, as are those without a value in the base or reference period",
    null: Null::Error,
    default: DefaultValue::Switch(true),
};

const fn column(name: &'static str, meaning: &'static str, default: &'static str) -> Parameter {
    Parameter {
        name,
        role: Role::Setting,
        kind: Kind::Column,
        meaning,
        null: Null::Error,
        default: DefaultValue::Column(default),
    }
}

pub(super) const PANEL: Parameter = Parameter {
    name: "panel",
    role: Role::Panel,
    kind: Kind::Relation,
    meaning: "the values in long form: unit, period, indicator, value; one row per unit, period and indicator",
    null: Null::Means("a NULL value is missing"),
    default: DefaultValue::Required,
};

pub(super) const FRAMEWORK: Parameter = Parameter {
    name: "framework",
    role: Role::Framework,
    kind: Kind::Relation,
    meaning: "the tree: code, and where needed parent, weight, direction, lower, upper, target, base, normalisation, aggregation, min_coverage, coverage_by; other columns are not used",
    null: Null::Means("where a row is NULL, the argument of the call applies"),
    default: DefaultValue::Required,
};

/// What a call says, by name.
#[derive(Debug, Clone)]
pub(super) struct Arguments {
    pub page: &'static Page,
    pub constants: Constants,
    pub relations: BTreeMap<&'static str, LogicalPlan>,
}

/// The parameters of a table function: those of `composite_index`, which all share, and its own.
pub(super) fn parameters(page: &'static Page) -> Vec<&'static Parameter> {
    let is_own = |shared: &Parameter| page.parameters.iter().any(|own| own.name == shared.name);
    let shared = super::composite_index::PAGE.parameters.iter();
    shared.filter(|shared| !is_own(shared)).chain(page.parameters).collect()
}

impl Arguments {
    /// A method of a step; none for 'none'.
    pub(super) fn method(&self, step: Step, name: &str) -> Result<Option<Call>> {
        let Some(text) = self.constants.text(name)? else { return Ok(None) };
        Call::parse(step, &text).map_err(|error| at(self.page.name, error))
    }
}

/// What a normalisation learns from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reference {
    /// All units and periods of an indicator.
    All,
    /// The units of the same period.
    Period,
    /// The units of this period.
    At(ScalarValue),
}

impl Reference {
    fn new(value: ScalarValue) -> Self {
        match value.try_as_str().flatten() {
            Some(word) if word.eq_ignore_ascii_case("all") => Self::All,
            Some(word) if word.eq_ignore_ascii_case("period") => Self::Period,
            _ => Self::At(value),
        }
    }

    /// In words.
    fn describe(&self) -> String {
        match self {
            Self::All => "all periods".to_owned(),
            Self::Period => "each period".to_owned(),
            Self::At(period) => format!("period {period}"),
        }
    }

    /// As it is written in a call.
    pub(super) fn text(&self) -> String {
        match self {
            Self::All => "'all'".to_owned(),
            Self::Period => "'period'".to_owned(),
            Self::At(period) => period.to_string(),
        }
    }
}

/// An argument of the call that means something only where some method makes use of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Argument {
    Imputation,
    Treatment,
    TreatmentReference,
    Normalisation,
    Reference,
    Base,
    Lower,
    Upper,
    Target,
    Direction,
    Weighting,
    Aggregation,
    MinCoverage,
    CoverageBy,
}

impl Argument {
    const ALL: [Self; 14] = [
        Self::Imputation,
        Self::Treatment,
        Self::TreatmentReference,
        Self::Normalisation,
        Self::Reference,
        Self::Base,
        Self::Lower,
        Self::Upper,
        Self::Target,
        Self::Direction,
        Self::Weighting,
        Self::Aggregation,
        Self::MinCoverage,
        Self::CoverageBy,
    ];

    /// The one for the method of a step.
    pub(super) fn of(step: Step) -> Self {
        match step {
            Step::Imputation => Self::Imputation,
            Step::Treatment => Self::Treatment,
            Step::Normalisation => Self::Normalisation,
            Step::Weighting => Self::Weighting,
            Step::Aggregation => Self::Aggregation,
        }
    }

    /// The parameter that it is.
    fn parameter(self) -> &'static Parameter {
        match self {
            Self::Imputation => &IMPUTATION,
            Self::Treatment => &TREATMENT,
            Self::TreatmentReference => &TREATMENT_REFERENCE,
            Self::Normalisation => &NORMALISATION,
            Self::Reference => &REFERENCE,
            Self::Base => &BASE,
            Self::Lower => &LOWER,
            Self::Upper => &UPPER,
            Self::Target => &TARGET,
            Self::Direction => &DIRECTION,
            Self::Weighting => &WEIGHTING,
            Self::Aggregation => &AGGREGATION,
            Self::MinCoverage => &MIN_COVERAGE,
            Self::CoverageBy => &COVERAGE_BY,
        }
    }

    /// Why nothing uses it, if nothing does.
    fn unused(self) -> &'static str {
        match self {
            Self::Imputation => "nothing is imputed here",
            Self::Treatment => "nothing is treated here",
            Self::TreatmentReference => "no imputation or treatment learns from a reference set",
            Self::Normalisation => "no indicator is normalised by it: their rows name their own",
            Self::Reference => "no method learns from a reference set or compares units within one",
            Self::Base => "no normalisation takes a base period from the call",
            Self::Lower | Self::Upper => "no normalisation takes it from the call",
            Self::Target => "no normalisation takes a target from the call",
            Self::Direction => "the rows of all indicators state their own",
            Self::Weighting => "the rows state all weights",
            Self::Aggregation => "no node is aggregated by it: their rows name their own",
            Self::MinCoverage => "no node is judged by it: their rows state their own",
            Self::CoverageBy => "no min_coverage is above 0",
        }
    }
}

/// What a row of the framework can state for the normalisation of its indicator.
pub(super) const OF_ROWS: [Role; 4] =
    [Role::LowerGoalpost, Role::UpperGoalpost, Role::Target, Role::BasePeriod];

/// Arguments of the call that methods make use of, and columns of the framework's rows: the place
/// of an indicator among the leaves, and the role of what its row states.
#[derive(Debug, Clone, Default)]
pub(super) struct Used {
    pub arguments: BTreeSet<Argument>,
    pub rows: BTreeSet<(usize, Role)>,
    /// What stands in the parentheses of a normalisation of the call, and no row says otherwise.
    pub parentheses: BTreeSet<(String, Role)>,
    /// Nodes whose own way to count coverage counts.
    pub coverage_by: BTreeSet<usize>,
}

impl Used {
    pub(super) fn add(&mut self, argument: Argument) {
        self.arguments.insert(argument);
    }

    /// This and what another makes use of.
    pub(super) fn and(mut self, other: &Self) -> Self {
        self.arguments.extend(&other.arguments);
        self.rows.extend(&other.rows);
        self.parentheses.extend(other.parentheses.iter().cloned());
        self.coverage_by.extend(&other.coverage_by);
        self
    }
}

/// The steps of an index as the call has them. The framework may say otherwise, row by row.
#[derive(Debug, Clone)]
pub(super) struct Steps {
    pub name: &'static str,
    pub imputation: Option<Call>,
    pub treatment: Option<Call>,
    pub normalisation: Option<Call>,
    pub weighting: Option<Call>,
    pub aggregation: Call,
    pub coverage: Coverage,
    pub reference: Reference,
    pub treatment_reference: Reference,
    pub base: Option<ScalarValue>,
    pub lower: Option<f64>,
    pub upper: Option<f64>,
    pub target: Option<f64>,
    pub direction: f64,
    pub strict: bool,
    /// Whether values become scores at all.
    pub normalises: bool,
    /// The arguments that the call gives, with their names and values as given.
    pub given: BTreeMap<Argument, (String, ScalarValue)>,
}

impl Steps {
    pub(super) fn new(arguments: &Arguments) -> Result<Self> {
        Self::with_suffix(arguments, "")
    }

    /// The steps with those arguments that are given under their name and this suffix.
    pub(super) fn with_suffix(arguments: &Arguments, suffix: &str) -> Result<Self> {
        let function = arguments.page.name;
        let constants = &arguments.constants;
        let named = |name: &str| {
            let other = format!("{name}{suffix}");
            if constants.is_given(&other) { other } else { name.to_owned() }
        };
        let Some(aggregation) = arguments.method(Step::Aggregation, &named(AGGREGATION.name))?
        else {
            return plan_err!("{function}: aggregation must not be NULL");
        };
        let normalisation = arguments.method(Step::Normalisation, &named(NORMALISATION.name))?;
        let Some(reference) = constants.get(&named(REFERENCE.name))?.map(Reference::new) else {
            return plan_err!("{function}: reference must not be NULL");
        };
        let of_treatment = constants.get(&named(TREATMENT_REFERENCE.name))?.map(Reference::new);
        let min = constants.number(&named(MIN_COVERAGE.name))?;
        if !(0.0..=1.0).contains(&min) {
            return plan_err!("{function}: min_coverage must be between 0 and 1, got {min}");
        }
        let direction = constants.number(DIRECTION.name)?;
        if direction.abs() != 1.0 {
            return plan_err!("{function}: direction must be 1 or -1, got {direction}");
        }
        // Bounds of the call are those of its own normalisation, not of one with a suffix.
        let is_own = suffix.is_empty() || named(NORMALISATION.name) == NORMALISATION.name;
        let bound = |name| match is_own {
            true => constants.optional(name),
            false => Ok(None),
        };
        let mut given = BTreeMap::new();
        for argument in Argument::ALL {
            let name = named(argument.parameter().name);
            let is_bound = matches!(argument, Argument::Lower | Argument::Upper);
            if let Some((_, value)) = constants.given().find(|(p, _)| p.name == name)
                && (is_own || !is_bound)
            {
                given.insert(argument, (name, value.clone()));
            }
        }
        let steps = Self {
            name: function,
            imputation: arguments.method(Step::Imputation, &named(IMPUTATION.name))?,
            treatment: arguments.method(Step::Treatment, &named(TREATMENT.name))?,
            normalisation,
            weighting: arguments.method(Step::Weighting, &named(WEIGHTING.name))?,
            aggregation,
            coverage: Coverage {
                min,
                by: CoverageBy::ALL[constants.choice(&named(COVERAGE_BY.name))?],
            },
            treatment_reference: of_treatment.unwrap_or_else(|| reference.clone()),
            reference,
            base: constants.get(&named(BASE.name))?,
            lower: bound(LOWER.name)?,
            upper: bound(UPPER.name)?,
            target: constants.optional(&named(TARGET.name))?,
            direction,
            strict: constants.switch(STRICT.name)?,
            normalises: true,
            given,
        };
        if let Some(call) = &steps.normalisation {
            // What is given for the first variant is not given against the second one's method.
            let is_its = |name: &str| is_own || name.ends_with(suffix);
            steps.check_not_twice(call, is_its)?;
        }
        Ok(steps)
    }

    /// That what stands in the parentheses of a normalisation is not given beside it as well.
    pub(super) fn check_not_twice(&self, call: &Call, counts: impl Fn(&str) -> bool) -> Result<()> {
        for argument in [Argument::Base, Argument::Lower, Argument::Upper, Argument::Target] {
            let Some((name, value)) = self.given.get(&argument).filter(|(name, _)| counts(name))
            else {
                continue;
            };
            let roles: &[Role] = match argument {
                Argument::Lower => &[Role::LowerGoalpost, Role::LowerScore],
                Argument::Upper => &[Role::UpperGoalpost, Role::UpperScore],
                Argument::Target => &[Role::Target],
                _ => &[Role::BasePeriod],
            };
            if !value.is_null() && roles.iter().any(|role| call.get(*role).is_some()) {
                return plan_err!(
                    "{}: {name} must be given once, found {name} => {value} and {}",
                    self.name,
                    call.text
                );
            }
        }
        Ok(())
    }

    /// What is given and has no use: one fault each. `only` are the arguments that the function has
    /// a use for at all.
    pub(super) fn unused(&self, used: &Used, only: Option<&[Argument]>) -> Vec<String> {
        let mut faults = Vec::new();
        for (argument, (name, value)) in &self.given {
            let is_known = only.is_none_or(|only| only.contains(argument));
            // Nothing is imputed, treated or weighted without a method: to say so is no mistake.
            let is_none = match argument {
                Argument::Imputation => self.imputation.is_none(),
                Argument::Treatment => self.treatment.is_none(),
                Argument::Weighting => self.weighting.is_none(),
                _ => false,
            };
            if value.is_null() || is_none || (is_known && used.arguments.contains(argument)) {
                continue;
            }
            let why = match is_known {
                true => argument.unused().to_owned(),
                false => format!("{} has no use for it", self.name),
            };
            faults.push(format!("{name} must not be given, got {value} ({why})"));
        }
        if only.is_none() && used.arguments.contains(&Argument::Normalisation) {
            faults.extend(self.unused_parentheses(used));
        }
        faults
    }

    /// What stands in the parentheses of the normalisation and is said otherwise by all rows.
    fn unused_parentheses(&self, used: &Used) -> Vec<String> {
        let Some(call) = &self.normalisation else { return Vec::new() };
        let is_used = |role: Role| used.parentheses.contains(&(call.text.clone(), role));
        let parameters = OF_ROWS.into_iter().filter_map(|role| {
            call.argument(role).filter(|_| call.get(role).is_some() && !is_used(role))
        });
        parameters
            .map(|parameter| {
                format!(
                    "{} must not be given in {} (the rows of all indicators that it normalises state \
                     their own)",
                    parameter.name, call.text
                )
            })
            .collect()
    }

    /// The steps before the normalisation, for EXPLAIN.
    pub(super) fn describe_preparation(&self) -> String {
        let impute = self.imputation.as_ref().map(|call| format!("impute {}", call.text));
        let within = self.treatment_reference.describe();
        let treat =
            self.treatment.as_ref().map(|call| format!("treat {} within {within}", call.text));
        impute.into_iter().chain(treat).collect::<Vec<_>>().join(", ")
    }

    /// The steps in their order, for EXPLAIN.
    pub(super) fn describe(&self) -> String {
        let within = self.reference.describe();
        let mut text = self.describe_preparation();
        if !text.is_empty() {
            text.push_str(", ");
        }
        match &self.normalisation {
            Some(call) => {
                let base = self.base.as_ref().filter(|_| call.takes(Role::BasePeriod));
                let base = base.map_or_else(String::new, |base| format!(" (base {base})"));
                let _ = write!(text, "normalise {}{base} within {within}, ", call.text);
            }
            None => text.push_str("normalise none, "),
        }
        if let Some(call) = &self.weighting {
            let _ = write!(text, "weight {} where no weights are stated, ", call.text);
        }
        let _ = write!(text, "aggregate {}", self.aggregation.text);
        if self.coverage.min > 0.0 {
            let _ = write!(text, " with min_coverage {}", self.coverage);
        }
        text
    }
}
