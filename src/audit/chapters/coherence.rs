//! Chapter 3: statistical coherence of the framework.

use crate::audit::figure::{Chapter, Figure, Rows};
use crate::audit::need::Need;
use crate::audit::picture::{Limit, More, Picture};
use crate::audit::rule::Rule;
use crate::document::Level;

/// The chapter.
pub static CHAPTER: Chapter = Chapter {
    anchor: "coherence",
    title: "Statistical coherence",
    question: "Do the indicators of a dimension measure one thing, and do they measure it once? Correlations are those \
               of scores as they count: an indicator where less is better has been turned, and so has a node that counts \
               against its parent. Over several periods, what all units have in common in time is part of them.",
    figures: &[&WITH_PARENT, &ELSEWHERE, &MATRIX, &PAIRS, &CONSISTENCY, &COMPONENTS],
};

const FLAGS: &str =
    "Becker et al. (2022), COINr: plot_corr, which flags below -0.4, below 0.3 and above 0.9";

const FLAGS_OF_PAIRS: &str = "Becker et al. (2022), COINr: plot_corr, which flags below -0.4 and above 0.9 and leaves out what is not \
                              significant";

static WITH_PARENT: Figure = Figure {
    name: "correlation_with_parent",
    title: "Correlation with the node above and with the index",
    reading: "A node should rise with the node that it is part of: correlation is that with its parent over n {rows}, \
              correlation_with_top that with the index.",
    sql: "SELECT DISTINCT w.code, w.parent, w.level, {sign, w.code}w.correlation AS correlation, c.n, c.p_value,
       {sign_to_top, w.code}w.correlation_with_top AS correlation_with_top
FROM {weights, optimise => 'weights'} AS w
LEFT JOIN {correlations, within => 'parents'} AS c ON c.code_a = w.code AND c.code_b = w.parent
WHERE w.parent IS NOT NULL ORDER BY w.level DESC, w.parent, w.code",
    needs: &[Need::Rows],
    rules: &[&AGAINST, &WEAK],
    ..Figure::PLAIN
};

static AGAINST: Rule = Rule {
    name: "against_dimension",
    level: Level::Warning,
    when: "the correlation of a node with its parent is below {threshold}",
    threshold: Some(-0.1),
    source: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 4; JRC audits: a negative correlation \
             within a dimension is undesirable; the margin is this audit's",
    sql:
        "SELECT *, CASE WHEN p_value > 0.05 THEN ' (not significant)' END AS certainty FROM {figure}
WHERE correlation < {threshold} ORDER BY correlation, code",
    statement: "{@code} tends to fall where {@parent}, which it is part of, rises.",
    evidence: "Correlation {correlation:2} over {n} {rows}{certainty}.",
    advice: "Check the direction; if it is right, move the node to another dimension or take it out: here it cancels the others.",
};

static WEAK: Rule = Rule {
    name: "weak_in_dimension",
    level: Level::Warning,
    when: "the correlation of a node with its parent is at least -0.1 and below {threshold}, unless it is an indicator straight below the index that is silent",
    threshold: Some(0.3),
    source: FLAGS,
    sql: "SELECT * FROM {figure} WHERE correlation >= -0.1 AND correlation < {threshold}
  AND (level > 1 OR parent <> {root} OR abs(correlation) >= 0.1) ORDER BY correlation, code",
    statement: "{@code} goes but weakly with {@parent}, which it is part of.",
    evidence: "Correlation {correlation:2} over {n} {rows}, below {threshold}.",
    advice: "Ask whether it belongs to this dimension; move it, or report it beside the index.",
};

static ELSEWHERE: Figure = Figure {
    name: "correlation_with_others",
    title: "Indicators and the dimensions of others",
    reading: "The correlation of each indicator with its own dimension and with the other one that it correlates with \
              most, among those of the same level.",
    sql: "WITH nodes AS (SELECT DISTINCT code, parent, level FROM {weights, optimise => 'weights'}),
own AS (SELECT DISTINCT code, parent, correlation FROM {weights, optimise => 'weights'} WHERE level = 1),
pairs AS (SELECT code_a AS code, code_b AS other, correlation, p_value, n FROM {correlations}
          UNION ALL SELECT code_b, code_a, correlation, p_value, n FROM {correlations}),
others AS (
  SELECT own.code, own.parent, own.correlation, pairs.other, pairs.correlation AS other_correlation,
         pairs.p_value, pairs.n, row_number() OVER (PARTITION BY own.code ORDER BY pairs.correlation DESC, pairs.other) AS place
  FROM own
  JOIN pairs ON pairs.code = own.code AND pairs.other <> own.parent
  JOIN nodes AS dimension ON dimension.code = pairs.other
  JOIN nodes AS mine ON mine.code = own.parent AND mine.level = dimension.level
  WHERE pairs.correlation IS NOT NULL)
SELECT code, parent, correlation, other, other_correlation, p_value, n FROM others WHERE place = 1
ORDER BY other_correlation - correlation DESC, code",
    needs: &[Need::OtherDimensions, Need::Rows],
    rules: &[&CLOSER],
    ..Figure::PLAIN
};

static CLOSER: Rule = Rule {
    name: "closer_to_another",
    level: Level::Note,
    when: "an indicator correlates more with another dimension of the same level than with its own, by more than {threshold}, with it at least 0.3, and significantly (p-value below 0.05)",
    threshold: Some(0.05),
    source: "JRC audits: indicators should be more associated with their own dimension than with any other; the margin is \
             this audit's",
    sql: "SELECT * FROM {figure} WHERE other_correlation > correlation + {threshold} AND other_correlation >= 0.3 AND p_value < 0.05 ORDER BY other_correlation - correlation DESC, code",
    statement: "{@code} goes with {@other} more than with {@parent}, its own dimension.",
    evidence: "Correlation {other_correlation:2} with the other over {n} {rows}, {correlation:2} with its own.",
    advice: "Ask whether it belongs there; if its place is a matter of concept, say so.",
};

static MATRIX: Figure = Figure {
    name: "matrix",
    title: "Correlations of the indicators",
    reading: "All pairs of indicators, dimension by dimension; pairs without a significant correlation stay blank.",
    sql: "WITH nodes AS (SELECT DISTINCT code, parent FROM {weights, optimise => 'weights'})
SELECT c.code_a, a.parent AS parent_a, c.code_b, b.parent AS parent_b, c.correlation, c.p_value, c.n
FROM {correlations} AS c JOIN nodes AS a ON a.code = c.code_a JOIN nodes AS b ON b.code = c.code_b
WHERE c.level_a = 1 AND c.level_b = 1 ORDER BY a.parent, c.code_a, b.parent, c.code_b",
    needs: &[Need::Siblings, Need::Rows],
    rows: Rows::Drawn,
    picture: Some(Picture {
        text: "heatmap, x = code_a, y = code_b, value = correlation, p_value = p_value, x_group = parent_a, y_group = parent_b",
        // Of all pairs, one indicator is never the first.
        limits: &[Limit {
            column: "code_a",
            what: "indicator",
            most: 59,
            more: More::Nothing(
                "There are too many indicators for a picture: the tables of this chapter name the pairs that matter.",
            ),
        }],
    }),
    ..Figure::PLAIN
};

static PAIRS: Figure = Figure {
    name: "pairs",
    title: "Redundant and opposed pairs",
    reading: "Pairs of nodes of one parent whose correlation is above 0.9 or below -0.4, and significant (p-value below 0.05).",
    sql: "WITH nodes AS (SELECT DISTINCT code, parent FROM {weights, optimise => 'weights'})
SELECT * FROM (
  SELECT c.code_a, c.code_b, nodes.parent, {sign, c.code_a}{sign, c.code_b}c.correlation AS correlation, c.n, c.p_value
  FROM {correlations, within => 'siblings'} AS c JOIN nodes ON nodes.code = c.code_a)
WHERE (correlation > 0.9 OR correlation < -0.4) AND p_value < 0.05
ORDER BY correlation DESC, code_a, code_b",
    needs: &[Need::Siblings, Need::Rows],
    rules: &[&OPPOSED, &REDUNDANT],
    ..Figure::PLAIN
};

static OPPOSED: Rule = Rule {
    name: "opposed_pair",
    level: Level::Warning,
    when: "the correlation of two nodes of one parent is below {threshold}, and significant (p-value below 0.05)",
    threshold: Some(-0.4),
    source: FLAGS_OF_PAIRS,
    sql: "SELECT * FROM {figure} WHERE correlation < {threshold} ORDER BY correlation, code_a, code_b",
    statement: "{@code_a} and {@code_b} tend to oppose each other within {@parent}.",
    evidence: "Correlation {correlation:2} over {n} {rows}.",
    advice: "Check both directions. Averaged, the two partly cancel each other: consider different dimensions.",
};

static REDUNDANT: Rule = Rule {
    name: "redundant_pair",
    level: Level::Note,
    when: "the correlation of two nodes of one parent is above {threshold}, and significant (p-value below 0.05)",
    threshold: Some(0.9),
    source: FLAGS_OF_PAIRS,
    sql: "SELECT * FROM {figure} WHERE correlation > {threshold} ORDER BY correlation DESC, code_a, code_b",
    statement: "{@code_a} and {@code_b} move nearly together within {@parent}: what they share may count twice.",
    evidence: "Correlation {correlation:2} over {n} {rows}.",
    advice: "Where they mean the same, keep one of them or give both together the weight of one; where they do not, say so.",
};

static CONSISTENCY: Figure = Figure {
    name: "consistency",
    title: "Internal consistency",
    reading: "Cronbach's alpha of the children of each node, their mean correlation, and how many principal components \
              have an eigenvalue above 1: one, with at least half of the variance and all loadings of one sign, means that \
              the node has one latent dimension.",
    sql: "SELECT code, parent, level, children, varying, n, alpha, mean_correlation, lowest_child, lowest_correlation,
       eigenvalues_above_1, first_share, one_dimension
FROM {consistency} ORDER BY level, code",
    needs: &[Need::Siblings, Need::Rows],
    rules: &[&ALPHA, &SEVERAL],
    ..Figure::PLAIN
};

static ALPHA: Rule = Rule {
    name: "low_alpha",
    level: Level::Note,
    when: "Cronbach's alpha of the children of a node is below {threshold}",
    threshold: Some(0.7),
    source: "Nunnally (1978), Psychometric Theory; OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 4",
    sql: "SELECT *, CASE WHEN varying > 2 THEN lowest_child END AS least FROM {figure} WHERE alpha < {threshold} ORDER BY alpha, code",
    statement: "The {varying} parts of {@code} are not consistent enough to measure one thing reliably.",
    evidence: "Cronbach's alpha {alpha:2}, below {threshold}; mean correlation {mean_correlation:2}{@least, fits least}.",
    advice: "Look at how the parts correlate. Where they do so well all the same, they vary by very different amounts: look at their normalisation. A dimension that is meant to gather different things may stay as it is: say so.",
};

static SEVERAL: Rule = Rule {
    name: "several_dimensions",
    level: Level::Note,
    when: "more than {threshold} principal component of the children of a node has an eigenvalue above 1, and there are more units and periods than children",
    threshold: Some(1.0),
    source: "Kaiser (1960); OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 4",
    sql: "SELECT * FROM {figure} WHERE eigenvalues_above_1 > {threshold} AND n > varying ORDER BY first_share, code",
    statement: "The parts of {@code} have {eigenvalues_above_1} latent dimensions rather than one.",
    evidence: "{eigenvalues_above_1} eigenvalues above 1 over {n} {rows}; the first component explains {first_share%} of the variance.",
    advice: "See in the components which parts go together; consider as many dimensions.",
};

static COMPONENTS: Figure = Figure {
    name: "components",
    title: "Principal components",
    reading: "The first two components of the children of each node: how much of their variance each explains, and the \
              correlation of each child with it.",
    sql: "SELECT code, component, eigenvalue, share, cumulative_share, child, loading, correlation
FROM {principal_components} WHERE component <= 2 ORDER BY level, code, component, correlation DESC, child",
    needs: &[Need::Siblings, Need::Rows],
    rules: &[&LOADING],
    ..Figure::PLAIN
};

static LOADING: Rule = Rule {
    name: "against_component",
    level: Level::Note,
    when: "a node has three varying children or more, and the correlation of one with their first principal component is below {threshold}",
    threshold: Some(-0.3),
    source: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 4; the threshold is this audit's",
    sql: "SELECT * FROM (SELECT *, count(*) OVER (PARTITION BY code) AS children FROM {figure} WHERE component = 1)
WHERE children > 2 AND correlation < {threshold} ORDER BY correlation, code, child",
    statement: "{@child} points away from what the parts of {@code} have in common.",
    evidence: "Correlation {correlation:2} with the first principal component.",
    advice: "Check its direction and its place in the framework.",
};
