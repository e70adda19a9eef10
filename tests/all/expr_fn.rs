//! The functions as expressions: each gives the answers of SQL.

use datafusion::common::DFSchema;
use datafusion::logical_expr::Expr;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext, col, lit};
use goalposts::expr_fn::{self, Call};
use goalposts::functions::{self as ours, Form, Page, Parameter};
use libtest_mimic::Trial;

use crate::functions::{arguments, rows_for, rows_of, rows_of_frame, session};
use crate::{trial, trial_async};

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        trial("expr_fn::all_of_them", all_of_them),
        trial_async("expr_fn::windows", windows),
        trial("expr_fn::refusals", refusals),
    ];
    for function in FUNCTIONS {
        let name = format!("expr_fn::{}", function.name);
        trials.push(trial_async(&name, move || async move { as_in_sql(function).await }));
    }
    trials
}

/// A function by its name, with the names of its arguments.
struct Function {
    name: &'static str,
    arguments: &'static [&'static str],
    call: fn(Vec<Expr>) -> Expr,
}

macro_rules! functions {
    ($($name:ident($($argument:ident),*);)*) => {
        const FUNCTIONS: &[Function] = &[$(Function {
            name: stringify!($name),
            arguments: &[$(stringify!($argument)),*],
            call: |arguments| {
                let Ok([$($argument),*]) = <[Expr; _]>::try_from(arguments) else {
                    panic!("{} takes another number of arguments", stringify!($name))
                };
                expr_fn::$name($($argument),*)
            },
        }),*];
    };
}

functions! {
    screen_availability(value); denominate(value, denominator, unit);
    transform_ln(value); transform_log10(value); transform_logit(value); transform_power(value, exponent); transform_reciprocal(value); transform_sqrt(value);

    impute_em(value, unit, indicator); impute_regression(value, unit, indicator);
    impute_last(value, period); impute_last_period(value, period); impute_linear(value, period);
    impute_mean(value); impute_median(value); impute_row_mean(value, unit, indicator);

    treat_boxcox(value); treat_log(value); treat_outliers(value); treat_passes(value);
    treat_points(value); treat_winsorise(value);

    norm_above_mean(value); norm_above_mean_fitted(value, fit); fit_base(value, period, base);
    norm_base(value, period, base); norm_base_fitted(value, fit); norm_borda(value);
    norm_borda_fitted(value, fit); norm_categorical(value); norm_categorical_fitted(value, fit);
    fit_cyclical(value); norm_cyclical(value); norm_cyclical_fitted(value, fit);
    norm_distance_max(value); norm_distance_max_fitted(value, fit);
    fit_reference(value, unit, reference); norm_distance_reference(value, unit, reference);
    norm_distance_reference_fitted(value, fit); norm_distance_target(value, target);
    norm_distance_target_fitted(value, fit, target); norm_fraction_max(value);
    norm_fraction_max_fitted(value, fit); norm_goalposts(value, lower, upper);
    norm_ideal(value, lower, upper); norm_ideal_fitted(value, fit, lower, upper);
    norm_logistic(value); norm_logistic_fitted(value, fit); fit_minmax(value); norm_minmax(value);
    norm_minmax_fitted(value, fit); fit_percentiles(value);
    norm_percentile_goalposts(value); norm_percentile_goalposts_fitted(value, fit);
    norm_percentile_rank(value);
    norm_percentile_rank_fitted(value, fit); fit_rank(value); norm_rank(value);
    norm_rank_fitted(value, fit); norm_relative(value, period);
    norm_relative_fitted(value, previous); fit_robust(value); norm_robust(value);
    norm_robust_fitted(value, fit); norm_scaled(value, lower, upper); fit_sum(value);
    norm_sum(value); norm_sum_fitted(value, fit); fit_vector(value); norm_vector(value);
    norm_vector_fitted(value, fit); fit_zscore(value); norm_zscore(value);
    norm_zscore_fitted(value, fit);

    weight_ahp(indicator, against, ratio); weight_bod(unit, indicator, score);
    agg_bod(unit, indicator, score); weight_budget(expert, indicator, points);
    weight_critic(unit, indicator, score);
    weight_cv(unit, indicator, score); weight_entropy(unit, indicator, score);
    weight_equal(unit, indicator, score); weight_factor(unit, indicator, score);
    weight_merec(unit, indicator, score);
    weight_pca(unit, indicator, score); weight_sd(unit, indicator, score);

    agg_ampi(score); agg_arithmetic(score); agg_borda(unit, indicator, score);
    agg_copeland(unit, indicator, score); agg_geometric(score); agg_harmonic(score);
    agg_max(score); agg_mean_min(score); agg_median(score); agg_min(score); agg_mpi(score);
    agg_owa(score, weights); agg_penalised(score); agg_power(score); agg_product(score);
    agg_sum(score); agg_topsis(unit, indicator, score);

    stat_correlation(unit, indicator, value); stat_coupling_coordination(score);
    stat_cronbach(unit, indicator, score); stat_cv(value);
    stat_factor(unit, indicator, score); stat_gini(value); stat_kurtosis(value);
    stat_orness(weights); stat_outranking(unit, indicator, score); stat_pca(unit, indicator, score);
    stat_regression(unit, indicator, value); stat_quantile(value, p); stat_skewness(value); stat_theil(value);

    index_chain(growth, period, base); index_fisher(base_price, base_quantity, price, quantity);
    index_growth(value, period); index_laspeyres(base_price, base_quantity, price, quantity);
    index_paasche(base_price, base_quantity, price, quantity); index_rebase(value, period, base);
    index_splice(old, new, period, at); index_tornqvist(base_price, base_quantity, price, quantity);
}

impl Function {
    /// Its page, its form, and whether it is called with `OVER (...)` in SQL.
    fn page(&self) -> (&'static Page, Form, bool) {
        let is_fitted = self.name.ends_with("_fitted");
        let name = self.name.trim_end_matches("_fitted");
        let (page, form) =
            ours::forms().iter().find(|(page, _)| page.name == name).expect("a page");
        let is_over = *form == Form::Window || *form == Form::Normalisation && !is_fitted;
        (page, *form, is_over)
    }

    fn parameters(&self) -> &'static [Parameter] {
        let (page, _, is_over) = self.page();
        page.parameters_of(is_over)
    }
}

/// Each page has its function, with the arguments that must be given; a normalisation that learns
/// has two.
fn all_of_them() {
    for (page, form) in ours::forms().iter().filter(|(_, form)| *form != Form::Table) {
        let fitted = format!("{}_fitted", page.name);
        let has = |name: &str| FUNCTIONS.iter().any(|function| function.name == name);
        assert!(has(page.name), "{}", page.name);
        let has_two = *form == Form::Normalisation && page.over_parameters.is_some();
        assert_eq!(has(&fitted), has_two, "{fitted}");
    }
    for function in FUNCTIONS {
        let required = function.parameters().iter().filter(|parameter| parameter.is_required());
        let required: Vec<_> = required.map(|parameter| parameter.name).collect();
        assert_eq!(function.arguments, required, "{}", function.name);
    }
}

async fn as_in_sql(function: &Function) {
    let (page, form, is_over) = function.page();
    let context = session(SessionConfig::new());
    context.register_batch("t", rows_for(page)).expect("a table");
    let table = context.table("t").await.expect("a table");
    let texts = arguments(page, is_over);
    let parsed = texts.iter().map(|text| parsed(&context, &table, text));
    let parsed: Vec<Expr> = parsed.collect();

    let required = function.arguments.len();
    let (given, optional) = texts.split_at(required);
    let given = given.join(", ");
    let short = (function.call)(parsed[..required].to_vec());
    let mut cases = vec![(short.clone(), given.clone())];
    if let Some(last) = function.parameters()[required..].last() {
        // All that can be given; and the last alone: those before it have their defaults.
        let names = function.parameters()[required..].iter().map(|parameter| parameter.name);
        let with = |call: Expr, (name, value): (&str, &Expr)| {
            call.with(name, value.clone()).expect("an argument")
        };
        let long = names.zip(&parsed[required..]).fold(short.clone(), with);
        cases.push((long, texts.join(", ")));
        let (value, text) = (&parsed[texts.len() - 1], &optional[optional.len() - 1]);
        let sql = format!("{given}, {} => {text}", last.name);
        cases.push((with(short, (last.name, value)), sql));
    }
    for (call, arguments) in cases {
        let sql = format!("{}({arguments})", page.name);
        let (want, got) = if form == Form::Aggregate {
            let sql = format!("SELECT g, {sql} FROM t GROUP BY g");
            (sql, table.clone().aggregate(vec![col("g")], vec![call.clone()]))
        } else if is_over {
            let sql = format!("SELECT id, {sql} OVER (PARTITION BY g) FROM t");
            let call = call.clone().over([col("g")]).alias("answer");
            (sql, table.clone().select([col("id"), call]))
        } else {
            let call = call.clone().alias("answer");
            (format!("SELECT id, {sql} FROM t"), table.clone().select([col("id"), call]))
        };
        let mut want = rows_of(&context, &want).await;
        let mut got = rows_of_frame(got.expect("a plan")).await;
        want.sort_unstable();
        got.sort_unstable();
        assert!(want == got, "{call}\n{:?}\n{:?}", &want[..3], &got[..3]);
    }
}

/// An argument as it stands in SQL.
fn parsed(context: &SessionContext, table: &DataFrame, text: &str) -> Expr {
    let schema: &DFSchema = table.schema();
    context.parse_sql_expr(text, schema).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Windows of any kind, over each kind of function.
async fn windows() {
    use datafusion::logical_expr::{ExprFunctionExt, WindowFrame};

    let context = session(SessionConfig::new());
    context
        .register_batch("t", rows_for(ours::page("agg_arithmetic").expect("a page")))
        .expect("a table");
    let keys = || vec![col("g")];
    let by_id = || vec![col("id").sort(true, false)];
    let kept = |call: Expr| call.partition_by(keys()).filter(col("keep")).build();
    let running = |call: Expr| {
        let frame = WindowFrame::new(Some(false));
        call.partition_by(keys()).order_by(by_id()).window_frame(frame).build()
    };
    let x = || col("x");
    for (call, sql) in [
        (expr_fn::norm_minmax(x()), "norm_minmax(x) OVER ()"),
        (expr_fn::norm_rank(x()).over([]), "norm_rank(x) OVER ()"),
        (expr_fn::impute_mean(x()), "impute_mean(x) OVER ()"),
        (
            expr_fn::norm_goalposts(x(), lit(0), lit(20000)).over([col("g")]),
            "norm_goalposts(x, 0, 20000) OVER (PARTITION BY g)",
        ),
        (
            expr_fn::agg_arithmetic(x()).with("weight", col("w")).expect("a call").over([col("g")]),
            "agg_arithmetic(x, w) OVER (PARTITION BY g)",
        ),
        (
            expr_fn::agg_arithmetic(x())
                .filter(col("keep"))
                .build()
                .expect("a call")
                .over([col("g")]),
            "agg_arithmetic(x) FILTER (WHERE keep) OVER (PARTITION BY g)",
        ),
        (
            expr_fn::norm_zscore(x())
                .over_with(kept)
                .expect("a call")
                .with("sd", lit(15))
                .expect("a call"),
            "norm_zscore(x, sd => 15) FILTER (WHERE keep) OVER (PARTITION BY g)",
        ),
        (
            expr_fn::norm_minmax(x()).over_with(running).expect("a call"),
            "norm_minmax(x) OVER (PARTITION BY g ORDER BY id ROWS UNBOUNDED PRECEDING)",
        ),
        (
            expr_fn::fit_minmax(x()).over_with(running).expect("a call"),
            "fit_minmax(x) OVER (PARTITION BY g ORDER BY id ROWS UNBOUNDED PRECEDING)",
        ),
        (
            expr_fn::norm_minmax_fitted(x(), expr_fn::fit_minmax(x()).over([col("g")])),
            "norm_minmax(x) OVER (PARTITION BY g)",
        ),
    ] {
        let table = context.table("t").await.expect("a table");
        let frame = table.select([col("id"), call.alias("answer")]).expect("a plan");
        let mut got = rows_of_frame(frame).await;
        let mut want = rows_of(&context, &format!("SELECT id, {sql} FROM t")).await;
        want.sort_unstable();
        got.sort_unstable();
        assert!(want == got, "{sql}\n{:?}\n{:?}", &want[..3], &got[..3]);
    }
}

fn refusals() {
    let x = || col("x");
    for (call, want) in [
        (expr_fn::agg_power(x()).with("wieght", lit(1)), "did you mean 'weight'?"),
        (expr_fn::norm_minmax(x()).with("top", lit(1)), "argument 'top' not found"),
        (x().with("weight", lit(1)), "must be given to a function of goalposts, found x"),
    ] {
        let message = call.expect_err(want).to_string();
        assert!(message.contains(want), "{message}");
    }
    // What is there is replaced.
    let call = expr_fn::agg_min(x()).with("score", col("y")).expect("a call");
    assert_eq!(call, expr_fn::agg_min(col("y")));
    let twice = call.with("weight", lit(1)).and_then(|call| call.with("Weight", col("w")));
    let once = expr_fn::agg_min(col("y")).with("weight", col("w"));
    assert_eq!(twice.expect("a call"), once.expect("a call"));
}
