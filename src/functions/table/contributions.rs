//! `contributions(panel, framework, ...)`: the points by which each node moved what is above it.

use crate::index::analysis::contributions::ChangeTree;
use crate::index::input::IndexInput;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};

use super::arguments::Arguments;
use super::function::{Column, ColumnType, Inputs, Spec, TableFunction};
use super::output::{NodeLabels, Output, rows};
use super::parameters::{FRAMEWORK, PANEL};
use super::request::Request;
use crate::engine::period_order::has_period;
use crate::engine::period_order::named;
use crate::functions::parameters;
use crate::functions::periods::Periods;
use crate::index::methods::steps::Steps;
use crate::page::{DefaultValue, Kind, Null, Parameter, Role, page};
use crate::types::plain;

page! {
    pub static PAGE = Page {
        name: "contributions",
        family: Index,
        syntax: ["contributions(panel, framework, since => 'previous', ...)"],
        summary: "Contributions to change: the change in each score since an earlier period, in \
                  points, decomposed exactly into the contributions of the children.",
        formula: "contribution = w₁ y(x₁) - w₀ y(x₀), w the share within the parent over the \
                  children that have a score, y(x) = p₀ + b (f(x) - f(p₀)), p the parent's score, \
                  b = (p₁ - p₀) / (f(p₁) - f(p₀)), f of the parent's aggregation: x (arithmetic), \
                  ln x (geometric), 1/x (harmonic), x^p (power); with the same weights: w (x₁ - x₀), \
                  and w L(p₀, p₁) ln(x₁ / x₀) with L the logarithmic mean; to the top: the same \
                  level by level",
        parameters: &[PANEL, FRAMEWORK, SINCE],
        shares_arguments: true,
        returns: "One row per unit, period and node of the framework, for each unit and period \
                  with a row in the panel: unit, period, since (the period of comparison; NULL \
                  in the first period), code, parent, level (1 for an indicator, 1 + the highest \
                  level of its children for the others), score, change (score minus that of the \
                  period of comparison), contribution (points of the parent's score; for the \
                  root its own change), contribution_to_top (points of the root's score), \
                  effective_weight (product of the shares from the root down to the node, over \
                  the siblings that have a score in the period; 0 for a node that has no score \
                  or is below one that has none). If since is a period, only later periods have \
                  rows. Ordered by unit, period and position in the framework.",
        notes: "The contributions of the children sum to the change of their parent, and their \
                contributions to the top to that of their parent, to the last digits, even if \
                weights change. 'previous' is the preceding period of the panel, whether or not \
                the unit has rows in it. Text such as 2023-Q1 or 2023M9 is compared in the order of \
                time. Text that is no period (wave 1) has no preceding one: since must name it, \
                and what comes after it as text has rows. A child that gains or loses its score contributes all \
                its points, and its siblings the rest of the change. change is NULL if the score \
                is missing in either period, a contribution if the change of the parent (to the \
                top: of the root) is NULL. A node of direction -1 contributes what its \
                turned score changes, and keeps its weight in effective_weight. Only the means \
                (arithmetic, geometric without zero or inverted, harmonic, power) can be \
                decomposed exactly, and only where the node is not rounded: below any other \
                aggregation (sum, median, min, owa, copeland, ...) and below a node with decimals \
                the contributions of the children are NULL, as are the contributions to the top \
                of all nodes below it. Changes in weights that are \
                learned by period are part of the contributions.",
        errors: "Those of composite_index; a panel without periods; since neither 'previous' nor a \
                 period of the panel; text of two kinds among the periods (2015 and 2015-Q1), or with \
                 'previous' text that is no period; a change that exceeds the range of DOUBLE.",
        example: "SELECT code, score, change, contribution\n\
                  FROM contributions(\n\
                  \x20 (SELECT * FROM (VALUES ('A', 2023, 'income', 20), ('A', 2023, 'health', 60),\n\
                  \x20                        ('A', 2024, 'income', 30), ('A', 2024, 'health', 56))\n\
                  \x20  AS t(unit, period, indicator, value)),\n\
                  \x20 (SELECT * FROM (VALUES ('income', 3), ('health', 1)) AS t(code, weight)),\n\
                  \x20 normalisation => 'none')\n\
                  WHERE period = 2024",
        example_result: [
            "income 30.0 10.0 7.5",
            "health 56.0 -4.0 -1.0",
            "index 36.5 6.5 6.5",
        ],
        reference: "Ang (2005), The LMDI approach to decomposition analysis: a practical guide, \
                    Energy Policy 33 (additive form); Ang (2004), Decomposition analysis for \
                    policymaking in energy: which is the preferred method?, Energy Policy 32; \
                    Vartia (1976), Ideal log-change index numbers; Balk (2008), Price and \
                    Quantity Index Numbers.",
    };
}

const SINCE: Parameter = Parameter {
    name: "since",
    role: Role::Setting,
    kind: Kind::Any,
    meaning: "period of comparison: 'previous' (the preceding period), or a period of the panel in any of its forms (2023Q1 is 2023-Q1)",
    null: Null::Error,
    default: DefaultValue::Word("previous"),
};

#[derive(Debug, Clone)]
enum Since {
    Previous,
    At(ScalarValue),
}

/// Changes taken apart.
#[derive(Debug)]
pub struct Contributions {
    steps: Steps,
    since: Since,
}

const COLUMNS: &[Column] = &[
    ("unit", ColumnType::Unit, false),
    ("period", ColumnType::Period, true),
    ("since", ColumnType::Period, true),
    ("code", ColumnType::Text, false),
    ("parent", ColumnType::Text, true),
    ("level", ColumnType::Integer, false),
    ("score", ColumnType::Number, true),
    ("change", ColumnType::Number, true),
    ("contribution", ColumnType::Number, true),
    ("contribution_to_top", ColumnType::Number, true),
    ("effective_weight", ColumnType::Number, false),
];

impl TableFunction for Contributions {
    fn bind(arguments: &Arguments) -> Result<Self> {
        let since = match arguments.constants.get(SINCE.name)? {
            None => {
                return plan_err!("{}: since must not be NULL", PAGE.name);
            }
            Some(value) if value.try_as_str().flatten() == Some("previous") => Since::Previous,
            Some(period) => Since::At(period),
        };
        Ok(Self { steps: arguments.steps()?, since })
    }

    fn spec(&self) -> Spec<'_> {
        Spec { page: &PAGE, steps: &self.steps, columns: COLUMNS, node_column: Some("code") }
    }

    fn describe(&self) -> String {
        let since = match &self.since {
            Since::Previous => "the previous period".to_owned(),
            Since::At(period) => period.to_string(),
        };
        format!("{}, decompose changes since {since}", self.steps.describe())
    }

    fn compute(&self, Inputs { mut index, .. }: Inputs, request: Request) -> Result<Output> {
        let since = self.since(&index.panel.periods)?;
        let scores = index.scores()?;
        let IndexInput { framework, methods, mut panel, .. } = index;
        if let Since::At(_) = self.since {
            let units = panel.units.len();
            for (period, _) in since.iter().enumerate().filter(|(_, since)| since.is_none()) {
                panel.present[period * units..(period + 1) * units].fill(false);
            }
        }
        let periods = Arc::clone(&panel.periods);
        let tree = ChangeTree::new(&framework, &methods, &request.nodes);
        let items = NodeLabels::of(&framework, &request.nodes).items("code");
        Ok(rows(&panel, items, request, move |block| {
            let [score, change, to_parent, to_top, weight] = {
                let wants = block.wants("contribution") || block.wants("contribution_to_top");
                tree.moves(&framework, &scores, &since, block.places, wants)?
            }
            .map(|cells| Arc::new(cells) as _);
            block.batch(|name| {
                Ok(match name {
                    "since" => block.taken(&periods, |place, _| {
                        since[place.period].map(|since| since as u32)
                    })?,
                    "score" => Arc::clone(&score),
                    "change" => Arc::clone(&change),
                    "contribution" => Arc::clone(&to_parent),
                    "contribution_to_top" => Arc::clone(&to_top),
                    _ => Arc::clone(&weight),
                })
            })
        }))
    }
}

impl Contributions {
    /// For each period the one it is compared with.
    fn since(&self, periods: &ArrayRef) -> Result<Vec<Option<usize>>> {
        if periods.null_count() > 0 {
            return exec_err!(
                "{}: the panel must have a column of periods, found none (name it, as in period => \
                 year)",
                PAGE.name
            );
        }
        let at = match &self.since {
            Since::Previous => None,
            Since::At(since) => match named(periods, since) {
                Some(at) => Some(at),
                None => {
                    return exec_err!(
                        "{}: since must be 'previous' or a period of the panel, got {since}",
                        PAGE.name
                    );
                }
            },
        };
        in_one_order(periods, at.is_some())?;
        let before = |period: usize| match at {
            Some(at) => (period > at).then_some(at),
            None => period.checked_sub(1),
        };
        Ok((0..periods.len()).map(before).collect())
    }
}

/// Sees to it that each of two periods is before the other or after it: texts must be periods of one
/// kind. Where a call names one of them they may also all be no periods, and in their own order.
fn in_one_order(periods: &ArrayRef, is_named: bool) -> Result<()> {
    if !plain(periods.data_type()).is_string() {
        return Ok(());
    }
    match Periods::new(PAGE.name, parameters::PERIOD.name, periods) {
        Ok(of_panel) => {
            let rows: Vec<usize> = (0..periods.len()).collect();
            of_panel.of_one_kind(PAGE.name, &rows, "leave the others out of the panel")
        }
        Err(_) if is_named && !has_period(periods)? => Ok(()),
        Err(error) => Err(error),
    }
}
