//! One call of a table function, bound: what its node and its operator have in common.

use std::fmt::{self, Debug};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::Result;

use crate::functions::table::arguments::Arguments;
use crate::functions::table::function::{Bind, ColumnType, TableFunction, schema};
use crate::functions::table::parameters::GROUPS;
use crate::index::panel::GroupUse;
use crate::types::plain;

/// A function with its constants.
pub struct IndexCall {
    pub arguments: Arguments,
    pub function: Arc<dyn TableFunction>,
    /// Whether the panel has a column of periods.
    pub has_period: bool,
}

impl IndexCall {
    pub fn new(bind: Bind, arguments: Arguments, has_period: bool) -> Result<Self> {
        let function = bind(&arguments)?;
        Ok(Self { arguments, function, has_period })
    }

    /// Name of the function.
    pub fn name(&self) -> &'static str {
        self.arguments.page.name
    }

    /// The columns of groups that the panel has, its last: the arguments that name them, and what they
    /// are for.
    pub fn groups(&self) -> Vec<(&'static str, GroupUse)> {
        let constants = &self.arguments.constants;
        let is_given =
            |(name, _): &(&str, GroupUse)| constants.text(name).is_ok_and(|given| given.is_some());
        GROUPS.iter().map(|(parameter, of)| (parameter.name, *of)).filter(is_given).collect()
    }

    /// The columns of the result, given those of the panel.
    pub fn schema(&self, panel: &[&DataType]) -> SchemaRef {
        let unit = plain(panel[0]).clone();
        let period = if self.has_period { plain(panel[1]).clone() } else { DataType::Int64 };
        schema(self.function.spec().columns, &unit, &period)
    }

    /// What a filter on nodes sees.
    pub fn nodes_schema(&self) -> SchemaRef {
        nodes_schema(self.function.spec().node_column.unwrap_or("code"))
    }

    /// What tells one call from another.
    fn identity(&self) -> (&'static str, String, &[&'static str], bool) {
        let Arguments { constants, tables, .. } = &self.arguments;
        let constants = format!("{:?}", constants.given().collect::<Vec<_>>());
        (self.name(), constants, tables, self.has_period)
    }
}

impl Debug for IndexCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl PartialEq for IndexCall {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for IndexCall {}

impl Hash for IndexCall {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

/// Columns that the framework alone decides, beside the code of the node.
pub const OF_FRAMEWORK: [&str; 2] = ["parent", "level"];

/// What a filter on periods sees: of the columns of a result, that of the periods.
pub fn periods_schema(columns: &SchemaRef) -> Result<SchemaRef> {
    Ok(Arc::new(columns.project(&[columns.index_of("period")?])?))
}

/// What a filter on nodes sees.
pub fn nodes_schema(code: &'static str) -> SchemaRef {
    let [parent, level] = OF_FRAMEWORK;
    let columns = [
        (code, ColumnType::Text, false),
        (parent, ColumnType::Text, true),
        (level, ColumnType::Integer, false),
    ];
    schema(&columns, &DataType::Null, &DataType::Null)
}
