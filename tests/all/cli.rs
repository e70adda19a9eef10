//! The real binary, driven from outside in fresh folders: output, exit code, what is left behind.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::ipc::reader::{FileReader, StreamReader};
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::file::metadata::{PageIndexPolicy, ParquetMetaDataReader};
use libtest_mimic::Trial;
use tempfile::TempDir;

use crate::trial;

/// Every case of the program.
pub fn trials() -> Vec<Trial> {
    let cases: [(&str, fn()); _] = [
        ("command::formats", command_formats),
        ("command::empty_results", command_empty_results),
        ("command::several", command_several),
        ("command::binary_formats", command_binary_formats),
        ("command::several_binary_results", command_several_binary_results),
        ("command::faults", command_faults),
        ("command::nothing_to_do", command_nothing_to_do),
        ("command::deep_statements", command_deep_statements),
        ("stdin::script", stdin_script),
        ("parameters", parameters),
        ("options::bad", options_bad),
        ("options::limits", options_limits),
        ("windows::keep_rows", windows_keep_rows),
        ("options::quiet", options_quiet),
        ("run::folder", run_folder),
        ("run::formats", run_formats),
        ("run::without_out", run_without_out),
        ("run::stops_at_the_first_fault", run_stops),
        ("run::keep_going", run_keep_going),
        ("run::faults", run_faults),
        ("run::line_of_a_fault", run_line_of_a_fault),
        ("run::result_survives", run_result_survives),
        ("run::odd_texts", run_odd_texts),
        ("run::not_utf8", run_not_utf8),
        ("run::paths", run_paths),
        ("export::every_ending", export_every_ending),
        ("export::output", export_output),
        ("export::bad_targets", export_bad_targets),
        ("export::columns_of_one_name", export_columns_of_one_name),
        ("export::existing_file", export_existing_file),
        ("export::empty_results", export_empty_results),
        ("export::query", export_query),
        ("export::chinese", export_chinese),
        ("import::long_form", import_long_form),
        ("import::parquet", import_parquet),
        ("import::keys", import_keys),
        ("import::other_tables", import_other_tables),
        ("import::unreadable", import_unreadable),
        ("import::options", import_options),
        ("import::edges", import_edges),
        ("catalog::names", catalog_names),
        ("catalog::many_files", catalog_many_files),
        ("catalog::partitions", catalog_partitions),
        ("catalog::broken_files", catalog_broken_files),
        ("catalog::unlike_files", catalog_unlike_files),
        ("catalog::paths", catalog_paths),
        ("catalog::external_tables", catalog_external_tables),
        ("catalog::made_tables", catalog_made_tables),
        ("catalog::which_folder", catalog_which_folder),
    ];
    let mut trials: Vec<_> =
        cases.into_iter().map(|(name, case)| trial(&format!("cli::{name}"), case)).collect();
    #[cfg(unix)]
    trials.extend(unix::trials());
    #[cfg(not(unix))]
    trials.push(crate::skipped("cli::unix", "signals, links and devices are those of Unix"));
    trials
}

// ---------------------------------------------------------------------------- what cases are made of

/// A fresh folder to run the program in.
pub struct Place(TempDir);

/// What a run did.
pub struct Run {
    pub code: Option<i32>,
    pub out: Vec<u8>,
    pub err: String,
}

pub fn place() -> Place {
    Place(tempfile::tempdir().expect("a temporary folder"))
}

impl Place {
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, its folders too.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("a file");
        self
    }

    /// The result of a query as a file.
    pub fn export(&self, sql: &str, name: &str) -> &Self {
        fs::create_dir_all(self.path(name).parent().expect("a folder")).expect("a folder");
        self.run(&["export", sql, "-o", name]).done();
        self
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Every file below the folder, hidden ones too, but for the manifests of runs.
    pub fn files(&self) -> Vec<String> {
        fn walk(folder: &Path, root: &Path, files: &mut Vec<String>) {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                match path.is_dir() {
                    true => walk(&path, root, files),
                    false => {
                        let name = path.strip_prefix(root).expect("below the folder");
                        files.push(name.to_string_lossy().replace('\\', "/"));
                    }
                }
            }
        }
        let mut files = Vec::new();
        walk(self.0.path(), self.0.path(), &mut files);
        files.retain(|file| !file.ends_with("manifest.json"));
        files.sort();
        files
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_goalposts"));
        command.args(arguments).current_dir(self.0.path()).env_remove("GOALPOSTS_DATA");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, b"")
    }

    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("its input");
        let _ = stdin.write_all(input); // it need not read
        drop(stdin);
        Run::of(child.wait_with_output().expect("the program ends"))
    }

    /// The result of statements as CSV.
    pub fn csv(&self, sql: &str) -> String {
        self.run(&["-f", "csv", "-c", sql]).done()
    }

    /// The message of a statement that must fail.
    pub fn fault(&self, sql: &str) -> String {
        let message = self.run(&["-c", sql]).fails(1);
        message.strip_prefix("-c:1: ").expect("the place of the statement").to_owned()
    }
}

impl Run {
    /// Whatever happens, these words must never be shown.
    pub fn of(output: Output) -> Self {
        let err = String::from_utf8(output.stderr).expect("messages are UTF-8");
        for words in [
            "panicked",
            "RUST_BACKTRACE",
            "backtrace",
            "Internal error",
            "internal error",
            "caused by a bug",
            "Error during planning",
            "Execution error",
            "DataFusion error",
            "overflowed its stack",
        ] {
            assert!(!err.contains(words), "'{words}' in: {err}");
        }
        Self { code: output.status.code(), out: output.stdout, err }
    }

    /// It must have gone well; what it wrote.
    pub fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.err);
        String::from_utf8(self.out).expect("UTF-8")
    }

    /// It must have failed with one line, which is returned, and perhaps a picture under it;
    /// nothing but complete results may be on standard output.
    #[track_caller]
    pub fn fails(&self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{}", self.err);
        let text = self.err.strip_suffix('\n').expect("a line");
        let (line, picture) = text.split_once('\n').unwrap_or((text, "  |"));
        assert!(picture.lines().all(is_of_a_picture), "one line and a picture: {text}");
        let message = line.strip_prefix("goalposts: ").expect("the program's name");
        assert!(!message.ends_with('.'), "no full stop: {message}");
        message.to_owned()
    }

    /// As `fails`, with nothing on standard output.
    #[track_caller]
    pub fn fails_silently(&self, code: i32) -> String {
        assert!(self.out.is_empty(), "{}", String::from_utf8_lossy(&self.out));
        self.fails(code)
    }
}

/// `3 | SELECT`, `  = columns: unit`
pub fn is_of_a_picture(line: &str) -> bool {
    let text = line.trim_start_matches([' ', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    text.starts_with('|') || text.starts_with("= ")
}

#[track_caller]
pub fn contains(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "'{part}' is not in: {text}");
    }
}

// --------------------------------------------------------------------------------------- -c and stdin

const ROW: &str =
    "SELECT 1 AS a, NULL AS b, 'x|y,\"z' AS c, DATE '2024-01-02' AS d, '北京' AS \"城市\"";

fn command_formats() {
    let place = place();
    let written = |format| place.run(&["-f", format, "-c", ROW]).done();
    assert_eq!(
        written("table"),
        "┌───┬──────┬────────┬────────────┬──────┐\n\
         │ a ┆ b    ┆ c      ┆ d          ┆ 城市 │\n\
         ╞═══╪══════╪════════╪════════════╪══════╡\n\
         │ 1 ┆ NULL ┆ x|y,\"z ┆ 2024-01-02 ┆ 北京 │\n\
         └───┴──────┴────────┴────────────┴──────┘\n"
    );
    assert_eq!(place.run(&["-c", ROW]).done(), written("table"));
    assert_eq!(written("csv"), "a,b,c,d,城市\n1,,\"x|y,\"\"z\",2024-01-02,北京\n");
    assert_eq!(written("tsv"), "a\tb\tc\td\t城市\n1\t\t\"x|y,\"\"z\"\t2024-01-02\t北京\n");
    let object = r#"{"a":1,"b":null,"c":"x|y,\"z","d":"2024-01-02","城市":"北京"}"#;
    assert_eq!(written("json"), format!("[{object}]\n"));
    assert_eq!(written("ndjson"), format!("{object}\n"));
    assert_eq!(
        written("markdown"),
        "| a | b | c       | d          | 城市 |\n\
         |---|---|---------|------------|------|\n\
         | 1 |   | x\\|y,\"z | 2024-01-02 | 北京 |\n"
    );
    // What a text holds can neither break the table nor command the terminal.
    let table = place.run(&["-c", "SELECT 'a' || chr(10) || chr(27) || '[2J' AS x"]).done();
    contains(&table, &["│ a         │\n│ \\u{1b}[2J │"]);
    // A struct has no place in separated text but as it is shown.
    assert_eq!(place.csv("SELECT struct(1 AS q) AS f, [1, 2] AS g"), "f,g\n{q: 1},\"[1, 2]\"\n");
}

fn command_empty_results() {
    let place = place();
    let written = |format| place.run(&["-f", format, "-c", "SELECT 1 AS a WHERE false"]).done();
    assert_eq!(written("table"), "┌───┐\n│ a │\n╞═══╡\n└───┘\n");
    assert_eq!(written("csv"), "a\n");
    assert_eq!(written("tsv"), "a\n");
    assert_eq!(written("json"), "[]\n");
    assert_eq!(written("ndjson"), "");
    assert_eq!(written("markdown"), "| a |\n|---|\n");
}

fn command_several() {
    let place = place();
    let both = "a\n1\nb\n2\n";
    assert_eq!(place.csv("SELECT 1 AS a; SELECT 2 AS b;"), both);
    let run = place.run(&["-f", "csv", "-c", "SELECT 1 AS a", "-c", "SELECT 2 AS b"]);
    assert_eq!(run.done(), both);
    // One session: what a statement makes, those after it see.
    let made = ["-f", "csv", "-c", "CREATE VIEW v AS SELECT 7 AS a", "-c", "SELECT * FROM v"];
    assert_eq!(place.run(&made).done(), "a\n7\n");
    // What came before a fault has been written.
    let run = place.run(&["-f", "csv", "-c", "SELECT 1 AS a;\nSELECT nope"]);
    assert_eq!(String::from_utf8_lossy(&run.out), "a\n1\n");
    contains(&run.fails(1), &["-c:2: ", "nope"]);
    assert!(place.files().is_empty());
}

fn command_binary_formats() {
    let place = place();
    for (format, ending) in [("parquet", "parquet"), ("arrow", "arrows"), ("arrows", "arrows")] {
        let run = place.run(&["-f", format, "-c", ROW]);
        let name = format!("{format}.{ending}");
        place.write(&name, &run.out);
        run_ok(&run);
        let read = place.csv(&format!("SELECT * FROM '{name}'"));
        assert_eq!(read, "a,b,c,d,城市\n1,,\"x|y,\"\"z\",2024-01-02,北京\n", "{format}");
    }
}

fn run_ok(run: &Run) {
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
}

/// Two Parquet files in a row are read as the second alone: the first is written, the second refused.
fn command_several_binary_results() {
    let place = place();
    for format in ["parquet", "arrow", "arrows"] {
        let name = format!("first.{}", if format == "parquet" { format } else { "arrows" });
        let run = place.run(&["-f", format, "-c", "SELECT 1 AS a;\nSELECT 2 AS b"]);
        place.write(&name, &run.out);
        let message = run.fails(1);
        let refusal = "-c:2: standard output must have one result as";
        assert_eq!(message, format!("{refusal} {format}, found a second"));
        assert_eq!(place.csv(&format!("SELECT * FROM '{name}'")), "a\n1\n", "{format}");
        // A statement without a result is none.
        let run =
            place.run(&["-f", format, "-c", "CREATE VIEW v AS SELECT 7 AS a; SELECT * FROM v"]);
        run_ok(&run);
        place.write(&name, &run.out);
        assert_eq!(place.csv(&format!("SELECT * FROM '{name}'")), "a\n7\n", "{format}");
    }
}

fn command_faults() {
    let place = place();
    let fault = |sql: &str| {
        let message = place.run(&["-c", sql]).fails_silently(1);
        message.strip_prefix("-c:").expect("the place").to_owned()
    };
    contains(&fault("selec 1"), &["1: ", "selec"]);
    contains(&fault("SELECT 1,\n\n  2 3 4"), &["3: "]);
    contains(&fault("SELECT\n nope"), &["2: ", "nope"]);
    contains(&fault("SELECT * FROM nope"), &["1: table 'nope' not found"]);
    contains(&fault("SELECT nope(1)"), &["1: ", "nope"]);
    contains(&fault("SELECT CAST('x' AS INT)"), &["1: ", "'x'"]);
    contains(&fault("SELECT 1/0"), &["1: a divisor must not be 0, got 0"]);
    contains(&fault("SELECT\n 'abc"), &["unterminated string literal"]);
    contains(&fault("SELECT 1 /* abc"), &["comment"]);
    contains(&fault("SELECT agg_geometric(0.0, 1.0)"), &["1: agg_geometric: score must be finite"]);
    contains(&fault("SELECT agg_geometric(1.0, wieght => 1)"), &["agg_geometric", "wieght"]);
}

fn command_nothing_to_do() {
    let place = place();
    for sql in ["", ";;", "-- nothing", "/* nothing; */"] {
        assert_eq!(place.run(&["-c", sql]).done(), "", "{sql}");
    }
}

fn command_deep_statements() {
    let place = place();
    let deep = format!("SELECT {}1{} AS a", "(".repeat(5000), ")".repeat(5000));
    place.write("deep.sql", deep);
    contains(&place.run(&["run", "deep.sql"]).fails(1), &["deep.sql:1: "]);
    let wide = vec!["SELECT 1 AS a"; 100].join(" UNION ALL ");
    assert_eq!(place.csv(&format!("SELECT count(*) AS n FROM ({wide})")), "n\n100\n");
}

fn stdin_script() {
    let place = place();
    let script = b"-- a; b\nSELECT 1 AS a;\n\nSELECT 'x;y' AS b\n";
    assert_eq!(place.run_with(&["-f", "csv"], script).done(), "a\n1\nb\nx;y\n");
    assert_eq!(place.run_with(&[], b"").done(), "");
    contains(&place.run_with(&[], b"SELECT 1;\nSELECT nope;").fails(1), &["<stdin>:2: ", "nope"]);
    let message = place.run_with(&[], b"SELECT 1;\nSELECT '\xff';").fails_silently(1);
    assert_eq!(message, "<stdin>:2: text must be UTF-8, found other bytes");
}

// --------------------------------------------------------------------------------------------- options

fn parameters() {
    let place = place();
    let sql = "SELECT $a AS a, $b AS b, $c AS c, $d AS d, $e AS e, $f AS f";
    let given = ["a=1", "b=北京 = x", "c=true", "d=null", "e='2024'", "f=-2.5e3"];
    let mut arguments = vec!["-f", "json", "-c", sql];
    given.iter().for_each(|pair| arguments.extend(["--param", pair]));
    let expected = r#"[{"a":1,"b":"北京 = x","c":true,"d":null,"e":"2024","f":-2500.0}]"#;
    assert_eq!(place.run(&arguments).done().trim_end(), expected);

    let with_n = |sql| place.run(&["-f", "csv", "-p", "n=2", "-c", sql]);
    let rows = "SELECT value AS v FROM generate_series(1, 9) ORDER BY value LIMIT $n";
    assert_eq!(with_n(rows).done(), "v\n1\n2\n");
    assert_eq!(with_n("SELECT power($n, 3) AS x").done(), "x\n8.0\n");
    assert_eq!(with_n("SELECT 1 AS a WHERE 2 IN (SELECT $n)").done(), "a\n1\n");
    assert_eq!(with_n("SELECT '$n' AS a").done(), "a\n$n\n");
    let scored = "SELECT norm_goalposts(4.0, lower => 0, upper => $n * 4) AS x";
    assert_eq!(with_n(scored).done(), "x\n0.5\n");
    let as_text = "SELECT 'o''clock' = $t AS same";
    let run = place.run(&["-f", "csv", "-p", "t=o'clock", "-c", as_text]);
    assert_eq!(run.done(), "same\ntrue\n");

    let message = place.run(&["-c", "SELECT $year"]).fails_silently(1);
    assert_eq!(message, "-c:1: $year must have a value, found none (give --param year=VALUE)");
    place.write("q.sql", "SELECT 1;\nSELECT\n  $year;");
    let message = place.run(&["run", "q.sql"]).fails_silently(1);
    assert_eq!(message, "q.sql:3: $year must have a value, found none (give --param year=VALUE)");
}

fn options_bad() {
    let place = place();
    for arguments in [
        &["--nope"][..],
        &["frobnicate"],
        &["-c", "SELECT 1", "-p", "n"],
        &["-c", "SELECT 1", "-p", "=1"],
        &["-c", "SELECT 1", "--threads", "0"],
        &["-c", "SELECT 1", "--threads", "x"],
        &["-c", "SELECT 1", "--memory-limit", "abc"],
        &["-c", "SELECT 1", "--memory-limit", "0"],
        &["-c", "SELECT 1", "--format", "xls"],
        &["-c", "SELECT 1", "run", "x.sql"],
        &["-c", "SELECT 1", "--data", "nowhere"],
        &["run"],
        &["export", "SELECT 1"],
        &["export", "-o", "x.csv"],
        &["export", "SELECT 1", "--file", "x.sql", "-o", "x.csv"],
        &["import", "x.csv"],
    ] {
        let run = place.run(arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.err);
        assert!(run.out.is_empty() && !run.err.is_empty(), "{arguments:?}");
    }
    assert!(place.files().is_empty());
    contains(&place.run(&["--help"]).done(), &["run", "export", "import", "--param", "Exit codes"]);
    contains(&place.run(&["--version"]).done(), &[env!("CARGO_PKG_VERSION")]);
}

/// The engine prunes the scan below a join by the range of its keys, and 0.0 is not -0.0 to it.
fn windows_keep_rows() {
    let place = place();
    let keys = "SELECT * FROM (VALUES (0.0, 1.0), (-0.0, 2.0), (1.0, 3.0)) AS t(k, v)";
    place.export(keys, "z.parquet");
    for function in ["agg_arithmetic(v)", "norm_minmax(v)", "norm_rank(v)"] {
        let sql =
            format!("SELECT v, {function} OVER (PARTITION BY k) AS f FROM 'z.parquet' ORDER BY v");
        let rows = place.run(&["-f", "csv", "-c", &sql]).done();
        assert_eq!(rows.lines().count(), 4, "{function}: {rows}");
    }
}

fn options_limits() {
    let place = place();
    let sql = "SELECT count(DISTINCT value) AS n FROM generate_series(1, 100000)";
    for arguments in [["--threads", "1"], ["--threads", "3"], ["--memory-limit", "64M"]] {
        let mut all = vec!["-f", "csv", "-c", sql];
        all.extend(arguments);
        assert_eq!(place.run(&all).done(), "n\n100000\n", "{arguments:?}");
    }
    // Too little memory is said, and nothing of a result is left behind.
    let sorted = "SELECT array_agg(value) AS a FROM generate_series(1, 1000000)";
    let run = place.run(&["export", sorted, "-o", "x.arrow", "--memory-limit", "1M"]);
    contains(&run.fails_silently(1).to_lowercase(), &["export:1: ", "memory"]);
    // What must hold all values of a group says so as well: an aggregate, a window by hash.
    for sql in [
        "SELECT stat_quantile(value, 0.5) FROM generate_series(1, 1000000)",
        "SELECT norm_rank(value) OVER (PARTITION BY value % 3) FROM generate_series(1, 1000000)",
    ] {
        let run = place.run(&["export", sql, "-o", "x.arrow", "--memory-limit", "1M"]);
        contains(&run.fails_silently(1).to_lowercase(), &["export:1: ", "memory"]);
    }
    assert!(place.files().is_empty());
}

fn options_quiet() {
    let place = place();
    place.write("q.sql", "SELECT 1 AS a").write("x.csv", "unit,value\nA,1\n");
    for arguments in [
        &["run", "q.sql", "--out", "out"][..],
        &["export", "SELECT 1 AS a", "-o", "x.arrow"],
        &["import", "x.csv", "-o", "x.parquet"],
    ] {
        let run = place.run(arguments);
        let lines = run.err.lines().filter(|line| !line.starts_with("  ")).count(); // columns
        assert!(lines == 1 && run.out.is_empty(), "{arguments:?}: {}", run.err);
        run.done();
        let run = place.run(&[arguments, &["--quiet"]].concat());
        assert_eq!((run.code, run.out.len(), run.err.as_str()), (Some(0), 0, ""), "{arguments:?}");
    }
    let run = place.run(&["-q", "-c", "SELECT nope"]);
    contains(&run.fails(1), &["nope"]);
}

// ------------------------------------------------------------------------------------------------- run

fn run_folder() {
    let place = place();
    place
        .write("q/02_second.sql", "SELECT a + 1 AS b FROM first; SELECT a * 10 AS c FROM first;")
        .write("q/01_first.sql", "CREATE VIEW first AS SELECT 4 AS a;\nSELECT * FROM first;")
        .write("q/03_none.sql", "CREATE TABLE t AS SELECT 1 AS a;")
        .write("q/notes.txt", "not SQL");
    let run = place.run(&["run", "q", "--out", "out/deep", "--format", "csv"]);
    let names: Vec<_> = run.err.lines().map(|l| l.split(':').next().unwrap_or_default()).collect();
    let last = "3 files";
    assert_eq!(names, ["q/01_first.sql", "q/02_second.sql", "q/03_none.sql", last], "{}", run.err);
    // The result of an earlier SELECT is shown, that of the last is kept.
    assert_eq!(run.done(), "b\n5\n");
    assert_eq!(place.read("out/deep/01_first.csv"), "a\n4\n");
    assert_eq!(place.read("out/deep/02_second.csv"), "c\n40\n");
    let made: Vec<_> = place.files().into_iter().filter(|name| name.starts_with("out")).collect();
    assert_eq!(made, ["out/deep/01_first.csv", "out/deep/02_second.csv"]);
}

fn run_formats() {
    let place = place();
    place.write("q.sql", ROW);
    let text = "a,b,c,d,城市\n1,,\"x|y,\"\"z\",2024-01-02,北京\n";
    place.run(&["run", "q.sql", "--out", "out"]).done();
    let mut made = vec!["out/q.arrow".to_owned()];
    for (format, ending) in [
        ("table", "txt"),
        ("markdown", "md"),
        ("latex", "tex"),
        ("csv", "csv"),
        ("tsv", "tsv"),
        ("json", "json"),
        ("ndjson", "ndjson"),
        ("arrows", "arrows"),
        ("parquet", "parquet"),
    ] {
        assert_eq!(place.run(&["run", "q.sql", "--out", "out", "-f", format]).done(), "");
        let name = format!("out/q.{ending}");
        // What is text is the text that standard output gets.
        if !["arrows", "parquet"].contains(&format) {
            let shown = place.run(&["-f", format, "-c", ROW]).done();
            assert!(shown.contains("北京") && place.read(&name) == shown, "{name}");
        }
        made.push(name);
    }
    for name in &made {
        if ![".txt", ".md", ".tex", ".json"].iter().any(|ending| name.ends_with(ending)) {
            assert_eq!(place.csv(&format!("SELECT * FROM '{name}'")), text, "{name}");
        }
    }
    made.push("q.sql".to_owned());
    made.sort();
    assert_eq!(place.files(), made);
}

fn run_without_out() {
    let place = place();
    place.write("q.sql", "SELECT 1 AS a; SELECT 2 AS b");
    assert_eq!(place.run(&["run", "q.sql", "-f", "csv"]).done(), "a\n1\nb\n2\n");
    assert_eq!(place.files(), ["q.sql"]);
}

fn faulty_folder() -> Place {
    let place = place();
    place
        .write("q/1.sql", "SELECT 1 AS a;")
        .write("q/2.sql", "SELECT 2 AS a;\nSELECT nope;")
        .write("q/3.sql", "SELECT 3 AS a;");
    place
}

fn run_stops() {
    let place = faulty_folder();
    let run = place.run(&["run", "q", "--out", "out", "-f", "csv", "--quiet"]);
    contains(&run.fails(1), &["q/2.sql:2: ", "nope"]);
    assert_eq!(place.files(), ["out/1.csv", "q/1.sql", "q/2.sql", "q/3.sql"]);
}

fn run_keep_going() {
    let place = faulty_folder();
    place.write("q/4.sql", "selec 4;").write("q/5.sql", b"\xff");
    let run = place.run(&["run", "q", "--out", "out", "-f", "csv", "--quiet", "--keep-going"]);
    assert_eq!(run.code, Some(1));
    let lines: Vec<_> = run.err.lines().filter(|line| !is_of_a_picture(line)).collect();
    let starts = ["q/2.sql:2: ", "q/4.sql:1: ", "q/5.sql:1: "];
    assert_eq!(lines.len(), starts.len(), "{}", run.err);
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(&format!("goalposts: {start}")), "{line}");
    }
    let made: Vec<_> = place.files().into_iter().filter(|name| name.starts_with("out")).collect();
    assert_eq!(made, ["out/1.csv", "out/3.csv"]);
}

/// Syntax, planning, execution at the first row and late: each leaves nothing half-written.
fn run_faults() {
    let late = "SELECT 1 / (900000 - value) AS a FROM generate_series(1, 1000000)";
    for sql in ["SELECT 1 AS a a", "SELECT nope AS a", "SELECT 1/0 AS a", late, "SELECT 'a"] {
        let place = place();
        place.write("q.sql", sql);
        for format in ["arrow", "csv", "parquet", "json"] {
            let run = place.run(&["run", "q.sql", "--out", "out", "-f", format]);
            contains(&run.fails_silently(1), &["q.sql:1: "]);
            assert_eq!(place.files(), ["q.sql"], "{sql} {format}");
        }
    }
}

fn run_line_of_a_fault() {
    let place = place();
    let before =
        "-- one\nSELECT 1 AS a;\n\n/* four\nfive; */\nSELECT 'six\nseven;\neight';\n\n\n\n";
    for (fault, line, words) in [
        ("SELECT a\nFROM generate_series(1, 2)\n  GROUPED BY 1;", 14, "found BY"), // syntax
        ("SELECT 1,\n  2,\n  nope;", 14, "nope"),                                  // planning
        ("SELECT 1\nFROM\n  nope;", 14, "nope"),
        ("\n\nSELECT 1/0;", 14, "a divisor must not be 0"), // execution: where the statement starts
        ("SELECT 1,\n  2,\n  'open", 14, "unterminated"),
    ] {
        for break_ in ["\n", "\r\n"] {
            place.write("q.sql", format!("{before}{fault}").replace('\n', break_));
            let message = place.run(&["run", "q.sql", "--quiet"]).fails(1);
            contains(&message, &[&format!("q.sql:{line}: "), words]);
        }
    }
}

fn run_result_survives() {
    let place = place();
    place.write("q.sql", "SELECT 1 AS a").run(&["run", "q.sql", "--out", "out"]).done();
    let before = fs::read(place.path("out/q.arrow")).expect("a result");
    place.write("q.sql", "SELECT 1 / (900000 - value) AS a FROM generate_series(1, 1000000)");
    place.run(&["run", "q.sql", "--out", "out"]).fails(1);
    assert_eq!(fs::read(place.path("out/q.arrow")).expect("the result"), before);
    assert_eq!(place.files(), ["out/q.arrow", "q.sql"]);
    place.write("q.sql", "SELECT 2 AS a").run(&["run", "q.sql", "--out", "out"]).done();
    assert_eq!(place.csv("SELECT * FROM 'out/q.arrow'"), "a\n2\n");
}

fn run_odd_texts() {
    let place = place();
    place
        .write("1_empty.sql", "")
        .write("2_comment.sql", "-- only; a comment\n/* and\n; another */")
        .write("3_bom.sql", "\u{feff}SELECT 'bom' AS a;")
        .write("4_crlf.sql", "SELECT 'crlf' AS a;\r\n-- it's; a comment\r\nSELECT 'x' AS b;\r\n")
        .write("5_strings.sql", "SELECT 'a;b' AS \"c;d\", 'it''s; --x' AS e; /* ; ' */")
        .write("6_北京.sql", "SELECT '北京;' AS \"名\"");
    let run = place.run(&["run", ".", "-f", "csv"]);
    let expected = "a\nbom\na\ncrlf\nb\nx\nc;d,e\na;b,it's; --x\n名\n北京;\n";
    assert_eq!(run.done(), expected);
    place.run(&["run", ".", "--out", "out", "-f", "csv"]).done();
    let made: Vec<_> = place.files().into_iter().filter(|name| name.starts_with("out")).collect();
    assert_eq!(made, ["out/3_bom.csv", "out/4_crlf.csv", "out/5_strings.csv", "out/6_北京.csv"]);
}

fn run_not_utf8() {
    let place = place();
    place.write("q.sql", b"SELECT 1;\n\nSELECT '\xb1\xb1\xbe\xa9';"); // GBK
    let message = place.run(&["run", "q.sql"]).fails_silently(1);
    assert_eq!(message, "q.sql:3: text must be UTF-8, found other bytes");
}

fn run_paths() {
    let place = place();
    fs::create_dir(place.path("empty")).expect("a folder");
    let fails = |arguments: &[&str]| place.run(arguments).fails_silently(2);
    contains(&fails(&["run", "empty"]), &["empty: ", ".sql"]);
    contains(&fails(&["run", "nowhere"]), &["nowhere: "]);
    contains(&fails(&["run", "nowhere.sql", "--out", "out"]), &["nowhere.sql: "]);
    place.write("a/q.sql", "SELECT 1").write("b/q.sql", "SELECT 2").write("file", "");
    contains(&fails(&["run", "a", "b", "--out", "out"]), &["b/q.sql", "a/q.sql"]);
    contains(&fails(&["run", "a", "--out", "file"]), &["file"]);
    assert_eq!(place.files(), ["a/q.sql", "b/q.sql", "file"]);
    assert!(!place.path("out").exists(), "no folder is made for nothing");
}

// ---------------------------------------------------------------------------------------------- export

fn export_every_ending() {
    let place = place();
    for ending in ["arrow", "arrows", "parquet", "csv", "tsv", "json", "ndjson", "md", "tex", "txt"]
    {
        let name = format!("x.{ending}");
        let run = place.run(&["export", ROW, "-o", &name]);
        contains(&run.err, &["1 row ", &name]);
        assert_eq!(run.done(), "", "standard output is for results");
        contains(&String::from_utf8_lossy(&fs::read(place.path(&name)).expect("it")), &["北京"]);
    }
    for name in ["x.arrow", "x.arrows", "x.parquet", "x.csv", "x.tsv", "x.ndjson"] {
        let read = place.csv(&format!("SELECT a, c, d, \"城市\" FROM '{name}'"));
        assert_eq!(read, "a,c,d,城市\n1,\"x|y,\"\"z\",2024-01-02,北京\n", "{name}");
    }
    assert_eq!(place.files().len(), 10, "{:?}", place.files());
    // --format overrules the ending; an ending in upper case is one, too.
    place.run(&["export", "SELECT 1 AS a", "-o", "x.dat", "-f", "csv"]).done();
    assert_eq!(place.read("x.dat"), "a\n1\n");
    place.run(&["export", "SELECT 1 AS a", "-o", "X.CSV"]).done();
    assert_eq!(place.read("X.CSV"), "a\n1\n");
}

fn export_output() {
    let place = place();
    assert_eq!(place.run(&["export", "SELECT 1 AS a", "-o", "-", "-f", "csv"]).done(), "a\n1\n");
    let run = place.run(&["export", "SELECT 1 AS a", "-o", "-"]);
    run_ok(&run);
    place.write("x.arrows", &run.out);
    assert_eq!(place.csv("SELECT * FROM 'x.arrows'"), "a\n1\n");
}

fn export_columns_of_one_name() {
    let place = place();
    let twice = "SELECT a.v, b.v FROM (VALUES (1)) AS a(v), (VALUES (2)) AS b(v)";
    for name in ["x.parquet", "x.arrow", "x.csv", "x.tsv", "x.json", "x.ndjson"] {
        let message = place.run(&["export", twice, "-o", name]).fails_silently(1);
        contains(
            &message,
            &[name, "columns must have names of their own in a file, found two", "'v'"],
        );
        assert!(place.files().is_empty());
    }
    // What people read may show both.
    contains(&place.run(&["-f", "markdown", "-c", twice]).done(), &["| v | v |"]);
}

fn export_bad_targets() {
    let place = place();
    fs::create_dir(place.path("folder.csv")).expect("a folder");
    let fails = |target| place.run(&["export", "SELECT 1 AS a", "-o", target]).fails_silently(2);
    contains(&fails("no/x.arrow"), &["no/x.arrow: ", "No such file or directory"]);
    contains(&fails("x.foo"), &["x.foo: must end in .arrow"]);
    contains(&fails("x"), &["x: must end in .arrow"]);
    contains(&fails("folder.csv"), &["folder.csv: must be a file, found a folder"]);
    assert!(place.files().is_empty());
}

fn export_existing_file() {
    let place = place();
    place.write("x.csv", "before");
    let late = "SELECT 1 / (900000 - value) AS a FROM generate_series(1, 1000000)";
    for sql in ["selec", "SELECT nope", "SELECT 1/0", late] {
        contains(&place.run(&["export", sql, "-o", "x.csv"]).fails_silently(1), &["export:1: "]);
        assert_eq!((place.read("x.csv").as_str(), place.files().len()), ("before", 1), "{sql}");
    }
    place.export("SELECT 1 AS a", "x.csv");
    assert_eq!(place.read("x.csv"), "a\n1\n");
    // A query may read what it replaces.
    place.export("SELECT a + 1 AS a FROM 'x.csv'", "x.csv");
    assert_eq!(place.read("x.csv"), "a\n2\n");
    assert_eq!(place.files(), ["x.csv"]);
}

fn export_empty_results() {
    let place = place();
    let sql = "SELECT 1 AS a, 'x' AS b, DATE '2024-01-01' AS c WHERE false";
    for name in ["x.arrow", "x.arrows", "x.parquet"] {
        place.export(sql, name);
        assert_eq!(place.csv(&format!("SELECT * FROM '{name}'")), "a,b,c\n", "{name}");
    }
    // Of every type that a result may have.
    let all = format!("SELECT * FROM ({}) WHERE false", crate::readers::EVERYTHING);
    let types = [
        ("i", "Int64"),
        ("s", "Utf8"),
        ("f", "Float64"),
        ("d", "Date32"),
        ("b", "Boolean"),
        ("dec", "Decimal128(10, 2)"),
        ("ts", "Timestamp(µs)"),
        ("dict", "Utf8"),
        ("st", "Struct(\"lower\": Float64, \"label\": Utf8)"),
        ("l", "List(Int64)"),
    ];
    for name in ["all.arrow", "all.arrows", "all.parquet"] {
        place.export(&all, name);
        let (rows, schema) = content(&place.path(name));
        let found = schema.fields().iter().map(|field| {
            // Text is text, however its bytes lie.
            let shown = field.data_type().to_string();
            (
                field.name().to_owned(),
                shown.replace("Utf8View", "Utf8").replace("LargeUtf8", "Utf8"),
            )
        });
        let found: Vec<_> = found.collect();
        let types = types.map(|(name, shown)| (name.to_owned(), shown.to_owned()));
        assert_eq!((rows, found.as_slice()), (0, types.as_slice()), "{name}");
        // The program reads the same types, and those of an export with rows.
        place.export(crate::readers::EVERYTHING, &format!("rows_{name}"));
        let described = |name: &str| place.csv(&format!("DESCRIBE SELECT * FROM '{name}'"));
        assert_eq!(described(name), described(&format!("rows_{name}")));
        let of = |column: &str| format!("arrow_typeof(x.{column}) AS {column}");
        let of_all: Vec<_> = types.iter().map(|(column, _)| of(column)).collect();
        let typed = |name: &str| {
            let row = "(SELECT 1 AS one) AS o LEFT JOIN";
            place.csv(&format!(
                "SELECT DISTINCT {} FROM {row} '{name}' AS x ON true",
                of_all.join(", ")
            ))
        };
        let read = typed(name);
        assert_eq!(read.lines().count(), 2, "{read}");
        assert_eq!(read, typed(&format!("rows_{name}")));
        contains(&read, &["Int64,", ",Float64,Date32,Boolean,", "Decimal128(10, 2)"]);
    }
    place.export(sql, "x.csv").export(sql, "x.json").export(sql, "x.ndjson").export(sql, "x.md");
    assert_eq!(place.read("x.csv"), "a,b,c\n");
    assert_eq!(place.read("x.json").trim_end(), "[]");
    assert_eq!(place.read("x.ndjson"), "");
    contains(&place.read("x.md"), &["| a | b | c |"]);
}

/// Rows and schema of a file, by the readers of its format.
fn content(path: &Path) -> (usize, Schema) {
    let file = fs::File::open(path).expect("the file");
    let (batches, schema): (Vec<_>, _) = match path.extension().and_then(|name| name.to_str()) {
        Some("arrow") => {
            let reader = FileReader::try_new(file, None).expect("an Arrow file");
            let schema = reader.schema();
            (reader.collect(), schema)
        }
        Some("arrows") => {
            let reader = StreamReader::try_new(file, None).expect("an Arrow stream");
            let schema = reader.schema();
            (reader.collect(), schema)
        }
        _ => {
            let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("a Parquet file");
            let schema = Arc::clone(reader.schema());
            (reader.build().expect("a reader").collect(), schema)
        }
    };
    let rows = batches.into_iter().map(|batch| batch.expect("a batch").num_rows()).sum();
    (rows, Schema::clone(&schema))
}

fn export_query() {
    let place = place();
    let fails = |sql| place.run(&["export", sql, "-o", "x.csv"]).fails_silently(1);
    let not_a_query = "the last statement must be a query, found another (SELECT ... is one)";
    assert_eq!(fails("CREATE TABLE t AS SELECT 1"), format!("export:1: {not_a_query}"));
    assert_eq!(fails("SELECT 1;\nCREATE VIEW v AS SELECT 1"), format!("export:2: {not_a_query}"));
    contains(&fails(""), &["a query must be given"]);
    contains(&fails("SELECT 'a"), &["unterminated"]);
    assert!(place.files().is_empty());
    for sql in ["CREATE VIEW v AS SELECT 1 AS a; SELECT * FROM v", "(SELECT 1 AS a)", "VALUES (1)"]
    {
        place.export(sql, "x.csv");
        contains(&place.read("x.csv"), &["\n1\n"]);
    }
    place.write("q.sql", "CREATE VIEW v AS SELECT 5 AS a;\n\nSELECT * FROM v WHERE a = $n");
    place.run(&["export", "--file", "q.sql", "-o", "x.csv", "-p", "n=5"]).done();
    assert_eq!(place.read("x.csv"), "a\n5\n");
    let message = place.run(&["export", "--file", "q.sql", "-o", "y.csv"]).fails_silently(1);
    contains(&message, &["q.sql:3: ", "$n must have a value"]);
    contains(&place.run(&["export", "--file", "no.sql", "-o", "y.csv"]).fails(2), &["no.sql: "]);
    assert_eq!(place.files(), ["q.sql", "x.csv"]);
}

fn export_chinese() {
    let place = place();
    fs::create_dir(place.path("结 果")).expect("a folder");
    for name in ["结 果/指标.parquet", "结 果/指标.arrow", "结 果/100%#1?.parquet"] {
        place.export("SELECT '内蒙古' AS \"地区\", 1.5 AS \"值\"", name);
        assert_eq!(
            place.csv(&format!("SELECT * FROM '{name}'")),
            "地区,值\n内蒙古,1.5\n",
            "{name}"
        );
    }
}

// ---------------------------------------------------------------------------------------------- import

const LONG: &str = "unit,period,indicator,value\n\
    010,2014,gdp,1.5\n003,2014,gdp,2\n010,2013,gdp,\n010,2013,rd,7\n";

fn import_long_form() {
    let place = place();
    place.write("long.csv", LONG).write("data/.keep", "");
    let run = place.run(&["import", "long.csv", "-o", "data/long.parquet"]);
    contains(&run.err, &["long.csv -> data/long.parquet: 4 rows"]);
    assert_eq!(run.done(), "");
    // Sorted by indicator, unit, period; codes keep their zeros; an empty value is missing.
    assert_eq!(
        place.csv("SELECT * FROM long"),
        "unit,period,indicator,value\n\
         003,2014,gdp,2.0\n010,2013,gdp,\n010,2014,gdp,1.5\n010,2013,rd,7.0\n"
    );
    assert_eq!(types(&place, "long"), "unit VARCHAR,period BIGINT,indicator VARCHAR,value DOUBLE");
    // A framework's codes are text, too.
    place.write("fw.csv", "code,parent,weight,direction\n010,001,1,1\n001,,1,1\n");
    place.run(&["import", "fw.csv", "-o", "data/fw.parquet"]).done();
    assert_eq!(types(&place, "fw"), "code VARCHAR,parent VARCHAR,weight DOUBLE,direction BIGINT");
    contains(&place.csv("SELECT code, parent FROM fw"), &["010,001\n", "001,\n"]);
    // Other kinds of input.
    for name in ["x.tsv", "x.ndjson", "x.arrow", "x.parquet"] {
        place.export("SELECT '07' AS unit, 2014 AS period, 'g' AS indicator, 1 AS value", name);
        place.run(&["import", name, "-o", "data/x.parquet"]).done();
        let read = place.csv("SELECT * FROM x");
        contains(&read, &["unit", "07", "2014", "1.0"]);
    }
}

/// The columns of a table, all kinds of text as such.
fn types(place: &Place, table: &str) -> String {
    let rows = place.csv(&format!("DESCRIBE {table}"));
    let rows = rows.lines().skip(1).map(|row| {
        let mut cells = row.split(',');
        format!("{} {}", cells.next().unwrap_or_default(), cells.next().unwrap_or_default())
    });
    rows.collect::<Vec<_>>().join(",")
}

fn import_parquet() {
    let place = place();
    place.write("long.csv", LONG);
    place.run(&["import", "long.csv", "-o", "long.parquet"]).done();
    let file = fs::File::open(place.path("long.parquet")).expect("the file");
    let mut reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Required);
    reader.try_parse(&file).expect("a footer with a page index");
    let metadata = reader.finish().expect("metadata");
    assert_eq!(metadata.num_row_groups(), 1);
    assert!(metadata.column_index().is_some() && metadata.offset_index().is_some());
    let group = metadata.row_group(0);
    let sorting = group.sorting_columns().expect("the order is noted");
    let sorting: Vec<_> =
        sorting.iter().map(|s| (s.column_idx, s.descending, s.nulls_first)).collect();
    assert_eq!(sorting, [(2, false, false), (0, false, false), (1, false, false)]);
    for column in group.columns() {
        let name = column.column_path().string();
        assert!(matches!(column.compression(), Compression::ZSTD(_)), "{name}");
        assert!(column.statistics().is_some_and(|s| s.min_bytes_opt().is_some()), "{name}");
    }
    let value = group.column(3).statistics().and_then(|s| s.null_count_opt());
    assert_eq!(value, Some(1));
}

fn import_keys() {
    let place = place();
    let head = "unit,period,indicator,value\n";
    let fails = |rows: &str, arguments: &[&str]| {
        place.write("x.csv", format!("{head}{rows}"));
        let all = [&["import", "x.csv", "-o", "x.parquet"], arguments].concat();
        let message = place.run(&all).fails_silently(1);
        assert_eq!(place.files(), ["x.csv"]);
        message
    };
    assert_eq!(
        fails("A,2014,g,1\nB,2014,g,1\nA,2014,g,2\n", &[]),
        "x.csv: a key must be unique, found indicator = g, unit = A, period = 2014 in 2 rows"
    );
    for (rows, column) in [
        (",2014,g,1\nA,2014,g,2\n", "unit"),
        ("A,,g,1\nA,2014,g,2\n", "period"),
        ("A,2014,,1\nA,2014,g,2\n", "indicator"),
    ] {
        assert_eq!(
            fails(rows, &[]),
            format!("x.csv: column '{column}' must not be empty, found 1 row without it")
        );
    }
    contains(&fails("A,2014,g,1\nA,2015,g,1\n", &["--key", "unit"]), &["unit = A in 2 rows"]);
    contains(
        &fails("A,2014,g,1\nA,2015,g,1\n", &["--key", "value,unit"]),
        &["value = 1", "unit = A"],
    );
}

fn import_other_tables() {
    let place = place();
    let import = |rows: &str, arguments: &[&str]| {
        place.write("x.csv", rows);
        place.run(&[&["import", "x.csv", "-o", "x.parquet"], arguments].concat())
    };
    // No key, no sort: as they come.
    import("b,a\nx,2\nx,2\nw,1\n", &[]).done();
    assert_eq!(place.csv("SELECT * FROM 'x.parquet'"), "b,a\nx,2\nx,2\nw,1\n");
    // A key column outside the long form may be missing once, and sorts last.
    import("a,b\n,1\ny,2\nx,3\n", &["--key", "a"]).done();
    assert_eq!(place.csv("SELECT * FROM 'x.parquet'"), "a,b\nx,3\ny,2\n,1\n");
    let message = import("a,b\n,1\n,2\n", &["--key", "a"]).fails(1);
    contains(&message, &["x.csv: a key must be unique, found a = NULL in 2 rows"]);
    import("a,b\nx,2\ny,1\n", &["--sort", "b"]).done();
    assert_eq!(place.csv("SELECT * FROM 'x.parquet'"), "a,b\ny,1\nx,2\n");
}

fn import_unreadable() {
    let place = place();
    let fails = |rows: &[u8]| {
        place.write("x.csv", rows);
        let run = place.run(&["import", "x.csv", "-o", "x.parquet"]);
        let message = run.fails_silently(1);
        assert_eq!(place.files(), ["x.csv"]);
        message
    };
    assert_eq!(
        fails(b"unit,period,indicator,value\nB,2014,g,1\nA,2014,g,n/a\n"),
        "x.csv:3: column 'value' must be a number, found 'n/a' (1 of 2 cells are numbers; --missing \
         n/a takes them for missing, --type value=VARCHAR leaves the column text)"
    );
    contains(&fails(b"unit,unit,value\nA,B,1\n"), &["x.csv:1: ", "found 'unit' twice"]);
    contains(&fails(b"unit,value\nA,1\nB,1,3\n"), &["x.csv", "3"]);
    contains(
        &fails(b"unit,value\n\x01\x02\x03\x04\x05,1\n"),
        &["x.csv: a text must consist of letters"],
    );
    contains(&fails(b""), &["x.csv: a file must not be empty, found 0 bytes"]);
    for number in ["NaN", "inf"] {
        // The reader takes them for numbers; a table of indicators must not.
        contains(&fails(format!("unit,value\nA,{number}\n").as_bytes()), &["x.csv", "finite"]);
    }
}

fn import_options() {
    let place = place();
    let rows =
        "region,year,indicator,value,released\nB,2014,g,1,2024-01-05\nA,2014,g,2,2024-01-06\n";
    place.write("x.csv", rows);
    let import = |arguments: &[&str]| {
        place.run(&[&["import", "x.csv", "-o", "x.parquet", "-q"], arguments].concat())
    };
    import(&["--rename", "region=unit", "--rename", "year=period"]).done();
    assert_eq!(
        types(&place, "'x.parquet'"),
        "unit VARCHAR,period BIGINT,indicator VARCHAR,value DOUBLE,released DATE"
    );
    contains(&place.csv("SELECT unit FROM 'x.parquet'"), &["A\nB\n"]);
    import(&["--type", "released=VARCHAR", "--type", "year=DOUBLE", "--type", "value=INT"]).done();
    assert_eq!(
        types(&place, "'x.parquet'"),
        "region VARCHAR,year DOUBLE,indicator VARCHAR,value INTEGER,released VARCHAR"
    );
    let before = fs::read(place.path("x.parquet")).expect("the file");
    for (arguments, code, words) in [
        (["--rename", "nope=unit"], 2, "--rename: column 'nope' not found"),
        (["--rename", "region=year"], 2, "column names must be unique, found 'year' twice"),
        (["--type", "nope=INT"], 2, "--type: column 'nope' not found"),
        (["--key", "region,nope"], 2, "--key: column 'nope' not found"),
        (["--sort", "nope"], 2, "--sort: column 'nope' not found"),
        (["--type", "region=INT"], 1, "x.csv:2: column 'region' must be a whole number, found 'B'"),
        (["--type", "region=FOO"], 2, "FOO"),
    ] {
        contains(&import(&arguments).fails_silently(code), &["x.csv:", words]);
    }
    assert_eq!(import(&["--rename", "region"]).code, Some(2));
    assert_eq!(fs::read(place.path("x.parquet")).expect("the file"), before);
    let fails = |from, to| place.run(&["import", from, "-o", to]).fails_silently(2);
    contains(&fails("nope.csv", "y.parquet"), &["nope.csv: file not found"]);
    contains(&fails("x.csv", "y.csv"), &["y.csv: must end in .parquet"]);
    contains(&fails("x.csv", "no/y.parquet"), &["no/y.parquet: No such file or directory"]);
    assert_eq!(place.files(), ["x.csv", "x.parquet"]);
}

fn import_edges() {
    let place = place();
    let import = |name: &str, rows: &str| {
        place.write(name, rows);
        place.run(&["import", name, "-o", "x.parquet", "-q"]).done();
        place.csv("SELECT * FROM 'x.parquet'")
    };
    let head = "unit,period,indicator,value\n";
    assert_eq!(import("x.csv", head), head);
    contains(&types(&place, "'x.parquet'"), &["value DOUBLE"]);
    let marked = format!("\u{feff}{head}A,2014,g,1\n").replace('\n', "\r\n");
    assert_eq!(import("bom.csv", &marked), format!("{head}A,2014,g,1.0\n"));
    assert_eq!(import("中文 文件.csv", "单位,值\n\"北,京\",1"), "单位,值\n\"北,京\",1\n");
    assert_eq!(import("o'clock.csv", "a\n1\n"), "a\n1\n");
    // Unlike types far down: the whole column counts.
    let rows: String = (0..20_000).map(|i| format!("{i}\n")).collect();
    place.write("late.csv", format!("code_of\n{rows}x1\n"));
    let late = ["import", "late.csv", "-o", "x.parquet", "-q"];
    let message = place.run(&late).fails(1);
    contains(&message, &["late.csv:20002: column 'code_of' must be a number, found 'x1'"]);
    place.run(&[&late[..], &["--type", "code_of=VARCHAR"]].concat()).done();
    contains(&place.csv("SELECT * FROM 'x.parquet'"), &["19999\n", "x1\n"]);
    // Few texts and many, of text and of Parquet.
    for texts in [3, 300] {
        let rows = (0..9000).rev().map(|i| format!("t{:03},{}\n", i % texts, i / texts));
        place.write("texts.csv", format!("a,b\n{}", rows.collect::<String>()));
        let sorted = |name: &str, output: &str| {
            place.run(&["import", name, "-o", output, "--key", "a,b", "-q"]).done();
            place.csv(&format!("SELECT * FROM '{output}'"))
        };
        let expected = (0..texts)
            .flat_map(|text| (0..9000 / texts).map(move |row| format!("t{text:03},{row}\n")));
        let expected = format!("a,b\n{}", expected.collect::<String>());
        assert_eq!(sorted("texts.csv", "texts.parquet"), expected);
        assert_eq!(sorted("texts.parquet", "again.parquet"), expected);
    }
    // Replacing a table that is being read.
    place.run(&["import", "x.parquet", "-o", "x.parquet", "--sort", "code_of", "-q"]).done();
    contains(&place.csv("SELECT count(*) AS n FROM 'x.parquet'"), &["20001"]);
}

// --------------------------------------------------------------------------------------------- catalog

fn catalog_names() {
    let place = place();
    let one = "SELECT 1 AS a";
    place.export("SELECT 1 AS a, 'x' AS b", "data/top.parquet");
    for name in
        ["bth/ind", "bth/中国", "bth/Upper", "My Schema/Some Table", "bth/.hidden", "bth/_aside"]
    {
        place.export(one, &format!("data/{name}.parquet"));
    }
    place.write("data/README.md", "").write("data/sources/x.csv", "a\n1\n");
    let tables = "SELECT table_schema, table_name FROM information_schema.tables \
                  WHERE table_schema <> 'information_schema' ORDER BY 1, 2";
    assert_eq!(
        place.csv(tables),
        "table_schema,table_name\nMy Schema,Some Table\nbth,Upper\nbth,ind\nbth,中国\npublic,top\n"
    );
    for table in [
        "\"My Schema\".\"Some Table\"",
        "bth.中国",
        "bth.\"中国\"",
        "bth.Upper",
        "bth.\"Upper\"",
        "BTH.ind",
    ] {
        assert_eq!(place.csv(&format!("SELECT * FROM {table}")), "a\n1\n", "{table}");
    }
    contains(&place.csv("SHOW TABLES"), &["ind"]);
    assert_eq!(
        place.fault("SELECT * FROM bth.idn"),
        "table 'bth.idn' not found; did you mean 'bth.ind'?"
    );
}

fn catalog_many_files() {
    let place = place();
    place
        .export("SELECT 1 AS a", "data/bth/many/p1.parquet")
        .export("SELECT 2 AS a", "data/bth/many/p2.parquet")
        .export("SELECT 3 AS a", "data/bth/many/deeper/p3.parquet");
    assert_eq!(place.csv("SELECT * FROM bth.many ORDER BY a"), "a\n1\n2\n3\n");
    // One name, two meanings.
    place.export("SELECT 9 AS a", "data/bth/many.parquet");
    let message = place.fault("SELECT * FROM bth.many");
    contains(&message, &["data/bth/many.parquet", "data/bth/many/"]);
}

fn catalog_partitions() {
    let place = place();
    place
        .export("SELECT 1 AS v", "data/hive/year=2023/f.parquet")
        .export("SELECT 2 AS v", "data/hive/year=2024/f.parquet")
        .export("SELECT 1 AS v", "data/s/zero/code=01/f.parquet")
        .export("SELECT 2 AS v", "data/s/zero/code=2/f.parquet")
        .export("SELECT 1 AS v", "data/s/zh/region=北京/year=2023/f.parquet")
        .export("SELECT 2 AS v", "data/s/zh/region=天津/year=2024/f.parquet");
    assert_eq!(place.csv("SELECT * FROM hive ORDER BY v"), "v,year\n1,2023\n2,2024\n");
    assert_eq!(place.csv("SELECT sum(year) AS s FROM hive WHERE year > 2023"), "s\n2024\n");
    // A leading zero makes codes of them all.
    assert_eq!(place.csv("SELECT * FROM s.zero ORDER BY v"), "v,code\n1,01\n2,2\n");
    assert_eq!(place.csv("SELECT v FROM s.zh WHERE region = '天津' AND year = 2024"), "v\n2\n");
    assert_eq!(place.csv("SELECT v FROM 'data/hive/' WHERE year = 2023"), "v\n1\n");
    place.export("SELECT 3 AS v", "data/hive/month=1/f.parquet");
    contains(&place.fault("SELECT * FROM hive"), &["data/hive/", "partitions by"]);
}

fn catalog_broken_files() {
    let place = place();
    place.export("SELECT 1 AS a", "data/bth/good.parquet");
    place.write("data/bth/broken.parquet", "nonsense").write("data/bth/zero.parquet", "");
    place.write("data/bth/folder/p1.parquet", "PAR1 nothing PAR1");
    assert_eq!(place.csv("SELECT * FROM bth.good"), "a\n1\n");
    contains(&place.fault("SELECT * FROM bth.broken"), &["data/bth/broken.parquet: "]);
    contains(
        &place.fault("SELECT * FROM bth.zero"),
        &["data/bth/zero.parquet: a file must not be empty"],
    );
    contains(&place.fault("SELECT * FROM bth.folder"), &["data/bth/folder/p1.parquet: "]);
    let tables =
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'bth' ORDER BY 1";
    assert_eq!(place.csv(tables), "table_name\nbroken\nfolder\ngood\nzero\n");
    let columns = "SELECT table_name, column_name FROM information_schema.columns \
                   WHERE table_schema = 'bth'";
    assert_eq!(place.csv(columns), "table_name,column_name\ngood,a\n");
}

fn catalog_unlike_files() {
    let place = place();
    place
        .export("SELECT 1 AS a", "data/bth/mixed/p1.parquet")
        .export("SELECT 'x' AS a", "data/bth/mixed/p2.parquet");
    let message = place.fault("SELECT * FROM bth.mixed");
    let both = ["data/bth/mixed/p1.parquet", "data/bth/mixed/p2.parquet"];
    contains(&message, &["column 'a' must be", both[0], both[1]]);
    // A column that only some files have is missing in the others.
    place
        .export("SELECT 1 AS a", "data/bth/grown/p1.parquet")
        .export("SELECT 2 AS a, 'x' AS b", "data/bth/grown/p2.parquet");
    assert_eq!(place.csv("SELECT a, b FROM bth.grown ORDER BY a"), "a,b\n1,\n2,x\n");
}

fn catalog_paths() {
    let place = place();
    place
        .export("SELECT 1 AS a", "some/p1.parquet")
        .export("SELECT 2 AS a", "some/p2.parquet")
        .export("SELECT 7 AS a", "other dir/北京.csv")
        .export("SELECT 7 AS a", "x.json")
        .write("note.txt", "")
        .write("some/other.csv", "a\nx\n");
    for from in ["some/", "some", "some/*.parquet", "some/p?.parquet"] {
        assert_eq!(place.csv(&format!("SELECT * FROM '{from}' ORDER BY a")), "a\n1\n2\n", "{from}");
    }
    let absolute = place.path("some/p1.parquet");
    for from in ["other dir/北京.csv", "./other dir/../other dir/北京.csv"] {
        assert_eq!(place.csv(&format!("SELECT * FROM '{from}'")), "a\n7\n", "{from}");
    }
    assert_eq!(place.csv(&format!("SELECT * FROM '{}'", absolute.display())), "a\n1\n");
    contains(&place.fault("SELECT * FROM 'no.parquet'"), &["no.parquet: file not found"]);
    contains(&place.fault("SELECT * FROM 'no/'"), &["no/"]);
    contains(
        &place.fault("SELECT * FROM 'no*.parquet'"),
        &["no*.parquet: must hold a file, found none"],
    );
    contains(&place.fault("SELECT * FROM 'note.txt'"), &["note.txt: a file must not be empty"]);
    // A path in a message is one that is there.
    place.write("some/broken.parquet", "nonsense");
    contains(&place.fault("SELECT * FROM 'some/brok*.parquet'"), &["some/broken.parquet: "]);
    contains(&place.fault("SELECT * FROM 'some/'"), &["some/broken.parquet: "]);
}

fn catalog_external_tables() {
    let place = place();
    place.export("SELECT 1 AS a", "some/p1.parquet").write("x.csv", "a;b\n1;2\n");
    let external = "CREATE EXTERNAL TABLE e STORED AS";
    let all = format!("{external} PARQUET LOCATION 'some/'; SELECT * FROM e");
    assert_eq!(place.csv(&all), "a\n1\n");
    let options = "OPTIONS ('has_header' 'true', 'delimiter' ';')";
    let all = format!("{external} CSV LOCATION 'x.csv' {options}; SELECT b FROM e");
    assert_eq!(place.csv(&all), "b\n2\n");
    place.write("broken.parquet", "nonsense");
    for name in ["nope.csv", "broken.parquet"] {
        let kind = name.split('.').next_back().expect("an ending");
        contains(
            &place.fault(&format!("{external} {kind} LOCATION '{name}'; SELECT * FROM e")),
            &[name],
        );
    }
}

fn catalog_made_tables() {
    let place = place();
    place.export("SELECT 1 AS a", "data/top.parquet");
    let made = "CREATE TABLE t AS SELECT 5 AS a; SELECT * FROM t; DROP TABLE t";
    assert_eq!(place.csv(made), "a\n5\n");
    contains(&place.fault("CREATE VIEW v AS SELECT 1; DROP VIEW v; SELECT * FROM v"), &["'v'"]);
    // A file of the data folder is neither replaced nor removed.
    contains(&place.fault("CREATE TABLE top AS SELECT 2 AS a"), &["'top'", "must be new"]);
    let message = place.fault("DROP TABLE top");
    assert!(!message.contains("doesn't exist"), "{message}");
    contains(&message, &["'top'", "data folder"]);
    assert_eq!(place.csv("SELECT * FROM top"), "a\n1\n");
    assert_eq!(place.files(), ["data/top.parquet"]);
}

fn catalog_which_folder() {
    let place = place();
    place.export("SELECT 1 AS a", "data/t.parquet").export("SELECT 2 AS a", "other dir/t.parquet");
    assert_eq!(place.csv("SELECT * FROM t"), "a\n1\n");
    let other = ["-f", "csv", "--data", "other dir", "-c", "SELECT * FROM t"];
    assert_eq!(place.run(&other).done(), "a\n2\n");
    assert_eq!(
        place.run(&["-f", "csv", "--data", "other dir/", "-c", "SELECT * FROM t"]).done(),
        "a\n2\n"
    );
    let named = |folder: &str| {
        let mut command = place.command(&["-f", "csv", "-c", "SELECT * FROM t"]);
        Run::of(command.env("GOALPOSTS_DATA", folder).output().expect("it runs"))
    };
    assert_eq!(named("other dir").done(), "a\n2\n");
    contains(&named("nowhere").fails_silently(2), &["nowhere: "]);
    let fails = |folder| place.run(&["--data", folder, "-c", "SELECT 1"]).fails_silently(2);
    contains(&fails("nowhere"), &["nowhere: "]);
    contains(&fails("data/t.parquet"), &["data/t.parquet: must be a folder"]);
}

// ---------------------------------------------------------------------------------- signals and pipes

#[cfg(unix)]
mod unix {
    use super::*;

    pub fn trials() -> Vec<Trial> {
        let cases: [(&str, fn()); _] = [
            ("export::links_and_devices", links_and_devices),
            ("pipe::closed", closed_pipe),
            ("pipe::closed_in_run", closed_pipe_in_run),
            ("interrupt::command", interrupt_command),
            ("interrupt::leaves_nothing_behind", interrupt_export),
            ("interrupt::what_does_not_yield", interrupt_unyielding),
        ];
        cases.into_iter().map(|(name, case)| trial(&format!("cli::{name}"), case)).collect()
    }

    fn links_and_devices() {
        let place = place();
        place.write("store/real.csv", "before");
        std::os::unix::fs::symlink("store/real.csv", place.path("link.csv")).expect("a link");
        place.export("SELECT 1 AS a", "link.csv");
        assert_eq!(place.read("store/real.csv"), "a\n1\n");
        assert!(fs::symlink_metadata(place.path("link.csv")).expect("it").is_symlink());
        let device = place.run(&["export", "SELECT 1 AS a", "-o", "/dev/null", "-f", "csv"]);
        assert_eq!(device.done(), "");
        use std::os::unix::fs::FileTypeExt;
        let null = fs::metadata("/dev/null").expect("it").file_type();
        assert!(null.is_char_device());
        // A link to nothing yet: the file is made where it points.
        std::os::unix::fs::symlink("store/new.csv", place.path("new.csv")).expect("a link");
        place.export("SELECT 2 AS a", "new.csv");
        assert_eq!(place.read("new.csv"), "a\n2\n");
        assert!(fs::symlink_metadata(place.path("new.csv")).expect("it").is_symlink());
        assert_eq!(place.files(), ["link.csv", "new.csv", "store/new.csv", "store/real.csv"]);
        // New files have the permissions of any other.
        use std::os::unix::fs::PermissionsExt;
        place.write("plain", "");
        let mode = |name: &str| fs::metadata(place.path(name)).expect("it").permissions().mode();
        assert_eq!(mode("store/new.csv"), mode("plain"));
    }

    /// Reads one line, then closes the pipe.
    fn head(place: &Place, arguments: &[&str]) -> (String, Run) {
        let mut command = place.command(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        let mut line = String::new();
        out.read_line(&mut line).expect("a line");
        drop(out);
        (line, Run::of(child.wait_with_output().expect("the program ends")))
    }

    fn closed_pipe() {
        let place = place();
        let sql = "SELECT value AS v FROM generate_series(1, 3000000)";
        for (format, first) in [("csv", "v\n"), ("ndjson", "{\"v\":1}\n"), ("tsv", "v\n")] {
            let (line, run) = head(&place, &["-f", format, "-c", sql]);
            assert_eq!(line, first);
            run_ok(&run);
        }
        let (_, run) = head(&place, &["-f", "table", "-c", sql]);
        run_ok(&run);
    }

    fn closed_pipe_in_run() {
        let place = place();
        place.write("1.sql", "SELECT value AS v FROM generate_series(1, 3000000)");
        place.write("2.sql", "SELECT nope");
        let (_, run) = head(&place, &["run", ".", "-f", "csv", "--keep-going"]);
        run_ok(&run);
    }

    /// Starts, waits until the query runs, presses Ctrl-C once.
    fn interrupted(place: &Place, arguments: &[&str], runs: impl Fn() -> bool) -> Run {
        let mut command = place.command(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let start = std::time::Instant::now();
        while !runs() && start.elapsed().as_secs() < 60 {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        std::thread::sleep(std::time::Duration::from_millis(300));
        let pid = child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status().expect("kill");
        assert!(sent.success(), "it ended before it was interrupted");
        let end = std::time::Instant::now();
        while child.try_wait().expect("a child").is_none() {
            if end.elapsed().as_secs() > 60 {
                let _ = child.kill();
                let _ = child.wait();
                panic!("Ctrl-C did not end {arguments:?}");
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        Run::of(child.wait_with_output().expect("the program ends"))
    }

    const ENDLESS: &str = "SELECT count(*) FROM generate_series(1, 1000000000000)";

    fn interrupt_command() {
        let place = place();
        let start = std::time::Instant::now();
        let started = move || start.elapsed().as_millis() > 1500; // the handler is there by then
        let run = interrupted(&place, &["-c", ENDLESS], started);
        assert_eq!(run.fails_silently(130), "interrupted");
    }

    fn interrupt_export() {
        let place = place();
        place.write("out.csv", "before").write("q/1.sql", "SELECT 1 AS a");
        place.write("q/2.sql", "SELECT value AS v FROM generate_series(1, 1000000000000)");
        // A file in the making need not have a name.
        let start = std::time::Instant::now();
        let half = || place.path("out/1.csv").exists() && start.elapsed().as_millis() > 1500;
        let arguments = ["run", "q", "--out", "out", "-f", "csv", "--quiet", "--keep-going"];
        assert_eq!(interrupted(&place, &arguments, half).fails_silently(130), "interrupted");
        assert_eq!(place.files(), ["out.csv", "out/1.csv", "q/1.sql", "q/2.sql"]);

        let start = std::time::Instant::now();
        let half = || start.elapsed().as_millis() > 1500;
        let sql = "SELECT value AS v FROM generate_series(1, 1000000000000)";
        let run = interrupted(&place, &["export", sql, "-o", "out.csv"], half);
        assert_eq!(run.fails_silently(130), "interrupted");
        assert_eq!(place.read("out.csv"), "before");
        assert_eq!(place.files(), ["out.csv", "out/1.csv", "q/1.sql", "q/2.sql"]);
    }

    /// A nested loop keeps every worker busy without a pause.
    fn interrupt_unyielding() {
        let place = place();
        let sql = "SELECT count(*) FROM generate_series(1, 3000000) a, generate_series(1, 3000000) b \
                   WHERE a.value * b.value = -1";
        let start = std::time::Instant::now();
        let started = move || start.elapsed().as_millis() > 2500;
        let run = interrupted(&place, &["-c", sql], started);
        assert_eq!(run.fails_silently(130), "interrupted");
    }
}
