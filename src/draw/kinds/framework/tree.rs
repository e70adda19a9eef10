//! The framework as branches from left to right, with the share of each node at its branch.

use kuva::render::render::Scene;

use super::branches::{Branch, Branches, percent};
use crate::draw::look::{Look, TEXT};
use crate::draw::shapes::{Anchor, END, bold, label, line, mark, rectangle};
use crate::draw::text;

const MARGIN: f64 = 16.0;
/// Length of a branch before its name, and space after it.
const STUB: f64 = 12.0;
/// Length of the longest bar.
const BAR: f64 = 90.0;
/// Between what is written of a node.
const SPACE: f64 = 8.0;
const SIZE: u32 = TEXT - 1;
/// Columns of a name.
const NAME: usize = 40;

pub fn draw(branches: &Branches, look: &Look) -> Scene {
    let heights = heights(branches, look);
    let columns = columns(branches);
    let ends = branches.leaves().map(|leaf| columns[leaf.depth] + STUB + long(leaf));
    let right = ends.fold(0.0, f64::max) + 18.0;
    let most = branches.leaves().map(|leaf| leaf.effective).fold(0.0, f64::max);
    let rows = branches.leaves().count() as f64;
    let mut scene = Scene::new(right + BAR + 60.0 + MARGIN, (rows + 0.5) * look.line() + 4.0);
    for (at, node) in branches.nodes.iter().enumerate() {
        let (x, y) = (columns[node.depth], heights[at]);
        let from = if node.parent.is_some() { STUB } else { 0.0 };
        if node.parent.is_some() {
            scene.add(line((x, y), (x + STUB - 4.0, y), look.quiet(), 1.0));
        }
        scene.add(mark(&told(node), &figures(node)));
        let name = short(node);
        let place = (x + from, y);
        match node.children.is_empty() {
            true => scene.add(label(&name, place, SIZE, look.text(), Anchor::Start)),
            false => scene.add(bold(&name, place, SIZE, look.text(), Anchor::Start)),
        }
        if node.parent.is_some() {
            let place = (x + from + wide(node) + SPACE, y);
            scene.add(label(&percent(node.share), place, SIZE, look.quiet(), Anchor::Start));
        }
        if node.children.is_empty() {
            let long = if most > 0.0 { BAR * node.effective / most } else { 0.0 };
            let colour = look.colour(node.pillar.unwrap_or_default());
            scene.add(rectangle((right, y - 6.0), (long, 12.0), colour));
            let place = (right + long + 6.0, y);
            scene.add(label(&percent(node.effective), place, SIZE, look.text(), Anchor::Start));
        }
        scene.add(END);
        if let (Some(&first), Some(&last)) = (node.children.first(), node.children.last()) {
            let next = columns[node.depth + 1];
            scene.add(line((x + from + long(node) + SPACE, y), (next, y), look.quiet(), 1.0));
            scene.add(line((next, heights[first]), (next, heights[last]), look.quiet(), 1.0));
        }
    }
    scene
}

/// What a node says when it is pointed at.
pub fn told(node: &Branch) -> String {
    let (whole, parent) = (percent(node.effective), percent(node.share));
    format!("{}: {whole} of the whole, {parent} of its parent", node.name)
}

/// The figures of its mark.
pub fn figures(node: &Branch) -> [(&'static str, String); 3] {
    [
        ("code", node.code.clone()),
        ("weight", node.share.to_string()),
        ("effective", node.effective.to_string()),
    ]
}

fn short(node: &Branch) -> String {
    text::cut(&node.name, NAME)
}

/// How wide the name of a node is; that of a node with children is bold.
fn wide(node: &Branch) -> f64 {
    let wide = if node.children.is_empty() { text::width } else { text::bold_width };
    wide(&short(node), SIZE)
}

/// How long a node is written, with its share.
fn long(node: &Branch) -> f64 {
    let share = text::width(&percent(node.share), SIZE) + SPACE;
    wide(node) + node.parent.map_or(0.0, |_| share)
}

/// Where the nodes of each depth begin.
fn columns(branches: &Branches) -> Vec<f64> {
    let mut columns = vec![MARGIN];
    for depth in 0..branches.deepest {
        let is_inner = |node: &&Branch| node.depth == depth && !node.children.is_empty();
        let inner = branches.nodes.iter().filter(is_inner);
        let longest = inner.map(|node| long(node) + SPACE).fold(0.0, f64::max);
        let stub = if depth > 0 { STUB } else { 0.0 };
        columns.push(columns[depth] + stub + longest + STUB);
    }
    columns
}

/// The height of each node: indicators below each other, the others in the middle of those below them.
fn heights(branches: &Branches, look: &Look) -> Vec<f64> {
    let mut heights = vec![0.0; branches.nodes.len()];
    let mut row = 0.0;
    for (at, node) in branches.nodes.iter().enumerate() {
        if node.children.is_empty() {
            heights[at] = (row + 0.5) * look.line();
            row += 1.0;
        }
    }
    for (at, node) in branches.nodes.iter().enumerate().rev() {
        if let (Some(&first), Some(&last)) = (node.children.first(), node.children.last()) {
            heights[at] = heights[first] / 2.0 + heights[last] / 2.0;
        }
    }
    heights
}
