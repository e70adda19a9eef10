//! Lines over periods, each named at its end; a published series beside them as circles.

mod axes;
mod ends;
mod roles;
mod series;

use datafusion::common::{Result, plan_err};
use kuva::render::render::Scene;

use crate::draw::axes::{Tick, across, upwards, with_space};
use crate::draw::chart::Chart;
use crate::draw::drawn::Drawn;
use crate::draw::figures::Figures;
use crate::draw::kind::{Kind, Role, Takes};
use crate::draw::lanes::MARGIN;
use crate::draw::look::{CELL, Look, TEXT};
use crate::draw::measure::Measure;
use crate::draw::periods::Periods;
use crate::draw::scale::Scale;
use crate::draw::shapes::{Anchor, END, Point, dot, label, mark, way};
use crate::draw::text;
use crate::words::count;

use axes::Axes;
use ends::{Names, names};
use roles::{X, Y};
use series::{Line, lines};

/// Lines over periods.
pub static KIND: Kind = Kind {
    name: "lines",
    summary: "values over periods",
    roles: &[
        Role::PERIODS,
        Role {
            name: "y",
            meaning: "the values; several columns are a line each",
            takes: Takes::Number,
            known_as: &["value", "score", "index", "total"],
            is_required: true,
            is_many: true,
        },
        Role {
            name: "series",
            meaning: "what each line is of",
            takes: Takes::Label,
            known_as: &["series", "dimension", "unit", "region", "country", "code", "indicator"],
            is_required: false,
            is_many: false,
        },
        Role {
            name: "published",
            meaning: "values published by others, drawn as circles of the line's colour",
            takes: Takes::Number,
            known_as: &["published", "printed"],
            is_required: false,
            is_many: false,
        },
    ],
    settings: &[],
    draw,
};

/// Lines that can be told apart.
const MOST: usize = 32;

fn draw(chart: &Chart<'_>) -> Result<Drawn> {
    let Some(x) = chart.column(X) else { return plan_err!("plot: lines needs x") };
    let periods = Periods::new(chart.rows, x)?;
    let (lines, missing) = lines(chart, &periods)?;
    chart.at_most("lines", MOST, lines.len())?;
    let ends = periods.ends()?;
    let look = chart.look;
    let measure = chart.measure(Y, lines.iter().flat_map(Line::values));
    let figures = Figures::new(lines.iter().flat_map(Line::told), &measure);
    let names = names(&lines, ends.1, &figures, look);
    let axes = laid_out(&lines, ends, &names, &measure, look);
    let mut scene = frame(&axes, &periods, &measure.text, look);
    for (at, line) in lines.iter().enumerate() {
        let said = said(line, &|number| figures.told(number));
        line_of(&mut scene, line, &said, at, &axes, look);
    }
    names.draw(&mut scene, &axes, look);
    let mut notes = Vec::new();
    if lines.iter().any(|line| !line.published.is_empty()) {
        notes.push("Circles: as published.".to_owned());
    }
    let lost = lines.iter().filter(|line| !line.has_points()).count();
    if lost > 0 {
        notes.push(format!("Without a value (NULL): {lost} of {} series.", lines.len()));
    }
    if missing > 0 {
        notes.push(format!("No line where a period has no value ({}).", count(missing, "row")));
    }
    let said = |line| said(line, &|number| figures.told(number));
    let all = lines.iter().map(said).collect::<Vec<_>>().join("; ");
    let description =
        format!("{} over periods, {}: {all}", count(lines.len(), "line"), measure.text);
    Ok(Drawn { scene, notes, description })
}

/// Where the axes lie: as much space as the names at the right and the figures at the left need.
fn laid_out(
    lines: &[Line],
    ends: (f64, f64),
    names: &Names,
    measure: &Measure,
    look: &Look,
) -> Axes {
    let top = if look.in_characters { CELL.1 } else { 26.0 };
    let high = look.height.max(names.high() + top + look.line());
    let bottom = high - look.line();
    let half = look.line() / 2.0;
    let values = lines.iter().flat_map(Line::values);
    let y = Scale::around(values, bottom - half, top + half).counted(measure);
    let widest = |ticks: &[(f64, String)]| {
        ticks.iter().map(|(_, text)| look.wide(text, TEXT - 1)).fold(0.0, f64::max)
    };
    let left = MARGIN + widest(&y.ticks(steps(&y))) + 10.0;
    let right = (look.width - MARGIN - names.wide()).max(left + 40.0);
    let x = match ends {
        // One period stands in the middle.
        (first, last) if first == last => Scale::fixed(first - 1.0, last + 1.0, left, right),
        (first, last) => Scale::fixed(first, last, left + 6.0, right - 6.0),
    };
    Axes { x, y, top, bottom, left, right }
}

/// Ticks that an upright axis has at most.
fn steps(y: &Scale) -> usize {
    let (low, high) = y.ends();
    ((y.at(low) - y.at(high)).abs() / 45.0).clamp(2.0, 8.0) as usize
}

fn frame(axes: &Axes, periods: &Periods, measure: &str, look: &Look) -> Scene {
    let mut scene = Scene::new(look.width, axes.bottom + look.line());
    let tick = |(value, text): (f64, String)| Tick { place: axes.y.at(value), value, text };
    let ticks: Vec<Tick> = axes.y.ticks(steps(&axes.y)).into_iter().map(tick).collect();
    scene.elements.extend(upwards(&ticks, axes.left, axes.right, look));
    let most = ((axes.right - axes.left) / 55.0).clamp(2.0, 12.0) as usize;
    let tick = |(value, text): (f64, String)| Tick { place: axes.x.at(value), value, text };
    let ticks = with_space(periods.ticks(most).into_iter().map(tick).collect(), look);
    let upright = if look.in_characters { axes.bottom } else { axes.bottom - 5.0 };
    scene.elements.extend(across(&ticks, upright, axes.bottom, look));
    let base = vec![(axes.left, axes.bottom), (axes.right, axes.bottom)];
    if !look.in_characters {
        scene.add(way(&base, look.quiet(), 1.0, None));
    }
    let columns = ((look.width - 2.0 * MARGIN) / look.wide("x", TEXT)) as usize;
    let at = (MARGIN, look.line() / 2.0);
    scene.add(label(&text::cut(measure, columns), at, TEXT - 1, look.quiet(), Anchor::Start));
    scene
}

fn line_of(scene: &mut Scene, line: &Line, said: &str, at: usize, axes: &Axes, look: &Look) {
    let colour = look.colour(at);
    let dashes = match (at / look.colours()) % 4 {
        0 => None,
        1 => Some("7 4"),
        2 => Some("2 3"),
        _ => Some("9 3 2 3"),
    };
    let place = |point: &Point| (axes.x.at(point.0), axes.y.at(point.1));
    let list = |points: &mut dyn Iterator<Item = &Point>| {
        points.map(|(x, y)| format!("{x},{y}")).collect::<Vec<_>>().join(" ")
    };
    let figures = [("series", line.name.clone()), ("points", list(&mut line.points()))];
    scene.add(mark(said, &figures));
    for run in &line.runs {
        let places: Vec<Point> = run.iter().map(place).collect();
        match places.as_slice() {
            // A line of one point would not be seen.
            [one] => scene.add(dot(*one, 4.0, colour, look.paper())),
            _ => scene.add(way(&places, colour, 2.2, dashes)),
        }
    }
    scene.add(END);
    if !line.published.is_empty() {
        let figures =
            [("published", line.name.clone()), ("points", list(&mut line.published.iter()))];
        scene.add(mark(&format!("{}, as published", line.name), &figures));
        for point in &line.published {
            scene.add(dot(place(point), 4.0, look.paper(), colour));
        }
        scene.add(END);
    }
}

fn said(line: &Line, figure: &dyn Fn(f64) -> String) -> String {
    match (line.points().next(), line.points().last()) {
        (Some((_, first)), Some((_, last))) => {
            format!("{} from {} to {}", line.name, figure(*first), figure(*last))
        }
        _ => format!("{} without values", line.name),
    }
}
