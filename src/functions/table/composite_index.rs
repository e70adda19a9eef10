//! `composite_index(panel, framework, ...)`: the whole index in one statement.

use crate::index::input::IndexInput;
use datafusion::common::Result;

use super::arguments::Arguments;
use super::framework_columns::FRAMEWORK_COLUMNS;
use super::function::{Column, ColumnType, Inputs, Spec, TableFunction};
use super::output::{NodeLabels, Output, rows};
use super::parameters::SHARED;
use super::request::Request;
use crate::index::methods::steps::Steps;
use crate::index::place::UnitPeriod;
use crate::index::steps::scores::{Behind, Shares};
use crate::index::steps::scores::{number_at, rank_at};
use crate::page::page;

page! {
    pub static PAGE = Page {
        name: "composite_index",
        family: Index,
        syntax: [
            "composite_index(panel, framework, normalisation => 'minmax', reference => 'all', \
             aggregation => 'arithmetic', ...)",
        ],
        summary: "The whole index in one statement: imputed, transformed, treated, normalised, weighted and \
                  aggregated along the tree of a framework, for every unit, period and node.",
        formula: "the functions of the same names, step by step: denominate, impute_*, transform_*, treat_*, norm_* \
                  within the reference set, weight_*, agg_* from the indicators up",
        parameters: SHARED,
        framework_columns: FRAMEWORK_COLUMNS,
        returns: "One row per unit, period and node of the framework, for each unit and period \
                  with a row in the panel: unit, period (NULL if the panel has none), code, \
                  parent, level (1 for an indicator, 1 + the highest level of its children for \
                  the others), score, weight (share within the parent, or as it stands within a \
                  sum or product; the root 1), coverage \
                  (share of the node's weight that is based on observed values, traced down to \
                  the indicators; 1 or 0 for an indicator; a value without a score, such as that \
                  of a constant indicator, is not counted), imputed (the corresponding share of \
                  imputed values), rank (1 for the highest score of a node in a period; ties \
                  share the best rank). Imputation over time (linear, last) adds rows where a \
                  value is imputed: in a gap and, with last, after the last row of a unit. A \
                  unit whose rows all belong to indicators outside the framework has no rows. \
                  Ordered by unit, period and position in the framework.",
        notes: "A method is named as in SQL without its prefix, with arguments in parentheses: \
                'minmax(lower => 1, upper => 100)', 'power(2)', 'winsorise(0.05, 0.95)'. What \
                a row of the framework states takes precedence over the argument of the call. The \
                steps are, in this order: denomination, imputation, transformation, treatment, \
                normalisation, weighting, aggregation. Treatment and normalisation see \
                transformed values: winsorise and percentile_goalposts count their shares from \
                the smallest of these, which is the largest value under a decreasing \
                transformation (reciprocal, power below 0), and such a transformation turns \
                the direction round as well. Indicators may be attached to any node, \
                including the root. Missing scores are excluded and the \
                weights of the others rescaled. min_coverage is the minimum share of the \
                children with a score, observed or imputed, by weight or by number (coverage_by \
                => 'count', as COINr's data threshold); the columns coverage and imputed \
                describe the indicators behind a score. Aggregations that compare units \
                (copeland, borda, topsis, bod) do so within the reference set: with 'all', those \
                of all periods. By default an imputation by mean, median, regression or em is also \
                based on all periods. With imputation_group it is based on the units of the same \
                group: imputation => 'mean', imputation_group => region. Arguments that no method \
                uses are errors, and so are lower, upper, target, base and coverage_by of the \
                framework. A filter on the result does not change the \
                reference set; one inside the panel's query does. Compensability: that of the \
                aggregation.",
        errors: "A framework that is not a tree with valid weights, directions and methods: all \
                 faults at once, before the panel is read. Indicators that occur in only one of \
                 the two tables, listed by name (strict => false allows them). A denominator that is no \
                 indicator of the panel, strict or not. Two rows of one \
                 unit, period and indicator; a period written in two ways (2015-Q1 and 2015Q1); \
                 two groups of one unit in a period; NULL keys; a value that is NaN or infinite; a value \
                 outside the domain of a method, named with its unit, period and indicator. An \
                 argument that nothing uses, is given twice, or contradicts the parentheses of a \
                 method. A score beyond the range of a node that is turned. Learned weights below a sum or product, or of the \
                 whole tree with a node of direction -1. A treatment that changes the unit of measurement (log, boxcox, \
                 outliers) together with bounds or targets in the original unit; a treatment by \
                 period where all periods share one scale. A base or a reference period in which \
                 an indicator has no value (strict => false allows it). Learned weights that are \
                 0 for all children of a node.",
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
pub struct CompositeIndex {
    steps: Steps,
}

const COLUMNS: &[Column] = &[
    ("unit", ColumnType::Unit, false),
    ("period", ColumnType::Period, true),
    ("code", ColumnType::Text, false),
    ("parent", ColumnType::Text, true),
    ("level", ColumnType::Integer, false),
    ("score", ColumnType::Number, true),
    ("weight", ColumnType::Number, false),
    ("coverage", ColumnType::Number, false),
    ("imputed", ColumnType::Number, false),
    ("rank", ColumnType::Integer, true),
];

impl TableFunction for CompositeIndex {
    fn bind(arguments: &Arguments) -> Result<Self> {
        Ok(Self { steps: arguments.steps()? })
    }

    fn spec(&self) -> Spec<'_> {
        Spec { page: &PAGE, steps: &self.steps, columns: COLUMNS, node_column: Some("code") }
    }

    fn compute(&self, Inputs { mut index, .. }: Inputs, request: Request) -> Result<Output> {
        let scores = index.scores()?;
        let IndexInput { framework, methods, panel, execution, reservation, .. } = index;
        let (nodes, periods) = (request.nodes.clone(), scores.periods);
        let number = |column: &str| if request.wants(column) { nodes.len() * periods } else { 0 };
        let ranked = number("rank");
        let shares = number("coverage") + number("imputed");
        let held = ranked * size_of::<u32>() + shares * size_of::<f64>();
        reservation.try_grow(held * panel.units.len())?;
        // `item * periods + period`: a cell per unit.
        let ranks =
            execution.each(ranked, |i| Ok(scores.ranks(nodes[i / periods], i % periods)))?;
        // By period and item.
        let behind = |column: &str, what: Behind| -> Result<Vec<Vec<Shares>>> {
            execution.each(if request.wants(column) { periods } else { 0 }, |period| {
                let all = scores.behind(&framework, &methods, period, what);
                Ok(nodes.iter().map(|&node| all[node].clone()).collect())
            })
        };
        let coverage = behind("coverage", Behind::Observed)?;
        let imputed = behind("imputed", Behind::Imputed)?;
        let items = NodeLabels::of(&framework, &nodes).items("code");
        Ok(rows(&panel, items, request, move |block| {
            block.batch(|name| {
                Ok(match name {
                    "score" => block.numbers(|UnitPeriod { unit, period }, item| {
                        number_at(scores.column(nodes[item], period), unit)
                    }),
                    "weight" => {
                        block.numbers(|place, item| scores.weight(nodes[item], place.period))
                    }
                    "coverage" => block.numbers(|UnitPeriod { unit, period }, item| {
                        coverage[period][item].at(unit)
                    }),
                    "imputed" => block.numbers(|UnitPeriod { unit, period }, item| {
                        imputed[period][item].at(unit)
                    }),
                    _ => block.integers(|UnitPeriod { unit, period }, item| {
                        rank_at(&ranks[item * periods + period], unit)
                    }),
                })
            })
        }))
    }
}
