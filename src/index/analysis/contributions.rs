//! The change of each score taken apart into what its children contribute.

use datafusion::arrow::array::{Array, Float64Array};
use datafusion::common::{Result, exec_err};

use crate::framework::Framework;
use crate::index::methods::bound::Methods;
use crate::index::place::UnitPeriod;
use crate::index::steps::scores::{Scores, number_at};
use crate::kernel::{Contribution, Part, QuasiMean, Snapshot, Sum, contributions};

/// The nodes that are wanted and all above them, the root first, each after its parent.
pub struct ChangeTree {
    /// Who asks, for errors.
    name: &'static str,
    nodes: Vec<usize>,
    parts: Vec<Part>,
    families: Vec<Family>,
    order: Vec<usize>,
    /// Where the nodes that are wanted are among these.
    wanted: Vec<usize>,
}

/// Siblings: all of them, and those that are in the tree, as node and place.
struct Family {
    all: Vec<usize>,
    wanted: Vec<(usize, usize)>,
}

impl ChangeTree {
    pub fn new(framework: &Framework, methods: &Methods, wanted: &[usize]) -> Self {
        let of = framework.nodes();
        let mut is_in = vec![false; of.len()];
        for &node in wanted {
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
            mean: methods.power_of_entering(node).map(QuasiMean::of_power),
            turned_from: framework.ends(node),
        };
        let family = |&node: &usize| Family {
            all: of[node].children.clone(),
            wanted: of[node].children.iter().filter_map(|&i| Some((i, place[i]?))).collect(),
        };
        Self {
            name: methods.name,
            parts: nodes.iter().map(part).collect(),
            families: nodes.iter().map(family).filter(|f| !f.wanted.is_empty()).collect(),
            order: (0..nodes.len()).collect(),
            wanted: wanted.iter().filter_map(|&node| place[node]).collect(),
            nodes,
        }
    }

    /// Score, change, contribution to the parent and to the top, and effective weight, for each of
    /// these units and periods.
    pub fn moves(
        &self,
        framework: &Framework,
        scores: &Scores,
        since: &[Option<usize>],
        places: &[UnitPeriod],
        wants_contributions: bool,
    ) -> Result<[Float64Array; 5]> {
        let rows = places.len() * self.wanted.len();
        let mut columns: [Vec<Option<f64>>; 5] = std::array::from_fn(|_| Vec::with_capacity(rows));
        let [of_score, of_change, of_parent, of_top, of_weight] = &mut columns;
        let (mut before, mut now) = (UnitSnapshot::new(self), UnitSnapshot::new(self));
        let mut effective = vec![0.0; self.nodes.len()];
        for &place in places {
            let then = since[place.period].map(|period| UnitPeriod { period, ..place });
            // What was the present of the row before is the past of this one.
            if then.is_some() && now.place == then {
                std::mem::swap(&mut before, &mut now);
            }
            before.load(self, scores, then);
            now.load(self, scores, Some(place));
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
            for &i in &self.wanted {
                let (x, x_before) = (now.scores[i], before.scores[i]);
                let change = x - x_before;
                if change.is_infinite() {
                    let code = &framework.nodes()[self.nodes[i]].code;
                    return exec_err!(
                        "{}: the change of '{code}' from {x_before} to {x} exceeds the range of \
                         DOUBLE",
                        self.name
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
struct UnitSnapshot {
    place: Option<UnitPeriod>,
    /// NaN where there is none.
    scores: Vec<f64>,
    /// Shares over the siblings that have a score; 0 where there is none.
    weights: Vec<f64>,
}

impl UnitSnapshot {
    fn new(tree: &ChangeTree) -> Self {
        let n = tree.nodes.len();
        Self { place: None, scores: vec![f64::NAN; n], weights: vec![0.0; n] }
    }

    fn snapshot(&self) -> Snapshot<'_> {
        Snapshot { scores: &self.scores, weights: &self.weights }
    }

    fn load(&mut self, tree: &ChangeTree, scores: &Scores, place: Option<UnitPeriod>) {
        if self.place == place {
            return;
        }
        self.place = place;
        let Some(UnitPeriod { unit, period }) = place else {
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
