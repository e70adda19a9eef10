//! The text of a header as parts of a chapter.

use crate::document::Block;
use crate::statement::Comment;

/// What a header says to people: first what is read before the results, then what is noted of them.
#[derive(Debug, Default)]
pub struct Prose {
    pub lead: Vec<Block>,
    pub notes: Vec<Block>,
}

/// Lines that belong together.
enum Part {
    Text(String),
    /// An item of a list.
    Item(String),
    /// `In:`, `Out:`, `Meet:`, and what is said there.
    Term(String, String),
}

/// Words that need no second blank behind their colon, and how a reader finds them.
const TERMS: [(&str, &str); 7] = [
    ("In", "Data"),
    ("Out", "Table"),
    ("Meet", "Comparison"),
    ("Data", "Data"),
    ("Method", "Method"),
    ("Note", "Note"),
    ("Compared with", "Compared with"),
];

impl Prose {
    /// Reads the comments that declare nothing. Everything from the first `In:`, `Out:` or `Meet:` on is a note.
    pub fn read(comments: &[Comment]) -> Self {
        let mut prose = Self::default();
        let mut is_note = false;
        for part in parts(comments) {
            is_note |= matches!(part, Part::Term(..));
            let blocks = if is_note { &mut prose.notes } else { &mut prose.lead };
            let part = match part {
                Part::Text(text) if is_note => Part::Term("Note".to_owned(), text),
                other => other,
            };
            match (part, blocks.last_mut()) {
                (Part::Text(text), _) => blocks.push(Block::Text(text)),
                (Part::Item(text), Some(Block::List(items))) => items.push(text),
                (Part::Item(text), _) => blocks.push(Block::List(vec![text])),
                (Part::Term(name, said), Some(Block::Terms(terms))) => terms.push((name, said)),
                (Part::Term(name, said), _) => blocks.push(Block::Terms(vec![(name, said)])),
            }
        }
        prose
    }
}

fn parts(comments: &[Comment]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    // The line and the indent of what may go on.
    let mut open: Option<(usize, usize)> = None;
    for comment in comments {
        if comment.text.is_empty() {
            open = None;
            continue;
        }
        let (begun, is_apart) = begun(&comment.text);
        let goes_on = open.is_some_and(|(line, indent)| {
            let is_deeper = comment.indent > indent;
            let is_plain = matches!(parts.last(), Some(Part::Text(_)));
            comment.line == line + 1 && (is_deeper || is_plain && !is_apart)
        });
        match parts.last_mut() {
            Some(Part::Text(text) | Part::Item(text) | Part::Term(_, text)) if goes_on => {
                join(text, &comment.text);
            }
            _ => parts.push(begun),
        }
        let indent = match (open, goes_on) {
            (Some((_, indent)), true) => indent,
            _ => comment.indent,
        };
        open = Some((comment.line, indent));
    }
    parts
}

/// The part that a line begins, and whether it is no plain text.
fn begun(text: &str) -> (Part, bool) {
    if let Some(item) = text.strip_prefix("- ") {
        return (Part::Item(item.trim().to_owned()), true);
    }
    if let Some((name, said)) = text.split_once(": ") {
        let is_name = name.len() <= 20 && name.chars().next().is_some_and(char::is_uppercase);
        let known = TERMS.iter().find(|(term, _)| *term == name);
        if known.is_some() || is_name && said.starts_with(' ') {
            let name = known.map_or(name, |(_, read)| read);
            return (Part::Term(name.to_owned(), said.trim().to_owned()), true);
        }
    }
    (Part::Text(text.to_owned()), false)
}

/// Puts a line behind another: with a blank, but between signs of Chinese.
pub fn join(text: &mut String, line: &str) {
    let is_wide = |c: Option<char>| {
        c.is_some_and(|c| ('\u{2e80}'..='\u{9fff}').contains(&c) || c >= '\u{ff00}')
    };
    if !(is_wide(text.chars().last()) && is_wide(line.chars().next())) {
        text.push(' ');
    }
    text.push_str(line);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::{Grammar, Header, split};

    fn prose(text: &str) -> Prose {
        let grammar = Grammar::default();
        Prose::read(&Header::read(&split(text, grammar), grammar).prose)
    }

    #[test]
    fn headers_are_read_as_they_are_written() {
        let found = prose(
            "-- How fast?\n--\n-- It rose in\n-- all regions:\n-- - Beijing, which\n--   leads\n-- - Hebei\n--\n\
             -- param y: BIGINT = 1\n-- In:   a.b, of\n--       two years.\n-- Out:  rows.\n-- Meet: 1 = 1.\n--\n\
             -- strict => false: no\n-- error.\n-- expect: rows = 1\nSELECT 1 -- not this\n",
        );
        let lead =
            "[Text(\"It rose in all regions:\"), List([\"Beijing, which leads\", \"Hebei\"])]";
        assert_eq!(format!("{:?}", found.lead), lead);
        let notes = "[Terms([(\"Data\", \"a.b, of two years.\"), (\"Table\", \"rows.\"), (\"Comparison\", \"1 = 1.\"), \
                     (\"Note\", \"strict => false: no error.\")])]";
        assert_eq!(format!("{:?}", found.notes), notes);
    }

    #[test]
    fn chinese_has_no_blanks_between_lines() {
        let mut text = "指数为".to_owned();
        join(&mut text, "一百五十四");
        join(&mut text, "in 2024");
        assert_eq!(text, "指数为一百五十四 in 2024");
    }
}
