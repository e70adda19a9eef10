//! `strengths_weaknesses(panel, framework, ...)`: what each unit is best at, and what it is worst at.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, AsArray, Float64Array, Int64Array, StringViewArray, UInt32Array,
};
use datafusion::arrow::compute::take;
use datafusion::common::Result;

use super::arguments::Arguments;
use super::function::{Column, ColumnType, Inputs, Spec, TableFunction};
use super::level::{level, methods_at, nodes_at, top};
use super::output::{NodeLabels, Output, rows_of_places};
use super::parameters::{FRAMEWORK, LEVEL, PANEL};
use super::request::Request;
use crate::framework::{Faults, Framework};
use crate::index::analysis::standing::{self, Component, Standings};
use crate::index::input::IndexInput;
use crate::index::methods::bound::Methods;
use crate::index::methods::rows::RowMethods;
use crate::index::methods::steps::Steps;
use crate::index::place::UnitPeriod;
use crate::index::steps::scores::number_at;
use crate::page::{DefaultValue, Kind, Null, Parameter, Role, page};

const TOP: Parameter = Parameter {
    name: "top",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "how many strengths, and how many weaknesses, each unit has at most",
    null: Null::Means("all: the better half are strengths, the other half weaknesses"),
    default: DefaultValue::Number(5.0),
};

page! {
    pub static PAGE = Page {
        name: "strengths_weaknesses",
        family: Index,
        syntax: ["strengths_weaknesses(panel, framework, top => 5, level => 1, ...)"],
        summary: "Strengths and weaknesses of each unit: the components in which it is furthest ahead of \
                  the other units, and furthest behind them.",
        formula: "ahead_of = (b + (e - 1) / 2) / (n - 1), b the units with a lower score in the period, e \
                  those with the same one, the unit included, n those with a score; strengths: the \
                  largest ahead_of, weaknesses: the smallest",
        parameters: &[PANEL, FRAMEWORK, TOP, LEVEL],
        shares_arguments: true,
        returns: "For each unit and period with a row in the panel at most top rows of each kind: unit, \
                  period (NULL if the panel has none), kind ('strength' or 'weakness'), place (1 for \
                  the strongest, or the weakest), code, parent, level, value (as in the panel, in the \
                  indicator's unit of measurement; NULL if missing there or above level 1), score, rank (as in \
                  composite_index: 1 for the highest score in the period, ties share the best rank), \
                  n (units with a score), ahead_of (0 to 1). Only period, parent and value can be \
                  NULL. Ordered by unit, period, kind and place.",
        notes: "Scores, not values, are compared, so direction counts. COINr's get_str_weak ranks \
                values; those of the raw data it turns by direction, those of later steps it does not, unless it \
                is told to. Without ties and gaps ahead_of orders as the rank does; with \
                them it is fairer: a rank of 1 that 40 of 50 units share is no strength, and rank 3 of \
                4 is not rank 3 of 50. A node of direction -1 is a strength where its score is low. \
                Components that are level: strengths in the order of the framework, weaknesses in the \
                reverse one. No component is both: of fewer than 2 * top, the better half are \
                strengths, the other half weaknesses, and that in the middle neither. A component \
                without a score, or in which no two units differ, is left out. COINr also leaves out those in \
                which the unit has the worst of all values, and so the clearest weaknesses; they are \
                here. A filter on the result does not change who is compared; one inside the panel's query does.",
        errors: "As composite_index; top not a whole number from 1; level not that of a node.",
        example: "SELECT kind, place, code, value, rank, n\n\
                  FROM strengths_weaknesses(\n\
                  \x20 (SELECT * FROM (VALUES ('A', 'income', 10), ('B', 'income', 20), ('C', 'income', 30),\n\
                  \x20                        ('A', 'pm25', 12), ('B', 'pm25', 40), ('C', 'pm25', 25))\n\
                  \x20  AS t(unit, indicator, value)),\n\
                  \x20 (SELECT * FROM (VALUES ('income', 1), ('pm25', -1)) AS t(code, direction)))\n\
                  WHERE unit = 'A'",
        example_result: ["strength 1 pm25 12.0 1 3", "weakness 1 income 10.0 3 3"],
        reference: "COINr, get_str_weak; WIPO, Global Innovation Index, appendix on strengths and \
                    weaknesses (by percent ranks among the units).",
    };
}

/// Best and worst components.
#[derive(Debug)]
pub struct StrengthsWeaknesses {
    steps: Steps,
    top: Option<usize>,
    level: usize,
}

const COLUMNS: &[Column] = &[
    ("unit", ColumnType::Unit, false),
    ("period", ColumnType::Period, true),
    ("kind", ColumnType::Text, false),
    ("place", ColumnType::Integer, false),
    ("code", ColumnType::Text, false),
    ("parent", ColumnType::Text, true),
    ("level", ColumnType::Integer, false),
    ("value", ColumnType::Number, true),
    ("score", ColumnType::Number, false),
    ("rank", ColumnType::Integer, false),
    ("n", ColumnType::Integer, false),
    ("ahead_of", ColumnType::Number, false),
];

impl TableFunction for StrengthsWeaknesses {
    fn bind(arguments: &Arguments) -> Result<Self> {
        let constants = &arguments.constants;
        Ok(Self { steps: arguments.steps()?, top: top(constants)?, level: level(constants)? })
    }

    fn spec(&self) -> Spec<'_> {
        Spec { page: &PAGE, steps: &self.steps, columns: COLUMNS, node_column: None }
    }

    fn describe(&self) -> String {
        let each = self.top.map_or_else(|| "half".to_owned(), |top| top.to_string());
        format!("{}, best and worst {each} of level {}", self.steps.describe(), self.level)
    }

    fn methods(&self, framework: &Framework, rows: &RowMethods) -> Result<Methods, Faults> {
        methods_at(self.level, framework, rows, &self.steps)
    }

    fn compute(&self, Inputs { mut index, .. }: Inputs, request: Request) -> Result<Output> {
        let values = match request.wants("value") && self.level == 1 {
            true => index.panel.columns.clone(),
            false => Vec::new(),
        };
        let units = index.panel.units.len();
        index.reservation.try_grow(values.len() * units * size_of::<f64>())?;
        let scores = index.scores()?;
        let IndexInput { framework, panel, execution, reservation, .. } = index;
        let nodes = nodes_at(self.level, &framework);
        reservation.try_grow(nodes.len() * scores.periods * units * standing::BYTES)?;
        let standings = Standings::new(&framework, &scores, nodes, &execution)?;
        let NodeLabels { codes, parents, levels } = NodeLabels::of_all(&framework);
        let top = self.top;
        let number = 2 * top.unwrap_or(usize::MAX).min(standings.components() / 2);
        let (units, periods) = (Arc::clone(&panel.units), Arc::clone(&panel.periods));
        let wanted = request.periods.clone();
        Ok(rows_of_places(&panel, wanted.as_deref(), number, move |places| {
            let found: Vec<Component> =
                places.iter().flat_map(|&place| standings.extremes(place, top)).collect();
            let taken = |from: &ArrayRef, position: fn(&Component) -> usize| -> Result<ArrayRef> {
                let at = found.iter().map(|row| position(row) as u32).collect::<UInt32Array>();
                Ok(take(from, &at, None)?)
            };
            let integers = |number: fn(&Component) -> usize| -> ArrayRef {
                Arc::new(found.iter().map(|row| number(row) as i64).collect::<Int64Array>())
            };
            let numbers = |number: &dyn Fn(&Component) -> Option<f64>| -> ArrayRef {
                Arc::new(found.iter().map(number).collect::<Float64Array>())
            };
            request.batch(found.len(), |name| {
                Ok(match name {
                    "unit" => taken(&units, |row| row.place.unit)?,
                    "period" => taken(&periods, |row| row.place.period)?,
                    "kind" => {
                        let kind =
                            |row: &Component| if row.is_strength { "strength" } else { "weakness" };
                        Arc::new(
                            found.iter().map(|row| Some(kind(row))).collect::<StringViewArray>(),
                        )
                    }
                    "place" => integers(|row| row.order),
                    "code" => taken(&codes, |row| row.node)?,
                    "parent" => taken(&parents, |row| row.node)?,
                    "level" => taken(&levels, |row| row.node)?,
                    "value" => numbers(&|row| {
                        let UnitPeriod { unit, period } = row.place;
                        let leaf = framework.nodes()[row.node].leaf?;
                        let column = values.get(leaf * scores.periods + period)?;
                        number_at(column.as_primitive(), unit)
                    }),
                    "score" => numbers(&|row| {
                        let UnitPeriod { unit, period } = row.place;
                        number_at(scores.column(row.node, period), unit)
                    }),
                    "rank" => integers(|row| row.rank as usize),
                    "n" => integers(|row| row.n),
                    _ => numbers(&|row| Some(row.ahead_of)),
                })
            })
        }))
    }
}
