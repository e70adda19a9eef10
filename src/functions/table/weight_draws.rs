//! The table of draws that `uncertainty` can be given: its columns, and the runs it states.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Column, Result, ScalarValue, exec_err, plan_datafusion_err, plan_err};
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, lit};

use super::method::parse;
use crate::columns::Columns;
use crate::engine::interner::{Interner, text};
use crate::framework::{Framework, some};
use crate::index::methods::call::MethodCall;
use crate::index::monte_carlo::design::{Alternatives, NOMINAL, Picks, STEPS, Uncertain};
use crate::index::monte_carlo::runs::{Chosen, Sets};
use crate::index::place::at;
use crate::types::{plain, sql_name};

/// The function that takes the table, for errors.
const NAME: &str = "uncertainty";

/// Columns of a table of draws, in the order in which they are read.
const COLUMNS: [&str; 7] =
    ["draw", "code", "weight", "imputation", "treatment", "normalisation", "aggregation"];

/// The table of draws with its columns in their order, NULL for those that are not there.
pub fn in_order(plan: LogicalPlan) -> Result<LogicalPlan> {
    let name = NAME;
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
        let data_type = plain(field.data_type());
        let is_wrong = match i {
            0 => false,
            2 => !data_type.is_numeric() && *data_type != DataType::Null,
            _ => !data_type.is_string() && *data_type != DataType::Null,
        };
        if is_wrong {
            return plan_err!(
                "{name}: {wanted} of weight_draws must be a {}, found {}",
                if i == 2 { "number" } else { "text" },
                sql_name(field.data_type())
            );
        }
        let column = Expr::Column(Column::new(qualifier.cloned(), field.name()));
        let column = if i == 0 { column } else { cast(column, to) };
        columns.push(column.alias(wanted));
    }
    LogicalPlanBuilder::from(plan).project(columns)?.build()
}

/// The runs that a table of draws states.
pub struct Replay {
    pub sets: Sets,
    pub alternatives: Alternatives,
    pub chosen: Vec<Chosen>,
}

impl Replay {
    pub fn new(
        uncertain: &Uncertain,
        framework: &Framework,
        batch: &RecordBatch,
        reservation: &MemoryReservation,
    ) -> Result<Self> {
        let name = NAME;
        if batch.column(0).logical_null_count() > 0 {
            return exec_err!("{name}: draw of weight_draws must not be NULL");
        }
        let mut keys = Interner::new(batch.column(0).data_type())?;
        let mut draw_of = Vec::new();
        keys.codes(batch.column(0), &mut draw_of)?;
        if keys.len() == 0 {
            return exec_err!("{name}: weight_draws must have a draw, found no rows");
        }
        reservation.try_grow(keys.len() * framework.nodes().len() * size_of::<f64>())?;
        let sets = weights(framework, batch, &keys, &draw_of)?;
        let (alternatives, picks) = methods(uncertain, batch, &keys, &draw_of)?;
        let chosen = picks.into_iter().enumerate();
        let chosen =
            chosen.map(|(set, picks)| Chosen { picks, left_out: None, weights: Some(set) });
        Ok(Self { sets: Sets::Given(sets), alternatives, chosen: chosen.collect() })
    }
}

/// The weights of each draw: `draw * nodes + node`, NaN where the draw states none.
fn weights(
    framework: &Framework,
    batch: &RecordBatch,
    keys: &Interner,
    draw_of: &[u32],
) -> Result<Vec<f64>> {
    let (name, nodes) = (NAME, framework.nodes().len());
    let mut sets = vec![f64::NAN; keys.len() * nodes];
    let codes = batch.column(1).as_string::<i32>();
    let weights = batch.column(2).as_primitive::<Float64Type>();
    let mut unknown = Vec::new();
    for (row, &draw) in draw_of.iter().enumerate() {
        if codes.is_null(row) && weights.is_null(row) {
            continue;
        }
        let place =
            || -> Result<String> { Ok(format!("draw {}", text(&keys.values()?, draw as usize))) };
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
    Ok(sets)
}

/// The methods that the draws state, and which of them each draw has.
fn methods(
    uncertain: &Uncertain,
    batch: &RecordBatch,
    keys: &Interner,
    draw_of: &[u32],
) -> Result<(Alternatives, Vec<Picks>)> {
    let name = NAME;
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
                    methods.push(method_of(uncertain, step, method)?);
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
    Ok((alternatives, picks))
}

/// A method that the table names for a step.
fn method_of(uncertain: &Uncertain, step: usize, text: &str) -> Result<Option<MethodCall>> {
    let steps = &uncertain.steps;
    let call = parse(steps.registry, STEPS[step].0, text).map_err(|error| at(steps.name, error))?;
    call.iter().try_for_each(|call| steps.check_not_twice(call, |_| true))?;
    Ok(call)
}
