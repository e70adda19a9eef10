//! A table as it was asked for: read, lengthened, renamed.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::catalog::default_table_source::provider_as_source;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{Column, Result, plan_err};
use datafusion::datasource::ViewTable;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, cast, lit, when};

use super::columns::check_new_names;
use super::options::{Format, Options};
use super::source::{Opened, Source};

/// The table of a file in its plan.
const FILE: &str = "file";

/// Opens files.
///
/// # Errors
/// When there are none, or they cannot be read as the options say.
pub async fn open(session: &dyn Session, names: &[String], options: &Options) -> Result<Opened> {
    let [name] = names else {
        return plan_err!("one file must be named, found {}", names.len());
    };
    let Some(source) = Source::named(name, options)? else {
        return plan_err!("{name}: must be a file that can be read, found none");
    };
    let opened = source.open_as(session, options).await?;
    let is_text = matches!(source.format(), Format::Text(_) | Format::Sheet);
    let table = reshape(opened.table, options, is_text, name)?;
    Ok(Opened { table, notes: opened.notes })
}

/// The table with what is missing, the types and the names that were asked for.
fn reshape(
    table: Arc<dyn TableProvider>,
    options: &Options,
    is_text: bool,
    shown: &str,
) -> Result<Arc<dyn TableProvider>> {
    let schema = table.schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    check_new_names(&names, options, shown)?;
    let is_asked = !options.rename.is_empty()
        || (!is_text && (!options.types.is_empty() || !options.missing.words().is_empty()));
    if !is_asked {
        return Ok(table);
    }
    let columns = schema.fields().iter().map(|field| {
        let column = Expr::Column(Column::new(Some(FILE), field.name()));
        let mut value = column;
        if !is_text {
            value = without_missing(value, field.data_type(), options)?;
            if let Some(wanted) = options.type_of(field.name())
                && wanted != *field.data_type()
            {
                value = cast(value, wanted);
            }
        }
        Ok(value.alias(options.new_name(field.name())))
    });
    let columns = columns.collect::<Result<Vec<_>>>()?;
    let plan = LogicalPlanBuilder::scan(FILE, provider_as_source(table), None)?;
    Ok(Arc::new(ViewTable::new(plan.project(columns)?.build()?, None)))
}

/// A column with what means a missing value as NULL; text files have seen to their own.
fn without_missing(value: Expr, data_type: &DataType, options: &Options) -> Result<Expr> {
    let missing = &options.missing;
    let literals: Vec<Expr> = if data_type.is_numeric() {
        let numbers = missing.numbers().iter().map(|number| lit(*number));
        let words = missing.words().iter();
        let not_finite = words.filter(|word| super::looks::is_not_finite(word));
        let not_finite = not_finite.filter_map(|word| word.parse::<f64>().ok()).map(lit);
        numbers.chain(not_finite.filter(|_| data_type.is_floating())).collect()
    } else if data_type.is_string() {
        missing.words().iter().map(|word| lit(word.as_str())).collect()
    } else {
        Vec::new()
    };
    if literals.is_empty() {
        return Ok(value);
    }
    when(value.clone().in_list(literals, true), value).end()
}
