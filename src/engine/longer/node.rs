//! A row for each group of columns, as a node of the logical plan.
//!
//! Columns are known by their names: what is not wanted above is left out below, and then here. Filters
//! on the columns that are kept pass through.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::fmt::{self, Formatter};
use std::sync::Arc;

use datafusion::arrow::datatypes::FieldRef;
use datafusion::common::{
    Column, DFSchema, DFSchemaRef, Result, ScalarValue, TableReference, plan_err,
};
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore};

/// Groups that are named one by one in EXPLAIN.
const SHOWN: usize = 3;

/// Columns that become a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Group {
    pub names: Vec<ScalarValue>,
    /// A column for each value; none is NULL.
    pub columns: Vec<Option<Column>>,
}

/// The node.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LongerNode {
    pub input: LogicalPlan,
    pub kept: Vec<Column>,
    pub names: Vec<FieldRef>,
    pub values: Vec<FieldRef>,
    pub groups: Arc<[Group]>,
    pub keep_nulls: bool,
    /// The table that names and values are of.
    table: Option<TableReference>,
    schema: DFSchemaRef,
}

impl LongerNode {
    pub fn new(
        input: LogicalPlan,
        kept: Vec<Column>,
        names: Vec<FieldRef>,
        values: Vec<FieldRef>,
        groups: Arc<[Group]>,
        keep_nulls: bool,
    ) -> Result<Self> {
        let table = only_table(input.schema());
        Self::of_table(table, input, kept, names, values, groups, keep_nulls)
    }

    fn of_table(
        table: Option<TableReference>,
        input: LogicalPlan,
        kept: Vec<Column>,
        names: Vec<FieldRef>,
        values: Vec<FieldRef>,
        groups: Arc<[Group]>,
        keep_nulls: bool,
    ) -> Result<Self> {
        let of_input = input.schema();
        let places = places(of_input);
        let mut fields: Vec<(Option<TableReference>, FieldRef)> = Vec::new();
        for column in &kept {
            match places.get(&(column.relation.as_ref(), column.name.as_str())) {
                Some(&at) => {
                    let (table, field) = of_input.qualified_field(at);
                    fields.push((table.cloned(), Arc::clone(field)));
                }
                None => {
                    return plan_err!("Longer: column {column} must be in the input, found none");
                }
            }
        }
        let new = names.iter().chain(&values);
        fields.extend(new.map(|field| (table.clone(), Arc::clone(field))));
        let schema = Arc::new(DFSchema::new_with_metadata(fields, HashMap::new())?);
        Ok(Self { input, kept, names, values, groups, keep_nulls, table, schema })
    }
}

/// What is done, for EXPLAIN: the rows by what their groups are called, and the columns.
pub fn describe<'a>(
    groups: usize,
    label: impl Fn(usize) -> String,
    columns: impl Iterator<Item = &'a str>,
    keep_nulls: bool,
) -> String {
    let shown = (0..groups).filter(|group| *group < SHOWN || group + 1 == groups);
    let mut rows: Vec<String> = shown.map(label).collect();
    if groups > SHOWN + 1 {
        rows.insert(SHOWN, "...".to_owned());
    }
    let columns: Vec<&str> = columns.collect();
    format!(
        "rows=[{}], columns=[{}], {}",
        rows.join(", "),
        columns.join(", "),
        if keep_nulls { "with NULL" } else { "without NULL" }
    )
}

/// The table that all columns are of: new columns are then of it as well.
pub fn only_table(schema: &DFSchema) -> Option<TableReference> {
    let mut tables = schema.iter().map(|(table, _)| table);
    let table = tables.next()??.clone();
    tables.all(|other| other == Some(&table)).then_some(table)
}

type Places<'a> = HashMap<(Option<&'a TableReference>, &'a str), usize>;

/// Where each column stands.
pub fn places(schema: &DFSchema) -> Places<'_> {
    let columns = schema.iter().enumerate();
    columns.map(|(at, (table, field))| ((table, field.name().as_str()), at)).collect()
}

impl PartialOrd for LongerNode {
    fn partial_cmp(&self, _: &Self) -> Option<Ordering> {
        None
    }
}

impl UserDefinedLogicalNodeCore for LongerNode {
    fn name(&self) -> &str {
        "Longer"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    /// None: the columns of the input are known by their names.
    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        self.names.iter().chain(&self.values).map(|field| field.name().clone()).collect()
    }

    fn necessary_children_exprs(&self, output: &[usize]) -> Option<Vec<Vec<usize>>> {
        let places = places(self.input.schema());
        let place = |column: &Column| {
            places.get(&(column.relation.as_ref(), column.name.as_str())).copied()
        };
        let mut needed = Vec::new();
        for &at in output.iter().filter(|at| **at < self.kept.len()) {
            needed.push(place(&self.kept[at])?);
        }
        let first = self.kept.len() + self.names.len();
        for value in 0..self.values.len() {
            // Whether there is a row is told by all of its values.
            if self.keep_nulls && !output.contains(&(first + value)) {
                continue;
            }
            for column in self.groups.iter().filter_map(|group| group.columns[value].as_ref()) {
                needed.push(place(column)?);
            }
        }
        Some(vec![needed])
    }

    fn fmt_for_explain(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let columns = self.schema.fields().iter().map(|field| field.name().as_str());
        let label = |group: usize| {
            let names = self.groups[group].names.iter().map(ToString::to_string);
            names.collect::<Vec<_>>().join("/")
        };
        write!(f, "Longer: {}", describe(self.groups.len(), label, columns, self.keep_nulls))
    }

    /// On an input without columns that nobody wants, it does not give them out.
    fn with_exprs_and_inputs(&self, _: Vec<Expr>, mut inputs: Vec<LogicalPlan>) -> Result<Self> {
        let (Some(input), None) = (inputs.pop(), inputs.pop()) else {
            return plan_err!("Longer: must have one input, found another number");
        };
        let places = places(input.schema());
        let is_there = |column: &Column| {
            places.contains_key(&(column.relation.as_ref(), column.name.as_str()))
        };
        let kept = self.kept.iter().filter(|column| is_there(column)).cloned().collect();
        let is_whole = |value: &usize| {
            self.groups.iter().filter_map(|group| group.columns[*value].as_ref()).all(is_there)
        };
        let values: Vec<usize> = (0..self.values.len()).filter(is_whole).collect();
        let table = self.table.clone();
        if values.len() == self.values.len() {
            let (names, values) = (self.names.clone(), self.values.clone());
            let groups = Arc::clone(&self.groups);
            return Self::of_table(table, input, kept, names, values, groups, self.keep_nulls);
        }
        if !self.keep_nulls {
            return plan_err!("Longer: columns of values must be in the input, found some missing");
        }
        let groups = self.groups.iter().map(|group| Group {
            names: group.names.clone(),
            columns: values.iter().map(|&value| group.columns[value].clone()).collect(),
        });
        let groups = groups.collect();
        let values = values.iter().map(|&value| Arc::clone(&self.values[value])).collect();
        Self::of_table(table, input, kept, self.names.clone(), values, groups, self.keep_nulls)
    }
}
