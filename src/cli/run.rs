//! `goalposts run`: query files in the order of their names.

use std::path::{Path, PathBuf};
use std::time::Instant;

use tokio::runtime::Handle;

use super::error::{Error, Result};
use super::execute::{Runner, is_query};
use super::options::Options;
use super::output::{Output, write_rows};
use super::report::{count, report, shown, since};
use super::script::{Statement, ensure_closed, read_text, split};
use crate::export::{Format, Target};

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub struct RunCommand {
    /// Query files, or folders of them (for standard input, omit the command)
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Folder for results: the last query of NAME.sql becomes NAME.arrow (or as --format says)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Continue with the next file after a failure
    #[arg(long)]
    keep_going: bool,
}

impl RunCommand {
    /// Runs the files in one session: what one of them creates, those after it can use.
    pub async fn execute(&self, options: &Options, workers: &Handle) -> Result<()> {
        let files = query_files(&self.paths)?;
        if let Some(out) = &self.out {
            std::fs::create_dir_all(out).map_err(Error::file(out))?;
        }
        let runner = options.runner(workers).await?;
        let mut failed = 0;
        let mut output = Output::new(options.format());
        for file in &files {
            match self.file(file, &runner, options, &mut output).await {
                Ok(()) => {}
                Err(error @ (Error::Interrupted | Error::ClosedPipe)) => return Err(error),
                Err(error) if self.keep_going => {
                    failed += 1;
                    report(&format!("goalposts: {error}"));
                }
                Err(error) => return Err(error),
            }
        }
        match failed {
            0 => Ok(()),
            failed => Err(Error::Batch { failed, files: files.len() }),
        }
    }

    async fn file(
        &self,
        path: &Path,
        runner: &Runner,
        options: &Options,
        output: &mut Output,
    ) -> Result<()> {
        let (start, origin) = (Instant::now(), shown(path));
        let text = read_text(path)?;
        let script = split(&text, runner.grammar());
        let is_query =
            |s: &Statement| s.parse(runner.grammar()).is_ok_and(|statement| is_query(&statement));
        // A text that is not closed has no result to keep.
        let out = self.out.as_ref().filter(|_| script.fault.is_none());
        let kept = out.and_then(|out| Some((script.statements.iter().rposition(is_query)?, out)));
        let mut result = None;
        for (i, statement) in script.statements.iter().enumerate() {
            let rows = runner.start(statement, &origin).await?;
            match kept {
                Some((last_query, out)) if i == last_query => {
                    let format = options.format.unwrap_or(Format::Arrow);
                    let name = Path::new(path.file_name().unwrap_or(path.as_os_str()));
                    let target = out.join(name).with_extension(format.ending());
                    let written = write_rows(rows, &Target::File(target.clone()), format).await?;
                    result = Some((written, target));
                }
                _ => {
                    output.show(rows).await?;
                }
            }
        }
        ensure_closed(&script, &origin)?;
        options.say(&match result {
            Some((rows, target)) => {
                format!("{origin}: {} -> {} ({})", count(rows, "row"), shown(&target), since(start))
            }
            None => format!(
                "{origin}: {} ({})",
                count(script.statements.len(), "statement"),
                since(start)
            ),
        });
        Ok(())
    }
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
