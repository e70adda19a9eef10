//! A query file as a chapter: what its header says, its pictures and tables, its SQL.

use std::collections::BTreeSet;
use std::path::Path;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;

use super::prose::Prose;
use crate::cli::error::{Error, Result};
use crate::cli::execute::Runner;
use crate::cli::expectation::check;
use crate::cli::file::QueryFile;
use crate::cli::provenance::trail::Trail;
use crate::document::{Block, Chapter, Figure, Table};
use crate::error::describe;
use crate::statement::Parameters;

/// A chapter, and what is told of it at the end.
pub struct Told {
    pub chapter: Chapter,
    /// What its statements read.
    pub trail: Trail,
    /// How many conditions were met.
    pub checked: usize,
    /// The results that it shows.
    pub results: Vec<RecordBatch>,
}

/// A result.
struct Shown {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    caption: Option<String>,
}

/// Runs a file and tells what it found.
///
/// # Errors
/// What goes wrong in a statement, an expectation that is broken, a picture that cannot be drawn.
pub async fn chapter(file: &QueryFile, runner: &Runner) -> Result<Told> {
    let again = file.again(runner.grammar());
    let file = again.as_ref().unwrap_or(file);
    if let Some(error) = file.without_query(runner.grammar()) {
        return Err(error);
    }
    let (mut shown, mut trail) = (Vec::new(), Trail::default());
    let (mut checks, mut last) = (Vec::new(), None);
    for step in &file.steps {
        let is_query = step.statement.is_query(runner.grammar());
        let mut rows = runner.start(&step.statement, &step.origin).await?;
        trail.extend(rows.trail());
        check(runner, &step.expectations, &mut rows).await?;
        checks.extend(step.expectations.iter().map(|stated| stated.what.text.clone()));
        let batches = rows.gather().await?;
        if rows.has_columns() {
            let (schema, caption) = (rows.schema.clone(), step.caption.clone());
            shown.push(Shown { schema, batches, caption });
            last = if is_query { Some(shown.len() - 1) } else { last };
        }
    }
    let title = title(file);
    let Prose { lead: mut blocks, notes } = Prose::read(&file.prose);
    if let Some(last) = last {
        blocks.extend(pictures(file, &shown[last])?);
    }
    let mut results = Vec::new();
    for (at, one) in shown.iter().enumerate() {
        let caption = one.caption.clone().unwrap_or_else(|| match last == Some(at) {
            true => title.clone(),
            false => format!("{title}, result {} of {}", at + 1, shown.len()),
        });
        let table = Table::of(caption, &one.schema, &one.batches)
            .map_err(|error| Error::Data(describe(&error)))?;
        results.push(table.rows.clone());
        blocks.push(Block::Table(table));
    }
    if shown.is_empty() {
        blocks.push(Block::Text(without_result(file).to_owned()));
    }
    blocks.extend(notes);
    blocks.extend(parameters(file, runner.parameters()));
    let checked = checks.len();
    if checked > 0 {
        blocks.push(Block::Checks(checks));
    }
    blocks.push(Block::Query(query(file)));
    let anchor = anchor(file);
    Ok(Told { chapter: Chapter { anchor, title, blocks }, trail, checked, results })
}

/// What a reader is told where there is no table.
fn without_result(file: &QueryFile) -> &'static str {
    match file.steps.is_empty() {
        true => "This file has no statement.",
        false => "The statements of this file have no result of their own.",
    }
}

/// What a file is about: the first line of its header, or else its name.
fn title(file: &QueryFile) -> String {
    let title = file.title.as_deref().map(|title| title.strip_suffix('.').unwrap_or(title).trim());
    title.filter(|title| !title.is_empty()).map_or_else(|| stem(file), str::to_owned)
}

fn stem(file: &QueryFile) -> String {
    let path = file.path.as_deref().unwrap_or(Path::new(&file.origin));
    path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// The word of a chapter in links: the name of its file in small letters, digits and hyphens.
fn anchor(file: &QueryFile) -> String {
    let mut word = String::new();
    for c in stem(file).to_lowercase().chars() {
        match c.is_alphanumeric() {
            true => word.push(c),
            false if !word.ends_with('-') => word.push('-'),
            false => {}
        }
    }
    word.trim_matches('-').to_owned()
}

/// Gives chapters whose files have one name words of their own: `gaps`, `gaps-2`.
pub fn tell_apart(chapters: &mut [Chapter]) {
    let mut taken = BTreeSet::new();
    for chapter in chapters {
        let word = match chapter.anchor.as_str() {
            "" => "chapter",
            word => word,
        };
        let mut words =
            std::iter::once(word.to_owned()).chain((2..).map(|n: usize| format!("{word}-{n}")));
        if let Some(own) = words.find(|word| taken.insert(word.clone())) {
            chapter.anchor = own;
        }
    }
}

/// The pictures that a header asks for.
fn pictures(file: &QueryFile, shown: &Shown) -> Result<Vec<Block>> {
    let requests = file.requests().into_iter().zip(&file.pictures);
    let draw = |(request, stated): (_, &crate::cli::file::Pictured)| {
        Figure::draw(&shown.schema, &shown.batches, &request)
            .map(|figure| Block::Picture(Box::new(figure)))
            .map_err(|error| Error::at(&file.origin, stated.said.line, describe(&error)))
    };
    requests.map(draw).collect()
}

/// Parameters with the values that the file was run with.
fn parameters(file: &QueryFile, values: &Parameters) -> Option<Block> {
    let terms = file.parameters.iter().filter_map(|stated| {
        let name = &stated.what.name;
        let value = values.shown(name)?;
        let meaning = stated.what.meaning.as_ref();
        let said = meaning.map_or_else(String::new, |meaning| format!(", {meaning}"));
        Some((format!("Parameter `{name}`"), format!("`{value}`{said}")))
    });
    let terms: Vec<_> = terms.collect();
    (!terms.is_empty()).then_some(Block::Terms(terms))
}

/// The SQL of a file, without its header: that is the text of the chapter.
fn query(file: &QueryFile) -> String {
    let is_comment = |line: &&str| line.trim().is_empty() || line.trim_start().starts_with("--");
    let text = file.text.trim_start_matches('\u{feff}');
    let lines = text.lines().skip_while(|line| is_comment(line) || line.starts_with("#!"));
    let mut written = format!("-- {}\n", file.origin);
    for line in lines {
        written.push_str(line);
        written.push('\n');
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chapters_have_words_of_their_own() {
        let chapter = |anchor: &str| Chapter {
            anchor: anchor.to_owned(),
            title: String::new(),
            blocks: Vec::new(),
        };
        let mut chapters = ["a", "a", "", "a-2", "", "a"].map(chapter);
        tell_apart(&mut chapters);
        let words = chapters.map(|chapter| chapter.anchor);
        assert_eq!(words, ["a", "a-2", "chapter", "a-2-2", "chapter-2", "a-3"]);
    }
}
