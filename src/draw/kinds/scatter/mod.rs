//! One variable against another: a dot for each unit, names where there is space, a straight line through all.

mod axes;
mod naming;
mod straight;
mod units;

use datafusion::common::Result;
use kuva::render::color::Color;
use kuva::render::render::{Primitive, Scene};

use crate::draw::chart::Chart;
use crate::draw::figures::Figures;
use crate::draw::frame::Drawn;
use crate::draw::key::key;
use crate::draw::kind::{Kind, Role, Takes};
use crate::draw::look::{Look, TEXT};
use crate::draw::measure::{Measure, Name};
use crate::draw::setting::{Setting, Values};
use crate::draw::shapes::{END, Point, label, mark, way};
use crate::draw::text;

use axes::{Axes, MARGIN, Measures, axes, below, grid};
use naming::{Named, name_all};
use straight::Straight;
use units::{Unit, Units, units};

/// A variable against another.
pub static KIND: Kind = Kind {
    name: "scatter",
    summary: "one variable against another, unit by unit",
    roles: &[
        Role {
            name: "x",
            meaning: "the variable from left to right",
            takes: Takes::Number,
            known_as: &["x"],
            is_required: true,
            is_many: false,
        },
        Role {
            name: "y",
            meaning: "the variable from below",
            takes: Takes::Number,
            known_as: &["y"],
            is_required: true,
            is_many: false,
        },
        Role {
            name: "label",
            meaning: "names of the units",
            takes: Takes::Label,
            known_as: &["label", "unit", "name", "country", "code"],
            is_required: false,
            is_many: false,
        },
        Role {
            name: "group",
            meaning: "what the units belong to, by colour",
            takes: Takes::Label,
            known_as: &["group", "unit_group", "region"],
            is_required: false,
            is_many: false,
        },
    ],
    settings: &[
        Setting {
            name: "x_scale",
            meaning: "equal distances for equal differences, or for equal ratios",
            takes: Values::Words(&["linear", "log"]),
            default: "linear",
        },
        Setting {
            name: "y_scale",
            meaning: "the same of y",
            takes: Values::Words(&["linear", "log"]),
            default: "linear",
        },
        Setting {
            name: "line",
            meaning: "whether a straight line by least squares is drawn",
            takes: Values::Words(&["yes", "no"]),
            default: "yes",
        },
    ],
    draw,
};

const X: usize = 0;
const Y: usize = 1;
const LABEL: usize = 2;
const GROUP: usize = 3;
const X_SCALE: usize = 0;
const Y_SCALE: usize = 1;
const LINE: usize = 2;

fn draw(chart: &Chart<'_>) -> Result<Drawn> {
    let is_log = (chart.word(X_SCALE) == "log", chart.word(Y_SCALE) == "log");
    let units = units(chart, [X, Y, LABEL, GROUP], is_log)?;
    chart.at_most("groups", chart.look.colours(), units.groups.len())?;
    let look = chart.look;
    let sign = |(at, name): (usize, &String)| (name.clone(), vec![sign(look.colour(at), look)]);
    let entries: Vec<_> = units.groups.iter().enumerate().map(sign).collect();
    let (elements, high) = key(&entries, (MARGIN, 0.0), look.width - 2.0 * MARGIN, look);
    let measures = measures(chart, &units.units, is_log);
    let axes = axes(&units.units, &measures, is_log, high, look);
    let mut scene = Scene::new(look.width, axes.bottom + below(look));
    scene.elements = elements;
    grid(&mut scene, &axes, &measures, look);
    let mut notes = Vec::new();
    if chart.word(LINE) == "yes" {
        notes.extend(straight(&mut scene, &units.units, is_log, &axes, look));
    }
    let x = told(units.units.iter().map(|unit| unit.x), &measures.x, is_log.0);
    let y = told(units.units.iter().map(|unit| unit.y), &measures.y, is_log.1);
    dots(&mut scene, &units, &axes, (&x, &y), chart);
    let radius = dot_size(units.units.len(), look).0;
    for Named { name, place, anchor } in names(&units.units, &axes, radius, look) {
        scene.add(label(&name, place, TEXT - 2, look.text(), anchor));
    }
    if units.missing > 0 {
        notes.push(format!("{} rows without both values are not drawn.", units.missing));
    }
    if units.below > 0 {
        notes.push(format!(
            "{} rows with values of 0 or less have no place on an axis of ratios.",
            units.below
        ));
    }
    Ok(Drawn { scene, notes, description: description(&units, &y, chart) })
}

/// What the axes count: a unit of measurement that was stated is that of y.
fn measures(chart: &Chart<'_>, units: &[Unit], is_log: (bool, bool)) -> Measures {
    let measure = |name: Name<'_>, number: &dyn Fn(&Unit) -> f64, is_log: bool| {
        let numbers = units.iter().map(number);
        if is_log { Measure::of_ratios(name, numbers) } else { Measure::new(name, numbers) }
    };
    let up = chart.heading(Y);
    let name = chart.unit.map_or(Name::Column(&up), Name::Unit);
    let mut y = measure(name, &|unit| unit.y, is_log.1);
    if chart.unit.is_some() {
        y.text = format!("{up} ({})", y.text);
    }
    Measures { x: measure(Name::Column(&chart.heading(X)), &|unit| unit.x, is_log.0), y }
}

/// How the figures of the units are told: to the same decimals, on an axis of ratios to those that each needs.
fn told(
    numbers: impl Iterator<Item = f64>,
    measure: &Measure,
    is_log: bool,
) -> impl Fn(f64) -> String {
    let figures = Figures::new(numbers, measure);
    move |number| {
        let (told, alone) = (figures.told(number), figures.alone(number));
        if is_log && alone.len() > told.len() { alone } else { told }
    }
}

/// The line through all units as far as they reach, and what is said of it.
fn straight(
    scene: &mut Scene,
    units: &[Unit],
    is_log: (bool, bool),
    axes: &Axes,
    look: &Look,
) -> Option<String> {
    let on = |value: f64, is_log: bool| if is_log { value.log10() } else { value };
    let x: Vec<f64> = units.iter().map(|unit| on(unit.x, is_log.0)).collect();
    let y: Vec<f64> = units.iter().map(|unit| on(unit.y, is_log.1)).collect();
    let fitted = Straight::through(&x, &y)?;
    let off = |value: f64, is_log: bool| if is_log { 10f64.powf(value) } else { value };
    let (low, high) = axes.y.ends();
    let ends = fitted.within((on(low, is_log.1), on(high, is_log.1)))?;
    let place = |(x, y): Point| (axes.x.at(off(x, is_log.0)), axes.y.at(off(y, is_log.1)));
    let r_squared = format!("{:.2}", fitted.r_squared);
    let said = format!("Least squares: R² = {r_squared}");
    let figures = [
        ("slope", fitted.slope.to_string()),
        ("intercept", fitted.intercept.to_string()),
        ("r-squared", fitted.r_squared.to_string()),
    ];
    scene.add(mark(&said, &figures));
    scene.add(way(&[place(ends.0), place(ends.1)], look.quiet(), 1.6, Some("6 4")));
    scene.add(END);
    let of = match is_log {
        (false, false) => "",
        (true, false) => ", y on the logarithm of x",
        (false, true) => ", the logarithm of y on x",
        (true, true) => ", both in logarithms",
    };
    Some(format!(
        "Dashed: straight line by least squares{of}, R² = {r_squared}, n = {}.",
        units.len()
    ))
}

/// Radius and opacity of dots, where there are so many. In characters a few hundred are letters, more are dots.
fn dot_size(n: usize, look: &Look) -> (f64, f64) {
    match n {
        0..=250 if look.in_characters => (4.0, 1.0),
        _ if look.in_characters => (2.0, 1.0),
        0..=60 => (4.5, 0.9),
        61..=400 => (3.5, 0.75),
        401..=2000 => (2.6, 0.6),
        _ => (2.0, 0.4),
    }
}

fn sign(colour: &str, look: &Look) -> Primitive {
    circle((0.0, 0.0), 5.0, 0.9, colour, look)
}

fn circle(centre: Point, r: f64, opacity: f64, colour: &str, look: &Look) -> Primitive {
    Primitive::Circle {
        cx: centre.0,
        cy: centre.1,
        r,
        fill: Color::from(colour),
        fill_opacity: Some(opacity),
        stroke: Some(Color::from(look.paper())),
        stroke_width: Some(0.6),
    }
}

fn dots(
    scene: &mut Scene,
    units: &Units,
    axes: &Axes,
    (x, y): (&dyn Fn(f64) -> String, &dyn Fn(f64) -> String),
    chart: &Chart<'_>,
) {
    let (radius, opacity) = dot_size(units.units.len(), chart.look);
    let name = |role| chart.column(role).map(|column| chart.rows.name(column)).unwrap_or_default();
    for unit in &units.units {
        let group = unit.group.map(|group| units.groups[group].as_str());
        let of = [unit.name.as_deref(), group].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let colon = if of.is_empty() { "" } else { ": " };
        let said = format!("{of}{colon}{} {}, {} {}", name(X), x(unit.x), name(Y), y(unit.y));
        let figures = [
            ("label", unit.name.clone().unwrap_or_default()),
            ("group", group.unwrap_or_default().to_owned()),
            ("x", unit.x.to_string()),
            ("y", unit.y.to_string()),
        ];
        let colour = chart.look.colour(unit.group.unwrap_or_default());
        scene.add(mark(&said, &figures));
        let place = (axes.x.at(unit.x), axes.y.at(unit.y));
        scene.add(circle(place, radius, opacity, colour, chart.look));
        scene.add(END);
    }
}

/// Names that have space.
fn names(units: &[Unit], axes: &Axes, radius: f64, look: &Look) -> Vec<Named> {
    let dots: Vec<Point> =
        units.iter().map(|unit| (axes.x.at(unit.x), axes.y.at(unit.y))).collect();
    let short = |unit: &Unit| unit.name.as_ref().map(|name| text::cut(name, text::LABEL));
    let names: Vec<Option<String>> = units.iter().map(short).collect();
    let bounds = (axes.left + 2.0, axes.top - 20.0, axes.right + 10.0, axes.bottom - 2.0);
    let wide = |name: &str| look.wide(name, TEXT - 2);
    let high = if look.in_characters { look.line() } else { f64::from(TEXT - 2) * 1.15 };
    name_all(&dots, &names, radius, (&wide, high), bounds)
}

fn description(units: &Units, told: &dyn Fn(f64) -> String, chart: &Chart<'_>) -> String {
    let name = |role| chart.column(role).map(|column| chart.rows.name(column)).unwrap_or_default();
    let far = |best: &dyn Fn(&Unit, &Unit) -> bool| {
        let found = units.units.iter().reduce(|a, b| if best(b, a) { b } else { a });
        let said =
            |unit: &Unit| format!("{} {}", unit.name.as_deref().unwrap_or("a unit"), told(unit.y));
        found.map(said).unwrap_or_default()
    };
    format!(
        "{} units, {} against {}: highest {}, lowest {}",
        units.units.len(),
        name(Y),
        name(X),
        far(&|a, b| a.y > b.y),
        far(&|a, b| a.y < b.y)
    )
}
