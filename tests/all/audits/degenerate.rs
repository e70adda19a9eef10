//! Panels that lack something: what cannot be computed is said, and the rest is there.

use datafusion::prelude::SessionContext;
use goalposts::audit::{Audited, Request, audit};
use goalposts::session::{self, Options};
use libtest_mimic::Trial;

use super::{audited, blocks, request, rows, said};
use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    vec![
        trial_async("audits::degenerate::without_periods", without_periods),
        trial_async("audits::degenerate::one_unit", one_unit),
        trial_async("audits::degenerate::one_level", one_level),
        trial_async("audits::degenerate::one_indicator", one_indicator),
        trial_async("audits::degenerate::nothing", nothing),
        trial_async("audits::degenerate::periods_of_text", periods_of_text),
        trial_async("audits::degenerate::faults", faults),
    ]
}

const TREE: &str = "(SELECT * FROM (VALUES ('x', 'a'), ('y', 'a'), ('z', 'b'), ('a', 'all'), ('b', 'all'), ('all', NULL)) AS t(code, parent))";
const FLAT: &str = "(SELECT * FROM (VALUES ('x'), ('y'), ('z')) AS t(code))";

async fn session() -> SessionContext {
    session::open(None, &Options::default()).await.expect("a session")
}

async fn of(panel: &str, framework: &str, arguments: &str) -> Audited {
    audited(&session().await, &request(panel, framework, arguments)).await
}

/// Every figure has a query and what it gives, or a sentence that says why it has none.
fn is_whole(of: &Audited) {
    use goalposts::document::Block;
    for chapter in goalposts::audit::CHAPTERS {
        for figure in chapter.figures {
            let blocks = blocks(of, figure.name);
            let has_query = blocks.iter().any(|block| matches!(block, Block::Query(_)));
            let why = said(of, figure.name);
            let is_explained = why.contains("Not computed") || why.contains("Nothing was imputed");
            assert!(has_query != is_explained, "{}: {why}", figure.name);
            // Conditions are known beforehand: no figure stumbles over the engine's own words.
            assert!(
                !why.contains("SELECT") && !why.contains("not found"),
                "{}: {why}",
                figure.name
            );
        }
    }
}

/// So many units, three indicators, of these periods.
fn panel(units: usize, periods: &[&str]) -> String {
    let mut values = Vec::new();
    for (p, period) in periods.iter().enumerate() {
        for at in 0..units {
            for (i, code) in ["x", "y", "z"].into_iter().enumerate() {
                let value =
                    ((7 * at + 5 * p + 3 * i) * (i + 2) % 11) as f64 + 0.1 * at as f64 + 1.0;
                let period = if period.is_empty() { String::new() } else { format!("{period}, ") };
                values.push(format!("('u{at}', {period}'{code}', {value:?})"));
            }
        }
    }
    let period = if periods == [""] { "" } else { "period, " };
    format!("(SELECT * FROM (VALUES {}) AS t(unit, {period}indicator, value))", values.join(", "))
}

async fn without_periods() {
    let of = of(&panel(9, &[""]), TREE, "").await;
    is_whole(&of);
    assert_eq!(rows(&of, "ranking").num_rows(), 9);
    assert_eq!(rows(&of, "uncertainty").num_rows(), 9);
    for figure in ["coverage_of_periods", "contributions", "over_time", "previous_period"] {
        assert!(
            said(&of, figure).contains("Not computed: the panel has no periods."),
            "{}",
            said(&of, figure)
        );
    }
    let at: Vec<_> = ["2020"].to_vec();
    let one = super::audited(&session().await, &request(&panel(9, &at), TREE, "")).await;
    is_whole(&one);
    assert!(said(&one, "over_time").contains("one period only"));
    assert!(
        said(&one, "contributions").contains("no period before has scores of the index in 2020")
    );
}

async fn one_unit() {
    let of =
        of(&panel(1, &["2020", "2021", "2022"]), TREE, "normalisation => base, base => 2020").await;
    is_whole(&of);
    assert_eq!(rows(&of, "ranking").num_rows(), 1);
    let why = "at least 2 units must have a score in 2022, found 1";
    assert!(said(&of, "uncertainty").contains(why), "{}", said(&of, "uncertainty"));
    assert_eq!(rows(&of, "contributions").num_rows(), 1);
}

async fn one_level() {
    let of = of(&panel(9, &["2020", "2021"]), FLAT, "").await;
    is_whole(&of);
    assert!(said(&of, "correlation_with_others").contains("all indicators belong to one node"));
    assert!(said(&of, "parts").contains("the framework has one level"));
    assert_eq!(rows(&of, "consistency").num_rows(), 1);
}

async fn one_indicator() {
    let panel = "(SELECT * FROM (VALUES ('a', 1.0), ('b', 2.0), ('c', 4.0)) AS t(unit, value))";
    let panel = format!("(SELECT unit, 'x' AS indicator, value FROM {panel})");
    let of = of(&panel, "(SELECT 'x' AS code)", "").await;
    is_whole(&of);
    assert_eq!(rows(&of, "ranking").num_rows(), 3);
    assert!(said(&of, "pairs").contains("no node of the framework has two children"));
}

/// Values that are all missing: no score at all.
async fn nothing() {
    let panel = "(SELECT unit, 2020 AS period, indicator, CAST(NULL AS DOUBLE) AS value
                  FROM (VALUES ('a'), ('b'), ('c')) AS u(unit) CROSS JOIN (VALUES ('x'), ('y'), ('z')) AS i(indicator))";
    let of = of(panel, TREE, "").await;
    is_whole(&of);
    assert!(said(&of, "ranking").contains("no unit has a score in 2020"));
    let rules = super::fired(&of);
    assert!(
        rules.contains(&"unobserved_indicator") && rules.contains(&"unit_without_score"),
        "{rules:?}"
    );
}

async fn periods_of_text() {
    let texts = ["'2020-M9'", "'2020-M10'", "'2020-M11'"];
    let of = of(&panel(6, &texts), TREE, "").await;
    is_whole(&of);
    let subtitle = of.document.subtitle.clone().unwrap_or_default();
    assert!(
        subtitle.contains("in 2020-M11, 3 indicators, periods 2020-M9 to 2020-M11"),
        "{subtitle}"
    );
    let asked = Request { period: Some("2020-M10".into()), ..request(&panel(6, &texts), TREE, "") };
    let of = audited(&session().await, &asked).await;
    assert_eq!(super::texts(rows(&of, "contributions"), "since")[0], "2020-M9");
    let dates = ["DATE '2020-01-01'", "DATE '2021-01-01'"];
    is_whole(&audited(&session().await, &request(&panel(6, &dates), TREE, "")).await);
}

async fn faults() {
    let context = session().await;
    let fault = |request: Request| {
        let context = context.clone();
        async move {
            let of = audit(&context, &Default::default(), &request, |_| {}).await;
            goalposts::error::describe(&of.expect_err("a fault"))
        }
    };
    let none = "(SELECT 'a' AS unit, 'x' AS indicator, 1.0 AS value WHERE false)";
    let said = fault(request(none, "(SELECT 'x' AS code)", "strict => false")).await;
    assert!(said.ends_with("must have rows, found none"), "{said}");
    let asked =
        Request { period: Some("2031".into()), ..request(&panel(3, &["2020", "2021"]), TREE, "") };
    assert_eq!(
        fault(asked).await,
        "--period: must be a period of the panel (2020 to 2021), got 2031; did you mean '2021'?"
    );
    let asked = Request { period: Some("2031".into()), ..request(&panel(3, &[""]), TREE, "") };
    assert_eq!(fault(asked).await, "--period: the panel has no periods, got 2031");
    let said = fault(request(&panel(3, &["2020"]), FLAT, "normalisation => 'minmx'")).await;
    assert!(said.contains("normalisation must be one of"), "{said}");
    // Nothing is left in the session, whatever happened.
    let left = goalposts::sql(&context, "SELECT * FROM goalposts_audit_1").await;
    assert!(left.is_err());
}
