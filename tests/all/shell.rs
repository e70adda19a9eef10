//! The shell as a person has it: the real binary at a pseudo-terminal of a known size, its output
//! compared whole.

use libtest_mimic::Trial;

#[cfg(unix)]
pub use at_a_terminal::trials;

#[cfg(not(unix))]
pub fn trials() -> Vec<Trial> {
    let skipped = Trial::test("shell: a pseudo-terminal is needed", || Ok(()));
    vec![skipped.with_ignored_flag(true)]
}

#[cfg(unix)]
mod at_a_terminal {
    use std::process::Command;
    use std::time::{Duration, Instant};

    use rexpect::error::Error;
    use rexpect::process::WaitStatus;
    use rexpect::reader::Options;
    use rexpect::session::{PtySession, spawn_with_options};

    use super::Trial;
    use crate::cli::{Place, contains, place};
    use crate::trial;

    pub fn trials() -> Vec<Trial> {
        let cases: [(&str, fn()); _] = [
            ("statements", statements),
            ("completion::statements", completion),
            ("completion::commands", completion_of_commands),
            ("commands", commands),
            ("commands::faults", command_faults),
            ("interrupt::prompt", interrupt_prompt),
            ("interrupt::query", interrupt_query),
            ("interrupt::between_statements", interrupt_between),
            ("interrupt::bar", interrupt_bar),
            ("end_of_input", end_of_input),
            ("faults", faults),
            ("history", history),
            ("session", session),
            ("wide_results", wide_results),
            ("long_results", long_results),
            ("explained", explained),
            ("progress", progress),
            ("options", options),
        ];
        cases.into_iter().map(|(name, case)| trial(&format!("shell::{name}"), case)).collect()
    }

    /// What the editor tells the terminal when it begins to read a line, has drawn it, and has it.
    const READS: &str = "\x1b[?2004h";
    const DRAWN: &str = "\x1b[?2026l";
    const HAS_READ: &str = "\x1b[?2004l\r\n";

    const PROMPT: &str = "goalposts> ";
    const GOES_ON: &str = "        -> ";

    const UP: &str = "\x1b[A";
    const TAB: &str = "\t";
    const CTRL_C: &str = "\x03";
    const CTRL_D: &str = "\x04";

    /// For whatever must be seen; a busy machine is slow.
    const PATIENCE: Duration = Duration::from_secs(20);

    /// Runs for hours if nobody stops it.
    const LONG: &str = "SELECT sum(sin(a.value * b.value)) AS s \
                        FROM generate_series(1, 1000000) AS a, generate_series(1, 1000000) AS b;";

    /// The shell in a folder.
    struct Shell<'a> {
        session: PtySession,
        _folder: &'a Place,
    }

    impl<'a> Shell<'a> {
        /// A shell at its first prompt that tells no times.
        fn open(place: &'a Place) -> Self {
            let mut shell = Self::start(place, &[], 90);
            let banner = shell.prompted(PROMPT);
            contains(&banner, &["goalposts ", "; \\? for help, \\q to leave\n"]);
            assert_eq!(shell.enter("\\timing off"), "timing is off\n");
            shell
        }

        fn start(place: &'a Place, arguments: &[&str], columns: u16) -> Self {
            let size = format!("stty sane cols {columns} rows 40; exec \"$0\" \"$@\"");
            let mut command = Command::new("sh");
            command.args(["-c", &size, env!("CARGO_BIN_EXE_goalposts")]).args(arguments);
            command.current_dir(place.path("")).env_remove("GOALPOSTS_DATA");
            command.env("TERM", "xterm-256color").env("HOME", place.path("home"));
            command.env("XDG_STATE_HOME", place.path("state")).env("NO_COLOR", "1");
            let patience = Options::new().timeout_ms(Some(PATIENCE.as_millis() as u64));
            let session = spawn_with_options(command, patience).expect("the shell starts");
            Self { session, _folder: place }
        }

        fn types(&mut self, keys: &str) {
            self.session.send(keys).and_then(|_| self.session.flush()).expect("the shell reads");
        }

        /// Waits for a text; what was shown before it.
        #[track_caller]
        fn shows(&mut self, text: &str) -> String {
            // What is read is bytes, each as a letter.
            let bytes: String = text.bytes().map(char::from).collect();
            match self.session.exp_string(&bytes) {
                Ok(before) => letters(&before),
                Err(Error::Timeout { got, .. } | Error::EOF { got, .. }) => {
                    panic!("{text:?} must be shown, found {:?}", letters(&got))
                }
                Err(error) => panic!("{text:?} must be shown: {error}"),
            }
        }

        /// Waits until the line is drawn anew; what was shown before it, and the line.
        #[track_caller]
        fn draws(&mut self) -> (String, String) {
            let shown = self.shows(DRAWN);
            let (before, line) = shown.rsplit_once("\x1b[K").expect("a cleared line");
            let (line, _) = line.rsplit_once('\r').expect("the cursor's place");
            let before = before.trim_end_matches("\x1b[?2026h\r");
            (before.to_owned(), line.replace('\r', ""))
        }

        /// Waits for this prompt; what was shown before it.
        #[track_caller]
        fn prompted(&mut self, prompt: &str) -> String {
            let shown = self.shows(READS).replace("\r\n", "\n");
            assert_eq!(self.draws(), (String::new(), prompt.to_owned()), "after: {shown}");
            shown
        }

        /// Enters the last or only line of a statement or command; what it shows.
        #[track_caller]
        fn enter(&mut self, line: &str) -> String {
            self.types(&format!("{line}\r"));
            self.shows(HAS_READ);
            self.prompted(PROMPT)
        }

        /// Enters a line after which the statement goes on.
        #[track_caller]
        fn begin(&mut self, line: &str) {
            self.types(&format!("{line}\r"));
            self.shows(HAS_READ);
            assert_eq!(self.prompted(GOES_ON), "");
        }

        /// The line after Tab, at this prompt; it is dropped then.
        #[track_caller]
        fn completed(&mut self, prompt: &str, typed: &str) -> String {
            self.types(typed);
            self.types(TAB);
            let (before, line) = self.draws();
            assert_eq!(before, typed);
            self.drop_line();
            line.strip_prefix(prompt).expect("the prompt").to_owned()
        }

        /// What Tab offers where more than one thing fits.
        #[track_caller]
        fn offered(&mut self, typed: &str) -> Vec<String> {
            self.types(&format!("{typed}{TAB}{TAB}"));
            self.shows("\x07"); // nothing fits alone
            let (offered, line) = self.draws();
            assert_eq!(line, format!("{PROMPT}{typed}"));
            self.drop_line();
            offered.split_whitespace().map(str::to_owned).collect()
        }

        /// That nothing fits.
        #[track_caller]
        fn offers_nothing(&mut self, typed: &str) {
            self.types(&format!("{typed}{TAB}!"));
            self.shows("\x07!");
            self.drop_line();
        }

        /// Ctrl-C at a prompt.
        #[track_caller]
        fn drop_line(&mut self) {
            self.types(CTRL_C);
            self.shows(HAS_READ);
            assert_eq!(self.prompted(PROMPT), "");
        }

        /// That it has ended, with this exit code; what was shown last.
        #[track_caller]
        fn ended(&mut self, code: i32) -> String {
            let last = self.session.exp_eof().expect("the shell ends");
            let status = self.session.process().wait().expect("an exit code");
            assert!(matches!(status, WaitStatus::Exited(_, c) if c == code), "{status:?}: {last}");
            letters(&last)
        }
    }

    fn letters(bytes: &str) -> String {
        let bytes: Vec<u8> = bytes.chars().map(|c| c as u8).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// A result of one cell, as it is shown.
    fn cell(name: &str, value: &str) -> String {
        let is_number = value.parse::<i64>().is_ok();
        let of = match value {
            _ if is_number => "BIGINT",
            "true" | "false" => "BOOLEAN",
            _ => "VARCHAR",
        };
        format!("{}1 row\n", table_of(name, of, value))
    }

    /// A table of one cell, as it is drawn.
    fn table_of(name: &str, of: &str, value: &str) -> String {
        let width = [name, of, value].map(|text| text.chars().count()).into_iter().max();
        let width = width.unwrap_or(0);
        let line = |c: &str| c.repeat(width + 2);
        let aligned = |text: &str| match value.parse::<f64>() {
            Ok(_) => format!("{text:>width$}"),
            Err(_) => format!("{text:<width$}"),
        };
        let (top, middle, bottom) = (line("─"), line("═"), line("─"));
        let [name, of, value] = [name, of, value].map(aligned);
        format!("┌{top}┐\n│ {name} │\n│ {of} │\n╞{middle}╡\n│ {value} │\n└{bottom}┘\n")
    }

    /// A folder with tables.
    fn data() -> Place {
        let place = place();
        let survey = "SELECT 'A' AS unit, 2024 AS period, 0.5 AS \"Share of GDP\", 7.0 AS 面积";
        place.export(survey, "data/survey.parquet");
        place.export("SELECT 'A' AS code, 'index' AS parent", "data/bth/framework.parquet");
        place
    }

    // ------------------------------------------------------------------------------------- statements

    fn statements() {
        let place = place();
        let mut shell = Shell::open(&place);
        assert_eq!(shell.enter("SELECT 1 AS a;"), cell("a", "1"));
        // A statement goes on until its semicolon, which neither a string nor a comment has.
        shell.begin("SELECT -- not yet;");
        shell.begin("  /* nor; */ 'x;y'");
        shell.begin("  AS \"a;b\"");
        assert_eq!(shell.enter("  ;"), cell("a;b", "x;y"));
        // A string over lines; within it nothing is a command.
        shell.begin("SELECT length('1;");
        shell.begin("\\d");
        let seven = format!("{}1 row\n", table_of("n", "INTEGER", "7"));
        assert_eq!(shell.enter("4') AS n;"), seven);
        shell.begin("/* a comment");
        shell.begin("\\q");
        assert_eq!(shell.enter("*/ SELECT 2 AS n;"), cell("n", "2"));
        // Outside of it a command does not disturb the statement.
        shell.begin("SELECT 3");
        shell.types("\\timing off\r");
        shell.shows(HAS_READ);
        assert_eq!(shell.prompted(GOES_ON), "timing is off\n");
        assert_eq!(shell.enter("AS n;"), cell("n", "3"));
        // Several on a line, nothing, and only a comment.
        let both = shell.enter("SELECT 4 AS n; SELECT 5 AS n;");
        assert_eq!(both, format!("{}{}", cell("n", "4"), cell("n", "5")));
        assert_eq!(shell.enter(""), "");
        assert_eq!(shell.enter("   "), "");
        assert_eq!(shell.enter("-- nothing"), "");
        // No result, nothing shown.
        assert_eq!(shell.enter("CREATE TABLE t AS SELECT 1 AS a;"), "");
        // Chinese, which is twice as wide.
        assert_eq!(
            shell.enter("SELECT '北京' AS 城市, 1 AS n;"),
            "┌─────────┬────────┐\n│ 城市    ┆      n │\n│ VARCHAR ┆ BIGINT │\n\
             ╞═════════╪════════╡\n│ 北京    ┆      1 │\n└─────────┴────────┘\n1 row\n"
        );
        shell.begin("SELECT '京");
        assert_eq!(shell.enter("津' = concat('京', chr(10), '津') AS same;"), cell("same", "true"));
        // A letter less is one key.
        assert_eq!(shell.enter("SELECT '北京\x7f海' = '北海' AS same;"), cell("same", "true"));
    }

    fn faults() {
        let place = place();
        place.write("bad.sql", "SELECT 1 AS a;\nSELECT\n  nosuch;\nSELECT 2 AS a;\n");
        let mut shell = Shell::open(&place);
        assert_eq!(
            shell.enter("SELECT * FROM nosuch;"),
            "error: <shell>:1: table 'nosuch' not found\n"
        );
        // The line of the statement, the last one where something is missing at its end.
        shell.begin("SELECT 1,");
        assert_eq!(shell.enter("  nosuch;"), "error: <shell>:2: column nosuch not found\n");
        shell.begin("SELECT 1");
        shell.begin("WHERE");
        let end = shell.enter(";");
        assert_eq!(end, "error: <shell>:2: SQL must go on with an expression, found its end\n");
        // What stands before it has run, what comes after it has not.
        let shown = shell.enter("SELECT 1 AS a; SELECT nosuch; SELECT 2 AS a;");
        assert_eq!(shown, format!("{}error: <shell>:1: column nosuch not found\n", cell("a", "1")));
        let shown = shell.enter("\\i bad.sql");
        assert_eq!(shown, format!("{}error: bad.sql:3: column nosuch not found\n", cell("a", "1")));
        let shown = shell.enter("SELECT 1 / (value - 3) AS q FROM generate_series(1, 5);");
        contains(&shown, &["error: <shell>:1: a divisor must not be 0"]);
        assert_eq!(shown.lines().count(), 1, "{shown}");
        assert_eq!(shell.enter("SELECT 1 AS alive;"), cell("alive", "1"));
    }

    fn session() {
        let place = place();
        let mut shell = Shell::open(&place);
        assert_eq!(shell.enter("SET datafusion.execution.batch_size = 1234;"), "");
        let shown = shell.enter("SHOW datafusion.execution.batch_size;");
        contains(&shown, &["┆ 1234    │\n"]);
        assert_eq!(shell.enter("PREPARE next AS SELECT $1 + 1 AS n;"), "");
        assert_eq!(shell.enter("CREATE VIEW v AS SELECT 2 AS n;"), "");
        assert_eq!(shell.enter("EXECUTE next(41);"), cell("n", "42"));
        assert_eq!(shell.enter("SELECT nosuch;"), "error: <shell>:1: column nosuch not found\n");
        assert_eq!(shell.enter("EXECUTE next(42);"), cell("n", "43"));
        assert_eq!(shell.enter("SELECT * FROM v;"), cell("n", "2"));
    }

    // ------------------------------------------------------------------------------------- completion

    fn completion() {
        let place = data();
        let mut shell = Shell::open(&place);
        let mut at_prompt = |typed: &str| shell.completed(PROMPT, typed);
        // Keywords, in the letters that were begun with.
        assert_eq!(at_prompt("SEL"), "SELECT");
        assert_eq!(at_prompt("SELECT 1 HAV"), "SELECT 1 HAVING");
        assert_eq!(at_prompt("select 1 hav"), "select 1 having");
        // Tables, with the schema and without.
        assert_eq!(at_prompt("SELECT * FROM sur"), "SELECT * FROM survey");
        assert_eq!(at_prompt("SELECT * FROM BTH"), "SELECT * FROM bth.framework");
        // Columns of the tables that are named; as they must be written.
        assert_eq!(
            at_prompt("SELECT * FROM survey WHERE perio"),
            "SELECT * FROM survey WHERE period"
        );
        assert_eq!(at_prompt("FROM survey SELECT sha"), "FROM survey SELECT \"Share of GDP\"");
        assert_eq!(at_prompt("FROM survey SELECT 面"), "FROM survey SELECT 面积");
        assert_eq!(
            at_prompt("FROM bth.framework SELECT paren"),
            "FROM bth.framework SELECT parent"
        );
        // Functions, ours and the engine's.
        assert_eq!(at_prompt("SELECT agg_geo"), "SELECT agg_geometric(");
        assert_eq!(at_prompt("SELECT * FROM composite_in"), "SELECT * FROM composite_index(");
        assert_eq!(at_prompt("SELECT approx_med"), "SELECT approx_median(");
        // What several have in common, then what they are.
        assert_eq!(at_prompt("SELECT 1 ORD"), "SELECT 1 ORDER BY");
        assert_eq!(at_prompt("SELECT norm_dis"), "SELECT norm_distance_");
        assert_eq!(shell.offered("UNION_"), ["union_extract(", "union_tag("]);
        let distances = shell.offered("SELECT norm_distance_");
        assert!(distances.len() > 1, "{distances:?}");
        assert!(distances.iter().all(|name| name.starts_with("norm_distance_")), "{distances:?}");
        // The internal form of a function is not one.
        assert!(!shell.offered("SELECT norm_").iter().any(|name| name.contains("_fitted")));
        // Nothing in a string, nothing for what is not known.
        shell.offers_nothing("SELECT 'sur");
        shell.offers_nothing("SELECT xyz");
        shell.offers_nothing("SELECT * FROM survey WHERE paren");
        // A table that this session made.
        assert_eq!(shell.enter("CREATE TABLE weighting_of_2024 AS SELECT 1 AS w;"), "");
        assert_eq!(shell.completed(PROMPT, "FROM weighting_"), "FROM weighting_of_2024");
        // The lines before are looked at, too: a table there, a string that is open.
        shell.begin("SELECT * FROM survey");
        assert_eq!(shell.completed(GOES_ON, "WHERE peri"), "WHERE period");
        shell.begin("SELECT 'a");
        shell.offers_nothing("sur");
    }

    fn completion_of_commands() {
        let place = data();
        let mut shell = Shell::open(&place);
        let all = ["\\?", "\\d", "\\f", "\\h", "\\i", "\\q", "\\rows", "\\set", "\\timing"];
        assert_eq!(shell.offered("\\"), all);
        for (typed, full) in [
            ("\\t", "\\timing"),
            ("\\r", "\\rows"),
            ("\\se", "\\set"),
            ("\\d sur", "\\d survey"),
            ("\\d bt", "\\d bth.framework"),
            ("\\h agg_geo", "\\h agg_geometric"),
            ("\\f mark", "\\f markdown"),
            ("\\timing of", "\\timing off"),
        ] {
            assert_eq!(shell.completed(PROMPT, typed), full);
        }
        let formats = ["csv", "csv2", "json", "latex", "markdown", "ndjson", "table", "tsv"];
        assert_eq!(shell.offered("\\f "), formats);
        shell.offers_nothing("\\x");
        shell.offers_nothing("\\rows ");
        shell.offers_nothing("\\d agg_geo");
        // What help tells and what Tab offers are the same.
        let help = shell.enter("\\?");
        let told = help.split_whitespace().filter(|word| word.starts_with('\\'));
        let mut told: Vec<&str> = told.chain(["\\?"]).collect();
        told.sort_unstable();
        told.dedup();
        assert_eq!(told, all);
    }

    // --------------------------------------------------------------------------------------- commands

    fn commands() {
        let place = data();
        place.write("two.sql", "SELECT 1 AS a;\nSELECT $year AS a;\n");
        let mut shell = Shell::open(&place);
        contains(&shell.enter("\\?"), &["\\d TABLE", "\\timing", "\\q", "Ctrl-D", "Ctrl-C"]);
        assert_eq!(shell.enter("\\help"), shell.enter("\\?"));

        let tables = shell.enter("\\d");
        contains(
            &tables,
            &["│ bth     ┆ framework ┆ BASE TABLE │\n", "┆ survey    ┆ BASE TABLE │\n"],
        );
        assert!(!tables.contains("information_schema"), "{tables}");
        for command in ["\\d survey", "\\d survey;", "  \\d   survey  "] {
            let columns = shell.enter(command);
            contains(&columns, &["│ unit         ┆ VARCHAR", "│ Share of GDP ┆ DOUBLE", "│ 面积"]);
        }

        contains(&shell.enter("\\h"), &["\nagg_geometric   ", "\ncomposite_index "]);
        let page = shell.enter("\\h AGG_GEOMETRIC");
        contains(&page, &["agg_geometric(", "geometric mean"]);
        let too_wide = page.lines().find(|line| line.chars().count() > 90);
        assert_eq!(too_wide, None);

        assert_eq!(shell.enter("\\f csv"), "");
        assert_eq!(shell.enter("SELECT 1 AS a, '北京' AS b;"), "a,b\n1,北京\n");
        // For a terminal without the mark of a file.
        assert_eq!(shell.enter("\\f csv2"), "");
        let european = shell.enter("SELECT 1.5 AS a, 'x;y' AS b;");
        assert_eq!(european.replace('\r', ""), "a;b\n1,5;\"x;y\"\n");
        contains(&shell.enter("\\f xlsx"), &["\\f: must be a format of text, got 'xlsx'"]);
        assert_eq!(shell.enter("\\format JSON"), "");
        assert_eq!(shell.enter("SELECT 1 AS a;"), "[{\"a\":1}]\n");
        assert_eq!(shell.enter("\\f table"), "");

        assert_eq!(shell.enter("\\rows 2"), "");
        let some = shell.enter("SELECT value AS v FROM generate_series(1, 5);");
        let expected = "│      1 │\n│      · │\n│      5 │\n└────────┘\n\
                        5 rows, 2 shown (\\rows 0 shows all)\n";
        contains(&some, &[expected]);
        assert_eq!(shell.enter("\\rows 0"), "");
        let all = shell.enter("SELECT value AS v FROM generate_series(1, 5);");
        contains(&all, &["│      4 │\n│      5 │\n└────────┘\n5 rows\n"]);

        assert_eq!(shell.enter("\\timing"), "timing is on\n");
        let shown = shell.enter("SELECT 1 AS a;");
        let time = shown.strip_prefix(&table_of("a", "BIGINT", "1")).expect("the result");
        let seconds = time.strip_prefix("1 row, ").and_then(|time| time.strip_suffix(" s\n"));
        assert!(seconds.is_some_and(|s| s.parse::<f64>().is_ok()), "{time}");
        contains(&shell.enter("CREATE TABLE t AS SELECT 1 AS a;"), &["done, ", " s\n"]);
        assert_eq!(shell.enter("\\timing on"), "timing is on\n");
        assert_eq!(shell.enter("\\timing"), "timing is off\n");

        assert_eq!(shell.enter("\\set year 2024"), "");
        assert_eq!(shell.enter("SELECT $year AS y;"), cell("y", "2024"));
        assert_eq!(shell.enter("\\set $year '北京'"), "");
        assert_eq!(shell.enter("SELECT $year = '北京' AS y;"), cell("y", "true"));
        assert_eq!(shell.enter("\\set year 7"), "");
        let both = format!("{}{}", cell("a", "1"), cell("a", "7"));
        assert_eq!(shell.enter("\\i two.sql"), both);

        for leave in ["\\q", "\\quit", "\\q;", "quit", "exit;", "EXIT"] {
            let mut shell = Shell::open(&place);
            shell.types(&format!("{leave}\r"));
            shell.shows(HAS_READ);
            assert_eq!(shell.ended(0), "", "{leave}");
        }
        // From the middle of a statement.
        shell.begin("SELECT 1");
        shell.types("\\q\r");
        shell.shows(HAS_READ);
        assert_eq!(shell.ended(0), "");
    }

    fn command_faults() {
        let place = data();
        place.write("open.sql", "SELECT 'x");
        let mut shell = Shell::open(&place);
        for (command, message) in [
            ("\\x", "\\x: command not found (\\? lists them)"),
            ("\\", "\\: command not found (\\? lists them)"),
            ("\\dd survey", "\\dd: command not found (\\? lists them)"),
            ("\\d nosuch", "\\d:1: table 'nosuch' not found"),
            ("\\d framework", "\\d:1: table 'framework' not found; did you mean 'bth.framework'?"),
            ("\\h nosuch", "\\h: function 'nosuch' not found (\\h lists them)"),
            ("\\f", "\\f: must be a format, found nothing"),
            ("\\f xml", "\\f: format 'xml' not found (\\? lists them)"),
            ("\\f parquet", "\\f: must be a format of text, got 'parquet' (COPY writes files)"),
            ("\\rows", "\\rows: must be a whole number, found nothing"),
            ("\\rows -1", "\\rows: must be a whole number, got '-1'"),
            ("\\timing x", "\\timing: must be on or off, got 'x'"),
            ("\\set", "\\set: must be NAME VALUE, found nothing"),
            ("\\set year", "\\set: must be NAME VALUE, got 'year'"),
            ("\\i", "\\i: must be a file, found nothing"),
            ("\\i nosuch.sql", "nosuch.sql: No such file or directory (os error 2)"),
        ] {
            assert_eq!(shell.enter(command), format!("error: {message}\n"), "{command}");
        }
        contains(&shell.enter("\\i open.sql"), &["error: open.sql:1: "]);
        assert_eq!(shell.enter("SELECT 1 AS alive;"), cell("alive", "1"));
    }

    // ---------------------------------------------------------------------------- Ctrl-C and Ctrl-D

    fn interrupt_prompt() {
        let place = place();
        let mut shell = Shell::open(&place);
        shell.drop_line();
        shell.drop_line();
        // What was typed is dropped: the line, the lines before, a string that was open.
        shell.types("SELECT nosuch;");
        shell.drop_line();
        assert_eq!(shell.enter("SELECT 1 AS a;"), cell("a", "1"));
        shell.begin("SELECT nosuch,");
        shell.types("also");
        shell.drop_line();
        assert_eq!(shell.enter("SELECT 2 AS a;"), cell("a", "2"));
        shell.begin("SELECT 'x");
        shell.drop_line();
        assert_eq!(shell.enter("SELECT 3 AS a;"), cell("a", "3"));
    }

    /// Ctrl-C while something runs: one message, soon, and the prompt.
    #[track_caller]
    fn cancels(shell: &mut Shell<'_>) -> String {
        let start = Instant::now();
        shell.types(CTRL_C);
        let before = shell.shows("cancelled\r\n");
        assert_eq!(shell.prompted(PROMPT), "");
        assert!(start.elapsed() < PATIENCE / 2, "{:?}", start.elapsed());
        assert_eq!(shell.enter("SELECT 1 AS alive;"), cell("alive", "1"));
        before
    }

    fn interrupt_query() {
        let place = data();
        let mut shell = Shell::open(&place);
        for _ in 0..3 {
            // It does not notice at once that nobody waits for it any more, and its threads are busy.
            shell.types(&format!("{LONG}\r"));
            shell.shows(HAS_READ); // Ctrl-C is a signal from here on
            assert_eq!(cancels(&mut shell), "^C");
            assert_eq!(
                shell.completed(PROMPT, "FROM survey SELECT perio"),
                "FROM survey SELECT period"
            );
        }
        // While its result is being written.
        assert_eq!(shell.enter("\\f csv"), "");
        shell.types("SELECT value AS v FROM generate_series(1, 100000000000);\r");
        shell.shows("\r\n1000\r\n");
        let start = Instant::now();
        shell.types(CTRL_C);
        shell.shows("cancelled\r\n");
        assert_eq!(shell.prompted(PROMPT), "");
        assert!(start.elapsed() < PATIENCE / 2, "{:?}", start.elapsed());
        assert_eq!(shell.enter("SELECT 1 AS alive;"), "alive\n1\n");
        // While it fills a table, which is not made.
        assert_eq!(shell.enter("\\f table"), "");
        shell.types(&format!("CREATE TABLE t AS {LONG}\r"));
        shell.shows(HAS_READ);
        cancels(&mut shell);
        assert_eq!(shell.enter("SELECT * FROM t;"), "error: <shell>:1: table 't' not found\n");
    }

    fn interrupt_between() {
        let place = place();
        place.write("long.sql", format!("SELECT 'begun' AS x;\n{LONG}\nSELECT 'end' AS x;\n"));
        let mut shell = Shell::open(&place);
        // The rest of the text is dropped, whichever statement was running.
        shell.types("\\i long.sql\r");
        shell.shows(&cell("x", "begun").replace('\n', "\r\n"));
        assert_eq!(cancels(&mut shell), "^C");
    }

    fn interrupt_bar() {
        let place = place();
        let mut shell = Shell::open(&place);
        let panel = "CREATE TABLE p AS SELECT u.value AS unit, 'i' || i.value AS indicator, \
                     sin(u.value * i.value) + 2 AS value \
                     FROM generate_series(1, 400) AS u, generate_series(1, 20) AS i;";
        assert_eq!(shell.enter(panel), "");
        let framework = "CREATE TABLE f AS SELECT 'i' || value AS code, 'index' AS parent \
                         FROM generate_series(1, 20) UNION ALL SELECT 'index', NULL;";
        assert_eq!(shell.enter(framework), "");
        shell.types("SELECT * FROM uncertainty(p, f, weights => 0.25, draws => 1000000);\r");
        shell.shows(HAS_READ);
        shell.shows("uncertainty [");
        let shown = {
            shell.types(CTRL_C);
            shell.shows("cancelled\r\n")
        };
        // The bar is cleared, and nothing clears or covers the prompt after that.
        assert!(shown.ends_with("\r\x1b[K"), "{shown:?}");
        assert_eq!(shell.prompted(PROMPT), "");
        shell.types("SELECT 1 AS alive");
        assert_eq!(shell.shows("alive"), "SELECT 1 AS ");
        assert_eq!(shell.enter(";"), cell("alive", "1"));
    }

    fn end_of_input() {
        let place = place();
        let mut shell = Shell::open(&place);
        shell.types(CTRL_D);
        shell.shows(HAS_READ);
        assert_eq!(shell.ended(0), "");
        // A line that has text is not the end.
        let mut shell = Shell::open(&place);
        shell.types("SELECT 1 AS a");
        shell.types(CTRL_D);
        assert_eq!(shell.enter(";"), cell("a", "1"));
        // What was not finished is not run.
        shell.begin("CREATE TABLE t AS SELECT 1 AS a");
        shell.types(CTRL_D);
        shell.shows(HAS_READ);
        assert_eq!(shell.ended(0), "");
    }

    // ---------------------------------------------------------------------------------------- history

    fn history() {
        let place = place();
        let mut shell = Shell::open(&place);
        shell.begin("SELECT '北京' =");
        assert_eq!(shell.enter("'北京' AS same;"), cell("same", "true"));
        assert_eq!(shell.enter("SELECT nosuch;"), "error: <shell>:1: column nosuch not found\n");
        let mut up = |line: &str| {
            shell.types(UP);
            assert_eq!(shell.draws(), (String::new(), format!("{PROMPT}{line}")));
        };
        // A statement comes back whole, with its lines.
        up("SELECT nosuch;");
        up("SELECT '北京' =\n'北京' AS same;");
        assert_eq!(shell.enter(""), cell("same", "true"));
        shell.types("SELECT half");
        shell.drop_line();
        shell.types("\\q\r");
        shell.shows(HAS_READ);
        shell.ended(0);
        assert_eq!(place.files(), ["state/goalposts/history"]);
        // It is there the next time; what was dropped is not.
        let mut shell = Shell::open(&place);
        for line in ["\\timing off", "\\q", "SELECT '北京' =\n'北京' AS same;", "SELECT nosuch;"]
        {
            shell.types(UP);
            assert_eq!(shell.draws().1, format!("{PROMPT}{line}"));
            if line.contains('\n') {
                shell.types(UP); // to its first line
            }
        }
        // And it can be edited.
        shell.types("\x7f, 1;");
        assert_eq!(shell.enter(""), "error: <shell>:1: column nosuch not found\n");
    }

    // ---------------------------------------------------------------------------------------- results

    fn wide_results() {
        let place = place();
        let mut shell = Shell::open(&place);
        // Long texts are cut.
        let shown =
            shell.enter("SELECT repeat('x', 200) AS long, repeat('京', 60) AS also, 1 AS n;");
        assert_eq!(
            shown,
            "┌───────────────────────────────────────┬───────────────────────────────────────┬────────┐\n\
             │ long                                  ┆ also                                  ┆      n │\n\
             │ VARCHAR                               ┆ VARCHAR                               ┆ BIGINT │\n\
             ╞═══════════════════════════════════════╪═══════════════════════════════════════╪════════╡\n\
             │ xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… ┆ 京京京京京京京京京京京京京京京京京京… ┆      1 │\n\
             └───────────────────────────────────────┴───────────────────────────────────────┴────────┘\n\
             1 row\n"
        );
        // Columns that have no room are counted.
        let columns: Vec<_> = (1..=30).map(|i| format!("{i}00000.5 AS c{i}")).collect();
        let shown = shell.enter(&format!("SELECT {};", columns.join(", ")));
        assert_eq!(
            shown,
            "┌──────────┬──────────┬──────────┬──────────┬───┬───────────┬───────────┬───────────┐\n\
             │       c1 ┆       c2 ┆       c3 ┆       c4 ┆ … ┆       c28 ┆       c29 ┆       c30 │\n\
             │   DOUBLE ┆   DOUBLE ┆   DOUBLE ┆   DOUBLE ┆   ┆    DOUBLE ┆    DOUBLE ┆    DOUBLE │\n\
             ╞══════════╪══════════╪══════════╪══════════╪═══╪═══════════╪═══════════╪═══════════╡\n\
             │ 100000.5 ┆ 200000.5 ┆ 300000.5 ┆ 400000.5 ┆ … ┆ 2800000.5 ┆ 2900000.5 ┆ 3000000.5 │\n\
             └──────────┴──────────┴──────────┴──────────┴───┴───────────┴───────────┴───────────┘\n\
             1 row; 7 of 30 columns (\\f csv shows all)\n"
        );
        assert_eq!(shell.enter("\\f csv"), "");
        let shown = shell.enter(&format!("SELECT {};", columns.join(", ")));
        contains(&shown, &["c1,c2,", ",c30\n", ",3000000.5\n"]);
    }

    fn long_results() {
        let place = place();
        let mut shell = Shell::open(&place);
        let shown = shell.enter("SELECT value AS v FROM generate_series(1, 100000);");
        assert_eq!(shown.lines().count(), 47, "{shown}");
        contains(
            &shown,
            &[
                "│     20 │\n│      · │\n│  99981 │\n",
                "│ 100000 │\n└────────┘\n100000 rows, 40 shown (\\rows 0 shows all)\n",
            ],
        );
    }

    fn explained() {
        let place = place();
        let mut shell = Shell::open(&place);
        let plan =
            shell.enter("EXPLAIN SELECT value AS v FROM generate_series(1, 9) WHERE value > 1;");
        contains(&plan, &["logical_plan\n  Projection: ", "\n    Filter: ", "\nphysical_plan\n  "]);
        assert!(!plan.contains('│') && !plan.contains('…'), "{plan}");
        let plan = shell.enter("EXPLAIN ANALYZE SELECT 1 AS a;");
        contains(&plan, &["Plan with Metrics\n  ", "output_rows=1"]);
        let too_wide =
            plan.lines().find(|line| line.split_whitespace().count() > 1 && line.len() > 90);
        assert_eq!(too_wide, None);
        contains(
            &shell.enter("EXPLAIN FORMAT TREE SELECT 1 AS a;"),
            &["physical_plan\n  ┌───", "│"],
        );
    }

    /// What a query that lasts tells while it runs, and that Ctrl-C clears it.
    #[track_caller]
    fn tells(shell: &mut Shell<'_>, query: &str, told: &[&str]) {
        shell.types(&format!("{query}\r"));
        shell.shows(HAS_READ);
        for text in told {
            shell.shows(text);
        }
        let shown = {
            shell.types(CTRL_C);
            shell.shows("cancelled\r\n")
        };
        assert!(shown.ends_with("\r\x1b[K"), "{shown:?}");
        assert_eq!(shell.prompted(PROMPT), "");
        shell.types("SELECT 1 AS alive");
        assert_eq!(shell.shows("alive"), "SELECT 1 AS ");
        assert_eq!(shell.enter(";"), cell("alive", "1"));
    }

    fn progress() {
        let place = place();
        let numbers = "SELECT value AS v FROM generate_series(1, 40000)";
        place.export(numbers, "data/p.parquet");
        let mut shell = Shell::open(&place);
        let series = "SELECT sum(sin(value)) AS s FROM generate_series(1, 100000000000);";
        tells(&mut shell, series, &["\r\x1b[K", " rows read, 1.", " s, ", " of memory\r"]);
        // Of files it is known how much there is, also where a table is made of them.
        let join = "SELECT sum(sin(a.v * b.v)) AS s FROM p AS a JOIN p AS b ON a.v + b.v > 0.5;";
        let share = ["\r\x1b[Kreading ", " % of ", "kB, 1.", " s, "];
        tells(&mut shell, join, &share);
        tells(&mut shell, &format!("CREATE TABLE t AS {join}"), &share);
        // Where nobody wants to be told, nothing is.
        let mut shell = Shell::start(&place, &["--quiet"], 90);
        assert_eq!(shell.prompted(PROMPT), "");
        shell.types(&format!("{series}\r"));
        shell.shows(HAS_READ);
        std::thread::sleep(Duration::from_secs(2));
        shell.types(CTRL_C);
        assert_eq!(shell.shows("cancelled\r\n"), "^C");
    }

    fn options() {
        let place = place();
        place.export("SELECT 1 AS a", "elsewhere/t.parquet");
        let arguments = ["--quiet", "--data", "elsewhere", "-f", "csv", "-p", "year=2024"];
        let mut shell = Shell::start(&place, &arguments, 90);
        assert_eq!(shell.prompted(PROMPT), "");
        assert_eq!(shell.enter("\\timing off"), "timing is off\n");
        assert_eq!(shell.enter("SELECT a, $year AS year FROM t;"), "a,year\n1,2024\n");
        let mut shell = Shell::start(&place, &["--data", "nosuch"], 90);
        let message = shell.ended(2);
        contains(&message, &["goalposts: nosuch: "]);
        assert_eq!(message.lines().count(), 1, "{message}");
        let mut shell = Shell::start(&place, &["-f", "parquet"], 90);
        let message = shell.ended(2);
        let expected = "goalposts: -f: must be a format of text, got 'parquet' (COPY writes files)";
        assert_eq!(message.trim_end(), expected);
    }
}
