//! The framework in characters: a row for each node, set in below the node above it, with its shares and a bar for each
//! indicator.

use kuva::render::render::Scene;

use super::branches::{Branches, percent};
use super::tree::{figures, told};
use crate::draw::look::{CELL, Look, TEXT};
use crate::draw::shapes::{Anchor, END, bold, label, mark, rectangle};
use crate::draw::text;

/// Columns beside everything, of a percentage with the space before it, and of the longest bar at most.
const MARGIN: usize = 2;
const SHARE: usize = 9;
const BAR: usize = 24;

pub fn draw(branches: &Branches, look: &Look) -> Scene {
    let across = (look.width / CELL.0) as usize;
    let names = names(branches);
    let longest = names.iter().map(|name| text::columns(name)).max().unwrap_or_default();
    let beside = across.saturating_sub(MARGIN + 2 * SHARE + 1);
    let wide = longest.min(beside.saturating_sub(BAR / 2)).max(8);
    let bar = beside.saturating_sub(wide + MARGIN).min(BAR);
    let (parent, whole) = (MARGIN + wide + SHARE, MARGIN + wide + 2 * SHARE);
    let mut scene = Scene::new(look.width, (branches.nodes.len() + 1) as f64 * CELL.1);
    let at = |column: usize, line: usize| (column as f64 * CELL.0, (line as f64 + 0.5) * CELL.1);
    for (said, end) in [("of parent", parent), ("of all", whole)] {
        scene.add(label(said, at(end, 0), TEXT, look.quiet(), Anchor::End));
    }
    let most = branches.leaves().map(|leaf| leaf.effective).fold(0.0, f64::max);
    for (row, (node, name)) in branches.nodes.iter().zip(&names).enumerate() {
        let line = row + 1;
        scene.add(mark(&told(node), &figures(node)));
        let name = text::cut(name, wide);
        scene.add(label(&name, at(MARGIN, line), TEXT, look.text(), Anchor::Start));
        if node.parent.is_some() {
            let share = percent(node.share);
            scene.add(label(&share, at(parent, line), TEXT, look.quiet(), Anchor::End));
        }
        let share = percent(node.effective);
        scene.add(bold(&share, at(whole, line), TEXT, look.text(), Anchor::End));
        if node.children.is_empty() && most > 0.0 {
            let long = bar as f64 * CELL.0 * node.effective / most;
            let corner = ((whole + 1) as f64 * CELL.0, (line as f64 + 0.25) * CELL.1);
            let colour = look.colour(node.pillar.unwrap_or_default());
            scene.add(rectangle(corner, (long, 0.75 * CELL.1), colour));
        }
        scene.add(END);
    }
    scene
}

/// The names, each behind the branches that lead to it.
fn names(branches: &Branches) -> Vec<String> {
    let is_last = |node: usize| {
        let parent = branches.nodes[node].parent;
        parent.is_none_or(|parent| branches.nodes[parent].children.last() == Some(&node))
    };
    let name = |at: usize| {
        let node = &branches.nodes[at];
        let Some(mut above) = node.parent else { return node.name.clone() };
        let mut name = format!("{}{}", if is_last(at) { "└─ " } else { "├─ " }, node.name);
        while let Some(next) = branches.nodes[above].parent {
            name.insert_str(0, if is_last(above) { "   " } else { "│  " });
            above = next;
        }
        name
    };
    (0..branches.nodes.len()).map(name).collect()
}
