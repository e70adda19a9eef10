//! `goalposts audit`: the statistical audit of an index.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use tokio::runtime::Handle;

use super::error::{Error, Result};
use super::execute::Runner;
use super::options::Options;
use super::pages::Written;
use super::provenance::trail::Read;
use super::report::{report, shown, since};
use super::script::split;
use crate::audit::arguments::Arguments;
use crate::audit::request::{DRAWS, SEED};
use crate::audit::{Audited, Request, audit};
use crate::document::{Level, json};
use crate::error::describe;
use crate::words::count;

/// Arguments of `audit`.
#[derive(Debug, clap::Args)]
pub struct AuditCommand {
    /// The panel: a table, a file, or a query in parentheses
    #[arg(long, value_name = "TABLE")]
    panel: String,

    /// The framework, likewise
    #[arg(long, value_name = "TABLE")]
    framework: String,

    /// Arguments of composite_index, as in "normalisation => base, base => 2014"
    #[arg(long, value_name = "NAME => VALUE, ...", default_value = "", hide_default_value = true)]
    arguments: String,

    /// Period whose ranking is audited [default: the last in which the index has scores]
    #[arg(long, value_name = "PERIOD")]
    period: Option<String>,

    /// Scores of the last release, to compare with: a table with unit, score and, where it has several, period
    #[arg(long, value_name = "TABLE")]
    last_release: Option<String>,

    /// What the uncertainty analysis varies, as arguments of uncertainty, in the place of what it finds open
    #[arg(long, value_name = "NAME => VALUE, ...")]
    uncertainty: Option<String>,

    /// Draws of the uncertainty analysis
    #[arg(long, value_name = "N", default_value_t = DRAWS, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    draws: u32,

    /// Seed of all random numbers
    #[arg(long, value_name = "N", default_value_t = SEED)]
    seed: u32,

    /// Title of the document
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,

    /// File for the audit (.html .md .json), or - for a page on standard output; the findings on standard
    /// output without one
    #[arg(long, short, value_name = "FILE")]
    output: Option<String>,

    /// Everything as JSON on standard output
    #[arg(long, conflicts_with = "output")]
    json: bool,

    /// Exit with 1 where something of this weight or more is found
    #[arg(long, value_name = "LEVEL")]
    fail_on: Option<FailOn>,

    /// Tell on standard error how long each chapter took
    #[arg(long)]
    timings: bool,
}

/// What makes the program fail.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum FailOn {
    Note,
    Warning,
}

impl AuditCommand {
    /// Audits the index, and writes what was found.
    ///
    /// # Errors
    /// What is wrong with panel, framework or arguments; findings, if they are to be errors; Ctrl-C.
    pub async fn execute(&self, options: &Options, workers: &Handle) -> Result<()> {
        let start = Instant::now();
        let written = self.output.as_deref().map(Written::parse).transpose()?;
        let request = self.request()?;
        let runner = options.runner(workers).await?;
        let read = check(&runner, &request).await?;
        let (context, parameters) = (runner.context().clone(), runner.parameters().clone());
        let (stage, asked) = (runner.stage(), request.clone());
        let work = async move { audit(&context, &parameters, &asked, stage).await };
        let Audited { mut document, findings, seconds } =
            runner.finish_work(work).await?.map_err(|error| match describe(&error) {
                usage if usage.starts_with("--") => Error::Usage(usage),
                data => Error::Data(data),
            })?;
        document.provenance.extend(inputs(&read));
        let failed = |error| Error::Data(describe(&error));
        match &written {
            Some(written) => written.write(&document)?,
            None if self.json => print(&json(&document).map_err(failed)?)?,
            None => print(&told(&findings))?,
        }
        let of = |level| findings.iter().filter(|(_, finding)| finding.level == level).count();
        let (warnings, notes) = (of(Level::Warning), of(Level::Note));
        let found = format!("{}, {}", count(warnings, "warning"), count(notes, "note"));
        let place = written.as_ref().and_then(Written::path);
        let place = place.map(|path| format!(" -> {}", shown(path))).unwrap_or_default();
        options.say(&format!("{found}{place} ({})", since(start)));
        if self.timings {
            tell(&seconds);
        }
        let (level, many) = match self.fail_on {
            Some(FailOn::Note) => ("note", warnings + notes),
            Some(FailOn::Warning) => ("warning", warnings),
            None => return Ok(()),
        };
        match many {
            0 => Ok(()),
            _ => Err(Error::Data(format!(
                "audit: nothing must be found (--fail-on {level}), found {found}"
            ))),
        }
    }

    fn request(&self) -> Result<Request> {
        let arguments = |flag: &str, text: &str| {
            Arguments::read(text)
                .map_err(|error| Error::Usage(format!("{flag}: {}", describe(&error))))
        };
        let uncertainty = self.uncertainty.as_deref().map(|text| arguments("--uncertainty", text));
        Ok(Request {
            panel: table(&self.panel),
            framework: table(&self.framework),
            arguments: arguments("--arguments", &self.arguments)?,
            period: self.period.clone(),
            last_release: self.last_release.as_deref().map(table),
            uncertainty: uncertainty.transpose()?,
            draws: self.draws,
            seed: self.seed,
            title: self.title.clone(),
        })
    }
}

/// A table as SQL has it: a path that is there in quotes, all else as it stands.
fn table(text: &str) -> String {
    let text = text.trim();
    let is_written = text.starts_with(['\'', '"', '(']);
    match !is_written && Path::new(text).exists() && text.contains(['.', '/']) {
        true => format!("'{}'", text.replace('\'', "''")),
        false => text.to_owned(),
    }
}

/// Plans what each flag says, so that an error names the flag. Returns what the tables are read from.
async fn check(runner: &Runner, request: &Request) -> Result<Vec<Read>> {
    let Request { panel, framework, arguments, .. } = request;
    let mut read = Vec::new();
    let tables = [
        ("--panel", "*", Some(panel)),
        ("--framework", "*", Some(framework)),
        ("--last-release", "unit, score", request.last_release.as_ref()),
    ];
    for (flag, columns, table) in tables {
        let Some(table) = table else { continue };
        let text = format!("SELECT {columns} FROM {table} AS audited LIMIT 0");
        let statement = statement(runner, flag, &text)?;
        let mut rows = runner.start(&statement, flag).await?;
        while rows.next().await?.is_some() {}
        read.push(rows.read().await?);
    }
    let comma = if arguments.is_empty() { "" } else { ", " };
    let text = format!("SELECT * FROM composite_index({panel}, {framework}{comma}{arguments})");
    let flag = "--arguments";
    runner.rehearse(&statement(runner, flag, &text)?, flag).await?;
    if let Some(uncertainty) = &request.uncertainty {
        let all = arguments.with(uncertainty);
        let text = format!("SELECT * FROM uncertainty({panel}, {framework}, {all})");
        let flag = "--uncertainty";
        runner.rehearse(&statement(runner, flag, &text)?, flag).await?;
    }
    Ok(read)
}

/// The one statement of a text, which a flag gave or is part of.
fn statement(runner: &Runner, flag: &str, text: &str) -> Result<super::script::Statement> {
    let script = split(text, runner.grammar());
    match script.statements.as_slice() {
        [statement] if script.fault.is_none() => Ok(statement.clone()),
        _ => Err(Error::Usage(format!(
            "{flag}: must be a table, a file in quotes, or a query in parentheses, found it in {text}"
        ))),
    }
}

/// The files that were read, each once.
fn inputs(read: &[Read]) -> Vec<(String, String)> {
    let mut said: Vec<(String, String)> = Vec::new();
    for input in read.iter().flat_map(|read| &read.inputs) {
        let name = format!("Input {}", input.path);
        let size = input.size.map(|size| format!("{size} bytes"));
        let hash = input.hash.as_ref().map(|hash| hash.replacen("sha256:", "SHA-256 ", 1));
        let parts: Vec<String> = [size, hash].into_iter().flatten().collect();
        if !said.iter().any(|(known, _)| *known == name) {
            said.push((name, parts.join(", ")));
        }
    }
    said
}

/// The findings for a terminal.
fn told(findings: &[(usize, crate::document::Finding)]) -> String {
    let lines = findings.iter().map(|(chapter, finding)| {
        let (level, rule) = (finding.level.word(), finding.rule);
        let (statement, evidence, advice) = (&finding.statement, &finding.evidence, finding.advice);
        format!("{level} {rule} (chapter {chapter}): {statement}\n  {evidence}\n  {advice}\n")
    });
    lines.collect()
}

fn print(text: &str) -> Result<()> {
    let mut out = anstream::stdout();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Error::output)
}

/// How long each chapter took.
fn tell(seconds: &[(&'static str, Duration)]) {
    let all: Duration = seconds.iter().map(|(_, took)| *took).sum();
    for (chapter, took) in seconds.iter().chain([&("all", all)]) {
        let share = 100.0 * took.as_secs_f64() / all.as_secs_f64().max(f64::MIN_POSITIVE);
        report(&format!("{:>8.3} s {share:>4.0} %  {chapter}", took.as_secs_f64()));
    }
}
