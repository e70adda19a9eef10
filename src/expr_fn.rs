//! The functions as expressions, for programs that build queries with a
//! [`DataFrame`](datafusion::prelude::DataFrame) instead of SQL text.
//!
//! Each takes the arguments that it must have, in the order of SQL. The others have their defaults;
//! [`with`](Call::with) gives them by name. [`over`](Call::over) is `OVER (PARTITION BY ...)`, for
//! normalisations too: the fit is put in, as SQL does.
//! [`ExprFunctionExt`](datafusion::prelude::ExprFunctionExt) of the engine does the rest, such as
//! `FILTER`.
//!
//! ```
//! use datafusion::prelude::*;
//! use goalposts::expr_fn::{Call, agg_arithmetic, norm_minmax};
//!
//! # #[tokio::main]
//! # async fn main() -> datafusion::error::Result<()> {
//! let context = SessionContext::new();
//! goalposts::register_all(&context)?;
//! let indicators = dataframe!(
//!     "unit" => ["A", "B", "C", "A", "B", "C"],
//!     "indicator" => ["income", "income", "income", "pm25", "pm25", "pm25"],
//!     "value" => [10.0, 20.0, 50.0, 80.0, 55.0, 30.0],
//!     "direction" => [1, 1, 1, -1, -1, -1]
//! )?;
//! let score = norm_minmax(col("value"))
//!     .with("lower", lit(1))?
//!     .with("upper", lit(100))?
//!     .with("direction", col("direction"))?
//!     .over([col("indicator")]);
//! let index = indicators
//!     .select([col("unit"), score.alias("score")])?
//!     .aggregate(vec![col("unit")], vec![agg_arithmetic(col("score")).alias("index")])?
//!     .sort_by(vec![col("unit")])?;
//! datafusion::assert_batches_eq!(
//!     [
//!         "+------+--------+",
//!         "| unit | index  |",
//!         "+------+--------+",
//!         "| A    | 1.0    |",
//!         "| B    | 38.125 |",
//!         "| C    | 100.0  |",
//!         "+------+--------+",
//!     ],
//!     &index.collect().await?
//! );
//! # Ok(())
//! # }
//! ```
//!
//! The functions with `fitted` in their names are the normalisations of SQL without `OVER (...)`:
//! they take a scale that a `fit_*` has learned, here or in another query. What the arguments mean,
//! and their defaults, is in the [pages](crate::functions::pages) and in `docs/functions.md`.

use std::convert::Infallible;
use std::sync::Arc;

use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::{Expr, WindowFunctionDefinition, lit};

use crate::arguments::assign;
use crate::functions::{page, registry};
use crate::page::{Page, Parameter};

/// What the call of a function takes besides its required arguments.
pub trait Call: Sized {
    /// The call with an optional argument, as `name => value` in SQL. A required one is replaced.
    ///
    /// # Errors
    /// Planning: the function has no such argument, or is none of this crate.
    fn with(self, name: &str, value: Expr) -> Result<Self>;

    /// The call with `OVER (PARTITION BY ...)`; without keys all rows are one partition. Functions of
    /// whole partitions and normalisations have no keys before it is called.
    #[must_use]
    fn over(self, partition_by: impl IntoIterator<Item = Expr>) -> Self;

    /// The call with any other window: `window` gets the window function, that of the fit for a
    /// normalisation, and gives it back with its `PARTITION BY`, `ORDER BY`, frame and `FILTER`.
    ///
    /// ```
    /// use datafusion::prelude::*;
    /// use goalposts::expr_fn::{Call, norm_zscore};
    ///
    /// # fn main() -> datafusion::error::Result<()> {
    /// // Scores by mean and deviation of 2020, for all years.
    /// let score = norm_zscore(col("value")).over_with(|fit| {
    ///     fit.partition_by(vec![col("indicator")]).filter(col("year").eq(lit(2020))).build()
    /// })?;
    /// # assert!(score.to_string().contains("FILTER"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of `window`.
    fn over_with(self, window: impl FnOnce(Expr) -> Result<Expr>) -> Result<Self>;
}

impl Call for Expr {
    fn with(mut self, name: &str, value: Expr) -> Result<Self> {
        let Some((page, parameters)) = called(&self) else {
            return plan_err!("{name}: must be given to a function of goalposts, found {self}");
        };
        if !takes(parameters, name)
            && let Expr::ScalarFunction(call) = &mut self
            && let Some(fit) = call.args.iter_mut().find(|argument| {
                called(argument).is_some_and(|(_, parameters)| takes(parameters, name))
            })
        {
            *fit = std::mem::take(fit).with(name, value)?;
            return Ok(self);
        }
        let known: Vec<&Parameter> = parameters.iter().collect();
        let parameter = assign::named(page.name, &known, name)?;
        let arguments = match &mut self {
            Expr::ScalarFunction(call) => &mut call.args,
            Expr::AggregateFunction(call) => &mut call.params.args,
            Expr::WindowFunction(call) => &mut call.params.args,
            _ => unreachable!("the call of a function"),
        };
        let position = parameters.iter().position(|known| known.name == parameter.name);
        let position = position.unwrap_or_default();
        for before in &parameters[arguments.len().min(position)..position] {
            match before.default.constant() {
                Some(default) => arguments.push(lit(default)),
                None => return plan_err!("{}: {} must be given first", page.name, before.name),
            }
        }
        match arguments.get_mut(position) {
            Some(there) => *there = value,
            None => arguments.push(value),
        }
        Ok(self)
    }

    fn over(self, partition_by: impl IntoIterator<Item = Expr>) -> Self {
        let Ok(call) = in_window(self, |mut window| {
            window.params.partition_by = partition_by.into_iter().collect();
            Ok::<_, Infallible>(Expr::from(window))
        });
        call
    }

    fn over_with(self, window: impl FnOnce(Expr) -> Result<Expr>) -> Result<Self> {
        in_window(self, |call| window(Expr::from(call)))
    }
}

/// A call with its window function, or that of its fit, made another; where it has none it stays.
fn in_window<E>(
    mut call: Expr,
    other: impl FnOnce(WindowFunction) -> std::result::Result<Expr, E>,
) -> std::result::Result<Expr, E> {
    match call {
        Expr::WindowFunction(window) => other(*window),
        Expr::AggregateFunction(aggregate) => {
            let params = aggregate.params;
            let mut window = WindowFunction::new(aggregate.func, params.args);
            window.params.filter = params.filter;
            window.params.distinct = params.distinct;
            window.params.null_treatment = params.null_treatment;
            other(window)
        }
        Expr::ScalarFunction(ref mut scalar) => {
            let is_window = |argument: &&mut Expr| matches!(argument, Expr::WindowFunction(_));
            if let Some(fit) = scalar.args.iter_mut().find(is_window)
                && let Expr::WindowFunction(window) = std::mem::take(fit)
            {
                *fit = other(*window)?;
            }
            Ok(call)
        }
        other => Ok(other),
    }
}

/// Whether there is an argument of this name.
fn takes(parameters: &[Parameter], name: &str) -> bool {
    parameters.iter().any(|parameter| parameter.name == name)
}

/// The page of the function that is called, if it is one of ours, and the arguments of its form.
fn called(call: &Expr) -> Option<(&'static Page, &'static [Parameter])> {
    let registry = registry();
    let (page, is_over) = match call {
        Expr::ScalarFunction(call) => {
            let fitted = registry.normalisations.iter().find(|entry| entry.scalar == call.func);
            let own = || page(call.name()).filter(|_| registry.scalars.contains(&call.func));
            (fitted.map(|entry| entry.page).or_else(own), false)
        }
        Expr::AggregateFunction(call) => {
            (page(call.func.name()).filter(|_| registry.has_aggregate(&call.func)), false)
        }
        Expr::WindowFunction(call) => match &call.fun {
            WindowFunctionDefinition::AggregateUDF(function) => {
                (page(function.name()).filter(|_| registry.has_aggregate(function)), false)
            }
            WindowFunctionDefinition::WindowUDF(function) => {
                (page(function.name()).filter(|_| registry.has_window(function)), true)
            }
        },
        _ => return None,
    };
    page.map(|page| (page, page.parameters_of(is_over)))
}

/// The call of a function by its name, or by that of the scalar function of a normalisation.
fn call(name: &str, arguments: Vec<Expr>) -> Expr {
    let registry = registry();
    if let Some(entry) = registry.normalisations.iter().find(|entry| entry.page.name == name) {
        return entry.over(WindowFunction::new(Arc::clone(&entry.facade), arguments));
    }
    if let Some(scalar) = registry.all_scalars().find(|scalar| scalar.name() == name) {
        return scalar.call(arguments);
    }
    if let Some(window) = registry.all_windows().find(|window| window.name() == name) {
        return Expr::from(WindowFunction::new(window, arguments));
    }
    match registry.all_aggregates().find(|aggregate| aggregate.name() == name) {
        Some(aggregate) => aggregate.call(arguments),
        None => unreachable!("each function below is registered"),
    }
}

/// Functions by the file of their page, with the arguments that they must have; after a
/// normalisation its form with a scale.
macro_rules! functions {
    ($($family:ident::$file:ident: $name:ident($($argument:ident),*)
        $(, $fitted:ident($($given:ident),*))?;)*) => {$(
        #[doc = $crate::functions::$family::$file::$name!()]
        #[must_use]
        pub fn $name($($argument: Expr),*) -> Expr {
            call(stringify!($name), vec![$($argument),*])
        }
        $(
            #[doc = concat!("[`", stringify!($name), "`] on a scale that has been learned before; ")]
            #[doc = concat!("in SQL `", stringify!($name), "` without `OVER (...)`.")]
            #[must_use]
            pub fn $fitted($($given: Expr),*) -> Expr {
                call(stringify!($fitted), vec![$($given),*])
            }
        )?
    )*};
}

functions! {
    screening::availability: screen_availability(value);
    screening::denominate: denominate(value, denominator, unit);

    imputation::em: impute_em(value, unit, indicator);
    imputation::last: impute_last(value, period);
    imputation::last: impute_last_period(value, period);
    imputation::linear: impute_linear(value, period);
    imputation::mean: impute_mean(value);
    imputation::median: impute_median(value);
    imputation::regression: impute_regression(value, unit, indicator);
    imputation::row_mean: impute_row_mean(value, unit, indicator);

    transformation::ln: transform_ln(value);
    transformation::log10: transform_log10(value);
    transformation::logit: transform_logit(value);
    transformation::power: transform_power(value, exponent);
    transformation::reciprocal: transform_reciprocal(value);
    transformation::sqrt: transform_sqrt(value);

    treatment::boxcox: treat_boxcox(value);
    treatment::log: treat_log(value);
    treatment::outliers: treat_outliers(value);
    treatment::passes: treat_passes(value);
    treatment::points: treat_points(value);
    treatment::winsorise: treat_winsorise(value);

    fit_norm::above_mean: norm_above_mean(value), norm_above_mean_fitted(value, fit);
    fit_norm::base: fit_base(value, period, base);
    fit_norm::base: norm_base(value, period, base), norm_base_fitted(value, fit);
    fit_norm::borda: norm_borda(value), norm_borda_fitted(value, fit);
    fit_norm::categorical: norm_categorical(value), norm_categorical_fitted(value, fit);
    fit_norm::cyclical: fit_cyclical(value);
    fit_norm::cyclical: norm_cyclical(value), norm_cyclical_fitted(value, fit);
    fit_norm::distance_max: norm_distance_max(value), norm_distance_max_fitted(value, fit);
    fit_norm::distance_reference: fit_reference(value, unit, reference);
    fit_norm::distance_reference: norm_distance_reference(value, unit, reference), norm_distance_reference_fitted(value, fit);
    fit_norm::distance_target: norm_distance_target(value, target), norm_distance_target_fitted(value, fit, target);
    fit_norm::fraction_max: norm_fraction_max(value), norm_fraction_max_fitted(value, fit);
    fit_norm::goalposts: norm_goalposts(value, lower, upper);
    fit_norm::ideal: norm_ideal(value, lower, upper), norm_ideal_fitted(value, fit, lower, upper);
    fit_norm::logistic: norm_logistic(value), norm_logistic_fitted(value, fit);
    fit_norm::minmax: fit_minmax(value);
    fit_norm::minmax: norm_minmax(value), norm_minmax_fitted(value, fit);
    fit_norm::percentile_goalposts: fit_percentiles(value);
    fit_norm::percentile_goalposts: norm_percentile_goalposts(value), norm_percentile_goalposts_fitted(value, fit);
    fit_norm::percentile_rank: norm_percentile_rank(value), norm_percentile_rank_fitted(value, fit);
    fit_norm::rank: fit_rank(value);
    fit_norm::rank: norm_rank(value), norm_rank_fitted(value, fit);
    fit_norm::relative: norm_relative(value, period), norm_relative_fitted(value, previous);
    fit_norm::robust: fit_robust(value);
    fit_norm::robust: norm_robust(value), norm_robust_fitted(value, fit);
    fit_norm::scaled: norm_scaled(value, lower, upper);
    fit_norm::sum: fit_sum(value);
    fit_norm::sum: norm_sum(value), norm_sum_fitted(value, fit);
    fit_norm::vector: fit_vector(value);
    fit_norm::vector: norm_vector(value), norm_vector_fitted(value, fit);
    fit_norm::zscore: fit_zscore(value);
    fit_norm::zscore: norm_zscore(value), norm_zscore_fitted(value, fit);

    weighting::ahp: weight_ahp(indicator, against, ratio);
    weighting::bod: weight_bod(unit, indicator, score);
    weighting::bod: agg_bod(unit, indicator, score);
    weighting::budget: weight_budget(expert, indicator, points);
    weighting::critic: weight_critic(unit, indicator, score);
    weighting::cv: weight_cv(unit, indicator, score);
    weighting::entropy: weight_entropy(unit, indicator, score);
    weighting::equal: weight_equal(unit, indicator, score);
    weighting::factor: weight_factor(unit, indicator, score);
    weighting::merec: weight_merec(unit, indicator, score);
    weighting::pca: weight_pca(unit, indicator, score);
    weighting::sd: weight_sd(unit, indicator, score);

    aggregation::ampi: agg_ampi(score);
    aggregation::arithmetic: agg_arithmetic(score);
    aggregation::borda: agg_borda(unit, indicator, score);
    aggregation::copeland: agg_copeland(unit, indicator, score);
    aggregation::geometric: agg_geometric(score);
    aggregation::harmonic: agg_harmonic(score);
    aggregation::max: agg_max(score);
    aggregation::mean_min: agg_mean_min(score);
    aggregation::median: agg_median(score);
    aggregation::min: agg_min(score);
    aggregation::mpi: agg_mpi(score);
    aggregation::owa: agg_owa(score, weights);
    aggregation::penalised: agg_penalised(score);
    aggregation::power: agg_power(score);
    aggregation::product: agg_product(score);
    aggregation::sum: agg_sum(score);
    aggregation::topsis: agg_topsis(unit, indicator, score);

    statistics::correlation: stat_correlation(unit, indicator, value);
    statistics::coupling: stat_coupling_coordination(score);
    statistics::cronbach: stat_cronbach(unit, indicator, score);
    statistics::cv: stat_cv(value);
    statistics::factor: stat_factor(unit, indicator, score);
    statistics::gini: stat_gini(value);
    statistics::kurtosis: stat_kurtosis(value);
    statistics::orness: stat_orness(weights);
    statistics::outranking: stat_outranking(unit, indicator, score);
    statistics::pca: stat_pca(unit, indicator, score);
    statistics::quantile: stat_quantile(value, p);
    statistics::regression: stat_regression(unit, indicator, value);
    statistics::skewness: stat_skewness(value);
    statistics::theil: stat_theil(value);

    index_numbers::chain: index_chain(growth, period, base);
    index_numbers::fisher: index_fisher(base_price, base_quantity, price, quantity);
    index_numbers::growth: index_growth(value, period);
    index_numbers::laspeyres: index_laspeyres(base_price, base_quantity, price, quantity);
    index_numbers::paasche: index_paasche(base_price, base_quantity, price, quantity);
    index_numbers::rebase: index_rebase(value, period, base);
    index_numbers::splice: index_splice(old, new, period, at);
    index_numbers::tornqvist: index_tornqvist(base_price, base_quantity, price, quantity);
}
