//! The tokens of a text without blanks and comments, and small questions to them.

use std::ops::Range;

use datafusion::sql::sqlparser::tokenizer::{Token, Whitespace};

use crate::cli::script::{Grammar, lex};
use crate::cli::shell::entries::cut;

/// A token and its bytes.
pub type Placed = (Token, Range<usize>);

/// What a text before the cursor ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// Nothing: a word may begin.
    Open,
    /// A string that begins after this byte.
    Text(usize),
    /// A quoted name that begins at this byte.
    Name(usize),
    /// A comment or something else that nothing can be offered for.
    Comment,
}

/// A text whose commands are blanks.
pub fn without_commands(text: &str, grammar: Grammar) -> String {
    let mut text = text.to_owned();
    for line in cut(&text, grammar).commands {
        let blanks = " ".repeat(line.len());
        text.replace_range(line, &blanks);
    }
    text
}

/// The tokens, and what the text ends in.
pub fn read(text: &str, grammar: Grammar) -> (Vec<Placed>, Ends) {
    let (tokens, end) = lex(text, grammar);
    let rest = &text[end..];
    let ends = match rest.find(['\'', '"']) {
        _ if rest.is_empty() => {
            let last = tokens.last().map(|(token, _)| token);
            match last {
                Some(Token::Whitespace(Whitespace::SingleLineComment { .. }))
                    if !text.ends_with('\n') =>
                {
                    Ends::Comment
                }
                _ => Ends::Open,
            }
        }
        Some(quote) if !rest.starts_with("/*") => match rest[quote..].starts_with('"') {
            true => Ends::Name(end + quote),
            false => Ends::Text(end + quote + 1),
        },
        _ => Ends::Comment,
    };
    let is_token = |(token, _): &Placed| !matches!(token, Token::Whitespace(_));
    (tokens.into_iter().filter(is_token).collect(), ends)
}

/// The tokens of the statement that has this byte.
pub fn statement_at(tokens: &[Placed], at: usize) -> &[Placed] {
    let is_end = |(token, _): &Placed| *token == Token::SemiColon;
    let ends = tokens.iter().enumerate().filter(|(_, placed)| is_end(placed));
    let (mut start, mut stop) = (0, tokens.len());
    for (i, (_, bytes)) in ends {
        if bytes.start < at {
            start = i + 1;
        } else {
            stop = stop.min(i);
        }
    }
    &tokens[start..stop.max(start)]
}

/// An unquoted word, in lower case.
pub fn word(placed: Option<&Placed>) -> Option<String> {
    match placed {
        Some((Token::Word(word), _)) if word.quote_style.is_none() => {
            Some(word.value.to_lowercase())
        }
        _ => None,
    }
}

/// A name, quoted or not, as it is looked up.
pub fn name(placed: &Placed) -> Option<String> {
    match &placed.0 {
        Token::Word(word) if word.quote_style.is_some() => Some(word.value.clone()),
        Token::Word(word) => Some(word.value.to_lowercase()),
        _ => None,
    }
}

pub fn opens(token: &Token) -> bool {
    matches!(token, Token::LParen | Token::LBracket | Token::LBrace)
}

pub fn closes(token: &Token) -> bool {
    matches!(token, Token::RParen | Token::RBracket | Token::RBrace)
}

/// The token that closes the one at `open`.
pub fn closing(tokens: &[Placed], open: usize) -> Option<usize> {
    let mut depth = 0;
    for (i, (token, _)) in tokens.iter().enumerate().skip(open) {
        depth += i32::from(opens(token)) - i32::from(closes(token));
        if depth == 0 {
            return Some(i);
        }
    }
    None
}
