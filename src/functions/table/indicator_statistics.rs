//! `indicator_statistics(panel, framework, ...)`: what the values of each indicator are like.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::common::Result;

use super::arguments::Arguments;
use super::function::{Column, ColumnType, Inputs, Spec, TableFunction, no_faults};
use super::output::{NodeLabels, Output};
use super::parameters::{FRAMEWORK, PANEL};
use super::request::Request;
use crate::framework::{Faults, Framework};
use crate::index::analysis::distributions::{
    Counts, Numbers, Statistics, bytes_of_job, statistics,
};
use crate::index::input::{IndexInput, Stage};
use crate::index::methods::bound::Methods;
use crate::index::methods::rows::RowMethods;
use crate::index::methods::steps::Steps;
use crate::index::methods::unused::unused;
use crate::index::methods::used::Argument;
use crate::page::{DefaultValue, Kind, Null, Parameter, Role, page};

const OF: Parameter = Parameter {
    name: "of",
    role: Role::Setting,
    kind: Kind::Choice(Stage::WORDS),
    meaning: "what is described: the values as in the panel; as they are after a step and all before it (denominated, imputed, transformed, treated: ready to be normalised); or the scores",
    null: Null::Error,
    default: DefaultValue::Word("values"),
};

const PER: Parameter = Parameter {
    name: "per",
    role: Role::Setting,
    kind: Kind::Choice(&["panel", "period"]),
    meaning: "whether all periods are described together, or each by itself",
    null: Null::Error,
    default: DefaultValue::Word("panel"),
};

page! {
    pub static PAGE = Page {
        name: "indicator_statistics",
        family: Index,
        syntax: ["indicator_statistics(panel, framework, of => 'values', per => 'panel', ...)"],
        summary: "Screening statistics of each indicator: how much is missing, how the values lie, \
                  and whether outliers are to be expected, before and after any step of the index.",
        formula: "quartiles: type 7, as stat_quantile; sd: sample, n - 1; skewness, kurtosis (excess): \
                  type 2, as stat_skewness and stat_kurtosis; outliers: below q1 - 1.5 (q3 - q1) or \
                  above q3 + 1.5 (q3 - q1); flagged: |skewness| >= 2 and kurtosis >= 3.5",
        parameters: &[PANEL, FRAMEWORK, OF, PER],
        shares_arguments: true,
        returns: "One row per indicator, or per period and indicator: period (NULL with per => \
                  'panel', or if the panel has none), code, parent, n (values), missing (units and \
                  periods with a row in the panel and no value of the indicator), missing_share \
                  (missing / (n + missing)), imputed (of the values, from of => 'imputed' on), zeros, unique_values, same (how often the most \
                  frequent value occurs), same_share (same / n), min, q1, median, q3, max, mean, sd, \
                  skewness, kurtosis, outliers_low, outliers_high (values beyond the fences below and \
                  above), outliers (both), flagged (BOOLEAN). Numbers of no values are NULL, as are sd \
                  below two values, skewness below three and kurtosis below four values or where all \
                  are the same, flagged where the shape is not defined, and whatever exceeds the \
                  range of DOUBLE. Ordered by period and position in the framework.",
        notes: "Before and after a treatment: of => 'transformed' and of => 'treated' of the same \
                call. The arguments describe the whole index; those of steps after the one that is \
                described may be given and change nothing, so that one list of arguments serves all \
                calls. flagged is the rule of COINr's check_SkewKurt, and what treat_points and \
                treat_outliers act on: treat_passes is false. An imputed value counts as a value, and \
                imputation over time (linear, last) adds the units and periods it fills. Values are not \
                inverted by direction; scores are. COINr divides its shares of zeros and of unique \
                values by the number of units where it flags them, and by that of values where it \
                returns them; here n and n + missing are both there.",
        errors: "As composite_index; of or per not one of its values.",
        example: "SELECT code, n, missing, zeros, median, outliers, flagged\n\
                  FROM indicator_statistics(\n\
                  \x20 (SELECT * FROM (VALUES ('A', 'income', 10), ('B', 'income', 12), ('C', 'income', 11),\n\
                  \x20                        ('D', 'income', 9), ('E', 'income', 90), ('A', 'pm25', 0), ('B', 'pm25', 30))\n\
                  \x20  AS t(unit, indicator, value)),\n\
                  \x20 (SELECT * FROM (VALUES ('income'), ('pm25')) AS t(code)))",
        example_result: ["income 5 0 0 11.0 1 true", "pm25 2 3 1 15.0 0 NULL"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, steps 2 to 4; Tukey \
                    (1977), Exploratory Data Analysis (the fences); Joanes and Gill (1998), Comparing \
                    measures of sample skewness and kurtosis; COINr, get_stats.",
    };
}

/// Statistics of indicators.
#[derive(Debug)]
pub struct IndicatorStatistics {
    steps: Steps,
    stage: Stage,
    by_period: bool,
}

const COLUMNS: &[Column] = &[
    ("period", ColumnType::Period, true),
    ("code", ColumnType::Text, false),
    ("parent", ColumnType::Text, true),
    ("n", ColumnType::Integer, false),
    ("missing", ColumnType::Integer, false),
    ("missing_share", ColumnType::Number, true),
    ("imputed", ColumnType::Integer, false),
    ("zeros", ColumnType::Integer, false),
    ("unique_values", ColumnType::Integer, false),
    ("same", ColumnType::Integer, false),
    ("same_share", ColumnType::Number, true),
    ("min", ColumnType::Number, true),
    ("q1", ColumnType::Number, true),
    ("median", ColumnType::Number, true),
    ("q3", ColumnType::Number, true),
    ("max", ColumnType::Number, true),
    ("mean", ColumnType::Number, true),
    ("sd", ColumnType::Number, true),
    ("skewness", ColumnType::Number, true),
    ("kurtosis", ColumnType::Number, true),
    ("outliers_low", ColumnType::Integer, false),
    ("outliers_high", ColumnType::Integer, false),
    ("outliers", ColumnType::Integer, false),
    ("flagged", ColumnType::Boolean, true),
];

impl TableFunction for IndicatorStatistics {
    fn bind(arguments: &Arguments) -> Result<Self> {
        let stage = Stage::ALL[arguments.constants.choice(OF.name)?];
        Ok(Self {
            steps: up_to(stage, arguments.steps()?),
            stage,
            by_period: arguments.constants.choice(PER.name)? == 1,
        })
    }

    fn spec(&self) -> Spec<'_> {
        Spec { page: &PAGE, steps: &self.steps, columns: COLUMNS, node_column: Some("code") }
    }

    fn describe(&self) -> String {
        let steps = match self.stage {
            Stage::Scores => self.steps.describe(),
            _ => self.steps.describe_preparation(),
        };
        let what = Stage::WORDS[Stage::ALL.iter().position(|s| *s == self.stage).unwrap_or(0)];
        let within = if self.by_period { " by period" } else { "" };
        let describe = format!("describe {what}{within}");
        if steps.is_empty() { describe } else { format!("{steps}, {describe}") }
    }

    fn methods(&self, framework: &Framework, rows: &RowMethods) -> Result<Methods, Faults> {
        let methods = Methods::new(framework, rows, &self.steps)?;
        // What a row states for steps that are not taken is none of ours.
        let only = (self.stage < Stage::Scores).then_some(&BEFORE_SCORES[..]);
        no_faults(unused(framework, &[(&self.steps, &methods)], only))?;
        Ok(methods)
    }

    fn compute(&self, Inputs { index, .. }: Inputs, request: Request) -> Result<Output> {
        let IndexInput { framework, methods, mut panel, execution, reservation, .. } = index;
        let nodes = framework.nodes();
        methods.prepare_up_to(self.stage, &framework, &mut panel, &execution)?;
        let indicators: Vec<usize> =
            request.nodes.iter().copied().filter(|&node| nodes[node].leaf.is_some()).collect();
        let leaves: Vec<usize> = indicators.iter().filter_map(|&node| nodes[node].leaf).collect();
        let times = if self.by_period { panel.periods.len() } else { 1 };
        let number = times * leaves.len();
        // Values and their copy in order, of each thread; and the rows.
        let jobs = execution.threads.min(number) * 2 * bytes_of_job(&panel, times);
        reservation.try_grow(jobs + number * 2 * size_of::<Statistics>())?;
        let found = statistics(&panel, &leaves, times, self.by_period, &execution)?;
        reservation.shrink(jobs);

        let labels =
            NodeLabels::new((0..times).flat_map(|_| indicators.iter().map(|&i| (&framework, i))));
        let batch = request.batch(number, |name| {
            Ok(match name {
                "period" => {
                    let of_row = |row: usize| self.by_period.then(|| (row / leaves.len()) as u32);
                    let at = (0..number).map(of_row).collect::<UInt32Array>();
                    take(&panel.periods, &at, None)?
                }
                "code" => Arc::clone(&labels.codes),
                "parent" => Arc::clone(&labels.parents),
                name => column(name, &found),
            })
        })?;
        Ok(Output::in_parts(&batch))
    }
}

/// The arguments that the steps before the scores can make use of.
const BEFORE_SCORES: [Argument; 4] = [
    Argument::Imputation,
    Argument::ImputationGroup,
    Argument::Treatment,
    Argument::TreatmentReference,
];

/// The steps up to a stage: what the call says of others is not looked at.
fn up_to(stage: Stage, mut steps: Steps) -> Steps {
    if stage == Stage::Scores {
        return steps;
    }
    steps.normalises = false;
    steps.weighting = None;
    let is_taken = |argument: &Argument| match argument {
        Argument::Imputation | Argument::ImputationGroup => stage >= Stage::Imputed,
        Argument::Treatment => stage >= Stage::Treated,
        // Of both.
        Argument::TreatmentReference => stage >= Stage::Treated,
        _ => false,
    };
    if stage < Stage::Imputed {
        steps.imputation = None;
    }
    if stage < Stage::Treated {
        steps.treatment = None;
    }
    steps.given.retain(|argument, _| is_taken(argument));
    steps
}

fn column(name: &str, found: &[Statistics]) -> ArrayRef {
    let counts = |count: fn(&Counts) -> usize| -> ArrayRef {
        let counts = found.iter().map(|row| count(&row.counts) as i64);
        Arc::new(Int64Array::from_iter_values(counts))
    };
    let numbers = |number: fn(&Numbers) -> Option<f64>| -> ArrayRef {
        Arc::new(found.iter().map(|row| number(&row.numbers)).collect::<Float64Array>())
    };
    let shares = |share: fn(&Counts) -> (usize, usize)| -> ArrayRef {
        let share = |row: &Statistics| {
            let (part, whole) = share(&row.counts);
            (whole > 0).then(|| part as f64 / whole as f64)
        };
        Arc::new(found.iter().map(share).collect::<Float64Array>())
    };
    match name {
        "n" => counts(|c| c.values),
        "missing" => counts(|c| c.missing),
        "missing_share" => shares(|c| (c.missing, c.values + c.missing)),
        "imputed" => counts(|c| c.imputed),
        "zeros" => counts(|c| c.zeros),
        "unique_values" => counts(|c| c.distinct),
        "same" => counts(|c| c.same),
        "same_share" => shares(|c| (c.same, c.values)),
        "min" => numbers(|n| n.min),
        "q1" => numbers(|n| n.q1),
        "median" => numbers(|n| n.median),
        "q3" => numbers(|n| n.q3),
        "max" => numbers(|n| n.max),
        "mean" => numbers(|n| n.mean),
        "sd" => numbers(|n| n.sd),
        "skewness" => numbers(|n| n.skewness),
        "kurtosis" => numbers(|n| n.kurtosis),
        "outliers_low" => counts(|c| c.outliers_low),
        "outliers_high" => counts(|c| c.outliers_high),
        "outliers" => counts(|c| c.outliers_low + c.outliers_high),
        _ => Arc::new(found.iter().map(|row| row.is_flagged).collect::<BooleanArray>()),
    }
}
