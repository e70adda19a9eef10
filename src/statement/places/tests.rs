//! Places of messages.

use datafusion::sql::sqlparser::tokenizer::Location;

use crate::statement::grammar::Grammar;
use crate::statement::script::split;

/// What of a statement a message speaks of.
fn found(text: &str, message: &str) -> Option<String> {
    let script = split(text, Grammar::default());
    let place = script.statements.last()?.place_of(message, None)?;
    Some(text[place.bytes].to_owned())
}

#[test]
fn names_are_found() {
    for (text, message, want) in [
        ("SELECT a, valu FROM t", "column valu not found", Some("valu")),
        ("SELECT i.valu, i.b FROM t i", "column i.valu not found", Some("i.valu")),
        ("SELECT valu FROM s.t", "column s.t.valu not found", Some("valu")),
        ("SELECT \"Va lu\" FROM t", "column \"Va lu\" not found", Some("\"Va lu\"")),
        ("SELECT 2022年 FROM t", "column 2022年 not found", Some("2022年")),
        ("SELECT valu, valu FROM t", "column valu not found", None),
        ("SELECT valu FROM valu", "column valu not found", Some("valu")),
        ("SELECT a AS b FROM t", "column b not found", None),
        ("SELECT b(1) FROM t", "column b not found", None),
        ("SELECT 'valu' FROM t", "column valu not found", None),
        ("SELECT t.a FROM a.t JOIN b.t", "table 'b.t' not found", Some("b.t")),
        ("SELECT t.a FROM t JOIN t", "table 't' not found", Some("t")),
        ("FROM 'x.csv'", "table 'x.csv' not found", Some("'x.csv'")),
        ("FROM 'x.csv'", "x.csv: file not found", Some("'x.csv'")),
        ("DROP TABLE t", "table 't' not found", Some("t")),
        ("SELECT g(f(1))", "function 'f' not found", Some("f")),
        ("SELECT f FROM f(1)", "table function 'f' not found", Some("f")),
        ("SELECT f FROM f(1)", "function 'f' not found", None),
        ("SELECT $a + $b", "$b must have a value, found none", Some("$b")),
        ("SELECT a::DUBLE", "type DUBLE not found", Some("DUBLE")),
        ("SET a.b.size = 1", "setting 'size' not found", Some("a.b.size")),
        ("SELECT b.* FROM t AS a", "alias 'b' not found", Some("b")),
    ] {
        assert_eq!(found(text, message).as_deref(), want, "{text}: {message}");
    }
}

#[test]
fn clauses_are_found() {
    for (text, message, want) in [
        ("SELECT 1 FORMAT JSON", "FORMAT is not supported", Some("FORMAT")),
        ("DELETE FROM t LIMIT 1", "DELETE ... LIMIT is not supported (WHERE)", Some("LIMIT")),
        ("SELECT 1 CONNECT  BY a", "CONNECT BY is not supported", Some("CONNECT  BY")),
        ("SELECT 1 FROM t WHERE a", "WHERE must be BOOLEAN, found DOUBLE", Some("WHERE")),
        ("SELECT (SELECT 1 WHERE a) WHERE b", "WHERE must be BOOLEAN, found DOUBLE", None),
        ("SELECT CAST('a' AS DOUBLE)", "a value must be DOUBLE, got 'a' (CAST)", Some("'a'")),
        ("SELECT a FROM t WHERE b = 'a'", "a value must be DOUBLE, got 'a' (CAST)", None),
        ("SELECT 1", "SQL must go on, found another", None),
        ("VALUES (1), (2, 3)", "rows of VALUES must have 1 values, found 2", Some("VALUES")),
        (
            "SELECT a AS x, b AS x",
            "columns must have names of their own, found a AS x twice (name one with AS)",
            Some("x"),
        ),
        (
            "SELECT a AS x, b AS x, c AS x",
            "columns must have names of their own, found a AS x twice (name one with AS)",
            None,
        ),
    ] {
        assert_eq!(found(text, message).as_deref(), want, "{text}: {message}");
    }
}

#[test]
fn arguments_are_found() {
    let call = "SELECT norm_minmax(v, f, a, upper => 'b')";
    for (text, message, want) in [
        (call, "norm_minmax: argument 'upper' not found", "upper"),
        (call, "norm_minmax: argument 'target' must be given, found none", "norm_minmax"),
        (call, "norm_minmax: lower must be a number, found VARCHAR", "a"),
        (call, "norm_minmax: upper must be a number, found VARCHAR", "'b'"),
        (call, "norm_minmax: must have it, found none", "norm_minmax"),
        ("SELECT abs(-b)", "abs: the argument must be a number, found VARCHAR", "-b"),
        ("SELECT f(1, 'eon')", "f: the word must be one of a, got 'eon'", "'eon'"),
        (
            "SELECT norm_minmax(v, f, 1) + norm_minmax(v, f, 'a')",
            "norm_minmax: lower must be a number, found VARCHAR",
            "'a'",
        ),
        (
            "SELECT norm_minmax(v, f, a) + norm_minmax(v, f, b)",
            "norm_minmax: lower must be a number, found VARCHAR",
            "",
        ),
        (
            "FROM composite_index(p, f, normalisation => 'minmax(1, x)')",
            "composite_index: norm_minmax: upper must be a number, got x",
            "x",
        ),
        (
            "FROM composite_index(p, f, min_coverage => 2)",
            "composite_index: min_coverage must be between 0 and 1, got 2",
            "2",
        ),
        (
            "FROM composite_index(p, f, min_coverage => 2)",
            "composite_index: weight of 'a' must be > 0, got 2 (indicator 'a')",
            "composite_index",
        ),
        ("FROM composite_index(p, f)", "composite_index: framework: code is NULL", "f"),
        (
            "FROM composite_index(p, f, unit => 'land')",
            "composite_index: the panel must have a column 'land', found unit (or name it)",
            "'land'",
        ),
        (
            "FROM read_table('x', delimter => ',')",
            "read_table: an option must be one of file, got 'delimter' (did you mean that?)",
            "delimter",
        ),
        ("FROM composite_index(p, f)", "composite_index: 2 faults: framework: a; b", "f"),
    ] {
        let want = Some(want).filter(|want| !want.is_empty());
        assert_eq!(found(text, message).as_deref(), want, "{text}: {message}");
    }
}

#[test]
fn locations_are_bytes() {
    let text = "SELECT 1;\nSELECT '北京',\n  北 京";
    let script = split(text, Grammar::default());
    let piece = &script.statements[1];
    let place = piece.place_at(Location { line: 3, column: 5 }, None).expect("a place");
    assert_eq!((&text[place.bytes], place.line, place.column), ("京", 3, 5));
    let end = Location { line: 2, column: 12 };
    let place = piece.place_at(Location { line: 2, column: 8 }, Some(end)).expect("a place");
    assert_eq!(&text[place.bytes], "'北京'");
    assert_eq!(piece.place_at(Location { line: 9, column: 1 }, None), None);
    assert_eq!((piece.end().line, piece.end().column), (3, 6));
}

#[test]
fn parts_of_dates_are_found() {
    let message = "a part of a date must be one of year, month, got foo";
    for (text, want) in [
        ("SELECT EXTRACT(foo FROM d), foo", Some("foo")),
        ("SELECT date_part('foo', d)", Some("'foo'")),
        ("SELECT extract(foo FROM d), extract(foo FROM e)", None),
        ("SELECT foo, 'foo'", None),
    ] {
        assert_eq!(found(text, message).as_deref(), want, "{text}");
    }
}

#[test]
fn names_are_told_as_they_are_written() {
    let told = |text: &str, message: &str| {
        let script = split(text, Grammar::default());
        let piece = script.statements.last().expect("a statement");
        let place = piece.place_of(message, None).expect("a place");
        piece.as_written(message, &place)
    };
    for (text, message, want) in [
        (
            "SELECT 1 WHERE unit = Beijing",
            "column beijing not found",
            "column Beijing not found (a text stands in quotes: 'Beijing')",
        ),
        (
            "SELECT 1 WHERE unit = \"Bei jing\"",
            "column \"Bei jing\" not found",
            "column \"Bei jing\" not found (a text stands in quotes: 'Bei jing')",
        ),
        (
            "SELECT 1 WHERE unit IN ('a', Hebei)",
            "column hebei not found",
            "column Hebei not found (a text stands in quotes: 'Hebei')",
        ),
        ("SELECT I.Valu FROM t i", "column i.valu not found", "column I.Valu not found"),
        ("SELECT 1 WHERE a = t.Valu", "column t.valu not found", "column t.Valu not found"),
        ("SELECT f(Valu)", "column valu not found", "column Valu not found"),
        (
            "SELECT Valu",
            "column valu not found; did you mean 'value'?",
            "column valu not found; did you mean 'value'?",
        ),
        ("SELECT 1 LIMIT X", "column x not found", "LIMIT must be a number, got X"),
        ("SELECT 1 LIMIT 1 OFFSET y", "column y not found", "OFFSET must be a number, got y"),
    ] {
        assert_eq!(told(text, message), want, "{text}");
    }
    let joins = |text: &str| split(text, Grammar::default()).statements[0].joins_using("land");
    assert!(joins("SELECT 1 FROM a JOIN b USING (unit, Land)"));
    assert!(!joins("SELECT land FROM a JOIN b USING (unit)"));
}
