//! What is to be audited.

use super::arguments::Arguments;

/// An index to be audited.
#[derive(Debug, Clone)]
pub struct Request {
    /// The panel as SQL has it after FROM: a table, a file in quotes, a query in parentheses.
    pub panel: String,
    /// The framework, likewise.
    pub framework: String,
    /// Arguments of `composite_index`.
    pub arguments: Arguments,
    /// The period that is ranked, as it is written; without one the last that has scores.
    pub period: Option<String>,
    /// Scores of the last release (unit, score and where needed period), likewise.
    pub last_release: Option<String>,
    /// What is uncertain, as arguments of `uncertainty`; without it what the arguments leave open.
    pub uncertainty: Option<Arguments>,
    /// Draws of the uncertainty analysis.
    pub draws: u32,
    /// The seed of all random numbers.
    pub seed: u32,
    /// The title of the document.
    pub title: Option<String>,
}

/// Draws where none are asked for.
pub const DRAWS: u32 = 1000;

/// The seed where none is asked for.
pub const SEED: u32 = 1;
