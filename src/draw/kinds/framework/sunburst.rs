//! The framework as rings about its root: the angle of a node is its share in the whole.

use std::f64::consts::{PI, TAU};

use kuva::render::render::Scene;

use super::branches::{Branch, Branches, percent};
use super::fit::{Fitted, LEADING, SIZES, Sector, in_lines, polar};
use super::tree::{figures, told};
use crate::draw::look::{Look, TEXT};
use crate::draw::shade::{between, readable_on};
use crate::draw::shapes::{Anchor, END, Point, bold, dot, label, mark, outline, turned, way};
use crate::draw::text;

/// Radius of the root, and of all rings together.
const ROOT: f64 = 44.0;
const ALL: f64 = 180.0;
const MARGIN: f64 = 16.0;
/// Height of a name beside the rings, and how far away it stands.
const ROW: f64 = 16.0;
const AWAY: f64 = 34.0;
/// Columns of a name beside the rings.
const NAME: usize = 44;

/// The rings, and how many nodes inside them have no space for their name.
pub struct Rings {
    pub scene: Scene,
    pub unnamed: usize,
}

/// A name beside the rings.
struct Beside<'a> {
    node: &'a Branch,
    angle: f64,
    y: f64,
}

pub fn draw(branches: &Branches, look: &Look) -> Rings {
    let (right, left) = beside(branches);
    let most = right.len().max(left.len()) as f64;
    let high = (2.0 * ALL + 30.0).max(most * ROW + 30.0);
    let longest = right
        .iter()
        .chain(&left)
        .map(|beside| text::width(&said(beside.node), TEXT - 1))
        .fold(0.0, f64::max);
    let width = (2.0 * (ALL + AWAY + longest + MARGIN)).max(look.width);
    let centre = (width / 2.0, high / 2.0);
    let mut scene = Scene::new(width, high);
    let mut unnamed = 0;
    let at_most = sizes(branches);
    for node in branches.nodes.iter().filter(|node| node.depth > 0 && node.effective > 0.0) {
        let sector = sector(node, branches);
        let fill = colour(node, branches, look);
        scene.add(mark(&told(node), &figures(node)));
        scene.add(outline(sector.path(centre), Some((&fill, 1.0)), look.paper(), 1.2));
        if !node.children.is_empty() {
            match fitted(node, &sector, &SIZES[at_most[node.depth]..]) {
                Some(fitted) => {
                    let (x, y) = sector.centre();
                    write(&mut scene, &fitted, (centre.0 + x, centre.1 + y), readable_on(&fill));
                }
                None => unnamed += 1,
            }
        }
        scene.add(END);
    }
    root(&mut scene, &branches.nodes[0], centre, look);
    for (mut side, is_right) in [(right, true), (left, false)] {
        spread(&mut side, high);
        for beside in &side {
            named(&mut scene, beside, centre, is_right, look);
        }
    }
    Rings { scene, unnamed }
}

/// The part of its ring that a node has.
fn sector(node: &Branch, branches: &Branches) -> Sector {
    let thick = (ALL - ROOT) / branches.deepest.max(1) as f64;
    let inner = ROOT + (node.depth - 1) as f64 * thick;
    // Indicators reach to the names beside the rings.
    let outer = if node.children.is_empty() { ALL } else { inner + thick };
    Sector { from: node.from * TAU, to: (node.from + node.effective) * TAU, inner, outer }
}

/// The name and the share of a node in its sector, or the name alone.
fn fitted(node: &Branch, sector: &Sector, sizes: &[u32]) -> Option<Fitted> {
    let share = percent(node.effective);
    let whole = sector.fit(&node.name, Some(&share), sizes);
    whole.or_else(|| sector.fit(&node.name, None, sizes))
}

/// From which of the sizes on the names of each ring are written: those of one ring are alike.
fn sizes(branches: &Branches) -> Vec<usize> {
    let mut at_most = vec![0; branches.deepest + 1];
    let inner =
        |node: &&Branch| node.depth > 0 && node.effective > 0.0 && !node.children.is_empty();
    for node in branches.nodes.iter().filter(inner) {
        let size = fitted(node, &sector(node, branches), &SIZES).map(|fitted| fitted.size);
        let place = SIZES.iter().position(|known| Some(*known) == size).unwrap_or_default();
        // One or two sizes more are not seen as different.
        at_most[node.depth] = at_most[node.depth].max(place.saturating_sub(1));
    }
    at_most
}

/// The colour of its pillar, fainter ring by ring.
fn colour(node: &Branch, branches: &Branches, look: &Look) -> String {
    let strong = look.colour(node.pillar.unwrap_or_default());
    let rings = branches.deepest.max(2) as f64;
    between(strong, look.paper(), 0.62 * (node.depth.max(1) - 1) as f64 / (rings - 1.0))
}

fn root(scene: &mut Scene, root: &Branch, centre: Point, look: &Look) {
    scene.add(mark(&told(root), &figures(root)));
    scene.add(dot(centre, ROOT - 3.0, look.faint(), look.paper()));
    let wide = 2.0 * (ROOT - 8.0);
    let fits = |fitted: &Fitted| {
        let lines = fitted.lines.len() as f64 * f64::from(fitted.size) * LEADING;
        let longest = fitted.lines.iter().map(|line| text::width(line, fitted.size));
        longest.fold(0.0, f64::max).hypot(lines) <= wide + 6.0
    };
    let tried = |name: &str| {
        let mut sizes = SIZES.into_iter().flat_map(|size| {
            (1..=3).map(move |lines| Fitted { lines: in_lines(name, lines), size, turn: 0.0 })
        });
        sizes.find(fits)
    };
    let cut = || Fitted { lines: vec![text::cut(&root.name, 10)], size: 10, turn: 0.0 };
    let fitted = tried(&root.name).or_else(|| tried(&root.code)).unwrap_or_else(cut);
    write(scene, &fitted, centre, look.text());
    scene.add(END);
}

fn write(scene: &mut Scene, fitted: &Fitted, (x, y): Point, colour: &str) {
    let step = f64::from(fitted.size) * LEADING;
    let first = -step * (fitted.lines.len() as f64 - 1.0) / 2.0;
    let (sin, cos) = fitted.turn.to_radians().sin_cos();
    for (at, line) in fitted.lines.iter().enumerate() {
        let down = first + step * at as f64;
        if fitted.turn == 0.0 {
            scene.add(label(line, (x, y + down), fitted.size, colour, Anchor::Middle));
        } else {
            let back = text::width(line, fitted.size) / 2.0;
            let place = (x - down * sin - back * cos, y + down * cos - back * sin);
            scene.add(turned(line, place, fitted.size, colour, fitted.turn));
        }
    }
}

/// Indicators with an angle, on the right and on the left, each from the top.
fn beside(branches: &Branches) -> (Vec<Beside<'_>>, Vec<Beside<'_>>) {
    let with_angle = branches.leaves().filter(|node| node.depth > 0 && node.effective > 0.0);
    let all = with_angle.map(|node| {
        let angle = (node.from + node.effective / 2.0) * TAU;
        Beside { node, angle, y: -(ALL + 10.0) * angle.cos() }
    });
    let (right, mut left): (Vec<_>, Vec<_>) = all.partition(|beside| beside.angle <= PI);
    left.reverse();
    (right, left)
}

/// Moves names apart, as little as needed, within the height of the picture.
fn spread(side: &mut [Beside<'_>], high: f64) {
    let most = high / 2.0 - ROW;
    let mut least = -most;
    for beside in side.iter_mut() {
        beside.y = beside.y.max(least);
        least = beside.y + ROW;
    }
    let mut limit = most;
    for beside in side.iter_mut().rev() {
        beside.y = beside.y.min(limit);
        limit = beside.y - ROW;
    }
}

fn said(node: &Branch) -> String {
    format!("{}  {}", text::cut(&node.name, NAME), percent(node.effective))
}

fn named(scene: &mut Scene, beside: &Beside<'_>, centre: Point, is_right: bool, look: &Look) {
    let at = |(x, y): Point| (centre.0 + x, centre.1 + y);
    let side = if is_right { 1.0 } else { -1.0 };
    let edge = (side * (ALL + AWAY - 8.0), beside.y);
    let line = [at(polar(beside.angle, ALL + 1.0)), at(polar(beside.angle, ALL + 8.0)), at(edge)];
    scene.add(way(&line, look.quiet(), 0.7, None));
    let place = at((side * (ALL + AWAY - 4.0), beside.y));
    let share = percent(beside.node.effective);
    let name = text::cut(&beside.node.name, NAME);
    let space = text::bold_width(&share, TEXT - 1) + 7.0;
    let anchor = if is_right { Anchor::Start } else { Anchor::End };
    scene.add(bold(&share, place, TEXT - 1, look.text(), anchor));
    let place = (place.0 + side * space, place.1);
    scene.add(label(&name, place, TEXT - 1, look.text(), anchor));
}
