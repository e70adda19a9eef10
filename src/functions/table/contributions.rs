//! `contributions(panel, framework, ...)`: the points by which each node moved what is above it.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};

use super::methods::{Aggregation, Methods};
use super::options::{Arguments, FRAMEWORK, PANEL, Steps};
use super::rows::{Block, Labels, Place, number_at, rows};
use super::scores::Scores;
use super::{Asked, Batches, Index, TableFunction, schema};
use crate::framework::Framework;
use crate::functions::engine::interner::position;
use crate::functions::page::{DefaultValue, Kind, Null, Page, Parameter, Role, page};
use crate::kernel::{Contribution, Part, QuasiMean, Snapshot, Sum, contributions};

page! {
    /// What `contributions` is and does.
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
        parameters: [PANEL, FRAMEWORK, SINCE],
        over_parameters: None,
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
                the unit has rows in it. A child that gains or loses its score contributes all \
                its points, and its siblings the rest of the change. change is NULL if the score \
                is missing in either period, a contribution if the change of the parent (to the \
                top: of the root) is NULL. Only the means (arithmetic, geometric, harmonic, \
                power) can be decomposed exactly: below any other aggregation (median, min, owa, \
                copeland, ...) the contributions of the children are NULL, as are the \
                contributions to the top of all nodes below it. Changes in weights that are \
                learned by period are part of the contributions.",
        errors: "Those of composite_index; a panel without periods; since neither 'previous' nor a \
                 period of the panel; a change that exceeds the range of DOUBLE.",
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
    meaning: "period of comparison: 'previous' (the preceding period), or a period of the panel",
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
pub(super) struct Contributions {
    steps: Steps,
    since: Since,
}

impl TableFunction for Contributions {
    fn bind(arguments: &Arguments) -> Result<Self> {
        let since = match arguments.constants.get(SINCE.name)? {
            None => {
                return plan_err!("{}: since must not be NULL", PAGE.name);
            }
            Some(value) if value.try_as_str().flatten() == Some("previous") => Since::Previous,
            Some(period) => Since::At(period),
        };
        Ok(Self { steps: Steps::new(arguments)?, since })
    }

    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn schema(&self, unit: &DataType, period: &DataType) -> SchemaRef {
        schema(&[
            ("unit", unit, false),
            ("period", period, true),
            ("since", period, true),
            ("code", &DataType::Utf8View, false),
            ("parent", &DataType::Utf8View, true),
            ("level", &DataType::Int64, false),
            ("score", &DataType::Float64, true),
            ("change", &DataType::Float64, true),
            ("contribution", &DataType::Float64, true),
            ("contribution_to_top", &DataType::Float64, true),
            ("effective_weight", &DataType::Float64, false),
        ])
    }

    fn steps(&self) -> &Steps {
        &self.steps
    }

    fn describe(&self) -> String {
        let since = match &self.since {
            Since::Previous => "the previous period".to_owned(),
            Since::At(period) => period.to_string(),
        };
        format!("{}, decompose changes since {since}", self.steps.describe())
    }

    fn filters_nodes(&self) -> bool {
        true
    }

    fn compute(&self, mut index: Index, asked: Asked) -> Result<Batches> {
        let since = self.since(&index.panel.periods)?;
        let (methods, scores) = index.scores(&self.steps)?;
        let Index { framework, mut panel, workshop, .. } = index;
        if let Since::At(_) = self.since {
            let units = panel.units.len();
            for (period, _) in since.iter().enumerate().filter(|(_, since)| since.is_none()) {
                panel.present[period * units..(period + 1) * units].fill(false);
            }
        }
        let periods = Arc::clone(&panel.periods);
        let tree = Tree::new(&framework, &methods, &asked.nodes);
        let items = Labels::of(&framework, &asked.nodes).items("code");
        Ok(rows(&panel, items, asked, workshop, move |block| {
            let [score, change, to_parent, to_top, weight] =
                tree.moves(&framework, &scores, &since, block)?.map(|cells| Arc::new(cells) as _);
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
        match &self.since {
            Since::Previous => Ok((0..periods.len()).map(|period| period.checked_sub(1)).collect()),
            Since::At(since) => match position(periods, since) {
                Some(at) => Ok((0..periods.len()).map(|i| (i > at).then_some(at)).collect()),
                None => exec_err!(
                    "{}: since must be 'previous' or a period of the panel, got {since}",
                    PAGE.name
                ),
            },
        }
    }
}

/// What an aggregation makes additive; none if it has no exact decomposition.
fn mean(aggregation: &Aggregation) -> Option<QuasiMean> {
    aggregation.combine.power().map(QuasiMean::of_power)
}

/// The nodes asked for and all above them, the root first, each after its parent.
struct Tree {
    nodes: Vec<usize>,
    parts: Vec<Part>,
    families: Vec<Family>,
    order: Vec<usize>,
    /// Where the nodes asked for are among these.
    asked: Vec<usize>,
}

/// Siblings: all of them, and those that are in the tree, as node and place.
struct Family {
    all: Vec<usize>,
    wanted: Vec<(usize, usize)>,
}

impl Tree {
    fn new(framework: &Framework, methods: &Methods, asked: &[usize]) -> Self {
        let of = framework.nodes();
        let mut is_in = vec![false; of.len()];
        for &node in asked {
            let mut next = Some(node);
            while let Some(node) = next.filter(|&node| !is_in[node]) {
                is_in[node] = true;
                next = of[node].parent;
            }
        }
        let top_down = framework.bottom_up().iter().rev().copied();
        let nodes: Vec<usize> = top_down.filter(|&node| is_in[node]).collect();
        let mut place = vec![None; of.len()];
        nodes.iter().enumerate().for_each(|(i, &node)| place[node] = Some(i));
        let part = |&node: &usize| Part {
            parent: of[node].parent.and_then(|parent| place[parent]),
            mean: methods.aggregation[node].as_ref().and_then(mean),
        };
        let family = |&node: &usize| Family {
            all: of[node].children.clone(),
            wanted: of[node].children.iter().filter_map(|&i| Some((i, place[i]?))).collect(),
        };
        Self {
            parts: nodes.iter().map(part).collect(),
            families: nodes.iter().map(family).filter(|f| !f.wanted.is_empty()).collect(),
            order: (0..nodes.len()).collect(),
            asked: asked.iter().filter_map(|&node| place[node]).collect(),
            nodes,
        }
    }

    /// Score, change, contribution to the parent and to the top, and effective weight.
    fn moves(
        &self,
        framework: &Framework,
        scores: &Scores,
        since: &[Option<usize>],
        block: &Block<'_>,
    ) -> Result<[Float64Array; 5]> {
        let rows = block.places.len() * self.asked.len();
        let wants_contributions = block.wants("contribution") || block.wants("contribution_to_top");
        let mut columns: [Vec<Option<f64>>; 5] = std::array::from_fn(|_| Vec::with_capacity(rows));
        let [of_score, of_change, of_parent, of_top, of_weight] = &mut columns;
        let (mut before, mut now) = (Moment::new(self), Moment::new(self));
        let mut effective = vec![0.0; self.nodes.len()];
        for &place in block.places {
            let then = since[place.period].map(|period| Place { period, ..place });
            // What was the present of the row before is the past of this one.
            if then.is_some() && now.place == then {
                std::mem::swap(&mut before, &mut now);
            }
            before.look(self, scores, then);
            now.look(self, scores, Some(place));
            for (i, part) in self.parts.iter().enumerate() {
                let above = part.parent.map_or(1.0, |parent| effective[parent]);
                effective[i] = above * now.weights[i];
            }
            let moved = match wants_contributions && then.is_some() {
                true => {
                    contributions(&self.parts, &self.order, 0, before.snapshot(), now.snapshot())
                }
                false => Vec::new(),
            };
            for &i in &self.asked {
                let (x, x_before) = (now.scores[i], before.scores[i]);
                let change = x - x_before;
                if change.is_infinite() {
                    let code = &framework.nodes()[self.nodes[i]].code;
                    return exec_err!(
                        "{}: the change of '{code}' from {x_before} to {x} exceeds the range of \
                         DOUBLE",
                        PAGE.name
                    );
                }
                let Contribution { to_parent, to_top } = moved.get(i).copied().unwrap_or_default();
                of_score.push(Some(x).filter(|x| !x.is_nan()));
                of_change.push(Some(change).filter(|change| !change.is_nan()));
                of_parent.push(if i == 0 { to_top } else { to_parent });
                of_top.push(to_top);
                of_weight.push(Some(effective[i]));
            }
        }
        Ok(columns.map(Float64Array::from))
    }
}

/// Scores and weights of one unit and period.
struct Moment {
    place: Option<Place>,
    /// NaN where there is none.
    scores: Vec<f64>,
    /// Shares over the siblings that have a score; 0 where there is none.
    weights: Vec<f64>,
}

impl Moment {
    fn new(tree: &Tree) -> Self {
        let n = tree.nodes.len();
        Self { place: None, scores: vec![f64::NAN; n], weights: vec![0.0; n] }
    }

    fn snapshot(&self) -> Snapshot<'_> {
        Snapshot { scores: &self.scores, weights: &self.weights }
    }

    fn look(&mut self, tree: &Tree, scores: &Scores, place: Option<Place>) {
        if self.place == place {
            return;
        }
        self.place = place;
        let Some(Place { unit, period }) = place else {
            self.scores.fill(f64::NAN);
            self.weights.fill(0.0);
            return;
        };
        for (x, &node) in self.scores.iter_mut().zip(&tree.nodes) {
            *x = number_at(scores.column(node, period), unit).unwrap_or(f64::NAN);
        }
        if let (Some(weight), Some(x)) = (self.weights.first_mut(), self.scores.first()) {
            *weight = if x.is_nan() { 0.0 } else { 1.0 };
        }
        for family in &tree.families {
            let (mut observed, mut is_whole) = (Sum::default(), true);
            for &node in &family.all {
                match scores.column(node, period).is_valid(unit) {
                    true => observed.add(scores.relative(node, period)),
                    false => is_whole = false,
                }
            }
            let observed = observed.value();
            for &(node, i) in &family.wanted {
                self.weights[i] = match is_whole {
                    true => scores.weight(node, period),
                    false if self.scores[i].is_nan() || observed <= 0.0 => 0.0,
                    false => scores.relative(node, period) / observed,
                };
            }
        }
    }
}
