//! Single calls of COINr's functions, `coinr/vectors.csv`, and what the functions here give.
//!
//! Unlike in a `Case`, each record of the file is a call of its own. Every call of the file must
//! be named here once.

use std::fmt::Write;
use std::path::Path;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::prelude::SessionContext;
use goalposts::session::{self, Options};

use super::{TOLERANCE, difference};

pub const FILE: &str = "coinr/vectors.csv";

/// A call of the file, and the call here that answers the same question.
struct Call {
    id: &'static str,
    /// Over the columns `i` (number of the value), `x` (the value) and `w` (its weight).
    call: &'static str,
    form: Form,
    here: Here,
}

enum Form {
    /// A value for each value, over the whole column as its window.
    Scores,
    /// The same in the field `value` of a structure.
    Treated,
    /// One value for all.
    Aggregate,
}

enum Here {
    /// The values of COINr.
    Same,
    /// An error as in COINr, with this text.
    BothRefuse(&'static str),
    /// Other values than COINr's, and why.
    Values(Vec<Option<f64>>, &'static str),
    /// An error with this text where COINr gives values, and why.
    Refuses(&'static str, &'static str),
}

impl Call {
    fn same(id: &'static str, form: Form, call: &'static str) -> Self {
        Self { id, call, form, here: Here::Same }
    }

    fn here(self, here: Here) -> Self {
        Self { here, ..self }
    }
}

/// Calls of COINr's functions that have no counterpart here, and why.
const WITHOUT_COUNTERPART: &[(&str, &str)] = &[
    ("v50", "`CAGR` is an expression in SQL: the case of `coinr/panel/trend_cagr.csv` computes it"),
    (
        "v51",
        "`prc_change` is a straight line fitted with `regr_slope`: the case of \
         `coinr/panel/trend_prc_change.csv` computes it",
    ),
];

fn calls() -> Vec<Call> {
    const NAN: &str = "COINr gives NaN; NULL is the one sign of a score that does not exist";
    let scores = |id, call| Call::same(id, Form::Scores, call);
    let treated = |id, call| Call::same(id, Form::Treated, call);
    let aggregate = |id, call| Call::same(id, Form::Aggregate, call);
    let nulls = |n| Here::Values(vec![None; n], NAN);
    vec![
        scores("v01", "norm_minmax(x, upper => 100)"),
        scores("v02", "norm_minmax(x, upper => 100)").here(nulls(4)),
        scores("v03", "norm_minmax(x, upper => 100)").here(nulls(3)),
        scores("v04", "norm_zscore(x)"),
        scores("v05", "norm_zscore(x)").here(nulls(4)),
        scores("v06", "norm_zscore(x)"),
        scores("v07", "norm_distance_max(x)"),
        scores("v08", "norm_distance_max(x)").here(nulls(4)),
        scores("v09", "norm_distance_max(x)").here(nulls(3)),
        scores("v10", "norm_rank(x)"),
        scores("v11", "norm_rank(x)"),
        scores("v12", "norm_rank(x)"),
        scores("v13", "norm_percentile_rank(x)"),
        scores("v14", "norm_percentile_rank(x)"),
        scores("v15", "norm_percentile_rank(x)").here(nulls(3)),
        scores("v16", "norm_minmax(x, lower => 100, upper => 0)").here(Here::Refuses(
            "norm_minmax: lower must be below upper, got 100 and 0",
            "COINr accepts it; a scale is inverted by `direction` only",
        )),
        scores("v17", "norm_fraction_max(x)"),
        scores("v18", "norm_goalposts(x, lower => 0, upper => 5, scale => 100)"),
        scores("v19", "norm_goalposts(x, lower => 0, upper => 5, scale => 100, truncate => false)"),
        scores("v20", "norm_goalposts(x, lower => 0, upper => 5, scale => 100, direction => -1)"),
        scores("v21", "norm_distance_target(x, target => 4)"),
        scores("v22", "norm_distance_target(x, target => 4, cap => true)"),
        scores("v23", "norm_distance_target(x, target => 4, direction => -1)"),
        scores("v24", "norm_distance_target(x, target => -5)").here(Here::Refuses(
            "norm_distance_target: target must be above the minimum of the reference set (-2), got -5",
            "COINr warns; the scale would be inverted",
        )),
        // COINr counts units from 1, `i` from 0.
        scores("v25", "norm_distance_reference(x, i, reference => 3)"),
        scores("v26", "norm_scaled(x, lower => 0, upper => 100, scale => 10)"),
        aggregate("v27", "agg_arithmetic(x, w)"),
        aggregate("v28", "agg_arithmetic(x, w)"),
        aggregate("v29", "agg_arithmetic(x, w)").here(nulls(1)),
        aggregate("v30", "agg_geometric(x, w)"),
        aggregate("v31", "agg_geometric(x, w)").here(Here::BothRefuse(
            "agg_geometric: score must be finite and > 0, got 0 \
             (normalise to a range above 0, such as 1..100: minmax by lower and upper, goalposts by lowest and scale)",
        )),
        aggregate("v32", "agg_geometric(x, w)").here(Here::BothRefuse(
            "agg_geometric: score must be finite and > 0, got -1 \
             (normalise to a range above 0, such as 1..100: minmax by lower and upper, goalposts by lowest and scale)",
        )),
        aggregate("v33", "agg_harmonic(x, w)"),
        aggregate("v34", "agg_harmonic(x, w)").here(Here::BothRefuse(
            "agg_harmonic: score must be finite and > 0, got 0 \
             (normalise to a range above 0, such as 1..100: minmax by lower and upper, goalposts by lowest and scale)",
        )),
        aggregate("v35", "agg_power(x, w, p => 2)"),
        aggregate("v36", "agg_power(x, w, p => 0)").here(Here::Values(
            // 1, 2 and 3 with the weights 1, 2 and 3.
            vec![Some((2_f64.powi(2) * 3_f64.powi(3)).powf(1.0 / 6.0))],
            "COINr refuses; the geometric mean is the limit of the others",
        )),
        aggregate("v37", "stat_skewness(x)"),
        aggregate("v38", "stat_kurtosis(x)"),
        aggregate("v39", "stat_skewness(x)"),
        aggregate("v40", "stat_kurtosis(x)"),
        treated("v41", "treat_points(x)"),
        treated("v42", "treat_points(x, max_points => 1)"),
        treated("v43", "treat_log(x)"),
        treated("v44", "treat_log(x, form => 'shift')"),
        treated("v45", "treat_log(x, form => 'range_mirrored')"),
        treated("v46", "treat_boxcox(x, lambda => 0.5)"),
        treated("v47", "treat_boxcox(x, lambda => 0)"),
        treated("v48", "impute_mean(x)"),
        treated("v49", "impute_median(x)"),
    ]
}

/// A record of the file.
struct Record {
    id: String,
    input: String,
    weights: Option<String>,
    output: String,
    is_error: bool,
}

pub async fn check(golden: &Path) {
    let context = session::open(None, &Options::default()).await.expect("a session");
    let records = records(&context, &golden.join(FILE)).await;
    let calls = calls();
    for record in &records {
        let times = ids(&calls).filter(|id| *id == record.id).count();
        assert!(times == 1, "{}: must be named once, is {times} times", record.id);
    }
    for id in ids(&calls) {
        let times = records.iter().filter(|record| record.id == id).count();
        assert!(times == 1, "{id}: must be in the file once, is {times} times");
    }
    for call in &calls {
        let record = records.iter().find(|record| record.id == call.id).expect("a record");
        compare(&context, call, record).await;
    }
    println!("{FILE}: {} calls", records.len());
}

fn ids(calls: &[Call]) -> impl Iterator<Item = &'static str> {
    let ids: Vec<_> = calls.iter().map(|call| call.id).collect();
    ids.into_iter().chain(WITHOUT_COUNTERPART.iter().map(|(id, _)| *id))
}

async fn compare(context: &SessionContext, call: &Call, record: &Record) {
    let Record { id, output, is_error, .. } = record;
    let sql = sql(call, record);
    let ours = result(context, &sql).await;
    let values = || ours.as_ref().unwrap_or_else(|error| panic!("{id}: {sql}\n{error}"));
    let refusal = || ours.as_ref().expect_err(id);
    // A NaN is no NULL here: where COINr gives it, the list above must say what is given instead.
    let theirs: Vec<Option<f64>> = match is_error {
        true => Vec::new(),
        false => split(output).map(|x| (x != "NA").then(|| x.parse().expect(id))).collect(),
    };
    match &call.here {
        Here::Same => {
            assert!(!is_error, "{id}: an error in COINr");
            assert!(are_near(&theirs, values()), "{id}: must be {theirs:?}, got {:?}", values());
        }
        Here::BothRefuse(text) => {
            assert!(is_error, "{id}: no error in COINr");
            assert!(refusal().ends_with(text), "{id}: must be {text}, got {}", refusal());
        }
        Here::Values(wanted, _) => {
            assert!(!are_near(&theirs, wanted), "{id}: is no deviation");
            assert!(are_near(wanted, values()), "{id}: must be {wanted:?}, got {:?}", values());
        }
        Here::Refuses(text, _) => {
            assert!(!is_error, "{id}: an error in COINr too");
            assert!(refusal().ends_with(text), "{id}: must be {text}, got {}", refusal());
        }
    }
}

fn are_near(want: &[Option<f64>], got: &[Option<f64>]) -> bool {
    want.len() == got.len()
        && want.iter().zip(got).all(|pair| match pair {
            (None, None) => true,
            (Some(want), Some(got)) => difference(*want, *got) <= TOLERANCE,
            _ => false,
        })
}

/// The call over a table of the record's values.
fn sql(call: &Call, record: &Record) -> String {
    let number = |x: &str| format!("CAST({} AS DOUBLE)", if x == "NA" { "NULL" } else { x });
    let mut weights = record.weights.as_deref().map(split);
    let rows: Vec<_> = split(&record.input)
        .enumerate()
        .map(|(i, x)| {
            let w = weights.as_mut().map_or("NA", |w| w.next().expect("a weight for each value"));
            format!("({i}, {}, {})", number(x), number(w))
        })
        .collect();
    let table = format!("(VALUES {}) AS t(i, x, w)", rows.join(", "));
    let call_over = || format!("SELECT i, {} OVER () AS y FROM {table}", call.call);
    match call.form {
        Form::Scores => format!("SELECT y FROM ({}) ORDER BY i", call_over()),
        Form::Treated => format!("SELECT y['value'] FROM ({}) ORDER BY i", call_over()),
        Form::Aggregate => format!("SELECT {} FROM {table}", call.call),
    }
}

fn split(list: &str) -> std::str::Split<'_, char> {
    list.split(';')
}

/// The first column of a query's answer, or the text of its error.
async fn result(context: &SessionContext, sql: &str) -> Result<Vec<Option<f64>>, String> {
    let frame = goalposts::sql(context, sql).await.map_err(|error| error.to_string())?;
    let batches = frame.collect().await.map_err(|error| error.to_string())?;
    let column = |batch: &RecordBatch| {
        let numbers = cast(batch.column(0), &DataType::Float64).expect("numbers");
        numbers.as_primitive::<Float64Type>().iter().collect::<Vec<_>>()
    };
    Ok(batches.iter().flat_map(column).collect())
}

async fn records(context: &SessionContext, path: &Path) -> Vec<Record> {
    let columns = ["id", "input", "args", "output", "status"];
    let texts: Vec<_> = columns.iter().map(|name| format!("CAST({name} AS VARCHAR)")).collect();
    let sql = format!("SELECT {} FROM '{}'", texts.join(", "), path.display());
    let frame = goalposts::sql(context, &sql).await.expect("the file can be read");
    let mut records = Vec::new();
    for batch in frame.collect().await.expect("the file can be read") {
        let columns: Vec<_> = batch
            .columns()
            .iter()
            .map(|column| cast(column, &DataType::Utf8).expect("text"))
            .collect();
        for row in 0..batch.num_rows() {
            // An empty cell is NULL.
            let cell = |column: usize| {
                let texts = columns[column].as_string::<i32>();
                if texts.is_valid(row) { texts.value(row).to_owned() } else { String::new() }
            };
            let args = cell(2);
            records.push(Record {
                id: cell(0),
                input: cell(1),
                weights: args.split('|').find_map(|arg| arg.strip_prefix("w=")).map(str::to_owned),
                output: cell(3),
                is_error: cell(4) == "error",
            });
        }
    }
    records
}

/// The section of `docs/conformance.md`.
pub fn section() -> String {
    let calls = calls();
    let count = |is: fn(&Here) -> bool| calls.iter().filter(|call| is(&call.here)).count();
    let same = count(|here| matches!(here, Here::Same));
    let both_refuse = count(|here| matches!(here, Here::BothRefuse(_)));
    let others = calls.len() - same - both_refuse;
    let mut text = format!(
        "\n## Single calls\n\n\
         `{FILE}` records {} calls of single functions, many of them at an edge. The calls here agree with {} of them \
         ({same} by their values to {TOLERANCE:.0e}, a missing value being NULL, {both_refuse} by an error), \
         differ from {others} on purpose, and {} have no counterpart. `x` is the column of values, `w` their weights, \
         `i` their number from 0.\n\n\
         | call of COINr | here | result |\n|---|---|---|\n",
        calls.len() + WITHOUT_COUNTERPART.len(),
        same + both_refuse,
        WITHOUT_COUNTERPART.len(),
    );
    for Call { id, call, form, here } in &calls {
        let over = if matches!(form, Form::Aggregate) { "" } else { " OVER ()" };
        let result = match here {
            Here::Same => "agrees".to_owned(),
            Here::BothRefuse(_) => "agrees: an error".to_owned(),
            Here::Values(values, why) => {
                let value = values.iter().flatten().next();
                let value = value.map_or("NULL".to_owned(), |value| format!("{value:.9}"));
                format!("**differs**: {value}. {why}")
            }
            Here::Refuses(error, why) => format!("**differs**: `{error}`. {why}"),
        };
        let _ = writeln!(text, "| {id} | `{call}{over}` | {result} |");
    }
    for (id, why) in WITHOUT_COUNTERPART {
        let _ = writeln!(text, "| {id} | none | {why} |");
    }
    text
}
