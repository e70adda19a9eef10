//! `uncertainty(panel, framework, ...)`: what the ranks are worth.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, Float64Array, RecordBatch, UInt32Array};
use datafusion::arrow::datatypes::{DataType, Float64Type, SchemaRef};
use datafusion::common::{Column, Result, ScalarValue, exec_err, plan_datafusion_err, plan_err};
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, lit};

use super::draws::{Chosen, Engine, Period, Run, Sets};
use super::exec::some;
use super::options::{Arguments, FRAMEWORK, PANEL, Steps};
use super::rows::{Labels, Place, number_at, rank_at, rows};
use super::uncertain::{
    AGGREGATIONS, Alternatives, CODE, CONCENTRATION, IMPUTATIONS, LEAVE_OUT, NOMINAL,
    NORMALISATIONS, SEED, TREATMENTS, Uncertain, WEIGHT_DISTRIBUTION, WEIGHT_LEVEL, WEIGHTS,
};
use super::{Asked, Batches, Index, TableFunction, schema};
use crate::columns::Columns;
use crate::framework::{Faults, Framework};
use crate::functions::engine::interner::{Interner, text};
use crate::functions::page::{DefaultValue, Kind, Null, Page, Parameter, Role, page};
use crate::kernel::{Draw, RankCounts};

page! {
    /// What `uncertainty` is and does.
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
        parameters: [
            PANEL, FRAMEWORK, DRAWS, SEED, WEIGHTS, WEIGHT_DISTRIBUTION, CONCENTRATION, WEIGHT_LEVEL,
            NORMALISATIONS, AGGREGATIONS, TREATMENTS, IMPUTATIONS, LEAVE_OUT, WEIGHT_DRAWS, TOP, CODE,
        ],
        over_parameters: None,
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
                differ by less than 1e-12 of the largest are ties.",
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
pub(super) struct Uncertainty {
    uncertain: Uncertain,
    draws: u64,
    top: u32,
    is_replay: bool,
}

impl TableFunction for Uncertainty {
    fn bind(arguments: &Arguments) -> Result<Self> {
        let is_replay = arguments.relations.contains_key(WEIGHT_DRAWS.name);
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
        if let (true, Some(given)) = (is_replay, given) {
            return plan_err!(
                "{}: {} must not be given with weight_draws, found both",
                PAGE.name,
                given.name
            );
        }
        Ok(Self {
            uncertain: Uncertain::new(arguments)?,
            draws: arguments.constants.whole(DRAWS.name, 1..=MOST_DRAWS)?,
            top: arguments.constants.whole(TOP.name, 1..=u64::from(u32::MAX))? as u32,
            is_replay,
        })
    }

    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn schema(&self, unit: &DataType, period: &DataType) -> SchemaRef {
        schema(&[
            ("unit", unit, false),
            ("period", period, true),
            ("code", &DataType::Utf8View, false),
            ("score", &DataType::Float64, true),
            ("rank", &DataType::Int64, true),
            ("mean_rank", &DataType::Float64, true),
            ("median_rank", &DataType::Float64, true),
            ("p05_rank", &DataType::Float64, true),
            ("p95_rank", &DataType::Float64, true),
            ("min_rank", &DataType::Int64, true),
            ("max_rank", &DataType::Int64, true),
            ("top_share", &DataType::Float64, true),
            ("draws", &DataType::Int64, false),
        ])
    }

    fn steps(&self) -> &Steps {
        &self.uncertain.steps
    }

    fn describe(&self) -> String {
        match self.is_replay {
            true => format!("{}, compute the draws of weight_draws", self.uncertain.describe()),
            false => format!("{}, compute {} draws", self.uncertain.describe(), self.draws),
        }
    }

    fn other(&self, _: &str, plan: LogicalPlan) -> Result<LogicalPlan> {
        in_order(plan)
    }

    fn check(&self, framework: &Framework) -> Result<(), Faults> {
        self.uncertain.check(framework)
    }

    fn compute(&self, index: Index, asked: Asked) -> Result<Batches> {
        let reservation = Arc::clone(&index.reservation);
        let (engine, mut runs) = match index.others.first() {
            Some(draws) if self.is_replay => {
                let Replay { sets, alternatives, chosen } =
                    Replay::new(&self.uncertain, &index.framework, draws, &reservation)?;
                self.uncertain
                    .check_methods(&index.framework, &alternatives)
                    .or_else(|faults| plan_err!("{}: {faults}", PAGE.name))?;
                Engine::new(&self.uncertain, index, sets, &alternatives, chosen)?
            }
            _ => {
                reservation.try_grow(self.draws as usize * size_of::<Run>())?;
                let leaves = Engine::leaves(&self.uncertain, &index.framework)?.len();
                let sets = Sets::Drawn { after: self.uncertain.numbers() };
                let chosen = (0..self.draws).map(|i| {
                    let mut draw = Draw::new(self.uncertain.seed, i);
                    let (picks, left_out) = self.uncertain.choose(leaves, || draw.uniform());
                    Chosen { picks, left_out, weights: Some(i as usize) }
                });
                Engine::new(&self.uncertain, index, sets, &self.uncertain.alternatives, chosen)?
            }
        };
        runs.sort_unstable();
        let runs: Vec<(Run, usize)> =
            runs.chunk_by(|a, b| a == b).map(|alike| (alike[0], alike.len())).collect();
        let (units, periods) = (engine.panel.units.len(), engine.panel.periods.len());
        reservation.try_grow(units * periods * size_of::<Statistics>())?;
        let mut statistics = Vec::with_capacity(periods);
        for period in 0..periods {
            statistics.push(self.statistics(&engine, &runs, period, &reservation)?);
        }
        let (nominal, target) = (engine.nominal(), engine.target);
        let scores: Vec<Float64Array> =
            (0..periods).map(|period| nominal.column(target, period).clone()).collect();
        let ranks: Vec<UInt32Array> =
            (0..periods).map(|period| nominal.ranks(target, period)).collect();
        let items = Labels::of(&engine.framework, &[target]).items("code");
        Ok(rows(&engine.panel, items, asked, engine.workshop.clone(), move |block| {
            let of = |at: Place| &statistics[at.period][at.unit];
            block.batch(|name| {
                Ok(match name {
                    "score" => block.numbers(|at, _| number_at(&scores[at.period], at.unit)),
                    "rank" => block.wholes(|at, _| rank_at(&ranks[at.period], at.unit)),
                    "mean_rank" => block.numbers(|at, _| of(at).mean),
                    "p05_rank" => block.numbers(|at, _| of(at).quantiles[0]),
                    "median_rank" => block.numbers(|at, _| of(at).quantiles[1]),
                    "p95_rank" => block.numbers(|at, _| of(at).quantiles[2]),
                    "min_rank" => block.wholes(|at, _| of(at).min.map(i64::from)),
                    "max_rank" => block.wholes(|at, _| of(at).max.map(i64::from)),
                    "top_share" => block.numbers(|at, _| of(at).top),
                    _ => block.wholes(|at, _| i64::try_from(of(at).draws).ok()),
                })
            })
        }))
    }
}

/// Where a unit ranks in the draws.
#[derive(Debug, Clone, Copy, Default)]
struct Statistics {
    draws: u64,
    mean: Option<f64>,
    /// Quantiles 0.05, 0.5 and 0.95.
    quantiles: [Option<f64>; 3],
    min: Option<u32>,
    max: Option<u32>,
    top: Option<f64>,
}

/// Units whose ranks are counted together: what they need stays in the fast memory of a core.
const COUNTED: usize = 16;

impl Uncertainty {
    fn statistics(
        &self,
        engine: &Engine,
        runs: &[(Run, usize)],
        period: usize,
        reservation: &MemoryReservation,
    ) -> Result<Vec<Statistics>> {
        let at = engine.at(period)?;
        let units = engine.panel.units.len();
        let size = size_of::<u32>();
        if runs.len() <= units {
            // Fewer runs than ranks: the ranks themselves need less room than their numbers.
            let held = reservation.new_empty();
            held.try_grow(runs.len() * units * size)?;
            let ranks = ranks(&at, runs)?;
            let blocks = engine.workshop.each(units.div_ceil(COUNTED), |block| {
                let first = block * COUNTED;
                let mut counts = vec![RankCounts::default(); COUNTED.min(units - first)];
                count(&ranks, first, &mut counts);
                Ok(counts.iter().map(|counts| self.of(counts)).collect::<Vec<_>>())
            })?;
            return Ok(blocks.into_iter().flatten().collect());
        }
        let held = reservation.new_empty();
        held.try_grow(units * units * size)?;
        let mut counts = vec![RankCounts::default(); units];
        for runs in runs.chunks(units.max(1024)) {
            let ranks = ranks(&at, runs)?;
            for (block, counts) in counts.chunks_mut(COUNTED).enumerate() {
                count(&ranks, block * COUNTED, counts);
            }
        }
        Ok(counts.iter().map(|counts| self.of(counts)).collect())
    }

    fn of(&self, counts: &RankCounts) -> Statistics {
        Statistics {
            draws: counts.n(),
            mean: counts.mean(),
            quantiles: [0.05, 0.5, 0.95].map(|p| counts.quantile(p)),
            min: counts.min(),
            max: counts.max(),
            top: counts.share_up_to(self.top),
        }
    }
}

/// The ranks in each run, and how many draws it stands for.
fn ranks(at: &Period, runs: &[(Run, usize)]) -> Result<Vec<(Vec<u32>, usize)>> {
    let distinct: Vec<Run> = runs.iter().map(|(run, _)| *run).collect();
    let ranks = at.ranks(&distinct, |ranks| ranks.to_vec())?;
    Ok(ranks.into_iter().zip(runs.iter().map(|(_, times)| *times)).collect())
}

/// Counts the ranks of the units from `first` on.
fn count(ranks: &[(Vec<u32>, usize)], first: usize, counts: &mut [RankCounts]) {
    for (ranks, times) in ranks {
        for (counts, &rank) in counts.iter_mut().zip(&ranks[first..]) {
            if rank > 0 {
                (0..*times).for_each(|_| counts.add(rank));
            }
        }
    }
}

/// Columns of a table of draws, in the order in which they are read.
const COLUMNS: [&str; 7] =
    ["draw", "code", "weight", "imputation", "treatment", "normalisation", "aggregation"];

/// The table of draws with its columns in their order, NULL for those that are not there.
fn in_order(plan: LogicalPlan) -> Result<LogicalPlan> {
    let name = PAGE.name;
    let schema = Arc::clone(plan.schema());
    let found: Vec<&str> = schema.iter().map(|(_, field)| field.name().as_str()).collect();
    let names = Columns::new(found.iter().copied());
    if let Some(slip) = names.slips(&COLUMNS, &[]).into_iter().next() {
        return plan_err!("{name}: weight_draws: {slip}");
    }
    let mut positions = Vec::new();
    for wanted in COLUMNS {
        let position = names.find(wanted);
        positions
            .push(position.map_err(|twice| plan_datafusion_err!("{name}: weight_draws {twice}"))?);
    }
    let has = |name: &str| matches!(names.find(name), Ok(Some(_)));
    let is_whole = match (has("code"), has("weight")) {
        (false, false) => COLUMNS[3..].iter().any(|method| has(method)),
        (code, weight) => code && weight,
    };
    if !has("draw") || !is_whole {
        return plan_err!(
            "{name}: weight_draws must have columns draw, code and weight, or draw and methods, \
             found {}",
            found.join(", ")
        );
    }
    let mut columns: Vec<Expr> = Vec::new();
    for (i, (wanted, position)) in COLUMNS.into_iter().zip(positions).enumerate() {
        let to = if i == 2 { DataType::Float64 } else { DataType::Utf8 };
        let Some(position) = position else {
            columns.push(lit(ScalarValue::try_new_null(&to)?).alias(wanted));
            continue;
        };
        let (qualifier, field) = schema.qualified_field(position);
        let data_type = crate::functions::plain(field.data_type());
        let is_wrong = match i {
            0 => false,
            2 => !data_type.is_numeric() && *data_type != DataType::Null,
            _ => !data_type.is_string() && *data_type != DataType::Null,
        };
        if is_wrong {
            return plan_err!(
                "{name}: {wanted} of weight_draws must be a {}, found {}",
                if i == 2 { "number" } else { "text" },
                crate::types::sql_name(field.data_type())
            );
        }
        let column = Expr::Column(Column::new(qualifier.cloned(), field.name()));
        let column = if i == 0 { column } else { cast(column, to) };
        columns.push(column.alias(wanted));
    }
    LogicalPlanBuilder::from(plan).project(columns)?.build()
}

/// The runs that a table of draws states.
struct Replay {
    sets: Sets,
    alternatives: Alternatives,
    chosen: Vec<Chosen>,
}

impl Replay {
    fn new(
        uncertain: &Uncertain,
        framework: &Framework,
        batch: &RecordBatch,
        reservation: &MemoryReservation,
    ) -> Result<Self> {
        let name = PAGE.name;
        if batch.column(0).logical_null_count() > 0 {
            return exec_err!("{name}: draw of weight_draws must not be NULL");
        }
        let mut keys = Interner::new(batch.column(0).data_type())?;
        let mut draw_of = Vec::new();
        keys.codes(batch.column(0), &mut draw_of)?;
        if keys.len() == 0 {
            return exec_err!("{name}: weight_draws must have a draw, found no rows");
        }
        let nodes = framework.nodes().len();
        reservation.try_grow(keys.len() * nodes * size_of::<f64>())?;
        let mut sets = vec![f64::NAN; keys.len() * nodes];
        let codes = batch.column(1).as_string::<i32>();
        let weights = batch.column(2).as_primitive::<Float64Type>();
        let mut unknown = Vec::new();
        for (row, &draw) in draw_of.iter().enumerate() {
            if codes.is_null(row) && weights.is_null(row) {
                continue;
            }
            let place = || -> Result<String> {
                Ok(format!("draw {}", text(&keys.values()?, draw as usize)))
            };
            if codes.is_null(row) || weights.is_null(row) {
                return exec_err!(
                    "{name}: code and weight of weight_draws must both be given or both be NULL, found one ({})",
                    place()?
                );
            }
            let (code, weight) = (codes.value(row), weights.value(row));
            let Some(node) = framework.position(code) else {
                if !unknown.iter().any(|known| known == code) {
                    unknown.push(code.to_owned());
                }
                continue;
            };
            if !(weight.is_finite() && weight >= 0.0) {
                return exec_err!(
                    "{name}: weight of weight_draws must be finite and >= 0, got {weight} ({}, code \
                 '{code}')",
                    place()?
                );
            }
            let cell = &mut sets[draw as usize * nodes + node];
            if !cell.is_nan() {
                return exec_err!(
                    "{name}: a weight must be given once a draw, found two of code '{code}' ({})",
                    place()?
                );
            }
            *cell = weight + 0.0;
        }
        if !unknown.is_empty() {
            unknown.sort_unstable();
            return exec_err!(
                "{name}: codes of weight_draws must be in the framework, found {}",
                some(&unknown)
            );
        }
        let mut alternatives = Alternatives::default();
        let mut picks = vec![[NOMINAL; 4]; keys.len()];
        for (step, methods) in alternatives.iter_mut().enumerate() {
            let mut known: HashMap<&str, usize> = HashMap::new();
            let texts = batch.column(3 + step).as_string::<i32>();
            for (&draw, method) in draw_of.iter().zip(texts.iter()) {
                let Some(method) = method else { continue };
                let pick = match known.get(method) {
                    Some(pick) => *pick,
                    None => {
                        methods.push(uncertain.method(step, method)?);
                        known.insert(method, methods.len() - 1);
                        methods.len() - 1
                    }
                };
                let before = std::mem::replace(&mut picks[draw as usize][step], pick);
                if before != NOMINAL && before != pick {
                    let other = known.iter().find(|(_, pick)| **pick == before);
                    return exec_err!(
                        "{name}: {} of weight_draws must be the same within a draw, found '{}' and \
                     '{method}' (draw {})",
                        COLUMNS[3 + step],
                        other.map_or("", |(text, _)| text),
                        text(&keys.values()?, draw as usize)
                    );
                }
            }
        }
        let chosen = picks.into_iter().enumerate();
        let chosen =
            chosen.map(|(set, picks)| Chosen { picks, left_out: None, weights: Some(set) });
        Ok(Self { sets: Sets::Given(sets), alternatives, chosen: chosen.collect() })
    }
}
