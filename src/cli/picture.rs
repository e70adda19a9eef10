//! An error as a picture: the line of the text, a caret under what it speaks of, and what could
//! stand there.

use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use terminal_size::{Width, terminal_size_of};
use textwrap::WordSplitter;
use textwrap::core::display_width;

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
/// Columns of a line or of a note that are shown at least.
const LEAST: usize = 12;
/// What a tab becomes.
const TAB: usize = 4;
/// What stands for the rest of a line.
const CUT: &str = "…";
/// So wide that nothing is cut: a line is before it is drawn.
const ROOMY: usize = 10_000;

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
        let terminal = terminal_size_of(std::io::stderr());
        self.drawn_within(terminal.map(|(Width(width), _)| width.into()))
    }

    /// The same within the columns of a terminal.
    fn drawn_within(&self, columns: Option<usize>) -> Option<String> {
        let gutter = self.place.line.to_string().len() + 3;
        let room = columns.unwrap_or(WIDTH).saturating_sub(gutter).max(LEAST);
        let Range { start, end } = self.place.bytes;
        let from = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let to = self.text[start..].find('\n').map_or(self.text.len(), |at| start + at);
        let line = self.text[from..to].trim_end_matches('\r');
        let is_short = end <= to && line.len() <= WIDTH;
        let mut group = Group::with_level(Level::ERROR);
        if self.shows == Shows::Caret {
            let start = (start - from).min(line.len());
            let end = end.saturating_sub(from).clamp(start, line.len());
            let (shown, span) = window(line, start..end, room);
            let caret = AnnotationKind::Primary.span(span);
            let snippet = Snippet::source(shown).line_start(self.place.line).annotation(caret);
            group = group.element(snippet);
        } else if self.shows == Shows::Line && is_short {
            let snippet = Snippet::<annotate_snippets::Annotation<'_>>::source(line);
            group = group.element(snippet.line_start(self.place.line).fold(false));
        }
        let note = |(kind, text): &'_ Note| {
            // A terminal would break its lines within words.
            let room = columns.map(|columns| columns.saturating_sub(gutter + kind.len() + 2));
            let text = room.map_or_else(|| text.clone(), |room| broken(text, room.max(LEAST)));
            Level::NOTE.with_name(*kind).message(text)
        };
        group = group.elements(self.notes.iter().map(note));
        if group.is_empty() {
            return None;
        }
        let picture = Renderer::styled().term_width(ROOMY).render(&[group]);
        // A line without a caret has an empty one below it.
        match picture.rsplit_once('\n') {
            Some((above, _)) if self.shows != Shows::Caret && self.notes.is_empty() => {
                Some(above.to_owned())
            }
            _ => Some(picture),
        }
    }
}

/// What of a line is shown in so many columns, around the bytes that it is about, and where those are
/// in it.
fn window(line: &str, about: Range<usize>, room: usize) -> (String, Range<usize>) {
    let fits = |columns| {
        let (first, last) = around(line, &about, columns);
        (first == 0 && last == line.len()).then_some((first, last))
    };
    // What is cut has a letter in its place.
    let (first, last) = fits(room).unwrap_or_else(|| around(line, &about, room - 2));
    let before = if first > 0 { CUT } else { "" };
    let after = if last < line.len() { CUT } else { "" };
    let moved = |at: usize| at.clamp(first, last) - first + before.len();
    (format!("{before}{}{after}", &line[first..last]), moved(about.start)..moved(about.end))
}

/// The part of a line that has so many columns, if there are so many, with some bytes in its middle.
fn around(line: &str, about: &Range<usize>, columns: usize) -> (usize, usize) {
    let (kept, width) = ahead(&line[about.start..about.end], columns);
    let end = about.start + kept;
    let left = columns - width;
    let (_, width_after) = ahead(&line[end..], left);
    let (first, width_before) = behind(&line[..about.start], left - width_after.min(left / 2));
    let (after, _) = ahead(&line[end..], left - width_before);
    (first, end + after)
}

/// How many bytes of a text have so many columns, and the columns that they have.
fn ahead(text: &str, columns: usize) -> (usize, usize) {
    let mut kept = (0, 0);
    for (at, letter) in text.char_indices() {
        let width = kept.1 + width(letter);
        if width > columns {
            return kept;
        }
        kept = (at + letter.len_utf8(), width);
    }
    kept
}

/// Where the end of a text begins that has so many columns, and the columns that it has.
fn behind(text: &str, columns: usize) -> (usize, usize) {
    let mut kept = (text.len(), 0);
    for (at, letter) in text.char_indices().rev() {
        let width = kept.1 + width(letter);
        if width > columns {
            return kept;
        }
        kept = (at, width);
    }
    kept
}

/// The columns of a letter as it is drawn.
fn width(letter: char) -> usize {
    match letter {
        '\t' => TAB,
        letter if letter.is_control() => 1,
        letter => display_width(letter.encode_utf8(&mut [0; 4])),
    }
}

/// A text in lines of so many columns, broken between words.
fn broken(text: &str, columns: usize) -> String {
    let options = textwrap::Options::new(columns).word_splitter(WordSplitter::NoHyphenation);
    textwrap::fill(text, options)
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

    /// However narrow the terminal is, nothing is wider, and the caret stands under its word.
    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let text =
            "SELECT unit, '北京市天津市河北省', valu, period FROM bth.indicators WHERE a = 1";
        let at = text.find("valu").expect("a word");
        let place = Place { bytes: at..at + 4, line: 1, column: 1 };
        let names = "unit, period, indicator, value, measure, direction, dimension, source";
        let notes = vec![("columns", names.to_owned())];
        let picture = Picture::of(&text.into(), place, notes);
        for columns in 25..=140 {
            let drawn = picture.drawn_within(Some(columns)).expect("a picture");
            let drawn = anstream::adapter::strip_str(&drawn).to_string();
            let lines: Vec<&str> = drawn.lines().map(str::trim_end).collect();
            let widest = lines.iter().map(|line| display_width(line)).max();
            assert!(widest.is_some_and(|widest| widest <= columns), "{columns}:\n{drawn}");
            let column = |letters: &str| {
                let line = lines.iter().find(|line| line.contains(letters)).expect(letters);
                display_width(&line[..line.find(letters).expect("a letter")])
            };
            assert_eq!(column("valu"), column("^^^^"), "{columns}:\n{drawn}");
            let told: String = lines[4..].concat().replace("= columns:", "");
            assert_eq!(told.replace(' ', ""), names.replace(' ', ""), "{columns}:\n{drawn}");
            // All that there is room for.
            let whole = lines[1].ends_with("WHERE a = 1") && lines[1].starts_with("1 | SELECT");
            assert_eq!(whole, columns >= display_width(text) + 4, "{columns}:\n{drawn}");
        }
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
