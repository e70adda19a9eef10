//! Clauses that the parser reads and the engine passes over: the answer would be another than the
//! one asked for, and nothing would say so. They are refused.

use datafusion::common::{Result, plan_err};
use datafusion::sql::sqlparser::ast::{
    ColumnOption, ForClause, GroupByExpr, GroupByWithModifier, LimitClause, Query, Select,
    SelectItem, Statement, TableFactor,
};

/// A clause, and what to write in its place.
type Clause = (&'static str, &'static str);

/// # Errors
/// When a clause of the statement would be passed over.
pub(super) fn in_statement(statement: &Statement) -> Result<()> {
    let limit = match statement {
        Statement::Delete(delete) => delete.limit.as_ref().map(|_| "DELETE ... LIMIT"),
        Statement::Update(update) => update.limit.as_ref().map(|_| "UPDATE ... LIMIT"),
        _ => None,
    };
    let is_generated = match statement {
        Statement::CreateTable(table) => {
            let mut options = table.columns.iter().flat_map(|column| &column.options);
            options.any(|option| matches!(option.option, ColumnOption::Generated { .. }))
        }
        _ => false,
    };
    refused([
        limit.map(|clause| (clause, "WHERE")),
        is_generated.then_some(("GENERATED ALWAYS", "CREATE TABLE ... AS SELECT")),
    ])
}

/// # Errors
/// When a clause of the query would be passed over.
pub(super) fn in_query(query: &Query) -> Result<()> {
    let is_limit_by = matches!(
        &query.limit_clause,
        Some(LimitClause::LimitOffset { limit_by, .. }) if !limit_by.is_empty()
    );
    let for_what = match query.for_clause {
        Some(ForClause::Json { .. }) => Some("FOR JSON"),
        Some(ForClause::Xml { .. }) => Some("FOR XML"),
        Some(ForClause::Browse) | None => None,
    };
    refused([
        is_limit_by
            .then_some(("LIMIT ... BY", "QUALIFY row_number() OVER (PARTITION BY ...) <= n")),
        for_what.map(|clause| (clause, "--format json")),
        query.settings.as_ref().map(|_| ("SETTINGS", "SET before the query")),
        query.format_clause.as_ref().map(|_| ("FORMAT", "--format")),
    ])
}

/// # Errors
/// When a clause of the SELECT would be passed over.
pub(super) fn in_select(select: &Select) -> Result<()> {
    let modifiers = match &select.group_by {
        GroupByExpr::All(modifiers) | GroupByExpr::Expressions(_, modifiers) => modifiers,
    };
    let modifier = modifiers.first().map(|modifier| match modifier {
        GroupByWithModifier::Rollup => ("GROUP BY ... WITH ROLLUP", "GROUP BY ROLLUP (...)"),
        GroupByWithModifier::Cube => ("GROUP BY ... WITH CUBE", "GROUP BY CUBE (...)"),
        GroupByWithModifier::Totals => ("GROUP BY ... WITH TOTALS", "GROUP BY ROLLUP (...)"),
        GroupByWithModifier::GroupingSets(_) => {
            ("GROUPING SETS after columns", "GROUP BY GROUPING SETS (...)")
        }
    });
    let is_ilike = select.projection.iter().any(|item| match item {
        SelectItem::Wildcard(options) | SelectItem::QualifiedWildcard(_, options) => {
            options.opt_ilike.is_some()
        }
        _ => false,
    });
    refused([
        is_ilike.then_some(("* ILIKE", "the names of the columns")),
        select.prewhere.as_ref().map(|_| ("PREWHERE", "WHERE")),
        (!select.connect_by.is_empty()).then_some(("CONNECT BY", "WITH RECURSIVE")),
        modifier,
    ])
}

/// # Errors
/// When a clause of the table would be passed over.
pub(super) fn in_table(table: &TableFactor) -> Result<()> {
    let is_sample = match table {
        TableFactor::Table { sample, .. } | TableFactor::Derived { sample, .. } => sample.is_some(),
        _ => false,
    };
    let sample = is_sample.then_some(("TABLESAMPLE", "WHERE random() < 0.1"));
    let TableFactor::Table { version, with_ordinality, partitions, json_path, .. } = table else {
        return refused([sample]);
    };
    refused([
        sample,
        version.as_ref().map(|_| ("AS OF", "WHERE on a column of time")),
        with_ordinality.then_some(("WITH ORDINALITY", "row_number() OVER ()")),
        (!partitions.is_empty()).then_some(("PARTITION", "WHERE on its column")),
        json_path.as_ref().map(|_| ("a path behind a table", "the field in SELECT")),
    ])
}

fn refused<const N: usize>(clauses: [Option<Clause>; N]) -> Result<()> {
    match clauses.into_iter().flatten().next() {
        Some((clause, instead)) => plan_err!("{clause} is not supported ({instead})"),
        None => Ok(()),
    }
}
