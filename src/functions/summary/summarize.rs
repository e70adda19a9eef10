//! `summarize(table)`: what a table holds, a row for each of its columns.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Column, Result, ScalarValue};
use datafusion::functions::core::expr_fn::{get_field, nullif};
use datafusion::functions_aggregate::expr_fn::{count, count_distinct, max, min};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, lit, when};

use super::numbers;
use crate::engine::longer::build::{Columns, Longer, longer};
use crate::page::{DefaultValue, Kind, Null, Parameter, Role, page};
use crate::types::sql_name;

page! {
    pub static PAGE = Page {
        name: "summarize",
        family: Screening,
        syntax: ["FROM summarize(TABLE panel)", "FROM summarize((SELECT ...))"],
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
    name: "table",
    role: Role::Table,
    kind: Kind::Relation,
    meaning: "the table or query, of any columns",
    null: Null::Means("a NULL is missing"),
    default: DefaultValue::Required,
};

/// The columns of the result that are numbers or text, after those that name a column.
const VALUES: [(&str, DataType); 12] = [
    ("count", DataType::Int64),
    ("missing", DataType::Int64),
    ("missing_share", DataType::Float64),
    ("distinct_values", DataType::Int64),
    ("not_finite", DataType::Int64),
    ("min", DataType::Utf8View),
    ("q1", DataType::Float64),
    ("median", DataType::Float64),
    ("q3", DataType::Float64),
    ("max", DataType::Utf8View),
    ("mean", DataType::Float64),
    ("sd", DataType::Float64),
];

/// The number of rows, among the aggregates.
const ROWS: &str = "rows";

/// A row for each column of the input: one aggregation of all of them, and its row turned.
pub fn rows_of(input: LogicalPlan) -> Result<LogicalPlan> {
    let schema = Arc::clone(input.schema());
    let subjects: Vec<Subject> = schema
        .iter()
        .enumerate()
        .map(|(at, (table, field))| Subject {
            at,
            column: Expr::Column(Column::new(table.cloned(), field.name())),
            of: field.data_type(),
        })
        .collect();
    if subjects.is_empty() {
        return none();
    }
    let values = subjects.iter().flat_map(Subject::values);
    let aggregates = subjects.iter().flat_map(Subject::aggregates);
    let rows = count(lit(1_i64)).alias(ROWS);
    let aggregates: Vec<Expr> = std::iter::once(rows).chain(aggregates).collect();
    let results = subjects.iter().flat_map(Subject::results);
    let one_row = LogicalPlanBuilder::from(input)
        .project(values)?
        .aggregate(Vec::<Expr>::new(), aggregates)?
        .project(results)?
        .build()?;
    let groups = schema.fields().iter().enumerate().map(|(at, field)| Columns {
        names: vec![text(field.name()), text(&sql_name(field.data_type()))],
        columns: (0..VALUES.len()).map(|value| Some(at * VALUES.len() + value)).collect(),
    });
    let shape = Longer {
        kept: Vec::new(),
        names: names(),
        values: VALUES.iter().map(|(name, _)| (*name).to_owned()).collect(),
        groups: groups.collect(),
        keep_nulls: true,
    };
    longer(PAGE.name, one_row, shape)
}

fn text(text: &str) -> ScalarValue {
    ScalarValue::Utf8View(Some(text.to_owned()))
}

fn names() -> Vec<FieldRef> {
    let name = |name: &str| Arc::new(Field::new(name, DataType::Utf8View, false));
    vec![name("column"), name("type")]
}

/// The result of a table without columns.
fn none() -> Result<LogicalPlan> {
    let names = names().into_iter().map(|field| cast(lit(""), field.data_type().clone()).alias(field.name()));
    let values = VALUES.iter().map(|(name, of)| null(of).alias(*name));
    LogicalPlanBuilder::empty(false).project(names.chain(values))?.build()
}

/// A column of the table.
struct Subject<'a> {
    at: usize,
    column: Expr,
    of: &'a DataType,
}

impl Subject<'_> {
    /// A name of the column's own, whatever the columns are called.
    fn name(&self, part: &str) -> String {
        format!("{part}:{}", self.at)
    }

    fn part(&self, part: &str) -> Expr {
        Expr::Column(Column::from_name(self.name(part)))
    }

    /// What is held of it: its type without a coding.
    fn plain(&self) -> DataType {
        match self.of {
            DataType::Dictionary(_, values) => values.as_ref().clone(),
            DataType::RunEndEncoded(_, values) => values.data_type().clone(),
            // The engine has no arithmetic of halves.
            DataType::Float16 => DataType::Float32,
            other => other.clone(),
        }
    }

    fn is_number(&self) -> bool {
        self.plain().is_numeric()
    }

    /// Whether no two values are one as DOUBLE.
    fn is_exact(&self) -> bool {
        use DataType::{Float32, Float64, Int8, Int16, Int32, UInt8, UInt16, UInt32};
        matches!(
            self.plain(),
            Float32 | Float64 | Int8 | Int16 | Int32 | UInt8 | UInt16 | UInt32
        )
    }

    /// Whether there is a smallest value that text says.
    fn has_order(&self) -> bool {
        let of = self.plain();
        self.is_number() || of.is_string() || of.is_temporal() || of == DataType::Boolean
    }

    fn counts_distinct(&self) -> bool {
        !matches!(self.plain(), DataType::Map(..) | DataType::Union(..) | DataType::Null)
    }

    /// What is aggregated: the column, its finite values in its own type, and as DOUBLE.
    fn values(&self) -> Vec<Expr> {
        let of = self.plain();
        let column = match of == *self.of {
            true => self.column.clone(),
            false => cast(self.column.clone(), of.clone()),
        };
        let mut values = vec![column.clone().alias(self.name("all"))];
        let finite = match of {
            DataType::Float32 => between(&column, lit(f32::MIN), lit(f32::MAX)),
            DataType::Float64 => between(&column, lit(f64::MIN), lit(f64::MAX)),
            _ => None,
        };
        let is_finite = finite.is_none();
        let finite = finite.unwrap_or(column);
        if !is_finite {
            values.push(finite.clone().alias(self.name("finite")));
        }
        if self.is_number() && of != DataType::Float64 {
            values.push(cast(finite, DataType::Float64).alias(self.name("number")));
        }
        values
    }

    /// The column with its finite values only.
    fn finite(&self) -> Expr {
        self.part(if self.plain().is_floating() { "finite" } else { "all" })
    }

    fn aggregates(&self) -> Vec<Expr> {
        let mut aggregates = vec![count(self.part("all")).alias(self.name("count"))];
        if self.plain().is_floating() {
            aggregates.push(count(self.finite()).alias(self.name("finite_count")));
        }
        if self.counts_distinct() && !self.is_exact() {
            aggregates.push(count_distinct(self.part("all")).alias(self.name("distinct")));
        }
        if self.has_order() {
            aggregates.push(min(self.finite()).alias(self.name("min")));
            aggregates.push(max(self.finite()).alias(self.name("max")));
        }
        if self.is_number() {
            let number = if self.plain() == DataType::Float64 { "finite" } else { "number" };
            let numbers = numbers::function().call(vec![self.part(number)]);
            aggregates.push(numbers.alias(self.name("numbers")));
        }
        aggregates
    }

    /// The [`VALUES`] of the result.
    fn results(&self) -> Vec<Expr> {
        let rows = Expr::Column(Column::from_name(ROWS));
        let missing = rows.clone() - self.part("count");
        let share = cast(missing.clone(), DataType::Float64)
            / cast(nullif(rows, lit(0_i64)), DataType::Float64);
        VALUES
            .iter()
            .map(|(name, of)| {
                let value = match *name {
                    "count" => Some(self.part("count")),
                    "missing" => Some(missing.clone()),
                    "missing_share" => Some(share.clone()),
                    "distinct_values" if self.is_exact() => {
                        Some(get_field(self.part("numbers"), numbers::DISTINCT))
                    }
                    "distinct_values" if self.counts_distinct() => Some(self.part("distinct")),
                    "distinct_values" if self.plain().is_null() => Some(lit(0_i64)),
                    "not_finite" if self.plain().is_floating() => {
                        Some(self.part("count") - self.part("finite_count"))
                    }
                    "not_finite" if self.is_number() => Some(lit(0_i64)),
                    "min" | "max" if self.has_order() => {
                        Some(cast(cast(self.part(name), DataType::Utf8), DataType::Utf8View))
                    }
                    number if numbers::FIELDS.contains(&number) && self.is_number() => {
                        Some(get_field(self.part("numbers"), *name))
                    }
                    _ => None,
                };
                value.unwrap_or_else(|| null(of)).alias(self.name(&format!("result:{name}")))
            })
            .collect()
    }
}

/// A value, where it lies between two; NaN does not.
fn between(column: &Expr, low: Expr, high: Expr) -> Option<Expr> {
    when(column.clone().between(low, high), column.clone()).end().ok()
}

/// NULL of a type.
fn null(of: &DataType) -> Expr {
    cast(lit(ScalarValue::Null), of.clone())
}
