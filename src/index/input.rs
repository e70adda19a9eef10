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

/// How far the values of the indicators have come on their way to scores: after this step and all
/// before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// As in the panel.
    Values,
    Denominated,
    Imputed,
    Transformed,
    /// Ready to be normalised.
    Treated,
    Scores,
}

impl Stage {
    /// All of them, in their order.
    pub const ALL: [Self; 6] = [
        Self::Values,
        Self::Denominated,
        Self::Imputed,
        Self::Transformed,
        Self::Treated,
        Self::Scores,
    ];

    /// Their names, in the same order.
    pub const WORDS: &[&str] =
        &["values", "denominated", "imputed", "transformed", "treated", "scores"];
}

impl Methods {
    /// The values made ready to be normalised.
    pub fn prepare(
        &self,
        framework: &Framework,
        panel: &mut Panel,
        execution: &Execution,
    ) -> Result<()> {
        self.prepare_up_to(Stage::Treated, framework, panel, execution)
    }

    /// The values of the indicators as they are at a stage, in the place of those before.
    pub fn prepare_up_to(
        &self,
        stage: Stage,
        framework: &Framework,
        panel: &mut Panel,
        execution: &Execution,
    ) -> Result<()> {
        if stage >= Stage::Denominated {
            self.denominate(framework, panel, execution)?;
        }
        if stage >= Stage::Imputed {
            self.impute(framework, panel, execution)?;
        }
        if stage >= Stage::Transformed {
            self.transform(framework, panel, execution)?;
        }
        if stage >= Stage::Treated {
            self.treat(framework, panel, execution)?;
        }
        if stage == Stage::Scores {
            let columns = std::mem::take(&mut panel.columns);
            panel.columns = self.normalise_columns(framework, panel, columns, execution)?;
        }
        Ok(())
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
