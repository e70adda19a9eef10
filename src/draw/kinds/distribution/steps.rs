//! Colours of what comes before a step and after it.

use kuva::render::render::Primitive;

use super::samples::Samples;
use crate::draw::look::{Look, TEXT};
use crate::draw::shapes::{Anchor, label, rectangle};

/// What the colours of two steps stand for.
pub fn key(samples: &Samples, look: &Look) -> Vec<(String, Vec<Primitive>)> {
    let sign = |(step, name): (usize, &String)| {
        let colour = colour(samples, step, look);
        let sign = match look.in_characters {
            true => label("■", (0.0, 0.0), TEXT, colour, Anchor::Middle),
            false => rectangle((-6.0, -6.0), (12.0, 12.0), colour),
        };
        (name.clone(), vec![sign])
    };
    samples.steps.iter().enumerate().map(sign).collect()
}

/// The colour of a step: what comes before stands back.
pub fn colour(samples: &Samples, step: usize, look: &Look) -> &'static str {
    match samples.steps.len() > 1 && step == 0 {
        true => look.colour(6),
        false => look.colour(0),
    }
}
