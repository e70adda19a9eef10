//! The tables that a statement names, and what it does to the session.

use datafusion::common::{Result, TableReference};
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::Statement;
use datafusion::sql::planner::object_name_to_table_reference;
use datafusion::sql::sqlparser::ast::{
    ObjectName, SetExpr, Statement as SqlStatement, TableObject,
};

use super::parse::Parsed;
use super::rewrite::rewrite;

/// What a statement does to the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing: it reads.
    None,
    /// It makes, changes or drops these tables.
    Tables(Vec<TableReference>),
    /// It makes this view, which shows what its tables hold whenever it is read.
    View(TableReference),
    /// It may change how every later statement runs.
    All,
    /// It writes files, which later statements may read.
    Files,
}

/// The tables that a statement names, also as arguments, and what it does to the session.
///
/// # Errors
/// What is wrong with the statement.
pub(crate) fn tables(
    context: &SessionContext,
    parsed: Parsed,
) -> Result<(Vec<TableReference>, Effect)> {
    let mut statement = parsed.statement;
    let state = context.state();
    rewrite(&mut statement, &state, None)?;
    let named = state.resolve_table_references(&statement)?;
    Ok((named, effect(&statement)?))
}

fn effect(statement: &Statement) -> Result<Effect> {
    let names: Vec<ObjectName> = match statement {
        Statement::Explain(_) => return Ok(Effect::None),
        Statement::CreateExternalTable(create) => vec![create.name.clone()],
        Statement::Statement(statement) => match statement.as_ref() {
            SqlStatement::Query(query) => {
                let is_into = matches!(
                    query.body.as_ref(), SetExpr::Select(select) if select.into.is_some()
                );
                return Ok(if is_into { Effect::All } else { Effect::None });
            }
            SqlStatement::Explain { .. }
            | SqlStatement::ExplainTable { .. }
            | SqlStatement::ShowTables { .. }
            | SqlStatement::ShowColumns { .. }
            | SqlStatement::ShowVariable { .. } => return Ok(Effect::None),
            SqlStatement::CreateTable(create) => vec![create.name.clone()],
            SqlStatement::CreateView(create) => {
                let name = object_name_to_table_reference(create.name.clone(), true)?;
                return Ok(Effect::View(name));
            }
            SqlStatement::Drop { names, .. } => names.clone(),
            SqlStatement::Insert(insert) => match &insert.table {
                TableObject::TableName(name) => vec![name.clone()],
                _ => return Ok(Effect::All),
            },
            _ => return Ok(Effect::All),
        },
        Statement::CopyTo(_) => return Ok(Effect::Files),
        _ => return Ok(Effect::All),
    };
    let names = names.into_iter().map(|name| object_name_to_table_reference(name, true));
    Ok(Effect::Tables(names.collect::<Result<_>>()?))
}
