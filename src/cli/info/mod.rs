//! `goalposts info`: what a file is, where it comes from, and whether that is still the same.

mod facts;
mod report;

use std::io::{self, Write};
use std::path::PathBuf;

use tokio::runtime::Handle;

use super::error::{Error, Result};
use super::options::Options;
use super::provenance::hash::Hashes;
use super::report::shown;
use crate::export::Format;
use facts::Facts;
use report::{Report, State};

/// Arguments of `info`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 every input is as it was, or the file says nothing of inputs; \
1 an input has changed or is missing; 2 the file cannot be read. Paths of inputs are from the working \
folder."
)]
pub struct InfoCommand {
    /// The file: a result of run, export, import or COPY, a picture of plot (.svg .png), or any other that can be
    /// read
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl InfoCommand {
    /// Tells of the file; --format json for machines.
    pub async fn execute(&self, options: &Options, workers: &Handle) -> Result<()> {
        let is_json = match options.format {
            None | Some(Format::Table) => false,
            Some(Format::Json) => true,
            Some(_) => {
                return Err(Error::Usage(
                    "--format of info must be table or json, found another".to_owned(),
                ));
            }
        };
        let file = shown(&self.file);
        std::fs::metadata(&self.file).map_err(Error::file(&self.file))?;
        let facts = Facts::read(&self.file, options, workers).await?;
        let report = Report::new(&file, facts, &Hashes::default());
        let text = match is_json {
            true => serde_json::to_string_pretty(&report).unwrap_or_default(), // it always can
            false => report.text(),
        };
        let mut out = io::stdout().lock();
        writeln!(out, "{}", text.trim_end()).and_then(|()| out.flush()).map_err(Error::output)?;
        let told = [State::Changed, State::Missing].into_iter().filter_map(|state| {
            let names = report.names(state);
            (!names.is_empty()).then(|| format!("{} {}", state.word(), names.join(", ")))
        });
        let told: Vec<String> = told.collect();
        match told.is_empty() {
            true => Ok(()),
            false => Err(Error::Data(format!(
                "{file}: inputs must be as they were, found {}",
                told.join(" and ")
            ))),
        }
    }
}
