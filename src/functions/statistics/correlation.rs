//! `stat_correlation(unit, indicator, value)`: correlations of pairs of indicators.

use datafusion::common::Result;

use crate::arguments::constants::Constants;
use crate::engine::matrix::{Answer, Field, MatrixMethod, Shape};
use crate::functions::parameters::{self, INDICATOR, SETTING, UNIT};
use crate::kernel::{Association, Correlation, Matrix};
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: stat_correlation,
        family: Statistics,
        syntax: ["stat_correlation(unit, indicator, value, method => 'pearson')"],
        summary: "Correlation of each pair of indicators, over the units that have both.",
        formula: "pearson: sxy / sqrt(sxx syy); spearman: that of the average ranks; kendall: \
                  tau-b, (concordant - discordant pairs) / sqrt(pairs untied in x * pairs untied \
                  in y)",
        parameters: &[UNIT, INDICATOR, VALUE, METHOD],
        returns: "LIST of STRUCT(a, b, correlation DOUBLE, n DOUBLE, p_value DOUBLE), one record \
                  per ordered pair of indicators (each with itself included), in their order; n is \
                  the number of units that have both; correlation and p_value are NULL if n is \
                  below 3 or one of the two is constant; NULL without rows.",
        notes: "Pairwise complete: each pair is computed over the units that have both indicators, \
                and ranks are ranks among those. p_value is two-sided, for the hypothesis of no \
                correlation, as in R's cor.test. pearson: t distribution with n - 2 degrees of \
                freedom. spearman: without ties exact for up to 9 units and by the Edgeworth \
                series of algorithm AS 89 for up to 1290 (0 where the series is negative); with \
                ties, or for more units, t distribution. kendall: without ties exact below 50 \
                units; with ties, or for more units, normal distribution with the variance \
                corrected for ties. With ties and few units both are approximate. For a panel use \
                struct(region, year) as the unit.",
        errors: "A value that is NaN or infinite; a NULL unit or indicator; two rows of one unit and \
                 indicator; DISTINCT.",
        example: "SELECT c.a, c.b, round(c.correlation, 4) AS correlation, c.n, round(c.p_value, 4) AS p_value\n\
                  FROM (SELECT unnest(stat_correlation(unit, indicator, score)) AS c\n\
                        FROM (VALUES ('a', 'homes', 1), ('b', 'homes', 2), ('c', 'homes', 3),\n\
                                     ('a', 'jobs', 1), ('b', 'jobs', 3), ('c', 'jobs', 2))\n\
                             AS t(unit, indicator, score))\n\
                  WHERE c.a < c.b",
        example_result: ["homes jobs 0.5 3.0 0.6667"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 4; Kendall \
                    (1970), Rank Correlation Methods; Best and Roberts (1975), Algorithm AS 89: the upper tail \
                    probabilities of Spearman's rho, Applied Statistics 24(3), 377-379; COINr, get_corr and \
                    get_pvals.",
    };
}

const VALUE: Parameter = Parameter {
    meaning: "value or score, in any unit of measurement; finite",
    null: Null::Means("missing: excluded"),
    ..parameters::VALUE
};

const METHOD: Parameter = Parameter {
    name: "method",
    kind: Kind::Choice(&["pearson", "spearman", "kendall"]),
    meaning: "linear (pearson), of ranks (spearman), or by concordant and discordant pairs \
              (kendall)",
    default: DefaultValue::Word("pearson"),
    ..SETTING
};

/// Correlations.
#[derive(Debug)]
pub struct Correlations(Association);

impl MatrixMethod for Correlations {
    const PAGE: &'static Page = &PAGE;
    const SHAPE: Shape = Shape::List(&[
        Field::Indicator("a"),
        Field::Indicator("b"),
        Field::Number("correlation"),
        Field::Number("n"),
        Field::Number("p_value"),
    ]);

    fn bind(constants: &Constants) -> Result<Self> {
        Ok(Self(match constants.choice(METHOD.name)? {
            0 => Association::Pearson,
            1 => Association::Spearman,
            _ => Association::Kendall,
        }))
    }

    fn answer(&self, matrix: &Matrix) -> std::result::Result<Answer, String> {
        let columns = matrix.columns();
        let record = |(i, found): (usize, Correlation)| {
            let numbers = vec![found.value, Some(found.n as f64), found.p_value];
            (vec![i / columns, i % columns], numbers)
        };
        Ok(Answer::List(self.0.of(matrix).into_iter().enumerate().map(record).collect()))
    }
}
