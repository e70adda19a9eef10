//! One benchmark per family and shape of function, over a million rows in memory (1,000 units x 50
//! indicators x 20 periods): `cargo bench --bench families [-- NAME]`. The plain aggregates of the
//! engine stand beside them as the measure of what grouping alone costs.

use std::fmt;
use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringViewArray};
use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};
use divan::{Bencher, black_box};
use tokio::runtime::Runtime;

const UNITS: usize = 1_000;
const INDICATORS: usize = 50;
const PERIODS: usize = 20;

/// A query under a name.
struct Case(&'static str, &'static str);

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

const CASES: &[Case] = &[
    Case("engine: avg, stddev", "SELECT avg(x), stddev(x) FROM t GROUP BY indicator, period"),
    Case("engine: rank", "SELECT rank() OVER (PARTITION BY indicator, period ORDER BY x) FROM t"),
    Case("fit_zscore", "SELECT fit_zscore(x) FROM t GROUP BY indicator, period"),
    Case("fit_robust", "SELECT fit_robust(x) FROM t GROUP BY indicator, period"),
    Case("norm_minmax OVER", "SELECT norm_minmax(x) OVER (PARTITION BY indicator, period) FROM t"),
    Case("norm_rank OVER", "SELECT norm_rank(x) OVER (PARTITION BY indicator, period) FROM t"),
    Case(
        "norm_relative OVER",
        "SELECT norm_relative(x, period) OVER (PARTITION BY unit, indicator) FROM t",
    ),
    Case(
        "treat_winsorise OVER",
        "SELECT treat_winsorise(x) OVER (PARTITION BY indicator, period) FROM t",
    ),
    Case(
        "treat_outliers OVER",
        "SELECT treat_outliers(x) OVER (PARTITION BY indicator, period) FROM t",
    ),
    Case(
        "impute_linear OVER",
        "SELECT impute_linear(x, period) OVER (PARTITION BY unit, indicator) FROM t",
    ),
    Case("weight_entropy", "SELECT weight_entropy(unit, indicator, x) FROM t GROUP BY period"),
    Case("agg_arithmetic", "SELECT agg_arithmetic(x, w) FROM t GROUP BY unit, period"),
    Case("agg_geometric", "SELECT agg_geometric(x, w) FROM t GROUP BY unit, period"),
    Case("agg_owa", "SELECT agg_owa(x, [3, 2, 1]) FROM t GROUP BY unit, period"),
    Case("agg_topsis", "SELECT agg_topsis(unit, indicator, x) FROM t GROUP BY period"),
    Case("stat_skewness", "SELECT stat_skewness(x) FROM t GROUP BY indicator, period"),
    Case("stat_gini", "SELECT stat_gini(x) FROM t GROUP BY indicator, period"),
    Case("stat_correlation", "SELECT stat_correlation(unit, indicator, x) FROM t WHERE period = 0"),
    Case(
        "index_chain OVER",
        "SELECT index_chain(x, period, base => 0) OVER (PARTITION BY unit, indicator) FROM t",
    ),
    Case("index_fisher", "SELECT index_fisher(x, w, x, w) FROM t GROUP BY unit, period"),
];

static SESSION: LazyLock<(Runtime, SessionContext)> = LazyLock::new(|| {
    let runtime = Runtime::new().expect("a runtime");
    let context = SessionContext::new_with_config(SessionConfig::new());
    goalposts::register_all(&context).expect("the functions");
    let table = table();
    context.register_table("t", Arc::new(table)).expect("a table");
    (runtime, context)
});

/// Rows by indicator, period, unit, as a panel is stored; every 33rd value is missing.
fn table() -> MemTable {
    let batches: Vec<RecordBatch> = (0..INDICATORS)
        .map(|indicator| {
            let rows = 0..PERIODS * UNITS;
            let x = rows.clone().map(|row| {
                let noise = ((row * INDICATORS + indicator) as f64 * 0.618_033_988_75).fract();
                (row % 33 != 0).then_some(0.01 + noise * noise * 10.0)
            });
            let unit = |row: usize| format!("R{:05}", row % UNITS);
            let name = format!("I{indicator:03}");
            let columns: Vec<(&str, ArrayRef)> = vec![
                (
                    "indicator",
                    Arc::new(StringViewArray::from_iter_values(rows.clone().map(|_| &name))),
                ),
                (
                    "period",
                    Arc::new(Int64Array::from_iter_values(
                        rows.clone().map(|row| (row / UNITS) as i64),
                    )),
                ),
                ("unit", Arc::new(StringViewArray::from_iter_values(rows.clone().map(unit)))),
                ("x", Arc::new(x.collect::<Float64Array>())),
                (
                    "w",
                    Arc::new(Float64Array::from_iter_values(
                        rows.map(|row| 1.0 + (row % 3) as f64),
                    )),
                ),
            ];
            RecordBatch::try_from_iter(columns).expect("a batch")
        })
        .collect();
    let (schema, cut) = (batches[0].schema(), batches.len() / 2);
    let parts = vec![batches[..cut].to_vec(), batches[cut..].to_vec()];
    MemTable::try_new(schema, parts).expect("a table")
}

#[divan::bench(args = CASES, sample_count = 5, sample_size = 1)]
fn families(bencher: Bencher<'_, '_>, case: &Case) {
    let (runtime, context) = &*SESSION;
    bencher.bench_local(|| {
        let frame = runtime.block_on(goalposts::sql(context, case.1));
        let frame = frame.unwrap_or_else(|error| panic!("{}: {error}", case.1));
        let rows = runtime.block_on(frame.collect());
        black_box(rows.unwrap_or_else(|error| panic!("{}: {error}", case.1)))
    });
}

fn main() {
    divan::main();
}
