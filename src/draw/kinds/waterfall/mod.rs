//! From one total to another through the contributions between them.

mod roles;
mod steps;

use datafusion::common::Result;
use kuva::render::render::Scene;

use crate::draw::chart::Chart;
use crate::draw::drawn::Drawn;
use crate::draw::figures::Figures;
use crate::draw::kind::{Kind, Role, Takes};
use crate::draw::lanes::Lanes;
use crate::draw::look::{Look, TEXT};
use crate::draw::measure::Measure;
use crate::draw::scale::Scale;
use crate::draw::shapes::{Anchor, END, bold, line, mark, rectangle};

use roles::VALUE;
use steps::{Bar, Part, bars};

/// A waterfall.
pub static KIND: Kind = Kind {
    name: "waterfall",
    summary: "from one total to another, step by step",
    roles: &[
        Role {
            name: "label",
            meaning: "what each step is",
            takes: Takes::Label,
            known_as: &["dimension", "label", "part", "component", "name", "code", "indicator"],
            is_required: true,
            is_many: false,
        },
        Role {
            name: "value",
            meaning: "how far each step goes",
            takes: Takes::Number,
            known_as: &["contribution_to_top", "contribution", "step"],
            is_required: true,
            is_many: false,
        },
        Role {
            name: "from",
            meaning: "the total before the first step, the same in all rows",
            takes: Takes::Number,
            known_as: &["from_total", "previous_total", "before"],
            is_required: false,
            is_many: false,
        },
        Role {
            name: "to",
            meaning: "the total after the last step, the same in all rows",
            takes: Takes::Number,
            known_as: &["to_total", "new_total", "after"],
            is_required: false,
            is_many: false,
        },
        Role {
            name: "from_name",
            meaning: "what the first total is called, such as its period",
            takes: Takes::Label,
            known_as: &["since", "from_period"],
            is_required: false,
            is_many: false,
        },
        Role {
            name: "to_name",
            meaning: "what the last total is called",
            takes: Takes::Label,
            known_as: &["period", "to_period", "year"],
            is_required: false,
            is_many: false,
        },
    ],
    settings: &[],
    draw,
};

/// Steps that can be read.
const MOST: usize = 60;

/// The share of the axis that the steps must have, or it does not begin at 0.
const FLAT: f64 = 0.25;

fn draw(chart: &Chart<'_>) -> Result<Drawn> {
    let (bars, mut notes) = bars(chart)?;
    chart.at_most("steps", MOST, bars.len())?;
    let look = chart.look;
    let names: Vec<String> = bars.iter().map(|bar| bar.name.clone()).collect();
    let lanes = Lanes::new(&names, if look.in_characters { 0.0 } else { 4.0 }, look);
    // Where they end: that totals begin at 0 does not tell them apart.
    let measure = chart.measure(VALUE, bars.iter().map(Bar::end));
    let (texts, told): (Vec<_>, Vec<_>) = texts(&bars, &measure).into_iter().unzip();
    let (scale, is_broken) = scale(&bars, &texts, &lanes, look);
    let scale = scale.counted(&measure);
    if is_broken {
        notes.push("The axis does not begin at 0: the bars of the totals are cut.".to_owned());
    }
    let mut scene = lanes.scene(lanes.ticks(&scale), &measure.text, look);
    for (lane, (bar, text)) in bars.iter().zip(texts.iter().zip(&told)).enumerate() {
        if let Some(next) = bars.get(lane + 1).filter(|_| !look.in_characters) {
            let x = scale.at(bar.end());
            let ((top, thick), (below, _)) = (lanes.bar(lane), lanes.bar(lane + 1));
            let to = if next.is_total() { below + thick } else { below };
            scene.add(line((x, top + thick), (x, to), look.quiet(), 1.0));
        }
        bar_of(&mut scene, bar, text, lane, &lanes, &scale, look);
    }
    if is_broken && !look.in_characters {
        for (lane, bar) in bars.iter().enumerate().filter(|(_, bar)| bar.is_total()) {
            // At the end where 0 would be.
            let x = if bar.end() < 0.0 { lanes.right - 20.0 } else { lanes.left + 14.0 };
            cut(&mut scene, x, lanes.bar(lane), look);
        }
    } else if !is_broken {
        scene.add(lanes.base(scale.at(0.0), look));
    }
    let all: Vec<String> =
        bars.iter().zip(&told).map(|(bar, told)| format!("{} {told}", bar.name)).collect();
    let description = format!("Steps from total to total, {}: {}", measure.text, all.join("; "));
    Ok(Drawn { scene, notes, description })
}

/// Totals as they are, steps with their signs: as they stand beside the bars, and as they are told.
fn texts(bars: &[Bar], measure: &Measure) -> Vec<(String, String)> {
    let of = |is_total: bool| {
        let bars = bars.iter().filter(move |bar| bar.is_total() == is_total);
        Figures::new(bars.filter_map(Bar::value), measure)
    };
    let (totals, steps) = (of(true), of(false));
    let text = |bar: &Bar| match (bar.value(), bar.is_total()) {
        (None, _) => ("no value".to_owned(), "no value".to_owned()),
        (Some(total), true) => (totals.of(total), totals.told(total)),
        (Some(step), false) => (steps.signed(step), steps.told_signed(step)),
    };
    bars.iter().map(text).collect()
}

fn scale(bars: &[Bar], texts: &[String], lanes: &Lanes, look: &Look) -> (Scale, bool) {
    let ends = || bars.iter().flat_map(|bar| [bar.start(), bar.end()]);
    let inner =
        || bars.iter().filter(|bar| !bar.is_total()).flat_map(|bar| [bar.start(), bar.end()]);
    let (low, high) = (ends().fold(0.0, f64::min), ends().fold(0.0, f64::max));
    let (least, most) =
        (inner().fold(f64::INFINITY, f64::min), inner().fold(f64::NEG_INFINITY, f64::max));
    let widest =
        texts.iter().map(|text| look.wide(text, TEXT)).fold(0.0, f64::max) + look.gap() + 2.0;
    let is_flat = most - least < FLAT * (high - low) && (least > 0.0 || most < 0.0) && most > least;
    let right = (lanes.right - widest).max(lanes.left + 20.0);
    if !is_flat {
        let left = if low < 0.0 { lanes.left + widest } else { lanes.left };
        let high = if high > low { high } else { low + 1.0 };
        return (Scale::fixed(low, high, left.min(right - 20.0), right), false);
    }
    // A third of the steps' way stands for what is left out.
    let beside = (most - least) / 3.0;
    match least > 0.0 {
        true => (Scale::fixed(least - beside, most, lanes.left, right), true),
        false => (Scale::fixed(least, most + beside, lanes.left + widest, lanes.right), true),
    }
}

fn bar_of(
    scene: &mut Scene,
    bar: &Bar,
    (text, said): (&String, &String),
    lane: usize,
    lanes: &Lanes,
    scale: &Scale,
    look: &Look,
) {
    let (low, high) = scale.ends();
    let [up, down] = look.up_and_down();
    let fill = match bar.part {
        Part::Total => look.quiet(),
        Part::Step if bar.end() < bar.start() => down,
        Part::Step => up,
    };
    let ends = [bar.start(), bar.end()].map(|end| scale.at(end.clamp(low, high)));
    let (left, right) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
    let (middle, (top, thick)) = (lanes.middle(lane), lanes.bar(lane));
    let is_total = bar.is_total();
    let shown = bar.value().map_or_else(String::new, |value| value.to_string());
    let kind = if is_total { "total" } else { "step" };
    let figures = [
        ("label", bar.name.clone()),
        ("part", kind.to_owned()),
        ("value", shown),
        ("from", bar.start().to_string()),
        ("to", bar.end().to_string()),
    ];
    scene.add(mark(&format!("{}: {said}", bar.name), &figures));
    let wide = (right - left).max(if bar.value().is_some() { 1.5 } else { 0.0 });
    scene.add(rectangle((left, top), (wide, thick), fill));
    scene.add(END);
    let is_left = bar.start().max(bar.end()) <= 0.0 && bar.start().min(bar.end()) < 0.0;
    let (x, anchor) = match is_left {
        true => (left - look.gap(), Anchor::End),
        false => (right + look.gap(), Anchor::Start),
    };
    let colour = if bar.value().is_some() { look.text() } else { look.quiet() };
    scene.add(bold(text, (x, middle), TEXT - 1, colour, anchor));
}

/// Two slanting lines through a bar: some of it is left out.
fn cut(scene: &mut Scene, x: f64, (top, thick): (f64, f64), look: &Look) {
    for x in [x, x + 6.0] {
        let (top, bottom) = (top - 2.0, top + thick + 2.0);
        scene.add(line((x - 3.0, bottom), (x + 3.0, top), look.paper(), 2.5));
    }
}
