//! The commands of the shell at a pseudo-terminal: each where it does its work and where it refuses.

use libtest_mimic::Trial;

#[cfg(unix)]
pub use at_a_terminal::trials;

#[cfg(not(unix))]
pub fn trials() -> Vec<Trial> {
    Vec::new()
}

#[cfg(unix)]
mod at_a_terminal {
    use std::fs::{self, File};
    use std::os::unix::fs::PermissionsExt;

    use parquet::data_type::ByteArray;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::file::statistics::Statistics;

    use super::Trial;
    use crate::cli::{Place, contains, place};
    use crate::shell::at_a_terminal::{CTRL_C, HAS_READ, LONG, PROMPT, Shell, cell, data, told};
    use crate::{repository, trial};

    pub fn trials() -> Vec<Trial> {
        let cases: [(&str, fn()); _] = [
            ("tables", tables),
            ("columns", columns),
            ("columns::of_anything", columns_of_anything),
            ("functions", functions),
            ("expanded", expanded),
            ("output", output),
            ("output::faults", output_faults),
            ("again", again),
            ("again::atomic", again_atomic),
            ("edit", edit),
            ("edit::faults", edit_faults),
            ("watch", watch),
            ("pager", pager),
            ("crosstab", crosstab),
            ("parameters", parameters),
            ("arguments", arguments),
            ("start_up", start_up),
            ("start_up::options", start_up_options),
            ("meant", meant),
        ];
        let named = |(name, case)| trial(&format!("shell_commands::{name}"), case);
        cases.into_iter().map(named).collect()
    }

    /// Files below the folder that the shell has not made for itself.
    fn files(place: &Place) -> Vec<String> {
        let is_own = |name: &String| name.starts_with("state/") || name.starts_with("data/");
        place.files().into_iter().filter(|name| !is_own(name)).collect()
    }

    /// A program of one line.
    fn program(place: &Place, name: &str, line: &str) -> String {
        place.write(name, format!("#!/bin/sh\n{line}\n"));
        let path = place.path(name);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a program");
        path.display().to_string()
    }

    // ----------------------------------------------------------------------------------------- tables

    fn tables() {
        let place = data();
        place.write("data/broken.parquet", "no parquet");
        let mut shell = Shell::open(&place);
        assert_eq!(shell.enter("CREATE TABLE made AS SELECT 1 AS a UNION ALL SELECT 2;"), "");
        assert_eq!(shell.enter("CREATE VIEW seen AS SELECT * FROM survey WHERE period > 1;"), "");
        assert_eq!(shell.enter("\\f csv"), "");
        let size = |name: &str| {
            let bytes = fs::metadata(place.path(name)).expect("a file").len();
            match bytes {
                0..2048 => format!("{bytes} B"),
                _ => format!("{:.1} KB", bytes as f64 / 1024.0),
            }
        };
        let (framework, survey) = (size("data/bth/framework.parquet"), size("data/survey.parquet"));
        let head = "schema,table,is,rows,size\n";
        let framework = format!("bth,framework,1 file,1,{framework}\n");
        let (broken, made) = ("public,broken,unreadable,,\n", "public,made,in memory,2,\n");
        let (seen, survey) = ("public,seen,view,,\n", format!("public,survey,1 file,1,{survey}\n"));
        let all = format!("{head}{framework}{broken}{made}{seen}{survey}");
        assert_eq!(shell.enter("\\d"), all);
        assert_eq!(shell.enter("\\dt"), format!("{head}{framework}{broken}{made}{survey}"));
        assert_eq!(shell.enter("\\dv"), format!("{head}{seen}"));
        assert_eq!(shell.enter("\\dt MADE"), format!("{head}{made}"));
        assert_eq!(shell.enter("\\dt bth.*"), format!("{head}{framework}"));
        assert_eq!(shell.enter("\\dt nosuch"), head);
        let schemas = shell.enter("\\dn");
        contains(&schemas, &["schema,tables\nbth,1\n", "\npublic,4\n"]);
        assert_eq!(shell.enter("\\dn x"), "error: \\dn: must stand alone, found 'x'\n");
    }

    /// The least and the greatest value of a column, and how many are NULL, by the footer alone.
    fn footer(file: &SerializedFileReader<File>, column: usize) -> (String, String, u64) {
        let text = |bytes: &ByteArray| bytes.as_utf8().expect("UTF-8").to_owned();
        let (mut least, mut greatest, mut nulls) = (None, None, 0);
        for group in file.metadata().row_groups() {
            let known = group.column(column).statistics().expect("statistics");
            nulls += known.null_count_opt().expect("a number of NULLs");
            let (min, max) = match known {
                Statistics::Int64(s) => {
                    (s.min_opt().map(i64::to_string), s.max_opt().map(i64::to_string))
                }
                Statistics::Double(s) => {
                    (s.min_opt().map(|x| format!("{x:?}")), s.max_opt().map(|x| format!("{x:?}")))
                }
                Statistics::ByteArray(s) => {
                    let sign = |is_exact: bool| if is_exact { "" } else { "≈" };
                    let min = s.min_opt().map(|x| sign(s.min_is_exact()).to_owned() + &text(x));
                    let max = s.max_opt().map(|x| sign(s.max_is_exact()).to_owned() + &text(x));
                    (min, max)
                }
                other => panic!("another type: {other:?}"),
            };
            assert!(
                least.replace(min).is_none() && greatest.replace(max).is_none(),
                "one row group"
            );
        }
        (least.flatten().expect("a least"), greatest.flatten().expect("a greatest"), nulls)
    }

    fn columns() {
        let place = place();
        let path = repository().join("data/bth/indicators.parquet");
        fs::create_dir_all(place.path("data/bth")).expect("a folder");
        fs::copy(&path, place.path("data/bth/indicators.parquet")).expect("a copy");
        let file =
            SerializedFileReader::new(File::open(&path).expect("the file")).expect("a footer");
        let mut shell = Shell::start(&place, &[], 180);
        shell.prompted(PROMPT);
        let shown = shell.enter("\\d bth.indicators");
        let bytes = fs::metadata(&path).expect("the file").len() as f64 / 1024.0;
        let rows = file.metadata().file_metadata().num_rows();
        let rows = format!("{},{:03}", rows / 1000, rows % 1000);
        assert!(shown.ends_with(&format!("┘\n{rows} rows, {bytes:.1} KB in 1 file\n")), "{shown}");
        assert_eq!(shell.enter("\\f tsv"), "");
        let shown = shell.enter("\\d bth.indicators");
        let mut lines = shown.lines();
        assert_eq!(lines.next(), Some("column\ttype\tmin\tmax\tnulls"));
        let schema = file.metadata().file_metadata().schema_descr();
        for (i, line) in lines.enumerate() {
            let (min, max, nulls) = footer(&file, i);
            assert_eq!(nulls, 0, "{line}");
            let cells: Vec<_> = line.split('\t').collect();
            let name = schema.column(i).name().to_owned();
            assert_eq!([cells[0], cells[2], cells[3], cells[4]], [&name, &min, &max, "0%"]);
        }
        assert_eq!(shown.lines().count(), 1 + schema.num_columns());
        contains(
            &shown,
            &["unit\tVARCHAR\tBTH\tXiongan\t0%\n", "period\tBIGINT\t2010\t2025\t0%\n"],
        );
    }

    fn columns_of_anything() {
        let place = place();
        let panel = "SELECT 'A' AS unit, 2024 AS period, NULLIF(value, 2) AS value \
                     FROM generate_series(1, 8) AS s(value)";
        place.export(panel, "data/panel.parquet").export(panel, "a file.parquet");
        place.write("data.csv", "unit,value\nA,1\n");
        let mut shell = Shell::open(&place);
        assert_eq!(shell.enter("CREATE TABLE made AS SELECT * FROM panel;"), "");
        assert_eq!(shell.enter("CREATE VIEW seen AS SELECT unit FROM panel WHERE value > 3;"), "");
        let shown = shell.enter("\\d panel");
        contains(&shown, &["│ value  ┆ BIGINT  ┆ 1    ┆ 8    ┆ 12.5% │\n", "┘\n8 rows, "]);
        // Of rows in memory the NULLs are counted, the values not looked at.
        let shown = shell.enter("\\d made");
        contains(&shown, &["│ value  ┆ BIGINT  ┆ NULL ┆ NULL ┆ 12.5% │\n", "┘\n8 rows\n"]);
        // What a filter leaves is guessed.
        let shown = shell.enter("\\d seen");
        contains(&shown, &["│ unit   ┆ VARCHAR ┆ ", "┘\n≈", " in 1 file\n"]);
        for command in
            ["\\d 'a file.parquet'", "\\d data/panel.parquet", "\\d read_table('data.csv')"]
        {
            contains(&shell.enter(command), &["│ unit   ┆ VARCHAR"]);
        }
        // No page of data is read: a file whose rows are damaged is described all the same.
        let mut bytes = fs::read(place.path("data/panel.parquet")).expect("a file");
        let file = File::open(place.path("data/panel.parquet")).expect("a file");
        let file = SerializedFileReader::new(file).expect("a footer");
        for column in file.metadata().row_groups()[0].columns() {
            let (start, length) = column.byte_range();
            bytes[start as usize..(start + length) as usize].fill(0);
        }
        place.write("damaged.parquet", bytes);
        contains(&shell.enter("SELECT * FROM 'damaged.parquet';"), &["error: <shell>:1: "]);
        let shown = shell.enter("\\d damaged.parquet");
        contains(&shown, &["│ value  ┆ BIGINT  ┆ 1    ┆ 8    ┆ 12.5% │\n", "┘\n8 rows, "]);
        contains(
            &shell.enter("\\d panel; SELECT 1"),
            &["error: \\d: must be a table, got 'panel; SE"],
        );
        contains(
            &shell.enter("\\d panle"),
            &["\\d: table 'panle' not found; did you mean 'panel'?"],
        );
    }

    fn functions() {
        let place = place();
        let mut shell = Shell::start(&place, &[], 160);
        shell.prompted(PROMPT);
        assert_eq!(shell.enter("\\f csv"), "");
        let shown = shell.enter("\\df agg_geo*");
        let head = "function,kind,of,call,summary\n";
        assert!(shown.starts_with(&format!("{head}agg_geometric,aggregate,goalposts,")), "{shown}");
        let shown = shell.enter("\\df *_index");
        contains(&shown, &["\ncomposite_index,table,goalposts,"]);
        let shown = shell.enter("\\df MEDIAN");
        contains(&shown, &["\nmedian,aggregate,engine,median(expression),"]);
        let shown = shell.enter("\\df row_number");
        contains(&shown, &["\nrow_number,window,engine,row_number(),"]);
        let all = shell.enter("\\df");
        assert!(all.lines().count() > 300 && !all.contains("_fitted"), "{}", all.lines().count());
        let none = "error: \\df: function 'nosuch' not found (\\df lists them)\n";
        assert_eq!(shell.enter("\\df nosuch"), none);
        // The engine's own have what the engine says of them.
        contains(&shell.enter("\\h median"), &["median(expression)\n\n  Returns the median"]);
        let meant = "error: \\h: function 'agg_geom' not found (\\h lists them); did you mean 'agg_geometric'?\n";
        assert_eq!(shell.enter("\\h agg_geom"), meant);
    }

    // ---------------------------------------------------------------------------------------- results

    fn expanded() {
        let place = place();
        let mut shell = Shell::open(&place);
        contains(&shell.enter("\\x"), &["rows are shown a line for each column\n"]);
        let query = "SELECT '北京' AS 城市, NULL AS n, concat('a', chr(10), 'b') AS lines;";
        let record = "─[ 1 ]───────\n城市  │ 北京\nn     │ NULL\nlines │ a\n      │ b\n1 row\n";
        assert_eq!(shell.enter(query), record);
        assert_eq!(shell.enter("SELECT 1 AS a WHERE false;"), "0 rows\n");
        assert_eq!(shell.enter("\\rows 1"), "");
        let some = "─[ 1 ]───\na │ 1\n·\n3 rows, 1 shown (\\rows 0 shows all)\n";
        assert_eq!(shell.enter("SELECT value AS a FROM generate_series(1, 3);"), some);
        assert_eq!(shell.enter("\\x off"), "rows are shown in a table\n");
        assert_eq!(shell.enter("SELECT 1 AS a;"), cell("a", "1"));
        // Once.
        assert_eq!(shell.enter("\\gx"), "─[ 1 ]───\na │ 1\n1 row\n");
        assert_eq!(shell.enter("SELECT 2 AS a \\gx"), "─[ 1 ]───\na │ 2\n1 row\n");
        assert_eq!(shell.enter("\\g"), cell("a", "2"));
        // Where a table is too wide for 90 columns: 4 for what frames the cell.
        contains(&shell.enter("\\x auto"), &["where a table is too wide"]);
        let wide = |n: usize| format!("SELECT '{}' AS a;", "x".repeat(n));
        contains(&shell.enter(&wide(86)), &["╞═"]);
        assert_eq!(shell.enter(&wide(87)), format!("─[ 1 ]───\na │ {}\n1 row\n", "x".repeat(87)));
        assert_eq!(shell.enter("\\x maybe"), "error: \\x: must be on, off or auto, got 'maybe'\n");
    }

    fn output() {
        let place = place();
        place.write("out.csv", "as it was\n");
        let mut shell = Shell::open(&place);
        assert_eq!(shell.enter("\\o out.csv"), "results go to out.csv until \\o\n");
        // It is replaced by the first result, whole, and each goes on after those before it.
        assert_eq!(place.read("out.csv"), "as it was\n");
        assert_eq!(shell.enter("SELECT 1 AS a;"), "");
        assert_eq!(place.read("out.csv"), "a\n1\n");
        assert_eq!(shell.enter("SELECT 'x' AS b; SELECT 3 AS c;"), "");
        assert_eq!(place.read("out.csv"), "a\n1\nb\nx\nc\n3\n");
        // What fails adds nothing, even if it has begun; what has no result adds nothing.
        let late = "SELECT 1 / (900000 - value) AS a FROM generate_series(1, 1000000);";
        contains(&shell.enter(late), &["error: <shell>:1: a divisor must not be 0"]);
        assert_eq!(shell.enter("CREATE TABLE t AS SELECT 1 AS a;"), "");
        assert_eq!(place.read("out.csv"), "a\n1\nb\nx\nc\n3\n");
        // What is asked of the shell is answered there.
        contains(&shell.enter("\\d t"), &["│ a      ┆ BIGINT"]);
        assert_eq!(shell.enter("\\o"), "");
        assert_eq!(shell.enter("SELECT 1 AS a;"), cell("a", "1"));
        assert_eq!(place.read("out.csv"), "a\n1\nb\nx\nc\n3\n");
        // One result is one file of Arrow.
        assert_eq!(shell.enter("\\o one.arrow"), "results go to one.arrow until \\o\n");
        assert_eq!(shell.enter("SELECT 1 AS a;"), "");
        let one = fs::read(place.path("one.arrow")).expect("a file");
        let second = told(&shell.enter("SELECT 2 AS a;"));
        let message = "error: <shell>:1: one.arrow: must have one result as arrow, found a second \
                       (\\o names another file)\n";
        assert_eq!(second, message);
        assert_eq!(fs::read(place.path("one.arrow")).expect("a file"), one);
        // Another file ends the first, and `\timing` says where rows went.
        assert_eq!(shell.enter("\\timing on"), "timing is on\n");
        assert_eq!(shell.enter("\\o 'a b.json'"), "results go to a b.json until \\o\n");
        contains(&shell.enter("SELECT 1 AS a;"), &["1 row to a b.json, "]);
        assert_eq!(place.read("a b.json"), "[{\"a\":1}]\n");
        assert_eq!(files(&place), ["a b.json", "one.arrow", "out.csv"]);
    }

    fn output_faults() {
        let place = place();
        fs::create_dir(place.path("folder.csv")).expect("a folder");
        let mut shell = Shell::open(&place);
        for (command, message) in [
            ("\\o nosuch/out.csv", "nosuch/out.csv: No such file or directory (os error 2)"),
            ("\\o folder.csv", "folder.csv: must be a file, found a folder"),
            (
                "\\o out",
                "\\o: must be a file whose ending names its format, got 'out' (such as .csv, .arrow, \
                 .parquet)",
            ),
            ("\\o a b.csv", "\\o: must be a file, got 'a b.csv' (quotes keep blanks)"),
            ("\\o 'a b.csv", "\\o: a quote must be closed, found ' open"),
        ] {
            assert_eq!(shell.enter(command), format!("error: {message}\n"), "{command}");
        }
        // Results go where they went before.
        assert_eq!(shell.enter("SELECT 1 AS a;"), cell("a", "1"));
        assert_eq!(files(&place), Vec::<String>::new());
    }

    fn again() {
        let place = place();
        let mut shell = Shell::open(&place);
        let nothing = "error: \\g: must come after a statement, found none before it\n";
        assert_eq!(shell.enter("\\g"), nothing);
        assert_eq!(shell.enter("SELECT 1 AS a; SELECT 2 AS b;").lines().count(), 14);
        assert_eq!(shell.enter("\\g"), cell("b", "2"));
        assert_eq!(shell.enter("\\g b.csv"), "");
        assert_eq!(place.read("b.csv"), "b\n2\n");
        // In the place of the semicolon, on the same line or the next; of several for the last.
        assert_eq!(shell.enter("SELECT 3 AS c \\g c.tsv"), "");
        assert_eq!(place.read("c.tsv"), "c\n3\n");
        assert_eq!(shell.enter("SELECT 4 AS d; SELECT 5 AS e \\g 'e e.csv'"), cell("d", "4"));
        assert_eq!(place.read("e e.csv"), "e\n5\n");
        shell.begin("SELECT 6");
        shell.begin("AS f");
        assert_eq!(shell.enter("\\g"), cell("f", "6"));
        // Not in a string or a comment.
        assert_eq!(
            shell.enter("SELECT ' \\g x.csv' = concat(' ', chr(92), 'g x.csv') AS same;"),
            cell("same", "true")
        );
        shell.begin("SELECT 7 AS g -- \\g x.csv");
        assert_eq!(shell.enter(";"), cell("g", "7"));
        // The line of an error is that of the text.
        shell.begin("SELECT 1 AS a,");
        let shown = told(&shell.enter("nosuch \\g"));
        assert_eq!(shown, "error: <shell>:2: column nosuch not found\n");
    }

    fn again_atomic() {
        let place = place();
        place.write("out.csv", "as it was\n");
        let mut shell = Shell::open(&place);
        let late = "SELECT 1 / (900000 - value) AS a FROM generate_series(1, 1000000) \\g out.csv";
        contains(&shell.enter(late), &["error: <shell>:1: a divisor must not be 0"]);
        assert_eq!(place.read("out.csv"), "as it was\n");
        shell.types(&format!("{} \\g out.csv\r", LONG.trim_end_matches(';')));
        shell.shows(HAS_READ);
        shell.types(CTRL_C);
        shell.shows("cancelled\r\n");
        assert_eq!(shell.prompted(PROMPT), "");
        assert_eq!(place.read("out.csv"), "as it was\n");
        for (file, message) in [
            ("nosuch/x.csv", "nosuch/x.csv: No such file or directory (os error 2)"),
            (
                "x.doc",
                "\\g: must be a file whose ending names its format, got 'x.doc' (such as .csv, .arrow, \
                 .parquet)",
            ),
        ] {
            let shown = shell.enter(&format!("SELECT 1 AS a \\g {file}"));
            assert_eq!(shown, format!("error: {message}\n"));
        }
        let none = told(&shell.enter("CREATE TABLE t AS SELECT 1 AS a \\g t.csv"));
        assert_eq!(none, "error: <shell>:1: \\g: a statement must have a result, found none\n");
        assert_eq!(files(&place), ["out.csv"]);
    }

    fn crosstab() {
        let place = place();
        fs::create_dir_all(place.path("data/bth")).expect("a folder");
        let path = repository().join("data/bth/indicators.parquet");
        fs::copy(path, place.path("data/bth/indicators.parquet")).expect("a copy");
        let mut shell = Shell::open(&place);
        let nothing = "error: \\crosstab: must come after a statement, found none before it\n";
        assert_eq!(shell.enter("\\crosstab"), nothing);
        let long = "SELECT unit, period, value FROM bth.indicators WHERE indicator = 'gdp' ORDER BY unit, period";
        assert_eq!(shell.enter("\\f csv"), "");
        let wide = shell.enter(&format!("{long} \\crosstab"));
        let pivot = format!(
            "SELECT * FROM ({long}) PIVOT (max(value) FOR period IN (ANY ORDER BY period)) ORDER BY unit;"
        );
        let pivoted = shell.enter(&pivot);
        assert!(pivoted.lines().count() > 3 && pivoted.starts_with("unit,"), "{pivoted}");
        assert_eq!(wide, pivoted);
        // Backwards where the result is; by names and numbers; and what was shown is what is written.
        shell.enter(&format!("{long} DESC;"));
        let backwards = shell.enter("\\crosstab unit PERIOD 3");
        let years = |text: &str| -> Vec<i32> {
            let head = text.lines().next().expect("a head");
            head.split(',').skip(1).map(|year| year.parse().expect("a year")).collect()
        };
        assert!(years(&backwards).is_sorted_by(|a, b| a > b), "{backwards}");
        assert!(years(&wide).is_sorted_by(|a, b| a < b), "{wide}");
        assert_eq!(shell.enter("\\g wide.csv"), "");
        assert_eq!(place.read("wide.csv"), backwards);
        let turned = shell.enter("\\crosstab 2 1");
        assert!(turned.starts_with("period,"), "{turned}");
        contains(&shell.enter("\\o wide.tsv"), &["results go to wide.tsv"]);
        assert_eq!(shell.enter("\\crosstab 2 1"), "");
        assert_eq!(place.read("wide.tsv").replace('\t', ","), turned);
        assert_eq!(shell.enter("\\o"), "");
        for (command, message) in [
            ("\\crosstab unt", "\\crosstab: column 'unt' not found; did you mean 'unit'?"),
            ("\\crosstab 4", "\\crosstab: column '4' not found"),
            ("\\crosstab 1 unit", "\\crosstab: must be three columns, got 'unit' twice"),
            ("\\crosstab 1 2 3 4", "\\crosstab: must be three columns, got 4"),
        ] {
            assert_eq!(shell.enter(command), format!("error: {message}\n"), "{command}");
        }
        let twice = shell.enter("SELECT 'A' AS unit, 2024 AS period, value FROM generate_series(1, 2) AS s(value) \\crosstab");
        let message = "error: \\crosstab: a cell must have one value, found two for unit 'A' and period '2024'\n";
        assert_eq!(twice, message);
        let few = "error: \\crosstab: a result must have three columns or more, found 1\n";
        assert_eq!(shell.enter("SELECT 1 AS a \\crosstab"), few);
        assert_eq!(shell.enter("\\g"), "a\n1\n");
    }

    fn watch() {
        let place = place();
        let mut shell = Shell::open(&place);
        let nothing = "error: \\watch: must come after a statement, found none before it\n";
        assert_eq!(shell.enter("\\watch"), nothing);
        shell.types("SELECT 1 AS a \\watch 0.2\r");
        shell.shows(HAS_READ);
        let table = cell("a", "1").replace('\n', "\r\n");
        for _ in 0..3 {
            let head = shell.shows(" UTC (every 0.2 s)\r\n");
            assert_eq!(head.len(), "2024-01-01 00:00:00".len(), "{head}");
            assert_eq!(shell.shows(&table), "");
        }
        // Ctrl-C ends it, between two or within one.
        shell.types(CTRL_C);
        contains(&shell.prompted(PROMPT), &["^C"]);
        assert_eq!(shell.enter("SELECT 1 AS alive;"), cell("alive", "1"));
        shell.types(&format!("{} \\watch\r", LONG.trim_end_matches(';')));
        shell.shows(" UTC (every 2 s)\r\n");
        shell.types(CTRL_C);
        shell.shows("cancelled\r\n");
        assert_eq!(shell.prompted(PROMPT), "");
        // An error ends it as well.
        contains(
            &shell.enter("SELECT nosuch \\watch"),
            &["error: <shell>:1: column nosuch not found\n"],
        );
        for bad in ["0", "-1", "x", "NaN", "1e99"] {
            let message = format!("must be a number of seconds from 0.1 to 1000000, got '{bad}'");
            assert_eq!(
                shell.enter(&format!("\\watch {bad}")),
                format!("error: \\watch: {message}\n")
            );
        }
    }

    fn pager() {
        let place = place();
        let pager = program(&place, "pages", "echo \"[pager]\"; cat; echo \"[end]\"");
        let variables = [("NO_COLOR", "1"), ("GOALPOSTS_PAGER", pager.as_str())];
        let mut shell = Shell::start_with(&place, &[], 90, &variables);
        shell.prompted(PROMPT);
        assert_eq!(shell.enter("\\timing off"), "timing is off\n");
        // 40 rows of text: what fits is shown as it is.
        let table = |n: usize| format!("SELECT value AS v FROM generate_series(1, {n});");
        assert_eq!(shell.enter(&table(31)).lines().count(), 37);
        let shown = shell.enter(&table(32));
        let is_paged = shown.starts_with("[pager]\n┌") && shown.ends_with("┘\n32 rows\n[end]\n");
        assert!(is_paged, "{shown}");
        // There are more rows in it than on the screen.
        let shown = shell.enter(&table(12_000));
        contains(
            &shown,
            &["│  12000 │\n└────────┘\n12,000 rows, 10,000 shown (\\rows 0 shows all)\n[end]\n"],
        );
        assert_eq!(shell.enter("\\rows 50"), "");
        contains(&shell.enter(&table(100)), &["[pager]\n", "100 rows, 50 shown"]);
        // Always, never, and a program of one's own.
        contains(&shell.enter("\\pager on"), &["pages' shows every result\n"]);
        contains(&shell.enter("SELECT 1 AS a;"), &["[pager]\n┌"]);
        assert_eq!(shell.enter("\\pager off"), "the pager is off\n");
        assert!(!shell.enter(&table(50)).contains("[pager]"));
        let setting = "'sed s/^/+/' shows what does not fit the screen\n";
        assert_eq!(shell.enter("\\pager sed s/^/+/"), setting);
        contains(&shell.enter(&table(50)), &["\n+│     50 │\n"]);
        // One that is left early is a usual end, of any result.
        assert_eq!(
            shell.enter("\\pager head -n 2"),
            "'head -n 2' shows what does not fit the screen\n"
        );
        assert_eq!(shell.enter(&table(50)).lines().count(), 2);
        assert_eq!(shell.enter("\\f csv"), "");
        assert_eq!(shell.enter(&table(1_000_000_000)), "v\n1\n");
        // One that is not there shows nothing: the result is shown without it.
        shell.enter("\\pager /nosuch/pager");
        let shown = shell.enter(&table(50));
        contains(
            &shown,
            &["error: pager: must be a program, got '/nosuch/pager' (\\pager off)", "\n50\n"],
        );
        // Ctrl-C is the pager's.
        let waits = program(
            &place,
            "waits",
            "trap 'echo heard' INT; cat >/dev/null; sleep 5; sleep 1; echo over",
        );
        shell.enter(&format!("\\pager {waits}"));
        shell.types(&format!("{}\r", table(50)));
        shell.shows(HAS_READ);
        std::thread::sleep(std::time::Duration::from_millis(500));
        shell.types(CTRL_C);
        shell.types(CTRL_C);
        contains(&shell.prompted(PROMPT), &["heard\n"]);
        assert_eq!(shell.enter("SELECT 1 AS alive;"), "alive\n1\n");
    }

    // ------------------------------------------------------------------------------------------ files

    fn edit() {
        let place = place();
        let editor = program(&place, "edits", "cp \"$1\" seen.sql; sed -i s/1/2/ \"$1\"");
        let mut shell =
            Shell::start_with(&place, &[], 90, &[("NO_COLOR", "1"), ("EDITOR", &editor)]);
        shell.prompted(PROMPT);
        assert_eq!(shell.enter("\\timing off"), "timing is off\n");
        assert_eq!(shell.enter("SELECT 1 AS a;"), cell("a", "1"));
        assert_eq!(shell.enter("\\p"), "SELECT 1 AS a;\n");
        assert_eq!(shell.enter("\\e"), cell("a", "2"));
        assert_eq!(place.read("seen.sql"), "SELECT 1 AS a;\n");
        assert_eq!(shell.enter("\\p"), "SELECT 2 AS a;\n");
        // Nothing changed, nothing run.
        assert_eq!(shell.enter("\\e"), "nothing was changed, nothing is run\n");
        // A file by name; the errors are its own.
        place.write("bad file.sql", "SELECT 7 AS b;\nSELECT nosuch1;\n");
        let shown = shell.enter("\\e 'bad file.sql'");
        let shown = told(&shown).replace(&cell("b", "7"), "7;");
        assert_eq!(shown, "7;error: bad file.sql:2: column nosuch2 not found\n");
        assert_eq!(place.read("bad file.sql"), "SELECT 7 AS b;\nSELECT nosuch2;\n");
        // What is not closed comes to the prompt.
        place.write("open.sql", "SELECT 1 AS open");
        shell.types("\\e open.sql\r");
        shell.shows(HAS_READ);
        contains(&shell.draws().1, &["SELECT 2 AS open"]);
        shell.types(";");
        assert_eq!(shell.enter(""), cell("open", "2"));
        // As a file.
        assert_eq!(shell.enter("\\w 'last one.sql'"), "");
        assert_eq!(place.read("last one.sql"), "SELECT 2 AS open;\n");
        assert_eq!(shell.enter("\\i 'last one.sql'"), cell("open", "2"));
        assert_eq!(shell.enter("\\ir 'last one.sql'"), cell("open", "2"));
    }

    fn edit_faults() {
        let place = place();
        let editor = program(&place, "fails", "echo 'SELECT 9 AS a;' > \"$1\"; exit 3");
        let mut shell = Shell::start_with(
            &place,
            &[],
            90,
            &[("NO_COLOR", "1"), ("VISUAL", &editor), ("EDITOR", "true")],
        );
        shell.prompted(PROMPT);
        assert_eq!(shell.enter("\\timing off"), "timing is off\n");
        let failed = shell.enter("\\e");
        let message = format!(
            "error: \\e: editor '{editor}' must end without a fault, found exit status: 3\n"
        );
        assert_eq!(failed.replace("\n\n", "\n"), message);
        for (command, message) in [
            ("\\p", "\\p: must come after a statement, found none before it"),
            ("\\w x.sql", "\\w: must come after a statement, found none before it"),
        ] {
            assert_eq!(shell.enter(command), format!("error: {message}\n"));
        }
        assert_eq!(shell.enter("SELECT 1 AS a;"), cell("a", "1"));
        for (command, message) in [
            ("\\w", "\\w: must be a file, found nothing"),
            ("\\w nosuch/x.sql", "nosuch/x.sql: No such file or directory (os error 2)"),
            ("\\ir", "\\ir: must be a file, found nothing"),
        ] {
            assert_eq!(shell.enter(command), format!("error: {message}\n"));
        }
        assert_eq!(files(&place), ["fails"]);
    }

    // --------------------------------------------------------------------------------------- settings

    fn parameters() {
        let place = place();
        let mut shell = Shell::open(&place);
        assert_eq!(shell.enter("\\set"), "no parameters are set\n");
        assert_eq!(shell.enter("\\set year 2024"), "");
        assert_eq!(shell.enter("\\set $city '北京'"), "");
        assert_eq!(shell.enter("\\set"), "$city = '北京'\n$year = 2024\n");
        assert_eq!(shell.enter("\\unset year"), "");
        contains(&shell.enter("SELECT $year AS y;"), &["$year must have a value, found none"]);
        let meant = "error: \\unset: parameter 'ciy' not found; did you mean 'city'?\n";
        assert_eq!(shell.enter("\\unset ciy"), meant);
        assert_eq!(shell.enter("\\unset"), "error: \\unset: must be a name, found nothing\n");
        // What no statement could have, and a text that does not end.
        let name = "error: \\set: a name must have letters, digits and _ only, got 'b-c'\n";
        assert_eq!(shell.enter("\\set b-c 3"), name);
        let open = "error: \\set: a quote must be closed, found ' open\n";
        assert_eq!(shell.enter("\\set x 'Bei jing"), open);
        let run = place.run(&["-p", "b-c=3", "-c", "SELECT 1"]);
        contains(&run.err, &["a name must have letters, digits and _ only, got 'b-c'"]);
        assert_eq!(shell.enter("\\set"), "$city = '北京'\n");
    }

    fn arguments() {
        let place = place();
        place.write("it's.sql", "SELECT 1 AS a;").write("home/h.sql", "SELECT 2 AS a;");
        let mut shell = Shell::open(&place);
        for (command, value) in [
            ("\\i \"it's.sql\"", "1"),
            ("\\i 'it''s.sql';", "1"),
            ("  \\i   'it''s.sql'  ", "1"),
            ("\\i ~/h.sql", "2"),
        ] {
            assert_eq!(shell.enter(command), cell("a", value), "{command}");
        }
        assert_eq!(
            shell.enter("\\i it's.sql"),
            "error: \\i: a quote must be closed, found ' open\n"
        );
    }

    fn meant() {
        let place = place();
        let mut shell = Shell::open(&place);
        for (command, message) in [
            ("\\cross", "\\cross: command not found (\\? lists them); did you mean '\\crosstab'?"),
            (
                "\\timming",
                "\\timming: command not found (\\? lists them); did you mean '\\timing'?",
            ),
            ("\\!", "\\!: command not found (\\? lists them)"),
        ] {
            assert_eq!(shell.enter(command), format!("error: {message}\n"));
        }
    }

    // ------------------------------------------------------------------------------------- start-up

    fn start_up() {
        let place = place();
        let init = "\\timing off\n-- ours\nCREATE VIEW seven AS\n  SELECT '\\x' AS a,\n    7 AS b;\n\\nosuch\n\
                    SELECT\n  nosuch;\n\\set year 2024\n\\ir more.sql\nSELECT 'last' AS a\n";
        place.write("config/goalposts/init.sql", init);
        place.write("config/goalposts/more.sql", "CREATE VIEW eight AS SELECT 8 AS b;");
        let mut shell = Shell::start(&place, &[], 200);
        let shown = shell.prompted(PROMPT);
        let file = place.path("config/goalposts/init.sql").display().to_string();
        let (_, shown) = shown.split_once('\n').expect("the banner");
        assert_eq!(
            told(shown),
            format!(
                "read {file}\nerror: {file}:6: \\nosuch: command not found (\\? lists them)\n\
                 error: {file}:8: column nosuch not found\n{}",
                cell("a", "last")
            )
        );
        // All else of it holds, and none of it is the last statement.
        assert_eq!(
            shell.enter("SELECT a, b + $year AS b FROM seven \\gx"),
            "─[ 1 ]───\na │ \\x\nb │ 2031\n1 row\n"
        );
        assert_eq!(shell.enter("SELECT b FROM eight;"), cell("b", "8"));
        let mut shell = Shell::start(&place, &["--quiet"], 200);
        let shown = shell.prompted(PROMPT);
        assert!(shown.starts_with("error: ") && !shown.contains("read "), "{shown}");
        contains(&shell.enter("\\g"), &["must come after a statement"]);
        // It is the shell's alone.
        let run = place.run(&["-c", "SELECT * FROM seven"]);
        contains(&run.err, &["table 'seven' not found"]);
    }

    fn start_up_options() {
        let place = place();
        place.write("config/goalposts/init.sql", "SELECT 'usual' AS a;");
        place.write("mine.sql", "\\f csv\nSELECT 'mine' AS a;\n\\q\nSELECT 'not' AS a;");
        let mut shell = Shell::start(&place, &["--no-init"], 90);
        assert_eq!(shell.prompted(PROMPT).lines().count(), 1);
        let mut shell = Shell::start(&place, &["--init", "mine.sql"], 90);
        let shown = shell.prompted(PROMPT);
        contains(&shown, &["read mine.sql\na\nmine\n"]);
        assert!(!shown.contains("usual") && !shown.contains("not"), "{shown}");
        // Lines are those of the file, statements on one line fail apart, and a word leaves.
        let ours = "\\timing off\nSELECT\n\\f csv\n  'ours' AS a;\nSELECT nosuch; SELECT 'on' AS b,\n\\rows 3\n\
                    1 AS c;\nSELECT nosuch;\nquit\nSELECT 'not' AS a;";
        place.write("ours.sql", ours);
        let mut shell = Shell::start(&place, &["--init", "ours.sql"], 90);
        let shown = told(&shell.prompted(PROMPT));
        let (_, shown) = shown.split_once("read ours.sql\n").expect("what is read");
        let (first, second) =
            ("error: ours.sql:5: column nosuch", "error: ours.sql:8: column nosuch");
        assert_eq!(
            shown,
            format!("a\nours\n{first} not found\nb,c\non,1\n{second} not found\n"),
            "of:\n{ours}"
        );
        let mut shell = Shell::start(&place, &["--init", "nosuch.sql"], 90);
        contains(&shell.ended(2), &["goalposts: nosuch.sql: No such file"]);
        for (arguments, found) in [
            (&["--init", "mine.sql", "-c", "SELECT 1"][..], "-c"),
            (&["--init", "mine.sql", "run", "mine.sql"], "a command"),
            (&["--init", "mine.sql"], "input that is no terminal"),
        ] {
            let run = place.run(arguments);
            let message = format!("goalposts: --init must be given to a shell, found {found}\n");
            assert_eq!((run.code, run.err), (Some(2), message));
        }
        let run = place.run(&["--no-init", "--quiet", "-f", "csv", "-c", "SELECT 1 AS a"]);
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    }
}
