//! An error as a picture: the line of the text, a caret under what it speaks of, and what could
//! stand there.

use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use terminal_size::{Width, terminal_size_of};

use crate::statement::Place;

/// What stands in a text where a statement failed.
#[derive(Debug, Clone)]
pub struct Picture {
    text: Arc<str>,
    place: Place,
    shows: Shows,
    notes: Vec<Note>,
}

/// What of the line is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shows {
    Caret,
    Line,
    Nothing,
}

/// What is said below the line: `columns` and their names.
pub type Note = (&'static str, String);

/// Columns where there is no terminal.
const WIDTH: usize = 120;
/// Letters of a line that are looked at, before and after what it is about.
const AROUND: usize = 400;

impl Picture {
    /// Of a place that is pointed to.
    pub fn of(text: &Arc<str>, place: Place, notes: Vec<Note>) -> Self {
        Self { text: Arc::clone(text), place, shows: Shows::Caret, notes }
    }

    /// Of a place that only may have it: the line if it is one that is not long, and the notes.
    pub fn without_caret(text: &Arc<str>, place: Place, notes: Vec<Note>) -> Self {
        Self { shows: Shows::Line, ..Self::of(text, place, notes) }
    }

    /// Of a text that nobody wrote: the notes.
    pub fn without_line(self) -> Self {
        Self { shows: Shows::Nothing, ..self }
    }

    /// The letter of its line that is pointed to, counted from 1.
    pub fn column(&self) -> Option<usize> {
        (self.shows == Shows::Caret).then_some(self.place.column)
    }

    /// The lines, in colours. None if there is nothing to show.
    pub fn drawn(&self) -> Option<String> {
        let Range { start, end } = self.place.bytes;
        let from = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let to = self.text[start..].find('\n').map_or(self.text.len(), |at| start + at);
        let line = self.text[from..to].trim_end_matches('\r');
        let is_short = end <= to && line.len() <= WIDTH;
        let mut group = Group::with_level(Level::ERROR);
        if self.shows == Shows::Caret {
            let start = (start - from).min(line.len());
            let end = end.saturating_sub(from).clamp(start, line.len());
            let end = start + ahead(&line[start..end], AROUND);
            let first = boundary(&line[..start], AROUND);
            let last = end + ahead(&line[end..], AROUND);
            let shown = &line[first..last];
            let caret = AnnotationKind::Primary.span(start - first..end - first);
            let snippet = Snippet::source(shown).line_start(self.place.line).annotation(caret);
            group = group.element(snippet);
        } else if self.shows == Shows::Line && is_short {
            let snippet = Snippet::<annotate_snippets::Annotation<'_>>::source(line);
            group = group.element(snippet.line_start(self.place.line).fold(false));
        }
        let note = |(kind, text): &'_ Note| Level::NOTE.with_name(*kind).message(text.clone());
        group = group.elements(self.notes.iter().map(note));
        if group.is_empty() {
            return None;
        }
        let gutter = self.place.line.to_string().len() + 4;
        let width =
            terminal_size_of(std::io::stderr()).map_or(WIDTH, |(Width(width), _)| width.into());
        let renderer = Renderer::styled().term_width(width.max(40) - gutter);
        let picture = renderer.render(&[group]);
        // A line without a caret has an empty one below it.
        match picture.rsplit_once('\n') {
            Some((above, _)) if self.shows != Shows::Caret && self.notes.is_empty() => {
                Some(above.to_owned())
            }
            _ => Some(picture),
        }
    }
}

/// Where the last letters of a text begin.
fn boundary(text: &str, letters: usize) -> usize {
    text.char_indices().rev().take(letters).last().map_or(text.len(), |(at, _)| at)
}

/// Where the first letters of a text end.
fn ahead(text: &str, letters: usize) -> usize {
    text.char_indices().nth(letters).map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str, bytes: Range<usize>, notes: Vec<Note>) -> Vec<String> {
        let before = &text[..bytes.start];
        let line = 1 + before.matches('\n').count();
        let place = Place { bytes, line, column: 1 };
        let picture = Picture::of(&text.into(), place, notes).drawn().expect("a picture");
        let plain = anstream::adapter::strip_str(&picture).to_string();
        plain.lines().map(str::to_owned).collect()
    }

    #[test]
    fn the_caret_stands_under_its_word() {
        let text = "SELECT unit,\n  valu\nFROM t";
        let columns = ("columns", "unit, value".to_owned());
        assert_eq!(
            drawn(text, 15..19, vec![columns]),
            ["  |", "2 |   valu", "  |   ^^^^", "  |", "  = columns: unit, value"]
        );
        // Wide letters, a tab, the end of a text and of a line of Windows.
        assert_eq!(drawn("'北京', x", 10..11, vec![])[2], "  |         ^");
        assert_eq!(drawn("'北京', x", 0..8, vec![])[2], "  | ^^^^^^");
        assert_eq!(drawn("\tx", 1..2, vec![])[1..], ["1 |     x", "  |     ^"]);
        assert_eq!(drawn("SELECT", 6..6, vec![])[2], "  |       ^");
        assert_eq!(drawn("SELECT 'a\r\nb", 7..12, vec![])[1..], ["1 | SELECT 'a", "  |        ^^"]);
    }

    /// Whatever stands in the text, and wherever in it.
    #[test]
    fn no_text_is_too_odd() {
        let text = "\u{1b}[1mé\u{301}\t👩‍👩‍👧\u{202e}x\0\r\n\r\n\u{3000}北\u{7f} \u{feff}'\n";
        let bounds: Vec<_> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        for start in &bounds {
            for end in bounds.iter().filter(|end| *end >= start) {
                let lines = drawn(text, *start..*end, vec![]);
                assert!(lines.len() == 3 && lines[2].contains('^'), "{start} {end} {lines:?}");
            }
        }
    }

    #[test]
    fn a_short_line_may_stand_alone() {
        let drawn = |text: &str, notes: Vec<Note>| {
            let place = Place { bytes: 0..text.len(), line: 1, column: 1 };
            let drawn = Picture::without_caret(&text.into(), place, notes).drawn();
            drawn.map(|picture| anstream::adapter::strip_str(&picture).to_string())
        };
        assert_eq!(drawn("SELECT 1", vec![]).as_deref(), Some("  |\n1 | SELECT 1"));
        assert_eq!(drawn("SELECT\n1", vec![]), None);
        assert_eq!(drawn(&"x".repeat(121), vec![]), None);
        let tables = || vec![("tables", "t".to_owned())];
        assert_eq!(drawn("SELECT\n1", tables()).as_deref(), Some(" = tables: t"));
        assert_eq!(
            drawn("SELECT 1", tables()).as_deref(),
            Some("  |\n1 | SELECT 1\n  |\n  = tables: t")
        );
    }

    #[test]
    fn long_lines_are_cut() {
        let text = format!("SELECT {}valu{}", "北, ".repeat(500_000), ", x".repeat(500_000));
        let at = text.find("valu").expect("a word");
        let lines = drawn(&text, at..at + 4, vec![]);
        let column = |letter: &str| {
            let line = lines.iter().find(|line| line.contains(letter)).expect("a line");
            textwrap::core::display_width(&line[..line.find(letter).expect("a letter")])
        };
        assert_eq!(column("valu"), column("^^^^"));
        assert!(lines.iter().all(|line| textwrap::core::display_width(line) <= WIDTH), "{lines:?}");
    }
}
