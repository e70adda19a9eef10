//! The bridge between a transformation and the index: a scalar function of a value, which rises or falls
//! throughout.

use std::fmt::{self, Debug};
use std::sync::Arc;

use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::normalise::{self, Normalisation};
use crate::arguments::constants::Constants;
use crate::page::Page;

/// A transformation, called in SQL by the name of its page.
pub trait Transform: Normalisation {
    /// Whether larger values become smaller.
    fn is_decreasing(_: &Constants) -> Result<bool> {
        Ok(false)
    }
}

/// A transformation as the registry holds it.
#[derive(Clone)]
pub struct Transformer {
    pub page: &'static Page,
    pub scalar: Arc<ScalarUDF>,
    pub is_decreasing: fn(&Constants) -> Result<bool>,
}

impl Debug for Transformer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.page.name)
    }
}

impl Transformer {
    pub fn of<T: Transform>() -> Self {
        let scalar = normalise::scalar::<T>();
        Self { page: T::PAGE, scalar: Arc::new(scalar), is_decreasing: T::is_decreasing }
    }
}
