//! What a call says beside its tables: named constants, with the methods among them read.

use std::collections::BTreeMap;
use std::fmt::Write;

use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::LogicalPlan;

use super::call::{Call, Step, at};
use crate::functions::page::{Kind, Page, Parameter};

pub(super) const UNIT: Parameter =
    column("unit", "column of the panel that holds the unit", "unit");

pub(super) const PERIOD: Parameter = column(
    "period",
    "column of the panel that holds the period; without such a column the panel is one cross-section",
    "period",
);

pub(super) const INDICATOR: Parameter =
    column("indicator", "column of the panel that holds the code of the indicator", "indicator");

pub(super) const VALUE: Parameter = column(
    "value",
    "column of the panel that holds the value, a number in the indicator's unit of measure",
    "value",
);

pub(super) const IMPUTATION: Parameter = Parameter {
    name: "imputation",
    kind: Kind::Method("impute_"),
    meaning: "how missing values are filled: mean, median (of the reference set), linear, last (along a unit's periods), row_mean (from the unit's other indicators of the same parent)",
    null: "as 'none'",
    default: Some("'none'"),
};

pub(super) const TREATMENT: Parameter = Parameter {
    name: "treatment",
    kind: Kind::Method("treat_"),
    meaning: "what is done about outliers within the reference set: winsorise, points, log, boxcox, outliers",
    null: "as 'none'",
    default: Some("'none'"),
};

pub(super) const NORMALISATION: Parameter = Parameter {
    name: "normalisation",
    kind: Kind::Method("norm_"),
    meaning: "how values become scores where the framework does not say; 'none': the values are scores already (turned round by direction -1)",
    null: "as 'none'",
    default: Some("'minmax'"),
};

pub(super) const REFERENCE: Parameter = Parameter {
    name: "reference",
    kind: Kind::Any,
    meaning: "what a normalisation or treatment learns from: 'all' (all units and periods of the indicator), 'period' (the units of the same period), or a period (the units of that one)",
    null: "error",
    default: Some("'all'"),
};

pub(super) const TREATMENT_REFERENCE: Parameter = Parameter {
    name: "treatment_reference",
    kind: Kind::Any,
    meaning: "what imputation and treatment learn from, where it is not the reference of the normalisation: 'all' or 'period' (row_mean: always a period; linear and last: a unit)",
    null: "as reference",
    default: Some("NULL"),
};

pub(super) const BASE: Parameter = Parameter {
    name: "base",
    kind: Kind::Any,
    meaning: "base period of normalisation base, where the framework does not say",
    null: "none",
    default: Some("NULL"),
};

pub(super) const LOWER: Parameter = Parameter {
    name: "lower",
    kind: Kind::Constant,
    meaning: "argument lower of the normalisation of the call",
    null: "its default",
    default: Some("NULL"),
};

pub(super) const UPPER: Parameter = Parameter {
    name: "upper",
    kind: Kind::Constant,
    meaning: "argument upper of the normalisation of the call",
    null: "its default",
    default: Some("NULL"),
};

pub(super) const TARGET: Parameter = Parameter {
    name: "target",
    kind: Kind::Constant,
    meaning: "argument target of normalisation distance_target, where the framework does not say",
    null: "none",
    default: Some("NULL"),
};

pub(super) const WEIGHTING: Parameter = Parameter {
    name: "weighting",
    kind: Kind::Method("weight_"),
    meaning: "how children are weighted whose rows state no weight: equal, or from their scores over the reference set: entropy, critic, sd, cv, merec, pca",
    null: "as 'none'",
    default: Some("'none'"),
};

pub(super) const AGGREGATION: Parameter = Parameter {
    name: "aggregation",
    kind: Kind::Method("agg_"),
    meaning: "how children are combined where the framework does not say",
    null: "error",
    default: Some("'arithmetic'"),
};

pub(super) const MIN_COVERAGE: Parameter = Parameter {
    name: "min_coverage",
    kind: Kind::Constant,
    meaning: "share of the weight of the children that must have a score, 0 to 1, where the framework does not say",
    null: "error",
    default: Some("0"),
};

pub(super) const DIRECTION: Parameter = Parameter {
    name: "direction",
    kind: Kind::Constant,
    meaning: "direction of the indicators whose rows state none: 1 or -1",
    null: "error",
    default: Some("1"),
};

pub(super) const STRICT: Parameter = Parameter {
    name: "strict",
    kind: Kind::Switch,
    meaning: "whether indicators that only the panel or only the framework has are an error",
    null: "error",
    default: Some("true"),
};

const fn column(name: &'static str, meaning: &'static str, default: &'static str) -> Parameter {
    Parameter { name, kind: Kind::Column, meaning, null: "error", default: Some(default) }
}

pub(super) const PANEL: Parameter = Parameter {
    name: "panel",
    kind: Kind::Relation,
    meaning: "the values in long form: unit, period, indicator, value; one row per unit, period and indicator",
    null: "a NULL value is missing",
    default: None,
};

pub(super) const FRAMEWORK: Parameter = Parameter {
    name: "framework",
    kind: Kind::Relation,
    meaning: "the tree: code, and where needed parent, weight, direction, lower, upper, target, base, normalisation, aggregation, min_coverage",
    null: "a row that says nothing gets what the call says",
    default: None,
};

/// The constants of a call, by name.
#[derive(Debug, Clone)]
pub(super) struct Arguments {
    pub page: &'static Page,
    pub constants: BTreeMap<&'static str, ScalarValue>,
    pub relations: BTreeMap<&'static str, LogicalPlan>,
}

/// The parameters of a table function: those of `composite_index`, which all share, and its own.
pub(super) fn parameters(page: &'static Page) -> impl Iterator<Item = &'static Parameter> {
    let is_own = |shared: &Parameter| page.parameters.iter().any(|own| own.name == shared.name);
    let shared = super::composite_index::PAGE.parameters.iter();
    shared.filter(move |shared| !is_own(shared)).chain(page.parameters)
}

impl Arguments {
    fn name(&self) -> &'static str {
        self.page.name
    }

    /// What was given, else the default; none for NULL.
    pub(super) fn get(&self, name: &str) -> Result<Option<ScalarValue>> {
        if let Some(given) = self.constants.get(name) {
            return Ok(Some(given.clone()).filter(|given| !given.is_null()));
        }
        match parameters(self.page).find(|parameter| parameter.name == name) {
            Some(Parameter { kind: Kind::Column, default: Some(default), .. }) => {
                Ok(Some(ScalarValue::from(*default)))
            }
            Some(parameter) => {
                Ok(Some(super::call::default(parameter)?).filter(|value| !value.is_null()))
            }
            None => Ok(None),
        }
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<String>> {
        match self.get(name)? {
            None => Ok(None),
            Some(value) => match value.try_as_str().flatten() {
                Some(text) => Ok(Some(text.to_owned())),
                None => plan_err!("{}: {name} must be a text, got {value}", self.name()),
            },
        }
    }

    /// A finite number that must be there.
    pub(super) fn number(&self, name: &str) -> Result<f64> {
        match self.optional_number(name)? {
            Some(number) => Ok(number),
            None => plan_err!("{}: {name} must be a number, got NULL", self.name()),
        }
    }

    pub(super) fn optional_number(&self, name: &str) -> Result<Option<f64>> {
        use datafusion::arrow::datatypes::DataType::Float64;
        let Some(value) = self.get(name)? else { return Ok(None) };
        match value.cast_to(&Float64) {
            Ok(ScalarValue::Float64(Some(x)))
                if x.is_finite() && value.data_type().is_numeric() =>
            {
                Ok(Some(x))
            }
            _ => plan_err!("{}: {name} must be a number, got {value}", self.name()),
        }
    }

    /// A whole number within a range.
    pub(super) fn whole(&self, name: &str, range: std::ops::RangeInclusive<u64>) -> Result<u64> {
        let x = self.number(name)?;
        if x.fract() != 0.0 || x < *range.start() as f64 || x > *range.end() as f64 {
            return plan_err!(
                "{}: {name} must be a whole number from {} to {}, got {x}",
                self.name(),
                range.start(),
                range.end()
            );
        }
        Ok(x as u64)
    }

    pub(super) fn switch(&self, name: &str) -> Result<bool> {
        match self.get(name)? {
            Some(ScalarValue::Boolean(Some(switch))) => Ok(switch),
            other => {
                let found = other.map_or("NULL".into(), |other| other.to_string());
                plan_err!("{}: {name} must be true or false, got {found}", self.name())
            }
        }
    }

    /// One of the words of a choice: its position among them.
    pub(super) fn choice(&self, parameter: &Parameter) -> Result<usize> {
        let Kind::Choice(words) = parameter.kind else {
            return plan_err!("{}: {} is no choice of words", self.name(), parameter.name);
        };
        let given = self.get(parameter.name)?;
        let text = given.as_ref().and_then(|given| given.try_as_str().flatten());
        match text.and_then(|text| words.iter().position(|word| word.eq_ignore_ascii_case(text))) {
            Some(position) => Ok(position),
            None => plan_err!(
                "{}: {} must be one of {}, got {}",
                self.name(),
                parameter.name,
                words.join(", "),
                given.map_or("NULL".into(), |given| given.to_string())
            ),
        }
    }

    /// Texts of a list; a single text is a list of one.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>> {
        let Some(value) = self.get(name)? else { return Ok(Vec::new()) };
        if let Some(text) = value.try_as_str().flatten() {
            return Ok(vec![text.to_owned()]);
        }
        if let ScalarValue::List(list) = &value {
            let items = list.value(0);
            let texts: Option<Vec<_>> = (0..items.len())
                .map(|i| {
                    let item = ScalarValue::try_from_array(&items, i).ok()?;
                    Some(item.try_as_str()??.to_owned())
                })
                .collect();
            if let Some(texts) = texts {
                return Ok(texts);
            }
        }
        plan_err!("{}: {name} must be a list of texts, got {value}", self.name())
    }

    /// A method of a step; none for 'none'.
    pub(super) fn method(&self, step: Step, name: &str) -> Result<Option<Call>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        Call::parse(step, &text).map_err(|error| at(self.name(), error))
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
    /// In words.
    fn describe(&self) -> String {
        match self {
            Self::All => "all periods".to_owned(),
            Self::Period => "each period".to_owned(),
            Self::At(period) => format!("period {period}"),
        }
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
    pub min_coverage: f64,
    pub reference: Reference,
    pub treatment_reference: Reference,
    pub base: Option<ScalarValue>,
    pub target: Option<f64>,
    pub direction: f64,
    pub strict: bool,
}

impl Steps {
    pub(super) fn new(arguments: &Arguments) -> Result<Self> {
        Self::with_suffix(arguments, "")
    }

    /// The steps with those arguments that are given under their name and this suffix.
    pub(super) fn with_suffix(arguments: &Arguments, suffix: &str) -> Result<Self> {
        let function = arguments.name();
        let named = |name: &str| {
            let other = format!("{name}{suffix}");
            let given = arguments.constants.get(other.as_str());
            if given.is_some_and(|given| !given.is_null()) { other } else { name.to_owned() }
        };
        let Some(aggregation) = arguments.method(Step::Aggregation, &named("aggregation"))? else {
            return plan_err!("{function}: aggregation must be the name of a method, got NULL");
        };
        let mut normalisation = arguments.method(Step::Normalisation, &named("normalisation"))?;
        // Bounds of the call are those of its own normalisation, not of one with a suffix.
        let is_own = suffix.is_empty() || named("normalisation") == "normalisation";
        for bound in ["lower", "upper"].into_iter().filter(|_| is_own) {
            let Some(x) = arguments.optional_number(bound)? else { continue };
            match &mut normalisation {
                Some(call) if call.takes(bound) => call.set_default(bound, ScalarValue::from(x))?,
                _ => {
                    return plan_err!(
                        "{function}: the normalisation of the call must have an argument {bound}, \
                         got {}",
                        normalisation.map_or("none".into(), |call| call.text)
                    );
                }
            }
        }
        let read = |value: ScalarValue| match value.try_as_str().flatten() {
            Some("all") => Reference::All,
            Some("period") => Reference::Period,
            _ => Reference::At(value),
        };
        let Some(reference) = arguments.get(&named("reference"))?.map(read) else {
            return plan_err!("{function}: reference must not be NULL");
        };
        let of_treatment = arguments.get(&named("treatment_reference"))?.map(read);
        let min_coverage = arguments.number(&named("min_coverage"))?;
        if !(0.0..=1.0).contains(&min_coverage) {
            return plan_err!(
                "{function}: min_coverage must be between 0 and 1, got {min_coverage}"
            );
        }
        let direction = arguments.number("direction")?;
        if direction.abs() != 1.0 {
            return plan_err!("{function}: direction must be 1 or -1, got {direction}");
        }
        Ok(Self {
            name: function,
            imputation: arguments.method(Step::Imputation, &named("imputation"))?,
            treatment: arguments.method(Step::Treatment, &named("treatment"))?,
            normalisation,
            weighting: arguments.method(Step::Weighting, &named("weighting"))?,
            aggregation,
            min_coverage,
            treatment_reference: of_treatment.unwrap_or_else(|| reference.clone()),
            reference,
            base: arguments.get(&named("base"))?,
            target: arguments.optional_number(&named("target"))?,
            direction,
            strict: arguments.switch("strict")?,
        })
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
                let base = self.base.as_ref().filter(|_| call.takes("base"));
                let base = base.map_or_else(String::new, |base| format!(" (base {base})"));
                let _ = write!(text, "normalise {}{base} within {within}, ", call.text);
            }
            None => text.push_str("normalise none, "),
        }
        if let Some(call) = &self.weighting {
            let _ = write!(text, "weight {} where no weights are stated, ", call.text);
        }
        let _ = write!(text, "aggregate {}", self.aggregation.text);
        if self.min_coverage > 0.0 {
            let _ = write!(text, " with min_coverage {}", self.min_coverage);
        }
        text
    }
}
