//! What an index is computed from, and the way from there to its scores.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::execution::memory_pool::MemoryReservation;

use super::execution::Execution;
use super::methods::bound::Methods;
use super::methods::rows::RowMethods;
use super::panel::Panel;
use super::steps::scores::Scores;
use crate::framework::Framework;

/// A framework, the values of its indicators, and the methods bound to its nodes.
#[derive(Debug)]
pub struct IndexInput {
    pub framework: Framework,
    /// The methods that the rows of the framework name.
    pub row_methods: RowMethods,
    pub methods: Methods,
    pub panel: Panel,
    pub execution: Execution,
    pub reservation: Arc<MemoryReservation>,
}

impl Methods {
    /// The values made ready to be normalised.
    pub fn prepare(
        &self,
        framework: &Framework,
        panel: &mut Panel,
        execution: &Execution,
    ) -> Result<()> {
        self.denominate(framework, panel, execution)?;
        self.impute(framework, panel, execution)?;
        self.transform(framework, panel, execution)?;
        self.treat(framework, panel, execution)
    }
}

impl IndexInput {
    /// The scores of all nodes. The values are used up.
    pub fn scores(&mut self) -> Result<Scores> {
        let Self { framework, methods, panel, execution, .. } = self;
        methods.prepare(framework, panel, execution)?;
        let columns = std::mem::take(&mut panel.columns);
        let leaves = methods.normalise_columns(framework, panel, columns, execution)?;
        methods.aggregate(framework, &leaves, panel, execution)
    }
}
