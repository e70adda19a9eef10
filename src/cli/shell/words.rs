//! The words of a command's arguments: blanks part them, quotes keep them together.

use std::path::PathBuf;

/// The words of a text. `'a b'` and `"a b"` are one word; a quote is doubled inside of its own kind.
///
/// # Errors
/// The quote that is never closed.
pub fn words(text: &str) -> Result<Vec<String>, char> {
    let mut words = Vec::new();
    let mut letters = text.chars().peekable();
    let mut word: Option<String> = None;
    while let Some(letter) = letters.next() {
        match letter {
            ' ' | '\t' | '\n' | '\r' => words.extend(word.take()),
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next() {
                        None => return Err(letter),
                        Some(next) if next == letter => match letters.next_if_eq(&letter) {
                            Some(doubled) => word.push(doubled),
                            None => break,
                        },
                        Some(next) => word.push(next),
                    }
                }
            }
            letter => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    Ok(words)
}

/// A word as a path: `~/` is the home of whoever asks.
pub fn path(word: &str) -> PathBuf {
    match (word.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_keep_blanks() {
        for (text, expected) in [
            ("", &[][..]),
            ("  a  b\t", &["a", "b"]),
            ("'a b.csv' c", &["a b.csv", "c"]),
            ("\"it's\" 'say \"x\"'", &["it's", "say \"x\""]),
            ("'it''s'", &["it's"]),
            ("a' 'b", &["a b"]),
            ("''", &[""]),
            ("C:\\data\\表.csv", &["C:\\data\\表.csv"]),
        ] {
            let found = words(text).expect("closed quotes");
            assert_eq!(found, expected, "{text}");
        }
        assert_eq!(words("a 'b c"), Err('\''));
        assert_eq!(words("\"a"), Err('"'));
    }
}
