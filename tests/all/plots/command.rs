//! `goalposts plot`: files, standard output, sizes, headers, and what it refuses.

use std::collections::BTreeMap;
use std::fs;

use libtest_mimic::Trial;
use resvg::usvg::roxmltree::Document;

use crate::cli::{contains, place};
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("plots::command::files", files),
        trial("plots::command::sizes", sizes),
        trial("plots::command::controls", controls),
        trial("plots::command::headers", headers),
        trial("plots::command::provenance", provenance),
        trial("plots::command::provenance_of_pictures", provenance_of_pictures),
        trial("plots::command::dry_run", dry_run),
        trial("plots::command::refusals", refusals),
        #[cfg(unix)]
        trial("plots::command::closed_pipe", closed_pipe),
    ]
}

const QUERY: &str = "SELECT * FROM (VALUES ('京', 3.0), ('B', 1.5)) AS t (unit, value)";

fn files() {
    let place = place();
    let run = place.run(&["plot", QUERY, "-o", "a.svg"]);
    contains(&run.err, &["bars -> a.svg ("]);
    assert_eq!(run.done(), "");
    let svg = place.read("a.svg");
    Document::parse(&svg).expect("well-formed");
    contains(&svg, &["<svg", "role=\"img\"", "<title>", "<desc>", "京"]);
    assert_eq!(place.run(&["plot", QUERY, "-o", "-"]).done(), svg);
    place.run(&["plot", QUERY, "-o", "dark.svg", "--dark", "-q"]).done();
    assert!(!place.read("dark.svg").contains("#ffffff") && svg.contains("#ffffff"));
    place.run(&["plot", QUERY, "-o", "a.PNG"]).done();
    let png = fs::read(place.path("a.PNG")).expect("a picture");
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!(place.files(), ["a.PNG", "a.svg", "dark.svg"]);
}

fn sizes() {
    let place = place();
    for (query, kind) in [
        (QUERY, "bars"),
        ("SELECT i AS period, i AS value FROM unnest(range(0, 5)) AS t (i)", "lines"),
    ] {
        place
            .run(&[
                "plot", query, "-o", "a.svg", "--size", "900x500", "--title", "A title",
                "--source", "B",
            ])
            .done();
        let svg = place.read("a.svg");
        let document = Document::parse(&svg).expect("well-formed");
        let side = |name| {
            document.root_element().attribute(name).and_then(|side| side.parse::<f64>().ok())
        };
        assert_eq!(side("width"), Some(900.0), "{kind}");
        // Bars are no thicker than can be read: the picture may be lower, but not higher.
        let high = side("height").expect("a height");
        assert!(
            if kind == "bars" { high <= 500.5 } else { (high - 500.0).abs() < 0.5 },
            "{kind}: {high}"
        );
    }
    for size in ["900", "900x", "10x10", "axb", "900x500000"] {
        let run = place.run(&["plot", QUERY, "-o", "a.svg", "--size", size]);
        assert_eq!(run.code, Some(2), "{size}");
        contains(&run.err, &["must be WIDTHxHEIGHT such as 900x500, each 200 to 4000"]);
    }
}

fn headers() {
    let place = place();
    place.write(
        "q.sql",
        "-- How rich?\n-- plot: bars, label = place,\n--       value = wealth\n\
         -- plot: dots, label = place, value = wealth, low = wealth, high = wealth, title = 'Again'\n\
         -- source: Bureau\n-- unit: yuan\nSELECT 'A' AS place, 2.0 AS wealth;",
    );
    let run = place.run(&["plot", "--file", "q.sql", "-o", "a.svg"]);
    contains(&run.err, &["bars -> a-1.svg", "dots -> a-2.svg"]);
    run.done();
    let text = |name: &str, texts: &[&str]| {
        let svg = place.read(name);
        let document = Document::parse(&svg).expect("well-formed");
        let said: Vec<&str> = document.descendants().filter_map(|node| node.text()).collect();
        texts.iter().for_each(|text| assert!(said.contains(text), "{text} in {said:?}"));
    };
    text("a-1.svg", &["How rich?", "Source: Bureau", "yuan"]);
    text("a-2.svg", &["Again", "Source: Bureau", "yuan"]);
    place
        .run(&["plot", "--file", "q.sql", "-o", "b.svg", "--picture", "2", "--unit", "dollars"])
        .done();
    text("b.svg", &["Again", "dollars"]);
    place
        .run(&[
            "plot",
            "--file",
            "q.sql",
            "-o",
            "c.svg",
            "--plot",
            "bars, label = place, value = wealth",
            "--title",
            "Other",
        ])
        .done();
    text("c.svg", &["Other", "yuan"]);
    let both = place.run(&["plot", "--file", "q.sql"]).done();
    contains(&both, &["How rich?", "Again"]);
    let message = place.run(&["plot", "--file", "q.sql", "-o", "-"]).fails_silently(2);
    assert_eq!(
        message,
        "plot: one picture must go to standard output, found 2 in q.sql (choose one with --picture)"
    );
    let message = place.run(&["plot", "--file", "q.sql", "--picture", "3"]).fails_silently(2);
    assert_eq!(message, "plot: --picture must be one of 2 pictures in q.sql, got 3");
}

fn provenance() {
    let place = place();
    place.write("t.csv", "unit,value\nA,3\nB & <C>,4\n");
    place.run(&["plot", "SELECT unit, value FROM 't.csv' WHERE value > 0", "-o", "a.svg"]).done();
    let svg = place.read("a.svg");
    let document = Document::parse(&svg).expect("well-formed");
    let metadata =
        document.descendants().find(|node| node.has_tag_name("metadata")).expect("metadata");
    let fact = |name: &str| {
        let is = |node: &resvg::usvg::roxmltree::Node| {
            node.attribute("name").is_some_and(|known| known.ends_with(name))
        };
        metadata.children().find(is).and_then(|node| node.text()).unwrap_or_default().to_owned()
    };
    assert_eq!(fact("query"), "SELECT unit, value FROM 't.csv' WHERE value > 0");
    assert_eq!(fact("version"), env!("CARGO_PKG_VERSION"));
    contains(&fact("inputs"), &["t.csv", "sha256"]);
}

/// The texts of a PNG, chunk by chunk: keyword, then four fields that end in 0, then the text.
fn png_texts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    let mut rest = &bytes[8..];
    while rest.len() >= 12 {
        let length = u32::from_be_bytes(rest[..4].try_into().expect("a length")) as usize;
        let data = &rest[8..8 + length];
        if &rest[4..8] == b"iTXt" {
            let (keyword, behind) =
                data.split_at(data.iter().position(|b| *b == 0).expect("a keyword"));
            assert_eq!(behind[..5], [0, 0, 0, 0, 0], "not packed, in no language");
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
            texts.insert(text(keyword), text(&behind[5..]));
        }
        rest = &rest[12 + length..];
    }
    texts
}

/// A PNG carries what an SVG does, and `info` reads it of both.
fn provenance_of_pictures() {
    let place = place();
    place.write("t.csv", "unit,value\nA,3\n京,4\n");
    place.write(
        "q.sql",
        "-- 两个地区 \"A\" & <B>\n--\n-- param least: BIGINT = 0\n-- plot: bars, label = unit, value = value\n\
         SELECT unit, value FROM 't.csv' WHERE value > $least",
    );
    for file in ["a.svg", "a.png"] {
        place.run(&["plot", "--file", "q.sql", "-o", file]).done();
        let told = place.run(&["info", file]).done();
        contains(
            &told,
            &[
                &format!("{file}: {}, ", &file[2..]),
                " pixels\n",
                "from       q.sql\n",
                &format!("goalposts  {}\n", env!("CARGO_PKG_VERSION")),
                "parameter  least = 0\n",
                "input      unchanged  t.csv  21 bytes  sha256:",
                "SELECT unit, value FROM 't.csv' WHERE value > $least",
            ],
        );
        assert!(!told.contains("row"), "{told}");
        let json = place.run(&["info", file, "-f", "json"]).done();
        let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(json["provenance"]["inputs"][0]["state"], "unchanged");
        assert!(json["width"].as_f64().is_some_and(|wide| wide >= 760.0), "{json}");
        assert!(json.get("rows").is_none() && json.get("columns").is_none(), "{json}");
    }
    let bytes = fs::read(place.path("a.png")).expect("a picture");
    let texts = png_texts(&bytes);
    assert_eq!(texts["Title"], "两个地区 \"A\" & <B>");
    assert_eq!(texts["goalposts.version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(texts["goalposts.parameters"], "{\"least\":\"0\"}");
    contains(&texts["goalposts.inputs"], &["t.csv", "sha256"]);
    contains(&texts["goalposts.query"], &["SELECT unit, value"]);
    // The same query gives the same bytes.
    place.run(&["plot", "--file", "q.sql", "-o", "b.png"]).done();
    assert!(fs::read(place.path("b.png")).expect("a picture") == bytes);
    place.write("t.csv", "unit,value\nA,3\n京,5\n");
    for file in ["a.svg", "a.png"] {
        let run = place.run(&["info", file]);
        assert_eq!(run.code, Some(1), "{}", run.err);
        contains(&run.err, &["inputs must be as they were, found changed t.csv"]);
    }
    // Pictures of others, and what is none.
    place.write("other.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10mm\"/>");
    assert_eq!(
        place.run(&["info", "other.svg"]).done(),
        "other.svg: svg, 54 bytes\n\nIt does not say where it comes from.\n"
    );
    place.write("bad.svg", "<svg").write("bad.png", b"\x89PNG\r\n\x1a\nno more");
    contains(
        &place.run(&["info", "bad.svg"]).fails_silently(1),
        &["bad.svg: must be well-formed XML"],
    );
    contains(&place.run(&["info", "bad.png"]).fails_silently(1), &["bad.png: must be a PNG"]);
}

/// A dry run finds pictures whose columns the query does not have, at the line of the picture.
fn dry_run() {
    let place = place();
    let at_last = "SELECT 'A' AS unit, 1.0 AS value, 'x' AS name;";
    let cases = [
        ("bars, label = unit, value = valeu", "column valeu not found; did you mean 'value'?"),
        ("bars, label = unit, value = name", "value must be numbers, found VARCHAR in name"),
        ("lines, y = value", "lines needs periods for x"),
        ("waterfall, label = unit, to = total", "column total not found"),
    ];
    for statement in ["CREATE VIEW x AS SELECT 1 AS a", "SHOW ALL"] {
        place.write("q.sql", format!("-- A title\n--\n-- plot: bars\n{statement};"));
        for arguments in [&["run", "q.sql", "--dry-run"][..], &["report", "q.sql", "-o", "-"]] {
            let run = place.run(arguments);
            assert_eq!(run.code, Some(1), "{statement}: {}", run.err);
            contains(&run.err, &["q.sql:3: plot: there must be a query to draw, found none"]);
        }
    }
    for (plot, said) in cases {
        place.write(
            "q.sql",
            format!("-- A title\n--\n-- plot: {plot}\nSELECT 1 AS first;\n{at_last}"),
        );
        let run = place.run(&["run", "q.sql", "--dry-run"]);
        assert_eq!(run.code, Some(1), "{plot}: {}", run.err);
        contains(&run.err, &["q.sql:3: plot: ", said]);
    }
    for plot in ["bars", "bars, label = unit, value = value", "", "order = rows"] {
        place.write("q.sql", format!("-- A title\n--\n-- plot: {plot}\n{at_last}"));
        let run = place.run(&["run", "q.sql", "--dry-run"]);
        assert_eq!(run.code, Some(0), "{plot}: {}", run.err);
    }
    // What is drawn of a table function's result depends on its rows.
    let known = "SELECT 'A' AS unit, 2020 AS period, 'total' AS code, CAST(NULL AS VARCHAR) AS parent, 1.0 AS score, 1.0 AS coverage, 1 AS rank";
    place.write("q.sql", format!("-- A title\n--\n-- plot: lines\n{known}"));
    assert_eq!(place.run(&["run", "q.sql", "--dry-run"]).code, Some(0));
}

fn refusals() {
    let place = place();
    for (arguments, code, message) in [
        (&["plot", QUERY, "-o", "a.pdf"][..], 2, "a.pdf: must end in .svg or .png, found .pdf"),
        (&["plot", QUERY, "-o", "a"], 2, "a: must end in .svg or .png, found no ending"),
        (&["plot", QUERY, "--plot", "pie"], 2, "plot: kind must be one of "),
        (&["plot", QUERY, "--plot", "bars, valeu = value"], 2, "did you mean 'value'?"),
        (
            &["plot", QUERY, "--plot", "bars, order = up"],
            2,
            "plot: order must be one of total, rows, got 'up'",
        ),
        (&["plot", QUERY, "-o", "no/such/folder/a.svg"], 2, "no/such/folder"),
        (
            &["plot", "SELECT 1 AS a WHERE false"],
            1,
            "plot:1: there must be rows to draw, found none",
        ),
        (&["plot", "CREATE VIEW v AS SELECT 1"], 1, "the last statement must be a query"),
        (&["plot", "SELECT nope"], 1, "column nope not found"),
    ] {
        let found = place.run(arguments).fails_silently(code);
        assert!(found.contains(message), "{arguments:?}: {found}");
    }
    // A picture that cannot be drawn leaves the old file as it was.
    place.write("old.svg", "old");
    place.run(&["plot", "SELECT 1 AS a WHERE false", "-o", "old.svg"]).fails_silently(1);
    assert_eq!(place.read("old.svg"), "old");
    assert_eq!(place.files(), ["old.svg"]);
}

#[cfg(unix)]
fn closed_pipe() {
    use std::process::Stdio;
    let place = place();
    for arguments in [&["plot", QUERY, "-o", "-"][..], &["plot", QUERY]] {
        let mut command = place.command(arguments);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a run");
        drop(child.stdout.take());
        let run = crate::cli::Run::of(child.wait_with_output().expect("an end"));
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    }
}

/// Signs that XML cannot have are replaced: in every text of the picture, also where pixels are made of it.
fn controls() {
    let place = place();
    let query = "SELECT chr(1)||'a' AS unit, 3 AS value UNION ALL SELECT 'b'||chr(65535), 2";
    for file in ["a.svg", "a.png"] {
        let title = ["--title", "t\u{2}", "--unit", "u\u{1f}", "-o", file];
        place.run(&[&["plot", query, "--plot", "bars"][..], &title].concat()).done();
    }
    let text = fs::read_to_string(place.path("a.svg")).expect("a picture");
    let document = Document::parse(&text).expect("XML");
    let texts: Vec<&str> = document.descendants().filter_map(|node| node.text()).collect();
    for wanted in ["\u{fffd}a", "b\u{fffd}", "t\u{fffd}", "u\u{fffd}"] {
        assert!(texts.contains(&wanted), "{wanted}: {texts:?}");
    }
    assert!(fs::read(place.path("a.png")).expect("a picture").starts_with(b"\x89PNG"));
}
