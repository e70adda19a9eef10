//! `fit_reference(value, unit, reference)` and `norm_distance_reference(value, fit)`: distance to
//! the value of a reference unit.

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, Float64Array};
use datafusion::arrow::compute::kernels::cmp;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};

use super::{DIRECTION, VALUE, check_direction, check_value, scale_type, scales};
use crate::functions::engine::aggregate::Method;
use crate::functions::engine::arguments::Constants;
use crate::functions::engine::arguments::doubles;
use crate::functions::engine::normalise::Normalisation;
use crate::functions::page::{Kind, Parameter, page};
use crate::kernel::{Reference, scale};

page! {
    /// What `fit_reference` is and does.
    pub static FIT = Page {
        name: "fit_reference",
        family: Fit,
        syntax: ["fit_reference(value, unit, reference => 'AUT')"],
        summary: "Learns the range of a reference set and the value of its reference unit.",
        formula: "min = min(x), max = max(x), reference = x of the reference unit",
        parameters: [VALUE, UNIT, REFERENCE],
        over_parameters: None,
        returns: "STRUCT(min DOUBLE, max DOUBLE, reference DOUBLE, n BIGINT), in the unit of the \
                  value; NULL when the reference set has no values. The field reference is NULL \
                  where the reference unit has no value.",
        notes: "The reference set is one indicator in one period: the reference unit has one value \
                in it.",
        errors: "A value that is NaN or infinite; two values of the reference unit (a duplicate \
                 key, or indicators or periods that were not told apart); a reference of NULL.",
        example: "SELECT fit_reference(value, unit, reference => 'AUT')\n\
                  FROM (VALUES ('AUT', 6), ('BEL', 2), ('CHN', 10)) AS t(unit, value)",
        example_result: ["{min: 2.0, max: 10.0, reference: 6.0, n: 3}"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5.",
    };
}

page! {
    /// What `norm_distance_reference` is and does.
    pub static NORM = Page {
        name: "norm_distance_reference",
        family: Normalisation,
        syntax: [
            "norm_distance_reference(value, fit, direction => 1, cap => false)",
            "norm_distance_reference(value, unit, reference => 'AUT', direction => 1, cap => false) \
             OVER (PARTITION BY indicator)",
        ],
        summary: "Distance to a reference unit: 1 for its value, 0 for the worst of the reference set.",
        formula: "1 - (x_ref - x) / (x_ref - min); direction -1: 1 - (x - x_ref) / (max - x_ref); at \
                  most 1 if cap",
        parameters: [VALUE, SCALE, DIRECTION, CAP],
        over_parameters: Some(&[VALUE, UNIT, REFERENCE, DIRECTION, CAP]),
        returns: "DOUBLE, above 1 for a value better than the reference unit's (1 if cap); NULL for \
                  a NULL value, a NULL fit, a reference unit without a value, or one whose value \
                  is the worst of the reference set.",
        notes: "With OVER (...) the window is the reference set; a FILTER (WHERE ...) that drops \
                the reference unit leaves no score.",
        errors: "A value that is NaN or infinite; direction other than 1 or -1; two values of the \
                 reference unit in one window.",
        example: "SELECT unit, norm_distance_reference(value, unit, reference => 'AUT') OVER ()\n\
                  FROM (VALUES ('AUT', 6), ('BEL', 2), ('CHN', 10)) AS t(unit, value)",
        example_result: ["AUT 1.0", "BEL 0.0", "CHN 2.0"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5; COINr \
                    1.1.14, n_dist2ref (infinite where the reference is the minimum).",
    };
}

const SCALE: Parameter = Parameter {
    name: "fit",
    kind: Kind::Fit(&["min", "max", "reference"]),
    meaning: "scale learned by fit_reference",
    null: "no score",
    default: None,
};

const UNIT: Parameter = Parameter {
    name: "unit",
    kind: Kind::Any,
    meaning: "unit that the value belongs to: its code, name or number",
    null: "not the reference unit",
    default: None,
};

const REFERENCE: Parameter = Parameter {
    name: "reference",
    kind: Kind::SameAsPrevious,
    meaning: "the unit whose value scores 1",
    null: "error",
    default: None,
};

const CAP: Parameter = Parameter {
    name: "cap",
    kind: Kind::Boolean,
    meaning: "whether a value better than the reference scores as the reference",
    null: "error",
    default: Some("false"),
};

/// Learns range and reference.
#[derive(Debug)]
pub(crate) struct Fit;

pub(crate) struct Columns {
    values: Float64Array,
    is_reference: BooleanArray,
}

impl Method for Fit {
    type State = Reference;
    type Columns = Columns;

    const PAGE: &'static crate::functions::Page = &FIT;

    fn bind(_: &Constants<'_>) -> Result<Self> {
        Ok(Self)
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Columns> {
        if arguments[2].null_count() > 0 {
            return exec_err!("{}: reference must not be NULL", FIT.name);
        }
        Ok(Columns {
            values: doubles(&arguments[0])?,
            is_reference: cmp::eq(&arguments[1], &arguments[2])?,
        })
    }

    #[inline]
    fn update(&self, state: &mut Reference, columns: &Columns, row: usize) -> Result<()> {
        let Columns { values, is_reference } = columns;
        if values.is_valid(row) {
            check_value(FIT.name, values.value(row))?;
            let is_reference = is_reference.is_valid(row) && is_reference.value(row);
            state.update(values.value(row), is_reference);
        }
        Ok(())
    }

    fn result_type() -> DataType {
        scale_type(&["min", "max", "reference"])
    }

    fn finish(&self, states: &[Reference]) -> Result<ArrayRef> {
        if let Some(state) = states.iter().find(|state| state.references() > 1.0) {
            return exec_err!(
                "{}: the reference unit must have one value in a reference set, found {} (group or \
                 partition by indicator and period)",
                FIT.name,
                state.references()
            );
        }
        Ok(scales(
            &["min", "max", "reference"],
            states.iter().map(|state| {
                let (min, max) = state.range()?;
                Some(([Some(min), Some(max), state.reference()], state.n()))
            }),
        ))
    }
}

/// Applies them.
pub(crate) struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static crate::functions::Page = &NORM;
    const FITTED: &'static str = "norm_distance_reference_fitted";

    #[inline]
    fn score(x: f64, numbers: &[f64], _: &[f64]) -> Result<Option<f64>, String> {
        let &[min, max, reference, direction, cap] = numbers else {
            return Err("five numbers are needed".into());
        };
        check_direction(direction)?;
        if reference < min || reference > max {
            return Err(format!(
                "fit must have min <= reference <= max, got {min}, {reference} and {max}"
            ));
        }
        let range = if direction < 0.0 { (reference, max) } else { (min, reference) };
        Ok(scale::distance(x, range, direction, cap != 0.0))
    }
}
