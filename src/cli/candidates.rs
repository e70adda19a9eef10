//! What could stand in the place of a name that was not found.

use std::collections::BTreeSet;

use datafusion::common::{Column, DataFusionError, SchemaError};
use datafusion::execution::SessionState;
use datafusion::prelude::SessionContext;

use super::picture::Note;
use super::script::Statement;
use crate::catalog;
use crate::error::one_line;
use crate::functions::{self, Form};
use crate::hint::likeness;

/// Names that are listed, and how many letters they may have.
const MOST: usize = 12;
const LETTERS: usize = 100;
/// Where the tables of what there is are, that nobody means.
const DESCRIPTIONS: &str = "information_schema.";

/// A message about a column without the list of columns that it ends in, and that list, which stands
/// below it.
pub fn without_columns(message: &str) -> (&str, Option<&str>) {
    let is_of_a_column =
        ["column ", "PIVOT: column ", "UNPIVOT: column "].iter().any(|of| message.starts_with(of));
    match message.split_once(" (the columns are ") {
        Some((told, columns)) if is_of_a_column => (told, columns.strip_suffix(')')),
        _ => (message, None),
    }
}

/// The notes on an error of planning, whose message listed these columns.
pub fn notes(
    context: &SessionContext,
    statement: &Statement,
    error: &DataFusionError,
    message: &str,
    listed: Option<&str>,
) -> Vec<Note> {
    let found = columns(statement, error)
        .or_else(|| Some(("columns", listed?.to_owned())))
        .or_else(|| tables(context, statement, message))
        .or_else(|| functions_alike(&context.state(), message))
        .or_else(|| arguments(message))
        .or_else(|| syntax(&context.state(), statement, message));
    found.into_iter().collect()
}

fn columns(statement: &Statement, error: &DataFusionError) -> Option<Note> {
    let DataFusionError::SchemaError(of_schema, _) = error.find_root() else { return None };
    let names = match of_schema.as_ref() {
        SchemaError::FieldNotFound { field, valid_fields } => {
            // Each side must have it, and those of one are at hand.
            let has_tables = statement.joins_using(&field.name);
            scope(field, valid_fields, has_tables)
        }
        SchemaError::AmbiguousReference { .. } => {
            let notes = error.diagnostic()?.notes.iter();
            notes
                .filter_map(|note| Some(note.message.strip_prefix("possible column ")?.to_owned()))
                .collect()
        }
        _ => return None,
    };
    let word = match of_schema.as_ref() {
        SchemaError::FieldNotFound { field, .. } => field.name.clone(),
        _ => String::new(),
    };
    Some(("columns", listed(&word, names)?))
}

/// The columns that could be meant by one that is not there: of its table, if there is one; with
/// their tables where these differ, or where it `has_tables`.
fn scope(field: &Column, valid: &[Column], has_tables: bool) -> Vec<String> {
    let is_of_it = |column: &&Column| {
        field.relation.as_ref().is_some_and(|relation| column.relation.as_ref() == Some(relation))
    };
    let of_it: Vec<&Column> = valid.iter().filter(is_of_it).collect();
    // What is computed, `count(*)`, is no name.
    let is_named = |column: &&Column| !column.name.contains('(');
    let columns = if of_it.is_empty() { valid.iter().filter(is_named).collect() } else { of_it };
    let first = columns.first().and_then(|column| column.relation.as_ref());
    let is_one = columns.iter().all(|column| column.relation.as_ref() == first)
        && (field.relation.is_none() || field.relation.as_ref() == first);
    let name = |column: &&Column| match is_one && !has_tables {
        true => Column::new_unqualified(column.name.as_str()).quoted_flat_name(),
        false => column.quoted_flat_name(),
    };
    columns.iter().map(name).collect()
}

fn tables(context: &SessionContext, statement: &Statement, message: &str) -> Option<Note> {
    let name = between(message, "table '", "' not found")?;
    let mut names: Vec<String> = statement.named_queries().map(str::to_owned).collect();
    let known = catalog::table_names(context).into_iter();
    let is_told =
        |known: &String| name.starts_with(DESCRIPTIONS) || !known.starts_with(DESCRIPTIONS);
    names.extend(known.filter(is_told));
    Some(("tables", listed(name, names)?))
}

/// The functions that are spelt like one that is not there, unless it is the one asked for.
fn functions_alike(state: &SessionState, message: &str) -> Option<Note> {
    let of_tables = between(message, "table function '", "' not found");
    let name = of_tables.or_else(|| between(message, "function '", "' not found"))?;
    let known: BTreeSet<&str> = match of_tables {
        Some(_) => {
            let ours = functions::forms().iter().filter(|(_, form)| *form == Form::Table);
            let ours = ours.map(|(page, _)| page.name);
            state.table_functions().keys().map(String::as_str).chain(ours).collect()
        }
        None => state
            .scalar_functions()
            .keys()
            .chain(state.aggregate_functions().keys())
            .chain(state.window_functions().keys())
            .map(String::as_str)
            .collect(),
    };
    // `norm_minmax` for `minmax`.
    let is_part = |known: &str| {
        let is_long = name.len() > 3;
        is_long && known.split_once('_').is_some_and(|(_, method)| likeness(name, method).is_some())
    };
    let alike = known.into_iter().filter(|known| likeness(name, known).is_some() || is_part(known));
    let names: Vec<String> = alike.map(str::to_owned).collect();
    if let [one] = names.as_slice()
        && message.ends_with(&format!("did you mean '{one}'?"))
    {
        return None;
    }
    Some(("functions", listed(name, names)?))
}

/// The arguments of a function of ours that was given another.
fn arguments(message: &str) -> Option<Note> {
    if message.contains("(the arguments are ") {
        return None;
    }
    let (function, rest) = message.split_once(": ")?;
    let name = between(rest, "argument '", "' not found")?;
    let page = functions::page(function)?;
    let known = [false, true].into_iter().flat_map(|over| functions::parameters(page, over));
    Some(("arguments", listed(name, known.map(|known| known.name.to_owned()).collect())?))
}

/// How a function is called, where its arguments are too many, too few, or of other types.
fn syntax(state: &SessionState, statement: &Statement, message: &str) -> Option<Note> {
    let (function, rest) = message.split_once(": ")?;
    let is_of_arguments = rest.contains("must be given, found none")
        || (rest.starts_with("must have ") && rest.contains(" argument"))
        || rest.starts_with("the argument")
        || rest.starts_with("an argument ")
        || rest.starts_with("arguments ");
    if !is_of_arguments {
        return None;
    }
    if let Some(page) = functions::page(function) {
        let over = statement.is_over(function);
        let mut forms = page.syntax.iter();
        let form = forms.find(|form| form.contains(" OVER ") == over).or(page.syntax.first())?;
        return Some(("syntax", form.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    let documentation = if let Some(scalar) = state.scalar_functions().get(function) {
        scalar.documentation()
    } else if let Some(aggregate) = state.aggregate_functions().get(function) {
        aggregate.documentation()
    } else {
        state.window_functions().get(function)?.documentation()
    };
    Some(("syntax", one_line(&documentation?.syntax_example)))
}

fn between<'m>(message: &'m str, before: &str, after: &str) -> Option<&'m str> {
    let (name, _) = message.strip_prefix(before)?.split_once(after)?;
    Some(name)
}

/// Names in a list, all in their order; of many those that are spelt most alike, and how many more
/// there are.
fn listed(word: &str, names: Vec<String>) -> Option<String> {
    let mut known = BTreeSet::new();
    let mut names: Vec<String> = names;
    names.retain(|name| known.insert(name.clone()));
    let all = names.len();
    if shown(&names) < all {
        let word = word.to_lowercase();
        let alike = |name: &String| {
            let name = name.to_lowercase();
            let last = name.rsplit('.').next().unwrap_or(&name);
            strsim::jaro_winkler(&word, &name).max(strsim::jaro_winkler(&word, last))
        };
        names.sort_by(|a, b| alike(b).total_cmp(&alike(a)));
        names.truncate(shown(&names));
    }
    let more = all - names.len();
    let list = names.join(", ");
    match (list.is_empty(), more) {
        (true, _) => None,
        (_, 0) => Some(list),
        (_, more) => Some(format!("{list}, … and {more} more")),
    }
}

/// How many names there is room for.
fn shown(names: &[String]) -> usize {
    let mut letters = 0;
    let fits = |name: &&String| {
        letters += name.chars().count() + 2;
        letters <= LETTERS
    };
    names.iter().take(MOST).take_while(fits).count().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_names_are_few() {
        let names = |n: usize| (0..n).map(|i| format!("t.c{i}")).collect::<Vec<_>>();
        assert_eq!(listed("x", names(3)).as_deref(), Some("t.c0, t.c1, t.c2"));
        assert_eq!(listed("x", Vec::new()), None);
        let mut many = names(20);
        many.push("t.value".to_owned());
        let list = listed("valu", many).expect("a list");
        assert!(list.starts_with("t.value, ") && list.ends_with(", … and 9 more"), "{list}");
        assert_eq!(list.matches("t.").count(), MOST);
        let long = vec!["a".repeat(60), "b".repeat(60)];
        assert_eq!(listed("b", long), Some(format!("{}, … and 1 more", "b".repeat(60))));
    }
}
