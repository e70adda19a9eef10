//! `fit_base(value, period, base)` and `norm_base(value, fit)`: index numbers with a base period
//! of 100.

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, Float64Array};
use datafusion::arrow::compute::kernels::cmp;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};

use super::{DIRECTION, VALUE, check_direction, check_value, scale_type, scales};
use crate::functions::engine::aggregate::Method;
use crate::functions::engine::arguments::Constants;
use crate::functions::engine::arguments::doubles;
use crate::functions::engine::normalise::Normalisation;
use crate::functions::page::{Kind, Parameter, page};
use crate::kernel::{BaseValue, scale};

page! {
    /// What `fit_base` is and does.
    pub static FIT = Page {
        name: "fit_base",
        family: Fit,
        syntax: ["fit_base(value, period, base => 2014)"],
        summary: "Learns the value of a series at its base period.",
        formula: "base = x at the row whose period equals the base period",
        parameters: [VALUE, PERIOD, BASE],
        over_parameters: None,
        returns: "STRUCT(base DOUBLE, n BIGINT), in the unit of the value; NULL when there is no \
                  value at the base period.",
        notes: "The reference set is one series: group or partition by unit and indicator. Values \
                of other periods are not looked at.",
        errors: "Two values at the base period (a duplicate key, or a series that was not told \
                 apart); a base value that is NaN, infinite, 0 or negative; a base period of NULL.",
        example: "SELECT fit_base(value, period, base => 2014)\n\
                  FROM (VALUES (2014, 50), (2015, 60)) AS t(period, value)",
        example_result: ["{base: 50.0, n: 1}"],
        reference: "National Bureau of Statistics of China, New Growth Drivers index: report value \
                    over base value times 100.",
    };
}

page! {
    /// What `norm_base` is and does.
    pub static NORM = Page {
        name: "norm_base",
        family: Normalisation,
        syntax: [
            "norm_base(value, fit, direction => 1)",
            "norm_base(value, period, base => 2014, direction => 1) OVER (PARTITION BY unit, indicator)",
        ],
        summary: "Fixed-base relative: the base period becomes 100.",
        formula: "100 x / base; direction -1: 100 base / x",
        parameters: [VALUE, SCALE, DIRECTION],
        over_parameters: Some(&[VALUE, PERIOD, BASE, DIRECTION]),
        returns: "DOUBLE, base period = 100; NULL for a NULL value or a series without a value at \
                  the base period.",
        notes: "With direction -1 halving the value doubles the score: 200, not 150.",
        errors: "A value that is NaN or infinite; a base value that is 0 or negative (a ratio to it \
                 turns the scale round); with direction -1 a value that is 0 or negative; direction \
                 other than 1 or -1; two values at the base period.",
        example: "SELECT period, norm_base(value, period, base => 2014) OVER ()\n\
                  FROM (VALUES (2014, 50), (2015, 60)) AS t(period, value)",
        example_result: ["2014 100.0", "2015 120.0"],
        reference: "National Bureau of Statistics of China, New Growth Drivers index: report value \
                    over base value times 100.",
    };
}

const SCALE: Parameter = Parameter {
    name: "fit",
    kind: Kind::Fit(&["base"]),
    meaning: "scale learned by fit_base",
    null: "no score",
    default: None,
};

const PERIOD: Parameter = Parameter {
    name: "period",
    kind: Kind::Any,
    meaning: "period of the value: a year, a date, a text",
    null: "not the base period",
    default: None,
};

const BASE: Parameter = Parameter {
    name: "base",
    kind: Kind::SameAsPrevious,
    meaning: "the period that becomes 100",
    null: "error",
    default: None,
};

/// Learns the base value.
#[derive(Debug)]
pub(crate) struct Fit;

pub(crate) struct Columns {
    values: Float64Array,
    at_base: BooleanArray,
}

impl Method for Fit {
    type State = BaseValue;
    type Columns = Columns;

    const PAGE: &'static crate::functions::Page = &FIT;

    fn bind(_: &Constants<'_>) -> Result<Self> {
        Ok(Self)
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Columns> {
        if arguments[2].null_count() > 0 {
            return exec_err!("{}: base must not be NULL", FIT.name);
        }
        Ok(Columns {
            values: doubles(&arguments[0])?,
            at_base: cmp::eq(&arguments[1], &arguments[2])?,
        })
    }

    #[inline]
    fn update(&self, state: &mut BaseValue, columns: &Columns, row: usize) -> Result<()> {
        let Columns { values, at_base } = columns;
        if values.is_valid(row) && at_base.is_valid(row) && at_base.value(row) {
            let x = values.value(row);
            check_value(FIT.name, x)?;
            if x <= 0.0 {
                return exec_err!("{}: value at the base period must be > 0, got {x}", FIT.name);
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
                FIT.name,
                state.n()
            );
        }
        Ok(scales(&["base"], states.iter().map(|state| Some(([Some(state.value()?)], state.n())))))
    }
}

/// Applies it.
pub(crate) struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static crate::functions::Page = &NORM;
    const FITTED: &'static str = "norm_base_fitted";

    #[inline]
    fn score(x: f64, numbers: &[f64], _: &[f64]) -> Result<Option<f64>, String> {
        let &[base, direction] = numbers else {
            return Err("two numbers are needed".into());
        };
        check_direction(direction)?;
        if base <= 0.0 {
            return Err(format!("base value must be > 0, got {base}"));
        }
        if direction < 0.0 && x <= 0.0 {
            return Err(format!("value must be > 0 with direction -1, got {x}"));
        }
        Ok(Some(scale::base(x, base, direction)))
    }
}
