//! Boxes of many indicators below each other on one axis.

use kuva::render::render::Scene;

use super::boxed::{Told, boxed};
use super::named::Named;
use super::samples::{Indicator, Samples};
use super::steps::{colour, key};
use super::summary::Summary;
use crate::draw::key::key as key_line;
use crate::draw::look::{Look, TEXT};
use crate::draw::measure::Measure;
use crate::draw::names::short;
use crate::draw::scale::Scale;
use crate::draw::shapes::{Anchor, label, line};
use crate::kernel::Moments;

const MARGIN: f64 = 16.0;
/// Height of a row.
const ROW: f64 = 20.0;
const AXIS: f64 = 42.0;

/// Draws them: in standard deviations from the mean, or on the axis of a measure.
pub fn draw(samples: &Samples, shared: Option<&Measure>, look: &Look) -> Scene {
    let axis = shared.map_or("standard deviations from the mean", |measure| &measure.text);
    let drawn: Vec<Vec<Option<Summary>>> =
        samples.indicators.iter().map(|indicator| summaries(indicator, shared.is_none())).collect();
    let names: Vec<String> =
        samples.indicators.iter().map(|indicator| indicator.name.clone()).collect();
    let names = short(&names, 0.4, look);
    let beside = names.iter().map(|name| look.wide(name, TEXT - 1)).fold(0.0, f64::max);
    let left = MARGIN + beside + 14.0;
    let reach = drawn.iter().flatten().flatten().flat_map(|summary| {
        let outliers = summary.outliers.iter().map(|outlier| outlier.value);
        [summary.low, summary.high].into_iter().chain(outliers)
    });
    let scale = Scale::around(reach, left, look.width - MARGIN - 6.0);
    let scale = shared.map_or(scale, |measure| scale.counted(measure));
    let (mut elements, key_high) =
        key_line(&key(samples, look), (MARGIN, 0.0), look.width - 2.0 * MARGIN, look);
    // In characters each step has a line of its own.
    let (line_high, steps) = (look.line(), samples.steps.len().max(1) as f64);
    let (top, each, apart) = match look.in_characters {
        true => ((key_high / line_high).ceil() * line_high, line_high * steps, line_high),
        false => (key_high + 8.0, ROW, 8.5),
    };
    let bottom = top + each * drawn.len() as f64;
    for (value, said) in scale.ticks(8) {
        let x = scale.at(value);
        let colour = if value == 0.0 { look.quiet() } else { look.faint() };
        elements.push(line((x, top), (x, bottom + 4.0), colour, 1.0));
        elements.push(label(
            &said,
            (x, bottom + line_high * 0.7),
            TEXT - 2,
            look.quiet(),
            Anchor::Middle,
        ));
    }
    let place = (left, bottom + line_high * 1.6);
    elements.push(label(axis, place, TEXT - 1, look.quiet(), Anchor::Start));
    for (row, (summaries, indicator)) in drawn.iter().zip(&samples.indicators).enumerate() {
        let middle = top + each * (row as f64 + 0.5);
        // In characters beside the box of the first step.
        let beside =
            if look.in_characters { top + each * row as f64 + line_high / 2.0 } else { middle };
        let place = (left - 10.0, beside);
        elements.push(label(&names[row], place, TEXT - 1, look.text(), Anchor::End));
        let several = summaries.len() as f64;
        // A box fills the lower three quarters of its row of characters.
        let (high, down) = match (look.in_characters, several > 1.0) {
            (true, _) => (line_high * 0.75, line_high / 8.0),
            (false, true) => (6.0, 0.0),
            (false, false) => (10.0, 0.0),
        };
        for (step, (summary, exact)) in summaries.iter().zip(&indicator.summaries).enumerate() {
            let (Some(summary), Some(exact)) = (summary, exact) else { continue };
            let offset = (step as f64 - (several - 1.0) / 2.0) * apart;
            let step_name = samples.steps.get(step).map(String::as_str);
            let measure = shared.unwrap_or(&indicator.measure);
            let told = Told { indicator: &indicator.name, step: step_name, exact, measure };
            let colour = colour(samples, step, look);
            elements.extend(boxed(
                summary,
                &told,
                &scale,
                (middle + offset + down, high),
                colour,
                look,
            ));
        }
    }
    let mut scene = Scene::new(look.width, bottom + AXIS);
    scene.elements = elements;
    scene
}

/// The boxes of an indicator: as they are, or from the mean of its first step in standard deviations of it.
fn summaries(indicator: &Indicator, is_standard: bool) -> Vec<Option<Summary>> {
    if !is_standard {
        return indicator.summaries.clone();
    }
    let mut moments = Moments::default();
    let first = indicator.steps.iter().find(|values| !values.is_empty());
    first.into_iter().flatten().for_each(|Named { value, .. }| moments.update(*value));
    let (mean, sd) = (moments.mean().unwrap_or_default(), moments.sd().unwrap_or_default());
    let turned =
        |summary: &Option<Summary>| summary.as_ref().map(|summary| summary.standardised(mean, sd));
    indicator.summaries.iter().map(turned).collect()
}
