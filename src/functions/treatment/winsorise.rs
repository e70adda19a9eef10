//! `treat_winsorise(value)`: values beyond two quantiles become the quantile.

use datafusion::common::{Result, plan_err};

use super::parameters::VALUE;
use super::treat::{Outcome, Treatment, clamped};
use crate::arguments::constants::Constants;
use crate::functions::parameters::SETTING;
use crate::kernel::quantile;
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: treat_winsorise,
        family: Treatment,
        syntax: ["treat_winsorise(value, lower => 0.05, upper => 0.95) OVER (PARTITION BY indicator)"],
        summary: "Winsorising at quantiles: values beyond two quantiles are set to the quantile.",
        formula: "min(max(x, Q(lower)), Q(upper)); Q(p) linear between order statistics at \
                  p (n - 1), counted from 0 (type 7)",
        parameters: &[VALUE, LOWER, UPPER],
        window_only: true,
        returns: "STRUCT(value DOUBLE, treatment VARCHAR); treatment is 'winsorised low', \
                  'winsorised high', or NULL where nothing was done. NULL for a NULL value.",
        notes: "The window is the reference set. lower => 0 or upper => 1 leaves that side \
                unchanged. A fixed share of the values is moved, whether they are outliers or not; \
                treat_points moves only as many as the shape of the distribution requires.",
        errors: "A value that is NaN or infinite; a range beyond that of DOUBLE; lower and upper not in \
                 order between 0 and 1.",
        example: "SELECT value, treat_winsorise(value, lower => 0, upper => 0.75) OVER ()\n\
                  FROM (VALUES (1), (2), (3), (4), (100)) AS t(value)",
        example_result: [
            "1 {value: 1.0, treatment: NULL}", "2 {value: 2.0, treatment: NULL}",
            "3 {value: 3.0, treatment: NULL}", "4 {value: 4.0, treatment: NULL}",
            "100 {value: 4.0, treatment: winsorised high}",
        ],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.1 \
                    (step 5), whose example is the 2.5 and 97.5 percentiles; 5 and 95 are the \
                    defaults here. Hyndman and Fan (1996), Sample Quantiles in Statistical \
                    Packages, The American Statistician 50(4).",
    };
}

const LOWER: Parameter = Parameter {
    name: "lower",
    kind: Kind::Constant,
    meaning: "share of the values that lie below the lower quantile; 0 to 1",
    default: DefaultValue::Number(0.05),
    ..SETTING
};

const UPPER: Parameter = Parameter {
    name: "upper",
    meaning: "share of the values that lie below the upper quantile; 0 to 1, above lower",
    default: DefaultValue::Number(0.95),
    ..LOWER
};

/// Winsorises.
#[derive(Debug)]
pub struct Winsorise {
    lower: f64,
    upper: f64,
}

impl Treatment for Winsorise {
    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        let (lower, upper) = (constants.number(LOWER.name)?, constants.number(UPPER.name)?);
        if !(0.0 <= lower && lower < upper && upper <= 1.0) {
            return plan_err!(
                "{}: lower and upper must be 0 <= lower < upper <= 1, got {lower} and {upper}",
                PAGE.name
            );
        }
        Ok(Self { lower, upper })
    }

    fn of<'a>(
        &'a self,
        sorted: &'a [f64],
    ) -> std::result::Result<Option<impl Fn(f64) -> Outcome + 'a>, String> {
        let bounds = quantile(sorted, self.lower).zip(quantile(sorted, self.upper));
        if bounds.is_some_and(|(low, high)| !(low.is_finite() && high.is_finite())) {
            return Err("the range of value exceeds that of DOUBLE".into());
        }
        Ok(Some(move |x| Ok(clamped(x, bounds))))
    }
}
