//! A dot and an interval for each unit: where it stands, and how certain that is.

use std::collections::HashSet;

use datafusion::common::{Result, plan_err};
use kuva::render::render::Scene;

use crate::draw::axes::Tick;
use crate::draw::chart::Chart;
use crate::draw::drawn::Drawn;
use crate::draw::figures::Figures;
use crate::draw::kind::{Kind, Role, Takes};
use crate::draw::lanes::{Lanes, MOST};
use crate::draw::look::{CELL, Look, TEXT};
use crate::draw::names::filled;
use crate::draw::scale::Scale;
use crate::draw::setting::{Setting, Values};
use crate::draw::shapes::{Anchor, END, dot, label, line, mark};
use crate::draw::text;
use crate::words::count;

/// Dots with intervals.
pub static KIND: Kind = Kind {
    name: "dots",
    summary: "a dot and an interval for each unit",
    roles: &[
        Role {
            name: "label",
            meaning: "what each dot is of",
            takes: Takes::Label,
            known_as: &[
                "unit",
                "label",
                "name",
                "region",
                "country",
                "factor",
                "code",
                "indicator",
            ],
            is_required: true,
            is_many: false,
        },
        Role {
            name: "value",
            meaning: "where the dot stands",
            takes: Takes::Number,
            known_as: &["mean_rank", "median_rank", "estimate", "mean", "median", "value", "score"],
            is_required: true,
            is_many: false,
        },
        Role {
            name: "low",
            meaning: "where the interval begins",
            takes: Takes::Number,
            known_as: &["p05_rank", "low", "lower", "p05"],
            is_required: true,
            is_many: false,
        },
        Role {
            name: "high",
            meaning: "where it ends",
            takes: Takes::Number,
            known_as: &["p95_rank", "high", "upper", "p95"],
            is_required: true,
            is_many: false,
        },
        Role {
            name: "nominal",
            meaning: "a second value, drawn as a short line across",
            takes: Takes::Number,
            known_as: &["nominal", "nominal_rank", "rank"],
            is_required: false,
            is_many: false,
        },
    ],
    settings: &[Setting {
        name: "order",
        meaning: "whether dots are in the order of their values or of the rows",
        takes: Values::Words(&["value", "rows"]),
        default: "value",
    }],
    draw,
};

const LABEL: usize = 0;
const VALUE: usize = 1;
const LOW: usize = 2;
const HIGH: usize = 3;
const NOMINAL: usize = 4;
const ORDER: usize = 0;

/// A unit.
struct Unit {
    name: String,
    value: Option<f64>,
    interval: Option<(f64, f64)>,
    nominal: Option<f64>,
}

impl Unit {
    fn numbers(&self) -> impl Iterator<Item = f64> {
        let interval = self.interval.into_iter().flat_map(|(low, high)| [low, high]);
        interval.chain(self.value).chain(self.nominal)
    }

    /// Its value and its interval in words.
    fn said(&self, figure: &dyn Fn(f64) -> String) -> String {
        match (self.value, self.interval) {
            (Some(value), Some((low, high))) => {
                format!("{}: {} ({} to {})", self.name, figure(value), figure(low), figure(high))
            }
            (Some(value), None) => format!("{}: {}", self.name, figure(value)),
            _ => format!("{}: no value", self.name),
        }
    }
}

fn draw(chart: &Chart<'_>) -> Result<Drawn> {
    let (units, mut notes) = units(chart)?;
    chart.at_most("dots", MOST, units.len())?;
    let look = chart.look;
    let is_rank = is_rank(chart);
    let names: Vec<String> = units.iter().map(|unit| unit.name.clone()).collect();
    let lanes = Lanes::new(&names, look.line(), look);
    let measure = chart.measure(VALUE, units.iter().flat_map(Unit::numbers));
    let figures = Figures::new(units.iter().flat_map(Unit::numbers), &measure);
    let texts = units.iter().filter_map(|unit| unit.value).map(|value| figures.of(value));
    let widest = texts.map(|written| look.wide(&written, TEXT)).fold(0.0, f64::max);
    let beside = if look.in_characters { CELL.0 } else { 10.0 };
    let scale = scale(&units, is_rank, lanes.left + beside, lanes.right - widest - 8.0 - beside);
    let scale = scale.counted(&measure);
    let ticks = if is_rank { ranks(lanes.ticks(&scale), &scale) } else { lanes.ticks(&scale) };
    let mut scene = lanes.scene(ticks, &measure.text, look);
    let heading = chart.column(VALUE).map(|column| words(chart.rows.name(column)));
    let at = (lanes.right, look.line() / 2.0);
    let columns = ((lanes.right - lanes.left) / look.wide("x", TEXT)) as usize;
    let heading = text::cut(&heading.unwrap_or_default(), columns);
    scene.add(label(&heading, at, TEXT - 1, look.quiet(), Anchor::End));
    for (lane, unit) in units.iter().enumerate() {
        let written = unit.value.map(|value| figures.of(value));
        let said = unit.said(&|number| figures.told(number));
        unit_of(&mut scene, unit, &said, lanes.middle(lane), &scale, lanes.pitch, look);
        let (written, colour) = match &written {
            Some(written) => (written.as_str(), look.text()),
            None => ("-", look.quiet()),
        };
        scene.add(label(written, (lanes.right, lanes.middle(lane)), TEXT - 1, colour, Anchor::End));
    }
    notes.insert(0, said(chart, units.iter().any(|unit| unit.nominal.is_some())));
    let described = |unit: &Unit| unit.said(&|number| figures.told(number));
    let all = units.iter().map(described).collect::<Vec<_>>().join("; ");
    let description = format!("{}, {}. {all}", count(units.len(), "dot"), measure.text);
    Ok(Drawn { scene, notes, description })
}

/// What a dot and its lines are.
fn said(chart: &Chart<'_>, with_nominal: bool) -> String {
    let name = |role| chart.column(role).map(|column| words(chart.rows.name(column)));
    let [value, low, high, nominal] = [VALUE, LOW, HIGH, NOMINAL].map(name);
    let text = |name: Option<String>| name.unwrap_or_default();
    let nominal = match with_nominal {
        true => format!("; upright line: {}", text(nominal)),
        false => String::new(),
    };
    format!("Dot: {}; line: {} to {}{nominal}.", text(value), text(low), text(high))
}

/// The name of a column in words, as far as our own functions give it.
fn words(name: &str) -> String {
    match name {
        "mean_rank" => "mean rank".to_owned(),
        "median_rank" => "median rank".to_owned(),
        "p05_rank" => "5th percentile".to_owned(),
        "p95_rank" => "95th percentile".to_owned(),
        "rank" => "nominal rank".to_owned(),
        other => other.replace('_', " "),
    }
}

fn unit_of(
    scene: &mut Scene,
    unit: &Unit,
    said: &str,
    y: f64,
    scale: &Scale,
    pitch: f64,
    look: &Look,
) {
    let colour = look.colour(0);
    let shown = |number: Option<f64>| number.map_or_else(String::new, |number| number.to_string());
    let (low, high) = (unit.interval.map(|ends| ends.0), unit.interval.map(|ends| ends.1));
    let figures = [
        ("label", unit.name.clone()),
        ("value", shown(unit.value)),
        ("low", shown(low)),
        ("high", shown(high)),
        ("nominal", shown(unit.nominal)),
    ];
    scene.add(mark(said, &figures));
    if let Some((low, high)) = unit.interval {
        scene.add(line((scale.at(low), y), (scale.at(high), y), colour, 3.0));
    }
    if let Some(nominal) = unit.nominal {
        let (x, reach) = (scale.at(nominal), pitch * 0.3);
        scene.add(line((x, y - reach), (x, y + reach), look.text(), 2.0));
    }
    if let Some(value) = unit.value {
        scene.add(dot(
            (scale.at(value), y),
            if pitch < 20.0 { 4.0 } else { 5.0 },
            colour,
            look.paper(),
        ));
    }
    scene.add(END);
}

/// Whether the values are ranks: the best, 1, comes first.
fn is_rank(chart: &Chart<'_>) -> bool {
    let name = chart.column(VALUE).map(|column| chart.rows.name(column).to_lowercase());
    name.is_some_and(|name| name.split('_').any(|word| word == "rank" || word == "ranks"))
}

fn units(chart: &Chart<'_>) -> Result<(Vec<Unit>, Vec<String>)> {
    let names = filled(chart.texts(LABEL)?.unwrap_or_default());
    let numbers = |role| Ok(chart.numbers(role)?.unwrap_or_else(|| vec![None; names.len()]));
    let (values, lows, highs) = (numbers(VALUE)?, numbers(LOW)?, numbers(HIGH)?);
    let nominal: Result<_> = numbers(NOMINAL);
    let nominal = nominal?;
    let mut seen = HashSet::new();
    let mut units = Vec::new();
    let mut without = 0;
    for (row, name) in names.iter().enumerate() {
        if !seen.insert(name.clone()) {
            return plan_err!(
                "plot: a unit must have one dot, found several of {name} (keep one period with WHERE)"
            );
        }
        let interval = lows[row].zip(highs[row]);
        if let Some((low, high)) = interval.filter(|(low, high)| low > high) {
            return plan_err!("plot: low must be <= high, got {low} and {high} of {name}");
        }
        without += usize::from(interval.is_none() && values[row].is_some());
        let (name, value, nominal) = (name.clone(), values[row], nominal[row]);
        units.push(Unit { name, value, interval, nominal });
    }
    if chart.word(ORDER) == "value" {
        let is_rank = is_rank(chart);
        let key = |unit: &Unit| match unit.value {
            Some(value) if is_rank => value,
            Some(value) => -value,
            None => f64::INFINITY,
        };
        units.sort_by(|a, b| key(a).total_cmp(&key(b)));
    }
    let notes = match without {
        0 => Vec::new(),
        n => vec![format!("Without an interval: {n} of {}.", units.len())],
    };
    Ok((units, notes))
}

fn scale(units: &[Unit], is_rank: bool, left: f64, right: f64) -> Scale {
    let right = right.max(left + 20.0);
    let numbers = units.iter().flat_map(Unit::numbers);
    match is_rank {
        true => Scale::fixed(1.0, numbers.fold(2.0, f64::max).max(units.len() as f64), left, right),
        false => Scale::around(numbers, left, right),
    }
}

/// Ticks at whole ranks, from the first.
fn ranks(mut ticks: Vec<Tick>, scale: &Scale) -> Vec<Tick> {
    ticks.retain(|tick| tick.value.fract() == 0.0 && tick.value > 1.0);
    ticks.insert(0, Tick { place: scale.at(1.0), value: 1.0, text: "1".to_owned() });
    ticks
}
