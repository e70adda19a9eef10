//! The one way from prices and quantities to a price index.

use super::parameters::{BASE_PRICE, BASE_QUANTITY, PRICE, QUANTITY};
use crate::arguments::check::number;
use crate::arguments::constants::Constants;
use crate::engine::aggregate::Method;
use crate::kernel::Prices;
use crate::page::{Page, Parameter};
use crate::types::doubles;
use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;

/// A price index with its page: what tells one from another.
pub trait Formula: Debug + Send + Sync + 'static {
    const PAGE: &'static Page;

    fn index(prices: &Prices) -> Option<f64>;
}

/// Prices and quantities of a batch into a price index.
#[derive(Debug)]
pub struct PriceIndex<F>(PhantomData<fn() -> F>);

impl<F: Formula> Method for PriceIndex<F> {
    type State = Prices;
    type Columns = [Float64Array; 4];

    const PAGE: &'static Page = F::PAGE;

    fn bind(_: &Constants) -> Result<Self> {
        Ok(Self(PhantomData))
    }

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Self::Columns> {
        let column = |i: usize| doubles(&arguments[i]);
        Ok([column(0)?, column(1)?, column(2)?, column(3)?])
    }

    #[inline]
    fn update(&self, state: &mut Prices, columns: &Self::Columns, row: usize) -> Result<()> {
        let name = F::PAGE.name;
        let [p0, q0, p1, q1] = columns;
        let of = |parameter: &Parameter, column| number(name, parameter.name, column, row);
        let now = of(&PRICE, p1)?.zip(of(&QUANTITY, q1)?);
        let base = of(&BASE_PRICE, p0)?.zip(of(&BASE_QUANTITY, q0)?);
        let Some((base, now)) = base.zip(now) else { return Ok(()) };
        for (parameter, price) in [(BASE_PRICE, base.0), (PRICE, now.0)] {
            if price <= 0.0 {
                return exec_err!("{name}: {} must be > 0, got {price}", parameter.name);
            }
        }
        for (parameter, quantity) in [(BASE_QUANTITY, base.1), (QUANTITY, now.1)] {
            if quantity < 0.0 {
                return exec_err!("{name}: {} must be >= 0, got {quantity}", parameter.name);
            }
        }
        state.update(base, now);
        Ok(())
    }

    fn result_type() -> DataType {
        DataType::Float64
    }

    fn finish(&self, states: &[Prices]) -> Result<ArrayRef> {
        let indices = states.iter().map(|state| match F::index(state) {
            // Prices are above 0, and so is an index of them.
            Some(index) if !index.is_normal() => exec_err!(
                "{}: the sum of prices times quantities exceeds the range of DOUBLE (state \
                 them in another unit)",
                F::PAGE.name
            ),
            index => Ok(index),
        });
        Ok(Arc::new(indices.collect::<Result<Float64Array>>()?))
    }
}
