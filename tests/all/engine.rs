//! The engine stays itself: its own test files (`datafusion-sqllogictest`, folder `test_files`) in a
//! plain session and in one of ours give the same answers and the same refusals.
//!
//! `GOALPOSTS_ENGINE_TESTS` names the folder; elsewhere this is skipped visibly.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::prelude::{SessionConfig, SessionContext};
use libtest_mimic::Trial;
use sqllogictest::{DefaultColumnType, Record};

use crate::{skipped, trial_async};

/// Statements whose answer is another each time, or that say how a plan looks.
const OTHER_EACH_TIME: [&str; 9] =
    ["explain", "show ", "random(", "uuid(", "now(", "current_", "today(", "shuffle(", "_random"];
const PATIENCE: Duration = Duration::from_secs(120);

/// Where ours differs on purpose: what the statement contains, and why.
const ON_PURPOSE: [(&str, &str); 2] = [
    ("select \"count(t.a)\", a from v", "columns of a view are called what was written: count(a)"),
    ("SELECT 1ea, 1e-2a", "a number that touches a word is refused: it would be read as AS"),
];

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        trial_async("engine::registered_twice", registered_twice),
        trial_async("engine::lambdas", lambdas),
        trial_async("engine::settings_of_the_parser", settings_of_the_parser),
    ];
    trials.extend(test_files());
    trials
}

/// A second registration adds nothing twice and keeps what was prepared.
async fn registered_twice() {
    let context = session();
    goalposts::register_all(&context).expect("the functions can be registered");
    let counts = || {
        let state = context.state();
        let [logical, physical] = [state.optimizers().len(), state.physical_optimizers().len()];
        [logical, physical, state.expr_planners().len(), state.relation_planners().len()]
    };
    let before = counts();
    run(
        &context,
        "PREPARE half AS SELECT agg_arithmetic(v) / $1 FROM (VALUES (1.0), (3.0)) AS t(v)",
    )
    .await
    .expect("a statement");
    goalposts::register_all(&context).expect("the functions can be registered again");
    assert_eq!(counts(), before);
    let half = run(&context, "EXECUTE half(2)").await.expect("an answer");
    assert_eq!(half, [["1.0"]]);
}

async fn lambdas() {
    let context = session();
    goalposts::register_all(&context).expect("the functions can be registered");
    for (sql, want) in [
        ("SELECT array_filter([1, 2, 3], x -> x > 1)", "[2, 3]"),
        ("SELECT array_transform([1, 2], (x) -> x * 10)", "[10, 20]"),
        ("SELECT ARRAY_FILTER([1, 2, 3], x -> x > 2) AS \"->\"", "[3]"),
    ] {
        assert_eq!(run(&context, sql).await, Ok(vec![vec![want.to_owned()]]), "{sql}");
    }
    let frame = goalposts::sql(&context, "SELECT array_filter([1, 2],  x -> x > 1)").await;
    let names = frame.expect("a plan").schema().field_names();
    assert_eq!(names, ["array_filter([1, 2], x -> x > 1)"]);
}

/// Text is read as the session says.
async fn settings_of_the_parser() {
    let context = session();
    goalposts::register_all(&context).expect("the functions can be registered");
    let quoted = "SELECT `a` FROM (SELECT 1 AS a) AS t";
    for (dialect, sql, is_read) in [
        ("mysql", quoted, true),
        ("postgresql", quoted, false),
        ("duckdb", "SELECT array_filter([1, 2], x -> x > 1)", true),
        ("clickhouse", "SELECT 1_2.3_4", true),
    ] {
        run(&context, &format!("SET datafusion.sql_parser.dialect = '{dialect}'"))
            .await
            .expect("a setting");
        let plain = context.sql(sql).await.is_ok();
        let ours = goalposts::sql(&context, sql).await.is_ok();
        assert_eq!((plain, ours), (is_read, is_read), "{dialect}: {sql}");
    }
    run(&context, "SET datafusion.sql_parser.dialect = 'postgresql'").await.expect("a setting");
    let named = "SELECT agg_arithmetic(v, min_coverage => 0.5) FROM (VALUES (1.0), (3.0)) AS t(v)";
    assert_eq!(run(&context, named).await, Ok(vec![vec!["2.0".to_owned()]]));
    run(&context, "SET datafusion.sql_parser.dialect = 'generic'").await.expect("a setting");
    assert_eq!(run(&context, "FROM (VALUES (7)) AS t(v)").await, Ok(vec![vec!["7".to_owned()]]));
    run(&context, "SET datafusion.sql_parser.recursion_limit = 4").await.expect("a setting");
    let deep = run(&context, "SELECT ((((((1))))))").await;
    assert!(deep.is_err_and(|message| message.contains("must be less deep")), "a limit of 4");
}

async fn run(context: &SessionContext, sql: &str) -> Answer {
    answer(context, sql.to_owned(), true).await
}

fn test_files() -> Vec<Trial> {
    let Some(folder) = std::env::var_os("GOALPOSTS_ENGINE_TESTS").map(PathBuf::from) else {
        let why = "no test files of the engine (GOALPOSTS_ENGINE_TESTS names their folder)";
        return vec![skipped("engine::test_files", why)];
    };
    let mut files = Vec::new();
    crate::sqllogic::collect(&folder, &mut files);
    files.sort();
    assert!(!files.is_empty(), "{}: must hold .slt files", folder.display());
    let trial_of = |file: PathBuf| {
        let name = file.strip_prefix(&folder).unwrap_or(&file).display().to_string();
        let name = format!("engine::{name}");
        match sqllogictest::parse_file::<DefaultColumnType>(&file) {
            Ok(records) => trial_async(&name, move || same(records)),
            Err(error) => skipped(&name, &format!("only its own runner reads it: {error}")),
        }
    };
    files.into_iter().map(trial_of).collect()
}

fn session() -> SessionContext {
    let config = SessionConfig::new().with_information_schema(true).with_target_partitions(4);
    SessionContext::new_with_config(config)
}

/// Runs each statement of a file twice.
async fn same(records: Vec<Record<DefaultColumnType>>) {
    let (plain, ours) = (session(), session());
    goalposts::register_all(&ours).expect("the functions can be registered");
    let scratch = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let mut faults = BTreeSet::new();
    for record in records {
        let (Record::Statement { sql, .. } | Record::Query { sql, .. }) = record else { continue };
        let lower = sql.to_lowercase();
        if OTHER_EACH_TIME.iter().any(|word| lower.contains(word))
            || ON_PURPOSE.iter().any(|(part, _)| sql.contains(part))
        {
            continue;
        }
        let [in_plain, in_ours] = scratch
            .each_ref()
            .map(|folder| sql.replace("test_files/scratch", &folder.path().display().to_string()));
        let mut want = answer(&plain, in_plain, false).await;
        let mut got = answer(&ours, in_ours, true).await;
        for (answer, folder) in [(&mut want, &scratch[0]), (&mut got, &scratch[1])] {
            let folder = folder.path().display().to_string();
            let cells = answer.iter_mut().flatten().flatten();
            cells.for_each(|cell| *cell = cell.replace(&folder[1..], "scratch"));
            // Types and columns are called as SQL and its author call them: `describe.slt`.
            if lower.trim_start().starts_with("desc") {
                let from = usize::from(!lower.contains("select"));
                answer.iter_mut().flatten().for_each(|row| drop(row.drain(from..2)));
            }
        }
        if let Err(message) = &got {
            faults.extend(
                crate::messages::internals(message).map(|fault| format!("{sql}\n  {fault}")),
            );
        }
        if !is_same(&want, &got) {
            let shown =
                |answer: &Answer| format!("{answer:?}").chars().take(300).collect::<String>();
            faults.insert(format!("{sql}\n  plain: {}\n  ours:  {}", shown(&want), shown(&got)));
        }
    }
    let faults: Vec<_> = faults.into_iter().collect();
    assert!(faults.is_empty(), "{} differ:\n{}", faults.len(), faults.join("\n\n"));
}

/// The rows as text, sorted; or what was said.
type Answer = Result<Vec<Vec<String>>, String>;

async fn answer(context: &SessionContext, sql: String, is_ours: bool) -> Answer {
    let context = context.clone();
    let work = tokio::spawn(async move {
        let frame = match is_ours {
            true => goalposts::sql(&context, &sql).await?,
            false => context.sql(&sql).await?,
        };
        frame.collect().await
    });
    let batches = match tokio::time::timeout(PATIENCE, work).await {
        Ok(Ok(outcome)) => outcome.map_err(|error| match is_ours {
            true => goalposts::error::describe(&error),
            false => error.strip_backtrace(),
        })?,
        Ok(Err(_)) => return Err("panicked".to_owned()),
        Err(_) => return Err("takes too long".to_owned()),
    };
    let mut rows = Vec::new();
    for batch in &batches {
        let options = FormatOptions::default().with_null("NULL");
        let columns =
            batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options));
        let columns = columns.collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?;
        for row in 0..batch.num_rows() {
            let cells = columns.iter().map(|column| column.value(row).try_to_string());
            let cells = cells.collect::<Result<Vec<_>, _>>();
            rows.push(cells.map_err(|error| error.to_string())?);
        }
    }
    rows.sort();
    Ok(rows)
}

/// Refusals are the same whatever they say of places and names: ours says more.
fn is_same(want: &Answer, got: &Answer) -> bool {
    match (want, got) {
        (Ok(want), Ok(got)) => {
            want.len() == got.len()
                && want.iter().zip(got).all(|(want, got)| {
                    want.len() == got.len()
                        && want.iter().zip(got).all(|(want, got)| want == got || is_near(want, got))
                })
        }
        // Refusals are alike in whatever words, but no refusal is a panic.
        (Err(want), Err(got)) => want == got || !["panicked", "takes too long"].contains(&&**got),
        _ => false,
    }
}

/// Sums of four partitions come out in any order.
fn is_near(want: &str, got: &str) -> bool {
    match (want.parse::<f64>(), got.parse::<f64>()) {
        (Ok(want), Ok(got)) => (want - got).abs() <= 1e-9 * want.abs().max(got.abs()),
        _ => false,
    }
}
