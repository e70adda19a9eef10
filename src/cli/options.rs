//! What holds for every command, and the session that it asks for.

use std::io::{self, IsTerminal};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use clap::ColorChoice;
use datafusion::prelude::SessionContext;
use tokio::runtime::Handle;

use super::error::{Error, Result};
use super::execute::Runner;
use super::formats;
use super::progress::Bar;
use super::report::report;
use crate::error::describe;
use crate::export::{Format, sweep};
use crate::session;

/// The data folder where none is named.
pub const DATA: &str = "data";

/// The variable that names one.
pub const DATA_VARIABLE: &str = "GOALPOSTS_DATA";

/// What holds for every command.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Folder whose Parquet files are the tables [default: data, if it exists]
    #[arg(long, global = true, env = DATA_VARIABLE, value_name = "DIR")]
    data: Option<String>,

    /// Format of results [default: table; of run --out and export: the file's ending, or arrow]
    #[arg(long, short = 'f', global = true, value_parser = formats::parser())]
    pub format: Option<Format>,

    /// Value of $NAME in statements; quote a text that looks like a number: year="'2024'"
    #[arg(long = "param", short = 'p', global = true, value_name = "NAME=VALUE",
          value_parser = parse_parameter)]
    parameters: Vec<(String, String)>,

    /// Memory limit per query, such as 512M; larger sorts spill to disk, others fail
    /// [default: none; of import 4G]
    #[arg(long, global = true, value_name = "SIZE", value_parser = parse_size)]
    memory_limit: Option<usize>,

    /// Number of partitions processed in parallel [default: the number of cores]
    #[arg(long, global = true, value_name = "N")]
    threads: Option<NonZeroUsize>,

    /// Colours on a terminal [auto: not where NO_COLOR is set or output is no terminal]
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true
    )]
    color: ColorChoice,

    /// Print only errors on standard error
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

fn parse_parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("must be NAME=VALUE, found no =")?;
    let name = name.trim().trim_start_matches('$');
    if name.is_empty() {
        return Err("must be NAME=VALUE, found no name".into());
    }
    if !is_parameter(name) {
        return Err(format!("a name must have letters, digits and _ only, got '{name}'"));
    }
    Ok((name.to_owned(), value.to_owned()))
}

/// Whether a statement can have a parameter of this name.
pub fn is_parameter(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn parse_size(text: &str) -> Result<usize, String> {
    let upper = text.trim().to_ascii_uppercase();
    let upper = upper.strip_suffix('B').unwrap_or(&upper);
    SessionContext::parse_capacity_limit("--memory-limit", upper)
        .ok()
        .filter(|bytes| *bytes > 0)
        .ok_or_else(|| "must be a number with K, M or G, such as 512M".into())
}

impl Options {
    /// A session, and what runs statements in it.
    pub async fn runner(&self, workers: &Handle) -> Result<Runner> {
        self.runner_on(self.data(), workers).await
    }

    /// The data folder: the one that was named, or the default.
    pub fn data(&self) -> Option<&str> {
        let default = Path::new(DATA).is_dir().then_some(DATA);
        self.data.as_deref().or(default)
    }

    /// Whether the data folder was named.
    pub fn names_data(&self) -> bool {
        self.data.is_some()
    }

    /// The memory limit, if one was given.
    pub fn memory_limit(&self) -> Option<usize> {
        self.memory_limit
    }

    /// The number of partitions, if one was given.
    pub fn threads(&self) -> Option<usize> {
        self.threads.map(NonZeroUsize::get)
    }

    /// The same on another data folder, or on none.
    pub async fn runner_on(&self, data: Option<&str>, workers: &Handle) -> Result<Runner> {
        // What a process that was killed left.
        data.into_iter().chain(["."]).for_each(|folder| sweep(Path::new(folder)));
        let options = session::Options::default()
            .with_memory_limit(self.memory_limit)
            .with_threads(self.threads);
        let parameters = self.parameters.iter().cloned().collect();
        let context = session::open(data, &options).await;
        let context = context.map_err(|error| Error::Usage(describe(&error)))?;
        let bar = Bar::default();
        if !self.quiet && io::stderr().is_terminal() {
            let progress = Arc::new(bar.progress());
            context.state_ref().write().config_mut().set_extension(progress);
            bar.watch(&context);
        }
        Ok(Runner::new(context, parameters, workers, bar).telling(!self.quiet))
    }

    /// Lets what is written to a terminal have colours, or not.
    pub fn choose_colours(&self) {
        let choice = match self.color {
            ColorChoice::Auto => anstream::ColorChoice::Auto,
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }

    /// With a memory limit, unless one was given.
    #[must_use]
    pub fn within(&self, bytes: usize) -> Self {
        Self { memory_limit: self.memory_limit.or(Some(bytes)), ..self.clone() }
    }

    /// The format of what is written to standard output.
    pub fn format(&self) -> Format {
        self.format.unwrap_or(Format::Table)
    }

    /// Says what was done, on standard error.
    pub fn say(&self, message: &str) {
        if !self.quiet {
            report(message);
        }
    }
}
