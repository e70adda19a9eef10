//! `FROM t UNPIVOT (value FOR period IN ("2019", "2020"))`: a row for each of the columns.

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, StringArray};
use datafusion::arrow::compute::kernels::regexp::{regexp_is_match_scalar, regexp_match};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{HashMap, Result, ScalarValue, plan_datafusion_err, plan_err};
use datafusion::logical_expr::LogicalPlan;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::sql::sqlparser::ast::{
    Expr as SqlExpr, ExprWithAlias, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
    Ident, NullInclusion, TableFactor, Value,
};

use super::relation::{self, Relation};
use crate::engine::longer::build::{Columns, Longer, longer};

const WORD: &str = "UNPIVOT";

/// What stands after the word.
pub struct Unpivot {
    pub value: SqlExpr,
    pub name: Ident,
    pub columns: Vec<ExprWithAlias>,
    pub nulls: Option<NullInclusion>,
}

impl Unpivot {
    /// Without `INCLUDE NULLS`, rows whose values are all NULL are left out.
    pub fn plan(
        self,
        table: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<LogicalPlan> {
        let input = relation::plan(table, context)?;
        let relation = Relation::new(WORD, &input);
        let values = parts(self.value).into_iter().map(|value| match value {
            SqlExpr::Identifier(name) => Ok(context.normalize_ident(name)),
            other => plan_err!("{WORD}: a column of values must be a new name, got {other}"),
        });
        let values = values.collect::<Result<Vec<_>>>()?;
        let mut groups = Vec::new();
        for ExprWithAlias { expr, alias } in self.columns {
            match pattern(&expr)? {
                Some(pattern) if values.len() == 1 => {
                    groups.extend(matching(&relation, &pattern, alias.as_ref())?);
                }
                Some(_) => {
                    return plan_err!(
                        "{WORD}: COLUMNS must be for one column of values, found {}",
                        values.len()
                    );
                }
                None => groups.push(named(&relation, expr, alias, values.len())?),
            }
        }
        let mut used = HashMap::new();
        let all = groups.iter().flat_map(|group| group.columns.iter().flatten());
        for &at in all {
            if used.insert(at, ()).is_some() {
                let name = relation.name(at);
                return plan_err!("{WORD}: a column must be named once, found '{name}' twice");
            }
        }
        let places = 0..relation.schema.fields().len();
        let kept = places.filter(|at| !used.contains_key(at)).collect();
        let name = context.normalize_ident(self.name);
        let longer_ = Longer {
            kept,
            names: vec![Arc::new(Field::new(name, DataType::Utf8View, false))],
            values,
            groups,
            keep_nulls: matches!(self.nulls, Some(NullInclusion::IncludeNulls)),
        };
        longer(WORD, input, longer_)
    }
}

/// `(a, b)` is two, `a` and `(a)` are one.
fn parts(expr: SqlExpr) -> Vec<SqlExpr> {
    match expr {
        SqlExpr::Tuple(parts) => parts,
        SqlExpr::Nested(inner) => parts(*inner),
        one => vec![one],
    }
}

/// The columns of a row, and what it is called.
fn named(
    relation: &Relation,
    expr: SqlExpr,
    alias: Option<Ident>,
    values: usize,
) -> Result<Columns> {
    let is_null =
        |expr: &SqlExpr| matches!(expr, SqlExpr::Value(value) if value.value == Value::Null);
    let parts = parts(expr);
    if parts.len() != values {
        let parts: Vec<_> = parts.iter().map(ToString::to_string).collect();
        return plan_err!(
            "{WORD}: a row must have as many columns as there are columns of values, {values}, found {} \
             ({})",
            parts.len(),
            parts.join(", ")
        );
    }
    let columns = parts.iter().map(|part| match values > 1 && is_null(part) {
        true => Ok(None),
        false => relation.find(part).map(Some),
    });
    let columns = columns.collect::<Result<Vec<_>>>()?;
    let names: Vec<&str> = columns.iter().flatten().map(|&at| relation.name(at)).collect();
    let name = alias.map_or_else(|| names.join("_"), |alias| alias.value);
    Ok(Columns { names: vec![ScalarValue::Utf8View(Some(name))], columns })
}

/// The pattern of `COLUMNS('^\d{4}$')`.
fn pattern(expr: &SqlExpr) -> Result<Option<String>> {
    let SqlExpr::Function(Function { name, args, .. }) = expr else { return Ok(None) };
    if !name.to_string().eq_ignore_ascii_case("columns") {
        return Ok(None);
    }
    if let FunctionArguments::List(list) = args
        && let [FunctionArg::Unnamed(FunctionArgExpr::Expr(SqlExpr::Value(value)))] =
            list.args.as_slice()
        && let Value::SingleQuotedString(pattern) = &value.value
    {
        return Ok(Some(pattern.clone()));
    }
    plan_err!(
        "{WORD}: COLUMNS must have a regular expression, as in COLUMNS('^[0-9]{{4}}$'), got {expr}"
    )
}

/// The columns that a pattern matches, in their order, each called by its name, or by what the alias
/// makes of the groups of the pattern: `\1`.
fn matching(relation: &Relation, pattern: &str, alias: Option<&Ident>) -> Result<Vec<Columns>> {
    let names = StringArray::from_iter_values(relation.names());
    let wrong =
        |_| plan_datafusion_err!("{WORD}: COLUMNS must have a regular expression, got '{pattern}'");
    let is_match = regexp_is_match_scalar(&names, pattern, None).map_err(wrong)?;
    let places: Vec<usize> = (0..names.len()).filter(|&at| is_match.value(at)).collect();
    if places.is_empty() {
        let list = relation.list();
        return plan_err!(
            "{WORD}: COLUMNS must match a column, found none that '{pattern}' matches {list}"
        );
    }
    let parts = match alias {
        None => None,
        Some(alias) => {
            let has_part = (1..=9).any(|part| alias.value.contains(&format!("\\{part}")));
            if !has_part {
                return plan_err!(
                    "{WORD}: the name of COLUMNS must have a part of the pattern in it, \\1, got '{}'",
                    alias.value
                );
            }
            let pattern = StringArray::new_scalar(pattern);
            Some((alias, regexp_match(&names, &pattern, None).map_err(wrong)?))
        }
    };
    let group = |at: usize| {
        let name = match &parts {
            None => relation.name(at).to_owned(),
            Some((alias, parts)) => {
                let parts = parts.as_list::<i32>().value(at);
                let parts = parts.as_string::<i32>();
                let part = |part: usize| match part < parts.len() && parts.is_valid(part) {
                    true => parts.value(part),
                    false => "",
                };
                (1..=9).fold(alias.value.clone(), |name, number| {
                    name.replace(&format!("\\{number}"), part(number - 1))
                })
            }
        };
        Columns { names: vec![ScalarValue::Utf8View(Some(name))], columns: vec![Some(at)] }
    };
    Ok(places.into_iter().map(group).collect())
}
