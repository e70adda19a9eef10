//! `stat_coupling_coordination(score, weight)`: coupling coordination degree of subsystems.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, StructArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, exec_err};

use super::gini::check_amount;
use super::parameters::WEIGHT;
use crate::arguments::constants::Constants;
use crate::engine::aggregate::Method;
use crate::functions::parameters;
use crate::functions::weighted::{Columns, Reader, Row};
use crate::kernel::{self, WeightedValues};
use crate::page::{Null, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: stat_coupling_coordination,
        family: Statistics,
        syntax: ["stat_coupling_coordination(score, weight => 1)"],
        summary: "Coupling coordination degree: level and evenness of the development of the \
                  subsystems of a unit.",
        formula: "coupling C = n (Π u)^(1/n) / Σ u; development T = Σ w u / Σ w; coordination D = sqrt(C T)",
        parameters: &[SCORE, COEFFICIENT],
        returns: "STRUCT(coupling DOUBLE, development DOUBLE, coordination DOUBLE): coupling from \
                  0 (a score is 0) to 1 (all scores equal), development on the scale of the \
                  scores, coordination from 0 to 1 for scores of 0 to 1; NULL without scores.",
        notes: "One row per subsystem. Coupling is the geometric divided by the arithmetic mean: \
                the standard form, which lies between 0 and 1 for any number of subsystems. The \
                paper below also proposes a corrected form, which is not provided; it is lower, \
                considerably so if the subsystems differ, so state which one is published. Weights \
                affect development only. Coupling does not depend on the level: two low scores are \
                as coupled as two high ones. If all scores are 0, so are all three degrees.",
        errors: "A score that is NaN, infinite or negative (unless its weight is 0); a weight that \
                 is NaN, infinite or negative; DISTINCT.",
        example: "SELECT stat_coupling_coordination(score) FROM (VALUES (0.25), (0.25), (NULL)) AS t(score)",
        example_result: ["{coupling: 1.0, development: 0.25, coordination: 0.5}"],
        reference: "Wang, S., Kong, W., Ren, L., Zhi, D. and Dai, B. (2021), Research on misuses and \
                    modification of coupling coordination degree model in China, Journal of Natural \
                    Resources 36(3), 793-810.",
    };
}

const COEFFICIENT: Parameter = Parameter {
    meaning: "coefficient of the subsystem in T (alpha, beta, ...), rescaled to sum to 1; finite, \
              >= 0; subsystems of weight 0 are excluded from all three degrees",
    null: Null::Means("error if its score is not NULL"),
    ..WEIGHT
};

const SCORE: Parameter = Parameter {
    meaning: "score of a subsystem, normalised to 0..1; finite, >= 0",
    null: Null::Means("row is excluded"),
    ..parameters::SCORE
};

/// The three degrees.
#[derive(Debug)]
pub struct Coupling(Reader);

impl Method for Coupling {
    type State = WeightedValues;
    type Columns = Columns;

    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        Ok(Self(Reader::bind(&PAGE, constants)?))
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Columns> {
        self.0.columns(arguments)
    }

    #[inline]
    fn update(&self, state: &mut WeightedValues, columns: &Columns, row: usize) -> Result<()> {
        if let Row::There(score, weight) = self.0.read(columns, row)? {
            if let Err(domain) = check_amount(score) {
                return self.0.outside(domain, score);
            }
            state.update(score, weight);
        }
        Ok(())
    }

    fn result_type() -> DataType {
        DataType::Struct(fields())
    }

    fn finish(&self, states: &[WeightedValues]) -> Result<ArrayRef> {
        let degrees: Vec<_> =
            states.iter().map(|state| kernel::coupling(&state.sorted())).collect();
        if degrees.iter().flatten().any(|degree| !degree.coordination.is_finite()) {
            return exec_err!("{}: the result exceeds the range of DOUBLE", PAGE.name);
        }
        let column = |part: fn(&kernel::Coupling) -> f64| {
            let numbers = degrees.iter().map(|degree| degree.as_ref().map(part));
            Arc::new(numbers.collect::<Float64Array>()) as ArrayRef
        };
        let columns = vec![
            column(|degree| degree.coupling),
            column(|degree| degree.development),
            column(|degree| degree.coordination),
        ];
        let nulls: NullBuffer = degrees.iter().map(Option::is_some).collect();
        Ok(Arc::new(StructArray::try_new(fields(), columns, Some(nulls))?))
    }
}

fn fields() -> Fields {
    ["coupling", "development", "coordination"]
        .map(|name| Field::new(name, DataType::Float64, true))
        .into_iter()
        .collect()
}
