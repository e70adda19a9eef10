//! Lines over periods, each named at its end; a published series beside them as dots.

use std::collections::HashMap;

use datafusion::common::{Result, plan_err};
use kuva::prelude::{LinePlot, LineStyle, Plot, ScatterPlot};
use kuva::render::layout::ComputedLayout;
use kuva::render::render::render_multiple;

use crate::draw::chart::Chart;
use crate::draw::frame::{Drawn, layout, words};
use crate::draw::kind::{Kind, Role, Takes};
use crate::draw::look::TEXT;
use crate::draw::periods::Periods;
use crate::draw::text;

/// Lines over periods.
pub static KIND: Kind = Kind {
    name: "lines",
    summary: "values over periods",
    roles: &[
        Role {
            name: "x",
            meaning: "the periods",
            takes: Takes::Period,
            known_as: &["period", "year", "date", "time", "quarter", "month"],
            is_required: true,
            is_many: false,
        },
        Role {
            name: "y",
            meaning: "the values; several columns are a line each",
            takes: Takes::Number,
            known_as: &["value", "score", "index", "total"],
            is_required: true,
            is_many: true,
        },
        Role {
            name: "series",
            meaning: "what each line is of",
            takes: Takes::Label,
            known_as: &["series", "dimension", "unit", "code", "indicator"],
            is_required: false,
            is_many: false,
        },
        Role {
            name: "published",
            meaning: "values published by others, drawn as dots of the line's colour",
            takes: Takes::Number,
            known_as: &["published", "printed"],
            is_required: false,
            is_many: false,
        },
    ],
    settings: &[],
    draw,
};

const X: usize = 0;
const Y: usize = 1;
const SERIES: usize = 2;
const PUBLISHED: usize = 3;

/// Lines that can be told apart.
const MOST: usize = 32;

/// A line: its name and its points in the order of periods.
struct Line {
    name: String,
    points: Vec<(f64, f64)>,
    published: Vec<(f64, f64)>,
}

fn draw(chart: &Chart<'_>) -> Result<Drawn> {
    let Some(x) = chart.column(X) else { return plan_err!("plot: lines needs x") };
    let periods = Periods::new(chart.rows, x)?;
    let (lines, missing) = lines(chart, &periods)?;
    chart.at_most("lines", MOST, lines.len())?;
    let (first, last) = periods.ends()?;
    let mut plots: Vec<Plot> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let colour = chart.look.colour(at);
        let style = match (at / chart.look.colours()) % 3 {
            0 => LineStyle::Solid,
            1 => LineStyle::Dashed,
            _ => LineStyle::Dotted,
        };
        let drawn =
            LinePlot::new().with_color(colour).with_stroke_width(2.2).with_line_style(style);
        // A line of one point would not be seen.
        if line.points.len() == 1 {
            let dot = ScatterPlot::new().with_color(colour).with_size(3.5);
            plots.push(dot.with_data(line.points.clone()).into());
        }
        plots.push(drawn.with_data(line.points.clone()).into());
        if !line.published.is_empty() {
            let dots = ScatterPlot::new().with_color(colour).with_size(3.5);
            plots.push(dots.with_data(line.published.clone()).into());
        }
    }
    let names = ends_of(&lines);
    let beside = names.iter().map(|(name, ..)| text::width(name, TEXT)).fold(40.0, f64::max);
    let mut axes = layout(&plots, chart.look)
        .with_x_tick_format(periods.format.clone())
        .with_x_axis_min(first)
        .with_x_axis_max(if last > first { last } else { first + 1.0 })
        .with_y_label(text::plain(&chart.measure(Y)));
    if let Some(step) = periods.step {
        axes = axes.with_x_tick_step(step);
    }
    let place = ComputedLayout::from_layout(&axes);
    let mut scene = render_multiple(plots, axes);
    let right = place.map_x(if last > first { last } else { first + 1.0 });
    scene.width = right + 14.0 + beside;
    let mut taken = Vec::new();
    for (name, line, value) in names {
        let y = apart(&mut taken, place.map_y(value));
        let colour = chart.look.colour(line);
        scene.add(words(&name, right + 8.0, y + 4.5, TEXT, false, colour));
    }
    let mut notes = Vec::new();
    if lines.iter().any(|line| !line.published.is_empty()) {
        notes.push("Dots: as published.".to_owned());
    }
    if missing > 0 {
        notes.push(format!("{missing} rows without a value or period are not drawn."));
    }
    let description = format!(
        "{} lines over periods, in {}: {}",
        lines.len(),
        chart.measure(Y),
        lines.iter().map(said).collect::<Vec<_>>().join("; ")
    );
    Ok(Drawn { scene, notes, description })
}

/// The lines, and how many rows have no place in them.
fn lines(chart: &Chart<'_>, periods: &Periods) -> Result<(Vec<Line>, usize)> {
    let series = chart.texts(SERIES)?;
    let published = chart.numbers(PUBLISHED)?;
    let mut lines: Vec<Line> = Vec::new();
    let mut of_name: HashMap<String, usize> = HashMap::new();
    let mut missing = 0;
    let columns = &chart.columns[Y];
    for &column in columns {
        let values = chart.rows.numbers(column)?;
        for (row, &value) in values.iter().enumerate() {
            let of =
                series.as_ref().map(|series| series[row].clone().unwrap_or("(none)".to_owned()));
            let name = match (of, columns.len()) {
                (Some(of), 1) => of,
                (Some(of), _) => format!("{of}, {}", chart.rows.name(column)),
                (None, _) => chart.rows.name(column).to_owned(),
            };
            let at = *of_name.entry(name.clone()).or_insert_with(|| {
                lines.push(Line { name, points: Vec::new(), published: Vec::new() });
                lines.len() - 1
            });
            let printed = published.as_ref().and_then(|published| published[row]);
            let Some(place) = periods.places[row] else {
                missing += 1;
                continue;
            };
            lines[at].published.extend(printed.map(|printed| (place, printed)));
            match value {
                Some(value) => lines[at].points.push((place, value)),
                None => missing += usize::from(printed.is_none()),
            }
        }
    }
    for line in &mut lines {
        line.points.sort_by(|a, b| a.0.total_cmp(&b.0));
        if let Some(twice) = line.points.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return plan_err!(
                "plot: a line must have one value for each period, found {} and {} of {} (name a column for series)",
                twice[0].1,
                twice[1].1,
                line.name
            );
        }
    }
    Ok((lines, missing))
}

/// The names of lines with the value that each ends at, from the top.
fn ends_of(lines: &[Line]) -> Vec<(String, usize, f64)> {
    let end = |(at, line): (usize, &Line)| {
        let (_, value) = line.points.last().or(line.published.last())?;
        Some((text::cut(&line.name, text::LABEL), at, *value))
    };
    let mut ends: Vec<_> = lines.iter().enumerate().filter_map(end).collect();
    ends.sort_by(|a, b| b.2.total_cmp(&a.2));
    ends
}

/// A place for a name below those already taken.
fn apart(taken: &mut Vec<f64>, y: f64) -> f64 {
    let least = taken.last().map_or(f64::NEG_INFINITY, |last| last + f64::from(TEXT) + 2.0);
    let y = y.max(least);
    taken.push(y);
    y
}

fn said(line: &Line) -> String {
    match (line.points.first(), line.points.last()) {
        (Some((_, first)), Some((_, last))) => {
            format!("{} from {} to {}", line.name, text::number(*first), text::number(*last))
        }
        _ => format!("{} without values", line.name),
    }
}
