//! `unit_profile(panel, framework, ...)`: each unit beside its group, the best and the worst.

use std::sync::Arc;

use datafusion::arrow::array::{Array, StringViewArray};
use datafusion::common::Result;

use super::arguments::Arguments;
use super::function::{Column, ColumnType, Inputs, Spec, TableFunction};
use super::output::{NodeLabels, Output, rows};
use super::parameters::{FRAMEWORK, PANEL, UNIT_GROUP};
use super::request::Request;
use crate::engine::interner::text;
use crate::index::analysis::profiles::{Beside, Members, Profiles};
use crate::index::input::IndexInput;
use crate::index::methods::steps::Steps;
use crate::index::panel::{Panel, UnitGroups};
use crate::index::place::UnitPeriod;
use crate::index::steps::scores::number_at;
use crate::page::page;

page! {
    pub static PAGE = Page {
        name: "unit_profile",
        family: Index,
        syntax: ["unit_profile(panel, framework, unit_group => NULL, ...)"],
        summary: "The profile of each unit: its score and rank at every node beside the mean and the \
                  median of its group, and beside the best and the worst of all units.",
        formula: "gap_to_mean = score - group_mean; gap_to_best = score - best",
        parameters: &[PANEL, FRAMEWORK, UNIT_GROUP],
        shares_arguments: true,
        returns: "One row per unit, period and node of the framework, for each unit and period \
                  with a row in the panel: unit, period (NULL if the panel has none), unit_group \
                  (VARCHAR; NULL without groups), code, parent, level, score, rank (1 for the highest \
                  score of the node in the period; ties share the best rank), n (units with a score), \
                  group_rank and group_n (the same within the group), group_mean (not weighted), \
                  group_median, best, worst (highest and lowest score of all units), \
                  gap_to_mean, gap_to_best (0 or less). Columns of scores are in the unit of the \
                  scores. A unit without a score has no ranks and no gaps, and the other columns all the \
                  same; means, medians, best and worst of no scores are NULL, and what exceeds the \
                  range of DOUBLE. Ordered by unit, period and position in the framework.",
        notes: "A radar chart of a unit is its rows of one level: score, group_mean, best. The unit itself \
                is one of its group. A group may change from period to period. best is the highest \
                score also of a node of direction -1, which counts against its parent. A filter on \
                the result does not change the groups; one inside the panel's query does.",
        errors: "As composite_index; two groups of one unit in a period.",
        example: "SELECT unit, score, rank, group_rank, group_mean, gap_to_best\n\
                  FROM unit_profile(\n\
                  \x20 (SELECT * FROM (VALUES ('A', 'north', 'jobs', 10), ('B', 'north', 'jobs', 40), ('C', 'south', 'jobs', 60))\n\
                  \x20  AS t(unit, region, indicator, value)),\n\
                  \x20 (SELECT 'jobs' AS code), normalisation => 'none', unit_group => region)\n\
                  WHERE code = 'jobs'",
        example_result: [
            "A 10.0 3 2 25.0 -50.0",
            "B 40.0 2 1 25.0 -20.0",
            "C 60.0 1 1 60.0 0.0",
        ],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, steps 8 and 10; COINr, \
                    get_unit_summary.",
    };
}

/// Units beside others.
#[derive(Debug)]
pub struct UnitProfile {
    steps: Steps,
    group: Option<String>,
}

const COLUMNS: &[Column] = &[
    ("unit", ColumnType::Unit, false),
    ("period", ColumnType::Period, true),
    ("unit_group", ColumnType::Text, true),
    ("code", ColumnType::Text, false),
    ("parent", ColumnType::Text, true),
    ("level", ColumnType::Integer, false),
    ("score", ColumnType::Number, true),
    ("rank", ColumnType::Integer, true),
    ("n", ColumnType::Integer, false),
    ("group_rank", ColumnType::Integer, true),
    ("group_n", ColumnType::Integer, false),
    ("group_mean", ColumnType::Number, true),
    ("group_median", ColumnType::Number, true),
    ("best", ColumnType::Number, true),
    ("worst", ColumnType::Number, true),
    ("gap_to_mean", ColumnType::Number, true),
    ("gap_to_best", ColumnType::Number, true),
];

impl TableFunction for UnitProfile {
    fn bind(arguments: &Arguments) -> Result<Self> {
        let group = arguments.constants.text(UNIT_GROUP.name)?;
        Ok(Self { steps: arguments.steps()?, group })
    }

    fn spec(&self) -> Spec<'_> {
        Spec { page: &PAGE, steps: &self.steps, columns: COLUMNS, node_column: Some("code") }
    }

    fn describe(&self) -> String {
        let within = self.group.as_ref().map_or_else(String::new, |group| format!(" by {group}"));
        format!("{}, compare units{within}", self.steps.describe())
    }

    fn compute(&self, Inputs { mut index, .. }: Inputs, request: Request) -> Result<Output> {
        let scores = index.scores()?;
        let IndexInput { framework, panel, execution, reservation, .. } = index;
        let nodes = request.nodes.clone();
        let members = Members::of(&panel);
        reservation.try_grow(nodes.len() * scores.periods * members.bytes())?;
        let profiles = Profiles::new(&scores, &nodes, members, &execution)?;
        let items = NodeLabels::of(&framework, &nodes).items("code");
        let groups = GroupNames::of(&panel);
        Ok(rows(&panel, items, request, move |block| {
            let beside = |UnitPeriod { unit, period }: UnitPeriod, item: usize| -> Beside {
                profiles.at(item, unit, period)
            };
            let score = |UnitPeriod { unit, period }: UnitPeriod, item: usize| {
                number_at(scores.column(nodes[item], period), unit)
            };
            // Beyond the range of DOUBLE it is none.
            let gap = |score: Option<f64>, other: Option<f64>| {
                Some(score? - other?).filter(|gap| gap.is_finite())
            };
            block.batch(|name| {
                Ok(match name {
                    "unit_group" => Arc::new(groups.column(block.places, nodes.len())),
                    "score" => block.numbers(score),
                    "rank" => block.integers(|place, item| beside(place, item).rank),
                    "n" => block.integers(|place, item| beside(place, item).n as i64),
                    "group_rank" => block.integers(|place, item| beside(place, item).group_rank),
                    "group_n" => block.integers(|place, item| beside(place, item).group_n as i64),
                    "group_mean" => block.numbers(|place, item| beside(place, item).group_mean),
                    "group_median" => block.numbers(|place, item| beside(place, item).group_median),
                    "best" => block.numbers(|place, item| beside(place, item).best),
                    "worst" => block.numbers(|place, item| beside(place, item).worst),
                    "gap_to_mean" => block.numbers(|place, item| {
                        gap(score(place, item), beside(place, item).group_mean)
                    }),
                    _ => block
                        .numbers(|place, item| gap(score(place, item), beside(place, item).best)),
                })
            })
        }))
    }
}

/// The groups of units as they are written.
struct GroupNames {
    units: usize,
    of: Option<UnitGroups>,
}

impl GroupNames {
    fn of(panel: &Panel) -> Self {
        Self { units: panel.units.len(), of: panel.unit_groups.clone() }
    }

    /// One for each of these places, so many times.
    fn column(&self, places: &[UnitPeriod], times: usize) -> StringViewArray {
        let name = |place: &UnitPeriod| {
            let groups = self.of.as_ref()?;
            let group = groups.of[place.period * self.units + place.unit] as usize;
            let is_named = group < groups.keys.len() && groups.keys.is_valid(group);
            is_named.then(|| text(&groups.keys, group))
        };
        let names = places.iter().map(name);
        names.flat_map(|name| std::iter::repeat_n(name, times)).collect()
    }
}
