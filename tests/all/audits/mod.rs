//! The statistical audit: every rule fires on a panel made for it, every query that is shown gives the table that is
//! shown, and the figures are those of others.

mod asem;
pub mod command;
mod degenerate;
mod documents;
mod large;
mod made;
mod numbers;
mod queries;
mod rules;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::{cast, concat_batches};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::prelude::SessionContext;
use goalposts::Parameters;
use goalposts::audit::arguments::Arguments;
use goalposts::audit::request::SEED;
use goalposts::audit::{Audited, CHAPTERS, Request, audit};
use goalposts::document::Block;
use goalposts::session::{self, Options};
use libtest_mimic::Trial;

use crate::repository;

pub fn trials() -> Vec<Trial> {
    [
        rules::trials(),
        numbers::trials(),
        queries::trials(),
        degenerate::trials(),
        asem::trials(),
        command::trials(),
        documents::trials(),
        large::trials(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Draws that suffice where only what depends on them is told.
const FEW: u32 = 40;

/// A request with arguments and nothing else.
fn request(panel: &str, framework: &str, arguments: &str) -> Request {
    Request {
        panel: panel.to_owned(),
        framework: framework.to_owned(),
        arguments: Arguments::read(arguments).expect("arguments"),
        period: None,
        last_release: None,
        uncertainty: None,
        draws: FEW,
        seed: SEED,
        title: None,
    }
}

/// The three regions of Beijing-Tianjin-Hebei, by our own framework.
fn bth() -> Request {
    request(
        "(SELECT * FROM bth.indicators WHERE unit IN ('Beijing', 'Tianjin', 'Hebei'))",
        "bth.framework",
        "normalisation => base, base => 2014, min_coverage => 0.8, strict => false",
    )
}

/// The Human Development Index of eight countries.
fn hdi() -> Request {
    request("hdi.indicators", HDI, "normalisation => goalposts")
}

const HDI: &str = "(SELECT code, parent, weight, lower, upper, label, \
                   CASE WHEN in_logs THEN 'ln' END AS transform, \
                   CASE WHEN code = 'hdi' THEN 'geometric' END AS aggregation FROM hdi.framework)";

/// A session on the data of the repository.
async fn on_data() -> SessionContext {
    let data = repository().join("data").display().to_string();
    session::open(Some(&data), &Options::default()).await.expect("a session")
}

async fn audited(context: &SessionContext, request: &Request) -> Audited {
    let audited = audit(context, &Parameters::default(), request, |_| {}).await;
    audited.unwrap_or_else(|error| panic!("{request:?}: {error}"))
}

/// The rows of a query.
async fn run(context: &SessionContext, sql: &str) -> RecordBatch {
    let frame = goalposts::sql(context, sql).await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
    let schema = std::sync::Arc::clone(frame.schema().inner());
    let batches = frame.collect().await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
    concat_batches(&schema, &batches).expect("one schema")
}

/// The blocks of a figure: from its heading to the next.
fn blocks<'a>(audited: &'a Audited, figure: &str) -> Vec<&'a Block> {
    let figures = CHAPTERS.iter().flat_map(|chapter| chapter.figures);
    let title = figures.clone().find(|known| known.name == figure).expect("a figure").title;
    let all = audited.document.chapters.iter().flat_map(|chapter| &chapter.blocks);
    let of =
        all.skip_while(|block| !matches!(block, Block::Heading(text) if text == title)).skip(1);
    of.take_while(|block| !matches!(block, Block::Heading(_))).collect()
}

/// The rows of a figure.
fn rows<'a>(audited: &'a Audited, figure: &str) -> &'a RecordBatch {
    let of = blocks(audited, figure);
    let table = of.iter().find_map(|block| match block {
        Block::Table(table) => Some(&table.rows),
        _ => None,
    });
    table.unwrap_or_else(|| panic!("{figure} must have a table, found {of:?}"))
}

/// The query of a figure.
fn query<'a>(audited: &'a Audited, figure: &str) -> &'a str {
    let of = blocks(audited, figure);
    let sql = of.iter().find_map(|block| match block {
        Block::Query(sql) => Some(sql.as_str()),
        _ => None,
    });
    sql.unwrap_or_else(|| panic!("{figure} must have a query, found {of:?}"))
}

/// What is said in a figure.
fn said(audited: &Audited, figure: &str) -> String {
    let texts = blocks(audited, figure).into_iter().filter_map(|block| match block {
        Block::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}

/// A column as numbers.
fn numbers(rows: &RecordBatch, column: &str) -> Vec<Option<f64>> {
    let column = rows.column_by_name(column).unwrap_or_else(|| panic!("{column} must be a column"));
    let numbers = cast(column, &DataType::Float64).expect("numbers");
    numbers.as_primitive::<Float64Type>().iter().collect()
}

/// A column as texts.
fn texts(rows: &RecordBatch, column: &str) -> Vec<String> {
    let column = rows.column_by_name(column).unwrap_or_else(|| panic!("{column} must be a column"));
    let texts = cast(column, &DataType::Utf8).expect("texts");
    let texts = texts.as_string::<i32>();
    (0..texts.len())
        .map(|row| if texts.is_valid(row) { texts.value(row).to_owned() } else { String::new() })
        .collect()
}

/// The cell of the row in which columns have these texts.
fn cell(rows: &RecordBatch, keys: &[(&str, &str)], column: &str) -> Option<f64> {
    let of: Vec<Vec<String>> = keys.iter().map(|(name, _)| texts(rows, name)).collect();
    let is = |row: usize| keys.iter().zip(&of).all(|((_, wanted), column)| column[row] == *wanted);
    let row = (0..rows.num_rows()).find(|row| is(*row));
    let row = row.unwrap_or_else(|| panic!("{keys:?} must have a row in {rows:?}"));
    numbers(rows, column)[row]
}

/// The words of the rules that found something.
fn fired(audited: &Audited) -> Vec<&'static str> {
    let mut rules: Vec<&str> = audited.findings.iter().map(|(_, finding)| finding.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}
