//! `availability(panel, framework, ...)`: how much of each node was observed.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array};
use datafusion::arrow::datatypes::{DataType, Float64Type, SchemaRef};
use datafusion::common::Result;

use super::options::{Arguments, FRAMEWORK, PANEL, Steps};
use super::panel::Panel;
use super::rows::{Cells, Place, Rows};
use super::{Asked, Batches, Index, TableFunction, schema};
use crate::framework::{Faults, Framework};
use crate::functions::page::{Page, page};

page! {
    /// What `availability` is and does.
    pub static PAGE = Page {
        name: "availability",
        family: Index,
        syntax: ["availability(panel, framework, ...)"],
        summary: "How much was observed, before anything is imputed: for every unit, period and \
                  node the number of indicators below it that have a value.",
        formula: "availability = observed / expected",
        parameters: [PANEL, FRAMEWORK],
        over_parameters: None,
        returns: "One row per unit, period and node of the framework, for each unit and period that \
                  the panel has a row of: unit, period (NULL if the panel has none), code, parent, \
                  level (1 for an indicator, 1 + the highest level of its children for the others), \
                  observed (indicators at or below the node that have a value), expected (all of \
                  them), availability (their ratio, 0 to 1), zeros (values that are 0). None is NULL \
                  but period and the parent of the root. In the order of units, periods and the \
                  framework.",
        notes: "A value that is NULL and one that has no row are both missing. Indicators count \
                one each, whatever their weights: the share of the weight is the coverage of \
                composite_index. Only the tree and the values are looked at: methods of the \
                framework and of the call have no part in it.",
        errors: "A framework that is no tree: all faults at once, before the panel is read. \
                 Indicators that only one of the two tables has, by name (strict => false allows \
                 it: an indicator without rows is expected and never observed). Two rows of one \
                 unit, period and indicator; NULL keys; a value that is NaN or infinite.",
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

    /// Only the tree matters.
    fn check(&self, _: &Framework) -> Result<(), Faults> {
        Ok(())
    }

    fn compute(&self, index: Index, asked: Asked) -> Result<Batches> {
        let Index { framework, panel, workshop, .. } = index;
        let expected = below(&framework, |_| 1);
        let values = panel.clone();
        let cells = move |framework: &Framework, asked: &Asked, places: &[Place]| {
            Ok(cells(framework, &values, &expected, asked, places))
        };
        Ok(Box::new(Rows::new(framework, &panel, asked, workshop, cells)))
    }
}

/// For each node, the sum of what the indicators at or below it have.
fn below(framework: &Framework, of_leaf: impl Fn(usize) -> i64) -> Vec<i64> {
    let mut sums = vec![0; framework.nodes().len()];
    add_up(framework, of_leaf, &mut sums);
    sums
}

fn add_up(framework: &Framework, of_leaf: impl Fn(usize) -> i64, sums: &mut [i64]) {
    sums.fill(0);
    let nodes = framework.nodes();
    for &node in framework.bottom_up() {
        if let Some(leaf) = nodes[node].leaf {
            sums[node] = of_leaf(leaf);
        }
        if let Some(parent) = nodes[node].parent {
            sums[parent] += sums[node];
        }
    }
}

fn cells(
    framework: &Framework,
    values: &Panel,
    expected: &[i64],
    asked: &Asked,
    places: &[Place],
) -> Cells {
    let value = |place: &Place, leaf: usize| -> Option<f64> {
        let column = values.column(leaf, place.period).as_primitive::<Float64Type>();
        column.is_valid(place.unit).then(|| column.value(place.unit))
    };
    let mut sums = below(framework, |_| 0);
    let mut count = |wanted: bool, counts: fn(f64) -> bool| -> Vec<i64> {
        let mut cells = Vec::new();
        for place in places.iter().filter(|_| wanted) {
            let of_leaf = |leaf| i64::from(value(place, leaf).is_some_and(counts));
            add_up(framework, of_leaf, &mut sums);
            cells.extend(asked.nodes.iter().map(|&node| sums[node]));
        }
        cells
    };
    let observed = count(asked.wants("observed") || asked.wants("availability"), |_| true);
    let zeros = count(asked.wants("zeros"), |x| x == 0.0);
    let of_node = asked.nodes.iter().map(|&node| expected[node]);
    let expected: Vec<i64> = places.iter().flat_map(|_| of_node.clone()).collect();
    let shares = observed.iter().zip(&expected).map(|(&n, &all)| n as f64 / all as f64);
    let availability = Arc::new(shares.collect::<Float64Array>()) as ArrayRef;
    let whole = |numbers: Vec<i64>| Arc::new(Int64Array::from(numbers)) as ArrayRef;
    vec![
        ("availability", availability),
        ("observed", whole(observed)),
        ("expected", whole(expected)),
        ("zeros", whole(zeros)),
    ]
}
