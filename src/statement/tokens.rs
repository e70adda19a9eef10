//! Text to tokens, once: cut at the semicolons, names put right, handed to the parser.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use datafusion::common::config::Dialect;
use datafusion::common::{DataFusionError, Result, plan_err};
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::dialect::{self, GenericDialect, dialect_from_str};
use datafusion::sql::sqlparser::parser::ParserError;
use datafusion::sql::sqlparser::tokenizer::{
    Location, Span, Token, TokenWithSpan, Tokenizer, TokenizerError,
};

use super::headings::Headings;
use super::lambdas;
use crate::functions;

/// How a session reads SQL: what `SET datafusion.sql_parser...` says.
#[derive(Debug, Clone, Copy)]
pub struct Grammar {
    dialect: Dialect,
    recursion_limit: usize,
}

impl Default for Grammar {
    fn default() -> Self {
        Self { dialect: Dialect::Generic, recursion_limit: 50 }
    }
}

impl Grammar {
    /// Of a session as it is now.
    pub fn of(context: &SessionContext) -> Self {
        let state = context.state_ref();
        let state = state.read();
        let options = &state.config().options().sql_parser;
        Self { dialect: options.dialect, recursion_limit: options.recursion_limit.get() }
    }

    pub(super) fn dialect(&self) -> Box<dyn dialect::Dialect> {
        dialect_from_str(self.dialect).unwrap_or_else(|| Box::new(GenericDialect {}))
    }

    pub(super) fn recursion_limit(&self) -> usize {
        self.recursion_limit
    }
}

/// A token and the bytes of the text it was read from.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub token: TokenWithSpan,
    pub bytes: Range<usize>,
}

/// One statement of a text, without its semicolon.
#[derive(Debug, Clone)]
pub struct Piece {
    /// The text it stands in.
    whole: Arc<str>,
    /// Its tokens, and what stands between them. One at least.
    tokens: Vec<Placed>,
    grammar: Grammar,
}

/// What a text splits into.
#[derive(Debug, Default)]
pub struct Script {
    /// Statements in their order.
    pub statements: Vec<Piece>,
    /// Whether the last one lacks its semicolon, or ends inside a string or a comment.
    pub is_open: bool,
    /// A string or comment that is never closed.
    pub fault: Option<TokenizerError>,
}

/// A statement as the parser reads it, and what its columns are headed by.
#[derive(Debug)]
pub struct Parsed {
    pub(crate) statement: Statement,
    pub(super) headings: Headings,
}

/// Splits at semicolons, those in strings and comments left alone.
pub fn split(text: &str, grammar: Grammar) -> Script {
    let whole: Arc<str> = text.strip_prefix('\u{feff}').unwrap_or(text).into();
    let mut tokens = Vec::new();
    let start = Location { line: 1, column: 1 };
    let outcome = tokenise(&whole, 0, start, grammar, &mut tokens);
    let mut script = Script::default();
    let mut rest = Vec::new();
    for placed in tokens {
        match placed.token.token {
            Token::SemiColon => {
                script.statements.extend(piece(&whole, std::mem::take(&mut rest), grammar));
            }
            Token::Whitespace(_) if rest.is_empty() => {}
            _ => rest.push(placed),
        }
    }
    match outcome {
        Err(error) => {
            script.is_open = true;
            script.fault = Some(error);
        }
        Ok(()) => {
            let last = piece(&whole, rest, grammar);
            script.is_open = last.is_some();
            script.statements.extend(last);
        }
    }
    script
}

fn piece(whole: &Arc<str>, mut tokens: Vec<Placed>, grammar: Grammar) -> Option<Piece> {
    while tokens.last().is_some_and(|last| is_space(&last.token.token)) {
        tokens.pop();
    }
    (!tokens.is_empty()).then(|| Piece { whole: Arc::clone(whole), tokens, grammar })
}

pub(super) fn is_space(token: &Token) -> bool {
    matches!(token, Token::Whitespace(_))
}

/// The tokens of the text from `offset` on, which stands at `start`.
fn tokenise(
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

impl Piece {
    fn bytes(&self) -> Range<usize> {
        let start = self.tokens.first().map_or(0, |first| first.bytes.start);
        start..self.tokens.last().map_or(start, |last| last.bytes.end)
    }

    fn start(&self) -> Location {
        self.tokens.first().map_or(Location { line: 1, column: 1 }, |first| first.token.span.start)
    }

    /// The line it starts on, counted from 1.
    pub fn line(&self) -> usize {
        self.start().line as usize
    }

    /// The line it ends on.
    pub fn last_line(&self) -> usize {
        self.tokens.last().map_or(1, |last| last.token.span.end.line as usize)
    }

    /// Parses the statement. Positions in errors are those of the whole text.
    ///
    /// # Errors
    /// What the parser says.
    pub fn parse(&self, grammar: Grammar) -> Result<Parsed> {
        let mut other = Vec::new();
        // A statement before this one may have changed how SQL is read.
        let written = match self.grammar.dialect == grammar.dialect {
            true => &self.tokens,
            false => {
                let Range { start, end } = self.bytes();
                tokenise(&self.whole[..end], start, self.start(), grammar, &mut other)
                    .map_err(|error| DataFusionError::SQL(Box::new(error.into()), None))?;
                &other
            }
        };
        let dialect = grammar.dialect();
        let tokens = without_table_keyword(written);
        let mut tokens = with_names(tokens, &self.whole, dialect.as_ref())?;
        let starts = match grammar.dialect {
            Dialect::Generic => lambdas::mark(&mut tokens),
            _ => BTreeSet::new(),
        };
        let mut statements = DFParserBuilder::new(tokens.clone())
            .with_dialect(dialect.as_ref())
            .with_recursion_limit(grammar.recursion_limit)
            .build()?
            .parse_statements()?;
        let (Some(mut statement), None) = (statements.pop_front(), statements.pop_front()) else {
            return plan_err!("a text must be one statement, found another number");
        };
        let headings = Headings::read(&statement, &tokens, written, &self.whole, grammar);
        lambdas::read(&mut statement, &starts);
        Ok(Parsed { statement, headings })
    }
}

/// Without the word TABLE where it stands before an argument of a table function, as in
/// `composite_index(TABLE panel, TABLE framework)`: the parser knows it only in queries.
fn without_table_keyword(tokens: &[Placed]) -> Vec<Placed> {
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
fn with_names(
    tokens: Vec<Placed>,
    whole: &str,
    dialect: &dyn dialect::Dialect,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(String, usize)> {
        let script = split(text, Grammar::default());
        let text = |piece: &Piece| piece.whole[piece.bytes()].to_owned();
        script.statements.iter().map(|piece| (text(piece), piece.line())).collect()
    }

    #[test]
    fn semicolons_in_strings_and_comments_do_not_split() {
        let text = "-- it's; a comment\nselect 'a;b';\n/* ; ' */ select\n 2;;\nselect '北;京' -- 1";
        assert_eq!(
            texts(text),
            [
                ("select 'a;b'".to_owned(), 2),
                ("select\n 2".to_owned(), 3),
                ("select '北;京'".to_owned(), 5)
            ]
        );
    }

    #[test]
    fn what_is_unfinished_is_open() {
        let split = |text| split(text, Grammar::default());
        assert!(!split("select 1;\n").is_open);
        assert!(!split("  -- nothing\n").is_open);
        assert!(split("select 1").is_open);
        assert!(split("select 'a").is_open);
        let fault = split("select 1;\n\nselect 'a;").fault;
        assert_eq!(fault.map(|fault| fault.location.line), Some(3));
    }

    /// The statement as the parser understands it, or what it says.
    fn read(text: &str, dialect: Dialect) -> String {
        let grammar = Grammar { dialect, ..Grammar::default() };
        // Cut in one dialect, read in another: the places must be the same.
        let script = split(text, Grammar::default());
        match script.statements.last().expect("a statement").parse(grammar) {
            Ok(parsed) => parsed.statement.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_number_and_the_word_that_touches_it_are_one_name() {
        for (text, want) in [
            ("2022年", "2022年"),
            ("t.2022年", "t.2022年"),
            ("t.2022年.5月", "t.2022年.5月"),
            ("\"t\".3rd + 1", "\"t\".3rd + 1"),
            ("(s).2a", "(s).2a"),
            ("t.1e5x", "t.1e5x"),
            ("1e", "1e"),
            ("2a b", "2a AS b"),
            ("2 a", "2 AS a"),
            ("2/**/a", "2 AS a"),
            ("2 \"a\"", "2 AS \"a\""),
            ("1_0", "1_0"),
            ("0b11", "0b11"),
            ("0X1F", "0X1F"),
            ("0x1Fg", "0x1Fg"),
            ("2Lx", "2Lx"),
            ("1e5 + 0x1F + 1.5e-3 + 2L + .5", "1e5 + X'1F' + 1.5e-3 + 2L + .5"),
            ("x[1:2], $1", "x[1:2], $1"),
            ("2022年(1)", "2022年(1)"),
        ] {
            let text = format!("SELECT {text} FROM t");
            assert_eq!(read(&text, Dialect::Generic), format!("SELECT {want} FROM t"));
        }
        for (dialect, name) in [
            (Dialect::MySQL, "2022年"),
            (Dialect::Hive, "3rd"),
            (Dialect::PostgreSQL, "2022年"),
            (Dialect::DuckDB, "2022年"),
        ] {
            let text = format!("SELECT t.{name}, {name}, (s).{name} FROM {name}.t");
            assert_eq!(read(&text, dialect), text, "{dialect:?}");
        }
    }

    #[test]
    fn what_can_be_no_name_is_an_error_at_its_place() {
        for (text, source, column) in [
            ("1.5m", "1.5m", 2),
            ("2022.v", "2022.v", 2),
            (".5a", ".5a", 2),
            ("1e+5x", "1e+5x", 2),
            ("t .5a", ".5a", 4),
        ] {
            for dialect in [Dialect::Generic, Dialect::MySQL, Dialect::PostgreSQL] {
                let message = read(&format!("SELECT 1;\nSELECT\n {text}"), dialect);
                let want = format!("must not touch a word, got {source} (");
                let place = format!(" at Line: 3, Column: {column}");
                assert!(message.contains(&want) && message.contains(&place), "{text}: {message}");
            }
        }
    }

    #[test]
    fn the_word_table_is_left_out_before_an_argument() {
        let text = "select 1; select * from uncertainty(TABLE p, framework => table f)";
        let want = "SELECT * FROM uncertainty(p, framework => f)";
        assert_eq!(read(text, Dialect::Generic), want);
    }
}
