//! Transformation: indicators of a panel in another measure of themselves, before they are treated.

use datafusion::common::Result;

use crate::framework::Framework;
use crate::index::execution::Execution;
use crate::index::methods::bound::Methods;
use crate::index::panel::Panel;

impl Methods {
    /// Transforms the indicators whose rows say how.
    pub fn transform(
        &self,
        framework: &Framework,
        panel: &mut Panel,
        execution: &Execution,
    ) -> Result<()> {
        let named =
            (0..self.transformations.len()).filter(|&leaf| self.transformations[leaf].is_some());
        let named: Vec<usize> = named.collect();
        let periods = panel.periods.len();
        let transformed = execution.each(named.len(), |i| {
            let leaf = named[i];
            let columns = &panel.columns[leaf * periods..(leaf + 1) * periods];
            let Some(method) = &self.transformations[leaf] else { return Ok(columns.to_vec()) };
            self.of_indicator(framework, leaf, panel, columns, None, |columns| {
                columns.iter().map(|values| method.column(values, &execution.options)).collect()
            })
        })?;
        for (leaf, columns) in named.into_iter().zip(transformed) {
            panel.columns.splice(leaf * periods..(leaf + 1) * periods, columns);
        }
        Ok(())
    }
}
