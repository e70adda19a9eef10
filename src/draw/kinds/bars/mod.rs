//! Ranked bars, the parts of an index stacked in them.

mod read;
mod roles;
mod stack;

use datafusion::common::Result;

use crate::draw::chart::Chart;
use crate::draw::drawn::Drawn;
use crate::draw::figures::Figures;
use crate::draw::key::key;
use crate::draw::kind::{Kind, Role, Takes};
use crate::draw::lanes::{Lanes, MARGIN, MOST};
use crate::draw::look::TEXT;
use crate::draw::scale::Scale;
use crate::draw::setting::{Setting, Values};
use crate::draw::shapes::{Anchor, bold, label, rectangle};
use crate::words::count;

use read::{Bar, Bars, read};
use roles::VALUE;
use stack::stack;

/// Ranked bars.
pub static KIND: Kind = Kind {
    name: "bars",
    summary: "a bar for each unit, with its parts",
    roles: &[
        Role {
            name: "label",
            meaning: "what each bar is of",
            takes: Takes::Label,
            known_as: &["unit", "label", "name", "region", "country", "code", "indicator"],
            is_required: true,
            is_many: false,
        },
        Role {
            name: "value",
            meaning: "the length of the bar or of its part; several columns are a part each",
            takes: Takes::Number,
            known_as: &["value", "score", "contribution", "index", "total"],
            is_required: true,
            is_many: true,
        },
        Role {
            name: "part",
            meaning: "the parts that a bar is stacked of",
            takes: Takes::Label,
            known_as: &["part", "dimension", "component"],
            is_required: false,
            is_many: false,
        },
        Role {
            name: "rank",
            meaning: "the order of the bars, the first at the top",
            takes: Takes::Number,
            known_as: &["rank"],
            is_required: false,
            is_many: false,
        },
        Role {
            name: "total",
            meaning: "what is written at the end of a bar, where it is not the sum of its parts",
            takes: Takes::Number,
            known_as: &[],
            is_required: false,
            is_many: false,
        },
    ],
    settings: &[Setting {
        name: "order",
        meaning: "whether bars are in the order of their totals or of the rows",
        takes: Values::Words(&["total", "rows"]),
        default: "total",
    }],
    draw,
};

fn draw(chart: &Chart<'_>) -> Result<Drawn> {
    let Bars { bars, parts, notes } = read(chart)?;
    chart.at_most("bars", MOST, bars.len())?;
    chart.at_most("parts", chart.look.colours(), parts.len())?;
    let look = chart.look;
    let sign = |(at, part): (usize, &String)| {
        let sign = match look.in_characters {
            true => label("■", (0.0, 0.0), TEXT, look.colour(at), Anchor::Middle),
            false => rectangle((-6.0, -6.0), (12.0, 12.0), look.colour(at)),
        };
        (part.clone(), vec![sign])
    };
    let signs: Vec<_> = match parts.len() {
        0 | 1 => Vec::new(),
        _ => parts.iter().enumerate().map(sign).collect(),
    };
    let (key, above) = key(&signs, (MARGIN, 0.0), look.width - 2.0 * MARGIN, look);
    let above = if look.in_characters { (above / look.line()).ceil() * look.line() } else { above };
    let names: Vec<String> = bars.iter().map(|bar| bar.name.clone()).collect();
    let lanes = Lanes::new(
        &names,
        above + if above > 0.0 && !look.in_characters { 6.0 } else { 0.0 },
        look,
    );
    let measure = chart.measure(VALUE, bars.iter().flat_map(Bar::numbers));
    let figures = Figures::new(bars.iter().flat_map(Bar::numbers), &measure);
    let texts: Vec<Option<String>> =
        bars.iter().map(|bar| bar.total.map(|total| figures.of(total))).collect();
    let scale = scale(&bars, &texts, &lanes, chart).counted(&measure);
    let mut scene = lanes.scene(lanes.ticks(&scale), &measure.text, look);
    scene.elements.extend(key);
    for (lane, (bar, text)) in bars.iter().zip(&texts).enumerate() {
        let end = stack(&mut scene, (bar, &parts), &figures, lane, &lanes, &scale, look);
        let (text, colour) = match text {
            Some(text) => (text.as_str(), look.text()),
            None => ("no value", look.quiet()),
        };
        let gap = look.gap();
        let (gap, anchor) = if end.is_left { (-gap, Anchor::End) } else { (gap, Anchor::Start) };
        scene.add(bold(text, (end.place + gap, lanes.middle(lane)), TEXT - 1, colour, anchor));
    }
    scene.add(lanes.base(scale.at(0.0), look));
    let description = description(&bars, &figures, &measure.text);
    Ok(Drawn { scene, notes, description })
}

/// From the least to the greatest end of a bar, with space for the figures there.
fn scale(bars: &[Bar], texts: &[Option<String>], lanes: &Lanes, chart: &Chart<'_>) -> Scale {
    let low = bars.iter().map(Bar::low).fold(0.0, f64::min);
    let high = bars.iter().map(Bar::high).fold(0.0, f64::max);
    let high = if low == high { 1.0 } else { high };
    let wide = |text: &Option<String>| {
        let text = text.as_deref().unwrap_or("no value");
        chart.look.wide(text, TEXT) + chart.look.gap() + 2.0
    };
    let widest = texts.iter().map(wide).fold(0.0, f64::max);
    let is_left = bars.iter().any(|bar| bar.high() <= 0.0 && bar.low() < 0.0);
    let is_right = bars.iter().any(|bar| bar.high() > 0.0 || bar.low() >= 0.0);
    let left = lanes.left + if is_left { widest } else { 0.0 };
    let right = lanes.right - if is_right { widest } else { 0.0 };
    Scale::fixed(low, high, left, right.max(left + 20.0))
}

fn description(bars: &[Bar], figures: &Figures<'_>, measure: &str) -> String {
    let said = |bar: &Bar| {
        let told = bar.total.map(|total| figures.told(total));
        format!("{} {}", bar.name, told.as_deref().unwrap_or("without a value"))
    };
    let all = bars.iter().map(said).collect::<Vec<_>>().join("; ");
    format!("{}, {measure}: {all}", count(bars.len(), "bar"))
}
