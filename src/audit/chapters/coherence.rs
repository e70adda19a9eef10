//! Chapter 3: statistical coherence of the framework.

use crate::audit::figure::{Chapter, Figure};
use crate::audit::need::Need;
use crate::audit::rule::Rule;
use crate::document::Level;

/// The chapter.
pub static CHAPTER: Chapter = Chapter {
    anchor: "coherence",
    title: "Statistical coherence",
    question: "Do the indicators of a dimension measure one thing, and do they measure it once? Correlations are those \
               of scores: an indicator where less is better has been turned.",
    figures: &[&WITH_PARENT, &ELSEWHERE, &MATRIX, &PAIRS, &CONSISTENCY, &COMPONENTS],
};

const FLAGS: &str = "Becker et al. (2022), COINr: plot_corr, thresholds -0.4, 0.3 and 0.9";

static WITH_PARENT: Figure = Figure {
    name: "correlation_with_parent",
    title: "Correlation with the node above and with the index",
    reading: "A node should rise with the node that it is part of: correlation is that with its parent, \
              correlation_with_top that with the index.",
    sql: "SELECT DISTINCT code, parent, level, correlation, correlation_with_top
FROM {weights, optimise => 'weights'} WHERE parent IS NOT NULL ORDER BY level DESC, parent, code",
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
    sql: "SELECT * FROM {figure} WHERE correlation < {threshold} ORDER BY correlation, code",
    statement: "{@code} falls where {@parent}, which it is part of, rises.",
    evidence: "Correlation {correlation:2}.",
    advice: "Check the direction; if it is right, move the node to another dimension or take it out: here it cancels the others.",
};

static WEAK: Rule = Rule {
    name: "weak_in_dimension",
    level: Level::Warning,
    when: "the correlation of a node with its parent is at least -0.1 and below {threshold}",
    threshold: Some(0.3),
    source: FLAGS,
    sql: "SELECT * FROM {figure} WHERE correlation >= -0.1 AND correlation < {threshold} ORDER BY correlation, code",
    statement: "{@code} has little to do with {@parent}, which it is part of.",
    evidence: "Correlation {correlation:2}, below {threshold}.",
    advice: "Ask whether it belongs to this dimension; move it, or report it beside the index.",
};

static ELSEWHERE: Figure = Figure {
    name: "correlation_with_others",
    title: "Indicators and the dimensions of others",
    reading: "The correlation of each indicator with its own dimension and with the other one that it correlates with \
              most, among those of the same level.",
    sql: "WITH nodes AS (SELECT DISTINCT code, parent, level FROM {weights, optimise => 'weights'}),
own AS (SELECT DISTINCT code, parent, correlation FROM {weights, optimise => 'weights'} WHERE level = 1),
pairs AS (SELECT code_a AS code, code_b AS other, correlation FROM {correlations}
          UNION ALL SELECT code_b, code_a, correlation FROM {correlations}),
others AS (
  SELECT own.code, own.parent, own.correlation, pairs.other, pairs.correlation AS other_correlation,
         row_number() OVER (PARTITION BY own.code ORDER BY pairs.correlation DESC, pairs.other) AS place
  FROM own
  JOIN pairs ON pairs.code = own.code AND pairs.other <> own.parent
  JOIN nodes AS dimension ON dimension.code = pairs.other
  JOIN nodes AS mine ON mine.code = own.parent AND mine.level = dimension.level
  WHERE pairs.correlation IS NOT NULL)
SELECT code, parent, correlation, other, other_correlation FROM others WHERE place = 1
ORDER BY other_correlation - correlation DESC, code",
    needs: &[Need::OtherDimensions, Need::Rows],
    rules: &[&CLOSER],
    ..Figure::PLAIN
};

static CLOSER: Rule = Rule {
    name: "closer_to_another",
    level: Level::Note,
    when: "an indicator correlates more with another dimension of the same level than with its own, by more than {threshold}, and with it at least 0.3",
    threshold: Some(0.05),
    source: "JRC audits: indicators should be more associated with their own dimension than with any other; the margin is \
             this audit's",
    sql: "SELECT * FROM {figure} WHERE other_correlation > correlation + {threshold} AND other_correlation >= 0.3 ORDER BY other_correlation - correlation DESC, code",
    statement: "{@code} goes with {@other} more than with {@parent}, its own dimension.",
    evidence: "Correlation {other_correlation:2} with the other, {correlation:2} with its own.",
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
    is_table: false,
    picture: Some(
        "heatmap, x = code_a, y = code_b, value = correlation, p_value = p_value, x_group = parent_a, y_group = parent_b",
    ),
    ..Figure::PLAIN
};

static PAIRS: Figure = Figure {
    name: "pairs",
    title: "Redundant and opposed pairs",
    reading: "Pairs of nodes of one parent whose correlation is above 0.9 or below -0.4.",
    sql: "WITH nodes AS (SELECT DISTINCT code, parent FROM {weights, optimise => 'weights'})
SELECT c.code_a, c.code_b, nodes.parent, c.correlation, c.n, c.p_value
FROM {correlations, within => 'siblings'} AS c JOIN nodes ON nodes.code = c.code_a
WHERE c.correlation > 0.9 OR c.correlation < -0.4
ORDER BY c.correlation DESC, c.code_a, c.code_b",
    needs: &[Need::Siblings, Need::Rows],
    rules: &[&OPPOSED, &REDUNDANT],
    ..Figure::PLAIN
};

static OPPOSED: Rule = Rule {
    name: "opposed_pair",
    level: Level::Warning,
    when: "the correlation of two nodes of one parent is below {threshold}",
    threshold: Some(-0.4),
    source: FLAGS,
    sql: "SELECT * FROM {figure} WHERE correlation < {threshold} ORDER BY correlation, code_a, code_b",
    statement: "{@code_a} and {@code_b} oppose each other within {@parent}.",
    evidence: "Correlation {correlation:2} over {n} units and periods.",
    advice: "Check both directions; averaged, the two cancel each other. Put them into different dimensions.",
};

static REDUNDANT: Rule = Rule {
    name: "redundant_pair",
    level: Level::Note,
    when: "the correlation of two nodes of one parent is above {threshold}",
    threshold: Some(0.9),
    source: FLAGS,
    sql: "SELECT * FROM {figure} WHERE correlation > {threshold} ORDER BY correlation DESC, code_a, code_b",
    statement: "{@code_a} and {@code_b} say nearly the same within {@parent}, so that it counts twice.",
    evidence: "Correlation {correlation:2} over {n} units and periods.",
    advice: "Keep one of them, or give both together the weight of one.",
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
    sql: "SELECT * FROM {figure} WHERE alpha < {threshold} ORDER BY alpha, code",
    statement: "The {varying} parts of {@code} do not measure one thing reliably.",
    evidence: "Cronbach's alpha {alpha:2}, below {threshold}; mean correlation {mean_correlation:2}; {@lowest_child} fits least.",
    advice: "Look at the part that fits least. A dimension that is meant to gather different things may stay as it is: say so.",
};

static SEVERAL: Rule = Rule {
    name: "several_dimensions",
    level: Level::Note,
    when: "more than {threshold} principal component of the children of a node has an eigenvalue above 1",
    threshold: Some(1.0),
    source: "Kaiser (1960); OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 4",
    sql: "SELECT * FROM {figure} WHERE eigenvalues_above_1 > {threshold} ORDER BY first_share, code",
    statement: "{@code} mixes {eigenvalues_above_1} things that vary apart from each other.",
    evidence: "{eigenvalues_above_1} eigenvalues above 1; the first component explains {first_share%} of the variance.",
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
    when: "a child's correlation with the first principal component of its node is below {threshold}",
    threshold: Some(-0.3),
    source: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 4; the threshold is this audit's",
    sql: "SELECT * FROM {figure} WHERE component = 1 AND correlation < {threshold} ORDER BY correlation, code, child",
    statement: "{@child} points away from what the parts of {@code} have in common.",
    evidence: "Correlation {correlation:2} with the first principal component.",
    advice: "Check its direction and its place in the framework.",
};
