//! Arithmetic and geometric mean: whether an index can be aggregated by the other of the two.

use datafusion::arrow::array::Array;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use super::arguments::Arguments;
use super::request::Request;
use crate::columns::Columns;

/// What a framework states itself, so that no argument changes it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stated {
    /// Some indicators state a normalisation.
    pub normalisation: bool,
    /// Some nodes state an aggregation.
    pub aggregation: bool,
    /// Scores are rounded.
    pub decimals: bool,
    /// Nodes have bounds of their own.
    pub range: bool,
    /// Nodes count against their parent: their scores enter it turned.
    pub turned: bool,
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
            turned: false,
        })
    }
}

/// The normalisation in which min-max scores can be averaged geometrically: the ranks by weighted means are the same.
pub const ABOVE_ZERO: &str = "'minmax(1, 100)'";

/// Whether the index is a weighted mean of plain min-max scores throughout, so that another range changes no rank.
#[must_use]
pub fn is_plain(request: &Request, stated: &Stated) -> bool {
    let arguments = &request.arguments;
    let minmax = arguments.word("normalisation").is_none_or(|word| word == "minmax");
    let bounds = ["lower", "upper"].iter().any(|name| arguments.get(name).is_some());
    let arithmetic = arguments.word("aggregation").is_none_or(|word| word == "arithmetic");
    let states = stated.normalisation || stated.aggregation || stated.decimals || stated.range;
    let states = states || stated.turned;
    minmax && !bounds && arithmetic && !states && !arguments.is_method("weighting")
}

/// The other of arithmetic and geometric mean.
#[must_use]
pub fn other(arguments: &Arguments) -> &'static str {
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
pub fn other_aggregation(
    request: &Request,
    stated: &Stated,
    lowest: Option<f64>,
) -> Result<Arguments, String> {
    let other = other(&request.arguments);
    let with = Arguments::default().and("aggregation_b", format!("'{other}'"));
    let reason = match lowest {
        _ if stated.aggregation => {
            "the framework states how nodes are aggregated, which no argument changes".to_owned()
        }
        _ if other == "arithmetic" => return Ok(with),
        _ if stated.turned => {
            "nodes of direction -1 enter with their scores turned, and the geometric mean takes \
             scores above 0"
                .to_owned()
        }
        Some(lowest) if lowest > 0.0 => return Ok(with),
        Some(_) if is_plain(request, stated) => return Ok(with.and("normalisation", ABOVE_ZERO)),
        Some(lowest) => format!(
            "the geometric mean takes scores above 0, the lowest is {} (a normalisation to a range \
             above 0, such as minmax(1, 100), allows it)",
            (lowest * 1e6).round() / 1e6
        ),
        None => "there are no scores".to_owned(),
    };
    let said = format!("Not computed: {reason}.");
    Err(said)
}
