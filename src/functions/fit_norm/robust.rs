//! `fit_robust(value)` and `norm_robust(value, fit)`: distance from the median in median absolute
//! deviations.

use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};

use super::{DIRECTION, VALUE, check_direction, check_value, scale_type, scales};
use crate::functions::engine::aggregate::Method;
use crate::functions::engine::arguments::{Constants, doubles};
use crate::functions::engine::normalise::Normalisation;
use crate::functions::page::{Kind, Parameter, page};
use crate::kernel::{Values, median_deviation, scale};

page! {
    /// What `fit_robust` is and does.
    pub static FIT = Page {
        name: "fit_robust",
        family: Fit,
        syntax: ["fit_robust(value)"],
        summary: "Learns the median and the median absolute deviation of a reference set.",
        formula: "median = median(x), mad = median(|x - median|)",
        parameters: [VALUE],
        over_parameters: None,
        returns: "STRUCT(median DOUBLE, mad DOUBLE, n BIGINT), in the unit of the value; NULL when \
                  the reference set has no values.",
        notes: "mad as it is, without the factor that makes it a standard deviation: norm_robust \
                has that as an argument. All values are held until the end.",
        errors: "A value that is NaN or infinite, or two so far apart that their difference is; \
                 DISTINCT.",
        example: "SELECT fit_robust(value) FROM (VALUES (2), (4), (NULL), (9)) AS t(value)",
        example_result: ["{median: 4.0, mad: 2.0, n: 3}"],
        reference: "Rousseeuw and Croux (1993), Alternatives to the median absolute deviation, JASA 88.",
    };
}

page! {
    /// What `norm_robust` is and does.
    pub static NORM = Page {
        name: "norm_robust",
        family: Normalisation,
        syntax: [
            "norm_robust(value, fit, direction => 1, consistency => 1.4826)",
            "norm_robust(value, direction => 1, consistency => 1.4826) OVER (PARTITION BY indicator)",
        ],
        summary: "Robust z-score: distance from the median in median absolute deviations.",
        formula: "direction (x - median) / (consistency mad)",
        parameters: [VALUE, SCALE, DIRECTION, CONSISTENCY],
        over_parameters: Some(&[VALUE, DIRECTION, CONSISTENCY]),
        returns: "DOUBLE; NULL for a NULL value, a NULL fit, or a reference set of which half or \
                  more is the same value (mad 0).",
        notes: "Up to half of the values can be outliers without moving the scores of the others. \
                With OVER (...) the window is the reference set, and FILTER (WHERE ...) narrows it.",
        errors: "A value that is NaN or infinite; direction other than 1 or -1; consistency not \
                 above 0.",
        example: "SELECT value, norm_robust(value, consistency => 1) OVER ()\n\
                  FROM (VALUES (2), (4), (NULL), (9)) AS t(value)",
        example_result: ["2 -1.0", "4 0.0", "NULL NULL", "9 2.5"],
        reference: "Rousseeuw and Croux (1993), Alternatives to the median absolute deviation, JASA 88.",
    };
}

const SCALE: Parameter = Parameter {
    name: "fit",
    kind: Kind::Fit(&["median", "mad"]),
    meaning: "scale learned by fit_robust",
    null: "no score",
    default: None,
};

const CONSISTENCY: Parameter = Parameter {
    name: "consistency",
    kind: Kind::Number,
    meaning: "what mad is multiplied by: 1.4826 makes it the standard deviation of normal data; \
              finite, above 0",
    null: "error",
    default: Some("1.4826"),
};

/// Learns median and median absolute deviation.
#[derive(Debug)]
pub(crate) struct Fit;

impl Method for Fit {
    type State = Values;
    type Columns = Float64Array;

    const PAGE: &'static crate::functions::Page = &FIT;

    fn bind(_: &Constants<'_>) -> Result<Self> {
        Ok(Self)
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Float64Array> {
        doubles(&arguments[0])
    }

    #[inline]
    fn update(&self, state: &mut Values, values: &Float64Array, row: usize) -> Result<()> {
        if values.is_valid(row) {
            check_value(FIT.name, values.value(row))?;
            state.update(values.value(row));
        }
        Ok(())
    }

    fn result_type() -> DataType {
        scale_type(&["median", "mad"])
    }

    fn finish(&self, states: &[Values]) -> Result<ArrayRef> {
        let fits: Vec<_> = states
            .iter()
            .map(|state| median_deviation(&state.sorted()).map(|fit| (fit, state.len() as f64)))
            .collect();
        let is_finite = |(median, mad): (f64, f64)| median.is_finite() && mad.is_finite();
        if fits.iter().flatten().any(|(fit, _)| !is_finite(*fit)) {
            return exec_err!(
                "{}: value must be small enough for differences to be a DOUBLE",
                FIT.name
            );
        }
        Ok(scales(
            &["median", "mad"],
            fits.into_iter().map(|fit| {
                let ((median, mad), n) = fit?;
                Some(([Some(median), Some(mad)], n))
            }),
        ))
    }
}

/// Applies them.
pub(crate) struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static crate::functions::Page = &NORM;
    const FITTED: &'static str = "norm_robust_fitted";

    fn score(x: f64, numbers: &[f64], _: &[f64]) -> Result<Option<f64>, String> {
        let &[median, mad, direction, consistency] = numbers else {
            return Err("four numbers are needed".into());
        };
        check_direction(direction)?;
        if consistency <= 0.0 {
            return Err(format!("consistency must be > 0, got {consistency}"));
        }
        if mad < 0.0 {
            return Err(format!("fit must have mad >= 0, got {mad}"));
        }
        Ok(scale::deviation(x, (median, consistency * mad), direction))
    }
}
