//! The tables whose columns can stand at the cursor, wherever in the statement they are named.

use datafusion::sql::sqlparser::tokenizer::Token;

use super::candidate::quoted;
use super::tokens::{
    Placed, closes, closing, name, opens, read, statement_at, without_commands, word,
};
use crate::cli::script::Grammar;
use crate::cli::shell::keywords::is_keyword;

/// What a statement names.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Those in scope, the nearest first. Where there is none, all of the statement.
    pub relations: Vec<Relation>,
    /// Those of WITH.
    pub queries: Vec<Query>,
}

/// A query that WITH names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub name: String,
    /// A query that has its columns.
    pub query: String,
}

/// A table, a call, a file or a query in FROM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// What its columns can be called by.
    pub name: Option<String>,
    /// Its name in full, where it is a table.
    pub table: Option<String>,
    /// A query that has its columns.
    pub query: String,
}

/// The part of a query that a relation belongs to: parentheses, and which of several queries in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    group: usize,
    query: usize,
}

/// A name that WITH gives.
struct Named {
    name: String,
    /// From WITH to the parenthesis that closes the query.
    text: std::ops::Range<usize>,
}

/// The tables at the cursor.
pub fn scope(text: &str, cursor: usize, grammar: Grammar) -> Scope {
    let text = without_commands(text, grammar);
    let (tokens, _) = read(&text, grammar);
    let tokens = statement_at(&tokens, cursor);
    let named = names_of_with(tokens);
    let (mut found, mut parents) = (Vec::new(), vec![None]);
    let mut here = Part { group: 0, query: 0 };
    let mut open = Vec::new();
    let mut at_cursor = None;
    let (mut is_list, mut wanted) = (false, false);
    for (i, placed) in tokens.iter().enumerate() {
        if placed.1.start >= cursor {
            at_cursor.get_or_insert(here);
        }
        if wanted && !matches!(word(Some(placed)).as_deref(), Some("lateral" | "table" | "only")) {
            wanted = false;
            if let Some(relation) = relation(&text, tokens, i, &named) {
                found.push((here, relation));
            }
        }
        match &placed.0 {
            token if opens(token) => {
                open.push((here, is_list));
                parents.push(Some(here));
                here = Part { group: parents.len() - 1, query: 0 };
                is_list = false;
            }
            token if closes(token) => {
                if let Some(before) = open.pop() {
                    (here, is_list) = before;
                }
            }
            Token::Comma => wanted = is_list,
            _ => match word(Some(placed)).as_deref() {
                Some("from") if word(tokens[..i].last()).as_deref() != Some("distinct") => {
                    (is_list, wanted) = (true, true);
                }
                Some("join") => (is_list, wanted) = (true, true),
                Some("into" | "update") => wanted = true,
                Some("describe" | "summarize") if i == 0 => wanted = true,
                Some("union" | "except" | "intersect") => {
                    here.query += 1;
                    is_list = false;
                }
                Some(
                    "select" | "where" | "group" | "order" | "having" | "limit" | "qualify"
                    | "window" | "set" | "values",
                ) => is_list = false,
                _ => {}
            },
        }
    }
    let mut part = Some(at_cursor.unwrap_or(here));
    let mut relations = Vec::new();
    while let Some(now) = part {
        let of_part = found.iter().filter(|(place, _)| *place == now);
        relations.extend(of_part.map(|(_, relation)| relation.clone()));
        part = parents[now.group];
    }
    if relations.is_empty() {
        relations = found.into_iter().map(|(_, relation)| relation).collect();
    }
    let queries = named.into_iter().map(|Named { name, text: bytes }| {
        let query = format!("{} SELECT * FROM {}", &text[bytes], quoted(&name));
        Query { name, query }
    });
    Scope { relations, queries: queries.collect() }
}

/// What stands in FROM at this token.
fn relation(text: &str, tokens: &[Placed], i: usize, named: &[Named]) -> Option<Relation> {
    let start = tokens[i].1.start;
    let (mut table, mut own) = (None, None);
    let mut last = i;
    match &tokens[i].0 {
        Token::SingleQuotedString(_) => {}
        Token::LParen => last = closing(tokens, i)?,
        Token::Word(_) => {
            while let [(Token::Period, _), next, ..] = &tokens[last + 1..]
                && name(next).is_some()
            {
                last += 2;
            }
            own = name(&tokens[last]);
            // Of INSERT INTO, the columns stand in parentheses.
            let is_insert = word(tokens[..i].last()).as_deref() == Some("into");
            match tokens.get(last + 1) {
                Some((Token::LParen, _)) if !is_insert => last = closing(tokens, last + 1)?,
                _ => {
                    let parts = tokens[i..=last].iter().filter_map(name);
                    table = Some(parts.collect::<Vec<_>>().join("."));
                }
            }
        }
        _ => return None,
    }
    // An alias, with names of columns or without.
    let mut alias = last + 1;
    if word(tokens.get(alias)).as_deref() == Some("as") {
        alias += 1;
    }
    if let Some(placed) = tokens.get(alias)
        && let Some(given) = name(placed)
        && !word(Some(placed)).is_some_and(|word| is_keyword(&word))
    {
        own = Some(given);
        last = alias;
        if let Some((Token::LParen, _)) = tokens.get(alias + 1) {
            last = closing(tokens, alias + 1)?;
        }
    }
    let source = &text[start..tokens[last].1.end];
    let is_named = |named: &&Named| {
        named.text.end <= start && table.as_ref().is_none_or(|table| *table == named.name)
    };
    let with = named.iter().rev().find(is_named).map(|named| &text[named.text.clone()]);
    let query = format!("{} SELECT * FROM {source}", with.unwrap_or_default());
    Some(Relation { name: own, table, query: query.trim_start().to_owned() })
}

/// The names that WITH gives, where their queries are complete.
fn names_of_with(tokens: &[Placed]) -> Vec<Named> {
    let mut found = Vec::new();
    let withs = (0..tokens.len()).filter(|i| word(tokens.get(*i)).as_deref() == Some("with"));
    for with in withs {
        let start = tokens[with].1.start;
        let mut i = with + 1;
        if word(tokens.get(i)).as_deref() == Some("recursive") {
            i += 1;
        }
        while let Some(given) = tokens.get(i).and_then(name) {
            i += 1;
            if let Some((Token::LParen, _)) = tokens.get(i) {
                let Some(end) = closing(tokens, i) else { break };
                i = end + 1;
            }
            while matches!(word(tokens.get(i)).as_deref(), Some("as" | "not" | "materialized")) {
                i += 1;
            }
            let Some((Token::LParen, _)) = tokens.get(i) else { break };
            let Some(end) = closing(tokens, i) else { break };
            found.push(Named { name: given, text: start..tokens[end].1.end });
            match tokens.get(end + 1) {
                Some((Token::Comma, _)) => i = end + 2,
                _ => break,
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Scope {
        let cursor = text.find('‸').expect("a cursor");
        scope(&text.replace('‸', ""), cursor, Grammar::default())
    }

    fn queries(text: &str) -> Vec<String> {
        at(text).relations.into_iter().map(|relation| relation.query).collect()
    }

    fn names(text: &str) -> Vec<String> {
        at(text).relations.into_iter().filter_map(|relation| relation.name).collect()
    }

    #[test]
    fn tables_before_and_after_the_cursor() {
        assert_eq!(queries("SELECT ‸ FROM bth.indicators"), ["SELECT * FROM bth.indicators"]);
        assert_eq!(queries("FROM a SELECT ‸"), ["SELECT * FROM a"]);
        assert_eq!(names("SELECT ‸\nFROM a AS x\nJOIN b y ON true, c WHERE 1"), ["x", "y", "c"]);
        assert_eq!(names("SELECT * FROM \"A b\" WHERE ‸"), ["A b"]);
        assert_eq!(names("SELECT 1 FROM a; SELECT ‸ FROM b; SELECT 1 FROM c"), ["b"]);
        assert_eq!(queries("SELECT ‸ FROM 'x.parquet' AS p"), ["SELECT * FROM 'x.parquet' AS p"]);
        assert_eq!(names("SELECT a, b, ‸ WHERE a IS DISTINCT FROM b"), [""; 0]);
        assert_eq!(queries("SELECT ‸ FROM a WHERE x IN (1, 2)"), ["SELECT * FROM a"]);
        assert_eq!(names("INSERT INTO t (‸"), ["t"]);
    }

    #[test]
    fn the_nearest_comes_first() {
        assert_eq!(names("SELECT (SELECT ‸ FROM a) FROM b"), ["a", "b"]);
        assert_eq!(names("SELECT (SELECT 1 FROM a), ‸ FROM b"), ["b"]);
        assert_eq!(names("SELECT x FROM a UNION ALL SELECT ‸ FROM b"), ["b"]);
        assert_eq!(names("SELECT ‸ FROM a UNION ALL SELECT x FROM b"), ["a"]);
        // Where no table is named, those of the whole statement.
        assert_eq!(names("WITH a AS (SELECT * FROM t) SELECT ‸"), ["t"]);
    }

    #[test]
    fn queries_and_calls_have_columns() {
        let found = at("WITH a AS (SELECT 1 AS x), b AS (SELECT * FROM a) SELECT ‸ FROM b");
        let [a, b] = found.queries.as_slice() else { panic!("{:?}", found.queries) };
        assert_eq!((a.name.as_str(), b.name.as_str()), ("a", "b"));
        assert_eq!(a.query, "WITH a AS (SELECT 1 AS x) SELECT * FROM a");
        let with = "WITH a AS (SELECT 1 AS x), b AS (SELECT * FROM a)";
        assert_eq!(found.relations[0].query, format!("{with} SELECT * FROM b"));
        assert_eq!(
            queries("SELECT ‸ FROM (SELECT 1 AS x) AS s"),
            ["SELECT * FROM (SELECT 1 AS x) AS s"]
        );
        assert_eq!(
            queries("SELECT ‸ FROM composite_index(p, f, base => (1)) c WHERE 1"),
            ["SELECT * FROM composite_index(p, f, base => (1)) c"]
        );
        // What is not complete is left alone.
        assert_eq!(queries("SELECT ‸ FROM composite_index(p, "), [""; 0]);
    }
}
