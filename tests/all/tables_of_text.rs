//! Tables of text as people have them: nothing that is read wrongly may pass for a table.

use libtest_mimic::Trial;

use crate::cli::{Place, contains, place};
use crate::trial;

pub fn trials() -> Vec<Trial> {
    [
        ("folder_by_name", folder_by_name as fn()),
        ("folder_of_arrow", folder_of_arrow),
        ("types_of_several_files", types_of_several_files),
        ("pairs_of_import", pairs_of_import),
        ("blanks", blanks),
        ("delimiters", delimiters),
        ("decimal_commas", decimal_commas),
        ("keys_in_one_column", keys_in_one_column),
        ("codes_keep_their_zeros", codes_keep_their_zeros),
        ("missing_words", missing_words),
        ("encodings", encodings),
        ("lines", lines),
        ("endings", endings),
        ("folders_of_any_name", folders_of_any_name),
        ("null_partition", null_partition),
        ("headers", headers),
        ("headings", headings),
        ("names_that_begin_with_a_digit", names_that_begin_with_a_digit),
    ]
    .map(|(name, test)| trial(&format!("tables_of_text::{name}"), test))
    .into()
}

fn import(place: &Place, name: &str, text: impl AsRef<[u8]>, arguments: &[&str]) -> String {
    place.write(name, text);
    place.run(&[&["import", name, "-o", "x.parquet", "-q"], arguments].concat()).done();
    place.csv("SELECT * FROM 'x.parquet'")
}

fn refused(place: &Place, name: &str, text: impl AsRef<[u8]>, arguments: &[&str]) -> String {
    place.write(name, text);
    let arguments = [&["import", name, "-o", "no.parquet", "-q"], arguments].concat();
    let message = place.run(&arguments).fails(1);
    assert!(!place.path("no.parquet").exists(), "{message}");
    message
}

fn folder_by_name() {
    let place = place();
    place.write("d/1.csv", "iso,pop,gdp\nA,1,10\n").write("d/2.csv", "iso,gdp,pop\nB,20,2\n");
    assert_eq!(place.csv("SELECT * FROM 'd/*.csv' ORDER BY iso"), "iso,pop,gdp\nA,1,10\nB,2,20\n");
    place.write("t/1.tsv", "iso\tpop\nA\t1\n").write("t/2.tsv", "pop\tiso\n2\tB\n");
    assert_eq!(place.csv("SELECT * FROM 't/*.tsv' ORDER BY iso"), "iso,pop\nA,1\nB,2\n");
    // What one file lacks is NULL there.
    place.write("d/3.csv", "gdp,iso\n30,C\n");
    assert_eq!(place.csv("SELECT pop, gdp FROM 'd/*.csv' WHERE iso = 'C'"), "pop,gdp\n,30\n");
}

fn folder_of_arrow() {
    let place = place();
    place
        .export("SELECT 'A' AS iso, 1 AS pop, 10 AS gdp", "d/1.arrow")
        .export("SELECT 'B' AS iso, 20 AS gdp, 2 AS pop", "d/2.arrow");
    assert_eq!(
        place.csv("SELECT * FROM 'd/*.arrow' ORDER BY iso"),
        "iso,pop,gdp\nA,1,10\nB,2,20\n"
    );
}

fn types_of_several_files() {
    let place = place();
    place
        .write("d/2020.csv", "unit,value\nA,10\n")
        .write("d/2021.csv", "unit,value\nA,10.5\n")
        .write("d/2022.csv", "unit,value\nA,\n");
    assert_eq!(place.csv("SELECT sum(value) AS s, count(*) AS n FROM 'd/*.csv'"), "s,n\n20.5,3\n");
    place.export("SELECT 10 AS value", "p/1.parquet").export("SELECT 10.5 AS value", "p/2.parquet");
    assert_eq!(place.csv("SELECT sum(value) AS s FROM 'p/'"), "s\n20.5\n");
    place.export("SELECT 'x' AS value", "p/3.parquet");
    contains(&place.fault("SELECT * FROM 'p/'"), &["p/3.parquet", "column 'value' must be"]);
}

fn pairs_of_import() {
    let place = place();
    let text = "region,year,indicator,value\nA,2020,x,1\nB,2020,x,2\n";
    assert_eq!(
        import(&place, "x.csv", text, &["--rename", "region=unit,year=period"]),
        "unit,period,indicator,value\nA,2020,x,1.0\nB,2020,x,2.0\n"
    );
    import(&place, "x.csv", text, &["--type", "value=DECIMAL(10,2),year=DOUBLE"]);
    contains(
        &place.csv(
            "SELECT arrow_typeof(value) AS v, arrow_typeof(year) AS y FROM 'x.parquet' LIMIT 1",
        ),
        &["\"Decimal128(10, 2)\",Float64"],
    );
    // One pair may have a comma in its name.
    let text = "\"GDP, total\",unit\n1,A\n";
    assert_eq!(
        import(&place, "y.csv", text, &["--rename", "GDP, total=value"]),
        "value,unit\n1.0,A\n"
    );
    // With the right names the key is there twice.
    let twice = "region,year,indicator,value\nA,2020,x,1\nA,2020,x,2\n";
    let message = refused(&place, "z.csv", twice, &["--rename", "region=unit,year=period"]);
    contains(&message, &["z.csv: a key must be unique"]);
    let place_of = |arguments: &[&str]| {
        place.run(&[&["import", "x.csv", "-o", "no.parquet"], arguments].concat()).code
    };
    assert_eq!(place_of(&["--rename", "region=unit,year=unit"]), Some(2));
    assert_eq!(place_of(&["--rename", "region=unit,region=code"]), Some(2));
    assert_eq!(place_of(&["--rename", "region=unit,nope=code"]), Some(2));
}

fn blanks() {
    let place = place();
    let head = "unit, period, indicator, value\n";
    assert_eq!(
        import(&place, "x.csv", format!("{head}A, 2020, x, 1.5\n"), &[]),
        "unit,period,indicator,value\nA,2020,x,1.5\n"
    );
    assert_eq!(place.csv("SELECT value FROM 'x.csv'"), "value\n1.5\n");
    let message = refused(&place, "y.csv", format!("{head}A, 2020, x, 1\nA, 2020, x, 2\n"), &[]);
    contains(&message, &["a key must be unique"]);
    let message = refused(&place, "z.csv", format!("{head}A, 2020, x, abc\n"), &[]);
    contains(&message, &["z.csv:2: column 'value' must be a number, found 'abc'"]);
}

fn delimiters() {
    let place = place();
    for (name, text) in [
        ("semicolon.csv", "unit;period;indicator;value\nA;2020;x;1.5\n"),
        ("tab.csv", "unit\tperiod\tindicator\tvalue\nA\t2020\tx\t1.5\n"),
        ("pipe.csv", "unit|period|indicator|value\nA|2020|x|1.5\n"),
        ("sep.csv", "sep=;\nunit;period;indicator;value\nA;2020;x;1.5\n"),
    ] {
        let want = "unit,period,indicator,value\nA,2020,x,1.5\n";
        assert_eq!(import(&place, name, text, &[]), want, "{name}");
    }
    let twice = "unit;period;indicator;value\nA;2020;x;1\nA;2020;x;2\n";
    contains(&refused(&place, "twice.csv", twice, &[]), &["a key must be unique"]);
}

fn decimal_commas() {
    let place = place();
    let text = "unit;period;indicator;value\nA;2020;x;1,5\nB;2020;x;1.234,5\n";
    let want = "unit,period,indicator,value\nA,2020,x,1.5\nB,2020,x,1234.5\n";
    assert_eq!(import(&place, "x.csv", text, &[]), want);
    // 1,234 alone is a thousand or one and a bit.
    let open = "land;bip\nA;1,234\nB;5,678\n";
    let message = refused(&place, "y.csv", open, &[]);
    contains(&message, &["y.csv:2: column 'bip' must show whether a comma", "--decimal ."]);
    assert_eq!(import(&place, "y.csv", open, &["--decimal", ","]), "land,bip\nA,1.234\nB,5.678\n");
    assert_eq!(import(&place, "y.csv", open, &["--thousands", ","]), "land,bip\nA,1234\nB,5678\n");
    // Another cell of the column, or of the file, decides.
    let decided = "land;bip;q\nA;1,234;0,5\nB;5,678;1,5\n";
    assert_eq!(import(&place, "z.csv", decided, &[]), "land,bip,q\nA,1.234,0.5\nB,5.678,1.5\n");
    let decided = "land;bip\nA;1,234\nB;5,678.5\n";
    assert_eq!(import(&place, "z.csv", decided, &[]), "land,bip\nA,1234.0\nB,5678.5\n");
    let two_ways = "land;bip\nA;1.234,5\nB;5,678.5\n";
    contains(&refused(&place, "z.csv", two_ways, &[]), &["z.csv:3: ", "in one way", "line 2"]);
}

fn keys_in_one_column() {
    let place = place();
    let text =
        "freq,unit,geo\\TIME_PERIOD\t2021 \t2022 \nA,PC,AT\t12.3 \t12.9 p\nA,PC,BE\t: c\t45.6 bu\n";
    let want = "unit,period,indicator,value,flag\nAT,2021,A.PC,12.3,\nAT,2022,A.PC,12.9,p\n\
                BE,2021,A.PC,,c\nBE,2022,A.PC,45.6,bu\n";
    place.write("estat.tsv", text);
    let columns = "unit, period, indicator, value, flag";
    assert_eq!(place.csv(&format!("SELECT {columns} FROM 'estat.tsv' ORDER BY 1, 2")), want);
    import(&place, "estat.tsv", text, &[]);
    assert_eq!(place.csv(&format!("SELECT {columns} FROM 'x.parquet'")), want);
}

fn codes_keep_their_zeros() {
    let place = place();
    let text = "unit,period,indicator,value\n010,2020,x,1\n020,2020,x,3\n";
    let want = "unit,period,indicator,value\n010,2020,x,1.0\n020,2020,x,3.0\n";
    assert_eq!(import(&place, "x.csv", text, &[]), want);
    assert_eq!(place.csv("SELECT unit FROM 'x.csv'"), "unit\n010\n020\n");
    // Also in a column of another name; a year stays a number.
    place.write("y.csv", "zip,year,share\n00501,2020,0.5\n10001,2020,0.25\n");
    assert_eq!(
        place.csv("SELECT zip, year + 1 AS y, share * 2 AS s FROM 'y.csv'"),
        "zip,y,s\n00501,2021,1.0\n10001,2021,0.5\n"
    );
}

fn missing_words() {
    let place = place();
    let text =
        "unit,period,indicator,value\nA,2018,x,10\nB,2018,x,-999\nC,2018,x,n/a\nD,2018,x,..\n";
    assert_eq!(
        import(&place, "x.csv", text, &["--null", "-999,..,n/a"]),
        "unit,period,indicator,value\nA,2018,x,10.0\nB,2018,x,\nC,2018,x,\nD,2018,x,\n"
    );
    // Not said, it is data, and that is said.
    let text = "unit,period,indicator,value\nA,2018,x,10\nB,2018,x,-999\n";
    place.write("y.csv", text);
    let run = place.run(&["import", "y.csv", "-o", "y.parquet"]);
    contains(&run.err, &["note: column 'value' holds -999", "--missing -999"]);
    contains(
        &refused(&place, "z.csv", "unit,value\nA,n/a\n", &[]),
        &["column 'value' must be a number"],
    );
}

fn encodings() {
    let place = place();
    let gbk = b"\xd6\xb8\xb1\xea,2022\n\xc8\xcb\xbf\xda,1\n";
    assert_eq!(import(&place, "nbs.csv", gbk, &[]), "指标,2022\n人口,1\n");
    let run = place.run(&["-f", "csv", "-c", "SELECT * FROM 'nbs.csv'"]);
    assert_eq!(run.out, "指标,2022\n人口,1\n".as_bytes());
    contains(&run.err, &["nbs.csv: note: the text is not UTF-8; it is read as GB18030"]);
    let wrong = refused(&place, "nbs.csv", gbk, &["--encoding", "utf-8"]);
    contains(&wrong, &["nbs.csv:1:2: text must be UTF-8, found byte 0xB1"]);
    let utf16: Vec<u8> = "\u{feff}a,b\n1,北\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(import(&place, "utf16.csv", utf16, &[]), "a,b\n1,北\n");
}

fn lines() {
    let place = place();
    let text = "unit,value\n\nA,1\n\n\nB,bad\n";
    contains(&refused(&place, "x.csv", text, &[]), &["x.csv:6: column 'value' must be a number"]);
    let text = "unit,value\nA,1\nSource: a yearbook\n";
    assert_eq!(import(&place, "y.csv", text, &[]), "unit,value\nA,1.0\n");
    let text = "Data Source,Bank\n\nunit,period,value,a,b\nA,2020,1,2,3\n";
    assert_eq!(import(&place, "z.csv", text, &[]), "unit,period,value,a,b\nA,2020,1.0,2,3\n");
    // What is no note and no row is neither left out nor read.
    let text = "unit,period,value\nA,2020,1\nB,2020\n";
    contains(&refused(&place, "short.csv", text, &[]), &["short.csv:3: a row must have 3 columns"]);
}

fn endings() {
    let place = place();
    place.write("PANEL.CSV", "a\n1\n").write("x.txt", "a\n1\n").write("x.csv.gz", "a\n1\n");
    place.write("x.bin", b"\0\x01\x02");
    assert_eq!(place.csv("SELECT * FROM 'PANEL.CSV'"), "a\n1\n");
    assert_eq!(place.csv("SELECT * FROM 'x.txt'"), "a\n1\n");
    contains(
        &place.fault("SELECT * FROM 'x.csv.gz'"),
        &["x.csv.gz: must be gzip data, found text"],
    );
    contains(&place.fault("SELECT * FROM 'x.bin'"), &["x.bin: must be text, a workbook"]);
}

fn folders_of_any_name() {
    let place = place();
    let names = ["京津冀", "été", "a#b", "100%", "a b", "x[1]"];
    for name in names {
        place.export("SELECT 1 AS a", &format!("data/{name}/t.parquet"));
        place.export("SELECT 2 AS a", &format!("data/{name}/many/p.parquet"));
        place.export("SELECT 3 AS a", &format!("data/s/{name}.parquet"));
    }
    let found = place.csv(
        "SELECT count(DISTINCT table_schema) AS n FROM information_schema.tables \
         WHERE table_schema NOT IN ('information_schema', 'public')",
    );
    assert_eq!(found, format!("n\n{}\n", names.len() + 1));
    for name in names {
        assert_eq!(place.csv(&format!("SELECT * FROM \"{name}\".t")), "a\n1\n", "{name}");
        assert_eq!(place.csv(&format!("SELECT * FROM \"{name}\".many")), "a\n2\n", "{name}");
        assert_eq!(place.csv(&format!("SELECT * FROM s.\"{name}\"")), "a\n3\n", "{name}");
    }
    assert_eq!(place.csv("SELECT * FROM 京津冀.t"), "a\n1\n");
}

fn null_partition() {
    let place = place();
    place
        .export("SELECT 1 AS v", "data/p/year=2022/f.parquet")
        .export("SELECT 9 AS v", "data/p/year=__HIVE_DEFAULT_PARTITION__/f.parquet");
    assert_eq!(place.csv("SELECT v FROM p WHERE year >= 2022"), "v\n1\n");
    assert_eq!(place.csv("SELECT v FROM p WHERE year IS NULL"), "v\n9\n");
}

fn headers() {
    let place = place();
    contains(
        &refused(&place, "x.csv", "a,b,a\n1,2,3\n", &[]),
        &["column names must be unique, found 'a' twice"],
    );
    let place_of = |text: &str| {
        place.write("y.csv", text);
        place.fault("SELECT * FROM 'y.csv'")
    };
    contains(
        &place_of("a,b,a\n1,2,3\n"),
        &["y.csv:1: column names must be unique, found 'a' twice"],
    );
    contains(&place_of("a,b\n1,2\n3,4,5\n"), &["y.csv:3: a row must have 2 columns"]);
}

/// A column without a name is headed by the text it was asked for with, not by another formula.
fn headings() {
    let place = place();
    place.export("SELECT 1 AS v", "data/t.parquet");
    for (select, heading) in [
        ("100*(1-v/2)", "100*(1-v/2)"),
        ("100 *\n  (1  - v)", "100 * (1 - v)"),
        ("sum(v) /* all */ + 1", "sum(v) + 1"),
        ("v, V", "v,V"),
        ("t.v", "v"),
        ("v AS x, -v", "x,-v"),
        ("CASE WHEN v > 0 THEN 'a' END", "CASE WHEN v > 0 THEN 'a' END"),
        ("norm_minmax(v, upper => 10) OVER ()", "\"norm_minmax(v, upper => 10) OVER ()\""),
        ("*, v + 1", "v,v + 1"),
    ] {
        let heading_of = |query: &str| place.csv(query).lines().next().map(str::to_owned);
        let query = format!("SELECT {select} FROM t");
        let known = match select {
            "v, V" => continue, // one column twice is the engine's to refuse
            _ => Some(heading.to_owned()),
        };
        assert_eq!(heading_of(&query), known, "{query}");
    }
    // Wherever the outermost columns are kept: exports, tables, WITH, UNION, ORDER BY.
    let twice = "WITH a AS (SELECT * FROM t) SELECT 2*(v+1) FROM a UNION ALL SELECT 3 ORDER BY 1";
    assert_eq!(place.csv(twice), "2*(v+1)\n3\n4\n");
    place.run(&["export", "SELECT 2*(v+1) FROM t", "-o", "x.arrow"]).done();
    assert_eq!(place.csv("SELECT * FROM 'x.arrow'"), "2*(v+1)\n4\n");
    let made = "CREATE TABLE made AS SELECT 2*(v+1) FROM t; SELECT \"2*(v+1)\" FROM made";
    assert_eq!(place.csv(made), "2*(v+1)\n4\n");
    let ordered = "SELECT v*(v+1) FROM t GROUP BY v*(v+1) ORDER BY v*(v+1)";
    assert_eq!(place.csv(ordered), "v*(v+1)\n2\n");
}

fn names_that_begin_with_a_digit() {
    let place = place();
    place.write("nbs.csv", "指标,2022年,2a\n人口,7,8\n");
    assert_eq!(place.csv("SELECT 指标, 2022年 FROM 'nbs.csv'"), "指标,2022年\n人口,7\n");
    assert_eq!(place.csv("SELECT n.2022年 + n.2a AS s FROM 'nbs.csv' AS n"), "s\n15\n");
    let message = place.fault("SELECT 2021年 FROM 'nbs.csv'");
    contains(&message, &["2021年", "2022年"]);
    contains(&place.fault("SELECT 1_000"), &["1_000"]);
    assert_eq!(place.csv("SELECT 1e3 AS a, 1.5e-1 AS b, 2 c"), "a,b,c\n1000.0,0.15,2\n");
}
