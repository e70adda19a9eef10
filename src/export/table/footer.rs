//! The line under a table.

use super::style::Style;
use crate::words::{count, grouped};

/// What a table shows of what there is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    /// Rows: shown, and all; none if they are not counted.
    pub rows: Option<(usize, usize)>,
    /// Columns.
    pub columns: (usize, usize),
}

/// `1,137 rows, 40 shown; 9 of 12 columns; 0.012 s`, with how to see the rest.
pub(super) fn footer(shown: Shown, style: &Style) -> Option<String> {
    let mut parts = Vec::new();
    let mut is_all = true;
    if let Some((shown, all)) = shown.rows {
        let mut rows = count(all, "row");
        if shown < all {
            rows += &format!(", {} shown{}", grouped(&shown.to_string()), style.hints.rows);
            is_all = false;
        }
        parts.push(rows);
    }
    if let (shown, all) = shown.columns
        && shown < all
    {
        parts.push(format!("{shown} of {all} columns{}", style.hints.columns));
        is_all = false;
    }
    if let Some(started) = style.started {
        parts.push(format!("{:.3} s", started.elapsed().as_secs_f64()));
    }
    let line = parts.join(if is_all { ", " } else { "; " });
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::super::style::Hints;
    use super::*;

    #[test]
    fn says_what_is_hidden() {
        let hints = Hints { rows: " (\\rows 0)", columns: " (\\f csv)" };
        let style = Style::terminal(Some(80), 40, hints);
        let line = |rows, columns| footer(Shown { rows, columns }, &style);
        assert_eq!(line(Some((6, 6)), (3, 3)).as_deref(), Some("6 rows"));
        assert_eq!(line(Some((1, 1)), (3, 3)).as_deref(), Some("1 row"));
        let both = "1,137 rows, 40 shown (\\rows 0); 9 of 12 columns (\\f csv)";
        assert_eq!(line(Some((40, 1137)), (9, 12)).as_deref(), Some(both));
        assert_eq!(line(None, (3, 3)), None);
    }
}
