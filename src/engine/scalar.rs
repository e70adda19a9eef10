//! The bridge between a function of the rows one by one and SQL: a number for each row.

use std::marker::PhantomData;
use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature,
};

use super::identity::identity;
use crate::arguments::types;
use crate::page::Page;

/// A function whose answer for a row depends on that row alone.
pub trait ScalarMethod: Send + Sync + Sized + 'static {
    const PAGE: &'static Page;

    /// The answers for so many rows. There are as many arguments as the page requires, or more; where
    /// all of them are constants, one row is asked for.
    fn rows(arguments: &[ColumnarValue], rows: usize) -> Result<Float64Array>;
}

/// The function of SQL.
pub fn udf<M: ScalarMethod>() -> ScalarUDF {
    ScalarUDF::from(Scalar::<M> {
        signature: types::signature(M::PAGE.parameters),
        documentation: LazyLock::new(|| M::PAGE.documentation()),
        method: PhantomData,
    })
}

struct Scalar<M> {
    signature: Signature,
    documentation: LazyLock<Documentation>,
    method: PhantomData<fn() -> M>,
}

identity!(Scalar<M: ScalarMethod>);

impl<M: ScalarMethod> ScalarUDFImpl for Scalar<M> {
    fn name(&self) -> &str {
        M::PAGE.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(types::coerce(M::PAGE.parameters, types))
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        types::check(M::PAGE.name, M::PAGE.parameters, args.arg_fields)?;
        Ok(Arc::new(Field::new(M::PAGE.name, DataType::Float64, true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let all_constant = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let rows = if all_constant { 1 } else { args.number_rows };
        let results: ArrayRef = Arc::new(M::rows(&args.args, rows)?);
        Ok(match all_constant {
            true => ColumnarValue::Scalar(ScalarValue::try_from_array(&results, 0)?),
            false => ColumnarValue::Array(results),
        })
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
