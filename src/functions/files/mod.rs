//! Reading files of others: the pages. What they say is done in `crate::read`.

pub mod read_table;

use crate::engine::registry::Registry;
use crate::page::Form;

/// Adds the pages.
pub fn register(registry: &mut Registry) {
    registry.pages.push((&read_table::PAGE, Form::Table));
}
