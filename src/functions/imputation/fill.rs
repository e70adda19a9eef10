//! The way from what is observed to what is filled in.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::ops::Range;

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::common::{Result, exec_err};

use crate::arguments::check::number;
use crate::arguments::constants::Constants;
use crate::engine::partition::{Imputed, PartitionMethod};
use crate::page::Page;
use crate::types::doubles;

pub fn observed(x: f64) -> Imputed {
    Imputed { value: Some(x), imputed: false }
}

pub fn imputed(x: Option<f64>) -> Imputed {
    Imputed { value: x, imputed: x.is_some() }
}

/// An imputation by one number for a partition, made of its observed values.
pub trait Filling: Debug + 'static {
    const PAGE: &'static Page;
    /// What is wrong where that number is beyond DOUBLE.
    const TOO_LARGE: &'static str;

    fn filling(observed: &[f64]) -> Option<f64>;
}

/// The imputation of a [`Filling`].
#[derive(Debug)]
pub struct By<F>(PhantomData<fn() -> F>);

impl<F: Filling> PartitionMethod for By<F> {
    type Columns = Float64Array;
    type Cell = Imputed;

    const PAGE: &'static Page = F::PAGE;

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self(PhantomData))
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Float64Array> {
        doubles(&arguments[0])
    }

    fn evaluate(
        &self,
        values: &Float64Array,
        rows: Range<usize>,
        cells: &mut [Imputed],
    ) -> Result<()> {
        let mut there = Vec::new();
        for (row, cell) in rows.zip(cells.iter_mut()) {
            if let Some(x) = number(F::PAGE.name, "value", values, row)? {
                *cell = observed(x);
                there.push(x);
            }
        }
        let filling = F::filling(&there);
        if filling.is_some_and(|filling| !filling.is_finite()) {
            return exec_err!("{}: {}", F::PAGE.name, F::TOO_LARGE);
        }
        for cell in cells.iter_mut().filter(|cell| cell.value.is_none()) {
            *cell = imputed(filling);
        }
        Ok(())
    }
}
