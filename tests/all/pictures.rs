//! Errors as pictures: all that the program says of them on standard error, as it stands in
//! `tests/golden/pictures.txt`. `UPDATE_PICTURES=1` writes it anew.

use std::time::{Duration, Instant};
use std::{env, fs};

use libtest_mimic::Trial;

use crate::cli::{Place, place};
use crate::{repository, trial};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("pictures::golden", golden),
        trial("pictures::lines_of_windows", lines_of_windows),
        trial("pictures::keep_going", keep_going),
        trial("pictures::colours", colours),
        trial("pictures::long_texts", long_texts),
    ]
}

/// A folder with a panel and a framework.
fn data() -> Place {
    let place = place();
    place.export(
        "SELECT * FROM (VALUES ('A', 2023, 'gdp', 1.5), ('B', 2023, 'gdp', 2.5)) \
         AS t(unit, period, indicator, value)",
        "data/bth/indicators.parquet",
    );
    place.export(
        "SELECT * FROM (VALUES ('total', NULL, 1.0), ('gdp', 'total', 1.0)) \
         AS t(code, parent, weight)",
        "data/bth/framework.parquet",
    );
    place
}

/// Each case is `=== how it is run`, the text, `---` and what is said of it.
fn golden() {
    let file = repository().join("tests/golden/pictures.txt");
    let text = fs::read_to_string(&file).expect("the cases");
    let update = env::var_os("UPDATE_PICTURES").is_some();
    let (mut rebuilt, mut wrong, mut ran) = (String::new(), String::new(), 0);
    let place = data();
    for case in text.split("=== ").skip(1) {
        let (how, rest) = case.split_once('\n').expect("how it is run");
        let (sql, expected) = rest.split_once("---\n").expect("what is said of it");
        let sql = sql.strip_suffix('\n').expect("a line");
        let words: Vec<&str> = how.split(' ').collect();
        let run = match words.split_first() {
            Some((&"stdin", options)) => place.run_with(options, sql.as_bytes()),
            Some((&"run", options)) => {
                place.write("q.sql", sql);
                place.run(&[&["run", "q.sql"], options].concat())
            }
            Some((&"export", options)) => {
                place.run(&[&["export", sql, "-o", "x.csv"], options].concat())
            }
            Some((&"-c", options)) => place.run(&[&["-c", sql], options].concat()),
            _ => panic!("how is it run: {how}"),
        };
        assert_eq!(run.code, Some(1), "{sql}: {}", run.err);
        let found = run.err.lines().map(|line| format!("{}\n", line.trim_end()));
        let found: String = found.collect();
        rebuilt.push_str(&format!("=== {how}\n{sql}\n---\n{found}"));
        if found != expected {
            wrong.push_str(&format!("{how}: {sql}\nexpected\n{expected}found\n{found}\n"));
        }
        ran += 1;
    }
    assert!(ran >= 35, "{ran} cases");
    if update {
        fs::write(file, rebuilt).expect("the cases are written");
    } else {
        assert!(wrong.is_empty(), "{wrong}");
    }
}

fn lines_of_windows() {
    let place = place();
    place.write("q.sql", "SELECT 1;\r\nSELECT\r\n\tnope\r\nFROM (SELECT 1 AS a)\r\n");
    assert_eq!(
        place.run(&["run", "q.sql", "-f", "csv"]).err,
        "goalposts: q.sql:3: column nope not found\n  \
         |\n3 |     nope\n  |     ^^^^\n  |\n  = columns: a\n"
    );
}

/// Each file that failed has its picture, and the last line is the sum.
fn keep_going() {
    let place = place();
    place.write("q/1.sql", "SELECT nope").write("q/2.sql", "SELECT 1;\nselec 2");
    let run = place.run(&["run", "q", "--keep-going", "--quiet"]);
    assert_eq!(
        run.err,
        "goalposts: q/1.sql:1: column nope not found\n  |\n1 | SELECT nope\n  |        ^^^^\n\
         goalposts: q/2.sql:2: SQL must go on with an SQL statement, found selec\n  \
         |\n2 | selec 2\n  | ^^^^^\n"
    );
}

fn colours() {
    let place = place();
    let err = |options: &[&str]| place.run(&[options, &["-c", "SELECT nope"]].concat()).err;
    assert!(!err(&[]).contains('\x1b'), "a pipe has none");
    assert!(!err(&["--color", "never"]).contains('\x1b'));
    let coloured = err(&["--color", "always"]);
    let (first, picture) = coloured.split_once('\n').expect("lines");
    assert_eq!(first, "goalposts: -c:1: column nope not found");
    assert!(picture.contains("\x1b[1m\x1b[91m^^^^"), "{picture:?}");
}

/// A text of megabytes costs what reading it costs, and a line of them is cut.
fn long_texts() {
    let place = place();
    let many = "-- 北京\n".repeat(200_000);
    place.write("many.sql", format!("{many}SELECT nope\n;\n{many}"));
    let start = Instant::now();
    let run = place.run(&["run", "many.sql"]);
    assert_eq!(
        run.err,
        "goalposts: many.sql:200001: column nope not found\n       |\n\
         200001 | SELECT nope\n       |        ^^^^\n"
    );
    let wide = format!("SELECT '{}', nope, '{}'", "北".repeat(500_000), "x".repeat(1_000_000));
    place.write("wide.sql", wide);
    let run = place.run(&["run", "wide.sql"]);
    assert!(run.err.lines().count() == 4 && run.err.len() < 1000, "{}", run.err);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
