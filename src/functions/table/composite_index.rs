//! `composite_index(panel, framework, ...)`: the whole index in one statement.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, UInt32Array};
use datafusion::arrow::datatypes::{DataType, Float64Type, SchemaRef, UInt32Type};
use datafusion::common::Result;

use super::options::{
    AGGREGATION, Arguments, BASE, DIRECTION, FRAMEWORK, IMPUTATION, INDICATOR, LOWER, MIN_COVERAGE,
    NORMALISATION, PANEL, PERIOD, REFERENCE, STRICT, Steps, TARGET, TREATMENT, TREATMENT_REFERENCE,
    UNIT, UPPER, VALUE, WEIGHTING,
};
use super::rows::{Cells, Place, Rows};
use super::steps::Scores;
use super::{Asked, Batches, Index, TableFunction, schema};
use crate::framework::Framework;
use crate::functions::page::{Page, page};
use crate::kernel::ranks_descending;

page! {
    /// What `composite_index` is and does.
    pub static PAGE = Page {
        name: "composite_index",
        family: Index,
        syntax: [
            "composite_index(panel, framework, normalisation => 'minmax', reference => 'all', \
             aggregation => 'arithmetic', ...)",
        ],
        summary: "The whole index in one statement: imputed, treated, normalised, weighted and \
                  aggregated along the tree of a framework, for every unit, period and node.",
        formula: "the functions of the same names, step by step: impute_*, treat_*, norm_* within \
                  the reference set, weight_*, agg_* from the indicators up",
        parameters: [PANEL, FRAMEWORK, UNIT, PERIOD, INDICATOR, VALUE, IMPUTATION, TREATMENT, NORMALISATION, REFERENCE, TREATMENT_REFERENCE, BASE, LOWER, UPPER, TARGET, WEIGHTING, AGGREGATION, MIN_COVERAGE, DIRECTION, STRICT],
        over_parameters: None,
        returns: "One row per unit, period and node of the framework, for each unit and period that \
                  the panel has a row of: unit, period (NULL if the panel has none), code, parent, \
                  level (1 for an indicator, 1 + the highest level of its children for the others), \
                  score, weight (share within the parent; the root 1), coverage (share of the \
                  children's weight that has a score; for an indicator 1 or 0), rank (1 for the \
                  highest score of a node in a period; ties share the best rank). In the order of \
                  units, periods and the framework.",
        notes: "A method is named as in SQL without its prefix, with arguments in parentheses: \
                'minmax(lower => 1, upper => 100)', 'power(2)', 'winsorise(0.05, 0.95)'. Rows of the \
                framework come before the call: normalisation, target, base, direction, and for \
                goalposts and scaled lower and upper (in the indicator's unit of measure) of an \
                indicator; aggregation and min_coverage of the nodes above; weights within a parent. \
                A framework without parents is flat: all its rows are indicators of a node called \
                index. An indicator may hang on any node, also on the root. Missing scores are left \
                out and the weights of the others rescaled. A filter on the result changes no \
                reference set; one inside the panel's query does. Compensability: that of the \
                aggregation.",
        errors: "A framework that is no tree with valid weights, directions and methods: all \
                 faults at once, before the panel is read. Indicators that only one of the two \
                 tables has, by name (strict => false allows it). Two rows of one unit, period and \
                 indicator; NULL keys; a value that is NaN or infinite; what a method refuses, with \
                 the indicator or node.",
        example: "SELECT unit, code, round(score, 9) AS score, rank\n\
                  FROM composite_index(\n\
                  \x20 (SELECT * FROM (VALUES ('A', 'income', 10), ('B', 'income', 40), ('A', 'pm25', 80), ('B', 'pm25', 30))\n\
                  \x20  AS t(unit, indicator, value)),\n\
                  \x20 (SELECT * FROM (VALUES ('income', 2, 1), ('pm25', 1, -1)) AS t(code, weight, direction)),\n\
                  \x20 normalisation => 'minmax(1, 100)', aggregation => 'geometric')\n\
                  WHERE code = 'index' ORDER BY rank",
        example_result: ["B index 100.0 1", "A index 1.0 2"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, steps 3 to 6; \
                    COINr, Treat, Normalise and Aggregate.",
    };
}

/// The index.
#[derive(Debug)]
pub(super) struct CompositeIndex {
    steps: Steps,
}

impl TableFunction for CompositeIndex {
    fn bind(arguments: &Arguments) -> Result<Self> {
        Ok(Self { steps: Steps::new(arguments)? })
    }

    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn schema(&self, unit: &DataType, period: &DataType) -> SchemaRef {
        schema(&[
            ("unit", unit, false),
            ("period", period, true),
            ("code", &DataType::Utf8View, false),
            ("parent", &DataType::Utf8View, true),
            ("level", &DataType::Int64, false),
            ("score", &DataType::Float64, true),
            ("weight", &DataType::Float64, false),
            ("coverage", &DataType::Float64, false),
            ("rank", &DataType::Int64, true),
        ])
    }

    fn steps(&self) -> &Steps {
        &self.steps
    }

    fn filters_nodes(&self) -> bool {
        true
    }

    fn compute(&self, mut index: Index, asked: Asked) -> Result<Batches> {
        let (_, scores) = index.scores(&self.steps)?;
        let Index { framework, panel, workshop, reservation, .. } = index;
        let wants_rank = asked.wants("rank");
        let wants_coverage = asked.wants("coverage");
        let periods = scores.periods;
        let places = asked.nodes.len() * periods * panel.units.len();
        let per_cell = usize::from(wants_rank) * size_of::<u32>()
            + usize::from(wants_coverage) * size_of::<f64>();
        reservation.try_grow(places * per_cell)?;
        let of_each = |wanted: bool, f: &(dyn Fn(usize, usize) -> ArrayRef + Sync)| {
            let number = if wanted { asked.nodes.len() * periods } else { 0 };
            workshop.each(number, |i| Ok(f(asked.nodes[i / periods], i % periods)))
        };
        let ranks = of_each(wants_rank, &|node, period| Arc::new(ranks(&scores, node, period)))?;
        let coverage = of_each(wants_coverage, &|node, period| {
            Arc::new(Float64Array::from(scores.coverage(&framework, node, period)))
        })?;
        let cells = move |_: &Framework, asked: &Asked, places: &[Place]| {
            let _held = &reservation;
            Ok(cells(&scores, &ranks, &coverage, asked, places))
        };
        Ok(Box::new(Rows::new(framework, &panel, asked, workshop, cells)))
    }
}

/// The columns that are not keys. Ranks and coverage are `i * periods + period` for the i-th node
/// asked for.
fn cells(
    scores: &Scores,
    ranks: &[ArrayRef],
    coverage: &[ArrayRef],
    asked: &Asked,
    places: &[Place],
) -> Cells {
    let nodes = &asked.nodes;
    let mut cells = Cells::new();
    if asked.wants("score") {
        let of_place = |place: &Place| {
            let Place { unit, period } = *place;
            nodes.iter().map(move |&node| {
                let column = scores.column(node, period);
                column.is_valid(unit).then(|| column.value(unit))
            })
        };
        cells.push(("score", Arc::new(places.iter().flat_map(of_place).collect::<Float64Array>())));
    }
    if asked.wants("weight") {
        let of_place = |place: &Place| {
            let period = place.period;
            nodes.iter().map(move |&node| scores.weight(node, period))
        };
        let weights = places.iter().flat_map(of_place);
        cells.push(("weight", Arc::new(Float64Array::from_iter_values(weights))));
    }
    if asked.wants("coverage") {
        let of_place = |place: &Place| {
            let Place { unit, period } = *place;
            (0..nodes.len()).map(move |i| {
                coverage[i * scores.periods + period].as_primitive::<Float64Type>().value(unit)
            })
        };
        let shares = places.iter().flat_map(of_place);
        cells.push(("coverage", Arc::new(Float64Array::from_iter_values(shares))));
    }
    if asked.wants("rank") {
        let of_place = |place: &Place| {
            let Place { unit, period } = *place;
            (0..nodes.len()).map(move |i| {
                let column = ranks[i * scores.periods + period].as_primitive::<UInt32Type>();
                column.is_valid(unit).then(|| i64::from(column.value(unit)))
            })
        };
        cells.push(("rank", Arc::new(places.iter().flat_map(of_place).collect::<Int64Array>())));
    }
    cells
}

/// Ranks of the units at a node and period, 1 for the highest score.
pub(super) fn ranks(scores: &Scores, node: usize, period: usize) -> UInt32Array {
    rank_column(scores.column(node, period))
}

/// Ranks of the units in a column of scores.
pub(super) fn rank_column(column: &Float64Array) -> UInt32Array {
    let numbers: Vec<f64> = column.iter().map(|x| x.unwrap_or(f64::NAN)).collect();
    let mut ranks = vec![0; numbers.len()];
    ranks_descending(&numbers, &mut Vec::new(), &mut ranks);
    ranks.into_iter().map(|rank| (rank > 0).then_some(rank)).collect()
}
