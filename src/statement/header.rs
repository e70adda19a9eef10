//! What the comments of a text declare: its title, its parameters, what must be true of its results, and how the last
//! of these is drawn.

use std::iter::Peekable;

use datafusion::common::{Result, plan_datafusion_err};
use datafusion::sql::sqlparser::tokenizer::{Location, Token, Whitespace};

use super::condition::Condition;
use super::grammar::Grammar;
use super::script::{Comment, Script, split};
use super::tokens::{Placed, is_space, tokenise};
use crate::error::describe;

/// How a parameter is declared.
const FORM: &str = "NAME: TYPE [= DEFAULT] [-- MEANING]";

/// What the comments of a text declare.
#[derive(Debug, Default)]
pub(crate) struct Header {
    /// The first line of the first comment.
    pub title: Option<String>,
    /// Parameters, in their order.
    pub parameters: Vec<Declared>,
    /// What must be true of results.
    pub expectations: Vec<Expected>,
    /// Pictures of the last result, as they are asked for: `-- plot: lines, x = period, y = value`.
    pub pictures: Vec<Said>,
    /// Where the figures are from: `-- source: National Bureau of Statistics`.
    pub source: Option<Said>,
    /// The unit of measurement of the values: `-- unit: 2014 = 100`.
    pub unit: Option<Said>,
    /// What a result shows, in a line: `-- table: Growth by region, percent`; each with the number of the statement
    /// that it stands in or that comes next.
    pub captions: Vec<(usize, Said)>,
    /// Comments before the first statement that declare nothing, behind the title.
    pub prose: Vec<Comment>,
    /// What cannot be read.
    pub faults: Vec<Fault>,
}

/// A parameter that is declared: `-- param year: BIGINT = 2024  -- reference year`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Declared {
    pub name: String,
    /// Its type, as it is written.
    pub type_name: String,
    /// Its default, a constant of SQL.
    pub default: Option<String>,
    /// What it stands for.
    pub meaning: Option<String>,
    pub line: usize,
}

/// What must be true of a result: `-- expect: rows = 6`.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    /// As it is written.
    pub text: String,
    pub conditions: Vec<Condition>,
    /// The parameters it names.
    pub placeholders: Vec<String>,
    pub line: usize,
    /// The number of the statement that it stands in or that comes next.
    pub before: usize,
}

/// What a comment says after its word, on its line and on those that go on with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub text: String,
    pub line: usize,
}

/// A comment that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub line: usize,
    pub message: String,
}

impl Header {
    /// Reads the comments of a text.
    pub fn read(script: &Script, grammar: Grammar) -> Self {
        let mut header = Self::default();
        let mut comments = script.comments.iter().peekable();
        while let Some(comment) = comments.next() {
            let line = comment.line;
            let is_before = comment.before == 0 && !is_inside(script, line);
            let mut fault = |message: String| {
                let message = message.split(" at Line: ").next().unwrap_or_default().to_owned();
                header.faults.push(Fault { line, message });
            };
            if let Some(text) = after(&comment.text, "param ") {
                match declared(text, line, grammar) {
                    Ok(one) if !is_before => fault(format!(
                        "${} must be declared before the first statement, found it after",
                        one.name
                    )),
                    Ok(one) => header.parameters.push(one),
                    Err(error) => fault(describe(&error)),
                }
            } else if let Some(text) = after(&comment.text, "expect:") {
                match Condition::read(text, grammar) {
                    Ok(conditions) => header.expectations.push(Expected {
                        text: text.to_owned(),
                        conditions,
                        placeholders: placeholders(text, grammar),
                        line,
                        before: comment.before,
                    }),
                    Err(error) => fault(format!("expectation: {}", describe(&error))),
                }
            } else if let Some(text) = after(&comment.text, "plot:") {
                match is_before {
                    true => header.pictures.push(said(text, comment, &mut comments)),
                    false => fault(
                        "a plot must be stated before the first statement, found it after".into(),
                    ),
                }
            } else if let Some(text) = after(&comment.text, "source:").filter(|_| is_before) {
                let said = said(text, comment, &mut comments);
                match &mut header.source {
                    Some(first) => first.text = format!("{}; {}", first.text, said.text),
                    none => *none = Some(said),
                }
            } else if let Some(text) = after(&comment.text, "unit:").filter(|_| is_before) {
                match &header.unit {
                    Some(Said { line: first, .. }) => {
                        fault(format!(
                            "the unit must be stated once, found it in line {first} as well"
                        ));
                    }
                    None => header.unit = Some(said(text, comment, &mut comments)),
                }
            } else if let Some(text) = after(&comment.text, "table:") {
                header.captions.push((comment.before, said(text, comment, &mut comments)));
            } else if header.title.is_none() && comment.before == 0 && !comment.text.is_empty() {
                // The first line may be `#!`, by which a system runs the file.
                let is_title = !(line == 1 && script.is_program);
                header.title = is_title.then(|| comment.text.clone());
            } else if is_before {
                header.prose.push(comment.clone());
            }
        }
        header
    }
}

/// Whether a line lies in the first statement.
fn is_inside(script: &Script, line: usize) -> bool {
    script.statements.first().is_some_and(|first| first.line() <= line)
}

/// What stands after a word, in whatever case.
fn after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word).then(|| rest.trim())
}

/// What a comment says, with the lines right below it that are set further in: these are taken.
fn said<'a>(
    text: &str,
    comment: &Comment,
    after: &mut Peekable<impl Iterator<Item = &'a Comment>>,
) -> Said {
    let (mut words, mut line) = (text.to_owned(), comment.line);
    let goes_on = |next: &&Comment, line| {
        next.line == line + 1 && next.indent > comment.indent + 1 && !next.text.is_empty()
    };
    while let Some(next) = after.next_if(|next| goes_on(next, line)) {
        words = format!("{words} {}", next.text).trim_start().to_owned();
        line = next.line;
    }
    Said { text: words, line: comment.line }
}

fn placeholders(text: &str, grammar: Grammar) -> Vec<String> {
    let script = split(text, grammar);
    let names = script.statements.iter().flat_map(|piece| piece.placeholders());
    names.map(str::to_owned).collect()
}

/// Reads a declaration.
fn declared(text: &str, line: usize, grammar: Grammar) -> Result<Declared> {
    let unlike = || plan_datafusion_err!("a parameter must be declared as {FORM}, got '{text}'");
    let mut tokens = Vec::new();
    let start = Location { line: 1, column: 1 };
    tokenise(text, 0, start, grammar, &mut tokens).map_err(|_| unlike())?;
    let comment = tokens.iter().position(is_comment);
    let meaning = comment.map(|at| text[tokens[at].bytes.start..].trim_start_matches('-').trim());
    tokens.truncate(comment.unwrap_or(tokens.len()));
    tokens.retain(|placed| !is_space(&placed.token.token));
    let [name, colon, rest @ ..] = tokens.as_slice() else { return Err(unlike()) };
    let (Token::Word(name), Token::Colon) = (&name.token.token, &colon.token.token) else {
        return Err(unlike());
    };
    let equals = rest.iter().position(|placed| placed.token.token == Token::Eq);
    let (of_type, default) = match equals {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let of_text = |tokens: &[Placed]| -> Option<String> {
        let (first, last) = (tokens.first()?, tokens.last()?);
        Some(text[first.bytes.start..last.bytes.end].to_owned())
    };
    let default = default.map(|tokens| of_text(tokens).ok_or_else(unlike)).transpose()?;
    Ok(Declared {
        name: name.value.clone(),
        type_name: of_text(of_type).ok_or_else(unlike)?,
        default,
        meaning: meaning.filter(|meaning| !meaning.is_empty()).map(str::to_owned),
        line,
    })
}

fn is_comment(placed: &Placed) -> bool {
    matches!(placed.token.token, Token::Whitespace(Whitespace::SingleLineComment { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Header {
        Header::read(&split(text, Grammar::default()), Grammar::default())
    }

    #[test]
    fn parameters_are_declared_before_the_first_statement() {
        let found = header(
            "#!/usr/bin/env goalposts\n-- How fast?\n--\n\
             -- param year: BIGINT = 2024  -- reference year\n-- PARAM units : VARCHAR[]=['a -- b', 'c']\n\
             --param d:DECIMAL(4, 1)\nSELECT 1;",
        );
        assert_eq!(found.title.as_deref(), Some("How fast?"));
        assert_eq!(found.faults, []);
        let shown = found.parameters.iter().map(|one| {
            (
                one.line,
                one.name.as_str(),
                one.type_name.as_str(),
                one.default.as_deref().unwrap_or("none"),
                one.meaning.as_deref().unwrap_or("none"),
            )
        });
        let shown: Vec<_> = shown.collect();
        assert_eq!(
            shown,
            [
                (4, "year", "BIGINT", "2024", "reference year"),
                (5, "units", "VARCHAR[]", "['a -- b', 'c']", "none"),
                (6, "d", "DECIMAL(4, 1)", "none", "none"),
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_a_fault_at_its_line() {
        for (text, words) in [
            ("-- param year BIGINT", "must be declared as NAME: TYPE"),
            ("-- param : BIGINT", "must be declared as"),
            ("-- param year:", "must be declared as"),
            ("-- param year: = 1", "must be declared as"),
            ("-- param year: BIGINT =", "must be declared as"),
            ("-- expect: rows =", "expectation: "),
            ("-- expect: a, b", "expectation: must be one expression"),
            ("SELECT 1;\n-- param y: INT", "before the first statement"),
            ("SELECT 1\n-- param y: INT\n;", "before the first statement"),
            ("SELECT 1\n-- plot: lines\n;", "before the first statement"),
            ("SELECT 1;\n-- plot: lines", "before the first statement"),
        ] {
            let found = header(text).faults;
            let [fault] = found.as_slice() else { panic!("{text}: {found:?}") };
            assert!(fault.message.contains(words), "{text}: {}", fault.message);
            assert_eq!(fault.line, text.lines().take_while(|l| !l.starts_with("--")).count() + 1);
        }
    }

    #[test]
    fn expectations_know_the_statement_after_them() {
        let found = header("-- expect: rows = $n\nSELECT 1; -- Expect: a > 0\nSELECT 2 AS a");
        assert_eq!(found.title, None);
        let shown: Vec<_> = found
            .expectations
            .iter()
            .map(|one| (one.text.as_str(), one.line, one.before))
            .collect();
        assert_eq!(shown, [("rows = $n", 1, 0), ("a > 0", 2, 1)]);
        assert_eq!(found.expectations[0].placeholders, ["n"]);
    }

    #[test]
    fn pictures_their_source_and_unit() {
        let found = header(
            "-- plot: lines, x = period,\n--       y = value\n-- How fast?\n--   not at all\n--plot:\n\
             -- Source: Bureau\n--   of Statistics\n--\n--   no more\n-- source: OECD\n-- UNIT: points\n\
             SELECT 1 -- unit: of the query\n;\n-- source: of another",
        );
        assert_eq!(found.faults, []);
        assert_eq!(found.title.as_deref(), Some("How fast?"));
        let shown: Vec<_> =
            found.pictures.iter().map(|one| (one.text.as_str(), one.line)).collect();
        assert_eq!(shown, [("lines, x = period, y = value", 1), ("", 5)]);
        let source = found.source.map(|said| (said.text, said.line));
        assert_eq!(source, Some(("Bureau of Statistics; OECD".to_owned(), 6)));
        assert_eq!(found.unit.map(|said| said.text).as_deref(), Some("points"));
        let twice = header("-- unit: a\n-- unit: b\nSELECT 1").faults;
        let [fault] = twice.as_slice() else { panic!("{twice:?}") };
        assert_eq!(
            (fault.line, fault.message.as_str()),
            (2, "the unit must be stated once, found it in line 1 as well")
        );
    }
}
