//! Memory that is limited: what holds values stays within the limit, with the same answers, or says
//! so; and nothing stays accounted that is no longer held.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::DataFusionError;
use datafusion::execution::memory_pool::{FairSpillPool, GreedyMemoryPool, MemoryPool};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::StreamExt;
use futures::future::{Either, select};
use libtest_mimic::Trial;

use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        trial_async("memory::groups_larger_than_the_limit", groups),
        trial_async("memory::all_values", all_values),
        trial_async("memory::windows", windows),
        trial_async("memory::long_lists_in_windows", long_lists),
        trial_async("memory::table_functions", table_functions),
        trial_async("memory::cancelled", cancelled),
    ];
    #[cfg(target_os = "linux")]
    trials.push(crate::trial("memory::resident", resident::peaks));
    #[cfg(not(target_os = "linux"))]
    trials.push(crate::skipped("memory::resident", "memory is read from /proc, as on Linux"));
    trials
}

const MIB: usize = 1 << 20;

/// A session whose operators may hold so much, and its pool.
fn limited(pool: Arc<dyn MemoryPool>) -> (SessionContext, Arc<dyn MemoryPool>) {
    let runtime = RuntimeEnvBuilder::new().with_memory_pool(Arc::clone(&pool));
    let config = SessionConfig::new().with_target_partitions(2);
    let runtime = runtime.build_arc().expect("a runtime");
    let context = SessionContext::new_with_config_rt(config, runtime);
    goalposts::register_all(&context).expect("the functions can be registered");
    (context, pool)
}

async fn rows(context: &SessionContext, sql: &str) -> Result<Vec<String>, DataFusionError> {
    let batches = goalposts::sql(context, sql).await?.collect().await?;
    let mut rows = Vec::new();
    for batch in batches {
        for row in 0..batch.num_rows() {
            let cells = batch.columns().iter().map(|column| array_value_to_string(column, row));
            let cells: Result<Vec<_>, _> = cells.collect();
            rows.push(cells?.join(" "));
        }
    }
    rows.sort();
    Ok(rows)
}

/// Tasks of a query that failed end a moment later; then nothing may be accounted any more.
async fn all_given_back(pool: &Arc<dyn MemoryPool>, what: &str) {
    for _ in 0..500 {
        if pool.reserved() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{} bytes are still accounted after {what}", pool.reserved());
}

/// The words of an error of too little memory.
async fn refused(context: &SessionContext, sql: &str) -> String {
    match rows(context, sql).await {
        Ok(_) => panic!("must need more than the limit: {sql}"),
        Err(error) => match error.find_root() {
            DataFusionError::ResourcesExhausted(message) => message.clone(),
            other => panic!("{sql}\n{other}"),
        },
    }
}

/// Calls that hold all values.
const HOLDING: [&str; 17] = [
    "stat_quantile(v, 0.9)",
    "stat_quantile(v, 0.9, w)",
    "stat_skewness(v)",
    "stat_kurtosis(v)",
    "stat_gini(v)",
    "stat_theil(v)",
    "agg_median(v)",
    "agg_owa(v, [3, 2, 1])",
    "agg_mpi(v)",
    "agg_ampi(v, w)",
    "agg_mean_min(v)",
    "agg_penalised(v)",
    "fit_robust(v)",
    "fit_cyclical(v)",
    "fit_percentiles(v)",
    "treat_passes(v)",
    "length(arrow_typeof(fit_rank(v)))",
];

/// Calls that hold a matrix.
const MATRICES: [&str; 15] = [
    "weight_entropy(u, i, v)",
    "weight_critic(u, i, v)",
    "weight_cv(u, i, v)",
    "weight_sd(u, i, v)",
    "weight_merec(u, i, v)",
    "weight_pca(u, i, v)",
    "weight_equal(u, i, v)",
    "agg_topsis(u, i, v)",
    "agg_borda(u, i, v)",
    "stat_correlation(u, i, v)",
    "stat_cronbach(u, i, v)",
    "stat_pca(u, i, v)",
    "stat_regression(u, i, v)",
    "stat_factor(u, i, v)",
    "weight_factor(u, i, v)",
];

/// 200,000 rows in 40 groups of 5,000; in each 250 units and 20 indicators.
const TABLE: &str = "(SELECT value % 40 AS g, 'group ' || CAST(value % 40 AS VARCHAR) AS t, \
     value / 40 % 250 AS u, 'i' || CAST(value / 10000 AS VARCHAR) AS i, \
     1.0 + (value * 7919 % 10007) / 100.0 AS v, 1.0 + value % 3 AS w \
     FROM generate_series(0, 199999))";

/// Under a limit that a group fits into, the answers are those without one.
async fn groups() {
    let (small, pool) = limited(Arc::new(FairSpillPool::new(16 * MIB)));
    let (large, _) = limited(Arc::new(GreedyMemoryPool::new(1024 * MIB)));
    let call = "stat_quantile(v, 0.5)";
    for sql in [
        format!("SELECT g, {} FROM {TABLE} AS x GROUP BY g", HOLDING[..7].join(", ")),
        format!("SELECT g, {} FROM {TABLE} AS x GROUP BY g", HOLDING[7..14].join(", ")),
        format!("SELECT g, {} FROM {TABLE} AS x GROUP BY g", MATRICES[..6].join(", ")),
        format!("SELECT g, {} FROM {TABLE} AS x GROUP BY g", MATRICES[6..12].join(", ")),
        format!("SELECT g, {} FROM {TABLE} AS x GROUP BY g", MATRICES[12..].join(", ")),
        format!("SELECT g, fit_rank(v) FROM {TABLE} AS x GROUP BY g"),
        format!("SELECT t, g, {call}, sum(g), count(DISTINCT u) FROM {TABLE} AS x GROUP BY t, g"),
        format!("SELECT nullif(g, 7) AS k, {call} FROM {TABLE} AS x GROUP BY k"),
        format!("SELECT g, {call} FILTER (WHERE w > 1), min(i) FROM {TABLE} AS x GROUP BY g"),
        format!("SELECT t, {call} FROM {TABLE} AS x WHERE v > 20 GROUP BY t HAVING {call} > 50"),
    ] {
        let expected = rows(&large, &sql).await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
        let found = rows(&small, &sql).await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
        assert!(found == expected && found.len() > 30, "{sql}");
        all_given_back(&pool, &sql).await;
    }
    let (tiny, pool) = limited(Arc::new(FairSpillPool::new(3 * MIB)));
    // Keys that a sort does not bring together are grouped by hash: right, or refused.
    for keys in ["CAST(g AS DOUBLE) * -1 / 0.5", "ROLLUP(g, t)", "CUBE(g, u % 2)"] {
        let sql = format!("SELECT {call} FROM {TABLE} AS x GROUP BY {keys}");
        let expected = rows(&large, &sql).await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
        assert!(expected.len() > 30, "{sql}");
        let message = refused(&tiny, &sql).await;
        assert!(message.contains("stat_quantile(x.v") && message.contains("3.0 MB"), "{message}");
        all_given_back(&pool, &sql).await;
    }
}

/// What does not fit is an error that names the function, the limit and what can be done.
async fn all_values() {
    let (context, pool) = limited(Arc::new(FairSpillPool::new(MIB)));
    for call in HOLDING.iter().chain(&MATRICES) {
        let message = refused(&context, &format!("SELECT {call} FROM {TABLE} AS x")).await;
        let name = call.rsplit_once('(').map_or("", |(name, _)| name);
        let name = name.rsplit('(').next().unwrap_or_default();
        for words in [name, ": all values must fit into the memory limit of 1024.0 KB, found "] {
            assert!(message.contains(words), "'{words}' in {message}");
        }
        assert!(!message.contains("consumers"), "{message}");
        all_given_back(&pool, call).await;
    }
    // Of a summary the columns are named.
    let message = refused(&context, &format!("SELECT * FROM summarize({TABLE})")).await;
    for words in
        ["summarize(v), ", ": all values must fit into the memory limit of 1024.0 KB, found "]
    {
        assert!(message.contains(words), "'{words}' in {message}");
    }
    all_given_back(&pool, "summarize").await;
    let sql = format!("SELECT g % 2 AS k, agg_median(v) FROM {TABLE} AS x GROUP BY k");
    let message = refused(&context, &sql).await;
    assert!(message.contains("agg_median(x.v): the values of a group must fit"), "{message}");
}

async fn windows() {
    let (small, pool) = limited(Arc::new(FairSpillPool::new(2 * MIB)));
    let (large, _) = limited(Arc::new(GreedyMemoryPool::new(1024 * MIB)));
    let calls = [
        "norm_rank(v)",
        "norm_percentile_rank(v)",
        "norm_borda(v)",
        "norm_categorical(v)",
        "norm_relative(v, u)",
        "impute_mean(v)",
        "impute_median(v)",
        "impute_last(v, u)",
        "impute_linear(v, u)",
        "impute_row_mean(v, u, i)",
        "impute_regression(v, u, i)",
        "impute_em(v, u, i)",
        "treat_winsorise(v)",
        "treat_points(v)",
        "treat_outliers(v)",
        "treat_log(v)",
        "treat_boxcox(v)",
        "index_growth(v, u)",
        "index_chain(v, u, base => 0)",
        "index_rebase(v, u, base => 0)",
        "index_splice(v, w, u, at => 0)",
        "fit_rank(v)",
        "weight_entropy(u, i, v)",
    ];
    for call in calls {
        let keys = match call {
            "impute_row_mean(v, u, i)"
            | "impute_regression(v, u, i)"
            | "impute_em(v, u, i)"
            | "weight_entropy(u, i, v)" => "t",
            _ => "t, i",
        };
        let over = format!("{call} OVER (PARTITION BY {keys})");
        let sql = format!("SELECT count(f) FROM (SELECT {over} AS f FROM {TABLE} AS x)");
        let message = refused(&small, &sql).await;
        let name = call.split('(').next().unwrap_or_default();
        for words in [name, ": the rows of a window must fit into the memory limit of 2.0 MB"] {
            assert!(message.contains(words), "'{words}' in {message}");
        }
        all_given_back(&pool, call).await;
    }
    // What holds its groups only does with the limit.
    let over = "stat_quantile(v, 0.5) OVER (PARTITION BY g)";
    let sql = format!("SELECT f, count(*) FROM (SELECT {over} AS f FROM {TABLE} AS x) GROUP BY f");
    let (middle, _) = limited(Arc::new(FairSpillPool::new(6 * MIB)));
    let found = rows(&middle, &sql).await.expect("it fits");
    assert_eq!(found, rows(&large, &sql).await.expect("it fits"));
}

/// Rows that get a long list each are given out a few at a time.
async fn long_lists() {
    let (context, _) = limited(Arc::new(GreedyMemoryPool::new(1024 * MIB)));
    let over = "fit_rank(v) OVER (PARTITION BY g)";
    for table in [TABLE.to_owned(), format!("(SELECT * FROM {TABLE} LIMIT 1000000)")] {
        let sql = format!("SELECT g, v, {over} AS f FROM {table} AS x");
        let mut frame = goalposts::sql(&context, &sql).await.expect("a plan");
        frame = frame.limit(0, Some(3000)).expect("a plan");
        let batches = frame.collect().await.expect("rows");
        let most = batches.iter().map(|batch| batch.num_rows()).max().expect("rows");
        // 5,000 values of 8 bytes each.
        assert!((1..=200).contains(&most), "{most} rows with {sql}");
        assert_eq!(batches.iter().map(|batch| batch.num_rows()).sum::<usize>(), 3000);
    }
}

/// Calls of the table functions, all of them.
const TABLE_FUNCTIONS: [(&str, &str); 20] = [
    ("composite_index", ""),
    ("composite_index", ", imputation => 'linear', treatment => 'outliers'"),
    ("composite_index", ", normalisation => 'rank', reference => 'all'"),
    ("composite_index", ", weighting => 'entropy', reference => 'all'"),
    ("contributions", ", since => 0"),
    ("weights", ", weighting => 'critic'"),
    ("availability", ""),
    ("compare", ", normalisation_b => 'zscore'"),
    ("correlations", ""),
    ("indicator_statistics", ", of => 'treated', treatment => 'points'"),
    ("consistency", ""),
    ("principal_components", ""),
    ("unit_profile", ", unit_group => unit"),
    ("strengths_weaknesses", ", top => NULL"),
    ("similarity", ", top => NULL"),
    ("similarity", ", method => 'cosine'"),
    ("leave_one_out", ""),
    ("uncertainty", ", draws => 10"),
    ("uncertainty", ", draws => 10, aggregations => ['arithmetic', 'median'], leave_out => true"),
    ("sensitivity", ", draws => 8, bootstrap => 10"),
];

/// A call over so many units, periods and indicators.
fn call(function: &str, arguments: &str, [units, periods, indicators]: [usize; 3]) -> String {
    let last = units * periods * indicators - 1;
    format!(
        "{function}(
           (SELECT 'u' || CAST(value % {units} AS VARCHAR) AS unit,
                   value / {units} % {periods} AS period,
                   'i' || CAST(value / {} AS VARCHAR) AS indicator,
                   (value * 7919 % 1009) / 10.0 AS value FROM generate_series(0, {last})),
           (SELECT 'i' || CAST(value AS VARCHAR) AS code
            FROM generate_series(0, {})){arguments})",
        units * periods,
        indicators - 1
    )
}

/// Each table function answers the same under a limit that suffices, and says so under one that
/// does not; it gives back what it held.
async fn table_functions() {
    use goalposts::functions::{Family, Form, forms};
    let all = forms().iter().filter(|(_, form)| *form == Form::Table);
    let all = all.filter(|(page, _)| page.family == Family::Index); // others take no panel
    let all: BTreeSet<_> = all.map(|(page, _)| page.name).collect();
    assert_eq!(all, TABLE_FUNCTIONS.iter().map(|(function, _)| *function).collect());
    let (unlimited, _) = limited(Arc::new(GreedyMemoryPool::new(1024 * MIB)));
    for (function, arguments) in TABLE_FUNCTIONS {
        let sql = format!("SELECT * FROM {}", call(function, arguments, [50, 5, 4]));
        let want = rows(&unlimited, &sql).await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
        assert!(!want.is_empty(), "{sql}");
        let (mut refusals, mut answers) = (0, 0);
        // From less than the values take to more than all steps do.
        for kib in (3..=9).map(|power| 1 << power) {
            let (small, pool) = limited(Arc::new(GreedyMemoryPool::new(kib * 1024)));
            match rows(&small, &sql).await {
                Ok(found) => {
                    assert!(found == want, "{sql}\nhas another answer within {kib} KiB");
                    answers += 1;
                }
                Err(error) => {
                    let DataFusionError::ResourcesExhausted(message) = error.find_root() else {
                        panic!("{sql}\n{error}");
                    };
                    let words = format!(
                        "{function}: the panel and what is made of it must fit into the memory \
                         limit of {kib}.0 KB, found "
                    );
                    assert!(message.starts_with(&words), "{sql}\n{message}");
                    refusals += 1;
                    assert_eq!(answers, 0, "{sql}\nis refused within {kib} KiB, not within less");
                }
            }
            all_given_back(&pool, &sql).await;
        }
        assert!(refusals > 0 && answers > 0, "{sql}");
    }
}

/// Whoever no longer reads has the computation end, and the memory back: in the middle of the
/// panel, of the draws, of the resamples and of the rows.
async fn cancelled() {
    let endless = "(SELECT 'u' || CAST(value % 100 AS VARCHAR) AS unit, 'other' AS indicator, \
         1.0 AS value FROM generate_series(1, 1000000000000)), (SELECT 'i' AS code), strict => false";
    let small = [50, 1, 4];
    for sql in [
        format!("composite_index({endless})"),
        call("uncertainty", ", draws => 1000000", small),
        call("sensitivity", ", draws => 65536, bootstrap => 0", small),
        call("sensitivity", ", draws => 1024, bootstrap => 100000", small),
    ] {
        stopped(&sql, false).await;
    }
    for (function, arguments) in [
        ("composite_index", ""),
        ("contributions", ", since => 0"),
        ("leave_one_out", ""),
        ("compare", ", normalisation_b => 'zscore'"),
    ] {
        stopped(&call(function, arguments, [500, 10, 4]), true).await;
    }
}

/// Drops a stream after its first rows, or before them; then nothing may run any more.
async fn stopped(sql: &str, has_rows: bool) {
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    let (context, pool) = limited(Arc::new(GreedyMemoryPool::new(8192 * MIB)));
    let frame = goalposts::sql(&context, &format!("SELECT * FROM {sql}")).await.expect("a plan");
    let mut stream = frame.execute_stream().await.expect("a stream");
    let under_way = async {
        while pool.reserved() == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    match has_rows {
        true => {
            let first = stream.next().await.expect("a batch").expect("rows");
            assert!(first.num_rows() > 0 && pool.reserved() > 0, "{sql}");
        }
        false => match select(stream.next(), pin!(under_way)).await {
            Either::Left((rows, _)) => panic!("{sql}\nmust take long: {rows:?}"),
            Either::Right(_) => assert!(pool.reserved() > 0, "{sql}"),
        },
    }
    drop(stream);
    all_given_back(&pool, sql).await;
    for _ in 0..500 {
        if tasks() <= before {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{} tasks still run after {sql}", tasks() - before);
}

/// Memory as the system counts it.
#[cfg(target_os = "linux")]
mod resident {
    use std::process::{Child, Stdio};
    use std::time::Duration;

    use crate::cli::{Place, Run, place};

    /// What comes on top of the limit: see "Memory" in docs/performance.md.
    const ALLOWANCE: usize = 96;

    /// The most that a process has had so far, MiB; none when it has ended.
    fn most(child: &Child) -> Option<usize> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        Some(line.split_whitespace().nth(1)?.parse::<usize>().ok()? / 1024)
    }

    /// How a query ended, and the most memory it had, MiB.
    fn run(place: &Place, limit: Option<&str>, sql: &str) -> (Run, usize) {
        let mut arguments = vec!["--threads", "2", "-f", "csv", "-c", sql];
        arguments.extend(limit.iter().flat_map(|limit| ["--memory-limit", limit]));
        let mut command = place.command(&arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut peak = 0;
        while child.try_wait().expect("the program runs").is_none() {
            peak = peak.max(most(&child).unwrap_or(0));
            std::thread::sleep(Duration::from_millis(1));
        }
        (Run::of(child.wait_with_output().expect("the program ends")), peak)
    }

    pub fn peaks() {
        let place = place();
        let (_, program) = run(&place, None, "SELECT count(*) FROM generate_series(1, 1000000)");
        assert!(program > 0, "/proc tells nothing");
        let values = "SELECT value % 20 AS g, (value * 7919 % 1000003) * 1.0 AS v \
             FROM generate_series(1, 2000000)";
        let lists = "SELECT count(f) AS n FROM (SELECT fit_rank(v) OVER (PARTITION BY g) AS f FROM \
             (SELECT value / 50000 AS g, value * 1.0 AS v FROM generate_series(0, 199999)))";
        let quantiles = format!(
            "SELECT count(q) AS n FROM (SELECT stat_quantile(v, 0.5) AS q FROM ({values}) GROUP BY g)"
        );
        let quantile = format!("SELECT stat_quantile(v, 0.5) FROM ({values})");
        for (sql, limit, answer) in [
            (&*quantiles, 24, Some("n\n20\n")),
            (&quantile, 24, None),
            (lists, 64, Some("n\n200000\n")),
        ] {
            let (run, peak) = run(&place, Some(&format!("{limit}M")), sql);
            match answer {
                Some(answer) => assert_eq!(run.done(), answer, "{sql}"),
                None => drop(run.fails(1)),
            }
            let may = program + limit + ALLOWANCE;
            assert!(peak <= may, "{peak} MiB, may have {may} ({program} of the program): {sql}");
        }
    }
}
