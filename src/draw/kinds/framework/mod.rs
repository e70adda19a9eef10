//! A framework with its weights: a sunburst whose angles are effective weights, or a tree.

mod branches;
mod fit;
mod outline;
mod sunburst;
mod tree;

use datafusion::common::{Result, plan_datafusion_err};

use crate::draw::chart::Chart;
use crate::draw::frame::Drawn;
use crate::draw::kind::{Kind, Role, Takes};
use crate::draw::setting::{Setting, Values};
use crate::framework::{Defaults, Framework, Row};

use branches::{Branches, percent};

/// A framework and its weights.
pub static KIND: Kind = Kind {
    name: "framework",
    summary: "a framework with the weights of its nodes",
    roles: &[
        Role {
            name: "code",
            meaning: "the nodes",
            takes: Takes::Label,
            known_as: &["code"],
            is_required: true,
            is_many: false,
        },
        Role {
            name: "parent",
            meaning: "the node above each; NULL for the root",
            takes: Takes::Label,
            known_as: &["parent"],
            is_required: true,
            is_many: false,
        },
        Role {
            name: "weight",
            meaning: "the weight within the parent; equal without one",
            takes: Takes::Number,
            known_as: &["weight", "effective_weight"],
            is_required: false,
            is_many: false,
        },
        Role {
            name: "label",
            meaning: "names to show in the place of codes",
            takes: Takes::Label,
            known_as: &["label", "name"],
            is_required: false,
            is_many: false,
        },
    ],
    settings: &[Setting {
        name: "form",
        meaning: "circles around the root, or branches from left to right; auto: circles where all names have space",
        takes: Values::Words(&["auto", "sunburst", "tree"]),
        default: "auto",
    }],
    draw,
};

const CODE: usize = 0;
const PARENT: usize = 1;
const WEIGHT: usize = 2;
const LABEL: usize = 3;
const FORM: usize = 0;

/// Indicators that can be read around a circle, and below each other.
const AROUND: usize = 60;
const BELOW: usize = 150;

fn draw(chart: &Chart<'_>) -> Result<Drawn> {
    let framework = Framework::new(rows(chart)?, &Defaults::default())
        .map_err(|faults| plan_datafusion_err!("plot: {faults}"))?;
    let branches = Branches::of(&framework);
    let leaves = branches.leaves().count();
    chart.at_most("indicators", BELOW, leaves)?;
    let form = chart.word(FORM);
    let circles = match form {
        "tree" => None,
        "sunburst" => {
            chart.at_most("indicators around a circle", AROUND, leaves)?;
            Some(sunburst::draw(&branches, chart.look))
        }
        _ if leaves > AROUND || chart.look.in_characters => None,
        _ => Some(sunburst::draw(&branches, chart.look)).filter(|drawn| drawn.unnamed == 0),
    };
    let mut notes = Vec::new();
    let scene = match circles {
        Some(circles) => {
            notes.push(
                "Angles and percentages: share in the whole index (effective weight).".to_owned(),
            );
            let unseen = branches.nodes.iter().filter(|node| node.effective <= 0.0).count();
            if unseen > 0 {
                notes.push(format!("{unseen} nodes have no weight and no angle."));
            }
            circles.scene
        }
        None if chart.look.in_characters => outline::draw(&branches, chart.look),
        None => {
            notes.push(
                "Percentages at the branches: share within the node above. Bars: share in the whole index (effective weight)."
                    .to_owned(),
            );
            tree::draw(&branches, chart.look)
        }
    };
    Ok(Drawn { scene, notes, description: description(&branches) })
}

fn rows(chart: &Chart<'_>) -> Result<Vec<Row>> {
    let (codes, parents) = (chart.texts(CODE)?, chart.texts(PARENT)?.unwrap_or_default());
    let (weights, labels) = (chart.numbers(WEIGHT)?, chart.texts(LABEL)?);
    let codes = codes.unwrap_or_default();
    let row = |(at, code): (usize, Option<String>)| Row {
        code,
        parent: parents[at].clone(),
        weight: weights.as_ref().and_then(|weights| weights[at]),
        label: labels.as_ref().and_then(|labels| labels[at].clone()),
        ..Row::default()
    };
    Ok(codes.into_iter().enumerate().map(row).collect())
}

fn description(branches: &Branches) -> String {
    let said: Vec<_> = branches
        .nodes
        .iter()
        .map(|node| format!("{} {}", node.name, percent(node.effective)))
        .collect();
    format!("{} nodes with their share in the whole: {}", branches.nodes.len(), said.join(", "))
}
