//! A heat map as shapes: cells in their colours, names beside them, groups apart, and the scale of the colours.

use kuva::render::render::{Primitive, Scene};

use super::bar;
use super::cells::{Cell, Cells, Form, Name};
use crate::draw::figures::Figures;
use crate::draw::look::{Look, TEXT};
use crate::draw::measure::Measure;
use crate::draw::shade::{Ramp, readable_on};
use crate::draw::shapes::{Anchor, END, bold, framed, label, mark, rectangle, turned};
use crate::draw::text;

/// Beside everything.
const MARGIN: f64 = 16.0;
/// Between groups of columns, and of rows, whose names stand there.
const COLUMN_GAP: f64 = 8.0;
const ROW_GAP: f64 = 22.0;
/// Sizes of cells, from names that can just be read to numbers with space around them.
const CELL: (f64, f64) = (9.0, 46.0);

/// What was painted.
pub struct Painted {
    pub scene: Scene,
    /// Cells that are not significant.
    pub blank: usize,
    /// Cells without a number.
    pub missing: usize,
    /// What must be known to read it.
    pub notes: Vec<String>,
}

impl Painted {
    /// A scene in which nothing is yet.
    pub fn new(width: f64, height: f64) -> Self {
        Self { scene: Scene::new(width, height), blank: 0, missing: 0, notes: Vec::new() }
    }

    /// Counts a cell that shows no number.
    pub fn count(&mut self, cell: &Cell, is_blank: bool) {
        self.blank += usize::from(is_blank && cell.value.is_some());
        self.missing += usize::from(cell.value.is_none());
    }
}

/// Where cells stand and how large things are.
struct Places {
    columns: Vec<f64>,
    rows: Vec<f64>,
    cell: (f64, f64),
    names: u32,
    width: f64,
    bottom: f64,
    is_turned: bool,
}

pub fn paint(cells: &Cells, measure: &Measure, threshold: Option<f64>, look: &Look) -> Painted {
    let places = places(cells, look);
    let is_correlation = is_correlation(cells, measure);
    let ramp = ramp(cells, is_correlation, look);
    let figures = match is_correlation {
        true => Figures::to(2, measure),
        false => Figures::new(cells.values(), measure),
    };
    let size = size_of_numbers(cells, &figures, places.cell, look);
    let width = places.width.max(bar::wide(measure, look) + 2.0 * MARGIN);
    let mut painted = Painted::new(width, places.bottom + bar::HIGH);
    for (column, &x) in places.columns.iter().enumerate() {
        for (row, &y) in places.rows.iter().enumerate() {
            let Some(cell) = cells.at(column, row) else { continue };
            let told = (&cells.columns[column].name, &cells.rows[row].name);
            let is_blank = threshold.zip(cell.p_value).is_some_and(|(most, p)| p > most);
            painted.count(cell, is_blank);
            let scene = &mut painted.scene;
            scene.add(start(cell, told, is_blank, &figures));
            // A hair of paper between cells tells them apart.
            let inner = (places.cell.0 - 1.0, places.cell.1 - 1.0);
            let middle = (x + inner.0 / 2.0, y + inner.1 / 2.0);
            match cell.value.filter(|_| !is_blank) {
                Some(value) => {
                    let colour = ramp.colour(value);
                    scene.add(rectangle((x, y), inner, &colour));
                    if let Some(size) = size {
                        let said = figures.of(value);
                        scene.add(label(&said, middle, size, readable_on(&colour), Anchor::Middle));
                    }
                }
                None => {
                    scene.add(framed((x, y), inner, None, look.faint()));
                    if cell.value.is_none() && size.is_some() {
                        scene.add(label("–", middle, 10, look.quiet(), Anchor::Middle));
                    }
                }
            }
            scene.add(END);
        }
    }
    name(&mut painted.scene, cells, &places, look);
    painted.scene.elements.extend(bar::bar(&ramp, measure, (MARGIN, places.bottom + 12.0), look));
    painted
}

/// The beginning of the mark of a cell.
pub fn start(
    cell: &Cell,
    (column, row): (&String, &String),
    is_blank: bool,
    figures: &Figures<'_>,
) -> Primitive {
    let value = cell.value.map_or("no value".to_owned(), |value| figures.told(value));
    let chance = cell.p_value.map_or(String::new(), |p| format!(" (p-value {})", text::number(p)));
    let said = format!("{column}, {row}: {value}{chance}");
    let exact = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    mark(
        &said,
        &[
            ("x", column.clone()),
            ("y", row.clone()),
            ("value", exact(cell.value)),
            ("p-value", exact(cell.p_value)),
            ("blank", is_blank.to_string()),
        ],
    )
}

/// Whether the numbers are correlations, or others from -1 to 1 of pairs of one set of names.
pub fn is_correlation(cells: &Cells, measure: &Measure) -> bool {
    let is_so = measure.text.to_lowercase().contains("correlation") || cells.form != Form::Table;
    is_so && cells.values().all(|value| (-1.0..=1.0).contains(&value))
}

/// Correlations from -1 to 1, other numbers as far as they go.
pub fn ramp(cells: &Cells, is_correlation: bool, look: &Look) -> Ramp {
    let ends = cells.values().map(|value| (value, value));
    let ends = ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or((0.0, 1.0));
    let (low, high) = if is_correlation { (-1.0, 1.0) } else { ends };
    Ramp::new(low, high, look)
}

/// The size of the numbers in the cells, if there is a size in which all have space.
fn size_of_numbers(
    cells: &Cells,
    figures: &Figures<'_>,
    cell: (f64, f64),
    look: &Look,
) -> Option<u32> {
    let longest = |size: u32| {
        cells.values().map(|value| look.wide(&figures.of(value), size)).fold(0.0, f64::max)
    };
    let fits = |size: &u32| longest(*size) <= cell.0 - 3.0 && f64::from(*size) * 1.3 <= cell.1;
    [12, 11, 10, 9].into_iter().find(fits)
}

fn places(cells: &Cells, look: &Look) -> Places {
    let is_triangle = cells.form == Form::Triangle;
    let longest = |names: &[Name], size: u32| {
        names.iter().map(|name| look.wide(&short(name), size)).fold(0.0, f64::max)
    };
    let column_gaps = gaps(&cells.columns) as f64 * COLUMN_GAP;
    let beside = longest(&cells.rows, TEXT - 1) + 10.0;
    let wide = (look.width - 2.0 * MARGIN - beside - column_gaps) / cells.columns.len() as f64;
    let wide = wide.clamp(CELL.0, CELL.1);
    // Many rows are lower, so that the picture is seen as a whole.
    let most = (1600.0 / cells.rows.len() as f64).max(14.0);
    let high = (wide * 0.62).clamp(11.0, 28.0).min(most);
    let names = if high >= 15.0 { TEXT - 1 } else { 9 };
    let left = if is_triangle { MARGIN } else { MARGIN + longest(&cells.rows, names) + 8.0 };
    let widest = longest(&cells.columns, names);
    let is_turned = !is_triangle && widest > wide - 4.0;
    let head = match (is_triangle, is_turned) {
        (true, _) => 6.0,
        (false, true) => widest * SLANT.to_radians().sin().abs() + 16.0,
        (false, false) => 24.0,
    };
    let columns = along(&cells.columns, left, wide, COLUMN_GAP, 0.0);
    let first = if gaps(&cells.rows) > 0 { ROW_GAP } else { 0.0 };
    let rows = along(&cells.rows, head, high, ROW_GAP, first);
    let right = columns.last().map_or(left, |last| last + wide);
    let width = match (is_triangle, is_turned) {
        // Names stand on the diagonal and go on to the right.
        (true, _) => {
            let names = columns.iter().zip(&cells.columns);
            names
                .map(|(x, name)| x + 6.0 + look.wide(&short(name), names_size(high)))
                .fold(right, f64::max)
        }
        (false, true) => {
            let names_end = |(x, name): (&f64, &Name)| {
                x + wide / 2.0 + text::width(&short(name), names) * SLANT.to_radians().cos() + 8.0
            };
            columns.iter().zip(&cells.columns).map(names_end).fold(right, f64::max)
        }
        (false, false) => right,
    };
    // Names of groups of columns stand below.
    let below = if !is_triangle && gaps(&cells.columns) > 0 { 20.0 } else { 0.0 };
    let bottom = rows.last().map_or(head, |last| last + high) + below;
    let width = width + MARGIN;
    Places { columns, rows, cell: (wide, high), names, width, bottom, is_turned }
}

fn names_size(high: f64) -> u32 {
    if high >= 15.0 { TEXT - 1 } else { 9 }
}

/// Columns of a name.
const NAME: usize = 44;

/// How names lean over narrow columns, in degrees.
const SLANT: f64 = -50.0;

/// A name that is short enough to stand beside a cell.
fn short(name: &Name) -> String {
    text::cut(&name.name, NAME)
}

/// Between how many names a group ends.
fn gaps(names: &[Name]) -> usize {
    names.windows(2).filter(|pair| pair[0].group != pair[1].group).count()
}

/// Where each name begins, one after another, groups apart.
fn along(names: &[Name], from: f64, step: f64, gap: f64, first: f64) -> Vec<f64> {
    let mut at = from + first;
    let mut places = Vec::with_capacity(names.len());
    for (place, name) in names.iter().enumerate() {
        if place > 0 && names[place - 1].group != name.group {
            at += gap;
        }
        places.push(at);
        at += step;
    }
    places
}

/// Names of columns, rows and groups.
fn name(scene: &mut Scene, cells: &Cells, places: &Places, look: &Look) {
    let (wide, high) = places.cell;
    let left = places.columns.first().copied().unwrap_or_default();
    for (at, (&y, name)) in places.rows.iter().zip(&cells.rows).enumerate() {
        let middle = y + high / 2.0;
        let (place, anchor) = match cells.form {
            Form::Triangle => ((places.columns[at] + 3.0, middle), Anchor::Start),
            _ => ((left - 6.0, middle), Anchor::End),
        };
        scene.add(label(&short(name), place, places.names, look.text(), anchor));
        let is_first = at == 0 || cells.rows[at - 1].group != name.group;
        if let Some(group) = name.group.as_ref().filter(|_| is_first && gaps(&cells.rows) > 0) {
            let x = if cells.form == Form::Triangle { left } else { MARGIN };
            let said = text::cut(group, 2 * text::LABEL);
            scene.add(bold(&said, (x, y - 9.0), TEXT - 1, look.quiet(), Anchor::Start));
        }
    }
    if cells.form == Form::Triangle {
        return;
    }
    let top = places.rows.first().copied().unwrap_or_default();
    let top = if gaps(&cells.rows) > 0 { top - ROW_GAP + 6.0 } else { top };
    for (&x, name) in places.columns.iter().zip(&cells.columns) {
        let said = short(name);
        scene.add(match places.is_turned {
            true => turned(&said, (x + wide / 2.0, top - 6.0), places.names, look.text(), SLANT),
            false => label(
                &said,
                (x + wide / 2.0, top - 10.0),
                places.names,
                look.text(),
                Anchor::Middle,
            ),
        });
    }
    if gaps(&cells.columns) > 0 {
        let groups = cells.columns.chunk_by(|a, b| a.group == b.group);
        let mut at = 0;
        for names in groups {
            let space = wide * names.len() as f64;
            let columns = (space / text::bold_width("n", TEXT - 1)) as usize;
            let x = places.columns[at] + space / 2.0;
            let said = names[0].group.as_ref().map(|group| text::cut(group, columns));
            // Groups of rows are the same in a square, and named.
            let is_whole = |said: &String| match cells.form {
                Form::Square => names[0].group.as_ref() == Some(said),
                _ => said.chars().count() > 1,
            };
            if let Some(said) = said.filter(is_whole) {
                let place = (x, places.bottom - 10.0);
                scene.add(bold(&said, place, TEXT - 1, look.quiet(), Anchor::Middle));
            }
            at += names.len();
        }
    }
}
