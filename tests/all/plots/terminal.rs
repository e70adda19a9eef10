//! Pictures in characters: as wide as the terminal, Chinese in its columns, without colours in a pipe.

use libtest_mimic::Trial;
use textwrap::core::display_width;

use crate::cli::{contains, place};
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("plots::terminal::bars", bars),
        trial("plots::terminal::every_kind", every_kind),
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
            vec!["A 1 ●", "● 1 A", "B 2 ●", "● 2 B"],
        ),
        (
            "SELECT 'd' || i AS dimension, i AS contribution, 100 AS before FROM unnest(range(1, 4)) AS t (i)",
            vec!["before", "+3", "after", "106"],
        ),
    ] {
        contains(&drawn(query, &[]).join("\n"), &needs);
    }
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
