//! Colours of a text while it is typed. The sixteen colours of the terminal, which its theme makes
//! legible; none of the light ones.

use std::ops::Range;

use anstyle::{AnsiColor, Effects, Style};
use datafusion::sql::sqlparser::tokenizer::{Token, Whitespace};

use super::entries::cut;
use super::keywords::is_keyword;
use crate::cli::script::{Grammar, lex};
use crate::functions;

const KEYWORD: Style = Style::new().effects(Effects::BOLD);
const TEXT: Style = AnsiColor::Green.on_default();
const NUMBER: Style = AnsiColor::Magenta.on_default();
const COMMENT: Style = Style::new().effects(Effects::DIMMED);
const OURS: Style = AnsiColor::Blue.on_default().effects(Effects::BOLD);
const ENGINES: Style = AnsiColor::Cyan.on_default();
const PARAMETER: Style = AnsiColor::Red.on_default();
const COMMAND: Style = AnsiColor::Magenta.on_default().effects(Effects::BOLD);
const PAIR: Style = Style::new().effects(Effects::BOLD.insert(Effects::UNDERLINE));
const PROMPT: Style = Style::new().effects(Effects::BOLD);

/// A text with its colours. `cursor`: where the parentheses beside it are marked. `is_engines`:
/// whether a function in lower case is one of the engine.
pub fn paint(
    text: &str,
    cursor: Option<usize>,
    grammar: Grammar,
    is_engines: impl Fn(&str) -> bool,
) -> String {
    let mut parts = Vec::new();
    let mut from = 0;
    for line in cut(text, grammar).commands {
        parts.extend(styled(text, from..line.start, cursor, grammar, &is_engines));
        let name = &text[line.clone()];
        let start = line.start + name.len() - name.trim_start().len();
        let length = text[start..line.end].find(char::is_whitespace);
        parts.push((start..length.map_or(line.end, |length| start + length), COMMAND));
        from = line.end;
    }
    parts.extend(styled(text, from..text.len(), cursor, grammar, &is_engines));

    let (mut painted, mut at) = (String::with_capacity(text.len() * 2), 0);
    for (bytes, style) in parts {
        // What a dialect reads inside of a comment has the place of the comment.
        if bytes.start < at || bytes.is_empty() {
            continue;
        }
        painted += &text[at..bytes.start];
        painted += &styled_text(style, &text[bytes.clone()]);
        at = bytes.end;
    }
    painted + &text[at..]
}

/// The prompt.
pub fn prompt(text: &str) -> String {
    styled_text(PROMPT, text)
}

/// What is only offered.
pub fn dimmed(text: &str) -> String {
    styled_text(COMMENT, text)
}

/// A text in a style, which ends before each line does: what comes after is drawn over what was there.
fn styled_text(style: Style, text: &str) -> String {
    let lines: Vec<String> =
        text.split('\n').map(|line| format!("{style}{line}{style:#}")).collect();
    lines.join("\n")
}

/// The parts of a text of statements that have a style.
fn styled(
    whole: &str,
    part: Range<usize>,
    cursor: Option<usize>,
    grammar: Grammar,
    is_engines: &impl Fn(&str) -> bool,
) -> Vec<(Range<usize>, Style)> {
    let text = &whole[part.clone()];
    let (tokens, end) = lex(text, grammar);
    let cursor = cursor.and_then(|at| at.checked_sub(part.start));
    let pair = cursor.and_then(|cursor| pair(&tokens, cursor));
    let mut parts = Vec::new();
    for (i, (token, bytes)) in tokens.iter().enumerate() {
        let style = match token {
            _ if pair.is_some_and(|pair| pair.contains(&i)) => PAIR,
            Token::Word(word) if word.quote_style.is_none() => {
                let is_call = matches!(after(&tokens, i), Some(Token::LParen));
                let is_part = i > 0
                    && tokens[i - 1].1.end == bytes.start
                    && matches!(tokens[i - 1].0, Token::Period | Token::Number(..));
                match word.value.to_lowercase() {
                    _ if is_part => continue,
                    name if is_call && functions::page(&name).is_some() => OURS,
                    name if is_call && is_engines(&name) => ENGINES,
                    _ if matches!(after(&tokens, i), Some(Token::RArrow | Token::Period)) => {
                        continue;
                    }
                    name if is_keyword(&name) => KEYWORD,
                    _ => continue,
                }
            }
            Token::Number(..) if !touches_word(&tokens, i) => NUMBER,
            Token::Placeholder(_) => PARAMETER,
            Token::Whitespace(
                Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_),
            ) => COMMENT,
            token if is_text(token) => TEXT,
            _ => continue,
        };
        parts.push((bytes.start + part.start..bytes.end + part.start, style));
    }
    let rest = &text[end..];
    if !rest.is_empty() {
        let style = if rest.starts_with("/*") { COMMENT } else { TEXT };
        if !rest.starts_with('"') {
            parts.push((end + part.start..part.end, style));
        }
    }
    parts
}

fn is_text(token: &Token) -> bool {
    matches!(
        token,
        Token::SingleQuotedString(_)
            | Token::DollarQuotedString(_)
            | Token::TripleSingleQuotedString(_)
            | Token::EscapedStringLiteral(_)
            | Token::UnicodeStringLiteral(_)
            | Token::NationalStringLiteral(_)
            | Token::SingleQuotedByteStringLiteral(_)
            | Token::SingleQuotedRawStringLiteral(_)
            | Token::HexStringLiteral(_)
    )
}

/// What comes after a token, blanks left out.
fn after(tokens: &[(Token, Range<usize>)], i: usize) -> Option<&Token> {
    let mut rest = tokens[i + 1..].iter().map(|(token, _)| token);
    rest.find(|token| !matches!(token, Token::Whitespace(_)))
}

/// Whether a number is the beginning of a name, as in `2022年`.
fn touches_word(tokens: &[(Token, Range<usize>)], i: usize) -> bool {
    tokens.get(i + 1).is_some_and(|(next, bytes)| {
        bytes.start == tokens[i].1.end
            && matches!(next, Token::Word(word) if word.quote_style.is_none())
    })
}

/// The parenthesis at the cursor or before it, and the one that belongs to it.
fn pair(tokens: &[(Token, Range<usize>)], cursor: usize) -> Option<[usize; 2]> {
    let mut open = Vec::new();
    let mut pairs = Vec::new();
    for (i, (token, _)) in tokens.iter().enumerate() {
        match token {
            Token::LParen | Token::LBracket | Token::LBrace => open.push((i, token)),
            Token::RParen | Token::RBracket | Token::RBrace => {
                let Some((begin, other)) = open.pop() else { continue };
                let fits = matches!(
                    (other, token),
                    (Token::LParen, Token::RParen)
                        | (Token::LBracket, Token::RBracket)
                        | (Token::LBrace, Token::RBrace)
                );
                if fits {
                    pairs.push([begin, i]);
                }
            }
            _ => {}
        }
    }
    let at = |place: usize| {
        pairs.iter().copied().find(|pair| pair.iter().any(|i| tokens[*i].1.start == place))
    };
    at(cursor).or_else(|| at(cursor.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With the styles as marks that can be read.
    fn marked(text: &str) -> String {
        marked_at(text, None)
    }

    fn marked_at(text: &str, cursor: Option<usize>) -> String {
        let is_engines = |name: &str| name == "sum" || name == "left";
        let mut painted = paint(text, cursor, Grammar::default(), is_engines);
        let mut marks = [
            (KEYWORD, "k"),
            (TEXT, "t"),
            (NUMBER, "n"),
            (COMMENT, "c"),
            (OURS, "o"),
            (ENGINES, "e"),
            (PARAMETER, "p"),
            (COMMAND, "x"),
            (PAIR, "b"),
        ];
        // One may begin as another.
        marks.sort_by_key(|(style, _)| std::cmp::Reverse(style.render().to_string().len()));
        for (style, mark) in marks {
            painted = painted.replace(&style.render().to_string(), &format!("<{mark}:"));
        }
        painted.replace("\x1b[0m", ">")
    }

    #[test]
    fn each_kind_has_its_style() {
        assert_eq!(
            marked("SELECT agg_geometric(x), sum(1.5) AS y, 'a' FROM t -- c"),
            "<k:SELECT> <o:agg_geometric>(x), <e:sum>(<n:1.5>) <k:AS> y, <t:'a'> <k:FROM> t <c:-- c>"
        );
        // Words are what they are where they stand.
        assert_eq!(
            marked("select left, left(x), t.from"),
            "<k:select> <k:left>, <e:left>(x), t.from"
        );
        assert_eq!(marked("f(value => $y, \"from\")"), "f(value => <p:$y>, \"from\")");
        assert_eq!(marked("SELECT 2022年, 面积"), "<k:SELECT> 2022年, 面积");
        assert_eq!(marked("period, value, unit"), "period, value, unit");
    }

    #[test]
    fn what_is_unfinished_has_its_style() {
        assert_eq!(marked("SELECT '北京\nx"), "<k:SELECT> <t:'北京>\n<t:x>");
        assert_eq!(marked("SELECT /* a\nb"), "<k:SELECT> <c:/* a>\n<c:b>");
        assert_eq!(marked("SELECT \"a"), "<k:SELECT> \"a");
        assert_eq!(marked("SELECT (1"), "<k:SELECT> (<n:1>");
        assert_eq!(marked(""), "");
    }

    #[test]
    fn commands_are_marked_outside_of_texts() {
        assert_eq!(marked("\\d from"), "<x:\\d> from");
        assert_eq!(marked("SELECT 1\n  \\timing off"), "<k:SELECT> <n:1>\n  <x:\\timing> off");
        assert_eq!(marked("SELECT '\n\\d"), "<k:SELECT> <t:'>\n<t:\\d>");
        assert_eq!(marked("\\set x 'a\nSELECT"), "<x:\\set> x 'a\n<k:SELECT>");
    }

    #[test]
    fn parentheses_at_the_cursor_are_marked() {
        assert_eq!(marked_at("((1))", Some(3)), "(<b:(><n:1><b:)>)");
        assert_eq!(marked_at("((1))", Some(5)), "<b:(>(<n:1>)<b:)>");
        assert_eq!(marked_at("((1))", Some(0)), "<b:(>(<n:1>)<b:)>");
        assert_eq!(marked_at("(1]", Some(0)), "(<n:1>]");
        assert_eq!(marked_at("(')'", Some(3)), "(<t:')'>");
    }

    #[test]
    fn only_styles_are_added() {
        let text = "WITH a AS (SELECT '北;' AS x, $p, 1e3)\n\\d\nSELECT * FROM a -- end\n;";
        for cursor in 0..=text.len() {
            let painted = paint(text, Some(cursor), Grammar::default(), |_| false);
            assert_eq!(anstream::adapter::strip_str(&painted).to_string(), text);
        }
    }
}
