//! What a column is by its name: the same wherever text becomes a table, in `FROM` and in `import`.

/// The part that a column has in the long form or in a framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Text, even where every code is a number (`010`).
    Code,
    /// A number, whatever it looks like.
    Number,
    /// Whatever its cells are.
    Other,
}

const CODES: [&str; 4] = ["unit", "indicator", "code", "parent"];
const NUMBERS: [&str; 9] =
    ["value", "score", "weight", "change", "lower", "upper", "target", "base", "min_coverage"];

impl Part {
    /// The part of a column of this name; upper and lower case are one.
    pub fn of(name: &str) -> Self {
        let is_one_of = |known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(name));
        if is_one_of(&CODES) {
            Self::Code
        } else if is_one_of(&NUMBERS) {
            Self::Number
        } else {
            Self::Other
        }
    }
}
