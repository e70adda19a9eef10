//! Values of the parameters that a text declares, or only names.

use std::collections::BTreeSet;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result as Evaluated, ScalarValue, exec_err};
use datafusion::prelude::SessionContext;

use super::error::{Error, Result};
use super::execute::{Runner, without_value};
use super::file::{QueryFile, Stated};
use super::script::Statement;
use crate::error::describe;
use crate::statement::{Declared, Parameters, quoted, sql_with};

/// The values of a text's parameters: what was given, or their defaults, in the types declared.
///
/// # Errors
/// Every value that is missing or of another type, where it is declared or else first named.
pub async fn values(runner: &Runner, file: &QueryFile) -> Result<Parameters, Vec<Error>> {
    let mut values = runner.parameters().clone();
    let mut faults = Vec::new();
    let mut known = BTreeSet::new();
    for stated in &file.parameters {
        known.insert(stated.what.name.as_str());
        match value(runner, stated).await {
            Ok(value) => {
                let Declared { name, type_name, .. } = &stated.what;
                if let Err(error) = values.set_typed(name, &value, type_name) {
                    faults.push(fault(stated, describe(&error)));
                }
            }
            Err(message) => faults.push(fault(stated, message)),
        }
    }
    // One that is missing may be what a faulty line was to declare.
    let named = named(file).filter(|_| file.faults.is_empty());
    for Named { name, origin, line, statement } in named {
        if values.text(name).is_none() && known.insert(name) {
            let message = without_value(name, origin);
            faults.push(match statement {
                Some(statement) => statement.fault(origin, &message),
                None => Error::at(origin, line, message),
            });
        }
    }
    if faults.is_empty() { Ok(values) } else { Err(faults) }
}

/// A text with its header, and what runs it with the values of its parameters.
///
/// # Errors
/// The first fault of its header or its parameters.
pub async fn opened(runner: &Runner, origin: &str, text: &str) -> Result<(Runner, QueryFile)> {
    let file = QueryFile::of_text(origin, text, runner.grammar());
    prepared(runner, file).await
}

/// The same for a file that has been read.
///
/// # Errors
/// As [`opened`].
pub async fn prepared(runner: &Runner, mut file: QueryFile) -> Result<(Runner, QueryFile)> {
    let mut faults = std::mem::take(&mut file.faults).into_iter();
    if let Some(first) = faults.next() {
        return Err(first);
    }
    match values(runner, &file).await {
        Ok(values) => Ok((runner.with(values), file)),
        Err(faults) => Err(faults.into_iter().next().unwrap_or(Error::Interrupted)),
    }
}

/// Whether a text declares or names a parameter.
pub fn knows(file: &QueryFile, name: &str) -> bool {
    let mut declared = file.parameters.iter().map(|stated| stated.what.name.as_str());
    declared.any(|known| known == name) || named(file).any(|named| named.name == name)
}

/// The names of the parameters that a text declares or names.
pub fn names(file: &QueryFile) -> impl Iterator<Item = &str> {
    let declared = file.parameters.iter().map(|stated| stated.what.name.as_str());
    declared.chain(named(file).map(|named| named.name))
}

/// A parameter that is named.
struct Named<'a> {
    name: &'a str,
    origin: &'a str,
    line: usize,
    /// None: an expectation names it.
    statement: Option<&'a Statement>,
}

/// The parameters that statements and expectations name, each with its place.
fn named(file: &QueryFile) -> impl Iterator<Item = Named<'_>> {
    let names_any = |statement: &Statement| statement.placeholders().next().is_some();
    let steps = file.steps.iter();
    let steps =
        steps.filter(move |step| names_any(&step.statement) && !step.statement.is_prepare());
    let in_statements = steps.flat_map(|step| {
        let placed = step.statement.placed_placeholders();
        let (origin, statement) = (&*step.origin, Some(&step.statement));
        placed.map(move |(name, line)| Named { name, origin, line, statement })
    });
    let in_expectations = file.expectations().flat_map(|stated| {
        let names = stated.what.placeholders.iter();
        let (origin, line) = (&*stated.origin, stated.what.line);
        names.map(move |name| Named { name, origin, line, statement: None })
    });
    in_statements.chain(in_expectations)
}

fn fault(stated: &Stated<Declared>, message: String) -> Error {
    Error::at(&stated.origin, stated.what.line, message)
}

/// The value of a parameter that is declared.
async fn value(runner: &Runner, stated: &Stated<Declared>) -> Result<ScalarValue, String> {
    let Declared { name, type_name, default, .. } = &stated.what;
    let context = runner.context();
    let null = constant(context, &format!("CAST(NULL AS {type_name})")).await;
    let data_type = match null {
        Ok(null) => null.data_type(),
        Err(_) => return Err(format!("${name} must have a type of SQL, got {type_name}")),
    };
    match (runner.parameters().text(name), default) {
        (Some(text), _) => {
            let cast = format!("CAST({} AS {type_name})", written(text, &data_type));
            let value = constant(context, &cast).await;
            let value = value.ok().filter(|_| has_room(text, &data_type));
            value.ok_or_else(|| format!("${name} must be {type_name}, got '{text}'"))
        }
        (None, Some(default)) => match of_default(context, default, type_name).await {
            Ok(value) => Ok(value),
            Err(error) => Err(format!(
                "default of ${name} must be a constant of type {type_name}, got {default}: {}",
                describe(&error).split(" at Line: ").next().unwrap_or_default()
            )),
        },
        (None, None) => Err(without_value(name, &stated.origin)),
    }
}

/// A value from the command line as SQL writes it: a text as it stands, a list as SQL has it,
/// anything else as a text to be cast.
fn written(text: &str, data_type: &DataType) -> String {
    let bare = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => quoted(bare.unwrap_or(text)),
        _ if text.eq_ignore_ascii_case("null") => "NULL".to_owned(),
        nested if nested.is_nested() => format!("({text})"),
        _ => quoted(bare.unwrap_or(text)),
    }
}

/// Whether a type keeps all that is written: the decimals of a number, the time of a day.
fn has_room(text: &str, data_type: &DataType) -> bool {
    let text = text.trim_matches(|c: char| c == '\'' || c.is_whitespace());
    match data_type {
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
        | DataType::Decimal256(_, scale) => {
            let decimals = text.split_once('.').map_or("", |(_, decimals)| decimals);
            let decimals = decimals.trim_end_matches('0');
            decimals.contains(['e', 'E'])
                || decimals.len() <= usize::try_from(*scale).unwrap_or_default()
        }
        DataType::Date32 | DataType::Date64 => {
            let time = text.split_once(['T', 't', ' ']).map_or("", |(_, time)| time);
            time.chars().all(|c| "0:.Zz".contains(c))
        }
        _ => true,
    }
}

/// The value of a default, which must lose nothing by its type.
async fn of_default(
    context: &SessionContext,
    default: &str,
    type_name: &str,
) -> Evaluated<ScalarValue> {
    let raw = constant(context, &format!("({default})")).await?;
    let value = constant(context, &format!("CAST(({default}) AS {type_name})")).await?;
    let is_boolean = |value: &ScalarValue| value.data_type() == DataType::Boolean;
    if is_boolean(&raw) != is_boolean(&value) && !raw.is_null() {
        return exec_err!("the type would make it {value}");
    }
    if raw.try_as_str().flatten().is_some_and(|text| !has_room(text, &value.data_type())) {
        return exec_err!("the type would make it {value}");
    }
    let is_number = |value: &ScalarValue| value.data_type().is_numeric();
    if is_number(&raw) && is_number(&value) && value.cast_to(&raw.data_type())? != raw {
        return exec_err!("the type would make it {value}");
    }
    Ok(value)
}

/// The value of a constant of SQL.
async fn constant(context: &SessionContext, text: &str) -> Evaluated<ScalarValue> {
    let query = format!("SELECT {text} AS v");
    let frame = sql_with(context, &query, &Parameters::default()).await?;
    let batches = frame.collect().await?;
    let batch = batches.iter().find(|batch| batch.num_rows() == 1 && batch.num_columns() == 1);
    let column = batch
        .map(|batch| batch.column(0))
        .ok_or_else(|| DataFusionError::Execution(format!("must be one value, got {text}")))?;
    ScalarValue::try_from_array(column, 0)
}
