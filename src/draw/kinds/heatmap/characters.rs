//! A heat map in characters: a table of the numbers, each on its colour, as wide as the terminal has space for.

use datafusion::common::{Result, plan_err};
use kuva::render::render::Scene;

use super::cells::{Cells, Form, Name};
use super::paint::{Painted, is_correlation, ramp, start};
use super::written::{Written, ways};
use crate::draw::look::{CELL, Look, TEXT};
use crate::draw::measure::Measure;
use crate::draw::shade::readable_on;
use crate::draw::shapes::{Anchor, END, bold, label, rectangle};
use crate::draw::text;

/// Columns beside everything.
const MARGIN: usize = 2;
/// Columns that names of rows have at least, and at most.
const NAME: (usize, usize) = (14, 44);

/// Where everything stands, in columns.
struct Places<'a> {
    written: Written<'a>,
    /// Columns of names, their numbers with them.
    names: usize,
    /// Columns of a number, and from one to the next.
    wide: usize,
    step: usize,
    /// Whether columns are headed by their numbers.
    is_numbered: bool,
}

/// Draws it.
///
/// # Errors
///
/// The terminal is not wide enough.
pub fn draw(
    cells: &Cells,
    measure: &Measure,
    threshold: Option<f64>,
    look: &Look,
) -> Result<Painted> {
    let across = (look.width / CELL.0) as usize;
    let places = places(cells, measure, across)?;
    let mut painted = Painted::new(look.width, 0.0);
    let mut line = head(&mut painted.scene, cells, &places, look);
    for (row, name) in cells.rows.iter().enumerate() {
        if gaps(&cells.rows) > 0 && (row == 0 || cells.rows[row - 1].group != name.group) {
            let group = text::cut(name.group.as_deref().unwrap_or_default(), across - MARGIN);
            painted.scene.add(bold(&group, at(MARGIN, line), TEXT, look.quiet(), Anchor::Start));
            line += 1;
        }
        let number = if places.is_numbered && cells.form != Form::Table { row + 1 } else { 0 };
        let name = numbered(&name.name, number, cells.rows.len(), places.names);
        painted.scene.add(label(&name, at(MARGIN, line), TEXT, look.text(), Anchor::Start));
        for column in 0..cells.columns.len() {
            cell(&mut painted, (cells, column, row), &places, line, threshold, look);
        }
        line += 1;
    }
    line = foot(&mut painted.scene, cells, &places, measure, line, look);
    painted.scene.height = line as f64 * CELL.1;
    painted.notes = places.written.note.iter().map(|note| (*note).to_owned()).collect();
    Ok(painted)
}

/// The middle of a line of text from a column on.
fn at(column: usize, line: usize) -> (f64, f64) {
    (column as f64 * CELL.0, (line as f64 + 0.5) * CELL.1)
}

/// The first way of writing the numbers for which there is space.
fn places<'a>(cells: &Cells, measure: &'a Measure, across: usize) -> Result<Places<'a>> {
    let (n, rows) = (cells.columns.len(), cells.rows.len());
    let gaps = gaps(&cells.columns);
    let digits = rows.to_string().len() + 1;
    let longest = |names: &[Name]| names.iter().map(|name| text::columns(&name.name)).max();
    let (headings, names) =
        (longest(&cells.columns).unwrap_or_default(), longest(&cells.rows).unwrap_or_default());
    let least = names.min(NAME.0) + digits;
    let space = across.saturating_sub(MARGIN + least + gaps);
    for written in ways(cells, is_correlation(cells, measure), measure) {
        let wide = cells.values().map(|value| text::columns(&written.of(value))).max();
        let wide = wide.unwrap_or(1);
        let step = wide + written.gap;
        if n * step > space {
            continue;
        }
        // Headings stand whole where there is space, else their numbers.
        let is_whole = n * (headings.max(wide) + 1) <= space;
        let is_numbered = cells.form != Form::Table || !is_whole;
        let wide = if is_numbered { wide } else { wide.max(headings) };
        let step = if is_numbered { step } else { wide + 1 };
        let names = names.min(NAME.1) + if cells.form == Form::Table { 0 } else { digits };
        let names = names.min(across - MARGIN - gaps - n * step - 1);
        return Ok(Places { written, names, wide, step, is_numbered });
    }
    plan_err!(
        "plot: at most {space} names beside each other have space in {across} columns, found {n} (a file has more: \
         -o FILE, in the shell > FILE)"
    )
}

/// A name with its number before it, in so many columns.
fn numbered(name: &str, number: usize, most: usize, columns: usize) -> String {
    match number {
        0 => text::cut(name, columns),
        number => {
            let wide = most.to_string().len();
            format!("{number:>wide$} {}", text::cut(name, columns.saturating_sub(wide + 1)))
        }
    }
}

/// The column in which the numbers of a column of cells begin.
fn begin(cells: &Cells, column: usize, places: &Places<'_>) -> usize {
    MARGIN + places.names + 1 + column * places.step + gaps(&cells.columns[..=column])
}

/// Headings of columns: their names, or the numbers of these as far as there is space. Returns the next line.
fn head(scene: &mut Scene, cells: &Cells, places: &Places<'_>, look: &Look) -> usize {
    let every = [1, 2, 5, 10].into_iter();
    let digits = cells.columns.len().to_string().len();
    let every = every.clone().find(|every| every * places.step > digits).unwrap_or(10);
    for (column, name) in cells.columns.iter().enumerate() {
        let said = match places.is_numbered {
            true if column == 0 || (column + 1).is_multiple_of(every) => (column + 1).to_string(),
            true => continue,
            false => text::cut(&name.name, places.wide),
        };
        let end = begin(cells, column, places) + places.wide;
        let place = at(end.saturating_sub(text::columns(&said)), 0);
        scene.add(label(&said, place, TEXT, look.quiet(), Anchor::Start));
    }
    1
}

/// A number on its colour.
fn cell(
    painted: &mut Painted,
    (cells, column, row): (&Cells, usize, usize),
    places: &Places<'_>,
    line: usize,
    threshold: Option<f64>,
    look: &Look,
) {
    let Some(cell) = cells.at(column, row) else { return };
    let is_blank = threshold.zip(cell.p_value).is_some_and(|(most, p_value)| p_value > most);
    painted.count(cell, is_blank);
    let scene = &mut painted.scene;
    let told = (&cells.columns[column].name, &cells.rows[row].name);
    scene.add(start(cell, told, is_blank, &places.written.figures));
    let from = begin(cells, column, places);
    let wide = places.wide;
    match cell.value.filter(|_| !is_blank) {
        Some(value) => {
            let colour = ramp(cells, places.written.is_correlation, look).colour(value);
            let corner = (from as f64 * CELL.0, line as f64 * CELL.1);
            scene.add(rectangle(corner, (wide as f64 * CELL.0, CELL.1), &colour));
            let said = format!("{:>wide$}", places.written.of(value));
            scene.add(label(&said, at(from, line), TEXT, readable_on(&colour), Anchor::Start));
        }
        None if cell.value.is_none() => {
            scene.add(label("–", at(from + wide - 1, line), TEXT, look.quiet(), Anchor::Start));
        }
        None => {}
    }
    scene.add(END);
}

/// What the numbers are of, and which names the numbers of columns stand for. Returns the next line.
fn foot(
    scene: &mut Scene,
    cells: &Cells,
    places: &Places<'_>,
    measure: &Measure,
    mut line: usize,
    look: &Look,
) -> usize {
    let across = (look.width / CELL.0) as usize - MARGIN;
    let mut say = |said: &str, line: &mut usize| {
        scene.add(label(said, at(MARGIN, *line), TEXT, look.quiet(), Anchor::Start));
        *line += 1;
    };
    if places.is_numbered && cells.form == Form::Table {
        let names = cells.columns.iter().enumerate();
        let names: Vec<String> =
            names.map(|(at, name)| format!("{}\u{a0}{}", at + 1, name.name)).collect();
        for said in text::lines(&names.join("  "), across) {
            say(&said, &mut line);
        }
    }
    if !measure.text.is_empty() {
        say(&text::cut(&measure.text, across), &mut line);
    }
    line
}

/// Between how many names a group ends.
fn gaps(names: &[Name]) -> usize {
    names.windows(2).filter(|pair| pair[0].group != pair[1].group).count()
}
