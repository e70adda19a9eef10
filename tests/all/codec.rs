//! Plans to bytes and back, in a session that has nothing but our functions: the same plan, the same
//! rows.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::common::{Result, exec_err};
use datafusion::execution::{SessionStateBuilder, TaskContext};
use datafusion::functions_window::rank::rank_udwf;
use datafusion::logical_expr::WindowUDF;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::{ExecutionPlan, collect, displayable};
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use datafusion_proto::bytes::{
    physical_plan_from_bytes_with_proto_converter, physical_plan_to_bytes_with_proto_converter,
};
use datafusion_proto::physical_plan::{
    DeduplicatingProtoConverter, DefaultPhysicalProtoConverter, PhysicalExtensionCodec,
    PhysicalProtoConverterExtension,
};
use goalposts::codec::GoalpostsCodec;
use goalposts::functions::{self, Form, Kind, Page, Parameter};
use libtest_mimic::Trial;
use tempfile::TempDir;

use crate::functions::{call, function_of_the_user, needs_all_rows, rows_for, scale_of};
use crate::{trial, trial_async};

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        trial_async("codec::damaged", damaged),
        trial("codec::beside_another", beside_another),
        trial_async("codec::nothing_registered", nothing_registered),
        trial_async("codec::of_the_user", of_the_user),
        trial_async("codec::sought_in_vain", sought_in_vain),
        trial_async("codec::longer", longer),
        trial_async("codec::read_table", text_stays),
    ];
    for &(page, form) in functions::forms() {
        if page.name == "read_table" {
            continue;
        }
        trials.push(trial_async(&format!("codec::{}::example", page.name), move || async move {
            same(&session(), page.example, &[]).await;
        }));
        for (name, sql, operators) in queries(page, form) {
            let name = format!("codec::{}::{name}", page.name);
            trials.push(trial_async(&name, move || async move {
                let here = session();
                let folder = files(&rows_for(page));
                read(&here, "t", folder.path()).await;
                same(&here, &sql, operators).await;
            }));
        }
    }
    for (name, from) in TABLE_CALLS {
        trials.push(trial_async(&format!("codec::{name}"), move || async move {
            let here = session();
            let _folders = panel(&here).await;
            same(&here, &format!("SELECT * FROM {from}"), &["IndexExec"]).await;
        }));
    }
    trials
}

/// The queries for a function on `t`, in each form; and operators that its plan must have.
fn queries(page: &Page, form: Form) -> Vec<(&'static str, String, &'static [&'static str])> {
    if form == Form::Table {
        return Vec::new();
    }
    let of = |suffix: &str| call(page, form != Form::Aggregate, suffix);
    let over = of(" OVER (PARTITION BY g)");
    // An input that cannot be read twice leaves no join: the window is by hash.
    let (t, once) = ("FROM t", "FROM (SELECT DISTINCT * FROM t)");
    let by_hash: &[&str] = &["WholePartitionExec"];
    let mut queries = Vec::new();
    match form {
        Form::Aggregate => {
            let groups = |call: &str| format!("SELECT g, {call} AS f {t} GROUP BY g");
            queries.push(("grouped", groups(&of("")), ["Aggregate"].as_slice()));
            queries.push(("filtered", groups(&of(" FILTER (WHERE keep)")), &["Aggregate"]));
            let joined: &[&str] =
                if is_list(page) { by_hash } else { &["HashJoinExec", "Aggregate"] };
            queries.push(("over", format!("SELECT id, {over} AS f {t}"), joined));
            queries.push(("over_by_hash", format!("SELECT id, {over} AS f {once}"), by_hash));
            let kept = of(" FILTER (WHERE keep) OVER (PARTITION BY g)");
            let kept = format!("SELECT id, {kept} AS f {once}");
            queries.push(("over_by_hash_filtered", kept, by_hash));
            let frame = of(" OVER (PARTITION BY g ORDER BY id)");
            if !needs_all_rows(page) {
                let frame = format!("SELECT id, {frame} AS f {t}");
                queries.push(("over_a_frame", frame, &["BoundedWindowAggExec"]));
            }
        }
        Form::Window | Form::Normalisation => {
            queries.push(("over", format!("SELECT id, {over} AS f {t}"), &[]));
            // Two learn nothing of a partition.
            let learns = !["norm_goalposts", "norm_scaled"].contains(&page.name);
            let by_hash = if learns { by_hash } else { &["_fitted"] };
            queries.push(("over_by_hash", format!("SELECT id, {over} AS f {once}"), by_hash));
            let beside = format!("SELECT id, {over} AS f, count(x) OVER (PARTITION BY g) AS n {t}");
            queries.push(("beside_an_aggregate", beside, &[]));
            // A window without an order that is none of ours leaves all to the engine's operator.
            let ranked = format!("SELECT id, {over} AS f, rank() OVER (PARTITION BY g) AS n {t}");
            queries.push(("by_the_engine", ranked, &["WindowAggExec"]));
            let takes_scale =
                |parameter: &Parameter| matches!(parameter.kind, Kind::Fit(_) | Kind::FitList(_));
            if page.parameters.iter().any(takes_scale) {
                let more = match page.name {
                    "norm_distance_target" => ", 20000",
                    "norm_ideal" => ", 20, 2000",
                    _ => "",
                };
                let fitted =
                    format!("SELECT id, {}(x, {}{more}) AS f {t}", page.name, scale_of(page));
                queries.push(("fitted", fitted, &["_fitted"]));
            }
        }
        Form::Scalar | Form::Table => {
            queries.push(("plain", format!("SELECT id, {} AS f {t}", of("")), &[]));
        }
    }
    queries
}

/// Whether the function gives a list: rows get one a few at a time, not by a join.
fn is_list(page: &Page) -> bool {
    page.returns.contains("LIST")
}

/// Calls of table functions, with whatever travels beside a panel and a framework.
const TABLE_CALLS: &[(&str, &str)] = &[
    ("composite_index::files", "composite_index(panel, framework)"),
    (
        "composite_index::filter_on_nodes",
        "composite_index(panel, framework, normalisation => 'base', base => 2020) \
         WHERE level = 2 AND code <> 'a' AND period > 2020",
    ),
    (
        "uncertainty::filter_on_periods",
        "uncertainty(panel, framework, weights => 0.5, draws => 16) WHERE period = 2021",
    ),
    (
        "composite_index::many_arguments",
        "composite_index(panel, framework, imputation => 'linear', treatment => 'winsorise', \
         normalisation => 'minmax', lower => 1, upper => 100, \
         aggregation => 'geometric', reference => 'period', min_coverage => 0.5, \
         coverage_by => 'count')",
    ),
    (
        "composite_index::groups",
        "composite_index((SELECT *, unit AS region FROM panel), framework, imputation => 'mean', \
         imputation_group => region)",
    ),
    (
        "composite_index::no_period",
        "composite_index((SELECT unit, indicator, value FROM panel WHERE period = 2021), framework)",
    ),
    ("contributions::files", "contributions(panel, framework) WHERE parent = 'index'"),
    ("weights::files", "weights(panel, (SELECT code, parent FROM framework), weighting => 'sd')"),
    ("availability::files", "availability(panel, framework) WHERE level = 1"),
    ("correlations::files", "correlations(panel, framework)"),
    (
        "indicator_statistics::files",
        "indicator_statistics(panel, framework, of => 'treated', per => 'period')",
    ),
    ("consistency::files", "consistency(panel, framework) WHERE code = 'index'"),
    (
        "principal_components::files",
        "principal_components(panel, framework, among => 'indicators')",
    ),
    (
        "unit_profile::groups",
        "unit_profile((SELECT *, unit AS region, left(unit, 1) AS part FROM panel), framework, \
         imputation => 'mean', imputation_group => region, unit_group => part)",
    ),
    ("strengths_weaknesses::files", "strengths_weaknesses(panel, framework, top => 1)"),
    ("similarity::files", "similarity(panel, framework, top => 2)"),
    (
        "similarity::periods",
        "similarity(panel, framework, top => 2) WHERE period > 2020 AND unit <> 'u1'",
    ),
    ("leave_one_out::files", "leave_one_out(panel, framework, reference => 'period')"),
    (
        "compare::files",
        "compare(panel, framework, normalisation => 'minmax(1, 100)', aggregation_b => 'geometric') WHERE code = 'a'",
    ),
    (
        "compare::framework_b",
        "compare(panel, framework, framework_b => (SELECT code FROM framework WHERE length(code) = 2))",
    ),
    ("uncertainty::files", "uncertainty(panel, framework, draws => 20, seed => 7)"),
    (
        "uncertainty::weight_draws",
        "uncertainty(panel, framework, weight_draws => \
         (SELECT CAST(period AS BIGINT) AS draw, indicator AS code, sum(value) AS weight \
         FROM panel GROUP BY period, indicator))",
    ),
    (
        "uncertainty::lists",
        "uncertainty(panel, framework, normalisations => ['minmax', 'zscore'], draws => 20, \
         leave_out => true)",
    ),
    ("sensitivity::files", "sensitivity(panel, framework, draws => 16, bootstrap => 10)"),
];

fn session() -> SessionContext {
    let config = SessionConfig::new().with_target_partitions(4).with_batch_size(64);
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

/// Forty units, three periods and four indicators under two nodes, in files.
async fn panel(context: &SessionContext) -> Vec<TempDir> {
    let mut folders = Vec::new();
    for (table, query) in [
        (
            "panel",
            "SELECT 'u' || CAST(value % 40 AS VARCHAR) AS unit, value / 40 % 3 + 2020 AS period, \
             'i' || CAST(value / 120 AS VARCHAR) AS indicator, \
             CAST((value * 7919 + 13) % 1009 + 1 AS DOUBLE) AS value FROM generate_series(0, 479)",
        ),
        (
            "framework",
            "SELECT * FROM (VALUES ('i0', 'a', 1.0), ('i1', 'a', 2.0), ('i2', 'b', 3.0), \
             ('i3', 'b', 4.0), ('a', 'index', 1.0), ('b', 'index', 2.0), ('index', NULL, NULL)) \
             AS t(code, parent, weight)",
        ),
    ] {
        let rows = context.sql(query).await.expect(table).collect().await.expect(table);
        let schema = rows[0].schema();
        let rows = datafusion::arrow::compute::concat_batches(&schema, &rows).expect(table);
        let folder = files(&rows);
        read(context, table, folder.path()).await;
        folders.push(folder);
    }
    folders
}

/// The plan of a query is the same after its way, and gives the same rows.
async fn same(here: &SessionContext, sql: &str, operators: &[&str]) {
    let plan = planned(here, sql).await;
    let builder = SessionStateBuilder::new().with_default_features();
    let there = SessionContext::new_with_state(goalposts::register_state(builder).build());
    let ways: [&dyn PhysicalProtoConverterExtension; 2] =
        [&DefaultPhysicalProtoConverter {}, &DeduplicatingProtoConverter {}];
    let codec = GoalpostsCodec::default();
    let mut travelled = Vec::new();
    for way in ways {
        let bytes = physical_plan_to_bytes_with_proto_converter(Arc::clone(&plan), &codec, way)
            .unwrap_or_else(|error| panic!("{sql}\n{error}"));
        let context = there.task_ctx();
        let back = physical_plan_from_bytes_with_proto_converter(&bytes, &context, &codec, way)
            .unwrap_or_else(|error| panic!("{sql}\n{error}"));
        assert_eq!(text(&back), text(&plan), "{sql}");
        assert_eq!(partitions(&back), partitions(&plan), "{sql}");
        for operator in operators {
            assert!(text(&back).contains(operator), "{sql}\n{operator}:\n{}", text(&back));
        }
        travelled.push(back);
    }
    // Not before: the engine's own filters learn while a plan is executed.
    let want = rows(plan, here, sql).await;
    for back in travelled {
        assert_same(sql, &want, &rows(back, &there, sql).await);
    }
}

async fn planned(context: &SessionContext, sql: &str) -> Arc<dyn ExecutionPlan> {
    let frame = goalposts::sql(context, sql).await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
    frame.create_physical_plan().await.unwrap_or_else(|error| panic!("{sql}\n{error}"))
}

fn text(plan: &Arc<dyn ExecutionPlan>) -> String {
    displayable(plan.as_ref()).indent(true).to_string()
}

/// How many each operator gives its rows in.
fn partitions(plan: &Arc<dyn ExecutionPlan>) -> Vec<usize> {
    let below = plan.children().into_iter().flat_map(partitions);
    std::iter::once(plan.properties().partitioning.partition_count()).chain(below).collect()
}

/// The rows, word by word, sorted: a query need not order them.
async fn rows(
    plan: Arc<dyn ExecutionPlan>,
    context: &SessionContext,
    sql: &str,
) -> Vec<Vec<String>> {
    let batches = collect(plan, context.task_ctx()).await;
    let batches = batches.unwrap_or_else(|error| panic!("{sql}\n{error}"));
    let table = pretty_format_batches(&batches).expect("a table").to_string();
    let lines = table.lines().filter(|line| !line.starts_with('+'));
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect();
    let mut rows: Vec<Vec<String>> = lines.map(words).collect();
    rows.sort_unstable();
    assert!(rows.len() > 1, "{sql}: no rows");
    rows
}

/// The same but for the last digits: those of a power mean depend on the order of the rows.
fn assert_same(sql: &str, want: &[Vec<String>], got: &[Vec<String>]) {
    let number = |word: &String| word.trim_matches([',', '{', '}', '[', ']']).parse::<f64>().ok();
    let is_same = |(want, got): (&String, &String)| match (number(want), number(got)) {
        (Some(a), Some(b)) => a == b || (a - b).abs() <= 1e-12 * a.abs().max(b.abs()),
        _ => want == got,
    };
    assert_eq!(want.len(), got.len(), "{sql}: number of rows");
    for (want, got) in want.iter().zip(got) {
        let all = want.len() == got.len() && want.iter().zip(got).all(is_same);
        assert!(all, "{sql}: must be {want:?}, got {got:?}");
    }
}

/// Rows for groups of columns, with text, flags, NULL and without columns that nobody wants.
async fn longer() {
    let here = session();
    let _folders = panel(&here).await;
    let wide = "(SELECT unit, period, value AS a, value * 2 AS b, indicator AS c FROM panel)";
    for query in [
        format!("SELECT * FROM {wide} UNPIVOT (v FOR k IN (a, b))"),
        format!(
            "SELECT k, v FROM {wide} UNPIVOT INCLUDE NULLS (v FOR k IN (a, b)) WHERE period = 2021"
        ),
        format!(
            "SELECT * FROM {wide} UNPIVOT ((v, flag) FOR k IN ((a, c) AS 'x', (b, NULL) AS 'y'))"
        ),
    ] {
        same(&here, &query, &["LongerExec"]).await;
    }
}

/// Rows of text are nowhere but here, and a plan over them says so.
async fn text_stays() {
    let here = session();
    let query = "SELECT count(*) FROM read_table('data/bth/sources/indicators.csv')";
    let plan = planned(&here, query).await;
    let (codec, way) = (GoalpostsCodec::default(), DefaultPhysicalProtoConverter {});
    let written = physical_plan_to_bytes_with_proto_converter(plan, &codec, &way);
    let message = written.expect_err("no bytes").to_string();
    assert!(message.contains("must read files of columns, found rows of text"), "{message}");
}

/// Bytes that nobody wrote are an error that says so, and never a panic.
async fn damaged() {
    let context = session();
    let _folders = panel(&context).await;
    let (codec, converter) = (GoalpostsCodec::default(), DefaultPhysicalProtoConverter {});
    let read = |bytes: &[u8], inputs: &[Arc<dyn ExecutionPlan>]| {
        let read = || codec.try_decode(bytes, inputs, &context.task_ctx(), &converter);
        catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| panic!("panicked on {bytes:?}"))
    };
    let must_be = "a plan: must be bytes that GoalpostsCodec has written, found ";
    // Nothing, an index without a name, an order, windows, an aggregation and rows of nothing, and noise.
    for bytes in [&[][..], &[10, 0], &[18, 0], &[26, 0], &[34, 0], &[50, 0], &[255, 7, 1]] {
        let error = read(bytes, &[]).expect_err("an error").to_string();
        assert!(error.contains(must_be), "{error}");
    }
    let mut seen = Vec::new();
    for sql in [
        "SELECT unit, score FROM composite_index(panel, framework, base => 2020, \
         normalisation => 'base') WHERE level = 2",
        "SELECT fit_base(value, period, 2020) FILTER (WHERE value > 5) OVER (PARTITION BY unit) \
         FROM (SELECT DISTINCT * FROM panel)",
        "SELECT norm_rank(value) OVER (PARTITION BY unit) FROM panel",
        "SELECT unit, agg_median(value) FROM panel GROUP BY unit",
        "SELECT * FROM uncertainty(panel, framework, normalisations => ['minmax', 'zscore'], draws => 9)",
        "SELECT * FROM panel UNPIVOT (v FOR k IN (unit, indicator))",
    ] {
        let mut nodes = vec![planned(&context, sql).await];
        while let Some(node) = nodes.pop() {
            let inputs: Vec<_> = node.children().into_iter().cloned().collect();
            nodes.extend(inputs.iter().cloned());
            let ours = [
                "IndexExec",
                "InOrderExec",
                "WholePartitionExec",
                "HoldingAggregateExec",
                "LongerExec",
            ];
            if !ours.contains(&node.name()) {
                continue;
            }
            seen.push(node.name().to_owned());
            let mut bytes = Vec::new();
            codec.try_encode(Arc::clone(&node), &mut bytes, &converter).expect("bytes");
            assert_eq!(text(&read(&bytes, &inputs).expect(sql)), text(&node));
            // Inputs of another number or with other columns.
            let none: Arc<dyn ExecutionPlan> = Arc::new(EmptyExec::new(Arc::new(Schema::empty())));
            read(&bytes, &[]).expect_err("an error");
            read(&bytes, &vec![none; inputs.len()]).expect_err("an error");
            for at in 0..bytes.len() {
                let _ = read(&bytes[..at], &inputs);
                for flip in [1, 2, 8, 128, 255] {
                    let mut bytes = bytes.clone();
                    bytes[at] ^= flip;
                    let _ = read(&bytes, &inputs);
                }
            }
        }
    }
    seen.sort_unstable();
    seen.dedup();
    let all =
        ["HoldingAggregateExec", "InOrderExec", "IndexExec", "LongerExec", "WholePartitionExec"];
    assert_eq!(seen, all);
}

/// A codec of a program, for an operator that it takes for its own and for the functions that it
/// writes bytes for.
#[derive(Debug)]
struct Own;

impl PhysicalExtensionCodec for Own {
    fn try_encode(
        &self,
        _: Arc<dyn ExecutionPlan>,
        buffer: &mut Vec<u8>,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        buffer.extend(b"own");
        Ok(())
    }

    fn try_decode(
        &self,
        bytes: &[u8],
        _: &[Arc<dyn ExecutionPlan>],
        _: &TaskContext,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match bytes {
            b"own" => Ok(Arc::new(EmptyExec::new(Arc::new(Schema::empty())))),
            other => exec_err!("own: {other:?}"),
        }
    }

    fn try_encode_udwf(&self, _: &WindowUDF, buffer: &mut Vec<u8>) -> Result<()> {
        buffer.extend(b"own");
        Ok(())
    }

    fn try_decode_udwf(&self, _: &str, bytes: &[u8]) -> Result<Arc<WindowUDF>> {
        match bytes {
            b"own" => Ok(rank_udwf()),
            other => exec_err!("own: {other:?}"),
        }
    }
}

/// What is neither the engine's nor ours is written and read by the other codec.
fn beside_another() {
    let context = session();
    let (codec, converter) =
        (GoalpostsCodec::beside(Arc::new(Own)), DefaultPhysicalProtoConverter {});
    let mut bytes = Vec::new();
    let own = Arc::new(EmptyExec::new(Arc::new(Schema::empty())));
    codec.try_encode(own, &mut bytes, &converter).expect("bytes");
    let back = codec.try_decode(&bytes, &[], &context.task_ctx(), &converter).expect("a plan");
    assert_eq!(back.name(), "EmptyExec");
    let mut bytes = Vec::new();
    codec.try_encode_udwf(&rank_udwf(), &mut bytes).expect("bytes");
    assert_eq!(codec.try_decode_udwf("rank", &bytes).expect("a function").name(), "rank");
    // Without one there is an error, not an operator that is left out.
    let own = Arc::new(EmptyExec::new(Arc::new(Schema::empty())));
    let alone = GoalpostsCodec::default().try_encode(own, &mut Vec::new(), &converter);
    alone.expect_err("an error");
}

/// A function of the user under the name of one of ours stays the user's, beside ours.
async fn of_the_user() {
    let builder = SessionStateBuilder::new().with_default_features();
    let there = SessionContext::new_with_state(goalposts::register_state(builder).build());
    let here = session();
    let folder = files(&rows_for(functions::page("norm_rank").expect("a page")));
    read(&here, "t", folder.path()).await;
    let sql = "SELECT id, agg_geometric(id, g) OVER (PARTITION BY g) AS a, \
               norm_rank(x) OVER (PARTITION BY g) AS b FROM t";
    for own in [false, true] {
        if own {
            here.register_udaf(function_of_the_user());
            there.register_udaf(function_of_the_user());
        }
        let plan = planned(&here, sql).await;
        assert!(text(&plan).contains("WholePartitionExec"), "{}", text(&plan));
        let back = travelled(&plan, &there);
        let want = rows(plan, &here, sql).await;
        assert_same(sql, &want, &rows(back, &there, sql).await);
        // What counts rows gives whole numbers.
        assert_eq!(want.iter().any(|row| row[3].contains('.')), !own, "{want:?}");
    }
}

/// A session without our functions finds those that a plan of ours calls.
async fn nothing_registered() {
    let (here, there) = (session(), SessionContext::new());
    let folder = files(&rows_for(functions::page("norm_rank").expect("a page")));
    read(&here, "t", folder.path()).await;
    let sql = "SELECT id, norm_rank(x) OVER (PARTITION BY g), agg_median(x) OVER (PARTITION BY g), \
               norm_minmax(x) OVER (PARTITION BY g), fit_base(x, period, 2014) OVER (PARTITION BY g), \
               norm_goalposts(x, 0, 9) FROM ";
    for from in ["t", "(SELECT DISTINCT * FROM t)"] {
        let sql = &format!("{sql}{from}");
        let plan = planned(&here, sql).await;
        let back = travelled(&plan, &there);
        assert_eq!(text(&back), text(&plan));
        let want = rows(plan, &here, sql).await;
        assert_same(sql, &want, &rows(back, &there, sql).await);
    }
}

/// What a call looks for and no group has is the same error there, by join and by hash.
async fn sought_in_vain() {
    let (here, there) = (session(), session());
    let folder = files(&rows_for(functions::page("fit_base").expect("a page")));
    read(&here, "t", folder.path()).await;
    for from in ["t", "(SELECT DISTINCT * FROM t)"] {
        let sql = format!("SELECT fit_base(x, period, 1999) OVER (PARTITION BY g) FROM {from}");
        let back = travelled(&planned(&here, &sql).await, &there);
        let error = collect(back, there.task_ctx()).await.expect_err(&sql).to_string();
        assert!(error.contains("fit_base: base must be") && error.contains("1999"), "{error}");
    }
}

fn travelled(plan: &Arc<dyn ExecutionPlan>, there: &SessionContext) -> Arc<dyn ExecutionPlan> {
    let (codec, way) = (GoalpostsCodec::default(), DefaultPhysicalProtoConverter {});
    let bytes = physical_plan_to_bytes_with_proto_converter(Arc::clone(plan), &codec, &way);
    let (bytes, context) = (bytes.expect("bytes"), there.task_ctx());
    physical_plan_from_bytes_with_proto_converter(&bytes, &context, &codec, &way).expect("a plan")
}
