//! `sensitivity(panel, framework, ...)`: which uncertain choice moves the ranks.

use super::output::Output;
use crate::index::monte_carlo::ranks::shift;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, Float64Array, Int64Array, StringViewArray, UInt32Array,
};
use datafusion::arrow::compute::take;
use datafusion::common::{Result, plan_err};

use super::arguments::Arguments;
use super::function::{Column, ColumnType, Inputs, Spec, TableFunction};
use super::parameters::{FRAMEWORK, PANEL};
use super::request::Request;
use super::uncertain::{
    AGGREGATIONS, CODE, CONCENTRATION, IMPUTATIONS, LEAVE_OUT, NORMALISATIONS, SEED, TREATMENTS,
    WEIGHT_DISTRIBUTION, WEIGHT_LEVEL, WEIGHTS,
};
use crate::framework::{Faults, Framework};
use crate::index::methods::bound::Methods;
use crate::index::methods::call::Step;
use crate::index::methods::rows::RowMethods;
use crate::index::monte_carlo::design::{Spread, Uncertain};
use crate::index::monte_carlo::runs::{Chosen, MonteCarlo, Run, Sets};
use crate::kernel::{Bootstrap, Design, Indices, indices_with};
use crate::page::{DefaultValue, Kind, Null, Parameter, Role, page};

page! {
    pub static PAGE = Page {
        name: "sensitivity",
        family: Index,
        syntax: [
            "sensitivity(panel, framework, weights => 0.25, normalisations => ['minmax', \
             'zscore'], aggregations => ['arithmetic', 'geometric'], draws => 512, ...)",
        ],
        summary: "Variance-based sensitivity analysis (Sobol indices): the share of the variance \
                  of rank shifts that each uncertain choice explains, alone and in interaction \
                  with the others.",
        formula: "y = mean over units of |rank - nominal rank|; first order S = mean(yB (yAB - \
                  yA)) / var(y), with the mean of y subtracted from yB if centred; total T = \
                  mean((yA - yAB)²) / (2 var(y)); A and B two samples of the choices, AB is A \
                  with one choice from B; var(y) of both samples together",
        parameters: &[
            PANEL, FRAMEWORK, DRAWS, SEED, WEIGHTS, WEIGHT_DISTRIBUTION, CONCENTRATION, WEIGHT_LEVEL,
            WEIGHT_SETS, NORMALISATIONS, AGGREGATIONS, TREATMENTS, IMPUTATIONS, LEAVE_OUT, BOOTSTRAP,
            CONFIDENCE, CENTRED, CODE,
        ],
        shares_arguments: true,
        returns: "One row per period and choice that is uncertain: period, factor (weights, \
                  normalisation, aggregation, treatment, imputation, leave_out), first_order, \
                  total, first_order_lower, first_order_upper, total_lower, total_upper \
                  (percentile bootstrap), draws (computed indices: draws * (factors + 2)). NULL \
                  if the mean rank shift is the same in all draws; intervals are NULL if \
                  bootstrap is 0.",
        notes: "If first_order is close to total, the choice acts alone; if far below, in \
                interaction with others. First-order indices sum to at most 1, apart from \
                estimation error, which can make small ones negative and decreases with more \
                draws. All weights together are one factor, which selects one of weight_sets \
                vectors. Units without a rank in the nominal index or in a draw are excluded \
                from its mean. The samples are a scrambled Sobol sequence (best with draws a \
                power of 2); the same seed gives the same result on any number of threads. The \
                bootstrap treats rows as independent, which those of a Sobol sequence are not: \
                the intervals tend to be too wide. A condition on period with \
                constants (period = 2022) saves the computation for the others. A choice with a single alternative is not a \
                factor.",
        errors: "No uncertain choice; draws below 2; confidence not between 0 and 1, or given \
                 with bootstrap => 0; weight_sets where no weights are drawn; as uncertainty.",
        example: "SELECT factor, first_order > 0.5 AS alone, total > 0.5 AS matters\n\
                  FROM sensitivity(\n\
                  \x20 (SELECT * FROM (VALUES ('A', 'x', 1), ('B', 'x', 4), ('C', 'x', 10), ('A', 'y', 10), ('B', 'y', 8), ('C', 'y', 2))\n\
                  \x20  AS t(unit, indicator, value)),\n\
                  \x20 (SELECT * FROM (VALUES ('x', 1), ('y', 1)) AS t(code, weight)),\n\
                  \x20 normalisation => 'none', weights => 0.01, leave_out => true, draws => 64, bootstrap => 0)",
        example_result: ["weights false false", "leave_out true true"],
        reference: "Saltelli et al. (2010), Variance based sensitivity analysis of model output; \
                    Jansen (1999), Analysis of variance designs for model output; OECD/JRC \
                    (2008), Handbook on Constructing Composite Indicators, step 7 (y is its \
                    equation 38); COINr, Sensitivity.",
    };
}

const DRAWS: Parameter = Parameter {
    name: "draws",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "rows of each of the two samples, a whole number from 2; the index is computed draws * \
              (factors + 2) times",
    null: Null::Error,
    default: DefaultValue::Number(512.0),
};

const WEIGHT_SETS: Parameter = Parameter {
    name: "weight_sets",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "number of weight vectors to choose from, a whole number from 2",
    null: Null::Error,
    default: DefaultValue::Number(1000.0),
};

const BOOTSTRAP: Parameter = Parameter {
    name: "bootstrap",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "number of bootstrap resamples for the intervals, a whole number; 0: no intervals",
    null: Null::Error,
    default: DefaultValue::Number(500.0),
};

const CONFIDENCE: Parameter = Parameter {
    name: "confidence",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "confidence level of the intervals, between 0 and 1",
    null: Null::Error,
    default: DefaultValue::Number(0.95),
};

const CENTRED: Parameter = Parameter {
    name: "centred",
    role: Role::Setting,
    kind: Kind::Switch,
    meaning: "whether the mean is subtracted from the results first, which reduces the error of \
              first_order; COINr does not subtract it",
    null: Null::Error,
    default: DefaultValue::Switch(true),
};

/// Rows of a sample at the most.
const MOST_DRAWS: u64 = 1 << 16;

/// Sobol indices of an index.
#[derive(Debug)]
pub struct Sensitivity {
    uncertain: Uncertain,
    draws: usize,
    weight_sets: usize,
    bootstrap: usize,
    confidence: f64,
    is_centred: bool,
}

const COLUMNS: &[Column] = &[
    ("period", ColumnType::Period, true),
    ("factor", ColumnType::Text, false),
    ("first_order", ColumnType::Number, true),
    ("total", ColumnType::Number, true),
    ("first_order_lower", ColumnType::Number, true),
    ("first_order_upper", ColumnType::Number, true),
    ("total_lower", ColumnType::Number, true),
    ("total_upper", ColumnType::Number, true),
    ("draws", ColumnType::Integer, false),
];

impl TableFunction for Sensitivity {
    fn bind(arguments: &Arguments) -> Result<Self> {
        let confidence = arguments.constants.number(CONFIDENCE.name)?;
        if !(confidence > 0.0 && confidence < 1.0) {
            return plan_err!(
                "{}: confidence must be between 0 and 1, got {confidence}",
                PAGE.name
            );
        }
        let sensitivity = Self {
            uncertain: arguments.uncertain()?,
            draws: arguments.constants.whole(DRAWS.name, 2..=MOST_DRAWS)? as usize,
            weight_sets: arguments.constants.whole(WEIGHT_SETS.name, 2..=1_000_000)? as usize,
            bootstrap: arguments.constants.whole(BOOTSTRAP.name, 0..=100_000)? as usize,
            confidence,
            is_centred: arguments.constants.switch(CENTRED.name)?,
        };
        let is_given = |parameter: &Parameter| arguments.constants.is_given(parameter.name);
        if is_given(&CONFIDENCE) && sensitivity.bootstrap == 0 {
            return plan_err!(
                "{}: confidence must not be given with bootstrap => 0, got {confidence}",
                PAGE.name
            );
        }
        if is_given(&WEIGHT_SETS) && sensitivity.uncertain.spread == Spread::None {
            return plan_err!(
                "{}: weight_sets must not be given where the weights are certain, got {}",
                PAGE.name,
                sensitivity.weight_sets
            );
        }
        Ok(sensitivity)
    }

    fn spec(&self) -> Spec<'_> {
        Spec { page: &PAGE, steps: &self.uncertain.steps, columns: COLUMNS, node_column: None }
    }

    fn describe(&self) -> String {
        let runs = self.draws * (self.factors().len() + 2);
        format!("{}, compute {runs} draws (Saltelli design)", self.uncertain.describe())
    }

    fn methods(&self, framework: &Framework, rows: &RowMethods) -> Result<Methods, Faults> {
        self.uncertain.methods(framework, rows)
    }

    fn compute(&self, Inputs { index, .. }: Inputs, request: Request) -> Result<Output> {
        let factors = self.factors();
        let names: Vec<&str> = factors.iter().map(|(name, _)| *name).collect();
        let d = factors.len();
        let design = Design::new(self.uncertain.seed, self.draws, d);
        let leaves = MonteCarlo::leaves(&self.uncertain, &index.framework)?.len();
        let of_resamples = self.bootstrap * d * 2 * size_of::<(f64, f64)>();
        let of_runs = design.rows() * (size_of::<Run>() + size_of::<f64>());
        index.reservation.try_grow(of_runs + of_resamples)?;
        let chosen = (0..design.rows()).map(|row| {
            let numbers = design.row(row);
            // The order of the steps, not that of the columns of the design.
            let mut of_steps: Vec<(usize, f64)> = factors
                .iter()
                .zip(&numbers)
                .filter_map(|((_, step), number)| Some((step.as_ref().copied()?, *number)))
                .collect();
            of_steps.sort_by_key(|(step, _)| *step);
            let mut next = of_steps.into_iter().map(|(_, number)| number);
            let (picks, left_out) =
                self.uncertain.choose(leaves, || next.next().unwrap_or_default());
            let weights = match factors.first() {
                Some((_, None)) => Some((numbers[0] * self.weight_sets as f64) as usize),
                _ => None,
            };
            Chosen { picks, left_out, weights }
        });
        let (monte_carlo, runs) = MonteCarlo::new(
            &self.uncertain,
            index,
            request.periods.as_deref(),
            Sets::Drawn { after: 0 },
            &self.uncertain.alternatives,
            chosen,
        )?;
        let mut distinct = runs.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let periods = monte_carlo.panel.periods.len();
        let mut found: Vec<Option<Vec<Indices>>> = Vec::with_capacity(periods);
        for period in 0..periods {
            if !request.wants_period(period) {
                found.push(None);
                continue;
            }
            let nominal = monte_carlo.nominal().ranks(monte_carlo.target, period);
            let shifts =
                monte_carlo.at(period)?.ranks(&distinct, |ranks| shift(&nominal, ranks))?;
            let y: Vec<f64> = runs
                .iter()
                .map(|run| distinct.binary_search(run).map_or(f64::NAN, |at| shifts[at]))
                .collect();
            let bootstrap = Bootstrap {
                resamples: self.bootstrap,
                level: self.confidence,
                seed: self.uncertain.seed,
            };
            let work = &monte_carlo.execution;
            found.push(indices_with(&y, self.draws, d, self.is_centred, bootstrap, work)?);
        }
        let rows = periods * d;
        let number = |f: &dyn Fn(&Indices) -> Option<f64>| -> ArrayRef {
            let cells = (0..rows).map(|row| f(&found[row / d].as_ref()?[row % d]));
            Arc::new(cells.collect::<Float64Array>())
        };
        let by_period: UInt32Array = (0..rows).map(|row| (row / d) as u32).collect();
        let batch = request.batch(rows, |name| {
            Ok(match name {
                "period" => take(&monte_carlo.panel.periods, &by_period, None)?,
                "factor" => {
                    Arc::new(StringViewArray::from_iter_values((0..rows).map(|row| names[row % d])))
                }
                "first_order" => number(&|of| Some(of.first)),
                "total" => number(&|of| Some(of.total)),
                "first_order_lower" => number(&|of| Some(of.first_interval?.0)),
                "first_order_upper" => number(&|of| Some(of.first_interval?.1)),
                "total_lower" => number(&|of| Some(of.total_interval?.0)),
                "total_upper" => number(&|of| Some(of.total_interval?.1)),
                _ => Arc::new(Int64Array::from_value(design.rows() as i64, rows)),
            })
        })?;
        Ok(Output::Batches(vec![batch]))
    }
}

impl Sensitivity {
    /// The choices that are uncertain, and where each stands among those of methods; weights, which
    /// are none of these, come first.
    fn factors(&self) -> Vec<(&'static str, Option<usize>)> {
        let mut factors = Vec::new();
        if self.uncertain.spread != Spread::None {
            factors.push(("weights", None));
        }
        let steps = [
            (Step::Normalisation, 2),
            (Step::Aggregation, 3),
            (Step::Treatment, 1),
            (Step::Imputation, 0),
        ];
        for (step, at) in steps {
            if self.uncertain.alternatives(step) > 1 {
                factors.push((step.option(), Some(at)));
            }
        }
        if self.uncertain.leave_out {
            factors.push((LEAVE_OUT.name, Some(steps.len())));
        }
        factors
    }
}
