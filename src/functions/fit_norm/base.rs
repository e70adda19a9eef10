//! `fit_base(value, period, base)` and `norm_base(value, fit)`: index numbers with a base period
//! of 100.

use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};

use super::parameters::{DIRECTION, VALUE, check_direction, check_value};
use super::scales::{scale_type, scales};
use crate::arguments::constants::Constants;
use crate::engine::aggregate::Method;
use crate::engine::aggregate::Seeks;
use crate::engine::normalise::Normalisation;
use crate::functions::series::{Named, WITH_A_VALUE};
use crate::kernel::{BaseValue, scale};
use crate::page::{DefaultValue, Kind, Null, Parameter, Role, page};
use crate::types::doubles;

page! {
    /// What `fit_base` is and does.
    pub static FIT = Page {
        name: "fit_base",
        family: Fit,
        syntax: ["fit_base(value, period, base => 2014)"],
        summary: "Learns the value of a series at its base period.",
        formula: "base = x at the row whose period equals the base period",
        parameters: &[VALUE, PERIOD, BASE],
        over_parameters: None,
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
        parameters: &[VALUE, SCALE, DIRECTION],
        over_parameters: Some(&[VALUE, PERIOD, BASE, DIRECTION]),
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

const SCALE: Parameter = Parameter {
    name: "fit",
    role: Role::Fit,
    kind: Kind::Fit(&["base"]),
    meaning: "scale learned by fit_base",
    null: Null::Means("the score is NULL"),
    default: DefaultValue::Required,
};

const PERIOD: Parameter = Parameter {
    name: "period",
    role: Role::Period,
    kind: Kind::Any,
    meaning: "period of the value: a year, a date, a text",
    null: Null::Means("not the base period"),
    default: DefaultValue::Required,
};

const BASE: Parameter = Parameter {
    name: "base",
    role: Role::BasePeriod,
    kind: Kind::SameAsPrevious,
    meaning: "the period that becomes 100",
    null: Null::Error,
    default: DefaultValue::Required,
};

/// Learns the base value.
#[derive(Debug)]
pub(crate) struct Fit;

pub(crate) struct Columns {
    values: Float64Array,
    at_base: Named,
}

impl Method for Fit {
    type State = BaseValue;
    type Columns = Columns;

    const PAGE: &'static crate::page::Page = &FIT;
    const SEEKS: Option<Seeks> =
        Some(Seeks { argument: BASE.name, must_be: WITH_A_VALUE, field: "base" });

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Columns> {
        let at_base = Named::new(FIT.name, BASE.name, &arguments[1], &arguments[2])?;
        Ok(Columns { values: doubles(&arguments[0])?, at_base })
    }

    #[inline]
    fn update(&self, state: &mut BaseValue, columns: &Columns, row: usize) -> Result<()> {
        let Columns { values, at_base } = columns;
        if values.is_valid(row) && at_base.is(row) {
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
    const PAGE: &'static crate::page::Page = &NORM;
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
