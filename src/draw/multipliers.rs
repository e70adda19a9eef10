//! Multipliers in units of measurement: thousand tonnes count thousands themselves, as USD million and 百万元 do.

/// Names of powers of ten, the smallest first.
pub type Words = [(i32, &'static str)];

/// Those of English texts.
pub const ENGLISH: &Words = &[(3, "thousand"), (6, "million"), (9, "billion"), (12, "trillion")];

/// Those of Chinese texts.
pub const CHINESE: &Words = &[(4, "万"), (8, "亿"), (12, "万亿")];

/// How units of measurement say that they count thousands, beside the word.
const THOUSAND: [&str; 2] = ["1,000 ", "1000 "];

/// Multipliers in words that are not ours to go on from, in small letters.
const OTHERS: &[&str] = &[
    "hundred", "thousand", "million", "billion", "trillion", "milliard", "lakh", "crore", "thsd",
    "tsd", "mn", "mln", "mio", "bn", "bln", "mld", "mrd", "tn", "trn", "000", "1000",
];

/// Multipliers of one or two letters, beside an amount of money only: elsewhere they are metres and tonnes.
const OF_MONEY: [&str; 5] = ["k", "m", "mm", "b", "t"];

const MONEY: [char; 5] = ['$', '€', '£', '¥', '₹'];

/// What follows 千 where it is the kilo of a unit.
const AFTER_KILO: [char; 7] = ['克', '米', '瓦', '卡', '赫', '伏', '帕'];

/// The words that a text in its language counts with.
pub fn words(text: &str) -> &'static Words {
    if is_chinese(text) { CHINESE } else { ENGLISH }
}

/// Whether a text has Chinese signs.
pub fn is_chinese(text: &str) -> bool {
    text.chars().any(|letter| ('\u{3400}'..='\u{9fff}').contains(&letter))
}

/// Whether a text begins with a thousand in digits.
pub fn is_thousand(unit: &str) -> bool {
    THOUSAND.iter().any(|word| unit.starts_with(word))
}

/// The power of ten that a unit counts itself, as thousand tonnes do, and the unit without it.
pub fn counted<'a>(unit: &'a str, words: &Words) -> (i32, &'a str) {
    let thousand = THOUSAND.iter().find_map(|word| unit.strip_prefix(word));
    if let Some(rest) = thousand.filter(|_| words == ENGLISH) {
        return (3, rest);
    }
    let begins = |(power, word): &(i32, &str)| {
        let head = unit.get(..word.len())?;
        let rest = unit[word.len()..].trim_start();
        let is_word =
            words == CHINESE || unit[word.len()..].is_empty() || rest != &unit[word.len()..];
        (head.eq_ignore_ascii_case(word) && is_word).then_some((*power, rest))
    };
    // The longest first: one begins as another does.
    words.iter().rev().find_map(begins).unwrap_or((0, unit))
}

/// Whether a text has a multiplier anywhere: another before it would be one too many.
pub fn has_multiplier(text: &str) -> bool {
    let mut before = "";
    for word in text.split_inclusive(|letter: char| !letter.is_alphanumeric()) {
        let bare = word.trim_end_matches(|letter: char| !letter.is_alphanumeric());
        if is_multiplier(bare, before, &word[bare.len()..]) {
            return true;
        }
        before = if bare.is_empty() && !word.contains(MONEY) { before } else { word };
    }
    text.contains("10^") || has_chinese(text)
}

/// Whether a word is one, between what stands before and behind it.
fn is_multiplier(word: &str, before: &str, behind: &str) -> bool {
    // As in USDm: what follows the name of a currency.
    let short = word.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
    let is_joined = word.len() >= short.len() + 3;
    let (word, short) = (word.to_lowercase(), if is_joined { short } else { word });
    let is = |known: &[&str], word: &str| known.contains(&word.to_lowercase().as_str());
    let before = before.trim_end();
    let is_code = before.len() == 3 && before.chars().all(|letter| letter.is_ascii_uppercase());
    let is_money = is_joined || is_code || before.ends_with(MONEY) || behind.starts_with(MONEY);
    is(OTHERS, &word)
        || is(OTHERS, word.strip_suffix('s').unwrap_or(&word))
        || (is_joined && is(OTHERS, short))
        || (is_money && is(&OF_MONEY, short))
}

/// Whether a text has one of the signs that Chinese and Japanese count with.
fn has_chinese(text: &str) -> bool {
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_kilo = letters.peek().is_some_and(|next| AFTER_KILO.contains(next));
        match letter {
            '百' | '万' | '萬' | '亿' | '億' | '兆' => return true,
            '千' if !is_kilo => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multipliers_are_found_wherever_they_stand() {
        for text in [
            "USD million",
            "$bn",
            "Mio. EUR",
            "Mrd. EUR",
            "thousands of people",
            "Millions",
            "USD m",
            "$m",
            "US$ m",
            "m€",
            "USDm",
            "EURbn",
            "'000 tonnes",
            "tonnes (thousand)",
            "crore rupees",
            "10^3 m3",
            "千人",
            "百万元",
            "千万元",
            "十亿元",
            "萬元",
            "億円",
            "元（万）",
        ] {
            assert!(has_multiplier(text), "{text}");
        }
        for text in [
            "USD",
            "2017 PPP $",
            "m",
            "m3",
            "t",
            "km",
            "tonnes",
            "m per s",
            "millionaires",
            "persons (2024)",
            "constant 2015 US$",
            "元",
            "千克",
            "千瓦时",
            "人",
            "",
        ] {
            assert!(!has_multiplier(text), "{text}");
        }
    }
}
