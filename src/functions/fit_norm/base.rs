//! `fit_base(value, period, base)` and `norm_base(value, fit)`: index numbers with a base period
//! of 100.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};

use super::parameters::VALUE;
use super::scales::{scale_type, scales};
use crate::arguments::check::number;
use crate::arguments::constants::Constants;
use crate::engine::aggregate::Method;
use crate::engine::aggregate::Seeks;
use crate::engine::normalise::{Normalisation, Score};
use crate::functions::parameters::{BASE, DIRECTION, FIT, PERIOD_OR_BASE};
use crate::functions::series::{KeyedValues, WITH_A_VALUE};
use crate::kernel::{BaseValue, scale};
use crate::page::{Kind, Page, Parameter, page};

page! {
    pub static FIT_PAGE = Page {
        name: fit_base,
        family: Fit,
        syntax: ["fit_base(value, period, base => 2014)"],
        summary: "Learns the value of a series at its base period.",
        formula: "base = x at the row whose period equals the base period",
        parameters: &[VALUE, PERIOD_OR_BASE, BASE],
        returns: "STRUCT(base DOUBLE, n BIGINT), in the unit of measurement of the value; NULL if \
                  there is no value at the base period.",
        notes: "The reference set is one series: group or partition by unit and indicator. Values \
                of other periods are not checked. With OVER (PARTITION BY ...) a base period for \
                which no series has a value is an error; with GROUP BY each fit is then NULL.",
        errors: "Two values at the base period (duplicate keys, or several series in one group); a \
                 base value that is NaN, infinite, 0 or negative; a base period of NULL; over a \
                 window without ORDER BY and frame, a base period at which no series has a value.",
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
        summary: "Fixed-base relative: the base period becomes 100.",
        formula: "100 x / base; direction -1: 100 base / x",
        parameters: &[VALUE, SCALE, DIRECTION],
        over_parameters: Some(&[VALUE, PERIOD_OR_BASE, BASE, DIRECTION]),
        returns: "DOUBLE, base period = 100; NULL for a NULL value or a series without a value at \
                  the base period.",
        notes: "With direction -1 halving the value doubles the score: 200, not 150. A series \
                without a value at the base period has NULL scores, provided that another series \
                has one.",
        errors: "A value that is NaN or infinite; a base value that is 0 or negative (a ratio to \
                 it would invert the scale); with direction -1 a value that is 0 or negative; \
                 direction other than 1 or -1; two values at the base period; with OVER (...) a \
                 base period at which no series has a value.",
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
    type State = BaseValue;
    type Columns = KeyedValues;

    const PAGE: &'static Page = &FIT_PAGE;
    const SEEKS: Option<Seeks> =
        Some(Seeks { argument: BASE.name, must_be: WITH_A_VALUE, field: "base" });

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<KeyedValues> {
        KeyedValues::new(FIT_PAGE.name, BASE.name, arguments)
    }

    #[inline]
    fn update(&self, state: &mut BaseValue, columns: &KeyedValues, row: usize) -> Result<()> {
        if !columns.key.is(row) {
            return Ok(());
        }
        if let Some(x) = number(FIT_PAGE.name, "value", &columns.values, row)? {
            if x <= 0.0 {
                return exec_err!(
                    "{}: value at the base period must be > 0, got {x}",
                    FIT_PAGE.name
                );
            }
            state.update(x);
        }
        Ok(())
    }

    fn result_type() -> DataType {
        scale_type(&["base"])
    }

    fn finish(&self, states: &[BaseValue]) -> Result<ArrayRef> {
        if let Some(state) = states.iter().find(|state| state.n() > 1.0) {
            return exec_err!(
                "{}: a series must have one value at the base period, found {} (group or partition \
                 by unit and indicator)",
                FIT_PAGE.name,
                state.n()
            );
        }
        Ok(scales(&["base"], states.iter().map(|state| Some(([Some(state.value()?)], state.n())))))
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
