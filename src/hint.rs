//! Which known word a misspelt one may stand for.

/// How alike two words must be for one to be taken for a slip of the other: `wieght` and `weight`,
/// `minimum_coverage` and `min_coverage`, but not `percent` and `parent`, `case` and `base`.
const SLIP: f64 = 0.82;
/// The same for words that begin alike: `normalise` and `normalisation`.
const SAME_BEGINNING: f64 = 0.9;
/// How alike a word must be to be worth asking for: nothing but a hint follows from it.
const HINT: f64 = 0.59;

/// Whether one word is so near another that it must be a slip or a variant of it. Case is ignored.
fn is_near(word: &str, known: &str) -> bool {
    let (word, known) = (word.trim().to_lowercase(), known.to_lowercase());
    strsim::normalized_damerau_levenshtein(&word, &known) > SLIP
        || strsim::jaro_winkler(&word, &known) >= SAME_BEGINNING
}

/// The known word that another must be a slip of, if it is near any; of several the most alike.
pub fn slip_of<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .filter(|known| is_near(word, known))
        .map(|known| (strsim::jaro_winkler(&word.to_lowercase(), known), known))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}

/// How alike two words are, if they are alike enough to ask for one in the place of the other.
pub fn likeness(word: &str, known: &str) -> Option<f64> {
    let (word, known) = (word.to_lowercase(), known.to_lowercase());
    Some(strsim::normalized_damerau_levenshtein(&word, &known)).filter(|likeness| *likeness > HINT)
}

/// The known word that is nearest to another, if one is near enough to ask for it.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .filter_map(|known| Some((likeness(word, known)?, known)))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}

/// `; did you mean 'weight'?`, or nothing.
pub fn did_you_mean<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    nearest(word, known).map_or_else(String::new, |near| format!("; did you mean '{near}'?"))
}

/// A text with a place in the parentheses at its end, before the hint that may be there.
pub fn with_place(text: &str, place: &str) -> String {
    const QUESTION: &str = "; did you mean ";
    let (text, question) = text.split_at(text.find(QUESTION).unwrap_or(text.len()));
    let mut depth = 0;
    let opening = text.rfind(|letter| {
        depth += match letter {
            ')' => 1,
            '(' => -1,
            _ => 0,
        };
        depth == 0
    });
    match opening.filter(|&at| text.ends_with(')') && text[..at].ends_with(' ')) {
        Some(at) => format!("{}({place}; {}{question}", &text[..at], &text[at + 1..]),
        None => format!("{text} ({place}){question}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_before_the_hint() {
        for (text, expected) in [
            ("x must be > 0, got 0", "x must be > 0, got 0 (unit 'B')"),
            ("x must be 1, got 0 (or (y))", "x must be 1, got 0 (unit 'B'; or (y))"),
            ("x must be 1, got f(0)", "x must be 1, got f(0) (unit 'B')"),
            ("got 'p'; did you mean 'q'?", "got 'p' (unit 'B'); did you mean 'q'?"),
        ] {
            assert_eq!(with_place(text, "unit 'B'"), expected);
        }
    }

    #[test]
    fn slips_and_variants_are_near() {
        for (word, known) in [
            ("wieght", "weight"),
            ("Weigth", "weight"),
            ("weight ", "weight"),
            ("weights", "weight"),
            ("oarent", "parent"),
            ("parent_code", "parent"),
            ("normalization", "normalisation"),
            ("normalise", "normalisation"),
            ("minimum_coverage", "min_coverage"),
            ("mincoverage", "min_coverage"),
            ("directon", "direction"),
            ("aggregate", "aggregation"),
        ] {
            assert!(is_near(word, known), "{word} {known}");
        }
    }

    #[test]
    fn other_words_are_not() {
        for (word, known) in [
            ("percent", "parent"),
            ("case", "base"),
            ("node", "code"),
            ("source", "code"),
            ("measure", "weight"),
            ("level", "lower"),
            ("power", "lower"),
            ("super", "upper"),
            ("date", "base"),
            ("note", "code"),
            ("dimension", "direction"),
            ("type", "target"),
            ("unit", "weight"),
            ("指标", "weight"),
        ] {
            assert!(!is_near(word, known), "{word} {known}");
        }
    }

    #[test]
    fn the_nearest_is_asked_for() {
        let known = ["minmax", "zscore", "rank"];
        assert_eq!(nearest("min_max", known.into_iter()), Some("minmax"));
        assert_eq!(nearest("xyz", known.into_iter()), None);
    }
}
