//! Numbers as people write them: what separates decimals and thousands, and what else stands with
//! the digits.

/// The ways to write a number, as a set: one bit for each.
///
/// A text can be read in several ways, `1,234` as a thousand and as one and a bit; a column is read
/// in a way that fits all its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spellings(u8);

/// One way to write a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spelling {
    /// What stands before the decimals.
    pub decimal: char,
    /// What stands between thousands, if anything may.
    pub thousands: Option<char>,
}

/// The ways, the plainest first. A blank stands for all kinds of it, an apostrophe for both.
const ALL: [Spelling; 8] = [
    Spelling { decimal: '.', thousands: None },
    Spelling { decimal: '.', thousands: Some(',') },
    Spelling { decimal: '.', thousands: Some(' ') },
    Spelling { decimal: '.', thousands: Some('\'') },
    Spelling { decimal: ',', thousands: None },
    Spelling { decimal: ',', thousands: Some('.') },
    Spelling { decimal: ',', thousands: Some(' ') },
    Spelling { decimal: ',', thousands: Some('\'') },
];

impl Spellings {
    /// Every way.
    pub const ANY: Self = Self(0xff);
    /// None: no number.
    pub const NONE: Self = Self(0);
    /// Those with a decimal point.
    pub const POINT: Self = Self(0x0f);
    /// Those with a decimal comma.
    pub const COMMA: Self = Self(0xf0);
    /// A decimal point and nothing between thousands, as SQL writes numbers.
    pub const PLAIN: Self = Self(1);
    /// `12.5` with at most one point and no group of three digits after it.
    const PLAIN_FRACTION: Self = Self(0x0f);
    /// `1.234`: as before, or a thousand.
    const PLAIN_OR_GROUPED: Self = Self(0x2f);

    /// The ways that hold to what was said of decimals and thousands.
    pub fn stated(decimal: Option<char>, thousands: Option<char>) -> Self {
        let fits = |spelling: &Spelling| {
            decimal.is_none_or(|mark| spelling.decimal == mark)
                && thousands.is_none_or(|mark| spelling.thousands == Some(mark))
        };
        Self::of(fits)
    }

    fn of(fits: impl Fn(&Spelling) -> bool) -> Self {
        let bits = ALL.iter().enumerate().filter(|(_, spelling)| fits(spelling));
        Self(bits.fold(0, |bits, (i, _)| bits | 1 << i))
    }

    /// The ways that are in both sets.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether there is none.
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Whether all the ways are in the other set.
    pub fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// One way alone.
    pub fn only(spelling: Spelling) -> Self {
        Self::of(|other| *other == spelling)
    }

    /// Whether a way is among them.
    #[cfg(test)]
    fn has(self, spelling: Spelling) -> bool {
        !Self::only(spelling).and(self).is_none()
    }

    /// The plainest of them.
    pub fn plainest(self) -> Option<Spelling> {
        ALL.get(self.0.trailing_zeros() as usize).copied()
    }
}

impl Default for Spelling {
    fn default() -> Self {
        ALL[0]
    }
}

/// What a text is as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// The ways in which it is one.
    pub fits: Spellings,
    /// The ways in which it is a whole one.
    pub whole: Spellings,
    /// Whether it begins with a zero and a digit, as codes do.
    pub is_padded: bool,
    /// Whether `%` follows.
    pub is_per_cent: bool,
    /// Whether it is beyond the range of BIGINT.
    pub is_big: bool,
}

impl Number {
    fn plain(fits: Spellings, whole: Spellings, is_padded: bool, is_big: bool) -> Self {
        Self { fits, whole, is_padded, is_per_cent: false, is_big }
    }

    /// What a text without blanks around it is, if it is a number.
    pub fn of(text: &str) -> Option<Self> {
        match quick(text.as_bytes()) {
            Quick::Number(number) => Some(number),
            Quick::None => None,
            Quick::Unknown => careful(text),
        }
    }
}

enum Quick {
    Number(Number),
    None,
    Unknown,
}

/// Digits with at most one point among them, and a minus before: what nearly all cells are.
fn quick(text: &[u8]) -> Quick {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let mut point = None;
    for (i, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {}
            b'.' if point.is_none() => point = Some(i),
            b'a'..=b'd' | b'f'..=b'z' | b'A'..=b'D' | b'F'..=b'Z' | b'_' | b'/' | b':' => {
                return Quick::None;
            }
            _ => return Quick::Unknown,
        }
    }
    let before = point.unwrap_or(digits.len());
    let after = digits.len() - before;
    let is_padded = before > 1 && digits[0] == b'0';
    match (before, after) {
        (0, 0 | 1) | (_, 1) => Quick::Unknown,
        (_, 0) if before < 19 => {
            Quick::Number(Number::plain(Spellings::ANY, Spellings::ANY, is_padded, false))
        }
        (_, 0) => Quick::Unknown,
        (1..=3, 4) if digits[0] != b'0' => {
            let whole = Spellings(Spellings::PLAIN_OR_GROUPED.0 & !Spellings::PLAIN_FRACTION.0);
            Quick::Number(Number::plain(Spellings::PLAIN_OR_GROUPED, whole, false, false))
        }
        _ => Quick::Number(Number::plain(
            Spellings::PLAIN_FRACTION,
            Spellings::NONE,
            is_padded,
            false,
        )),
    }
}

/// A number with any of the marks.
fn careful(text: &str) -> Option<Number> {
    let (body, _, is_per_cent) = unsigned(text)?;
    let (mantissa, has_exponent) = without_exponent(body)?;
    let parts = Parts::of(mantissa)?;
    let mut fits = Spellings::of(|spelling| parts.fit(spelling));
    let mut whole = match has_exponent {
        true => Spellings::NONE,
        false => Spellings::of(|spelling| parts.fit(spelling) && !parts.has_decimals(spelling)),
    };
    if has_exponent {
        fits = fits.and(Spellings::of(|spelling| spelling.thousands.is_none()));
    }
    if is_per_cent {
        whole = Spellings::NONE;
    }
    if fits.is_none() {
        return None;
    }
    let first = parts.runs[0];
    let is_padded = first.len() > 1 && first.starts_with('0');
    let is_big = parts.marks.is_empty() && first.len() > 18 && text.parse::<i64>().is_err();
    Some(Number { fits, whole, is_padded, is_per_cent, is_big: is_big && !has_exponent })
}

/// The digits of a text, whether it is negative, and whether it is per cent.
fn unsigned(text: &str) -> Option<(&str, bool, bool)> {
    let in_parentheses = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let text = in_parentheses.unwrap_or(text).trim();
    let minus = ['-', '\u{2212}', '\u{ff0d}'].iter().find_map(|sign| text.strip_prefix(*sign));
    let body = minus.or_else(|| text.strip_prefix('+')).unwrap_or(text);
    if minus.is_some() && in_parentheses.is_some() {
        return None;
    }
    let per_cent = ['%', '\u{ff05}'].iter().find_map(|sign| body.strip_suffix(*sign));
    let body = per_cent.map_or(body, str::trim_end);
    Some((body, minus.or(in_parentheses).is_some(), per_cent.is_some()))
}

/// The part before `e5`, and whether there is such a part.
fn without_exponent(text: &str) -> Option<(&str, bool)> {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return Some((text, false));
    };
    let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let is_exponent = !digits.is_empty() && digits.len() <= 4 && is_digits(digits);
    is_exponent.then_some((mantissa, true))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The mark that a letter is, every kind of blank as one and every apostrophe as one.
fn mark(letter: char) -> Option<char> {
    match letter {
        '.' | ',' => Some(letter),
        ' ' | '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' => Some(' '),
        '\'' | '\u{2019}' => Some('\''),
        _ => None,
    }
}

/// Runs of digits and the marks between them.
struct Parts<'a> {
    runs: Vec<&'a str>,
    marks: Vec<char>,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (mut runs, mut marks, mut start) = (Vec::new(), Vec::new(), 0);
        for (i, letter) in text.char_indices().filter(|(_, letter)| !letter.is_ascii_digit()) {
            marks.push(mark(letter)?);
            runs.push(&text[start..i]);
            start = i + letter.len_utf8();
        }
        runs.push(&text[start..]);
        let is_number = runs.iter().any(|run| !run.is_empty());
        is_number.then_some(Self { runs, marks })
    }

    /// Whether the last mark stands before decimals.
    fn has_decimals(&self, spelling: &Spelling) -> bool {
        self.marks.last() == Some(&spelling.decimal)
    }

    fn fit(&self, spelling: &Spelling) -> bool {
        let groups = self.marks.len() - usize::from(self.has_decimals(spelling));
        if self.marks[..groups].iter().any(|mark| Some(*mark) != spelling.thousands) {
            return false;
        }
        let whole = &self.runs[..=groups];
        if groups == 0 {
            let decimals = self.runs.get(1).map_or(0, |run| run.len());
            return match whole[0].is_empty() {
                true => decimals > 0,
                false => !self.has_decimals(spelling) || decimals > 0 || spelling.decimal == '.',
            };
        }
        let (first, others) = (whole[0], &whole[1..]);
        let in_threes = || others.iter().all(|run| run.len() == 3) && first.len() <= 3;
        // 12,34,567 as in India.
        let in_lakhs = || {
            let (last, pairs) = others.split_last().map_or(("", &[][..]), |(l, p)| (*l, p));
            spelling.thousands == Some(',')
                && first.len() <= 2
                && last.len() == 3
                && pairs.iter().all(|run| run.len() == 2)
        };
        !first.is_empty() && !first.starts_with('0') && (in_threes() || in_lakhs())
    }
}

/// The text of a number as SQL writes it; `per cent` and footnote marks are gone.
pub fn plain(text: &str, spelling: Spelling) -> Option<String> {
    let (body, is_negative, _) = unsigned(text)?;
    let mut plain = String::with_capacity(text.len() + 1);
    if is_negative {
        plain.push('-');
    }
    for letter in body.chars() {
        match mark(letter) {
            Some(mark) if mark == spelling.decimal => plain.push('.'),
            Some(mark) if Some(mark) == spelling.thousands => {}
            Some(_) => return None,
            None => plain.push(letter),
        }
    }
    Some(plain)
}

/// A number and the flag that follows it: `12.9 p`, `7.1*`, `34 (b)`.
pub fn split_flag(text: &str) -> Option<(&str, &str)> {
    if let Some(open) = text.rfind(['(', '[']).filter(|open| *open > 0) {
        let (number, flag) = text.split_at(open);
        let inner = flag[1..].strip_suffix([')', ']'])?.trim();
        let is_flag = !inner.is_empty() && inner.chars().count() <= 4;
        return (is_flag && Number::of(number.trim_end()).is_some())
            .then_some((number.trim_end(), inner));
    }
    let is_flag = |letter: char| {
        letter.is_alphabetic()
            || matches!(letter, '*' | '†' | '‡' | '§' | '¶' | '#' | '^' | '¹' | '²' | '³')
            || ('\u{2070}'..='\u{2079}').contains(&letter)
    };
    let flag_length: usize =
        text.chars().rev().take_while(|letter| is_flag(*letter)).map(char::len_utf8).sum();
    let (number, flag) = text.split_at(text.len() - flag_length);
    let number = number.trim_end();
    let is_split = !flag.is_empty() && flag.chars().count() <= 4 && Number::of(number).is_some();
    is_split.then_some((number, flag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        let fits = Number::of(text).map_or(Spellings::NONE, |number| number.fits);
        let mut values: Vec<_> =
            ALL.into_iter().filter(|s| fits.has(*s)).filter_map(|s| plain(text, s)).collect();
        values.dedup();
        values
    }

    #[test]
    fn one_value() {
        for (text, value) in [
            ("0", "0"),
            ("-12", "-12"),
            ("+5.2", "5.2"),
            ("12.5", "12.5"),
            (".5", ".5"),
            ("62,5", "62.5"),
            ("0,123", "0.123"),
            ("1.234,5", "1234.5"),
            ("1,234.5", "1234.5"),
            ("1,234,567", "1234567"),
            ("12,34,567", "1234567"),
            ("1.234.567", "1234567"),
            ("1 234", "1234"),
            ("1\u{a0}234,5", "1234.5"),
            ("1\u{202f}234.5", "1234.5"),
            ("1'234.50", "1234.50"),
            ("1’234", "1234"),
            ("\u{2212}3.5", "-3.5"),
            ("(1 234)", "-1234"),
            ("12.5 %", "12.5"),
            ("12%", "12"),
            ("1.2e3", "1.2e3"),
            ("1,2E-3", "1.2E-3"),
        ] {
            assert_eq!(values(text), [value], "{text}");
        }
    }

    #[test]
    fn two_values() {
        assert_eq!(values("1,234"), ["1234", "1.234"]);
        assert_eq!(values("1.234"), ["1.234", "1234"]);
        assert_eq!(values("(1,234)"), ["-1234", "-1.234"]);
    }

    #[test]
    fn no_number() {
        for text in [
            "",
            "-",
            ".",
            ",",
            "1,2,3",
            "1.2.3",
            "12 34",
            "1,x",
            "75 001 x",
            "0171-1234",
            "1e",
            "e5",
            "12.9 p",
            "()",
            "%",
            "--1",
            "(-1)",
            "1 234 56",
            "0,1,2",
            "2024-01-31",
            "1,",
            "..",
        ] {
            let found = Number::of(text);
            assert!(found.is_none(), "{text}: {found:?}");
        }
    }

    #[test]
    fn flags() {
        assert_eq!(split_flag("12.9 p"), Some(("12.9", "p")));
        assert_eq!(split_flag("45.6 bu"), Some(("45.6", "bu")));
        assert_eq!(split_flag("7.1*"), Some(("7.1", "*")));
        assert_eq!(split_flag("34 (b)"), Some(("34", "b")));
        assert_eq!(split_flag("34[1]"), Some(("34", "1")));
        assert_eq!(split_flag("1,234 e"), Some(("1,234", "e")));
        assert_eq!(split_flag("12²"), Some(("12", "²")));
        for text in ["12", "p", "(b)", "12 prov.", "12abcde", "A12 p"] {
            assert_eq!(split_flag(text), None, "{text}");
        }
    }

    #[test]
    fn codes_and_big_numbers() {
        let of = |text| Number::of(text).map(|number| (number.is_padded, number.is_big));
        assert_eq!(of("010"), Some((true, false)));
        assert_eq!(of("-05.5"), Some((true, false)));
        assert_eq!(of("0.5"), Some((false, false)));
        assert_eq!(of("9223372036854775807"), Some((false, false)));
        assert_eq!(of("9223372036854775808"), Some((false, true)));
    }
}
