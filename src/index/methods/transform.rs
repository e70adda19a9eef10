//! The transformation of an indicator, bound to its function.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::common::config::ConfigOptions;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::ColumnarValue;

use super::call::MethodCall;
use super::rows::RowMethods;
use crate::arguments::constants::Constants;
use crate::engine::on_columns;
use crate::engine::registry::Registry;
use crate::engine::transform::Transformer;
use crate::page::Role;

/// A transformation with its constants.
#[derive(Debug, Clone)]
pub struct Transformation {
    pub call: MethodCall,
    transformer: Transformer,
    constants: Constants,
    /// Whether larger values become smaller.
    pub is_decreasing: bool,
}

impl Transformation {
    /// That of an indicator, if its row names one.
    pub fn of(code: &str, rows: &RowMethods, registry: &Registry) -> Result<Option<Self>> {
        let Some(call) = rows.transform(code).cloned() else { return Ok(None) };
        let mut transformers = registry.transformations.iter();
        let Some(transformer) = transformers.find(|known| known.page == call.page).cloned() else {
            return plan_err!("{}: must be a transformation, found another", call.page.name);
        };
        call.check_complete("")?;
        let constants = call.constants();
        let is_decreasing = (transformer.is_decreasing)(&constants)?;
        let bound = Self { call, transformer, constants, is_decreasing };
        Ok(Some(bound))
    }

    /// Values of the indicator, transformed.
    pub fn column(&self, values: &ArrayRef, options: &Arc<ConfigOptions>) -> Result<ArrayRef> {
        let Transformer { page, scalar, .. } = &self.transformer;
        let column = |role: Role| {
            (role == Role::Value).then(|| Ok(ColumnarValue::Array(Arc::clone(values))))
        };
        let transformed =
            on_columns::score_with(scalar, page, &self.constants, values.len(), options, column)?;
        Ok(Arc::new(transformed))
    }

    /// A number in the unit of measurement of the indicator, transformed.
    fn number(&self, number: f64) -> Result<f64> {
        let column: ArrayRef = Arc::new(Float64Array::from(vec![number]));
        let transformed = self.column(&column, &Arc::default())?;
        match ScalarValue::try_from_array(&transformed, 0)? {
            ScalarValue::Float64(Some(number)) => Ok(number),
            other => plan_err!("{}: must give a number, found {other}", self.call.page.name),
        }
    }

    /// The bounds and targets of a normalisation, stated in the unit of measurement of the indicator,
    /// in that of the transformed values.
    pub fn move_bounds(&self, normalisation: &mut MethodCall) -> Result<()> {
        let mut moved = Vec::new();
        for role in [Role::LowerGoalpost, Role::UpperGoalpost, Role::Target] {
            let (Some(parameter), Some(ScalarValue::Float64(Some(number)))) =
                (normalisation.argument(role), normalisation.get(role))
            else {
                continue;
            };
            let number = self.number(*number).or_else(|error| {
                let message = crate::error::describe(&error);
                plan_err!("{}", message.replacen("value", parameter.name, 1))
            })?;
            let role = match role {
                Role::LowerGoalpost if self.is_decreasing => Role::UpperGoalpost,
                Role::UpperGoalpost if self.is_decreasing => Role::LowerGoalpost,
                role => role,
            };
            moved.push((role, ScalarValue::from(number)));
        }
        moved.into_iter().try_for_each(|(role, number)| normalisation.replace(role, number))
    }
}
