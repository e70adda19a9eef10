//! How series look: the unit strong, what it is compared with behind it.

use kuva::render::render::Primitive;

use super::series::{Profile, Series};
use crate::draw::figures::Figures;
use crate::draw::look::{Look, TEXT};
use crate::draw::shapes::{Anchor, END, Point, dot, label, line, mark, outline};

/// The colour of a series by its place.
pub fn colour(series: usize, look: &Look) -> &'static str {
    match series {
        0 => look.colour(0),
        1 => look.quiet(),
        2 => look.colour(1),
        _ => look.colour(2),
    }
}

/// The sign of a series: a dot, a ring, a diamond, a bar.
pub fn sign(series: usize, (x, y): Point, look: &Look) -> Primitive {
    let colour = colour(series, look);
    match series {
        2 if look.in_characters => label("◆", (x, y), TEXT, colour, Anchor::Middle),
        0 => dot((x, y), 5.5, colour, look.paper()),
        1 => dot((x, y), 4.5, look.paper(), colour),
        2 => {
            let d = format!(
                "M {x:.2} {:.2} L {:.2} {y:.2} L {x:.2} {:.2} L {:.2} {y:.2} Z",
                y - 5.5,
                x + 5.5,
                y + 5.5,
                x - 5.5
            );
            outline(d, Some((colour, 1.0)), look.paper(), 0.8)
        }
        _ => line((x, y - 6.0), (x, y + 6.0), colour, 3.0),
    }
}

/// A sign that tells its value.
pub fn told(
    profile: &Profile,
    (series, axis): (usize, usize),
    value: f64,
    place: Point,
    figures: &Figures<'_>,
    look: &Look,
) -> [Primitive; 3] {
    let (name, axis) = (&profile.series[series].name, &profile.axes[axis]);
    let said = format!("{name}, {axis}: {}", figures.told(value));
    let exact = [("series", name.clone()), ("axis", axis.clone()), ("value", value.to_string())];
    [mark(&said, &exact), sign(series, place, look), END]
}

/// What the signs stand for.
pub fn entries(profile: &Profile, look: &Look) -> Vec<(String, Vec<Primitive>)> {
    let entry =
        |(at, series): (usize, &Series)| (series.name.clone(), vec![sign(at, (0.0, 0.0), look)]);
    profile.series.iter().enumerate().map(entry).collect()
}
