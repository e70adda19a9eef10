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
pub(crate) mod at_a_terminal {
    use std::process::Command;
    use std::time::{Duration, Instant};

    use rexpect::error::Error;
    use rexpect::process::WaitStatus;
    use rexpect::reader::Options;
    use rexpect::session::{PtySession, spawn_with_options};

    use super::Trial;
    use crate::cli::{Place, contains, is_of_a_picture, place};
    use crate::trial;

    pub fn trials() -> Vec<Trial> {
        let cases: [(&str, fn()); _] = [
            ("statements", statements),
            ("editing", editing),
            ("paste", paste),
            ("resized", resized),
            ("colours", colours),
            ("completion::statements", completion),
            ("completion::columns", completion_of_columns),
            ("completion::arguments", completion_of_arguments),
            ("completion::files", completion_of_files),
            ("completion::commands", completion_of_commands),
            ("commands", commands),
            ("commands::faults", command_faults),
            ("interrupt::prompt", interrupt_prompt),
            ("interrupt::offers", interrupt_offers),
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
    pub(crate) const HAS_READ: &str = "\x1b[?2004l\r\n";

    pub(crate) const PROMPT: &str = "goalposts> ";

    const UP: &str = "\x1b[A";
    const LEFT: &str = "\x1b[D";
    const ALT_ENTER: &str = "\x1b\r";
    const TAB: &str = "\t";
    pub(crate) const CTRL_C: &str = "\x03";
    const CTRL_D: &str = "\x04";

    /// For whatever must be seen; a busy machine is slow.
    const PATIENCE: Duration = Duration::from_secs(20);

    /// Runs for hours if nobody stops it.
    pub(crate) const LONG: &str = "SELECT sum(sin(a.value * b.value)) AS s \
                        FROM generate_series(1, 1000000) AS a, generate_series(1, 1000000) AS b;";

    /// The shell in a folder.
    pub(crate) struct Shell<'a> {
        session: PtySession,
        /// The lines of the statement so far.
        text: String,
        _folder: &'a Place,
    }

    impl<'a> Shell<'a> {
        /// A shell at its first prompt that tells no times.
        pub(crate) fn open(place: &'a Place) -> Self {
            let mut shell = Self::start(place, &[], 90);
            let banner = shell.prompted(PROMPT);
            contains(&banner, &["goalposts ", "; \\? for help, \\q to leave\n"]);
            assert_eq!(shell.enter("\\timing off"), "timing is off\n");
            shell
        }

        pub(crate) fn start(place: &'a Place, arguments: &[&str], columns: u16) -> Self {
            Self::start_with(place, arguments, columns, &[("NO_COLOR", "1")])
        }

        /// The same with these variables; without them there is neither a pager nor an editor.
        pub(crate) fn start_with(
            place: &'a Place,
            arguments: &[&str],
            columns: u16,
            variables: &[(&str, &str)],
        ) -> Self {
            Self::start_beside(place, arguments, columns, variables, "")
        }

        /// The same with a program that runs beside it.
        fn start_beside(
            place: &'a Place,
            arguments: &[&str],
            columns: u16,
            variables: &[(&str, &str)],
            beside: &str,
        ) -> Self {
            let size = format!("stty sane cols {columns} rows 40; {beside} exec \"$0\" \"$@\"");
            let mut command = Command::new("sh");
            command.args(["-c", &size, env!("CARGO_BIN_EXE_goalposts")]).args(arguments);
            command.current_dir(place.path("")).env_remove("GOALPOSTS_DATA");
            command.env("TERM", "xterm-256color").env("HOME", place.path("home"));
            command.env("XDG_STATE_HOME", place.path("state"));
            command.env("XDG_CONFIG_HOME", place.path("config")).env("GOALPOSTS_PAGER", "");
            command.env_remove("VISUAL").env_remove("EDITOR").env_remove("PAGER");
            command.env_remove("NO_COLOR").env_remove("CLICOLOR").env_remove("CLICOLOR_FORCE");
            command.envs(variables.iter().copied());
            let patience = Options::new().timeout_ms(Some(PATIENCE.as_millis() as u64));
            let session = spawn_with_options(command, patience).expect("the shell starts");
            Self { session, text: String::new(), _folder: place }
        }

        pub(crate) fn types(&mut self, keys: &str) {
            self.session.send(keys).and_then(|_| self.session.flush()).expect("the shell reads");
        }

        /// Waits for a text; what was shown before it.
        #[track_caller]
        pub(crate) fn shows(&mut self, text: &str) -> String {
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

        /// Waits until the text is drawn anew; what was shown before it, and the text with its prompt.
        #[track_caller]
        pub(crate) fn draws(&mut self) -> (String, String) {
            let shown = self.shows(DRAWN);
            let (before, drawing) = shown.split_once("\x1b[?2026h").expect("a drawing");
            let (_, text) = drawing.rsplit_once("\x1b[K").expect("a cleared line");
            let (text, _) = text.rsplit_once('\r').expect("the cursor's place");
            (before.to_owned(), text.replace('\r', ""))
        }

        /// Waits for this prompt; what was shown before it.
        #[track_caller]
        pub(crate) fn prompted(&mut self, prompt: &str) -> String {
            let shown = self.shows(READS).replace("\r\n", "\n");
            assert_eq!(self.draws(), (String::new(), prompt.to_owned()), "after: {shown}");
            shown
        }

        /// Enters the last or only line of a statement or command; what it shows.
        #[track_caller]
        pub(crate) fn enter(&mut self, line: &str) -> String {
            self.types(&format!("{line}\r"));
            self.shows(HAS_READ);
            self.text.clear();
            self.prompted(PROMPT)
        }

        /// Enters a line after which the statement goes on.
        #[track_caller]
        pub(crate) fn begin(&mut self, line: &str) {
            self.types(&format!("{line}\r"));
            self.text += &format!("{line}\n");
            self.comes_to_have(&self.text.clone());
        }

        /// Waits until the prompt has this text.
        #[track_caller]
        fn comes_to_have(&mut self, text: &str) {
            while self.draws().1 != format!("{PROMPT}{text}") {}
        }

        /// The line after Tab; it is dropped then, with the lines before it.
        #[track_caller]
        pub(crate) fn completed(&mut self, typed: &str) -> String {
            self.types(typed);
            self.types(TAB);
            let (before, line) = self.draws();
            assert_eq!(before, typed);
            let before = format!("{PROMPT}{}", self.text);
            self.drop_line();
            let line = line.strip_prefix(&before).expect("the prompt");
            // What there is to choose from stands below.
            line.split(['\n', '\x1b']).next().unwrap_or_default().to_owned()
        }

        /// What Tab offers where more than one thing fits: each, and what it is.
        #[track_caller]
        fn offered(&mut self, typed: &str) -> Vec<String> {
            self.types(&format!("{typed}{TAB}"));
            let drawn = self.draws().1;
            let before = format!("{PROMPT}{}{typed}", self.text);
            self.drop_line();
            let offered = drawn.strip_prefix(&before).expect("the prompt and what was typed");
            let offered = offered.split('\x1b').next().unwrap_or_default();
            let parts = offered.lines().flat_map(|line| line.split("  "));
            parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
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
        pub(crate) fn drop_line(&mut self) {
            self.types(CTRL_C);
            self.shows(HAS_READ);
            self.text.clear();
            assert_eq!(self.prompted(PROMPT), "");
        }

        /// That it has ended, with this exit code; what was shown last.
        #[track_caller]
        pub(crate) fn ended(&mut self, code: i32) -> String {
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

    /// What is shown, without colours.
    fn plain(shown: &str) -> String {
        let mut parts = shown.split("\x1b[");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| text + part.split_once('m').map_or(part, |(_, rest)| rest))
    }

    /// The same, without the pictures of errors.
    pub(crate) fn told(shown: &str) -> String {
        let shown = plain(shown);
        let lines = shown.lines().filter(|line| !is_of_a_picture(line));
        lines.map(|line| format!("{line}\n")).collect()
    }

    /// A result of one cell, as it is shown.
    pub(crate) fn cell(name: &str, value: &str) -> String {
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
    pub(crate) fn data() -> Place {
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
        assert_eq!(shell.prompted(&format!("{PROMPT}SELECT 3\n")), "timing is off\n");
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

    /// A statement is one text, whichever of its lines the cursor is in.
    fn editing() {
        let place = place();
        let mut shell = Shell::open(&place);
        shell.begin("SELECT 1 AS a,");
        shell.begin("  2 AS b,");
        let table = |a: &str| {
            let line = "────────";
            let double = "════════";
            format!(
                "┌{line}┬{line}┬{line}┐\n│      a ┆      b ┆      c │\n│ BIGINT ┆ BIGINT ┆ BIGINT │\n\
                 ╞{double}╪{double}╪{double}╡\n│ {a:>6} ┆      2 ┆      3 │\n\
                 └{line}┴{line}┴{line}┘\n1 row\n"
            )
        };
        assert_eq!(shell.enter("  3 AS c;"), table("1"));
        // Back as a whole, its first line changed: it runs from there.
        shell.types(UP);
        shell.comes_to_have("SELECT 1 AS a,\n  2 AS b,\n  3 AS c;");
        shell.types(&UP.repeat(2));
        shell.types("\x01"); // the start of the line
        shell.types(&"\x1b[C".repeat("SELECT 1".len()));
        shell.types("0");
        assert_eq!(shell.enter(""), table("10"));
        // A line within a statement that is complete.
        shell.types("SELECT 1 AS a;");
        shell.types(&LEFT.repeat(6));
        shell.types(ALT_ENTER);
        shell.shows("SELECT 1\r\n AS a;");
        assert_eq!(shell.enter(""), cell("a", "1"));
    }

    fn paste() {
        let place = place();
        let mut shell = Shell::open(&place);
        let pasted = |text: &str| format!("\x1b[200~{text}\x1b[201~");
        // All of its statements run, with the commands between them.
        let text = "SELECT 1 AS a;\n\n\\f csv\nSELECT\n  2 AS b;\n\\f table\n";
        assert_eq!(shell.enter(&pasted(text)), format!("{}b\n2\n", cell("a", "1")));
        // Those after one that fails do not.
        let shown = told(&shell.enter(&pasted("SELECT nosuch;\n\\f csv\nSELECT 1;")));
        assert_eq!(shown, "error: <shell>:1: column nosuch not found\n");
        assert_eq!(shell.enter("SELECT 1 AS a;"), cell("a", "1"));
        // What has no semicolon yet waits for one.
        shell.types(&pasted("SELECT 3 AS a\n"));
        shell.comes_to_have("SELECT 3 AS a\n");
        assert_eq!(shell.enter(";"), cell("a", "3"));
    }

    /// A text is drawn anew as soon as the terminal has another width, on whichever thread the program
    /// hears of it.
    fn resized() {
        let place = place();
        let resizes = "exec 3<&0; (until test -e resize; do sleep 0.02; done; stty cols 40 <&3) &";
        let variables = [("NO_COLOR", "1")];
        let mut shell = Shell::start_beside(&place, &["--quiet"], 90, &variables, resizes);
        shell.prompted(PROMPT);
        let text = "SELECT '北京市天津市河北省北京市天津市河北省北京市天津市河北省' AS a, 'b' AS b, 'c' AS c";
        shell.types(text);
        shell.shows("AS c");
        place.write("resize", "");
        assert_eq!(shell.draws().1, format!("{PROMPT}{text}"));
        // One letter more is drawn in its place, and nothing else.
        shell.types("!");
        assert_eq!(shell.shows("!"), "");
        shell.drop_line();
    }

    fn colours() {
        let place = data();
        let typed = "SELECT agg_geometric($x), sum(1), '京' -- c";
        let painted = "\x1b[1mSELECT\x1b[0m \x1b[1m\x1b[34magg_geometric\x1b[0m(\x1b[31m$x\x1b[0m), \
                       \x1b[36msum\x1b[0m(\x1b[35m1\x1b[0m), \x1b[32m'京'\x1b[0m \x1b[2m-- c\x1b[0m";
        let always: (&[&str], &[(&str, &str)]) = (&["--color", "always"], &[("NO_COLOR", "1")]);
        for (arguments, variables) in [(&[][..], &[][..]), always] {
            let mut shell = Shell::start_with(&place, arguments, 90, variables);
            shell.shows("\x1b[1mgoalposts> \x1b[0m");
            shell.types(typed);
            shell.shows(painted);
            shell.types(CTRL_C);
            shell.shows(HAS_READ);
            shell.shows(DRAWN);
            // What was entered before is offered in grey, and taken with the right arrow.
            shell.types("SELECT 41 AS hinted;\r");
            shell.shows("╡\r\n│     41 │");
            shell.types("SELECT 4");
            shell.shows("\x1b[2m1 AS hinted;\x1b[0m");
            shell.types("\x1b[C\r");
            shell.shows("│     41 │");
            // What a candidate is stands dimmed.
            shell.types(&format!("union_{TAB}"));
            shell.shows("\r\nunion_extract(  \x1b[2mfunction\x1b[0m  union_tag(      \x1b[2mfunction\x1b[0m");
        }
        let never: (&[&str], &[(&str, &str)]) = (&["--color", "never"], &[]);
        for (arguments, variables) in [(&[][..], &[("NO_COLOR", "1")][..]), never] {
            let mut shell = Shell::start_with(&place, arguments, 90, variables);
            shell.shows(DRAWN);
            shell.types("SELECT 1 AS a;\r");
            let shown = shell.shows("│      1 │");
            assert!(!shown.contains("m"), "{shown:?}");
        }
    }

    fn faults() {
        let place = place();
        place.write("bad.sql", "SELECT 1 AS a;\nSELECT\n  nosuch;\nSELECT 2 AS a;\n");
        let mut shell = Shell::open(&place);
        let shown = shell.enter("SELECT '北京', * FROM nosuch;");
        assert_eq!(
            plain(&shown),
            "error: <shell>:1: table 'nosuch' not found\n  |\n\
             1 | SELECT '北京', * FROM nosuch;\n  |                       ^^^^^^\n"
        );
        // The line of the statement, the last one where something is missing at its end.
        shell.begin("SELECT 1,");
        let shown = plain(&shell.enter("  nosuch;"));
        let picture = "  |\n2 |   nosuch;\n  |   ^^^^^^\n";
        assert_eq!(shown, format!("error: <shell>:2: column nosuch not found\n{picture}"));
        shell.begin("SELECT 1");
        shell.begin("WHERE");
        let end = told(&shell.enter(";"));
        assert_eq!(end, "error: <shell>:2: SQL must go on with an expression, found its end\n");
        // What stands before it has run, what comes after it has not.
        let shown = told(&shell.enter("SELECT 1 AS a; SELECT nosuch; SELECT 2 AS a;"));
        assert_eq!(shown, format!("{}error: <shell>:1: column nosuch not found\n", cell("a", "1")));
        let shown = told(&shell.enter("\\i bad.sql"));
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
        assert_eq!(
            told(&shell.enter("SELECT nosuch;")),
            "error: <shell>:1: column nosuch not found\n"
        );
        assert_eq!(shell.enter("EXECUTE next(42);"), cell("n", "43"));
        assert_eq!(shell.enter("SELECT * FROM v;"), cell("n", "2"));
    }

    // ------------------------------------------------------------------------------------- completion

    fn completion() {
        let place = data();
        let mut shell = Shell::open(&place);
        let mut at_prompt = |typed: &str| shell.completed(typed);
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
        let unions = ["union_extract(", "function", "union_tag(", "function"];
        assert_eq!(shell.offered("union_"), unions);
        // Ours say which step they belong to.
        let distances = shell.offered("SELECT norm_distance_");
        assert!(distances.len() > 2, "{distances:?}");
        for pair in distances.chunks(2) {
            assert!(pair[0].starts_with("norm_distance_"), "{distances:?}");
            assert_eq!(pair[1], "normalisation");
        }
        // The internal form of a function is not one.
        assert!(!shell.offered("SELECT norm_").iter().any(|name| name.contains("_fitted")));
        // Nothing in a string, nothing for what is not known.
        shell.offers_nothing("SELECT 'sur");
        shell.offers_nothing("SELECT xyz");
        shell.offers_nothing("SELECT * FROM survey WHERE paren");
        // A table that this session made.
        assert_eq!(shell.enter("CREATE TABLE weighting_of_2024 AS SELECT 1 AS w;"), "");
        assert_eq!(shell.completed("FROM weighting_"), "FROM weighting_of_2024");
        // The lines before are looked at, too: a table there, a string that is open.
        shell.begin("SELECT * FROM survey");
        assert_eq!(shell.completed("WHERE peri"), "WHERE period");
        shell.begin("SELECT 'a");
        shell.offers_nothing("sur");
        // Parameters that are set.
        assert_eq!(shell.enter("\\set year 2024"), "");
        assert_eq!(shell.completed("SELECT $y"), "SELECT $year");
        shell.offers_nothing("SELECT $z");
        // What no name begins with may be within one.
        assert_eq!(shell.completed("FROM survey SELECT 积"), "FROM survey SELECT 面积");
    }

    /// What Tab makes of a text at the mark ‸.
    #[track_caller]
    fn completed_within(shell: &mut Shell<'_>, text: &str, expected: &str) {
        let (before, after) = text.split_once('‸').expect("a cursor");
        shell.types(&format!("{before}{after}"));
        shell.types(&LEFT.repeat(after.chars().count()));
        shell.types(TAB);
        // The cursor stands behind what was completed: the rest is drawn, and gone back over.
        loop {
            let drawn = shell.draws().1;
            let text = drawn.split("\x1b[").next().unwrap_or_default();
            if text == format!("{PROMPT}{expected}") {
                break;
            }
        }
        shell.drop_line();
    }

    fn completion_of_columns() {
        let place = data();
        place.export("SELECT 'A' AS unit, 'A' AS indicator, 1.0 AS value", "data/panel.parquet");
        let mut shell = Shell::open(&place);
        // Of a table on a later line.
        completed_within(
            &mut shell,
            "SELECT perio‸\nFROM survey\nWHERE true",
            "SELECT period\nFROM survey\nWHERE true",
        );
        // Of a query in WITH, before it stands in FROM.
        let query = "WITH m AS (SELECT period FROM survey) SELECT m.";
        assert_eq!(shell.completed(query), format!("{query}period"));
        // Of an alias, and only its own.
        let tables = "FROM survey AS s JOIN bth.framework f ON ";
        assert_eq!(shell.completed(&format!("{tables}f.par")), format!("{tables}f.parent"));
        let columns = ["code", "column", "parent", "column"];
        assert_eq!(shell.offered(&format!("{tables}f.")), columns);
        shell.offers_nothing(&format!("{tables}s.par"));
        assert_eq!(shell.completed("FROM bth.fr"), "FROM bth.framework");
        // In order: those in scope before tables and functions.
        let offered = shell.offered("SELECT co FROM bth.framework WHERE co");
        assert_eq!(offered[..2], ["code", "column"], "{offered:?}");
        // Of what is a query, a call, a file.
        for (source, typed, column) in [
            ("(SELECT 1 AS only_here) AS q", "onl", "only_here"),
            ("composite_index(panel, bth.framework)", "scor", "score"),
            ("'data/survey.parquet'", "perio", "period"),
        ] {
            let typed_in = format!("FROM {source} SELECT {typed}");
            assert_eq!(shell.completed(&typed_in), format!("FROM {source} SELECT {column}"));
        }
        let with = "WITH small AS (SELECT 1 AS key_of_it) ";
        assert_eq!(shell.completed(&format!("{with}FROM sma")), format!("{with}FROM small"));
        let typed = format!("{with}FROM small SELECT key");
        assert_eq!(shell.completed(&typed), format!("{with}FROM small SELECT key_of_it"));
        // Within quotes.
        let quoted = shell.completed("FROM survey SELECT \"Sh");
        assert_eq!(quoted, "FROM survey SELECT \"Share of GDP\"");
        // A file that is none offers nothing.
        place.write("data/broken.parquet", "no");
        let mut shell = Shell::open(&place);
        shell.offers_nothing("FROM broken WHERE xqz");
    }

    fn completion_of_arguments() {
        let place = data();
        let mut shell = Shell::open(&place);
        let call = "FROM composite_index(survey, bth.framework, ";
        for (typed, full) in [
            ("norm", "normalisation => "),
            ("normalisation => minm", "normalisation => 'minmax'"),
            ("normalisation => 'minm", "normalisation => 'minmax'"),
            ("normalisation => 'minmax(low", "normalisation => 'minmax(lower => "),
            ("strict => f", "strict => false"),
            ("unit => uni", "unit => unit"),
            ("base => 'fi", "base => 'first'"),
        ] {
            assert_eq!(shell.completed(&format!("{call}{typed}")), format!("{call}{full}"));
        }
        assert_eq!(shell.completed("FROM composite_index(sur"), "FROM composite_index(survey");
        assert_eq!(
            shell.completed("FROM composite_index(TABLE sur"),
            "FROM composite_index(TABLE survey"
        );
        // Not twice; those that all table functions share as well.
        shell.offers_nothing(&format!("{call}normalisation => 'minmax', norma"));
        let shared = "FROM contributions(survey, bth.framework, ";
        assert_eq!(shell.completed(&format!("{shared}treatm")), format!("{shared}treatment"));
        let offered = shell.offered(&format!("{shared}treatment"));
        assert_eq!(offered[0], "treatment =>");
        assert!(offered[1].starts_with("how outliers are treated"), "{offered:?}");
        // Of a function of rows, whose arguments are expressions.
        let call = "SELECT norm_minmax(value, ";
        assert_eq!(shell.completed(&format!("{call}direc")), format!("{call}direction => "));
        let choice = "SELECT index_growth(value, period, form => ";
        assert_eq!(shell.completed(&format!("{choice}sym")), format!("{choice}'symmetric'"));
        let columns = "FROM survey SELECT agg_arithmetic(面";
        assert_eq!(shell.completed(columns), "FROM survey SELECT agg_arithmetic(面积");
    }

    fn completion_of_files() {
        let place = data();
        place.write("数据/one two.csv", "a\n1\n");
        place.write("query.sql", "SELECT 1;");
        let mut shell = Shell::open(&place);
        for (typed, full) in [
            ("FROM 'da", "FROM 'data/"),
            ("FROM 'data/sur", "FROM 'data/survey.parquet'"),
            ("FROM '数", "FROM '数据/"),
            ("FROM read_table('数据/o", "FROM read_table('数据/one two.csv'"),
            ("COPY survey TO 'da", "COPY survey TO 'data/"),
            ("\\i que", "\\i query.sql"),
            ("SELECT 1 \\g da", "SELECT 1 \\g data/"),
            ("SELECT 1 \\g data/sur", "SELECT 1 \\g data/survey.parquet"),
            ("SELECT 1 \\cros", "SELECT 1 \\crosstab"),
        ] {
            assert_eq!(shell.completed(typed), full);
        }
        completed_within(&mut shell, "FROM 'que‸' SELECT 1", "FROM 'query.sql' SELECT 1");
        shell.offers_nothing("SELECT 'data/sur");
        shell.offers_nothing("FROM 'nosuch/");
    }

    fn completion_of_commands() {
        let place = data();
        let mut shell = Shell::open(&place);
        let all = [
            "\\?",
            "\\crosstab",
            "\\d",
            "\\df",
            "\\dn",
            "\\dt",
            "\\dv",
            "\\e",
            "\\f",
            "\\g",
            "\\gx",
            "\\h",
            "\\i",
            "\\ir",
            "\\o",
            "\\p",
            "\\pager",
            "\\plot",
            "\\q",
            "\\rows",
            "\\set",
            "\\timing",
            "\\unset",
            "\\w",
            "\\watch",
            "\\x",
        ];
        let offered = shell.offered("\\");
        let mut commands: Vec<_> = offered.iter().filter(|part| part.starts_with('\\')).collect();
        commands.sort(); // they stand in columns
        assert_eq!(commands, all);
        assert!(offered.iter().any(|part| part == "this list"), "{offered:?}");
        for (typed, full) in [
            ("\\t", "\\timing"),
            ("\\cr", "\\crosstab"),
            ("\\x au", "\\x auto"),
            ("\\r", "\\rows"),
            ("\\se", "\\set"),
            ("\\d sur", "\\d survey"),
            ("\\d bt", "\\d bth.framework"),
            ("\\h agg_geo", "\\h agg_geometric"),
            ("\\f mark", "\\f markdown"),
            ("\\timing of", "\\timing off"),
        ] {
            assert_eq!(shell.completed(typed), full);
        }
        let formats = ["csv", "csv2", "json", "latex", "markdown", "ndjson", "table", "tsv"];
        let mut offered = shell.offered("\\f ");
        offered.sort();
        assert_eq!(offered, formats);
        shell.offers_nothing("\\z");
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
        contains(&shell.enter("\\?"), &["\\d [TABLE]", "\\timing", "\\q", "Ctrl-D", "Ctrl-C"]);
        assert_eq!(shell.enter("\\help"), shell.enter("\\?"));

        let tables = shell.enter("\\d");
        contains(
            &tables,
            &["│ bth    ┆ framework ┆ 1 file ┆    1 ┆ ", "│ public ┆ survey    ┆ 1 file ┆    1 ┆ "],
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
            ("\\z", "\\z: command not found (\\? lists them)"),
            ("\\", "\\: command not found (\\? lists them)"),
            ("\\dd survey", "\\dd: command not found (\\? lists them)"),
            ("\\d nosuch", "\\d: table 'nosuch' not found"),
            ("\\d framework", "\\d: table 'framework' not found; did you mean 'bth.framework'?"),
            ("\\h nosuch", "\\h: function 'nosuch' not found (\\h lists them)"),
            ("\\f", "\\f: must be a format, found nothing"),
            ("\\f xml", "\\f: format 'xml' not found (\\? lists them)"),
            (
                "\\f parquet",
                "\\f: must be a format of text, got 'parquet' (\\g and COPY write files)",
            ),
            ("\\rows", "\\rows: must be a whole number, found nothing"),
            ("\\rows -1", "\\rows: must be a whole number, got '-1'"),
            ("\\timing x", "\\timing: must be on or off, got 'x'"),
            ("\\set year", "\\set: must be NAME VALUE, got 'year'"),
            ("\\i", "\\i: must be a file, found nothing"),
            ("\\i nosuch.sql", "nosuch.sql: No such file or directory (os error 2)"),
        ] {
            assert_eq!(told(&shell.enter(command)), format!("error: {message}\n"), "{command}");
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

    /// What Tab offers, and what the history has, stays no longer on the screen than the text does.
    fn interrupt_offers() {
        let place = data();
        place.write("state/goalposts/history", "#V2\nSELECT 7 AS seven;\n");
        let mut shell = Shell::start_with(&place, &[], 90, &[]);
        shell.shows(PROMPT);
        for (typed, offered) in [("SELECT un\t", "union all"), ("SELECT 7", " AS seven;")] {
            shell.types(typed);
            shell.shows(offered);
            shell.types(CTRL_C);
            let shown = shell.shows(HAS_READ);
            let (_, last) = shown.rsplit_once("\x1b[K").expect("a cleared line");
            let last = plain(last);
            assert!(last.contains(typed.trim()) && !last.contains(offered), "{last:?}");
        }
    }

    fn interrupt_query() {
        let place = data();
        let mut shell = Shell::open(&place);
        for _ in 0..3 {
            // It does not notice at once that nobody waits for it any more, and its threads are busy.
            shell.types(&format!("{LONG}\r"));
            shell.shows(HAS_READ); // Ctrl-C is a signal from here on
            assert_eq!(cancels(&mut shell), "^C");
            assert_eq!(shell.completed("FROM survey SELECT perio"), "FROM survey SELECT period");
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
        assert_eq!(
            told(&shell.enter("SELECT * FROM t;")),
            "error: <shell>:1: table 't' not found\n"
        );
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

    /// Cancels what a bar tells of: the bar is cleared, and nothing clears or covers the prompt after
    /// that.
    fn cancels_under_a_bar(shell: &mut Shell<'_>) {
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
        cancels_under_a_bar(&mut shell);
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
        // Nor is the empty line of a statement that goes on; what was not finished is not run.
        shell.begin("CREATE TABLE t AS SELECT 1 AS a");
        shell.types(CTRL_D);
        shell.drop_line();
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
        assert_eq!(
            told(&shell.enter("SELECT nosuch;")),
            "error: <shell>:1: column nosuch not found\n"
        );
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
        assert_eq!(told(&shell.enter("")), "error: <shell>:1: column nosuch not found\n");
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
                "│ 100000 │\n└────────┘\n100,000 rows, 40 shown (\\rows 0 shows all)\n",
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
        cancels_under_a_bar(shell);
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
        let share = ["\r\x1b[Kreading ", " % of ", "KB, 1.", " s, "];
        tells(&mut shell, join, &share);
        tells(&mut shell, &format!("CREATE TABLE t AS {join}"), &share);
        // Where nobody wants to be told, nothing is.
        let mut shell = Shell::start(&place, &["--quiet", "--threads", "1"], 90);
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
