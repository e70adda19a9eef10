//! Scales that are learned from nothing but the values of a reference set.

use super::scales::{scale_type, scales};
use crate::arguments::check::number;
use crate::arguments::constants::Constants;
use crate::engine::aggregate::Method;
use crate::kernel::State;
use crate::page::Page;
use crate::types::doubles;
use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use std::fmt::Debug;
use std::marker::PhantomData;

/// A scale that is learned from nothing but the values of a reference set.
pub trait Learned: Debug + Send + Sync + Sized + 'static {
    type State: State;

    const PAGE: &'static Page;
    /// Names of the numbers of the scale.
    const NUMBERS: &'static [&'static str];
    /// What must be, where a number of the scale is beyond DOUBLE.
    const TOO_LARGE: &'static str;

    /// Takes in a finite value; `Err` says what must be and what was.
    fn update(state: &mut Self::State, x: f64) -> Result<(), String>;

    /// How many values were seen.
    fn n(state: &Self::State) -> f64;

    /// The numbers of the scale; none of no values.
    fn numbers(state: &Self::State) -> Option<Vec<Option<f64>>>;
}

/// The fit of a [`Learned`] scale.
#[derive(Debug)]
pub struct By<L>(PhantomData<fn() -> L>);

impl<L: Learned> Method for By<L> {
    type State = L::State;
    type Columns = Float64Array;

    const PAGE: &'static Page = L::PAGE;

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self(PhantomData))
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Float64Array> {
        doubles(&arguments[0])
    }

    #[inline]
    fn update(&self, state: &mut L::State, values: &Float64Array, row: usize) -> Result<()> {
        let name = L::PAGE.name;
        match number(name, "value", values, row)? {
            None => Ok(()),
            Some(x) => L::update(state, x).or_else(|message| exec_err!("{name}: {message}")),
        }
    }

    fn update_all(&self, state: &mut L::State, values: &Float64Array, rows: usize) -> Result<()> {
        for (row, &x) in values.values().iter().take(rows).enumerate() {
            let is_done = values.is_valid(row) && x.is_finite() && L::update(state, x).is_ok();
            if !is_done {
                self.update(state, values, row)?; // says what is wrong, if it is not just missing
            }
        }
        Ok(())
    }

    fn result_type() -> DataType {
        scale_type(L::NUMBERS)
    }

    fn finish(&self, states: &[L::State]) -> Result<ArrayRef> {
        let fits = states.iter().map(|state| {
            let numbers = L::numbers(state);
            if numbers.iter().flatten().flatten().any(|number| !number.is_finite()) {
                return exec_err!("{}: {}", L::PAGE.name, L::TOO_LARGE);
            }
            Ok(numbers.map(|numbers| (numbers, L::n(state))))
        });
        let fits: Result<Vec<_>> = fits.collect();
        Ok(scales(L::NUMBERS, fits?.into_iter()))
    }
}
