//! Tables compared whole.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
};
use datafusion::arrow::record_batch::RecordBatch;

use super::style::{Hints, Style};
use super::writer::Table;
use crate::export::writer::BatchWriter;

const HINTS: Hints = Hints { rows: " (\\rows 0 shows all)", columns: " (\\f csv shows all)" };

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("the text").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn drawn(batches: &[RecordBatch], style: &Style) -> String {
    let text = Shared::default();
    let mut table = Table::new(Box::new(text.clone()), &batches[0].schema(), style.clone());
    for batch in batches {
        table.write(batch).expect("a batch");
    }
    table.finish().expect("the end");
    let bytes = text.0.lock().expect("the text").clone();
    String::from_utf8(bytes).expect("UTF-8")
}

fn batch(columns: &[(&str, ArrayRef)]) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(
        columns.iter().map(|(name, column)| (*name, Arc::clone(column), true)),
    )
    .expect("a batch")
}

fn texts(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn floats(values: &[Option<f64>]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

fn numbered(rows: std::ops::Range<i64>) -> RecordBatch {
    batch(&[("n", Arc::new(Int64Array::from_iter_values(rows)) as ArrayRef)])
}

fn terminal(width: u16, rows: usize) -> Style {
    Style::terminal(Some(width), rows, HINTS)
}

#[test]
fn every_kind_stands_as_it_is_read() {
    let all = batch(&[
        ("unit", texts(&[Some("A"), Some(""), None])),
        ("score", floats(&[Some(0.5), Some(112.25), None])),
        ("n", Arc::new(Int64Array::from(vec![Some(1), Some(1_000_000), None]))),
        ("day", Arc::new(Date32Array::from(vec![Some(0), Some(19_724), None]))),
        ("is", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None]))),
        (
            "price",
            Arc::new(
                Decimal128Array::from(vec![Some(150), Some(99_999), None])
                    .with_precision_and_scale(10, 2)
                    .expect("a scale"),
            ),
        ),
    ]);
    assert_eq!(
        drawn(std::slice::from_ref(&all), &terminal(90, 40)),
        "┌─────────┬────────┬─────────┬────────────┬─────────┬────────────────┐\n\
         │ unit    ┆  score ┆       n ┆ day        ┆ is      ┆          price │\n\
         │ VARCHAR ┆ DOUBLE ┆  BIGINT ┆ DATE       ┆ BOOLEAN ┆ DECIMAL(10, 2) │\n\
         ╞═════════╪════════╪═════════╪════════════╪═════════╪════════════════╡\n\
         │ A       ┆   0.50 ┆       1 ┆ 1970-01-01 ┆ true    ┆           1.50 │\n\
         │         ┆ 112.25 ┆ 1000000 ┆ 2024-01-02 ┆ false   ┆         999.99 │\n\
         │ NULL    ┆   NULL ┆    NULL ┆ NULL       ┆ NULL    ┆           NULL │\n\
         └─────────┴────────┴─────────┴────────────┴─────────┴────────────────┘\n\
         3 rows\n"
    );
    // In a file: no types, numbers in full, no footer.
    assert_eq!(
        drawn(std::slice::from_ref(&all), &Style::plain()),
        "┌──────┬────────┬─────────┬────────────┬───────┬────────┐\n\
         │ unit ┆  score ┆       n ┆ day        ┆ is    ┆  price │\n\
         ╞══════╪════════╪═════════╪════════════╪═══════╪════════╡\n\
         │ A    ┆    0.5 ┆       1 ┆ 1970-01-01 ┆ true  ┆   1.50 │\n\
         │      ┆ 112.25 ┆ 1000000 ┆ 2024-01-02 ┆ false ┆ 999.99 │\n\
         │ NULL ┆   NULL ┆    NULL ┆ NULL       ┆ NULL  ┆   NULL │\n\
         └──────┴────────┴─────────┴────────────┴───────┴────────┘\n"
    );
    assert_eq!(
        drawn(&[all.project(&[0, 1]).expect("columns")], &Style::markdown()),
        "| unit |  score |\n\
         |------|--------|\n\
         | A    |    0.5 |\n\
         |      | 112.25 |\n\
         |      |        |\n"
    );
    // With colours, what is no value stands back.
    let dimmed = drawn(&[all.project(&[0]).expect("columns")], &terminal(90, 40).coloured(true));
    assert_eq!(
        dimmed,
        "┌─────────┐\n│ unit    │\n│ \x1b[2mVARCHAR\x1b[0m │\n╞═════════╡\n\
         │ A       │\n│         │\n│ \x1b[2mNULL\x1b[0m    │\n└─────────┘\n3 rows\n"
    );
}

#[test]
fn first_and_last_rows_are_shown() {
    let middle: Vec<RecordBatch> = (0..1000).map(|i| numbered(i * 1000..(i + 1) * 1000)).collect();
    assert_eq!(
        drawn(&middle, &terminal(90, 5)),
        "┌────────┐\n│      n │\n│ BIGINT │\n╞════════╡\n\
         │      0 │\n│      1 │\n│      2 │\n│      · │\n│ 999998 │\n│ 999999 │\n└────────┘\n\
         1,000,000 rows, 5 shown (\\rows 0 shows all)\n"
    );
    // From small batches, and from one that is both first and last.
    let small: Vec<RecordBatch> = (0..9).map(|i| numbered(i..i + 1)).collect();
    let expected = "┌────────┐\n│      n │\n│ BIGINT │\n╞════════╡\n\
         │      0 │\n│      1 │\n│      · │\n│      7 │\n│      8 │\n└────────┘\n\
         9 rows, 4 shown (\\rows 0 shows all)\n";
    assert_eq!(drawn(&small, &terminal(90, 4)), expected);
    assert_eq!(drawn(&[numbered(0..9)], &terminal(90, 4)), expected);
    // As many as are shown: nothing is hidden.
    for parts in [&small[..4], &[numbered(0..4)]] {
        let all = drawn(parts, &terminal(90, 4));
        assert!(!all.contains('·') && all.ends_with("│      3 │\n└────────┘\n4 rows\n"), "{all}");
    }
    assert_eq!(
        drawn(&[numbered(0..0)], &terminal(90, 4)),
        "┌────────┐\n│      n │\n│ BIGINT │\n╞════════╡\n└────────┘\n0 rows\n"
    );
    let one = drawn(&[numbered(0..3)], &terminal(90, 1));
    assert!(
        one.ends_with("│      0 │\n│      · │\n└────────┘\n3 rows, 1 shown (\\rows 0 shows all)\n")
    );
}

#[test]
fn all_rows_are_drawn_in_pieces() {
    let all = drawn(&[numbered(0..10_001)], &terminal(90, usize::MAX));
    assert_eq!(all.matches("BIGINT").count(), 2);
    assert_eq!(all.lines().filter(|line| line.starts_with('│')).count(), 10_001 + 4);
    assert!(all.ends_with("10,001 rows\n"), "{}", &all[all.len() - 40..]);
    assert_eq!(drawn(&[numbered(0..10_001)], &Style::markdown()).lines().count(), 10_003);
}

#[test]
fn numbers_are_never_cut_and_texts_are() {
    let long = "京".repeat(40);
    let wide = batch(&[
        ("text", texts(&[Some(&long)])),
        ("number", floats(&[Some(123_456_789_012.5)])),
        ("more", texts(&[Some(&"x".repeat(50))])),
    ]);
    assert_eq!(
        drawn(&[wide], &terminal(50, 40)),
        "┌───────────────┬────────────────┬───────────────┐\n\
         │ text          ┆         number ┆ more          │\n\
         │ VARCHAR       ┆         DOUBLE ┆ VARCHAR       │\n\
         ╞═══════════════╪════════════════╪═══════════════╡\n\
         │ 京京京京京京… ┆ 123456789012.5 ┆ xxxxxxxxxxxx… │\n\
         └───────────────┴────────────────┴───────────────┘\n\
         1 row\n"
    );
    let columns: Vec<(String, ArrayRef)> =
        (0..12).map(|i| (format!("c{i}"), floats(&[Some(f64::from(i) + 1000.25)]))).collect();
    let columns: Vec<(&str, ArrayRef)> =
        columns.iter().map(|(name, column)| (name.as_str(), Arc::clone(column))).collect();
    assert_eq!(
        drawn(&[batch(&columns)], &terminal(50, 40)),
        "┌─────────┬─────────┬───┬─────────┬─────────┐\n\
         │      c0 ┆      c1 ┆ … ┆     c10 ┆     c11 │\n\
         │  DOUBLE ┆  DOUBLE ┆   ┆  DOUBLE ┆  DOUBLE │\n\
         ╞═════════╪═════════╪═══╪═════════╪═════════╡\n\
         │ 1000.25 ┆ 1001.25 ┆ … ┆ 1010.25 ┆ 1011.25 │\n\
         └─────────┴─────────┴───┴─────────┴─────────┘\n\
         1 row; 4 of 12 columns (\\f csv shows all)\n"
    );
}

#[test]
fn data_cannot_command_the_terminal() {
    let evil = batch(&[
        ("a\x1b[2Jb", texts(&[Some("\x1b[31mred\x07"), Some("a\r\tb"), Some("two\nlines")])),
        ("e\u{301}", texts(&[Some("e\u{301}"), Some("👩\u{200d}💻"), Some("\u{202e}x")])),
    ]);
    let shown = drawn(&[evil], &terminal(90, 40));
    assert!(!shown.contains(['\x1b', '\x07', '\r', '\t', '\u{202e}']), "{shown:?}");
    assert_eq!(
        shown,
        "┌────────────────────┬───────────┐\n\
         │ a\\u{1b}[2Jb        ┆ e\u{301}         │\n\
         │ VARCHAR            ┆ VARCHAR   │\n\
         ╞════════════════════╪═══════════╡\n\
         │ \\u{1b}[31mred\\u{7} ┆ e\u{301}         │\n\
         │ a\\r\\tb             ┆ 👩\u{200d}💻      │\n\
         │ two                ┆ \\u{202e}x │\n\
         │ lines              ┆           │\n\
         └────────────────────┴───────────┘\n\
         3 rows\n"
    );
}

#[test]
fn records_have_a_line_for_each_column() {
    let all = batch(&[
        ("unit", texts(&[Some("A"), Some("two\nlines"), None, Some("")])),
        ("城市", texts(&[Some("北京"), None, None, None])),
        ("score", floats(&[Some(0.1 + 0.2), Some(1.0), None, None])),
    ]);
    assert_eq!(
        drawn(&[all.slice(0, 2)], &Style::plain().upright()),
        "─[ 1 ]───────\n\
         unit  │ A\n\
         城市  │ 北京\n\
         score │ 0.30000000000000004\n\
         ─[ 2 ]───────\n\
         unit  │ two\n      \
               │ lines\n\
         城市  │ NULL\n\
         score │ 1.0\n"
    );
    assert_eq!(
        drawn(&[all.project(&[0]).expect("a column")], &terminal(20, 2).upright()),
        "─[ 1 ]──────\nunit │ A\n·\n─[ 4 ]──────\nunit │\n4 rows, 2 shown (\\rows 0 shows all)\n"
    );
}

#[test]
fn plans_keep_their_indentation() {
    let plan = "Projection: a\n  Filter: t.a > 1 AND t.b > 2 AND t.c > 3\n    TableScan: t";
    let plans = RecordBatch::try_from_iter([
        ("plan_type", texts(&[Some("logical_plan")])),
        ("plan", texts(&[Some(plan)])),
    ])
    .expect("a batch");
    let whole = "logical_plan\n  Projection: a\n    Filter: t.a > 1 AND t.b > 2 AND t.c > 3\n      \
                 TableScan: t\n";
    assert_eq!(drawn(std::slice::from_ref(&plans), &Style::plain()), whole);
    assert_eq!(drawn(std::slice::from_ref(&plans), &terminal(90, 1)), whole);
    assert_eq!(
        drawn(&[plans], &terminal(36, 1)),
        "logical_plan\n  Projection: a\n    Filter: t.a > 1 AND t.b > 2 AND\n          t.c > 3\n      \
         TableScan: t\n"
    );
    // Lines of frames are cut: what goes on below would stand in another frame.
    let tree = "┌─────┐┌─────┐\n│  a  ││  b  │\n└─────┘└─────┘";
    let plans = RecordBatch::try_from_iter([
        ("plan_type", texts(&[Some("physical_plan")])),
        ("plan", texts(&[Some(tree)])),
    ])
    .expect("a batch");
    assert_eq!(
        drawn(std::slice::from_ref(&plans), &terminal(16, 1)),
        "physical_plan\n  ┌─────┐┌─────┐\n  │  a  ││  b  │\n  └─────┘└─────┘\n"
    );
    assert_eq!(
        drawn(&[plans], &terminal(13, 1)),
        "physical_plan\n  ┌─────┐┌──…\n  │  a  ││  …\n  └─────┘└──…\n"
    );
}
