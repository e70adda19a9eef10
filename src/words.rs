//! Texts that every part of the program writes: counts, numbers with their thousands parted, what can be printed.

/// `1 row`, `2,000 rows`.
#[must_use]
pub fn count(n: usize, what: &str) -> String {
    format!("{} {what}{}", grouped(&n.to_string()), if n == 1 { "" } else { "s" })
}

/// The digits of a number, thousands parted by commas.
#[must_use]
pub fn grouped(text: &str) -> String {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, decimals) = rest.split_at(rest.find('.').unwrap_or(rest.len()));
    let mut written = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written + decimals
}

/// The digits of a number that was rounded: one of which nothing is left has no sign.
#[must_use]
pub fn unsigned_zero(digits: &str) -> &str {
    match digits.strip_prefix('-') {
        Some(size) if size.chars().all(|c| matches!(c, '0' | '.')) => size,
        _ => digits,
    }
}

/// The same text; signs that control a terminal and have no place in XML are replaced by one that says so.
#[must_use]
pub fn printable(text: &str) -> String {
    let is_sign =
        |c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..='\u{10ffff}');
    text.chars().map(|c| if is_sign(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        let shown = [0, 1, 999, 1000, 1_234_567].map(|n| count(n, "row"));
        assert_eq!(shown, ["0 rows", "1 row", "999 rows", "1,000 rows", "1,234,567 rows"]);
        assert_eq!(grouped("-1234.5678"), "-1,234.5678");
    }

    #[test]
    fn zero_has_no_sign() {
        let shown = ["-0.00", "-0", "-0.01", "0.0", "-inf", "-1e-5"].map(unsigned_zero);
        assert_eq!(shown, ["0.00", "0", "-0.01", "0.0", "-inf", "-1e-5"]);
    }

    #[test]
    fn controls_are_replaced() {
        assert_eq!(
            printable("a\tb\r\n\u{1}\u{1b}[1m\u{fffe}\u{ffff}京👍"),
            "a\tb\r\n\u{fffd}\u{fffd}[1m\u{fffd}\u{fffd}京👍"
        );
    }
}
