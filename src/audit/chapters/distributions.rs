//! Chapter 2: outliers and distributions.

use crate::audit::figure::{Chapter, Figure, Rows};
use crate::audit::need::Need;
use crate::audit::picture::{Limit, More, Picture};
use crate::audit::rule::{OWN, Rule};
use crate::document::Level;

/// The chapter.
pub static CHAPTER: Chapter = Chapter {
    anchor: "distributions",
    title: "Outliers and distributions",
    question: "Do the indicators tell units apart, and does a single unit decide the scale of all others?",
    figures: &[&STATISTICS, &SCORES, &SHAPE],
};

const COINR: &str = "Becker et al. (2022), COINr: get_stats flags half of the values and more";

const COINR_SAME: &str =
    "Becker et al. (2022), COINr: get_stats gives the share; the threshold is this audit's";

static STATISTICS: Figure = Figure {
    name: "statistics",
    title: "Statistics of the indicators",
    reading: "Values as they are in the panel, over all units and periods. Outliers lie more than one and a half times \
              the distance of the quartiles beyond them (Tukey); same is the most frequent value.",
    sql: "SELECT code, parent, n, missing, zeros, unique_values, same_share, min, q1, median, q3, max, mean, sd,
       skewness, kurtosis, outliers
FROM {indicator_statistics, of => 'values'} ORDER BY parent, code",
    rules: &[&CONSTANT, &SAME, &ZEROS],
    ..Figure::PLAIN
};

static CONSTANT: Rule = Rule {
    name: "constant_indicator",
    level: Level::Warning,
    when: "all values of an indicator are the same",
    threshold: None,
    source: OWN,
    sql: "SELECT * FROM {figure} WHERE n > 1 AND unique_values = 1 ORDER BY code",
    statement: "{@code} has one and the same value throughout and tells no unit from another.",
    evidence: "All {n} values are {min}.",
    advice: "Take the indicator out, or measure it more finely.",
};

static SAME: Rule = Rule {
    name: "same_value",
    level: Level::Note,
    when: "more than {threshold} of the values of an indicator are one and the same",
    threshold: Some(0.5),
    source: COINR_SAME,
    sql: "SELECT * FROM {figure} WHERE same_share > {threshold} AND unique_values > 1 ORDER BY same_share DESC, code",
    statement: "{same_share%} of the values of {@code} are one and the same, so that it hardly tells units apart.",
    evidence: "Values: {n}, of which {unique_values} are different.",
    advice: "Measure it more finely, or accept that it only marks the units that differ.",
};

static ZEROS: Rule = Rule {
    name: "zeros",
    level: Level::Note,
    when: "more than {threshold} of the values of an indicator are zero",
    threshold: Some(0.5),
    source: COINR,
    sql: "SELECT *, zeros / n::DOUBLE AS share FROM {figure} WHERE n > 0 AND zeros > {threshold} * n ORDER BY zeros / n::DOUBLE DESC, code",
    statement: "{share%} of the values of {@code} are zero.",
    evidence: "{zeros} of {n} values.",
    advice: "Make sure that they are measured zeros and not missing values.",
};

static SCORES: Figure = Figure {
    name: "scores",
    title: "Distributions of the scores",
    reading: "The scores of the indicators{in_period}, as they are aggregated; outliers bear the names of their units.",
    sql: "SELECT code, unit, score FROM {composite_index}
WHERE level = 1 AND {at} AND score IS NOT NULL ORDER BY code, unit",
    needs: &[Need::Units(2)],
    rows: Rows::Drawn,
    picture: Some(Picture {
        text: "distribution, indicator = code, value = score, label = unit",
        limits: &[Limit {
            column: "code",
            what: "indicator",
            most: 60,
            more: More::Nothing(
                "There are too many indicators for a picture: the statistics of each are in the table above.",
            ),
        }],
    }),
    ..Figure::PLAIN
};

static SHAPE: Figure = Figure {
    name: "shape",
    title: "Skewness and kurtosis, before and after treatment",
    reading: "Before: as the indicators come to the treatment; treated: as they are normalised (the same without a \
              treatment in the arguments); standard: as treatment => 'outliers' would leave them, which moves the \
              farthest points to the next value and, where that does not suffice, takes logarithms. Flagged: absolute \
              skewness of at least 2 and excess kurtosis of at least 3.5.",
    sql: "SELECT b.code, b.parent, b.skewness, b.kurtosis, b.outliers, b.flagged,
       t.skewness AS treated_skewness, t.kurtosis AS treated_kurtosis, t.outliers AS treated_outliers, t.flagged AS treated_flagged,
       s.skewness AS standard_skewness, s.kurtosis AS standard_kurtosis, s.flagged AS standard_flagged
FROM {indicator_statistics, of => 'transformed'} AS b
JOIN {indicator_statistics, of => 'treated'} AS t ON t.code = b.code
JOIN {indicator_statistics, of => 'treated', treatment => 'outliers'} AS s ON s.code = b.code
ORDER BY abs(b.skewness) DESC NULLS LAST, b.code",
    rules: &[&SKEWED, &TREATED],
    ..Figure::PLAIN
};

const SHAPES: &str =
    "Becker et al. (2022), COINr: check_SkewKurt, which passes |skewness| < 2 or kurtosis < 3.5";

static SKEWED: Rule = Rule {
    name: "skewed_indicator",
    level: Level::Warning,
    when: "as it is normalised, an indicator has an absolute skewness of at least {threshold} and an excess kurtosis of at least 3.5",
    threshold: Some(2.0),
    source: SHAPES,
    sql: "SELECT *, CASE WHEN standard_flagged THEN 'would not suffice' ELSE 'would bring the skewness to ' || round(standard_skewness, 2) END AS would
FROM {figure} WHERE treated_flagged ORDER BY abs(treated_skewness) DESC, code",
    statement: "{@code} is skewed by extreme values.",
    evidence: "Skewness {treated_skewness:2}, kurtosis {treated_kurtosis:2}, outliers: {treated_outliers}; treatment => 'outliers' {would}.",
    advice: "Check these values. A min-max scale is theirs alone: treat them (treatment => 'outliers') or transform the indicator (ln) in the framework; ranks are not touched by them.",
};

static TREATED: Rule = Rule {
    name: "treated_indicator",
    level: Level::Note,
    when: "an indicator is skewed as above before the treatment of the arguments, and no longer after it",
    threshold: Some(2.0),
    source: SHAPES,
    sql: "SELECT * FROM {figure} WHERE flagged AND NOT treated_flagged ORDER BY abs(skewness) DESC, code",
    statement: "Extreme values of {@code} were treated.",
    evidence: "Skewness {skewness:2} before and {treated_skewness:2} after treatment, kurtosis {kurtosis:2} and {treated_kurtosis:2}.",
    advice: "Publish which values were changed: scores of the units behind them are no longer proportional to their values.",
};
