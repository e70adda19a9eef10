//! Chapter 5: results.

use crate::audit::figure::{Chapter, Figure};
use crate::audit::need::Need;
use crate::audit::rule::Rule;
use crate::document::Level;

/// The chapter.
pub static CHAPTER: Chapter = Chapter {
    anchor: "results",
    title: "Results",
    question: "Who ranks where, and what is it owed to?",
    figures: &[
        &RANKING,
        &PARTS,
        &OVER_TIME,
        &CHANGE,
        &CHANGE_OF_THE_FIRST,
        &PROFILE,
        &STRENGTHS,
        &PEERS,
    ],
};

static RANKING: Figure = Figure {
    name: "ranking",
    title: "Ranking",
    reading: "The index{in_period}. Ties share the best rank.",
    sql: "SELECT unit, score, rank, coverage, imputed
FROM {composite_index} WHERE code = {root} AND {at} ORDER BY rank NULLS LAST, unit",
    needs: &[Need::Units(1)],
    ..Figure::PLAIN
};

static PARTS: Figure = Figure {
    name: "parts",
    title: "What the score is made of",
    reading: "The points of the index that each part straight below it contributes{in_period}: its weight times its score, \
              over the parts that have one. Weakest: the part of a unit with the lowest rank.",
    sql: "SELECT p.unit, w.score AS total, p.code, p.score, p.rank,
       p.weight * p.score / sum(p.weight) OVER (PARTITION BY p.unit) AS points, w.rank AS total_rank,
       count(*) OVER (PARTITION BY p.code) AS n
FROM (SELECT unit, code, score, rank, weight FROM {composite_index}
      WHERE parent = {root} AND {at} AND score IS NOT NULL) AS p
JOIN (SELECT unit, score, rank FROM {composite_index} WHERE code = {root} AND {at} AND score IS NOT NULL) AS w
  ON w.unit = p.unit
ORDER BY w.rank, p.unit, p.code",
    needs: &[Need::Units(1), Need::Dimensions, Need::Additive],
    picture: Some("bars, label = unit, value = points, part = code, rank = total_rank"),
    rules: &[&COMPENSATED],
    ..Figure::PLAIN
};

static COMPENSATED: Rule = Rule {
    name: "compensated",
    level: Level::Note,
    when: "some units are in the best {threshold} of the ranking although one of their dimensions is in the worst {threshold}",
    threshold: Some(0.25),
    source: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6: a weighted mean compensates; the \
             quarter is this audit's",
    sql: "SELECT count(*) AS n, array_agg(unit ORDER BY total_rank, unit) AS units FROM (
  SELECT unit, min(total_rank) AS total_rank FROM {figure}
  WHERE n >= 4 AND total_rank <= {threshold} * n AND rank > (1 - {threshold}) * n GROUP BY unit)
HAVING count(*) > 0",
    statement: "Units are among the best quarter although one of their dimensions is among the worst quarter: {units}.",
    evidence: "Units concerned: {n}.",
    advice: "Decide whether this is wanted; the geometric mean (chapter 6) compensates less.",
};

static OVER_TIME: Figure = Figure {
    name: "over_time",
    title: "Ranks over time",
    reading: "The rank of each unit in each period.",
    sql: "SELECT period, unit, rank FROM {composite_index}
WHERE code = {root} AND rank IS NOT NULL ORDER BY period, rank, unit",
    needs: &[Need::Periods, Need::Units(2)],
    is_table: false,
    picture: Some("bump, x = period, y = rank, series = unit"),
    ..Figure::PLAIN
};

static CHANGE: Figure = Figure {
    name: "contributions",
    title: "What has changed the scores",
    reading: "The change of each score since the period before, and what of it each node straight below the index \
              contributed in points of the index.",
    sql: "SELECT unit, since, code, score, change, contribution_to_top
FROM {contributions} WHERE (parent = {root} OR code = {root}) AND {at} AND change IS NOT NULL
ORDER BY unit, level DESC, code",
    needs: &[Need::Previous],
    ..Figure::PLAIN
};

static CHANGE_OF_THE_FIRST: Figure = Figure {
    name: "change_of_the_first",
    title: "The change of the first",
    reading: "The same for the unit that is first in the ranking{in_period}: from its score in the period before to the present one.",
    sql: "WITH first AS (SELECT unit FROM {composite_index} WHERE code = {root} AND {at} AND rank = 1 ORDER BY unit LIMIT 1),
change AS (SELECT unit, period, since, code, parent, score, change, contribution_to_top FROM {contributions}
           WHERE {at} AND unit IN (SELECT unit FROM first))
SELECT part.unit, part.since, part.period, part.code, part.contribution_to_top,
       whole.score - whole.change AS before, whole.score AS after
FROM change AS part JOIN change AS whole ON whole.code = {root} AND whole.change IS NOT NULL
WHERE part.parent = {root} AND part.contribution_to_top IS NOT NULL ORDER BY part.code",
    needs: &[Need::Previous],
    is_table: false,
    picture: Some("waterfall, label = code, value = contribution_to_top, from = before, to = after, from_name = since, to_name = period"),
    ..Figure::PLAIN
};

static PROFILE: Figure = Figure {
    name: "profile",
    title: "Each unit beside the mean and the best",
    reading: "Scores and ranks of the nodes straight below the index{in_period}, and how far they are from the mean and \
              from the best of all units.",
    sql: "SELECT unit, code, score, rank, n, gap_to_mean, gap_to_best
FROM {unit_profile} WHERE parent = {root} AND {at} AND score IS NOT NULL ORDER BY unit, code",
    needs: &[Need::Units(2), Need::Dimensions],
    ..Figure::PLAIN
};

static STRENGTHS: Figure = Figure {
    name: "strengths",
    title: "Strengths and weaknesses",
    reading: "The three indicators in which a unit is ahead of most others, and those in which it is ahead of fewest{in_period}.",
    sql: "SELECT unit, kind, place, code, value, score, rank, n, ahead_of
FROM {strengths_weaknesses, top => 3} WHERE {at} ORDER BY unit, kind, place, code",
    needs: &[Need::Units(2)],
    ..Figure::PLAIN
};

static PEERS: Figure = Figure {
    name: "peers",
    title: "Nearest peers",
    reading: "The three units whose scores of the indicators are nearest to those of a unit (Euclidean distance){in_period}.",
    sql: "SELECT unit, place, peer, distance, n
FROM {similarity, top => 3} WHERE {at} ORDER BY unit, place, peer",
    needs: &[Need::Units(2)],
    ..Figure::PLAIN
};
