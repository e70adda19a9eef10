//! Random panels and frameworks: the index in one statement is the same steps written in plain SQL.

use std::cell::Cell;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::compute::{cast, concat_batches};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::prelude::SessionContext;
use libtest_mimic::Trial;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![trial("property::composite_index_is_its_steps", composite_index_is_its_steps)]
}

/// Normalisations, as the index and as SQL write them; all scores are positive.
const NORMALISATIONS: [(&str, &str); 4] = [
    ("minmax(1, 100)", "norm_minmax(value, lower => 1, upper => 100, direction => direction)"),
    ("rank", "norm_rank(value, direction => direction)"),
    (
        "percentile_goalposts(0.1, 0.9, scale => 100, lowest => 1)",
        "norm_percentile_goalposts(value, 0.1, 0.9, scale => 100, lowest => 1, direction => direction)",
    ),
    (
        "zscore(mean => 100, sd => 10)",
        "norm_zscore(value, mean => 100, sd => 10, direction => direction)",
    ),
];
const AGGREGATIONS: [(&str, &str); 7] = [
    ("arithmetic", "agg_arithmetic(score, weight, "),
    ("geometric", "agg_geometric(score, weight, "),
    ("harmonic", "agg_harmonic(score, weight, "),
    ("power(2)", "agg_power(score, weight, 2, "),
    ("median", "agg_median(score, weight, "),
    ("min", "agg_min(score, weight, "),
    ("max", "agg_max(score, weight, "),
];
const COVERAGES: [f64; 3] = [0.0, 0.5, 0.8];

/// A node below the root: what it belongs to, how much it counts, how its children are averaged.
#[derive(Debug, Clone)]
struct Node {
    parent: usize,
    weight: u32,
    aggregation: usize,
}

#[derive(Debug, Clone)]
struct Case {
    /// Node 0 is the root; the parent of each is one before it.
    nodes: Vec<Node>,
    /// Indicators: what they belong to, weight, whether less is better.
    leaves: Vec<(Node, bool)>,
    /// By indicator, unit and period.
    values: Vec<Vec<Vec<Option<i32>>>>,
    normalisation: usize,
    is_by_period: bool,
    coverage: usize,
}

fn node(before: usize) -> impl Strategy<Value = Node> {
    (0..before.max(1), 1u32..8, 0..AGGREGATIONS.len())
        .prop_map(|(parent, weight, aggregation)| Node { parent, weight, aggregation })
}

fn cases() -> impl Strategy<Value = Case> {
    (1usize..5, 0usize..4, 2usize..6, 1usize..4).prop_flat_map(|(inner, more, units, periods)| {
        let nodes: Vec<_> = (0..inner).map(node).collect();
        let leaves = vec((node(inner), any::<bool>()), inner + more);
        let value = prop_oneof![1 => Just(None), 6 => (-50i32..500).prop_map(Some)];
        let values = vec(vec(vec(value, periods), units), inner + more);
        let methods = (0..NORMALISATIONS.len(), any::<bool>(), 0..COVERAGES.len());
        (nodes, leaves, values, methods).prop_map(|(nodes, mut leaves, values, methods)| {
            // Each node has a child.
            for (i, (leaf, _)) in leaves.iter_mut().enumerate().take(nodes.len()) {
                leaf.parent = i;
            }
            let (normalisation, is_by_period, coverage) = methods;
            Case { nodes, leaves, values, normalisation, is_by_period, coverage }
        })
    })
}

impl Case {
    fn panel(&self) -> String {
        let mut rows = Vec::new();
        for (i, units) in self.values.iter().enumerate() {
            for (unit, periods) in units.iter().enumerate() {
                for (period, value) in periods.iter().enumerate() {
                    let value = value.map_or("NULL".to_owned(), |x| f64::from(x).to_string());
                    rows.push(format!("('u{unit}', {period}, 'i{i}', {value})"));
                }
            }
        }
        format!(
            "CREATE TABLE panel (unit VARCHAR, period INT, indicator VARCHAR, value DOUBLE) AS \
             VALUES {}",
            rows.join(", ")
        )
    }

    fn framework(&self) -> String {
        let mut rows = Vec::new();
        for (i, node) in self.nodes.iter().enumerate() {
            let parent = if i == 0 { "NULL".to_owned() } else { format!("'n{}'", node.parent) };
            let weight = if i == 0 { "NULL".to_owned() } else { node.weight.to_string() };
            let (aggregation, _) = AGGREGATIONS[node.aggregation];
            rows.push(format!("('n{i}', {parent}, {weight}, NULL, '{aggregation}')"));
        }
        for (i, (leaf, is_inverted)) in self.leaves.iter().enumerate() {
            let direction = if *is_inverted { -1 } else { 1 };
            let Node { parent, weight, .. } = leaf;
            rows.push(format!("('i{i}', 'n{parent}', {weight}, {direction}, NULL)"));
        }
        format!(
            "CREATE TABLE framework (code VARCHAR, parent VARCHAR, weight DOUBLE, direction INT, \
             aggregation VARCHAR) AS VALUES {}",
            rows.join(", ")
        )
    }

    fn in_one_statement(&self) -> String {
        let (normalisation, _) = NORMALISATIONS[self.normalisation];
        let reference = if self.is_by_period { "period" } else { "all" };
        let coverage = COVERAGES[self.coverage];
        format!(
            "SELECT score FROM composite_index(panel, framework, \
             normalisation => '{normalisation}', reference => '{reference}', \
             min_coverage => {coverage}) ORDER BY code, unit, period"
        )
    }

    /// Each node is a query over its children.
    fn step_by_step(&self) -> String {
        let (_, normalisation) = NORMALISATIONS[self.normalisation];
        let period = if self.is_by_period { ", period" } else { "" };
        let mut text = format!(
            "WITH scores AS (SELECT unit, period, indicator, \
             {normalisation} OVER (PARTITION BY indicator{period}) AS score \
             FROM panel JOIN framework ON code = indicator)"
        );
        for i in (0..self.nodes.len()).rev() {
            let mut children = Vec::new();
            for (leaf, (node, _)) in self.leaves.iter().enumerate() {
                if node.parent == i {
                    let weight = node.weight;
                    children.push(format!(
                        "SELECT unit, period, score, {weight}.0 AS weight FROM scores \
                         WHERE indicator = 'i{leaf}'"
                    ));
                }
            }
            for (child, node) in self.nodes.iter().enumerate().skip(1) {
                if node.parent == i {
                    let weight = node.weight;
                    children.push(format!(
                        "SELECT unit, period, score, {weight}.0 AS weight FROM n{child}"
                    ));
                }
            }
            let (_, call) = AGGREGATIONS[self.nodes[i].aggregation];
            let coverage = COVERAGES[self.coverage];
            text += &format!(
                ", n{i} AS (SELECT unit, period, {call}{coverage}) AS score FROM ({}) \
                 GROUP BY unit, period)",
                children.join(" UNION ALL ")
            );
        }
        let mut all = vec!["SELECT indicator AS code, unit, period, score FROM scores".to_owned()];
        all.extend(
            (0..self.nodes.len()).map(|i| format!("SELECT 'n{i}', unit, period, score FROM n{i}")),
        );
        format!(
            "{text} SELECT score FROM ({}) ORDER BY code, unit, period",
            all.join(" UNION ALL ")
        )
    }
}

/// The one column of an answer, or that there is none.
async fn scores(context: &SessionContext, sql: &str) -> Result<Vec<Option<f64>>, String> {
    let frame = goalposts::sql(context, sql).await.map_err(|error| format!("{sql}\n{error}"))?;
    let schema = frame.schema().inner().clone();
    let batches = frame.collect().await.map_err(|error| error.to_string())?;
    let rows = concat_batches(&schema, &batches).map_err(|error| error.to_string())?;
    let column = cast(rows.column(0), &DataType::Float64).map_err(|error| error.to_string())?;
    Ok(column.as_primitive::<Float64Type>().iter().collect())
}

fn composite_index_is_its_steps() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let config = Config { cases: 60, failure_persistence: None, ..Config::default() };
    let seed = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let scored = Cell::new(0);
    let outcome = TestRunner::new_with_rng(config, seed).run(&cases(), |case| {
        runtime
            .block_on(async {
                let context = SessionContext::new();
                goalposts::register_all(&context).expect("the functions can be registered");
                for table in [case.panel(), case.framework()] {
                    goalposts::sql(&context, &table).await.expect("a table");
                }
                let want = scores(&context, &case.step_by_step()).await;
                let got = scores(&context, &case.in_one_statement()).await;
                match (want, got) {
                    (Ok(want), Ok(got)) => {
                        prop_assert_eq!(want.len(), got.len());
                        for (row, (want, got)) in want.iter().zip(&got).enumerate() {
                            let is_same = match (want, got) {
                                (Some(want), Some(got)) => (want - got).abs() <= 1e-12 * want.abs(),
                                (None, None) => true,
                                _ => false,
                            };
                            prop_assert!(is_same, "row {row}: must be {want:?}, got {got:?}");
                        }
                        Ok(want.iter().flatten().count())
                    }
                    // A score that a mean cannot take is refused by both.
                    (Err(want), Err(got)) if want.contains("agg_") && got.contains("agg_") => Ok(0),
                    (want, got) => {
                        prop_assert!(false, "steps: {want:?}\none statement: {got:?}");
                        Ok(0)
                    }
                }
            })
            .map(|count| scored.set(scored.get() + count))
    });
    outcome.unwrap_or_else(|fault| panic!("{fault}"));
    assert!(scored.get() > 1000, "only {} scores were compared", scored.get());
}
