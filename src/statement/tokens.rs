//! Text to tokens with their places, put right for the parser.

use std::ops::Range;

use datafusion::common::{DataFusionError, Result};
use datafusion::sql::sqlparser::dialect::Dialect;
use datafusion::sql::sqlparser::parser::ParserError;
use datafusion::sql::sqlparser::tokenizer::{
    Location, Span, Token, TokenWithSpan, Tokenizer, TokenizerError,
};

use super::grammar::Grammar;
use crate::functions;

/// A token and the bytes of the text it was read from.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub token: TokenWithSpan,
    pub bytes: Range<usize>,
}

/// A part of the text of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its bytes in the whole text.
    pub bytes: Range<usize>,
    /// The line it begins on, counted from 1.
    pub line: usize,
    /// The letter of that line, counted from 1.
    pub column: usize,
}

pub(super) fn is_space(token: &Token) -> bool {
    matches!(token, Token::Whitespace(_))
}

/// The tokens of the text from `offset` on, which stands at `start`.
pub(super) fn tokenise(
    whole: &str,
    offset: usize,
    start: Location,
    grammar: Grammar,
    placed: &mut Vec<Placed>,
) -> Result<(), TokenizerError> {
    let moved = |at: Location| Location {
        line: at.line + start.line - 1,
        column: if at.line == 1 { at.column + start.column - 1 } else { at.column },
    };
    let dialect = grammar.dialect();
    let text = &whole[offset..];
    let mut tokens = Vec::new();
    let outcome = Tokenizer::new(dialect.as_ref(), text)
        .tokenize_with_location_into_buf(&mut tokens)
        .map_err(|error| TokenizerError { location: moved(error.location), ..error });
    let mut letters = text.char_indices();
    let mut here = Location { line: 1, column: 1 };
    let mut offset_of = |at: Location| {
        while (here.line, here.column) < (at.line, at.column) {
            match letters.next() {
                Some((_, '\n')) => here = Location { line: here.line + 1, column: 1 },
                Some(_) => here.column += 1,
                None => break,
            }
        }
        offset + letters.offset()
    };
    let mut before: Option<(Span, Range<usize>)> = None;
    for TokenWithSpan { token, span } in tokens {
        // What a dialect reads inside of a comment has the place of the comment.
        let bytes = match &before {
            Some((same, bytes)) if *same == span => bytes.clone(),
            _ => offset_of(span.start)..offset_of(span.end),
        };
        before = Some((span, bytes.clone()));
        let span = Span { start: moved(span.start), end: moved(span.end) };
        placed.push(Placed { token: TokenWithSpan { token, span }, bytes });
    }
    outcome
}

/// The tokens of a text that may be unfinished, and where what is never closed begins: at the end of
/// the text, if nothing is.
pub(crate) fn lex(text: &str, grammar: Grammar) -> (Vec<(Token, Range<usize>)>, usize) {
    let mut placed = Vec::new();
    let outcome = tokenise(text, 0, Location { line: 1, column: 1 }, grammar, &mut placed);
    let end = match outcome {
        Ok(()) => text.len(),
        Err(_) => placed.last().map_or(0, |last| last.bytes.end),
    };
    (placed.into_iter().map(|placed| (placed.token.token, placed.bytes)).collect(), end)
}

/// Without the word TABLE where it stands before an argument of a table function, as in
/// `composite_index(TABLE panel, TABLE framework)`: the parser knows it only in queries.
pub(super) fn without_table_keyword(tokens: &[Placed]) -> Vec<Placed> {
    // Whether each parenthesis that is open is that of a table function.
    let mut open: Vec<bool> = Vec::new();
    let (mut before, mut starts) = (None::<&str>, false);
    let mut kept = Vec::with_capacity(tokens.len());
    for placed in tokens {
        let word = match &placed.token.token {
            Token::Whitespace(_) => {
                kept.push(placed.clone());
                continue;
            }
            Token::Word(word) if word.quote_style.is_none() => Some(word.value.as_str()),
            _ => None,
        };
        let is_keyword = word.is_some_and(|word| word.eq_ignore_ascii_case("TABLE"));
        if !(is_keyword && starts && open.last() == Some(&true)) {
            kept.push(placed.clone());
        }
        match placed.token.token {
            Token::LParen => {
                let of_function = before.is_some_and(|name| functions::takes_table(name, 0, None));
                // (TABLE panel) is an argument as well.
                let of_argument = starts && open.last() == Some(&true);
                open.push(of_function || of_argument);
            }
            Token::RParen => _ = open.pop(),
            _ => {}
        }
        starts = matches!(placed.token.token, Token::LParen | Token::Comma | Token::RArrow);
        before = word;
    }
    kept
}

/// A number and the word that touches it are one name, as in `2022年` or `t.3rd`: the tokenizer of
/// most dialects reads `2022 AS 年`. What can be no name (`1.5m`) is an error.
pub(super) fn with_names(
    tokens: Vec<Placed>,
    whole: &str,
    dialect: &dyn Dialect,
) -> Result<Vec<TokenWithSpan>> {
    let mut kept: Vec<Placed> = Vec::with_capacity(tokens.len());
    for placed in tokens {
        let is_word = matches!(&placed.token.token, Token::Word(word) if word.quote_style.is_none())
            && !whole[placed.bytes.clone()].starts_with("/*");
        let number = kept.pop_if(|number| {
            is_word && is_number(number, whole) && number.bytes.end == placed.bytes.start
        });
        // Some dialects have done it, and take a dot for a part of the name.
        let begin = match &number {
            Some(number) => number,
            None if is_word && begins_as_number(&placed, whole) => &placed,
            None => {
                kept.push(placed);
                continue;
            }
        };
        let (mut from, mut start) = (begin.bytes.start, begin.token.span.start);
        let source = &whole[from..placed.bytes.end];
        let (name, has_dot) = match source.strip_prefix('.') {
            Some(name) => (name, true),
            None => (source, false),
        };
        let is_part = kept.last().is_some_and(|before| {
            before.bytes.end == from
                && matches!(before.token.token, Token::Word(_) | Token::RParen | Token::RBracket)
        });
        let is_name = name.chars().all(|c| c.is_ascii_digit() || dialect.is_identifier_part(c));
        if !is_name || (has_dot && !is_part) {
            return Err(DataFusionError::SQL(
                Box::new(ParserError::ParserError(format!(
                    "a number must not touch a word, got {source} (put a blank between them, or a \
                     name into double quotes){start}"
                ))),
                None,
            ));
        }
        if has_dot {
            let end = Location { column: start.column + 1, ..start };
            let span = Span { start, end };
            let token = TokenWithSpan { token: Token::Period, span };
            kept.push(Placed { token, bytes: from..from + 1 });
            (start, from) = (end, from + 1);
        }
        let token = TokenWithSpan {
            token: Token::make_word(name, None),
            span: Span { start, end: placed.token.span.end },
        };
        kept.push(Placed { token, bytes: from..placed.bytes.end });
    }
    Ok(kept.into_iter().map(|placed| placed.token).collect())
}

fn is_number(placed: &Placed, whole: &str) -> bool {
    matches!(placed.token.token, Token::Number(..) | Token::HexStringLiteral(_))
        && begins_as_number(placed, whole)
}

fn begins_as_number(placed: &Placed, whole: &str) -> bool {
    whole[placed.bytes.clone()].starts_with(|c: char| c.is_ascii_digit() || c == '.')
}
