//! What is said before the first chapter: a text file.

use std::path::{Path, PathBuf};

use super::prose::join;
use crate::cli::error::{Error, Result};
use crate::cli::script::read_text;
use crate::document::Block;

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
    let files = paths.iter().filter(|path| path.is_dir()).map(|folder| folder.join("report.md"));
    files.into_iter().find(|file| file.is_file())
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
        if let Some(found) = unknown(line) {
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

/// What of Markdown is not shown, where a line begins with it.
fn unknown(line: &str) -> Option<&'static str> {
    let said = line.trim_start();
    let begins = [
        ("```", "a block of code"),
        ("~~~", "a block of code"),
        ("|", "a table"),
        ("###", "a title of the third level"),
        ("![", "a picture"),
        (">", "a quotation"),
        ("<", "HTML"),
    ];
    let found = begins.iter().find(|(mark, _)| said.starts_with(mark));
    found.map(|(_, what)| *what).or_else(|| line.starts_with("    ").then_some("a block of code"))
}
