//! `goalposts report`: query files as one document, a chapter for each.

mod chapter;
mod opening;
mod prose;
mod provenance;

use std::path::PathBuf;
use std::time::Instant;

use clap::builder::NonEmptyStringValueParser;
use tokio::runtime::Handle;

use super::error::{Error, Result};
use super::options::Options;
use super::pages::Written;
use super::provenance::trail::Trail;
use super::report::{report, shown, since};
use super::run::batch::Batch;
use super::run::paths::query_files;
use crate::document::{Block, Chapter, Document};
use crate::words::count;
use chapter::{Told, chapter, tell_apart};
use opening::Opening;
use provenance::provenance;

/// Arguments of `report`.
#[derive(Debug, clap::Args)]
pub struct ReportCommand {
    /// Query files, or folders of them, in the order of their names; each is a chapter
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// File for the report: a page (.html), Markdown with its pictures beside it (.md), or its parts for
    /// programs (.json); - for a page on standard output
    #[arg(long, short, value_name = "FILE")]
    output: String,

    /// Title [default: that of the opening, or of the first chapter]
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    title: Option<String>,

    /// What stands below the title [default: that of the opening]
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    subtitle: Option<String>,

    /// Language of the texts, as a tag: en, de, zh-Hant [default: by the script of the title, or else en]
    #[arg(long, value_name = "TAG", value_parser = language)]
    language: Option<String>,

    /// Text before the first chapter, in Markdown: # title, *subtitle*, paragraphs, ## titles, lists [default:
    /// report.md of the folder, if there is one]
    #[arg(long, value_name = "FILE")]
    opening: Option<PathBuf>,
}

/// A tag of a language: letters, then parts of letters and digits between hyphens.
fn language(tag: &str) -> std::result::Result<String, String> {
    let is_part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_alphanumeric())
    };
    let (first, rest) =
        tag.split_once('-').map_or((tag, None), |(first, rest)| (first, Some(rest)));
    let is_language =
        (2..=3).contains(&first.len()) && first.bytes().all(|c| c.is_ascii_alphabetic());
    match is_language && rest.is_none_or(|rest| rest.split('-').all(is_part)) {
        true => Ok(tag.to_owned()),
        false => Err(format!("must be a tag of a language such as en or zh-Hant, got '{tag}'")),
    }
}

impl ReportCommand {
    /// Runs the files in one session and writes the report, unless one of them fails.
    pub async fn execute(&self, options: &Options, workers: &Handle) -> Result<()> {
        let start = Instant::now();
        let paths = query_files(&self.paths)?;
        let written = Written::parse(&self.output)?;
        let opening = self.opening.clone().or_else(|| opening::of_folder(&self.paths));
        if let Some(output) = written.path() {
            opening::ensure_apart(
                output,
                opening.as_deref(),
                &[&paths[..], &self.paths[..]].concat(),
            )?;
        }
        let opening = opening.map(|path| opening::read(&path)).transpose()?.unwrap_or_default();
        let runner = options.runner(workers).await?;
        let mut batch = Batch::read(&paths, runner.grammar());
        let values = batch.values(&runner).await;
        let values = values
            .map_err(|faults| Error::all(faults, |fault| report(&fault.told("goalposts"))))?;
        let mut all = Vec::new();
        for (file, values) in batch.files.iter_mut().zip(&values) {
            if let Some(error) = file.unreadable.take() {
                return Err(error);
            }
            all.push(chapter(file, &runner.with(values.clone())).await?);
        }
        let mut trail = Trail::default();
        all.iter().for_each(|told| trail.extend(&told.trail));
        let read = runner.read(trail).await?;
        let provenance = provenance(&batch.files, &values, &all, &read);
        let document = self.document(opening, all, provenance);
        written.write(&document)?;
        if let Some(path) = written.path() {
            let done = inventory(&document);
            options.say(&format!("{done} -> {} ({})", shown(path), since(start)));
        }
        Ok(())
    }

    fn document(
        &self,
        opening: Opening,
        told: Vec<Told>,
        provenance: Vec<(String, String)>,
    ) -> Document {
        let mut chapters: Vec<Chapter> = told.into_iter().map(|told| told.chapter).collect();
        tell_apart(&mut chapters);
        let first = || chapters.first().map(|chapter| chapter.title.clone());
        let title = self.title.clone().or(opening.title).or_else(first).unwrap_or_default();
        let subtitle = self.subtitle.clone().or(opening.subtitle);
        let (language, opening) = (self.language.clone(), opening.blocks);
        Document { title, subtitle, language, opening, chapters, provenance }
    }
}

/// `12 chapters, 13 tables, 3 pictures`.
fn inventory(document: &Document) -> String {
    let blocks = || document.chapters.iter().flat_map(|chapter| &chapter.blocks);
    let tables = blocks().filter(|block| matches!(block, Block::Table(_))).count();
    let pictures = blocks().filter(|block| matches!(block, Block::Picture(_))).count();
    let chapters = count(document.chapters.len(), "chapter");
    format!("{chapters}, {}, {}", count(tables, "table"), count(pictures, "picture"))
}
