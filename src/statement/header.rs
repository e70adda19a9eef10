//! What the comments of a text declare: its title, its parameters, and what must be true of its results.

use datafusion::common::{Result, plan_datafusion_err};
use datafusion::sql::sqlparser::tokenizer::{Location, Token, Whitespace};

use super::condition::Condition;
use super::grammar::Grammar;
use super::script::{Script, split};
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
        for comment in &script.comments {
            let line = comment.line;
            let mut fault = |message: String| {
                let message = message.split(" at Line: ").next().unwrap_or_default().to_owned();
                header.faults.push(Fault { line, message });
            };
            if let Some(text) = after(&comment.text, "param ") {
                match declared(text, line, grammar) {
                    Ok(one) if comment.before > 0 || is_inside(script, line) => fault(format!(
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
            } else if header.title.is_none() && comment.before == 0 && !comment.text.is_empty() {
                // The first line may be `#!`, by which a system runs the file.
                let is_title = !(line == 1 && script.is_program);
                header.title = is_title.then(|| comment.text.clone());
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
}
