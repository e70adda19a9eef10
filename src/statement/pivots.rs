//! The values of `PIVOT (... IN (ANY))` and `IN (SELECT ...)`, found from the data: the columns of a
//! plan must be known before it runs, so a query for the values runs before the statement is planned.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::arrow::array::{ArrayRef, AsArray, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err, plan_datafusion_err, plan_err};
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    Expr, ExprWithAlias, Ident, PivotValueSource, Query, SetExpr, Statement as SqlStatement,
    TableFactor, Value, VisitorMut, With,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::Tokenizer;
use futures::StreamExt;

use super::visit::visit;

/// Values that a column each is made for.
const MOST: usize = 1000;

/// Puts the values of each PIVOT in its place, the inner ones first. `asked` takes the plans of the
/// queries for them.
pub(super) async fn find_values(
    statement: &mut Statement,
    context: &SessionContext,
    asked: &mut Vec<LogicalPlan>,
) -> Result<()> {
    loop {
        let mut seeker = Seeker::default();
        let ControlFlow::Break(query) = visit(statement, &mut seeker) else { return Ok(()) };
        if is_prepare(statement) {
            return plan_err!(
                "PIVOT: IN (...) of a prepared statement must have the values, found ANY or a query"
            );
        }
        let values = values(*query?, context, asked).await?;
        let mut values = Some(values);
        let _ = visit(statement, &mut Filler { values: &mut values });
    }
}

fn is_prepare(statement: &Statement) -> bool {
    match statement {
        Statement::Statement(statement) => matches!(**statement, SqlStatement::Prepare { .. }),
        Statement::Explain(explain) => is_prepare(&explain.statement),
        _ => false,
    }
}

fn is_open(factor: &TableFactor) -> bool {
    matches!(
        factor,
        TableFactor::Pivot {
            value_source: PivotValueSource::Any(_) | PivotValueSource::Subquery(_),
            ..
        }
    )
}

/// Looks for the first PIVOT without values, and makes the query for them.
#[derive(Default)]
struct Seeker {
    scopes: Vec<Scope>,
}

/// What a WITH gives names to.
struct Scope {
    with: Option<With>,
    /// The queries of WITH by where they lie: one sees those before it.
    queries: Vec<usize>,
    /// How many are seen from where the visit is.
    seen: usize,
}

fn place(query: &Query) -> usize {
    std::ptr::from_ref(query).addr()
}

impl VisitorMut for Seeker {
    type Break = Result<Box<Query>>;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Self::Break> {
        if let Some(scope) = self.scopes.last_mut()
            && let Some(at) = scope.queries.iter().position(|known| *known == place(query))
        {
            scope.seen = at;
        }
        let with = query.with.clone();
        let tables = query.with.iter().flat_map(|with| &with.cte_tables);
        let queries: Vec<usize> = tables.map(|table| place(&table.query)).collect();
        let seen = queries.len();
        self.scopes.push(Scope { with, queries, seen });
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<Self::Break> {
        self.scopes.pop();
        if let Some(scope) = self.scopes.last_mut()
            && scope.queries.contains(&place(query))
        {
            scope.seen = scope.queries.len();
        }
        ControlFlow::Continue(())
    }

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<Self::Break> {
        if !is_open(factor) {
            return ControlFlow::Continue(());
        }
        let TableFactor::Pivot { table, value_column, value_source, .. } = factor else {
            return ControlFlow::Continue(());
        };
        let query = match value_source {
            PivotValueSource::Subquery(query) => Ok(query.clone()),
            PivotValueSource::Any(order) => {
                let order: Vec<_> = order.iter().map(ToString::to_string).collect();
                match value_column.as_slice() {
                    [of] => distinct(table, of, &order),
                    // Refused when it is planned, in the same words.
                    _ => plan_err!(
                        "PIVOT: FOR must have one column, found {} (a || '_' || b)",
                        value_column.len()
                    ),
                }
            }
            PivotValueSource::List(_) => return ControlFlow::Continue(()),
        };
        ControlFlow::Break(query.map(|query| self.within(query)))
    }
}

/// `SELECT of FROM table GROUP BY of ORDER BY ...`
fn distinct(table: &TableFactor, of: &Expr, order: &[String]) -> Result<Box<Query>> {
    const PLACE: &str = "__table";
    let order = match order {
        [] => "1 NULLS LAST".to_owned(),
        order => order.join(", "),
    };
    // The texts of expressions are read again; the table, whatever it is, is put in its place.
    let text = format!("SELECT {of} FROM {PLACE} GROUP BY {of} ORDER BY {order}");
    let wrong = |error: &dyn std::fmt::Display| {
        plan_datafusion_err!("PIVOT: IN (ANY ...) must have columns in ORDER BY, found {error}")
    };
    // Without locations: it is no text of the statement.
    let tokens = Tokenizer::new(&GenericDialect {}, &text).tokenize().map_err(|e| wrong(&e))?;
    let mut parser = Parser::new(&GenericDialect {}).with_tokens(tokens);
    let mut query = parser.parse_query().map_err(|error| wrong(&error))?;
    if let SetExpr::Select(select) = query.body.as_mut()
        && let [from] = select.from.as_mut_slice()
    {
        from.relation = table.clone();
    }
    Ok(query)
}

impl Seeker {
    /// A query with the names that are known where it stands.
    fn within(&self, query: Box<Query>) -> Box<Query> {
        self.scopes.iter().rev().fold(query, |mut query, scope| {
            let Some(with) = &scope.with else { return query };
            let mut with = with.clone();
            with.cte_tables.truncate(scope.seen);
            if with.cte_tables.is_empty() {
                return query;
            }
            if query.with.is_none() {
                query.with = Some(with);
                return query;
            }
            // Names of its own come before those around it.
            let own = query.with.take().map(|own| own.cte_tables).unwrap_or_default();
            with.cte_tables.retain(|table| !own.iter().any(|o| o.alias.name == table.alias.name));
            with.cte_tables.extend(own);
            query.with = Some(with);
            query
        })
    }
}

/// Puts the values in the place of the first PIVOT without them.
struct Filler<'a> {
    values: &'a mut Option<Vec<ExprWithAlias>>,
}

impl VisitorMut for Filler<'_> {
    type Break = ();

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if is_open(factor)
            && let TableFactor::Pivot { value_source, .. } = factor
            && let Some(values) = self.values.take()
        {
            *value_source = PivotValueSource::List(values);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

/// The values that a query gives, each called by its text, without those that it gives again.
async fn values(
    query: Query,
    context: &SessionContext,
    asked: &mut Vec<LogicalPlan>,
) -> Result<Vec<ExprWithAlias>> {
    let statement = Statement::Statement(Box::new(SqlStatement::Query(Box::new(query))));
    let plan = context.state().statement_to_plan(statement).await?;
    if plan.schema().fields().len() != 1 {
        return plan_err!(
            "PIVOT: the query of IN (...) must have one column, found {}",
            plan.schema().fields().len()
        );
    }
    asked.push(plan.clone());
    let mut rows = context.execute_logical_plan(plan).await?.execute_stream().await?;
    let (mut values, mut seen) = (Vec::new(), HashSet::new());
    while let Some(batch) = rows.next().await.transpose()? {
        let (of, texts) = texts(batch.column(0))?;
        for text in &texts {
            if seen.insert(text.map(str::to_owned)) {
                values.push(constant(text, &of)?);
            }
        }
        if values.len() > MOST {
            return exec_err!(
                "PIVOT: must have at most {MOST} values, found more (name them: IN ('a', 'b'))"
            );
        }
    }
    if values.is_empty() {
        return exec_err!("PIVOT: must have a value, found none in the data");
    }
    Ok(values)
}

/// The values of a column as text, and the type that they are of.
fn texts(column: &ArrayRef) -> Result<(DataType, StringArray)> {
    let of = match column.data_type() {
        DataType::Dictionary(_, values) => values.as_ref().clone(),
        of => of.clone(),
    };
    Ok((of, cast(column, &DataType::Utf8)?.as_string::<i32>().clone()))
}

/// A value as a constant of SQL, called by its text.
fn constant(text: Option<&str>, of: &DataType) -> Result<ExprWithAlias> {
    let value = |value: Value| Expr::Value(value.into());
    let quoted = |text: &str| value(Value::SingleQuotedString(text.to_owned()));
    let expr = match text {
        None => value(Value::Null),
        Some(text) if of.is_string() => quoted(text),
        Some(text) if *of == DataType::Boolean => value(Value::Boolean(text == "true")),
        Some(text) if of.is_integer() && !text.starts_with('-') => {
            value(Value::Number(text.to_owned(), false))
        }
        // Whatever it is, in its own type.
        Some(text) => {
            let call = format!("arrow_cast({}, {})", quoted(text), quoted(&of.to_string()));
            let parser = Parser::new(&GenericDialect {}).try_with_sql(&call);
            parser.and_then(|mut parser| parser.parse_expr()).map_err(|error| {
                plan_datafusion_err!("PIVOT: a value must be a constant, got {text}: {error}")
            })?
        }
    };
    let name = Ident::with_quote('"', text.unwrap_or("NULL"));
    Ok(ExprWithAlias { expr, alias: Some(name) })
}
