//! `summarize(table)`: what a table holds, a row for each of its columns.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Column, DFSchema, Result, ScalarValue};
use datafusion::functions::core::expr_fn::{coalesce, get_field, nullif};
use datafusion::functions_aggregate::expr_fn::{count, count_distinct, max, min};
use datafusion::logical_expr::{Case, Expr, LogicalPlan, LogicalPlanBuilder, cast, lit};

use super::numbers;
use crate::engine::longer::build::{Columns, Longer, longer};
use crate::page::{DefaultValue, Kind, Null, Parameter, Role, page};
use crate::types::sql_name;

page! {
    pub static PAGE = Page {
        name: "summarize",
        family: Screening,
        syntax: ["FROM summarize(TABLE panel)", "FROM summarize((SELECT unit, value FROM panel))"],
        summary: "Describes each column of a table or query: values, missing values, distinct values, smallest and \
                  largest, quartiles, mean and standard deviation.",
        formula: "missing_share = missing / rows; quartiles: linear between the sorted values at (k - 1) / (n - 1), type 7 \
                  of Hyndman and Fan, as stat_quantile without weights; sd = sqrt(Σ(x - mean)² / (n - 1))",
        parameters: &[TABLE],
        returns: "A row for each column, in their order: column VARCHAR, type VARCHAR (as SQL calls it), count BIGINT \
                  (rows with a value), missing BIGINT (rows with NULL), missing_share DOUBLE (NULL without rows), \
                  distinct_values BIGINT, not_finite BIGINT (NaN and infinities; NULL where the column is no \
                  number), min VARCHAR, q1 DOUBLE, median DOUBLE, q3 DOUBLE, max VARCHAR, mean DOUBLE, sd DOUBLE. \
                  Quartiles, mean and sd are in the unit of measurement of the column, and NULL where it is no \
                  number; sd is NULL below two values.",
        notes: "The statement SUMMARIZE, as in SUMMARIZE bth.indicators or SUMMARIZE SELECT ..., gives the \
                same rows, and the program adds a line if they are of a panel. NaN and infinities are values in count, \
                and told in not_finite; distinct_values, min, max, quartiles, mean and sd are of the finite ones. min and max \
                are the text that CAST makes of the column: of numbers, texts, dates and times, BOOLEAN and INTERVAL. \
                Of BYTEA, lists, structs and maps there are counts only, and of maps no distinct_values. All \
                counts are exact. The table is read once; all numbers of a column, and its distinct values, are held in \
                memory. The coverage of a panel is count of value / (distinct_values of unit · of period · of indicator).",
        errors: "An argument that is no table or query; values that do not fit into the memory limit.",
        example: "SELECT column, count, missing, distinct_values, min, median, max, mean\n\
                  FROM summarize((SELECT * FROM (VALUES ('AUT', 2.0), ('BEL', 4.0), ('BEL', NULL), ('CZE', 9.0)) AS t(unit, value)))",
        example_result: ["unit 4 0 3 AUT NULL CZE NULL", "value 3 1 3 2.0 4.0 9.0 5.0"],
        reference: "Hyndman, R. J. and Fan, Y. (1996), Sample quantiles in statistical packages, The American \
                    Statistician 50(4), 361-365 (type 7).",
    };
}

/// What is described.
pub const TABLE: Parameter = Parameter {
    name: "input",
    role: Role::Table,
    kind: Kind::Relation,
    meaning: "the table or query, of any columns",
    null: Null::Means("a NULL is missing"),
    default: DefaultValue::Required,
};

/// What the rows are made of, one for each column of the table.
const PARTS: [&str; 5] = [COUNT, DISTINCT, MIN, MAX, NUMBERS];
const COUNT: &str = "count";
const DISTINCT: &str = "distinct";
const MIN: &str = "min";
const MAX: &str = "max";
const NUMBERS: &str = "numbers";

/// The number of rows of the table.
const ROWS: &str = "rows";

/// A row for each column of the input: one aggregation of all of them, and its row turned.
pub fn rows_of(input: LogicalPlan) -> Result<LogicalPlan> {
    let schema = Arc::clone(input.schema());
    let mut names = HashSet::new();
    let subjects = schema.iter().enumerate().map(|(at, (table, field))| Subject {
        at,
        name: field.name(),
        is_alone: names.insert(field.name()),
        column: Expr::Column(Column::new(table.cloned(), field.name())),
        of: field.data_type(),
    });
    let subjects: Vec<Subject> = subjects.collect();
    if subjects.is_empty() {
        // No rows, of the same columns.
        let any = LogicalPlanBuilder::empty(false).project([lit(0_i64).alias("any")])?.build()?;
        return LogicalPlanBuilder::from(rows_of(any)?).limit(0, Some(0))?.build();
    }
    let values = subjects.iter().flat_map(Subject::values);
    let aggregates = subjects.iter().flat_map(Subject::aggregates);
    let rows = count(lit(1_i64)).alias(ROWS);
    let aggregates: Vec<Expr> = std::iter::once(rows).chain(aggregates).collect();
    let one_row = LogicalPlanBuilder::from(input)
        .project(values)?
        .aggregate(Vec::<Expr>::new(), aggregates)?
        .build()?;
    let one_row = with_text(one_row, &subjects)?;
    let places: HashMap<String, usize> =
        one_row.schema().fields().iter().map(|field| field.name().clone()).zip(0..).collect();
    let groups = subjects.iter().map(|subject| Columns {
        names: vec![text(subject.name), text(&sql_name(subject.of))],
        columns: PARTS.iter().map(|part| places.get(&subject.part_name(part)).copied()).collect(),
    });
    let shape = Longer {
        kept: vec![0],
        names: names_of_columns(),
        values: PARTS.iter().map(|part| (*part).to_owned()).collect(),
        groups: groups.collect(),
        keep_nulls: true,
    };
    let turned = longer(PAGE.name, one_row, shape)?;
    let results = results(turned.schema());
    LogicalPlanBuilder::from(turned).project(results)?.build()
}

fn text(text: &str) -> ScalarValue {
    ScalarValue::Utf8View(Some(text.to_owned()))
}

fn names_of_columns() -> Vec<FieldRef> {
    let name = |name: &str| Arc::new(Field::new(name, DataType::Utf8View, false));
    vec![name("column"), name("type")]
}

/// The smallest and the largest values as text.
fn with_text(one_row: LogicalPlan, subjects: &[Subject]) -> Result<LogicalPlan> {
    let ends = subjects.iter().flat_map(|subject| [MIN, MAX].map(|part| subject.part_name(part)));
    let ends: HashSet<String> = ends.collect();
    let columns = one_row.schema().iter().map(|(_, field)| {
        let column = Expr::Column(Column::from_name(field.name()));
        match ends.contains(field.name()) && *field.data_type() != DataType::Utf8View {
            true => cast(cast(column, DataType::Utf8), DataType::Utf8View).alias(field.name()),
            false => column,
        }
    });
    let columns: Vec<Expr> = columns.collect();
    LogicalPlanBuilder::from(one_row).project(columns)?.build()
}

/// The columns of the result, of the parts.
fn results(parts: &DFSchema) -> Vec<Expr> {
    let part = |name: &str| Expr::Column(Column::from_name(name));
    // What no column of the table has, has no type.
    let is_there = |name: &str| {
        let mut fields = parts.fields().iter();
        fields.any(|field| field.name() == name && !field.data_type().is_null())
    };
    let typed = |name: &str, of: DataType| match is_there(name) {
        true => part(name),
        false => cast(part(name), of).alias(name),
    };
    let number = |name: &str| match is_there(NUMBERS) {
        true => get_field(part(NUMBERS), name),
        false => cast(part(NUMBERS), numbers::type_of(name)),
    };
    let missing = part(ROWS) - part(COUNT);
    let rows = cast(nullif(part(ROWS), lit(0_i64)), DataType::Float64);
    let distinct = coalesce(vec![typed(DISTINCT, DataType::Int64), number(numbers::DISTINCT)]);
    let mut results = vec![
        part("column"),
        part("type"),
        part(COUNT),
        missing.clone().alias("missing"),
        (cast(missing, DataType::Float64) / rows).alias("missing_share"),
        distinct.alias("distinct_values"),
        (part(COUNT) - number(numbers::N)).alias("not_finite"),
    ];
    let [q1, median, q3, mean, sd] = numbers::FIELDS.map(|name| number(name).alias(name));
    let [min, max] = [MIN, MAX].map(|name| typed(name, DataType::Utf8View));
    results.extend([min, q1, median, q3, max, mean, sd]);
    results
}

/// A column of the table.
struct Subject<'a> {
    at: usize,
    name: &'a str,
    /// Whether no column before it has the name.
    is_alone: bool,
    column: Expr,
    of: &'a DataType,
}

impl Subject<'_> {
    /// A name of the column's own, whatever the columns are called. That of its numbers is what is named
    /// where memory runs out.
    fn part_name(&self, part: &str) -> String {
        match part {
            NUMBERS if self.is_alone => format!("{}({})", PAGE.name, self.name),
            NUMBERS => format!("{}({}):{}", PAGE.name, self.name, self.at),
            part => format!("{part}:{}", self.at),
        }
    }

    fn part(&self, part: &str) -> Expr {
        Expr::Column(Column::from_name(self.part_name(part)))
    }

    /// What is held of it: its type without a coding.
    fn plain(&self) -> DataType {
        match self.of {
            DataType::Dictionary(_, values) => values.as_ref().clone(),
            DataType::RunEndEncoded(_, values) => values.data_type().clone(),
            // The engine has no smallest of these.
            DataType::Float16 => DataType::Float32,
            other => other.clone(),
        }
    }

    /// Whether no two values are one as DOUBLE.
    fn is_exact(&self) -> bool {
        use DataType::{Float32, Float64, Int8, Int16, Int32, UInt8, UInt16, UInt32};
        matches!(self.plain(), Float32 | Float64 | Int8 | Int16 | Int32 | UInt8 | UInt16 | UInt32)
    }

    /// Whether there is a smallest value that text says.
    fn has_order(&self) -> bool {
        let of = self.plain();
        of.is_numeric() || of.is_string() || of.is_temporal() || of == DataType::Boolean
    }

    /// What is aggregated: the column; of floats the finite values as well; all numbers as DOUBLE.
    fn values(&self) -> Vec<Expr> {
        let of = self.plain();
        let column = match of == *self.of {
            true => self.column.clone(),
            false => cast(self.column.clone(), of.clone()),
        };
        let mut values = vec![column.clone().alias(self.part_name("all"))];
        // A NaN lies above the largest, or below the smallest.
        let limits = match of {
            DataType::Float32 => Some((lit(f32::MIN), lit(f32::MAX))),
            DataType::Float64 => Some((lit(f64::MIN), lit(f64::MAX))),
            _ => None,
        };
        let finite = limits.map_or_else(
            || column.clone(),
            |(low, high)| {
                let is_finite = column.clone().between(low, high);
                Expr::Case(Case::new(None, vec![(is_finite.into(), column.clone().into())], None))
            },
        );
        if of.is_floating() {
            values.push(finite.clone().alias(self.part_name("finite")));
        }
        if of.is_numeric() && of != DataType::Float64 {
            values.push(cast(finite, DataType::Float64).alias(self.part_name("double")));
        }
        values
    }

    /// The [`PARTS`] that it has.
    fn aggregates(&self) -> Vec<Expr> {
        let of = self.plain();
        let finite = || self.part(if of.is_floating() { "finite" } else { "all" });
        let mut aggregates = vec![(COUNT, count(self.part("all")))];
        let has_distinct = !matches!(of, DataType::Map(..) | DataType::Union(..));
        if of.is_null() {
            aggregates.push((DISTINCT, count(self.part("all"))));
        } else if has_distinct && !self.is_exact() {
            aggregates.push((DISTINCT, count_distinct(self.part("all"))));
        }
        if self.has_order() {
            aggregates.push((MIN, min(finite())));
            aggregates.push((MAX, max(finite())));
        }
        if of.is_numeric() {
            let double = if of == DataType::Float64 { finite() } else { self.part("double") };
            aggregates.push((NUMBERS, numbers::function().call(vec![double])));
        }
        aggregates.into_iter().map(|(part, of)| of.alias(self.part_name(part))).collect()
    }
}
