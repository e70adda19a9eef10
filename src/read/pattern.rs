//! The names of wide columns as patterns: `{indicator}_{period}` reads `hdi_rank_2022`.

use std::fmt;

use super::fault::{Fault, Result};
use crate::kernel::parse_period;

/// A pattern of column names.
///
/// `{name}` is a placeholder: the part of the name that it takes becomes the value of a column of
/// that name. `{period}` takes only a period, any other a text that is not blank. `{}` takes any
/// text, or none, and drops it. `{{` and `}}` are braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    pieces: Vec<Piece>,
    names: Vec<String>,
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names = self.names.iter();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) => f.write_str(literal)?,
                Piece::Dropped => f.write_str("{}")?,
                Piece::Period | Piece::Text => {
                    write!(f, "{{{}}}", names.next().map_or("", String::as_str))?;
                }
            }
        }
        Ok(())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    /// `{period}`.
    Period,
    /// `{name}`.
    Text,
    /// `{}`.
    Dropped,
}

impl Pattern {
    /// A pattern as it is written after `wide =>`.
    ///
    /// # Errors
    /// No placeholder, a brace without its other, a name that is none or is there twice, two
    /// placeholders side by side of which none is a period.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let mut pattern = Self { pieces: Vec::new(), names: Vec::new() };
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if let Some(brace) = ["{{", "}}"].iter().find(|brace| rest.starts_with(**brace)) {
                pattern.push_literal(first);
                rest = &rest[brace.len()..];
            } else if first == '{' {
                let Some(end) = rest.find('}') else {
                    return unclosed(text, "'{' without '}'");
                };
                pattern.push_placeholder(&rest[1..end])?;
                rest = &rest[end + 1..];
            } else if first == '}' {
                return unclosed(text, "'}' without '{'");
            } else {
                pattern.push_literal(first);
                rest = &rest[first.len_utf8()..];
            }
        }
        if pattern.names.is_empty() {
            let hint = "(wide => '{indicator}_{period}')";
            return fault(format!("must have a placeholder with a name, got '{text}' {hint}"));
        }
        Ok(pattern)
    }

    /// The names of the placeholders, as they are written and in their order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// What each placeholder takes of a column's name, without blanks around it, if the whole name
    /// fits. Where it fits in more than one way, the first placeholders are as long as they can be.
    /// The case of letters outside of placeholders does not count.
    pub fn matches(&self, column: &str) -> Option<Vec<String>> {
        let column = column.trim();
        let mut search = Search {
            pieces: &self.pieces,
            column,
            dead: vec![false; (self.pieces.len() + 1) * (column.len() + 1)],
            taken: Vec::with_capacity(self.names.len()),
        };
        search.from(0, 0).then(|| search.taken.into_iter().map(str::to_owned).collect())
    }

    fn push_literal(&mut self, next: char) {
        match self.pieces.last_mut() {
            Some(Piece::Literal(literal)) => literal.push(next),
            _ => self.pieces.push(Piece::Literal(next.to_string())),
        }
    }

    fn push_placeholder(&mut self, name: &str) -> Result<()> {
        let piece = if name.is_empty() {
            Piece::Dropped
        } else if !name.chars().all(|next| next.is_alphanumeric() || next == '_') {
            let must = "a name in braces must be of letters, digits and underscores";
            return fault(format!("{must}, got '{name}' (write {{{{ and }}}} for braces)"));
        } else if name.to_lowercase() == "period" {
            Piece::Period
        } else {
            Piece::Text
        };
        if self.names.iter().any(|other| other.to_lowercase() == name.to_lowercase()) {
            let must = "every placeholder must have a name of its own";
            return fault(format!(
                "{must}, got '{{{name}}}' twice (write {{}} for what is dropped)"
            ));
        }
        let is_open = |piece: &Piece| matches!(piece, Piece::Text | Piece::Dropped);
        if is_open(&piece) && self.pieces.last().is_some_and(is_open) {
            let must = "two placeholders must have something between them";
            let hint = "(only {period} can stand beside another)";
            return fault(format!("{must}, found nothing before '{{{name}}}' {hint}"));
        }
        self.pieces.push(piece);
        if !name.is_empty() {
            self.names.push(name.to_owned());
        }
        Ok(())
    }
}

fn fault<T>(what: String) -> Result<T> {
    Err(Fault(format!("wide: {what}")))
}

fn unclosed<T>(text: &str, found: &str) -> Result<T> {
    let hint = "(write {{ and }} for braces)";
    fault(format!("every brace must be closed, found {found} in '{text}' {hint}"))
}

/// A search for the first way in which a name fits.
struct Search<'a> {
    pieces: &'a [Piece],
    column: &'a str,
    /// From which pieces on at which byte nothing fits: without it a name of many parts takes ages.
    dead: Vec<bool>,
    taken: Vec<&'a str>,
}

impl<'a> Search<'a> {
    /// Whether the pieces from one on fit the column from a byte on.
    fn from(&mut self, piece: usize, begin: usize) -> bool {
        let state = piece * (self.column.len() + 1) + begin;
        if self.dead[state] {
            return false;
        }
        let fits = self.fits(piece, begin);
        self.dead[state] = !fits;
        fits
    }

    fn fits(&mut self, piece: usize, begin: usize) -> bool {
        let rest = &self.column[begin..];
        let Some(kind) = self.pieces.get(piece) else { return rest.is_empty() };
        if let Piece::Literal(literal) = kind {
            return after(rest, literal).is_some_and(|length| self.from(piece + 1, begin + length));
        }
        let is_last = piece + 1 == self.pieces.len();
        let ends = rest.char_indices().rev().map(|(at, next)| at + next.len_utf8()).chain([0]);
        for end in ends.take(if is_last { 1 } else { usize::MAX }) {
            let text = rest[..end].trim();
            let is_taken = *kind != Piece::Dropped;
            let is_fit = match kind {
                Piece::Period => parse_period(text).is_some(),
                Piece::Text => !text.is_empty(),
                Piece::Dropped | Piece::Literal(_) => true,
            };
            if !is_fit {
                continue;
            }
            if is_taken {
                self.taken.push(text);
            }
            if self.from(piece + 1, begin + end) {
                return true;
            }
            if is_taken {
                self.taken.pop();
            }
        }
        false
    }
}

/// How many bytes of a text its beginning takes, if it begins with the literal in any case.
fn after(text: &str, literal: &str) -> Option<usize> {
    let mut chars = text.chars();
    for wanted in literal.chars() {
        let found = chars.next()?;
        if found != wanted && !found.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    Some(text.len() - chars.as_str().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, column: &str, taken: &str) {
        let found = Pattern::parse(pattern).unwrap().matches(column);
        let found = found.map(|texts| texts.join("|"));
        let expected = Some(taken).filter(|taken| !taken.is_empty());
        assert_eq!(found.as_deref(), expected, "{pattern} on {column}");
    }

    #[test]
    fn splits() {
        check("{indicator}_{period}", "pop_total_1990", "pop_total|1990");
        check("{indicator}_{period}", "hdi_rank_2022", "hdi_rank|2022");
        check("{indicator}_{period}", "hdi_2022_2023", "hdi_2022|2023");
        check("{indicator}_{period}", "  hdi_2022 ", "hdi|2022");
        check("{indicator}_{period}", "hdi_rank", "");
        check("{indicator}_{period}", "_2022", "");
        check("{indicator}_{period}", "hdi_2022_f", "");
        check("{indicator}_{period}_{sex}", "le_2022_f", "le|2022|f");
        check("{indicator}_{part}", "a_b_c", "a_b|c");
        check("{indicator}.raw.{period}", "BHV.raw.1995", "BHV|1995");
        check("{indicator}.RAW.{period}", "bhv.Raw.1995", "bhv|1995");
        check("{indicator}.raw.{period}", "BHV.ind.1995", "");
        check("{indicator}", "any thing", "any thing");
        check("{indicator}", " ", "");
        check("{period}_{indicator}", "2023-Q1_x", "2023-Q1|x");
        check("{a}-{period}", "gdp-2023-07", "gdp|2023-07");
        check("{a}-{period}-{b}", "gdp-2023-07-x", "gdp|2023-07|x");
    }

    #[test]
    fn periods() {
        check("{period}", "1990", "1990");
        check("{period}", "2014 ", "2014");
        check("{period}", "12345", "");
        check("{PERIOD}", "geo", "");
        check("{period} [YR{}]", "1990 [YR1990]", "1990");
        check("{period} [YR{}]", "1990 [yr]", "1990");
        check("{period} [YR{}]", "1990", "");
        check("{period}年", "2023年", "2023");
        check("{period}", "2023年", "2023年");
        check("{period}年", "2023", "");
        check("{period}{}", "1990 [YR1990]", "1990");
        check("FY{period}", "fy2022", "2022");
    }

    #[test]
    fn side_by_side() {
        check("{indicator}{period}", "gdp2022", "gdp|2022");
        check("{indicator}{period}", "gdp12022", "gdp1|2022");
        check("{period}{indicator}", "2022gdp", "2022|gdp");
        check("{period}{指标}", "2022年人口", "2022年|人口");
    }

    #[test]
    fn letters_of_any_script() {
        check("{指标}（{period}）", "人均 GDP（2022年）", "人均 GDP|2022年");
        check("ÉTÉ {x} {period}", "été é 2022", "é|2022");
        check("İ{x}", "İz", "z");
        check("{x}ß", "aß", "a");
        check("{{{x}}}", "{a}", "a");
        check("{x}}}", "a}", "a");
    }

    #[test]
    fn names() {
        let pattern = Pattern::parse(" {Indicator}_{}_{Period}").unwrap();
        assert_eq!(pattern.names(), ["Indicator", "Period"]);
    }

    #[test]
    fn long_names_end() {
        let pattern = Pattern::parse("{a}_{b}_{c}_{d}_{e}_{f}_{g}_{period}").unwrap();
        assert_eq!(pattern.matches(&"_x".repeat(400)), None);
    }

    #[test]
    fn faults() {
        for (pattern, message) in [
            (
                "",
                "wide: must have a placeholder with a name, got '' (wide => '{indicator}_{period}')",
            ),
            (
                "x{}",
                "wide: must have a placeholder with a name, got 'x{}' (wide => '{indicator}_{period}')",
            ),
            (
                "{{x}}",
                "wide: must have a placeholder with a name, got '{{x}}' (wide => '{indicator}_{period}')",
            ),
            (
                "{a",
                "wide: every brace must be closed, found '{' without '}' in '{a' (write {{ and }} for braces)",
            ),
            (
                "a}{b}",
                "wide: every brace must be closed, found '}' without '{' in 'a}{b}' (write {{ and }} for braces)",
            ),
            (
                "{a b}",
                "wide: a name in braces must be of letters, digits and underscores, got 'a b' (write {{ and }} for braces)",
            ),
            (
                "{a}_{A}",
                "wide: every placeholder must have a name of its own, got '{A}' twice (write {} for what is dropped)",
            ),
            (
                "{period}{Period}",
                "wide: every placeholder must have a name of its own, got '{Period}' twice (write {} for what is dropped)",
            ),
            (
                "{a}{b}",
                "wide: two placeholders must have something between them, found nothing before '{b}' (only {period} can stand beside another)",
            ),
            (
                "{a}{}",
                "wide: two placeholders must have something between them, found nothing before '{}' (only {period} can stand beside another)",
            ),
            (
                "{{{a}{b}",
                "wide: two placeholders must have something between them, found nothing before '{b}' (only {period} can stand beside another)",
            ),
        ] {
            assert_eq!(Pattern::parse(pattern), Err(Fault(message.to_owned())));
        }
    }
}
