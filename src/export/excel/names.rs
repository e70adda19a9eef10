//! Names of sheets, as Excel takes them.

use std::collections::HashSet;

/// Characters that a name has at most, as UTF-16 counts them.
const LONGEST: usize = 31;

/// The names of a workbook's sheets.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// A name like the wanted one that no sheet has yet, whatever the case: without the characters
    /// that Excel refuses, cut, and numbered where it is taken.
    pub fn take(&mut self, wanted: &str) -> String {
        let valid = |c: char| match c {
            '[' | ']' | ':' | '*' | '?' | '/' | '\\' => '_',
            c if c.is_control() => '_',
            c => c,
        };
        let wanted: String = wanted.chars().map(valid).collect();
        let wanted = match wanted.trim().trim_matches('\'') {
            "" => "sheet",
            wanted => wanted,
        };
        let numbered = |n: usize| match n {
            1 => cut(wanted, LONGEST),
            n => {
                let number = format!(" ({n})");
                cut(wanted, LONGEST - number.len()) + &number
            }
        };
        let mut n = 1;
        loop {
            let name = numbered(n);
            let key = name.to_lowercase();
            // Excel keeps this one for itself.
            if key != "history" && self.0.insert(key) {
                return name;
            }
            n += 1;
        }
    }
}

/// As much of a text as has room.
fn cut(text: &str, room: usize) -> String {
    let mut length = 0;
    let kept = text.chars().take_while(|c| {
        length += c.len_utf16();
        length <= room
    });
    kept.collect::<String>().trim_end_matches(['\'', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_valid_and_tell_sheets_apart() {
        let mut names = Names::default();
        assert_eq!(names.take("01_scores"), "01_scores");
        assert_eq!(names.take("01_SCORES"), "01_SCORES (2)");
        assert_eq!(names.take("a/b:c[d]*?\\"), "a_b_c_d____");
        assert_eq!(names.take(" 'x' "), "x");
        assert_eq!(names.take(""), "sheet");
        assert_eq!(names.take("History"), "History (2)");
        let long = "x".repeat(40);
        assert_eq!(names.take(&long), "x".repeat(31));
        assert_eq!(names.take(&long), "x".repeat(27) + " (2)");
        assert_eq!(names.take(&"北".repeat(40)), "北".repeat(31));
        assert_eq!(names.take(&"🏠".repeat(40)), "🏠".repeat(15));
    }
}
