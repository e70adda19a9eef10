//! How the numbers of a heat map are written in characters: whole where there is space, else shorter and shorter.

use super::cells::Cells;
use crate::draw::figures::Figures;
use crate::draw::measure::Measure;

/// A way of writing them.
pub struct Written<'a> {
    /// How they are said at length.
    pub figures: Figures<'a>,
    short: Short<'a>,
    /// Columns between two of them.
    pub gap: usize,
    /// What is to be said of the way.
    pub note: Option<&'static str>,
    /// Whether they are correlations.
    pub is_correlation: bool,
}

/// What stands in a cell.
enum Short<'a> {
    Figures(Figures<'a>),
    /// Signs of the direction, two for strong ones.
    Signs,
    Sign,
    /// The tenth of the way from the lowest to the highest, 0 to 9.
    Tenth(f64, f64),
}

/// Correlations that are weak and those that are strong.
const WEAK: f64 = 0.3;
const STRONG: f64 = 0.7;

/// All ways, the longest first.
pub fn ways<'a>(cells: &Cells, is_correlation: bool, measure: &'a Measure) -> Vec<Written<'a>> {
    let figures = match is_correlation {
        true => Figures::to(2, measure),
        false => Figures::new(cells.values(), measure),
    };
    let way =
        |short, gap, note| Written { figures: figures.clone(), short, gap, note, is_correlation };
    if is_correlation {
        let shorter = Figures::to(1, measure);
        let signs = "++ from 0.7, + from 0.3, · between, - to -0.3, -- to -0.7.";
        let sign = "+ from 0.3, · between, - to -0.3.";
        return vec![
            way(Short::Figures(figures.clone()), 1, None),
            way(Short::Figures(shorter), 1, None),
            way(Short::Signs, 0, Some(signs)),
            way(Short::Sign, 0, Some(sign)),
        ];
    }
    let ends = cells.values().map(|value| (value, value));
    let (low, high) = ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or((0.0, 1.0));
    let tenths = "0: the lowest tenth of the way from the lowest number to the highest; 9: the highest tenth.";
    vec![
        way(Short::Figures(figures.clone()), 1, None),
        way(Short::Figures(figures.shorter()), 1, None),
        way(Short::Tenth(low, high), 0, Some(tenths)),
    ]
}

impl Written<'_> {
    /// A number, as it stands in its cell.
    pub fn of(&self, value: f64) -> String {
        match &self.short {
            Short::Figures(figures) => figures.of(value),
            Short::Sign => sign(value).to_owned(),
            Short::Signs if value.abs() >= STRONG => sign(value).repeat(2),
            Short::Signs => sign(value).to_owned(),
            Short::Tenth(low, high) => {
                let way = high / 2.0 - low / 2.0;
                let share = if way > 0.0 { (value / 2.0 - low / 2.0) / way } else { 0.5 };
                ((share * 10.0) as usize).min(9).to_string()
            }
        }
    }
}

fn sign(value: f64) -> &'static str {
    match value {
        value if value >= WEAK => "+",
        value if value <= -WEAK => "-",
        _ => "·",
    }
}
