//! `principal_components(panel, framework, ...)`: the dimensions behind the components of each node.

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;
use datafusion::execution::memory_pool::MemoryReservation;

use super::arguments::Arguments;
use super::function::{Column, ColumnType, Inputs, Spec, TableFunction};
use super::node_groups::{GroupCall, NodeRow, NodeRows};
use super::output::Output;
use super::parameters::{AMONG, FRAMEWORK, PANEL};
use super::request::Request;
use crate::index::analysis::components::Group;
use crate::page::page;

page! {
    pub static PAGE = Page {
        name: "principal_components",
        family: Index,
        syntax: ["principal_components(panel, framework, among => 'children', ...)"],
        summary: "Principal components of the children of each node: how many dimensions there are, and \
                  which child belongs to which.",
        formula: "as stat_pca: R v_c = λ_c v_c, R the correlations of the k components of the node, v_c of \
                  length 1, λ_1 >= λ_2 >= ...; share = λ_c / k; loading = v_jc; correlation = v_jc sqrt(λ_c)",
        parameters: &[PANEL, FRAMEWORK, AMONG],
        shares_arguments: true,
        returns: "One row per node with children, component and child, over all units and periods of the \
                  panel that have a score of each child: code, parent, level (of the node), n (these units \
                  and periods), component (1 for the largest eigenvalue), eigenvalue (0 to k), share (0 to 1), \
                  cumulative_share (up to this component), child, loading (-1 to 1; the squares of a \
                  component sum to 1), correlation (of the child with the component). Only parent can be \
                  NULL. A node has no rows for n below three or if no child varies. In the order of the \
                  framework, then by component and child.",
        notes: "Children that do not vary or have no scores are left out, together with their gaps. Children \
                are taken as they enter the node: one of direction -1 with the sign of its score \
                changed. The sign of a component is arbitrary: here its loadings sum to 0 or more. loading \
                is that of COINr, an entry of the eigenvector; correlation is the loading of the handbook \
                and of stat_factor. Scores are standardised by the correlations, so the normalisation only matters \
                where it is not linear. What consistency says of dimensions is taken from these rows.",
        errors: "As composite_index; among not one of its values.",
        example: "SELECT component, round(eigenvalue, 4) AS eigenvalue, round(share, 4) AS share, child, round(loading, 4) AS loading\n\
                  FROM principal_components(\n\
                  \x20 (SELECT * FROM (VALUES ('A', 'homes', 1), ('B', 'homes', 2), ('C', 'homes', 3),\n\
                  \x20                        ('A', 'jobs', 1), ('B', 'jobs', 3), ('C', 'jobs', 2))\n\
                  \x20  AS t(unit, indicator, value)),\n\
                  \x20 (SELECT * FROM (VALUES ('homes'), ('jobs')) AS t(code)))\n\
                  WHERE component = 1",
        example_result: ["1 1.5 0.75 homes 0.7071", "1 1.5 0.75 jobs 0.7071"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 4; COINr, \
                    get_PCA.",
    };
}

/// Principal components of nodes.
#[derive(Debug)]
pub struct PrincipalComponents(GroupCall);

const COLUMNS: &[Column] = &[
    ("code", ColumnType::Text, false),
    ("parent", ColumnType::Text, true),
    ("level", ColumnType::Integer, false),
    ("n", ColumnType::Integer, false),
    ("component", ColumnType::Integer, false),
    ("eigenvalue", ColumnType::Number, false),
    ("share", ColumnType::Number, false),
    ("cumulative_share", ColumnType::Number, false),
    ("child", ColumnType::Text, false),
    ("loading", ColumnType::Number, false),
    ("correlation", ColumnType::Number, false),
];

impl TableFunction for PrincipalComponents {
    fn bind(arguments: &Arguments) -> Result<Self> {
        GroupCall::bind(arguments).map(Self)
    }

    fn spec(&self) -> Spec<'_> {
        self.0.spec(&PAGE, COLUMNS)
    }

    fn describe(&self) -> String {
        self.0.describe("principal components")
    }

    fn compute(&self, inputs: Inputs, request: Request) -> Result<Output> {
        let rows = self.0.rows(inputs, &request, |group, means| rows(&group, means.reservation))?;
        rows.output(&request, column)
    }
}

/// A child in a component of a node.
struct Row {
    node: usize,
    n: usize,
    component: usize,
    eigenvalue: f64,
    share: f64,
    cumulative_share: f64,
    child: usize,
    loading: f64,
}

impl NodeRow for Row {
    fn node(&self) -> usize {
        self.node
    }
}

/// The rows of a node, component by component.
fn rows(group: &Group, reservation: &MemoryReservation) -> Result<Vec<Row>> {
    let Some(found) = group.principal() else { return Ok(Vec::new()) };
    // The rows, and the batch that they become.
    let number = found.vectors.len() * found.columns.len();
    reservation.try_grow(2 * number * size_of::<Row>())?;
    let mut rows = Vec::with_capacity(number);
    let mut cumulative_share = 0.0;
    for (component, (vector, &eigenvalue)) in
        found.vectors.iter().zip(&found.eigenvalues).enumerate()
    {
        let share = found.share(component);
        cumulative_share += share;
        rows.extend(found.columns.iter().zip(vector).map(|(&column, &loading)| Row {
            node: group.node,
            n: group.n,
            component: component + 1,
            eigenvalue,
            share,
            // The last one is 1, give or take the rounding of the sum.
            cumulative_share: cumulative_share.min(1.0),
            child: group.varying[column],
            loading,
        }));
    }
    Ok(rows)
}

fn column(rows: &NodeRows<Row>, name: &str) -> Result<ArrayRef> {
    let numbers = |number: fn(&Row) -> f64| rows.numbers(|row| Some(number(row)));
    Ok(match name {
        "n" => rows.integers(|row| Some(row.n)),
        "component" => rows.integers(|row| Some(row.component)),
        "eigenvalue" => numbers(|row| row.eigenvalue),
        "share" => numbers(|row| row.share),
        "cumulative_share" => numbers(|row| row.cumulative_share),
        "child" => rows.codes(|row| Some(row.child))?,
        "loading" => numbers(|row| row.loading),
        _ => numbers(|row| row.loading * row.eigenvalue.sqrt()),
    })
}
