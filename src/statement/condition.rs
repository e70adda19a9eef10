//! What must be true of a result: a condition of SQL over its columns, `rows` and the table `result`.

use std::ops::ControlFlow;

use datafusion::common::{Result, plan_err};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, GroupByExpr, SelectItem, SetExpr, Statement as SqlStatement, Value,
    VisitMut, VisitorMut,
};

use super::grammar::Grammar;
use super::parse::Parsed;
use super::script::split;
use super::visit::visit;

/// The name of the number of rows in a condition.
const ROWS: &str = "rows";

/// What stands in a query for the condition, and for what it compares.
const CONDITION: &str = "__condition__";
const COMPARED: &str = "__compared__";

/// The column that says whether the condition holds.
const HOLDS: &str = "__holds__";

/// A condition without an AND of its own.
#[derive(Debug, Clone)]
pub(crate) struct Condition(Expr);

/// A query about a condition. All but the first give rows only where it is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Probe {
    /// Whether it holds, for each row or for all.
    All,
    /// What it compares, of a condition without columns.
    Once,
    /// What it compares, of a condition on all rows together.
    Over,
    /// The rows that break it.
    Breaking,
    /// The same of a condition that looks at other rows, and whether it holds after their columns.
    Windowed,
}

impl Condition {
    /// Reads a condition; those that AND connects are told one by one.
    ///
    /// # Errors
    /// What the parser says; a text that is more than a condition.
    pub fn read(text: &str, grammar: Grammar) -> Result<Vec<Self>> {
        let mut conditions = Vec::new();
        take_apart(expression(text, grammar)?, &mut conditions);
        Ok(conditions)
    }

    /// What it compares, where it does.
    pub fn compared(&self) -> Option<String> {
        compared(&self.0).map(ToString::to_string)
    }

    /// A query that checks it on a table. `rows` is a number where it is no column of the table.
    ///
    /// # Errors
    /// A name of a table that cannot be read.
    pub fn query(&self, probe: Probe, table: &str, rows: Option<usize>) -> Result<Parsed> {
        let result = format!("WITH result AS (SELECT * FROM {table}) ");
        let (holds, found) = (format!("'{CONDITION}'"), format!("'{COMPARED}' AS found"));
        let inside = |columns: &str| {
            format!("FROM (SELECT {columns} FROM result) AS checked WHERE {HOLDS} IS NOT TRUE")
        };
        let text = result
            + &match probe {
                Probe::All => format!("SELECT {holds} AS {HOLDS} FROM result"),
                Probe::Once => {
                    format!("SELECT {found} FROM (SELECT 1) AS checked WHERE {holds} IS NOT TRUE")
                }
                Probe::Over => {
                    format!("SELECT found {}", inside(&format!("{found}, {holds} AS {HOLDS}")))
                }
                Probe::Breaking => format!("SELECT * FROM result WHERE {holds} IS NOT TRUE"),
                Probe::Windowed => {
                    format!("SELECT * {}", inside(&format!("*, {holds} AS {HOLDS}")))
                }
            };
        let grammar = Grammar::default();
        let script = split(&text, grammar);
        let [statement] = script.statements.as_slice() else {
            return plan_err!("a condition must have a table, found {table}");
        };
        let mut parsed = statement.parse(grammar)?;
        let mut condition = self.0.clone();
        if let Some(rows) = rows {
            let _ = condition.visit(&mut RowsGiven(rows));
        }
        let compared = compared(&condition).cloned();
        let compared = compared.unwrap_or_else(|| Expr::Value(Value::Null.into()));
        let _ = visit(&mut parsed.statement, &mut Filler { condition, compared });
        Ok(parsed)
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Reads a text that is one expression.
pub(super) fn expression(text: &str, grammar: Grammar) -> Result<Expr> {
    let script = split(&format!("SELECT {text}"), grammar);
    if let Some(fault) = script.fault {
        return plan_err!("{}", fault.message);
    }
    let [statement] = script.statements.as_slice() else {
        return plan_err!("must be one expression, found {}", script.statements.len());
    };
    let parsed = statement.parse(grammar)?;
    match alone(parsed.statement) {
        Some(expr) => Ok(expr),
        None => plan_err!("must be one expression, found more"),
    }
}

/// The expression of a query that has nothing else.
fn alone(statement: Statement) -> Option<Expr> {
    let Statement::Statement(statement) = statement else { return None };
    let SqlStatement::Query(query) = *statement else { return None };
    let is_bare = query.with.is_none() && query.order_by.is_none() && query.limit_clause.is_none();
    let SetExpr::Select(mut select) = *query.body else { return None };
    let is_bare = is_bare
        && select.from.is_empty()
        && select.selection.is_none()
        && select.having.is_none()
        && select.distinct.is_none()
        && matches!(&select.group_by, GroupByExpr::Expressions(by, _) if by.is_empty());
    match (select.projection.pop(), select.projection.is_empty() && is_bare) {
        (Some(SelectItem::UnnamedExpr(expr)), true) => Some(expr),
        _ => None,
    }
}

fn take_apart(expr: Expr, conditions: &mut Vec<Condition>) {
    match expr {
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            take_apart(*left, conditions);
            take_apart(*right, conditions);
        }
        Expr::Nested(inner) if is_and(&inner) => take_apart(*inner, conditions),
        other => conditions.push(Condition(other)),
    }
}

fn is_and(expr: &Expr) -> bool {
    matches!(expr, Expr::BinaryOp { op: BinaryOperator::And, .. })
}

fn compared(expr: &Expr) -> Option<&Expr> {
    use BinaryOperator::{Eq, Gt, GtEq, Lt, LtEq, NotEq};
    match expr {
        Expr::BinaryOp { left, op: Eq | NotEq | Lt | LtEq | Gt | GtEq, .. } => Some(left),
        Expr::Between { expr, .. } | Expr::InList { expr, .. } => Some(expr),
        _ => None,
    }
}

/// Puts the number of rows in its place.
struct RowsGiven(usize);

impl VisitorMut for RowsGiven {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if matches!(expr, Expr::Identifier(name) if name.value.eq_ignore_ascii_case(ROWS)) {
            *expr = Expr::Value(Value::Number(self.0.to_string(), false).into());
        }
        ControlFlow::Continue(())
    }
}

/// Puts a condition in its place.
struct Filler {
    condition: Expr,
    compared: Expr,
}

impl VisitorMut for Filler {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Value(value) = expr
            && let Value::SingleQuotedString(text) = &value.value
        {
            match text.as_str() {
                CONDITION => *expr = Expr::Nested(Box::new(self.condition.clone())),
                COMPARED => *expr = Expr::Nested(Box::new(self.compared.clone())),
                _ => {}
            }
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        match Condition::read(text, Grammar::default()) {
            Ok(conditions) => conditions.iter().map(ToString::to_string).collect(),
            Err(error) => vec![error.strip_backtrace()],
        }
    }

    #[test]
    fn conditions_are_taken_apart_at_and() {
        assert_eq!(read("rows = 6"), ["rows = 6"]);
        assert_eq!(read("rows = 6 AND (a > 1 AND b)"), ["rows = 6", "a > 1", "b"]);
        assert_eq!(read("a BETWEEN 1 AND 2 AND b OR c"), ["a BETWEEN 1 AND 2 AND b OR c"]);
    }

    #[test]
    fn more_than_a_condition_is_refused() {
        for text in ["a = 1 FROM t", "a, b", "a = 1 x", "1; SELECT 2", "a = 1 LIMIT 1", "", "*"] {
            let found = read(text);
            assert!(found.len() == 1 && found[0].contains("rror"), "{text}: {found:?}");
        }
    }

    #[test]
    fn the_number_of_rows_is_put_in_its_place() {
        let [condition] = &Condition::read("Rows = n", Grammar::default()).unwrap()[..] else {
            panic!("one condition")
        };
        let query = |rows| condition.query(Probe::Once, "t", rows).unwrap().statement.to_string();
        let before = "WITH result AS (SELECT * FROM t) SELECT ";
        let after = " AS found FROM (SELECT 1) AS checked WHERE ";
        assert_eq!(query(Some(3)), format!("{before}(3){after}(3 = n) IS NOT TRUE"));
        assert_eq!(query(None), format!("{before}(Rows){after}(Rows = n) IS NOT TRUE"));
    }
}
