//! `fit_base(value, period, base)` and `norm_base(value, fit)`: index numbers with a base period
//! of 100.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;

use super::parameters::VALUE;
use super::scales::{scale_type, scales};
use crate::arguments::constants::Constants;
use crate::engine::aggregate::Method;
use crate::engine::aggregate::Seeks;
use crate::engine::normalise::{Normalisation, Score};
use crate::functions::parameters::{BASE, DIRECTION, FIT, PERIOD_OR_BASE};
use crate::functions::series::{BASE_WITH_A_VALUE, BasedValues, base_value};
use crate::kernel::{BaseMean, scale};
use crate::page::{Kind, Page, Parameter, page};

page! {
    pub static FIT_PAGE = Page {
        name: fit_base,
        family: Fit,
        syntax: ["fit_base(value, period, base => 2014)"],
        summary: "Learns the value of a series at its base: a period, the mean of a span, or the first value.",
        formula: "base = x at the base period; of a span the mean of x at its periods; of 'first' x at the \
                  earliest period with a value",
        parameters: &[VALUE, PERIOD_OR_BASE, BASE],
        returns: "STRUCT(base DOUBLE, n BIGINT), in the unit of measurement of the value; NULL if \
                  there is no value at the base period, or not at all periods of the base.",
        notes: "The reference set is one series: group or partition by unit and indicator. base => \
                2015 means the mean of the year where periods are half years, quarters, months, \
                weeks, dates or times, '2015-Q1' that of its months. Of periods that text names, such \
                as 2015-Q3, a series must have each with a value (2 half years, 4 quarters, 12 months \
                of a year), else its base is NULL. Of a DATE or a TIMESTAMP the base is the mean of \
                the values that are there. 'first' is the first period with a value of each series. \
                Values of other periods are not checked. With OVER (PARTITION BY ...) a base period for \
                which no series has a value is an error; with GROUP BY each fit is then NULL.",
        errors: "Two values at one period of the base (duplicate keys, or several series in one \
                 group; of dates seen at the first of them); periods of two kinds at the base of a \
                 series (2014-Q4 and 2015); with base 'first' a text that is no period; a base value \
                 that is NaN, infinite, 0 or negative; a base of NULL; text that is no base of the \
                 periods; over a window without ORDER BY and frame, a base that no series has.",
        example: "SELECT fit_base(value, period, base => 2014)\n\
                  FROM (VALUES (2014, 50), (2015, 60)) AS t(period, value)",
        example_result: ["{base: 50.0, n: 1}"],
        reference: "National Bureau of Statistics of China, New Growth Drivers index: report value \
                    over base value times 100.",
    };
}

page! {
    pub static NORM_PAGE = Page {
        name: norm_base,
        family: Normalisation,
        syntax: [
            "norm_base(value, fit, direction => 1)",
            "norm_base(value, period, base => 2014, direction => 1) OVER (PARTITION BY unit, indicator)",
        ],
        summary: "Fixed-base relative: the base period, or the mean of a span, becomes 100.",
        formula: "100 x / base; direction -1: 100 base / x",
        parameters: &[VALUE, SCALE, DIRECTION],
        over_parameters: Some(&[VALUE, PERIOD_OR_BASE, BASE, DIRECTION]),
        returns: "DOUBLE, base period = 100; NULL for a NULL value or a series without a value at \
                  the base period, or at all periods of the base.",
        notes: "What a base can be and when a series has it, see fit_base: base => 2015 is the mean \
                of the year over quarters, months or dates, base => 'first' the first value of each \
                series. With direction -1 halving the value doubles the score: 200, not 150. A series \
                without a value at the base period has NULL scores, provided that another series \
                has one.",
        errors: "A value that is NaN or infinite; a base value that is 0 or negative (a ratio to \
                 it would invert the scale); with direction -1 a value that is 0 or negative; \
                 direction other than 1 or -1; two values at one period of the base, or periods of \
                 two kinds; with base 'first' a text that is no period; with OVER \
                 (...) a base that no series has.",
        example: "SELECT period, norm_base(value, period, base => 2014) OVER ()\n\
                  FROM (VALUES (2014, 50), (2015, 60)) AS t(period, value)",
        example_result: ["2014 100.0", "2015 120.0"],
        reference: "National Bureau of Statistics of China, New Growth Drivers index: report value \
                    over base value times 100.",
    };
}

const SCALE: Parameter =
    Parameter { kind: Kind::Fit(&["base"]), meaning: "scale learned by fit_base", ..FIT };

/// Learns the base value.
#[derive(Debug)]
pub struct Fit;

impl Method for Fit {
    type State = BaseMean;
    type Columns = BasedValues;

    const PAGE: &'static Page = &FIT_PAGE;
    const SEEKS: Option<Seeks> =
        Some(Seeks { argument: BASE.name, must_be: BASE_WITH_A_VALUE, field: "base" });

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<BasedValues> {
        BasedValues::new(FIT_PAGE.name, BASE.name, arguments)
    }

    #[inline]
    fn update(&self, state: &mut BaseMean, columns: &BasedValues, row: usize) -> Result<()> {
        columns.take(FIT_PAGE.name, state, row)
    }

    fn result_type() -> DataType {
        scale_type(&["base"])
    }

    fn finish(&self, states: &[BaseMean]) -> Result<ArrayRef> {
        let base = |state: &BaseMean| base_value(FIT_PAGE.name, state);
        let bases = states.iter().map(base).collect::<Result<Vec<_>>>()?;
        let scale = |(base, state): (Option<f64>, &BaseMean)| Some(([Some(base?)], state.n()));
        Ok(scales(&["base"], bases.into_iter().zip(states).map(scale)))
    }
}

/// Applies it.
pub struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static Page = &NORM_PAGE;
    const FITTED: &'static str = "norm_base_fitted";

    type Given = [f64; 2];

    #[inline]
    fn score(x: f64, &[base, direction]: &[f64; 2], _: &[f64]) -> Score {
        if base <= 0.0 {
            return Err(format!("base value must be > 0, got {base}"));
        }
        if direction < 0.0 && x <= 0.0 {
            return Err(format!("value must be > 0 with direction -1, got {x}"));
        }
        Ok(Some(scale::base(x, base, direction)))
    }
}
