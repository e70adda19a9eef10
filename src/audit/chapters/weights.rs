//! Chapter 4: what the weights mean and what they do.

use crate::audit::figure::{Chapter, Figure};
use crate::audit::need::Need;
use crate::audit::picture::{Limit, More, Picture};
use crate::audit::rule::{OWN, Rule};
use crate::document::Level;

/// The chapter.
pub static CHAPTER: Chapter = Chapter {
    anchor: "weights",
    title: "Weights and importance",
    question: "Does each part of the index count for as much as its weight says? A weight says how scores compensate each \
               other; how much a part moves the whole also depends on how it varies and what it goes with.",
    figures: &[&EFFECTIVE, &IMPORTANCE],
};

const BECKER: &str = "Becker, Saisana, Paruolo and Vandecasteele (2017), Weights and importance in composite indicators; \
                      the factor is this audit's";

static EFFECTIVE: Figure = Figure {
    name: "weights",
    title: "Nominal and effective weights",
    reading: "Weight: the share within the parent; effective weight: the share in the index. Weights that are learned \
              period by period have a row for each.",
    sql: "SELECT period, code, parent, level, weight, effective_weight
FROM {weights, optimise => 'weights'} ORDER BY period, level DESC, parent, code",
    picture: Some(Picture {
        text: "framework, code = code, parent = parent, weight = weight",
        limits: &[
            Limit {
                column: "period",
                what: "period",
                most: 1,
                more: More::Nothing("There are weights for each period: the table has them."),
            },
            Limit {
                column: "code",
                what: "node",
                most: 151,
                more: More::Nothing(
                    "There are too many nodes for a picture: the table has the weights of each.",
                ),
            },
        ],
    }),
    rules: &[&WEIGHTLESS],
    ..Figure::PLAIN
};

static WEIGHTLESS: Rule = Rule {
    name: "weightless",
    level: Level::Note,
    when: "an indicator has an effective weight of 0",
    threshold: Some(0.0),
    source: OWN,
    sql: "SELECT code, max(effective_weight) AS largest FROM {figure} WHERE level = 1
GROUP BY code HAVING max(effective_weight) <= {threshold} ORDER BY code",
    statement: "{@code} has no weight in the index.",
    evidence: "Effective weight 0.",
    advice: "Take it out of the framework, or say that it is shown for information.",
};

static IMPORTANCE: Figure = Figure {
    name: "importance",
    title: "Importance",
    reading: "Correlations are over n {rows}. Correlation share: what of the sum of the correlations with the parent is a child's; it is the child's \
              importance to set beside its weight. Optimised: the weights, none below 0, whose correlation shares \
              come nearest to the weights as they were meant, and the shares they give. Of weights that are learned period by \
              period these are means.",
    sql: "SELECT w.code, w.parent, w.level, agg_arithmetic(w.weight) AS weight, {sign, w.code}max(w.correlation) AS correlation,
       {sign_to_top, w.code}max(w.correlation_with_top) AS correlation_with_top, max(c.n) AS n,
       agg_arithmetic(w.correlation_share) AS correlation_share, agg_arithmetic(w.optimised_weight) AS optimised_weight,
       agg_arithmetic(w.optimised_share) AS optimised_share
FROM {weights, optimise => 'weights'} AS w
LEFT JOIN {correlations, within => 'parents'} AS c ON c.code_a = w.code AND c.code_b = {root}
WHERE w.parent IS NOT NULL GROUP BY w.code, w.parent, w.level ORDER BY w.level DESC, w.parent, w.code",
    needs: &[Need::Rows],
    rules: &[&SILENT, &DOMINANT, &MUTED, &UNATTAINABLE, &SAME_AS_INDEX],
    ..Figure::PLAIN
};

static SILENT: Rule = Rule {
    name: "silent_indicator",
    level: Level::Warning,
    when: "the correlation of an indicator that has a weight with the index lies between -{threshold} and {threshold}",
    threshold: Some(0.1),
    source: "JRC audits speak of silent indicators, which have no bearing on the index; the threshold is this audit's",
    sql: "SELECT * FROM {figure} WHERE level = 1 AND weight > 0 AND abs(correlation_with_top) < {threshold}
ORDER BY abs(correlation_with_top), code",
    statement: "{@code} is silent: the index hardly moves with it, although it has a weight.",
    evidence: "Correlation with the index {correlation_with_top:2} over {n} {rows}, weight {weight:2} within {@parent}.",
    advice: "Ask whether it is to have a say; if so, look for what cancels it, if not, report it beside the index.",
};

static DOMINANT: Rule = Rule {
    name: "dominant",
    level: Level::Warning,
    when: "the correlation share of a child is at least {threshold} times its weight, and the correlation at least 0.5",
    threshold: Some(1.5),
    source: BECKER,
    sql: "SELECT *, correlation_share / weight AS factor FROM {figure}
WHERE weight > 0 AND correlation >= 0.5 AND correlation_share >= {threshold} * weight ORDER BY correlation_share / weight DESC, code",
    statement: "{@code} dominates {@parent}: it counts for more than its weight.",
    evidence: "Share of the correlations {correlation_share%}, weight {weight%}, {factor:1} times as much.",
    advice: "Compare the optimised weight; lower the weight, or say that the nominal weights are not importance.",
};

static MUTED: Rule = Rule {
    name: "muted",
    level: Level::Note,
    when: "the correlation share of a child is at most {threshold} times its weight",
    threshold: Some(0.5),
    source: BECKER,
    sql: "SELECT *, correlation_share / weight AS factor FROM {figure}
WHERE weight > 0 AND correlation_share <= {threshold} * weight ORDER BY correlation_share / weight, code",
    statement: "{@code} counts for less in {@parent} than its weight says.",
    evidence: "Share of the correlations {correlation_share%}, weight {weight%}.",
    advice: "Compare the optimised weight; a higher weight helps only where the node goes with the others.",
};

static UNATTAINABLE: Rule = Rule {
    name: "unattainable_weight",
    level: Level::Note,
    when: "even the optimised weights leave a child's correlation share more than {threshold} away from its weight",
    threshold: Some(0.05),
    source: "Becker, Saisana, Paruolo and Vandecasteele (2017); the threshold is this audit's",
    sql: "SELECT * FROM {figure} WHERE abs(optimised_share - weight) > {threshold}
ORDER BY abs(optimised_share - weight) DESC, code",
    statement: "No weights were found that give {@code} the importance in {@parent} that is meant.",
    evidence: "Meant {weight%}, at best {optimised_share%}.",
    advice: "Change what is in the dimension: weights alone cannot mend it.",
};

static SAME_AS_INDEX: Rule = Rule {
    name: "same_as_index",
    level: Level::Note,
    when: "the correlation of a dimension with the index is above {threshold}, and it is not the only one",
    threshold: Some(0.95),
    source: OWN,
    sql: "SELECT * FROM {figure} WHERE level > 1 AND parent = {root} AND weight < 1 AND correlation_with_top > {threshold}
ORDER BY correlation_with_top DESC, code",
    statement: "{@code} alone moves nearly as the index does.",
    evidence: "Correlation with the index {correlation_with_top:3} over {n} {rows}.",
    advice: "Show what the other dimensions add, or simplify the index.",
};
