//! Every message holds to one grammar: `where: what must be, what was (hint)`.

use std::path::{Path, PathBuf};

use goalposts::session::{self, Options};
use libtest_mimic::Trial;

use crate::cli::place;
use crate::{repository, trial, trial_async};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("messages::of_the_source", of_the_source),
        trial("messages::of_the_templates", of_the_templates),
        trial("messages::expected_by_tests", expected_by_tests),
        trial_async("messages::of_the_engine", of_the_engine),
        trial_async("messages::of_memory", of_memory),
        trial("messages::of_files", of_files),
        trial_async("messages::name_the_cell", name_the_cell),
    ]
}

/// What is written as a message: the first literal after each of these.
const SAID: [&str; 12] = [
    "plan_err!(",
    "exec_err!(",
    "plan_datafusion_err!(",
    "resources_err!(",
    "resources_datafusion_err!(",
    "Err(",
    "Error::Usage(",
    "Error::Data(",
    "usage(",
    ".fault(",
    "self.add(",
    "faults.push(",
];

/// Home-made verbs, and names that only the engine and its parser know.
const BANNED: [&str; 21] = [
    "has no place",
    "is there twice",
    "there is no",
    "no such",
    "belongs to",
    "has no meaning",
    "broke off",
    "failed to",
    "cannot",
    "Utf8",
    "Float64",
    "Int64",
    "Date32",
    "TableReference",
    "Expr::",
    "sqltorel",
    "Ident {",
    "Span(",
    "Cast error",
    "Arrow error",
    "consumers",
];

fn banned(text: &str) -> impl Iterator<Item = String> {
    BANNED.iter().filter(|words| text.contains(**words)).map(|words| format!("says '{words}'"))
}

/// What only the engine knows, or a text of several lines: whatever the engine says, none of it
/// must reach a user.
pub fn internals(text: &str) -> Option<String> {
    const INTERNAL: [&str; 14] = [
        "Utf8",
        "Float64",
        "Int64",
        "Date32",
        "Struct(",
        "List(",
        "Dictionary(",
        "LogicalPlan",
        "Expr::",
        "Ident {",
        "Span(",
        "Exec:",
        "caused by",
        "Error during",
    ];
    let name = INTERNAL.iter().find(|name| text.contains(**name));
    let name = name.copied().or_else(|| text.contains('\n').then_some("a second line"));
    name.map(|name| format!("says '{name}': {text}"))
}

/// What breaks the grammar in a message.
fn faults(text: &str) -> Vec<String> {
    let mut faults: Vec<String> = banned(text).collect();
    let mut check = |is_right: bool, fault: &str| {
        if !is_right {
            faults.push(fault.to_owned());
        }
    };
    check(!text.contains('\n'), "has several lines");
    check(!text.ends_with('.') || text.ends_with("..."), "ends with a full stop");
    let was = [", got ", ", found ", ", but "].iter().filter_map(|was| text.find(was)).min();
    let says_what_was = was.is_some()
        || ["must not be", "must be given"].iter().any(|itself| text.contains(itself));
    check(!text.contains("must ") || says_what_was, "does not say what was");
    // A hint is a parenthesis that begins with a word.
    let is_hint = |part: &str| {
        part.match_indices(" (").any(|(at, bracket)| {
            let first = part[at + bracket.len()..].chars().next();
            first.is_some_and(char::is_lowercase)
        })
    };
    check(!is_hint(&text[..was.unwrap_or(0)]), "has a hint before what was");
    let question = text.find("; did you mean").unwrap_or(text.len());
    let is_end = |text: &str| text.ends_with([')', '}']);
    check(
        !is_hint(text) || is_end(&text[..question]) || is_end(text),
        "does not end with the hint",
    );
    let mut depth = 0;
    let plain: String = text[..question]
        .chars()
        .filter(|letter| {
            depth += i32::from(*letter == '(') - i32::from(*letter == ')');
            depth == 0
        })
        .collect();
    check(!plain.contains("; "), "has a hint without parentheses");
    faults
}

/// The literal that a text begins with, if it does, as the program sees it.
fn literal(text: &str) -> Option<String> {
    let text = text.trim_start();
    let text = text.strip_prefix("format!(").unwrap_or(text).trim_start().strip_prefix('"')?;
    let mut letters = text.chars();
    let mut literal = String::new();
    loop {
        match letters.next()? {
            '"' => return Some(literal),
            '\\' => match letters.next()? {
                'n' => literal.push('\n'),
                '\n' => letters = letters.as_str().trim_start().chars(),
                other => literal.push(other),
            },
            letter => literal.push(letter),
        }
    }
}

fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.extension().is_some_and(|found| found == ending) {
            found.push(path);
        }
    }
}

/// The texts in the files of a folder, with all that is wrong with them.
fn all_right(
    folder: &str,
    ending: &str,
    least: usize,
    texts: impl Fn(&str) -> Vec<String>,
    faults: impl Fn(&str) -> Vec<String>,
) {
    let mut found = Vec::new();
    files(&repository().join(folder), ending, &mut found);
    let (mut number, mut wrong) = (0, String::new());
    for path in found {
        let content = std::fs::read_to_string(&path).expect("a file of text");
        for text in texts(&content) {
            number += 1;
            for fault in faults(&text) {
                wrong += &format!("{}: {fault}: {text}\n", path.display());
            }
        }
    }
    assert!(number >= least, "only {number} texts were found in {folder}");
    assert!(wrong.is_empty(), "{wrong}");
}

fn of_the_source() {
    let texts = |source: &str| {
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        let said = SAID.iter().flat_map(|said| {
            code.match_indices(said).filter_map(|(at, said)| literal(&code[at + said.len()..]))
        });
        said.collect()
    };
    all_right("src", "rs", 250, texts, faults);
}

/// What is said for the engine's own texts.
fn of_the_templates() {
    let texts = |source: &str| {
        let Some((_, table)) = source.split_once("const REWORDED") else { return Vec::new() };
        let table = table.split("\n];").next().unwrap_or_default();
        // Pairs: what the engine says, and a literal or a constant.
        let pairs = table.split("\n    (").skip(1).filter_map(|pair| {
            let said = literal(pair)?;
            let after = pair.find("\",").map(|at| pair[at + 2..].to_owned())?;
            literal(&after).map(|words| (said, words))
        });
        pairs.map(|(_, words)| words).collect()
    };
    let is_whole = |text: &str| {
        let is_said = [" must ", "must ", " not found", " not supported"];
        let mut faults = faults(text);
        if !is_said.iter().any(|words| text.contains(words)) {
            faults.push("says neither what must be nor what is not there".to_owned());
        }
        faults
    };
    all_right("src/error", "rs", 90, texts, is_whole);
}

fn expected_by_tests() {
    let texts = |script: &str| {
        let errors = script.lines().filter_map(|line| line.split_once(" error ")?.1.into());
        errors.map(str::to_owned).collect()
    };
    all_right("tests/sql", "slt", 250, texts, |text| banned(text).collect());
}

async fn message(limits: &Options, sql: &str) -> String {
    const TABLE: &str = "CREATE TABLE t AS SELECT * FROM (VALUES ('A', 2014, 'x', 1.5), \
                         ('B', 2014, 'x', 2.5)) AS t(unit, period, indicator, value)";
    let session = session::open(None, limits).await.expect("a session");
    let table = goalposts::sql(&session, TABLE).await.expect("a table");
    table.collect().await.expect("a table");
    let outcome = match goalposts::sql(&session, sql).await {
        Ok(frame) => frame.collect().await.map(|_| ()),
        Err(error) => Err(error),
    };
    goalposts::error::describe(&outcome.expect_err(sql))
}

/// What the engine refuses, in our words. It has many more; those that people meet are here.
const OF_THE_ENGINE: &[(&str, &str)] = &[
    (
        "SELECT * FROM t UNPIVOT(v FOR k IN (value, unit))",
        "UNPIVOT: columns of one value must have types that fit each other, found 'value' DOUBLE and \
         'unit' VARCHAR (CAST one of them)",
    ),
    ("FROM t |> PIVOT(sum(value) FOR unit IN ('A'))", "|> PIVOT is not supported (FROM t PIVOT)"),
    (
        "SELECT * FROM t PIVOT(sum(value) FOR unit IN (x))",
        "PIVOT: IN (...) must have constants, got x (text is in single quotes)",
    ),
    (
        "SELECT INTERVAL (1 + 2) DAY",
        "INTERVAL must be a literal such as INTERVAL '1 month', found an expression",
    ),
    (
        "SELECT INTERVAL '1' DAY * 2",
        "operands must fit each other, found INTERVAL * BIGINT (CAST one of them)",
    ),
    (
        "SELECT period + INTERVAL '1 year' FROM t",
        "a value must be INTERVAL, found BIGINT (CAST it)",
    ),
    (
        "SELECT DATE '2014-01-01' + INTERVAL '1 foo'",
        "INTERVAL must be a number and a unit of time, such as '1 month', got '1 foo'",
    ),
    ("SELECT CAST('abc' AS DOUBLE)", "a value must be DOUBLE, got 'abc' (TRY_CAST makes it NULL)"),
    (
        "SELECT CAST(unit AS BIGINT) FROM t",
        "a value must be BIGINT, got 'A' (TRY_CAST makes it NULL)",
    ),
    (
        "SELECT CAST(3000000000 AS INTEGER)",
        "a value must be INTEGER, got 3000000000 (TRY_CAST makes it NULL)",
    ),
    (
        "SELECT nope FROM t",
        "column nope not found (the columns are t.unit, t.period, t.indicator, t.value)",
    ),
    ("SELECT x.value FROM t", "column x.value not found; did you mean 't.value'?"),
    (
        "SELECT value FROM t JOIN t AS s ON t.unit = s.unit",
        "column value must be named with its table, found it in more than one",
    ),
    ("SELECT 1 / 0", "a divisor must not be 0, got 0 (nullif(x, 0) makes it NULL)"),
    ("SELECT sum(unit) FROM t", "sum: the argument must be a number, found VARCHAR"),
    ("SELECT abs(unit) FROM t", "abs: the argument must be a number, found VARCHAR"),
    ("SELECT lag(value) FROM t", "lag: OVER (...) must be given, found none"),
    ("SELECT summ(value) FROM t", "function 'summ' not found; did you mean 'sum'?"),
    (
        "SELECT unit + 1 FROM t",
        "operands must fit each other, found VARCHAR + BIGINT (CAST one of them)",
    ),
    ("SELECT * FROM t WHERE value", "WHERE must be BOOLEAN, found DOUBLE"),
    (
        "SELECT unit, sum(value) FROM t",
        "column t.unit must be in GROUP BY or in an aggregate function, found it in SELECT",
    ),
    (
        "SELECT (SELECT value FROM t)",
        "a query in the place of a value must have one row, found more",
    ),
    ("SELECT substr(unit) FROM t", "substr: the argument 'start_pos' must be given, found none"),
    ("SELECT -unit FROM t", "the operand of - must be a number, found another type"),
    ("SET x = 1", "setting 'x' not found"),
    ("SELECT 1 FROM", "SQL must go on with identifier, found its end"),
    (
        "ALTER TABLE t ADD COLUMN x INT",
        "ALTER TABLE is not supported (CREATE OR REPLACE TABLE ... AS SELECT)",
    ),
    ("CREATE INDEX i ON t (unit)", "CREATE INDEX is not supported"),
    ("SELECT TOP 3 unit FROM t", "TOP is not supported (LIMIT)"),
    ("SELECT unit FROM t SORT BY unit", "SORT BY is not supported (ORDER BY)"),
    ("SET datafusion.x = 1", "setting 'x' not found"),
    ("SELECT unit FROM t FETCH FIRST 1 ROW WITH TIES", "FETCH is not supported (LIMIT)"),
    // What the engine would pass over.
    (
        "SELECT sum(value) FROM t TABLESAMPLE (10 PERCENT)",
        "TABLESAMPLE is not supported (WHERE random() < 0.1)",
    ),
    (
        "SELECT count(*) FROM (SELECT 1) AS s TABLESAMPLE (10 PERCENT)",
        "TABLESAMPLE is not supported (WHERE random() < 0.1)",
    ),
    (
        "SELECT unit, (SELECT count(*) FROM t PREWHERE value > 2) FROM t",
        "PREWHERE is not supported (WHERE)",
    ),
    (
        "SELECT unit, sum(value) FROM t GROUP BY unit WITH ROLLUP",
        "GROUP BY ... WITH ROLLUP is not supported (GROUP BY ROLLUP (...))",
    ),
    (
        "CREATE VIEW v AS SELECT unit FROM t UNION ALL SELECT unit FROM t WITH ORDINALITY",
        "WITH ORDINALITY is not supported (row_number() OVER ())",
    ),
    ("SELECT unit FROM t PARTITION (p0)", "PARTITION is not supported (WHERE on its column)"),
    (
        "SELECT unit FROM t LIMIT 1 BY unit",
        "LIMIT ... BY is not supported (QUALIFY row_number() OVER (PARTITION BY ...) <= n)",
    ),
    (
        "SELECT unit FROM t START WITH unit = 'A' CONNECT BY unit = 'B'",
        "CONNECT BY is not supported (WITH RECURSIVE)",
    ),
    ("SELECT unit FROM t FORMAT JSON", "FORMAT is not supported (--format)"),
    ("DELETE FROM t LIMIT 1", "DELETE ... LIMIT is not supported (WHERE)"),
    ("SELECT * ILIKE '%x%' FROM t", "* ILIKE is not supported (the names of the columns)"),
    (
        "CREATE TABLE g (a INT, b INT GENERATED ALWAYS AS (a + 1))",
        "GENERATED ALWAYS is not supported (CREATE TABLE ... AS SELECT)",
    ),
    (
        "SELECT DISTINCT upper(unit) FROM t ORDER BY upper(unit)",
        "ORDER BY after SELECT DISTINCT must name a column of the result, found t.unit (ORDER BY 1, \
         or a name given with AS)",
    ),
    ("SELECT abs(1, 2)", "abs: must have 1 argument, found 2"),
    (
        "SELECT EXISTS (SELECT 1)",
        "EXISTS (...) must be in WHERE, found it elsewhere (join, or count(*) > 0)",
    ),
    ("SELECT 1 IN (SELECT 1)", "IN (SELECT ...) must be in WHERE, found it elsewhere (join)"),
    (
        "SELECT unit FROM t WHERE rank() OVER () > 1",
        "WHERE must not have window functions, found one (use QUALIFY)",
    ),
    (
        "SELECT array_length(1, 2, 3)",
        "array_length: the arguments must be of the types that it takes, found BIGINT, \
         BIGINT, BIGINT",
    ),
    ("SELECT concat_ws('a')", "concat_ws: must have at least 2 arguments, found 1"),
    (
        "SELECT CASE WHEN true THEN 1 ELSE [1] END",
        "the branches of CASE must be of one type, found BIGINT and BIGINT[]",
    ),
    (
        "SELECT unit FROM t UNION SELECT [1]",
        "queries of a UNION must have columns of the same types, found VARCHAR and BIGINT[] in \
         column 'make_array(1)'",
    ),
    (
        "SELECT unit AS a, value AS a FROM t",
        "columns must have names of their own, found t.unit AS a twice (name one with AS)",
    ),
    (
        "SELECT CAST(unit AS DOUBLE[]) FROM t",
        "a value must be DOUBLE, got 'A' (TRY_CAST makes it NULL)",
    ),
    (
        "SELECT date_trunc('eon', now())",
        "date_trunc: the granularity must be one of microsecond, millisecond, second, minute, \
         hour, day, week, month, quarter, year, got 'eon'",
    ),
    ("SELECT fo(value) FROM t", "function 'fo' not found"),
    ("SELECT xxhash64(value) FROM t", "function 'xxhash64' not found"),
    ("SELECT pi(1)", "pi: must have no arguments, found 1"),
    (
        "SELECT sum(sum(value) OVER ()) FROM t",
        "aggregate functions must not contain window functions, found one",
    ),
    ("SELECT value FROM t ORDER BY 3", "ORDER BY must have positions from 1 to 1, got 3"),
    ("SELECT unit, value FROM t GROUP BY 3", "GROUP BY must have positions from 1 to 2, got 3"),
    ("EXECUTE nope", "prepared statement 'nope' not found"),
    ("DROP VIEW nope", "view 'nope' not found"),
    (
        "SELECT * FROM t AS a, t AS a",
        "columns must have names of their own, found a.unit twice (name one with AS)",
    ),
    (
        "SELECT CAST(999.9 AS DECIMAL(3, 2))",
        "a DECIMAL of 3 digits must be at most 9.99, got 999.90",
    ),
    ("GRANT SELECT ON t TO x", "GRANT SELECT is not supported"),
];

async fn of_the_engine() {
    let mut wrong = String::new();
    for (sql, expected) in OF_THE_ENGINE {
        let found = message(&Options::default(), sql).await;
        if found != *expected {
            wrong += &format!("{sql}\n  {found}\n  {expected}\n");
        }
        for fault in faults(&found) {
            wrong += &format!("{sql}\n  {fault}: {found}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What is wrong with files, and with folders of them.
fn of_files() {
    let place = place();
    for (name, content) in [
        ("data/alike/a.csv", "unit,value\nA,1\n"),
        ("data/types/a.csv", "unit,value\nA,1\n"),
        ("data/types/b.csv", "unit,value\nA,1\nB,x\n"),
        ("data/kinds/a.csv", "unit,value\nA,2024-01-01\n"),
        ("data/kinds/b.csv", "unit,value\nA,1\n"),
        ("data/names/a.csv", "unit,value\nA,1\n"),
        ("data/names/b.csv", "unit,Value\nA,1\n"),
        ("data/mixed/year=2014/a.csv", "unit\nA\n"),
        ("data/mixed/other/a.csv", "unit\nA\n"),
        ("data/mixed2/year=2014/a.csv", "unit\nA\n"),
        ("data/mixed2/region=x/a.csv", "unit\nA\n"),
        ("blank.csv", "\u{feff}"),
        ("title.csv", "Survey\nunit;value\nA;1\nB;2\n"),
        ("bars.csv", "unit,a|b|c|d\nA,1|2|3|4\n"),
    ] {
        place.write(name, content);
    }
    place.write("utf16.csv", b"\xff\xfeu\0n\0\n\0");
    place.export("SELECT 'A' AS unit, 2014 AS year", "data/both/year=2014/a.parquet");
    place.export("SELECT 1 AS a", "data/cases/a.parquet");
    place.export("SELECT 1 AS a", "data/cases/b.PARQUET");
    let mut wrong = String::new();
    for (sql, expected) in [
        (
            "SELECT * FROM 'data/alike/'",
            "data/alike/: must hold a file, found none that ends in .parquet (other kinds by name: \
             '*.csv')"
                .to_owned(),
        ),
        (
            "SELECT * FROM 'data/cases'",
            "data/cases: files must end alike, found .PARQUET and .parquet".to_owned(),
        ),
        (
            "SELECT * FROM 'data/types/*.csv'",
            "data/types/b.csv:3: column 'value' must be a whole number as in data/types/a.csv, found \
             'x' (read_table(...) with missing => ['x'] takes it for missing, types => \
             ['value=VARCHAR'] leaves the column text)"
                .to_owned(),
        ),
        (
            "SELECT * FROM 'data/kinds/*.csv'",
            "data/kinds/a.csv:2: column 'value' must be a whole number as in data/kinds/b.csv, found \
             '2024-01-01' (read_table(...) with missing => ['2024-01-01'] takes it for missing, \
             types => ['value=VARCHAR'] leaves the column text)"
                .to_owned(),
        ),
        (
            "SELECT * FROM 'data/names/*.csv'",
            "data/names/b.csv: column 'value' must be written as in data/names/a.csv, \
             found 'Value'"
                .to_owned(),
        ),
        (
            "SELECT * FROM 'data/both'",
            "data/both: column 'year' must be in the files or in the names of their folders, found \
             in both"
                .to_owned(),
        ),
        (
            "SELECT * FROM 'data/mixed/*/a.csv'",
            "data/mixed/year=2014/a.csv: must lie in no partitions as the files before it, \
             found partitions by year"
                .to_owned(),
        ),
        (
            "SELECT * FROM 'data/mixed2/*/a.csv'",
            "data/mixed2/year=2014/a.csv: must lie in partitions by region as the files \
             before it, found partitions by year"
                .to_owned(),
        ),
        ("SELECT * FROM 'blank.csv'", "blank.csv: must have a header, found an empty file".into()),
        (
            "SELECT * FROM 'bars.csv'",
            "bars.csv: the header must have its columns separated by one of comma, semicolon, tab \
             and vertical bar, found 2 by comma and 4 by vertical bar (quote the names that hold \
             one of them)"
                .to_owned(),
        ),
        (
            "SELECT * FROM read_table('utf16.csv', encoding => 'gbk')",
            "utf16.csv:1:1: text must be GB18030, found the mark of UTF-16LE (encoding => '...' \
             states another)"
                .to_owned(),
        ),
        (
            "CREATE TABLE information_schema.x AS SELECT 1",
            "a table must be in a schema of its own, found one that is read only".to_owned(),
        ),
    ] {
        let found = place.fault(sql);
        if found != expected {
            wrong += &format!("{sql}\n  {found}\n  {expected}\n");
        }
        for fault in faults(&found) {
            wrong += &format!("{sql}\n  {fault}: {found}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    // The name of a file is none of its partitions.
    place.export("SELECT 1 AS a", "data/named/year=2024.parquet");
    assert_eq!(place.csv("SELECT * FROM 'data/named'"), "a\n1\n");
    // A partition may be named in a pattern.
    assert_eq!(place.csv("SELECT * FROM 'data/mixed/y*/*.csv'"), "unit,year\nA,2014\n");
}

/// Who needed how much, and what can be done.
async fn of_memory() {
    let limits = Options::default().with_memory_limit(1 << 20);
    for (sql, who) in [
        ("SELECT array_agg(value) FROM generate_series(1, 1000000)", "GROUP BY"),
        ("SELECT stat_quantile(value, 0.5) FROM generate_series(1, 1000000)", "all values"),
        (
            "SELECT count(*) FROM composite_index((SELECT value AS unit, 'x' AS indicator, value FROM \
             generate_series(1, 1000000)), (SELECT 'x' AS code))",
            "composite_index: the panel and what is made of it",
        ),
    ] {
        let found = message(&limits, sql).await;
        let (before, after) = found.split_once(", found ").expect("what was");
        assert!(before.contains(who), "{found}");
        assert!(before.ends_with("must fit into the memory limit of 1024.0 KB"), "{found}");
        let (was, hint) = after.split_once(" (").expect("a hint");
        assert!(was.contains(" needed and ") && was.ends_with(" left"), "{found}");
        assert_eq!(hint, "raise --memory-limit, or ask for less: fewer indicators, a filter)");
        assert_eq!(faults(&found), Vec::<String>::new());
    }
}

/// An error from inside an index names the cell that is wrong: B's `y` in 2015.
async fn name_the_cell() {
    const FRAMEWORK: &str = "(SELECT * FROM (VALUES ('top', NULL), ('a', 'top'), ('x', 'a'), \
                             ('y', 'a'), ('z', 'top')) AS f(code, parent))";
    let panel = |wrong: &str| {
        let rows = ["A", "B", "C"].iter().flat_map(|unit| {
            [2014, 2015].into_iter().flat_map(move |period| {
                ["x", "y", "z"].map(|indicator| match (*unit, period, indicator) {
                    ("B", 2015, "y") => format!("('B', 2015, 'y', {wrong})"),
                    (unit, ..) => format!("('{unit}', {period}, '{indicator}', 5.0)"),
                })
            })
        });
        let rows: Vec<String> = rows.collect();
        format!("(SELECT * FROM (VALUES {}) AS p(unit, period, indicator, value))", rows.join(", "))
    };
    let cell = "unit 'B', period 2015, indicator 'y'";
    let geometric = format!(
        "agg_geometric: score must be finite and > 0, got 0 ({cell}; normalise to a range above 0, \
         such as 1..100: minmax by lower and upper, goalposts by lowest and scale)"
    );
    for (wrong, arguments, expected) in [
        ("0.0", "normalisation => 'none', aggregation => 'geometric'", geometric.clone()),
        (
            "0.0",
            "normalisation => 'none', aggregation => 'geometric', weighting => 'equal', \
             reference => 'all'",
            geometric,
        ),
        (
            "-3.0",
            "normalisation => 'none', weighting => 'entropy', reference => 'all'",
            format!(
                "weight_entropy: score must be >= 0, got -3 ({cell}; normalise to a range from 0 \
                 up, such as 0..1)"
            ),
        ),
        (
            "-15.0",
            "normalisation => 'none', aggregation => 'mpi'",
            "agg_mpi: the mean of the scores must be above 0, got -5 (unit 'B', period 2015, node 'a')"
                .to_owned(),
        ),
        (
            "-3.0",
            "normalisation => 'relative'",
            format!(
                "norm_relative: value must be > 0, got -3 in 2015 ({cell}; from_negative => 'null' or \
                 'absolute')"
            ),
        ),
        (
            "-3.0",
            "normalisation => 'none', treatment => 'boxcox'",
            format!("treat_boxcox: value must be > 0, got -3 ({cell}; or make_positive => true)"),
        ),
        (
            "-3.0",
            "normalisation => 'sum', direction => -1, reference => 'period'",
            format!("fit_sum: value must be >= 0, got -3 ({cell})"),
        ),
    ] {
        let sql =
            format!("SELECT * FROM composite_index({}, {FRAMEWORK}, {arguments})", panel(wrong));
        let found = message(&Options::default(), &sql).await;
        assert_eq!(found, format!("composite_index: {expected}"), "{arguments}");
    }
}
