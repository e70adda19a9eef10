//! A file that a query reads.

use std::path::PathBuf;
use std::time::SystemTime;

use datafusion::catalog::Session;
use datafusion::common::Result;
use serde::{Deserialize, Serialize};

use super::hash::Hashes;
use super::place::named;
use crate::read::open::{INPUT, INPUT_SHOWN};
use crate::read::origin::Origin;
use crate::read::source::Source;

/// A file that a query reads, as it was when the query was planned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input {
    /// As it is told of.
    name: String,
    /// Where it lies on disk, its size and when it was changed.
    file: Option<(PathBuf, u64, SystemTime)>,
}

/// The same with what was in it, as it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRecord {
    /// From the working folder.
    pub path: String,
    /// In bytes.
    pub size: Option<u64>,
    /// Of what was in it; none where it is not known: standard input, a file that changed meanwhile.
    pub hash: Option<String>,
}

/// A folder or a pattern of files that was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pattern {
    /// From the working folder.
    pub path: String,
    /// Of the files that count.
    pub ending: String,
}

impl Input {
    /// The files of a table, and how they are found again.
    ///
    /// # Errors
    /// When there are none.
    pub async fn of(
        origin: &Origin,
        session: &dyn Session,
    ) -> Result<(Vec<Self>, Option<Pattern>)> {
        let source = match origin {
            Origin::Files(source) => source,
            Origin::Input => return Ok((vec![Self { name: INPUT.to_owned(), file: None }], None)),
        };
        let pattern = source.pattern();
        let pattern =
            pattern.map(|(path, ending)| Pattern { path: named(&path), ending: ending.to_owned() });
        Ok((files(source, session).await?, pattern))
    }

    /// With what is in it.
    pub fn record(&self, hashes: &Hashes) -> InputRecord {
        let file = self.file.as_ref();
        InputRecord {
            path: self.name.clone(),
            size: file.map(|(_, size, _)| *size),
            hash: file.and_then(|(path, size, modified)| hashes.at(path, *size, *modified)),
        }
    }
}

async fn files(source: &Source, session: &dyn Session) -> Result<Vec<Input>> {
    let found = source.found(session).await?.into_iter();
    let inputs = found.map(|(url, _)| {
        let Ok(path) = url.to_file_path() else {
            return Input { name: url.to_string(), file: None };
        };
        let name = named(&path);
        let found = std::fs::metadata(&path).ok();
        let file = found.and_then(|found| Some((path, found.len(), found.modified().ok()?)));
        Input { name, file }
    });
    Ok(inputs.collect())
}

impl Pattern {
    /// The names of the files that it finds now; none at all if it cannot be looked for.
    pub async fn names(&self, session: &dyn Session) -> Vec<String> {
        let Ok(source) = Source::again(&self.path, &self.ending) else { return Vec::new() };
        let files = files(&source, session).await.unwrap_or_default();
        files.into_iter().map(|file| file.name).collect()
    }
}

impl InputRecord {
    /// As a person is told of it.
    pub fn shown(&self) -> &str {
        match self.path.as_str() {
            INPUT => INPUT_SHOWN,
            path => path,
        }
    }
}
