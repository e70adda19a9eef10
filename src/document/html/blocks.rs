//! The parts of a chapter in a page.

use datafusion::common::Result;
use maud::{Markup, PreEscaped, html};

use super::picture::{Colours, svg};
use super::table::table;
use super::text::prose;
use crate::document::figure::Figure;
use crate::document::model::{Block, Finding};
use crate::words::count;

/// What has been written of a page: tables and figures are numbered through it.
#[derive(Debug, Default)]
pub struct Written {
    tables: usize,
    figures: usize,
    /// Whether a chapter has begun: its headings stand below its title.
    is_chapter: bool,
    /// The colours of its figures.
    pub colours: Colours,
}

impl Written {
    /// The parts of a chapter; before the first, those of the opening are to be written.
    ///
    /// # Errors
    ///
    /// A value of a table cannot be written.
    pub fn chapter(&mut self, blocks: &[Block]) -> Result<Markup> {
        self.is_chapter = true;
        self.blocks(blocks)
    }

    /// Parts, one after another.
    ///
    /// # Errors
    ///
    /// A value of a table cannot be written.
    pub fn blocks(&mut self, blocks: &[Block]) -> Result<Markup> {
        let mut written = String::new();
        for block in blocks {
            written.push_str(&self.block(block)?.into_string());
        }
        Ok(PreEscaped(written))
    }

    fn block(&mut self, block: &Block) -> Result<Markup> {
        Ok(match block {
            Block::Heading(title) if self.is_chapter => html! { h3 { (prose(title)) } },
            Block::Heading(title) => html! { h2 { (prose(title)) } },
            Block::Text(text) => html! { p { (prose(text)) } },
            Block::List(texts) => html! { ul { @for text in texts { li { (prose(text)) } } } },
            Block::References(references) => html! {
                ul {
                    @for one in references {
                        li {
                            (prose(&one.text)) " ("
                            a href={ "#" (one.anchor) } { "chapter " (one.chapter) } ")"
                        }
                    }
                }
            },
            Block::Terms(terms) => terms_of(terms),
            Block::Checks(checks) => html! {
                details.checks {
                    summary { "Checked: " (count(checks.len(), "condition")) }
                    ul { @for check in checks { li { code { (check) } } } }
                }
            },
            Block::Finding(found) => finding(found),
            Block::Table(one) => {
                self.tables += 1;
                table(one, self.tables)?
            }
            Block::Picture(one) => {
                self.figures += 1;
                figure(one, self.figures, &mut self.colours)
            }
            Block::Query(text) => html! {
                details.query {
                    summary { "Query" }
                    pre tabindex="0" { code { (text.trim_end()) } }
                }
            },
        })
    }
}

/// A list of names and what is said of each.
pub fn terms_of(terms: &[(String, String)]) -> Markup {
    html! {
        dl { @for (name, said) in terms { div { dt { (prose(name)) } dd { (prose(said)) } } } }
    }
}

fn finding(finding: &Finding) -> Markup {
    let word = finding.level.word();
    html! {
        div class={ "finding " (word) } role="note" {
            p.statement {
                span.level { (word) } " "
                (prose(&finding.statement))
            }
            p { (prose(&finding.evidence)) }
            p { (prose(finding.advice)) " " span.rule { "(" (finding.rule) ")" } }
        }
    }
}

fn figure(figure: &Figure, number: usize, colours: &mut Colours) -> Markup {
    let picture = &figure.light;
    let (caption, described) = (format!("_f{number}-caption"), format!("_f{number}-described"));
    let written = svg(figure, number, colours);
    // The caption names it; a title of its own would be read twice and shown over every mark.
    let (start, end) = (written.find("<title>"), written.find("</title>"));
    let written = match (start, end) {
        (Some(start), Some(end)) => {
            written[..start].to_owned() + &written[end + "</title>".len()..]
        }
        _ => written,
    };
    let named = format!("<svg aria-labelledby=\"{caption}\" aria-describedby=\"{described}\"");
    let written = written.replacen("<svg", &named, 1);
    let written = written.replacen("<desc>", &format!("<desc id=\"{described}\">"), 1);
    html! {
        figure {
            figcaption id=(caption) {
                span.number { "Figure " (number) } " "
                (prose(picture.name()))
                @if let Some(subtitle) = picture.subtitle() { span.subtitle { (prose(subtitle)) } }
            }
            // The picture has the whole caption: its box is called by the number.
            div.wide role="group" aria-label={ "Figure " (number) } tabindex="0" { (PreEscaped(written)) }
            @for note in picture.notes() { p.note { (prose(&note)) } }
        }
    }
}
