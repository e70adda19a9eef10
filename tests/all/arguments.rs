//! Every argument means something or is refused: given twice, given where nothing uses it, given
//! against what stands in the parentheses of a method.

use datafusion::prelude::SessionContext;
use goalposts::functions::{self, DefaultValue, Family, Form, Kind, Page, Parameter};
use libtest_mimic::Trial;

use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    // What takes no panel and framework is tested elsewhere.
    let is_index = |page: &Page| page.family == Family::Index;
    let forms = functions::forms().iter();
    let forms = forms.filter(|(page, form)| *form != Form::Table || is_index(page));
    for (page, form) in forms {
        trials.push(trial_async(&format!("arguments::{}::twice", page.name), move || async move {
            match form {
                Form::Table => given_twice_to_table(page).await,
                _ => given_twice(page).await,
            }
        }));
        if *form == Form::Table {
            let name = format!("arguments::{}::unused", page.name);
            trials.push(trial_async(&name, move || async move { unused(page).await }));
        }
    }
    trials.push(trial_async("arguments::methods::twice", methods_twice));
    trials
}

async fn session() -> SessionContext {
    let context = SessionContext::new();
    goalposts::register_all(&context).expect("functions");
    for table in [
        "panel AS SELECT * FROM (VALUES ('A', 2014, 'x', 1.0), ('B', 2014, 'x', 2.0), \
         ('A', 2014, 'y', 1.0), ('B', 2014, 'y', 2.0)) AS t(unit, period, indicator, value)",
        // Each row says all that it can say: nothing is left to the call.
        "whole AS SELECT * FROM (VALUES ('x', 'top', 1, 1, 'zscore', NULL, NULL), \
         ('y', 'top', 1, 1, 'zscore', NULL, NULL), ('top', NULL, 1, NULL, NULL, 'arithmetic', 0.5)) \
         AS t(code, parent, weight, direction, normalisation, aggregation, min_coverage)",
        // Nothing learns from a reference set.
        "fixed AS SELECT code, parent, weight, direction, 'none' AS normalisation FROM whole \
         WHERE parent IS NOT NULL UNION ALL SELECT 'top', NULL, 1, NULL, NULL",
    ] {
        goalposts::sql(&context, &format!("CREATE TABLE {table}")).await.expect("a table");
    }
    context
}

/// The error of a query, which must have one.
async fn error(context: &SessionContext, query: &str) -> String {
    let outcome = match goalposts::sql(context, query).await {
        Ok(frame) => frame.collect().await.map(|_| ()),
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => panic!("must be refused: {query}"),
        Err(error) => error.strip_backtrace(),
    }
}

/// Something that an argument can be given as.
fn some(parameter: &Parameter) -> String {
    match (parameter.kind, parameter.default) {
        (Kind::Relation, _) => "panel".to_owned(),
        (_, DefaultValue::Required | DefaultValue::Null) => match parameter.kind {
            Kind::Constants => "[1]".to_owned(),
            Kind::Choice(words) => format!("'{}'", words[0]),
            Kind::Method(_) | Kind::Methods(_) => "'none'".to_owned(),
            _ => "1".to_owned(),
        },
        (_, default) => default.to_string(),
    }
}

async fn given_twice_to_table(page: &'static Page) {
    let context = session().await;
    for parameter in all(page) {
        let (name, value) = (parameter.name, some(parameter));
        let twice = format!("{name} => {value}, {name} => {value}");
        let query = format!("SELECT * FROM {}({twice})", page.name);
        let error = error(&context, &query).await;
        assert!(
            error.contains(&format!("{}: {name} must be given once, found it twice", page.name)),
            "{error}"
        );
    }
}

async fn given_twice(page: &'static Page) {
    let context = session().await;
    for over in [false, true] {
        if !over && page.window_only {
            continue;
        }
        for parameter in page.parameters_of(over) {
            let (name, value) = (parameter.name, some(parameter));
            let over = if over { " OVER ()" } else { "" };
            let query = format!("SELECT {}({name} => {value}, {name} => {value}){over}", page.name);
            let error = error(&context, &query).await;
            assert!(
                error
                    .contains(&format!("{}: {name} must be given once, found it twice", page.name)),
                "{error}"
            );
        }
    }
}

/// The arguments of a table function: its own, and those that it shares.
fn all(page: &'static Page) -> Vec<&'static Parameter> {
    let shared = functions::page("composite_index").expect("a page").parameters;
    let is_own = |shared: &&Parameter| page.parameters.iter().any(|own| own.name == shared.name);
    shared.iter().filter(|shared| !is_own(shared)).chain(page.parameters).collect()
}

/// Each argument that a method may use or not, where none does.
async fn unused(page: &'static Page) {
    let context = session().await;
    // What the function needs beside it.
    let beside = match page.name {
        "compare" => ", treatment_b => 'winsorise'",
        // Up to which step the arguments are looked at.
        "indicator_statistics" => ", of => 'scores'",
        _ => "",
    };
    for (framework, argument) in [
        ("whole", "normalisation => 'minmax'"),
        ("whole", "aggregation => 'geometric'"),
        ("whole", "min_coverage => 0.1"),
        ("whole", "direction => -1"),
        ("whole", "weighting => 'sd'"),
        ("whole", "base => 2014"),
        ("whole", "lower => 1"),
        ("whole", "upper => 1"),
        ("whole", "target => 1"),
        ("whole", "treatment_reference => 'all'"),
        ("whole", "imputation_group => value"),
        ("fixed", "coverage_by => 'count'"),
        ("fixed", "reference => 'period'"),
    ] {
        // A second variant with a treatment uses the reference.
        let beside = match (page.name, argument.starts_with("reference")) {
            ("compare", true) => ", aggregation_b => 'geometric'",
            _ if argument.starts_with("treatment_reference") && page.name == "compare" => {
                ", weighting_b => 'none'"
            }
            _ => beside,
        };
        let query = format!("SELECT * FROM {}(panel, {framework}, {argument}{beside})", page.name);
        let error = error(&context, &query).await;
        let name = argument.split(" =>").next().expect("a name");
        assert!(error.contains(&format!("{name} must not be given, got ")), "{query}\n{error}");
    }
    for (method, argument) in [
        ("minmax(1, 100)", "lower => 5"),
        ("minmax(1, 100)", "upper => 5"),
        ("goalposts(1, 100)", "lower => 5"),
        ("scaled(1, 100)", "upper => 5"),
        ("base(2014)", "base => 2014"),
        ("distance_target(1)", "target => 5"),
    ] {
        let query = format!(
            "SELECT * FROM {}(panel, (SELECT code FROM whole WHERE parent IS NOT NULL), \
             normalisation => '{method}', {argument}{beside})",
            page.name
        );
        let error = error(&context, &query).await;
        let name = argument.split(" =>").next().expect("a name");
        assert!(error.contains(&format!("{name} must be given once, found")), "{query}\n{error}");
    }
}

/// Each argument of each method of a step, given twice within its parentheses.
async fn methods_twice() {
    let context = session().await;
    let steps = ["imputation", "treatment", "normalisation", "weighting", "aggregation"];
    let prefixes = ["impute_", "treat_", "norm_", "weight_", "agg_"];
    let mut methods = 0;
    for (step, prefix) in steps.into_iter().zip(prefixes) {
        for page in functions::pages().filter(|page| page.name.starts_with(prefix)) {
            let method = page.name.trim_start_matches(prefix);
            for parameter in page.parameters_of(true) {
                let (name, value) = (parameter.name, some(parameter).replace('\'', "''"));
                let query = format!(
                    "SELECT * FROM composite_index(panel, whole, \
                     {step} => '{method}({name} => {value}, {name} => {value})')"
                );
                let error = error(&context, &query).await;
                let twice = format!("{}: {name} must be given once, found it twice", page.name);
                // What the index provides, and functions that are no step, are told as such.
                let is_other = error.contains(&format!("argument '{name}' not found"))
                    || error.contains(&format!("{step} must be one of"));
                assert!(error.contains(&twice) || is_other, "{query}\n{error}");
                methods += usize::from(error.contains(&twice));
            }
        }
    }
    assert!(methods > 40, "only {methods} arguments of methods were tried");
}
