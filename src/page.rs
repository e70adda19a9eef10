//! One page of documentation per function: the single source of `\h`, of `docs/functions.md`, of
//! the rustdoc of each function's module, of the engine's own function catalogue, and of the
//! argument names and defaults that SQL accepts.

use std::fmt::{self, Write};
use std::iter;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{DocSection, Documentation};

/// Everything a user has to know about one function.
#[derive(Debug)]
#[non_exhaustive]
pub struct Page {
    /// Name in SQL.
    pub name: &'static str,
    /// The step of the index it belongs to.
    pub family: Family,
    /// How it is called, one form a line.
    pub syntax: &'static [&'static str],
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// The formula, as plain text.
    pub formula: &'static str,
    /// Arguments in their order.
    pub parameters: &'static [Parameter],
    /// Arguments of the form with `OVER (...)`, where they are others.
    pub over_parameters: Option<&'static [Parameter]>,
    /// Whether it is always called with `OVER (...)`.
    pub window_only: bool,
    /// Whether the arguments of `composite_index` can be given as well.
    pub shares_arguments: bool,
    /// Columns of its framework, where this is the page that explains them.
    pub framework_columns: &'static [TableColumn],
    /// Type and unit of the result, and when it is NULL.
    pub returns: &'static str,
    /// Whatever else decides a number: compensability, conventions, edge cases.
    pub notes: &'static str,
    /// What is refused.
    pub errors: &'static str,
    /// A query that stands on its own.
    pub example: &'static str,
    /// The rows of the example, cells separated by one space.
    pub example_result: &'static [&'static str],
    /// Where the method comes from.
    pub reference: &'static str,
}

/// The step of the handbook that a function belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Family {
    /// `fit_*`: learn a scale from a reference set.
    Fit,
    /// `norm_*`: values to scores on a scale.
    Normalisation,
    /// `agg_*`: scores to a sub-index or index.
    Aggregation,
    /// `read_table`: files of others as tables.
    Files,
    /// `screen_*`, `denominate`: data availability, per-capita values.
    Screening,
    /// `impute_*`: fill missing values and flag them.
    Imputation,
    /// `treat_*`: outliers and skewed distributions.
    Treatment,
    /// `transform_*`: values in another measure of themselves.
    Transformation,
    /// `weight_*`: weights from data or from judgements.
    Weighting,
    /// `stat_*`: distributions and correlations.
    Statistics,
    /// `index_*`: growth, chaining, rebasing, price and quantity indices.
    IndexNumbers,
    /// Table functions: a composite indicator, and its analysis, from a panel and a framework.
    Index,
}

impl Family {
    /// Every family, in the order of the work.
    pub const ALL: [Self; 12] = [
        Self::Files,
        Self::Screening,
        Self::Imputation,
        Self::Treatment,
        Self::Transformation,
        Self::Fit,
        Self::Normalisation,
        Self::Weighting,
        Self::Aggregation,
        Self::Statistics,
        Self::IndexNumbers,
        Self::Index,
    ];

    /// Heading of the family in the reference.
    pub fn title(self) -> &'static str {
        match self {
            Self::Files => "Files: published tables as they are",
            Self::Fit => "Fitting: learn a scale from a reference set",
            Self::Normalisation => "Normalisation: values to scores on a common scale",
            Self::Aggregation => "Aggregation: scores to a sub-index or index",
            Self::Screening => "Screening and denomination: data availability, per-capita values",
            Self::Imputation => "Imputation: fill missing values and flag them",
            Self::Treatment => "Treatment: outliers and skewed distributions",
            Self::Transformation => "Transformation: values in another measure of themselves",
            Self::Weighting => "Weighting: weights from data or from judgements",
            Self::Statistics => "Statistics: distributions and correlations",
            Self::IndexNumbers => "Index numbers: growth, chains, prices and quantities",
            Self::Index => "Index: a composite indicator in one statement",
        }
    }
}

/// How a function is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One answer for many rows: `GROUP BY`, `FILTER`, `OVER (...)` with any frame.
    Aggregate,
    /// One answer per row, with `OVER (...)`.
    Window,
    /// With a fitted scale, or with `OVER (...)`.
    Normalisation,
    /// One answer for one row.
    Scalar,
    /// A relation, in `FROM`.
    Table,
}

/// One argument.
#[derive(Debug)]
#[non_exhaustive]
pub struct Parameter {
    /// Name, as in `name => value`.
    pub name: &'static str,
    /// What it is to the function: everything that depends on it asks this, never the name.
    pub role: Role,
    /// What it takes.
    pub kind: Kind,
    /// Unit of measurement, domain and meaning.
    pub meaning: &'static str,
    /// What NULL does.
    pub null: Null,
    /// What holds where the argument is left out.
    pub default: DefaultValue,
}

impl Parameter {
    /// Whether the argument must be given.
    pub fn is_required(&self) -> bool {
        self.default == DefaultValue::Required
    }

    /// What a table says of it after its name.
    pub(crate) fn row(&self) -> String {
        let Self { kind, meaning, null, default, .. } = self;
        let default = match default {
            DefaultValue::Required => default.to_string(),
            given => format!("`{given}`"),
        };
        format!("| {kind} | {meaning} | {null} | {default} |\n")
    }
}

/// A column of a table that an argument is.
#[derive(Debug)]
#[non_exhaustive]
pub struct TableColumn {
    /// Its name.
    pub name: &'static str,
    /// The rows that may have something in it.
    pub rows: &'static str,
    /// What it holds.
    pub kind: &'static str,
    /// Unit of measurement, domain and meaning.
    pub meaning: &'static str,
    /// What NULL does, and a table without the column.
    pub null: &'static str,
}

/// What an argument is to its function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Role {
    /// What was observed or computed of a row: a value, a score, a price.
    Value,
    /// The unit of a row.
    Unit,
    /// The indicator of a row.
    Indicator,
    /// The period of a row.
    Period,
    /// 1 or -1: whether more or less of the indicator is better.
    Direction,
    /// The weight of a row or of an indicator.
    Weight,
    /// The share of the children that must have a score.
    MinCoverage,
    /// Whether that share is one of weight or of number.
    CoverageBy,
    /// A fitted scale.
    Fit,
    /// The lower goalpost, in the indicator's unit of measurement.
    LowerGoalpost,
    /// The upper goalpost, in the indicator's unit of measurement.
    UpperGoalpost,
    /// The score of the worst value.
    LowerScore,
    /// The score of the best value.
    UpperScore,
    /// A value to be reached, in the indicator's unit of measurement.
    Target,
    /// The period of reference: a key of the argument before.
    BasePeriod,
    /// The unit of reference: a key of the argument before.
    ReferenceUnit,
    /// The panel of a table function.
    Panel,
    /// The framework of a table function.
    Framework,
    /// A further table of a table function.
    Table,
    /// Anything else that says how the function works.
    Setting,
}

impl Role {
    /// Whether an index provides it for the methods of its steps, so that nobody writes it there.
    pub(crate) fn is_provided(self) -> bool {
        matches!(
            self,
            Self::Value
                | Self::Unit
                | Self::Indicator
                | Self::Period
                | Self::Direction
                | Self::Weight
                | Self::MinCoverage
                | Self::CoverageBy
        )
    }

    /// Whether it is a number in the unit of measurement of the indicator.
    pub(crate) fn is_in_measure(self) -> bool {
        matches!(self, Self::LowerGoalpost | Self::UpperGoalpost | Self::Target)
    }
}

/// What NULL does as an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Null {
    /// It is an error.
    Error,
    /// It has this meaning.
    Means(&'static str),
}

impl fmt::Display for Null {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Means(meaning) => meaning,
        })
    }
}

/// What holds where an argument is left out. Its text is SQL.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum DefaultValue {
    /// Nothing: it must be given.
    Required,
    /// NULL, or whatever the meaning of the argument says of its absence.
    Null,
    /// A number.
    Number(f64),
    /// A list of numbers.
    Numbers(&'static [f64]),
    /// True or false.
    Switch(bool),
    /// A word of a choice, or a method.
    Word(&'static str),
    /// The column of that name.
    Column(&'static str),
}

impl DefaultValue {
    /// As a constant; none where it must be given.
    pub(crate) fn constant(self) -> Option<ScalarValue> {
        Some(match self {
            Self::Required => return None,
            Self::Null => ScalarValue::Null,
            Self::Number(number) => ScalarValue::from(number),
            Self::Numbers(numbers) => {
                let numbers: Vec<ScalarValue> = numbers.iter().copied().map(Into::into).collect();
                ScalarValue::List(ScalarValue::new_list_nullable(&numbers, &DataType::Float64))
            }
            Self::Switch(switch) => ScalarValue::from(switch),
            Self::Word(word) | Self::Column(word) => ScalarValue::from(word),
        })
    }
}

impl fmt::Display for DefaultValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Required => f.write_str("required"),
            Self::Null => f.write_str("NULL"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Numbers(numbers) => {
                let numbers: Vec<_> = numbers.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", numbers.join(", "))
            }
            Self::Switch(switch) => write!(f, "{switch}"),
            Self::Word(word) => write!(f, "'{word}'"),
            Self::Column(column) => f.write_str(column),
        }
    }
}

/// What an argument takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A number per row: any integer, decimal or float, computed as DOUBLE.
    Number,
    /// A number that is the same for all rows, known when the query is planned.
    Constant,
    /// A distance in time that is the same for all rows, known when the query is planned: a number in
    /// units of the period, or time of the calendar.
    Lag,
    /// A list of numbers that is the same for all rows, known when the query is planned.
    Constants,
    /// One of these words, the same for all rows, known when the query is planned.
    Choice(&'static [&'static str]),
    /// True or false.
    Boolean,
    /// True or false, the same for all rows, known when the query is planned.
    Switch,
    /// A fitted scale: a STRUCT with these DOUBLE fields.
    Fit(&'static [&'static str]),
    /// A fitted scale: a STRUCT with this field, a sorted LIST of DOUBLE.
    FitList(&'static str),
    /// A key: anything that can be compared for equality.
    Key,
    /// Anything that can be compared for equality.
    Any,
    /// As the argument before it.
    SameAsPrevious,
    /// One of the periods of the argument before it, a span of several such as a year, or `'first'`.
    Base,
    /// A table, or a query in parentheses.
    Relation,
    /// A text, known when the query is planned.
    Text,
    /// A text or a list of texts, known when the query is planned.
    Texts,
    /// The name of a column.
    Column,
    /// A method: a function of this prefix without it, with arguments in parentheses or without.
    Method(&'static str),
    /// A list of such methods.
    Methods(&'static str),
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number => f.write_str("DOUBLE"),
            Self::Constant => f.write_str("DOUBLE constant"),
            Self::Lag => f.write_str("constant, DOUBLE, `'1 year'` or INTERVAL"),
            Self::Constants => f.write_str("LIST of DOUBLE constant"),
            Self::Choice(words) => write!(f, "constant, one of {}", words.join(", ")),
            Self::Boolean => f.write_str("BOOLEAN"),
            Self::Switch => f.write_str("BOOLEAN constant"),
            Self::Fit(fields) => write!(f, "STRUCT({})", fields.join(", ")),
            Self::FitList(field) => write!(f, "STRUCT({field} LIST)"),
            Self::Key | Self::Any => f.write_str("any"),
            Self::SameAsPrevious => f.write_str("as the argument before"),
            Self::Base => f.write_str("a period or span of the argument before, or `'first'`"),
            Self::Relation => f.write_str("table or (query)"),
            Self::Text => f.write_str("text constant"),
            Self::Texts => f.write_str("text or LIST of texts constant"),
            Self::Column => f.write_str("name of a column"),
            Self::Method(prefix) => write!(f, "method: a function `{prefix}*` without the prefix"),
            Self::Methods(prefix) => {
                write!(f, "list of methods: functions `{prefix}*` without the prefix")
            }
        }
    }
}

impl PartialEq for Page {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name // one page per name
    }
}

impl Page {
    /// The arguments of the form with (`over`) or without `OVER (...)`.
    pub fn parameters_of(&self, over: bool) -> &'static [Parameter] {
        match self.over_parameters {
            Some(parameters) if over => parameters,
            _ => self.parameters,
        }
    }

    /// The page as Markdown, headed one level below `## family`.
    pub fn markdown(&self) -> String {
        self.markdown_beside(|_| None)
    }

    /// The same in a document that has some arguments elsewhere: `link` leads there.
    pub(crate) fn markdown_beside(&self, link: impl Fn(&Parameter) -> Option<String>) -> String {
        let mut text = format!("### `{}`\n\n{}\n\n", self.name, self.summary);
        paragraph(&mut text, "Formula", self.formula);
        let calls: Vec<_> = self.syntax.iter().map(|form| format!("`{form}`")).collect();
        paragraph(&mut text, "Calls", &calls.join("; "));
        let links: Vec<_> = self.parameters.iter().filter_map(&link).collect();
        if !links.is_empty() {
            let _ = write!(text, "Shared arguments: {}.\n\n", links.join(", "));
        }
        let mut own: Vec<_> = self.parameters.iter().filter(|p| link(p).is_none()).collect();
        text.push_str(&table(&own));
        if self.shares_arguments {
            text.push_str("And all other arguments of `composite_index`.\n\n");
        }
        if let Some(parameters) = self.over_parameters {
            let name = |p: &Parameter| link(p).unwrap_or_else(|| format!("`{}`", p.name));
            let names: Vec<_> = parameters.iter().map(name).collect();
            let _ = write!(text, "With `OVER (...)`: {}.\n\n", names.join(", "));
            let is_new = |p: &&Parameter| {
                let is_same = |known: &Parameter| known.name == p.name && known.row() == p.row();
                link(p).is_none() && !self.parameters.iter().any(is_same)
            };
            own = parameters.iter().filter(is_new).collect();
            text.push_str(&table(&own));
        }
        if !self.framework_columns.is_empty() {
            text.push_str("**Columns of a framework.** All but `code` can be left out.\n\n");
            text.push_str("| column | rows | holds | meaning | NULL |\n|---|---|---|---|---|\n");
            for TableColumn { name, rows, kind, meaning, null } in self.framework_columns {
                let _ = writeln!(text, "| `{name}` | {rows} | {kind} | {meaning} | {null} |");
            }
            text.push('\n');
        }
        paragraph(&mut text, "Returns", self.returns);
        let notes: Vec<_> = sentences(self.notes).map(|note| format!("\n- {note}")).collect();
        match notes.as_slice() {
            [] | [_] => paragraph(&mut text, "Notes", self.notes),
            notes => {
                let _ = write!(text, "**Notes.**\n{}\n\n", notes.concat());
            }
        }
        paragraph(&mut text, "Errors", self.errors);
        paragraph(&mut text, "Reference", self.reference);
        let _ = write!(text, "```sql\n{}\n", self.example);
        for row in self.example_result {
            let _ = writeln!(text, "-- {row}");
        }
        text.push_str("```\n");
        text
    }

    /// The page as plain text for a terminal.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for form in self.syntax {
            let _ = writeln!(text, "{form}");
        }
        let _ = write!(text, "\n  {}\n", self.summary);
        let mut section = |heading: &str, body: &str| {
            if !body.is_empty() {
                let _ = write!(text, "\n{heading}\n  {body}\n");
            }
        };
        section("Formula", self.formula);
        section("Arguments", arguments(self.parameters).trim_start());
        if self.shares_arguments {
            section("Further arguments", "those of composite_index (\\h composite_index)");
        }
        if let Some(parameters) = self.over_parameters {
            section("Arguments with OVER (...)", arguments(parameters).trim_start());
        }
        section("Columns of a framework", columns(self.framework_columns).trim_start());
        section("Returns", self.returns);
        section("Notes", self.notes);
        section("Errors", self.errors);
        let rows: String = self.example_result.iter().map(|row| format!("\n  -- {row}")).collect();
        section("Example", &(self.example.replace('\n', "\n  ") + &rows));
        section("Reference", self.reference);
        text
    }

    /// The page for the engine's own catalogue (`SHOW FUNCTIONS`, `information_schema.routines`).
    pub fn documentation(&self) -> Documentation {
        let section = DocSection { include: true, label: self.family.title(), description: None };
        let mut documentation = Documentation::builder(
            section,
            format!("{} {}", self.summary, self.formula),
            self.syntax.join("\n"),
        )
        .with_sql_example(self.example);
        for parameter in self.parameters {
            documentation = documentation.with_argument(parameter.name, parameter.meaning);
        }
        documentation.build()
    }
}

fn paragraph(text: &mut String, heading: &str, body: &str) {
    if !body.is_empty() {
        let _ = write!(text, "**{heading}.** {body}\n\n");
    }
}

/// The head of a table of arguments.
pub(crate) const HEAD: &str =
    "| argument | type | meaning | NULL | default |\n|---|---|---|---|---|\n";

fn table(parameters: &[&Parameter]) -> String {
    if parameters.is_empty() {
        return String::new();
    }
    let rows: String = parameters.iter().map(|p| format!("| `{}` {}", p.name, p.row())).collect();
    format!("{HEAD}{rows}\n")
}

fn arguments(parameters: &[Parameter]) -> String {
    let mut text = String::new();
    for Parameter { name, kind, meaning, null, default, .. } in parameters {
        let default = match default {
            DefaultValue::Required => default.to_string(),
            given => format!("default {given}"),
        };
        let _ = write!(text, "\n  {name:<12} {kind}, {default}: {meaning}; NULL: {null}");
    }
    text
}

fn columns(columns: &[TableColumn]) -> String {
    let mut text = String::new();
    for TableColumn { name, rows, kind, meaning, null } in columns {
        let _ = write!(text, "\n  {name:<17} {rows}; {kind}: {meaning}; NULL: {null}");
    }
    text
}

/// The sentences of a text, each with its full stop.
fn sentences(text: &'static str) -> impl Iterator<Item = &'static str> {
    /// What a full stop after it does not end.
    const SHORT: [&str; 5] = ["al.", "e.g.", "i.e.", "cf.", "vs."];
    let mut rest = text;
    iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let is_end = |at: &usize| {
            let before = &rest[..at + 1];
            let open = before.matches('(').count() > before.matches(')').count();
            !open && !SHORT.iter().any(|short| before.ends_with(short))
        };
        let end = rest.match_indices(". ").map(|(at, _)| at).find(is_end);
        let (sentence, after) = rest.split_at(end.map_or(rest.len(), |at| at + 1));
        rest = after.trim_start();
        Some(sentence)
    })
}

/// Defines a [`Page`]; and, where its name is a word and not a text, a macro of that name, whose
/// answer is the page as the rustdoc of the function of [`crate::expr_fn`].
macro_rules! page {
    (
        $(#[$doc:meta])*
        pub static $ident:ident = Page {
            name: $name:tt,
            family: $family:ident,
            syntax: [$syntax:literal $(, $more_syntax:literal)* $(,)?],
            summary: $summary:literal,
            formula: $formula:literal,
            parameters: $parameters:expr,
            $(over_parameters: $over_parameters:expr,)?
            $(window_only: $window_only:literal,)?
            $(shares_arguments: $shares_arguments:literal,)?
            $(framework_columns: $framework_columns:expr,)?
            returns: $returns:literal,
            notes: $notes:literal,
            errors: $errors:literal,
            example: $example:literal,
            example_result: [$($row:literal),* $(,)?],
            reference: $reference:literal,
        };
    ) => {
        $crate::page::document! { $name
            $summary "\n\n```text\n" $formula "\n```\n\nIn SQL: `" $syntax
            $("` or `" $more_syntax)* "`.\n\n**Returns** " $returns "\n\n**Errors** " $errors
            "\n\n```sql\n" $example "\n" $("-- " $row "\n")* "```\n\n**Reference** " $reference
        }
        $(#[$doc])*
        pub static $ident: $crate::page::Page = $crate::page::Page {
            name: $crate::page::name!($name),
            family: $crate::page::Family::$family,
            syntax: &[$syntax $(, $more_syntax)*],
            summary: $summary,
            formula: $formula,
            parameters: $parameters,
            over_parameters: $crate::page::or_none!($($over_parameters)?),
            window_only: false $(|| $window_only)?,
            shares_arguments: false $(|| $shares_arguments)?,
            framework_columns: $crate::page::or_empty!($($framework_columns)?),
            returns: $returns,
            notes: $notes,
            errors: $errors,
            example: $example,
            example_result: &[$($row),*],
            reference: $reference,
        };
    };
}
pub(crate) use page;

macro_rules! or_none {
    () => {
        None
    };
    ($given:expr) => {
        $given
    };
}
pub(crate) use or_none;

macro_rules! or_empty {
    () => {
        &[]
    };
    ($given:expr) => {
        $given
    };
}
pub(crate) use or_empty;

/// The name of a page as a text.
macro_rules! name {
    ($name:literal) => {
        $name
    };
    ($name:ident) => {
        stringify!($name)
    };
}
pub(crate) use name;

/// A macro of the name of a page that answers these words.
macro_rules! document {
    ($name:literal $($word:literal)*) => {};
    ($name:ident $($word:literal)*) => {
        macro_rules! $name {
            () => {
                concat!($($word),*)
            };
        }
        pub(crate) use $name;
    };
}
pub(crate) use document;
