//! `fit_reference(value, unit, reference)` and `norm_distance_reference(value, fit)`: distance to
//! the value of a reference unit.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};

use super::parameters::VALUE;
use super::scales::{scale_type, scales};
use crate::arguments::check::number;
use crate::arguments::constants::Constants;
use crate::engine::aggregate::Method;
use crate::engine::aggregate::Seeks;
use crate::engine::normalise::{Normalisation, Score};
use crate::functions::parameters::{self, DIRECTION, FIT, SETTING};
use crate::functions::series::KeyedValues;
use crate::kernel::{Reference, scale};
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, Role, page};

page! {
    pub static FIT_PAGE = Page {
        name: fit_reference,
        family: Fit,
        syntax: ["fit_reference(value, unit, reference => 'AUT')"],
        summary: "Learns the range of a reference set and the value of its reference unit.",
        formula: "min = min(x), max = max(x), reference = x of the reference unit",
        parameters: &[VALUE, UNIT, REFERENCE],
        returns: "STRUCT(min DOUBLE, max DOUBLE, reference DOUBLE, n BIGINT), in the unit of \
                  measurement of the value; NULL if the reference set has no values. The field \
                  reference is NULL if the reference unit has no value.",
        notes: "The reference set is one indicator in one period: the reference unit has one value \
                in it. With OVER (PARTITION BY ...) a reference without a value in any reference \
                set is an error; with GROUP BY the field is then NULL.",
        errors: "A value that is NaN or infinite; two values of the reference unit (duplicate \
                 keys, or several indicators or periods in one group); a reference of NULL; over a \
                 window without ORDER BY and frame, a reference without a value in any reference \
                 set.",
        example: "SELECT fit_reference(value, unit, reference => 'AUT')\n\
                  FROM (VALUES ('AUT', 6), ('BEL', 2), ('CHN', 10)) AS t(unit, value)",
        example_result: ["{min: 2.0, max: 10.0, reference: 6.0, n: 3}"],
        reference: "COINr 1.1.14, n_dist2ref.",
    };
}

page! {
    pub static NORM_PAGE = Page {
        name: norm_distance_reference,
        family: Normalisation,
        syntax: [
            "norm_distance_reference(value, fit, direction => 1, cap => false, form => 'range')",
            "norm_distance_reference(value, unit, reference => 'AUT', direction => 1, cap => false, \
             form => 'range') OVER (PARTITION BY indicator)",
        ],
        summary: "Distance to a reference unit: from the worst value to its own, as a ratio to it, or relative to it.",
        formula: "range: 1 - (x_ref - x) / (x_ref - min), direction -1: 1 - (x - x_ref) / (max - \
                  x_ref); ratio: x / x_ref, direction -1: x_ref / x; relative: (x - x_ref) / x_ref, \
                  direction -1: (x_ref - x) / x_ref; with cap at most the score of the reference \
                  unit",
        parameters: &[VALUE, SCALE, DIRECTION, CAP, FORM],
        over_parameters: Some(&[VALUE, UNIT, REFERENCE, DIRECTION, CAP, FORM]),
        returns: "DOUBLE; the reference unit scores 1, with form 'relative' 0, and better values \
                  score above it (the same if cap); NULL for a NULL value, a NULL fit, a reference \
                  unit without a value, or, with form 'range', one with the worst value of the \
                  reference set.",
        notes: "The forms ratio and relative are the handbook's distance to a reference country \
                (section 5.4); range is COINr's, which starts from the worst value of the \
                reference set. With direction -1 a ratio is inverted, so that half the reference's \
                value scores 2, whereas a relative distance changes its sign: half scores 0.5. \
                With the leader as reference the ratio is norm_fraction_max. With OVER \
                (...) the window is the reference set; a set whose reference unit has no value has NULL scores, provided that another set has one.",
        errors: "A value that is NaN or infinite; direction other than 1 or -1; form other than range, \
                 ratio, relative; with form 'ratio' or 'relative' a value of the reference unit \
                 that is 0 or negative, and with 'ratio' and direction -1 any such value; two \
                 values of the reference unit in one window; with OVER (...) a reference that has \
                 no value in any.",
        example: "SELECT unit, norm_distance_reference(value, unit, reference => 'AUT') OVER ()\n\
                  FROM (VALUES ('AUT', 6), ('BEL', 2), ('CHN', 10)) AS t(unit, value)",
        example_result: ["AUT 1.0", "BEL 0.0", "CHN 2.0"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.4 (ratio \
                    and relative, direction 1); COINr 1.1.14, n_dist2ref (range; infinite where the \
                    reference is the minimum).",
    };
}

const SCALE: Parameter = Parameter {
    kind: Kind::Fit(&["min", "max", "reference"]),
    meaning: "scale learned by fit_reference",
    ..FIT
};

const UNIT: Parameter = Parameter {
    kind: Kind::Any,
    meaning: "unit that the value belongs to: its code, name or number",
    null: Null::Means("not the reference unit"),
    ..parameters::UNIT
};

const REFERENCE: Parameter = Parameter {
    name: "reference",
    role: Role::ReferenceUnit,
    kind: Kind::SameAsPrevious,
    meaning: "the unit that others are compared with",
    null: Null::Error,
    default: DefaultValue::Required,
};

const CAP: Parameter = Parameter {
    name: "cap",
    kind: Kind::Boolean,
    meaning: "whether a value better than the reference scores as the reference",
    default: DefaultValue::Switch(false),
    ..SETTING
};

const FORM: Parameter = Parameter {
    name: "form",
    kind: Kind::Choice(&["range", "ratio", "relative"]),
    meaning: "what is measured: the way from the worst value to the reference (range), the ratio to \
              it (ratio), or the difference from it as a share of it (relative)",
    default: DefaultValue::Word("range"),
    ..SETTING
};

/// Learns range and reference.
#[derive(Debug)]
pub struct Fit;

impl Method for Fit {
    type State = Reference;
    type Columns = KeyedValues;

    const PAGE: &'static Page = &FIT_PAGE;
    const SEEKS: Option<Seeks> = Some(Seeks {
        argument: REFERENCE.name,
        must_be: "a unit that has a value",
        field: "reference",
    });

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self)
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<KeyedValues> {
        KeyedValues::new(FIT_PAGE.name, REFERENCE.name, arguments)
    }

    #[inline]
    fn update(&self, state: &mut Reference, columns: &KeyedValues, row: usize) -> Result<()> {
        if let Some(x) = number(FIT_PAGE.name, "value", &columns.values, row)? {
            state.update(x, columns.key.is(row));
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
                FIT_PAGE.name,
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
pub struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static Page = &NORM_PAGE;
    const FITTED: &'static str = "norm_distance_reference_fitted";

    type Given = [f64; 6];

    #[inline]
    fn score(x: f64, &[min, max, reference, direction, cap, form]: &[f64; 6], _: &[f64]) -> Score {
        if reference < min || reference > max {
            return Err(format!(
                "fit must have min <= reference <= max, got {min}, {reference} and {max}"
            ));
        }
        if form == 0.0 {
            let range = if direction < 0.0 { (reference, max) } else { (min, reference) };
            return Ok(scale::distance(x, range, direction, cap != 0.0));
        }
        let is_ratio = form == 1.0;
        let word = if is_ratio { "ratio" } else { "relative" };
        if reference <= 0.0 {
            return Err(format!(
                "the value of the reference unit must be > 0 with form '{word}', got {reference}"
            ));
        }
        if is_ratio && direction < 0.0 && x <= 0.0 {
            return Err(format!("value must be > 0 with form '{word}' and direction -1, got {x}"));
        }
        let (score, of_reference) = match is_ratio {
            true => (Some(scale::fraction(x, (reference, reference), direction)), 1.0),
            false => (scale::deviation(x, (reference, reference), direction), 0.0),
        };
        Ok(score.map(|score| if cap != 0.0 { score.min(of_reference) } else { score }))
    }
}
