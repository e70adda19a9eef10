//! What the text around the cursor asks for.

use datafusion::sql::sqlparser::tokenizer::Token;

use super::candidate::quoted;
use super::tokens::{
    Ends, Placed, closes, name, opens, read, statement_at, without_commands, word,
};
use crate::cli::script::Grammar;
use crate::cli::shell::entries::cut;
use crate::functions;

/// Where the cursor is.
#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    /// Where what is typed begins.
    pub start: usize,
    /// What is typed, up to the cursor.
    pub word: String,
    pub asks: Asks,
}

/// What may stand there.
#[derive(Debug, PartialEq, Eq)]
pub enum Asks {
    /// Nothing that is known.
    Nothing,
    /// The name of a command.
    Command,
    /// The name of a command that ends a statement.
    Ending,
    /// What follows this command.
    OfCommand(String),
    /// A file.
    File,
    /// A parameter.
    Parameter,
    /// A column of this relation, or a table of this schema.
    Of(String),
    /// A table or a table function.
    Relation,
    /// An argument of one of our functions.
    Argument(Call),
    /// Anything.
    Anything,
}

/// A call of one of our functions, around the cursor.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// The function.
    pub function: String,
    /// The position of the argument, counted from 0.
    pub position: usize,
    /// The name before `=>`.
    pub name: Option<String>,
    /// Names of other arguments.
    pub given: Vec<String>,
    /// How many of those stand before the cursor.
    pub given_before: usize,
    /// The names of tables that it is given by their position.
    pub tables: Vec<String>,
    /// Whether the cursor is in a string.
    pub in_text: bool,
    /// Whether the argument only begins.
    pub begins: bool,
}

/// The place of the cursor in a text.
pub fn place(text: &str, cursor: usize, grammar: Grammar) -> Place {
    let lines = cut(text, grammar).commands;
    if let Some(line) = lines.into_iter().find(|line| line.start <= cursor && cursor <= line.end) {
        return of_command(&text[line.start..cursor], cursor);
    }
    let text = without_commands(text, grammar);
    let before = &text[..cursor];
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut start = before.trim_end_matches(is_word).len();
    let (_, ends) = read(&before[..start], grammar);
    let (tokens, ends) = match ends {
        // A parameter, or a word that stands alone.
        Ends::Open => {
            if before[..start].ends_with('$') {
                start -= 1;
                return Place { start, word: before[start..].to_owned(), asks: Asks::Parameter };
            }
            if before[..start].ends_with('\\') {
                start -= 1;
                return Place { start, word: before[start..].to_owned(), asks: Asks::Ending };
            }
            read(&before[..start], grammar)
        }
        _ => read(before, grammar),
    };
    let head = statement_at(&tokens, cursor);
    let (whole, _) = read(&text, grammar);
    let whole = statement_at(&whole, cursor);
    match ends {
        Ends::Comment => Place { start: cursor, word: String::new(), asks: Asks::Nothing },
        Ends::Text(start) => {
            let asks = in_text(head, whole);
            Place { start, word: before[start..].to_owned(), asks }
        }
        Ends::Open => {
            let word = before[start..].to_owned();
            let (start, asks) = in_statement(head, whole, start);
            Place { start, word, asks }
        }
        Ends::Name(quote) => {
            let word = before[quote..].to_owned();
            let (start, asks) = in_statement(head, whole, quote);
            Place { start, word, asks }
        }
    }
}

fn of_command(line: &str, cursor: usize) -> Place {
    let indent = line.len() - line.trim_start().len();
    let command = &line[indent..];
    let from = cursor - command.len();
    match command.find(char::is_whitespace) {
        None => Place { start: from, word: command.to_owned(), asks: Asks::Command },
        Some(end) => {
            let argument = &command[end..];
            let argument = argument.trim_start();
            let name = command[1..end].to_owned();
            Place {
                start: cursor - argument.len(),
                word: argument.to_owned(),
                asks: Asks::OfCommand(name),
            }
        }
    }
}

/// What a string asks for, given what stands before it.
fn in_text(head: &[Placed], whole: &[Placed]) -> Asks {
    if let Some(call) = call(head, whole) {
        let is_file = call.function == "read_table" && call.position == 0;
        return match is_file {
            true => Asks::File,
            false => Asks::Argument(Call { in_text: true, ..call }),
        };
    }
    let before = word(head.last());
    match before.as_deref() {
        Some("location" | "to") => Asks::File,
        _ if wants_relation(head) => Asks::File,
        _ => Asks::Nothing,
    }
}

/// What a word asks for that begins at `start`, and where what is replaced begins.
fn in_statement(head: &[Placed], whole: &[Placed], start: usize) -> (usize, Asks) {
    if let [before @ .., relation, (Token::Period, period)] = head
        && period.end == start
        && relation.1.end == period.start
        && let Some(relation_name) = name(relation)
    {
        // As in schema.table.column.
        let schema = match before {
            [.., schema, (Token::Period, dot)]
                if dot.end == relation.1.start && schema.1.end == dot.start =>
            {
                name(schema)
            }
            _ => None,
        };
        let full =
            schema.map_or(relation_name.clone(), |schema| format!("{schema}.{relation_name}"));
        return (start, Asks::Of(full));
    }
    if wants_relation(head) {
        return (start, Asks::Relation);
    }
    let asks = match call(head, whole) {
        Some(call) => Asks::Argument(call),
        None => Asks::Anything,
    };
    (start, asks)
}

/// Whether a table comes next.
fn wants_relation(head: &[Placed]) -> bool {
    let Some((last, before)) = head.split_last() else { return false };
    match word(Some(last)).as_deref() {
        Some("from") => {
            let is_distinct = word(before.last()).as_deref() == Some("distinct");
            let of = innermost(before).and_then(|open| word(before[..open].last()));
            let is_extract = matches!(
                of.as_deref(),
                Some("extract" | "substring" | "trim" | "overlay" | "position")
            );
            !is_distinct && !is_extract
        }
        Some("join" | "table" | "into" | "lateral") => true,
        Some("describe" | "desc" | "summarize" | "update") => before.is_empty(),
        Some("copy") => before.is_empty(),
        _ => last.0 == Token::Comma && is_in_from(before),
    }
}

/// Whether the list that goes on here is one of tables.
fn is_in_from(head: &[Placed]) -> bool {
    let mut depth = 0;
    for placed in head.iter().rev() {
        if closes(&placed.0) {
            depth += 1;
        } else if opens(&placed.0) {
            depth -= 1;
            if depth < 0 {
                return false;
            }
        } else if depth == 0 {
            match word(Some(placed)).as_deref() {
                Some("from" | "join") => return true,
                Some("select" | "where" | "by" | "having" | "set" | "values" | "with") => {
                    return false;
                }
                _ => {}
            }
        }
    }
    false
}

/// The token that opened the innermost parenthesis which is not closed.
fn innermost(head: &[Placed]) -> Option<usize> {
    let mut depth = 0;
    for (i, (token, _)) in head.iter().enumerate().rev() {
        if closes(token) {
            depth += 1;
        } else if opens(token) {
            if depth == 0 {
                return Some(i);
            }
            depth -= 1;
        }
    }
    None
}

/// The call of one of our functions whose argument comes next.
fn call(head: &[Placed], whole: &[Placed]) -> Option<Call> {
    let mut open = innermost(head)?;
    while head[open].0 != Token::LParen {
        open = innermost(&head[..open])?; // a list is the value of an argument
    }
    let function = word(head[..open].last())?;
    functions::page(&function)?;
    let mut call = Call { function, ..Call::default() };
    let mut depth = 0;
    let mut last = open;
    for (i, (token, _)) in head.iter().enumerate().skip(open + 1) {
        if opens(token) {
            depth += 1;
        } else if closes(token) {
            depth -= 1;
        } else if depth == 0 && *token == Token::Comma {
            call.position += 1;
            call.given_before += usize::from(call.name.take().is_some());
            last = i;
        } else if depth == 0 && *token == Token::RArrow {
            call.name = word(head[..i].last());
        }
    }
    call.begins = last + 1 == head.len();
    let byte = head[open].1.start;
    call.given = names_given(whole, byte);
    call.tables = tables_given(head, open);
    let own = call.name.clone();
    call.given.retain(|name| Some(name) != own.as_ref());
    // The value of a named argument is a word, a list of words or a text; further on it is anything.
    let before = &head[head.len() - 1].0;
    let is_value = call.name.is_some()
        && (*before == Token::RArrow || (opens(before) || *before == Token::Comma));
    (call.begins || is_value).then_some(call)
}

/// The arguments that are nothing but a name.
fn tables_given(head: &[Placed], open: usize) -> Vec<String> {
    let arguments = head[open + 1..].split(|(token, _)| *token == Token::Comma);
    let mut tables = Vec::new();
    for argument in arguments {
        let argument = match word(argument.first()).as_deref() {
            Some("table") => &argument[1..],
            _ => argument,
        };
        let parts = argument.iter().step_by(2).map(|part| Some(quoted(&name(part)?)));
        let parts: Option<Vec<String>> = parts.collect();
        let has_dots = argument.iter().skip(1).step_by(2).all(|(token, _)| *token == Token::Period);
        match parts {
            Some(parts) if has_dots && !parts.is_empty() => tables.push(parts.join(".")),
            _ => break,
        }
    }
    tables
}

/// The names before `=>` in the call that opens at this byte.
fn names_given(whole: &[Placed], open: usize) -> Vec<String> {
    let Some(open) = whole.iter().position(|(_, bytes)| bytes.start == open) else {
        return Vec::new();
    };
    let mut depth = 0;
    let mut names = Vec::new();
    for (i, (token, _)) in whole.iter().enumerate().skip(open) {
        depth += i32::from(opens(token)) - i32::from(closes(token));
        if depth == 0 {
            break;
        }
        if depth == 1 && *token == Token::RArrow {
            names.extend(word(whole[..i].last()));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place of the mark ‸ in a text.
    fn at(text: &str) -> Place {
        let cursor = text.find('‸').expect("a cursor");
        place(&text.replace('‸', ""), cursor, Grammar::default())
    }

    fn asks(text: &str) -> Asks {
        at(text).asks
    }

    fn call(text: &str) -> Call {
        match asks(text) {
            Asks::Argument(call) => call,
            other => panic!("{text}: an argument must be asked for, found {other:?}"),
        }
    }

    #[test]
    fn a_table_comes_after_from() {
        for text in [
            "SELECT * FROM ‸",
            "SELECT * FROM sur‸ WHERE a",
            "SELECT * FROM a AS b, ‸",
            "SELECT * FROM a JOIN b‸",
            "SELECT (SELECT 1 FROM ‸",
            "SELECT 1; DESCRIBE ‸",
            "DROP TABLE ‸",
            "SELECT * FROM composite_index(TABLE ‸",
        ] {
            assert_eq!(asks(text), Asks::Relation, "{text}");
        }
        for text in [
            "SELECT ‸ FROM a",
            "SELECT a, ‸ FROM b, c",
            "SELECT * FROM a WHERE ‸",
            "SELECT a IS DISTINCT FROM ‸",
            "SELECT extract(year FROM ‸",
            "SELECT * FROM a ORDER BY b, ‸",
            "SELECT * FROM a ‸",
        ] {
            assert_eq!(asks(text), Asks::Anything, "{text}");
        }
        assert_eq!(asks("SELECT * FROM bth.‸"), Asks::Of("bth".into()));
    }

    #[test]
    fn a_name_and_a_dot_ask_for_a_column() {
        assert_eq!(asks("SELECT i.va‸ FROM a AS i"), Asks::Of("i".into()));
        assert_eq!(asks("SELECT \"I x\".‸"), Asks::Of("I x".into()));
        assert_eq!(asks("SELECT bth.indicators.va‸"), Asks::Of("bth.indicators".into()));
        assert_eq!(at("SELECT i.va‸ue").word, "va");
        assert_eq!(at("SELECT i.va‸").start, 9);
        assert_eq!(asks("SELECT a .‸"), Asks::Anything);
    }

    #[test]
    fn nothing_in_strings_and_comments() {
        for text in
            ["SELECT 'sur‸", "SELECT '‸'", "SELECT 1 -- sur‸", "SELECT /* a ‸", "SELECT $$a‸"]
        {
            assert_eq!(asks(text), Asks::Nothing, "{text}");
        }
        assert_eq!(asks("SELECT 1 -- a\n‸"), Asks::Anything);
        assert_eq!(asks("SELECT 'a', ‸"), Asks::Anything);
        let quoted = at("SELECT \"Sha‸");
        assert_eq!((quoted.start, quoted.word.as_str(), quoted.asks), (7, "\"Sha", Asks::Anything));
    }

    #[test]
    fn files_where_a_table_may_be_a_file() {
        for text in [
            "SELECT * FROM 'da‸",
            "SELECT * FROM a, 'da‸'",
            "COPY (SELECT 1) TO '‸",
            "CREATE EXTERNAL TABLE t STORED AS PARQUET LOCATION '‸",
            "SELECT * FROM read_table('‸",
        ] {
            assert_eq!(asks(text), Asks::File, "{text}");
        }
        assert_eq!(at("SELECT * FROM 'data/b th‸").word, "data/b th");
    }

    #[test]
    fn arguments_know_their_call() {
        let begins = call("SELECT agg_geometric(‸");
        assert_eq!(
            (begins.function.as_str(), begins.position, begins.begins),
            ("agg_geometric", 0, true)
        );
        let named = call("FROM composite_index(p, f, strict => true, no‸, lower => 1)");
        assert_eq!((named.position, named.name), (3, None));
        assert_eq!(named.given, ["strict", "lower"]);
        let value = call("FROM composite_index(p, f, normalisation => mi‸)");
        assert_eq!((value.name.as_deref(), value.in_text), (Some("normalisation"), false));
        let text = call("FROM composite_index(p, f, normalisation => 'mi‸");
        assert_eq!((text.name.as_deref(), text.in_text), (Some("normalisation"), true));
        let list = call("FROM uncertainty(p, f, normalisation => ['minmax', 'z‸");
        assert_eq!((list.name.as_deref(), list.in_text), (Some("normalisation"), true));
        assert_eq!(asks("SELECT sum(‸"), Asks::Anything);
        assert_eq!(asks("SELECT agg_geometric(a + ‸"), Asks::Anything);
        assert_eq!(asks("SELECT agg_geometric(a, b) OVER (‸"), Asks::Anything);
    }

    #[test]
    fn commands_and_parameters() {
        let command = at("\\ti‸");
        assert_eq!(
            (command.start, command.word.as_str(), command.asks),
            (0, "\\ti", Asks::Command)
        );
        let argument = at("SELECT 1\n\\d sur‸");
        assert_eq!((argument.start, argument.word.as_str()), (12, "sur"));
        assert_eq!(argument.asks, Asks::OfCommand("d".into()));
        // At the end of a statement, in its last line or below it.
        for text in ["SELECT 1 \\g da‸", "SELECT 1\n\\g da‸", "SELECT 1; SELECT 2 \\g da‸"] {
            let file = at(text);
            assert_eq!(
                (file.word.as_str(), file.asks),
                ("da", Asks::OfCommand("g".into())),
                "{text}"
            );
        }
        assert_eq!(asks("SELECT 1 \\g ‸"), Asks::OfCommand("g".into()));
        let ending = at("SELECT 1 \\cro‸");
        assert_eq!((ending.start, ending.word.as_str(), ending.asks), (9, "\\cro", Asks::Ending));
        assert_eq!(asks("SELECT '\\g ‸"), Asks::Nothing);
        let parameter = at("SELECT $ye‸");
        assert_eq!((parameter.start, parameter.word.as_str()), (7, "$ye"));
        assert_eq!(parameter.asks, Asks::Parameter);
        assert_eq!(asks("SELECT '$ye‸"), Asks::Nothing);
        // A statement before or after is another.
        assert_eq!(asks("SELECT 1 FROM ; ‸ SELECT"), Asks::Anything);
    }
}
