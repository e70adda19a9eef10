//! The page around chapters.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use datafusion::common::Result;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::blocks::{Written, terms_of};
use super::text::prose;
use crate::document::model::{Chapter, Document};
use crate::document::table::FIRST;
use crate::words::printable;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// A document as a page.
///
/// # Errors
///
/// A value of a table cannot be written.
pub fn html(document: &Document) -> Result<String> {
    let mut written = Written::default();
    let opening = written.blocks(&document.opening)?;
    let mut chapters = String::new();
    for (at, one) in document.chapters.iter().enumerate() {
        chapters.push_str(&chapter(one, at + 1, &mut written)?.into_string());
    }
    let page = html! {
        (DOCTYPE)
        html lang=(document.language()) xmlns="http://www.w3.org/1999/xhtml" {
            (head(&document.title, &style(&written)))
            body {
                a.skip href="#_main" { "Skip to the text" }
                header {
                    h1 { (prose(&document.title)) }
                    @if let Some(subtitle) = &document.subtitle { p.subtitle { (prose(subtitle)) } }
                }
                (contents(document))
                main id="_main" tabindex="-1" {
                    @if !document.opening.is_empty() { div.opening { (opening) } }
                    (PreEscaped(chapters))
                    @if !document.provenance.is_empty() {
                        section id="_provenance" aria-labelledby="_provenance-title" {
                            h2 id="_provenance-title" { "Provenance" }
                            (terms_of(&document.provenance))
                        }
                    }
                }
            }
        }
    };
    Ok(printable(&page.into_string()) + "\n")
}

/// Colours of the paper, then of the pictures on it; on screens that are dark, both.
fn style(written: &Written) -> String {
    let properties = |is_dark| written.colours.properties(is_dark);
    STYLE
        .replace("/*light*/", &properties(false))
        .replace("/*dark*/", &properties(true))
        .replace("/*next*/", &(FIRST + 1).to_string())
}

/// What a browser may do for the page: draw it, and run its own script.
fn policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(SCRIPT));
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'; \
         base-uri 'none'; form-action 'none'"
    )
}

/// Elements without an end are written as XML has them.
fn head(title: &str, style: &str) -> Markup {
    let meta = |attributes: &str| PreEscaped(format!("<meta {attributes}/>"));
    html! {
        head {
            (meta("charset=\"utf-8\""))
            (meta(&format!("http-equiv=\"Content-Security-Policy\" content=\"{}\"", policy())))
            (meta("name=\"viewport\" content=\"width=device-width, initial-scale=1\""))
            (meta("name=\"color-scheme\" content=\"light dark\""))
            title { (title.replace('`', "")) }
            style { (PreEscaped(style)) }
            // It waits for the page: only what stands in a page may run by its hash.
            script { (PreEscaped(SCRIPT)) }
        }
    }
}

fn contents(document: &Document) -> Markup {
    html! {
        nav aria-labelledby="_contents" {
            h2 id="_contents" { "Contents" }
            ol {
                @for chapter in &document.chapters {
                    li { a href={ "#" (chapter.anchor) } { (prose(&chapter.title)) } }
                }
                @if !document.provenance.is_empty() {
                    li.last { a href="#_provenance" { "Provenance" } }
                }
            }
        }
    }
}

fn chapter(chapter: &Chapter, number: usize, written: &mut Written) -> Result<Markup> {
    let (id, title) = (&chapter.anchor, format!("_c{number}-title"));
    Ok(html! {
        section id=(id) aria-labelledby=(title) {
            h2 id=(title) { span.number { (number) } " " (prose(&chapter.title)) }
            (written.chapter(&chapter.blocks)?)
        }
    })
}
