//! Index numbers: growth, chains, rebasing, splicing, price and quantity indices.

pub mod chain;
pub mod fisher;
pub mod growth;
pub mod laspeyres;
pub mod paasche;
pub mod rebase;
pub mod splice;
pub mod tornqvist;

use std::marker::PhantomData;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};

use super::engine::Registry;
use super::engine::aggregate::Method;
use super::engine::arguments::doubles;
use super::engine::constants::Constants;
use super::page::{DefaultValue, Kind, Null, Page, Parameter, Role};
use super::series::number;
use crate::kernel::{Growth, Prices};

/// Every function of this step.
pub(super) fn register(registry: &mut Registry) {
    registry.whole::<growth::GrowthOf>();
    registry.whole::<chain::Chain>();
    registry.whole::<rebase::Rebase>();
    registry.whole::<splice::Splice>();
    registry.aggregate::<PriceIndex<laspeyres::Laspeyres>>();
    registry.aggregate::<PriceIndex<paasche::Paasche>>();
    registry.aggregate::<PriceIndex<fisher::Fisher>>();
    registry.aggregate::<PriceIndex<tornqvist::Tornqvist>>();
}

const FORM: Parameter = Parameter {
    name: "form",
    role: Role::Setting,
    kind: Kind::Choice(&["simple", "symmetric"]),
    meaning: "percent of the earlier value, or of the mean of both",
    null: Null::Error,
    default: DefaultValue::Word("simple"),
};

/// Growth in the order of the words of [`FORM`].
const FORMS: [Growth; 2] = [Growth::Simple, Growth::Symmetric];

const BASE_PRICE: Parameter = Parameter {
    name: "base_price",
    role: Role::Value,
    kind: Kind::Number,
    meaning: "price of the item in the base period; finite, > 0",
    null: Null::Means("item is excluded"),
    default: DefaultValue::Required,
};

const BASE_QUANTITY: Parameter = Parameter {
    name: "base_quantity",
    meaning: "quantity of the item in the base period; finite, >= 0",
    ..BASE_PRICE
};

const PRICE: Parameter =
    Parameter { name: "price", meaning: "current price of the item; finite, > 0", ..BASE_PRICE };

const QUANTITY: Parameter = Parameter {
    name: "quantity",
    meaning: "current quantity of the item; finite, >= 0",
    ..BASE_PRICE
};

/// A price index with its page: what tells one from another.
pub(super) trait Formula: Send + Sync + 'static {
    const PAGE: &'static Page;

    fn index(prices: &Prices) -> Option<f64>;
}

/// Prices and quantities of a batch into a price index.
pub(super) struct PriceIndex<F>(PhantomData<F>);

impl<F: Formula> std::fmt::Debug for PriceIndex<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(F::PAGE.name)
    }
}

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
