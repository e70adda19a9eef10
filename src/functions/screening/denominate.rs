//! `denominate(value, denominator, unit)`: a value divided by the size of its unit.

use std::sync::Arc;

use datafusion::arrow::array::{Float64Array, Float64Builder};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;

use crate::arguments::types::Numbers;
use crate::engine::scalar::ScalarMethod;
use crate::functions::parameters::{self, SETTING};
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, Role, page};

page! {
    pub static PAGE = Page {
        name: denominate,
        family: Screening,
        syntax: ["denominate(value, denominator, unit, scale => 1)"],
        summary: "Divides a value by the size of its unit, so that large and small units are \
                  comparable.",
        formula: "value / denominator · scale",
        parameters: &[VALUE, DENOMINATOR, UNIT, SCALE],
        returns: "DOUBLE, in the unit of measurement of the value per that of the denominator, \
                  times scale; NULL for a NULL value or a NULL denominator.",
        notes: "scale is the amount the result refers to: value / population · 1000 is per \
                thousand inhabitants. A denominator may change the meaning and the direction of \
                an indicator. The denominator should be a size; a negative one is not refused \
                and reverses the sign. COINr gives infinity for a denominator of 0; here it is \
                an error that names the unit.",
        errors: "A value or denominator that is NaN or infinite; a denominator of 0; a scale that is \
                 NULL, NaN, infinite or 0; a result beyond DOUBLE.",
        example: "SELECT denominate(value, population, unit, scale => 100)\n\
                  FROM (VALUES ('AUT', 3, 8), ('BEL', 5, NULL)) AS t(unit, value, population)",
        example_result: ["37.5", "NULL"],
        reference: "COINr (W. Becker), Denominate; OECD/JRC (2008), Handbook on Constructing \
                    Composite Indicators, step 2.",
    };
}

const VALUE: Parameter = Parameter { null: Null::Means("the result is NULL"), ..parameters::VALUE };

const DENOMINATOR: Parameter = Parameter {
    name: "denominator",
    role: Role::Setting,
    meaning: "size of the unit (population, area, GDP), in its unit of measurement; finite, not 0, \
              normally positive",
    ..VALUE
};

const UNIT: Parameter = Parameter {
    meaning: "the unit, named in the error if its denominator is 0",
    null: Null::Means("named as NULL"),
    ..parameters::UNIT
};

const SCALE: Parameter = Parameter {
    name: "scale",
    kind: Kind::Number,
    meaning: "amount the result refers to, such as 1000 inhabitants; finite, not 0",
    default: DefaultValue::Number(1.0),
    ..SETTING
};

/// The division.
pub struct Denominate;

impl ScalarMethod for Denominate {
    const PAGE: &'static Page = &PAGE;

    fn rows(arguments: &[ColumnarValue], rows: usize) -> Result<Float64Array> {
        let name = PAGE.name;
        let [value, denominator, unit, scale @ ..] = arguments else {
            return exec_err!(
                "{name}: must have value, denominator and unit, found fewer arguments"
            );
        };
        let (values, denominators) = (Numbers::new(value)?, Numbers::new(denominator)?);
        let scales = match scale.first() {
            Some(scale) => Numbers::new(scale)?,
            None => Numbers::Constant(Some(1.0)),
        };
        let mut results = Float64Builder::with_capacity(rows);
        for row in 0..rows {
            let scale = match scales.get(row) {
                Some(scale) if scale.is_finite() && scale != 0.0 => scale,
                Some(scale) => {
                    return exec_err!("{name}: scale must be finite and not 0, got {scale}");
                }
                None => return exec_err!("{name}: scale must not be NULL"),
            };
            let (Some(x), Some(size)) = (values.get(row), denominators.get(row)) else {
                results.append_null();
                continue;
            };
            for (argument, number) in [("value", x), ("denominator", size)] {
                if !number.is_finite() {
                    let unit = text(unit, row)?;
                    return exec_err!(
                        "{name}: {argument} must be finite, got {number} (unit {unit})"
                    );
                }
            }
            if size == 0.0 {
                return exec_err!(
                    "{name}: denominator must not be 0, got 0 (unit {})",
                    text(unit, row)?
                );
            }
            let result = x / size * scale;
            if !result.is_finite() {
                return exec_err!(
                    "{name}: {x} / {size} exceeds the range of DOUBLE (unit {})",
                    text(unit, row)?
                );
            }
            results.append_value(result);
        }
        Ok(results.finish())
    }
}

/// A unit as it stands in a message: text in quotes, anything else as it is printed.
fn text(unit: &ColumnarValue, row: usize) -> Result<String> {
    let (unit, row) = match unit {
        ColumnarValue::Array(array) => (Arc::clone(array), row),
        ColumnarValue::Scalar(scalar) => (scalar.to_array()?, 0),
    };
    let is_text = crate::types::plain(unit.data_type()).is_string();
    if unit.is_null(row) {
        return Ok("NULL".into());
    }
    let text = array_value_to_string(&unit, row)?;
    Ok(if is_text { format!("'{text}'") } else { text })
}
