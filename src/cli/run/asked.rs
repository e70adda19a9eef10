//! What each file of a run asks for, and which files before it it needs.
//!
//! A file needs those whose tables, views or settings it uses, also through views. It comes after those
//! that read what it changes: when one of them runs again for its tables, it runs before.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use datafusion::prelude::SessionContext;

use super::batch::Batch;
use super::manifest::{Asked, Text};
use crate::catalog::{CATALOG, DEFAULT_SCHEMA};
use crate::cli::copy::Copy;
use crate::cli::execute::Runner;
use crate::cli::file::QueryFile;
use crate::cli::provenance::hash::of_bytes;
use crate::cli::provenance::place::named;
use crate::cli::values;
use crate::statement::{Effect, Parameters, tables};

/// What a file needs of others and does for them.
#[derive(Debug, Default)]
struct Ties {
    /// Tables that it names, also through views.
    names: BTreeSet<String>,
    /// Tables that it makes, changes or drops.
    makes: BTreeSet<String>,
    /// Whether others may see through it what its tables hold later.
    is_late: bool,
    /// Whether it may change how everything after it runs.
    is_for_all: bool,
    /// Files and folders that it writes by COPY.
    copies: BTreeSet<PathBuf>,
    /// What makes it run every time.
    always: Option<String>,
}

impl Ties {
    fn of(file: &QueryFile, context: &SessionContext, runner: &Runner) -> Self {
        let mut ties = Self::default();
        for step in &file.steps {
            let read = || step.statement.parse(runner.grammar());
            let Ok((named, effect)) = read().and_then(|parsed| tables(context, parsed)) else {
                ties.is_for_all = true; // it will fail, or an earlier file makes it readable
                continue;
            };
            let full = |name: datafusion::common::TableReference| {
                name.resolve(CATALOG, DEFAULT_SCHEMA).to_string()
            };
            ties.names.extend(named.into_iter().map(full));
            match effect {
                Effect::None => {}
                Effect::Tables(made) => ties.makes.extend(made.into_iter().map(full)),
                Effect::View(made) => {
                    ties.makes.insert(full(made));
                    ties.is_late = true;
                }
                Effect::All => ties.is_for_all = true,
                // Whoever reads what it writes knows it by what is in it.
                Effect::Files => match read().and_then(|mut parsed| Copy::take(&mut parsed)) {
                    Ok(Some(copy)) => ties.copies.extend(copy.path().map(Path::to_owned)),
                    _ => {
                        ties.is_for_all = true;
                        ties.always = Some("COPY to an address".to_owned());
                    }
                },
            }
        }
        ties
    }

    /// Takes the names of what it needs. Returns the files before it that it needs, and those that must
    /// have run before it if they run at all.
    fn tie(&mut self, before: &[(Self, Needs)]) -> (BTreeSet<usize>, BTreeSet<usize>) {
        let mut files = BTreeSet::new();
        loop {
            let known = files.len();
            for (i, (other, needs)) in before.iter().enumerate() {
                if other.is_for_all || !other.makes.is_disjoint(&self.names) {
                    files.extend(needs.files.iter().copied().chain([i]));
                }
            }
            for (other, _) in files.iter().map(|i| &before[*i]) {
                if other.is_late || other.is_for_all {
                    self.names.extend(other.names.iter().cloned());
                }
            }
            if files.len() == known {
                break;
            }
        }
        let mut earlier = files.clone();
        for (i, (other, needs)) in before.iter().enumerate() {
            let would_differ = self.is_for_all || !other.names.is_disjoint(&self.makes);
            if would_differ && !other.makes.is_empty() {
                earlier.extend(needs.files.iter().copied().chain([i]));
            }
        }
        (files, earlier)
    }
}

/// What a file asks for, and which it needs, by their numbers, in their order.
#[derive(Debug)]
pub struct Needs {
    pub asked: Asked,
    pub files: BTreeSet<usize>,
    /// The same with those that read what it changes: none of them may run after it.
    pub earlier: BTreeSet<usize>,
    /// What it writes by COPY, as a manifest has it.
    pub copies: Vec<PathBuf>,
    /// What makes it run every time.
    pub always: Option<String>,
}

/// What the files of a run ask for.
pub fn needs(
    batch: &Batch,
    values: &[Parameters],
    runner: &Runner,
    options: &BTreeMap<String, String>,
) -> Vec<Needs> {
    let context = runner.context();
    let mut all: Vec<(Ties, Needs)> = Vec::new();
    for (file, values) in batch.files.iter().zip(values) {
        let mut ties = Ties::of(file, context, runner);
        let (files, earlier) = ties.tie(&all);
        let mut asked = asked(file, values, options);
        asked.depends_on = files
            .iter()
            .map(|i| {
                let needed = &all[*i].1.asked;
                let said = serde_json::to_vec(&(&needed.sql, &needed.includes, &needed.parameters));
                Text {
                    file: name(&batch.files[*i]),
                    hash: of_bytes(&said.unwrap_or_default()), // texts always can
                }
            })
            .collect();
        let (always, copies) = (ties.always.clone(), ties.copies.iter().cloned().collect());
        all.push((ties, Needs { asked, files, earlier, copies, always }));
    }
    all.into_iter().map(|(_, needs)| needs).collect()
}

fn asked(file: &QueryFile, given: &Parameters, options: &BTreeMap<String, String>) -> Asked {
    let texts = file.includes.iter().map(|path: &PathBuf| {
        let hash = std::fs::read(path).map(|text| of_bytes(&text)).unwrap_or_default();
        Text { file: named(path), hash }
    });
    let parameters = values::names(file).filter_map(|name| {
        let value = given.shown(name)?;
        Some((name.to_owned(), value))
    });
    Asked {
        sql: of_bytes(file.text.as_bytes()),
        includes: texts.collect(),
        parameters: parameters.collect(),
        options: options.clone(),
        depends_on: Vec::new(),
    }
}

/// How a manifest calls a query file.
pub fn name(file: &QueryFile) -> String {
    named(file.path.as_deref().unwrap_or(Path::new(&file.origin)))
}
