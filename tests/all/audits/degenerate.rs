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
        trial_async("audits::degenerate::counts_against", counts_against),
        trial_async("audits::degenerate::learned_by_period", learned_by_period),
        trial_async("audits::degenerate::last_release", last_release),
        trial_async("audits::degenerate::few_units", few_units),
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
    assert!(said(&one, "contributions").contains("no period before 2020 has scores of the index"));
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

/// A node that counts against the index falls where it rises, as it should: nothing is wrong with that.
async fn counts_against() {
    let units = [
        ("a", 1.0, 9.0),
        ("b", 2.0, 8.0),
        ("c", 3.0, 6.0),
        ("d", 5.0, 5.5),
        ("e", 6.0, 3.0),
        ("f", 8.0, 2.0),
    ];
    let values = units.iter().map(|(unit, good, bad)| {
        format!(
            "('{unit}', 'g1', {good:?}), ('{unit}', 'g2', {:?}), ('{unit}', 'r1', {bad:?})",
            good * good
        )
    });
    let values = values.collect::<Vec<_>>().join(", ");
    let panel = format!("(SELECT * FROM (VALUES {values}) AS t(unit, indicator, value))");
    let tree = |direction: i32| {
        let ends = if direction < 0 { "0, 100" } else { "NULL, NULL" };
        format!(
            "(SELECT * FROM (VALUES ('g1', 'good', 1, NULL, NULL), ('g2', 'good', 1, NULL, NULL), ('r1', 'risk', 1, NULL, NULL),
              ('good', 'all', 1, NULL, NULL), ('risk', 'all', {direction}, {ends}), ('all', NULL, 1, NULL, NULL)) AS t(code, parent, direction, lower, upper))"
        )
    };
    let of_tree =
        async |direction| of(&panel, &tree(direction), "normalisation => 'minmax(0, 100)'").await;
    let turned = of_tree(-1).await;
    is_whole(&turned);
    let with_parent =
        super::cell(rows(&turned, "correlation_with_parent"), &[("code", "risk")], "correlation");
    assert!(with_parent.is_some_and(|r| r > 0.9), "{with_parent:?}");
    let with_top =
        super::cell(rows(&turned, "importance"), &[("code", "r1")], "correlation_with_top");
    assert!(with_top.is_some_and(|r| r > 0.9), "{with_top:?}");
    let wrong = ["against_dimension", "opposed_pair", "weak_in_dimension", "silent_indicator"];
    let found = super::fired(&turned);
    assert!(wrong.iter().all(|rule| !found.contains(rule)), "{found:?}");
    // Its scores enter turned, which a geometric mean takes nowhere: the rest of the chapter does without it.
    let unbounded = tree(-1).replace("0, 100", "NULL, NULL");
    for arguments in ["", "lower => 1, upper => 100"] {
        let of = of(&panel, &unbounded, arguments).await;
        is_whole(&of);
        assert!(said(&of, "aggregation").contains("enter with their scores turned"));
        for figure in ["uncertainty", "sensitivity"] {
            assert!(rows(&of, figure).num_rows() > 0, "{figure}: {}", said(&of, figure));
        }
    }
    // Two that count for the index and fall where the other rises are found.
    let found = super::fired(&of_tree(1).await);
    assert!(found.contains(&"opposed_pair"), "{found:?}");
}

/// Weights that differ from period to period: each finding is there once, and the picture gives way to the table.
async fn learned_by_period() {
    let arguments = "weighting => entropy, reference => period, normalisation => 'minmax(1, 100)'";
    let of = of(&panel(9, &["2020", "2021", "2022"]), TREE, arguments).await;
    is_whole(&of);
    assert!(
        said(&of, "weights").contains("There are weights for each period: the table has them.")
    );
    assert_eq!(rows(&of, "weights").num_rows(), 3 * 6);
    assert_eq!(rows(&of, "importance").num_rows(), 5);
    let mut statements: Vec<&str> =
        of.findings.iter().map(|(_, finding)| finding.statement.as_str()).collect();
    let all = statements.len();
    statements.sort_unstable();
    statements.dedup();
    assert_eq!(statements.len(), all, "{statements:?}");
}

/// A last release of other units, other periods, or with something wrong in it.
async fn last_release() {
    let with = |release: &str| Request {
        last_release: Some(format!("(SELECT * FROM (VALUES {release}))")),
        ..request(&panel(5, &["2020", "2021"]), TREE, "")
    };
    let context = session().await;
    for release in [
        "('q', 1.0)) AS t(unit, score",
        "('u1', 1.0, 2020)) AS t(unit, score, period",
        "(1, 2.5)) AS t(unit, score",
    ] {
        let of = audited(&context, &with(release)).await;
        let said = said(&of, "last_release");
        let wanted = "no unit with a score in 2021 has one in the last release as well";
        assert!(said.contains(wanted), "{said}");
    }
    let of =
        audited(&context, &with("('u1', 1.0, 2021), ('u1', 9.0, 2020)) AS t(unit, score, period"))
            .await;
    assert_eq!(super::numbers(rows(&of, "last_release"), "released"), [Some(1.0)]);
    for (release, wanted) in [
        (
            "('u1', 1.0), ('u1', 2.0)) AS t(unit, score",
            "--last-release: a unit must have one score, found 2 of 'u1'",
        ),
        ("('u1', 'x')) AS t(unit, score", "--last-release: score must be numbers, found VARCHAR"),
        (
            "('u1', 1.0, 'x')) AS t(unit, score, period",
            "--last-release: a value must be BIGINT, got 'x'",
        ),
    ] {
        let of = audit(&context, &Default::default(), &with(release), |_| {}).await;
        let said = goalposts::error::describe(&of.expect_err("a fault"));
        assert!(said.starts_with(wanted), "{said}");
    }
}

/// Of three units a correlation says little: pairs that are not significant are not named, and of two parts none fits
/// least.
async fn few_units() {
    let panel = "(SELECT * FROM (VALUES ('a', 'x', 1.0), ('b', 'x', 2.0), ('c', 'x', 4.0), ('a', 'y', 3.0), ('b', 'y', 1.0),
                  ('c', 'y', 2.0)) AS t(unit, indicator, value))";
    let of = of(panel, "(SELECT * FROM (VALUES ('x'), ('y')) AS t(code))", "").await;
    assert_eq!(super::fired(&of), ["influential_part", "low_alpha"]);
    let alpha =
        of.findings.iter().find(|(_, finding)| finding.rule == "low_alpha").expect("a finding");
    // By hand: scores 0, 1/3, 1 and 1, 0, 1/2; variances 7/27 and 1/4, covariance -1/12.
    assert_eq!(alpha.1.evidence, "Cronbach's alpha -0.97, below 0.7; mean correlation -0.33.");
    assert!(said(&of, "pairs").contains("None."));
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
