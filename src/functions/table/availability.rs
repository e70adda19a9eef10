//! `availability(panel, framework, ...)`: how much of each node was observed.

use std::sync::Arc;

use datafusion::arrow::array::{AsArray, Float64Array, Int64Array};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::Result;

use super::options::{Arguments, FRAMEWORK, PANEL, Steps, Used};
use super::rows::{Labels, Place, number_at, rows};
use super::{Asked, Batches, Index, TableFunction, no_faults, schema};
use crate::framework::{Faults, Framework};
use crate::functions::page::{Page, page};

page! {
    /// What `availability` is and does.
    pub static PAGE = Page {
        name: "availability",
        family: Index,
        syntax: ["availability(panel, framework, ...)"],
        summary: "Data availability before imputation: for each unit, period and node the number \
                  of indicators at or below it that have a value.",
        formula: "availability = observed / expected",
        parameters: [PANEL, FRAMEWORK],
        over_parameters: None,
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
pub(super) struct Availability {
    steps: Steps,
}

impl TableFunction for Availability {
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
            ("observed", &DataType::Int64, false),
            ("expected", &DataType::Int64, false),
            ("availability", &DataType::Float64, false),
            ("zeros", &DataType::Int64, false),
        ])
    }

    fn steps(&self) -> &Steps {
        &self.steps
    }

    fn describe(&self) -> String {
        "count values".to_owned()
    }

    fn filters_nodes(&self) -> bool {
        true
    }

    /// Only the tree matters: what is said of methods has no use.
    fn check(&self, _: &Framework) -> Result<(), Faults> {
        no_faults(self.steps.unused(&Used::default(), Some(&[])))
    }

    fn compute(&self, index: Index, asked: Asked) -> Result<Batches> {
        let Index { framework, mut panel, workshop, .. } = index;
        let nodes = asked.nodes.clone();
        let expected = below(&framework, |_| 1);
        let items = Labels::of(&framework, &nodes).items("code");
        let values = std::mem::take(&mut panel.columns);
        let periods = panel.periods.len();
        Ok(rows(&panel, items, asked, workshop, move |block| {
            // For each row the values at or below its node that count.
            let count = |counts: fn(f64) -> bool| -> Vec<i64> {
                let of_place = |&Place { unit, period }: &Place| {
                    let sums = below(&framework, |leaf| {
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
                    "expected" => block.wholes(|_, item| expected[nodes[item]]),
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

/// For each node, the sum of what the indicators at or below it have.
fn below(framework: &Framework, of_leaf: impl Fn(usize) -> i64) -> Vec<i64> {
    let nodes = framework.nodes();
    let mut sums = vec![0; nodes.len()];
    for &node in framework.bottom_up() {
        if let Some(leaf) = nodes[node].leaf {
            sums[node] = of_leaf(leaf);
        }
        if let Some(parent) = nodes[node].parent {
            sums[parent] += sums[node];
        }
    }
    sums
}
