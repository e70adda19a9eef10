//! What the robustness chapter varies: the choices that the arguments and the framework leave open.

use datafusion::arrow::array::Array;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use super::arguments::Arguments;
use super::facts::{Facts, is_method};
use super::request::Request;
use crate::columns::Columns;

/// By how much weights are varied: the quarter that the JRC's audits vary them by.
const WEIGHTS: &str = "0.25";

/// Of so many indicators or more one is left out.
const MANY: usize = 3;

/// What a framework states itself, so that no argument changes it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stated {
    /// Some indicators state a normalisation.
    pub normalisation: bool,
    /// Some nodes state an aggregation.
    pub aggregation: bool,
    /// Scores are rounded.
    pub decimals: bool,
    /// Nodes count against their parent.
    pub range: bool,
}

impl Stated {
    /// Reads it from the columns of a framework.
    ///
    /// # Errors
    ///
    /// A column is there twice.
    pub fn read(framework: &RecordBatch) -> Result<Self> {
        let schema = framework.schema();
        let columns = Columns::of(&schema);
        let states = |name: &str| match columns.find(name) {
            Ok(Some(at)) => framework.column(at).null_count() < framework.num_rows(),
            _ => false,
        };
        Ok(Self {
            normalisation: states("normalisation"),
            aggregation: states("aggregation"),
            decimals: states("decimals"),
            range: states("lower") || states("upper"),
        })
    }
}

/// The normalisation in which min-max scores can be averaged geometrically: the ranks by weighted means are the same.
const ABOVE_ZERO: &str = "'minmax(1, 100)'";

/// Whether the index is a weighted mean of plain min-max scores throughout, so that another range changes no rank.
fn is_plain(request: &Request, facts: &Facts) -> bool {
    let arguments = &request.arguments;
    let minmax = arguments.word("normalisation").is_none_or(|word| word == "minmax");
    let bounds = ["lower", "upper"].iter().any(|name| arguments.get(name).is_some());
    let arithmetic = arguments.word("aggregation").is_none_or(|word| word == "arithmetic");
    let stated = &facts.stated;
    let states = stated.normalisation || stated.aggregation || stated.decimals || stated.range;
    minmax && !bounds && arithmetic && !states && !is_method(arguments, "weighting")
}

/// The other of arithmetic and geometric mean.
fn other(arguments: &Arguments) -> &'static str {
    match arguments.word("aggregation").as_deref() {
        None | Some("arithmetic") => "geometric",
        _ => "arithmetic",
    }
}

/// Arguments of `compare` that set another aggregation beside that of the call, or why there are none.
///
/// # Errors
///
/// Why the index cannot be aggregated in another way.
pub fn other_aggregation(request: &Request, facts: &Facts) -> Result<Arguments, String> {
    let other = other(&request.arguments);
    let with = Arguments::default().and("aggregation_b", format!("'{other}'"));
    if facts.stated.aggregation {
        return Err("Not computed: the framework states how nodes are aggregated, which no argument changes.".into());
    }
    match facts.lowest {
        _ if other == "arithmetic" => Ok(with),
        Some(lowest) if lowest > 0.0 => Ok(with),
        Some(_) if is_plain(request, facts) => Ok(with.and("normalisation", ABOVE_ZERO)),
        Some(lowest) => Err(format!(
            "Not computed: the geometric mean takes scores above 0, the lowest is {} (a normalisation to a range \
             above 0, such as minmax(1, 100), allows it).",
            (lowest * 1e6).round() / 1e6
        )),
        None => Err("Not computed: there are no scores.".into()),
    }
}

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
    if is_plain(request, facts) && facts.other_aggregation.is_some() {
        varied = varied.and("normalisation", ABOVE_ZERO);
        varied = varied.and("normalisations", list(&["minmax(1, 100)".into(), "rank".into()]));
    }
    for (step, steps) in [("treatment", "treatments"), ("imputation", "imputations")] {
        if is_method(arguments, step) {
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
