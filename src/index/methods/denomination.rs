//! The denominator of an indicator, bound to the function that divides by it.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF};

use crate::engine::on_columns;
use crate::engine::registry::Registry;
use crate::framework::Node;

/// The function of SQL that divides.
const FUNCTION: &str = "denominate";

/// What an indicator is divided by, and per how much of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Denomination {
    denominator: String,
    scale: f64,
    function: ScalarUDF,
}

impl Denomination {
    /// That of an indicator, if its row names one.
    pub fn of(leaf: &Node, registry: &Registry) -> Result<Option<Self>> {
        let Some(denominator) = leaf.denominator.clone() else { return Ok(None) };
        let mut scalars = registry.scalars.iter();
        let Some(function) = scalars.find(|known| known.name() == FUNCTION).cloned() else {
            return plan_err!("{FUNCTION}: must be a function of the registry, found none");
        };
        Ok(Some(Self { denominator, scale: leaf.denominator_scale.unwrap_or(1.0), function }))
    }

    /// Values of the indicator per `sizes` of the units.
    pub fn column(
        &self,
        values: &ArrayRef,
        sizes: &ArrayRef,
        units: &ArrayRef,
        options: &Arc<ConfigOptions>,
    ) -> Result<ArrayRef> {
        let mut arguments: Vec<ColumnarValue> =
            [values, sizes, units].map(|column| ColumnarValue::Array(Arc::clone(column))).into();
        arguments.push(ColumnarValue::Scalar(ScalarValue::from(self.scale)));
        let quotients = on_columns::score(&self.function, arguments, values.len(), options)?;
        Ok(Arc::new(quotients))
    }
}
