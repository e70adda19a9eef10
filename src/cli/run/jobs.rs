//! Which files of a run can run at the same time: none of them changes what another sees, in the session
//! or on disk.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use datafusion::sql::sqlparser::tokenizer::Token;

use super::batch::Batch;
use super::results::Destination;
use crate::cli::file::QueryFile;
use crate::cli::script::{Grammar, lex};
use crate::cli::values;
use crate::statement::Parameters;

/// What the files of a run may read on disk, and what they write.
pub struct Jobs {
    files: Vec<Job>,
    /// Whether every table may be a result: these lie in the data folder, or it in theirs.
    is_all_tied: bool,
}

struct Job {
    /// Texts that may name files, those of views that files before it make as well.
    names: BTreeSet<String>,
    /// Its result.
    target: Option<PathBuf>,
}

impl Jobs {
    /// The files of a run; its folder of results exists.
    pub fn of(
        batch: &Batch,
        given: &[Parameters],
        grammar: Grammar,
        destination: &Destination,
        data: Option<&Path>,
    ) -> Self {
        let mut made = BTreeSet::new();
        let mut files = Vec::with_capacity(batch.files.len());
        for (file, given) in batch.files.iter().zip(given) {
            let mut names = names(file, given, grammar);
            if batch.changes_nothing(file, grammar) {
                names.extend(made.iter().cloned());
            } else {
                made.append(&mut names);
            }
            files.push(Job { names, target: destination.target(file).map(|path| real(&path)) });
        }
        let is_tied = |target: &Path, data: &Path| {
            let folder = target.parent().unwrap_or(target);
            folder.starts_with(data) || data.starts_with(folder)
        };
        let targets = files.iter().find_map(|job| job.target.as_deref());
        let is_all_tied =
            targets.zip(data).is_some_and(|(target, data)| is_tied(target, &real(data)));
        Self { files, is_all_tied }
    }

    /// How many files from one on can run together.
    pub fn together(&self, batch: &Batch, from: usize, grammar: Grammar) -> usize {
        let mut number = 0;
        for (at, file) in batch.files.iter().enumerate().skip(from) {
            let is_tied = (from..at).any(|other| {
                let (other, this) = (&self.files[other], &self.files[at]);
                self.is_all_tied || this.may_read(other) || other.may_read(this)
            });
            if is_tied || !batch.changes_nothing(file, grammar) {
                break;
            }
            number += 1;
        }
        number
    }
}

impl Job {
    /// Whether it may read the result of another.
    fn may_read(&self, other: &Self) -> bool {
        let target = other.target.as_deref();
        target.is_some_and(|target| self.names.iter().any(|name| reaches(name, target)))
    }
}

/// Whether a text that may name files, or be a pattern of them, may be of a file or what is in it.
fn reaches(name: &str, target: &Path) -> bool {
    let marks = ['*', '?', '['];
    match (name.find(marks), name.rfind(marks)) {
        (Some(first), Some(last)) => {
            let folder = name[..first].rfind('/').map_or(".", |end| &name[..=end]);
            let ending = name[last..].trim_start_matches(|c| marks.contains(&c) || c == ']');
            let is_pattern = name.contains('/') || ending.starts_with('.');
            is_pattern
                && target.starts_with(real(Path::new(folder)))
                && (target.to_string_lossy().ends_with(ending) || target.extension().is_none())
        }
        _ => {
            let path = Path::new(name.strip_prefix("file://").unwrap_or(name));
            let is_path = path.components().any(|part| matches!(part, Component::Normal(_)));
            let path = real(path);
            is_path && (target.starts_with(&path) || path.starts_with(target))
        }
    }
}

/// A path from the root, without links as far as it exists.
fn real(path: &Path) -> PathBuf {
    if let Ok(found) = std::fs::canonicalize(path) {
        return found;
    }
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) if !folder.as_os_str().is_empty() => real(folder).join(name),
        (_, Some(name)) => std::env::current_dir().unwrap_or_default().join(name),
        _ => path.to_owned(),
    }
}

/// The texts of a file, its expectations and its parameters that may name files.
fn names(file: &QueryFile, given: &Parameters, grammar: Grammar) -> BTreeSet<String> {
    let mut texts: BTreeSet<String> =
        file.steps.iter().map(|step| step.statement.whole().to_string()).collect();
    texts.extend(file.expectations().map(|stated| stated.what.text.clone()));
    texts.extend(values::names(file).filter_map(|name| given.shown(name)));
    let tokens = texts.iter().flat_map(|text| lex(text, grammar).0);
    let names = tokens.filter_map(|(token, _)| match token {
        Token::SingleQuotedString(text)
        | Token::DoubleQuotedString(text)
        | Token::EscapedStringLiteral(text) => Some(text),
        Token::Word(word) if word.quote_style.is_some() => Some(word.value),
        _ => None,
    });
    names.filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_reach_a_result_or_what_is_in_it() {
        let place = tempfile::tempdir().expect("a folder");
        let out = real(place.path()).join("out");
        std::fs::create_dir(&out).expect("made");
        let shown = out.display();
        let (file, folder) = (out.join("a.csv"), out.join("b"));
        for name in ["", "/", "/*.csv", "/a*", "/**/*.csv", "/a.csv", "/../out/a.csv"] {
            assert!(reaches(&format!("{shown}{name}"), &file), "{name}");
        }
        for name in ["/b/year=1/data_0.parquet", "/*/year=1/*.parquet", "/b"] {
            assert!(reaches(&format!("{shown}{name}"), &folder), "{name}");
        }
        for name in ["a", "/", ".", "..", "*", "^20.*", "%", "/nowhere/a.csv", "*.txt"] {
            assert!(!reaches(name, &file), "{name}");
        }
    }
}
