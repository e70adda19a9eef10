//! `treat_boxcox(value)`: powers and the logarithm as one family.

use datafusion::common::Result;

use super::parameters::VALUE;
use super::treat::{Outcome, Treatment};
use crate::arguments::constants::Constants;
use crate::engine::partition::Treated;
use crate::functions::parameters::SETTING;
use crate::kernel::box_cox;
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: treat_boxcox,
        family: Treatment,
        syntax: ["treat_boxcox(value, lambda => 0, make_positive => false) OVER (PARTITION BY indicator)"],
        summary: "Box-Cox transformation: a power of the value, or its logarithm.",
        formula: "(x^lambda - 1) / lambda; ln x for lambda = 0; with make_positive of x - min + 1",
        parameters: &[VALUE, LAMBDA, MAKE_POSITIVE],
        window_only: true,
        returns: "STRUCT(value DOUBLE, treatment VARCHAR); treatment is 'Box-Cox'. NULL for a NULL \
                  value.",
        notes: "lambda below 1 shortens a long upper tail, above 1 a long lower tail; 1 is a \
                shift. lambda is given, not estimated: Box and Cox estimate it by maximum \
                likelihood; the default 0 is the logarithm. COINr's boxcox shifts by default \
                (makepos = TRUE): make_positive => true gives its numbers. The order of the values \
                is preserved. The window matters for make_positive only.",
        errors: "A value that is NaN or infinite; without make_positive a value that is 0 or \
                 negative; a result beyond the range of DOUBLE.",
        example: "SELECT value, treat_boxcox(value, lambda => 0.5) OVER ()\n\
                  FROM (VALUES (1), (4), (100)) AS t(value)",
        example_result: [
            "1 {value: 0.0, treatment: Box-Cox}", "4 {value: 2.0, treatment: Box-Cox}",
            "100 {value: 18.0, treatment: Box-Cox}",
        ],
        reference: "Box and Cox (1964), An Analysis of Transformations (the family of transformations); COINr 1.1.14, boxcox.",
    };
}

const LAMBDA: Parameter = Parameter {
    name: "lambda",
    kind: Kind::Constant,
    meaning: "exponent; 0 for the logarithm; finite",
    default: DefaultValue::Number(0.0),
    ..SETTING
};

const MAKE_POSITIVE: Parameter = Parameter {
    name: "make_positive",
    kind: Kind::Switch,
    meaning: "whether the values are first shifted so that the smallest is 1",
    default: DefaultValue::Switch(false),
    ..SETTING
};

/// Transforms.
#[derive(Debug)]
pub struct BoxCox {
    lambda: f64,
    make_positive: bool,
}

impl Treatment for BoxCox {
    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        Ok(Self {
            lambda: constants.number(LAMBDA.name)?,
            make_positive: constants.switch(MAKE_POSITIVE.name)?,
        })
    }

    fn learns(&self) -> bool {
        self.make_positive
    }

    fn changes_measure(&self) -> bool {
        true
    }

    fn of<'a>(
        &'a self,
        sorted: &'a [f64],
    ) -> std::result::Result<Option<impl Fn(f64) -> Outcome + 'a>, String> {
        let min = sorted.first().copied().unwrap_or_default();
        Ok(Some(move |x| {
            let positive = if self.make_positive { x - min + 1.0 } else { x };
            if positive <= 0.0 {
                return Err(format!("value must be > 0, got {x} (or make_positive => true)"));
            }
            let y = box_cox(positive, self.lambda);
            if !y.is_finite() {
                return Err(format!("the result for {x} exceeds the range of DOUBLE"));
            }
            Ok(Treated { value: Some(y), treatment: Some("Box-Cox") })
        }))
    }
}
