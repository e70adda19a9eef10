//! The units of a scatter plot.

use datafusion::common::{Result, plan_err};

use crate::draw::chart::Chart;

/// A unit.
pub struct Unit {
    pub x: f64,
    pub y: f64,
    pub name: Option<String>,
    pub group: Option<usize>,
}

/// The units, their groups, and rows that are not drawn.
pub struct Units {
    pub units: Vec<Unit>,
    pub groups: Vec<String>,
    pub missing: usize,
    /// Those that have no place on an axis of ratios.
    pub below: usize,
}

/// The units of the rows; on axes of ratios those above 0.
///
/// # Errors
///
/// There are none.
pub fn units(
    chart: &Chart<'_>,
    [x, y, label, group]: [usize; 4],
    is_log: (bool, bool),
) -> Result<Units> {
    let (x, y) = (chart.numbers(x)?.unwrap_or_default(), chart.numbers(y)?.unwrap_or_default());
    let (labels, of_groups) = (chart.texts(label)?, chart.texts(group)?);
    let mut all = Units { units: Vec::new(), groups: Vec::new(), missing: 0, below: 0 };
    for (row, pair) in x.into_iter().zip(y).enumerate() {
        let (Some(x), Some(y)) = pair else {
            all.missing += 1;
            continue;
        };
        if (is_log.0 && x <= 0.0) || (is_log.1 && y <= 0.0) {
            all.below += 1;
            continue;
        }
        let group = of_groups.as_ref().map(|of_groups| {
            let name = of_groups[row].clone().unwrap_or("(none)".to_owned());
            all.groups.iter().position(|known| *known == name).unwrap_or_else(|| {
                all.groups.push(name);
                all.groups.len() - 1
            })
        });
        let name = labels.as_ref().and_then(|labels| labels[row].clone());
        all.units.push(Unit { x, y, name, group });
    }
    match all.units.is_empty() {
        true => plan_err!(
            "plot: there must be a row with both x and y{}, found none",
            if is_log.0 || is_log.1 { " above 0 on axes of ratios" } else { "" }
        ),
        false => Ok(all),
    }
}
