//! The index as a node of the plan: one tree, whole inputs, the order it declares, and the same rows
//! however the engine splits its work.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::catalog::Session;
use datafusion::common::Result;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::{ExecutionPlan, displayable};
use datafusion::physical_planner::{DefaultPhysicalPlanner, PhysicalPlanner};
use datafusion::prelude::{SessionConfig, SessionContext};
use goalposts::progress::ProgressListener;
use libtest_mimic::Trial;

use crate::{repository, trial_async};

pub fn trials() -> Vec<Trial> {
    vec![
        trial_async("plan::one_tree", one_tree),
        trial_async("plan::whole_inputs", whole_inputs),
        trial_async("plan::any_number_of_partitions", any_number_of_partitions),
        trial_async("plan::declared_order", declared_order),
        trial_async("plan::wanted_nodes_and_columns", wanted_nodes_and_columns),
        trial_async("plan::wanted_periods", wanted_periods),
        trial_async("plan::filters_stay_above", filters_stay_above),
        trial_async("plan::states_built_by_others", states_built_by_others),
        trial_async("plan::planners_of_others", planners_of_others),
        trial_async("plan::executed_again", executed_again),
        trial_async("plan::prepared", prepared),
        trial_async("plan::longer_reads_what_is_used", longer_reads_what_is_used),
        trial_async("plan::longer_lets_filters_through", longer_lets_filters_through),
        trial_async("plan::longer_in_pieces", longer_in_pieces),
        trial_async("plan::pivot_by_the_engine_alone", pivot_by_the_engine_alone),
        trial_async("plan::longer_and_planners_of_others", longer_and_planners_of_others),
    ]
}

/// Four units and three periods in several files, and a framework of several partitions.
const TABLES: &[&str] = &[
    "CREATE TABLE panel AS SELECT 'u' || CAST(value % 40 AS VARCHAR) AS unit, \
     value / 40 % 3 + 2020 AS period, 'i' || CAST(value / 120 AS VARCHAR) AS indicator, \
     CAST((value * 7919 + 13) % 1009 AS DOUBLE) AS value FROM generate_series(0, 479)",
    "CREATE VIEW framework AS SELECT 'i' || CAST(value AS VARCHAR) AS code, \
     CASE WHEN value < 2 THEN 'a' ELSE 'b' END AS parent, value + 1.0 AS weight \
     FROM generate_series(0, 3) \
     UNION ALL SELECT 'a', 'index', 1.0 UNION ALL SELECT 'b', 'index', 2.0 \
     UNION ALL SELECT 'index', CAST(NULL AS VARCHAR), CAST(NULL AS DOUBLE)",
];

async fn with_tables(context: SessionContext) -> SessionContext {
    for table in TABLES {
        goalposts::sql(&context, table).await.expect(table).collect().await.expect(table);
    }
    context
}

async fn session(partitions: usize) -> SessionContext {
    let config = SessionConfig::new().with_target_partitions(partitions).with_batch_size(16);
    let context = SessionContext::new_with_config(config);
    goalposts::register_all(&context).expect("functions");
    with_tables(context).await
}

async fn physical(context: &SessionContext, sql: &str) -> Arc<dyn ExecutionPlan> {
    let frame = goalposts::sql(context, sql).await.expect(sql);
    frame.create_physical_plan().await.expect(sql)
}

async fn text(context: &SessionContext, sql: &str) -> String {
    displayable(physical(context, sql).await.as_ref()).indent(false).to_string()
}

async fn rows(context: &SessionContext, sql: &str) -> String {
    let frame = goalposts::sql(context, sql).await.expect(sql);
    pretty_format_batches(&frame.collect().await.expect(sql)).expect("a table").to_string()
}

/// Two indices joined: one tree, in which each input is scanned as part of it.
async fn one_tree() {
    let context = SessionContext::new();
    goalposts::register_all(&context).expect("functions");
    let folder = repository().join("data/bth");
    for table in ["indicators", "framework"] {
        let file = folder.join(format!("{table}.parquet"));
        let file = file.to_str().expect("a path");
        context.register_parquet(table, file, Default::default()).await.expect(table);
    }
    let joined = "SELECT a.unit, a.period, a.score - b.score AS difference \
         FROM composite_index(indicators, framework, normalisation => 'base', base => 2014) a \
         JOIN composite_index(indicators, framework, normalisation => 'minmax') b \
         ON a.unit = b.unit AND a.period = b.period AND a.code = b.code WHERE a.code = 'index'";
    let plan = physical(&context, joined).await;
    let text = displayable(plan.as_ref()).indent(false).to_string();
    let count = |word: &str| text.matches(word).count();
    assert_eq!(count("IndexExec:"), 2, "{text}");
    assert_eq!((count("framework.parquet"), count("indicators.parquet")), (2, 2), "{text}");
    assert!(text.contains("normalise base (base 2014) within all periods"), "{text}");
    let explained = rows(&context, &format!("EXPLAIN {joined}")).await;
    assert_eq!(explained.matches("Index: composite_index").count(), 2, "{explained}");
    assert_eq!(explained.matches("TableScan: framework").count(), 2, "{explained}");
    assert_eq!(explained.matches("TableScan: indicators").count(), 2, "{explained}");
}

/// No operator of an index has an input of more than one partition.
async fn whole_inputs() {
    fn check(plan: &Arc<dyn ExecutionPlan>, found: &mut usize) {
        if plan.name() == "IndexExec" {
            for input in plan.children() {
                *found += 1;
                let partitions = input.properties().partitioning.partition_count();
                assert_eq!(partitions, 1, "{}", displayable(plan.as_ref()).indent(false));
            }
        }
        plan.children().into_iter().for_each(|child| check(child, found));
    }
    let context = session(7).await;
    let mut found = 0;
    for query in [
        "SELECT * FROM composite_index((SELECT * FROM panel WHERE value > 1), framework)",
        "SELECT * FROM compare(panel, framework, framework_b => (SELECT code FROM framework \
         WHERE code LIKE 'i%'))",
        "SELECT unit, count(*) FROM contributions(panel, framework) GROUP BY unit",
    ] {
        check(&physical(&context, query).await, &mut found);
    }
    assert_eq!(found, 2 + 3 + 2);
}

const QUERIES: &[&str] = &[
    "SELECT * FROM summarize(TABLE panel)",
    "SELECT column, mean, sd FROM summarize((SELECT unit, value FROM panel UNION ALL SELECT 'x', NULL))",
    "SELECT * FROM composite_index(panel, framework, reference => 'period')",
    "SELECT code, score, rank FROM composite_index(panel, framework) WHERE period = 2021",
    "SELECT * FROM contributions(panel, framework)",
    "SELECT * FROM weights(panel, (SELECT code, parent FROM framework), weighting => 'entropy', optimise => 'equal')",
    "SELECT * FROM availability(panel, framework)",
    "SELECT * FROM correlations(panel, framework)",
    "SELECT * FROM indicator_statistics(panel, framework, of => 'scores', per => 'period')",
    "SELECT * FROM consistency(panel, framework, among => 'indicators')",
    "SELECT * FROM principal_components(panel, framework)",
    "SELECT * FROM unit_profile((SELECT *, left(unit, 2) AS part FROM panel), framework, unit_group => part)",
    "SELECT * FROM strengths_weaknesses(panel, framework, top => 2)",
    "SELECT * FROM similarity(panel, framework, method => 'correlation', top => 7)",
    "SELECT * FROM compare(panel, framework, aggregation_b => 'geometric', normalisation => \
     'minmax(1, 100)')",
    "SELECT * FROM leave_one_out(panel, framework)",
    "SELECT * FROM uncertainty(panel, framework, draws => 50, leave_out => true)",
    "SELECT * FROM sensitivity(panel, framework, draws => 16, leave_out => true)",
    "SELECT a.unit, a.code, a.score - b.score FROM composite_index(panel, framework) a JOIN \
     composite_index(panel, framework, normalisation => 'zscore') b ON a.unit = b.unit AND \
     a.period = b.period AND a.code = b.code ORDER BY 1, 2, 3",
];

async fn any_number_of_partitions() {
    let one = session(1).await;
    for partitions in [2, 7] {
        let several = session(partitions).await;
        for query in QUERIES {
            assert_eq!(
                rows(&several, query).await,
                rows(&one, query).await,
                "{partitions}: {query}"
            );
        }
    }
}

/// Nothing is sorted that is in order already; what is not declared is sorted.
async fn declared_order() {
    let context = session(4).await;
    let index = "SELECT * FROM composite_index(panel, framework)";
    let sorted = text(&context, &format!("{index} ORDER BY unit, period")).await;
    assert!(!sorted.contains("SortExec"), "{sorted}");
    let sorted = text(&context, &format!("{index} ORDER BY period, unit")).await;
    assert!(sorted.contains("SortExec"), "{sorted}");
    let by_hand = rows(&context, &format!("{index} ORDER BY unit, period")).await;
    assert_eq!(by_hand, rows(&context, index).await);
    // By code as well: the order of the framework is another.
    let by_code = "SELECT unit, period, code FROM composite_index(panel, framework) \
                   ORDER BY unit, period, code";
    let by_code = rows(&context, by_code).await;
    assert!(by_code.lines().skip(3).is_sorted_by(|a, b| a <= b || b.starts_with('+')), "{by_code}");
}

/// Filters on nodes reach the index, through aliases and views; those on units and periods stay above
/// and change no score. Of those on periods it is told, so that it makes no other rows.
async fn wanted_nodes_and_columns() {
    let context = session(2).await;
    let query = "SELECT i.unit, i.score FROM (SELECT * FROM composite_index(panel, framework)) i \
                 WHERE i.level = 2 AND i.code <> 'b' AND i.period = 2021";
    let plan = text(&context, query).await;
    assert!(plan.contains("nodes=level@2 = 2 AND code@0 != b"), "{plan}");
    assert!(plan.contains("columns=[unit, period, score]"), "{plan}");
    assert!(
        plan.contains("FilterExec: period") && plan.contains("periods=period@0 = 2021"),
        "{plan}"
    );
    let of =
        "SELECT unit, period, place, peer, distance FROM similarity(panel, framework, top => 2)";
    for condition in [
        "period = 2021",
        "period <> 2020 AND unit < 'u3'",
        "period IS NULL",
        "period + 1 > 2021 OR period < 0",
    ] {
        // No filter passes a limit.
        let above =
            rows(&context, &format!("SELECT * FROM ({of} LIMIT 1000000) WHERE {condition}")).await;
        assert_eq!(rows(&context, &format!("{of} WHERE {condition}")).await, above, "{condition}");
    }
    let plan = text(&context, "SELECT count(*) FROM composite_index(panel, framework)").await;
    assert!(plan.contains("columns=[]"), "{plan}");
    let plan = text(
        &context,
        "SELECT code, avg(score) FROM composite_index(panel, framework) WHERE rank < 3 GROUP BY code",
    )
    .await;
    assert!(plan.contains("columns=[code, score, rank]"), "{plan}");
    // A subquery that asks for columns of the index around it.
    let query = "SELECT count(*) FROM composite_index(panel, framework) i WHERE EXISTS \
                 (SELECT 1 FROM panel p WHERE p.unit = i.unit AND p.indicator = i.code \
                 AND p.period = i.period)";
    assert!(rows(&context, query).await.contains("480"), "{query}");
    let all = "SELECT unit, score FROM composite_index(panel, framework)";
    let kept = "SELECT unit, score FROM composite_index(panel, framework) WHERE unit = 'u7'";
    let same = format!("SELECT count(*) FROM (({kept}) INTERSECT ({all})) AS t");
    assert!(rows(&context, &same).await.contains("| 21 "), "{same}");
}

/// Calls that compute every period anew, and a column of texts.
const BY_PERIOD: [(&str, &str); 3] = [
    ("uncertainty(panel, framework, weights => 0.5, draws => 64)", "unit"),
    ("sensitivity(panel, framework, weights => 0.5, leave_out => true, draws => 8)", "factor"),
    ("leave_one_out(panel, framework)", "unit"),
];

/// Periods that nobody asks for are not computed, and those that somebody does hold what they held.
async fn wanted_periods() {
    let runs = Arc::new(AtomicUsize::new(0));
    let listener = ProgressListener::new({
        let runs = Arc::clone(&runs);
        move |update| runs.store(update.total, Ordering::Relaxed)
    });
    let config = SessionConfig::new().with_target_partitions(2).with_extension(Arc::new(listener));
    let context = SessionContext::new_with_config(config);
    goalposts::register_all(&context).expect("functions");
    let context = with_tables(context).await;
    for (call, column) in BY_PERIOD {
        let all = format!("SELECT * FROM {call}");
        for condition in ["period = 2021", "period > 2020 AND period % 2 = 0", "period IS NULL"] {
            let kept = format!("{all} WHERE {condition}");
            assert!(text(&context, &kept).await.contains(", periods="), "{kept}");
            let late = format!("SELECT * FROM ({all} LIMIT 1000000) AS t WHERE {condition}");
            assert!(!text(&context, &late).await.contains(", periods="), "{late}");
            assert_eq!(rows(&context, &kept).await, rows(&context, &late).await, "{kept}");
        }
        // What fails for a period whose rows another condition leaves out fails for nobody.
        let none = format!("{all} WHERE {column} = 'nobody' AND 1 / (period - 2020) = 1");
        assert!(text(&context, &none).await.contains(", periods="), "{none}");
        assert!(!rows(&context, &none).await.contains("202"), "{none}");
    }
    for (condition, expected) in [("", 192), (" WHERE period = 2021", 64), (" WHERE period < 0", 0)]
    {
        runs.store(0, Ordering::Relaxed);
        rows(&context, &format!("SELECT * FROM {}{condition}", BY_PERIOD[0].0)).await;
        assert_eq!(runs.load(Ordering::Relaxed), expected, "{condition}");
    }
}

/// No condition reaches what an index is computed from: what is false leaves no rows, and chance takes rows of the
/// result, not of the panel.
async fn filters_stay_above() {
    let context = session(2).await;
    let index = "SELECT * FROM composite_index(panel, framework)";
    for table in [
        format!("CREATE TABLE scores AS {index}"),
        format!("CREATE VIEW of_a_year AS {index} WHERE period = 2021"),
        "CREATE TABLE wide AS SELECT value AS unit, 1.0 AS a, 2.0 AS b FROM generate_series(1, 400)"
            .to_owned(),
    ] {
        goalposts::sql(&context, &table).await.expect(&table).collect().await.expect(&table);
    }
    for condition in [
        "level = 1 AND level = 2",
        "unit = 'u1' AND unit = 'u2'",
        "period = 2021 AND (SELECT max(value) FROM panel) < 0",
        "1 = 2 AND score > 0",
    ] {
        let none = format!("SELECT count(*) AS n FROM ({index}) AS t WHERE {condition}");
        assert!(rows(&context, &none).await.contains("| 0 "), "{none}");
    }
    let none = "SELECT count(*) AS n FROM of_a_year WHERE period = 2020";
    assert!(rows(&context, none).await.contains("| 0 "), "{none}");
    // Conditions above each other reach the index together.
    let stacked = "SELECT * FROM of_a_year WHERE level = 2 AND period + 1 = 2022";
    let plan = text(&context, stacked).await;
    assert!(plan.contains("nodes=") && plan.contains("period@0 = 2021 AND"), "{plan}");
    let chance = format!(
        "SELECT count(*) > 50 AND count(*) < 400 AS some, count(s.score) = count(*) AS all_known FROM ({index} WHERE random() < 0.5 AND level = 1) AS t
         LEFT JOIN scores AS s ON s.unit = t.unit AND s.period = t.period AND s.code = t.code AND s.score = t.score"
    );
    let line = rows(&context, &chance).await;
    assert!(line.contains("| true | true"), "{line}");
    // The engine would compute groups and windows of a sample.
    for sampled in [
        "SELECT unit, agg_arithmetic(value) AS a FROM panel GROUP BY unit HAVING random() < 0.9",
        "SELECT unit, sum(value) OVER (PARTITION BY unit) AS a FROM panel",
    ] {
        let whole = sampled.split(" HAVING").next().unwrap_or_default();
        let chance = format!(
            "SELECT count(*) > 10 AS some, count(*) = count(w.a) AS all_known FROM (SELECT * FROM ({sampled}) AS t WHERE random() < 0.9) AS s
             LEFT JOIN (SELECT DISTINCT * FROM ({whole}) AS t) AS w ON w.unit = s.unit AND w.a = s.a"
        );
        let line = rows(&context, &chance).await;
        assert!(line.contains("| true | true"), "{line}");
    }
    let halves = "SELECT count(DISTINCT unit) < count(*) AS pairs, count(*) < 2 * count(DISTINCT unit) AS singles
         FROM wide UNPIVOT (value FOR name IN (a, b)) WHERE random() < 0.5";
    let line = rows(&context, halves).await;
    assert!(line.contains("| true  | true"), "{line}");
}

/// A state that a program builds itself, default features or none.
async fn states_built_by_others() {
    let builder = SessionStateBuilder::new().with_default_features();
    let state = goalposts::register_state(builder).build();
    let context = with_tables(SessionContext::new_with_state(state)).await;
    // A second time: nothing is there twice.
    goalposts::register_all(&context).expect("functions");
    let state = context.state();
    let twice = |name: &str| state.optimizers().iter().filter(|rule| rule.name() == name).count();
    assert_eq!(twice("index_pushdown"), 1);
    assert_eq!(state.relation_planners().len(), 4);
    let other = session(3).await;
    for query in QUERIES {
        assert_eq!(rows(&context, query).await, rows(&other, query).await, "{query}");
    }
}

/// A query planner of the session's own, which knows no node of ours.
#[derive(Debug)]
struct OfOthers;

#[async_trait]
impl QueryPlanner for OfOthers {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        DefaultPhysicalPlanner::default().create_physical_plan(plan, session).await
    }
}

async fn planners_of_others() {
    let builder =
        SessionStateBuilder::new().with_default_features().with_query_planner(Arc::new(OfOthers));
    let context = SessionContext::new_with_state(builder.build());
    goalposts::register_all(&context).expect("functions");
    let context = with_tables(context).await;
    let other = session(3).await;
    for query in QUERIES {
        assert_eq!(rows(&context, query).await, rows(&other, query).await, "{query}");
    }
}

const AGAIN: &str = "SELECT * FROM composite_index((SELECT * FROM (VALUES ('A', 'x', 1), \
    ('B', 'x', 4), ('C', 'x', 2)) AS t(unit, indicator, value)), (SELECT 'x' AS code))";

/// A plan that is executed a second time is computed a second time.
async fn executed_again() {
    let context = session(3).await;
    // Without a repartition, which the engine executes once only.
    let plan = physical(&context, AGAIN).await;
    let once = || async {
        let batches =
            datafusion::physical_plan::collect(Arc::clone(&plan), context.task_ctx()).await;
        pretty_format_batches(&batches.expect("rows")).expect("a table").to_string()
    };
    assert_eq!(once().await, once().await);
    let frame = goalposts::sql(&context, QUERIES[0]).await.expect("a plan");
    let (first, second) = (frame.clone().collect().await, frame.collect().await);
    assert_eq!(first.expect("rows").len(), second.expect("rows").len());
}

/// Parameters within the inputs of an index, and in filters on its nodes.
async fn prepared() {
    let context = session(2).await;
    let prepared = "PREPARE of_year(BIGINT, VARCHAR) AS SELECT count(*) FROM composite_index(\
                    (SELECT * FROM panel WHERE period = $1), framework, strict => false) WHERE code = $2";
    rows(&context, prepared).await;
    assert!(rows(&context, "EXECUTE of_year(2021, 'a')").await.contains("| 40 "));
    assert!(rows(&context, "EXECUTE of_year(1999, 'a')").await.contains("| 0 "));
}

/// A wide table of as many rows: `u`, `r`, and numbers, a third of them NULL.
async fn with_wide(partitions: usize, rows: usize) -> SessionContext {
    let context = session(partitions).await;
    let wide = format!(
        "CREATE TABLE wide AS SELECT value AS u, value % 3 AS r, \
         CASE WHEN value % 3 > 0 THEN value END AS a, CASE WHEN value % 3 > 1 THEN value * 10 END AS b, \
         CASE WHEN value % 3 = 0 THEN value / 2.0 END AS c FROM generate_series(1, {rows})"
    );
    goalposts::sql(&context, &wide).await.expect("a table").collect().await.expect("a table");
    context
}

/// Columns that nobody wants are neither asked for nor made.
async fn longer_reads_what_is_used() {
    let context = with_wide(2, 10).await;
    for (query, made, projected) in [
        ("SELECT k, v FROM wide UNPIVOT (v FOR k IN (a, b))", "columns=[k, v]", "[a, b]"),
        ("SELECT u, v FROM wide UNPIVOT (v FOR k IN (a))", "columns=[u, v]", "[u, a]"),
        (
            "SELECT v FROM wide UNPIVOT INCLUDE NULLS ((v, w) FOR k IN ((a, c), (b, NULL)))",
            "columns=[v]",
            "[a, b]",
        ),
        ("SELECT k FROM wide UNPIVOT INCLUDE NULLS (v FOR k IN (a, b))", "columns=[k]", "[]"),
        ("SELECT u FROM wide UNPIVOT ((v, w) FOR k IN ((a, b)))", "columns=[u]", "[u, a, b]"),
        ("SELECT count(*) FROM wide UNPIVOT (v FOR k IN (a, b))", "columns=[]", "[a, b]"),
    ] {
        let text = text(&context, query).await;
        assert!(text.contains(&format!("{made}, with")), "{query}\n{text}");
        let explained = rows(&context, &format!("EXPLAIN {query}")).await;
        let wanted = format!("TableScan: wide projection={projected}");
        assert!(explained.contains(&wanted), "{query}\n{explained}");
    }
}

/// Filters on what is kept stand below, those on names and values above.
async fn longer_lets_filters_through() {
    let context = with_wide(2, 10).await;
    let query =
        "SELECT * FROM wide UNPIVOT (v FOR k IN (a, b)) AS l WHERE u = 5 AND v > 1 AND k <> 'b'";
    let explained = rows(&context, &format!("EXPLAIN {query}")).await;
    let (above, below) = explained.split_once("Longer: ").expect("a node");
    let below = below.split_once("physical_plan").map_or(below, |(logical, _)| logical);
    assert!(below.contains("u = Int64(5)") && !below.contains(" > "), "{explained}");
    assert!(above.contains("v > ") && !above.contains("u = Int64(5)"), "{explained}");
    assert!(
        explained.contains("Longer: rows=[a, b], columns=[u, r, c, k, v], without NULL"),
        "{explained}"
    );
    let got = rows(&context, query).await;
    assert_eq!(got.lines().count(), 5, "{got}");
}

/// Pieces of a batch are no larger than a batch of the session; together they are all rows, in order.
async fn longer_in_pieces() {
    let context = with_wide(1, 100).await;
    for (nulls, number) in [("EXCLUDE", 133), ("INCLUDE", 300)] {
        let query =
            format!("SELECT u, k, v FROM wide UNPIVOT {nulls} NULLS (v FOR k IN (a, b, c))");
        let batches = goalposts::sql(&context, &query).await.expect("a query").collect().await;
        let batches = batches.expect("rows");
        assert!(batches.iter().all(|batch| (1..=16).contains(&batch.num_rows())));
        let want = format!(
            "SELECT u, k, CAST(v AS DOUBLE) AS v FROM (SELECT u, 'a' AS k, a AS v FROM wide UNION ALL \
             SELECT u, 'b', b FROM wide UNION ALL SELECT u, 'c', c FROM wide) \
             {} ORDER BY u, k",
            if nulls == "EXCLUDE" { "WHERE v IS NOT NULL" } else { "" }
        );
        let got = pretty_format_batches(&batches).expect("a table").to_string();
        assert_eq!(got.lines().count(), number + 4, "{query}");
        assert_eq!(got, rows(&context, &want).await, "{query}");
    }
}

/// A planner of the session's own plans the inputs of such a node, and what is above it.
async fn longer_and_planners_of_others() {
    let builder = SessionStateBuilder::new().with_default_features();
    let state = goalposts::register_state(builder.with_query_planner(Arc::new(OfOthers))).build();
    let context = with_tables(SessionContext::new_with_state(state)).await;
    let query = "SELECT l.unit, k, max(v) FROM panel UNPIVOT (v FOR k IN (period, value)) AS l \
                 JOIN panel USING (unit) WHERE l.unit < 'u2' GROUP BY l.unit, k ORDER BY 1, 2";
    let want = rows(&session(3).await, query).await;
    assert!(want.lines().count() > 10, "{want}");
    assert_eq!(rows(&context, query).await, want);
}

/// The engine's own `sql` knows both, but runs no query for values.
async fn pivot_by_the_engine_alone() {
    let context = session(2).await;
    let pivot = |values: &str| {
        format!(
            "SELECT * FROM (SELECT unit, period, value FROM panel WHERE unit = 'u7') \
             PIVOT (sum(value) FOR period IN ({values})) UNPIVOT (v FOR k IN (COLUMNS('^20')))"
        )
    };
    let named = pivot("2020, 2021, 2022");
    let got = context.sql(&named).await.expect("a plan").collect().await.expect("rows");
    let got = pretty_format_batches(&got).expect("a table").to_string();
    assert_eq!(got, rows(&context, &pivot("ANY")).await);
    assert_eq!(got.lines().count(), 7, "{got}");
    for values in ["ANY", "SELECT 2020"] {
        let error = context.sql(&pivot(values)).await.expect_err(values);
        let want =
            "PIVOT: IN (...) must have the values, found ANY or a query (goalposts::sql finds them";
        assert!(error.to_string().contains(want), "{error}");
    }
}
