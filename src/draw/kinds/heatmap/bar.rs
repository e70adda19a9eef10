//! Which colours stand for which numbers: a bar of all colours.

use kuva::render::render::Primitive;

use crate::draw::look::{Look, TEXT};
use crate::draw::measure::Measure;
use crate::draw::shade::Ramp;
use crate::draw::shapes::{Anchor, Point, label, rectangle};
use crate::draw::text;

/// Height of the bar with its numbers and the space above it.
pub const HIGH: f64 = 46.0;
/// Length of the bar, and the space between it and what it is of.
const LONG: f64 = 168.0;
const SPACE: f64 = 10.0;
/// Steps of colours that are seen as none.
const STEPS: usize = 42;
const SIZE: u32 = TEXT - 2;

/// How wide the bar is with what it is of.
pub fn wide(measure: &Measure, look: &Look) -> f64 {
    LONG + SPACE + look.wide(&short(measure), SIZE)
}

/// The bar, its numbers below and what it is of beside.
pub fn bar(ramp: &Ramp, measure: &Measure, (left, top): Point, look: &Look) -> Vec<Primitive> {
    let (low, high) = ramp.ends();
    let step = LONG / STEPS as f64;
    let part = |at: usize| {
        let share = (at as f64 + 0.5) / STEPS as f64;
        let colour = ramp.colour(low * (1.0 - share) + high * share);
        // A little wider, so that no paper shows between them.
        rectangle((left + at as f64 * step, top), (step + 0.4, 10.0), &colour)
    };
    let number = |(number, share): (f64, f64)| {
        let anchor = match share {
            0.0 => Anchor::Start,
            1.0 => Anchor::End,
            _ => Anchor::Middle,
        };
        let place = (left + share * LONG, top + 20.0);
        label(&measure.number(number), place, SIZE, look.quiet(), anchor)
    };
    let middle = (low / 2.0 + high / 2.0, 0.5);
    let numbers = if low < high { vec![(low, 0.0), middle, (high, 1.0)] } else { vec![middle] };
    let mut drawn: Vec<Primitive> = (0..STEPS).map(part).collect();
    drawn.extend(numbers.into_iter().map(number));
    let place = (left + LONG + SPACE, top + 5.0);
    drawn.push(label(&short(measure), place, SIZE, look.quiet(), Anchor::Start));
    drawn
}

fn short(measure: &Measure) -> String {
    text::cut(&measure.text, 2 * text::LABEL)
}
