//! `goalposts run`: query files in the order of their names.

use std::path::{Path, PathBuf};
use std::time::Instant;

use tokio::runtime::Handle;

use super::error::{Error, Result};
use super::execute::{ResultRows, Runner, is_query};
use super::options::Options;
use super::output::{Output, write_rows};
use super::report::{count, report, shown, since};
use super::script::{Statement, ensure_closed, read_text, split};
use super::writing::WritingArguments;
use crate::error::describe;
use crate::export::{ExportOptions, Format, Target, Workbook};

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub struct RunCommand {
    /// Query files, or folders of them (for standard input, omit the command)
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Folder for results: the last query of NAME.sql becomes NAME.arrow (or as --format says);
    /// or a workbook, FILE.xlsx, with a sheet for each
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    #[command(flatten)]
    writing: WritingArguments,

    /// Continue with the next file after a failure
    #[arg(long)]
    keep_going: bool,
}

/// Where the results of query files go.
enum Results<'a> {
    /// Standard output.
    Output,
    /// A file for each in a folder.
    Folder(&'a Path, Box<ExportOptions>),
    /// A sheet for each in a workbook.
    Workbook(&'a Path, Box<Workbook>),
}

impl RunCommand {
    /// Runs the files in one session: what one of them creates, those after it can use.
    pub async fn execute(&self, options: &Options, workers: &Handle) -> Result<()> {
        let start = Instant::now();
        let files = query_files(&self.paths)?;
        let mut results = self.results(options)?;
        let runner = options.runner(workers).await?;
        let mut failed = 0;
        let mut output = Output::new(match results {
            Results::Workbook(..) => Format::Table,
            _ => options.format(),
        });
        for file in &files {
            match run_file(file, &runner, options, &mut results, &mut output).await {
                Ok(()) => {}
                Err(error @ (Error::Interrupted | Error::ClosedPipe)) => return Err(error),
                Err(error) if self.keep_going => {
                    failed += 1;
                    report(&format!("goalposts: {error}"));
                    if let Results::Workbook(_, workbook) = &mut results {
                        let text = read_text(file).unwrap_or_default();
                        workbook.note(runner.source(&text, &shown(file)), error.to_string());
                    }
                }
                Err(error) => return Err(error),
            }
        }
        if let Results::Workbook(path, workbook) = results {
            let sheets = workbook.sheets();
            if sheets > 0 || failed == 0 {
                workbook.finish()?;
                let (sheets, time) = (count(sheets, "sheet"), since(start));
                options.say(&format!("{sheets} -> {} ({time})", shown(path)));
            }
        }
        match failed {
            0 => Ok(()),
            failed => Err(Error::Batch { failed, files: files.len() }),
        }
    }

    /// Opens what the results go to.
    fn results(&self, options: &Options) -> Result<Results<'_>> {
        let Some(out) = &self.out else {
            self.writing.ensure_none("run without --out")?;
            return Ok(Results::Output);
        };
        if Format::from_ending(out) != Some(Format::Xlsx) {
            let format = options.format.unwrap_or(Format::Arrow);
            let writing = Box::new(self.writing.options(format)?);
            std::fs::create_dir_all(out).map_err(Error::file(out))?;
            return Ok(Results::Folder(out, writing));
        }
        self.writing.ensure_none("a workbook")?;
        if options.format.is_some_and(|format| format != Format::Xlsx) {
            return Err(Error::Usage(format!(
                "--format must be xlsx for a workbook, found another for {} (or name a folder)",
                out.display()
            )));
        }
        if let Some(folder) = out.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
        }
        let workbook = Workbook::create(&Target::File(out.clone()))?;
        Ok(Results::Workbook(out, Box::new(workbook)))
    }
}

/// Runs the statements of a file.
async fn run_file(
    path: &Path,
    runner: &Runner,
    options: &Options,
    results: &mut Results<'_>,
    output: &mut Output,
) -> Result<()> {
    let (start, origin) = (Instant::now(), shown(path));
    let text = read_text(path)?;
    let script = split(&text, runner.grammar());
    let is_query =
        |s: &Statement| s.parse(runner.grammar()).is_ok_and(|statement| is_query(&statement));
    // A text that is not closed has no result to keep.
    let is_kept = !matches!(results, Results::Output) && script.fault.is_none();
    let kept = if is_kept { script.statements.iter().rposition(is_query) } else { None };
    let mut result = None;
    for (i, statement) in script.statements.iter().enumerate() {
        let rows = runner.start(statement, &origin).await?;
        match results {
            Results::Folder(out, writing) if kept == Some(i) => {
                let name = Path::new(path.file_name().unwrap_or(path.as_os_str()));
                let target = match writing.partition_by {
                    Some(_) => out.join(name).with_extension(""),
                    None => out.join(name).with_extension(writing.format.ending()),
                };
                let writing = writing.as_ref().clone();
                let written = write_rows(rows, &Target::File(target.clone()), writing).await?;
                result = Some((written, shown(&target)));
            }
            Results::Workbook(_, workbook) if kept == Some(i) => {
                let name = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy();
                let (written, sheet) = add_sheet(rows, workbook, &name).await?;
                result = Some((written, format!("sheet '{sheet}'")));
            }
            _ => {
                output.show(rows).await?;
            }
        }
    }
    ensure_closed(&script, &origin)?;
    if let (Results::Workbook(_, workbook), None) = (results, kept) {
        workbook.note(runner.source(&text, &origin), "no query".to_owned());
    }
    options.say(&match result {
        Some((rows, target)) => {
            format!("{origin}: {} -> {target} ({})", count(rows, "row"), since(start))
        }
        None => {
            format!("{origin}: {} ({})", count(script.statements.len(), "statement"), since(start))
        }
    });
    Ok(())
}

/// Writes a result to a sheet. Returns the number of rows and the sheet's name.
async fn add_sheet(
    mut rows: ResultRows,
    workbook: &mut Workbook,
    name: &str,
) -> Result<(usize, String)> {
    let fault = |rows: &ResultRows, error| rows.fault(&describe(&error));
    let mut sheet = workbook.rows(&rows.schema).map_err(|error| fault(&rows, error))?;
    while let Some(batch) = rows.next().await? {
        sheet.write(&batch).map_err(|error| fault(&rows, error))?;
    }
    let written = sheet.number();
    let added = workbook.add(name, sheet, rows.source.clone());
    Ok((written, added.map_err(|error| fault(&rows, error))?))
}

/// The files named, and the `.sql` files of the folders named, by name. No two may write one result.
fn query_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        let found = std::fs::metadata(path).map_err(Error::file(path))?;
        if !found.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(path).map_err(Error::file(path))? {
            let file = entry.map_err(Error::file(path))?.path();
            if file.extension().is_some_and(|ending| ending == "sql") && file.is_file() {
                inside.push(file);
            }
        }
        if inside.is_empty() {
            return Err(Error::Usage(format!(
                "{}: must contain a .sql file, found none",
                path.display()
            )));
        }
        inside.sort();
        files.extend(inside);
    }
    for (i, file) in files.iter().enumerate() {
        if let Some(twin) = files[..i].iter().find(|twin| twin.file_stem() == file.file_stem()) {
            return Err(Error::Usage(format!(
                "{}: names of query files must be unique, found {} (one result would replace the other)",
                file.display(),
                twin.display()
            )));
        }
    }
    Ok(files)
}
