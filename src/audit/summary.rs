//! The summary of an audit: its findings in sentences, and what became of each rule.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, StringArray};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use super::chapters::CHAPTERS;
use super::facts::Facts;
use super::rule::Rule;
use crate::document::{Block, Chapter, Finding, Level, Reference, Table};
use crate::words::count;

/// Findings of a rule that the summary tells one by one.
const TOLD: usize = 6;

/// What was found, the warnings first.
#[must_use]
pub fn summary(findings: &[(usize, Finding)], facts: &Facts) -> Vec<Block> {
    let of_level = |level| findings.iter().filter(|(_, finding)| finding.level == level).count();
    let mut blocks = vec![Block::Heading("Summary".to_owned())];
    blocks.push(Block::Text(match findings.is_empty() {
        true => "No rule found anything. What each of them looks for is in the chapters.".to_owned(),
        false => format!(
            "{} (to be mended or defended) and {} (to be known). A finding stands in its chapter below the figures \
             that show it, with its evidence and what to do.",
            count(of_level(Level::Warning), "warning"),
            count(of_level(Level::Note), "note")
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

/// What became of a rule.
#[derive(Debug)]
pub struct Asked {
    /// The number of its chapter, counted from 1.
    pub chapter: usize,
    /// The rule.
    pub rule: &'static Rule,
    /// How many findings it has; none if its figure could not be computed.
    pub found: Option<usize>,
}

/// The last chapter: every rule with its threshold, and how often it found something.
///
/// # Errors
///
/// The table cannot be made.
pub fn rules(asked: &[Asked]) -> Result<Chapter> {
    let found = asked.iter().filter(|one| one.found > Some(0)).count();
    let unasked = asked.iter().filter(|one| one.found.is_none()).count();
    let mut said = format!("Rules: {}; with findings: {found}", asked.len());
    if unasked > 0 {
        said += &format!("; not applied, because their figure could not be computed: {unasked}");
    }
    let text = |of: fn(&Asked) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(asked.iter().map(of)))
    };
    let number = |of: fn(&Asked) -> Option<usize>| -> ArrayRef {
        let numbers = asked.iter().map(|one| of(one).and_then(|n| i64::try_from(n).ok()));
        Arc::new(numbers.collect::<Int64Array>())
    };
    let columns = [
        ("rule", text(|one| one.rule.name.to_owned())),
        ("chapter", number(|one| Some(one.chapter))),
        ("level", text(|one| one.rule.level.word().to_owned())),
        ("finds something when", text(|one| one.rule.condition())),
        ("findings", number(|one| one.found)),
    ];
    let rows =
        RecordBatch::try_from_iter_with_nullable(columns.map(|(name, of)| (name, of, true)))?;
    let table = Table::of("What each rule found", &rows.schema(), &[rows])?;
    let blocks = vec![
        Block::Heading("What each rule found".to_owned()),
        Block::Text(format!(
            "{said}. The findings in words stand at the head of this document and, with evidence and advice, in their \
             chapters; sources of rules and thresholds are in the documentation of the audit."
        )),
        Block::Table(table),
    ];
    Ok(Chapter { anchor: "rules".to_owned(), title: "Summary of the rules".to_owned(), blocks })
}
