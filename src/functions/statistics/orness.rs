//! `stat_orness(weights)`: where the weights of an ordered average lie between worst and best.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Float64Builder};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;

use crate::engine::scalar::ScalarMethod;
use crate::functions::parameters::SETTING;
use crate::kernel::orness;
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: stat_orness,
        family: Statistics,
        syntax: ["stat_orness(weights)"],
        summary: "Orness of the weights of an ordered weighted average: 1 where only the best score \
                  counts, 0.5 for the mean, 0 where only the worst counts.",
        formula: "Σ (n - i) w_i / ((n - 1) Σ w_i), i = 1 for the best score",
        parameters: &[WEIGHTS],
        returns: "DOUBLE, 0 to 1; NULL for a NULL list and for a single weight, which is that of the \
                  best score and of the worst.",
        notes: "The weights are those of agg_owa: one per rank, the first for the best score; they \
                need not sum to 1. Below 0.5 a unit is judged by its weak sides. 1 - orness is \
                called andness.",
        errors: "Weights that are empty, NULL, NaN, infinite, negative or all 0.",
        example: "SELECT round(stat_orness([0.4, 0.3, 0.2, 0.1]), 4), stat_orness([1, 1, 1]), stat_orness([0, 0, 1])",
        example_result: ["0.6667 0.5 0.0"],
        reference: "Yager, R. R. (1988), On ordered weighted averaging aggregation operators in \
                    multicriteria decisionmaking, IEEE Transactions on Systems, Man, and Cybernetics \
                    18(1), 183-190.",
    };
}

const WEIGHTS: Parameter = Parameter {
    name: "weights",
    kind: Kind::Constants,
    meaning: "one weight per rank, the first for the best score; finite, >= 0, not all 0",
    null: Null::Means("the result is NULL"),
    default: DefaultValue::Required,
    ..SETTING
};

/// The orness.
pub struct Orness;

impl ScalarMethod for Orness {
    const PAGE: &'static Page = &PAGE;

    fn rows(arguments: &[ColumnarValue], rows: usize) -> Result<Float64Array> {
        let name = PAGE.name;
        let Some(weights) = arguments.first() else {
            return exec_err!("{name}: must have weights, found no argument");
        };
        let lists = weights.to_array(rows)?;
        let Some(lists) = lists.as_list_opt::<i32>() else {
            return Ok(Float64Array::new_null(rows)); // an untyped NULL
        };
        let mut results = Float64Builder::with_capacity(rows);
        for row in 0..rows {
            match lists.is_null(row) {
                true => results.append_null(),
                false => results.append_option(of_list(&lists.value(row))?),
            }
        }
        Ok(results.finish())
    }
}

fn of_list(list: &ArrayRef) -> Result<Option<f64>> {
    let name = PAGE.name;
    let mut weights = Vec::with_capacity(list.len());
    for weight in list.as_primitive::<Float64Type>() {
        match weight {
            Some(weight) if weight.is_finite() && weight >= 0.0 => weights.push(weight),
            Some(weight) => {
                return exec_err!("{name}: weights must be finite and >= 0, got {weight}");
            }
            None => return exec_err!("{name}: weights must not hold NULL, got NULL"),
        }
    }
    if !weights.iter().any(|&weight| weight > 0.0) {
        return exec_err!("{name}: weights must hold one above 0, got {weights:?}");
    }
    Ok(orness(&weights))
}
