//! What offices read: workbooks of Excel read back cell by cell, CSV for Excel in Europe, tables of
//! Markdown and LaTeX.

use std::fs;

use calamine::{Data, Range, Reader, Xlsx, open_workbook};
use datafusion::arrow::ipc::reader::{FileReader, StreamReader};
use datafusion::parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use libtest_mimic::Trial;

use crate::cli::{Place, contains, place};
use crate::readers::{modules, script};
use crate::{skipped, trial};

pub fn trials() -> Vec<Trial> {
    let cases: [(&str, fn()); _] = [
        ("xlsx::cells", xlsx_cells),
        ("xlsx::what_no_cell_holds_is_text", xlsx_text_instead),
        ("xlsx::numbers_are_whole", xlsx_numbers),
        ("xlsx::number_formats", xlsx_number_formats),
        ("xlsx::faults", xlsx_faults),
        ("xlsx::limits", xlsx_limits),
        ("xlsx::empty", xlsx_empty),
        ("xlsx::provenance", xlsx_provenance),
        ("xlsx::output", xlsx_output),
        ("workbook::a_sheet_for_each_query", workbook_sheets),
        ("workbook::byte_for_byte", workbook_byte_for_byte),
        ("workbook::faults", workbook_faults),
        ("workbook::keep_going", workbook_keep_going),
        ("csv2::one_format_everywhere", csv2),
        ("markdown::wide_and_long", markdown_wide_and_long),
        ("latex::table", latex_table),
        ("options::compression", compression),
        ("options::row_groups", row_groups),
        ("options::faults", option_faults),
        ("partitions::read_back", partitions_read_back),
        ("partitions::odd_values", partitions_odd_values),
        ("partitions::many", partitions_many),
        ("partitions::faults", partitions_faults),
        ("partitions::of_run", partitions_of_run),
        ("copy::as_export", copy_as_export),
        ("copy::partitions", copy_partitions),
        ("copy::faults", copy_faults),
    ];
    let cases = cases.into_iter();
    let mut trials: Vec<_> =
        cases.map(|(name, case)| trial(&format!("exports::{name}"), case)).collect();
    let looks = "exports::xlsx::looks";
    trials.push(match modules(["zipfile"]).is_empty() {
        false => trial(looks, xlsx_looks),
        true => skipped(looks, "no Python (GOALPOSTS_PYTHON names one)"),
    });
    trials
}

/// The names of the sheets, and one of them.
fn read(place: &Place, file: &str, sheet: &str) -> (Vec<String>, Range<Data>) {
    let mut book: Xlsx<_> = open_workbook(place.path(file)).expect("a workbook");
    let range = book.worksheet_range(sheet).expect("a sheet");
    (book.sheet_names(), range)
}

fn rows(range: &Range<Data>) -> Vec<Vec<Data>> {
    range.rows().map(<[Data]>::to_vec).collect()
}

fn text(text: &str) -> Data {
    Data::String(text.to_owned())
}

fn xlsx_cells() {
    let place = place();
    place.export(
        "SELECT * FROM (VALUES \
         ('010', '=1+1', 'http://example.org', 1.5, 7, true, DATE '2024-02-29', \
          TIMESTAMP '2024-02-29 12:00:00', [1, 2], named_struct('a', 1), NULL), \
         ('x', '@a', 'mailto:a@b.c', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)) \
         AS t(code, formula, link, x, n, b, d, ts, l, s, nothing)",
        "x.xlsx",
    );
    let (names, range) = read(&place, "x.xlsx", "x");
    assert_eq!(names, ["x", "provenance"]);
    let found = rows(&range);
    let header = ["code", "formula", "link", "x", "n", "b", "d", "ts", "l", "s", "nothing"];
    assert_eq!(found[0], header.map(text));
    assert_eq!(found[1][..6].to_vec(), {
        let texts = ["010", "=1+1", "http://example.org"].map(text);
        [&texts[..], &[Data::Float(1.5), Data::Float(7.0), Data::Bool(true)]].concat()
    });
    let serials = [&found[1][6], &found[1][7]].map(|cell| match cell {
        Data::DateTime(date) => date.as_f64(),
        other => panic!("must be a date, found {other:?}"),
    });
    assert_eq!(serials, [45_351.0, 45_351.5]);
    assert_eq!(found[1][8..10], ["[1, 2]", "{a: 1}"].map(text));
    assert_eq!(found[2][..3], ["x", "@a", "mailto:a@b.c"].map(text));
    assert!(found[2][3..].iter().all(|cell| *cell == Data::Empty), "{:?}", found[2]);
    // Neither a formula nor a link is anywhere.
    let mut book: Xlsx<_> = open_workbook(place.path("x.xlsx")).expect("a workbook");
    assert!(book.worksheet_formula("x").expect("formulas").used_cells().next().is_none());
    assert!(book.hyperlinks_by_sheet_name("x").expect("links").is_empty());
}

fn xlsx_text_instead() {
    let place = place();
    place.export(
        "SELECT * FROM (VALUES (9007199254740993, DATE '1850-03-01', 999999999999999), \
         (1, DATE '2024-01-01', 1)) AS t(id, founded, n) ORDER BY id DESC",
        "x.xlsx",
    );
    let (_, range) = read(&place, "x.xlsx", "x");
    let found = rows(&range);
    assert_eq!(found[1][..2], ["9007199254740993", "1850-03-01"].map(text));
    assert_eq!(found[1][2], Data::Float(999_999_999_999_999.0));
    // The column is of one kind, and the last sheet says which.
    assert_eq!(found[2][..2], ["1", "2024-01-01"].map(text));
    let (_, told) = read(&place, "x.xlsx", "provenance");
    assert_eq!(
        told.get_value((1, 5)),
        Some(&text(
            "column 'id': text, as it has whole numbers of more than 15 digits\n\
             column 'founded': text, as it has dates before 1900 or after 9999"
        ))
    );
    // The days before the 29 February 1900 that Excel has.
    place.export(
        "SELECT * FROM (VALUES (DATE '1900-01-01'), (DATE '1900-02-28'), (DATE '1900-03-01')) AS t(d) \
         ORDER BY d",
        "d.xlsx",
    );
    let (_, range) = read(&place, "d.xlsx", "d");
    let serials = rows(&range).into_iter().skip(1).map(|row| row[0].to_string());
    assert_eq!(serials.collect::<Vec<_>>(), ["1", "59", "61"]);
}

fn xlsx_numbers() {
    let place = place();
    place.export(
        "SELECT 0.1 + 0.2 AS sum, 1.0 / 3 AS third, -0.0 AS zero, CAST(0.1 AS REAL) AS single, \
         CAST(1.10 AS DECIMAL(10, 2)) AS price, 1e300 AS large, 5e-324 AS small, -17 AS n",
        "x.xlsx",
    );
    let (_, range) = read(&place, "x.xlsx", "x");
    let numbers = [0.1 + 0.2, 1.0 / 3.0, 0.0, 0.1, 1.1, 1e300, 5e-324, -17.0];
    assert_eq!(rows(&range)[1], numbers.map(Data::Float));
    assert!(!format!("{:?}", rows(&range)[1]).contains("-0.0"), "{range:?}");
}

/// How the cells of the first row look, in the language of Excel.
fn formats(place: &Place, file: &str, sheet: &str) -> Vec<String> {
    let mut book: Xlsx<_> = open_workbook(place.path(file)).expect("a workbook");
    let styles = book.worksheet_style(sheet).expect("styles");
    let width = book.worksheet_range(sheet).expect("a sheet").width();
    let format = |column: usize| {
        let style = styles.get((1, column as u32))?;
        Some(style.number_format.as_ref()?.format_code.to_string())
    };
    (0..width).map(|column| format(column).unwrap_or_default()).collect()
}

fn xlsx_number_formats() {
    let place = place();
    place.export(
        "SELECT * FROM (VALUES (2024, 1.25, 87.123456789, 12345.678912345, 1e-9 / 3, 5.0), \
         (1999, 2.0, 100.0, 1.5, 1e-9, 7.0)) AS t(year, price, score, gdp, tiny, whole)",
        "x.xlsx",
    );
    // A year has no thousands; computed numbers have fewer decimals the larger they are.
    let found = formats(&place, "x.xlsx", "x");
    assert_eq!(found, ["0", "0.00", "0.0000", "0.00", "General", "0"]);
    place.export("SELECT TIMESTAMP '2024-01-01 00:00:00.5' AS t, DATE '2024-01-01' AS d", "t.xlsx");
    assert_eq!(formats(&place, "t.xlsx", "t"), ["yyyy-mm-dd hh:mm:ss.000", "yyyy-mm-dd"]);
}

fn xlsx_looks() {
    let place = place();
    place.export(
        "SELECT '北京市朝阳区建国门外大街' AS \"名称\", repeat('x', 500) AS long, 1 AS n",
        "x.xlsx",
    );
    let mut book: Xlsx<_> = open_workbook(place.path("x.xlsx")).expect("a workbook");
    let styles = book.worksheet_style("x").expect("styles");
    let is_bold = |row| {
        styles
            .get((row, 0))
            .is_some_and(|style| style.font.as_ref().is_some_and(|font| font.is_bold()))
    };
    assert_eq!([0, 1].map(is_bold), [true, false]);
    // Twelve characters as wide as 24 and a margin; the long one is capped, the short one legible.
    let text = "import zipfile\n\
                  sheet = zipfile.ZipFile('x.xlsx').read('xl/worksheets/sheet1.xml').decode()\n\
                  for part in ('ySplit=\"1\"', 'state=\"frozen\"', '<autoFilter ref=\"A1:C2\"/>',\n\
                               'width=\"25.7', 'width=\"60.7', 'width=\"8.7'):\n    \
                      assert part in sheet, (part, sheet)\n";
    script(&place, text);
}

fn xlsx_faults() {
    let place = place();
    place.write("x.xlsx", "before");
    let fails = |sql: &str| place.run(&["export", sql, "-o", "x.xlsx"]).fails(1);
    let values =
        "SELECT * FROM (VALUES (1, 0.5), (2, arrow_cast('NaN', 'Float64'))) AS t(i, x) ORDER BY i";
    assert!(
        fails(values).contains("x.xlsx: column 'x' must be finite in Excel, got NaN in row 2 ("),
        "{}",
        fails(values)
    );
    contains(
        &fails("SELECT arrow_cast('-inf', 'Float32') AS y"),
        &["column 'y'", "got -inf in row 1"],
    );
    let long = "SELECT repeat('ab', 16384) AS t";
    contains(
        &fails(long),
        &["column 't' must have at most 32767 characters", "found 32768 in row 1"],
    );
    contains(
        &fails("SELECT 1 AS a, 2 AS \"A\", 3 AS a"),
        &["columns must have names of their own"],
    );
    assert_eq!(place.read("x.xlsx"), "before");
    assert_eq!(place.files(), ["x.xlsx"]);
    // Text that just fits.
    place.run(&["export", "SELECT repeat('x', 32767) AS t", "-o", "y.xlsx"]).done();
}

fn xlsx_limits() {
    let place = place();
    let many = "SELECT value AS i FROM generate_series(1, 1050000)";
    let message = place.run(&["export", many, "-o", "x.xlsx"]).fails(1);
    contains(
        &message,
        &["x.xlsx: a sheet must have at most 1048575 rows below its header, found 1050000"],
    );
    // VALUES, since the engine compares every expression of a SELECT with all before it.
    place.write("wide.sql", format!("VALUES ({})", vec!["1"; 16_385].join(", ")));
    let message = place.run(&["export", "--file", "wide.sql", "-o", "x.xlsx"]).fails(1);
    contains(&message, &["a sheet must have at most 16384 columns, found 16385"]);
    assert_eq!(place.files(), ["wide.sql"]);
}

fn xlsx_empty() {
    let place = place();
    place.export("SELECT 1 AS a, 'x' AS b WHERE false", "x.xlsx");
    let (_, range) = read(&place, "x.xlsx", "x");
    assert_eq!(rows(&range), [["a", "b"].map(text).to_vec()]);
}

fn xlsx_provenance() {
    let place = place();
    place.write("q.sql", "CREATE VIEW v AS SELECT $n AS a;\nSELECT * FROM v WHERE 'x' <> $region;");
    let given = ["-p", "n=5", "-p", "region=O'Neill", "-p", "unused=1"];
    let run = [&["export", "--file", "q.sql", "-o", "table 1.XLSX"][..], &given].concat();
    place.run(&run).done();
    let (names, told) = read(&place, "table 1.XLSX", "provenance");
    assert_eq!(names, ["table 1", "provenance"]);
    let told = rows(&told);
    let header = [
        "sheet",
        "file",
        "rows",
        "status",
        "parameters",
        "notes",
        "program",
        "written (UTC)",
        "query",
    ];
    assert_eq!(told[0], header.map(text));
    assert_eq!(told[1][..2], ["table 1", "q.sql"].map(text));
    assert_eq!(told[1][2], Data::Float(1.0));
    assert_eq!(told[1][3..5], ["complete", "n = 5\nregion = 'O''Neill'"].map(text));
    assert_eq!(told[1][6], text(concat!("goalposts ", env!("CARGO_PKG_VERSION"))));
    assert_eq!(told[1][7], Data::Empty); // unless SOURCE_DATE_EPOCH says it
    assert_eq!(told[1][8], text(&place.read("q.sql")));
    // A query of any length is told, in cells one below the other.
    let long = format!("SELECT 1 AS a -- {}", "北".repeat(40_000));
    place.write("long.sql", &long);
    place.run(&["export", "--file", "long.sql", "-o", "x.xlsx"]).done();
    let (_, told) = read(&place, "x.xlsx", "provenance");
    let pieces: String = rows(&told).iter().skip(1).map(|row| row[8].to_string()).collect();
    assert_eq!((rows(&told).len(), pieces), (3, long));
}

fn xlsx_output() {
    let place = place();
    for arguments in [
        &["-f", "xlsx", "-c", "SELECT 1 AS a"][..],
        &["export", "SELECT 1 AS a", "-o", "-", "-f", "xlsx"],
    ] {
        let run = place.run(arguments);
        place.write("x.xlsx", &run.out);
        let (names, range) = read(&place, "x.xlsx", "result");
        assert_eq!((names.len(), rows(&range)), (2, vec![vec![text("a")], vec![Data::Float(1.0)]]));
    }
    let message = place.run(&["-f", "xlsx", "-c", "SELECT 1 AS a; SELECT 2 AS b"]).err;
    contains(&message, &["standard output must have one result as xlsx, found a second"]);
}

/// Queries of three files, one of them without a result.
fn queries() -> Place {
    let place = place();
    place
        .write("q/01_base.sql", "CREATE TABLE t AS SELECT 4 AS a;")
        .write("q/02 scores [all].sql", "SELECT 'shown' AS s; SELECT a, 'é' AS b FROM t;")
        .write("q/03_a_name_that_is_much_too_long_for_excel.sql", "SELECT $year AS year")
        .write("q/03_a_name_that_is_much_too_LONG_for_sheets.sql", "SELECT 1.5 AS x WHERE false");
    place
}

fn workbook_sheets() {
    let place = queries();
    let run = place.run(&["run", "q", "--out", "out/book.xlsx", "-p", "year=2024"]);
    contains(&run.err, &["1 row -> sheet '02 scores _all_' (", "3 sheets -> out/book.xlsx ("]);
    // What is not kept is shown.
    contains(&run.done(), &["│ shown │"]);
    let (names, range) = read(&place, "out/book.xlsx", "02 scores _all_");
    assert_eq!(rows(&range), [["a", "b"].map(text).to_vec(), vec![Data::Float(4.0), text("é")]]);
    assert_eq!(
        names,
        [
            "02 scores _all_",
            "03_a_name_that_is_much_too_LONG",
            "03_a_name_that_is_much_too_ (2)",
            "provenance"
        ]
    );
    let (_, told) = read(&place, "out/book.xlsx", "provenance");
    let told: Vec<Vec<String>> =
        rows(&told).iter().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    let files: Vec<&str> = told.iter().skip(1).map(|row| row[1].as_str()).collect();
    assert_eq!(files[..2], ["q/01_base.sql", "q/02 scores [all].sql"]);
    assert_eq!(told[1][..4], ["", "q/01_base.sql", "", "no query"]);
    assert_eq!(told[1][8], "CREATE TABLE t AS SELECT 4 AS a;");
    assert_eq!(told[3][..5], [&names[1], files[2], "0", "complete", ""]);
    assert_eq!(told[4][..5], [&names[2], files[3], "1", "complete", "year = 2024"]);
    let made: Vec<_> = place.files().into_iter().filter(|file| file.starts_with("out")).collect();
    assert_eq!(made, ["out/book.xlsx"]);
    // Other formats go to a folder.
    let message = place.run(&["run", "q", "--out", "book.xlsx", "-f", "csv"]).fails(2);
    contains(&message, &["--format must be xlsx for a workbook", "book.xlsx"]);
    // In a folder each is a workbook of its own.
    let run = place.run(&["run", "q", "--out", "many", "-f", "xlsx", "-p", "year=2024"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert_eq!(read(&place, "many/02 scores [all].xlsx", "02 scores _all_").0.len(), 2);
}

fn workbook_byte_for_byte() {
    let place = queries();
    let made = |file: &str, time: &str| {
        let mut command = place.command(&["run", "q", "--out", file, "-p", "year=2024", "-q"]);
        let output = command.env("SOURCE_DATE_EPOCH", time).output().expect("it runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(made("a.xlsx", "1735689600"), (Some(0), String::new()));
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(made("b.xlsx", "1735689600").0, Some(0));
    let bytes = |file: &str| fs::read(place.path(file)).expect("the file");
    assert!(bytes("a.xlsx") == bytes("b.xlsx"), "two files of one time must be the same");
    let (_, told) = read(&place, "a.xlsx", "provenance");
    let time = told.get_value((1, 7)).and_then(calamine::DataType::get_datetime);
    assert_eq!(time.map(|time| time.as_f64()), Some(45_658.0)); // 2025-01-01
    let (code, message) = made("c.xlsx", "yesterday");
    assert_eq!(code, Some(1));
    contains(&message, &["SOURCE_DATE_EPOCH must be seconds since 1970", "found 'yesterday'"]);
    assert!(!place.path("c.xlsx").exists());
}

fn workbook_faults() {
    let place = place();
    place
        .write("q/1.sql", "SELECT 1 AS a")
        .write("q/2.sql", "SELECT 1 AS a;\n\nSELECT arrow_cast('NaN', 'Float64') AS x")
        .write("book.xlsx", "before");
    let run = place.run(&["run", "q", "--out", "book.xlsx"]);
    assert_eq!(run.code, Some(1));
    contains(&run.err, &["q/2.sql:3: column 'x' must be finite in Excel, got NaN in row 1"]);
    assert_eq!(place.read("book.xlsx"), "before");
    assert_eq!(place.files(), ["book.xlsx", "q/1.sql", "q/2.sql"]);
    fs::create_dir(place.path("dir.xlsx")).expect("a folder");
    let message = place.run(&["run", "q", "--out", "dir.xlsx"]).fails(2);
    contains(&message, &["dir.xlsx: must be a file, found a folder"]);
}

fn workbook_keep_going() {
    let place = place();
    place.write("q/1.sql", "SELECT nope").write("q/2.sql", "SELECT 2 AS a");
    let run = place.run(&["run", "q", "--out", "book.xlsx", "--keep-going"]);
    assert_eq!(run.code, Some(1));
    contains(&run.err, &["2 files: 1 passed, 1 failed (1.sql)\n"]);
    let (names, told) = read(&place, "book.xlsx", "provenance");
    assert_eq!(names, ["2", "provenance"]);
    let told = rows(&told);
    assert_eq!(told[1][..2], [Data::Empty, text("q/1.sql")]);
    contains(&told[1][3].to_string(), &["q/1.sql:1: ", "nope"]);
    assert_eq!(told[1][8], text("SELECT nope"));
    assert_eq!(told[2][0], text("2"));
    // Where nothing succeeded there is nothing to keep.
    place.write("book.xlsx", "before").write("q/2.sql", "SELECT nope");
    let run = place.run(&["run", "q", "--out", "book.xlsx", "--keep-going"]);
    assert_eq!(run.code, Some(1));
    assert_eq!(place.read("book.xlsx"), "before");
}

fn csv2() {
    let place = place();
    let sql = "SELECT 1.5 AS x, 'a;b' AS t, 'c,d' AS u, NULL AS n, 1000 AS i, \
               CAST(-2.50 AS DECIMAL(5, 2)) AS p, TIMESTAMP '2024-01-01 00:00:00.5' AS ts, \
               '1.5' AS v, [1.5] AS l";
    let body = "x;t;u;n;i;p;ts;v;l\r\n\
                1,5;\"a;b\";c,d;;1000;-2,50;2024-01-01T00:00:00.500;1.5;[1.5]\r\n";
    let marked = format!("\u{feff}{body}");
    place.run(&["export", sql, "-o", "x.csv", "-f", "csv2"]).done();
    assert_eq!(place.read("x.csv"), marked);
    place.write("q.sql", sql);
    place.run(&["run", "q.sql", "--out", "out", "-f", "csv2"]).done();
    assert_eq!(place.read("out/q.csv"), marked);
    assert_eq!(place.run(&["-f", "csv2", "-c", sql]).done(), marked);
    assert_eq!(place.run(&["export", sql, "-o", "-", "-f", "csv2"]).done(), marked);
    // One mark for a stream of results.
    let two = place.run(&["-f", "csv2", "-c", "SELECT 0.5 AS a; SELECT 1 AS b"]).done();
    assert_eq!(two, "\u{feff}a\r\n0,5\r\nb\r\n1\r\n");
    let empty = place.run(&["-f", "csv2", "-c", "SELECT 1 AS a WHERE false"]).done();
    assert_eq!(empty, "\u{feff}a\r\n");
}

fn markdown_wide_and_long() {
    let place = place();
    let columns: Vec<String> =
        (0..60).map(|i| format!("'{}|' AS c{i}", "wide ".repeat(8))).collect();
    place.export(&format!("SELECT {}", columns.join(", ")), "x.md");
    let text = place.read("x.md");
    let cells = |line: &str| line.replace("\\|", "").matches('|').count() - 1;
    assert_eq!(text.lines().map(cells).collect::<Vec<_>>(), [60, 60, 60]);
    assert_eq!(text.matches("wide wide wide wide wide wide wide wide \\|").count(), 60);
    let odd = "SELECT 'a|b' || chr(10) || 'c' AS x, 1 AS y";
    assert_eq!(
        place.run(&["-f", "markdown", "-c", odd]).done(),
        "| x         | y |\n|-----------|---|\n| a\\|b<br>c | 1 |\n"
    );
    // A long table is one table.
    let long = "SELECT value AS i FROM generate_series(1, 25000)";
    let text = place.run(&["-f", "markdown", "-c", long]).done();
    assert_eq!((text.lines().count(), text.matches("--").count() > 0), (25_002, true));
    assert_eq!(text.lines().filter(|line| line.contains("---")).count(), 1);
}

fn latex_table() {
    let place = place();
    let sql = "SELECT 'R&D_5% #1 $x {y} ~ ^ \\ 北京' AS \"a_b\", -1.5 AS x, NULL AS n, 2 AS i, \
               '-x' AS t UNION ALL SELECT '[1]', 2.0, NULL, NULL, '' ORDER BY x";
    place.export(sql, "x.tex");
    assert_eq!(
        place.read("x.tex"),
        "% \\usepackage{booktabs}\n\
         \\begin{tabular}{lrlrl}\n\
         \\toprule\n\
         a\\_b & x & n & i & t \\\\\n\
         \\midrule\n\
         R\\&D\\_5\\% \\#1 \\$x \\{y\\} \\textasciitilde{} \\textasciicircum{} \\textbackslash{} 北京 \
         & $-$1.5 &  & 2 & -x \\\\\n\
         {[}1] & 2.0 &  &  &  \\\\\n\
         \\bottomrule\n\
         \\end{tabular}\n"
    );
    assert_eq!(place.run(&["-f", "latex", "-c", sql]).done(), place.read("x.tex"));
    let empty = place.run(&["-f", "latex", "-c", "SELECT 1 AS a WHERE false"]).done();
    contains(&empty, &["{r}", "a \\\\\n\\midrule\n\\bottomrule"]);
}

// ------------------------------------------------------- compression, row groups, partitions, COPY

const REPEATED: &str = "SELECT value AS i, 'text ' || (value % 7) AS t FROM \
                        generate_series(1, 5000) ORDER BY value";

fn footer(place: &Place, file: &str) -> ParquetMetaData {
    let file = fs::File::open(place.path(file)).expect("a file");
    ParquetMetaDataReader::new().parse_and_finish(&file).expect("a footer")
}

fn size(place: &Place, file: &str) -> u64 {
    fs::metadata(place.path(file)).expect("a file").len()
}

fn compression() {
    let place = place();
    place.export(REPEATED, "plain.arrow").export(REPEATED, "plain.arrows");
    for word in ["lz4", "zstd", "zstd(9)"] {
        for format in ["arrow", "arrows"] {
            let name = format!("{word}.{format}");
            place.run(&["export", REPEATED, "-o", &name, "--compression", word]).done();
            assert!(size(&place, &name) * 2 < size(&place, &format!("plain.{format}")), "{name}");
            let file = fs::File::open(place.path(&name)).expect("a file");
            let rows: usize = match format {
                "arrow" => FileReader::try_new(file, None)
                    .expect("Arrow")
                    .map(|b| b.expect("rows").num_rows())
                    .sum(),
                _ => {
                    let reader = StreamReader::try_new(file, None).expect("Arrow");
                    reader.map(|b| b.expect("rows").num_rows()).sum()
                }
            };
            assert_eq!(rows, 5000, "{name}");
            assert_eq!(place.csv(&format!("SELECT sum(i) AS s FROM '{name}'")), "s\n12502500\n");
        }
    }
    for (word, shown) in [
        ("none", "UNCOMPRESSED"),
        ("snappy", "SNAPPY"),
        ("lz4_raw", "LZ4_RAW"),
        ("gzip", "GZIP"),
        ("ZSTD(19)", "ZSTD"),
    ] {
        place.run(&["export", REPEATED, "-o", "x.parquet", "--compression", word]).done();
        let found =
            format!("{:?}", footer(&place, "x.parquet").row_group(0).column(0).compression());
        assert!(found.starts_with(shown), "{found}");
        assert_eq!(place.csv("SELECT sum(i) AS s FROM 'x.parquet'"), "s\n12502500\n");
    }
    // Each result of a run, and a stream.
    place.write("q/a.sql", REPEATED);
    place.run(&["run", "q", "--out", "out", "--compression", "zstd"]).done();
    assert!(
        fs::read(place.path("out/a.arrow")).expect("it").len() as u64 * 2
            < size(&place, "plain.arrow")
    );
    let stream = place.run(&["export", REPEATED, "-o", "-", "--compression", "lz4"]).out;
    assert!(StreamReader::try_new(&stream[..], None).expect("Arrow").count() > 0);
}

fn row_groups() {
    let place = place();
    place.run(&["export", REPEATED, "-o", "x.parquet", "--row-group-rows", "1200"]).done();
    let rows = |file: &str| {
        let footer = footer(&place, file);
        footer.row_groups().iter().map(|group| group.num_rows()).collect::<Vec<_>>()
    };
    assert_eq!(rows("x.parquet"), [1200, 1200, 1200, 1200, 200]);
    place.export(REPEATED, "y.parquet");
    assert_eq!(rows("y.parquet"), [5000]);
}

fn option_faults() {
    let place = place();
    place.write("q/a.sql", "SELECT 1 AS a");
    let fails = |more: &[&str]| {
        let run = place.run(&[&["export", "SELECT 1 AS a, 2 AS b"][..], more].concat());
        assert_eq!(run.code, Some(2), "{}", run.err);
        run.err
    };
    for (more, words) in [
        (
            &["-o", "x.csv", "--compression", "zstd"][..],
            "compression must be of parquet or arrow, found csv",
        ),
        (
            &["-o", "x.arrow", "--compression", "gzip"],
            "compression of arrow must be none, lz4 or zstd, found gzip",
        ),
        (&["-o", "x.arrow", "--row-group-rows", "9"], "row groups must be of parquet, found arrow"),
        (
            &["-o", "x.parquet", "--compression", "zstd(99)"],
            "level of zstd must be 1 to 22, got 'zstd(99)'",
        ),
        (&["-o", "x.parquet", "--compression", "best"], "must be none, snappy, lz4, gzip, zstd"),
        (
            &["-o", "x.json", "--partition-by", "a"],
            "partitions must be of parquet or arrow, found json",
        ),
        (&["-o", "x.parquet", "--overwrite"], "--partition-by"),
    ] {
        contains(&fails(more), &[words]);
    }
    for more in [&["--compression", "zstd"][..], &["--out", "x.xlsx", "--row-group-rows", "5"]] {
        let message = place.run(&[&["run", "q"][..], more].concat()).fails(2);
        contains(&message, &["must be of files in a folder"]);
    }
    assert_eq!(place.files(), ["q/a.sql"]);
}

const PARTS: &str = "SELECT * FROM (VALUES (1, 2023, '北京', true), (2, 2024, '天津', false), \
                     (3, 2023, '天津', true), (4, 2024, '北京', NULL), (5, 2023, '北京', true)) \
                     AS t(v, year, region, flag) ORDER BY v";

fn partitions_read_back() {
    let place = place();
    fs::create_dir(place.path("data")).expect("a folder");
    let by = ["--partition-by", "year,region"];
    let run = place.run(&[&["export", PARTS, "-o", "data/t/"][..], &by].concat());
    contains(&run.err, &["5 rows -> data/t"]);
    assert_eq!(
        place.files(),
        [
            "data/t/year=2023/region=北京/data_0.parquet",
            "data/t/year=2023/region=天津/data_0.parquet",
            "data/t/year=2024/region=北京/data_0.parquet",
            "data/t/year=2024/region=天津/data_0.parquet",
        ]
    );
    assert_eq!(
        place.csv("SELECT v, year, region FROM t ORDER BY v"),
        "v,year,region\n1,2023,北京\n2,2024,天津\n3,2023,天津\n4,2024,北京\n5,2023,北京\n"
    );
    assert_eq!(place.csv("SELECT v FROM 'data/t/' WHERE year = 2024 ORDER BY v"), "v\n2\n4\n");
    // Columns of folders are in no file, and the order is kept in each.
    let file = "data/t/year=2023/region=北京/data_0.parquet";
    assert_eq!(place.csv(&format!("SELECT * FROM '{file}'")), "v,flag\n1,true\n5,true\n");
    let arrow = ["-f", "arrow", "--compression", "lz4", "--partition-by", "flag"];
    place.run(&[&["export", PARTS, "-o", "a"][..], &arrow].concat()).done();
    assert_eq!(
        place.files().into_iter().filter(|file| file.starts_with("a/")).collect::<Vec<_>>(),
        [
            "a/flag=__HIVE_DEFAULT_PARTITION__/data_0.arrow",
            "a/flag=false/data_0.arrow",
            "a/flag=true/data_0.arrow"
        ]
    );
    assert_eq!(place.csv("SELECT v FROM 'a/flag=true/data_0.arrow'"), "v\n1\n3\n5\n");
    // Nothing is a folder without folders.
    let none = format!("SELECT * FROM ({PARTS}) WHERE v > 9");
    place.run(&["export", &none, "-o", "none", "--partition-by", "year"]).done();
    assert!(place.path("none").is_dir());
}

fn partitions_odd_values() {
    let place = place();
    let values = ["a/b", "a=b", "50%", "%20", "a b", "x:y", "北京", "..", "a'b", "#", "a+b", "\\"];
    let rows: Vec<String> = values
        .iter()
        .enumerate()
        .map(|(i, value)| format!("({i}, '{}')", value.replace('\'', "''")))
        .collect();
    let sql = format!("SELECT * FROM (VALUES {}) AS t(i, p)", rows.join(", "));
    place.run(&["export", &sql, "-o", "data/odd", "--partition-by", "p"]).fails(2);
    fs::create_dir(place.path("data")).expect("a folder");
    place.run(&["export", &sql, "-o", "data/odd", "--partition-by", "p"]).done();
    for (i, value) in values.iter().enumerate() {
        let value = value.replace('\'', "''");
        let found = place.csv(&format!("SELECT i FROM odd WHERE p = '{value}'"));
        assert_eq!(found, format!("i\n{i}\n"), "{value}");
    }
    // An empty text is none of NULL.
    let sql = "SELECT * FROM (VALUES (1, ''), (2, NULL), (3, 'NULL')) AS t(i, p)";
    place.run(&["export", sql, "-o", "e", "--partition-by", "p"]).done();
    let found = place.csv("SELECT i, p IS NULL AS is_null, length(p) AS n FROM 'e' ORDER BY i");
    assert_eq!(found, "i,is_null,n\n1,false,0\n2,true,\n3,false,4\n");
}

/// More folders than files may be open, in an order that comes back to each.
fn partitions_many() {
    let place = place();
    let sql = "SELECT value AS i, value % 300 AS p FROM generate_series(1, 60000) ORDER BY value";
    place.run(&["export", sql, "-o", "many", "--partition-by", "p"]).done();
    let sum = "SELECT count(*) AS n, sum(i) AS s, count(DISTINCT p) AS p, max(abs(i % 300 - p)) AS d \
               FROM 'many/'";
    assert_eq!(place.csv(sum), "n,s,p,d\n60000,1800030000,300,0\n");
}

fn partitions_faults() {
    let place = place();
    let export = |more: &[&str]| place.run(&[&["export", PARTS][..], more].concat());
    for (by, words) in [
        ("nope", "partition column 'nope' not found (the columns are v, year, region, flag)"),
        ("year,year", "partition columns must be named once, found 'year' twice"),
        ("v,year,region,flag", "a column must be left beside those of partitions, found none"),
    ] {
        contains(&export(&["-o", "t", "--partition-by", by]).fails(1), &["t: ", words]);
    }
    let float = "SELECT 1 AS a, 1.5 AS x";
    let message = place.run(&["export", float, "-o", "t", "--partition-by", "x"]).fails(1);
    contains(&message, &["partition column 'x' must be text, a whole number, a date or BOOLEAN"]);
    let message = export(&["-o", "-", "-f", "parquet", "--partition-by", "year"]).fails(1);
    contains(&message, &["partitions must go to a folder, found standard output"]);
    assert_eq!(place.files(), Vec::<String>::new());
    // A folder that exists is replaced where that is said, and it is one of partitions.
    export(&["-o", "t", "--partition-by", "region"]).done();
    let by_year = ["-o", "t", "--partition-by", "year"];
    contains(&export(&by_year).fails(2), &["t: must be a new folder, found one that exists"]);
    let overwrite = [&by_year[..], &["--overwrite"]].concat();
    export(&overwrite).done();
    let years = ["t/year=2023/data_0.parquet", "t/year=2024/data_0.parquet"];
    assert_eq!(place.files(), years);
    place.write("t/year=2023/notes.txt", "mine");
    contains(&export(&overwrite).fails(2), &["t/year=2023/notes.txt: must be a partition"]);
    fs::remove_file(place.path("t/year=2023/notes.txt")).expect("it");
    // What would be read back as NULL is refused.
    let null = "SELECT 1 AS v, '__HIVE_DEFAULT_PARTITION__' AS year";
    let message = place.run(&[&["export", null][..], &overwrite].concat()).fails(1);
    contains(&message, &["t: partition column 'year': a text must not be '__HIVE_DEFAULT_PARTI"]);
    // A failure leaves the old one.
    let fails = format!("SELECT *, 1 / (5 - v) AS x FROM ({PARTS}) ORDER BY v");
    let message = place.run(&[&["export", &fails][..], &overwrite].concat()).fails(1);
    contains(&message, &["a divisor must not be 0"]);
    assert_eq!(place.files(), years);
    let message = export(&["-o", "t/year=2023/data_0.parquet", "--partition-by", "v"]).fails(2);
    contains(&message, &["must be a new folder"]);
}

fn partitions_of_run() {
    let place = place();
    place.write("q/one.sql", PARTS).write("q/two.sql", PARTS);
    let run = ["run", "q", "--out", "out", "-f", "parquet", "--partition-by", "year"];
    place.run(&run).done();
    let expected = [
        "out/one/year=2023/data_0.parquet",
        "out/one/year=2024/data_0.parquet",
        "out/two/year=2023/data_0.parquet",
        "out/two/year=2024/data_0.parquet",
    ];
    let made = || place.files().into_iter().filter(|f| f.starts_with("out")).collect::<Vec<_>>();
    assert_eq!(made(), expected);
    contains(
        &place.run(&[&run[..], &["-q"]].concat()).fails(2),
        &["out/one: must be a new folder"],
    );
    place.run(&[&run[..], &["--overwrite"]].concat()).done();
    assert_eq!(made(), expected);
}

fn copy_as_export() {
    let place = place();
    let bytes = |file: &str| fs::read(place.path(file)).expect("a file");
    for (file, clauses, more) in [
        ("x.parquet", "", &[][..]),
        ("x.arrow", "OPTIONS (compression 'lz4')", &["--compression", "lz4"]),
        ("x.csv", "", &[]),
        (
            "y.parquet",
            "STORED AS PARQUET OPTIONS ('format.compression' 'gzip(3)', 'format.max_row_group_size' 1000)",
            &["--compression", "gzip(3)", "--row-group-rows", "1000"],
        ),
        ("x.dat", "STORED AS ARROW", &["-f", "arrow"]),
        ("x.md", "", &[]),
    ] {
        let counted = place.csv(&format!("COPY ({REPEATED}) TO '{file}' {clauses}"));
        assert_eq!(counted, "count\n5000\n");
        let copied = bytes(file);
        place.run(&[&["export", REPEATED, "-o", file][..], more].concat()).done();
        // What files of programs say of themselves names the statement.
        match file.ends_with("csv") || file.ends_with("md") {
            true => assert!(copied == bytes(file), "{file}"),
            false => assert_eq!(&copied[..4], &bytes(file)[..4], "{file}"),
        }
    }
    // A table, plain types, headings, and metadata.
    place.csv("CREATE TABLE t AS SELECT 1 AS a; COPY t TO 't.arrow'");
    assert_eq!(place.csv("SELECT * FROM 't.arrow'"), "a\n1\n");
    let sql = "COPY (SELECT 2 * 3, arrow_cast('x', 'Utf8View') AS v) TO 'm.parquet' \
               OPTIONS ('format.metadata::Who' 'me')";
    place.csv(sql);
    let footer = footer(&place, "m.parquet");
    let file = footer.file_metadata();
    assert_eq!(file.schema_descr().column(0).name(), "2 * 3");
    let metadata = file.key_value_metadata().expect("metadata");
    assert!(metadata.iter().any(|pair| pair.key == "Who" && pair.value.as_deref() == Some("me")));
    place.csv("COPY (SELECT 1 AS a) TO 'm.arrow' OPTIONS ('metadata::Who' 'me')");
    let reader = FileReader::try_new(fs::File::open(place.path("m.arrow")).expect("it"), None);
    assert_eq!(reader.expect("Arrow").schema().metadata()["Who"], "me");
    // What fails leaves what was there.
    place.write("old.csv", "before");
    let fault = place
        .fault("COPY (SELECT 1 / (value - 9000) AS x FROM generate_series(1, 9000)) TO 'old.csv'");
    contains(&fault, &["a divisor must not be 0"]);
    assert_eq!(place.read("old.csv"), "before");
    assert!(place.files().iter().all(|file| !file.starts_with('.')), "{:?}", place.files());
}

fn copy_partitions() {
    let place = place();
    let copy = format!("COPY ({PARTS}) TO 'd/' STORED AS PARQUET PARTITIONED BY (year, region)");
    assert_eq!(place.csv(&copy), "count\n5\n");
    assert_eq!(place.csv("SELECT v FROM 'd/' WHERE region = '天津' ORDER BY v"), "v\n2\n3\n");
    contains(&place.fault(&copy), &["d/: must be a new folder"]);
    place
        .csv(&format!("COPY ({PARTS}) TO 'd/' PARTITIONED BY (\"flag\") OPTIONS (overwrite true)"));
    assert_eq!(place.files().len(), 3);
    // A folder without partitions has one file.
    place.csv(&format!("COPY ({PARTS}) TO 'one/'"));
    assert!(place.path("one/data_0.parquet").exists());
}

fn copy_faults() {
    let place = place();
    for (clauses, words) in [
        ("'x.parquet' OPTIONS (nope 1)", "COPY: an option must be compression, max_row_group_size"),
        ("'x.csv' OPTIONS ('format.delimiter' ';')", "got 'format.delimiter'"),
        (
            "'x.csv' OPTIONS (compression 'gzip')",
            "compression must be of parquet or arrow, found csv",
        ),
        ("'x.parquet' OPTIONS (compression 'best')", "must be none, snappy, lz4, gzip, zstd"),
        ("'x.parquet' OPTIONS (max_row_group_size 0)", "must be a whole number above 0, got '0'"),
        ("'x.what'", "COPY: target must have the ending of a format, found .what"),
        ("'x.parquet' PARTITIONED BY (b)", "partition column 'b' not found"),
        ("'no/x.parquet'", "no/x.parquet: No such file"),
        (
            "'x.parquet' OPTIONS ('metadata::goalposts.framework' 'mine')",
            "COPY: metadata must have a key of its own, got 'goalposts.framework'",
        ),
    ] {
        contains(&place.fault(&format!("COPY (SELECT 1 AS a) TO {clauses}")), &[words]);
    }
    assert_eq!(place.files(), Vec::<String>::new());
}
