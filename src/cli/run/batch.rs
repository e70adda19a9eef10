//! The files of a run: read, and their parameters known before anything runs.

use std::path::PathBuf;

use crate::cli::error::Error;
use crate::cli::execute::Runner;
use crate::cli::file::QueryFile;
use crate::cli::script::Grammar;
use crate::cli::values;
use crate::hint;
use crate::statement::Parameters;

/// The files of a run.
pub struct Batch {
    pub files: Vec<QueryFile>,
}

impl Batch {
    /// Reads them.
    pub fn read(paths: &[PathBuf], grammar: Grammar) -> Self {
        Self { files: paths.iter().map(|path| QueryFile::read(path, grammar)).collect() }
    }

    /// The values of the parameters of each file.
    ///
    /// # Errors
    /// All that is wrong with headers and parameters, of all files.
    pub async fn values(&mut self, runner: &Runner) -> Result<Vec<Parameters>, Vec<Error>> {
        let (mut all, mut faults) = (Vec::new(), Vec::new());
        for file in &mut self.files {
            // What cannot be read is an error when its turn comes.
            match file.unreadable {
                Some(_) => all.push(Parameters::default()),
                None => match values::values(runner, file).await {
                    Ok(values) => all.push(values),
                    Err(mut errors) => faults.append(&mut errors),
                },
            }
            faults.append(&mut file.faults);
        }
        faults.extend(self.unknown(runner));
        if faults.is_empty() { Ok(all) } else { Err(faults) }
    }

    /// Parameters that were given and that no file has.
    fn unknown(&self, runner: &Runner) -> Vec<Error> {
        if self.files.iter().any(|file| file.unreadable.is_some()) {
            return Vec::new(); // it may be that file's
        }
        let given = runner.parameters().names();
        let unknown = given.filter(|name| !self.files.iter().any(|file| values::knows(file, name)));
        let unknown = unknown.map(|name| {
            let known = self.files.iter().flat_map(values::names);
            let meant = hint::did_you_mean(name, known);
            let files = if self.files.len() == 1 { "the file" } else { "one of the files" };
            Error::Usage(format!(
                "--param {name} must be a parameter of {files}, found none of that name{meant}"
            ))
        });
        unknown.collect()
    }

    /// Whether a file leaves the session as it is.
    pub fn changes_nothing(&self, file: &QueryFile, grammar: Grammar) -> bool {
        let mut steps = file.steps.iter();
        file.unreadable.is_none() && steps.all(|step| step.statement.only_reads(grammar))
    }
}
