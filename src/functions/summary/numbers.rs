//! The aggregate behind the numbers of a summary: all of them from the values held once.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{Array, ArrayRef, Float64Array, Int64Array, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::Result;
use datafusion::logical_expr::AggregateUDF;

use crate::arguments::constants::Constants;
use crate::engine::aggregate::{Method, udaf};
use crate::functions::parameters::VALUE;
use crate::kernel::{Distribution, Values};
use crate::page::{Page, page};
use crate::types::doubles;

page! {
    pub static PAGE = Page {
        name: "summarize_numbers",
        family: Screening,
        syntax: ["summarize_numbers(value)"],
        summary: "Quartiles, mean, standard deviation and number of distinct values.",
        formula: "as summarize",
        parameters: &[VALUE],
        returns: "STRUCT(n BIGINT, distinct_values BIGINT, q1 DOUBLE, median DOUBLE, q3 DOUBLE, mean DOUBLE, sd DOUBLE)",
        notes: "",
        errors: "DISTINCT.",
        example: "",
        example_result: [],
        reference: "",
    };
}

/// The function.
pub fn function() -> Arc<AggregateUDF> {
    static FUNCTION: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| Arc::new(udaf::<Numbers>()));
    Arc::clone(&FUNCTION)
}

/// The fields of the answer that are numbers.
pub const FIELDS: [&str; 5] = ["q1", "median", "q3", "mean", "sd"];

/// The fields that count: values, and distinct ones.
pub const N: &str = "n";
pub const DISTINCT: &str = "distinct_values";

/// The type of a field.
pub fn type_of(field: &str) -> DataType {
    if FIELDS.contains(&field) { DataType::Float64 } else { DataType::Int64 }
}

/// What the values are like, of finite ones.
#[derive(Debug)]
pub struct Numbers;

impl Method for Numbers {
    type State = Values;
    type Columns = Float64Array;

    const PAGE: &'static Page = &PAGE;

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Float64Array> {
        doubles(&arguments[0])
    }

    #[inline]
    fn update(&self, state: &mut Values, values: &Float64Array, row: usize) -> Result<()> {
        if values.is_valid(row) && values.value(row).is_finite() {
            state.update(values.value(row));
        }
        Ok(())
    }

    fn result_type() -> DataType {
        DataType::Struct(fields())
    }

    fn finish(&self, states: &[Values]) -> Result<ArrayRef> {
        let rows: Vec<(i64, [Option<f64>; 5])> = states.iter().map(describe).collect();
        let n = states.iter().map(|state| state.n() as i64);
        let distinct = rows.iter().map(|(distinct, _)| *distinct);
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from_iter_values(n)),
            Arc::new(Int64Array::from_iter_values(distinct)),
        ];
        for field in 0..FIELDS.len() {
            let numbers: Float64Array = rows.iter().map(|(_, numbers)| numbers[field]).collect();
            columns.push(Arc::new(numbers));
        }
        Ok(Arc::new(StructArray::try_new(fields(), columns, None)?))
    }
}

/// How many distinct values there are, and the [`FIELDS`].
fn describe(state: &Values) -> (i64, [Option<f64>; 5]) {
    let sorted = state.sorted();
    // A spread beyond DOUBLE is none.
    let all = Distribution::of_sorted(&sorted);
    let [mean, sd] = all.mean_and_sd();
    let [q1, median, q3] = [0.25, 0.5, 0.75].map(|p| all.quantile(p));
    (all.distinct() as i64, [q1, median, q3, mean, sd])
}

fn fields() -> Fields {
    let names = [N, DISTINCT].into_iter().chain(FIELDS);
    names.map(|name| Field::new(name, type_of(name), true)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::State;

    #[test]
    fn values_that_tie_are_one() {
        let mut state = Values::default();
        [2.0, 0.0, 9.0, -0.0, 4.0, 2.0].into_iter().for_each(|x| state.update(x));
        state.settle();
        // 0 0 2 2 4 9: quartiles at 1.25, 2.5 and 3.75 from 0; mean 17/6; squares 4+4+16+81 = 105,
        // less 17²/6, by 5.
        let (distinct, [q1, median, q3, mean, sd]) = describe(&state);
        assert_eq!((distinct, q1, median, q3), (4, Some(0.5), Some(2.0), Some(3.5)));
        assert_eq!(mean, Some(17.0 / 6.0));
        let expected = ((105.0 - 289.0 / 6.0) / 5.0_f64).sqrt();
        assert!((sd.expect("six values") - expected).abs() < 1e-12);
        assert_eq!(describe(&Values::default()), (0, [None; 5]));
    }
}
