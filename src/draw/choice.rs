//! Which kind of picture, which column in which role, and how its settings are.

use datafusion::common::{Result, plan_err};

use super::kind::{Kind, Role, Takes};
use super::kinds::KINDS;
use super::request::Request;
use super::rows::Rows;
use super::setting::{self, Value};
use crate::columns::Columns;
use crate::hint::did_you_mean;

/// A kind, the columns of each of its roles, and its settings.
#[derive(Debug)]
pub struct Choice {
    /// The kind.
    pub kind: &'static Kind,
    /// Columns by role.
    pub columns: Vec<Vec<usize>>,
    /// Settings in their order.
    pub settings: Vec<Value>,
}

/// The kind that is asked for or that the columns speak of, and its columns.
pub fn choose(rows: &Rows, request: &Request) -> Result<Choice> {
    if rows.is_empty() {
        return plan_err!("plot: there must be rows to draw, found none");
    }
    if let Some(kind) = request.kind {
        let columns = assigned(kind, rows, request, true)?;
        return match missing(kind, &columns) {
            Some(role) => plan_err!(
                "plot: {} needs {} for {} ({}), found no column for it ({} = COLUMN; columns: {})",
                kind.name,
                role.takes.what(),
                role.name,
                role.meaning,
                role.name,
                rows.names().join(", ")
            ),
            None => Ok(Choice { kind, columns, settings: settings(kind, request)? }),
        };
    }
    // First by the names of columns, then by what they hold.
    for by_type in [false, true] {
        for &kind in KINDS {
            let is_known = |(name, _): &(String, String)| {
                kind.role(name).is_some() || kind.setting(name).is_some()
            };
            if !request.columns.iter().all(is_known) {
                continue;
            }
            let columns = assigned(kind, rows, request, by_type)?;
            if missing(kind, &columns).is_none() {
                return Ok(Choice { kind, columns, settings: settings(kind, request)? });
            }
        }
    }
    let kinds: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
    plan_err!(
        "plot: the columns must fit a kind of picture, found {} (name one of {} and its columns)",
        rows.names().join(", "),
        kinds.join(", ")
    )
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
        if let Some(role) = kind.role(name) {
            of_roles[role].push(found(rows, column)?);
        }
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
