//! What is known of an index before its first figure: its tree, its periods, which of them is ranked.

use std::collections::BTreeMap;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::{cast, take};
use datafusion::arrow::datatypes::{DataType, Float64Type, UInt32Type};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, exec_err, plan_err};

use super::aggregations::{Stated, other_aggregation};
use super::arguments::Arguments;
use super::nodes::{COLUMNS, Node, Turned, nodes};
use super::periods::{Period, Periods};
use super::queries::Queries;
use super::request::Request;
use crate::columns::Columns;
use crate::error::describe;
use crate::statement::quoted;
use crate::types::sql_name;

/// Queries that are run before the first figure.
pub const QUERIES: [&str; 5] = [SCORES, FRAMEWORK, LOWEST, SUM, "SELECT * FROM {composite_index}"];

const SCORES: &str = "SELECT period, count(*) AS units, count(score) AS scored FROM {composite_index} \
                      WHERE code = {root} GROUP BY period";
const FRAMEWORK: &str = "SELECT * FROM {framework} AS framework";
const RELEASE: &str = "SELECT * FROM {last_release} AS released LIMIT 0";
const RELEASED: &str = "SELECT unit, count(*) AS n FROM {last_release} AS released \
                        WHERE {released_at} AND score IS NOT NULL GROUP BY unit HAVING count(*) > 1 ORDER BY unit LIMIT 1";
const LOWEST: &str =
    "SELECT min(score) AS lowest FROM {composite_index} WHERE parent IS NOT NULL AND weight > 0";
const SUM: &str = "SELECT max(abs(parts.total - whole.score) / greatest(1, abs(whole.score))) AS gap
FROM (SELECT unit, agg_arithmetic(score, weight) AS total FROM {composite_index}
      WHERE parent = {root} AND {at} GROUP BY unit) AS parts
JOIN (SELECT unit, score FROM {composite_index} WHERE code = {root} AND {at}) AS whole ON whole.unit = parts.unit";

/// Of what is left of a difference by rounding alone.
const ROUNDING: f64 = 1e-9;

/// What is known of an index.
#[derive(Debug)]
pub struct Facts {
    /// The code of the index.
    pub root: String,
    /// The nodes in the order of the framework.
    pub nodes: Vec<Node>,
    /// Labels of nodes.
    pub labels: BTreeMap<String, String>,
    /// The periods of the panel, in time.
    pub periods: Vec<String>,
    /// The period that is ranked.
    pub period: Option<Period>,
    /// The last before it that has scores.
    pub previous: Option<Period>,
    /// Units with a row in the period that is ranked.
    pub units: usize,
    /// Units with a score in it.
    pub scored: usize,
    /// Units and periods with a score.
    pub scored_rows: usize,
    /// The lowest score of whatever is aggregated.
    pub lowest: Option<f64>,
    /// Whether the index is the weighted mean of what is below it.
    pub is_additive: bool,
    /// Whether the call imputes.
    pub imputes: bool,
    /// What the framework states itself.
    pub stated: Stated,
    /// Arguments of `compare` for another aggregation.
    pub other_aggregation: Option<Arguments>,
    /// Why there are none.
    pub why_no_other: String,
    /// Whether the draws of the uncertainty analysis are given.
    pub draws_are_given: bool,
    /// Whether there are scores of the last release.
    pub has_last_release: bool,
}

impl Facts {
    /// Learns all of it, and fills the holes of further queries with it.
    ///
    /// # Errors
    ///
    /// What `composite_index` says of the panel, the framework and the arguments; a panel without rows; a period that is
    /// not there.
    pub async fn read(queries: &mut Queries<'_>, request: &Request) -> Result<Self> {
        let nodes = nodes(queries.hold("composite_index", "").await?)?;
        let root = nodes.iter().find(|node| node.parent.is_none());
        let Some(root) = root.map(|node| node.code.clone()) else {
            return exec_err!("panel {} must have rows, found none", request.panel);
        };
        queries.word("root", quoted(&root));
        let by_period = queries.run(SCORES).await?.rows;
        let Periods { texts, ranked, previous, units, scored, scored_rows } =
            Periods::read(&by_period, request.period.as_deref())?;
        let condition = |period: &Option<Period>| match period {
            Some(period) => period.condition.clone(),
            None => "period IS NULL".to_owned(),
        };
        queries.word("at", condition(&ranked));
        queries.word("before", condition(&previous));
        if request.last_release.is_some() {
            let released = queries.run(RELEASE).await?.rows;
            let has_periods =
                Columns::of(&released.schema()).find("period").ok().flatten().is_some();
            queries.word(
                "released_at",
                if has_periods { condition(&ranked) } else { "true".to_owned() },
            );
            let doubles = match queries.run(RELEASED).await {
                Ok(answer) => answer.rows,
                Err(error) => return plan_err!("--last-release: {}", describe(&error)),
            };
            check_release(&released, &doubles)?;
        }
        let framework = queries.run(FRAMEWORK).await?.rows;
        let turned = Turned::of(&framework, &nodes)?;
        queries.signs(&turned);
        queries.parts(&nodes, &root);
        let lowest = first_number(&queries.run(LOWEST).await?.rows, "lowest")?;
        let gap = first_number(&queries.run(SUM).await?.rows, "gap")?;
        let mut facts = Self {
            root,
            nodes,
            labels: labels(&framework)?,
            periods: texts,
            period: ranked,
            previous,
            units,
            scored,
            scored_rows,
            lowest,
            is_additive: gap.is_some_and(|gap| gap < ROUNDING),
            imputes: request.arguments.is_method("imputation"),
            stated: Stated { turned: !turned.parent.is_empty(), ..Stated::read(&framework)? },
            other_aggregation: None,
            why_no_other: String::new(),
            draws_are_given: request
                .uncertainty
                .as_ref()
                .is_some_and(|of| of.get("weight_draws").is_some()),
            has_last_release: request.last_release.is_some(),
        };
        match other_aggregation(request, &facts.stated, facts.lowest) {
            Ok(other) => facts.other_aggregation = Some(other),
            Err(why) => facts.why_no_other = why,
        }
        Ok(facts)
    }

    /// ` in 2022`, or nothing in a panel without periods.
    #[must_use]
    pub fn in_period(&self) -> String {
        self.period.as_ref().map(|period| format!(" in {}", period.text)).unwrap_or_default()
    }

    /// The level of the index.
    #[must_use]
    pub fn highest_level(&self) -> i64 {
        self.nodes.iter().map(|node| node.level).max().unwrap_or(0)
    }

    /// Nodes that have indicators straight below them.
    #[must_use]
    pub fn nodes_of_indicators(&self) -> usize {
        let mut parents: Vec<&str> =
            self.indicators().filter_map(|node| node.parent.as_deref()).collect();
        parents.sort_unstable();
        parents.dedup();
        parents.len()
    }

    /// The indicators.
    pub fn indicators(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.level == 1)
    }

    /// Nodes straight below the index.
    pub fn parts(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.parent.as_ref() == Some(&self.root))
    }

    /// `each part`, or how many of them have a column.
    #[must_use]
    pub fn parts_said(&self) -> String {
        match self.parts().count() {
            all if all > COLUMNS => format!("each of the first {COLUMNS} of the {all} nodes"),
            _ => "each node".to_owned(),
        }
    }

    /// What the rows of a correlation are.
    #[must_use]
    pub fn rows_said(&self) -> &'static str {
        if self.periods.len() > 1 { "units and periods" } else { "units" }
    }

    /// The largest number of children that a node has.
    #[must_use]
    pub fn most_children(&self) -> usize {
        let mut of: BTreeMap<&str, usize> = BTreeMap::new();
        for parent in self.nodes.iter().filter_map(|node| node.parent.as_deref()) {
            *of.entry(parent).or_default() += 1;
        }
        of.into_values().max().unwrap_or(0)
    }
}

/// That the last release has numbers, one for each unit; `doubles` is the first unit that has several.
fn check_release(columns: &RecordBatch, doubles: &RecordBatch) -> Result<()> {
    let schema = columns.schema();
    if let Some(score) = Columns::of(&schema).find("score").ok().flatten()
        && !schema.field(score).data_type().is_numeric()
    {
        let found = sql_name(schema.field(score).data_type());
        return plan_err!("--last-release: score must be numbers, found {found}");
    }
    let text = |name: &str| match doubles.column_by_name(name) {
        Some(column) => Ok(array_value_to_string(column, 0)?),
        None => {
            exec_err!("a unit that the last release has twice must come with {name}, found none")
        }
    };
    match doubles.num_rows() {
        0 => Ok(()),
        _ => plan_err!(
            "--last-release: a unit must have one score, found {} of '{}' (where it has several periods, a column \
             period tells them apart)",
            text("n")?,
            text("unit")?
        ),
    }
}

/// The labels of a framework that has some.
fn labels(framework: &RecordBatch) -> Result<BTreeMap<String, String>> {
    let schema = framework.schema();
    let columns = Columns::of(&schema);
    let find = |name: &str| columns.find(name).ok().flatten();
    let (Some(codes), Some(labels)) = (find("code"), find("label")) else {
        return Ok(BTreeMap::new());
    };
    let (codes, labels) = (framework.column(codes), framework.column(labels));
    let mut found = BTreeMap::new();
    for row in (0..framework.num_rows()).filter(|&row| codes.is_valid(row) && labels.is_valid(row))
    {
        found.insert(array_value_to_string(codes, row)?, array_value_to_string(labels, row)?);
    }
    Ok(found)
}

fn first_number(rows: &RecordBatch, name: &str) -> Result<Option<f64>> {
    let Some(column) = rows.column_by_name(name).filter(|column| !column.is_empty()) else {
        return Ok(None);
    };
    // The first row alone, whatever there are.
    let first: datafusion::arrow::array::PrimitiveArray<UInt32Type> = vec![0].into();
    let numbers = cast(&take(column, &first, None)?, &DataType::Float64)?;
    let numbers = numbers.as_primitive::<Float64Type>();
    Ok(numbers.is_valid(0).then(|| numbers.value(0)))
}
