//! Texts in a page.

use maud::{Markup, html};

use crate::document::words::{Piece, language, pieces};

/// A text with its code set apart, and with the language that its script tells.
pub fn prose(text: &str) -> Markup {
    let words = words(text);
    match language(text) {
        Some(tag) => html! { span lang=(tag) { (words) } },
        None => words,
    }
}

fn words(text: &str) -> Markup {
    html! {
        @for piece in pieces(text) {
            @match piece {
                Piece::Plain(words) => { (words) }
                Piece::Code(code) => { code { (code) } }
            }
        }
    }
}
