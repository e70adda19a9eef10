//! Where results come from: what files carry, `info`, the manifest, runs of what has changed, and
//! that the same gives the same bytes.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use datafusion::arrow::ipc::reader::{FileReader, StreamReader};
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::cli::{Place, contains, place};
use crate::readers::{modules, script};
use crate::{repository, skipped, trial};

pub fn trials() -> Vec<Trial> {
    let cases: [(&str, fn()); _] = [
        ("inputs::of_every_kind", inputs_of_every_kind),
        ("inputs::of_tables_made_before", inputs_of_made_tables),
        ("carried::arrow_and_parquet", carried),
        ("carried::framework", carried_framework),
        ("carried::import", carried_import),
        ("info::states", info_states),
        ("info::other_files", info_other_files),
        ("bytes::every_format", bytes_of_every_format),
        ("manifest::of_a_run", manifest_of_a_run),
        ("manifest::of_a_failed_run", manifest_of_a_failed_run),
        ("manifest::of_a_workbook", manifest_of_a_workbook),
        ("incremental::the_queries_twice", incremental_queries),
        ("incremental::dependents", incremental_dependents),
        ("incremental::what_counts", incremental_what_counts),
        ("incremental::through_views", incremental_through_views),
        ("incremental::in_their_order", incremental_in_their_order),
        ("incremental::copies", incremental_copies),
        ("incremental::results_of_others", incremental_results_of_others),
    ];
    let cases = cases.into_iter();
    let mut trials: Vec<_> =
        cases.map(|(name, case)| trial(&format!("provenance::{name}"), case)).collect();
    let pyarrow = "provenance::carried::pyarrow";
    trials.push(match modules(["pyarrow"]).is_empty() {
        false => trial(pyarrow, carried_pyarrow),
        true => skipped(pyarrow, "no Python with pyarrow (GOALPOSTS_PYTHON names one)"),
    });
    trials
}

/// `sha256sum` of `a,b\n1,2\n`.
const HASH: &str = "sha256:492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470";

/// What a file carries.
fn carries(path: &Path) -> BTreeMap<String, String> {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let schema = match path.extension().and_then(|ending| ending.to_str()) {
        Some("parquet") => {
            ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet").schema().clone()
        }
        Some("arrows") => {
            StreamReader::try_new(BufReader::new(file), None).expect("a stream").schema()
        }
        _ => FileReader::try_new(BufReader::new(file), None).expect("an Arrow file").schema(),
    };
    schema.metadata().iter().map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// The inputs that a file names.
fn inputs(path: &Path) -> Vec<String> {
    let inputs: Value = serde_json::from_str(&carries(path)["goalposts.inputs"]).expect("JSON");
    let inputs = inputs.as_array().expect("a list").iter();
    inputs.map(|input| input["path"].as_str().expect("a path").to_owned()).collect()
}

/// Files to read: text, several of them, a workbook, packed text, Parquet, Arrow, JSON.
fn files() -> Place {
    let place = place();
    place.write("x.csv", "a,b\n1,2\n").write("y.csv", "a,b\n3,4\n").write("many/1.csv", "a\n1\n");
    place.write("many/2.csv", "a\n2\n").write("o.ndjson", "{\"a\":1}\n");
    place.export("SELECT 1 AS a", "p/year=2023/x.parquet");
    place.export("SELECT 2 AS a", "p/year=2024/x.parquet");
    place.export("SELECT 5 AS a", "book.xlsx").export("SELECT 6 AS a", "z.arrow");
    place.export("SELECT 1 AS a, 7 AS b", "data/t.parquet");
    place
}

fn inputs_of_every_kind() {
    let place = files();
    for (sql, want) in [
        ("SELECT 1 AS a", &[][..]),
        ("FROM 'x.csv'", &["x.csv"]),
        ("FROM read_table('x.csv', types => ['a=VARCHAR'])", &["x.csv"]),
        ("FROM read_table(['x.csv', 'y.csv'])", &["x.csv", "y.csv"]),
        ("FROM 'many/*.csv'", &["many/1.csv", "many/2.csv"]),
        ("FROM 'p'", &["p/year=2023/x.parquet", "p/year=2024/x.parquet"]),
        ("FROM 'book.xlsx'", &["book.xlsx"]),
        ("FROM 'z.arrow'", &["z.arrow"]),
        ("FROM 'o.ndjson'", &["o.ndjson"]),
        ("SELECT a FROM t", &["data/t.parquet"]),
        ("SELECT count(*) AS n FROM t", &["data/t.parquet"]),
        ("WITH c AS (SELECT a FROM 'x.csv') FROM c", &["x.csv"]),
        ("SELECT a FROM t WHERE a IN (SELECT a FROM 'y.csv')", &["data/t.parquet", "y.csv"]),
        ("SELECT (SELECT max(a) FROM 'x.csv') AS m FROM t", &["data/t.parquet", "x.csv"]),
        (
            "SELECT * FROM t PIVOT (sum(b) FOR a IN (SELECT a FROM 'x.csv'))",
            &["data/t.parquet", "x.csv"],
        ),
        (
            "SELECT * FROM composite_index((SELECT 'u' AS unit, 'i' AS indicator, a AS value FROM \
             'x.csv'), (SELECT 'i' AS code, b AS weight FROM 'y.csv'))",
            &["x.csv", "y.csv"],
        ),
    ] {
        place.run(&["export", sql, "-o", "r.arrow", "-q"]).done();
        assert_eq!(inputs(&place.path("r.arrow")), want, "{sql}");
    }
}

fn inputs_of_made_tables() {
    let place = files();
    for (before, sql, want) in [
        ("CREATE TABLE m AS SELECT * FROM 'x.csv'", "FROM m", &["x.csv"][..]),
        ("CREATE VIEW v AS SELECT * FROM 'x.csv'", "FROM v", &["x.csv"]),
        (
            "CREATE EXTERNAL TABLE e STORED AS PARQUET LOCATION 'data/t.parquet'",
            "FROM e",
            &["data/t.parquet"],
        ),
        (
            "CREATE TABLE m AS SELECT * FROM 'x.csv'; INSERT INTO m SELECT * FROM 'y.csv'",
            "FROM m",
            &["x.csv", "y.csv"],
        ),
        (
            "CREATE TABLE m AS SELECT * FROM 'x.csv'; CREATE TABLE n AS SELECT * FROM m; \
             DROP TABLE m; CREATE TABLE m AS SELECT 1 AS a",
            "FROM n",
            &["x.csv"],
        ),
        ("CREATE TABLE m AS SELECT * FROM 'x.csv'; DROP TABLE m", "FROM 'y.csv'", &["y.csv"]),
        ("PREPARE q AS SELECT * FROM 'x.csv'", "EXECUTE q", &["x.csv"]),
    ] {
        place.write("q.sql", format!("{before};\n{sql};\n"));
        if sql.starts_with("EXECUTE") {
            continue; // no query that a file is written of
        }
        place.run(&["export", "--file", "q.sql", "-o", "r.arrow", "-q"]).done();
        assert_eq!(inputs(&place.path("r.arrow")), want, "{before}; {sql}");
    }
}

fn carried() {
    let place = files();
    let text = "-- Title\nSELECT a, $n + 1 AS c FROM 'x.csv' WHERE CAST(b AS VARCHAR) <> $t;\n";
    place.write("q/one.sql", text);
    let given = ["-p", "n=2", "-p", "t='it''s'"];
    let want = [
        ("goalposts.file", "q/one.sql"),
        ("goalposts.inputs", &format!("[{{\"path\":\"x.csv\",\"size\":8,\"hash\":\"{HASH}\"}}]")),
        ("goalposts.parameters", "{\"n\":\"2\",\"t\":\"'it''s'\"}"),
        ("goalposts.query", text),
        ("goalposts.version", env!("CARGO_PKG_VERSION")),
    ];
    let want: BTreeMap<String, String> =
        want.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    for format in ["arrow", "arrows", "parquet"] {
        let file = format!("out.{format}");
        let export = ["export", "--file", "q/one.sql", "-o", &file];
        let run = ["run", "q", "--out", "out", "-f", format];
        place.run(&[&export[..], &given].concat()).done();
        place.run(&[&run[..], &given].concat()).done();
        assert_eq!(carries(&place.path(&file)), want, "{format}");
        assert_eq!(carries(&place.path(&format!("out/one.{format}"))), want, "{format}");
        // A text of its own, without a file.
        let sql = "SELECT a AS c FROM 'x.csv'";
        place.run(&["export", sql, "-o", &file]).done();
        let carried = carries(&place.path(&file));
        assert_eq!([&*carried["goalposts.query"], &*carried["goalposts.file"]], [sql, "export"]);
        assert_eq!(carried["goalposts.parameters"], "{}");
        // What is read carries nothing on.
        place.export(&format!("SELECT c FROM '{file}'"), "again.arrow");
        assert_eq!(inputs(&place.path("again.arrow")), [file]);
    }
}

fn carried_framework() {
    let place = place();
    place.write("panel.csv", "unit,indicator,value\nA,x,1\nB,x,2\nA,y,3\nB,y,5\n");
    place.write("f.csv", "code,parent,weight\ntop,,\nx,top,1\ny,top,3\n");
    place.write("g.csv", "weight,code,parent,mine\n3.0,y,top,a\n,top,,b\n1.0,x,top,c\n");
    place.write("h.csv", "code,parent,weight\ntop,,\nx,top,1\ny,top,2\n");
    let of = |framework: &str| {
        let sql = format!("SELECT * FROM composite_index('panel.csv', '{framework}')");
        place.run(&["export", &sql, "-o", "r.arrow", "-q"]).done();
        carries(&place.path("r.arrow"))["goalposts.framework"].clone()
    };
    let (first, same, other) = (of("f.csv"), of("g.csv"), of("h.csv"));
    assert_eq!(first, same, "the same rows in another order, with a column more");
    place.write("i.sql", "SELECT * FROM composite_index('panel.csv', 'f.csv');");
    place.run(&["run", "i.sql", "--out", "out", "-q"]).done();
    assert_eq!(manifest(&place, "out/manifest.json")["files"][0]["framework"], first);
    assert_ne!(first, other);
    // Through a table made before; and none where there is no framework.
    place.write(
        "q.sql",
        "CREATE TABLE i AS SELECT * FROM composite_index('panel.csv', 'f.csv'); SELECT * FROM i;",
    );
    place.run(&["export", "--file", "q.sql", "-o", "r.parquet", "-q"]).done();
    assert_eq!(carries(&place.path("r.parquet"))["goalposts.framework"], first);
    place.export("SELECT 1 AS a", "r.arrow");
    assert_eq!(carries(&place.path("r.arrow")).get("goalposts.framework"), None);
}

fn carried_import() {
    let place = files();
    let import =
        ["import", "x.csv", "y.csv", "-o", "i.parquet", "--rename", "a=c", "--sort", "b", "-q"];
    place.run(&import).done();
    let said = carries(&place.path("i.parquet"));
    assert_eq!(said["goalposts.file"], "import");
    assert_eq!(said["goalposts.version"], env!("CARGO_PKG_VERSION"));
    let options: Value = serde_json::from_str(&said["goalposts.options"]).expect("JSON");
    assert_eq!(options, json!({"rename": "a=c", "sort": ["b"]}));
    assert_eq!(inputs(&place.path("i.parquet")), ["x.csv", "y.csv"]);
    let told = place.run(&["info", "i.parquet"]).done();
    let input = format!("input      unchanged  x.csv  8 bytes  {HASH}\n");
    contains(&told, &["from       import\n", "option     rename = a=c\n", &input]);
    let first = fs::read(place.path("i.parquet")).expect("a file");
    place.run(&import).done();
    assert_eq!(fs::read(place.path("i.parquet")).expect("a file"), first);
    // Sorted by a text, by the way that needs no general sort; and what has no name.
    place.write("l.csv", "unit,period,indicator,value\nA,2020,x,1\n");
    place.run(&["import", "l.csv", "-o", "l.parquet", "-q"]).done();
    assert_eq!(inputs(&place.path("l.parquet")), ["l.csv"]);
    place.write("x.csv", "a,b\n1,9\n");
    contains(&place.run(&["info", "i.parquet"]).fails(1), &["found changed x.csv"]);
}

fn carried_pyarrow() {
    let place = files();
    place.export("SELECT * FROM 'x.csv'", "r.parquet").export("SELECT * FROM 'x.csv'", "r.arrow");
    let text = format!(
        "import json, pyarrow.parquet, pyarrow.ipc\n\
         for schema in [pyarrow.parquet.read_schema('r.parquet'),\n\
         \x20   pyarrow.parquet.read_table('r.parquet').schema,\n\
         \x20   pyarrow.ipc.open_file('r.arrow').schema]:\n\
         \x20   said = schema.metadata\n\
         \x20   assert said[b'goalposts.query'] == b\"SELECT * FROM 'x.csv'\", said\n\
         \x20   inputs = json.loads(said[b'goalposts.inputs'])\n\
         \x20   assert inputs == [{{'path': 'x.csv', 'size': 8, 'hash': '{HASH}'}}], inputs\n"
    );
    script(&place, &text);
}

fn info_states() {
    let place = files();
    place.export("SELECT x.a, y.b FROM 'x.csv' x, 'y.csv' y", "r.parquet");
    let told = place.run(&["info", "r.parquet"]).done();
    contains(
        &told,
        &[
            "r.parquet: parquet, compression zstd, ",
            "1 row, 1 row group, 2 columns\n  a  BIGINT\n  b  BIGINT\n",
            &format!("goalposts  {}\n", env!("CARGO_PKG_VERSION")),
            &format!("input      unchanged  x.csv  8 bytes  {HASH}\n"),
            "SELECT x.a, y.b FROM",
        ],
    );
    place.write("x.csv", "a,b\n1,3\n");
    fs::remove_file(place.path("y.csv")).expect("removed");
    let run = place.run(&["info", "r.parquet"]);
    let message = run.fails(1);
    assert_eq!(
        message,
        "r.parquet: inputs must be as they were, found changed x.csv and missing y.csv"
    );
    contains(&String::from_utf8_lossy(&run.out), &["changed    x.csv", "missing    y.csv"]);
    let run = place.run(&["info", "r.parquet", "--format", "json"]);
    let told: Value = serde_json::from_slice(&run.out).expect("JSON");
    assert_eq!((run.code, &told["rows"], &told["row_groups"]), (Some(1), &json!(1), &json!(1)));
    assert_eq!(told["columns"][1], json!({"name": "b", "type": "BIGINT"}));
    let states: Vec<_> = told["provenance"]["inputs"].as_array().expect("inputs").iter().collect();
    assert_eq!([&states[0]["state"], &states[1]["state"]], ["changed", "missing"]);
    assert_eq!(states[0]["hash"], HASH);
}

fn info_other_files() {
    let place = files();
    place.write("s.arrows", place.run(&["-f", "arrows", "-c", "SELECT 1 AS a"]).out);
    for (file, want) in [
        ("x.csv", "x.csv: csv, 8 bytes, 1 row, 2 columns\n  a  BIGINT\n  b  BIGINT\n\nIt does not"),
        ("z.arrow", "z.arrow: arrow, compression "),
        ("s.arrows", "s.arrows: arrows, compression "),
        ("book.xlsx", "book.xlsx: xlsx, "),
    ] {
        let told = place.run(&["info", file]).done();
        assert!(told.starts_with(want), "{told}");
    }
    let message = place.run(&["info", "none.arrow"]).fails_silently(2);
    contains(&message, &["none.arrow: "]);
    place.write("bad.parquet", "PAR1 and no more");
    contains(&place.run(&["info", "bad.parquet"]).fails_silently(1), &["bad.parquet: "]);
    let stream = fs::read(place.path("s.arrows")).expect("a stream");
    place.write("cut.arrows", &stream[..stream.len() - 16]);
    contains(
        &place.run(&["info", "cut.arrows"]).fails_silently(1),
        &["cut.arrows: a message must be whole, found its end cut off"],
    );
    let message = place.run(&["info", "x.csv", "-f", "csv"]).fails_silently(2);
    contains(&message, &["--format of info must be table or json, found another"]);
}

// ------------------------------------------------------------------------------------------- bytes

/// A place with the queries and the data of the repository.
fn queries() -> Place {
    let place = place();
    for folder in ["queries", "data", "data/bth", "data/hdi", "data/undp", "data/bth/sources"] {
        let from = repository().join(folder);
        fs::create_dir_all(place.path(folder)).expect("a folder");
        for entry in fs::read_dir(from).expect("a folder") {
            let entry = entry.expect("an entry").path();
            if entry.is_file() {
                let name = entry.file_name().expect("a name");
                fs::copy(&entry, place.path(folder).join(name)).expect("copied");
            }
        }
    }
    place
}

fn bytes_of_every_format() {
    let place = queries();
    for format in [
        "arrow", "arrows", "parquet", "csv", "csv2", "tsv", "json", "ndjson", "markdown", "latex",
        "table", "xlsx",
    ] {
        // Of a join, whose NULLs may hide something, and of text and numbers.
        let all = ["queries"];
        let some = ["01_published_total", "06_framework_index", "09_index_in_one_statement"]
            .map(|name| format!("queries/{name}.sql"));
        let (files, number): (Vec<&str>, _) = match format {
            "arrow" => (all.to_vec(), 15),
            _ => (some.iter().map(String::as_str).collect(), 3),
        };
        let mut made: Vec<BTreeMap<String, Vec<u8>>> = Vec::new();
        for (out, threads) in [("a", "1"), ("b", "4")] {
            let out = format!("{format}-{out}");
            let how = ["--out", &out, "-q", "-f", format, "--threads", threads];
            place.run(&[&["run"], &files[..], &how].concat()).done();
            let files = fs::read_dir(place.path(&out)).expect("a folder");
            let files = files.map(|file| file.expect("an entry").path());
            let files = files.filter(|file| !file.ends_with("manifest.json"));
            let named = files.map(|file| {
                let name = file.file_name().expect("a name").to_string_lossy().into_owned();
                (name, fs::read(&file).expect("bytes"))
            });
            made.push(named.collect());
        }
        assert_eq!(made[0].len(), number, "{format}");
        for (name, bytes) in &made[0] {
            assert!(made[1][name] == *bytes, "{format}: {name} must be the same bytes twice");
        }
    }
}

// ---------------------------------------------------------------------------------------- manifest

fn manifest(place: &Place, path: &str) -> Value {
    serde_json::from_str(&place.read(path)).expect("JSON")
}

/// The manifest without the seconds.
fn timeless(place: &Place, path: &str) -> Value {
    let mut manifest = manifest(place, path);
    for file in manifest["files"].as_array_mut().expect("files") {
        file.as_object_mut().expect("a record").remove("seconds").expect("seconds");
    }
    manifest
}

/// Three files: one makes a table of x.csv, one reads it, one reads y.csv alone.
fn three() -> Place {
    let place = place();
    place.write("x.csv", "a,b\n1,2\n").write("y.csv", "a,b\n3,4\n");
    place.write("q/1_base.sql", "CREATE TABLE m AS SELECT a, b FROM 'x.csv';");
    place.write("q/2_of_m.sql", "-- expect: rows > 0\nSELECT a + $n AS c FROM m;");
    place.write("q/3_of_y.sql", "SELECT a FROM 'y.csv';");
    place
}

fn manifest_of_a_run() {
    let place = three();
    place.run(&["run", "q", "--out", "out", "-p", "n=1", "-q"]).done();
    let found = timeless(&place, "out/manifest.json");
    assert_eq!(found["schema_version"], 1);
    assert_eq!(found["goalposts"], env!("CARGO_PKG_VERSION"));
    let record = &found["files"][1];
    let input = json!([{"path": "x.csv", "size": 8, "hash": HASH}]);
    for (name, want) in [
        ("file", json!("q/2_of_m.sql")),
        ("status", json!("passed")),
        ("parameters", json!({"n": "1"})),
        ("inputs", input.clone()),
        ("rows", json!(1)),
        ("columns", json!([{"name": "c", "type": "BIGINT"}])),
        ("expectations", json!([{"condition": "rows > 0", "held": true}])),
    ] {
        assert_eq!(record[name], want, "{name}");
    }
    assert_eq!(record["depends_on"][0]["file"], "q/1_base.sql");
    assert_eq!(record["outputs"][0]["path"], "out/2_of_m.arrow");
    let size = fs::metadata(place.path("out/2_of_m.arrow")).expect("the result").len();
    assert_eq!(record["outputs"][0]["size"], size);
    assert_eq!((&found["files"][0]["inputs"], &found["files"][0]["outputs"]), (&input, &json!([])));
    place.run(&["run", "q", "--out", "out", "-p", "n=1", "-q", "--jobs", "3"]).done();
    assert_eq!(timeless(&place, "out/manifest.json"), found, "only seconds differ");
}

fn manifest_of_a_failed_run() {
    let place = three();
    place.write("q/2_of_m.sql", "-- expect: rows > 5\nSELECT a FROM m;\n-- expect: rows = 1\n");
    let run = place.run(&["run", "q", "--out", "out", "-q"]);
    assert_eq!(run.code, Some(1));
    let found = manifest(&place, "out/manifest.json");
    let status = |i: usize| found["files"][i]["status"].as_str().expect("a status");
    assert_eq!([status(0), status(1), status(2)], ["passed", "failed", "skipped"]);
    contains(found["files"][1]["error"].as_str().expect("an error"), &["expectation must hold"]);
    assert_eq!(
        found["files"][1]["expectations"][0],
        json!({"condition": "rows > 5", "held": false})
    );
    assert_eq!(found["files"][1]["outputs"], json!([]));
    // What has passed need not run again; what has not must.
    place.write("q/2_of_m.sql", "SELECT a FROM m;");
    let run = place.run(&["run", "q", "--out", "out", "--incremental"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    contains(&run.err, &["q/1_base.sql: unchanged", "2 passed, 1 unchanged"]);
}

fn manifest_of_a_workbook() {
    let place = three();
    place.run(&["run", "q", "--out", "book.xlsx", "-p", "n=1", "-q"]).done();
    let found = manifest(&place, "book.manifest.json");
    let output = &found["files"][1]["outputs"][0];
    assert_eq!((&output["path"], &output["sheet"]), (&json!("book.xlsx"), &json!("2_of_m")));
    let run = ["run", "q", "--out", "book.xlsx", "-p", "n=1", "--incremental"];
    contains(&place.run(&run).fails(2), &["--incremental must have a folder in --out"]);
    contains(&place.run(&["run", "q", "--incremental"]).err, &["--out"]);
}

// ------------------------------------------------------------------------------------- incremental

/// The files of q that an incremental run does not spare.
fn ran(place: &Place, arguments: &[&str]) -> Vec<String> {
    let run = [&["run", "q", "--out", "out", "--incremental", "--log", "json"], arguments].concat();
    let run = place.run(&run);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let events = run.err.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let files = events.filter(|event| event["event"] == "file" && event["status"] != "unchanged");
    let name = |event: Value| event["file"].as_str().expect("a file").replace("q/", "");
    files.map(name).collect()
}

fn incremental_queries() {
    let place = queries();
    let run = ["run", "queries", "--out", "out", "--incremental"];
    let first = place.run(&run);
    assert_eq!(first.code, Some(0), "{}", first.err);
    let before = place.read("out/manifest.json");
    let second = place.run(&run);
    contains(&second.err, &["queries/03_growth.sql: unchanged\n", "0 passed, 15 unchanged"]);
    assert_eq!(place.read("out/manifest.json"), before);
    // A row more of what some of them read: exactly those that read it run.
    let manifest = manifest(&place, "out/manifest.json");
    let readers: Vec<_> = manifest["files"].as_array().expect("files").iter().collect();
    let reads = |file: &&&Value| {
        let mut inputs = file["inputs"].as_array().expect("inputs").iter();
        inputs.any(|input| input["path"] == "data/hdi/indicators.parquet")
    };
    let readers = readers.iter().filter(reads).count();
    assert!(readers > 0 && readers < 12, "{readers}");
    place
        .run(&[
            "export",
            "SELECT * FROM hdi.indicators UNION ALL (SELECT * FROM hdi.indicators \
        LIMIT 0)",
            "-o",
            "more.parquet",
            "-q",
        ])
        .done();
    fs::rename(place.path("more.parquet"), place.path("data/hdi/indicators.parquet"))
        .expect("renamed");
    let third = place.run(&run);
    contains(&third.err, &[&format!("{readers} passed, {} unchanged", 15 - readers)]);
}

fn incremental_dependents() {
    let place = three();
    let given = ["-p", "n=1"];
    let all = ["1_base.sql", "2_of_m.sql", "3_of_y.sql"];
    assert_eq!(ran(&place, &given), all);
    assert_eq!(ran(&place, &given), [""; 0]);
    place.write("y.csv", "a,b\n9,9\n");
    assert_eq!(ran(&place, &given), all[2..]);
    place.write("x.csv", "a,b\n1,3\n");
    assert_eq!(ran(&place, &given), all[..2]);
    // A parameter of one file; what it needs of another is there all the same.
    assert_eq!(ran(&place, &["-p", "n=2"]), all[1..2]);
    assert_eq!(place.csv("SELECT c FROM 'out/2_of_m.arrow'"), "c\n3\n");
    // The text of the one that makes the table.
    place.write("q/1_base.sql", "CREATE TABLE m AS SELECT a + 10 AS a FROM 'x.csv';");
    assert_eq!(ran(&place, &["-p", "n=2"]), all[..2]);
    assert_eq!(place.csv("SELECT c FROM 'out/2_of_m.arrow'"), "c\n13\n");
    // Run alone it is still told from before.
    place.write("q/1_base.sql", "CREATE TABLE m AS SELECT a + 20 AS a FROM 'x.csv';");
    place.run(&["run", "q/1_base.sql", "--out", "out", "-q"]).done();
    assert_eq!(ran(&place, &["-p", "n=2"]), all[1..2]);
    assert_eq!(place.csv("SELECT c FROM 'out/2_of_m.arrow'"), "c\n23\n");
    assert_eq!(ran(&place, &["-p", "n=2", "--jobs", "4"]), [""; 0]);
    // Without the file that makes its table it is not spared, whatever it was before.
    let base = ["run", "--out", "out", "--incremental", "-p", "n=2", "q/2_of_m.sql"];
    contains(&place.run(&base).err, &["q/2_of_m.sql:2: table 'm' not found"]);
    let other_order = [&base[..], &["q/1_base.sql"]].concat();
    contains(&place.run(&other_order).err, &["table 'm' not found", "1 skipped (1_base.sql)"]);
    assert_eq!(ran(&place, &["-p", "n=2"]), all[..2]);
    // One that changes settings is for all after it.
    place.write("q/0_set.sql", "SET datafusion.sql_parser.default_null_ordering = 'nulls_last';");
    assert_eq!(ran(&place, &["-p", "n=2"]).len(), 4);
    assert_eq!(ran(&place, &["-p", "n=2"]), [""; 0]);
}

fn incremental_what_counts() {
    let place = place();
    place.write("many/1.csv", "a\n1\n").write("shared.sql", "CREATE VIEW s AS SELECT 1 AS a;");
    place.write("q/1.sql", "SELECT sum(a) AS a FROM 'many/*.csv';");
    place.write("q/2.sql", "\\i shared.sql\nSELECT a FROM s;");
    place.write("q/3.sql", "SELECT a FROM 'out/1.arrow';");
    assert_eq!(ran(&place, &[]).len(), 3);
    assert_eq!(ran(&place, &[]), [""; 0]);
    // A file more that the pattern finds, and what reads the result of another.
    place.write("many/2.csv", "a\n5\n");
    assert_eq!(ran(&place, &[]), ["1.sql", "3.sql"]);
    assert_eq!(place.csv("SELECT a FROM 'out/3.arrow'"), "a\n6\n");
    // What is included.
    place.write("shared.sql", "CREATE VIEW s AS SELECT 2 AS a;");
    assert_eq!(ran(&place, &[]), ["2.sql"]);
    // The result itself, and its format.
    fs::remove_file(place.path("out/2.arrow")).expect("removed");
    assert_eq!(ran(&place, &[]), ["2.sql"]);
    place.write("out/2.arrow", "another");
    assert_eq!(ran(&place, &[]), ["2.sql"]);
    assert_eq!(ran(&place, &["-f", "csv"]).len(), 3);
    assert_eq!(ran(&place, &["-f", "csv"]), [""; 0]);
    // What is another each time.
    place.write("q/4.sql", "SELECT now() AS t;");
    assert_eq!(ran(&place, &["-f", "csv"]), ["4.sql"]);
    assert_eq!(ran(&place, &["-f", "csv"]), ["4.sql"]);
    let found = manifest(&place, "out/manifest.json");
    assert_eq!(found["files"][3]["always"], "now()");
}

/// A view shows what its tables hold now: a file that only names the view needs what changes them.
fn incremental_through_views() {
    let place = place();
    place.write("q/1.sql", "CREATE TABLE t AS SELECT 1 AS x;");
    place.write("q/2.sql", "CREATE VIEW v AS SELECT * FROM t;");
    place.write("q/3.sql", "INSERT INTO t VALUES (2);");
    place.write("q/4.sql", "SELECT sum(x) AS s FROM v;");
    assert_eq!(ran(&place, &[]).len(), 4);
    place.write("q/3.sql", "INSERT INTO t VALUES (5);");
    assert_eq!(ran(&place, &[]), ["3.sql", "4.sql"]);
    assert_eq!(place.csv("SELECT s FROM 'out/4.arrow'"), "s\n6\n");
    // It has all of them when it runs alone.
    place.write("q/4.sql", "SELECT sum(x) + 10 AS s FROM v;");
    assert_eq!(ran(&place, &[]), ["4.sql"]);
    assert_eq!(place.csv("SELECT s FROM 'out/4.arrow'"), "s\n16\n");
}

/// What is run again for its tables runs before a file that changes what it reads.
fn incremental_in_their_order() {
    let place = place();
    place.write("q/1.sql", "CREATE TABLE t AS SELECT 1 AS x;");
    place.write("q/2.sql", "CREATE TABLE u AS SELECT * FROM t;");
    place.write("q/3.sql", "INSERT INTO t VALUES (7);");
    place.write("q/4.sql", "SELECT count(*) AS n FROM u;");
    assert_eq!(ran(&place, &[]).len(), 4);
    place.write("q/3.sql", "INSERT INTO t VALUES (6);");
    assert_eq!(ran(&place, &[]), ["3.sql"]);
    place.write("q/3.sql", "INSERT INTO t VALUES (8);");
    place.write("q/4.sql", "SELECT count(*) AS n, max(x) AS x FROM u;");
    assert_eq!(ran(&place, &[]), ["3.sql", "4.sql"]);
    assert_eq!(place.csv("FROM 'out/4.arrow'"), "n,x\n1,1\n");
}

/// A file with COPY is spared while what it copies from and to is as it was.
fn incremental_copies() {
    let place = place();
    place.write("x.csv", "a\n1\n");
    place.write("q/1.sql", "CREATE TABLE t AS FROM 'x.csv';\nCOPY t TO 'c.csv';\nCOPY t TO 'p/';");
    place.write("q/2.sql", "SELECT a FROM 'c.csv';");
    place.write("q/3.sql", "SELECT a + 1 AS a FROM t;");
    place.write("q/4.sql", "SELECT 1 AS a;");
    assert_eq!(ran(&place, &[]).len(), 4);
    assert_eq!(ran(&place, &[]), [""; 0]);
    let outputs = &manifest(&place, "out/manifest.json")["files"][0]["outputs"];
    assert_eq!((&outputs[0]["path"], &outputs[1]["path"]), (&json!("c.csv"), &json!("p")));
    // Its table is made anew for another; nothing is copied, and the folder may stay.
    place.write("q/3.sql", "SELECT a + 2 AS a FROM t;");
    assert_eq!(ran(&place, &[]), ["3.sql"]);
    fs::remove_file(place.path("c.csv")).expect("removed");
    fs::remove_dir_all(place.path("p")).expect("removed");
    assert_eq!(ran(&place, &[]), ["1.sql", "3.sql"]);
    assert_eq!(place.read("c.csv"), "a\n1\n");
    fs::remove_dir_all(place.path("p")).expect("removed");
    place.write("x.csv", "a\n5\n");
    assert_eq!(ran(&place, &["--jobs", "4"]), ["1.sql", "2.sql", "3.sql"]);
    assert_eq!(place.csv("SELECT a FROM 'out/2.arrow'"), "a\n5\n");
}

/// Files that read the results of others wait for them, and what is told comes in the order of files.
fn incremental_results_of_others() {
    let place = place();
    fs::create_dir(place.path("data")).expect("a folder");
    place.write("q/1.sql", "SELECT 1 AS x;").write("q/2.sql", "SELECT 2 AS x;");
    place.write("q/4.sql", "SELECT s AS x FROM 'out/3.arrow';");
    let run = |more: &[&str]| {
        let all = [&["run", "q", "--out", "out", "--jobs", "4"], more].concat();
        let run = place.run(&all);
        assert_eq!(run.code, Some(0), "{}", run.err);
        let files = run.err.lines().map(|line| line.split([':', ' ']).next().unwrap_or_default());
        files.map(str::to_owned).collect::<Vec<_>>()
    };
    let files = ["q/1.sql", "q/2.sql", "q/3.sql", "q/4.sql", "4"];
    place.write("q/3.sql", "SELECT sum(x) AS s FROM 'out/1.arrow';");
    assert_eq!(run(&[]), files);
    place.write("q/1.sql", "SELECT 3 AS x;").write("q/2.sql", "SELECT 4 AS x;");
    assert_eq!(run(&["--incremental"]), files);
    assert_eq!(place.csv("SELECT x FROM 'out/4.arrow'"), "x\n3\n");
    place.write("q/2.sql", "SELECT 5 AS x;");
    assert_eq!(run(&["--incremental"]), files);
    // Tables of the data folder may be results as well.
    place.write("q/3.sql", "SELECT sum(x) AS s FROM res.\"1\";");
    place.run(&["run", "q/1.sql", "--out", "data/res", "-f", "parquet", "-q"]).done();
    place.write("q/1.sql", "SELECT 6 AS x;");
    place
        .run(&["run", "q/1.sql", "q/3.sql", "--out", "data/res", "-f", "parquet", "-j", "2", "-q"])
        .done();
    assert_eq!(place.csv("SELECT s FROM 'data/res/3.parquet'"), "s\n6\n");
}
