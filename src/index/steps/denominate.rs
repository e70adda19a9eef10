//! Denomination: indicators per inhabitant, per unit of area, before anything else is done.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::common::{Result, exec_err};

use crate::engine::interner::text;
use crate::framework::Framework;
use crate::index::execution::Execution;
use crate::index::methods::bound::Methods;
use crate::index::methods::denomination::Denomination;
use crate::index::panel::Panel;
use crate::index::place::{named, placed};

impl Methods {
    /// Divides the indicators whose rows name a denominator by it, unit by unit and period by period.
    pub fn denominate(
        &self,
        framework: &Framework,
        panel: &mut Panel,
        execution: &Execution,
    ) -> Result<()> {
        let periods = panel.periods.len();
        let sizes = std::mem::take(&mut panel.denominators);
        let methods = self.denominations.iter().enumerate();
        let methods = methods.filter_map(|(leaf, method)| Some((leaf, method.as_ref()?)));
        let divided: Vec<(usize, &Denomination, &[ArrayRef])> = methods
            .zip(sizes.chunks(periods.max(1)))
            .map(|((leaf, method), sizes)| (leaf, method, sizes))
            .collect();
        let quotients = execution.each(divided.len(), |i| {
            let (leaf, method, sizes) = divided[i];
            let quotient = |period| {
                self.quotient((leaf, method), period, &sizes[period], framework, panel, execution)
            };
            (0..periods).map(quotient).collect::<Result<Vec<_>>>()
        })?;
        for ((leaf, ..), columns) in divided.into_iter().zip(quotients) {
            panel.columns.splice(leaf * periods..(leaf + 1) * periods, columns);
        }
        Ok(())
    }

    /// An indicator at one period, divided; an error has its place.
    fn quotient(
        &self,
        (leaf, method): (usize, &Denomination),
        period: usize,
        sizes: &ArrayRef,
        framework: &Framework,
        panel: &Panel,
        execution: &Execution,
    ) -> Result<ArrayRef> {
        let divide = |columns: &[ArrayRef]| match columns {
            [values, sizes] => method.column(values, sizes, &panel.units, &execution.options),
            _ => exec_err!("{}: must have two columns, found {}", self.name, columns.len()),
        };
        let columns = [Arc::clone(panel.column(leaf, period)), Arc::clone(sizes)];
        divide(&columns).map_err(|error| {
            // The function names the unit.
            let indicator = named(framework, framework.leaves()[leaf]);
            let place = match panel.periods.is_valid(period) {
                true => format!("period {}, {indicator}", text(&panel.periods, period)),
                false => indicator,
            };
            placed(self.name, error, &columns, divide, |_| place.clone())
        })
    }
}
