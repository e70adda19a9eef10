//! What holds for every function, over the list of all of them: a new function is covered by
//! being registered.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, RecordBatch, UInt32Array,
};
use datafusion::arrow::compute::{cast, take_record_batch};
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, ScalarValue};
use datafusion::datasource::MemTable;
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Expr, LogicalPlan, Signature, Volatility,
    WindowFunctionDefinition,
};
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};
use goalposts::functions::{self, Form, Kind, Page, Parameter};
use libtest_mimic::Trial;

use crate::{repository, trial, trial_async};

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        trial("functions::names_differ", names_differ),
        trial_async("functions::engine_knows_them", engine_knows_them),
        trial("functions::reference_is_current", reference_is_current),
        trial("functions::reference_leads_somewhere", reference_leads_somewhere),
        trial_async("functions::plans_call_what_is_registered", plans_call_what_is_registered),
        trial_async("functions::plain_sql_of_the_engine", plain_sql_of_the_engine),
        trial_async("functions::of_the_user", of_the_user),
        trial("functions::names_in_documents", names_in_documents),
    ];
    for &(page, form) in functions::forms() {
        trials.push(trial(&format!("functions::{}::page", page.name), || page_is_whole(page)));
        trials.push(trial_async(
            &format!("functions::{}::example", page.name),
            move || async move {
                example_holds(page).await;
            },
        ));
        trials.push(trial_async(&format!("functions::{}::prose", page.name), move || async move {
            prose_holds(page).await
        }));
        let name = format!("functions::{}::one_answer", page.name);
        match form {
            Form::Aggregate => {
                trials.push(trial_async(&name, move || async move { one_answer(page).await }));
            }
            Form::Window | Form::Normalisation => {
                trials
                    .push(trial_async(&name, move || async move { one_answer_a_row(page).await }));
            }
            Form::Scalar | Form::Table => {}
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
    let is_call = |form: &&str| form.trim_start_matches("FROM ").starts_with(page.name);
    assert!(page.syntax.iter().all(is_call), "{}", page.name);
    for over in [false, true] {
        let parameters = page.parameters_of(over);
        let optional = parameters.iter().position(|p| !p.is_required());
        let last_required = parameters.iter().rposition(Parameter::is_required);
        if let (Some(optional), Some(required)) = (optional, last_required) {
            assert!(required < optional, "{}: required arguments come first", page.name);
        }
    }
}

async fn engine_knows_them() {
    let context = session(SessionConfig::new().with_information_schema(true));
    let is_table = |form: &Form| *form == Form::Table;
    let forms = functions::forms().iter().filter(|(_, form)| !is_table(form));
    for (page, _) in forms {
        let sql = format!(
            "SELECT description FROM information_schema.routines WHERE routine_name = '{}'",
            page.name
        );
        let rows = rows_of(&context, &sql).await;
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
    let rows = rows_of(&context, page.example).await;
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

/// Each link within the reference has its place there, and each page says all of its arguments: in
/// a table of its own, or by a link.
fn reference_leads_somewhere() {
    let text = functions::reference();
    let places: BTreeSet<&str> = text
        .lines()
        .flat_map(|line| {
            let heading = line.strip_prefix("### `").or(line.strip_prefix("| <a id=\""));
            heading.and_then(|rest| rest.split(['`', '"']).next())
        })
        .collect();
    let links: Vec<&str> =
        text.split("](#").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    assert!(links.len() > 200, "{}", links.len());
    let lost: Vec<_> = links.iter().filter(|link| !places.contains(**link)).collect();
    assert!(lost.is_empty(), "{lost:?}");
    for page in functions::pages() {
        let start = text.find(&format!("### `{}`", page.name)).expect("a page");
        let said = text[start..].split("\n**Returns.**").next().unwrap_or_default();
        for parameter in page.parameters.iter().chain(page.over_parameters.unwrap_or_default()) {
            let name = parameter.name;
            let (row, link) = (format!("| `{name}` |"), format!("[`{name}`](#shared-{name}-"));
            assert!(said.contains(&row) || said.contains(&link), "{}: {name}", page.name);
        }
    }
}

/// Every function that a plan calls, before it is optimised, is registered under the name that the
/// plan has for it, the very same function: a plan sent to another process finds it there.
async fn plans_call_what_is_registered() {
    let context = session(SessionConfig::new());
    let state = context.state();
    let (mut called, mut faults) = (BTreeSet::new(), BTreeSet::new());
    for page in functions::pages() {
        for statement in page.example.split(';').filter(|text| !text.trim().is_empty()) {
            let plan = goalposts::sql(&context, statement).await;
            let plan = plan.unwrap_or_else(|error| panic!("{statement}\n{error}"));
            let visit = |node: &LogicalPlan| {
                node.apply_expressions(|expression| {
                    expression.apply(|expression| {
                        let (name, is_known) = match expression {
                            Expr::ScalarFunction(call) => {
                                let name = call.name();
                                (name, state.scalar_functions().get(name) == Some(&call.func))
                            }
                            Expr::AggregateFunction(call) => {
                                let name = call.func.name();
                                (name, state.aggregate_functions().get(name) == Some(&call.func))
                            }
                            Expr::WindowFunction(call) => match &call.fun {
                                WindowFunctionDefinition::AggregateUDF(function) => {
                                    let name = function.name();
                                    (name, state.aggregate_functions().get(name) == Some(function))
                                }
                                WindowFunctionDefinition::WindowUDF(function) => {
                                    let name = function.name();
                                    (name, state.window_functions().get(name) == Some(function))
                                }
                            },
                            _ => return Ok(TreeNodeRecursion::Continue),
                        };
                        called.insert(name.to_owned());
                        if !is_known {
                            faults.insert(format!("{name}: {statement}"));
                        }
                        Ok(TreeNodeRecursion::Continue)
                    })
                })
            };
            plan.logical_plan().apply_with_subqueries(visit).expect("a walk");
        }
    }
    assert!(called.contains("norm_minmax_fitted"), "{called:?}");
    assert!(faults.is_empty(), "{faults:#?}");
}

/// A function of the user under the name of one of ours: it counts its rows, and says whether the
/// engine gave it DISTINCT (100) and an order (1000).
#[derive(Debug, PartialEq, Eq, Hash)]
struct Own(Signature);

#[derive(Debug)]
struct Rows(i64);

impl AggregateUDFImpl for Own {
    fn name(&self) -> &str {
        "agg_geometric"
    }

    fn signature(&self) -> &Signature {
        &self.0
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let (distinct, ordered) = (args.is_distinct, !args.order_bys.is_empty());
        Ok(Box::new(Rows(100 * i64::from(distinct) + 1000 * i64::from(ordered))))
    }
}

impl Accumulator for Rows {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.0 += values[0].len() as i64;
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::from(self.0))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn merge_batch(&mut self, _: &[ArrayRef]) -> Result<()> {
        unreachable!("one partition")
    }
}

pub fn function_of_the_user() -> AggregateUDF {
    let signature = Signature::exact(vec![DataType::Int64; 2], Volatility::Immutable)
        .with_parameter_names(vec!["x".to_owned(), "y".to_owned()])
        .expect("two names");
    AggregateUDF::from(Own(signature))
}

/// What a user registers over a function of ours is the user's: its arguments, DISTINCT and ORDER
/// BY are left to the engine.
async fn of_the_user() {
    let context = session(SessionConfig::new().with_target_partitions(1));
    context.register_udaf(function_of_the_user());
    let table = "FROM (VALUES (1, 2), (3, 4)) AS t(a, b)";
    for (call, want) in [
        ("agg_geometric(y => a, x => b)", "2"),
        ("agg_geometric(a, y => b)", "2"),
        ("agg_geometric(DISTINCT a, b)", "102"),
        ("agg_geometric(a, b ORDER BY b)", "1002"),
        ("AGG_GEOMETRIC(a, b) OVER (PARTITION BY a)", "1"),
        ("agg_geometric(a, b) OVER (ORDER BY a ROWS UNBOUNDED PRECEDING)", "1"),
    ] {
        let rows = rows_of(&context, &format!("SELECT {call} {table}")).await;
        assert_eq!(rows[0], want, "{call}");
    }
    // Ours beside it are ours.
    for (call, want) in [
        ("agg_arithmetic(DISTINCT a)", "DISTINCT is not supported"),
        ("agg_arithmetic(a, penalty => 1)", "argument 'penalty' not found"),
        ("agg_geometric(a, weight => b)", "weight"),
    ] {
        let error = goalposts::sql(&context, &format!("SELECT {call} {table}")).await;
        let message = error.expect_err(call).to_string();
        assert!(message.contains(want), "{call}: {message}");
        assert!(!message.contains("min_coverage") || !call.contains("geometric"), "{message}");
    }
}

// ------------------------------------------------------------------------------ the prose of pages

const PREFIXES: [&str; 9] =
    ["fit_", "norm_", "agg_", "stat_", "index_", "weight_", "impute_", "treat_", "screen_"];

/// Whether a letter may stand in a name.
fn in_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The names in a text, and what follows each.
fn names(text: &str) -> Vec<(&str, &str)> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(in_name) {
        let name = &rest[start..];
        let end = name.find(|letter| !in_name(letter)).unwrap_or(name.len());
        names.push((&name[..end], &name[end..]));
        rest = &name[end..];
    }
    names
}

/// A text up to the parenthesis that closes the one it begins with.
fn parenthesised(text: &str) -> Option<&str> {
    let (mut depth, mut is_text) = (0, false);
    for (at, letter) in text.char_indices() {
        match letter {
            '\'' => is_text = !is_text,
            '(' if !is_text => depth += 1,
            ')' if !is_text => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&text[..=at]);
        }
    }
    None
}

/// The calls of our functions in a text: page, arguments with their parentheses, whether `OVER`
/// follows.
fn calls(text: &str) -> Vec<(&'static Page, String, bool)> {
    let mut calls = Vec::new();
    for (name, rest) in names(text) {
        let Some(page) = functions::page(name) else { continue };
        if !rest.starts_with('(') {
            continue;
        }
        let arguments = parenthesised(rest).unwrap_or_else(|| panic!("no ')': {name}{rest}"));
        let over = rest[arguments.len()..].starts_with(" OVER (");
        let arguments = arguments.replace("FROM ...", "FROM draws");
        let arguments = arguments.replace(", ...", "").replace("...", "");
        calls.push((page, arguments, over));
    }
    calls
}

/// Whether a word with a prefix of ours names something that is there: a function, an argument, a
/// family (`norm_*`).
fn is_known(name: &str, rest: &str) -> bool {
    let is_argument = |page: &Page| {
        let all = page.parameters.iter().chain(page.over_parameters.unwrap_or_default());
        all.map(|parameter| parameter.name).any(|argument| argument == name)
    };
    rest.starts_with('*')
        || functions::page(name.trim_end_matches("_fitted")).is_some()
        || functions::pages().any(is_argument)
}

#[track_caller]
fn names_are_known(origin: &str, text: &str, others: &[&str]) {
    for (name, rest) in names(text) {
        let has_prefix = PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        assert!(
            !has_prefix || others.contains(&name) || is_known(name, rest),
            "{origin}: there is no '{name}'"
        );
    }
}

/// Everything a page says can be done: each call in it, in the prose too, is planned, each method
/// is read, and each name exists.
async fn prose_holds(page: &'static Page) {
    let context = session(SessionConfig::new());
    for table in [
        "panel AS SELECT 'A' AS unit, 2014 AS period, 'i' AS indicator, 1.0 AS value",
        "framework AS SELECT 'i' AS code, 'index' AS parent, 1.0 AS weight",
        "framework_b AS SELECT * FROM framework",
        "draws AS SELECT 1 AS draw, 'i' AS code, 1.0 AS weight",
    ] {
        goalposts::sql(&context, &format!("CREATE TABLE {table}")).await.expect("a table");
    }
    let text = page.markdown();
    names_are_known(page.name, &text, &["weight_sum", "impute_panel"]);
    for (called, arguments, over) in calls(&text) {
        if called.family == goalposts::functions::Family::Files {
            continue; // of files that are not there
        }
        let call = format!("{}{arguments}", called.name);
        let is_table = functions::forms()
            .iter()
            .any(|(page, form)| *form == Form::Table && page.name == called.name);
        let queries = match is_table {
            true => vec![format!("SELECT * FROM {call}")],
            false => {
                let from = columns_of(called, &call);
                let overs = if over { [" OVER ()", " OVER ()"] } else { ["", " OVER ()"] };
                overs
                    .map(|over| {
                        format!("SELECT {} {over} FROM ({from})", constants_in(called, &call))
                    })
                    .into()
            }
        };
        let mut message = String::new();
        for query in queries {
            match goalposts::sql(&context, &query).await {
                Ok(_) => {
                    message.clear();
                    break;
                }
                Err(error) => message = format!("{query}\n{error}"),
            }
        }
        assert!(message.is_empty(), "{}: {message}", page.name);
    }
    for (options, method) in methods(&text) {
        let mut message = String::new();
        for option in options {
            let query =
                format!("SELECT * FROM composite_index(panel, framework, {option} => {method})");
            match goalposts::sql(&context, &query).await {
                Ok(_) => {
                    message.clear();
                    break;
                }
                Err(error) => message = format!("{query}\n{error}"),
            }
        }
        assert!(message.is_empty(), "{}: {message}", page.name);
    }
}

const STEPS: [&str; 5] = ["imputation", "treatment", "normalisation", "weighting", "aggregation"];

/// Methods in a text, with the steps they may belong to: after `normalisation =>`, and those with
/// arguments in quotes anywhere.
fn methods(text: &str) -> Vec<(Vec<&'static str>, String)> {
    let mut methods = Vec::new();
    for step in STEPS {
        for arrow in [" => ", "_b => "] {
            let mut rest = text;
            while let Some(at) = rest.find(&format!("{step}{arrow}")) {
                rest = &rest[at + step.len() + arrow.len()..];
                let end = match rest.strip_prefix('\'') {
                    Some(quoted) => quoted.find('\'').map(|end| end + 2),
                    None => {
                        let word = rest.find(|letter| !in_name(letter)).unwrap_or(rest.len());
                        Some(
                            word + parenthesised(&rest[word..])
                                .filter(|p| p.starts_with('('))
                                .map_or(0, str::len),
                        )
                    }
                };
                if !rest.starts_with("...") {
                    methods.push((vec![step], rest[..end.expect("an end")].to_owned()));
                }
            }
        }
    }
    for quoted in text.split('\'').skip(1) {
        let Some((name, _)) = quoted.split_once('(') else { continue };
        let is_method = quoted.ends_with(')') && name.chars().all(in_name) && !name.is_empty();
        if is_method && functions::page(name).is_none() {
            methods.push((STEPS.to_vec(), format!("'{quoted}'")));
        }
    }
    methods
}

/// A query with the columns that a call names.
fn columns_of(page: &Page, call: &str) -> String {
    let mut columns = Vec::new();
    for (name, rest) in names(call) {
        let is_column = !name.starts_with(|letter: char| letter.is_numeric())
            && !rest.starts_with('(')
            && !rest.starts_with(" =>")
            && !columns.iter().any(|(known, _)| *known == name);
        let value = match name {
            "unit" | "indicator" | "against" => "'A'".to_owned(),
            "period" if call.contains("date_part") => "DATE '2014-01-01'".to_owned(),
            "period" => "2014".to_owned(),
            "fit" => scale_of(page),
            _ => "1.0".to_owned(),
        };
        if is_column {
            columns.push((name, value));
        }
    }
    let columns: Vec<_> =
        columns.iter().map(|(name, value)| format!("{value} AS \"{name}\"")).collect();
    if columns.is_empty() {
        "SELECT 1".to_owned()
    } else {
        format!("SELECT {}", columns.join(", "))
    }
}

/// A scale of the kind that a normalisation takes.
pub fn scale_of(page: &Page) -> String {
    let scale = page.parameters.iter().find_map(|parameter| match parameter.kind {
        Kind::Fit(fields) => {
            let fields: Vec<_> = fields.iter().map(|field| format!("'{field}', 1.0")).collect();
            Some(fields.join(", "))
        }
        Kind::FitList(field) => Some(format!("'{field}', [1.0, 2.0], 'n', 2")),
        _ => None,
    });
    format!("named_struct({})", scale.expect("a page with a scale"))
}

/// The call with constants in the place of the arguments that must be constant.
fn constants_in(page: &Page, call: &str) -> String {
    let mut call = call.to_owned();
    for over in [false, true] {
        for parameter in page.parameters_of(over) {
            let constant = match parameter.kind {
                Kind::Constants => "[3, 2, 1]",
                Kind::Constant | Kind::Lag => "0.5",
                _ => continue,
            };
            for (before, after) in [(", ", ","), (", ", ")"), ("(", ")")] {
                let name = parameter.name;
                call = call.replace(
                    &format!("{before}{name}{after}"),
                    &format!("{before}{constant}{after}"),
                );
            }
        }
    }
    call
}

/// The documents beside the pages: each name exists, and each argument that a call names.
fn names_in_documents() {
    for file in ["README.md", "docs/from-csv-to-index.md", "docs/performance.md"] {
        let text = std::fs::read_to_string(repository().join(file)).expect("a document");
        documented(file, &text);
    }
    let files = ["queries", "queries/gallery"].map(|folder| {
        let files = std::fs::read_dir(repository().join(folder)).expect("a folder");
        files.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file())
    });
    for file in files.into_iter().flatten() {
        let text = std::fs::read_to_string(&file).expect("a text");
        documented(&file.display().to_string(), &text);
    }
}

fn documented(file: &str, text: &str) {
    names_are_known(file, text, &["norm_x"]);
    for (page, arguments, _) in calls(text) {
        let mut depth = 0;
        for (at, letter) in arguments.char_indices() {
            depth += match letter {
                '(' | '[' => 1,
                ')' | ']' => -1,
                _ => 0,
            };
            if depth == 1
                && let Some(before) = arguments[at..].starts_with(" =>").then(|| &arguments[..at])
            {
                let name = before.rsplit(|letter| !in_name(letter)).next().unwrap_or_default();
                let shared = functions::page("composite_index").expect("a page");
                let is_known = [page, shared].iter().any(|page| {
                    [false, true].iter().any(|over| {
                        page.parameters_of(*over).iter().any(|known| known.name == name)
                    })
                });
                assert!(is_known, "{file}: {} has no argument '{name}'", page.name);
            }
        }
    }
}

pub fn session(config: SessionConfig) -> SessionContext {
    let context = SessionContext::new_with_config(config);
    goalposts::register_all(&context).expect("the functions can be registered");
    context
}

/// Rows as text, cells separated by a space.
pub async fn rows_of(context: &SessionContext, sql: &str) -> Vec<String> {
    let frame = goalposts::sql(context, sql).await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
    rows_of_frame(frame).await
}

pub async fn rows_of_frame(frame: DataFrame) -> Vec<String> {
    let plan = frame.logical_plan().clone();
    let batches = frame.collect().await.unwrap_or_else(|error| panic!("{plan}\n{error}"));
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
const ROWS: i64 = 350;
/// An answer over a matrix may take long (a linear programme a unit), and a growing frame asks for
/// one a row.
const MATRIX_ROWS: i64 = 180;

/// A table with groups, positive scores that differ in size, weights, missing values, and one
/// group without any value; each row is one of six indicators of a unit. Deterministic: the golden
/// ratio's multiples are as good as random.
fn data(rows: i64, rows_of_a_unit: i64) -> RecordBatch {
    let noise = |i: i64, k: f64| (i as f64 * k).fract();
    let id = 0..rows;
    let group_of = |i: i64| (noise(i / rows_of_a_unit, 0.618_033_988_75) * GROUPS as f64) as i64;
    let group = id.clone().map(group_of);
    // A period of its own for each row of a group; the fifth is the base, and has a value.
    let mut steps = [0; GROUPS as usize];
    let step = group.clone().map(|group| {
        steps[group as usize] += 1;
        steps[group as usize]
    });
    let step: Vec<i64> = step.collect();
    let x = id.clone().zip(group.clone()).map(|(i, group)| {
        let is_there = group != 3 && (i % 11 != 0 || step[i as usize] == 5);
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
    let period_of_row: ArrayRef = Arc::new(Int64Array::from(step.clone()));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from_iter_values(id.clone()))),
        ("step", period_of_row),
        ("g", Arc::new(Int64Array::from_iter_values(group))),
        ("x", Arc::new(x.collect::<Float64Array>())),
        ("w", Arc::new(Float64Array::from_iter_values(w))),
        ("period", Arc::new(Int64Array::from(period))),
        ("keep", Arc::new(keep.collect::<BooleanArray>())),
        ("unit", Arc::new(Int64Array::from_iter_values(id.clone().map(|i| i / 6)))),
        ("indicator", Arc::new(Int64Array::from_iter_values(id.clone().map(|i| i % 6)))),
        ("weight", Arc::new(Float64Array::from_iter_values(id.map(|i| (1 + i % 6) as f64)))),
    ];
    RecordBatch::try_from_iter(columns).expect("a batch")
}

/// The same with a value in each row of one group.
fn complete(batch: &RecordBatch) -> RecordBatch {
    let schema = batch.schema();
    let of = |name: &str| schema.index_of(name).expect("a column");
    let groups = batch.column(of("g")).as_primitive::<Int64Type>();
    let values = batch.column(of("x")).as_primitive::<Float64Type>();
    let filled = groups.iter().zip(values).map(|(group, x)| match group {
        Some(0) => x.or(Some(1.5)),
        _ => x,
    });
    let mut columns = batch.columns().to_vec();
    columns[of("x")] = Arc::new(filled.collect::<Float64Array>());
    RecordBatch::try_new(schema, columns).expect("a batch")
}

/// The judgements of a weighting by AHP: for each group all pairs of five criteria by each
/// judge, nearly consistent. No other function compares things of one kind with each other.
fn judgements(judges: i64) -> RecordBatch {
    let (criteria, pairs) = (5, judges * 10 * GROUPS);
    let pair = |i: i64| {
        let mut all = (0..criteria).flat_map(|a| (a + 1..criteria).map(move |b| (a, b)));
        all.nth((i / GROUPS % 10) as usize).expect("ten pairs of five")
    };
    let ratio = |i: i64| {
        let (a, b) = pair(i);
        2_f64.powi((b - a) as i32) * (1.0 + (i as f64 * 0.618_033_988_75).fract() / 5.0)
    };
    let ids = 0..pairs;
    let numbers = |f: &dyn Fn(i64) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(ids.clone().map(f)))
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", numbers(&|i| i)),
        ("g", numbers(&|i| i % GROUPS)),
        ("unit", numbers(&|i| pair(i).0)),
        ("indicator", numbers(&|i| pair(i).1)),
        ("period", numbers(&|i| i / GROUPS / 10)),
        ("x", Arc::new(Float64Array::from_iter_values(ids.clone().map(ratio)))),
        ("keep", Arc::new(BooleanArray::from(vec![true; pairs as usize]))),
    ];
    RecordBatch::try_from_iter(columns).expect("a batch")
}

/// Points for a budget allocation: for each group four experts and five indicators, all of them.
fn points() -> RecordBatch {
    let rows = 20 * GROUPS;
    let ids = 0..rows;
    let numbers = |f: &dyn Fn(i64) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(ids.clone().map(f)))
    };
    let given = |i: i64| 1.0 + 99.0 * (i as f64 * 0.618_033_988_75).fract();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", numbers(&|i| i)),
        ("g", numbers(&|i| i % GROUPS)),
        ("unit", numbers(&|i| i / GROUPS / 5)),
        ("indicator", numbers(&|i| i / GROUPS % 5)),
        ("x", Arc::new(Float64Array::from_iter_values(ids.clone().map(given)))),
        ("keep", Arc::new(BooleanArray::from(vec![true; rows as usize]))),
    ];
    RecordBatch::try_from_iter(columns).expect("a batch")
}

/// Whether an answer is an error until all rows are there: no frame that grows can have it.
pub fn needs_all_rows(page: &Page) -> bool {
    ["weight_ahp", "weight_budget"].contains(&page.name)
}

/// Whether the function takes a matrix: units, indicators, scores.
fn is_matrix(page: &Page) -> bool {
    page.parameters.iter().filter(|parameter| parameter.kind == Kind::Key).count() == 2
}

/// The rows for a function.
pub fn rows_for(page: &Page) -> RecordBatch {
    match page.name {
        "weight_ahp" => judgements(1),
        "weight_budget" => points(),
        // One missing value leaves none: some group has all.
        "agg_sum" | "agg_product" => complete(&data(ROWS, 1)),
        // The six indicators of a unit stay together.
        _ if is_matrix(page) => data(MATRIX_ROWS, 6),
        _ => data(ROWS, 1),
    }
}

/// The default of an argument as SQL; NULL where it must be given.
fn or_null(parameter: &Parameter) -> String {
    match parameter.is_required() {
        true => "NULL".to_owned(),
        false => parameter.default.to_string(),
    }
}

/// The call of a function on the columns of [`data`].
pub fn call(page: &Page, over: bool, suffix: &str) -> String {
    format!("{}({}){suffix}", page.name, arguments(page, over).join(", "))
}

/// Its arguments, in their order.
pub fn arguments(page: &Page, over: bool) -> Vec<String> {
    let mut keys = ["unit", "indicator"].into_iter();
    page.parameters_of(over)
        .iter()
        .map(|parameter| match (parameter.name, parameter.kind) {
            ("weight", _) if is_matrix(page) => "weight".to_owned(),
            ("weight", _) => "w".to_owned(),
            ("period", _) if over => "step".to_owned(),
            ("p" | "exponent", _) => "0.5".to_owned(),
            ("value", _) if page.name == "transform_logit" => "x / 1000000".to_owned(),
            ("weights", Kind::Constants) => "[3, 2, 1]".to_owned(),
            ("lower", Kind::Number) if page.name == "norm_ideal" => "20".to_owned(),
            ("upper", Kind::Number) if page.name == "norm_ideal" => "2000".to_owned(),
            ("target" | "upper", Kind::Number) => "20000".to_owned(),
            ("base", Kind::Constant) => "5".to_owned(),
            ("growth", _) => "x / 1000".to_owned(),
            (_, Kind::Choice(_) | Kind::Constants | Kind::Switch | Kind::Boolean) => {
                or_null(parameter)
            }
            (_, Kind::Constant | Kind::Lag | Kind::Number) if !parameter.is_required() => {
                or_null(parameter)
            }
            (_, Kind::Number | Kind::Constant) => "x".to_owned(),
            (_, Kind::Key) => keys.next().expect("two keys at the most").to_owned(),
            // One row of a partition has it; the base period of an aggregate is 2014.
            (_, Kind::Any) if over => "step".to_owned(),
            (_, Kind::Any) => "period".to_owned(),
            (_, Kind::SameAsPrevious | Kind::Base) if over => "5".to_owned(),
            (_, Kind::SameAsPrevious | Kind::Base) => "2014".to_owned(),
            (_, Kind::Fit(_) | Kind::FitList(_)) => scale_of(page),
            (name, kind) => panic!("{}: {name} is {kind}, of a table function", page.name),
        })
        .collect()
}

/// Sessions that cut the rows in other ways: name, session, partitions, rows a batch.
fn sessions(rows: usize) -> Vec<(&'static str, SessionConfig, usize, usize)> {
    let mut skipping = SessionConfig::new().with_target_partitions(4).with_batch_size(64);
    let options = &mut skipping.options_mut().execution;
    options.skip_partial_aggregation_probe_rows_threshold = 1;
    options.skip_partial_aggregation_probe_ratio_threshold = 0.0;
    let split = SessionConfig::new().with_target_partitions(4).with_batch_size(3);
    vec![
        ("one partition", SessionConfig::new().with_target_partitions(1), 1, rows),
        ("split in 4, batches of 3", split, 4, 3),
        ("partial states skipped", skipping, 3, 50),
    ]
}

/// Grouped, windowed, filtered and split use give one answer.
async fn one_answer(page: &'static Page) {
    let batch = match page.name {
        "weight_ahp" => judgements(2),
        _ => rows_for(page),
    };
    let all_rows = batch.num_rows();
    let whole = table(&batch, 1, all_rows);
    let single = session(SessionConfig::new().with_target_partitions(1));
    single.register_table("t", whole).expect("a table");

    // The reference: each group by itself, one row after the other in one state.
    let mut want = Vec::new();
    let mut want_kept = Vec::new();
    for group in 0..GROUPS {
        let all = format!("SELECT {} FROM t WHERE g = {group}", call(page, false, ""));
        want.extend(numbers(&single, &all).await);
        let kept = format!("SELECT {} FROM t WHERE g = {group} AND keep", call(page, false, ""));
        want_kept.extend(numbers(&single, &kept).await);
    }
    assert!(want.iter().flatten().any(Option::is_some), "{}: only NULLs", page.name);

    let grouped = format!("SELECT {} FROM t GROUP BY g ORDER BY g", call(page, false, ""));
    let filtered = format!(
        "SELECT {} FROM t GROUP BY g ORDER BY g",
        call(page, false, " FILTER (WHERE keep)")
    );
    let windowed = format!(
        "SELECT f FROM (SELECT g, id, {} AS f, row_number() OVER (PARTITION BY g ORDER BY id) AS n FROM t)
         WHERE n = 1 ORDER BY g",
        call(page, false, " OVER (PARTITION BY g)")
    );
    let growing = format!(
        "SELECT f FROM (SELECT g, {} AS f, row_number() OVER (PARTITION BY g ORDER BY id DESC) AS n FROM t)
         WHERE n = 1 ORDER BY g",
        call(page, false, " OVER (PARTITION BY g ORDER BY id)")
    );
    let sliding = format!(
        "SELECT f FROM (SELECT g, {} AS f, row_number() OVER (PARTITION BY g ORDER BY id DESC) AS n FROM t)
         WHERE n = 1 ORDER BY g",
        call(page, false, " OVER (PARTITION BY g ORDER BY id ROWS BETWEEN 100000 PRECEDING AND CURRENT ROW)")
    );
    // An input that is not read twice: a window by hash.
    let held_of = |call: String| {
        format!(
            "SELECT f FROM (SELECT g, id, {call} AS f FROM (SELECT DISTINCT * FROM t))
             WHERE id IN (SELECT min(id) FROM t GROUP BY g) ORDER BY g"
        )
    };
    let held = held_of(call(page, false, " OVER (PARTITION BY g)"));
    let held_kept = held_of(call(page, false, " FILTER (WHERE keep) OVER (PARTITION BY g)"));
    let has_frames = !needs_all_rows(page);

    for (name, config, partitions, rows) in sessions(all_rows) {
        let context = session(config);
        context.register_table("t", table(&batch, partitions, rows)).expect("a table");
        for (form, sql, want) in [
            ("grouped", &grouped, &want),
            ("filtered", &filtered, &want_kept),
            ("windowed", &windowed, &want),
            ("growing frame", &growing, &want),
            ("sliding frame", &sliding, &want),
            ("held", &held, &want),
            ("held and filtered", &held_kept, &want_kept),
        ] {
            if has_frames || !form.ends_with("frame") {
                let got = numbers(&context, sql).await;
                assert_close(&format!("{}, {name}, {form}", page.name), want, &got);
            }
        }
    }

    let over = call(page, false, " OVER (PARTITION BY g)");
    let answer = goalposts::sql(&single, &format!("SELECT {over} FROM t")).await.expect("a plan");
    // Rows get a list, however long, a few at a time; anything else by a join.
    let is_list = answer.schema().field(0).data_type().to_string().contains("List(");
    let joined = if is_list { "WholePartition" } else { "Aggregate" };
    for (input, operator) in [("t", joined), ("(SELECT DISTINCT * FROM t)", "WholePartition")] {
        let plan =
            rows_of(&single, &format!("EXPLAIN SELECT {over} FROM {input}")).await.join("\n");
        let is_sorted = plan.contains("SortExec");
        assert!(!is_sorted && plan.contains(operator), "{}: {operator}:\n{plan}", page.name);
    }

    // A frame of three rows, against the same three rows by themselves.
    let (early, late) = (all_rows as i64 / 2, all_rows as i64 - 1);
    let lasts = if has_frames { vec![5, early, late] } else { Vec::new() };
    let mut want = Vec::new();
    let mut got = Vec::new();
    for last in lasts {
        let three = format!(
            "SELECT f FROM (SELECT id, {} AS f FROM t) WHERE id = {last}",
            call(
                page,
                false,
                " OVER (PARTITION BY g ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)"
            )
        );
        got.extend(numbers(&single, &three).await);
        let rows = format!(
            "SELECT * FROM t WHERE g = (SELECT g FROM t WHERE id = {last}) AND id <= {last}
             ORDER BY id DESC LIMIT 3"
        );
        want.extend(
            numbers(&single, &format!("SELECT {} FROM ({rows})", call(page, false, ""))).await,
        );
    }
    assert_close(&format!("{}, three rows", page.name), &want, &got);
}

/// A partition by itself, beside others, cut and turned round in any way, by our operator and by
/// the engine's: each row has one answer.
async fn one_answer_a_row(page: &'static Page) {
    let batch = rows_for(page);
    let rows = batch.num_rows();
    let single = session(SessionConfig::new().with_target_partitions(1));
    single.register_table("t", table(&batch, 1, rows)).expect("a table");
    let mut want = Vec::new();
    for group in 0..GROUPS {
        let alone = call(page, true, " OVER ()");
        let sql = format!("SELECT {alone} FROM t WHERE g = {group} ORDER BY id");
        want.extend(numbers(&single, &sql).await);
    }
    assert!(want.iter().flatten().any(Option::is_some), "{}: only NULLs", page.name);

    let over = call(page, true, " OVER (PARTITION BY g)");
    let plain = format!("SELECT {over} FROM t ORDER BY g, id");
    // A window that needs a sort leaves the function to the engine's operator.
    let beside = format!("SELECT {over}, row_number() OVER (PARTITION BY g) FROM t ORDER BY g, id");
    for (name, config, partitions, size) in sessions(rows) {
        let reversed: Vec<u32> = (0..rows as u32).rev().collect();
        let reversed =
            take_record_batch(&batch, &UInt32Array::from(reversed)).expect("the rows reversed");
        for (order, batch) in [("in order", &batch), ("reversed", &reversed)] {
            let context = session(config.clone());
            context.register_table("t", table(batch, partitions, size)).expect("a table");
            for (form, sql) in [("alone", &plain), ("beside another window", &beside)] {
                let got = numbers(&context, sql).await;
                assert_close(&format!("{}, {name}, {order}, {form}", page.name), &want, &got);
            }
            let explain = format!("EXPLAIN SELECT {over} FROM t");
            let plan = rows_of(&context, &explain).await.join("\n");
            assert!(!plan.contains("SortExec"), "{}: a sort is planned:\n{plan}", page.name);
        }
    }
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

/// The first column: one list of numbers per row (the number, the fields of a STRUCT, the fields of
/// all STRUCTs of a LIST).
async fn numbers(context: &SessionContext, sql: &str) -> Vec<Vec<Option<f64>>> {
    let frame = goalposts::sql(context, sql).await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
    let batches = frame.collect().await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
    let mut rows = Vec::new();
    for batch in &batches {
        for row in 0..batch.num_rows() {
            let mut cells = Vec::new();
            flatten(batch.column(0), row, &mut cells);
            rows.push(cells);
        }
    }
    rows
}

fn flatten(array: &ArrayRef, row: usize, cells: &mut Vec<Option<f64>>) {
    if array.is_null(row) {
        return cells.push(None);
    }
    if let Some(structs) = array.as_struct_opt() {
        structs.columns().iter().for_each(|column| flatten(column, row, cells));
    } else if let Some(lists) = array.as_list_opt::<i32>() {
        let list = lists.value(row);
        (0..list.len()).for_each(|item| flatten(&list, item, cells));
    } else if let Some(texts) = array.as_string_opt::<i32>() {
        cells.push(Some(texts.value(row).len() as f64)); // as much of a text as a number can tell
    } else {
        let number = cast(array, &DataType::Float64).expect("a number");
        cells.push(Some(number.as_primitive::<Float64Type>().value(row)));
    }
}

fn assert_close(what: &str, want: &[Vec<Option<f64>>], got: &[Vec<Option<f64>>]) {
    assert_eq!(want.len(), got.len(), "{what}: number of rows");
    for (row, (want, got)) in want.iter().zip(got).enumerate() {
        assert_eq!(want.len(), got.len(), "{what}: row {row} must be {want:?}, got {got:?}");
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
