//! `composite_index(panel, framework, ...)`: the whole index in one statement.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array, Int64Array, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use super::options::{
    AGGREGATION, Arguments, BASE, DIRECTION, FRAMEWORK, IMPUTATION, INDICATOR, LOWER, MIN_COVERAGE,
    NORMALISATION, PANEL, PERIOD, REFERENCE, STRICT, Steps, TARGET, TREATMENT, TREATMENT_REFERENCE,
    UNIT, UPPER, VALUE, WEIGHTING,
};
use super::panel::Panel;
use super::steps::{Scores, Workshop};
use super::{Asked, Batches, Index, TableFunction, codes, schema};
use crate::framework::Framework;
use crate::functions::page::{Page, page};
use crate::kernel::{Ties, places};

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
        let cells = asked.nodes.len() * periods * panel.units.len();
        let per_cell = usize::from(wants_rank) * size_of::<u32>()
            + usize::from(wants_coverage) * size_of::<f64>();
        reservation.try_grow(cells * per_cell)?;
        let of_each = |wanted: bool, f: &(dyn Fn(usize, usize) -> ArrayRef + Sync)| {
            let number = if wanted { asked.nodes.len() * periods } else { 0 };
            workshop.each(number, |i| Ok(f(asked.nodes[i / periods], i % periods)))
        };
        let ranks = of_each(wants_rank, &|node, period| Arc::new(ranks(&scores, node, period)))?;
        let coverage = of_each(wants_coverage, &|node, period| {
            Arc::new(Float64Array::from(scores.coverage(&framework, node, period)))
        })?;
        Ok(Box::new(Rows::new(framework, panel, scores, ranks, coverage, asked, workshop)))
    }
}

/// Ranks of the units at a node and period, 1 for the highest score.
pub(super) fn ranks(scores: &Scores, node: usize, period: usize) -> UInt32Array {
    rank_column(scores.column(node, period))
}

/// Ranks of the units in a column of scores.
pub(super) fn rank_column(column: &Float64Array) -> UInt32Array {
    let mut there: Vec<(f64, usize)> =
        column.iter().enumerate().filter_map(|(unit, x)| Some((x? + 0.0, unit))).collect();
    let mut ranks = vec![None; column.len()];
    places(&mut there, Ties::Min, |unit, place| {
        ranks[unit] = Some(place.rank(Ties::Min, -1.0) as u32);
    });
    ranks.into()
}

/// The rows of an index, unit by unit, period by period, node by node.
struct Rows {
    framework: Framework,
    panel: Panel,
    scores: Scores,
    /// `i * periods + period` for the i-th node asked for.
    ranks: Vec<ArrayRef>,
    coverage: Vec<ArrayRef>,
    asked: Asked,
    workshop: Workshop,
    /// Next unit and period: `unit * periods + period`.
    next: usize,
}

/// Rows given out at a time, about.
const ROWS: usize = 8192;

impl Rows {
    fn new(
        framework: Framework,
        panel: Panel,
        scores: Scores,
        ranks: Vec<ArrayRef>,
        coverage: Vec<ArrayRef>,
        asked: Asked,
        workshop: Workshop,
    ) -> Self {
        Self { framework, panel, scores, ranks, coverage, asked, workshop, next: 0 }
    }

    fn batch(&self, places: &[(u32, u32)]) -> Result<RecordBatch> {
        let nodes = &self.asked.nodes;
        let rows = places.len() * nodes.len();
        let (codes, parents) = codes(&self.framework);
        let by_place = |key: &dyn Fn(&(u32, u32)) -> u32| -> UInt32Array {
            places.iter().flat_map(|place| std::iter::repeat_n(key(place), nodes.len())).collect()
        };
        let by_node: UInt32Array =
            places.iter().flat_map(|_| nodes.iter().map(|&node| node as u32)).collect();
        let periods = self.scores.periods;
        let each = |f: &dyn Fn(usize, usize, usize, usize) -> Option<f64>| -> ArrayRef {
            let cells = places.iter().flat_map(|&(unit, period)| {
                let place = (unit as usize, period as usize);
                nodes.iter().enumerate().map(move |(i, &node)| f(i, node, place.0, place.1))
            });
            Arc::new(cells.collect::<Float64Array>())
        };
        self.asked.batch(rows, |name| {
            Ok(match name {
                "unit" => take(&self.panel.units, &by_place(&|place| place.0), None)?,
                "period" => take(&self.panel.periods, &by_place(&|place| place.1), None)?,
                "code" => take(&codes, &by_node, None)?,
                "parent" => take(&parents, &by_node, None)?,
                "level" => {
                    let levels = self.framework.nodes().iter().map(|node| node.level as i64);
                    take(&levels.collect::<Int64Array>(), &by_node, None)?
                }
                "score" => each(&|_, node, unit, period| {
                    let column = self.scores.column(node, period);
                    column.is_valid(unit).then(|| column.value(unit))
                }),
                "weight" => each(&|_, node, _, period| Some(self.scores.weight(node, period))),
                "coverage" => each(&|i, _, unit, period| {
                    let column = datafusion::arrow::array::AsArray::as_primitive::<
                        datafusion::arrow::datatypes::Float64Type,
                    >(&self.coverage[i * periods + period]);
                    Some(column.value(unit))
                }),
                _ => {
                    let cells = places.iter().flat_map(|&(unit, period)| {
                        (0..nodes.len()).map(move |i| {
                            let column = datafusion::arrow::array::AsArray::as_primitive::<
                                datafusion::arrow::datatypes::UInt32Type,
                            >(
                                &self.ranks[i * periods + period as usize]
                            );
                            let unit = unit as usize;
                            column.is_valid(unit).then(|| i64::from(column.value(unit)))
                        })
                    });
                    Arc::new(cells.collect::<Int64Array>())
                }
            })
        })
    }
}

impl Iterator for Rows {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Result<RecordBatch>> {
        let (units, periods) = (self.panel.units.len(), self.scores.periods);
        let wanted = (ROWS / self.asked.nodes.len().max(1)).max(1);
        let mut places = Vec::with_capacity(wanted);
        while self.next < units * periods && places.len() < wanted && !self.asked.nodes.is_empty() {
            let (unit, period) = (self.next / periods, self.next % periods);
            if self.panel.present[period * units + unit] {
                places.push((unit as u32, period as u32));
            }
            self.next += 1;
        }
        if places.is_empty() {
            return None;
        }
        Some(self.workshop.cancel.check().and_then(|()| self.batch(&places)))
    }
}
