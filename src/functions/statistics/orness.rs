//! `stat_orness(weights)`: where the weights of an ordered average lie between worst and best.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Builder};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature,
};

use crate::arguments::types;
use crate::functions::parameters::SETTING;
use crate::kernel::orness;
use crate::page::{DefaultValue, Kind, Null, Parameter, page};

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

/// The function.
pub fn function() -> ScalarUDF {
    ScalarUDF::from(Orness { signature: types::signature(PAGE.parameters) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Orness {
    signature: Signature,
}

impl ScalarUDFImpl for Orness {
    fn name(&self) -> &str {
        PAGE.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(types::coerce(PAGE.parameters, types))
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        types::check(PAGE.name, PAGE.parameters, args.arg_fields)?;
        Ok(Arc::new(Field::new(PAGE.name, DataType::Float64, true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let name = PAGE.name;
        let Some(weights) = args.args.first() else {
            return exec_err!("{name}: must have weights, found no argument");
        };
        let is_constant = matches!(weights, ColumnarValue::Scalar(_));
        let lists = match weights {
            ColumnarValue::Scalar(list) => list.to_array()?,
            ColumnarValue::Array(lists) => Arc::clone(lists),
        };
        let Some(lists) = lists.as_list_opt::<i32>() else {
            let nothing = ScalarValue::Float64(None);
            return Ok(match is_constant {
                true => ColumnarValue::Scalar(nothing),
                false => ColumnarValue::Array(nothing.to_array_of_size(lists.len())?),
            });
        };
        let mut results = Float64Builder::with_capacity(lists.len());
        for row in 0..lists.len() {
            match lists.is_null(row) {
                true => results.append_null(),
                false => results.append_option(of_list(&lists.value(row))?),
            }
        }
        let results: ArrayRef = Arc::new(results.finish());
        Ok(match is_constant {
            true => ColumnarValue::Scalar(ScalarValue::try_from_array(&results, 0)?),
            false => ColumnarValue::Array(results),
        })
    }

    fn documentation(&self) -> Option<&Documentation> {
        static DOCUMENTATION: LazyLock<Documentation> = LazyLock::new(|| PAGE.documentation());
        Some(&DOCUMENTATION)
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
