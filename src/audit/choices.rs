//! What the robustness chapter varies: the choices that the arguments and the framework leave open.

use super::aggregations::{ABOVE_ZERO, is_plain, other};
use super::arguments::Arguments;
use super::facts::Facts;
use super::request::Request;

/// By how much weights are varied: a quarter, by convention.
const WEIGHTS: &str = "0.25";

/// Of so many indicators or more one is left out.
const MANY: usize = 3;

/// Arguments of `uncertainty` and `sensitivity`: what is varied.
#[must_use]
pub fn uncertain(request: &Request, facts: &Facts) -> Arguments {
    if let Some(uncertainty) = &request.uncertainty {
        return uncertainty.clone();
    }
    let arguments = &request.arguments;
    let mut varied = Arguments::default();
    if facts.most_children() > 1 {
        varied = varied.and("weights", WEIGHTS);
    }
    let own =
        |name: &str, default: &str| arguments.word(name).unwrap_or_else(|| default.to_owned());
    if facts.other_aggregation.is_some() {
        let own = own("aggregation", "arithmetic");
        varied = varied.and("aggregations", list(&[own, other(arguments).to_owned()]));
    }
    if is_plain(request, &facts.stated) && facts.other_aggregation.is_some() {
        varied = varied.and("normalisation", ABOVE_ZERO);
        varied = varied.and("normalisations", list(&["minmax(1, 100)".into(), "rank".into()]));
    }
    for (step, steps) in [("treatment", "treatments"), ("imputation", "imputations")] {
        if arguments.is_method(step) {
            varied = varied.and(steps, list(&[own(step, "none"), "none".into()]));
        }
    }
    if facts.indicators().count() >= MANY {
        varied = varied.and("leave_out", "true");
    }
    varied
}

fn list(methods: &[String]) -> String {
    let methods: Vec<String> = methods.iter().map(|method| format!("'{method}'")).collect();
    format!("[{}]", methods.join(", "))
}

/// What is varied, in words.
#[must_use]
pub fn said(varied: &Arguments) -> String {
    let mut parts = Vec::new();
    if let Some(spread) = varied.get("weights") {
        parts.push(match spread.parse::<f64>() {
            Ok(spread) => format!("each weight by up to {} % within its node", 100.0 * spread),
            Err(_) => format!("weights ({spread})"),
        });
    }
    let lists = [
        ("normalisations", "the normalisation"),
        ("aggregations", "the aggregation"),
        ("treatments", "the treatment of outliers"),
        ("imputations", "the imputation"),
    ];
    for (name, what) in lists {
        if let Some(methods) = varied.get(name) {
            let methods = methods.trim_matches(['[', ']']).replace('\'', "");
            parts.push(format!("{what} ({methods})"));
        }
    }
    if varied.word("leave_out").as_deref() == Some("true") {
        parts.push("which indicator is left out (one of them, or none)".to_owned());
    }
    match parts.is_empty() {
        true => "what --uncertainty says".to_owned(),
        false => parts.join(", "),
    }
}
