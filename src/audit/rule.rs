//! Rules: what is looked for in a figure, from which threshold on, and what is said of it.

use crate::document::Level;

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Its word.
    pub name: &'static str,
    /// How much what it finds weighs.
    pub level: Level,
    /// When it finds something, with `{threshold}` in it.
    pub when: &'static str,
    /// Its threshold.
    pub threshold: Option<f64>,
    /// Where rule and threshold come from.
    pub source: &'static str,
    /// A query with a row for each finding, the worst first: `{figure}` is the figure, `{threshold}` the threshold.
    pub sql: &'static str,
    /// What is so, with columns of the row in it (see [`super::sentence`]).
    pub statement: &'static str,
    /// The figures that show it, likewise.
    pub evidence: &'static str,
    /// What to do.
    pub advice: &'static str,
}

/// Rules and thresholds that are this program's own.
pub const OWN: &str = "this audit";

impl Rule {
    /// When it finds something, in words.
    #[must_use]
    pub fn condition(&self) -> String {
        let threshold = self.threshold.map(|x| x.to_string()).unwrap_or_default();
        self.when.replace("{threshold}", &threshold)
    }
}
