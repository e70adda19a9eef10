//! The audit: figure by figure its query, its table, its picture and what the rules find in it, as a document.

use std::time::{Duration, Instant};

use datafusion::common::{DataFusionError, Result};
use datafusion::prelude::SessionContext;

use super::arguments::Arguments;
use super::chapters::CHAPTERS;
use super::choices;
use super::facts::{self, Facts};
use super::figure::{Chapter, Figure, Rows};
use super::queries::{Answer, Queries};
use super::request::Request;
use super::rule::Rule;
use super::sentence::{Words, sentence};
use super::summary::{Asked, rules, summary};
use crate::document::{self, Block, Document, Finding, Table};
use crate::error::describe;
use crate::statement::Parameters;
use crate::words::count;

/// The table in memory that the rules of a figure look at.
const FIGURE: &str = "goalposts_audit_figure";

/// Rows that a page carries of a table.
const MOST: usize = 300;

/// Rows of a table that can be read beside a picture of them.
const FEW: usize = 100;

/// What was found.
#[derive(Debug)]
pub struct Audited {
    /// All of it.
    pub document: Document,
    /// The findings, by the number of their chapter, counted from 1.
    pub findings: Vec<(usize, Finding)>,
    /// How long each chapter took; first what comes before the first.
    pub seconds: Vec<(&'static str, Duration)>,
}

/// Audits an index. `watch` is told each chapter before it begins.
///
/// # Errors
///
/// What `composite_index` says of panel, framework and arguments; a figure that needs more memory than there is.
pub async fn audit(
    context: &SessionContext,
    parameters: &Parameters,
    request: &Request,
    watch: impl Fn(&str),
) -> Result<Audited> {
    let mut queries = Queries::new(context, parameters, request, templates());
    let audited = of_chapters(&mut queries, request, watch).await;
    queries.clear(&[FIGURE]);
    audited
}

/// All templates of queries.
fn templates() -> impl Iterator<Item = &'static str> {
    let figures = CHAPTERS.iter().flat_map(|chapter| chapter.figures);
    let of_figures = figures.flat_map(|figure| {
        std::iter::once(figure.sql).chain(figure.rules.iter().map(|rule| rule.sql))
    });
    facts::QUERIES.into_iter().chain(of_figures)
}

async fn of_chapters(
    queries: &mut Queries<'_>,
    request: &Request,
    watch: impl Fn(&str),
) -> Result<Audited> {
    let mut seconds = Vec::new();
    let mut start = Instant::now();
    let mut lap = |name| {
        seconds.push((name, start.elapsed()));
        start = Instant::now();
    };
    watch("The index");
    let facts = Facts::read(queries, request).await?;
    let varied = choices::uncertain(request, &facts);
    prepare(queries, request, &facts, &varied);
    lap("The index");
    let (mut findings, mut asked) = (Vec::new(), Vec::new());
    let mut chapters = Vec::new();
    for (place, chapter) in CHAPTERS.iter().enumerate() {
        watch(chapter.title);
        let mut blocks = vec![Block::Text(chapter.question.to_owned())];
        for figure in chapter.figures {
            blocks.push(Block::Heading(figure.title.to_owned()));
            let found = of_figure(figure, queries, &facts, &varied, &mut blocks).await?;
            asked.extend(figure.rules.iter().map(|&rule| {
                let of_rule = |found: &Vec<Finding>| {
                    found.iter().filter(|finding| finding.rule == rule.name).count()
                };
                Asked { chapter: place + 1, rule, found: found.as_ref().map(of_rule) }
            }));
            findings.extend(found.into_iter().flatten().map(|finding| (place + 1, finding)));
        }
        let (anchor, title) = (chapter.anchor.to_owned(), chapter.title.to_owned());
        chapters.push(document::Chapter { anchor, title, blocks });
        lap(chapter.title);
    }
    chapters.push(rules(&asked)?);
    let document = Document {
        title: request.title.clone().unwrap_or_else(|| title(&facts)),
        subtitle: Some(subtitle(&facts)),
        language: None,
        opening: summary(&findings, &facts),
        chapters,
        provenance: provenance(request, &varied),
    };
    Ok(Audited { document, findings, seconds })
}

/// What all queries of the chapters are given.
fn prepare(queries: &mut Queries<'_>, request: &Request, facts: &Facts, varied: &Arguments) {
    let drawn = |draws: u32| {
        let is_said = |name| varied.get(name).is_some();
        let draws = varied.with(&Arguments::default().and("draws", draws.to_string()));
        match is_said("seed") {
            true => draws,
            false => draws.and("seed", request.seed.to_string()),
        }
    };
    queries.add_to(
        "uncertainty",
        if facts.draws_are_given { varied.clone() } else { drawn(request.draws) },
    );
    queries.add_to("sensitivity", drawn(sample(request.draws)));
    if let Some(other) = &facts.other_aggregation {
        queries.add_to("compare", other.clone());
    }
}

/// Rows of a sample of the sensitivity analysis: a power of 2, a quarter of the draws or more; with five choices it takes
/// about twice as long as the uncertainty analysis.
fn sample(draws: u32) -> u32 {
    (draws / 4).max(2).next_power_of_two()
}

/// The blocks of a figure, and what its rules find; none if it cannot be computed.
async fn of_figure(
    figure: &'static Figure,
    queries: &mut Queries<'_>,
    facts: &Facts,
    varied: &Arguments,
    blocks: &mut Vec<Block>,
) -> Result<Option<Vec<Finding>>> {
    if let Some(why) = figure.needs.iter().find_map(|need| need.unmet(facts)) {
        blocks.push(Block::Text(why));
        return Ok(None);
    }
    let reading = figure.reading.replace("{in_period}", &facts.in_period());
    let reading = reading.replace("{parts}", &facts.parts_said());
    let reading = reading.replace("{rows}", facts.rows_said());
    blocks.push(Block::Text(reading.replace("{varied}", &choices::said(varied))));
    let Answer { sql, rows } = match queries.run(figure.sql).await {
        Ok(answer) => answer,
        Err(error) if is_of_the_machine(&error) => return Err(error),
        Err(error) => {
            blocks.push(Block::Text(format!("Not computed: {}.", describe(&error))));
            return Ok(None);
        }
    };
    if let Some(picture) = &figure.picture
        && rows.num_rows() > 0
    {
        let is_of_period = figure.reading.contains("{in_period}");
        let period = facts.period.as_ref().filter(|_| is_of_period);
        let period = period.map(|period| period.text.as_str());
        blocks.extend(picture.blocks(figure.title, period, &rows)?);
    }
    let is_table = match figure.rows {
        Rows::Shown => true,
        Rows::ShownIfFew => rows.num_rows() <= FEW,
        Rows::Drawn => false,
    };
    if rows.num_rows() == 0 {
        blocks.push(Block::Text(figure.none.replace("{in_period}", &facts.in_period())));
    } else if is_table {
        let (caption, rows) = (figure.title.to_owned(), rows.clone());
        blocks.push(Block::Table(Table { caption, rows, most: MOST }));
    }
    blocks.push(Block::Query(sql));
    let mut findings = Vec::new();
    if !figure.rules.is_empty() {
        queries.put(FIGURE, &rows)?;
        queries.word("figure", FIGURE);
    }
    for rule in figure.rules {
        findings.extend(of_rule(rule, queries, facts).await?);
    }
    blocks.extend(findings.iter().cloned().map(Block::Finding));
    Ok(Some(findings))
}

/// Whether an error says nothing of the index.
fn is_of_the_machine(error: &DataFusionError) -> bool {
    matches!(
        error.find_root(),
        DataFusionError::ResourcesExhausted(_) | DataFusionError::IoError(_)
    )
}

async fn of_rule(
    rule: &'static Rule,
    queries: &mut Queries<'_>,
    facts: &Facts,
) -> Result<Vec<Finding>> {
    queries.word("threshold", rule.threshold.map(|x| x.to_string()).unwrap_or_default());
    let rows = queries.run(rule.sql).await?.rows;
    let in_period = facts.in_period();
    let words = Words {
        labels: &facts.labels,
        in_period: &in_period,
        rows: facts.rows_said(),
        threshold: rule.threshold,
        is_short: false,
    };
    let short = Words { is_short: true, ..words };
    let finding = |row| {
        Ok(Finding {
            rule: rule.name,
            level: rule.level,
            statement: sentence(rule.statement, &rows, row, &words)?,
            headline: sentence(rule.statement, &rows, row, &short)?,
            evidence: sentence(rule.evidence, &rows, row, &words)?,
            advice: rule.advice,
        })
    };
    (0..rows.num_rows()).map(finding).collect()
}

fn title(facts: &Facts) -> String {
    let label = facts.labels.get(&facts.root).unwrap_or(&facts.root);
    format!("Statistical audit: {label}")
}

fn subtitle(facts: &Facts) -> String {
    let mut parts = vec![format!(
        "{} of {} units with a score{}",
        facts.scored,
        facts.units,
        facts.in_period()
    )];
    parts.push(count(facts.indicators().count(), "indicator"));
    if let [first, .., last] = facts.periods.as_slice() {
        parts.push(format!("periods {first} to {last}"));
    }
    parts.join(", ")
}

fn provenance(request: &Request, varied: &Arguments) -> Vec<(String, String)> {
    let mut said = vec![
        ("Panel".to_owned(), request.panel.clone()),
        ("Framework".to_owned(), request.framework.clone()),
    ];
    if !request.arguments.is_empty() {
        said.push(("Arguments".to_owned(), request.arguments.to_string()));
    }
    if let Some(release) = &request.last_release {
        said.push(("Last release".to_owned(), release.clone()));
    }
    said.push(("Varied in chapter 6".to_owned(), varied.to_string()));
    said.push(("Draws".to_owned(), request.draws.to_string()));
    said.push(("Seed".to_owned(), request.seed.to_string()));
    said.push(("Program".to_owned(), format!("goalposts {}", env!("CARGO_PKG_VERSION"))));
    said
}

/// The chapters and the figures of a rule.
#[must_use]
pub fn places(rule: &Rule) -> Vec<(&'static Chapter, &'static Figure)> {
    let all = CHAPTERS
        .iter()
        .flat_map(|chapter| chapter.figures.iter().map(|figure| (*chapter, *figure)));
    all.filter(|(_, figure)| figure.rules.iter().any(|known| known.name == rule.name)).collect()
}
