//! `goalposts doctor`: what the program finds where it runs, and what is wrong with it.

use std::env;
use std::fs;
use std::io::{self, IsTerminal};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::available_parallelism;

use datafusion::DATAFUSION_VERSION;
use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::catalog::CatalogProvider;
use datafusion::common::stats::Precision;
use datafusion::physical_plan::{StatisticsArgs, StatisticsContext};
use datafusion::prelude::SessionContext;
use terminal_size::{Height, Width, terminal_size};
use textwrap::{Options as Wrapping, fill};
use tokio::runtime::Handle;

use super::damage::caught;
use super::error::{Error, Result};
use super::home::{history_file, start_up_file};
use super::options::{DATA, DATA_VARIABLE, Options};
use super::output::Output;
use super::programs::{is_installed, variable};
use super::report::{shown, size};
use crate::words::count;

use crate::catalog::{CATALOG, DEFAULT_SCHEMA};
use crate::error::describe;

/// Arguments of `doctor`.
#[derive(Debug, clap::Args)]
pub struct DoctorCommand {}

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ok,
    /// It works, but not for everything.
    Warning,
    /// It does not work.
    Fault,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Fault => "fault",
        }
    }
}

/// What was looked at, and what to do.
#[derive(Debug)]
struct Check {
    what: String,
    state: State,
    found: String,
    advice: Option<String>,
}

impl Check {
    fn ok(what: &str, found: impl Into<String>) -> Self {
        Self { what: what.to_owned(), state: State::Ok, found: found.into(), advice: None }
    }

    fn warning(what: &str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { state: State::Warning, advice: Some(advice.into()), ..Self::ok(what, found) }
    }

    fn fault(what: &str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { state: State::Fault, advice: Some(advice.into()), ..Self::ok(what, found) }
    }
}

impl DoctorCommand {
    /// Looks at everything, and prints what it finds.
    ///
    /// # Errors
    /// When there is a fault among it.
    pub async fn execute(&self, options: &Options, workers: &Handle) -> Result<()> {
        let program =
            format!("goalposts {}, DataFusion {DATAFUSION_VERSION}", env!("CARGO_PKG_VERSION"));
        let mut checks = vec![Check::ok("program", program)];
        checks.extend(data(options, workers).await);
        checks.push(threads(options));
        checks.push(memory(options));
        checks.push(temporary());
        checks.extend(terminal());
        checks.extend(programs());
        checks.extend(files());
        checks.push(leftovers(options));
        match options.format {
            None => show(&checks)?,
            Some(format) => {
                let runner = options.runner_on(None, workers).await?;
                runner.context().register_batch("checks", table(&checks)?)?;
                let mut output = Output::new(format);
                output.show_all(&runner, "doctor", "SELECT * FROM checks").await?;
            }
        }
        match checks.iter().filter(|check| check.state == State::Fault).count() {
            0 => Ok(()),
            faults => Err(Error::Data(format!(
                "doctor: there must be no fault, found {}",
                count(faults, "fault")
            ))),
        }
    }
}

/// The checks as rows.
fn table(checks: &[Check]) -> Result<RecordBatch> {
    let texts = |of: fn(&Check) -> Option<&str>| {
        Arc::new(checks.iter().map(of).collect::<StringArray>()) as ArrayRef
    };
    let columns = [
        ("check", texts(|check| Some(&check.what))),
        ("state", texts(|check| Some(check.state.word()))),
        ("found", texts(|check| Some(&check.found))),
        ("advice", texts(|check| check.advice.as_deref())),
    ];
    RecordBatch::try_from_iter(columns).map_err(|error| Error::Data(error.to_string()))
}

/// The checks as lines, wrapped to the terminal.
fn show(checks: &[Check]) -> Result<()> {
    use std::io::Write;
    let width = terminal_size().map_or(usize::MAX, |(Width(width), _)| usize::from(width).max(40));
    let what = checks.iter().map(|check| check.what.chars().count()).max().unwrap_or_default();
    let indent = " ".repeat("warning  ".len());
    let mut out = io::stdout().lock();
    for check in checks {
        let head = format!("{:<7}  {:<what$}  {}", check.state.word(), check.what, check.found);
        let wrapping = Wrapping::new(width).subsequent_indent(&indent).break_words(false);
        writeln!(out, "{}", fill(&head, wrapping)).map_err(Error::output)?;
        if let Some(advice) = &check.advice {
            let line = format!("{indent}-> {advice}");
            let indent = format!("{indent}   ");
            let wrapping = Wrapping::new(width).subsequent_indent(&indent).break_words(false);
            writeln!(out, "{}", fill(&line, wrapping)).map_err(Error::output)?;
        }
    }
    Ok(())
}

/// The data folder and its tables.
async fn data(options: &Options, workers: &Handle) -> Vec<Check> {
    const WHAT: &str = "data folder";
    const ADVICE: &str = "name a folder: --data DIR, or the variable GOALPOSTS_DATA";
    let Some(folder) = options.data() else {
        let found = format!("none: no folder '{DATA}' in {}", here());
        return vec![Check::warning(
            WHAT,
            found,
            format!("{ADVICE}; files can be read without it"),
        )];
    };
    let why = match options.names_data() {
        false => "the default".to_owned(),
        true if env::var(DATA_VARIABLE).is_ok_and(|named| named == folder) => {
            format!("of {DATA_VARIABLE}")
        }
        true => "of --data".to_owned(),
    };
    let found = format!("{folder} ({why})");
    let runner = match options.runner_on(Some(folder), workers).await {
        Ok(runner) => runner,
        Err(error) => return vec![Check::fault(WHAT, format!("{found}: {error}"), ADVICE)],
    };
    let (mut checks, mut tables, mut known, mut rows) = (Vec::new(), 0, 0, 0);
    for table in tables_of(runner.context()).await {
        tables += 1;
        match table.rows {
            Ok(Some(number)) => {
                known += 1;
                rows += number;
            }
            Ok(None) => {}
            Err(message) => {
                let advice = "write the file anew, or take it out of the folder";
                checks.push(Check::fault(&format!("table {}", table.name), message, advice));
            }
        }
    }
    let found = match (tables, known) {
        (0, _) => {
            let advice = "put Parquet files into it, or name another: --data DIR";
            Check::warning(WHAT, format!("{found}: no tables"), advice)
        }
        (tables, 0) => Check::ok(WHAT, format!("{found}: {}", count(tables, "table"))),
        (tables, known) if known < tables => {
            let (of, rows) = (count(tables, "table"), count(rows, "row"));
            Check::ok(WHAT, format!("{found}: {of}, {rows} in the {known} that say so"))
        }
        (tables, _) => {
            Check::ok(WHAT, format!("{found}: {}, {}", count(tables, "table"), count(rows, "row")))
        }
    };
    checks.insert(0, found);
    checks
}

/// A table, and its rows if they are known without reading it.
struct Table {
    name: String,
    rows: std::result::Result<Option<usize>, String>,
}

async fn tables_of(context: &SessionContext) -> Vec<Table> {
    let mut tables = Vec::new();
    let Some(catalog) = context.catalog(CATALOG) else { return tables };
    let mut schemas = catalog.schema_names();
    schemas.retain(|schema| schema != "information_schema");
    schemas.sort();
    for schema in schemas {
        let names = catalog.schema(&schema).map(|schema| schema.table_names()).unwrap_or_default();
        for table in names {
            let rows = caught(&[], rows_of(context, catalog.as_ref(), &schema, &table)).await;
            let rows = rows.map_err(|error| describe(&error));
            let name = if schema == DEFAULT_SCHEMA { table } else { format!("{schema}.{table}") };
            tables.push(Table { name, rows });
        }
    }
    tables
}

async fn rows_of(
    context: &SessionContext,
    catalog: &dyn CatalogProvider,
    schema: &str,
    table: &str,
) -> datafusion::common::Result<Option<usize>> {
    let Some(schema) = catalog.schema(schema) else { return Ok(None) };
    let Some(table) = schema.table(table).await? else { return Ok(None) };
    let scan = table.scan(&context.state(), None, &[], None).await?;
    let statistics = StatisticsContext::new().compute(scan.as_ref(), &StatisticsArgs::new())?;
    Ok(match statistics.num_rows {
        Precision::Exact(rows) => Some(rows),
        _ => None,
    })
}

fn here() -> String {
    env::current_dir().map_or_else(|_| "this folder".to_owned(), |folder| shown(&folder))
}

fn threads(options: &Options) -> Check {
    const WHAT: &str = "threads";
    let cores = available_parallelism().map(NonZero::get).ok();
    let found = cores.map_or_else(|| "an unknown number of cores".to_owned(), |n| count(n, "core"));
    match (options.threads(), cores) {
        (None, _) => Check::ok(WHAT, format!("{found}, a thread for each")),
        (Some(threads), Some(cores)) if threads > cores => {
            let found = format!("{found}, {} (--threads)", count(threads, "thread"));
            Check::warning(WHAT, found, "leave --threads out, or give the number of cores")
        }
        (Some(threads), _) => {
            Check::ok(WHAT, format!("{found}, {} (--threads)", count(threads, "thread")))
        }
    }
}

fn memory(options: &Options) -> Check {
    const WHAT: &str = "memory";
    let of_machine = Memory::of_machine();
    let machine = of_machine.map_or_else(
        || "of the machine unknown".to_owned(),
        |Memory { all, free }| {
            let (all, free) = (size(all as u64), size(free as u64));
            format!("{all} for programs here, {free} of it free")
        },
    );
    match (options.memory_limit(), of_machine) {
        (None, _) => Check::ok(WHAT, format!("no limit; {machine}")),
        (Some(limit), Some(Memory { all, .. })) if limit > all => {
            let found = format!("limit of {} (--memory-limit); {machine}", size(limit as u64));
            Check::warning(WHAT, found, "give a limit below what there is")
        }
        (Some(limit), _) => {
            let limit = size(limit as u64);
            Check::ok(WHAT, format!("limit of {limit} (--memory-limit); {machine}"))
        }
    }
}

/// Bytes of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Memory {
    all: usize,
    free: usize,
}

impl Memory {
    /// That of the machine, or of the container if it has less; known on Linux.
    fn of_machine() -> Option<Self> {
        let machine = Self::read(&fs::read_to_string("/proc/meminfo").ok()?)?;
        let number = |file: &str| -> Option<usize> {
            fs::read_to_string(Path::new("/sys/fs/cgroup").join(file)).ok()?.trim().parse().ok()
        };
        let Some(limit) = number("memory.max").filter(|limit| *limit < machine.all) else {
            return Some(machine);
        };
        let used = number("memory.current").unwrap_or_default();
        Some(Self { all: limit, free: limit.saturating_sub(used).min(machine.free) })
    }

    /// Of the lines of `/proc/meminfo`.
    fn read(text: &str) -> Option<Self> {
        let field = |name: &str| -> Option<usize> {
            let line = text.lines().find_map(|line| line.strip_prefix(name))?;
            let kib: usize =
                line.trim_start_matches(':').trim().strip_suffix("kB")?.trim().parse().ok()?;
            kib.checked_mul(1024)
        };
        Some(Self { all: field("MemTotal")?, free: field("MemAvailable")? })
    }
}

/// Where sorts spill to.
fn temporary() -> Check {
    const WHAT: &str = "temporary folder";
    /// Less than this is soon full.
    const LITTLE: u64 = 1 << 30;
    let folder = env::temp_dir();
    let name = shown(&folder);
    if let Err(error) = tempfile::tempfile_in(&folder) {
        let advice =
            "set TMPDIR to a folder that can be written to; sorts beyond --memory-limit go there";
        return Check::fault(WHAT, format!("{name}: {error}"), advice);
    }
    match free_space(&folder) {
        Some(free) if free < LITTLE => {
            let free = size(free);
            let advice =
                "make room, or set TMPDIR to another; sorts beyond --memory-limit go there";
            Check::warning(WHAT, format!("{name}, {free} free"), advice)
        }
        Some(free) => {
            let free = size(free);
            Check::ok(WHAT, format!("{name}, {free} free"))
        }
        None => Check::ok(WHAT, name),
    }
}

/// Bytes that are free on the disk of a folder.
#[cfg(unix)]
fn free_space(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}

#[cfg(not(unix))]
fn free_space(_: &Path) -> Option<u64> {
    None
}

fn terminal() -> Vec<Check> {
    let output = io::stdout();
    let dimensions = match terminal_size() {
        Some((Width(width), Height(height))) => format!("{width} x {height}"),
        None => "size unknown".to_owned(),
    };
    let has_colours = anstream::AutoStream::choice(&output) != anstream::ColorChoice::Never;
    let colours = if has_colours { "colours" } else { "no colours" };
    let mut checks = vec![match output.is_terminal() {
        true => {
            let kind = variable(&["TERM"]).map_or_else(String::new, |kind| format!("{kind}, "));
            Check::ok("terminal", format!("{kind}{dimensions}, {colours}"))
        }
        false => Check::ok("terminal", format!("standard output is none, {colours}")),
    }];
    if cfg!(unix) {
        checks
            .push(locale(["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| variable(&[name]))));
    }
    checks
}

fn locale(named: Option<String>) -> Check {
    const WHAT: &str = "locale";
    const ADVICE: &str =
        "set LANG to one of UTF-8, such as C.UTF-8, or lines and Chinese may look broken";
    match named {
        Some(name) if name.to_ascii_uppercase().replace('-', "").contains("UTF8") => {
            Check::ok(WHAT, name)
        }
        Some(name) => Check::warning(WHAT, format!("{name}, which is not UTF-8"), ADVICE),
        None => Check::warning(WHAT, "none named", ADVICE),
    }
}

/// The pager and the editor.
fn programs() -> Vec<Check> {
    let find = |what: &str, variables: &[&str], installed: &[&str], use_: &str| {
        let named = variables.iter().find_map(|name| Some((*name, variable(&[name])?)));
        if let Some((variable, line)) = named {
            let program =
                line.split_whitespace().next().unwrap_or_default().trim_matches(['\'', '"']);
            let found = format!("{line} (of {variable})");
            return match is_installed(program) {
                true => Check::ok(what, found),
                false => Check::warning(
                    what,
                    format!("{found}, not installed"),
                    format!("set {variable} to one that is"),
                ),
            };
        }
        match installed.iter().find(|name| is_installed(name)) {
            Some(name) => Check::ok(what, *name),
            None => {
                let last = variables.last().copied().unwrap_or_default();
                Check::warning(
                    what,
                    "none found",
                    format!("install {} or set {last}; {use_}", installed[0]),
                )
            }
        }
    };
    vec![
        find(
            "pager",
            &["GOALPOSTS_PAGER", "PAGER"],
            &["less"],
            "long results scroll by without it",
        ),
        find("editor", &["VISUAL", "EDITOR"], &["nano", "vi"], "the shell edits texts in it"),
    ]
}

/// The files of the shell.
fn files() -> Vec<Check> {
    let history = match history_file() {
        Some(file) => match writable(&file) {
            Ok(true) => Check::ok("history", shown(&file)),
            Ok(false) => Check::ok("history", format!("{} (not there yet)", shown(&file))),
            Err(error) => {
                let advice = "make it writable, or set XDG_STATE_HOME; statements are forgotten";
                Check::warning("history", format!("{}: {error}", shown(&file)), advice)
            }
        },
        None => Check::warning("history", "no home folder", "set HOME; statements are forgotten"),
    };
    let start_up = match start_up_file() {
        Some(file) if file.is_file() => match fs::read_to_string(&file) {
            Ok(_) => Check::ok("start-up file", shown(&file)),
            Err(error) => {
                let advice = "make it a text that can be read, in UTF-8, or take it away";
                Check::warning("start-up file", format!("{}: {error}", shown(&file)), advice)
            }
        },
        Some(file) => Check::ok("start-up file", format!("none ({} would be read)", shown(&file))),
        None => Check::ok("start-up file", "none"),
    };
    vec![history, start_up]
}

/// Whether a file is there. `Err`: it cannot be written to, nor made.
fn writable(file: &Path) -> io::Result<bool> {
    if file.exists() {
        return fs::OpenOptions::new().append(true).open(file).map(|_| true);
    }
    // The nearest folder there is.
    match file.ancestors().skip(1).find(|folder| folder.exists()) {
        Some(folder) => tempfile::tempfile_in(folder).map(|_| false),
        None => Ok(false),
    }
}

/// What exports have left that were ended before they were complete.
fn leftovers(options: &Options) -> Check {
    const WHAT: &str = "leftover files";
    let mut folders = vec![PathBuf::from(".")];
    folders.extend(options.data().map(PathBuf::from));
    let mut found: Vec<String> = Vec::new();
    for folder in folders {
        find_parts(&folder, 0, &mut found);
    }
    found.sort();
    found.dedup();
    match found.as_slice() {
        [] => Check::ok(WHAT, "none here"),
        [first, rest @ ..] => {
            let more =
                if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
            Check::warning(
                WHAT,
                format!("{first}{more}"),
                "remove them, unless an export is running",
            )
        }
    }
}

/// `.goalposts-*.part` in a folder and, of the data folder, in those below it.
fn find_parts(folder: &Path, depth: usize, found: &mut Vec<String>) {
    /// Schemas, tables of many files, and partitions.
    const DEEPEST: usize = 4;
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if name.starts_with(".goalposts-") && name.ends_with(".part") {
            let path = path.strip_prefix(".").unwrap_or(&path);
            found.push(shown(path));
        } else if folder != Path::new(".")
            && depth < DEEPEST
            && entry.file_type().is_ok_and(|kind| kind.is_dir())
        {
            find_parts(&path, depth + 1, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_of_its_lines() {
        let text = "MemTotal:       16384 kB\nMemFree:  1 kB\nMemAvailable:    2048 kB\n";
        assert_eq!(Memory::read(text), Some(Memory { all: 16 << 20, free: 2 << 20 }));
        assert_eq!(Memory::read("MemTotal: 1 kB\n"), None);
    }

    #[test]
    fn locales() {
        for (name, state) in [
            (Some("en_GB.UTF-8"), State::Ok),
            (Some("C.utf8"), State::Ok),
            (Some("zh_CN.GB18030"), State::Warning),
            (None, State::Warning),
        ] {
            assert_eq!(locale(name.map(str::to_owned)).state, state, "{name:?}");
        }
    }
}
