//! Texts in pictures: how wide they are, and cut where they are too long.

use textwrap::core::display_width;

/// The width of a character of an average text, in sizes of its font; those of Chinese are two.
const ADVANCE: f64 = 0.56;

/// Columns of a label that are read at a glance.
pub const LABEL: usize = 28;

/// How wide a text is about, in pixels.
pub fn width(text: &str, size: u32) -> f64 {
    display_width(text) as f64 * ADVANCE * f64::from(size)
}

/// A text in lines of a width.
pub fn wrapped(text: &str, size: u32, wide: f64) -> Vec<String> {
    let columns = (wide / (ADVANCE * f64::from(size))).max(10.0) as usize;
    textwrap::wrap(text, columns).into_iter().map(|line| line.into_owned()).collect()
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
        size if size >= 1000.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').replace("-0", "-0"),
        false => text,
    }
}
