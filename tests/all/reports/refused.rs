//! What keeps a report from being written; the one before it stays.

use libtest_mimic::Trial;

use crate::cli::{contains, place};
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("reports::refused", refused),
        trial("reports::opening", opening),
        trial("reports::options", options),
        trial("reports::own_sources", own_sources),
        trial("reports::names_alike", names_alike),
        trial("reports::nothing_is_left", nothing_is_left),
    ]
}

fn refused() {
    let place = place();
    place.write("r.html", "old").write("ok.sql", "SELECT 1 AS a;");
    for (sql, message) in [
        (
            "-- expect: rows = 2\nSELECT 1 AS a;",
            "bad.sql:1: expectation must hold, found rows = 1: rows = 2",
        ),
        ("SELECT nope;", "bad.sql:1: column nope not found"),
        (
            "-- param y: BIGINT\nSELECT $y AS y;",
            "bad.sql:1: $y must have a value, found none (give --param y=VALUE)",
        ),
        (
            "-- plot: lines, x = p, y = v\nSELECT 1 AS v;",
            "bad.sql:1: plot: column p not found (columns: v)",
        ),
        (
            "-- plot: lines\nSELECT 2020 AS period, 1.0 AS value WHERE false;",
            "bad.sql:1: plot: there must be rows to draw, found none",
        ),
    ] {
        place.write("bad.sql", sql);
        let found = place.run(&["report", "ok.sql", "bad.sql", "-o", "r.html"]).fails(1);
        assert_eq!(found.lines().next(), Some(message));
        assert_eq!(place.read("r.html"), "old");
    }
    assert_eq!(place.files(), ["bad.sql", "ok.sql", "r.html"]);
    let run = place.run(&["report", "ok.sql", "-o", "r.pdf"]);
    assert_eq!(run.fails(2), "r.pdf: must end in .html, .md or .json, found .pdf");
    let run = place.run(&["report", "ok.sql", "-o", "no/r.html"]);
    contains(&run.fails(2), &["no/r.html"]);
    let run = place.run(&["report", "none.sql", "-o", "r.html"]);
    contains(&run.fails(2), &["none.sql"]);
    let run = place.run(&["report", "ok.sql", "-o", "r.html", "-p", "x=1"]);
    contains(&run.fails(2), &["--param x must be a parameter of the file"]);
    let run = place.run(&["report", "ok.sql"]);
    assert_eq!(run.code, Some(2));
}

fn opening() {
    let place = place();
    place.write("q/1.sql", "-- One\nSELECT 1 AS a;");
    place.write(
        "q/report.md",
        "# The title\n\n*Below it*\n\nFirst line,\nsecond.\n\n## Within\n- a\n- b\n  goes on\n",
    );
    place.run(&["report", "q", "-o", "r.md", "-q"]).done();
    let text = place.read("r.md");
    let start = "# The title\n\n*Below it*\n\nFirst line, second.\n\n## Within\n\n- a\n- b goes on\n\n## Contents\n";
    assert!(text.starts_with(start), "{text}");
    for (line, found) in [
        ("| a |", "a table"),
        ("```sql", "a block of code"),
        ("    code", "a block of code"),
        ("### x", "a title of the third level"),
        ("# Another", "a second title"),
        ("1. first", "a numbered list"),
        ("---", "a rule"),
        ("> x", "a quotation"),
        ("<b>x</b>", "HTML"),
        ("![x](y.png)", "a picture"),
        ("See [it](x.html).", "a link"),
        ("It is **bold**.", "bold text"),
    ] {
        place.write("o.md", &format!("# T\n\n{line}\n"));
        let run = place.run(&["report", "q", "-o", "r.md", "--opening", "o.md"]);
        let said = "an opening must have paragraphs, titles (# and ##) and lists (-), found";
        assert_eq!(run.fails(1), format!("o.md:3: {said} {found}"));
    }
    place.write("o.md", "# T\n\nIn 2024 `x ** 2` was 154.1 [see below].\n");
    place.run(&["report", "q", "-o", "r.md", "--opening", "o.md", "-q"]).done();
    contains(&place.read("r.md"), &["In 2024 `x ** 2` was 154.1 \\[see below\\]."]);
    let run = place.run(&["report", "q", "-o", "r.md", "--opening", "none.md"]);
    contains(&run.fails(2), &["none.md"]);
}

/// Values of parameters, files that are included, and what stands at the end of them.
fn options() {
    let place = place();
    place.write(
        "shared.sql",
        "-- param y: BIGINT = 2024 -- the year\nCREATE VIEW v AS SELECT $y AS period;",
    );
    place.write(
        "q.sql",
        "-- The year\n\\i shared.sql\nSELECT period, DATE '2025-12-25' AS day FROM v;",
    );
    let arguments = ["report", "q.sql", "-o", "r.md", "-q", "-p", "y=2022", "--title", "T"];
    place.run(&arguments).done();
    let text = place.read("r.md");
    contains(
        &text,
        &[
            "# T\n",
            "## 1. The year\n",
            "| 2022 | 2025-12-25 |",
            "- Parameter `y`: `2022`, the year\n",
            "- Parameter `y`: `2022`\n",
            "- Periods: 2022\n",
            "- Newest date in the tables: 2025-12-25\n",
            "- Query `q.sql`: SHA-256 `",
            "- Query `shared.sql`: SHA-256 `",
            "```sql\n-- q.sql\n\\i shared.sql\nSELECT period",
        ],
    );
    assert_eq!(place.files(), ["q.sql", "r.md", "shared.sql"]);
}

/// A report neither takes the place of what it is made of nor becomes the opening of the next one.
fn own_sources() {
    let place = place();
    place
        .write("q/1.sql", "SELECT 1 AS a;")
        .write("o.md", "# Mine\n")
        .write("q.html", "SELECT 1 AS a;");
    let said = |output: &str| {
        format!(
            "{output}: must not be a file that the report is made of (its opening or a query file)"
        )
    };
    // There is no opening yet, and then there is one.
    assert_eq!(place.run(&["report", "q", "-o", "q/report.md"]).fails(2), said("q/report.md"));
    assert_eq!(
        place.run(&["report", "q/", "-o", "./q/../q/report.md"]).fails(2),
        said("./q/../q/report.md")
    );
    place.write("q/report.md", "# Mine\n");
    assert_eq!(place.run(&["report", "q", "-o", "q/report.md"]).fails(2), said("q/report.md"));
    let run = place.run(&["report", "q", "-o", "o.md", "--opening", "./o.md"]);
    assert_eq!(run.fails(2), said("o.md"));
    let run = place.run(&["report", "q", "q.html", "-o", "q.html"]);
    assert_eq!(run.fails(2), said("q.html"));
    assert_eq!([place.read("q/report.md"), place.read("o.md")], ["# Mine\n", "# Mine\n"]);
    place.run(&["report", "q", "-o", "report.md", "-q"]).done();
    assert!(place.read("report.md").starts_with("# Mine\n"));
}

/// JSON has room for one column of a name, a page for all of them.
fn names_alike() {
    let place = place();
    place.write(
        "q.sql",
        "-- Twins\nSELECT a.x, b.x FROM (VALUES (1)) AS a(x), (VALUES (2)) AS b(x);",
    );
    place.run(&["report", "q.sql", "-o", "r.html", "-q"]).done();
    place.run(&["report", "q.sql", "-o", "r.md", "-q"]).done();
    assert!(place.read("r.md").contains("| x | x |\n| ---: | ---: |\n| 1 | 2 |"));
    let error = place.run(&["report", "q.sql", "-o", "r.json"]).fails(1);
    contains(
        &error,
        &["table 'Twins'", "columns must have names of their own in a file, found two called 'x'"],
    );
    assert_eq!(place.files(), ["q.sql", "r.html", "r.md"]);
}

/// A text that cannot be written leaves no picture, and one that lacks its pictures is not written.
fn nothing_is_left() {
    let place = place();
    place.write(
        "q.sql",
        "-- plot: bars, label = l, value = v\nSELECT 'a' AS l, 1.0 AS v UNION ALL SELECT 'b', 2.0;",
    );
    place.write("folder.md/x", "").write("t_files", "").write("t.md", "old");
    let run = place.run(&["report", "q.sql", "-o", "folder.md"]);
    assert_eq!(run.fails(2), "folder.md: must be a file, found a folder");
    let run = place.run(&["report", "q.sql", "-o", "no/such/r.md"]);
    contains(&run.fails(2), &["no/such/r.md"]);
    let run = place.run(&["report", "q.sql", "-o", "t.md"]);
    contains(&run.fails(2), &["t_files"]);
    assert_eq!(place.read("t.md"), "old");
    assert_eq!(place.files(), ["folder.md/x", "q.sql", "t.md", "t_files"]);
    assert!(!place.path("no").exists());
}
