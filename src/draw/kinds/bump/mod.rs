//! Ranks over periods, the first at the top, each line named at both ends.

mod ranks;
mod roles;

use datafusion::common::{Result, plan_err};
use kuva::render::render::Scene;

use crate::draw::apart::apart;
use crate::draw::axes::{Tick, across, with_space};
use crate::draw::chart::Chart;
use crate::draw::drawn::Drawn;
use crate::draw::kind::{Kind, Role, Takes};
use crate::draw::lanes::MARGIN;
use crate::draw::look::{CELL, Look, TEXT};
use crate::draw::periods::Periods;
use crate::draw::scale::Scale;
use crate::draw::shade::{between, ink};
use crate::draw::shapes::{Anchor, END, Point, bold, dot, label, mark, way};
use crate::draw::text;
use crate::words::count;

use ranks::{Line, ranks};
use roles::X;

/// Ranks over periods.
pub static KIND: Kind = Kind {
    name: "bump",
    summary: "ranks over periods",
    roles: &[
        Role::PERIODS,
        Role {
            name: "y",
            meaning: "the ranks, 1 for the best",
            takes: Takes::Number,
            known_as: &["rank"],
            is_required: true,
            is_many: false,
        },
        Role {
            name: "series",
            meaning: "what is ranked",
            takes: Takes::Label,
            known_as: &["unit", "series", "region", "country", "name", "label", "code"],
            is_required: true,
            is_many: false,
        },
    ],
    settings: &[],
    draw,
};

/// The colour among those of series that is a grey.
const GREY: usize = 6;

/// Lines that can be followed.
const MOST: usize = 60;

/// The place of everything.
struct Axes {
    x: Scale,
    y: Scale,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    pitch: f64,
}

fn draw(chart: &Chart<'_>) -> Result<Drawn> {
    let Some(x) = chart.column(X) else { return plan_err!("plot: bump needs x") };
    let periods = Periods::new(chart.rows, x)?;
    let (lines, missing) = ranks(chart, &periods)?;
    chart.at_most("lines", MOST, lines.len())?;
    let ends = periods.ends()?;
    let look = chart.look;
    let axes = axes(&lines, ends, look);
    let coloured = coloured(&lines, look);
    let mut scene = Scene::new(look.width, axes.bottom + look.line());
    frame(&mut scene, &axes, &periods, look);
    // Those without a colour of their own lie below.
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|&at| coloured[at].is_some());
    for at in order {
        let pale = between(look.quiet(), look.paper(), 0.4);
        let colour = coloured[at].map_or(pale.as_str(), |colour| look.colour(colour));
        line_of(&mut scene, &lines[at], colour, coloured[at].is_some(), &axes, look);
    }
    names(&mut scene, &lines, &coloured, ends, &axes, look);
    let mut notes = Vec::new();
    let grey = coloured.iter().filter(|colour| colour.is_none()).count();
    if grey > 0 && grey < lines.len() {
        let coloured = lines.len() - grey;
        notes.push(format!("In colour: the {coloured} whose first and last ranks differ most."));
    }
    if missing > 0 {
        notes
            .push(format!("A line breaks where a period has no rank ({}).", count(missing, "row")));
    }
    let said = |line: &Line| format!("{} from {} to {}", line.name, line.first().1, line.last().1);
    let all = lines.iter().map(said).collect::<Vec<_>>().join("; ");
    let description = format!("Ranks of {} over periods: {all}", lines.len());
    Ok(Drawn { scene, notes, description })
}

fn axes(lines: &[Line], ends: (f64, f64), look: &Look) -> Axes {
    let (left, right) = (Side::new(lines, true, look), Side::new(lines, false, look));
    let left = MARGIN + left.wide();
    let right = look.width - MARGIN - right.wide();
    let right = right.max(left + 40.0);
    let worst = lines.iter().flat_map(Line::points).map(|point| point.1).fold(1.0, f64::max);
    let best = lines.iter().flat_map(Line::points).map(|point| point.1).fold(worst, f64::min);
    // As many rows as there are lines or ranks, whichever are more.
    let rows = (worst - best + 1.0).min(4.0 * lines.len() as f64).max(lines.len() as f64);
    let top = if look.in_characters { 0.0 } else { 6.0 };
    let pitch = match look.in_characters {
        true => CELL.1,
        false => ((look.height - look.line() - top) / rows).clamp(17.0, 40.0),
    };
    let bottom = top + rows * pitch;
    let y = match worst > best {
        true => Scale::fixed(best, worst, top + pitch / 2.0, bottom - pitch / 2.0),
        false => Scale::fixed(best - 1.0, best + 1.0, top, bottom),
    };
    let x = match ends {
        (first, last) if first == last => Scale::fixed(first - 1.0, last + 1.0, left, right),
        (first, last) => Scale::fixed(first, last, left + 6.0, right - 6.0),
    };
    Axes { x, y, left, right, top, bottom, pitch }
}

/// Columns that a name has at each side.
fn columns(look: &Look) -> usize {
    ((look.width * 0.27 / look.wide("x", TEXT)) as usize).clamp(4, text::LABEL)
}

/// The colours of lines: where there are not enough, of those that moved most, and none is grey as the others are.
fn coloured(lines: &[Line], look: &Look) -> Vec<Option<usize>> {
    let mut colours = vec![None; lines.len()];
    let mut order: Vec<usize> = (0..lines.len()).collect();
    let is_enough = lines.len() <= look.colours();
    if !is_enough {
        order.retain(|&at| lines[at].moved() > 0.0);
        order.sort_by(|&a, &b| lines[b].moved().total_cmp(&lines[a].moved()));
    }
    let free = (0..look.colours()).filter(|&colour| is_enough || colour != GREY);
    for (colour, at) in free.zip(order) {
        colours[at] = Some(colour);
    }
    colours
}

fn frame(scene: &mut Scene, axes: &Axes, periods: &Periods, look: &Look) {
    let most = ((axes.right - axes.left) / 55.0).clamp(2.0, 14.0) as usize;
    let tick = |(value, text): (f64, String)| Tick { place: axes.x.at(value), value, text };
    let ticks = with_space(periods.ticks(most).into_iter().map(tick).collect(), look);
    scene.elements.extend(across(&ticks, axes.top, axes.bottom, look));
}

fn line_of(
    scene: &mut Scene,
    line: &Line,
    colour: &str,
    is_coloured: bool,
    axes: &Axes,
    look: &Look,
) {
    let place = |point: &Point| (axes.x.at(point.0), axes.y.at(point.1));
    let points: Vec<String> = line.points().map(|(x, y)| format!("{x},{y}")).collect();
    let figures = [("series", line.name.clone()), ("points", points.join(" "))];
    let said = format!("{}: from {} to {}", line.name, line.first().1, line.last().1);
    scene.add(mark(&said, &figures));
    let (thick, size) = if is_coloured { (2.6, 4.0) } else { (1.2, 2.5) };
    for run in &line.runs {
        let places: Vec<Point> = run.iter().map(place).collect();
        if places.len() > 1 {
            scene.add(way(&places, colour, thick, None));
        }
        for place in places {
            scene.add(dot(place, size, colour, look.paper()));
        }
    }
    scene.add(END);
}

/// Names and ranks at both ends, none over another; a line is named where it has a rank in the period of that end, one
/// that has none in both at the right.
fn names(
    scene: &mut Scene,
    lines: &[Line],
    coloured: &[Option<usize>],
    ends: (f64, f64),
    axes: &Axes,
    look: &Look,
) {
    let distance = if look.in_characters { CELL.1 } else { axes.pitch.min(f64::from(TEXT) + 3.0) };
    let bounds = (axes.top + distance / 2.0, axes.bottom - distance / 2.0);
    for is_left in [true, false] {
        let side = Side::new(lines, is_left, look);
        let begins = |line: &Line| line.first().0 == ends.0;
        let is_there = |line: &Line| if is_left { begins(line) } else { line.last().0 == ends.1 };
        let is_named = |line: &Line| is_there(line) || (!is_left && !begins(line));
        let named: Vec<usize> = (0..lines.len()).filter(|&at| is_named(&lines[at])).collect();
        let wanted: Vec<f64> = named.iter().map(|&at| axes.y.at(side.rank(&lines[at]))).collect();
        let places = apart(&wanted, distance, bounds);
        for (at, place) in named.into_iter().zip(places) {
            let colour = coloured[at].map_or(look.quiet(), |colour| look.colour(colour));
            let (rank, name, anchor) = match is_left {
                true => (axes.left - GAP, axes.left - GAP - side.ranks, Anchor::End),
                false => (axes.right + GAP, axes.right + GAP + side.ranks, Anchor::Start),
            };
            let rank_at = match is_there(&lines[at]) {
                true => side.rank(&lines[at]).to_string(),
                false => "–".to_owned(),
            };
            let ink = ink(colour, look);
            scene.add(bold(&rank_at, (rank, place), TEXT - 1, &ink, anchor));
            scene.add(label(&side.names[at], (name, place), TEXT, &ink, anchor));
        }
    }
}

/// From the end of a line to its rank.
const GAP: f64 = 8.0;

/// What is written at one side.
struct Side {
    is_left: bool,
    names: Vec<String>,
    /// The width of ranks, and from these to the names.
    ranks: f64,
    wide: f64,
}

impl Side {
    fn new(lines: &[Line], is_left: bool, look: &Look) -> Self {
        let columns = columns(look);
        let names: Vec<String> = lines.iter().map(|line| text::cut(&line.name, columns)).collect();
        let mut side = Self { is_left, names, ranks: 0.0, wide: 0.0 };
        let widest = |texts: &mut dyn Iterator<Item = String>| {
            texts.map(|text| look.wide(&text, TEXT)).fold(0.0, f64::max)
        };
        side.ranks = widest(&mut lines.iter().map(|line| side.rank(line).to_string())) + GAP;
        side.wide = widest(&mut side.names.iter().cloned()) + side.ranks + GAP;
        side
    }

    fn rank(&self, line: &Line) -> f64 {
        if self.is_left { line.first().1 } else { line.last().1 }
    }

    fn wide(&self) -> f64 {
        self.wide + 4.0
    }
}
