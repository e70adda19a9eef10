//! `index_growth(value, period)`: growth in percent on an earlier period.

use std::ops::Range;

use datafusion::arrow::array::ArrayRef;
use datafusion::common::{Result, exec_err};

use super::parameters::{FORM, FORMS};
use crate::arguments::constants::Constants;
use crate::engine::partition::{PartitionMethod, Verdict};
use crate::functions::parameters::{self, FROM_NEGATIVE, FromNegative, LAG, PERIOD};
use crate::functions::series::Series;
use crate::kernel::{Growth, Lag};
use crate::page::{Null, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: index_growth,
        family: IndexNumbers,
        syntax: ["index_growth(value, period, form => 'simple', lag => 1, from_negative => 'error') \
                  OVER (PARTITION BY unit, indicator)"],
        summary: "Growth rate in percent on an earlier period.",
        formula: "simple: 100 (x1 - x0) / x0; symmetric: 200 (x1 - x0) / (x1 + x0); x0 is the value \
                  at period - lag",
        parameters: &[VALUE, PERIOD, FORM, LAG, FROM_NEGATIVE],
        window_only: true,
        returns: "DOUBLE, percent; NULL where either value is missing, and with from_negative => \
                  'null' where growth is not defined.",
        notes: "The earlier period must exist exactly: after a gap the growth rate is NULL. A lag is \
                time, never a number of rows: a number counts in units of the period (years, \
                quarters of 2023-Q1, months of 2023-07, days of a DATE), and text or an INTERVAL is \
                calendar time. Growth on the same month or quarter of the previous year is \
                index_growth(value, period, lag => '1 year'), for dates and for texts. Text may say \
                years, half years, quarters, months, weeks, days or hours. Calendar time before a \
                date is the same day of the earlier month, at most its last: 31 March less '1 \
                month' is 28 or 29 February; in a series whose dates are all the last of their \
                month it is always the last. A lag that separates no two periods of the input is an \
                error. Symmetric growth lies between \
                -200 and 200, and a rise and the fall that reverses it have the same size, so \
                that an indicator starting near 0 does not dominate a mean of growth rates. Simple \
                growth is not defined from 0 or a negative value (a trade balance, a profit), \
                symmetric growth not with a negative value, nor from 0 to 0: from_negative => \
                'absolute' takes 100 (x1 - x0) / |x0|, symmetric 200 (x1 - x0) / (|x1| + |x0|), so \
                that a rise is positive and a fall negative, from -50 to -25 by 50; from -50 to 50 \
                it is 200, which says nothing of proportions.",
        errors: "A value that is NaN or infinite; simple: an earlier value that is 0 or \
                 negative, symmetric: a negative value, or 0 in both periods, unless from_negative \
                 says otherwise; with 'absolute' a divisor of 0; a period that is \
                 NULL, no period, or occurs twice; text of two kinds in one series; lag not above \
                 0, no whole number of the periods that text names, calendar time where periods \
                 are numbers, or so small relative to the periods that it is lost in rounding; \
                 periods of which no two are lag apart.",
        example: "SELECT period, index_growth(value, period) OVER (), \
                  index_growth(value, period, form => 'symmetric') OVER ()\n\
                  FROM (VALUES (2014, 50), (2015, 150), (2017, 60)) AS t(period, value)",
        example_result: ["2014 NULL NULL", "2015 200.0 100.0", "2017 NULL NULL"],
        reference: "National Bureau of Statistics of China, China Innovation Index (symmetric); \
                    Törnqvist, Vartia and Vartia (1985), How Should Relative Changes Be Measured?",
    };
}

const VALUE: Parameter = Parameter {
    meaning: "value of the series; finite, above 0 as an earlier value unless from_negative says otherwise",
    null: Null::Means("growth to and from it is NULL"),
    ..parameters::VALUE
};

/// Computes growth.
#[derive(Debug)]
pub struct GrowthOf {
    form: Growth,
    lag: Lag,
    from_negative: FromNegative,
}

impl PartitionMethod for GrowthOf {
    type Columns = Series;
    type Cell = Option<f64>;

    const PAGE: &'static Page = &PAGE;
    const SEEKS: bool = true;

    fn bind(constants: &Constants) -> Result<Self> {
        let lag = constants.positive_lag(LAG.name)?;
        let form = FORMS[constants.choice(FORM.name)?];
        Ok(Self { form, lag, from_negative: FromNegative::of(constants)? })
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Series> {
        Series::new(PAGE.name, &arguments[0], &arguments[1])
    }

    fn verdicts(&self, series: &Series) -> Vec<Verdict> {
        vec![series.periods.verdict(PAGE.name, LAG.name, &self.lag)]
    }

    fn evaluate(
        &self,
        series: &Series,
        rows: Range<usize>,
        cells: &mut [Option<f64>],
    ) -> Result<()> {
        let (name, start) = (PAGE.name, rows.start);
        let order = series.in_order(name, rows)?;
        let earlier = series.periods.earlier(name, LAG.name, &order, &self.lag)?;
        for (&row, found) in order.iter().zip(earlier) {
            let Some(now) = series.observed(name, row)? else { continue };
            let Some(found) = found else { continue };
            let Some(before) = series.observed(name, order[found])? else { continue };
            let (is_defined, has_size) = match self.form {
                Growth::Simple => (before > 0.0, before != 0.0),
                Growth::Symmetric => {
                    let (low, high) = (before.min(now), before.max(now));
                    (low >= 0.0 && high > 0.0, low != 0.0 || high != 0.0)
                }
            };
            let growth = match self.from_negative {
                _ if is_defined => self.form.percent(before, now),
                FromNegative::Null => continue,
                FromNegative::Absolute if has_size => self.form.percent_of_size(before, now),
                FromNegative::Error | FromNegative::Absolute => {
                    let zero = self.from_negative == FromNegative::Absolute;
                    let must = match (self.form, zero) {
                        (Growth::Simple, false) => "value must be > 0 to grow from",
                        (Growth::Simple, true) => "value must not be 0 to grow from",
                        (Growth::Symmetric, false) => "values must be >= 0 and one above 0",
                        (Growth::Symmetric, true) => "values must not both be 0",
                    };
                    let got = match self.form {
                        Growth::Simple => before.to_string(),
                        Growth::Symmetric => format!("{before} and {now}"),
                    };
                    let (from, to) = (order[found], row);
                    let periods = match self.form {
                        Growth::Simple => series.periods.text(from)?,
                        Growth::Symmetric => {
                            let periods = &series.periods;
                            format!("{} and {}", periods.text(from)?, periods.text(to)?)
                        }
                    };
                    let hint = self.from_negative.hint();
                    return exec_err!("{name}: {must}, got {got} in {periods}{hint}");
                }
            };
            if !growth.is_finite() {
                return exec_err!(
                    "{name}: growth from {before} to {now} exceeds the range of DOUBLE"
                );
            }
            cells[row - start] = Some(growth);
        }
        Ok(())
    }
}
