//! Treatment: outliers of a panel, before the normalisation.

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::common::{Result, exec_err};

use super::reference_set::{BoundReference, pooled};
use crate::engine::on_columns as columns;
use crate::framework::Framework;
use crate::index::execution::Execution;
use crate::index::methods::bound::{BoundWindow, Methods};
use crate::index::panel::{Panel, is_empty};

impl Methods {
    /// Treats the outliers of a panel, if there is a method for it.
    pub fn treat(
        &self,
        framework: &Framework,
        panel: &mut Panel,
        execution: &Execution,
    ) -> Result<()> {
        let Some(method) = &self.treatment else { return Ok(()) };
        let periods = panel.periods.len();
        let within = BoundReference::of(&self.treatment_reference, &panel.periods, self.name)?;
        let treated = execution.each(framework.leaves().len(), |leaf| {
            let columns = &panel.columns[leaf * periods..(leaf + 1) * periods];
            self.of_indicator(framework, leaf, panel, columns, None, |columns| {
                if self.may_mix(leaf) {
                    self.check_not_mixed(method, columns)?;
                }
                method.columns(columns, &within, self.direction(leaf))
            })
        })?;
        panel.columns = treated.into_iter().flatten().collect();
        Ok(())
    }

    /// That no period of an indicator is transformed by itself where periods share a scale.
    fn check_not_mixed(&self, method: &BoundWindow, columns: &[ArrayRef]) -> Result<()> {
        let units = columns.first().map_or(0, |column| column.len());
        let values = pooled(columns)?;
        let partitions: Vec<_> = (0..columns.len()).map(|i| i * units..(i + 1) * units).collect();
        let changed = columns::whole(method.function, &method.constants)?
            .changes(std::slice::from_ref(&values), &partitions)?;
        let several = columns.iter().filter(|column| !is_empty(column)).count();
        match changed.iter().filter(|changed| **changed).count() {
            0 => Ok(()),
            _ if several < 2 => Ok(()),
            n => exec_err!(
                "treatment_reference must not be 'period' for {} with reference => {}, where periods \
                 share a scale, found {n} of {several} periods to be transformed, each by itself",
                method.call.page.name,
                self.reference.text()
            ),
        }
    }
}
