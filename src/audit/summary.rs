//! The summary of an audit: its findings in sentences.

use std::collections::BTreeMap;

use super::chapters::CHAPTERS;
use super::facts::Facts;
use crate::document::{Block, Finding, Level, Reference};

/// Findings of a rule that the summary tells one by one.
const TOLD: usize = 6;

/// What was found, the warnings first.
#[must_use]
pub fn summary(findings: &[(usize, Finding)], facts: &Facts) -> Vec<Block> {
    let count = |level| findings.iter().filter(|(_, finding)| finding.level == level).count();
    let many = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let mut blocks = vec![Block::Heading("Summary".to_owned())];
    blocks.push(Block::Text(match findings.is_empty() {
        true => "No rule found anything. What each of them looks for is in the chapters.".to_owned(),
        false => format!(
            "{} (to be mended or defended) and {} (to be known). A finding stands in its chapter below the figures \
             that show it, with its evidence and what to do.",
            many(count(Level::Warning), "warning"),
            many(count(Level::Note), "note")
        ),
    }));
    if let Some(period) = &facts.period {
        let of_all = match facts.periods.len() {
            1 => "",
            _ => " Statistics of distributions and correlations are over all periods of the panel.",
        };
        blocks.push(Block::Text(format!("Units are ranked in {}.{of_all}", period.text)));
    }
    for level in [Level::Warning, Level::Note] {
        let mut by_rule: BTreeMap<(usize, &str), Vec<&str>> = BTreeMap::new();
        let mut order = Vec::new();
        for (chapter, finding) in findings.iter().filter(|(_, finding)| finding.level == level) {
            let key = (*chapter, finding.rule);
            if !by_rule.contains_key(&key) {
                order.push(key);
            }
            by_rule.entry(key).or_default().push(&finding.headline);
        }
        let mut told = Vec::new();
        for key @ (chapter, rule) in order {
            let statements = &by_rule[&key];
            let anchor = CHAPTERS[chapter - 1].anchor;
            let reference = |text| Reference { text, chapter, anchor: anchor.to_owned() };
            let first = statements.iter().take(TOLD).map(|&said| said.to_owned());
            told.extend(first.map(reference));
            if let Some(more @ 1..) = statements.len().checked_sub(TOLD) {
                told.push(reference(format!("{more} more findings of the rule `{rule}`.")));
            }
        }
        if !told.is_empty() {
            let heading = if level == Level::Warning { "Warnings" } else { "Notes" };
            blocks.push(Block::Heading(heading.to_owned()));
            blocks.push(Block::References(told));
        }
    }
    blocks
}
