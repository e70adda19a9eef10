//! `consistency(panel, framework, ...)`: how well the components of each node hang together.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::common::Result;

use super::arguments::Arguments;
use super::function::{Column, ColumnType, Inputs, Spec, TableFunction};
use super::node_groups::{GroupCall, NodeRow, NodeRows};
use super::output::Output;
use super::parameters::{AMONG, FRAMEWORK, PANEL};
use super::request::Request;
use crate::index::analysis::components::{Coherence, Group};
use crate::page::page;

page! {
    pub static PAGE = Page {
        name: "consistency",
        family: Index,
        syntax: ["consistency(panel, framework, among => 'children', ...)"],
        summary: "Internal consistency of each node: Cronbach's alpha of its components, how they \
                  correlate with each other and with the rest, and whether they measure one thing.",
        formula: "alpha as stat_cronbach; mean_correlation: Pearson, mean over the pairs; lowest_correlation = \
                  min over j of r(x_j, Σ of the others); eigenvalues as stat_pca; first_share = λ₁ / k; \
                  one_dimension: exactly one eigenvalue above 1, first_share >= 0.5, and all loadings of \
                  the first component above 0",
        parameters: &[PANEL, FRAMEWORK, AMONG],
        shares_arguments: true,
        returns: "One row per node with children, over all units and periods of the panel: code, parent, \
                  level, children (components of the node), varying (those with two different scores; \
                  all that follows is of these), n (units and periods that have a score of each), alpha (at \
                  most 1), mean_correlation (-1 to 1), lowest_child and lowest_correlation (the \
                  component that correlates least with the sum of the others, and how), \
                  eigenvalues_above_1 (Kaiser's criterion: the number of dimensions), first_share (share of \
                  the variance in the first component, 0 to 1), one_dimension (BOOLEAN). From alpha on NULL \
                  for fewer than two varying components; what needs complete rows (from lowest_child \
                  on) also for n below three, alpha as stat_cronbach, mean_correlation if no pair has a \
                  correlation. In the order of the framework.",
        notes: "Components are taken as they enter the node: one of direction -1 with the sign of its score \
                changed. alpha and mean_correlation use for each pair the rows that both have, as COINr; \
                the rest uses the rows that have all. alpha depends on the scale: of scores that are \
                not on one scale (normalisation => 'none') it means little. It grows with the number \
                of components; 0.7 is a usual threshold, and a lowest_correlation below 0.3 the sign \
                of a component that does not belong. A high alpha or a single dimension is no proof of quality: components \
                may also be redundant (correlations, within => 'siblings'). Kaiser's \
                criterion alone finds one dimension in any two components that correlate, also \
                negatively; the two other conditions do not.",
        errors: "As composite_index; among not one of its values.",
        example: "SELECT code, n, round(alpha, 4) AS alpha, mean_correlation, round(first_share, 4) AS first_share, one_dimension\n\
                  FROM consistency(\n\
                  \x20 (SELECT * FROM (VALUES ('A', 'homes', 1), ('B', 'homes', 2), ('C', 'homes', 3),\n\
                  \x20                        ('A', 'jobs', 1), ('B', 'jobs', 3), ('C', 'jobs', 2))\n\
                  \x20  AS t(unit, indicator, value)),\n\
                  \x20 (SELECT * FROM (VALUES ('homes'), ('jobs')) AS t(code)), normalisation => 'none')",
        example_result: ["index 3 0.6667 0.5 0.75 true"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 4; Kaiser \
                    (1960), The application of electronic computers to factor analysis; Nunnally \
                    (1978), Psychometric Theory (0.7; item-rest correlations); COINr, get_cronbach.",
    };
}

/// How components hang together.
#[derive(Debug)]
pub struct Consistency(GroupCall);

const COLUMNS: &[Column] = &[
    ("code", ColumnType::Text, false),
    ("parent", ColumnType::Text, true),
    ("level", ColumnType::Integer, false),
    ("children", ColumnType::Integer, false),
    ("varying", ColumnType::Integer, false),
    ("n", ColumnType::Integer, false),
    ("alpha", ColumnType::Number, true),
    ("mean_correlation", ColumnType::Number, true),
    ("lowest_child", ColumnType::Text, true),
    ("lowest_correlation", ColumnType::Number, true),
    ("eigenvalues_above_1", ColumnType::Integer, true),
    ("first_share", ColumnType::Number, true),
    ("one_dimension", ColumnType::Boolean, true),
];

impl TableFunction for Consistency {
    fn bind(arguments: &Arguments) -> Result<Self> {
        GroupCall::bind(arguments).map(Self)
    }

    fn spec(&self) -> Spec<'_> {
        self.0.spec(&PAGE, COLUMNS)
    }

    fn describe(&self) -> String {
        self.0.describe("consistency")
    }

    fn compute(&self, inputs: Inputs, request: Request) -> Result<Output> {
        let rows = self.0.rows(inputs, &request, |group, means| {
            let coherence = Coherence::of(&group, means.execution)?;
            let Group { node, components, varying, n, .. } = group;
            Ok(vec![Row { node, components, varying: varying.len(), n, coherence }])
        })?;
        rows.output(&request, column)
    }
}

/// A node.
struct Row {
    node: usize,
    components: usize,
    varying: usize,
    n: usize,
    coherence: Coherence,
}

impl NodeRow for Row {
    fn node(&self) -> usize {
        self.node
    }
}

fn column(rows: &NodeRows<Row>, name: &str) -> Result<ArrayRef> {
    let numbers =
        |number: fn(&Coherence) -> Option<f64>| rows.numbers(|row| number(&row.coherence));
    Ok(match name {
        "children" => rows.integers(|row| Some(row.components)),
        "varying" => rows.integers(|row| Some(row.varying)),
        "n" => rows.integers(|row| Some(row.n)),
        "alpha" => numbers(|found| found.alpha),
        "mean_correlation" => numbers(|found| found.mean_correlation),
        "lowest_child" => rows.codes(|row| row.coherence.lowest.map(|lowest| lowest.0))?,
        "lowest_correlation" => numbers(|found| found.lowest.map(|lowest| lowest.1)),
        "eigenvalues_above_1" => rows.integers(|row| row.coherence.eigenvalues_above_1),
        "first_share" => numbers(|found| found.first_share),
        _ => {
            let is_one = rows.iter().map(|row| row.coherence.is_one_dimension);
            Arc::new(is_one.collect::<BooleanArray>())
        }
    })
}
