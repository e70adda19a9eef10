//! Chapter 1: what there is, what is missing, what was imputed.

use crate::audit::figure::{Chapter, Figure, Rows};
use crate::audit::need::Need;
use crate::audit::picture::{Limit, More, Picture};
use crate::audit::rule::{OWN, Rule};
use crate::document::Level;

/// The chapter.
pub static CHAPTER: Chapter = Chapter {
    anchor: "data",
    title: "Data",
    question: "Which units and periods have values of which indicators, and what stands in for those that are missing?",
    figures: &[&PANEL, &INDICATORS, &PERIODS, &UNITS, &UNSCORED, &IMPUTED],
};

const COIN_TOOL: &str =
    "JRC, COIN Tool, rules of thumb: at least 65 % data for every unit and indicator";

static PANEL: Figure = Figure {
    name: "panel",
    title: "The panel",
    reading: "Observed: values that are there, of an indicator that is divided by another those for which both are; \
              expected: one for each unit, period and indicator of the framework.",
    sql: "SELECT count(DISTINCT unit) AS units, count(DISTINCT period) AS periods, count(DISTINCT code) AS indicators,
       sum(observed) AS observed, sum(expected) AS expected, sum(observed) / sum(expected)::DOUBLE AS coverage,
       sum(zeros) AS zeros
FROM {availability} WHERE level = 1",
    ..Figure::PLAIN
};

static INDICATORS: Figure = Figure {
    name: "coverage_of_indicators",
    title: "Coverage by indicator",
    reading: "Coverage is the share of units and periods with a value; periods and units are those with one.",
    sql: "SELECT code, parent, sum(observed) AS observed, sum(expected) AS expected,
       sum(observed) / sum(expected)::DOUBLE AS coverage,
       count(DISTINCT period) FILTER (WHERE observed > 0) AS periods,
       count(DISTINCT unit) FILTER (WHERE observed > 0) AS units
FROM {availability} WHERE level = 1
GROUP BY code, parent ORDER BY coverage, code",
    rules: &[&UNOBSERVED, &SPARSE],
    ..Figure::PLAIN
};

static UNOBSERVED: Rule = Rule {
    name: "unobserved_indicator",
    level: Level::Warning,
    when: "an indicator of the framework has no value at all",
    threshold: None,
    source: OWN,
    sql: "SELECT * FROM {figure} WHERE observed = 0 ORDER BY code",
    statement: "{@code} has no value in any unit and period.",
    evidence: "0 of {expected} values.",
    advice: "Find data, or take the indicator out of the framework; until then its weight goes to the others of its node.",
};

static SPARSE: Rule = Rule {
    name: "sparse_indicator",
    level: Level::Warning,
    when: "an indicator has some values, but for fewer than {threshold} of units and periods",
    threshold: Some(0.65),
    source: COIN_TOOL,
    sql: "SELECT * FROM {figure} WHERE observed > 0 AND coverage < {threshold} ORDER BY coverage, code",
    statement: "{@code} has values for {coverage%} of units and periods only.",
    evidence: "{observed} of {expected} values; the rule asks for {threshold%}.",
    advice: "Find the missing values, take a related indicator that is observed, or leave the indicator out.",
};

static PERIODS: Figure = Figure {
    name: "coverage_of_periods",
    title: "Coverage by period",
    reading: "The share of values that are there in each period, for the index and the nodes between it and the \
              indicators, the least covered first.",
    sql: "SELECT period, code, coverage FROM (
  SELECT period, code, sum(observed) / sum(expected)::DOUBLE AS coverage
  FROM {availability} WHERE level > 1 GROUP BY period, code)
ORDER BY min(coverage) OVER (PARTITION BY code), code, period",
    needs: &[Need::Periods],
    rows: Rows::Drawn,
    picture: Some(Picture {
        text: "lines, x = period, y = coverage, series = code",
        limits: &[Limit { column: "code", what: "node", most: 12, more: More::First(8) }],
    }),
    ..Figure::PLAIN
};

static UNITS: Figure = Figure {
    name: "coverage_of_units",
    title: "Coverage by unit",
    reading: "The values of each unit{in_period}. Coverage is the share of the index's weight that is observed, imputed \
              the share that was filled in; a unit without a score has too little of either.",
    sql: "SELECT i.unit, a.observed, a.expected, a.availability, i.coverage, i.imputed, i.score
FROM (SELECT unit, score, coverage, imputed FROM {composite_index} WHERE code = {root} AND {at}) AS i
LEFT JOIN (SELECT unit, observed, expected, availability FROM {availability} WHERE code = {root} AND {at}) AS a
  ON a.unit = i.unit
ORDER BY a.availability, i.unit",
    rules: &[&SPARSE_UNITS, &NO_SCORE, &IMPUTED_INDEX],
    ..Figure::PLAIN
};

static SPARSE_UNITS: Rule = Rule {
    name: "sparse_units",
    level: Level::Warning,
    when: "some units have values for fewer than {threshold} of the indicators in the period that is ranked",
    threshold: Some(0.65),
    source: COIN_TOOL,
    sql: "SELECT count(*) AS n, min(availability) AS lowest, array_agg(unit ORDER BY availability, unit) AS units
FROM {figure} WHERE availability < {threshold} HAVING count(*) > 0",
    statement: "Fewer than {threshold%} of the indicators have a value{in_period} for {units}.",
    evidence: "Units concerned: {n}; the lowest has {lowest%}.",
    advice: "Give such units no score (min_coverage), or publish it with a mark.",
};

static NO_SCORE: Rule = Rule {
    name: "unit_without_score",
    level: Level::Note,
    when: "some units have no score of the index in the period that is ranked",
    threshold: None,
    source: OWN,
    sql: "SELECT count(*) AS n, array_agg(unit ORDER BY unit) AS units
FROM {figure} WHERE score IS NULL HAVING count(*) > 0",
    statement: "There is no score{in_period} for {units}.",
    evidence: "Units concerned: {n}.",
    advice: "Say in the publication which units are not ranked and why.",
};

static IMPUTED_INDEX: Rule = Rule {
    name: "imputed_scores",
    level: Level::Warning,
    when: "more than {threshold} of the weight behind a unit's score is imputed",
    threshold: Some(0.35),
    source: "the complement of the 65 % of data that the JRC's COIN Tool asks for",
    sql: "SELECT count(*) AS n, max(imputed) AS largest, array_agg(unit ORDER BY imputed DESC, unit) AS units
FROM {figure} WHERE imputed > {threshold} AND score IS NOT NULL HAVING count(*) > 0",
    statement: "More than {threshold%} of the weight behind the score{in_period} is imputed for {units}.",
    evidence: "Units concerned: {n}; the largest share is {largest%}.",
    advice: "Rank these units apart, or require more observed values (min_coverage counts imputed ones as there).",
};

static UNSCORED: Figure = Figure {
    name: "unscored",
    title: "Parts without scores",
    reading: "Indicators and nodes that have values and yet no score in any unit and period: a value of the base or \
              reference period is missing, all values are the same, or too little of a node is covered.",
    sql: "WITH nodes AS (SELECT code, parent, level, count(score) AS scored FROM {composite_index} GROUP BY code, parent, level)
SELECT s.code, s.parent, s.level, a.observed, c.scored_children
FROM nodes AS s
JOIN (SELECT code, sum(observed) AS observed FROM {availability} GROUP BY code) AS a ON a.code = s.code
LEFT JOIN (SELECT parent, count(*) FILTER (WHERE scored > 0) AS scored_children FROM nodes GROUP BY parent) AS c ON c.parent = s.code
WHERE s.scored = 0 AND a.observed > 0 ORDER BY s.level DESC, s.code",
    rules: &[&NEVER_SCORED],
    ..Figure::PLAIN
};

static NEVER_SCORED: Rule = Rule {
    name: "part_without_score",
    level: Level::Warning,
    when: "an indicator has values, but no score in any unit and period, or a node below the index has none although one below it has",
    threshold: None,
    source: OWN,
    sql: "SELECT * FROM {figure} WHERE parent IS NOT NULL AND (level = 1 OR scored_children > 0) ORDER BY level DESC, code",
    statement: "{@code} has values, but never a score, and does not enter the index.",
    evidence: "Values: {observed}; scores: none.",
    advice: "Look for the value that its normalisation needs (base or reference period), for a node at min_coverage; or take it out of the framework.",
};

static IMPUTED: Figure = Figure {
    name: "imputed",
    title: "What was imputed",
    reading: "Values that the imputation of the arguments filled in, by indicator.",
    sql:
        "SELECT code, parent, count(*) FILTER (WHERE imputed = 1) AS imputed, count(*) AS expected,
       count(*) FILTER (WHERE imputed = 1) / count(*)::DOUBLE AS share
FROM {composite_index} WHERE level = 1
GROUP BY code, parent HAVING count(*) FILTER (WHERE imputed = 1) > 0 ORDER BY share DESC, code",
    needs: &[Need::Imputation],
    rules: &[&IMPUTED_INDICATOR],
    ..Figure::PLAIN
};

static IMPUTED_INDICATOR: Rule = Rule {
    name: "imputed_indicator",
    level: Level::Note,
    when: "more than {threshold} of the values of an indicator are imputed",
    threshold: Some(0.35),
    source: "the complement of the 65 % of data that the JRC's COIN Tool asks for",
    sql: "SELECT * FROM {figure} WHERE share > {threshold} ORDER BY share DESC, code",
    statement: "{share%} of the values of {@code} are imputed.",
    evidence: "{imputed} of {expected} values.",
    advice: "See in chapter 6 what another imputation or none makes of the ranking; find more values.",
};
