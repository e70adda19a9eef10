//! Chapter 5: results.

use crate::audit::figure::{Chapter, Figure, Rows};
use crate::audit::need::Need;
use crate::audit::picture::{Limit, More, Picture};
use crate::audit::rule::Rule;
use crate::document::Level;

/// Units that have a bar or a line of their own.
const UNITS: Limit = Limit { column: "unit", what: "unit", most: 60, more: More::Ends(20) };

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
              over the parts that have one.",
    sql: "SELECT p.unit, w.score AS total, p.code, p.score, p.rank,
       p.weight * p.score / sum(p.weight) OVER (PARTITION BY p.unit) AS points, w.rank AS total_rank,
       count(*) OVER (PARTITION BY p.code) AS n
FROM (SELECT unit, code, score, rank, weight FROM {composite_index}
      WHERE parent = {root} AND {at} AND score IS NOT NULL) AS p
JOIN (SELECT unit, score, rank FROM {composite_index} WHERE code = {root} AND {at} AND score IS NOT NULL) AS w
  ON w.unit = p.unit
ORDER BY w.rank, p.unit, p.code",
    needs: &[Need::Units(1), Need::Dimensions, Need::Additive],
    rows: Rows::ShownIfFew,
    picture: Some(Picture {
        text: "bars, label = unit, value = points, part = code, rank = total_rank",
        limits: &[
            Limit {
                column: "code",
                what: "part",
                most: 8,
                more: More::Nothing("There are too many parts for a picture: the query gives what each of them contributes."),
            },
            UNITS,
        ],
    }),
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
    statement: "Among the best quarter, although one of the dimensions is among the worst quarter: {units}.",
    evidence: "Units concerned: {n}.",
    advice: "Decide whether this is wanted; the geometric mean (chapter 6) compensates less.",
};

static OVER_TIME: Figure = Figure {
    name: "over_time",
    title: "Ranks over time",
    reading: "The rank of the units in each period, in the order of the period that is ranked.",
    sql: "SELECT period, unit, rank FROM {composite_index}
WHERE code = {root} AND rank IS NOT NULL ORDER BY CASE WHEN {at} THEN 0 ELSE 1 END, period, rank, unit",
    needs: &[Need::Periods, Need::Units(2)],
    rows: Rows::Drawn,
    picture: Some(Picture {
        text: "bump, x = period, y = rank, series = unit",
        // The last would lie far below, with nothing between.
        limits: &[Limit { more: More::First(20), ..UNITS }],
    }),
    ..Figure::PLAIN
};

static CHANGE: Figure = Figure {
    name: "contributions",
    title: "What has changed the scores",
    reading: "The change of the index since the period before, and how many points of it {parts} straight below the index contributed.",
    sql: "SELECT unit, max(since) AS since, max(score) FILTER (WHERE code = {root}) AS score,
       max(change) FILTER (WHERE code = {root}) AS change,
       {each_part, max(contribution_to_top)}
FROM {contributions} WHERE (parent = {root} OR code = {root}) AND {at}
GROUP BY unit HAVING max(change) FILTER (WHERE code = {root}) IS NOT NULL ORDER BY unit",
    needs: &[Need::Previous],
    ..Figure::PLAIN
};

static CHANGE_OF_THE_FIRST: Figure = Figure {
    name: "change_of_the_first",
    title: "The change of the first",
    reading: "The same for the unit that is first in the ranking{in_period}: from its score in the period before to the \
              present one. Beside the twenty nodes that contributed most, all others are one.",
    none: "Nothing: it has no score in the period before, or its parts have none.",
    sql: "WITH first AS (SELECT unit FROM {composite_index} WHERE code = {root} AND {at} AND rank = 1 ORDER BY unit LIMIT 1),
change AS (SELECT unit, period, since, code, parent, score, change, contribution_to_top FROM {contributions}
           WHERE {at} AND unit IN (SELECT unit FROM first))
SELECT unit, since, period, code, sum(contribution_to_top) AS contribution_to_top, before, after FROM (
  SELECT part.unit, part.since, part.period, part.contribution_to_top,
         CASE WHEN row_number() OVER (ORDER BY abs(part.contribution_to_top) DESC, part.code) <= 20 THEN part.code ELSE '(all others)' END AS code,
         whole.score - whole.change AS before, whole.score AS after
  FROM change AS part JOIN change AS whole ON whole.code = {root} AND whole.change IS NOT NULL
  WHERE part.parent = {root} AND part.contribution_to_top IS NOT NULL)
GROUP BY unit, since, period, code, before, after ORDER BY code",
    needs: &[Need::Previous],
    rows: Rows::Drawn,
    picture: Some(Picture {
        text: "waterfall, label = code, value = contribution_to_top, from = before, to = after, from_name = since, to_name = period",
        limits: &[],
    }),
    ..Figure::PLAIN
};

static PROFILE: Figure = Figure {
    name: "profile",
    title: "Each unit beside the mean",
    reading: "Score and rank of the index{in_period}, and by how much the score of {parts} straight below it is above the \
              mean of all units, or below.",
    sql: "SELECT unit, max(score) FILTER (WHERE code = {root}) AS score, max(rank) FILTER (WHERE code = {root}) AS rank,
       {each_part, max(gap_to_mean)}
FROM {unit_profile} WHERE (parent = {root} OR code = {root}) AND {at} AND score IS NOT NULL GROUP BY unit ORDER BY unit",
    needs: &[Need::Units(2), Need::Dimensions],
    ..Figure::PLAIN
};

static STRENGTHS: Figure = Figure {
    name: "strengths",
    title: "Strengths and weaknesses",
    reading: "Three indicators of each kind{in_period}, fewer where a unit has fewer than six: those in which it is ahead \
              of the largest share of the others, the strongest first, and those in which it is ahead of the smallest, the \
              weakest first. In brackets its rank by the indicator.",
    sql: "SELECT unit,
       string_agg(code || ' (' || rank || ')', ', ' ORDER BY place, code) FILTER (WHERE kind = 'strength') AS strengths,
       string_agg(code || ' (' || rank || ')', ', ' ORDER BY place, code) FILTER (WHERE kind = 'weakness') AS weaknesses
FROM {strengths_weaknesses, top => 3} WHERE {at} GROUP BY unit ORDER BY unit",
    needs: &[Need::Units(2)],
    ..Figure::PLAIN
};

static PEERS: Figure = Figure {
    name: "peers",
    title: "Nearest peers",
    reading: "The three units whose scores of the indicators are nearest to those of a unit{in_period}, the nearest first, \
              and the Euclidean distances of the nearest and of the last.",
    sql: "SELECT unit, string_agg(CAST(peer AS VARCHAR), ', ' ORDER BY place, peer) AS peers, min(distance) AS nearest, max(distance) AS last
FROM {similarity, top => 3} WHERE {at} GROUP BY unit ORDER BY unit",
    needs: &[Need::Units(2)],
    ..Figure::PLAIN
};
