//! `treat_log(value)`: logarithms that shorten a long tail.

use datafusion::common::Result;

use super::parameters::{LOG_FORMS, LOGS, VALUE};
use super::treat::{Outcome, Treatment, logged};
use crate::arguments::constants::Constants;
use crate::functions::parameters::SETTING;
use crate::kernel::Log;
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: treat_log,
        family: Treatment,
        syntax: ["treat_log(value, form => 'range') OVER (PARTITION BY indicator)"],
        summary: "Logarithm of the distance from the smallest value: shortens a long upper tail.",
        formula: "'range': ln(x - min + 0.01 (max - min)); 'range_mirrored': the same if skewness \
                  >= 0, else -ln(max - x + 0.01 (max - min)); 'shift': ln(x - min + 1)",
        parameters: &[VALUE, FORM],
        window_only: true,
        returns: "STRUCT(value DOUBLE, treatment VARCHAR); treatment is 'log'. NULL for a NULL \
                  value and in a constant column, except with 'shift', which gives 0.",
        notes: "The order of the values is preserved, and so is the direction. 'shift' depends on \
                the unit of measurement, the other forms do not. Not provided: COINr's log_GII, \
                which computes the transformation but returns its input.",
        errors: "A value that is NaN or infinite; another form; a range beyond that of DOUBLE.",
        example: "SELECT value, treat_log(value) OVER ()\n\
                  FROM (VALUES (1), (NULL), (101)) AS t(value)",
        example_result: [
            "1 {value: 0.0, treatment: log}", "NULL NULL",
            "101 {value: 4.61512051684126, treatment: log}",
        ],
        reference: "COINr 1.1.14, log_CT ('range'), log_CT_plus ('range_mirrored') and log_CT_orig \
                    ('shift'); JRC (2019), COIN Tool user's guide.",
    };
}

const FORM: Parameter = Parameter {
    name: "form",
    kind: Kind::Choice(LOG_FORMS),
    meaning: "what is added to the distance before the logarithm: 1 % of the range, or 1",
    default: DefaultValue::Word("range"),
    ..SETTING
};

/// Takes logarithms.
#[derive(Debug)]
pub struct LogOf(Log);

impl Treatment for LogOf {
    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        Ok(Self(LOGS[constants.choice(FORM.name)?]))
    }

    fn changes_measure(&self) -> bool {
        true
    }

    fn of<'a>(
        &'a self,
        sorted: &'a [f64],
    ) -> std::result::Result<Option<impl Fn(f64) -> Outcome + 'a>, String> {
        Ok(self.0.of(sorted).map(|log| move |x| logged(log(x), "log")))
    }
}
