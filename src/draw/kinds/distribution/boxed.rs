//! A box with its whiskers and outliers.

use kuva::render::render::Primitive;

use super::named::Named;
use super::summary::Summary;
use crate::draw::look::Look;
use crate::draw::measure::Measure;
use crate::draw::scale::Scale;
use crate::draw::shade::between;
use crate::draw::shapes::{END, dot, framed, line, mark};

/// Radius of an outlier.
pub const OUTLIER: f64 = 2.4;

/// What a box is of.
pub struct Told<'a> {
    pub indicator: &'a str,
    pub step: Option<&'a str>,
    /// The numbers as they are, where the box is drawn in another unit.
    pub exact: &'a Summary,
    /// How they are written.
    pub measure: &'a Measure,
}

/// A box along an axis, its middle at a height.
pub fn boxed(
    summary: &Summary,
    told: &Told<'_>,
    scale: &Scale,
    (middle, high): (f64, f64),
    colour: &str,
    look: &Look,
) -> Vec<Primitive> {
    let at = |value: f64| scale.at(value);
    let exact = told.exact;
    let of =
        told.step.map_or(told.indicator.to_owned(), |step| format!("{}, {step}", told.indicator));
    let said = format!(
        "{of}: median {}, half of all between {} and {}",
        told.measure.told(exact.median),
        told.measure.told(exact.q1),
        told.measure.told(exact.q3)
    );
    let figures = [
        ("box", told.indicator.to_owned()),
        ("step", told.step.unwrap_or_default().to_owned()),
        ("low", exact.low.to_string()),
        ("q1", exact.q1.to_string()),
        ("median", exact.median.to_string()),
        ("q3", exact.q3.to_string()),
        ("high", exact.high.to_string()),
    ];
    // In characters there is one strength of a colour.
    let fill = between(look.paper(), colour, if look.in_characters { 1.0 } else { 0.35 });
    let (left, right) = (at(summary.q1), at(summary.q3));
    let mut drawn = vec![
        mark(&said, &figures),
        line((at(summary.low), middle), (at(summary.high), middle), colour, 1.2),
        framed((left, middle - high / 2.0), ((right - left).max(0.5), high), Some(&fill), colour),
        line(
            (at(summary.median), middle - high / 2.0),
            (at(summary.median), middle + high / 2.0),
            look.text(),
            2.0,
        ),
        END,
    ];
    for (outlier, exact) in summary.outliers.iter().zip(&exact.outliers) {
        drawn.extend(outlying(outlier.value, exact, told, scale, middle, (colour, look)));
    }
    drawn
}

fn outlying(
    value: f64,
    exact: &Named,
    told: &Told<'_>,
    scale: &Scale,
    middle: f64,
    (colour, look): (&str, &Look),
) -> [Primitive; 3] {
    let name = exact.name.as_deref().unwrap_or("outlier");
    let said = format!("{name}, {}: {}", told.indicator, told.measure.told(exact.value));
    let figures = [
        ("outlier", exact.name.clone().unwrap_or_default()),
        ("of", told.indicator.to_owned()),
        ("step", told.step.unwrap_or_default().to_owned()),
        ("value", exact.value.to_string()),
    ];
    let centre = (scale.at(value), middle);
    [mark(&said, &figures), dot(centre, OUTLIER, colour, look.paper()), END]
}
