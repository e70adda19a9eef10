//! Fits that look for something the call names, a base period or a reference unit: where no group of
//! a window has it, that is an error. A group that lacks what another has is left without a scale.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    AggregateUDF, Expr, PartitionEvaluator, Signature, Volatility, WindowUDF, WindowUDFImpl,
};

use crate::engine::aggregate::Seeks;
use crate::engine::registry::Registry;

/// What one call looks for, and what to say where it is nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sought {
    /// Of the scale, NULL where it was not found.
    field: String,
    /// What to say where it is nowhere.
    message: String,
}

impl Sought {
    /// Of a call of an aggregate; none where it looks for nothing.
    pub fn of(registry: &Registry, aggregate: &AggregateUDF, arguments: &[Expr]) -> Option<Self> {
        let (_, page, seeks) = registry.seekers.iter().find(|(seeker, ..)| seeker == aggregate)?;
        let position = page.parameters.iter().position(|p| p.name == seeks.argument)?;
        let got = match arguments.get(position)? {
            Expr::Literal(value, _) => {
                let array = value.to_array().ok()?;
                array_value_to_string(&array, 0).ok()?
            }
            other => other.to_string(),
        };
        let Seeks { argument, must_be, field } = seeks;
        let message = format!("{}: {argument} must be {must_be}, got {got}", page.name);
        Some(Self { field: (*field).to_owned(), message })
    }

    /// The error, where there are values and no scale has it.
    pub fn check(&self, scales: &dyn Array, has_values: bool) -> Result<()> {
        if has_values && !self.is_found(scales) { exec_err!("{}", self.message) } else { Ok(()) }
    }

    pub fn is_found(&self, scales: &dyn Array) -> bool {
        let Some(scales) = scales.as_struct_opt() else { return false };
        let Some(field) = scales.column_by_name(&self.field) else { return false };
        (0..scales.len()).any(|row| scales.is_valid(row) && field.is_valid(row))
    }

    #[cfg(feature = "codec")]
    pub fn field(&self) -> &str {
        &self.field
    }

    pub fn message(&self) -> &str {
        &self.message
    }

    #[cfg(feature = "codec")]
    pub fn from_parts(field: String, message: String) -> Self {
        Self { field, message }
    }

    /// The function that checks scales.
    pub fn checker(self) -> WindowUDF {
        let signature = Signature::any(2, Volatility::Immutable);
        WindowUDF::from(Checked { sought: self, signature })
    }

    /// What a function of windows checks, if it is one that does.
    #[cfg(feature = "codec")]
    pub fn of_checker(function: &WindowUDF) -> Option<&Self> {
        function.inner().downcast_ref::<Checked>().map(|checked| &checked.sought)
    }

    /// The scales as they are, checked: over all groups, given how many values each has.
    pub fn checked(self, scale: Expr, values: Expr) -> Expr {
        let function = Arc::new(self.checker());
        Expr::WindowFunction(Box::new(WindowFunction::new(function, vec![scale, values])))
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Checked {
    sought: Sought,
    signature: Signature,
}

impl WindowUDFImpl for Checked {
    fn name(&self) -> &str {
        "checked"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn field(&self, args: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        let scale = args.input_fields().first().map(|field| field.data_type().clone());
        Ok(Arc::new(Field::new(args.name(), scale.unwrap_or(DataType::Null), true)))
    }

    fn partition_evaluator(
        &self,
        _: PartitionEvaluatorArgs<'_>,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(OfAllGroups(self.sought.clone())))
    }
}

#[derive(Debug)]
struct OfAllGroups(Sought);

impl PartitionEvaluator for OfAllGroups {
    fn evaluate_all(&mut self, arguments: &[ArrayRef], _: usize) -> Result<ArrayRef> {
        let [scales, counts] = arguments else {
            return exec_err!("checked: must have scales and counts, found another number");
        };
        let has_values = match counts.as_primitive_opt::<Int64Type>() {
            Some(counts) => counts.iter().flatten().any(|count| count > 0),
            None => {
                return exec_err!("checked: counts must be BIGINT, found {}", counts.data_type());
            }
        };
        self.0.check(scales, has_values)?;
        Ok(Arc::clone(scales))
    }
}
