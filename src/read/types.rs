//! Types of columns as SQL writes them.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::execution::SessionState;
use datafusion::logical_expr::{Expr, ExprSchemable};

/// The type that a text means.
///
/// # Errors
/// When it is none.
pub fn parse(state: &SessionState, text: &str) -> Result<DataType> {
    let schema = DFSchema::empty();
    match state.create_logical_expr(&format!("CAST(NULL AS {text})"), &schema)? {
        cast @ Expr::Cast(_) => cast.get_type(&schema),
        _ => plan_err!("must be a type of SQL, got {text}"),
    }
}
