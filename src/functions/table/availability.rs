//! `availability(panel, framework, ...)`: how much of each node was observed.

use crate::index::input::IndexInput;
use crate::index::methods::bound::Methods;
use crate::index::methods::rows::RowMethods;
use crate::index::methods::used::Used;
use std::sync::Arc;

use datafusion::arrow::array::{AsArray, Float64Array, Int64Array};
use datafusion::common::Result;

use super::arguments::Arguments;
use super::function::{Column, ColumnType, Inputs, Spec, TableFunction, no_faults};
use super::output::{NodeLabels, Output, rows};
use super::parameters::{FRAMEWORK, PANEL};
use super::request::Request;
use crate::framework::{Faults, Framework};
use crate::index::methods::steps::Steps;
use crate::index::place::UnitPeriod;
use crate::index::steps::scores::number_at;
use crate::page::page;

page! {
    pub static PAGE = Page {
        name: "availability",
        family: Index,
        syntax: ["availability(panel, framework, ...)"],
        summary: "Data availability before imputation: for each unit, period and node the number \
                  of indicators at or below it that have a value.",
        formula: "availability = observed / expected",
        parameters: &[PANEL, FRAMEWORK],
        shares_arguments: true,
        returns: "One row per unit, period and node of the framework, for each unit and period \
                  with a row in the panel: unit, period (NULL if the panel has none), code, \
                  parent, level (1 for an indicator, 1 + the highest level of its children for \
                  the others), observed (indicators at or below the node that have a value), \
                  expected (all of them), availability (their ratio, 0 to 1), zeros (values that \
                  are 0). Only period and the parent of the root can be NULL. Ordered by unit, \
                  period and position in the framework.",
        notes: "NULL values and absent rows are both missing. Each indicator counts as one, \
                regardless of its weight; the share by weight is the coverage of \
                composite_index. Only the tree and the values are used: methods in the framework \
                are ignored, and those in the call are errors.",
        errors: "A framework that is not a tree: all faults at once, before the panel is read. \
                 Indicators that occur in only one of the two tables, listed by name (strict => \
                 false allows them: an indicator without rows is expected and never observed). \
                 Two rows of one unit, period and indicator; NULL keys; a value that is NaN or \
                 infinite.",
        example: "SELECT unit, observed, expected, availability, zeros\n\
                  FROM availability(\n\
                  \x20 (SELECT * FROM (VALUES ('A', 'income', 10), ('B', 'income', NULL), ('A', 'pm25', 0), ('B', 'pm25', 30))\n\
                  \x20  AS t(unit, indicator, value)),\n\
                  \x20 (SELECT * FROM (VALUES ('income'), ('pm25')) AS t(code)))\n\
                  WHERE code = 'index'",
        example_result: ["A 2 2 1.0 1", "B 1 2 0.5 0"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 3; COINr, \
                    get_data_avail.",
    };
}

/// Counts of what is there.
#[derive(Debug)]
pub struct Availability {
    steps: Steps,
}

const COLUMNS: &[Column] = &[
    ("unit", ColumnType::Unit, false),
    ("period", ColumnType::Period, true),
    ("code", ColumnType::Text, false),
    ("parent", ColumnType::Text, true),
    ("level", ColumnType::Integer, false),
    ("observed", ColumnType::Integer, false),
    ("expected", ColumnType::Integer, false),
    ("availability", ColumnType::Number, false),
    ("zeros", ColumnType::Integer, false),
];

impl TableFunction for Availability {
    fn bind(arguments: &Arguments) -> Result<Self> {
        Ok(Self { steps: arguments.steps()? })
    }

    fn spec(&self) -> Spec<'_> {
        Spec { page: &PAGE, steps: &self.steps, columns: COLUMNS, node_column: Some("code") }
    }

    fn describe(&self) -> String {
        "count values".to_owned()
    }

    /// Only the tree matters: methods have no use.
    fn methods(&self, framework: &Framework, _: &RowMethods) -> Result<Methods, Faults> {
        no_faults(self.steps.unused(&Used::default(), Some(&[])))?;
        Methods::new(framework, &RowMethods::default(), &self.steps.without_methods())
    }

    fn compute(&self, Inputs { index, .. }: Inputs, request: Request) -> Result<Output> {
        let IndexInput { framework, methods, mut panel, execution, .. } = index;
        methods.denominate(&framework, &mut panel, &execution)?;
        let nodes = request.nodes.clone();
        let expected = framework.sums(|_| 1);
        let items = NodeLabels::of(&framework, &nodes).items("code");
        let values = std::mem::take(&mut panel.columns);
        let periods = panel.periods.len();
        Ok(rows(&panel, items, request, move |block| {
            // For each row the values at or below its node that count.
            let count = |counts: fn(f64) -> bool| -> Vec<i64> {
                let of_place = |&UnitPeriod { unit, period }: &UnitPeriod| {
                    let sums = framework.sums(|leaf| {
                        let column = values[leaf * periods + period].as_primitive();
                        i64::from(number_at(column, unit).is_some_and(counts))
                    });
                    nodes.iter().map(move |&node| sums[node])
                };
                block.places.iter().flat_map(of_place).collect()
            };
            let observed = match block.wants("observed") || block.wants("availability") {
                true => count(|_| true),
                false => Vec::new(),
            };
            block.batch(|name| {
                Ok(match name {
                    "observed" => Arc::new(Int64Array::from(observed.clone())),
                    "expected" => block.integers(|_, item| expected[nodes[item]]),
                    "availability" => {
                        let expected = nodes.iter().map(|&node| expected[node]).cycle();
                        let shares = observed.iter().zip(expected);
                        let shares = shares.map(|(&observed, all)| observed as f64 / all as f64);
                        Arc::new(shares.collect::<Float64Array>())
                    }
                    _ => Arc::new(Int64Array::from(count(|x| x == 0.0))),
                })
            })
        }))
    }
}
