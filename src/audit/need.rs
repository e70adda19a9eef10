//! What a figure cannot do without, and what is said where it is not there.

use super::facts::Facts;

/// A condition of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Two units with a score in the period that is ranked, or as many as this.
    Units(usize),
    /// Units and periods with a score, at least three, from which correlations can be computed.
    Rows,
    /// Two periods with a score.
    Periods,
    /// A period with a score before the one that is ranked.
    Previous,
    /// Nodes between the indicators and the index.
    Dimensions,
    /// Two nodes that are compared, neither of them an indicator.
    OtherDimensions,
    /// A node with two children.
    Siblings,
    /// An imputation in the call.
    Imputation,
    /// The index a weighted mean of its dimensions.
    Additive,
    /// Another aggregation that can be computed.
    OtherAggregation,
    /// Choices that are drawn, not given.
    Drawn,
    /// Scores of the last release.
    LastRelease,
}

impl Need {
    /// Why it is not met, in a sentence; none if it is.
    #[must_use]
    pub fn unmet(self, facts: &Facts) -> Option<String> {
        let at = facts.in_period();
        let (is_met, why) = match self {
            Self::Units(least) => (
                facts.scored >= least,
                match least {
                    1 => format!("Not computed: no unit has a score{at}."),
                    _ => format!(
                        "Not computed: at least {least} units must have a score{at}, found {}.",
                        facts.scored
                    ),
                },
            ),
            Self::Rows => (
                facts.scored_rows >= 3,
                format!(
                    "Not computed: a correlation takes at least three units and periods with a score, found {}.",
                    facts.scored_rows
                ),
            ),
            Self::Periods => (
                facts.periods.len() > 1,
                match facts.periods.len() {
                    0 => "Not computed: the panel has no periods.".to_owned(),
                    _ => "Not computed: the panel has one period only.".to_owned(),
                },
            ),
            Self::Previous => (
                facts.previous.is_some(),
                match &facts.period {
                    Some(period) => {
                        format!("Not computed: no period before {} has scores of the index.", period.text)
                    }
                    None => "Not computed: the panel has no periods.".to_owned(),
                },
            ),
            Self::Dimensions => (
                facts.highest_level() > 2,
                "Not computed: the framework has one level, with the indicators straight below the index.".to_owned(),
            ),
            Self::OtherDimensions => (
                facts.nodes_of_indicators() > 1,
                "Not computed: all indicators belong to one node, there is no other to compare with.".to_owned(),
            ),
            Self::Siblings => (
                facts.most_children() > 1,
                "Not computed: no node of the framework has two children.".to_owned(),
            ),
            Self::Imputation => (
                facts.imputes,
                "Nothing was imputed: the arguments name no imputation. A missing value leaves its weight to the other \
                 indicators of its node."
                    .to_owned(),
            ),
            Self::Additive => (
                facts.is_additive,
                "Not computed: the index is no weighted mean of the nodes below it, so that its points cannot be \
                 shared out among them."
                    .to_owned(),
            ),
            Self::OtherAggregation => (
                facts.other_aggregation.is_some(),
                facts.why_no_other.clone(),
            ),
            Self::Drawn => (
                !facts.draws_are_given,
                "Not computed: the draws are given (weight_draws), not drawn by the design that shares need.".to_owned(),
            ),
            Self::LastRelease => (
                facts.has_last_release,
                "Not computed: no scores of the last release were given (--last-release TABLE, with the columns unit \
                 and score, and period where it has several)."
                    .to_owned(),
            ),
        };
        (!is_met).then_some(why)
    }
}
