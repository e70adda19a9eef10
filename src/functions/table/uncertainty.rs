//! `uncertainty(panel, framework, ...)`: what the ranks are worth.

use crate::index::monte_carlo::ranks::Statistics;
use std::sync::Arc;

use datafusion::arrow::array::{Array, Float64Array, UInt32Array};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::LogicalPlan;

use super::arguments::Arguments;
use super::function::{Column, ColumnType, Inputs, Spec, TableFunction};
use super::output::{NodeLabels, Output, rows};
use super::parameters::{FRAMEWORK, PANEL};
use super::request::Request;
use super::uncertain::{
    AGGREGATIONS, CODE, CONCENTRATION, IMPUTATIONS, LEAVE_OUT, NORMALISATIONS, SEED, TREATMENTS,
    WEIGHT_DISTRIBUTION, WEIGHT_LEVEL, WEIGHTS,
};
use super::weight_draws::{Replay, in_order};
use crate::framework::{Faults, Framework};
use crate::index::methods::bound::Methods;
use crate::index::methods::rows::RowMethods;
use crate::index::monte_carlo::design::Uncertain;
use crate::index::monte_carlo::runs::{Chosen, MonteCarlo, Run, Sets};
use crate::index::place::UnitPeriod;
use crate::index::steps::scores::{number_at, rank_at};
use crate::kernel::Draw;
use crate::page::{DefaultValue, Kind, Null, Parameter, Role, page};

page! {
    pub static PAGE = Page {
        name: "uncertainty",
        family: Index,
        syntax: [
            "uncertainty(panel, framework, weights => 0.25, draws => 1000, seed => 1, ...)",
            "uncertainty(panel, framework, normalisations => ['minmax', 'zscore'], aggregations \
             => ['arithmetic', 'geometric'], leave_out => true, ...)",
            "uncertainty(panel, framework, weight_draws => (SELECT draw, code, weight FROM ...), \
             ...)",
        ],
        summary: "Uncertainty analysis (Monte Carlo): the index is recomputed many times with \
                  weights, methods and indicators drawn at random, and the ranks of each unit \
                  are summarised.",
        formula: "weights: w (1 + weights (2u - 1)), u uniform on 0..1, or Dirichlet with mean \
                  w; methods, and the indicator left out or none: all with equal probability; in \
                  each draw rank 1 for the highest score, ties share the best rank; quantiles of \
                  type 7",
        parameters: &[
            PANEL, FRAMEWORK, DRAWS, SEED, WEIGHTS, WEIGHT_DISTRIBUTION, CONCENTRATION, WEIGHT_LEVEL,
            NORMALISATIONS, AGGREGATIONS, TREATMENTS, IMPUTATIONS, LEAVE_OUT, WEIGHT_DRAWS, TOP, CODE,
        ],
        shares_arguments: true,
        returns: "One row per unit and period: unit, period, code (the node that is ranked), \
                  score and rank (of the nominal index: that of the call, with nothing drawn at \
                  random), mean_rank, median_rank, p05_rank, p95_rank, min_rank, max_rank, \
                  top_share (share of the draws with rank <= top), draws (number of draws in \
                  which the unit has a score; the statistics refer to these and are NULL if the \
                  number is 0). Ordered by unit and period.",
        notes: "Weights are drawn within their parent and rescaled. Rows of the framework that \
                state a normalisation or aggregation keep it; where the call states no method \
                but alternatives, the nominal index has the first of them. Learned weights \
                (weighting) are computed once per choice of methods, from the indicators that \
                are not left out, and varied around the result. A list of one method is a fixed \
                choice. With weight_draws the draws are those of that table, so that a published \
                experiment can be repeated. Draw i uses stream i of the seed, by the codes of \
                the framework: the result does not depend on threads, partitions or the order of \
                rows, and with more draws the first ones remain the same. All steps before the \
                aggregation are computed once per choice of methods, not per draw. A node whose \
                children all have weight 0 in a draw has no score in it. min_coverage is applied \
                once, with the weights of the nominal index: no unit drops out of a draw because \
                of it. With leave_out each of the Q indicators, or none, is excluded with \
                probability 1 / (Q + 1), as in the handbook's example (section 7.2). Scores that \
                differ by less than 1e-12 of the largest are ties. A condition on period with \
                constants (period = 2022) saves the computation for the others.",
        errors: "No uncertain choice; weights outside 0 to 1; concentration not above 0; a list \
                 without methods, or with an unknown one; a weight_level without nodes; \
                 weight_draws together with another uncertain choice, without draws, with codes \
                 that are not in the framework, with weights that are negative, NaN or infinite, \
                 or with two methods for one step of a draw. As composite_index, for each of the \
                 choices; an aggregation that compares units (copeland, borda, topsis, bod) over \
                 several periods at once (use reference => 'period').",
        example: "SELECT unit, rank, min_rank, max_rank, mean_rank, top_share\n\
                  FROM uncertainty(\n\
                  \x20 (SELECT * FROM (VALUES ('A', 'x', 0), ('B', 'x', 4), ('C', 'x', 10), ('A', 'y', 10), ('B', 'y', 8), ('C', 'y', 0))\n\
                  \x20  AS t(unit, indicator, value)),\n\
                  \x20 (SELECT * FROM (VALUES ('x', 1), ('y', 1)) AS t(code, weight)),\n\
                  \x20 weight_draws => (SELECT * FROM (VALUES (1, 'x', 3), (2, 'x', 1), (3, 'y', 9), (4, 'x', 9)) AS t(draw, code, weight)),\n\
                  \x20 top => 1)\n\
                  ORDER BY unit",
        example_result: ["A 2 1 3 2.25 0.25", "B 1 1 2 1.75 0.25", "C 2 1 3 1.75 0.5"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 7; Saisana, \
                    Saltelli & Tarantola (2005), Uncertainty and sensitivity analysis techniques as \
                    tools for the quality assessment of composite indicators; COINr, Sensitivity.",
    };
}

const DRAWS: Parameter = Parameter {
    name: "draws",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "number of draws, a whole number from 1",
    null: Null::Error,
    default: DefaultValue::Number(1000.0),
};

const WEIGHT_DRAWS: Parameter = Parameter {
    name: "weight_draws",
    role: Role::Table,
    kind: Kind::Relation,
    meaning: "the draws: draw, code, weight (within the parent; codes that are not in a draw \
              keep their weight) and, where needed, imputation, treatment, normalisation, \
              aggregation (text, one per draw); a row without code and weight states methods \
              only",
    null: Null::Means("weights and methods are drawn at random"),
    default: DefaultValue::Null,
};

const TOP: Parameter = Parameter {
    name: "top",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "rank up to which a unit is counted in the column top_share",
    null: Null::Error,
    default: DefaultValue::Number(10.0),
};

/// Draws at the most.
const MOST_DRAWS: u64 = 1_000_000;

/// Monte Carlo on an index.
#[derive(Debug)]
pub struct Uncertainty {
    uncertain: Uncertain,
    draws: u64,
    top: u32,
}

const COLUMNS: &[Column] = &[
    ("unit", ColumnType::Unit, false),
    ("period", ColumnType::Period, true),
    ("code", ColumnType::Text, false),
    ("score", ColumnType::Number, true),
    ("rank", ColumnType::Integer, true),
    ("mean_rank", ColumnType::Number, true),
    ("median_rank", ColumnType::Number, true),
    ("p05_rank", ColumnType::Number, true),
    ("p95_rank", ColumnType::Number, true),
    ("min_rank", ColumnType::Integer, true),
    ("max_rank", ColumnType::Integer, true),
    ("top_share", ColumnType::Number, true),
    ("draws", ColumnType::Integer, false),
];

impl TableFunction for Uncertainty {
    fn bind(arguments: &Arguments) -> Result<Self> {
        let others = [
            &DRAWS,
            &SEED,
            &WEIGHTS,
            &WEIGHT_DISTRIBUTION,
            &CONCENTRATION,
            &WEIGHT_LEVEL,
            &NORMALISATIONS,
            &AGGREGATIONS,
            &TREATMENTS,
            &IMPUTATIONS,
            &LEAVE_OUT,
        ];
        let given = others.iter().find(|other| arguments.constants.is_given(other.name));
        if let (true, Some(given)) = (arguments.has_table(WEIGHT_DRAWS.name), given) {
            return plan_err!(
                "{}: {} must not be given with weight_draws, found both",
                PAGE.name,
                given.name
            );
        }
        Ok(Self {
            uncertain: arguments.uncertain()?,
            draws: arguments.constants.whole(DRAWS.name, 1..=MOST_DRAWS)?,
            top: arguments.constants.whole(TOP.name, 1..=u64::from(u32::MAX))? as u32,
        })
    }

    fn spec(&self) -> Spec<'_> {
        Spec { page: &PAGE, steps: &self.uncertain.steps, columns: COLUMNS, node_column: None }
    }

    fn describe(&self) -> String {
        match self.uncertain.is_replay {
            true => format!("{}, compute the draws of weight_draws", self.uncertain.describe()),
            false => format!("{}, compute {} draws", self.uncertain.describe(), self.draws),
        }
    }

    fn extra_table(&self, _: &str, plan: LogicalPlan) -> Result<LogicalPlan> {
        in_order(plan)
    }

    fn methods(&self, framework: &Framework, rows: &RowMethods) -> Result<Methods, Faults> {
        self.uncertain.methods(framework, rows)
    }

    fn compute(&self, Inputs { index, extra, .. }: Inputs, request: Request) -> Result<Output> {
        let reservation = Arc::clone(&index.reservation);
        let (monte_carlo, mut runs) = match extra.first() {
            Some(draws) => {
                let Replay { sets, alternatives, chosen } =
                    Replay::new(&self.uncertain, &index.framework, draws, &reservation)?;
                self.uncertain
                    .check_methods(&index.framework, &index.row_methods, &alternatives)
                    .or_else(|faults| plan_err!("{}: {faults}", PAGE.name))?;
                let wanted = request.periods.as_deref();
                MonteCarlo::new(&self.uncertain, index, wanted, sets, &alternatives, chosen)?
            }
            _ => {
                reservation.try_grow(self.draws as usize * size_of::<Run>())?;
                let leaves = MonteCarlo::leaves(&self.uncertain, &index.framework)?.len();
                let sets = Sets::Drawn { after: self.uncertain.numbers() };
                let chosen = (0..self.draws).map(|i| {
                    let mut draw = Draw::new(self.uncertain.seed, i);
                    let (picks, left_out) = self.uncertain.choose(leaves, || draw.uniform());
                    Chosen { picks, left_out, weights: Some(i as usize) }
                });
                let (wanted, alternatives) =
                    (request.periods.as_deref(), &self.uncertain.alternatives);
                MonteCarlo::new(&self.uncertain, index, wanted, sets, alternatives, chosen)?
            }
        };
        runs.sort_unstable();
        let runs: Vec<(Run, usize)> =
            runs.chunk_by(|a, b| a == b).map(|alike| (alike[0], alike.len())).collect();
        let (units, periods) = (monte_carlo.panel.units.len(), monte_carlo.panel.periods.len());
        reservation.try_grow(units * periods * size_of::<Statistics>())?;
        let mut statistics = Vec::with_capacity(periods);
        for period in 0..periods {
            statistics.push(match request.wants_period(period) {
                true => monte_carlo.statistics(self.top, &runs, period)?,
                false => vec![Statistics::default(); units],
            });
        }
        let (nominal, target) = (monte_carlo.nominal(), monte_carlo.target);
        let scores: Vec<Float64Array> =
            (0..periods).map(|period| nominal.column(target, period).clone()).collect();
        let ranks: Vec<UInt32Array> =
            (0..periods).map(|period| nominal.ranks(target, period)).collect();
        let items = NodeLabels::of(&monte_carlo.framework, &[target]).items("code");
        Ok(rows(&monte_carlo.panel, items, request, move |block| {
            let of = |at: UnitPeriod| &statistics[at.period][at.unit];
            block.batch(|name| {
                Ok(match name {
                    "score" => block.numbers(|at, _| number_at(&scores[at.period], at.unit)),
                    "rank" => block.integers(|at, _| rank_at(&ranks[at.period], at.unit)),
                    "mean_rank" => block.numbers(|at, _| of(at).mean),
                    "p05_rank" => block.numbers(|at, _| of(at).quantiles[0]),
                    "median_rank" => block.numbers(|at, _| of(at).quantiles[1]),
                    "p95_rank" => block.numbers(|at, _| of(at).quantiles[2]),
                    "min_rank" => block.integers(|at, _| of(at).min.map(i64::from)),
                    "max_rank" => block.integers(|at, _| of(at).max.map(i64::from)),
                    "top_share" => block.numbers(|at, _| of(at).top),
                    _ => block.integers(|at, _| i64::try_from(of(at).draws).ok()),
                })
            })
        }))
    }
}
