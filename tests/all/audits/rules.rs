//! Every rule finds something in a panel made for it, and nothing in one that is as it should be.

use std::collections::BTreeMap;

use goalposts::audit::arguments::Arguments;
use goalposts::audit::{Audited, CHAPTERS, Request};
use libtest_mimic::Trial;

use super::made::{Indicator, Made, clean, clear, indicator, mixed, noise};
use super::{audited, fired, numbers, request, texts};
use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    vec![
        trial_async("audits::rules::data", data),
        trial_async("audits::rules::distributions", distributions),
        trial_async("audits::rules::coherence", coherence),
        trial_async("audits::rules::weights", weights),
        trial_async("audits::rules::results_and_robustness", robustness),
        trial_async("audits::rules::compensation", compensation),
        trial_async("audits::rules::silent", silent),
        trial_async("audits::rules::summary", summary),
        crate::trial("audits::rules::each_is_tried", each_is_tried),
    ]
}

/// The rules that the panels below are made for.
const TRIED: &[&str] = &[
    "unobserved_indicator",
    "sparse_indicator",
    "sparse_units",
    "unit_without_score",
    "part_without_score",
    "imputed_scores",
    "imputed_indicator",
    "constant_indicator",
    "same_value",
    "zeros",
    "skewed_indicator",
    "treated_indicator",
    "against_dimension",
    "weak_in_dimension",
    "closer_to_another",
    "opposed_pair",
    "redundant_pair",
    "low_alpha",
    "several_dimensions",
    "against_component",
    "weightless",
    "silent_indicator",
    "dominant",
    "muted",
    "unattainable_weight",
    "same_as_index",
    "compensated",
    "uncertain_ranks",
    "rank_outside_interval",
    "main_choice",
    "influential_part",
    "aggregation_matters",
    "rank_jump",
    "revised_ranks",
];

/// No rule is left out, and none is there twice.
fn each_is_tried() {
    let figures = CHAPTERS.iter().flat_map(|chapter| chapter.figures);
    let mut rules: Vec<&str> =
        figures.flat_map(|figure| figure.rules).map(|rule| rule.name).collect();
    rules.sort_unstable();
    let mut tried = TRIED.to_vec();
    tried.sort_unstable();
    assert_eq!(rules, tried);
    let mut names: Vec<&str> =
        CHAPTERS.iter().flat_map(|chapter| chapter.figures).map(|figure| figure.name).collect();
    names.sort_unstable();
    let many = names.len();
    names.dedup();
    assert_eq!(names.len(), many, "a name of a figure is there twice");
}

async fn of(made: &Made, change: impl FnOnce(Request) -> Request) -> Audited {
    let context = made.session().await;
    let request = change(request("panel", "framework", "lower => 1, upper => 100"));
    audited(&context, &request).await
}

fn with(arguments: &str) -> impl FnOnce(Request) -> Request {
    let arguments = Arguments::read(arguments).expect("arguments");
    move |request| Request { arguments, ..request }
}

/// The statements of the findings, by rule.
fn statements(audited: &Audited) -> BTreeMap<&'static str, Vec<String>> {
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (_, finding) in &audited.findings {
        assert!(!finding.advice.is_empty() && !finding.evidence.is_empty());
        found.entry(finding.rule).or_default().push(finding.statement.clone());
    }
    found
}

/// Each rule has found something in which the word stands.
fn must_find(audited: &Audited, wanted: &[(&str, &str)]) {
    let found = statements(audited);
    for (rule, word) in wanted {
        assert!(TRIED.contains(rule), "{rule} must be a rule that is tried");
        let of_rule = found
            .get(rule)
            .unwrap_or_else(|| panic!("{rule} must find something, found {found:#?}"));
        assert!(
            of_rule.iter().any(|said| said.contains(word)),
            "{rule} must speak of {word}, said {of_rule:?}"
        );
    }
}

async fn data() {
    let n = 10;
    let some = |code, there: &dyn Fn(usize) -> bool| Indicator {
        code,
        weight: 1.0,
        values: noise(7, n)
            .iter()
            .enumerate()
            .map(|(at, x)| there(at).then_some(10.0 + x))
            .collect(),
    };
    let made = Made::default().node(
        "a",
        vec![
            indicator("full", noise(1, n)),
            some("sparse", &|at| at < 4 && at != 1),
            some("never", &|_| false),
            some("most", &|at| at > 1),
            some("more", &|at| at != 1),
            indicator("flat", vec![3.0; n]),
        ],
    );
    let found = of(&made, with("min_coverage => 0.55")).await;
    must_find(
        &found,
        &[
            ("unobserved_indicator", "never has no value"),
            ("sparse_indicator", "sparse has values for 30 %"),
            ("sparse_units", "Fewer than 65 % of the indicators have a value in 2024 for u02"),
            ("unit_without_score", "u02"),
            ("part_without_score", "flat has values, but never a score"),
        ],
    );
    let found = of(&made, with("imputation => mean")).await;
    must_find(
        &found,
        &[("imputed_indicator", "70 % of the values of sparse"), ("imputed_scores", "u02")],
    );
}

async fn distributions() {
    let n = 30;
    let few = |code, many: f64, rest: &[f64]| {
        indicator(code, (0..n).map(|at| if at < 20 { many } else { rest[at] }).collect())
    };
    let x = noise(3, n);
    let mut skewed = noise(4, n);
    skewed[5] = 90.0;
    skewed[6] = 60.0;
    let made = Made::default().node(
        "a",
        vec![
            indicator("flat", vec![7.0; n]),
            few("same", 5.0, &x),
            few("zero", 0.0, &x),
            indicator("skewed", skewed),
            indicator("plain", x.clone()),
        ],
    );
    let found = of(&made, |request| request).await;
    must_find(
        &found,
        &[
            ("constant_indicator", "flat has one and the same value"),
            ("same_value", "67 % of the values of same"),
            ("zeros", "67 % of the values of zero"),
            ("skewed_indicator", "skewed is skewed by extreme values"),
        ],
    );
    let found = of(&made, with("treatment => outliers")).await;
    must_find(&found, &[("treated_indicator", "Extreme values of skewed")]);
    assert!(!fired(&found).contains(&"skewed_indicator"));
}

async fn coherence() {
    let n = 40;
    let (f, g) = (noise(1, n), noise(2, n));
    let against: Vec<f64> = f.iter().zip(noise(5, n)).map(|(f, e)| -f + 0.3 * e).collect();
    let made = Made::default()
        .node(
            "a",
            vec![
                indicator("a1", f.clone()),
                indicator("a2", mixed(1.0, &f, 0.05, &noise(3, n))),
                indicator("a3", mixed(1.0, &f, 0.4, &noise(4, n))),
                indicator("against", against),
                Indicator { weight: 0.3, ..indicator("weak", uncorrelated(&noise(6, n), &f)) },
                indicator("elsewhere", mixed(1.0, &g, 0.2, &noise(7, n))),
            ],
        )
        .node(
            "b",
            vec![
                indicator("b1", mixed(1.0, &g, 0.3, &noise(8, n))),
                indicator("b2", mixed(1.0, &g, 0.3, &noise(9, n))),
            ],
        );
    let found = of(&made, |request| request).await;
    must_find(
        &found,
        &[
            ("against_dimension", "against tends to fall where a"),
            ("weak_in_dimension", "weak goes but weakly with a"),
            ("closer_to_another", "elsewhere goes with b more than with a"),
            ("opposed_pair", "against"),
            ("redundant_pair", "a1 and a2"),
            ("low_alpha", "parts of a"),
            ("several_dimensions", "The parts of a have"),
            ("against_component", "against points away"),
        ],
    );
}

async fn weights() {
    let n = 40;
    let (f, g) = (noise(1, n), noise(2, n));
    let weight = |weight, indicator: Indicator| Indicator { weight, ..indicator };
    let made = Made::default()
        .node(
            "a",
            vec![
                weight(0.1, indicator("loud", f.clone())),
                weight(0.2, indicator("a2", mixed(1.0, &f, 0.2, &noise(3, n)))),
                weight(0.2, indicator("a3", mixed(1.0, &f, 0.2, &noise(4, n)))),
                weight(0.5, indicator("meant", mixed(-0.3, &f, 0.6, &g))),
                weight(0.0, indicator("none", noise(5, n))),
            ],
        )
        .node(
            "b",
            vec![
                indicator("b1", mixed(0.5, &f, 0.1, &noise(6, n))),
                indicator("b2", mixed(0.5, &f, 0.1, &noise(7, n))),
            ],
        );
    let found = of(&made, |request| request).await;
    must_find(
        &found,
        &[
            ("weightless", "none has no weight"),
            ("dominant", "loud dominates a"),
            ("muted", "meant counts for less in a"),
            ("same_as_index", "b alone"),
        ],
    );
    // Of two that are nearly the same each has half of the importance, whatever the weights.
    let mut made = clear_of(n);
    made.nodes[0].1[0].weight = 0.05;
    made.nodes[0].1[1].weight = 0.95;
    let found = of(&made, |request| request).await;
    must_find(
        &found,
        &[("unattainable_weight", "No weights were found that give a1 the importance in a")],
    );
    // One that moves the index not at all: its weight is small, and it goes with nothing.
    let quiet = |seed| mixed(1.0, &noise(seed, n), 0.0, &f);
    let mut made = clear_of(n);
    made.nodes[0].1.push(weight(0.01, indicator("quiet", uncorrelated(&quiet(9), &f))));
    let found = of(&made, |request| request).await;
    must_find(&found, &[("silent_indicator", "quiet is silent")]);
}

/// Indicators that are one and the same but for a little.
fn clear_of(n: usize) -> Made {
    let f = noise(1, n);
    let of = |code, seed| indicator(code, mixed(1.0, &f, 0.05, &noise(seed, n)));
    Made::default()
        .node("a", vec![of("a1", 2), of("a2", 3)])
        .node("b", vec![of("b1", 4), of("b2", 5)])
}

/// What of `x` goes not with `y`.
fn uncorrelated(x: &[f64], y: &[f64]) -> Vec<f64> {
    let n = x.len() as f64;
    let (mx, my) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let xy: f64 = x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum();
    let yy: f64 = y.iter().map(|y| (y - my).powi(2)).sum();
    x.iter().zip(y).map(|(x, y)| x - xy / yy * (y - my)).collect()
}

async fn robustness() {
    let n = 24;
    let f = noise(1, n);
    let against: Vec<f64> = f.iter().zip(noise(2, n)).map(|(f, e)| -f + 0.8 * e).collect();
    let mut made = Made::default()
        .node(
            "a",
            vec![indicator("a1", f.clone()), indicator("a2", mixed(1.0, &f, 0.2, &noise(3, n)))],
        )
        .node("b", vec![indicator("b1", against)]);
    made.has_reversed_past = true;
    let found =
        of(&made, |request| Request { last_release: Some("release".into()), ..request }).await;
    must_find(
        &found,
        &[
            ("uncertain_ranks", "How these units rank depends on the choices made: u"),
            ("main_choice", "most is due to one: "),
            ("influential_part", "The ranking rests on b1"),
            ("aggregation_matters", "good scores may make up for bad ones"),
            ("rank_jump", "u07"),
            ("revised_ranks", "u"),
        ],
    );
    let geometric =
        Arguments::read("weights => 0.001, aggregations => ['geometric']").expect("arguments");
    let arithmetic = with("lower => 1, upper => 100, aggregation => arithmetic");
    let found =
        of(&made, |request| Request { uncertainty: Some(geometric), ..arithmetic(request) }).await;
    must_find(
        &found,
        &[("rank_outside_interval", "Other choices hardly ever give the present rank of u")],
    );
}

/// Two parts that go together make up for a third that is against them.
async fn compensation() {
    let n = 24;
    let f = noise(1, n);
    let against = f.iter().zip(noise(2, n)).map(|(f, e)| -f + 0.2 * e).collect();
    let made = Made::default()
        .node("a", vec![indicator("a1", f.clone())])
        .node("c", vec![indicator("c1", mixed(1.0, &f, 0.2, &noise(3, n)))])
        .node("b", vec![indicator("b1", against)]);
    must_find(
        &of(&made, |request| request).await,
        &[("compensated", "among the worst quarter: u")],
    );
}

/// What is as it should be makes no rule speak.
async fn silent() {
    let of_clean = of(&clean(), |request| request).await;
    // Scores of the same order as those of the index.
    let context = clear().session().await;
    let same = "(SELECT unit, 100 - score AS score FROM release)";
    let request = request("panel", "framework", "lower => 1, upper => 100");
    let of_clear = audited(&context, &Request { last_release: Some(same.into()), ..request }).await;
    let (in_clean, in_clear) = (fired(&of_clean), fired(&of_clear));
    for rule in TRIED {
        let is_silent = !in_clean.contains(rule) || !in_clear.contains(rule);
        assert!(is_silent, "{rule} must be silent: {:#?}", statements(&of_clean).get(rule));
    }
    // All of coherence and weights in the one, all of robustness in the other.
    let of_chapter = |audited: &Audited, chapter| -> Vec<&str> {
        let of = audited.findings.iter().filter(|(of, _)| *of == chapter);
        of.map(|(_, finding)| finding.rule).collect()
    };
    for chapter in [1, 2, 3, 4] {
        assert_eq!(of_chapter(&of_clean, chapter), Vec::<&str>::new(), "chapter {chapter}");
    }
    for chapter in [1, 2, 5, 6] {
        assert_eq!(of_chapter(&of_clear, chapter), Vec::<&str>::new(), "chapter {chapter}");
    }
}

/// The last chapter counts the findings of every rule, and says of which nothing is known.
async fn summary() {
    let of = audited(&super::on_data().await, &super::bth()).await;
    let chapter = of.document.chapters.last().expect("a chapter");
    let table = chapter.blocks.iter().find_map(|block| match block {
        goalposts::document::Block::Table(table) => Some(&table.rows),
        _ => None,
    });
    let table = table.expect("a table");
    let (names, counts) = (texts(table, "rule"), numbers(table, "findings"));
    let chapters = numbers(table, "chapter");
    let rules = CHAPTERS.iter().flat_map(|chapter| chapter.figures);
    let rules: Vec<&str> = rules.flat_map(|figure| figure.rules).map(|rule| rule.name).collect();
    assert_eq!(names, rules);
    for ((name, count), chapter) in names.iter().zip(&counts).zip(chapters) {
        let own = of
            .findings
            .iter()
            .filter(|(at, finding)| finding.rule == name && Some(*at as f64) == chapter);
        assert_eq!(count.unwrap_or(0.0), own.count() as f64, "{name}");
    }
    let unasked = names.iter().zip(&counts).filter(|(_, count)| count.is_none());
    let unasked: Vec<&str> = unasked.map(|(name, _)| name.as_str()).collect();
    assert!(unasked.contains(&"revised_ranks") && unasked.len() < 8, "{unasked:?}");
    let at = names.iter().position(|name| name == "low_alpha").expect("a rule");
    assert!(counts[at] > Some(0.0), "{counts:?}");
    let when = &texts(table, "finds something when")[at];
    assert_eq!(when, "Cronbach's alpha of the children of a node is below 0.7");
}
