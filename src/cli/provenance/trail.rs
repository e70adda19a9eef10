//! What a statement reads.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;

use super::fingerprint::fingerprint;
use super::hash::Hashes;
use super::input::{Input, InputRecord, Pattern};

/// What a statement reads, found from its plan.
#[derive(Debug, Clone, Default)]
pub struct Trail {
    /// The files.
    pub(super) inputs: BTreeSet<Input>,
    /// Where there may be more of them another time.
    pub(super) patterns: BTreeSet<Pattern>,
    /// Fingerprints of frameworks that tables in memory were made by.
    pub(super) known: BTreeSet<String>,
    /// Frameworks that the statement reads itself.
    pub(super) frameworks: Vec<LogicalPlan>,
    /// A function whose values are others each time.
    pub(super) fleeting: Option<String>,
}

/// The same with what was in the files.
#[derive(Debug, Clone, Default)]
pub struct Read {
    /// By their paths.
    pub inputs: Vec<InputRecord>,
    /// Where there may be more of them another time.
    pub patterns: Vec<Pattern>,
    /// Fingerprints, in their order.
    pub frameworks: Vec<String>,
    /// A function whose values are others each time.
    pub fleeting: Option<String>,
}

impl Trail {
    /// Adds what another reads.
    pub fn extend(&mut self, other: &Self) {
        self.inputs.extend(other.inputs.iter().cloned());
        self.patterns.extend(other.patterns.iter().cloned());
        self.known.extend(other.known.iter().cloned());
        self.frameworks.extend(other.frameworks.iter().cloned());
        if self.fleeting.is_none() {
            self.fleeting.clone_from(&other.fleeting);
        }
    }

    /// The files alone.
    #[must_use]
    pub fn files(self) -> Self {
        Self { frameworks: Vec::new(), ..self }
    }

    /// The fingerprints of its frameworks that have been read.
    pub fn fingerprints(&self) -> Vec<String> {
        self.known.iter().cloned().collect()
    }

    /// The same with its frameworks read.
    pub async fn settled(mut self, context: SessionContext) -> Self {
        self.settle(&context).await;
        self
    }

    /// Reads its frameworks, if there are any, for what is known of them later.
    pub(super) async fn settle(&mut self, context: &SessionContext) {
        for plan in std::mem::take(&mut self.frameworks) {
            // One that cannot be read is an error of the statement itself.
            if let Ok(fingerprint) = fingerprint(plan, context).await {
                self.known.insert(fingerprint);
            }
        }
    }

    /// Reads what it is of: the files for their hashes, the frameworks for their fingerprints.
    pub async fn read(mut self, context: SessionContext, hashes: Arc<Hashes>) -> Read {
        self.settle(&context).await;
        let (inputs, of) = (self.inputs, hashes);
        let records = move || inputs.iter().map(|input| input.record(&of)).collect();
        let inputs = tokio::task::spawn_blocking(records).await.unwrap_or_default();
        Read {
            inputs,
            patterns: self.patterns.into_iter().collect(),
            frameworks: self.known.into_iter().collect(),
            fleeting: self.fleeting,
        }
    }
}
