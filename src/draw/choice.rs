//! Which kind of picture, which column in which role, and how its settings are.

use std::ptr;

use datafusion::common::{Result, plan_err};

use super::kind::{Kind, Role, Takes};
use super::kinds::KINDS;
use super::known::{is_known, known};
use super::request::Request;
use super::rows::Rows;
use super::setting::{self, Value};
use crate::columns::Columns;
use crate::hint::did_you_mean;
use crate::types::sql_name;

/// A kind, the columns of each of its roles, and its settings.
#[derive(Debug)]
pub struct Choice {
    /// The kind.
    pub kind: &'static Kind,
    /// Columns by role.
    pub columns: Vec<Vec<usize>>,
    /// Settings in their order.
    pub settings: Vec<Value>,
    /// The rows that are drawn, where they are not all.
    pub rows: Option<Rows>,
    /// What these rows are.
    pub note: Option<String>,
}

/// Whether a result of such columns can be drawn as it is asked for, whatever is in its rows.
///
/// # Errors
///
/// A column that there is not or that cannot have its role; a role without one.
pub fn fit(columns: &Rows, request: &Request) -> Result<()> {
    let is_role = |(name, _): &(String, String)| KINDS.iter().any(|kind| kind.role(name).is_some());
    // What is drawn of results of our table functions depends on their rows.
    if is_known(columns) && !request.columns.iter().any(is_role) {
        return Ok(());
    }
    choices(columns, request).map(|_| ())
}

/// The kind that is asked for, or those that the columns speak of, the likeliest first; one at least.
pub fn choices(rows: &Rows, request: &Request) -> Result<Vec<Choice>> {
    let mut choices: Vec<Choice> = of_known(rows, request)?.into_iter().collect();
    if let Some(kind) = request.kind {
        if choices.is_empty() {
            choices.push(asked(kind, rows, request)?);
        }
        return Ok(choices);
    }
    // First by the names of columns, then by what they hold.
    for by_type in [false, true] {
        let mut weak = Vec::new();
        let says = |kind: &&&Kind| has_all(kind, request) && (!by_type || is_plain(kind));
        for &kind in KINDS.iter().filter(says) {
            let columns = assigned(kind, rows, request, by_type)?;
            if missing(kind, &columns).is_none() {
                let list = if is_weak(kind, rows, &columns) { &mut weak } else { &mut choices };
                let settings = settings(kind, request)?;
                list.push(Choice { kind, columns, settings, rows: None, note: None });
            }
        }
        choices.append(&mut weak);
        if !choices.is_empty() {
            return Ok(choices);
        }
    }
    let kinds: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
    plan_err!(
        "plot: the columns must fit a kind of picture, found {} (name one of {} and its columns)",
        rows.names().join(", "),
        kinds.join(", ")
    )
}

/// The kind that is asked for.
fn asked(kind: &'static Kind, rows: &Rows, request: &Request) -> Result<Choice> {
    let columns = assigned(kind, rows, request, true)?;
    match missing(kind, &columns) {
        Some(role) => plan_err!(
            "plot: {} needs {} for {} ({}), found no column for it ({} = COLUMN; columns: {})",
            kind.name,
            role.takes.what(),
            role.name,
            role.meaning,
            role.name,
            rows.names().join(", ")
        ),
        None => {
            let settings = settings(kind, request)?;
            Ok(Choice { kind, columns, settings, rows: None, note: None })
        }
    }
}

/// What is drawn of a result of one of our table functions, unless columns or another kind are asked for.
fn of_known(rows: &Rows, request: &Request) -> Result<Option<Choice>> {
    let Some(known) = known(rows)? else { return Ok(None) };
    let kind = known.kind;
    let is_like = request.kind.is_none_or(|asked| ptr::eq(asked, kind));
    if !is_like || !request.columns.iter().all(|(name, _)| kind.setting(name).is_some()) {
        return Ok(None);
    }
    let columns = known.columns.into_iter().chain(request.columns.iter().cloned()).collect();
    let request = Request { columns, ..request.clone() };
    let columns = assigned(kind, &known.rows, &request, false)?;
    let settings = settings(kind, &request)?;
    let (rows, note) = (Some(known.rows), known.note);
    let is_whole = missing(kind, &columns).is_none();
    Ok(is_whole.then_some(Choice { kind, columns, settings, rows, note }))
}

/// Whether a kind has every role that is asked for, and can be set so.
fn has_all(kind: &Kind, request: &Request) -> bool {
    let can_be = |name: &str, value: &str| {
        let setting = kind.setting(name).and_then(|at| kind.settings.get(at));
        setting.is_some_and(|setting| setting.read(value).is_ok())
    };
    let has = |(name, value): &(String, String)| kind.role(name).is_some() || can_be(name, value);
    request.columns.iter().all(has)
}

/// Whether a kind may be chosen of columns that say nothing by their names.
fn is_plain(kind: &Kind) -> bool {
    ["lines", "bars", "scatter"].contains(&kind.name)
}

/// Whether another kind says more: over one period there is no line, and numbers of several columns need not be
/// parts of anything.
fn is_weak(kind: &Kind, rows: &Rows, columns: &[Vec<usize>]) -> bool {
    if kind.name == "bars" {
        return columns[1].len() > 1;
    }
    let first = kind.roles.iter().zip(columns).find(|(role, _)| role.takes == Takes::Period);
    let Some(&column) = first.and_then(|(_, columns)| columns.first()) else { return false };
    let texts = rows.texts(column).unwrap_or_default();
    let mut texts = texts.iter().flatten();
    let first = texts.next();
    texts.all(|text| Some(text) == first)
}

/// What was chosen, else the defaults.
fn settings(kind: &'static Kind, request: &Request) -> Result<Vec<Value>> {
    let chosen = |setting: &'static setting::Setting| {
        let mut said =
            request.columns.iter().filter(|(name, _)| setting.name.eq_ignore_ascii_case(name));
        let (first, second) = (said.next(), said.next());
        match (first, second) {
            (Some((_, first)), Some((_, second))) => {
                plan_err!("plot: {} must be given once, got {first} and {second}", setting.name)
            }
            (Some((_, text)), None) => setting.read(text),
            (None, _) => setting.read(setting.default),
        }
    };
    kind.settings.iter().map(chosen).collect()
}

fn missing<'a>(kind: &'a Kind, columns: &[Vec<usize>]) -> Option<&'a Role> {
    let mut roles = kind.roles.iter().zip(columns);
    roles.find(|(role, columns)| role.is_required && columns.is_empty()).map(|(role, _)| role)
}

/// The columns of each role: those asked for, then by the names that roles are known as, then by what is left.
fn assigned(
    kind: &'static Kind,
    rows: &Rows,
    request: &Request,
    by_type: bool,
) -> Result<Vec<Vec<usize>>> {
    let mut of_roles: Vec<Vec<usize>> = vec![Vec::new(); kind.roles.len()];
    for (name, column) in &request.columns {
        let Some(role) = kind.role(name) else { continue };
        let (column, of_role) = (found(rows, column)?, &kind.roles[role]);
        if !fits(rows, of_role.takes, column) {
            return plan_err!(
                "plot: {name} must be {}, found {} in {}",
                of_role.takes.what(),
                sql_name(rows.column(column).data_type()),
                rows.name(column)
            );
        }
        if let Some(&first) = of_roles[role].first().filter(|_| !of_role.is_many) {
            let (first, second) = (rows.name(first), rows.name(column));
            return plan_err!("plot: {name} must be one column, got {first} and {second}");
        }
        of_roles[role].push(column);
    }
    let names = rows.names();
    for (at, role) in kind.roles.iter().enumerate().filter(|(_, role)| !role.known_as.is_empty()) {
        if of_roles[at].is_empty() {
            let is_free = |column: &usize| !of_roles.iter().flatten().any(|used| used == column);
            let named = role
                .known_as
                .iter()
                .filter_map(|known| names.iter().position(|name| name.eq_ignore_ascii_case(known)));
            let fitting = named.filter(is_free).find(|&column| fits(rows, role.takes, column));
            of_roles[at].extend(fitting);
        }
    }
    if by_type {
        for (at, role) in kind.roles.iter().enumerate().filter(|(_, role)| role.is_required) {
            if of_roles[at].is_empty() {
                let is_free =
                    |column: &usize| !of_roles.iter().flatten().any(|used| used == column);
                let fitting = (0..names.len()).filter(is_free);
                let mut fitting = fitting.filter(|&column| suits(rows, role.takes, column));
                let first: Vec<usize> = match role.is_many {
                    true => fitting.collect(),
                    false => fitting.next().into_iter().collect(),
                };
                of_roles[at] = first;
            }
        }
    }
    Ok(of_roles)
}

/// Whether a column can have a role.
fn fits(rows: &Rows, takes: Takes, column: usize) -> bool {
    takes != Takes::Number || rows.is_number(column)
}

/// Whether a column looks like one of a role.
fn suits(rows: &Rows, takes: Takes, column: usize) -> bool {
    match takes {
        Takes::Number => rows.is_number(column),
        Takes::Label => !rows.is_number(column) && !rows.is_time(column),
        Takes::Period => rows.is_time(column),
    }
}

fn found(rows: &Rows, name: &str) -> Result<usize> {
    let names = rows.names();
    let columns = Columns::new(names.iter().copied());
    match columns.find_chosen(name) {
        Ok(Some(column)) => Ok(column),
        Ok(None) => {
            let meant = did_you_mean(name, names.iter().copied());
            plan_err!("plot: column {name} not found{meant} (columns: {})", names.join(", "))
        }
        Err(fault) => plan_err!("plot: {fault}"),
    }
}
