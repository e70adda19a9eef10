//! `weights(panel, framework, ...)`: what each node weighs, and how much it counts.

use crate::index::analysis::weights::{NodeScores, Optimised, Relation};
use crate::index::input::IndexInput;
use crate::index::methods::reference::ReferenceSet;
use crate::index::steps::weigh::stated_weight;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::common::Result;

use super::arguments::Arguments;
use super::function::{Column, ColumnType, Inputs, Spec, TableFunction};
use super::output::{NodeLabels, Output};
use super::parameters::{FRAMEWORK, PANEL};
use super::request::Request;
use crate::index::methods::steps::Steps;
use crate::page::{DefaultValue, Kind, Null, Parameter, Role, page};

page! {
    pub static PAGE = Page {
        name: "weights",
        family: Index,
        syntax: ["weights(panel, framework, optimise => 'none', ...)"],
        summary: "Weights and importance: nominal and effective weight of each node, the \
                  correlation of its scores with those above it, and the weights that would give \
                  each component its intended importance.",
        formula: "effective_weight = product of the weights from the root down; correlation: \
                  Pearson, over all units and periods that both have; correlation_share = r / Σ \
                  r over the children of the parent; optimised: the weights v / sd, scaled to \
                  sum to 1, v ≥ 0, for which the shares r / Σ r of the children with their new \
                  mean are the targets (R v ∝ t, R the correlations of the children), or as \
                  close to them as possible",
        parameters: &[PANEL, FRAMEWORK, OPTIMISE],
        shares_arguments: true,
        returns: "One row per node of the framework: period (NULL; a row per period of the panel \
                  where weights are learned period by period: weighting with reference => \
                  'period'), code, parent, level (1 for an indicator, 1 + the highest level of \
                  its children for the others), weight (share within the parent; the root 1), \
                  effective_weight (share in the whole), correlation (with the scores of the \
                  parent; NULL for the root), correlation_with_top (with those of the root), \
                  correlation_share (its share in the sum over the siblings), optimised_weight \
                  and optimised_share (the optimised weight, and the correlation share obtained \
                  with it). Ordered by period and position in the framework.",
        notes: "Weights are rates at which scores compensate each other; the importance of a \
                child also depends on the variances and correlations of the scores, which the \
                correlations show. Weights are those under full coverage; contributions returns \
                those of each unit. A correlation is NULL for fewer than three common rows or if \
                one of the two does not vary; a share is NULL if the correlation of a sibling is \
                NULL or their sum is not above 0. A node of direction -1 has its correlations as \
                it stands; shares and optimised weights take it as it enters its parent, turned. \
                Weights are optimised for each parent \
                separately, given the scores of its children, over the units and periods that \
                have all of them. They assume an arithmetic mean and are NULL under any other \
                aggregation or a node with decimals, if a child does not vary, and for fewer than three common rows. If \
                optimised_share differs from the target, no weights >= 0 attain it. If weights \
                are learned by period, correlations are still computed over all periods. Shares \
                are of r, as in COINr. Becker et al. measure importance by the correlation \
                ratio, which is r squared for a linear relation; its shares are correlation * \
                correlation / sum(correlation * correlation) OVER (PARTITION BY parent).",
        errors: "As composite_index; optimise not one of 'none', 'equal', 'weights'.",
        example: "SELECT code, effective_weight, round(correlation_share, 3) AS share, \
                  round(optimised_weight, 3) AS optimised\n\
                  FROM weights(\n\
                  \x20 (SELECT * FROM (VALUES ('A', 'income', 1), ('B', 'income', 2), ('C', 'income', 3), ('D', 'income', 4),\n\
                  \x20                        ('A', 'health', 60), ('B', 'health', 40), ('C', 'health', 80), ('D', 'health', 60))\n\
                  \x20  AS t(unit, indicator, value)),\n\
                  \x20 (SELECT * FROM (VALUES ('income', 3), ('health', 1)) AS t(code, weight)),\n\
                  \x20 normalisation => 'none', optimise => 'equal')",
        example_result: [
            "income 0.75 0.34 0.927",
            "health 0.25 0.66 0.073",
            "index 1.0 NULL NULL",
        ],
        reference: "Becker, Saisana, Paruolo and Vandecasteele (2017), Weights and importance in \
                    composite indicators: closing the gap, Ecological Indicators 80; COINr, \
                    get_eff_weights and get_opt_weights.",
    };
}

const OPTIMISE: Parameter = Parameter {
    name: "optimise",
    role: Role::Setting,
    kind: Kind::Choice(&["none", "equal", "weights"]),
    meaning: "target correlation shares of the children of a parent: 'equal' shares, or shares equal to their 'weights'; 'none': no optimisation",
    null: Null::Means("as 'none'"),
    default: DefaultValue::Word("none"),
};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Target {
    Equal,
    Weights,
}

/// The targets in the order of the words of [`OPTIMISE`].
const TARGETS: [Option<Target>; 3] = [None, Some(Target::Equal), Some(Target::Weights)];

/// Weights and correlations.
#[derive(Debug)]
pub struct Weights {
    steps: Steps,
    target: Option<Target>,
}

const COLUMNS: &[Column] = &[
    ("period", ColumnType::Period, true),
    ("code", ColumnType::Text, false),
    ("parent", ColumnType::Text, true),
    ("level", ColumnType::Integer, false),
    ("weight", ColumnType::Number, false),
    ("effective_weight", ColumnType::Number, false),
    ("correlation", ColumnType::Number, true),
    ("correlation_with_top", ColumnType::Number, true),
    ("correlation_share", ColumnType::Number, true),
    ("optimised_weight", ColumnType::Number, true),
    ("optimised_share", ColumnType::Number, true),
];

impl TableFunction for Weights {
    fn bind(arguments: &Arguments) -> Result<Self> {
        let target = match arguments.constants.get(OPTIMISE.name)? {
            None => None,
            Some(_) => TARGETS[arguments.constants.choice(OPTIMISE.name)?],
        };
        Ok(Self { steps: arguments.steps()?, target })
    }

    fn spec(&self) -> Spec<'_> {
        Spec { page: &PAGE, steps: &self.steps, columns: COLUMNS, node_column: Some("code") }
    }

    fn describe(&self) -> String {
        let optimised = match self.target {
            None => "",
            Some(Target::Equal) => ", optimise weights for equal correlations",
            Some(Target::Weights) => ", optimise weights for correlations as the weights",
        };
        format!("{}, correlate{optimised}", self.steps.describe())
    }

    fn compute(&self, Inputs { mut index, .. }: Inputs, request: Request) -> Result<Output> {
        let nodes = index.framework.nodes();
        let wants = |columns: &[&str]| columns.iter().any(|column| request.wants(column));
        let wants_correlations =
            wants(&["correlation", "correlation_with_top", "correlation_share"]);
        let wants_optimised =
            self.target.is_some() && wants(&["optimised_weight", "optimised_share"]);
        let has_learned = |node: usize| {
            nodes[node].leaf.is_none() && index.methods.learns_weights(&index.framework, node)
        };
        let learns = (0..nodes.len()).any(has_learned);
        let scores = match learns || wants_correlations || wants_optimised {
            true => Some(index.scores()?),
            false => None,
        };
        let IndexInput { framework, methods, panel, execution, .. } = index;
        let nodes = framework.nodes();
        let by_period = learns && self.steps.reference == ReferenceSet::Period;
        // Weights of no period are those of each of them.
        let times = match (by_period, learns) {
            (true, _) => panel.periods.len(),
            (false, true) => panel.periods.len().min(1),
            (false, false) => 1,
        };
        let weight = |time: usize, node: usize| match &scores {
            Some(scores) if learns => scores.weight(node, time),
            _ => match nodes[node].parent {
                Some(parent) if methods.weighs_as_stated(parent) => stated_weight(&nodes[node]),
                _ => nodes[node].weight,
            },
        };

        let mut relations = vec![Relation::default(); nodes.len()];
        let mut optimised = vec![Optimised::new(); times];
        if let Some(scores) = &scores {
            let data = NodeScores { framework: &framework, scores, units: panel.units.len() };
            if wants_correlations {
                relations =
                    data.relations(&request.nodes, request.wants("correlation_share"), &execution)?;
            }
            if wants_optimised {
                let targets = |time: usize, node: usize| match self.target {
                    Some(Target::Weights) => weight(time, node),
                    _ => 1.0,
                };
                optimised = data.optimised(&methods, &request.nodes, times, targets, &execution)?;
            }
        }

        let rows = times * request.nodes.len();
        let labels = NodeLabels::new(
            (0..times).flat_map(|_| request.nodes.iter().map(|&node| (&framework, node))),
        );
        let each = |f: &dyn Fn(usize, usize) -> Option<f64>| -> ArrayRef {
            let cells = (0..times).flat_map(|time| request.nodes.iter().map(move |&i| f(time, i)));
            Arc::new(cells.collect::<Float64Array>())
        };
        let effective: Vec<Vec<f64>> =
            (0..times).map(|time| framework.effective_weights(|node| weight(time, node))).collect();
        let of_time = |time: usize, node: usize| -> Option<(f64, f64)> {
            optimised[time].iter().find(|(of, _)| *of == node).map(|(_, answer)| *answer)
        };
        let batch = request.batch(rows, |name| {
            Ok(match name {
                "period" => {
                    let period = |time: usize| by_period.then_some(time as u32);
                    let of_time = (0..times).map(period);
                    let of_row =
                        of_time.flat_map(|period| std::iter::repeat_n(period, request.nodes.len()));
                    take(&panel.periods, &of_row.collect::<UInt32Array>(), None)?
                }
                "code" => Arc::clone(&labels.codes),
                "parent" => Arc::clone(&labels.parents),
                "level" => Arc::clone(&labels.levels),
                "weight" => each(&|time, node| Some(weight(time, node))),
                "effective_weight" => each(&|time, node| Some(effective[time][node])),
                "correlation" => each(&|_, node| relations[node].with_parent),
                "correlation_with_top" => each(&|_, node| relations[node].with_top),
                "correlation_share" => each(&|_, node| relations[node].share),
                "optimised_weight" => each(&|time, node| of_time(time, node).map(|of| of.0)),
                _ => each(&|time, node| of_time(time, node).map(|of| of.1)),
            })
        })?;
        Ok(Output::in_parts(&batch))
    }
}
