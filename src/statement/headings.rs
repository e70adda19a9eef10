//! What a column without a name of its own is headed by: the text it was asked for with.
//!
//! The engine heads it by the expression as it understood it, and leaves out the parentheses:
//! `100*(1-v/2)` becomes `Int64(100) * Int64(1) - t.v / Int64(2)`, another formula. Here the text
//! of each such column is cut from the tokens and put on the finished plan, on top: nothing inside
//! of the query is named otherwise than the engine names it.
//!
//! Where a wildcard brings an unknown number of columns, also out of queries inside, a copy of the
//! query is planned with marks for names: the marks that come out say which text stands where.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::Schema;
use datafusion::common::Column;
use datafusion::execution::SessionState;
use datafusion::logical_expr::{
    DdlStatement, Expr, LogicalPlan, Projection, Statement as StatementPlan,
};
use datafusion::sql::parser::{CopyToSource, Statement};
use datafusion::sql::sqlparser::ast::{
    CreateTable, CreateView, DescribeAlias, Expr as SqlExpr, Function, Ident, Query, Select,
    SelectFlavor, SelectItem, SetExpr, SetQuantifier, Statement as SqlStatement, TableFactor,
};
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan};

use super::grammar::Grammar;
use super::tokens::{Placed, is_space};

/// The columns of the outermost query of a statement, and of those whose columns it may hand on.
#[derive(Debug, Default)]
pub(super) struct Headings {
    /// By the place of the word SELECT; the outermost first.
    selects: Vec<(Location, Vec<Item>)>,
}

/// A column of a query, or several.
#[derive(Debug)]
enum Item {
    /// A column by its name, or with a name given to it.
    Named,
    /// `t.v`: a column `v`, or a field of a column that is a STRUCT.
    Field { name: String, text: String },
    /// Anything else.
    Text(String),
    /// One column of a LIST, or as many as a STRUCT has.
    Unnested(String),
    /// As many as there are.
    Wildcard,
}

/// What a mark begins with.
const MARK: &str = "__heading_";

impl Headings {
    /// Cuts them from the tokens: those the parser was given, and those of the text.
    pub(super) fn read(
        statement: &Statement,
        tokens: &[TokenWithSpan],
        written: &[Placed],
        whole: &str,
        grammar: Grammar,
    ) -> Self {
        let mut headings = Self::default();
        let Some(mut query) = query(statement).cloned() else { return headings };
        let mut is_outermost = true;
        each_select(&mut query, &mut |select| {
            let start = select.select_token.0.span.start;
            let items = items(select, tokens, written, whole, grammar);
            // Of a query inside, what cannot be read stays as it is.
            if items.is_some() || is_outermost {
                headings.selects.push((start, items.unwrap_or_default()));
            }
            is_outermost = false;
        });
        headings
    }

    fn outermost(&self) -> &[Item] {
        self.selects.first().map_or(&[], |(_, items)| items)
    }

    /// Whether the plan must be made twice to know which column is which: [`Headings::put_on`]
    /// asks for the query then.
    pub(super) fn query(&self, statement: &Statement) -> Option<Query> {
        let outermost = self.outermost();
        let is_many = |item: &Item| matches!(item, Item::Wildcard | Item::Unnested(_));
        let is_text = |item: &Item| matches!(item, Item::Text(_));
        let is_any = self.selects.iter().flat_map(|(_, items)| items).any(is_text);
        match outermost.iter().any(is_many) && is_any {
            true => query(statement).cloned(),
            false => None,
        }
    }

    /// Puts them on the plan of the statement.
    pub(super) async fn put_on(
        &self,
        plan: LogicalPlan,
        query: Option<Query>,
        state: &SessionState,
    ) -> LogicalPlan {
        let names = names(output(&plan));
        let outermost = self.outermost();
        let has_wildcard = outermost.iter().any(|item| matches!(item, Item::Wildcard));
        let mut texts = if outermost.len() == names.len() && !has_wildcard {
            let both = outermost.iter().zip(&names);
            both.map(|(item, name)| item.text(name)).collect()
        } else {
            self.marked(&names, query, state).await
        };
        if texts.iter().all(Option::is_none) {
            return plan;
        }
        // A heading that another column has as well would make both hard to tell apart.
        let mut uses: HashMap<String, usize> = HashMap::new();
        for name in names.iter().chain(texts.iter().flatten()) {
            *uses.entry(name.clone()).or_default() += 1;
        }
        for (text, name) in texts.iter_mut().zip(&names) {
            let Some(uses) = text.as_ref().and_then(|text| uses.get_mut(text)) else { continue };
            let own = 1 + usize::from(text.as_ref() == Some(name));
            if *uses > own {
                *uses -= 1;
                *text = None;
            }
        }
        if texts.iter().all(Option::is_none) { plan } else { renamed(plan, texts) }
    }

    /// The texts by the marks that come out of a copy of the query.
    async fn marked(
        &self,
        names: &[String],
        query: Option<Query>,
        state: &SessionState,
    ) -> Vec<Option<String>> {
        // Marks inside are in the way of who asks for a column by the engine's own name.
        for selects in [self.selects.len(), 1] {
            let Some(mut copy) = query.clone() else { break };
            let marks = self.mark(&mut copy, selects);
            let copy = Statement::Statement(Box::new(SqlStatement::Query(Box::new(copy))));
            let Ok(plan) = state.statement_to_plan(copy).await else { continue };
            let found = self::names(&plan);
            let texts: Vec<_> = found
                .iter()
                .map(|name| {
                    let mark = name.strip_prefix(MARK).and_then(|mark| mark.parse::<usize>().ok());
                    mark.and_then(|mark| marks.get(mark)).cloned()
                })
                .collect();
            let is_same = found.len() == names.len()
                && texts
                    .iter()
                    .zip(&found)
                    .zip(names)
                    .all(|((text, found), name)| text.is_some() || found == name);
            if is_same {
                return texts;
            }
        }
        Vec::new()
    }

    /// Gives marks for names, in so many of the queries. Returns what each stands for.
    fn mark(&self, query: &mut Query, selects: usize) -> Vec<String> {
        let mut marks = Vec::new();
        let known = &self.selects[..selects.min(self.selects.len())];
        each_select(query, &mut |select| {
            let start = select.select_token.0.span.start;
            let Some((_, items)) = known.iter().find(|(at, _)| *at == start) else { return };
            for (item, column) in items.iter().zip(&mut select.projection) {
                if let (Item::Text(text), SelectItem::UnnamedExpr(expr)) = (item, &column) {
                    let alias = Ident::with_quote('"', format!("{MARK}{}", marks.len()));
                    marks.push(text.clone());
                    *column = SelectItem::ExprWithAlias { expr: expr.clone(), alias };
                }
            }
        });
        marks
    }
}

impl Item {
    /// The heading, if it is not the name the engine gives.
    fn text(&self, name: &str) -> Option<String> {
        match self {
            Self::Named | Self::Wildcard => None,
            Self::Field { name: field, .. } if field.eq_ignore_ascii_case(name) => None,
            Self::Field { text, .. } | Self::Text(text) | Self::Unnested(text) => {
                (text != name).then(|| text.clone())
            }
        }
    }
}

/// The query whose columns a statement shows or keeps under their own names.
fn query(statement: &Statement) -> Option<&Query> {
    match statement {
        Statement::Statement(statement) => match statement.as_ref() {
            SqlStatement::Query(query) => Some(query),
            SqlStatement::CreateTable(CreateTable { query, columns, .. }) if columns.is_empty() => {
                query.as_deref()
            }
            SqlStatement::CreateView(CreateView { query, columns, .. }) if columns.is_empty() => {
                Some(query)
            }
            SqlStatement::Prepare { statement, .. }
            | SqlStatement::Explain {
                statement,
                describe_alias: DescribeAlias::Describe | DescribeAlias::Desc,
                ..
            } => match statement.as_ref() {
                SqlStatement::Query(query) => Some(query),
                _ => None,
            },
            _ => None,
        },
        Statement::CopyTo(copy) => match &copy.source {
            CopyToSource::Query(query) => Some(query),
            CopyToSource::Relation(_) => None,
        },
        _ => None,
    }
}

/// Visits the SELECT that names the columns of a query, and those inside of it whose columns it may
/// hand on.
fn each_select(query: &mut Query, visit: &mut dyn FnMut(&mut Select)) {
    if !query.pipe_operators.is_empty() {
        return; // the columns are those of the last step
    }
    each_select_of(&mut query.body, visit);
    for table in query.with.iter_mut().flat_map(|with| &mut with.cte_tables) {
        each_select(&mut table.query, visit);
    }
}

fn each_select_of(body: &mut SetExpr, visit: &mut dyn FnMut(&mut Select)) {
    match body {
        SetExpr::Select(select) => {
            visit(select);
            for from in &mut select.from {
                each_select_in(&mut from.relation, visit);
                from.joins.iter_mut().for_each(|join| each_select_in(&mut join.relation, visit));
            }
        }
        SetExpr::Query(query) => each_select(query, visit),
        // The first branch names the columns.
        SetExpr::SetOperation { left, set_quantifier, .. } => match set_quantifier {
            SetQuantifier::ByName | SetQuantifier::AllByName | SetQuantifier::DistinctByName => {}
            _ => each_select_of(left, visit),
        },
        _ => {}
    }
}

fn each_select_in(table: &mut TableFactor, visit: &mut dyn FnMut(&mut Select)) {
    match table {
        TableFactor::Derived { subquery, .. } => each_select(subquery, visit),
        TableFactor::Pivot { table, .. } | TableFactor::Unpivot { table, .. } => {
            each_select_in(table, visit);
        }
        TableFactor::NestedJoin { table_with_joins, .. } => {
            each_select_in(&mut table_with_joins.relation, visit);
            let joins = table_with_joins.joins.iter_mut();
            joins.for_each(|join| each_select_in(&mut join.relation, visit));
        }
        _ => {}
    }
}

/// The columns of a SELECT. None: they cannot be told from its tokens.
fn items(
    select: &Select,
    tokens: &[TokenWithSpan],
    written: &[Placed],
    whole: &str,
    grammar: Grammar,
) -> Option<Vec<Item>> {
    if select.flavor == SelectFlavor::FromFirstNoSelect {
        return Some(vec![Item::Wildcard]);
    }
    let start = select.select_token.0.span.start;
    let at = tokens.iter().position(|token| token.span.start == start)?;
    let dialect = grammar.dialect();
    let mut parser = Parser::new(dialect.as_ref())
        .with_recursion_limit(grammar.recursion_limit)
        .with_tokens_with_locations(tokens[at + 1..].to_vec());
    parser.parse_all_or_distinct().ok()?;
    let mut items = Vec::new();
    for (i, item) in select.projection.iter().enumerate() {
        if i > 0 && !parser.consume_token(&Token::Comma) {
            return None;
        }
        let start = parser.peek_token().span.start;
        if parser.parse_select_item().ok()? != *item {
            return None; // something stands before the columns that is not known here
        }
        let next = parser.peek_token();
        let end = (next.token != Token::EOF).then_some(next.span.start);
        let text = || text(written, whole, start, end);
        items.push(match item {
            SelectItem::UnnamedExpr(expr) => match bare(expr) {
                SqlExpr::Identifier(_) => Item::Named,
                SqlExpr::CompoundIdentifier(parts) => match parts.last() {
                    Some(last) => Item::Field { name: last.value.clone(), text: text() },
                    None => Item::Named,
                },
                SqlExpr::Function(function) if unnests(function) => Item::Unnested(text()),
                _ => Item::Text(text()),
            },
            SelectItem::ExprWithAlias { .. } => Item::Named,
            SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..) => Item::Wildcard,
            SelectItem::ExprWithAliases { .. } => return None,
        });
    }
    Some(items)
}

/// Without parentheses around it.
fn bare(expr: &SqlExpr) -> &SqlExpr {
    match expr {
        SqlExpr::Nested(inner) => bare(inner),
        expr => expr,
    }
}

fn unnests(function: &Function) -> bool {
    let name = function.name.to_string();
    name.eq_ignore_ascii_case("unnest") || name.eq_ignore_ascii_case("unnest_outer")
}

/// The text from one place to another, white space folded into single blanks, comments left out.
fn text(written: &[Placed], whole: &str, start: Location, end: Option<Location>) -> String {
    let mut text = String::new();
    let mut is_apart = false;
    let from = written.partition_point(|placed| placed.token.span.start < start);
    for Placed { token, bytes } in &written[from..] {
        if end.is_some_and(|end| token.span.start >= end) {
            break;
        }
        if is_space(&token.token) {
            is_apart = true;
            continue;
        }
        if std::mem::take(&mut is_apart) && !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&whole[bytes.clone()]);
    }
    text
}

/// The plan whose columns are shown or kept.
fn output(plan: &LogicalPlan) -> &LogicalPlan {
    match plan {
        LogicalPlan::Ddl(DdlStatement::CreateMemoryTable(create)) => &create.input,
        LogicalPlan::Ddl(DdlStatement::CreateView(create)) => &create.input,
        LogicalPlan::Copy(copy) => &copy.input,
        LogicalPlan::Statement(StatementPlan::Prepare(prepare)) => &prepare.input,
        plan => plan,
    }
}

fn names(plan: &LogicalPlan) -> Vec<String> {
    let fields = match plan {
        LogicalPlan::DescribeTable(table) => table.schema.fields(),
        plan => plan.schema().fields(),
    };
    fields.iter().map(|field| field.name().clone()).collect()
}

fn renamed(mut plan: LogicalPlan, mut texts: Vec<Option<String>>) -> LogicalPlan {
    match &mut plan {
        LogicalPlan::Ddl(DdlStatement::CreateMemoryTable(create)) => {
            create.input = Arc::new(headed(Arc::clone(&create.input), texts));
        }
        LogicalPlan::Ddl(DdlStatement::CreateView(create)) => {
            create.input = Arc::new(headed(Arc::clone(&create.input), texts));
        }
        LogicalPlan::Copy(copy) => {
            for (text, name) in texts.iter_mut().zip(names(&copy.input)) {
                if copy.partition_by.contains(&name) {
                    *text = None; // asked for by this name
                }
            }
            copy.input = Arc::new(headed(Arc::clone(&copy.input), texts));
        }
        LogicalPlan::Statement(StatementPlan::Prepare(prepare)) => {
            prepare.input = Arc::new(headed(Arc::clone(&prepare.input), texts));
        }
        LogicalPlan::DescribeTable(table) => {
            let fields = table.schema.fields().iter().zip(texts).map(|(field, text)| match text {
                Some(text) => Arc::new(field.as_ref().clone().with_name(text)),
                None => Arc::clone(field),
            });
            table.schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        }
        _ => return headed(Arc::new(plan), texts),
    }
    plan
}

fn headed(plan: Arc<LogicalPlan>, texts: Vec<Option<String>>) -> LogicalPlan {
    let columns = plan.schema().iter().map(|field| Expr::Column(Column::from(field)));
    let columns = columns.zip(texts).map(|(column, text)| match text {
        Some(text) => column.alias(text),
        None => column,
    });
    match Projection::try_new(columns.collect(), Arc::clone(&plan)) {
        Ok(projection) => LogicalPlan::Projection(projection),
        Err(_) => Arc::unwrap_or_clone(plan),
    }
}
