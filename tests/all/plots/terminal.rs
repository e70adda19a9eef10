//! Pictures in characters: as wide as the terminal, Chinese in its columns, without colours in a pipe.

use libtest_mimic::Trial;
use textwrap::core::display_width;

use super::picture::characters;
use crate::cli::{contains, place};
use crate::{trial, trial_async};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("plots::terminal::bars", bars),
        trial("plots::terminal::parts", parts),
        trial("plots::terminal::every_kind", every_kind),
        trial_async("plots::terminal::heatmap", heatmap),
        trial_async("plots::terminal::heatmap_of_many", heatmap_of_many),
        trial_async("plots::terminal::scatter", scatter),
        trial_async("plots::terminal::framework", framework),
        trial_async("plots::terminal::distribution", distribution),
        #[cfg(unix)]
        trial("plots::terminal::in_the_shell", at_a_terminal::in_the_shell),
        #[cfg(unix)]
        trial("plots::terminal::completion", at_a_terminal::completion),
    ]
}

fn drawn(query: &str, arguments: &[&str]) -> Vec<String> {
    let text = place().run(&[&["plot", query], arguments].concat()).done();
    assert!(!text.contains('\u{1b}'), "no colours in a pipe: {text}");
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for line in &lines {
        assert!(display_width(line) < 80, "{line}");
    }
    lines
}

/// The full blocks of a line.
fn blocks(line: &str) -> usize {
    line.chars().filter(|c| matches!(c, '█' | '▆')).count()
}

fn bars() {
    let query = "SELECT * FROM (VALUES ('京津冀', 100.0), ('Hebei', 50.0), ('北京', 25.0)) AS t (unit, value)";
    let lines = drawn(query, &["--title", "指数 of regions", "--unit", "points"]);
    assert_eq!(lines[0], "指数 of regions");
    let at = |name: &str| lines.iter().find(|line| line.contains(name)).expect("a bar");
    let (whole, half, quarter) = (at("京津冀"), at("Hebei"), at("北京"));
    // The names end in one column, and the bars begin in one.
    let end = |line: &str, name: &str| {
        display_width(&line[..line.find(name).expect("a name") + name.len()])
    };
    assert_eq!(end(whole, "京津冀"), end(half, "Hebei"));
    assert_eq!(end(whole, "京津冀"), end(quarter, "北京"));
    let (whole, half, quarter) = (blocks(whole), blocks(half), blocks(quarter));
    assert!(
        whole > 30 && half.abs_diff(whole / 2) <= 1 && quarter.abs_diff(whole / 4) <= 1,
        "{lines:?}"
    );
    contains(&lines.join("\n"), &["100", "50", "25", "points"]);
}

/// Without colours parts are told apart by letters, the same in the bars and in the key.
fn parts() {
    let query =
        "SELECT * FROM (VALUES ('A', 'x', 60.0), ('A', 'y', 40.0)) AS t (unit, part, value)";
    let lines = drawn(query, &[]);
    let key = lines.iter().find(|line| line.contains('x') && line.contains('y')).expect("a key");
    let letters: Vec<char> = key.chars().filter(|c| !c.is_alphanumeric() && *c != ' ').collect();
    let bar = lines.iter().find(|line| line.contains("100")).expect("a bar");
    let [one, other] = letters.as_slice() else { panic!("{lines:?}") };
    assert_ne!(one, other);
    let many = |letter: &char| bar.chars().filter(|c| c == letter).count() as f64;
    assert!((many(one) / many(other) - 1.5).abs() < 0.15, "{lines:?}");
}

fn every_kind() {
    for (query, needs) in [
        (
            "SELECT i AS period, '京' || (i % 3) AS unit, i AS value FROM unnest(range(0, 9)) AS t (i)",
            vec!["京0 6", "京2 8"],
        ),
        (
            "SELECT 'u' || i AS unit, i AS value, i - 1 AS low, i + 1 AS high FROM unnest(range(0, 4)) AS t (i)",
            vec!["u0", "u3"],
        ),
        (
            "SELECT i AS period, u AS unit, CASE u WHEN 'A' THEN 1 ELSE 2 END AS rank
          FROM unnest(range(1, 4)) AS t (i), (VALUES ('A'), ('B')) AS v (u)",
            vec!["A 1  ●", "● 1 A", "B 2  ○", "○ 2 B"],
        ),
        (
            "SELECT 'd' || i AS dimension, i AS contribution, 100 AS before FROM unnest(range(1, 4)) AS t (i)",
            vec!["before", "+3", "after", "106"],
        ),
    ] {
        contains(&drawn(query, &[]).join("\n"), &needs);
    }
}

/// A picture in so many columns, line by line.
async fn lines(query: &str, plot: &str, columns: usize) -> Vec<String> {
    let text = characters(query, plot, columns, false).await.expect("a picture");
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    assert!(lines.iter().all(|line| display_width(line) <= columns), "{text}");
    lines
}

/// Where a text ends in a line, in columns.
fn end(line: &str, said: &str) -> usize {
    let at = line.find(said).unwrap_or_else(|| panic!("{said} in {line}"));
    display_width(&line[..at + said.len()])
}

/// Numbers below the numbers of their names; on their colours where there are colours.
async fn heatmap() {
    let query = "SELECT * FROM (VALUES ('growth', 'health', 0.613, 0.01, 'economy', 'people'),
                                       ('growth', '教育', -0.934, 0.001, 'economy', 'people'),
                                       ('health', '教育', 0.2, 0.3, 'people', 'people'))
                 AS t (code_a, code_b, correlation, p_value, group_a, group_b)";
    let lines = lines(query, "", 80).await;
    let at = |name: &str| lines.iter().find(|line| line.contains(name)).expect("a row");
    let head = lines.iter().find(|line| line.trim_start().starts_with('1')).expect("a head");
    assert_eq!(end(at("2 health"), "0.61"), end(head, "1"));
    assert_eq!(end(at("3 教育"), "-0.93"), end(head, "1"));
    assert_eq!(at("3 教育").matches('.').count(), 1, "not significant: {lines:?}");
    let text = lines.join("\n");
    contains(&text, &["economy", "people", "correlation", "Blank: not significant"]);
    assert!(!text.contains('█'), "{text}");
    let coloured = characters(query, "", 80, true).await.expect("a picture");
    // White on dark orange, and nothing of it left behind the line.
    assert!(coloured.contains("\u{1b}[38;5;231m\u{1b}[48;5;166m-0.93\u{1b}[0m"), "{coloured:?}");
}

/// The more names, the shorter the numbers; and in the end there is no space.
async fn heatmap_of_many() {
    let query = |n: usize| {
        format!(
            "SELECT 'name ' || i AS code_a, 'name ' || j AS code_b, cos(i * j) AS correlation
             FROM unnest(range(0, {n})) AS t (i), unnest(range(0, {n})) AS u (j) WHERE i < j"
        )
    };
    for (n, columns, note) in [
        (9, 80, None),
        (13, 120, None),
        (12, 80, None),
        (30, 80, Some("++ from 0.7")),
        (50, 80, Some("+ from 0.3")),
        (90, 120, Some("+ from 0.3")),
    ] {
        let text = lines(&query(n), "heatmap", columns).await.join("\n");
        for line in 1..=n {
            contains(&text, &[&format!("{line} name")]);
        }
        assert_eq!(note.is_some(), text.contains("from 0."), "{n} in {columns}: {text}");
        note.iter().for_each(|note| contains(&text, &[note]));
    }
    let fault = characters(&query(90), "heatmap", 80, false).await.expect_err("too many");
    contains(
        &fault,
        &["plot: at most 68 names beside each other have space in 80 columns, found 90"],
    );
    contains(&fault, &["-o FILE"]);
    let table = "SELECT 'unit ' || i AS unit, 'dimension ' || j AS dimension, i * j / 7.0 AS value
                 FROM unnest(range(0, 12)) AS t (i), unnest(range(0, 14)) AS u (j)";
    let text = lines(table, "heatmap, x = dimension, y = unit", 80).await.join("\n");
    contains(&text, &["1\u{a0}dimension 0", "14\u{a0}dimension 13"]);
}

/// Axes in rows of their own, a tick above each number; groups have signs where there are no colours.
async fn scatter() {
    let query =
        "SELECT 'u' || i AS unit, 'group ' || (i % 2) AS \"group\", i AS x, 10 * (i % 5) AS y
                 FROM unnest(range(0, 21)) AS t (i)";
    for columns in [80, 120] {
        let lines = lines(query, "scatter", columns).await;
        let axis = lines.iter().position(|line| line.contains('└')).expect("an axis");
        let (base, figures) = (&lines[axis], &lines[axis + 1]);
        let ticks: Vec<usize> =
            figures.split_whitespace().map(|figure| end(figures, figure)).collect();
        let marks: Vec<usize> =
            base.chars().enumerate().filter(|(_, c)| *c == '┬').map(|(at, _)| at).collect();
        assert_eq!(ticks.len(), marks.len(), "{base}\n{figures}");
        for (end, mark) in ticks.iter().zip(&marks) {
            assert!(mark < end && end - mark <= 3, "{base}\n{figures}");
        }
        assert!(lines[axis + 2].trim() == "x", "{lines:?}");
        let dots: usize = lines[..axis].iter().map(|line| line.matches(['●', '○']).count()).sum();
        assert_eq!(dots, 21 + 2, "all units, and the key: {}", lines.join("\n"));
        // The first has x and y 0: the lowest row, at the axis.
        assert!(lines[axis - 1].contains(['●', '○']), "{lines:?}");
        let key = &lines[0];
        assert!(key.contains("● group 0") && key.contains("○ group 1"), "{key}");
    }
    let many = "SELECT i % 100 AS x, sin(i) AS y FROM unnest(range(0, 5000)) AS t (i)";
    let text = lines(many, "scatter", 80).await.join("\n");
    assert!(text.chars().filter(|c| ('\u{2801}'..='\u{28ff}').contains(c)).count() > 300, "{text}");
}

/// A row for each node, its name whole, below the one above it.
async fn framework() {
    let query = "SELECT * FROM (VALUES ('all', NULL, NULL, 'The whole index'), ('one', 'all', 3, 'A first dimension'),
        ('other', 'all', 1, 'A second dimension with a long name'), ('a', 'one', 1, 'An indicator'),
        ('b', 'one', 1, 'Another'), ('c', 'other', 1, 'The last')) AS t (code, parent, weight, label)";
    let lines = lines(query, "framework", 80).await;
    let at = |name: &str| lines.iter().position(|line| line.contains(name)).expect("a node");
    assert!(lines[at("The whole index")].ends_with("100%"));
    for (name, shares) in [
        ("├─ A first dimension", ["75%", "75%"]),
        ("│  ├─ An indicator", ["50%", "37.5%"]),
        ("│  └─ Another", ["50%", "37.5%"]),
        ("└─ A second dimension with a long name", ["25%", "25%"]),
        ("   └─ The last", ["100%", "25%"]),
    ] {
        let line = &lines[at(name)];
        let found: Vec<&str> = line.split_whitespace().filter(|word| word.ends_with('%')).collect();
        assert_eq!(found, shares, "{line}");
    }
    // Bars in proportion.
    let filled = |name: &str| lines[at(name)].matches(['█', '░']).count();
    let (long, short) = (filled("Another"), filled("The last"));
    assert!(
        long >= 18 && (short as f64 / long as f64 - 25.0 / 37.5).abs() < 0.06,
        "{long} {short}"
    );
}

/// Before and after can be told apart, and the name stands at the first.
async fn distribution() {
    let query = "SELECT 'a' AS indicator, i * i AS value, 'before' AS step FROM unnest(range(0, 30)) AS t (i)
                 UNION ALL SELECT 'a', least(i * i, 300), 'after' FROM unnest(range(0, 30)) AS t (i) ORDER BY 3 DESC";
    let lines = lines(query, "distribution", 80).await;
    let key: Vec<char> = lines[0].chars().filter(|c| !c.is_alphanumeric() && *c != ' ').collect();
    let [before, after] = key.as_slice() else { panic!("{lines:?}") };
    let row = lines.iter().position(|line| line.trim_start().starts_with("a ")).expect("a name");
    assert!(lines[row].matches(*before).count() > 5, "{lines:?}");
    assert!(lines[row + 1].matches(*after).count() > 5 && before != after, "{lines:?}");
}

#[cfg(unix)]
mod at_a_terminal {
    use super::{contains, display_width};
    use crate::cli::place;
    use crate::shell::at_a_terminal::Shell;

    pub fn in_the_shell() {
        let place = place();
        let mut shell = Shell::open(&place);
        let nothing = "error: \\plot: must come after a statement, found none before it\n";
        assert_eq!(shell.enter("\\plot"), nothing);
        shell.enter("SELECT * FROM (VALUES ('北京', 3.0), ('Hebei', 1.5)) AS t (unit, value);");
        let text = shell.enter("\\plot");
        contains(&text, &["北京", "3.0", "Hebei", "▆"]);
        assert!(text.lines().all(|line| display_width(line) <= 100), "{text}");
        contains(
            &shell.enter("\\plot liness"),
            &["error: \\plot: kind must be one of ", "did you mean 'lines'?"],
        );
        contains(
            &shell.enter("\\plot bars > a.pdf"),
            &["error: \\plot: a.pdf: must end in .svg or .png, found .pdf"],
        );
        contains(
            &shell.enter("\\plot bars >"),
            &["error: \\plot: must be a file after >, found nothing"],
        );
        assert_eq!(shell.enter("\\plot bars, title = 'a > b' > 'two words.svg'"), "");
        contains(&place.read("two words.svg"), &["a &gt; b", "北京", "</svg>"]);
        // It may end a statement, as \\crosstab may.
        let text = shell.enter("SELECT 'only' AS unit, 7.25 AS value \\plot");
        contains(&text, &["only", "7.25"]);
    }

    pub fn completion() {
        let place = place();
        let mut shell = Shell::open(&place);
        shell.enter("SELECT 'a' AS unit, 2.5 AS wealth;");
        for (typed, written) in [
            ("\\plot wat", "\\plot waterfall"),
            ("\\plot bars, lab", "\\plot bars, label = "),
            ("\\plot bars, label = un", "\\plot bars, label = unit"),
            ("\\plot bars, order = r", "\\plot bars, order = rows"),
        ] {
            assert_eq!(shell.completed(typed), written);
        }
    }
}
