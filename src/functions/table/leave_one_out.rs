//! `leave_one_out(panel, framework, ...)`: the index without each of its nodes in turn.

use crate::index::analysis::leave_one_out::without;
use crate::index::input::IndexInput;
use crate::index::methods::rows::RowMethods;

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, UInt32Array, new_null_array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;

use super::arguments::Arguments;
use super::function::{Column, ColumnType, Inputs, Spec, TableFunction, no_faults};
use super::output::{NodeLabels, Output, rows};
use super::parameters::{FRAMEWORK, PANEL};
use super::request::Request;
use crate::framework::{Faults, Framework};
use crate::index::methods::bound::Methods;
use crate::index::methods::steps::Steps;
use crate::index::methods::unused::unused;
use crate::index::place::UnitPeriod;
use crate::index::steps::scores::ranks;
use crate::index::steps::scores::{number_at, rank_at};
use crate::page::{DefaultValue, Kind, Null, Parameter, Role, page};

page! {
    pub static PAGE = Page {
        name: "leave_one_out",
        family: Index,
        syntax: [
            "leave_one_out(panel, framework, level => NULL, normalisation => 'minmax', ...)",
        ],
        summary: "How sensitive the ranking is to each component: the index is recomputed leaving \
                  out one node at a time.",
        formula: "score without k: the nodes above k recomputed from their other children, whose \
                  weights are rescaled to sum to 1; rank_shift = nominal_rank - rank",
        parameters: &[
            PANEL,
            FRAMEWORK,
            Parameter {
                name: "level",
                role: Role::Setting,
                kind: Kind::Constant,
                meaning: "only nodes of this level are left out: 1 for the indicators",
                null: Null::Means("nodes of all levels"),
                default: DefaultValue::Null,
            },
        ],
        shares_arguments: true,
        returns: "One row per unit, period and node left out (every node but the root), for each \
                  unit and period with a row in the panel: unit, period (NULL if the panel has \
                  none), removed (code of the node left out), parent and level of that node, \
                  score (of the root without it; NULL if none can be computed), rank (1 for the \
                  highest such score in a period; ties share the best rank), nominal_score and \
                  nominal_rank (of the whole index), rank_shift (nominal_rank - rank: above 0: \
                  the unit ranks higher without the node). Ordered by unit, period and position \
                  in the framework.",
        notes: "Imputed and treated values and normalised scores are unchanged; only the nodes \
                above the one left out are recomputed. Weights that are learned from the scores \
                (weighting => ...) are those of the whole index, rescaled over the siblings. The \
                node is removed under any aggregation, including those without weights (min). A \
                parent that loses its only child, or the only one with a weight, has no score \
                and is missing for the nodes above it. A condition on removed, parent, level \
                or period with constants saves the computation for the others. Compensability: that of the \
                aggregation.",
        errors: "As composite_index; a level that is not a whole number from 1, or is not that \
                 of a node below the root; an aggregation that compares units (copeland, borda, \
                 topsis, bod) over several periods at once (use reference => 'period').",
        example: "SELECT removed, avg(abs(rank_shift)) AS mean_shift\n\
                  FROM leave_one_out(\n\
                  \x20 (SELECT * FROM (VALUES ('A', 'homes', 0), ('A', 'jobs', 60), ('A', 'water', 60),\n\
                  \x20                        ('B', 'homes', 90), ('B', 'jobs', 30), ('B', 'water', 30))\n\
                  \x20  AS t(unit, indicator, value)),\n\
                  \x20 (SELECT * FROM (VALUES ('homes'), ('jobs'), ('water')) AS t(code)),\n\
                  \x20 normalisation => 'none')\n\
                  GROUP BY removed ORDER BY removed",
        example_result: ["homes 1.0", "jobs 0.0", "water 0.0"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 7; COINr, \
                    remove_elements.",
    };
}

/// The index without each of its nodes.
#[derive(Debug)]
pub struct LeaveOneOut {
    steps: Steps,
    level: Option<usize>,
}

const COLUMNS: &[Column] = &[
    ("unit", ColumnType::Unit, false),
    ("period", ColumnType::Period, true),
    ("removed", ColumnType::Text, false),
    ("parent", ColumnType::Text, false),
    ("level", ColumnType::Integer, false),
    ("score", ColumnType::Number, true),
    ("rank", ColumnType::Integer, true),
    ("nominal_score", ColumnType::Number, true),
    ("nominal_rank", ColumnType::Integer, true),
    ("rank_shift", ColumnType::Integer, true),
];

impl TableFunction for LeaveOneOut {
    fn bind(arguments: &Arguments) -> Result<Self> {
        let constants = &arguments.constants;
        let level = match constants.get("level")? {
            Some(_) => Some(constants.whole("level", 1..=u64::from(u32::MAX))? as usize),
            None => None,
        };
        Ok(Self { steps: arguments.steps()?, level })
    }

    fn spec(&self) -> Spec<'_> {
        Spec { page: &PAGE, steps: &self.steps, columns: COLUMNS, node_column: Some("removed") }
    }

    fn describe(&self) -> String {
        let nodes = match self.level {
            Some(level) => format!("node of level {level}"),
            None => "node".to_owned(),
        };
        format!("{}, aggregate again without each {nodes}", self.steps.describe())
    }

    fn methods(&self, framework: &Framework, rows: &RowMethods) -> Result<Methods, Faults> {
        let methods = Methods::new(framework, rows, &self.steps)?;
        let mut faults = unused(framework, &[(&self.steps, &methods)], None);
        let (nodes, root) = (framework.nodes(), framework.root());
        let is_there =
            |level: usize| (0..nodes.len()).any(|i| i != root && nodes[i].level == level);
        if let Some(level) = self.level.filter(|&level| !is_there(level)) {
            faults.push(format!("level must be that of a node below the root, got {level}"));
        }
        no_faults(faults)?;
        Ok(methods)
    }

    fn compute(&self, Inputs { mut index, .. }: Inputs, request: Request) -> Result<Output> {
        let scores = index.scores()?;
        let IndexInput { framework, methods, panel, execution, reservation, .. } = index;
        let (nodes, root, periods) = (framework.nodes(), framework.root(), scores.periods);
        let is_wanted = |&node: &usize| {
            node != root && self.level.is_none_or(|level| nodes[node].level == level)
        };
        let removed: Vec<usize> = request.nodes.iter().copied().filter(is_wanted).collect();

        let shifts = request.wants("rank_shift");
        let (ranked, nominally) =
            (shifts || request.wants("rank"), shifts || request.wants("nominal_rank"));
        let scored = ranked || request.wants("score");
        let number = |wanted: bool| if wanted { removed.len() * periods } else { 0 };
        let per_cell =
            usize::from(scored) * size_of::<f64>() + usize::from(ranked) * size_of::<u32>();
        reservation.try_grow(removed.len() * periods * panel.units.len() * per_cell)?;
        let unwanted = new_null_array(&DataType::Float64, panel.units.len());
        let tops = execution.each(number(scored), |i| match i % periods {
            period if request.wants_period(period) => {
                without(&methods, &framework, &panel, &scores, removed[i / periods], period)
            }
            _ => Ok(Arc::clone(&unwanted)),
        })?;
        let new: Vec<UInt32Array> =
            execution.each(number(ranked), |i| Ok(ranks(tops[i].as_primitive())))?;
        let nominal: Vec<UInt32Array> = execution
            .each(if nominally { periods } else { 0 }, |period| Ok(scores.ranks(root, period)))?;

        let items = NodeLabels::of(&framework, &removed).items("removed");
        Ok(rows(&panel, items, request, move |block| {
            let rank = |UnitPeriod { unit, period }: UnitPeriod, item: usize| {
                rank_at(&new[item * periods + period], unit)
            };
            let nominal_rank =
                |UnitPeriod { unit, period }: UnitPeriod| rank_at(&nominal[period], unit);
            block.batch(|name| {
                Ok(match name {
                    "score" => block.numbers(|UnitPeriod { unit, period }, item| {
                        number_at(tops[item * periods + period].as_primitive(), unit)
                    }),
                    "rank" => block.integers(rank),
                    "nominal_score" => block.numbers(|UnitPeriod { unit, period }, _| {
                        number_at(scores.column(root, period), unit)
                    }),
                    "nominal_rank" => block.integers(|place, _| nominal_rank(place)),
                    _ => block
                        .integers(|place, item| Some(nominal_rank(place)? - rank(place, item)?)),
                })
            })
        }))
    }
}
