//! `correlations(panel, framework, ...)`: correlations between the components of an index.

use crate::index::analysis::correlations::Places;
use crate::index::input::IndexInput;
use crate::index::methods::rows::RowMethods;
use crate::index::methods::used::Argument;
use std::sync::Arc;

use datafusion::arrow::array::{Array, Float64Array, Int64Array, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{Result, plan_err};

use super::arguments::Arguments;
use super::function::{Column, ColumnType, Inputs, Spec, TableFunction, no_faults};
use super::output::{NodeLabels, Output, ROWS};
use super::parameters::{FRAMEWORK, PANEL};
use super::request::Request;
use crate::framework::{Faults, Framework};
use crate::index::execution::Execution;
use crate::index::methods::bound::Methods;
use crate::index::methods::steps::Steps;
use crate::index::methods::unused::unused;
use crate::kernel::{Association, Correlation};
use crate::page::{DefaultValue, Kind, Null, Parameter, Role, page};

const OF: Parameter = Parameter {
    name: "of",
    role: Role::Setting,
    kind: Kind::Choice(&["scores", "values"]),
    meaning: "scores of all nodes, or values of the indicators: as in the panel, divided by the denominator and transformed if the framework states it, imputed and treated if the call does; not inverted by direction",
    null: Null::Error,
    default: DefaultValue::Word("scores"),
};

const METHOD: Parameter = Parameter {
    name: "method",
    role: Role::Setting,
    kind: Kind::Choice(&["pearson", "spearman", "kendall"]),
    meaning: "linear (pearson), of ranks (spearman), or by concordant and discordant pairs (kendall)",
    null: Null::Error,
    default: DefaultValue::Word("pearson"),
};

const WITHIN: Parameter = Parameter {
    name: "within",
    role: Role::Setting,
    kind: Kind::Choice(&["all", "siblings", "parents"]),
    meaning: "every pair of nodes, the children of each parent with each other, or each node with each of the nodes above it",
    null: Null::Error,
    default: DefaultValue::Word("all"),
};

page! {
    pub static PAGE = Page {
        name: "correlations",
        family: Index,
        syntax: [
            "correlations(panel, framework, of => 'scores', method => 'pearson', \
             within => 'all', ...)",
        ],
        summary: "Correlations between the components of an index: indicators and nodes with each \
                  other, within and across levels.",
        formula: "as stat_correlation, over all units and periods of the panel for which both of \
                  a pair have a value",
        parameters: &[PANEL, FRAMEWORK, OF, METHOD, WITHIN],
        shares_arguments: true,
        returns: "One row per pair: code_a, code_b, level_a, level_b (1 for an indicator), \
                  correlation (-1 to 1; NULL for fewer than three common units and periods, or \
                  if one of the two does not vary in them), n (common units and periods), \
                  p_value (two-sided, of no correlation; as stat_correlation: exact for few \
                  units without ties, else by the t distribution or, for Kendall, the normal \
                  distribution). Each pair of two nodes once, in the order of the framework; \
                  within 'parents' a is the node and b the one above it, the nearest first.",
        notes: "Pairwise complete: a missing score is excluded from its own pairs only. \
                Pearson's measures linear, Spearman's and Kendall's monotonic association. \
                Values are not inverted by direction: indicators that rise together correlate \
                positively, whether more or less of them is better. They are \
                correlated as transformed: reciprocal makes high values low. To find \
                redundant siblings: within => 'siblings', and WHERE correlation > 0.9. \
                Compensability of the scores: that of the aggregation.",
        errors: "As composite_index; of, method or within not one of its values; of => 'values' \
                 with within => 'parents': only indicators have values.",
        example: "SELECT code_a, code_b, correlation, n\n\
                  FROM correlations(\n\
                  \x20 (SELECT * FROM (VALUES ('A', 'homes', 1), ('B', 'homes', 2), ('C', 'homes', 3),\n\
                  \x20                        ('A', 'jobs', 1), ('B', 'jobs', 3), ('C', 'jobs', 2))\n\
                  \x20  AS t(unit, indicator, value)),\n\
                  \x20 (SELECT * FROM (VALUES ('homes'), ('jobs')) AS t(code)), of => 'values')",
        example_result: ["homes jobs 0.5 3"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, steps 4 and 8; \
                    Knight, W.R. (1966), A computer method for calculating Kendall's tau with \
                    ungrouped data; COINr, get_corr.",
    };
}

/// Correlations of parts of an index.
#[derive(Debug)]
pub struct Correlations {
    steps: Steps,
    of_values: bool,
    association: Association,
    within: Within,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Within {
    All,
    Siblings,
    Parents,
}

const COLUMNS: &[Column] = &[
    ("code_a", ColumnType::Text, false),
    ("code_b", ColumnType::Text, false),
    ("level_a", ColumnType::Integer, false),
    ("level_b", ColumnType::Integer, false),
    ("correlation", ColumnType::Number, true),
    ("n", ColumnType::Integer, false),
    ("p_value", ColumnType::Number, true),
];

impl TableFunction for Correlations {
    fn bind(arguments: &Arguments) -> Result<Self> {
        let of_values = arguments.constants.choice(OF.name)? == 1;
        let this = Self {
            steps: Steps { normalises: !of_values, ..arguments.steps()? },
            of_values,
            association: match arguments.constants.choice(METHOD.name)? {
                0 => Association::Pearson,
                1 => Association::Spearman,
                _ => Association::Kendall,
            },
            within: match arguments.constants.choice(WITHIN.name)? {
                0 => Within::All,
                1 => Within::Siblings,
                _ => Within::Parents,
            },
        };
        if this.of_values && this.within == Within::Parents {
            return plan_err!(
                "{}: of must be 'scores' within 'parents', got 'values' (which only indicators have)",
                PAGE.name
            );
        }
        Ok(this)
    }

    fn spec(&self) -> Spec<'_> {
        Spec { page: &PAGE, steps: &self.steps, columns: COLUMNS, node_column: None }
    }

    fn describe(&self) -> String {
        let method = format!("{:?}", self.association).to_lowercase();
        let (steps, what) = match self.of_values {
            true => (self.steps.describe_preparation(), "values"),
            false => (self.steps.describe(), "scores"),
        };
        let correlate = format!("correlate {what} by {method}");
        if steps.is_empty() { correlate } else { format!("{steps}, {correlate}") }
    }

    fn methods(&self, framework: &Framework, rows: &RowMethods) -> Result<Methods, Faults> {
        let methods = Methods::new(framework, rows, &self.steps)?;
        if !self.of_values {
            no_faults(unused(framework, &[(&self.steps, &methods)], None))?;
            return Ok(methods);
        }
        // Values are correlated before they are normalised.
        let mut only = vec![
            Argument::Imputation,
            Argument::ImputationGroup,
            Argument::Treatment,
            Argument::TreatmentReference,
            Argument::Reference,
        ];
        if methods.imputation.as_ref().is_some_and(|whole| whole.call.sees(Role::Direction)) {
            only.push(Argument::Direction);
        }
        no_faults(unused(framework, &[(&self.steps, &methods)], Some(&only)))?;
        Ok(methods)
    }

    fn compute(&self, Inputs { mut index, .. }: Inputs, request: Request) -> Result<Output> {
        let scores = match self.of_values {
            true => None,
            false => Some(index.scores()?),
        };
        let IndexInput { framework, methods, mut panel, execution, reservation, .. } = index;
        let nodes = framework.nodes();
        if self.of_values {
            methods.prepare(&framework, &mut panel, &execution)?;
        }
        let periods = panel.periods.len();
        let column = |node: usize, period: usize| match (&scores, nodes[node].leaf) {
            (Some(scores), _) => Some(&scores.columns[node * periods + period]),
            (None, Some(leaf)) => Some(panel.column(leaf, period)),
            (None, None) => None,
        };
        let places = Places::of(&panel);
        let matrix = |nodes: &[usize]| places.matrix(nodes, &column);
        let has_column = |node: &usize| !self.of_values || nodes[*node].leaf.is_some();

        let mut pairs: Vec<(usize, usize, Correlation)> = Vec::new();
        if self.within == Within::Parents {
            // Each node with each of the nodes above it.
            let above = |node| framework.above(node).map(move |above| (node, above));
            let above: Vec<(usize, usize)> = (0..nodes.len()).flat_map(above).collect();
            let held = size_of::<(usize, usize, Correlation)>();
            reservation.try_grow(above.len() * held)?;
            pairs = execution.each(above.len(), |i| {
                let (node, ancestor) = above[i];
                let both = self.association.of(&matrix(&[node, ancestor]));
                Ok((node, ancestor, both.get(1).copied().unwrap_or_default()))
            })?;
        } else {
            let groups: Vec<Vec<usize>> = match self.within {
                Within::All => vec![(0..nodes.len()).filter(has_column).collect()],
                _ => nodes
                    .iter()
                    .map(|node| node.children.iter().copied().filter(has_column).collect())
                    .collect(),
            };
            for group in groups.iter().filter(|group| group.len() > 1) {
                let size = group.len();
                // The cells, and of each pair: its sums, the correlation, and the row it becomes.
                let per_pair = 2 * size_of::<[f64; 4]>() + 3 * size_of::<Correlation>();
                let held = size * places.number * size_of::<f64>() + size * size * per_pair;
                reservation.try_grow(held)?;
                let found = self.association.of_with(&matrix(group), &execution)?;
                for a in 0..size {
                    let of_a = (a + 1..size).map(|b| (group[a], group[b], found[a * size + b]));
                    pairs.extend(of_a);
                }
            }
            pairs.sort_by_key(|(a, b, _)| (*a, *b));
        }
        let batches = batches(&framework, pairs, request, &execution)?;
        Ok(Output::Batches(batches))
    }
}

fn batches(
    framework: &Framework,
    pairs: Vec<(usize, usize, Correlation)>,
    request: Request,
    execution: &Execution,
) -> Result<Vec<RecordBatch>> {
    let NodeLabels { codes, levels, .. } = NodeLabels::of_all(framework);
    let chunks: Vec<_> = pairs.chunks(ROWS).collect();
    execution.each(chunks.len(), |i| {
        let pairs = chunks[i];
        let a = || -> UInt32Array { pairs.iter().map(|(a, ..)| *a as u32).collect() };
        let b = || -> UInt32Array { pairs.iter().map(|(_, b, _)| *b as u32).collect() };
        request.batch(pairs.len(), |name| {
            Ok(match name {
                "code_a" => take(&codes, &a(), None)?,
                "code_b" => take(&codes, &b(), None)?,
                "level_a" => take(&levels, &a(), None)?,
                "level_b" => take(&levels, &b(), None)?,
                "n" => Arc::new(pairs.iter().map(|pair| pair.2.n as i64).collect::<Int64Array>()),
                "p_value" => {
                    Arc::new(pairs.iter().map(|pair| pair.2.p_value).collect::<Float64Array>())
                }
                _ => Arc::new(pairs.iter().map(|pair| pair.2.value).collect::<Float64Array>()),
            })
        })
    })
}
