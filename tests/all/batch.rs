//! The batch: headers that declare parameters and expectations, includes, dry runs, files at the
//! same time, and what a run tells in the end.

use libtest_mimic::Trial;

use crate::cli::{Place, Run, contains, is_of_a_picture, place};
use crate::{repository, trial};

pub fn trials() -> Vec<Trial> {
    let cases: [(&str, fn()); _] = [
        ("parameters::typed", parameters_typed),
        ("parameters::faults_before_anything_runs", parameters_faults),
        ("parameters::unknown", parameters_unknown),
        ("parameters::elsewhere", parameters_elsewhere),
        ("expectations::hold", expectations_hold),
        ("expectations::broken", expectations_broken),
        ("expectations::faults", expectations_faults),
        ("expectations::old_result_stays", expectations_old_result),
        ("expectations::of_the_repository", expectations_of_the_repository),
        ("describe", described),
        ("pictures_that_cannot_be", pictures_that_cannot_be),
        ("dry_run::plans_all", dry_run),
        ("dry_run::faults", dry_run_faults),
        ("jobs::same_results", jobs_same_results),
        ("jobs::failure", jobs_failure),
        ("includes::in_their_places", includes),
        ("includes::faults", includes_faults),
        ("outcome::last_line", last_line),
        ("outcome::log_of_json", log_of_json),
    ];
    cases.into_iter().map(|(name, case)| trial(&format!("batch::{name}"), case)).collect()
}

/// What a query file shows as CSV.
fn shown(place: &Place, sql: &str, arguments: &[&str]) -> String {
    place.write("q.sql", sql);
    place.run(&[&["run", "q.sql", "-f", "csv", "-q"], arguments].concat()).done()
}

/// The message of a query file that must fail.
#[track_caller]
fn fault(place: &Place, sql: &str, arguments: &[&str]) -> String {
    place.write("q.sql", sql);
    place.run(&[&["run", "q.sql", "-q"], arguments].concat()).fails_silently(1)
}

// ------------------------------------------------------------------------------------------ parameters

fn parameters_typed() {
    let place = place();
    for (declared, given, expression, want) in [
        ("x: BIGINT = 2024", None, "$x + 1", "2025"),
        ("x: BIGINT = 2024", Some("2022"), "$x + 1", "2023"),
        ("x: VARCHAR = 'a'", Some("2024"), "$x || '!'", "2024!"),
        ("x: VARCHAR", Some("'2024'"), "$x || '!'", "2024!"),
        ("x: VARCHAR", Some("null"), "$x || '!'", "null!"),
        ("x: VARCHAR = 'it''s; --x' -- a text", None, "$x", "it's; --x"),
        ("x: DATE", Some("2024-02-29"), "$x + INTERVAL '1 day' = DATE '2024-03-01'", "true"),
        ("x: DATE = DATE '2024-01-01'", None, "extract(year FROM $x)", "2024"),
        ("x: DOUBLE = 1", None, "$x / 2", "0.5"),
        ("x: DOUBLE", Some("-2.5e3"), "$x", "-2500.0"),
        ("x: INT = -3", None, "arrow_typeof($x)", "Int32"),
        ("x: DECIMAL(6, 2)", Some("1.5"), "$x", "1.50"),
        ("x: BOOLEAN", Some("true"), "NOT $x", "false"),
        ("x: BIGINT[] = [2014, 2015]", None, "$x[2]", "2015"),
        ("x: VARCHAR[]", Some("['a', 'b']"), "array_length($x)", "2"),
        ("x: BIGINT", Some("NULL"), "$x IS NULL", "true"),
        ("x: BIGINT = 4 * 506", None, "$x", "2024"),
        ("x: VARCHAR[]", Some("null"), "$x IS NULL", "true"),
        ("x: DECIMAL(4, 1)", Some("12.30"), "$x", "12.3"),
        ("x: DATE", Some("2024-02-29T00:00:00"), "$x", "2024-02-29"),
    ] {
        let sql = format!("-- Title\n--\n-- param {declared}\n\nSELECT {expression} AS v;");
        let pair = given.map(|given| format!("x={given}"));
        let arguments: Vec<&str> = pair.iter().flat_map(|pair| ["-p", pair]).collect();
        assert_eq!(shown(&place, &sql, &arguments), format!("v\n{want}\n"), "{declared} {given:?}");
    }
    // As a number of rows, and as an argument of ours.
    let rows =
        "-- param n: BIGINT = 2\nSELECT value AS v FROM generate_series(1, 9) ORDER BY 1 LIMIT $n";
    assert_eq!(shown(&place, rows, &[]), "v\n1\n2\n");
    let scored =
        "-- param top: DOUBLE = 8\nSELECT norm_goalposts(4.0, lower => 0, upper => $top) AS v";
    assert_eq!(shown(&place, scored, &[]), "v\n0.5\n");
}

fn parameters_faults() {
    let place = place();
    place.write("q/1.sql", "COPY (SELECT 1 AS a) TO 'made.csv'; SELECT 1 AS a");
    for (declared, given, want) in [
        ("x: BIGINT", None, "$x must have a value, found none (give --param x=VALUE)"),
        ("x: BIGINT", Some("y"), "$x must be BIGINT, got 'y'"),
        ("x: BIGINT", Some("2024.5"), "$x must be BIGINT, got '2024.5'"),
        ("x: DATE", Some("2024-02-30"), "$x must be DATE, got '2024-02-30'"),
        ("x: DATE", Some("2024-02-29 05:00:00"), "$x must be DATE, got '2024-02-29 05:00:00'"),
        (
            "x: DATE = '2024-02-29T05:00:00'",
            None,
            "default of $x must be a constant of type DATE, got '2024-02-29T05:00:00': the type would make it 2024-02-29",
        ),
        ("x: DECIMAL(4, 1)", Some("12.34"), "$x must be DECIMAL(4, 1), got '12.34'"),
        ("x: BIGINT[]", Some("[a]"), "$x must be BIGINT[], got '[a]'"),
        ("x: BIGNT = 1", None, "$x must have a type of SQL, got BIGNT"),
        ("x: BIGINT = 'y'", None, "default of $x must be a constant of type BIGINT, got 'y': "),
        ("x: BIGINT = 2024.5", None, "default of $x must be a constant of type BIGINT, got 2024.5"),
        ("x: BIGINT = 1 = 1", None, "default of $x must be a constant of type BIGINT, got 1 = 1"),
        ("x: BIGINT = v", None, "default of $x must be a constant of type BIGINT, got v"),
        (
            "x BIGINT = 1",
            None,
            "a parameter must be declared as NAME: TYPE [= DEFAULT] [-- MEANING]",
        ),
    ] {
        place.write("q/2.sql", format!("-- Title\n-- param {declared}\nSELECT $x AS v;"));
        let pair = given.map(|given| format!("x={given}"));
        let arguments: Vec<&str> = pair.iter().flat_map(|pair| ["-p", pair]).collect();
        let run = place.run(&[&["run", "q", "-q"], &arguments[..]].concat());
        assert!(run.out.is_empty());
        assert_eq!(run.code, Some(1), "{declared}: {}", run.err);
        contains(&run.err, &[&format!("goalposts: q/2.sql:2: {want}")]);
        assert_eq!(place.files(), ["q/1.sql", "q/2.sql"], "nothing has run");
    }
    // One that is neither declared nor given, where it is named; all faults of all files.
    place
        .write("q/1.sql", "SELECT 1;\nSELECT 1\n+ $y")
        .write("q/2.sql", "-- expect: a > $z\nSELECT 1 AS a");
    let run = place.run(&["run", "q"]);
    assert_eq!(run.code, Some(1));
    let lines: Vec<&str> = run.err.lines().filter(|line| !is_of_a_picture(line)).collect();
    assert_eq!(
        lines,
        [
            "goalposts: q/1.sql:3: $y must have a value, found none (give --param y=VALUE)",
            "goalposts: q/2.sql:1: $z must have a value, found none (give --param z=VALUE)",
        ]
    );
    let twice = "-- param x: BIGINT = 1\n-- param x: BIGINT = 2\nSELECT $x";
    let message = fault(&place, twice, &[]);
    assert_eq!(message, "q.sql:2: $x must be declared once, found it as BIGINT in q.sql:1 as well");
    let late = "SELECT 1;\n-- param x: BIGINT = 2\nSELECT $x";
    contains(
        &place.write("q.sql", late).run(&["run", "q.sql"]).err,
        &["q.sql:2: $x must be declared before the first statement, found it after"],
    );
    // What is prepared has parameters of its own.
    let prepared = "PREPARE p AS SELECT $1 AS a; EXECUTE p(7);";
    assert_eq!(shown(&place, prepared, &[]), "a\n7\n");
}

fn parameters_unknown() {
    let place = place();
    place.write("q.sql", "-- param year: BIGINT = 2024\nSELECT $year AS a");
    let message = place.run(&["run", "q.sql", "-p", "yaer=1"]).fails_silently(2);
    assert_eq!(
        message,
        "--param yaer must be a parameter of the file, found none of that name; did you mean 'year'?"
    );
    place.write("r.sql", "SELECT $other AS a");
    place.run(&["run", "q.sql", "r.sql", "-p", "other=1"]).done();
}

/// Headers hold wherever a text comes in.
fn parameters_elsewhere() {
    let place = place();
    let text = "-- param n: BIGINT = 2\n-- expect: a = $n\nSELECT $n AS a";
    assert_eq!(place.run_with(&["-f", "csv"], text.as_bytes()).done(), "a\n2\n");
    let run = place.run_with(&["-f", "csv", "-p", "n=x"], text.as_bytes());
    assert_eq!(run.fails_silently(1), "<stdin>:1: $n must be BIGINT, got 'x'");
    place.write("q.sql", text);
    place.run(&["export", "--file", "q.sql", "-o", "x.csv", "-p", "n=5"]).done();
    assert_eq!(place.read("x.csv"), "a\n5\n");
    place.write("q.sql", "-- expect: a = 3\nSELECT 2 AS a");
    let run = place.run(&["export", "--file", "q.sql", "-o", "x.csv"]);
    assert_eq!(run.code, Some(1));
    contains(&run.err, &["q.sql:1: expectation must hold, found 1 of 1 rows that break it: a = 3"]);
    assert_eq!(place.read("x.csv"), "a\n5\n");
    let run = place.run_with(&["-f", "csv"], b"-- expect: a = 3\nSELECT 2 AS a");
    assert!(run.code == Some(1) && run.out.is_empty(), "{}", run.err);
}

// ---------------------------------------------------------------------------------------- expectations

const VALUES: &str = "SELECT * FROM (VALUES (1, 'a', 0.25), (2, 'b', 0.75)) AS t(n, c, w)";

fn expectations_hold() {
    let place = place();
    for condition in [
        "rows = 2",
        "rows = 2 AND n > 0 AND sum(w) = 1",
        "ROWS BETWEEN 1 AND 3",
        "n BETWEEN 1 AND 2",
        "sum(w) = 1",
        "count(*) = rows",
        "max(n) FILTER (WHERE c = 'a') = 1",
        "(SELECT max(n) FROM result) = 2",
        "n <= (SELECT max(n) FROM result AS r)",
        "(SELECT count(*) FROM result WHERE n > 1) = 1",
        "n = row_number() OVER (ORDER BY n)",
        "norm_goalposts(n, lower => 0, upper => 2) <= 1",
        "agg_arithmetic(n, w) = 1.75",
        "array_agg(c ORDER BY n) = ['a', 'b']",
        "n IN (SELECT value FROM generate_series(1, $top))",
        "sum(w) OVER () = 1",
        "EXISTS (SELECT 1 FROM result WHERE n = 2)",
    ] {
        let sql = format!("-- param top: BIGINT = 2\n-- expect: {condition}\n{VALUES}");
        let shown = shown(&place, &sql, &[]);
        assert_eq!(shown, "n,c,w\n1,a,0.25\n2,b,0.75\n", "{condition}");
    }
    // Of no rows each holds; how many there are must be said. A column `rows` goes before.
    assert_eq!(
        shown(&place, "-- expect: n > 5 AND rows = 0\nSELECT 1 AS n WHERE false", &[]),
        "n\n"
    );
    assert_eq!(shown(&place, "-- expect: rows = 7\nSELECT 7 AS rows", &[]), "rows\n7\n");
    // A table of the session that is called as the result is.
    let named = "CREATE TABLE result AS SELECT 5 AS n;\n-- expect: (SELECT max(n) FROM result) = 1\nSELECT 1 AS n;";
    assert_eq!(shown(&place, named, &[]), "n\n1\n");
}

fn expectations_broken() {
    let place = place();
    for (condition, want) in [
        ("rows = 6", "found rows = 2: rows = 6"),
        ("n > 0 AND rows = 6", "found rows = 2: rows = 6"),
        ("sum(w) = 2", "found sum(w) = 1.0: sum(w) = 2"),
        ("sum(w) NOT BETWEEN 0 AND 1", "found sum(w) = 1.0: sum(w) NOT BETWEEN 0 AND 1"),
        ("max(n) FILTER (WHERE c = 'x') = 1", "= NULL: max(n) FILTER (WHERE c = 'x') = 1"),
        ("bool_and(n > 1)", "found it not true: bool_and(n > 1)"),
        ("(SELECT min(n) FROM result) = 2", "(SELECT min(n) FROM result) = 1: "),
    ] {
        let message = fault(&place, &format!("-- t\n-- expect: {condition}\n{VALUES}"), &[]);
        contains(&message, &["q.sql:2: expectation must hold, found ", want]);
    }
    // The first rows that break it; NULL is no TRUE.
    let sql = "-- expect: n < 3\nSELECT nullif(value, 2) AS n FROM generate_series(1, 9)";
    let run = place.write("q.sql", sql).run(&["run", "q.sql"]);
    assert_eq!(run.code, Some(1));
    assert!(run.out.is_empty());
    contains(
        &run.err,
        &[
            "goalposts: q.sql:1: expectation must hold, found 8 of 9 rows that break it: n < 3\n",
            "│ NULL │",
            "│    6 │",
            "5 of 8 rows shown",
        ],
    );
    assert!(!run.err.contains("│    7 │") && !run.err.contains("holds"), "{}", run.err);
}

fn expectations_faults() {
    let place = place();
    for (sql, want) in [
        ("-- expect: rows =\nSELECT 1 AS a", "q.sql:1: expectation: "),
        ("-- expect: nope = 1\nSELECT 1 AS a", "q.sql:1: expectation: "),
        (
            "-- expect: v = 1\nSELECT a.v, b.v FROM (VALUES (1)) AS a(v), (VALUES (2)) AS b(v)",
            "q.sql:1: expectation: columns must have names of their own, found 'v' twice",
        ),
        ("-- expect: a = 1\nSELECT 1 AS a b", "q.sql:2: "),
        (
            "-- expect: a + 1\nSELECT 1 AS a",
            "q.sql:1: expectation: must be true or false, found BIGINT: a + 1",
        ),
        (
            "-- expect: rows = 1\nCREATE VIEW v AS SELECT 1",
            "an expectation must have a query in its file",
        ),
        ("-- expect: a = 1 FROM t\nSELECT 1 AS a", "must be one expression, found more"),
    ] {
        contains(&fault(&place, sql, &[]), &[want]);
    }
    // What cannot be read keeps everything from running; what does not fit, the result.
    place.write("q/1.sql", "SELECT 1 AS a").write("q/2.sql", "-- expect: )\nSELECT 1 AS a");
    let run = place.run(&["run", "q", "--out", "out"]);
    contains(&run.fails_silently(1), &["q/2.sql:1: expectation: "]);
    assert!(!place.path("out").exists());
}

fn expectations_old_result() {
    let place = place();
    place
        .write("q/1.sql", "SELECT 1 AS a")
        .write("q/2.sql", "SELECT 2 AS a")
        .write("q/3.sql", "SELECT 3 AS a");
    place.run(&["run", "q", "--out", "out", "-f", "csv"]).done();
    place.write("q/1.sql", "SELECT 4 AS a").write("q/2.sql", "-- expect: a = 2\nSELECT 5 AS a");
    place.write("q/3.sql", "SELECT 6 AS a");
    let run = place.run(&["run", "q", "--out", "out", "-f", "csv"]);
    assert_eq!(run.code, Some(1));
    let read = |n: u8| place.read(&format!("out/{n}.csv"));
    assert_eq!([read(1), read(2), read(3)], ["a\n4\n", "a\n2\n", "a\n3\n"]);
}

/// Every query whose header gives figures has expectations, and they all hold.
fn expectations_of_the_repository() {
    let command = |arguments: &[&str]| {
        let mut command = place().command(arguments);
        command.current_dir(repository());
        Run::of(command.output().expect("the program starts"))
    };
    let text = command(&["run", "--describe", "queries", "queries/gallery", "-f", "csv"]).done();
    let has = |file: &str| {
        text.lines().any(|line| {
            line.starts_with(&format!("queries/{file}")) && line.contains(",expectation,")
        })
    };
    for file in
        ["01", "02", "03", "04", "06", "07", "08", "gallery/bth", "gallery/sdg", "gallery/hdi."]
    {
        assert!(has(file), "{file}: {text}");
    }
    let out = tempfile::tempdir().expect("a folder");
    let out = out.path().to_string_lossy().into_owned();
    let run = command(&["run", "queries", "--out", &out]);
    contains(&run.err, &["\n15 files: 15 passed\n"]);
    run.done();
}

// -------------------------------------------------------------------------------- describe and dry run

fn described() {
    let place = place();
    place.write(
        "q.sql",
        "-- How fast?\n-- param year: BIGINT = 2024  -- reference year\n-- param unit: VARCHAR\n\
         -- expect: rows = 1\n\\i more.sql\nSELECT $year AS y, $unit AS u;",
    );
    place.write("more.sql", "-- More\nCREATE VIEW v AS SELECT 1;\n");
    let text = place.run(&["run", "--describe", "q.sql", "-f", "csv"]).done();
    assert_eq!(
        text,
        "file,line,kind,name,type,default,text\n\
         q.sql,,title,,,,How fast?\n\
         q.sql,2,parameter,year,BIGINT,2024,reference year\n\
         q.sql,3,parameter,unit,VARCHAR,,\n\
         q.sql,4,expectation,,,,rows = 1\n\
         q.sql,,include,,,,more.sql\n\
         q.sql,,statements,,,,2\n"
    );
    place.write(
        "p.sql",
        "-- How fast?\n-- plot: lines, x = period,\n--       y = value\n-- source: Bureau\n-- unit: points\n\
         -- plot: title = 'Again'\nSELECT 1 AS period, 2 AS value;",
    );
    let text = place.run(&["run", "--describe", "p.sql", "-f", "csv"]).done();
    assert_eq!(
        text,
        "file,line,kind,name,type,default,text\n\
         p.sql,,title,,,,How fast?\n\
         p.sql,2,picture,,,,\"lines, x = period, y = value\"\n\
         p.sql,6,picture,,,,title = 'Again'\n\
         p.sql,4,source,,,,Bureau\n\
         p.sql,5,unit,,,,points\n\
         p.sql,,statements,,,,1\n"
    );
    contains(&place.run(&["run", "--describe", "q.sql"]).done(), &["reference year │"]);
    let json = place.run(&["run", "--describe", "q.sql", "-f", "json"]).done();
    contains(&json, &[r#""name":"year","type":"BIGINT","default":"2024""#]);
}

/// A picture that there cannot be keeps everything from running.
fn pictures_that_cannot_be() {
    let place = place();
    for (line, message) in [
        ("plot: liness, x = a", "kind must be one of "),
        ("plot: lines, xx = a", "lines has x, y, "),
        ("plot: lines, x = 'a", "' must be closed, got "),
        ("plot: lines, x", "must be NAME = VALUE, got 'x'"),
        ("unit: a\n-- unit: b", "the unit must be stated once, found it in line 2 as well"),
    ] {
        place.write(
            "p.sql",
            format!("-- One\n-- {line}\nCOPY (SELECT 1) TO 'made.csv';\nSELECT 1;"),
        );
        let at = if line.starts_with("unit") { 3 } else { 2 };
        for command in [&["run", "p.sql"][..], &["plot", "--file", "p.sql"]] {
            let run = place.run(command);
            assert_eq!(run.code, Some(1), "{line}: {}", run.err);
            contains(&run.err, &[&format!("goalposts: p.sql:{at}: "), message]);
            assert!(!place.path("made.csv").exists(), "{line}");
        }
    }
}

fn dry_run() {
    let place = place();
    place
        .write("q/1.sql", "CREATE VIEW v AS SELECT 4 AS a; CREATE TABLE t AS SELECT a, 'x' AS b FROM v;")
        .write(
            "q/2.sql",
            "-- expect: rows = 1 AND a > 0\nSELECT a, b FROM t;\nINSERT INTO t VALUES (1, 'y');\n\
             COPY t TO 'made.csv';\nSET datafusion.execution.batch_size = 100;\nEXPLAIN SELECT a FROM t;",
        );
    let run = place.run(&["run", "q", "--dry-run"]);
    contains(
        &run.err,
        &["q/1.sql: 2 statements (", "q/2.sql: 5 statements (", "\n2 files: 2 passed\n"],
    );
    assert_eq!(run.done(), "");
    assert_eq!(place.files(), ["q/1.sql", "q/2.sql"]);
}

fn dry_run_faults() {
    let place = place();
    place
        .write("q/1.sql", "SELECT nope;\nSELECT 1 AS a;\nSELECT norm_goalposts(1, nope => 2);")
        .write("q/2.sql", "-- expect: b = 1\nSELECT 1 AS a")
        .write("q/3.sql", "SELECT 1 / 0")
        .write("q/4.sql", "selec 4;");
    let run = place.run(&["run", "q", "--dry-run"]);
    assert_eq!(run.code, Some(1));
    assert!(run.out.is_empty());
    let faults: Vec<&str> = run
        .err
        .lines()
        .filter_map(|line| line.strip_prefix("goalposts: "))
        .filter_map(|line| line.split(": ").next())
        .collect();
    assert_eq!(faults, ["q/1.sql:1", "q/1.sql:3", "q/2.sql:1", "q/4.sql:1"], "{}", run.err);
    contains(&run.err, &["\n4 files: 1 passed, 3 failed (1.sql, 2.sql, 4.sql)\n"]);
}

// ------------------------------------------------------------------------------------------------ jobs

fn jobs_same_results() {
    let place = place();
    place.write("q/0.sql", "CREATE TABLE t AS SELECT 7 AS a;");
    for n in 1..9 {
        // The first ones take longest.
        let many = 40_000 / n;
        place.write(
            &format!("q/{n}.sql"),
            format!("SELECT '{n}' AS file, sum(value) + max(a) AS s FROM generate_series(1, {many}), t;\nSELECT {n} AS n;"),
        );
    }
    place.write("q/5.sql", "INSERT INTO t VALUES (1000); SELECT count(*) AS t FROM t;");
    let run = |jobs: &str, out: &[&str]| {
        let run = place.run(&[&["run", "q", "-f", "csv", "-j", jobs], out].concat());
        let files: Vec<String> = run
            .err
            .lines()
            .map(|line| line.split('(').next().unwrap_or_default().to_owned())
            .collect();
        (files, run.done())
    };
    assert_eq!(run("1", &[]), run("4", &[]));
    assert_eq!(run("1", &["--out", "one"]), {
        let (files, text) = run("4", &["--out", "two"]);
        (files.iter().map(|line| line.replace("two/", "one/")).collect(), text)
    });
    for n in [1, 2, 3, 4, 5, 6, 7, 8] {
        let read = |out: &str| place.read(&format!("{out}/{n}.csv"));
        assert_eq!(read("one"), read("two"));
    }
    let book = place.run(&["run", "q", "--out", "book.xlsx", "-j", "4"]);
    contains(&book.err, &["q/1.sql: 1 row -> sheet '1' (", "q/8.sql: 1 row -> sheet '8' ("]);
    book.done();
}

fn jobs_failure() {
    let place = place();
    place
        .write("q/1.sql", "SELECT 1 AS a")
        .write("q/2.sql", "SELECT nope")
        .write("q/3.sql", "SELECT 3 AS a")
        .write("q/4.sql", "CREATE TABLE t AS SELECT 1 AS a;")
        .write("q/5.sql", "SELECT 5 AS a");
    let run = place.run(&["run", "q", "-f", "csv", "-j", "2"]);
    assert_eq!(run.code, Some(1));
    contains(&run.err, &["q/2.sql:1: ", "1 failed (2.sql)", "5.sql)"]);
    assert!(run.out.starts_with(b"a\n1\n") && !run.out.ends_with(b"5\n"));
    let run = place.run(&["run", "q", "-f", "csv", "-j", "2", "--keep-going"]);
    assert_eq!(String::from_utf8_lossy(&run.out), "a\n1\na\n3\na\n5\n");
    contains(&run.err, &["\n5 files: 4 passed, 1 failed (2.sql)\n"]);
}

// -------------------------------------------------------------------------------------------- includes

fn includes() {
    let place = place();
    place
        .write("shared/units.sql", "-- param n: BIGINT = 3\nCREATE VIEW units AS SELECT $n AS n;\n\\ir 'inner.sql'\n")
        .write("shared/inner.sql", "CREATE VIEW inner_ AS SELECT n + 1 AS m FROM units")
        .write(
            "q/1.sql",
            "-- Title\n-- param n: BIGINT = 5\n\\i shared/units.sql\nSELECT n, m, '\n\\i no.sql\n' AS t FROM units, inner_;",
        );
    assert_eq!(place.run(&["run", "q", "-f", "csv"]).done(), "n,m,t\n5,6,\"\n\\i no.sql\n\"\n");
    place.write("q/1.sql", "\u{feff}\\ir ../shared/units.sql\nSELECT n FROM units");
    assert_eq!(place.run(&["run", "q", "-f", "csv"]).done(), "n\n3\n");
    assert_eq!(
        place.run_with(&["-f", "csv"], b"\\i q/1.sql\nSELECT 2 AS b").done(),
        "n\n3\nb\n2\n"
    );
}

fn includes_faults() {
    let place = place();
    place
        .write("bad.sql", "CREATE VIEW a AS SELECT 1;\nSELECT nope;")
        .write("open.sql", "SELECT 'a");
    place.write("a.sql", "SELECT 1;\n\\i b.sql\n").write("b.sql", "\n\\ir a.sql");
    for (sql, want) in [
        ("\\i bad.sql\nSELECT 1", "bad.sql:2: "),
        (
            "SELECT 1;\n\\i none.sql\n",
            "q.sql:2: \\i must name a file that can be read, found none.sql: ",
        ),
        ("SELECT 1;\n\\i open.sql\n", "open.sql:1: "),
        (
            "SELECT 1\n\\i bad.sql\n;",
            "q.sql:2: \\i must stand between statements, found one before it",
        ),
        (
            "SELECT 1;\n\n\\i a.sql\n",
            "b.sql:2: \\i must not lead back to its own file, found a.sql -> b.sql -> a.sql",
        ),
        ("\\i q.sql", "q.sql:1: \\i must not lead back to its own file, found q.sql -> q.sql"),
    ] {
        let message = fault(&place, sql, &[]);
        assert!(message.starts_with(want), "{sql}: {message}");
    }
}

// --------------------------------------------------------------------------------------------- outcome

fn last_line() {
    let place = place();
    place
        .write("q/1.sql", "SELECT 1 AS a")
        .write("q/2.sql", "SELECT nope")
        .write("q/3.sql", "SELECT 3 AS a")
        .write("q/4.sql", "SELECT 4 AS a");
    let run = place.run(&["run", "q"]);
    assert_eq!(run.code, Some(1));
    let last = |run: &Run| run.err.lines().last().map(str::to_owned).unwrap_or_default();
    assert_eq!(last(&run), "4 files: 1 passed, 1 failed (2.sql), 2 skipped (3.sql, 4.sql)");
    let run = place.run(&["run", "q", "--keep-going"]);
    assert_eq!(run.code, Some(1));
    assert_eq!(last(&run), "4 files: 3 passed, 1 failed (2.sql)");
    let run = place.run(&["run", "q/1.sql", "q/3.sql"]);
    assert_eq!(last(&run), "2 files: 2 passed");
    // Of one file its own line says it; a person who wants quiet reads only errors.
    // Files of one name have one result, where results have files.
    place.write("r/1.sql", "SELECT 1 AS a");
    assert!(last(&place.run(&["run", "q/1.sql", "r/1.sql"])).contains("2 passed"));
    let message = place.run(&["run", "q/1.sql", "r/1.sql", "--out", "out"]).fails(2);
    contains(&message, &["r/1.sql: names of query files must be unique, found q/1.sql"]);
    place.write("file", "");
    let message = place.run(&["run", "q/1.sql", "--out", "file"]).fails(2);
    assert_eq!(message, "--out must be a folder, or a workbook (.xlsx), found the file file");
    let run = place.run(&["run", "q/1.sql"]);
    assert!(last(&run).starts_with("q/1.sql: 1 statement ("), "{}", run.err);
    let quiet = place.run(&["run", "q", "-q"]).err;
    assert_eq!(quiet.lines().filter(|line| !is_of_a_picture(line)).count(), 1, "{quiet}");
}

fn log_of_json() {
    let place = place();
    place
        .write("q/1.sql", "SELECT 1 AS a")
        .write("q/2.sql", "CREATE VIEW v AS SELECT 2 AS a;\n-- expect: a = 1\nSELECT * FROM v")
        .write("q/3.sql", "SELECT 3 AS a");
    let run = place.run(&["run", "q", "--out", "out", "--log", "json"]);
    assert_eq!(run.code, Some(1));
    let events: Vec<serde_json::Value> = run
        .err
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect();
    let is_of_statement = |event: &serde_json::Value| event["event"] == "statement";
    let (statements, events): (Vec<_>, Vec<_>) = events.into_iter().partition(is_of_statement);
    let place_of = |event: &serde_json::Value| {
        (event["origin"].to_string(), event["line"].as_u64(), event["rows"].as_u64())
    };
    assert_eq!(
        statements.iter().map(place_of).collect::<Vec<_>>(),
        [("\"q/1.sql\"".into(), Some(1), Some(1)), ("\"q/2.sql\"".into(), Some(1), None)]
    );
    let kinds: Vec<_> = events.iter().map(|event| event["event"].as_str().expect("it")).collect();
    assert_eq!(kinds, ["start", "file", "file", "file", "end"]);
    assert_eq!(events[0]["files"].as_array().map(Vec::len), Some(3));
    assert_eq!(events[1]["status"], "passed");
    assert_eq!((&events[1]["rows"], &events[1]["target"]), (&1.into(), &"out/1.arrow".into()));
    assert_eq!(events[2]["status"], "failed");
    let error = &events[2]["error"];
    assert_eq!((&error["origin"], &error["line"]), (&"q/2.sql".into(), &2.into()));
    assert_eq!(error["message"], "expectation must hold, found 1 of 1 rows that break it: a = 1");
    contains(error["rows"].as_str().expect("rows"), &["│ 2 │"]);
    assert_eq!(events[3]["status"], "skipped");
    assert_eq!(events[4]["failed"][0], "2.sql");
    // What goes wrong before is an object as well.
    let run = place.run(&["run", "nowhere", "--log", "json"]);
    assert_eq!(run.code, Some(2));
    let event: serde_json::Value = serde_json::from_str(run.err.trim_end()).expect("an object");
    assert_eq!(event["event"], "error");
    contains(event["error"]["message"].as_str().expect("it"), &["nowhere: "]);
}
