//! A line for each axis, with a sign for each series on it.

use kuva::render::render::Scene;

use super::series::Profile;
use super::signs::{colour, entries, told};
use crate::draw::figures::Figures;
use crate::draw::key::key;
use crate::draw::look::{Look, TEXT};
use crate::draw::measure::Measure;
use crate::draw::names::short;
use crate::draw::scale::Scale;
use crate::draw::shapes::{Anchor, bold, label, line};

const MARGIN: f64 = 16.0;
/// Height of a line.
const ROW: f64 = 24.0;
const AXIS: f64 = 44.0;

pub fn draw(profile: &Profile, (measure, figures): (&Measure, &Figures<'_>), look: &Look) -> Scene {
    let names = short(&profile.axes, 0.4, look);
    let values: Vec<String> = profile.series[0]
        .values
        .iter()
        .map(|value| value.map_or("no value".to_owned(), |value| figures.of(value)))
        .collect();
    let widest =
        |texts: &[String]| texts.iter().map(|said| look.wide(said, TEXT - 1)).fold(0.0, f64::max);
    let left = MARGIN + widest(&names) + 18.0;
    let right = look.width - MARGIN - widest(&values) * 1.1 - 16.0;
    let scale = Scale::around(profile.numbers(), left, right).counted(measure);
    let (elements, high) =
        key(&entries(profile, look), (MARGIN, 0.0), look.width - 2.0 * MARGIN, look);
    let top = match look.in_characters {
        true => (high / look.line()).ceil() * look.line(),
        false => high + 8.0,
    };
    let each = if look.in_characters { look.line() } else { ROW };
    let bottom = top + each * names.len() as f64;
    let mut scene = Scene::new(look.width, bottom + AXIS);
    scene.elements = elements;
    for (value, said) in scale.ticks(7) {
        let x = scale.at(value);
        scene.add(line((x, top), (x, bottom + 4.0), look.faint(), 1.0));
        scene.add(label(
            &said,
            (x, bottom + look.line() * 0.7),
            TEXT - 2,
            look.quiet(),
            Anchor::Middle,
        ));
    }
    let place = (left, bottom + look.line() * 1.6);
    scene.add(label(&measure.text, place, TEXT - 1, look.quiet(), Anchor::Start));
    for (axis, name) in names.iter().enumerate() {
        let y = top + each * (axis as f64 + 0.5);
        scene.add(label(name, (left - 12.0, y), TEXT - 1, look.text(), Anchor::End));
        let here = profile.series.iter().filter_map(|series| series.values[axis]);
        let ends = here.map(|value| (value, value)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        if let Some((low, high)) = ends {
            scene.add(line((scale.at(low), y), (scale.at(high), y), look.quiet(), 1.4));
        }
        for series in (0..profile.series.len()).rev() {
            if let Some(value) = profile.series[series].values[axis] {
                let place = (scale.at(value), y);
                scene.elements.extend(told(profile, (series, axis), value, place, figures, look));
            }
        }
        let place = (look.width - MARGIN, y);
        scene.add(bold(&values[axis], place, TEXT - 1, colour(0, look), Anchor::End));
    }
    scene
}
