//! Arguments of a call as text: `normalisation => base, base => 2014`.

use std::fmt;

use datafusion::common::{Result, plan_err};

/// Names and values as they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments(Vec<(String, String)>);

impl Arguments {
    /// Reads named arguments.
    ///
    /// # Errors
    ///
    /// A part that is not `NAME => VALUE`, a name that is there twice, a parenthesis or quote that is not closed.
    pub fn read(text: &str) -> Result<Self> {
        let mut read = Self::default();
        for part in parts(text)? {
            let named = part.split_once("=>").map(|(name, value)| (name.trim(), value.trim()));
            let is_word = |name: &str| {
                !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            };
            let Some((name, value)) =
                named.filter(|(name, value)| is_word(name) && !value.is_empty())
            else {
                return plan_err!("must be NAME => VALUE, got '{}'", part.trim());
            };
            let name = name.to_lowercase();
            if read.get(&name).is_some() {
                return plan_err!("must name an argument once, found {name} twice");
            }
            read.0.push((name, value.to_owned()));
        }
        Ok(read)
    }

    /// The value of an argument.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A value that is a word or a text in quotes, without them, in small letters.
    #[must_use]
    pub fn word(&self, name: &str) -> Option<String> {
        self.get(name).map(|value| value.trim_matches(['\'', '"']).trim().to_lowercase())
    }

    /// Whether an argument names a method.
    #[must_use]
    pub fn is_method(&self, name: &str) -> bool {
        self.word(name).is_some_and(|word| word != "none" && word != "null")
    }

    /// These, and those of others in the place of those of the same name.
    #[must_use]
    pub fn with(&self, others: &Self) -> Self {
        let kept = self.0.iter().filter(|(name, _)| others.get(name).is_none());
        Self(kept.chain(&others.0).cloned().collect())
    }

    /// Those of these names.
    #[must_use]
    pub fn only(&self, names: &[&str]) -> Self {
        let kept = self.0.iter().filter(|(name, _)| names.contains(&name.as_str()));
        Self(kept.cloned().collect())
    }

    /// One more.
    #[must_use]
    pub fn and(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), value.into()));
        self
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Arguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (name, value)) in self.0.iter().enumerate() {
            let comma = if place > 0 { ", " } else { "" };
            write!(f, "{comma}{name} => {value}")?;
        }
        Ok(())
    }
}

/// What commas part that stand in no parentheses and no quotes.
fn parts(text: &str) -> Result<Vec<&str>> {
    let (mut parts, mut from, mut open, mut quote) = (Vec::new(), 0, Vec::new(), None);
    for (at, character) in text.char_indices() {
        match (character, quote) {
            (character, Some(closing)) if character == closing => quote = None,
            (_, Some(_)) => {}
            ('\'' | '"', None) => quote = Some(character),
            ('(', None) => open.push(')'),
            ('[', None) => open.push(']'),
            (')' | ']', None) if open.pop() != Some(character) => {
                return plan_err!("must open {character} before it is closed, got '{text}'");
            }
            (')' | ']', None) => {}
            (';', None) => return plan_err!("must be arguments, got '{text}'"),
            (',', None) if open.is_empty() => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    if let Some(missing) = quote.or(open.pop()) {
        return plan_err!("must be closed by {missing}, got '{text}'");
    }
    parts.push(&text[from..]);
    parts.retain(|part| !part.trim().is_empty());
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_and_written() {
        let text = "normalisation => 'minmax(1, 100)', Base => 2014, lists => ['a', 'b'],\n strict => false";
        let read = Arguments::read(text).unwrap();
        assert_eq!(read.get("base"), Some("2014"));
        assert_eq!(read.word("normalisation").as_deref(), Some("minmax(1, 100)"));
        let written =
            "normalisation => 'minmax(1, 100)', base => 2014, lists => ['a', 'b'], strict => false";
        assert_eq!(read.to_string(), written);
        let others = Arguments::read("base => 2015").unwrap();
        assert_eq!(
            read.with(&others).only(&["base", "strict"]).to_string(),
            "strict => false, base => 2015"
        );
        assert!(Arguments::read(" ").unwrap().is_empty());
    }

    #[test]
    fn faults() {
        for (text, said) in [
            ("minmax", "must be NAME => VALUE, got 'minmax'"),
            ("a => 1, A => 2", "must name an argument once, found a twice"),
            ("a => (1", "must be closed by ), got 'a => (1'"),
            ("a => 1)", "must open ) before it is closed, got 'a => 1)'"),
            ("a => 'x", "must be closed by ', got 'a => 'x'"),
            ("a => 1; DROP TABLE b", "must be arguments, got 'a => 1; DROP TABLE b'"),
        ] {
            let error = Arguments::read(text).unwrap_err();
            assert_eq!(error.message(), said, "{text}");
        }
    }
}
