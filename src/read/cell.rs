//! A cell of a text and its place.

use std::sync::Arc;

/// A cell and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The file, as the user knows it.
    pub file: Arc<str>,
    /// The line its row begins on, from 1.
    pub line: u64,
    /// What is written there.
    pub text: String,
}

/// A cell without the blanks around it.
#[inline]
pub fn trim(cell: &str) -> &str {
    match cell.as_bytes() {
        // As nearly all are.
        [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] | [] => cell,
        _ => cell.trim(),
    }
}

/// A text that many cells of a column may have: how many, and where the first are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    /// The first of them.
    pub first: Cell,
    /// How many there are.
    pub count: u64,
    /// The lines of the first ones in the file of `first`.
    pub lines: Vec<u64>,
}

/// How many lines are told of one text.
const LINES: usize = 3;
/// How many different texts are told apart.
const TEXTS: usize = 6;

/// The first different texts of some cells.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    texts: Vec<Repeated>,
    /// Whether there were more than are kept.
    pub is_cut: bool,
}

impl Texts {
    /// Takes a cell in.
    #[inline]
    pub fn see(&mut self, text: &str, file: &Arc<str>, line: u64) {
        if !self.is_cut {
            self.see_text(text, file, line);
        }
    }

    fn see_text(&mut self, text: &str, file: &Arc<str>, line: u64) {
        if let Some(known) = self.texts.iter_mut().find(|known| known.first.text == text) {
            known.count += 1;
            if known.lines.len() < LINES && *known.first.file == **file {
                known.lines.push(line);
            }
        } else if self.texts.len() == TEXTS {
            self.is_cut = true;
        } else {
            let first = Cell { file: Arc::clone(file), line, text: text.to_owned() };
            self.texts.push(Repeated { first, count: 1, lines: vec![line] });
        }
    }

    /// Takes in what was seen after it.
    pub fn merge(&mut self, other: &Self) {
        for text in &other.texts {
            let known = self.texts.iter().position(|known| known.first.text == text.first.text);
            match known {
                Some(known) => {
                    let known = &mut self.texts[known];
                    known.count += text.count;
                    if known.first.file == text.first.file {
                        known.lines.extend_from_slice(&text.lines);
                        known.lines.truncate(LINES);
                    }
                }
                None if self.texts.len() == TEXTS => self.is_cut = true,
                None => self.texts.push(text.clone()),
            }
        }
        self.is_cut |= other.is_cut;
    }

    /// Moves all lines down.
    pub fn shift(&mut self, lines: u64) {
        for text in &mut self.texts {
            text.first.line += lines;
            text.lines.iter_mut().for_each(|line| *line += lines);
        }
    }

    /// The first cell of all.
    pub fn first(&self) -> Option<&Cell> {
        self.texts.first().map(|text| &text.first)
    }

    /// The texts, in the order in which they were first seen.
    pub fn texts(&self) -> &[Repeated] {
        &self.texts
    }

    /// In words: `'..' in 12 cells (lines 5, 6, 7, ...), 'NA' in line 9`.
    pub fn in_words(&self) -> String {
        let one = |text: &Repeated| {
            let lines: Vec<_> = text.lines.iter().map(u64::to_string).collect();
            match text.count {
                1 => format!("'{}' in line {}", text.first.text, text.first.line),
                count => {
                    let more = if count > lines.len() as u64 { ", ..." } else { "" };
                    let lines = lines.join(", ");
                    format!("'{}' in {count} cells (lines {lines}{more})", text.first.text)
                }
            }
        };
        let mut words: Vec<_> = self.texts.iter().map(one).collect();
        if self.is_cut {
            words.push("others".to_owned());
        }
        words.join(", ")
    }
}
