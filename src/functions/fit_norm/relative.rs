//! `norm_relative(value, previous)` and `norm_relative(value, period) OVER (...)`: relative to the
//! period before, which becomes 100.

use std::ops::Range;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::common::{Result, exec_err, plan_err};

use super::{DIRECTION, Directed, VALUE, check_direction};
use crate::functions::engine::arguments::{Constants, doubles};
use crate::functions::engine::normalise::Normalisation;
use crate::functions::engine::partition::Whole;
use crate::functions::page::{Kind, Parameter, page};
use crate::kernel::{lagged, scale};

page! {
    /// What `norm_relative` is and does.
    pub static NORM = Page {
        name: "norm_relative",
        family: Normalisation,
        syntax: [
            "norm_relative(value, previous, direction => 1)",
            "norm_relative(value, period, lag => 1, direction => 1) OVER (PARTITION BY unit, indicator)",
        ],
        summary: "Year-on-year relative: the period before becomes 100.",
        formula: "100 x / x_before; direction -1: 100 x_before / x",
        parameters: [VALUE, PREVIOUS, DIRECTION],
        over_parameters: Some(&[VALUE, PERIOD, LAG, DIRECTION]),
        returns: "DOUBLE, the period before = 100; NULL for a NULL value, or where the period before \
                  has no value.",
        notes: "The period before is the one that lies exactly lag before: over a gap there is no \
                score, never one against the last period that happens to be there. Minus 100 it is \
                the handbook's percentage of annual differences. With OVER (...) a partition is one series.",
        errors: "A value that is NaN or infinite; a value or a value before that is 0 or negative; a \
                 period that occurs twice in a partition (a duplicate key, or series that were not \
                 told apart) or is not a finite number; lag not above 0; direction other than 1 or \
                 -1; a window with ORDER BY, FILTER or a frame.",
        example: "SELECT period, norm_relative(value, period) OVER ()\n\
                  FROM (VALUES (2014, 50), (2015, 60), (2017, 30)) AS t(period, value)",
        example_result: ["2014 NULL", "2015 120.0", "2017 NULL"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5, table 3 \
                    (percentage of annual differences).",
    };
}

const PREVIOUS: Parameter = Parameter {
    name: "previous",
    kind: Kind::Number,
    meaning: "value of the period before, in the unit of the value; finite, above 0",
    null: "no score",
    default: None,
};

const PERIOD: Parameter = Parameter {
    name: "period",
    kind: Kind::Number,
    meaning: "period of the value as a number: a year; finite",
    null: "no score; before no other period",
    default: None,
};

const LAG: Parameter = Parameter {
    name: "lag",
    kind: Kind::Constant,
    meaning: "how long before the period of the value the other lies; finite, above 0",
    null: "error",
    default: Some("1"),
};

/// The relative, if both values are above 0.
fn relative(x: f64, previous: f64, direction: f64) -> Result<f64, String> {
    if x <= 0.0 {
        return Err(format!("value must be > 0, got {x}"));
    }
    if previous <= 0.0 {
        return Err(format!("the value before must be > 0, got {previous}"));
    }
    Ok(scale::base(x, previous, direction))
}

/// Applies the value before.
pub(crate) struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static crate::functions::Page = &NORM;
    const FITTED: &'static str = "norm_relative_fitted";

    #[inline]
    fn score(x: f64, numbers: &[f64], _: &[f64]) -> Result<Option<f64>, String> {
        let &[previous, direction] = numbers else {
            return Err("two numbers are needed".into());
        };
        check_direction(direction)?;
        relative(x, previous, direction).map(Some)
    }
}

/// Finds the value before in the partition.
#[derive(Debug)]
pub(crate) struct OfPartition {
    lag: f64,
}

impl Whole for OfPartition {
    type Columns = (Directed, Float64Array);
    type Cell = Option<f64>;

    const PAGE: &'static crate::functions::Page = &NORM;

    fn bind(constants: &Constants<'_>) -> Result<Self> {
        let lag = constants.number("lag")?;
        if lag <= 0.0 {
            return plan_err!("{}: lag must be > 0, got {lag}", NORM.name);
        }
        Ok(Self { lag })
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Self::Columns> {
        Ok((Directed::new(arguments, 3)?, doubles(&arguments[1])?))
    }

    fn evaluate(
        &self,
        (values, periods): &Self::Columns,
        rows: Range<usize>,
        cells: &mut [Option<f64>],
    ) -> Result<()> {
        let start = rows.start;
        let mut series = Vec::with_capacity(rows.len());
        for row in rows {
            if periods.is_valid(row) {
                let period = periods.value(row);
                if !period.is_finite() {
                    return exec_err!("{}: period must be finite, got {period}", NORM.name);
                }
                series.push((period + 0.0, row));
            }
        }
        let mut pairs = Vec::with_capacity(series.len());
        if let Err(period) = lagged(&mut series, self.lag, |row, before| pairs.push((row, before)))
        {
            return exec_err!(
                "{}: a period must occur once in a partition, found {period} twice (partition by \
                 unit and indicator)",
                NORM.name
            );
        }
        for (row, before) in pairs {
            let now = values.get(NORM.name, row)?;
            let (Some((x, direction)), Some((previous, _))) = (now, values.get(NORM.name, before)?)
            else {
                continue;
            };
            match relative(x, previous, direction) {
                Ok(score) if score.is_finite() => cells[row - start] = Some(score),
                Ok(_) => {
                    return exec_err!(
                        "{}: the score of {x} exceeds the range of DOUBLE",
                        NORM.name
                    );
                }
                Err(message) => return exec_err!("{}: {message}", NORM.name),
            }
        }
        Ok(())
    }
}
