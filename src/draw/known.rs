//! Results of our own table functions, known by the names of their columns: which of their rows are drawn, and how.

use std::collections::BTreeSet;

use datafusion::common::Result;

use super::kind::Kind;
use super::kinds::named;
use super::periods::Periods;
use super::rows::Rows;

/// Rows of a result that are drawn, and how.
#[derive(Debug)]
pub struct Known {
    /// The rows.
    pub rows: Rows,
    /// The kind.
    pub kind: &'static Kind,
    /// Columns by the names of roles, where they are not those that these are known as.
    pub columns: Vec<(String, String)>,
    /// What the rows are, if they are not all.
    pub note: Option<String>,
}

/// A kind with the columns of its roles.
type Drawn = (&'static str, &'static [(&'static str, &'static str)]);

/// The rows that are drawn, and how; none where nothing is known of them.
type Shaped = Result<Option<(Rows, Drawn)>>;

/// A table function: the columns by which its result is known, and what is drawn of it.
struct Function {
    columns: &'static [&'static str],
    shape: fn(&Rows) -> Shaped,
}

/// Series in a picture of lines that nobody asked for.
const FEW: usize = 12;

static FUNCTIONS: &[Function] = &[
    // uncertainty
    Function {
        columns: &["unit", "mean_rank", "p05_rank", "p95_rank", "top_share"],
        shape: |rows| Ok(Some((last_period(rows)?, ("dots", &[])))),
    },
    // sensitivity
    Function {
        columns: &["factor", "first_order", "total", "total_lower", "total_upper"],
        shape: |rows| {
            let roles = &[
                ("label", "factor"),
                ("value", "total"),
                ("low", "total_lower"),
                ("high", "total_upper"),
                ("nominal", "first_order"),
            ];
            Ok(Some((last_period(rows)?, ("dots", roles))))
        },
    },
    // contributions
    Function {
        columns: &["unit", "code", "parent", "change", "contribution"],
        shape: contributions,
    },
    // availability
    Function {
        columns: &["unit", "code", "parent", "observed", "expected", "availability"],
        shape: |rows| {
            let over = &[("x", "period"), ("y", "availability"), ("series", "unit")];
            of_top(rows, ("lines", over), ("bars", &[("label", "unit"), ("value", "availability")]))
        },
    },
    // compare
    Function {
        columns: &["unit", "code", "parent", "score_a", "score_b", "rank_shift"],
        shape: |rows| {
            let roles = &[("x", "score_a"), ("y", "score_b"), ("label", "unit")];
            Ok(Some((last_period(&top(rows)?)?, ("scatter", roles))))
        },
    },
    // leave_one_out
    Function {
        columns: &["unit", "removed", "nominal_rank", "rank_shift"],
        shape: |rows| {
            let roles = &[("x", "removed"), ("y", "unit"), ("value", "rank_shift")];
            Ok(Some((last_period(rows)?, ("heatmap", roles))))
        },
    },
    // unit_profile
    Function {
        columns: &["unit", "code", "score", "group_mean", "best", "gap_to_best"],
        shape: |rows| {
            let rows = last_period(rows)?;
            let is_one = distinct(&rows, "unit")?.len() == 1;
            Ok(is_one.then_some((rows, ("profile", &[("axis", "code")]))))
        },
    },
    // weights
    Function {
        columns: &["code", "parent", "weight", "effective_weight", "correlation_share"],
        shape: |rows| Ok(Some((last_period(rows)?, ("framework", &[])))),
    },
    // correlations
    Function {
        columns: &["code_a", "code_b", "level_a", "level_b", "correlation"],
        shape: |rows| Ok(Some((rows.clone(), ("heatmap", &[])))),
    },
    // composite_index
    Function {
        columns: &["unit", "code", "parent", "score", "coverage", "rank"],
        shape: |rows| {
            let over = &[("x", "period"), ("y", "score"), ("series", "unit")];
            let ranked = &[("label", "unit"), ("value", "score"), ("rank", "rank")];
            match distinct(rows, "unit")?.len() {
                1 => of_one(rows),
                _ => of_top(rows, ("lines", over), ("bars", ranked)),
            }
        },
    },
];

/// Whether a result has the columns of one of our table functions.
pub fn is_known(rows: &Rows) -> bool {
    let has = |column: &&str| rows.find(column).is_some();
    FUNCTIONS.iter().any(|function| function.columns.iter().all(has))
}

/// What is drawn of a result of one of our table functions; nothing of another.
///
/// # Errors
/// Periods that have no order.
pub fn known(rows: &Rows) -> Result<Option<Known>> {
    for function in FUNCTIONS {
        if !function.columns.iter().all(|column| rows.find(column).is_some()) {
            continue;
        }
        let Some((shown, (kind, roles))) = (function.shape)(rows)? else { continue };
        let Some(kind) = named(kind).filter(|_| !shown.is_empty()) else { continue };
        let text = |text: &str| text.to_owned();
        let columns = roles.iter().map(|(role, column)| (text(role), text(column))).collect();
        let note = match shown.len() == rows.len() {
            true => None,
            false => said(rows, &shown)?,
        };
        return Ok(Some(Known { rows: shown, kind, columns, note }));
    }
    Ok(None)
}

/// Which rows are drawn: the one period or node that they are of, where there are others.
fn said(all: &Rows, shown: &Rows) -> Result<Option<String>> {
    let mut parts = Vec::new();
    for column in ["code", "unit", "period"] {
        let (before, after) = (distinct(all, column)?, distinct(shown, column)?);
        if before.len() > 1 && after.len() == 1 {
            parts.extend(after);
        }
    }
    Ok((!parts.is_empty()).then(|| format!("Drawn: {}.", parts.join(", "))))
}

/// The contributions to the change of the top: of one unit as a waterfall, of several as bars.
fn contributions(rows: &Rows) -> Shaped {
    let rows = last_period(rows)?;
    let tops = top(&rows)?;
    let Some(code) = distinct(&tops, "code")?.into_iter().next() else { return Ok(None) };
    let parents = rows.named_texts("parent")?;
    let below = rows.keep(|row| parents[row].as_deref() == Some(code.as_str()))?;
    let (score, change) = (tops.named_numbers("score")?, tops.named_numbers("change")?);
    let [Some(after)] = score.as_slice() else {
        let roles = &[("label", "unit"), ("part", "code"), ("value", "contribution")];
        return Ok(Some((below, ("bars", roles))));
    };
    let Some(Some(change)) = change.first() else { return Ok(None) };
    let below = below.with("before", after - change)?.with("after", *after)?;
    let roles =
        &[("label", "code"), ("value", "contribution"), ("from", "before"), ("to", "after")];
    Ok(Some((below, ("waterfall", roles))))
}

/// The index of one unit: its top and the nodes right below, over the periods or in the one that there is.
fn of_one(rows: &Rows) -> Shaped {
    let tops = distinct(&top(rows)?, "code")?;
    let parents = rows.named_texts("parent")?;
    let is_near = |row: usize| parents[row].as_ref().is_none_or(|parent| tops.contains(parent));
    let near = rows.keep(is_near)?;
    Ok(Some(match distinct(&near, "period")?.len() {
        0 | 1 => (near, ("bars", &[("label", "code"), ("value", "score")])),
        _ => (near, ("lines", &[("x", "period"), ("y", "score"), ("series", "code")])),
    }))
}

/// The top of the framework: over the periods, or of the last of them where there are too many units.
fn of_top(rows: &Rows, over: Drawn, last: Drawn) -> Shaped {
    let tops = top(rows)?;
    let is_over = distinct(&tops, "period")?.len() > 1 && distinct(&tops, "unit")?.len() <= FEW;
    Ok(Some(if is_over { (tops, over) } else { (last_period(&tops)?, last) }))
}

/// The rows of the top of the framework.
fn top(rows: &Rows) -> Result<Rows> {
    let parents = rows.named_texts("parent")?;
    rows.keep(|row| parents[row].is_none())
}

/// The rows of the last period, all where there is none.
fn last_period(rows: &Rows) -> Result<Rows> {
    let Some(column) = rows.find("period") else { return Ok(rows.clone()) };
    let periods = Periods::new(rows, column)?;
    match periods.distinct().last() {
        Some(&(last, _)) => rows.keep(|row| periods.places[row] == Some(last)),
        None => Ok(rows.clone()),
    }
}

/// The texts of a column, each once.
fn distinct(rows: &Rows, column: &str) -> Result<Vec<String>> {
    match rows.find(column) {
        Some(column) => {
            let texts: BTreeSet<String> = rows.texts(column)?.into_iter().flatten().collect();
            Ok(texts.into_iter().collect())
        }
        None => Ok(Vec::new()),
    }
}
