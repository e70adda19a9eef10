//! `similarity(panel, framework, ...)`: for each unit the others, by how alike their profiles are.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::common::Result;

use super::arguments::Arguments;
use super::function::{Column, ColumnType, Inputs, Spec, TableFunction};
use super::level::{level, methods_at, nodes_at, top};
use super::output::{Output, ROWS, rows_of_places};
use super::parameters::{FRAMEWORK, LEVEL, PANEL};
use super::request::Request;
use crate::framework::{Faults, Framework};
use crate::hint::did_you_mean;
use crate::index::analysis::similarity::{Peer, ProfileSet};
use crate::index::input::IndexInput;
use crate::index::methods::bound::Methods;
use crate::index::methods::rows::RowMethods;
use crate::index::methods::steps::Steps;
use crate::kernel::Dissimilarity;
use crate::page::{DefaultValue, Kind, Null, Parameter, Role, page};

const METHOD: Parameter = Parameter {
    name: "method",
    role: Role::Setting,
    kind: Kind::Choice(&["euclidean", "manhattan", "correlation", "cosine"]),
    meaning: "distance of two profiles: by the size of their differences (euclidean, manhattan), or by their shape alone (correlation, cosine)",
    null: Null::Error,
    default: DefaultValue::Word("euclidean"),
};

const BELOW: Parameter = Parameter {
    name: "below",
    role: Role::Setting,
    kind: Kind::Any,
    meaning: "code of a node: only components below it are compared",
    null: Null::Means("those of the whole framework"),
    default: DefaultValue::Null,
};

const TOP: Parameter = Parameter {
    name: "top",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "how many peers each unit has at most, the nearest first",
    null: Null::Means("all other units"),
    default: DefaultValue::Number(5.0),
};

page! {
    pub static PAGE = Page {
        name: "similarity",
        family: Index,
        syntax: [
            "similarity(panel, framework, method => 'euclidean', level => 1, below => NULL, \
             top => 5, ...)",
        ],
        summary: "Peers: for each unit the other units of the period, by how alike their profiles of \
                  scores are.",
        formula: "C the components that both units have, K those that any unit of the period has: \
                  euclidean sqrt(K/|C| Σ (x - y)²), manhattan K/|C| Σ |x - y|, correlation 1 - r(x, y), \
                  cosine 1 - Σ x y / sqrt(Σ x² Σ y²), all sums over C",
        parameters: &[PANEL, FRAMEWORK, METHOD, LEVEL, BELOW, TOP],
        shares_arguments: true,
        returns: "For each unit and period with a row in the panel at most top rows: unit, period (NULL if \
                  the panel has none), place (1 for the nearest; at the same distance they share the \
                  best place), peer (the other unit, in the type of unit), distance (euclidean and \
                  manhattan: 0 or more, in the unit of the scores; correlation and cosine: 0 to 2), n \
                  (|C|). Only period can be NULL. Ordered by unit, period and place, then by peer.",
        notes: "Scores are compared as they are, each component as one, whatever it weighs: choose the scale \
                by the normalisation ('zscore' gives all components the same variance). Sums are \
                scaled up to K components, as in Gower's coefficient and in dist() of R: what is \
                missing is taken to differ as much as what is there. A peer has no row where no distance is \
                defined: no common component (cosine: fewer than two, correlation: fewer than three), \
                a profile that is 0 (cosine) or does not vary (correlation). Where more are level at \
                the end than top allows, those that come first in the order of units have rows. A distance \
                is the same both ways, a place need not be. All pairs of units are compared, but only the rows \
                that are read are held: with 5,000 units give top. A filter on \
                the result does not change the peers; one inside the panel's query does.",
        errors: "As composite_index; method not one of its values; top not a whole number from 1; level not \
                 that of a node; below not a node with nodes of that level below it; a distance beyond the range \
                 of DOUBLE.",
        example: "SELECT unit, place, peer, distance, n\n\
                  FROM similarity(\n\
                  \x20 (SELECT * FROM (VALUES ('A', 'homes', 1), ('B', 'homes', 4), ('C', 'homes', 9),\n\
                  \x20                        ('A', 'jobs', 2), ('B', 'jobs', 6), ('C', 'jobs', NULL))\n\
                  \x20  AS t(unit, indicator, value)),\n\
                  \x20 (SELECT * FROM (VALUES ('homes'), ('jobs')) AS t(code)),\n\
                  \x20 normalisation => 'none', method => 'manhattan', top => 1)",
        example_result: ["A 1 B 7.0 2", "B 1 A 7.0 2", "C 1 B 10.0 1"],
        reference: "Gower (1971), A general coefficient of similarity and some of its properties, \
                    Biometrics 27; OECD/JRC (2008), Handbook on Constructing Composite Indicators, step \
                    4 (distances of cluster analysis).",
    };
}

/// Units whose peers are sought in one go.
const TOGETHER: usize = 64;

/// Distances between units.
#[derive(Debug)]
pub struct Similarity {
    steps: Steps,
    method: Dissimilarity,
    level: usize,
    below: Option<String>,
    top: Option<usize>,
}

const COLUMNS: &[Column] = &[
    ("unit", ColumnType::Unit, false),
    ("period", ColumnType::Period, true),
    ("place", ColumnType::Integer, false),
    ("peer", ColumnType::Unit, false),
    ("distance", ColumnType::Number, false),
    ("n", ColumnType::Integer, false),
];

impl TableFunction for Similarity {
    fn bind(arguments: &Arguments) -> Result<Self> {
        let constants = &arguments.constants;
        Ok(Self {
            steps: arguments.steps()?,
            method: Dissimilarity::ALL[constants.choice(METHOD.name)?],
            level: level(constants)?,
            below: constants.text(BELOW.name)?,
            top: top(constants)?,
        })
    }

    fn spec(&self) -> Spec<'_> {
        Spec { page: &PAGE, steps: &self.steps, columns: COLUMNS, node_column: None }
    }

    fn describe(&self) -> String {
        let method = format!("{:?}", self.method).to_lowercase();
        let below = self.below.as_ref().map_or_else(String::new, |code| format!(" below {code}"));
        let top = self.top.map_or_else(|| "all".to_owned(), |top| format!("nearest {top}"));
        let Self { steps, level, .. } = self;
        format!("{}, {top} by {method} at level {level}{below}", steps.describe())
    }

    fn methods(&self, framework: &Framework, rows: &RowMethods) -> Result<Methods, Faults> {
        let methods = methods_at(self.level, framework, rows, &self.steps)?;
        let Some(code) = self.below.as_ref().filter(|_| self.components(framework).is_empty())
        else {
            return Ok(methods);
        };
        let nodes = framework.nodes().iter().filter(|node| node.level > self.level);
        let hint = match framework.position(code) {
            Some(_) => String::new(),
            None => did_you_mean(code, nodes.map(|node| node.code.as_str())),
        };
        Err(Faults(vec![format!(
            "below must be the code of a node with nodes of level {} below it, got '{code}'{hint}",
            self.level
        )]))
    }

    fn compute(&self, Inputs { mut index, .. }: Inputs, request: Request) -> Result<Output> {
        let scores = index.scores()?;
        let IndexInput { framework, methods, panel, execution, reservation, .. } = index;
        let components = self.components(&framework);
        let units = panel.units.len();
        reservation.try_grow(ProfileSet::bytes(components.len(), &panel))?;
        let profiles =
            ProfileSet::new(methods.name, self.method, &scores, &components, units, &execution)?;
        let others = units.saturating_sub(1);
        let top = self.top;
        // Of a unit all others are looked at: few are one block, so that all partitions have some.
        let number = top.unwrap_or(usize::MAX).max(ROWS / TOGETHER).min(others);
        // What each thread holds: all peers of a unit.
        reservation.try_grow(execution.threads * others * size_of::<Peer>())?;
        let (of, periods) = (panel.clone(), request.periods.clone());
        Ok(rows_of_places(&panel, periods.as_deref(), number, move |places| {
            let mut found: Vec<Peer> = Vec::new();
            for &place in places {
                found.extend(profiles.peers(place, top, &of)?);
            }
            let taken = |from: &ArrayRef, position: fn(&Peer) -> usize| -> Result<ArrayRef> {
                let at = found.iter().map(|peer| position(peer) as u32).collect::<UInt32Array>();
                Ok(take(from, &at, None)?)
            };
            let integers = |number: fn(&Peer) -> usize| -> ArrayRef {
                Arc::new(found.iter().map(|peer| number(peer) as i64).collect::<Int64Array>())
            };
            request.batch(found.len(), |name| {
                Ok(match name {
                    "unit" => taken(&of.units, |peer| peer.of.unit)?,
                    "period" => taken(&of.periods, |peer| peer.of.period)?,
                    "peer" => taken(&of.units, |peer| peer.unit)?,
                    "place" => integers(|peer| peer.place),
                    "n" => integers(|peer| peer.n),
                    _ => {
                        let distances = found.iter().map(|peer| peer.distance);
                        Arc::new(Float64Array::from_iter_values(distances))
                    }
                })
            })
        }))
    }
}

impl Similarity {
    /// The nodes that are compared.
    fn components(&self, framework: &Framework) -> Vec<usize> {
        let mut nodes = nodes_at(self.level, framework);
        if let Some(code) = &self.below {
            let top = framework.position(code);
            nodes.retain(|&node| framework.above(node).any(|above| Some(above) == top));
        }
        nodes
    }
}
