//! Denomination: indicators per inhabitant, per unit of area, before anything else is done.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::ColumnarValue;

use crate::engine::interner::text;
use crate::engine::on_columns;
use crate::framework::Framework;
use crate::index::execution::Execution;
use crate::index::methods::steps::Steps;
use crate::index::panel::Panel;
use crate::index::place::{named, placed};

/// The function of SQL that divides.
const FUNCTION: &str = "denominate";

/// Divides the indicators whose rows name a denominator by that indicator of the panel, unit by unit and
/// period by period.
pub fn denominate(
    steps: &Steps,
    framework: &Framework,
    panel: &mut Panel,
    execution: &Execution,
) -> Result<()> {
    let denominators = std::mem::take(&mut panel.denominators);
    if denominators.is_empty() {
        return Ok(());
    }
    let Some(function) = steps.registry.scalars.iter().find(|known| known.name() == FUNCTION)
    else {
        return exec_err!(
            "{}: {FUNCTION} must be a function of the registry, found none",
            steps.name
        );
    };
    let (nodes, periods) = (framework.nodes(), panel.periods.len());
    let leaves = framework.leaves().iter().enumerate();
    let divided = leaves.filter(|(_, node)| nodes[**node].denominator.is_some());
    let mut quotients = Vec::new();
    for ((leaf, &node), sizes) in divided.zip(denominators.chunks(periods.max(1))) {
        let scale = nodes[node].denominator_scale.unwrap_or(1.0);
        for (period, size) in sizes.iter().enumerate() {
            let divide = |columns: &[ArrayRef]| -> Result<ArrayRef> {
                let [values, size] = columns else {
                    return exec_err!("{FUNCTION}: must have two columns, found {}", columns.len());
                };
                let arguments = vec![
                    ColumnarValue::Array(Arc::clone(values)),
                    ColumnarValue::Array(Arc::clone(size)),
                    ColumnarValue::Array(Arc::clone(&panel.units)),
                    ColumnarValue::Scalar(ScalarValue::from(scale)),
                ];
                Ok(Arc::new(on_columns::score(
                    function,
                    arguments,
                    values.len(),
                    &execution.options,
                )?))
            };
            let columns = [Arc::clone(panel.column(leaf, period)), Arc::clone(size)];
            let quotient = divide(&columns).map_err(|error| {
                // The function names the unit.
                let indicator = named(framework, node);
                let place = match panel.periods.is_valid(period) {
                    true => format!("period {}, {indicator}", text(&panel.periods, period)),
                    false => indicator,
                };
                placed(steps.name, error, &columns, divide, |_| place.clone())
            })?;
            quotients.push((leaf * periods + period, quotient));
        }
    }
    quotients.into_iter().for_each(|(place, quotient)| panel.columns[place] = quotient);
    Ok(())
}
