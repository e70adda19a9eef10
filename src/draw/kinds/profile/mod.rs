//! One unit beside the mean of its group and the best: a radar, or dots on a line for each axis.

mod dots;
mod radar;
mod series;
mod signs;

use datafusion::common::{Result, plan_err};

use crate::draw::chart::Chart;
use crate::draw::figures::Figures;
use crate::draw::frame::Drawn;
use crate::draw::kind::{Kind, Role, Takes};
use crate::draw::measure::Measure;
use crate::draw::setting::{Setting, Values};

use series::{Profile, Series};

/// One unit against others.
pub static KIND: Kind = Kind {
    name: "profile",
    summary: "one unit beside the mean of its group and the best",
    roles: &[
        Role {
            name: "axis",
            meaning: "what is compared: indicators, dimensions",
            takes: Takes::Label,
            known_as: &["axis", "label", "code", "indicator", "dimension"],
            is_required: true,
            is_many: false,
        },
        Role {
            name: "value",
            meaning: "what the unit has on each axis",
            takes: Takes::Number,
            known_as: &["value", "score"],
            is_required: true,
            is_many: false,
        },
        Role {
            name: "mean",
            meaning: "what it is compared with: the mean or the median of a group",
            takes: Takes::Number,
            known_as: &["group_mean", "mean", "group_median"],
            is_required: false,
            is_many: false,
        },
        Role {
            name: "best",
            meaning: "the best of all",
            takes: Takes::Number,
            known_as: &["best"],
            is_required: false,
            is_many: false,
        },
        Role {
            name: "series",
            meaning: "whose value it is, where each row has one: the unit first, then what it is compared with",
            takes: Takes::Label,
            known_as: &["series"],
            is_required: false,
            is_many: false,
        },
        Role {
            name: "name",
            meaning: "what the unit is called",
            takes: Takes::Label,
            known_as: &["unit", "name", "country"],
            is_required: false,
            is_many: false,
        },
    ],
    settings: &[Setting {
        name: "form",
        meaning: "a radar, or dots on a line for each axis; auto: a radar for 3 to 12 axes",
        takes: Values::Words(&["auto", "radar", "dots"]),
        default: "auto",
    }],
    draw,
};

const AXIS: usize = 0;
const VALUE: usize = 1;
const MEAN: usize = 2;
const BEST: usize = 3;
const SERIES: usize = 4;
const NAME: usize = 5;
const FORM: usize = 0;

/// Axes of a radar, and lines of dots.
const RADAR: std::ops::RangeInclusive<usize> = 3..=12;
const DOTS: usize = 80;

fn draw(chart: &Chart<'_>) -> Result<Drawn> {
    let profile = read(chart)?;
    let axes = profile.axes.len();
    chart.at_most("series (the unit, and what it is compared with)", 4, profile.series.len())?;
    if profile.numbers().next().is_none() {
        return plan_err!("plot: there must be a value to draw, found NULL in all rows");
    }
    let is_radar = match chart.word(FORM) {
        "radar" if !RADAR.contains(&axes) => {
            return plan_err!(
                "plot: a radar must have {} to {} axes, found {axes} (form = dots)",
                RADAR.start(),
                RADAR.end()
            );
        }
        "radar" => true,
        "dots" => false,
        _ => RADAR.contains(&axes) && radar::has_space(chart.look),
    };
    let mut notes = Vec::new();
    let measure = chart.measure(VALUE, profile.numbers());
    // Those of the unit are written, the others are told with as many decimals.
    let figures = Figures::new(profile.series[0].values.iter().flatten().copied(), &measure);
    let scene = match is_radar {
        true => {
            let (scene, centre) = radar::draw(&profile, (&measure, &figures), chart.look);
            notes.push(format!("Centre: {}.", measure.number(centre)));
            scene
        }
        false => {
            chart.at_most("axes", DOTS, axes)?;
            dots::draw(&profile, (&measure, &figures), chart.look)
        }
    };
    let missing: usize =
        profile.series.iter().map(|s| s.values.iter().filter(|v| v.is_none()).count()).sum();
    if missing > 0 {
        notes.push(format!("{missing} values are missing."));
    }
    Ok(Drawn { scene, notes, description: description(&profile, &measure, &figures) })
}

/// The series, of a column each or named in their rows.
fn read(chart: &Chart<'_>) -> Result<Profile> {
    let axes: Vec<String> = chart
        .texts(AXIS)?
        .unwrap_or_default()
        .into_iter()
        .map(|axis| axis.unwrap_or("(none)".to_owned()))
        .collect();
    let values = chart.numbers(VALUE)?.unwrap_or_default();
    let mut profile = Profile::default();
    if let Some(names) = chart.texts(SERIES)? {
        for (row, (axis, name)) in axes.iter().zip(names).enumerate() {
            profile.add(axis, &name.unwrap_or("(none)".to_owned()), values[row])?;
        }
        return Ok(profile.complete());
    }
    let named = |role: usize| {
        let name = chart.column(role).map(|column| chart.rows.name(column).replace('_', " "));
        name.unwrap_or_default()
    };
    let name = unit(chart)?.unwrap_or_else(|| named(VALUE));
    for (axis, value) in axes.iter().zip(values) {
        profile.add(axis, &name, value)?;
    }
    for role in [MEAN, BEST] {
        for (axis, value) in axes.iter().zip(chart.numbers(role)?.unwrap_or_default()) {
            profile.add(axis, &named(role), value)?;
        }
    }
    Ok(profile.complete())
}

/// The one unit that the rows are of.
fn unit(chart: &Chart<'_>) -> Result<Option<String>> {
    let mut units = chart.texts(NAME)?.unwrap_or_default().into_iter().flatten();
    let first = units.next();
    match units.find(|unit| Some(unit) != first.as_ref()) {
        Some(other) => plan_err!(
            "plot: a profile must be of one unit, found {} and {other} (WHERE)",
            first.unwrap_or_default()
        ),
        None => Ok(first),
    }
}

fn description(profile: &Profile, measure: &Measure, figures: &Figures<'_>) -> String {
    let said = |series: &Series| {
        let values = profile.axes.iter().zip(&series.values);
        let values: Vec<_> = values
            .map(|(axis, value)| {
                let figure = value.map(|value| figures.told(value));
                format!("{axis} {}", figure.unwrap_or_else(|| "no value".to_owned()))
            })
            .collect();
        format!("{}: {}", series.name, values.join(", "))
    };
    let all: Vec<_> = profile.series.iter().map(said).collect();
    format!("{} axes, {}. {}", profile.axes.len(), measure.text, all.join("; "))
}
