//! Documents written to files, by the ending of their name: whole or not at all.

use std::path::{Path, PathBuf};

use super::error::{Error, Result};
use super::report::ending;
use super::whole::{write_whole, write_whole_after};
use crate::document::{Document, Markdown, html, json, markdown};
use crate::error::describe;
use crate::export::Target;

/// Where a document goes, and as what.
#[derive(Debug)]
pub struct Written {
    target: Target,
    form: Form,
}

/// What a document becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Html,
    Markdown,
    Json,
}

/// Endings, and what they stand for.
const ENDINGS: [(&str, Form); 5] = [
    ("html", Form::Html),
    ("htm", Form::Html),
    ("md", Form::Markdown),
    ("markdown", Form::Markdown),
    ("json", Form::Json),
];

impl Written {
    /// What `--output` says; `-` is a page on standard output.
    ///
    /// # Errors
    /// An ending that stands for nothing.
    pub fn parse(output: &str) -> Result<Self> {
        let target = Target::parse(output);
        let form = match &target {
            Target::File(path) => form(path)?,
            _ => Form::Html,
        };
        Ok(Self { target, form })
    }

    /// Writes the document.
    ///
    /// # Errors
    /// A value that cannot be written; what the system says.
    pub fn write(&self, document: &Document) -> Result<()> {
        let text = match self.form {
            Form::Html => html(document),
            Form::Json => json(document),
            Form::Markdown => return self.write_markdown(document),
        };
        let text = text.map_err(|error| Error::Data(describe(&error)))?;
        write_whole(&self.target, text.as_bytes())
    }

    /// The pictures before the text has its name: it never shows one that is not there, and none is left of a text
    /// that cannot be written.
    fn write_markdown(&self, document: &Document) -> Result<()> {
        let folder = format!("{}_files", self.target.stem());
        let Markdown { text, pictures } =
            markdown(document, &folder).map_err(|error| Error::Data(describe(&error)))?;
        let Target::File(path) = &self.target else {
            return write_whole(&self.target, text.as_bytes());
        };
        let folder = path.with_file_name(&folder);
        write_whole_after(&self.target, text.as_bytes(), || {
            if !pictures.is_empty() {
                std::fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
            }
            pictures.iter().try_for_each(|(name, picture)| {
                write_whole(&Target::File(folder.join(name)), picture.as_bytes())
            })
        })?;
        without_older(&folder, pictures.len());
        Ok(())
    }

    /// Where it went, if that is a file.
    pub fn path(&self) -> Option<&Path> {
        match &self.target {
            Target::File(path) => Some(path),
            _ => None,
        }
    }
}

/// Removes the pictures of an earlier document that had more of them.
fn without_older(folder: &Path, pictures: usize) {
    let name = |number: usize| -> PathBuf { folder.join(format!("figure-{number}.svg")) };
    let _ = (pictures + 1..).try_for_each(|number| std::fs::remove_file(name(number)));
}

fn form(path: &Path) -> Result<Form> {
    let found = path
        .extension()
        .and_then(|found| ENDINGS.iter().find(|(ending, _)| found.eq_ignore_ascii_case(ending)));
    found.map(|(_, form)| *form).ok_or_else(|| {
        Error::Usage(format!(
            "{}: must end in .html, .md or .json, found {}",
            path.display(),
            ending(path)
        ))
    })
}
