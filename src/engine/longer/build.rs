//! What is asked for, checked, as a node on its input: columns of one value have one type.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Column, DFSchema, Result, ScalarValue, plan_err};
use datafusion::logical_expr::{Expr, Extension, LogicalPlan, LogicalPlanBuilder, cast};

use super::node::{Group, LongerNode};
use crate::types::{sql_name, widest};

/// What is asked for, columns by their places in the input.
#[derive(Debug, Clone)]
pub struct Longer {
    /// Columns that stay, in the order in which they are given out.
    pub kept: Vec<usize>,
    /// Columns that say which group a row is of.
    pub names: Vec<FieldRef>,
    /// Columns of values, by name.
    pub values: Vec<String>,
    /// A row for each, in this order.
    pub groups: Vec<Columns>,
    /// Whether rows without any value are given out.
    pub keep_nulls: bool,
}

/// A group of columns.
#[derive(Debug, Clone)]
pub struct Columns {
    /// What is said of it, one for each column of names.
    pub names: Vec<ScalarValue>,
    /// A column for each value; none is NULL.
    pub columns: Vec<Option<usize>>,
}

/// A row for each group and row of the input: the columns that are kept, the names of the group, its
/// values. `who` asks, for errors.
///
/// # Errors
/// When columns of one value have no common type, or two columns of the result have one name.
pub fn longer(who: &str, input: LogicalPlan, longer: Longer) -> Result<LogicalPlan> {
    let schema = Arc::clone(input.schema());
    let types = (0..longer.values.len()).map(|value| common_type(who, &schema, &longer, value));
    let types = types.collect::<Result<Vec<_>>>()?;
    check_names(who, &schema, &longer)?;

    let mut casts = Casts::new(&schema);
    let kept = longer.kept.iter().map(|&at| casts.column(at, schema.field(at).data_type()));
    let kept: Vec<Column> = kept.collect();
    let mut groups = Vec::with_capacity(longer.groups.len());
    for Columns { names, columns } in longer.groups {
        let columns = columns.into_iter().zip(&types);
        let columns = columns.map(|(at, of)| at.map(|at| casts.column(at, of))).collect();
        groups.push(Group { names, columns });
    }
    let values = longer.values.into_iter().zip(types);
    let values = values.map(|(name, of)| Arc::new(Field::new(name, of, true)) as FieldRef);
    let input = casts.on(input)?;
    let node = LongerNode::new(
        input,
        kept,
        longer.names,
        values.collect(),
        groups.into(),
        longer.keep_nulls,
    )?;
    Ok(LogicalPlan::Extension(Extension { node: Arc::new(node) }))
}

/// The widest type of the columns of a value.
fn common_type(who: &str, schema: &DFSchema, longer: &Longer, value: usize) -> Result<DataType> {
    let mut columns = longer.groups.iter().filter_map(|group| group.columns[value]);
    let Some(first) = columns.next() else { return Ok(DataType::Null) };
    let (mut widened_by, mut of) = (first, schema.field(first).data_type().clone());
    for at in columns {
        let other = schema.field(at);
        let Some(wide) = widest(&of, other.data_type()) else {
            let known = schema.field(widened_by);
            return plan_err!(
                "{who}: columns of one value must have types that fit each other, found '{}' {} and \
                 '{}' {} (CAST one of them)",
                known.name(),
                sql_name(known.data_type()),
                other.name(),
                sql_name(other.data_type())
            );
        };
        if wide != of {
            (widened_by, of) = (at, wide);
        }
    }
    Ok(of)
}

fn check_names(who: &str, schema: &DFSchema, longer: &Longer) -> Result<()> {
    let kept: HashSet<&str> =
        longer.kept.iter().map(|&at| schema.field(at).name().as_str()).collect();
    let mut new = HashSet::new();
    let names = longer.names.iter().map(|field| field.name()).chain(&longer.values);
    for name in names {
        if kept.contains(name.as_str()) || !new.insert(name.as_str()) {
            return plan_err!(
                "{who}: columns of the result must have names of their own, found two '{name}'"
            );
        }
    }
    Ok(())
}

/// The columns of the input that are used, each in the type that it is used in.
struct Casts<'a> {
    schema: &'a DFSchema,
    /// The types that a column is used in: the first has the name of the column.
    used: HashMap<usize, Vec<DataType>>,
    exprs: Vec<Expr>,
    is_any: bool,
}

impl<'a> Casts<'a> {
    fn new(schema: &'a DFSchema) -> Self {
        Self { schema, used: HashMap::new(), exprs: Vec::new(), is_any: false }
    }

    fn column(&mut self, at: usize, of: &DataType) -> Column {
        let (table, field) = self.schema.qualified_field(at);
        let types = self.used.entry(at).or_default();
        let (number, is_new) = match types.iter().position(|known| known == of) {
            Some(number) => (number, false),
            None => (types.len(), true),
        };
        let name = match number {
            0 => field.name().clone(),
            number => format!("{}:{number}", field.name()),
        };
        if is_new {
            types.push(of.clone());
            let column = Expr::Column(Column::new(table.cloned(), field.name()));
            let is_cast = field.data_type() != of;
            let expr = if is_cast { cast(column, of.clone()) } else { column };
            self.is_any |= is_cast || number > 0;
            self.exprs.push(match is_cast || number > 0 {
                true => expr.alias_qualified(table.cloned(), &name),
                false => expr,
            });
        }
        Column::new(table.cloned(), name)
    }

    /// The projection, if there is anything to cast.
    fn on(self, input: LogicalPlan) -> Result<LogicalPlan> {
        match self.is_any {
            true => LogicalPlanBuilder::from(input).project(self.exprs)?.build(),
            false => Ok(input),
        }
    }
}
