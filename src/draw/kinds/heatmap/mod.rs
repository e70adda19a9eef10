//! A number for each pair of names, as colours: correlations, or any table of names by names.

mod bar;
mod cells;
mod characters;
mod paint;
mod written;

use datafusion::common::{Result, plan_err};

use crate::draw::chart::Chart;
use crate::draw::frame::Drawn;
use crate::draw::kind::{Kind, Role, Takes};
use crate::draw::measure::Measure;
use crate::draw::setting::{Setting, Values};

use cells::{Cell, Cells, Form};

/// Names of pairs as colours.
pub static KIND: Kind = Kind {
    name: "heatmap",
    summary: "correlations, or other numbers of pairs of names, as colours",
    roles: &[
        Role {
            name: "x",
            meaning: "the names of columns of cells; of correlations one of the pair",
            takes: Takes::Label,
            known_as: &["code_a"],
            is_required: true,
            is_many: false,
        },
        Role {
            name: "y",
            meaning: "the names of rows of cells; of correlations the other of the pair",
            takes: Takes::Label,
            known_as: &["code_b"],
            is_required: true,
            is_many: false,
        },
        Role {
            name: "value",
            meaning: "the number of each cell",
            takes: Takes::Number,
            known_as: &["correlation", "value", "score", "distance", "similarity"],
            is_required: true,
            is_many: false,
        },
        Role {
            name: "p_value",
            meaning: "how likely the number is by chance; cells above the threshold stay blank",
            takes: Takes::Number,
            known_as: &["p_value"],
            is_required: false,
            is_many: false,
        },
        Role {
            name: "x_group",
            meaning: "what the names of x belong to",
            takes: Takes::Label,
            known_as: &["group_a", "dimension_a", "parent_a"],
            is_required: false,
            is_many: false,
        },
        Role {
            name: "y_group",
            meaning: "what the names of y belong to",
            takes: Takes::Label,
            known_as: &["group_b", "dimension_b", "parent_b"],
            is_required: false,
            is_many: false,
        },
    ],
    settings: &[
        Setting {
            name: "form",
            meaning: "each pair once, or in both its cells; auto: once where the names are of one set",
            takes: Values::Words(&["auto", "triangle", "square"]),
            default: "auto",
        },
        Setting {
            name: "threshold",
            meaning: "cells with a p_value above it stay blank",
            takes: Values::Number(0.0, 1.0),
            default: "0.05",
        },
    ],
    draw,
};

const X: usize = 0;
const Y: usize = 1;
const VALUE: usize = 2;
const P_VALUE: usize = 3;
const X_GROUP: usize = 4;
const Y_GROUP: usize = 5;
const FORM: usize = 0;
const THRESHOLD: usize = 1;

/// Names on a side that can be told apart.
const MOST: usize = 100;

fn draw(chart: &Chart<'_>) -> Result<Drawn> {
    let (read, without_name) = read(chart)?;
    if read.is_empty() {
        return plan_err!("plot: there must be a row with both names, found none");
    }
    let is_pair = is_pair(chart);
    let form = match chart.word(FORM) {
        "triangle" => Some(Form::Triangle),
        "square" => Some(Form::Square),
        _ => None,
    };
    let cells = Cells::new(read, is_pair, form)?;
    chart.at_most("names on a side", MOST, cells.columns.len().max(cells.rows.len()))?;
    if cells.values().next().is_none() {
        return plan_err!("plot: there must be a value to draw, found NULL in all rows");
    }
    let threshold = chart.figure(THRESHOLD).filter(|_| chart.column(P_VALUE).is_some());
    let measure = chart.measure(VALUE, cells.values());
    let painted = match chart.look.in_characters {
        true => characters::draw(&cells, &measure, threshold, chart.look)?,
        false => paint::paint(&cells, &measure, threshold, chart.look),
    };
    let mut notes = painted.notes;
    if let Some(threshold) = threshold.filter(|_| painted.blank > 0) {
        notes.push(format!("Blank: not significant (p-value above {threshold})."));
    }
    if painted.missing > 0 {
        notes.push(format!("–: no value ({} cells).", painted.missing));
    }
    if without_name > 0 {
        notes.push(format!("{without_name} rows without a name are not drawn."));
    }
    Ok(Drawn { scene: painted.scene, notes, description: description(&cells, &measure) })
}

/// The cells as they stand in the rows, and how many rows have no place.
fn read(chart: &Chart<'_>) -> Result<(Vec<Cell>, usize)> {
    let (x, y) = (chart.texts(X)?.unwrap_or_default(), chart.texts(Y)?.unwrap_or_default());
    let values = chart.numbers(VALUE)?.unwrap_or_default();
    let p_values = chart.numbers(P_VALUE)?;
    let (x_groups, y_groups) = (chart.texts(X_GROUP)?, chart.texts(Y_GROUP)?);
    let group = |groups: &Option<Vec<Option<String>>>, row: usize| {
        groups.as_ref().and_then(|groups| groups[row].clone())
    };
    let (mut cells, mut without_name) = (Vec::with_capacity(values.len()), 0);
    for (row, value) in values.into_iter().enumerate() {
        let (Some(column), Some(line)) = (x[row].clone(), y[row].clone()) else {
            without_name += 1;
            continue;
        };
        cells.push(Cell {
            column,
            row: line,
            column_group: group(&x_groups, row),
            row_group: group(&y_groups, row),
            value,
            p_value: p_values.as_ref().and_then(|p_values| p_values[row]),
        });
    }
    Ok((cells, without_name))
}

/// Whether the columns of names are called as those of a pair: `code_a` and `code_b`.
fn is_pair(chart: &Chart<'_>) -> bool {
    let name = |role| chart.column(role).map(|column| chart.rows.name(column).to_lowercase());
    let (x, y) = (name(X).unwrap_or_default(), name(Y).unwrap_or_default());
    let ends = |one: &str, other: &str| {
        let (a, b) = (x.strip_suffix(one), y.strip_suffix(other));
        a.is_some() && a == b
    };
    ends("_a", "_b") || ends("_b", "_a")
}

fn description(cells: &Cells, measure: &Measure) -> String {
    let mut known: Vec<_> =
        cells.each().filter_map(|cell| Some((cell.value?, &cell.column, &cell.row))).collect();
    known.sort_by(|a, b| b.0.total_cmp(&a.0));
    let said = |(value, column, row): &(f64, &String, &String)| {
        format!("{column} and {row} {}", measure.told(*value))
    };
    let (highest, lowest) = (known.first().map(said), known.last().map(said));
    format!(
        "{} of {} by {} names: highest {}, lowest {}",
        measure.text,
        cells.columns.len(),
        cells.rows.len(),
        highest.unwrap_or_default(),
        lowest.unwrap_or_default()
    )
}
