//! `screen_availability(value)`: whether a unit has enough data.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StructArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, plan_err};

use crate::arguments::check::number;
use crate::arguments::constants::Constants;
use crate::engine::aggregate::Method;
use crate::functions::parameters::{self, SETTING};
use crate::kernel::Tally;
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, page};
use crate::types::doubles;

page! {
    pub static PAGE = Page {
        name: screen_availability,
        family: Screening,
        syntax: ["screen_availability(value, min_available => 0.6666666666666666, min_nonzero => 0.05, by => 'missing')"],
        summary: "Data availability of a unit: missing values, zeros, and whether it has enough \
                  data to be included.",
        formula: "available = (n - missing) / n; nonzero = (n - missing - zeros) / (n - missing); \
                  included: available >= min_available (by missing), nonzero >= min_nonzero (by zeros), or both",
        parameters: &[VALUE, MIN_AVAILABLE, MIN_NONZERO, BY],
        returns: "STRUCT(missing BIGINT, zeros BIGINT, missing_or_zero BIGINT, available DOUBLE, \
                  nonzero DOUBLE, included BOOLEAN); nonzero is NULL if no value is observed; NULL \
                  without rows.",
        notes: "GROUP BY unit for units, GROUP BY unit and group for the availability within \
                groups. Include a row with NULL for every expected value; absent rows are not \
                counted as missing. A unit without values is never included. To force the \
                inclusion or exclusion of units: CASE WHEN unit IN (...) THEN true ELSE s.included \
                END.",
        errors: "A value that is NaN or infinite; a threshold outside 0 to 1, or one that by does not use; by not one of \
                 'missing', 'zeros', 'both'; DISTINCT.",
        example: "SELECT screen_availability(value)\nFROM (VALUES (5), (0), (NULL), (7)) AS t(value)",
        example_result: ["{missing: 1, zeros: 1, missing_or_zero: 2, available: 0.75, nonzero: 0.6666666666666666, included: true}"],
        reference: "COINr (W. Becker), Screen and get_data_avail.",
    };
}

const VALUE: Parameter = Parameter {
    meaning: "value of an indicator, in its unit of measurement; finite",
    null: Null::Means("counted as missing"),
    ..parameters::VALUE
};

const MIN_AVAILABLE: Parameter = Parameter {
    name: "min_available",
    kind: Kind::Constant,
    meaning: "minimum share of observed values, 0 to 1",
    default: DefaultValue::Number(0.6666666666666666),
    ..SETTING
};

const MIN_NONZERO: Parameter = Parameter {
    name: "min_nonzero",
    kind: Kind::Constant,
    meaning: "minimum share of values other than 0 among the observed ones, 0 to 1",
    default: DefaultValue::Number(0.05),
    ..SETTING
};

const BY: Parameter = Parameter {
    name: "by",
    kind: Kind::Choice(&["missing", "zeros", "both"]),
    meaning: "criterion for inclusion: missing values, zeros, or both",
    default: DefaultValue::Word("missing"),
    ..SETTING
};

/// Counts, and what follows from them.
#[derive(Debug)]
pub struct Availability {
    min_available: f64,
    min_nonzero: f64,
    by_missing: bool,
    by_zeros: bool,
}

impl Availability {
    fn includes(&self, tally: &Tally) -> bool {
        // A share such as 0.66666666666667 must meet a bar of 2/3 in spite of its last digits.
        const SLACK: f64 = 1e-12;
        let is_enough = |share: Option<f64>, bar: f64| share.is_some_and(|s| s >= bar - SLACK);
        tally.n() > tally.missing()
            && (!self.by_missing || is_enough(tally.available(), self.min_available))
            && (!self.by_zeros || is_enough(tally.nonzero(), self.min_nonzero))
    }
}

impl Method for Availability {
    type State = Tally;
    type Columns = Float64Array;

    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        let share = |parameter: &Parameter| match constants.number(parameter.name)? {
            share if (0.0..=1.0).contains(&share) => Ok(share),
            share => {
                plan_err!("{}: {} must be between 0 and 1, got {share}", PAGE.name, parameter.name)
            }
        };
        let by = constants.choice(BY.name)?;
        let (min_available, min_nonzero) = (share(&MIN_AVAILABLE)?, share(&MIN_NONZERO)?);
        match by {
            0 => constants.refuse(MIN_NONZERO.name, "with by => 'missing'")?,
            1 => constants.refuse(MIN_AVAILABLE.name, "with by => 'zeros'")?,
            _ => {}
        }
        Ok(Self { min_available, min_nonzero, by_missing: by != 1, by_zeros: by != 0 })
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Float64Array> {
        doubles(&arguments[0])
    }

    #[inline]
    fn update(&self, state: &mut Tally, values: &Float64Array, row: usize) -> Result<()> {
        state.update(number(PAGE.name, "value", values, row)?);
        Ok(())
    }

    fn result_type() -> DataType {
        DataType::Struct(fields())
    }

    fn finish(&self, states: &[Tally]) -> Result<ArrayRef> {
        let count = |part: fn(&Tally) -> f64| {
            Arc::new(Int64Array::from_iter_values(states.iter().map(|s| part(s) as i64)))
                as ArrayRef
        };
        let share = |part: fn(&Tally) -> Option<f64>| {
            Arc::new(states.iter().map(part).collect::<Float64Array>()) as ArrayRef
        };
        let included: BooleanArray = states.iter().map(|s| Some(self.includes(s))).collect();
        let columns = vec![
            count(Tally::missing),
            count(Tally::zeros),
            count(|tally| tally.missing() + tally.zeros()),
            share(Tally::available),
            share(Tally::nonzero),
            Arc::new(included),
        ];
        let nulls: NullBuffer = states.iter().map(|tally| tally.n() > 0.0).collect();
        Ok(Arc::new(StructArray::try_new(fields(), columns, Some(nulls))?))
    }
}

fn fields() -> Fields {
    Fields::from(vec![
        Field::new("missing", DataType::Int64, true),
        Field::new("zeros", DataType::Int64, true),
        Field::new("missing_or_zero", DataType::Int64, true),
        Field::new("available", DataType::Float64, true),
        Field::new("nonzero", DataType::Float64, true),
        Field::new("included", DataType::Boolean, true),
    ])
}
