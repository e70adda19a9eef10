//! A document as Markdown for repositories, its pictures in files beside it.

use datafusion::common::Result;

use super::cells::{Column, columns};
use super::model::{Block, Document, Finding};
use super::table::Table;
use super::words::{Piece, heading, pieces};
use crate::draw::output::svg::svg;
use crate::words::{count, printable};

/// A document as Markdown.
#[derive(Debug, Default)]
pub struct Markdown {
    /// The text.
    pub text: String,
    /// The pictures that it shows: the name of a file in its folder, and what is in it.
    pub pictures: Vec<(String, String)>,
}

/// What has been written.
struct Written<'a> {
    done: Markdown,
    tables: usize,
    /// Whether a chapter has begun: its headings stand below its title.
    is_chapter: bool,
    /// The folder of pictures, as the text names it.
    folder: &'a str,
}

/// A document as Markdown; `folder` is where its pictures lie, seen from it.
///
/// # Errors
///
/// A value of a table cannot be written.
pub fn markdown(document: &Document, folder: &str) -> Result<Markdown> {
    let mut written = Written { done: Markdown::default(), tables: 0, is_chapter: false, folder };
    written.line(&format!("# {}", prose(&document.title)));
    if let Some(subtitle) = &document.subtitle {
        written.line(&format!("*{}*", prose(subtitle)));
    }
    written.blocks(&document.opening)?;
    let links = document.chapters.iter().enumerate().map(|(at, chapter)| {
        format!("{}. [{}](#{})\n", at + 1, prose(&chapter.title), chapter.anchor)
    });
    let links: String = links.collect();
    if !links.is_empty() {
        written.line("## Contents");
        written.line(links.trim_end());
    }
    for (at, chapter) in document.chapters.iter().enumerate() {
        // What repositories make of a title is theirs; this is where the contents lead.
        written.line(&format!("<a id=\"{}\"></a>", chapter.anchor));
        written.line(&format!("## {}. {}", at + 1, prose(&chapter.title)));
        written.is_chapter = true;
        written.blocks(&chapter.blocks)?;
    }
    if !document.provenance.is_empty() {
        written.line("## Provenance");
        written.terms(&document.provenance);
    }
    let text = printable(written.done.text.trim_end()) + "\n";
    Ok(Markdown { text, ..written.done })
}

impl Written<'_> {
    /// A line, or several, and an empty one.
    fn line(&mut self, text: &str) {
        self.done.text.push_str(text);
        self.done.text.push_str("\n\n");
    }

    fn blocks(&mut self, blocks: &[Block]) -> Result<()> {
        for block in blocks {
            match block {
                Block::Heading(title) => {
                    let marks = if self.is_chapter { "###" } else { "##" };
                    self.line(&format!("{marks} {}", prose(title)));
                }
                Block::Text(text) => self.line(&prose(text)),
                Block::List(texts) => {
                    let lines = texts.iter().map(|text| format!("- {}\n", prose(text)));
                    self.line(lines.collect::<String>().trim_end());
                }
                Block::References(references) => {
                    let lines = references.iter().map(|one| {
                        format!(
                            "- {} ([chapter {}](#{}))\n",
                            prose(&one.text),
                            one.chapter,
                            one.anchor
                        )
                    });
                    self.line(lines.collect::<String>().trim_end());
                }
                Block::Terms(terms) => self.terms(terms),
                Block::Checks(checks) => {
                    let lines = checks.iter().map(|check| format!("- {}\n", code(check)));
                    self.line(&format!(
                        "<details><summary>Checked: {}</summary>\n\n{}\n</details>",
                        count(checks.len(), "condition"),
                        lines.collect::<String>()
                    ));
                }
                Block::Finding(one) => self.line(&finding(one)),
                Block::Table(one) => self.table(one)?,
                Block::Picture(one) => {
                    let number = self.done.pictures.len() + 1;
                    let file = format!("figure-{number}.svg");
                    let said = prose(one.light.name());
                    let folder = in_link(self.folder);
                    self.line(&format!("![Figure {number}. {said}]({folder}/{file})"));
                    self.done.pictures.push((file, svg(&one.light)));
                }
                Block::Query(text) => {
                    let fence = fence(text);
                    self.line(&format!(
                        "<details><summary>Query</summary>\n\n{fence}sql\n{}\n{fence}\n\n</details>",
                        text.trim_end()
                    ));
                }
            }
        }
        Ok(())
    }

    fn terms(&mut self, terms: &[(String, String)]) {
        let terms =
            terms.iter().map(|(name, said)| format!("- {}: {}\n", prose(name), prose(said)));
        self.line(terms.collect::<String>().trim_end());
    }

    fn table(&mut self, table: &Table) -> Result<()> {
        self.tables += 1;
        self.line(&format!("**Table {}.** {}", self.tables, prose(&table.caption)));
        let (all, carried) = (table.rows.num_rows(), table.carried());
        let columns = columns(&table.rows, carried)?;
        self.line(&rows(&columns, carried));
        if all > carried {
            let (carried, all) = (count(carried, "row"), count(all, "row"));
            self.line(&format!("The first {carried} of {all}; the query gives all of them."));
        }
        Ok(())
    }
}

/// A table, its numbers at the right; where there is no value, nothing.
fn rows(columns: &[Column], rows: usize) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(columns.iter().map(|one| in_cell(&heading(&one.name))).collect());
    let ruled = columns.iter().map(|one| if one.is_number { "---:" } else { "---" }.to_owned());
    text.push_str(&line(ruled.collect()));
    for row in 0..rows {
        let cells = columns.iter().map(|one| in_cell(one.cells[row].shown().unwrap_or_default()));
        text.push_str(&line(cells.collect()));
    }
    text.trim_end().to_owned()
}

fn finding(finding: &Finding) -> String {
    let (word, rule) = (finding.level.word(), code(finding.rule));
    let (statement, evidence) = (prose(&finding.statement), prose(&finding.evidence));
    format!("> **{word}** {statement}\n>\n> {evidence}\n>\n> {} ({rule})", prose(finding.advice))
}

/// A text whose signs stand for themselves, but for code.
fn prose(text: &str) -> String {
    let piece = |piece: Piece<'_>| match piece {
        Piece::Plain(words) => escaped(words),
        Piece::Code(words) => code(words),
    };
    begun(pieces(text).into_iter().map(piece).collect())
}

/// A line that begins no title, list or quotation, whatever its first signs are.
fn begun(text: String) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    let mut signs = rest.chars();
    let begins = match (signs.next(), signs.next()) {
        (Some('#' | '>'), _) => digits == 0,
        (Some('-' | '+'), next) => digits == 0 && next.is_none_or(|c| c == ' ' || c == '-'),
        (Some('.' | ')'), next) => digits > 0 && next.is_none_or(|c| c == ' '),
        _ => false,
    };
    if begins { format!("{number}\\{rest}") } else { text }
}

/// A name in a link.
fn in_link(name: &str) -> String {
    let is_plain = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || "-_.~".contains(c);
    let sign = |c: char| if is_plain(c) { c.to_string() } else { format!("%{:02X}", u32::from(c)) };
    name.chars().map(sign).collect()
}

fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        // Within a word it begins nothing.
        let is_inside =
            before.is_alphanumeric() && rest.peek().is_some_and(|c| c.is_alphanumeric());
        match c {
            '<' => written.push_str("&lt;"),
            '&' => written.push_str("&amp;"),
            '*' | '\\' | '`' | '[' | ']' | '~' | '$' => written.extend(['\\', c]),
            '_' if !is_inside => written.push_str("\\_"),
            '\n' => written.push(' '),
            _ => written.push(c),
        }
        before = c;
    }
    written
}

/// Code between as many marks as it needs.
fn code(text: &str) -> String {
    let marks = "`".repeat(longest(text) + 1);
    let text = text.replace('\n', " ");
    match text.contains('`') {
        true => format!("{marks} {text} {marks}"),
        false => format!("{marks}{text}{marks}"),
    }
}

fn fence(text: &str) -> String {
    "`".repeat(longest(text).max(2) + 1)
}

/// How many `` ` `` follow each other at most.
fn longest(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// What stands in a cell: no sign of it parts cells or lines.
fn in_cell(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(escaped).collect();
    lines.join("<br>").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_stand_for_themselves() {
        assert_eq!(prose("a_b * c < d [e] `x_y` _z"), "a_b \\* c &lt; d \\[e\\] `x_y` \\_z");
        assert_eq!(in_cell("a|b\nc"), "a\\|b<br>c");
        assert_eq!(prose("~a~ $5 to $6"), "\\~a\\~ \\$5 to \\$6");
        let lines = ["# a", "2024. It", "12) x", "+ a", "- a", "---", "> a", "-0.4", "154.1 is"];
        let wanted = [
            "\\# a",
            "2024\\. It",
            "12\\) x",
            "\\+ a",
            "\\- a",
            "\\---",
            "\\> a",
            "-0.4",
            "154.1 is",
        ];
        assert_eq!(lines.map(prose), wanted);
        assert_eq!(in_link("r (1)#%?_北京"), "r%20%281%29%23%25%3F_北京");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(fence("```"), "````");
        assert_eq!(fence("SELECT 1"), "```");
    }
}
