//! The crate as a library: what a Rust program calls, and what its errors keep.

use std::error::Error;
use std::num::NonZeroUsize;

use calamine::{Reader, Xlsx};
use datafusion::arrow::util::pretty::pretty_format_batches;
use goalposts::datafusion::common::DataFusionError;
use goalposts::export::{self, Format, Target};
use goalposts::session::{self, Options};
use goalposts::{Parameters, sql, sql_with};
use libtest_mimic::Trial;

use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    vec![
        trial_async("library::parameters", parameters),
        trial_async("library::session", a_session),
        trial_async("library::export", an_export),
    ]
}

async fn parameters() {
    let context = session::open(None, &Options::default()).await.expect("a session");
    let given: Parameters = [("year", "2024"), ("unit", "'7'")].into_iter().collect();
    let text = "SELECT $year + 1 AS next, $unit AS unit";
    let frame = sql_with(&context, text, &given).await.expect("a plan");
    let rows = pretty_format_batches(&frame.collect().await.expect("rows")).expect("text");
    assert!(rows.to_string().contains("| 2025 | 7    |"), "{rows}");

    let error = sql_with(&context, "SELECT $month", &given).await.expect_err("no value");
    assert_eq!(goalposts::error::describe(&error), "$month must have a value, found none");
}

async fn a_session() {
    let options = Options::default().with_memory_limit(1 << 20).with_threads(NonZeroUsize::new(3));
    let context = session::open(None, &options).await.expect("a session");
    assert_eq!(context.copied_config().target_partitions(), 3);
    let many =
        "SELECT count(*) FROM (SELECT i FROM generate_series(1, 1000000) AS t(i) GROUP BY i)";
    let frame = sql(&context, many).await.expect("a plan");
    let error = frame.collect().await.expect_err("too much");
    assert!(matches!(error.find_root(), DataFusionError::ResourcesExhausted(_)), "{error}");

    let error = session::open(Some("no/such/folder"), &Options::default()).await;
    let error = error.err().expect("no folder");
    assert!(error.message().starts_with("no/such/folder: "), "{error}");
}

async fn an_export() {
    let context = session::open(None, &Options::default()).await.expect("a session");
    let batches = sql(&context, "SELECT 1 AS a, 2 AS b").await.expect("a plan").collect().await;
    let batch = batches.expect("rows").remove(0);

    let folder = tempfile::tempdir().expect("a folder");
    let target = Target::File(folder.path().join("a.csv"));
    let mut export = target.open(Format::Csv, &batch.schema()).expect("a file");
    export.write(&batch).expect("written");
    assert_eq!(export.finish().expect("complete"), 1);
    let text = std::fs::read_to_string(folder.path().join("a.csv")).expect("a file");
    assert_eq!(text, "a,b\n1,2\n");

    // A workbook is named after its file; it tells nothing of a query that it does not know.
    let target = Target::File(folder.path().join("table.xlsx"));
    let mut export = target.open(Format::Xlsx, &batch.schema()).expect("a file");
    export.write(&batch).expect("written");
    assert_eq!(export.finish().expect("complete"), 1);
    let book = folder.path().join("table.xlsx");
    let book: Xlsx<_> = calamine::open_workbook(book).expect("a workbook");
    assert_eq!(book.sheet_names(), ["table"]);

    let error = Target::File(folder.path().join("no").join("a.csv"));
    let error = error.open(Format::Csv, &batch.schema()).err().expect("no folder");
    assert!(matches!(error, export::Error::Io { .. }), "{error}");
    let source = error.source().and_then(|source| source.downcast_ref::<std::io::Error>());
    assert_eq!(source.map(std::io::Error::kind), Some(std::io::ErrorKind::NotFound));

    let twice = sql(&context, "SELECT * FROM (SELECT 1 AS a) x, (SELECT 2 AS a) y").await;
    let twice = twice.expect("a plan");
    let error = target.open(Format::Json, &std::sync::Arc::new(twice.schema().as_arrow().clone()));
    let error = error.err().expect("one name");
    let source = error.source().and_then(|source| source.downcast_ref::<DataFusionError>());
    assert!(matches!(source, Some(DataFusionError::Plan(_))), "{error}");
}
