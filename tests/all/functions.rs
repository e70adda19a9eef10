//! What holds for every function, over the list of all of them: a new function is covered by
//! being registered.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, RecordBatch,
};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::{DataType, Field, Float64Type, Schema};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};
use goalposts::functions::{self, Family, Kind, Page};
use libtest_mimic::Trial;

use crate::{repository, trial, trial_async};

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        trial("functions::names_differ", names_differ),
        trial_async("functions::engine_knows_them", engine_knows_them),
        trial("functions::reference_is_current", reference_is_current),
        trial_async("functions::plain_sql_of_the_engine", plain_sql_of_the_engine),
    ];
    for page in functions::pages() {
        trials.push(trial(&format!("functions::{}::page", page.name), || page_is_whole(page)));
        trials.push(trial_async(
            &format!("functions::{}::example", page.name),
            move || async move {
                example_holds(page).await;
            },
        ));
        // Functions of a whole matrix have keys: tests/sql/matrix.slt splits and groups them.
        let has_keys = page.parameters.iter().any(|parameter| parameter.kind == Kind::Key);
        if matches!(page.family, Family::Fit | Family::Aggregation) && !has_keys {
            let name = format!("functions::{}::one_answer", page.name);
            trials.push(trial_async(&name, move || async move { one_answer(page).await }));
        }
    }
    trials
}

fn names_differ() {
    let mut names: Vec<_> = functions::pages().map(|page| page.name).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}

fn page_is_whole(page: &Page) {
    for text in [page.summary, page.formula, page.returns, page.errors, page.reference] {
        assert!(!text.is_empty(), "{}: a part of the page is empty", page.name);
    }
    assert!(page.syntax.iter().all(|form| form.starts_with(page.name)), "{}", page.name);
    for over in [false, true] {
        let parameters = page.parameters_of(over);
        let optional = parameters.iter().position(|p| p.default.is_some());
        let last_required = parameters.iter().rposition(|p| p.default.is_none());
        if let (Some(optional), Some(required)) = (optional, last_required) {
            assert!(required < optional, "{}: required arguments come first", page.name);
        }
    }
}

async fn engine_knows_them() {
    let context = session(SessionConfig::new().with_information_schema(true));
    for page in functions::pages() {
        let sql = format!(
            "SELECT description FROM information_schema.routines WHERE routine_name = '{}'",
            page.name
        );
        let rows = rows(&context, &sql).await;
        assert!(rows.iter().any(|row| row.contains(page.summary)), "{}: {rows:?}", page.name);
    }
}

/// `docs/functions.md` is what the code says. `UPDATE_REFERENCE=1` writes it anew.
fn reference_is_current() {
    let file = repository().join("docs").join("functions.md");
    let text = functions::reference();
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        std::fs::write(&file, &text).expect("docs/functions.md can be written");
    }
    let written = std::fs::read_to_string(&file).expect("docs/functions.md can be read");
    assert!(
        written == text,
        "docs/functions.md is not what the code says: \
         UPDATE_REFERENCE=1 cargo test --test all -- reference"
    );
}

async fn example_holds(page: &Page) {
    let context = session(SessionConfig::new());
    let rows = rows(&context, page.example).await;
    assert_eq!(rows, page.example_result, "{}: {}", page.name, page.example);
}

/// `SessionContext::sql` alone, without our own planning of named arguments.
async fn plain_sql_of_the_engine() {
    let context = session(SessionConfig::new());
    let sql = "SELECT norm_minmax(value) OVER (), norm_minmax(value, 1, 100, -1) OVER (),
                      norm_minmax(value, lower => 1, upper => 100) OVER (),
                      norm_minmax(value, named_struct('min', 0, 'max', 10)),
                      norm_goalposts(value, 0, 10), agg_arithmetic(value, weight => 2) OVER ()
               FROM (VALUES (2.0), (6.0)) AS t(value) ORDER BY value";
    let batches = context.sql(sql).await.expect("a plan").collect().await.expect("rows");
    let first: Vec<f64> = batches[0]
        .columns()
        .iter()
        .map(|column| column.as_primitive::<Float64Type>().value(0))
        .collect();
    assert_eq!(first, [0.0, 100.0, 1.0, 0.2, 0.2, 4.0]);
}

fn session(config: SessionConfig) -> SessionContext {
    let context = SessionContext::new_with_config(config);
    goalposts::register_all(&context).expect("the functions can be registered");
    context
}

/// Rows as text, cells separated by a space.
async fn rows(context: &SessionContext, sql: &str) -> Vec<String> {
    let frame = goalposts::sql(context, sql).await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
    let batches = frame.collect().await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
    let options = FormatOptions::default().with_null("NULL");
    let mut rows = Vec::new();
    for batch in &batches {
        let columns: Vec<_> = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column, &options).expect("a formatter"))
            .collect();
        for row in 0..batch.num_rows() {
            let cells: Vec<_> =
                columns.iter().map(|column| column.value(row).to_string()).collect();
            rows.push(cells.join(" "));
        }
    }
    rows
}

const GROUPS: i64 = 7;
const ROWS: i64 = 2_000;

/// A table with groups, positive scores that differ in size, weights, missing values, and one
/// group without any value. Deterministic: the golden ratio's multiples are as good as random.
fn data() -> RecordBatch {
    let noise = |i: i64, k: f64| (i as f64 * k).fract();
    let id = 0..ROWS;
    let group = id.clone().map(|i| (noise(i, 0.618_033_988_75) * GROUPS as f64) as i64);
    let x = id.clone().zip(group.clone()).map(|(i, group)| {
        let is_there = group != 3 && i % 11 != 0;
        is_there.then(|| 0.001 + noise(i, std::f64::consts::SQRT_2) * 10_f64.powi((i % 5) as i32))
    });
    let w = id.clone().map(|i| noise(i, std::f64::consts::E) * f64::from(u8::from(i % 13 != 0)));
    let keep = id.clone().map(|i| Some(i % 3 != 0));
    // The base period of fit_base: one row of each group has it.
    let mut seen = [false; GROUPS as usize];
    let period: Vec<i64> = group
        .clone()
        .zip(x.clone())
        .zip(keep.clone())
        .map(|((group, x), keep)| {
            let first = x.is_some() && keep == Some(true) && !seen[group as usize];
            seen[group as usize] |= first;
            if first { 2014 } else { 2015 }
        })
        .collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from_iter_values(id))),
        ("g", Arc::new(Int64Array::from_iter_values(group))),
        ("x", Arc::new(x.collect::<Float64Array>())),
        ("w", Arc::new(Float64Array::from_iter_values(w))),
        ("period", Arc::new(Int64Array::from(period))),
        ("keep", Arc::new(keep.collect::<BooleanArray>())),
    ];
    RecordBatch::try_from_iter(columns).expect("a batch")
}

/// The call of a function on the columns of [`data`].
fn call(page: &Page, suffix: &str) -> String {
    let mut previous = String::new();
    let arguments: Vec<String> = page
        .parameters
        .iter()
        .map(|parameter| {
            let argument = match (parameter.name, parameter.kind) {
                ("weight", _) => "w".to_owned(),
                ("p", _) => "0.5".to_owned(),
                (_, Kind::Number) => "x".to_owned(),
                (_, Kind::Any) => "period".to_owned(),
                (_, Kind::SameAsPrevious) => "2014".to_owned(),
                (_, Kind::Constant) => parameter.default.unwrap_or("0").to_owned(),
                (_, Kind::Choice(_) | Kind::Constants | Kind::Switch) => {
                    parameter.default.unwrap_or("NULL").to_owned()
                }
                (_, Kind::Key) => "id".to_owned(),
                (_, Kind::Boolean | Kind::Fit(_) | Kind::FitList(_)) => {
                    panic!("{}: not an aggregate", page.name)
                }
            };
            previous.clone_from(&argument);
            argument
        })
        .collect();
    format!("{}({}){suffix}", page.name, arguments.join(", "))
}

/// Grouped, windowed, filtered and split use give one answer.
async fn one_answer(page: &'static Page) {
    let batch = data();
    let whole = table(&batch, 1, ROWS as usize);
    let single = session(SessionConfig::new().with_target_partitions(1));
    single.register_table("t", whole).expect("a table");

    // The reference: each group by itself, one row after the other in one state.
    let mut want = Vec::new();
    let mut want_kept = Vec::new();
    for group in 0..GROUPS {
        let all = format!("SELECT {} FROM t WHERE g = {group}", call(page, ""));
        want.extend(numbers(&single, &all).await);
        let kept = format!("SELECT {} FROM t WHERE g = {group} AND keep", call(page, ""));
        want_kept.extend(numbers(&single, &kept).await);
    }
    assert!(want.iter().flatten().any(Option::is_some), "{}: only NULLs", page.name);

    let grouped = format!("SELECT {} FROM t GROUP BY g ORDER BY g", call(page, ""));
    let filtered =
        format!("SELECT {} FROM t GROUP BY g ORDER BY g", call(page, " FILTER (WHERE keep)"));
    let windowed = format!(
        "SELECT f FROM (SELECT g, id, {} AS f, row_number() OVER (PARTITION BY g ORDER BY id) AS n FROM t)
         WHERE n = 1 ORDER BY g",
        call(page, " OVER (PARTITION BY g)")
    );
    let growing = format!(
        "SELECT f FROM (SELECT g, {} AS f, row_number() OVER (PARTITION BY g ORDER BY id DESC) AS n FROM t)
         WHERE n = 1 ORDER BY g",
        call(page, " OVER (PARTITION BY g ORDER BY id)")
    );
    let sliding = format!(
        "SELECT f FROM (SELECT g, {} AS f, row_number() OVER (PARTITION BY g ORDER BY id DESC) AS n FROM t)
         WHERE n = 1 ORDER BY g",
        call(page, " OVER (PARTITION BY g ORDER BY id ROWS BETWEEN 100000 PRECEDING AND CURRENT ROW)")
    );

    let mut skipping = SessionConfig::new().with_target_partitions(4).with_batch_size(64);
    let options = &mut skipping.options_mut().execution;
    options.skip_partial_aggregation_probe_rows_threshold = 1;
    options.skip_partial_aggregation_probe_ratio_threshold = 0.0;
    let sessions = [
        ("one partition", SessionConfig::new().with_target_partitions(1), 1, ROWS as usize),
        (
            "split in 4, batches of 3",
            SessionConfig::new().with_target_partitions(4).with_batch_size(3),
            4,
            3,
        ),
        ("partial states skipped", skipping, 3, 50),
    ];
    for (name, config, partitions, rows) in sessions {
        let context = session(config);
        context.register_table("t", table(&batch, partitions, rows)).expect("a table");
        for (form, sql, want) in [
            ("grouped", &grouped, &want),
            ("filtered", &filtered, &want_kept),
            ("windowed", &windowed, &want),
            ("growing frame", &growing, &want),
            ("sliding frame", &sliding, &want),
        ] {
            let got = numbers(&context, sql).await;
            assert_close(&format!("{}, {name}, {form}", page.name), want, &got);
        }
    }

    // A frame of three rows, against the same three rows by themselves.
    let three = format!(
        "SELECT f FROM (SELECT id, {} AS f FROM t) WHERE id IN (5, 900, 1999) ORDER BY id",
        call(page, " OVER (PARTITION BY g ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)")
    );
    let mut want = Vec::new();
    for last in [5, 900, 1999] {
        let rows = format!(
            "SELECT * FROM t WHERE g = (SELECT g FROM t WHERE id = {last}) AND id <= {last}
             ORDER BY id DESC LIMIT 3"
        );
        want.extend(numbers(&single, &format!("SELECT {} FROM ({rows})", call(page, ""))).await);
    }
    assert_close(&format!("{}, three rows", page.name), &want, &numbers(&single, &three).await);
}

/// A table of so many partitions, in batches of so many rows.
fn table(batch: &RecordBatch, partitions: usize, rows: usize) -> Arc<MemTable> {
    let mut parts = vec![Vec::new(); partitions];
    let mut start = 0;
    while start < batch.num_rows() {
        let length = rows.min(batch.num_rows() - start);
        parts[(start / rows) % partitions].push(batch.slice(start, length));
        start += length;
    }
    Arc::new(MemTable::try_new(batch.schema(), parts).expect("a table"))
}

/// The first column: one list of numbers per row (the fields of a STRUCT, or the number).
async fn numbers(context: &SessionContext, sql: &str) -> Vec<Vec<Option<f64>>> {
    let frame = goalposts::sql(context, sql).await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
    let batches = frame.collect().await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
    let schema = match batches.first() {
        Some(batch) => batch.schema(),
        None => Arc::new(Schema::new(vec![Field::new("f", DataType::Float64, true)])),
    };
    let batch = concat_batches(&schema, &batches).expect("one batch");
    let column = batch.column(0);
    let parts: Vec<ArrayRef> = match column.as_struct_opt() {
        Some(scale) => {
            let nulls = scale.nulls();
            let parts = scale.columns().iter().map(|part| {
                let part =
                    datafusion::arrow::compute::cast(part, &DataType::Float64).expect("numbers");
                let is_there =
                    (0..part.len()).map(|row| nulls.is_none_or(|nulls| nulls.is_valid(row)));
                let part = part.as_primitive::<Float64Type>().iter().zip(is_there);
                Arc::new(part.map(|(x, there)| x.filter(|_| there)).collect::<Float64Array>())
                    as ArrayRef
            });
            parts.collect()
        }
        None => vec![Arc::clone(column)],
    };
    (0..batch.num_rows())
        .map(|row| {
            let number =
                |part: &ArrayRef| part.as_primitive::<Float64Type>().iter().nth(row).flatten();
            parts.iter().map(number).collect()
        })
        .collect()
}

fn assert_close(what: &str, want: &[Vec<Option<f64>>], got: &[Vec<Option<f64>>]) {
    assert_eq!(want.len(), got.len(), "{what}: number of rows");
    for (row, (want, got)) in want.iter().zip(got).enumerate() {
        for (want, got) in want.iter().zip(got) {
            let is_close = match (want, got) {
                (Some(want), Some(got)) => (want - got).abs() <= 1e-12 * want.abs().max(got.abs()),
                (None, None) => true,
                _ => false,
            };
            assert!(is_close, "{what}: row {row} must be {want:?}, got {got:?}");
        }
    }
}
