//! Distributions of indicators: a histogram and a box for each, or boxes alone, before and after a step.

mod boxed;
mod boxes;
mod field;
mod named;
mod panel;
mod panels;
mod samples;
mod steps;
mod summary;

use datafusion::common::{Result, plan_err};

use crate::draw::chart::Chart;
use crate::draw::frame::Drawn;
use crate::draw::kind::{Kind, Role, Takes};
use crate::draw::setting::{Setting, Values};
use crate::words::count;

use samples::{Indicator, Samples};

/// Distributions of indicators.
pub static KIND: Kind = Kind {
    name: "distribution",
    summary: "distributions of indicators, with their outliers",
    roles: &[
        Role {
            name: "indicator",
            meaning: "what the values are of",
            takes: Takes::Label,
            known_as: &["indicator", "code"],
            is_required: true,
            is_many: false,
        },
        Role {
            name: "value",
            meaning: "the values",
            takes: Takes::Number,
            known_as: &["value", "score"],
            is_required: true,
            is_many: false,
        },
        Role {
            name: "step",
            meaning: "before or after, in the order in which the two come",
            takes: Takes::Label,
            known_as: &["step"],
            is_required: false,
            is_many: false,
        },
        Role {
            name: "label",
            meaning: "names of outliers",
            takes: Takes::Label,
            known_as: &["label", "unit", "name", "country"],
            is_required: false,
            is_many: false,
        },
    ],
    settings: &[
        Setting {
            name: "form",
            meaning: "a histogram and a box for each indicator, or boxes alone; auto: boxes for more than 24",
            takes: Values::Words(&["auto", "histograms", "boxes"]),
            default: "auto",
        },
        Setting {
            name: "scale",
            meaning: "of boxes alone: standard deviations from the mean, or the values where they share a scale",
            takes: Values::Words(&["standard", "values"]),
            default: "standard",
        },
    ],
    draw,
};

const INDICATOR: usize = 0;
const VALUE: usize = 1;
const STEP: usize = 2;
const LABEL: usize = 3;
const FORM: usize = 0;
const SCALE: usize = 1;

/// Histograms that can be read in one picture, and boxes.
const HISTOGRAMS: usize = 24;
const BOXES: usize = 80;

fn draw(chart: &Chart<'_>) -> Result<Drawn> {
    let samples = samples(chart)?;
    chart.at_most("steps (before and after)", 2, samples.steps.len())?;
    if samples.indicators.iter().all(Indicator::is_empty) {
        return plan_err!("plot: there must be a value to draw, found NULL in all rows");
    }
    let is_boxes = match chart.word(FORM) {
        "boxes" => true,
        "histograms" => false,
        _ => samples.indicators.len() > HISTOGRAMS || chart.look.in_characters,
    };
    let mut notes = vec![
        "Box: the middle half and the median; lines reach to the last values within 1.5 times its length, dots lie beyond."
            .to_owned(),
    ];
    let scene = match is_boxes {
        true => {
            chart.at_most("indicators", BOXES, samples.indicators.len())?;
            let is_standard = chart.word(SCALE) == "standard";
            let values = samples.indicators.iter().flat_map(Indicator::values);
            let shared = (!is_standard).then(|| chart.measure(VALUE, values));
            if is_standard && !samples.steps.is_empty() {
                notes.push(format!("Mean and standard deviation of {}.", samples.steps[0]));
            }
            boxes::draw(&samples, shared.as_ref(), chart.look)
        }
        false => {
            chart.at_most("histograms", HISTOGRAMS, samples.indicators.len())?;
            panels::draw(&samples, chart.unit, chart.look)
        }
    };
    if !is_boxes {
        notes.push(
            "Bars: how many values lie in each class, the number of the highest above it."
                .to_owned(),
        );
    }
    let each = if samples.indicators.len() * samples.steps.len().max(1) > 1 { " each" } else { "" };
    notes.extend(samples.same_size().map(|n| format!("{}{each}.", count(n, "value"))));
    if samples.missing > 0 {
        notes.push(format!("Not drawn: {} without a value.", count(samples.missing, "row")));
    }
    Ok(Drawn { scene, notes, description: description(&samples) })
}

fn samples(chart: &Chart<'_>) -> Result<Samples> {
    let indicators = chart.texts(INDICATOR)?.unwrap_or_default();
    let values = chart.numbers(VALUE)?.unwrap_or_default();
    let (steps, labels) = (chart.texts(STEP)?, chart.texts(LABEL)?);
    let mut samples = Samples::default();
    let at = |texts: &Option<Vec<Option<String>>>, row: usize| {
        texts.as_ref().and_then(|texts| texts[row].clone())
    };
    for (row, (indicator, value)) in indicators.into_iter().zip(values).enumerate() {
        let step = steps.as_ref().map(|_| at(&steps, row).unwrap_or("(none)".to_owned()));
        let indicator = indicator.unwrap_or("(none)".to_owned());
        samples.add(indicator, step, value, at(&labels, row));
    }
    samples.sort(chart.unit);
    Ok(samples)
}

fn description(samples: &Samples) -> String {
    let said = |indicator: &Indicator| {
        let of_step = |sample: &Option<summary::Summary>| match sample {
            Some(summary) => format!(
                "median {}, quartiles {} and {}, {} outliers",
                indicator.measure.told(summary.median),
                indicator.measure.told(summary.q1),
                indicator.measure.told(summary.q3),
                summary.outliers.len()
            ),
            None => "no values".to_owned(),
        };
        let steps: Vec<_> = indicator.summaries.iter().map(of_step).collect();
        format!("{}: {}", indicator.name, steps.join(", then "))
    };
    let all: Vec<_> = samples.indicators.iter().map(said).collect();
    format!("{} distributions. {}", all.len(), all.join("; "))
}
