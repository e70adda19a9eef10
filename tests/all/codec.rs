//! Plans to bytes and back, in a session that knows nothing but our functions: the same plan, the
//! same rows.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::execution::SessionStateBuilder;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::physical_plan::{ExecutionPlan, collect, displayable};
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use datafusion_proto::bytes::{
    physical_plan_from_bytes_with_extension_codec, physical_plan_to_bytes_with_extension_codec,
};
use goalposts::codec::GoalpostsCodec;
use goalposts::functions::{self, Form, Page};
use libtest_mimic::Trial;
use tempfile::TempDir;

use crate::functions::{call, rows_for};
use crate::{repository, trial, trial_async};

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![trial("codec::damaged", damaged)];
    for &(page, form) in functions::forms() {
        trials.push(trial_async(&format!("codec::{}", page.name), move || async move {
            travels(page, form).await;
        }));
    }
    for (name, call) in TABLE_CALLS {
        trials.push(trial_async(&format!("codec::forms::{name}"), move || async move {
            let here = here().await;
            let folder = repository().join("data/bth");
            for table in ["indicators", "framework"] {
                read(&here, table, &folder.join(format!("{table}.parquet"))).await;
            }
            same(&here, &format!("SELECT * FROM {call}"), "IndexExec").await;
        }));
    }
    trials
}

/// Calls with whatever travels beside a panel and a framework.
const TABLE_CALLS: &[(&str, &str)] = &[
    (
        "filter_on_nodes",
        "composite_index(indicators, framework, strict => false, normalisation => 'base', base => 2014) \
         WHERE level = 2 AND code <> 'green' AND period > 2020",
    ),
    (
        "no_period",
        "availability((SELECT unit, indicator, value FROM indicators WHERE period = 2020), \
         framework, strict => false)",
    ),
    (
        "second_framework",
        "compare(indicators, framework, strict => false, normalisation => 'base', base => 2014, framework_b => \
         (SELECT code FROM framework WHERE code NOT IN (SELECT parent FROM framework \
         WHERE parent IS NOT NULL)))",
    ),
    (
        "weight_draws",
        "uncertainty(indicators, framework, strict => false, normalisation => 'base', base => 2014, weight_draws => \
         (SELECT 1 AS draw, 'innovation' AS code, 2.0 AS weight))",
    ),
    (
        "lists_and_switches",
        "uncertainty(indicators, framework, strict => false, base => 2014, normalisations => ['base', 'minmax'], \
         weight_level => [2], leave_out => true, draws => 20, weight_distribution => 'dirichlet')",
    ),
    (
        "one_choice",
        "sensitivity(indicators, framework, strict => false, normalisation => 'base', base => 2014, draws => 8, \
         bootstrap => 10)",
    ),
];

async fn here() -> SessionContext {
    let config = SessionConfig::new().with_target_partitions(4);
    let context = SessionContext::new_with_config(config);
    goalposts::register_all(&context).expect("functions");
    context
}

async fn read(context: &SessionContext, table: &str, path: &Path) {
    let path = path.to_str().expect("a path");
    let options = ParquetReadOptions::default();
    context.register_parquet(table, path, options).await.expect(table);
}

/// Rows as a folder of two Parquet files.
fn files(batch: &RecordBatch) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let half = batch.num_rows() / 2;
    for (name, part) in
        [("a", batch.slice(0, half)), ("b", batch.slice(half, batch.num_rows() - half))]
    {
        let file = File::create(folder.path().join(format!("{name}.parquet"))).expect("a file");
        let mut writer = ArrowWriter::try_new(file, part.schema(), None).expect("a writer");
        writer.write(&part).expect("rows");
        writer.close().expect("a file");
    }
    folder
}

/// The function in every form.
async fn travels(page: &'static Page, form: Form) {
    let here = here().await;
    same(&here, page.example, "").await;
    let (over, last) = match form {
        Form::Aggregate => (false, "SELECT g, {} FROM t GROUP BY g"),
        Form::Window | Form::Normalisation => (true, ""),
        Form::Scalar | Form::Table => return,
    };
    let folder = files(&rows_for(page));
    read(&here, "t", folder.path()).await;
    let plain = call(page, over, " OVER (PARTITION BY g)");
    for input in ["t", "(SELECT DISTINCT * FROM t)"] {
        same(&here, &format!("SELECT id, {plain} AS f FROM {input}"), "").await;
    }
    if form != Form::Aggregate {
        return;
    }
    let kept = call(page, over, " FILTER (WHERE keep)");
    for call in [call(page, over, ""), kept.clone()] {
        same(&here, &last.replace("{}", &call), "Aggregate").await;
    }
    // By hash, since the input cannot be read twice.
    let held =
        format!("SELECT id, {kept} OVER (PARTITION BY g) AS f FROM (SELECT DISTINCT * FROM t)");
    same(&here, &held, "WholePartitionExec").await;
}

/// The plan of a query is the same after its way, and gives the same rows.
async fn same(here: &SessionContext, sql: &str, operator: &str) {
    let frame = goalposts::sql(here, sql).await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
    let plan = frame.create_physical_plan().await.expect(sql);
    let codec = GoalpostsCodec::default();
    let bytes = physical_plan_to_bytes_with_extension_codec(Arc::clone(&plan), &codec)
        .unwrap_or_else(|error| panic!("{sql}\n{error}"));
    let builder = SessionStateBuilder::new().with_default_features();
    let there = SessionContext::new_with_state(goalposts::register_state(builder).build());
    let back = physical_plan_from_bytes_with_extension_codec(&bytes, &there.task_ctx(), &codec)
        .unwrap_or_else(|error| panic!("{sql}\n{error}"));
    let text = |plan: &Arc<dyn ExecutionPlan>| displayable(plan.as_ref()).indent(true).to_string();
    assert_eq!(text(&back), text(&plan), "{sql}");
    assert!(text(&back).contains(operator), "{sql}\n{}", text(&back));
    let (want, got) = (rows(plan, here, sql).await, rows(back, &there, sql).await);
    assert_eq!(got, want, "{sql}");
}

/// The rows, sorted as text: a query need not order them. The last digits of a power mean depend on
/// the order in which rows are read.
async fn rows(plan: Arc<dyn ExecutionPlan>, context: &SessionContext, sql: &str) -> Vec<String> {
    let batches = collect(plan, context.task_ctx()).await;
    let batches = batches.unwrap_or_else(|error| panic!("{sql}\n{error}"));
    let table = pretty_format_batches(&batches).expect("a table").to_string();
    let rounded = |word: &str| match word.parse::<f64>() {
        Ok(number) => format!("{number:.11e}"),
        Err(_) => word.to_owned(),
    };
    let row = |line: &str| line.split_whitespace().map(rounded).collect::<Vec<_>>().join(" ");
    let mut rows: Vec<String> = table.lines().map(row).collect();
    rows.sort_unstable();
    rows
}

/// Bytes that nobody wrote are an error that says so.
fn damaged() {
    use datafusion_proto::physical_plan::{DefaultPhysicalProtoConverter, PhysicalExtensionCodec};
    let context = SessionContext::new();
    goalposts::register_all(&context).expect("functions");
    let (codec, converter) = (GoalpostsCodec::default(), DefaultPhysicalProtoConverter {});
    // Nothing, an index without a name, an order without an input, and noise.
    for bytes in [&[][..], &[10, 0], &[18, 0], &[26, 0], &[34, 0], &[255, 7, 1]] {
        let read = codec.try_decode(bytes, &[], &context.task_ctx(), &converter);
        let error = read.expect_err("an error").to_string();
        assert!(error.contains("a plan: must be bytes that GoalpostsCodec has written"), "{error}");
    }
}
