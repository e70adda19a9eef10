//! `index_growth(value, period)`: growth in percent on an earlier period.

use std::ops::Range;

use datafusion::arrow::array::ArrayRef;
use datafusion::common::{Result, exec_err, plan_err};

use super::parameters::{FORM, FORMS};
use crate::arguments::constants::Constants;
use crate::engine::partition::{PartitionMethod, Verdict};
use crate::functions::parameters::{self, PERIOD, SETTING};
use crate::functions::series::Series;
use crate::kernel::Growth;
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: index_growth,
        family: IndexNumbers,
        syntax: ["index_growth(value, period, form => 'simple', lag => 1) OVER (PARTITION BY unit, indicator)"],
        summary: "Growth rate in percent on an earlier period.",
        formula: "simple: 100 (x1 - x0) / x0; symmetric: 200 (x1 - x0) / (x1 + x0); x0 is the value \
                  at period - lag",
        parameters: &[VALUE, PERIOD, FORM, LAG],
        window_only: true,
        returns: "DOUBLE, percent; NULL where either value is missing.",
        notes: "The earlier period must exist exactly: after a gap the growth rate is NULL. A \
                DATE is measured in days, and a lag that separates no two dates of the input is \
                an error; for growth on the same month of the previous year, number the months: \
                index_growth(value, 12 * date_part('year', period) + date_part('month', period), \
                lag => 12) OVER (PARTITION BY unit, indicator). Symmetric growth lies between \
                -200 and 200, and a rise and the fall that reverses it have the same size, so \
                that an indicator starting near 0 does not dominate a mean of growth rates.",
        errors: "A value that is NaN or infinite; simple: an earlier value that is 0 or \
                 negative; symmetric: a negative value, or 0 in both periods; a period that is \
                 NULL, neither number nor DATE, or occurs twice; lag not above 0, or so small \
                 relative to the periods that it is lost in rounding; dates of which no two are \
                 lag days apart.",
        example: "SELECT period, index_growth(value, period) OVER (), \
                  index_growth(value, period, form => 'symmetric') OVER ()\n\
                  FROM (VALUES (2014, 50), (2015, 150), (2017, 60)) AS t(period, value)",
        example_result: ["2014 NULL NULL", "2015 200.0 100.0", "2017 NULL NULL"],
        reference: "National Bureau of Statistics of China, China Innovation Index (symmetric); \
                    Törnqvist, Vartia and Vartia (1985), How Should Relative Changes Be Measured?",
    };
}

const VALUE: Parameter = Parameter {
    meaning: "value of the series; finite, above 0 as an earlier value",
    null: Null::Means("growth to and from it is NULL"),
    ..parameters::VALUE
};

const LAG: Parameter = Parameter {
    name: "lag",
    kind: Kind::Constant,
    meaning: "distance to the earlier period, in units of the period (days for a DATE); > 0",
    default: DefaultValue::Number(1.0),
    ..SETTING
};

/// Computes growth.
#[derive(Debug)]
pub struct GrowthOf {
    form: Growth,
    lag: f64,
}

impl PartitionMethod for GrowthOf {
    type Columns = Series;
    type Cell = Option<f64>;

    const PAGE: &'static Page = &PAGE;
    const SEEKS: bool = true;

    fn bind(constants: &Constants) -> Result<Self> {
        let lag = constants.number(LAG.name)?;
        if lag <= 0.0 {
            return plan_err!("{}: lag must be > 0, got {lag}", PAGE.name);
        }
        Ok(Self { form: FORMS[constants.choice(FORM.name)?], lag })
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Series> {
        Series::new(PAGE.name, &arguments[0], &arguments[1])
    }

    fn verdicts(&self, series: &Series) -> Vec<Verdict> {
        vec![series.periods.verdict(PAGE.name, LAG.name, self.lag)]
    }

    fn evaluate(
        &self,
        series: &Series,
        rows: Range<usize>,
        cells: &mut [Option<f64>],
    ) -> Result<()> {
        let (name, start) = (PAGE.name, rows.start);
        let order = series.in_order(name, rows)?;
        for &row in &order {
            let found = series.periods.before(name, &order, row, self.lag)?;
            let Some(now) = series.observed(name, row)? else { continue };
            let Some(found) = found else { continue };
            let Some(before) = series.observed(name, order[found])? else { continue };
            match self.form {
                Growth::Simple if before <= 0.0 => {
                    return exec_err!("{name}: value must be > 0 to grow from, got {before}");
                }
                Growth::Symmetric if before.min(now) < 0.0 || before.max(now) == 0.0 => {
                    return exec_err!(
                        "{name}: values must be >= 0 and one above 0, got {before} and {now}"
                    );
                }
                _ => {}
            }
            let growth = self.form.percent(before, now);
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
