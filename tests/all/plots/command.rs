//! `goalposts plot`: files, standard output, sizes, headers, and what it refuses.

use std::fs;

use libtest_mimic::Trial;
use resvg::usvg::roxmltree::Document;

use crate::cli::{contains, place};
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("plots::command::files", files),
        trial("plots::command::sizes", sizes),
        trial("plots::command::headers", headers),
        trial("plots::command::provenance", provenance),
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
