//! Files by their names as the table that was asked for.

use std::io;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::catalog::default_table_source::provider_as_source;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::{Result, ScalarValue, exec_err, plan_datafusion_err, plan_err};
use datafusion::datasource::ViewTable;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use tempfile::{NamedTempFile, TempDir};

use super::columns::check_partitions;
use super::container;
use super::fault::Fault;
use super::files::{Place, look};
use super::format::Format;
use super::kept::Kept;
use super::options::Options;
use super::origin::Origin;
use super::reshape::{Reshaped, reshape};
use super::shape::{Shape, keys};
use super::source::{FILENAME, Looked, Source};
use super::table::TextTable;
use super::unite::unite;
use crate::error::describe;

/// The table of a file in its plan.
const FILE: &str = "file";
/// The name of standard input, and what it is called where it is told of.
pub const INPUT: &str = "-";
/// See [`INPUT`].
pub const INPUT_SHOWN: &str = "standard input";

/// A table, and what the one who reads it should know.
pub struct Opened {
    /// The table.
    pub table: Arc<dyn TableProvider>,
    /// One line each.
    pub notes: Vec<String>,
}

/// Opens files as one table.
///
/// # Errors
/// When there are none, or they cannot be read as the options say.
pub async fn open(session: &dyn Session, names: &[String], options: &Options) -> Result<Opened> {
    let mut options = options.clone();
    if let Some(shape) = options.shape {
        options.with_shape(shape);
    }
    let read = read(session, names, &options).await?;
    // A header that only one kind of table has says how it is to be read.
    let is_eurostat = options.shape.is_none()
        && options.wide.is_empty()
        && read.is_text
        && read.tables.iter().all(|table| {
            table.schema().fields().first().is_some_and(|field| keys(field.name()).is_some())
        });
    if is_eurostat {
        options.with_shape(Shape::Eurostat);
        let read = self::read(session, names, &options).await?;
        return finish(read, &options, names);
    }
    finish(read, &options, names)
}

/// Tables as they were read: one, or one for each kind of file where columns become rows.
struct Read {
    tables: Vec<Arc<dyn TableProvider>>,
    notes: Vec<String>,
    is_text: bool,
}

fn finish(read: Read, options: &Options, names: &[String]) -> Result<Opened> {
    let Read { tables, mut notes, is_text } = read;
    let shown = names.join(", ");
    let mut united: Option<LogicalPlanBuilder> = None;
    let only = if let [only] = tables.as_slice() { Some(Arc::clone(only)) } else { None };
    for table in tables {
        let plan = LogicalPlanBuilder::scan(FILE, provider_as_source(table), None)?;
        let Reshaped { plan, notes: further } = reshape(plan.build()?, options, is_text, &shown)?;
        notes.extend(further.into_iter().filter(|note| !notes.contains(note)).collect::<Vec<_>>());
        united = Some(match united {
            None => LogicalPlanBuilder::from(plan),
            Some(before) => before.union_by_name(plan)?,
        });
    }
    let Some(plan) = united else { return plan_err!("{shown}: must hold a file, found none") };
    let table = match (plan.build()?, only) {
        (LogicalPlan::TableScan(_), Some(table)) => table,
        (plan, _) => Arc::new(ViewTable::new(plan, None)),
    };
    Ok(Opened { table, notes })
}

async fn read(session: &dyn Session, names: &[String], options: &Options) -> Result<Read> {
    if names.iter().any(|name| name == INPUT) {
        return read_input(session, names, options).await;
    }
    let mut sources = Vec::with_capacity(names.len());
    for name in names {
        match Source::named(name, options)? {
            Some(source) => sources.push(source),
            None => return plan_err!("{name}: must be a file that can be read, found none"),
        }
    }
    let is_text = |source: &Source| matches!(source.format(), Format::Text(_) | Format::Sheet);
    if let Some(first) = sources.first()
        && is_text(first)
    {
        let mut looked = Looked::default();
        for source in &sources {
            if !is_text(source) {
                return plan_err!(
                    "{}: must be text or a workbook as {}, found another kind of file",
                    source.shown(),
                    first.shown()
                );
            }
            looked.add(source.look(session, options).await?, source.shown())?;
        }
        let origins = sources.into_iter().map(Box::new).map(Origin::Files).collect();
        return table_of_text(looked, origins, options);
    }
    let mut tables = Vec::with_capacity(sources.len());
    for source in &sources {
        tables.push(match source.packed() {
            Some(path) => unpacked(session, source, &path).await?,
            None => source.open(session).await?,
        });
    }
    Ok(Read { tables, notes: Vec::new(), is_text: false })
}

/// The table of a packed file of columns, which is unpacked first.
async fn unpacked(
    session: &dyn Session,
    source: &Source,
    path: &Path,
) -> Result<Arc<dyn TableProvider>> {
    let folder = TempDir::new()?;
    let [member] = &container::members(path, source.shown(), None)?[..] else {
        return plan_err!("{}: must hold one file, found another number", source.shown());
    };
    let name = folder.path().join(format!("{FILE}.{}", member.ending));
    let mut reader = member.reader()?;
    let mut file = std::fs::File::create(&name)?;
    let copied = io::copy(&mut reader, &mut file);
    copied.map_err(|error| Fault::from_io(&member.shown, error))?;
    let shown = name.display().to_string();
    match Source::named(&shown, &Options::default())? {
        Some(inner) => {
            let table = inner.open(session).await;
            let table = table.map_err(|error| {
                plan_datafusion_err!("{}", describe(&error).replace(&shown, source.shown()))
            })?;
            Ok(Arc::new(Kept::new(table, folder, source.clone())))
        }
        None => plan_err!("{}: must be a file that can be read, found none", source.shown()),
    }
}

/// Standard input, once it is all there.
async fn read_input(session: &dyn Session, names: &[String], options: &Options) -> Result<Read> {
    if names.len() > 1 {
        return plan_err!("{INPUT_SHOWN} must be the only file, found {} files", names.len());
    }
    let (options_of_look, threads) = (options.clone(), session.config().target_partitions().max(1));
    let work = move || -> Result<_> {
        let mut file = NamedTempFile::new()?;
        io::copy(&mut io::stdin().lock(), &mut file)?;
        let kind = options_of_look.format.unwrap_or(Format::Text(b','));
        look(&Place::Temporary(file), INPUT_SHOWN, kind, &options_of_look, threads)
    };
    let found = match SpawnedTask::spawn_blocking(work).join_unwind().await {
        Ok(found) => found?,
        Err(error) => return exec_err!("{error}"),
    };
    let files = found.into_iter().map(|file| (Arc::new(file), Vec::new())).collect();
    table_of_text(Looked { files, ..Looked::default() }, vec![Origin::Input], options)
}

fn table_of_text(mut looked: Looked, origins: Vec<Origin>, options: &Options) -> Result<Read> {
    let several = looked.files.len() > 1;
    let mut notes: Vec<String> = Vec::new();
    for (file, _) in &looked.files {
        notes.extend(file.notes.iter().map(|note| match several {
            false => note.clone(),
            true => format!("{}: {note}", file.shown),
        }));
    }
    let all: Vec<_> = looked.files.iter().map(|(file, _)| file.as_ref()).collect();
    let united = unite(&all, options)?;
    let fields = united
        .columns
        .iter()
        .map(|column| Field::new(&column.making.name, column.making.data_type.clone(), true));
    let schema = Schema::new(fields.collect::<Vec<_>>());
    let first = all.first().map_or("", |file| &*file.shown);
    check_partitions(&schema, &looked.partitions, first)?;
    let mut constants = looked.partitions;
    if options.filename {
        constants.push((FILENAME.to_owned(), DataType::Utf8View));
        for (file, values) in &mut looked.files {
            values.push(ScalarValue::Utf8View(Some(file.shown.to_string())));
        }
    }
    notes.extend(united.notes);
    // Where columns become rows, a file has those of its own columns alone.
    let mut kinds: Vec<(Vec<&str>, Vec<_>)> = Vec::new();
    let is_wide = !options.wide.is_empty() || options.shape.is_some();
    for (file, values) in &looked.files {
        let names: Vec<&str> = match is_wide {
            true => file.columns.iter().map(|column| column.name.as_str()).collect(),
            false => Vec::new(),
        };
        let file = (Arc::clone(file), values.clone());
        match kinds.iter_mut().find(|(known, _)| *known == names) {
            Some((_, files)) => files.push(file),
            None => kinds.push((names, vec![file])),
        }
    }
    let tables = kinds.into_iter().map(|(names, files)| {
        let columns = united.columns.iter();
        let columns = columns.filter(|c| !is_wide || names.contains(&c.source.as_str())).cloned();
        let table = TextTable::new(files, columns.collect(), &constants, options.door);
        Arc::new(table.from(origins.clone())) as Arc<dyn TableProvider>
    });
    Ok(Read { tables: tables.collect(), notes, is_text: true })
}
