//! The periods of a panel in the order of time, which of them is ranked, and how SQL has it.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, exec_err, plan_err};

use crate::engine::period_order::in_time;
use crate::hint::did_you_mean;
use crate::statement::quoted;

/// A period: as it is written, and as SQL has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// As it is written.
    pub text: String,
    /// The condition of its rows.
    pub condition: String,
}

/// The periods of a panel, and which of them is ranked.
#[derive(Debug)]
pub struct Periods {
    /// In time, as they are written.
    pub texts: Vec<String>,
    /// The one that is ranked.
    pub ranked: Option<Period>,
    /// The last before it that has scores.
    pub previous: Option<Period>,
    /// Units with a row in the one that is ranked.
    pub units: usize,
    /// Units with a score in it.
    pub scored: usize,
    /// Units and periods with a score.
    pub scored_rows: usize,
}

impl Periods {
    /// Reads them from a row for each, with the number of units and of scores.
    ///
    /// # Errors
    ///
    /// A period that is asked for and is not there.
    pub fn read(rows: &RecordBatch, wanted: Option<&str>) -> Result<Self> {
        let column = |name: &str| -> Result<ArrayRef> {
            match rows.column_by_name(name) {
                Some(column) => Ok(ArrayRef::clone(column)),
                None => exec_err!("periods must have {name}, found none"),
            }
        };
        let periods = column("period")?;
        let count = |name: &str| -> Result<Vec<usize>> {
            let counts = cast(&column(name)?, &DataType::Int64)?;
            Ok(counts.as_primitive::<Int64Type>().values().iter().map(|&n| n as usize).collect())
        };
        let (units, scored) = (count("units")?, count("scored")?);
        let scored_rows = scored.iter().sum();
        let none =
            (periods.len() == 1 && periods.is_null(0)) || periods.data_type() == &DataType::Null;
        if none {
            if let Some(wanted) = wanted {
                return plan_err!("--period: the panel has no periods, got {wanted}");
            }
            let first = |counts: &[usize]| counts.first().copied().unwrap_or(0);
            return Ok(Self {
                texts: Vec::new(),
                ranked: None,
                previous: None,
                units: first(&units),
                scored: first(&scored),
                scored_rows,
            });
        }
        let order: Vec<usize> =
            in_time("audit", &periods)?.into_iter().map(|at| at as usize).collect();
        let text = |at: usize| array_value_to_string(&periods, at);
        let texts = order.iter().map(|&at| text(at)).collect::<std::result::Result<Vec<_>, _>>()?;
        let last = order.iter().rposition(|&at| scored[at] > 0).unwrap_or(order.len() - 1);
        let ranked = match wanted {
            None => last,
            Some(wanted) => match texts.iter().position(|text| text == wanted.trim_matches('\'')) {
                Some(place) => place,
                None => {
                    let near = did_you_mean(wanted, texts.iter().map(String::as_str));
                    return plan_err!(
                        "--period: must be a period of the panel ({} to {}), got {wanted}{near}",
                        texts[0],
                        texts[texts.len() - 1]
                    );
                }
            },
        };
        let previous = order[..ranked].iter().rposition(|&at| scored[at] > 0);
        let period = |place: usize| period(&periods, order[place]);
        Ok(Self {
            ranked: Some(period(ranked)?),
            previous: previous.map(period).transpose()?,
            units: units[order[ranked]],
            scored: scored[order[ranked]],
            texts,
            scored_rows,
        })
    }
}

/// A period as it is written and as SQL has it.
fn period(periods: &ArrayRef, at: usize) -> Result<Period> {
    let text = array_value_to_string(periods, at)?;
    let literal = match periods.data_type() {
        kind if kind.is_numeric() => text.clone(),
        DataType::Date32 | DataType::Date64 => format!("DATE {}", quoted(&text)),
        kind if kind.is_temporal() => format!("TIMESTAMP {}", quoted(&text)),
        _ => quoted(&text),
    };
    Ok(Period { text, condition: format!("period = {literal}") })
}
