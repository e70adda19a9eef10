//! Texts in a page.

use maud::{Markup, html};

use crate::document::words::{Piece, pieces};

/// A text with its code set apart.
pub fn prose(text: &str) -> Markup {
    html! {
        @for piece in pieces(text) {
            @match piece {
                Piece::Plain(words) => { (words) }
                Piece::Code(code) => { code { (code) } }
            }
        }
    }
}
