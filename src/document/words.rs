//! Texts of documents: what in them is code, and names of columns as people read them.

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

/// The name of a column as people read it.
#[must_use]
pub fn heading(column: &str) -> String {
    column.replace('_', " ")
}

/// `1 row`, `2,000 rows`.
#[must_use]
pub fn count(n: usize, what: &str) -> String {
    let digits = n.to_string();
    let mut shown = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    format!("{shown} {what}{}", if n == 1 { "" } else { "s" })
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
    fn thousands_are_parted() {
        let shown = [0, 1, 999, 1000, 1_234_567].map(|n| count(n, "row"));
        assert_eq!(shown, ["0 rows", "1 row", "999 rows", "1,000 rows", "1,234,567 rows"]);
    }
}
