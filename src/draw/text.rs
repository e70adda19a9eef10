//! Texts in pictures: how wide they are, and cut where they are too long.

use textwrap::core::display_width;

use crate::words::{grouped, unsigned_zero};

/// The width of a character of an average text, in sizes of its font; one of Chinese takes a whole one.
const ADVANCE: f64 = 0.61;

/// Columns of a label that are read at a glance.
pub const LABEL: usize = 28;

/// How wide a text is, in pixels, in the first of the fonts; about so in others.
pub fn width(text: &str, size: u32) -> f64 {
    text.chars().map(advance).sum::<f64>() * f64::from(size)
}

/// The same of bold letters.
pub fn bold_width(text: &str, size: u32) -> f64 {
    width(text, size) * 1.13
}

/// How wide a letter is, in sizes of its font, within a twentieth.
fn advance(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | '\'' => 0.28,
        ' ' | 'I' | 'J' | '.' | ',' | ':' | ';' | '|' => 0.33,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '-' | '/' => 0.39,
        'c' | 's' | 'z' | 'F' | 'L' | '_' => 0.55,
        'O' | 'Q' | 'G' | 'D' | 'N' | 'H' | '&' => 0.77,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '…' => 0.95,
        letter if letter.is_ascii_uppercase() => 0.67,
        letter => match display_width(letter.encode_utf8(&mut [0; 4])) {
            0 => 0.0,
            1 => ADVANCE,
            _ => 1.0,
        },
    }
}

/// A text in lines of a width.
pub fn wrapped(text: &str, size: u32, wide: f64) -> Vec<String> {
    let columns = |advance: f64| ((wide / (advance * f64::from(size))) as usize).max(10);
    let wrap = |columns: usize| -> Vec<String> {
        textwrap::wrap(text, columns).into_iter().map(|line| line.into_owned()).collect()
    };
    // As many letters as fit, wide or narrow as they are.
    let lines = (columns(1.0)..=columns(0.4)).rev().map(wrap);
    let fits = |lines: &Vec<String>| lines.iter().all(|line| width(line, size) <= wide);
    lines.into_iter().find(fits).unwrap_or_else(|| wrap(columns(1.0)))
}

/// The columns of a terminal that a text takes.
pub fn columns(text: &str) -> usize {
    display_width(text)
}

/// A text in lines of so many columns.
pub fn lines(text: &str, columns: usize) -> Vec<String> {
    textwrap::wrap(text, columns.max(1)).into_iter().map(|line| line.into_owned()).collect()
}

/// A text of so many columns at most, with a mark where it is cut.
pub fn cut(text: &str, columns: usize) -> String {
    if display_width(text) <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    for character in text.chars() {
        kept.push(character);
        if display_width(&kept) >= columns {
            kept.pop();
            break;
        }
    }
    format!("{}…", kept.trim_end())
}

/// A text as the plotting library takes it: `$` begins no formula.
pub fn plain(text: &str) -> String {
    text.replace('$', "\\$")
}

/// A number as people write it: no more digits than tell it from its neighbours.
pub fn number(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= LARGE || (size > 0.0 && size < SMALL) => return with_power(value, 2),
        size if size >= 1000.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.decimals$}");
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    grouped(if text == "-0" { "0" } else { text })
}

/// Numbers from here on are written with a power of ten.
const LARGE: f64 = 1e12;

/// As many digits as a number holds.
const WHOLE: f64 = 1e15;

/// And those below, apart from 0.
const SMALL: f64 = 5e-4;

/// Numbers of one axis, all to the same decimals: as many as tell them apart.
pub fn alike(numbers: &[f64]) -> Vec<String> {
    if is_with_power(numbers) {
        return numbers.iter().map(|&number| with_power(number, 3)).collect();
    }
    let decimals = decimals(numbers);
    numbers.iter().map(|&number| fixed(number, decimals)).collect()
}

/// Whether numbers are written with a power of ten: large and small ones, unless its digits would not tell them apart.
pub fn is_with_power(numbers: &[f64]) -> bool {
    let size = numbers.iter().map(|number| number.abs()).fold(0.0, f64::max);
    let is_near = way(numbers).is_some_and(|way| way < size * 1e-2);
    (size > 0.0 && size < SMALL) || size >= WHOLE || (size >= LARGE && !is_near)
}

/// How far numbers lie from each other, beyond what arithmetic leaves behind.
fn way(numbers: &[f64]) -> Option<f64> {
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let most = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let way = most - least;
    (way.is_finite() && way > most.abs().max(least.abs()) * 1e-9).then_some(way)
}

/// Decimals that tell numbers apart that lie so far from each other.
pub fn between(numbers: &[f64]) -> i32 {
    way(numbers).map_or(0, |way| (1.0 - way.log10().floor()).clamp(0.0, 6.0) as i32)
}

/// The decimals that tell numbers of one axis apart.
pub fn decimals(numbers: &[f64]) -> usize {
    let size = numbers.iter().map(|number| number.abs()).fold(0.0, f64::max);
    let mut apart: Vec<f64> = numbers.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
    apart.retain(|way| *way > 0.0);
    let apart = apart.into_iter().fold(size, f64::min);
    let is_told = |decimals: &usize| {
        let unit = 10f64.powi(*decimals as i32);
        numbers.iter().all(|number| ((number * unit).round() / unit - number).abs() <= apart * 1e-3)
    };
    (0..9).find(is_told).unwrap_or(9)
}

/// A number to so many decimals; 0 has no sign.
pub fn fixed(number: f64, decimals: usize) -> String {
    grouped(unsigned_zero(&format!("{number:.decimals$}")))
}

/// A number with a power of ten, to so many decimals at most.
pub fn with_power(value: f64, decimals: usize) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let text = format!("{value:.decimals$e}");
    match text.split_once('e') {
        Some((digits, power)) if digits.contains('.') => {
            format!("{}e{power}", digits.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        let told = [
            (0.0, "0"),
            (-0.0, "0"),
            (0.25, "0.25"),
            (-0.0004, "-4e-4"),
            (154.14, "154.1"),
            (9.5, "9.5"),
            (12_345.6, "12,346"),
            (-1_234_567.0, "-1,234,567"),
            (100.0, "100"),
            (1.5e300, "1.5e300"),
        ];
        for (value, text) in told {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn numbers_of_an_axis_have_the_same_decimals() {
        assert_eq!(alike(&[0.0, 0.5, 1.0]), ["0.0", "0.5", "1.0"]);
        assert_eq!(alike(&[-0.1, -0.0, 0.1]), ["-0.1", "0.0", "0.1"]);
        assert_eq!(alike(&[0.0, 20_000.0]), ["0", "20,000"]);
        assert_eq!(alike(&[1e15, 2.5e15]), ["1e15", "2.5e15"]);
        assert_eq!(alike(&[0.0, 1e-5]), ["0", "1e-5"]);
    }
}
