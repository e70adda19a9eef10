//! Texts of documents: what in them is code, their language, and names of columns as people read them.

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words.
    Plain(&'a str),
    /// What stood between two `` ` ``.
    Code(&'a str),
}

/// The pieces of a text, in their order. A mark that is never closed stands for itself.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((code, next)) = after.split_once('`').filter(|(code, _)| !code.is_empty()) else {
            break;
        };
        if !before.is_empty() {
            found.push(Piece::Plain(before));
        }
        found.push(Piece::Code(code));
        rest = next;
    }
    if !rest.is_empty() {
        found.push(Piece::Plain(rest));
    }
    found
}

/// The language of a text whose script has one: Chinese, Japanese or Korean.
#[must_use]
pub fn language(text: &str) -> Option<&'static str> {
    let (mut han, mut kana, mut hangul, mut other) = (0, 0, 0, 0);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        match c {
            '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' => kana += 1,
            '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}' => hangul += 1,
            '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => {
                han += 1
            }
            _ => other += 1,
        }
    }
    // Names of others in between do not make it theirs.
    match han + kana + hangul {
        found if found == 0 || found < other => None,
        _ if kana > 0 => Some("ja"),
        _ if hangul > han => Some("ko"),
        _ => Some("zh"),
    }
}

/// The name of a column as people read it.
#[must_use]
pub fn heading(column: &str) -> String {
    match column.trim().is_empty() {
        true => "(no name)".to_owned(),
        false => column.replace('_', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stands_between_two_marks() {
        use Piece::{Code, Plain};
        assert_eq!(pieces("a `b c` d"), [Plain("a "), Code("b c"), Plain(" d")]);
        assert_eq!(pieces("`a``b`"), [Code("a"), Code("b")]);
        assert_eq!(pieces("it's 5` long"), [Plain("it's 5` long")]);
        assert_eq!(pieces("a `b` and ``"), [Plain("a "), Code("b"), Plain(" and ``")]);
        assert_eq!(pieces(""), []);
    }

    #[test]
    fn scripts_have_languages() {
        let texts = [
            "指数 2024",
            "京津冀 GDP",
            "指数 of the year",
            "インデックス 指数",
            "지수",
            "Index",
            "2024",
            "",
        ];
        let found = texts.map(language);
        let wanted = [Some("zh"), Some("zh"), None, Some("ja"), Some("ko"), None, None, None];
        assert_eq!(found, wanted);
    }
}
