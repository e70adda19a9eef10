//! `norm_relative(value, previous)` and `norm_relative(value, period) OVER (...)`: relative to the
//! period before, which becomes 100.

use std::ops::Range;

use datafusion::arrow::array::ArrayRef;
use datafusion::common::{Result, exec_err};

use super::directed::Directed;
use super::parameters::VALUE;
use crate::arguments::constants::Constants;
use crate::engine::normalise::{Normalisation, Score};
use crate::engine::partition::{PartitionMethod, Verdict};
use crate::functions::parameters::{self, DIRECTION, FROM_NEGATIVE, FromNegative, LAG};
use crate::functions::periods::Periods;
use crate::kernel::{Growth, Lag, scale};
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, Role, page};

page! {
    pub static PAGE = Page {
        name: norm_relative,
        family: Normalisation,
        syntax: [
            "norm_relative(value, previous, direction => 1)",
            "norm_relative(value, period, lag => 1, direction => 1, from_negative => 'error') \
             OVER (PARTITION BY unit, indicator)",
        ],
        summary: "Relative to the previous period, which is set to 100.",
        formula: "100 x / x_before; direction -1: 100 x_before / x",
        parameters: &[VALUE, PREVIOUS, DIRECTION],
        over_parameters: Some(&[VALUE, PERIOD, LAG, DIRECTION, FROM_NEGATIVE]),
        returns: "DOUBLE, previous period = 100; NULL for a NULL value, or if the previous period \
                  has no value; with from_negative => 'null' if one of the two is 0 or negative.",
        notes: "The previous period is exactly lag before; after a gap the score is NULL. A lag is \
                time, never a number of rows: on the same month or quarter of the previous year, \
                lag => '1 year'; see index_growth. A lag that separates no two periods of the input \
                is an error. The score minus 100 is the growth rate in \
                percent, formula (x_t - x_(t-1)) / x_(t-1) of section 5.7 of the handbook; its \
                table 3 prints x_t as the divisor, which gives another number. With OVER (...) and \
                from_negative => 'absolute' the score of values that are 0 or negative is 100 (1 + (x \
                - x_before) / |x_before|), for direction -1 100 (1 + (x_before - x) / |x|): above 100 \
                where the value became better. With OVER (...) a \
                partition is one series.",
        errors: "A value or a previous value that is NaN or infinite, and unless from_negative says \
                 otherwise 0 or negative; with 'absolute' a divisor of 0; a period that \
                 occurs twice in a partition (duplicate keys, or several series), is not finite or \
                 no period; text of two kinds in one series; lag not above 0, no whole number of \
                 the periods that text names, calendar time where periods are numbers, or so \
                 small relative to the periods that it is lost in rounding; periods of which no \
                 two are lag apart; direction other than 1 or -1; a window with ORDER BY, FILTER or \
                 a frame.",
        example: "SELECT period, norm_relative(value, period) OVER ()\n\
                  FROM (VALUES (2014, 50), (2015, 60), (2017, 30)) AS t(period, value)",
        example_result: ["2014 NULL", "2015 120.0", "2017 NULL"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.7 \
                    (percentage of annual differences over consecutive years).",
    };
}

const PREVIOUS: Parameter = Parameter {
    name: "previous",
    role: Role::Setting,
    kind: Kind::Number,
    meaning: "value of the previous period, in the unit of measurement of the value; finite, above \
              0",
    null: Null::Means("the score is NULL"),
    default: DefaultValue::Required,
};

const PERIOD: Parameter = Parameter {
    meaning: "period of the value: a number such as a year, a DATE or a TIMESTAMP, measured in \
              days, or text of one kind such as 2023-Q1 or 2023-07; finite",
    null: Null::Means("the score is NULL; not used as a previous period"),
    ..parameters::PERIOD
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
pub struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static Page = &PAGE;
    const FITTED: &'static str = "norm_relative_fitted";

    type Given = [f64; 2];

    #[inline]
    fn score(x: f64, &[previous, direction]: &[f64; 2], _: &[f64]) -> Score {
        relative(x, previous, direction).map(Some)
    }
}

/// Finds the value before in the partition.
#[derive(Debug)]
pub struct OfPartition {
    lag: Lag,
    from_negative: FromNegative,
}

impl PartitionMethod for OfPartition {
    type Columns = (Directed, Periods);
    type Cell = Option<f64>;

    const PAGE: &'static Page = &PAGE;
    const SEEKS: bool = true;

    fn bind(constants: &Constants) -> Result<Self> {
        let lag = constants.positive_lag(LAG.name)?;
        Ok(Self { lag, from_negative: FromNegative::of(constants)? })
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Self::Columns> {
        let periods = Periods::new(PAGE.name, PERIOD.name, &arguments[1])?;
        Ok((Directed::new(arguments, 3)?, periods))
    }

    fn verdicts(&self, (_, periods): &Self::Columns) -> Vec<Verdict> {
        vec![periods.verdict(PAGE.name, LAG.name, &self.lag)]
    }

    fn evaluate(
        &self,
        (values, periods): &Self::Columns,
        rows: Range<usize>,
        cells: &mut [Option<f64>],
    ) -> Result<()> {
        let (name, start) = (PAGE.name, rows.start);
        let order = periods.in_order(name, rows.filter(|&row| !periods.is_missing(row)))?;
        let earlier = periods.earlier(name, LAG.name, &order, &self.lag)?;
        for (&row, found) in order.iter().zip(earlier) {
            let Some(found) = found.map(|found| order[found]) else { continue };
            let now = values.get(name, row)?;
            let (Some((x, direction)), Some((previous, _))) = (now, values.get(name, found)?)
            else {
                continue;
            };
            let (from, to) = if direction > 0.0 { (previous, x) } else { (x, previous) };
            let score = match self.from_negative {
                FromNegative::Null if x.min(previous) <= 0.0 => continue,
                FromNegative::Absolute if x.min(previous) <= 0.0 => match from == 0.0 {
                    true => Err(format!("the divisor must not be 0, got {x} after {previous}")),
                    false => Ok(100.0 + Growth::Simple.percent_of_size(from, to)),
                },
                _ => relative(x, previous, direction),
            };
            match score {
                Ok(score) if score.is_finite() => cells[row - start] = Some(score),
                Ok(_) => {
                    return exec_err!("{name}: the score of {x} exceeds the range of DOUBLE");
                }
                Err(message) => {
                    // The one of the two that the message names.
                    let is_now = self.from_negative == FromNegative::Absolute || x <= 0.0;
                    let at = periods.text(if is_now { row } else { found })?;
                    let hint = self.from_negative.hint();
                    return exec_err!("{name}: {message} in {at}{hint}");
                }
            }
        }
        Ok(())
    }
}
