//! Keeps the manifest of a run, and says which files need not run again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::asked::{Needs, name, needs};
use super::batch::Batch;
use super::manifest::{Expectation, FileRecord, Manifest, Output};
use super::one::Account;
use super::outcome::{Outcome, Status};
use super::results::Destination;
use crate::cli::error::{Error, Result};
use crate::cli::execute::Runner;
use crate::cli::file::QueryFile;
use crate::cli::provenance::place::named;
use crate::statement::Parameters;

/// What has become of a file in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// It has not come to it.
    Waits,
    /// It is as it was; its statements have not run.
    Spared,
    /// It is as it was, and its statements have run for those that need them.
    Restored,
    /// It has run anew.
    Ran,
}

/// Keeps the manifest of a run.
pub struct Keeper {
    path: PathBuf,
    manifest: Manifest,
    /// That of the run before, where it matters.
    before: Option<Manifest>,
    needs: Vec<Needs>,
    turns: Vec<Turn>,
    /// Records of files that are not of this run, and of those that it has not come to.
    others: Vec<FileRecord>,
}

impl Keeper {
    /// The keeper of a run; none where its results are not kept.
    ///
    /// # Errors
    /// A result that would have the manifest's name.
    pub fn of(
        batch: &Batch,
        values: &[Parameters],
        runner: &Runner,
        destination: &Destination,
        options: &BTreeMap<String, String>,
        is_incremental: bool,
    ) -> Result<Option<Self>> {
        let path = match destination {
            Destination::Output => return Ok(None),
            Destination::Folder(folder, _) => Manifest::path(folder, false),
            Destination::Workbook(file) => Manifest::path(file, true),
        };
        if batch.files.iter().any(|file| destination.target(file).as_ref() == Some(&path)) {
            return Err(Error::Usage(format!(
                "{}: must be the manifest, found it the result of a query (rename the query file)",
                path.display()
            )));
        }
        let before = Manifest::read(&path);
        let needs = needs(batch, values, runner, options);
        let turns = vec![Turn::Waits; needs.len()];
        // Of its own files a run that spares none knows nothing before it has come to them.
        let own = batch.files.iter().filter(|_| !is_incremental);
        let own: BTreeSet<String> = own.map(name).collect();
        let others = before.iter().flat_map(|before| before.files.clone());
        let is_other =
            |record: &FileRecord| Path::new(&record.file).exists() && !own.contains(&record.file);
        let others = others.filter(is_other).collect();
        let before = before.filter(|_| is_incremental);
        Ok(Some(Self { path, manifest: Manifest::new(), before, needs, turns, others }))
    }

    /// The files that must run before a file and that have not, in their order.
    pub fn missing(&self, i: usize) -> Vec<usize> {
        let earlier = self.needs[i].earlier.iter().copied();
        earlier.filter(|earlier| self.turns[*earlier] == Turn::Spared).collect()
    }

    /// The statements of a file have run although it is as it was.
    pub fn restored(&mut self, i: usize) {
        self.turns[i] = Turn::Restored;
    }

    /// Whether a file, its inputs and its result are as the run before left them; it is then done.
    ///
    /// # Errors
    /// When the manifest cannot be written.
    pub async fn spares(
        &mut self,
        i: usize,
        file: &QueryFile,
        runner: &Runner,
        destination: &Destination,
    ) -> Result<bool> {
        let name = name(file);
        let Some(record) = self.before.as_ref().and_then(|before| before.of(&name)) else {
            return Ok(false);
        };
        if !self.is_same(i, record, file, runner, destination).await {
            return Ok(false);
        }
        let record = record.clone();
        self.turns[i] = Turn::Spared;
        self.add(record)?;
        Ok(true)
    }

    async fn is_same(
        &self,
        i: usize,
        record: &FileRecord,
        file: &QueryFile,
        runner: &Runner,
        destination: &Destination,
    ) -> bool {
        let needs = &self.needs[i];
        let is_settled =
            |needed: &usize| matches!(self.turns[*needed], Turn::Spared | Turn::Restored);
        if record.status != Status::Passed.word()
            || record.always.is_some()
            || record.asked != needs.asked
            || !needs.files.iter().all(is_settled)
        {
            return false;
        }
        let hashes = runner.hashes();
        let is_here = |path: &str, size: Option<u64>, hash: Option<&String>| {
            hash.is_some()
                && hashes
                    .now(Path::new(path))
                    .is_ok_and(|(found, now)| Some(found) == size && Some(&now) == hash)
        };
        let wanted = needs.copies.iter().cloned().chain(destination.target(file));
        let wanted: BTreeSet<String> = wanted.map(|path| named(&path)).collect();
        let is_kept = |output: &Output| {
            wanted.contains(&output.path)
                && is_here(&output.path, output.size, output.hash.as_ref())
        };
        if !record.outputs.iter().all(is_kept)
            || !record.inputs.iter().all(|one| is_here(&one.path, one.size, one.hash.as_ref()))
        {
            return false;
        }
        let state = runner.context().state();
        for pattern in &record.patterns {
            let names = pattern.names(&state).await;
            if !names.iter().all(|name| record.inputs.iter().any(|input| input.path == *name)) {
                return false;
            }
        }
        true
    }

    /// A file has come to its end.
    ///
    /// # Errors
    /// When the manifest cannot be written; [`Error::Interrupted`].
    pub async fn end(
        &mut self,
        i: usize,
        file: &QueryFile,
        outcome: &Outcome,
        account: Account,
        runner: &Runner,
        destination: &Destination,
    ) -> Result<()> {
        self.turns[i] = Turn::Ran;
        let is_passed = outcome.status == Status::Passed;
        let hashes = runner.hashes();
        let copies = self.needs[i].copies.iter().filter(|_| is_passed);
        let mut outputs: Vec<Output> = copies.map(|path| Output::file(path, &hashes)).collect();
        outputs.extend(outcome.target.as_ref().filter(|_| is_passed).map(
            |target| match destination {
                Destination::Workbook(book) => Output {
                    path: named(book),
                    sheet: Some(target.trim_start_matches("sheet ").trim_matches('\'').to_owned()),
                    size: None,
                    hash: None,
                },
                _ => Output::file(Path::new(target), &hashes),
            },
        ));
        let needs = &self.needs[i];
        let read = runner.read(account.trail.files()).await?;
        let expectations = file.steps.iter().enumerate().flat_map(|(at, step)| {
            let is_checked = at < account.checked;
            step.expectations.iter().map(move |stated| (is_checked, stated))
        });
        let expectations = expectations.map(|(is_checked, stated)| {
            let is_broken = matches!(
                &outcome.error,
                Some(Error::Statement { origin, line, .. })
                    if **origin == *stated.origin && *line == stated.what.line
            );
            let held = if is_checked { Some(true) } else { is_broken.then_some(false) };
            Expectation { condition: stated.what.text.clone(), held }
        });
        let record = FileRecord {
            file: name(file),
            status: outcome.status.word().to_owned(),
            error: outcome.error.as_ref().map(ToString::to_string),
            asked: needs.asked.clone(),
            inputs: read.inputs,
            patterns: read.patterns,
            framework: (!account.frameworks.is_empty()).then(|| account.frameworks.join(", ")),
            always: read.fleeting.or_else(|| needs.always.clone()),
            outputs,
            rows: outcome.rows,
            columns: account.columns,
            expectations: expectations.collect(),
            seconds: (outcome.time.as_secs_f64() * 1e3).round() / 1e3,
        };
        self.add(record)
    }

    fn add(&mut self, record: FileRecord) -> Result<()> {
        self.others.retain(|other| other.file != record.file);
        self.manifest.files.retain(|known| known.file != record.file);
        self.manifest.files.push(record);
        let mut manifest = self.manifest.clone();
        manifest.files.extend(self.others.iter().cloned());
        manifest.files.sort_by(|a, b| a.file.cmp(&b.file));
        manifest.write(&self.path)
    }
}
