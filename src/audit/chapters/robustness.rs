//! Chapter 6: what other choices make of the ranking.

use crate::audit::figure::{Chapter, Figure};
use crate::audit::need::Need;
use crate::audit::picture::{Limit, More, Picture};
use crate::audit::rule::Rule;
use crate::document::Level;

/// The chapter.
pub static CHAPTER: Chapter = Chapter {
    anchor: "robustness",
    title: "Robustness",
    question: "Does the ranking survive other choices that could have been made as well?",
    figures: &[&INTERVALS, &FACTORS, &LEFT_OUT, &AGGREGATION, &PREVIOUS, &RELEASE],
};

const JRC: &str =
    "Saisana, Saltelli and Tarantola (2005); JRC audits give the 90 % intervals of simulated ranks";

static INTERVALS: Figure = Figure {
    name: "uncertainty",
    title: "Uncertainty of the ranks",
    reading: "The index computed again many times{in_period}, with these drawn at random: {varied}. The interval from \
              p05_rank to p95_rank holds 90 % of the ranks of a unit.",
    sql: "SELECT unit, score, rank, mean_rank, median_rank, p05_rank, p95_rank, min_rank, max_rank, draws
FROM {uncertainty} WHERE {at} AND rank IS NOT NULL ORDER BY rank, unit",
    needs: &[Need::Units(2)],
    picture: Some(Picture {
        text: "dots, label = unit, value = mean_rank, low = p05_rank, high = p95_rank, nominal = rank",
        limits: &[Limit { column: "unit", what: "unit", most: 60, more: More::Ends(30) }],
    }),
    rules: &[&WIDE, &OUTSIDE],
    ..Figure::PLAIN
};

static WIDE: Rule = Rule {
    name: "uncertain_ranks",
    level: Level::Warning,
    when: "the 90 % interval of the rank of some units is wider than {threshold} of the number of units, and than one rank",
    threshold: Some(0.2),
    source: "Saisana, Saltelli and Tarantola (2005); JRC audits give the 90 % intervals of simulated ranks; the width is \
             this audit's",
    sql: "SELECT count(*) AS n, max(width) AS widest, max(all_units) AS all_units, array_agg(unit ORDER BY width DESC, rank, unit) AS units
FROM (SELECT unit, rank, p95_rank - p05_rank AS width, count(*) OVER () AS all_units FROM {figure})
WHERE width > {threshold} * all_units AND width > 1 HAVING count(*) > 0",
    statement: "How these units rank depends on the choices made: {units}.",
    evidence: "Units with a 90 % interval wider than {threshold%} of the ranking: {n} of {all_units}; the widest is {widest:0} ranks wide.",
    advice: "Publish intervals or groups of ranks rather than single ranks for these units.",
};

static OUTSIDE: Rule = Rule {
    name: "rank_outside_interval",
    level: Level::Warning,
    when: "the rank of some units lies outside the 90 % interval of their simulated ranks",
    threshold: None,
    source: JRC,
    sql: "SELECT count(*) AS n, array_agg(unit ORDER BY rank, unit) AS units FROM {figure}
WHERE rank < p05_rank OR rank > p95_rank HAVING count(*) > 0",
    statement: "Other choices hardly ever give the present rank of {units}.",
    evidence: "Units with a rank outside their 90 % interval: {n}.",
    advice: "Find the choice that matters in the sensitivity analysis, and defend it.",
};

static FACTORS: Figure = Figure {
    name: "sensitivity",
    title: "Which choice matters",
    reading: "The share of the variance of rank shifts that each choice explains alone (first_order) and together with \
              the others (total). They are estimates: of few draws they can lie below 0 or above 1.",
    sql: "SELECT factor, first_order, total, first_order_lower, first_order_upper, total_lower, total_upper, draws
FROM {sensitivity} WHERE {at} ORDER BY total DESC NULLS LAST, factor",
    needs: &[Need::Units(2), Need::Drawn],
    picture: Some(Picture {
        text: "dots, label = factor, value = total, low = total_lower, high = total_upper",
        limits: &[],
    }),
    rules: &[&MAIN],
    ..Figure::PLAIN
};

static MAIN: Rule = Rule {
    name: "main_choice",
    level: Level::Note,
    when: "the choice that explains most of the variance of rank shifts, with its interactions, explains at least {threshold} of it",
    threshold: Some(0.5),
    source: "Saltelli et al. (2010); OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 7; the threshold \
             is this audit's",
    sql: "SELECT *, CASE factor WHEN 'weights' THEN 'the weights' WHEN 'leave_out' THEN 'which indicator is left out'
         ELSE 'the ' || factor END AS choice
FROM (SELECT *, count(*) OVER () AS factors FROM {figure})
WHERE factors > 1 AND total >= {threshold} ORDER BY total DESC, factor LIMIT 1",
    statement: "Of what the choices change in the ranking, most is due to one: {choice}.",
    evidence: "Estimated shares in the variance of rank shifts: {first_order:2} alone, {total:2} with its interactions (interval {total_lower:2} to {total_upper:2}).",
    advice: "Explain this choice first when the ranking is questioned.",
};

static LEFT_OUT: Figure = Figure {
    name: "leave_one_out",
    title: "Without one part",
    reading: "By how many ranks units move{in_period} when one node that has scores is left out: on average, and the one that moves most.",
    sql: "SELECT removed, parent, level, agg_arithmetic(abs(rank_shift)) AS mean_shift, max(abs(rank_shift)) AS largest_shift,
       count(*) AS n
FROM {leave_one_out} WHERE {at} AND rank_shift IS NOT NULL
  AND removed IN (SELECT code FROM {composite_index} WHERE score IS NOT NULL)
GROUP BY removed, parent, level ORDER BY mean_shift DESC, removed",
    needs: &[Need::Units(2), Need::Siblings],
    rules: &[&INFLUENTIAL],
    ..Figure::PLAIN
};

static INFLUENTIAL: Rule = Rule {
    name: "influential_part",
    level: Level::Note,
    when: "without an indicator the units move by more than {threshold} of their number on average",
    threshold: Some(0.1),
    source: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 7; the threshold is this audit's",
    sql: "SELECT * FROM {figure} WHERE level = 1 AND mean_shift > {threshold} * n ORDER BY mean_shift DESC, removed",
    statement: "The ranking rests on {@removed}: without it units move by {mean_shift:1} ranks on average.",
    evidence: "Units: {n}; the largest shift: {largest_shift}.",
    advice: "Make sure of this indicator's quality above all others, and that it is to decide so much.",
};

static AGGREGATION: Figure = Figure {
    name: "aggregation",
    title: "Arithmetic against geometric",
    reading: "Ranks by the aggregation of the arguments (a) and by the other of arithmetic and geometric mean (b){in_period}.",
    sql: "SELECT unit, rank_a, rank_b, rank_shift
FROM {compare} WHERE code = {root} AND {at} AND rank_shift IS NOT NULL ORDER BY rank_a, unit",
    needs: &[Need::Units(2), Need::OtherAggregation],
    rules: &[&COMPENSATION],
    ..Figure::PLAIN
};

static COMPENSATION: Rule = Rule {
    name: "aggregation_matters",
    level: Level::Note,
    when: "another aggregation moves the units by more than {threshold} of their number on average",
    threshold: Some(0.05),
    source: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6; the threshold is this audit's",
    sql: "SELECT * FROM (
  SELECT count(*) AS n, agg_arithmetic(abs(rank_shift)) AS mean_shift, max(abs(rank_shift)) AS largest FROM {figure})
WHERE n > 0 AND mean_shift > {threshold} * n",
    statement: "The ranking depends on how far good scores may make up for bad ones.",
    evidence: "With the other mean the {n} units move by {mean_shift:1} ranks on average, by {largest} at most.",
    advice: "Say why compensation is wanted or not, and show the other ranking.",
};

static PREVIOUS: Figure = Figure {
    name: "previous_period",
    title: "Against the period before",
    reading: "Ranks{in_period} and in the last period before it that has scores; a unit that has risen has a shift above 0.",
    sql: "SELECT a.unit, a.score, a.rank, b.score AS score_before, b.rank AS rank_before, b.rank - a.rank AS rank_shift
FROM (SELECT unit, score, rank FROM {composite_index} WHERE code = {root} AND {at} AND score IS NOT NULL) AS a
LEFT JOIN (SELECT unit, score, rank FROM {composite_index} WHERE code = {root} AND {before}) AS b ON b.unit = a.unit
ORDER BY a.rank, a.unit",
    needs: &[Need::Units(2), Need::Previous],
    rules: &[&JUMP],
    ..Figure::PLAIN
};

static JUMP: Rule = Rule {
    name: "rank_jump",
    level: Level::Note,
    when: "some units have moved by more than {threshold} of the number of units since the period before, and by more than one rank",
    threshold: Some(0.2),
    source: crate::audit::rule::OWN,
    sql: "SELECT count(*) AS n, max(shift) AS largest, array_agg(unit ORDER BY shift DESC, unit) AS units
FROM (SELECT unit, abs(rank_shift) AS shift, count(*) OVER () AS all_units FROM {figure} WHERE rank_shift IS NOT NULL)
WHERE shift > {threshold} * all_units AND shift > 1 HAVING count(*) > 0",
    statement: "Far from the rank of the period before: {units}.",
    evidence: "Units concerned: {n}; the largest shift is {largest} ranks.",
    advice: "Check the new values of these units, and whether an indicator was missing in one of the two periods.",
};

static RELEASE: Figure = Figure {
    name: "last_release",
    title: "Against the last release",
    reading: "Scores and ranks beside those of the last release; ranks are among the units that both have.",
    sql: "WITH common AS (
  SELECT a.unit, a.score, b.score AS released
  FROM (SELECT unit, score FROM {composite_index} WHERE code = {root} AND {at} AND score IS NOT NULL) AS a
  JOIN (SELECT unit, score FROM {last_release} AS released WHERE {released_at}) AS b
    ON CAST(b.unit AS VARCHAR) = CAST(a.unit AS VARCHAR)
  WHERE b.score IS NOT NULL)
SELECT unit, score, released, score - released AS difference,
       rank() OVER (ORDER BY score DESC) AS rank, rank() OVER (ORDER BY released DESC) AS released_rank,
       CAST(rank() OVER (ORDER BY released DESC) AS BIGINT) - CAST(rank() OVER (ORDER BY score DESC) AS BIGINT) AS rank_shift
FROM common ORDER BY score DESC, unit",
    none: "There is nothing to compare: no unit with a score{in_period} has one in the last release as well.",
    needs: &[Need::LastRelease, Need::Units(1)],
    rules: &[&REVISED],
    ..Figure::PLAIN
};

static REVISED: Rule = Rule {
    name: "revised_ranks",
    level: Level::Note,
    when: "some units have moved by more than {threshold} of the number of units since the last release, and by more than one rank",
    threshold: Some(0.1),
    source: crate::audit::rule::OWN,
    sql: "SELECT count(*) AS n, max(shift) AS largest, array_agg(unit ORDER BY shift DESC, unit) AS units
FROM (SELECT unit, abs(rank_shift) AS shift, count(*) OVER () AS all_units FROM {figure})
WHERE shift > {threshold} * all_units AND shift > 1 HAVING count(*) > 0",
    statement: "Far from the rank of the last release: {units}.",
    evidence: "Units concerned: {n}; the largest shift is {largest} ranks.",
    advice: "Say in the publication whether new data, revised data or changed methods have moved them.",
};
