//! What is said before the first chapter: a text file.

use std::path::{Path, PathBuf};

use super::prose::join;
use crate::cli::error::{Error, Result};
use crate::cli::script::read_text;
use crate::document::Block;
use crate::document::words::{Piece, pieces};

/// What stands in the file.
#[derive(Debug, Default)]
pub struct Opening {
    pub title: Option<String>,
    /// Below it: the line `*...*` that follows it.
    pub subtitle: Option<String>,
    pub blocks: Vec<Block>,
}

/// The file of a folder that opens a report of it, where none is named.
pub fn of_folder(paths: &[PathBuf]) -> Option<PathBuf> {
    of_folders(paths).find(|file| file.is_file())
}

fn of_folders(paths: &[PathBuf]) -> impl Iterator<Item = PathBuf> {
    paths.iter().filter(|path| path.is_dir()).map(|folder| folder.join("report.md"))
}

/// An error if a report would take the place of a file that it is made of, or be read as the opening of the next one.
pub fn ensure_apart(output: &Path, opening: Option<&Path>, paths: &[PathBuf]) -> Result<()> {
    let made_of = paths.iter().cloned().chain(of_folders(paths));
    let mut made_of = made_of.chain(opening.map(Path::to_owned));
    let place = place(output);
    match made_of.any(|path| self::place(&path) == place) {
        false => Ok(()),
        true => Err(Error::Usage(format!(
            "{}: must not be a file that the report is made of (its opening or a query file)",
            output.display()
        ))),
    }
}

/// Where a file lies, whether it is there or not.
fn place(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let of_folder = || {
        let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
        Some(folder.join(path.file_name()?))
    };
    path.canonicalize().ok().or_else(of_folder).unwrap_or_else(|| path.to_owned())
}

/// Reads a file of paragraphs, of lists (`- `) and of titles (`# ` of the report, `## ` within it).
///
/// # Errors
/// It cannot be read, or holds what a report would not show as it is meant.
pub fn read(path: &Path) -> Result<Opening> {
    let text = read_text(path)?;
    let mut opening = Opening::default();
    let mut is_open = false;
    for (at, line) in text.lines().enumerate() {
        let said = line.trim();
        if said.is_empty() {
            is_open = false;
            continue;
        }
        let found = match &opening.title {
            Some(_) if said.starts_with("# ") => Some("a second title"),
            _ => unknown(line),
        };
        if let Some(found) = found {
            return Err(Error::at(
                &path.display().to_string(),
                at + 1,
                format!(
                    "an opening must have paragraphs, titles (# and ##) and lists (-), found {found}"
                ),
            ));
        }
        let blocks = &mut opening.blocks;
        if let Some(title) = said.strip_prefix("# ") {
            opening.title = Some(title.trim().to_owned());
            is_open = false;
        } else if let Some(subtitle) = slanted(said).filter(|_| blocks.is_empty()) {
            opening.subtitle = Some(subtitle.to_owned());
        } else if let Some(title) = said.strip_prefix("## ") {
            blocks.push(Block::Heading(title.trim().to_owned()));
            is_open = false;
        } else if let Some(item) = said.strip_prefix("- ").or_else(|| said.strip_prefix("* ")) {
            match blocks.last_mut() {
                Some(Block::List(items)) => items.push(item.trim().to_owned()),
                _ => blocks.push(Block::List(vec![item.trim().to_owned()])),
            }
            is_open = true;
        } else {
            match blocks.last_mut() {
                Some(Block::Text(text)) if is_open => join(text, said),
                Some(Block::List(items)) if is_open => {
                    if let Some(item) = items.last_mut() {
                        join(item, said);
                    }
                }
                _ => blocks.push(Block::Text(said.to_owned())),
            }
            is_open = true;
        }
    }
    Ok(opening)
}

/// What stands between two `*`.
fn slanted(line: &str) -> Option<&str> {
    let inner = line.strip_prefix('*')?.strip_suffix('*')?;
    (!inner.is_empty() && !inner.contains('*') && !inner.starts_with(' ')).then_some(inner)
}

/// What of Markdown is not shown.
fn unknown(line: &str) -> Option<&'static str> {
    begun(line).or_else(|| within(line))
}

/// The same where a line begins with it.
fn begun(line: &str) -> Option<&'static str> {
    let said = line.trim_start();
    let begins = [
        ("```", "a block of code"),
        ("~~~", "a block of code"),
        ("|", "a table"),
        ("###", "a title of the third level"),
        ("![", "a picture"),
        (">", "a quotation"),
        ("<", "HTML"),
        ("---", "a rule"),
        ("===", "a rule"),
    ];
    let found = begins.iter().find(|(mark, _)| said.starts_with(mark));
    let rest = said.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = rest.len() < said.len() && (rest.starts_with(". ") || rest.starts_with(") "));
    found.map(|(_, what)| *what).or_else(|| match () {
        () if line.starts_with("    ") => Some("a block of code"),
        () if is_numbered => Some("a numbered list"),
        () => None,
    })
}

/// The same within a line, but for code.
fn within(line: &str) -> Option<&'static str> {
    let marks = [("](", "a link"), ("**", "bold text")];
    let mut pieces = pieces(line).into_iter().filter_map(|piece| match piece {
        Piece::Plain(words) => Some(words),
        Piece::Code(_) => None,
    });
    pieces
        .find_map(|words| marks.iter().find(|(mark, _)| words.contains(mark)))
        .map(|(_, what)| *what)
}
