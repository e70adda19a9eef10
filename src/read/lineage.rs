//! What a table of the engine is read from, found from the table.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::datasource::listing::ListingTable;

use super::kept::Kept;
use super::origin::Origin;
use super::source::Source;
use super::table::TextTable;

/// What a table is read from; nothing where its rows are in memory.
pub fn origins(table: &Arc<dyn TableProvider>) -> Vec<Origin> {
    if let Some(table) = table.downcast_ref::<ListingTable>() {
        let ending = &table.options().file_extension;
        let sources = table.table_paths().iter().map(|url| Source::listed(url, ending));
        return sources.map(Box::new).map(Origin::Files).collect();
    }
    if let Some(table) = table.downcast_ref::<TextTable>() {
        return table.origins().to_vec();
    }
    match table.downcast_ref::<Kept>() {
        Some(table) => vec![Origin::Files(Box::new(table.origin().clone()))],
        None => Vec::new(),
    }
}
