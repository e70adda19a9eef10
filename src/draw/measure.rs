//! What an axis counts, and how its numbers are written: large ones in thousands, millions, billions or trillions, as
//! the words at the axis say.

use super::text;

/// What an axis counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Measure {
    /// What stands at the axis.
    pub text: String,
    /// Numbers are divided by ten to this power.
    power: i32,
    /// What is said behind a number that was divided.
    word: &'static str,
}

/// What is known of an axis: the unit of measurement that was stated, or the name of a column.
#[derive(Debug, Clone, Copy)]
pub enum Name<'a> {
    /// A unit of measurement.
    Unit(&'a str),
    /// A name, with the unit in brackets at its end or without.
    Column(&'a str),
}

/// Names of powers of ten, the smallest first.
type Words = [(i32, &'static str)];

const ENGLISH: &Words = &[(3, "thousand"), (6, "million"), (9, "billion"), (12, "trillion")];
const CHINESE: &Words = &[(4, "万"), (8, "亿"), (12, "万亿")];

/// How units of measurement say that they count thousands, beside the word.
const THOUSAND: [&str; 2] = ["1,000 ", "1000 "];

/// Numbers that are divided: beyond, there is no word for what they are divided by.
const LARGE: std::ops::Range<f64> = 1e6..1e18;

impl Measure {
    /// Of an axis of equal distances: the largest number decides.
    pub fn new(name: Name<'_>, numbers: impl Iterator<Item = f64>) -> Self {
        let largest = numbers.map(f64::abs).fold(0.0, f64::max);
        Self::divided(name, largest, largest)
    }

    /// Of an axis of equal ratios, of numbers above 0: the smallest decides, or it would be a small fraction; a tenth
    /// can be read.
    pub fn of_ratios(name: Name<'_>, numbers: impl Iterator<Item = f64>) -> Self {
        let ends = numbers.fold((f64::MAX, 0.0), |(a, b): (f64, f64), x| (a.min(x), b.max(x)));
        Self::divided(name, ends.1, ends.0 * 10.0)
    }

    /// Divided, where the largest number asks for it, by no more than another.
    fn divided(name: Name<'_>, largest: f64, most: f64) -> Self {
        let (Name::Unit(text) | Name::Column(text)) = name;
        let plain = Self { text: text.to_owned(), ..Self::default() };
        if !LARGE.contains(&largest) {
            return plain;
        }
        let (before, unit, behind) = around_unit(name);
        let words = if text.chars().any(is_chinese) { CHINESE } else { ENGLISH };
        let (counted, bare) = counted(unit, words);
        let named = |power: i32| words.iter().find(|(known, _)| *known == power + counted);
        let is_small = |(power, _): &&(i32, &'static str)| 10f64.powi(*power) <= most;
        let chosen = words.iter().rev().filter(is_small);
        let mut chosen = chosen.filter_map(|(power, word)| Some((*power, *word, named(*power)?.1)));
        match chosen.next() {
            None => plain,
            Some((power, word, of_unit)) => {
                let between = if words == CHINESE || bare.is_empty() { "" } else { " " };
                let text = format!("{before}{of_unit}{between}{bare}{behind}");
                Self { text, power, word }
            }
        }
    }

    /// By what numbers are divided.
    pub fn divisor(&self) -> f64 {
        10f64.powi(self.power)
    }

    /// A number as it stands on the axis, to the decimals that it needs itself.
    pub fn number(&self, number: f64) -> String {
        text::number(number / self.divisor())
    }

    /// The same away from the axis, with what it was divided by. One that would be a small fraction is told as it is.
    pub fn told(&self, number: f64) -> String {
        match number.abs() < self.divisor() * 1e-3 {
            true => text::number(number),
            false => self.with_word(self.number(number)),
        }
    }

    /// A figure of the axis, with what it was divided by.
    pub fn with_word(&self, figure: String) -> String {
        match self.word {
            "" => figure,
            word if word.is_ascii() => format!("{figure} {word}"),
            word => figure + word,
        }
    }
}

/// What stands before the unit of measurement, the unit, and what stands behind it.
fn around_unit(name: Name<'_>) -> (String, &str, &str) {
    let text = match name {
        Name::Unit(text) | Name::Column(text) => text.trim(),
    };
    for (open, close) in [('(', ')'), ('（', '）')] {
        let inner = text.strip_suffix(close).and_then(|inner| inner.rsplit_once(open));
        if let Some((before, unit)) = inner.filter(|(before, _)| !before.trim().is_empty()) {
            return (format!("{before}{open}"), unit, &text[text.len() - close.len_utf8()..]);
        }
    }
    match name {
        Name::Unit(_) => (String::new(), text, ""),
        Name::Column(_) if text.is_empty() => (String::new(), "", ""),
        Name::Column(_) if text.chars().any(is_chinese) => (format!("{text}，"), "", ""),
        Name::Column(_) => (format!("{text}, "), "", ""),
    }
}

/// The power of ten that a unit counts itself, as thousand tonnes do, and the unit without it.
fn counted<'a>(unit: &'a str, words: &Words) -> (i32, &'a str) {
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

fn is_chinese(letter: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_unit(unit: &str, numbers: &[f64]) -> (String, f64) {
        let measure = Measure::new(Name::Unit(unit), numbers.iter().copied());
        (measure.text.clone(), measure.divisor())
    }

    fn of_column(name: &str, numbers: &[f64]) -> String {
        Measure::new(Name::Column(name), numbers.iter().copied()).text
    }

    #[test]
    fn the_largest_number_decides() {
        let told = |largest: f64| of_unit("USD", &[0.0, largest / 7.0, -largest]);
        assert_eq!(told(999_999.0), ("USD".to_owned(), 1.0));
        assert_eq!(told(1_000_000.0), ("million USD".to_owned(), 1e6));
        assert_eq!(told(9e8), ("million USD".to_owned(), 1e6));
        assert_eq!(told(12e9), ("billion USD".to_owned(), 1e9));
        assert_eq!(told(25e12), ("trillion USD".to_owned(), 1e12));
        assert_eq!(told(25e15), ("trillion USD".to_owned(), 1e12));
        assert_eq!(told(1e18), ("USD".to_owned(), 1.0));
        assert_eq!(told(f64::MAX), ("USD".to_owned(), 1.0));
    }

    #[test]
    fn words_stand_where_the_unit_does() {
        assert_eq!(of_column("value", &[2e6]), "value, million");
        assert_eq!(of_column("", &[2e6]), "million");
        assert_eq!(of_column("income (2017 PPP $)", &[2e9]), "income (billion 2017 PPP $)");
        assert_eq!(of_column("(a)", &[2e6]), "(a), million");
        assert_eq!(of_unit("population (persons)", &[2e6]).0, "population (million persons)");
        assert_eq!(of_column("income (2017 PPP $)", &[2e5]), "income (2017 PPP $)");
    }

    #[test]
    fn units_that_count_thousands_go_on_counting() {
        assert_eq!(of_unit("thousand tonnes", &[5e6]), ("billion tonnes".to_owned(), 1e6));
        assert_eq!(of_unit("1,000 persons", &[5e6]), ("billion persons".to_owned(), 1e6));
        assert_eq!(of_unit("Million USD", &[25e6]), ("trillion USD".to_owned(), 1e6));
        // No word for ten to the fifteenth: as far as there is one.
        assert_eq!(of_unit("billion USD", &[25e6]), ("trillion USD".to_owned(), 1e3));
        assert_eq!(of_unit("trillion USD", &[25e6]), ("trillion USD".to_owned(), 1.0));
        assert_eq!(of_unit("millionaires", &[25e6]), ("million millionaires".to_owned(), 1e6));
    }

    #[test]
    fn in_chinese_ten_thousands_are_counted() {
        assert_eq!(of_unit("元", &[2e6]), ("万元".to_owned(), 1e4));
        assert_eq!(of_unit("元", &[1.2e13]), ("万亿元".to_owned(), 1e12));
        assert_eq!(of_unit("万人", &[2e6]), ("亿人".to_owned(), 1e4));
        assert_eq!(of_column("地区生产总值（亿元）", &[5e6]), "地区生产总值（万亿元）");
        assert_eq!(of_column("人口", &[1.4e9]), "人口，亿");
        let measure = Measure::new(Name::Unit("元"), [4.9e13].into_iter());
        assert_eq!((measure.number(4.9e13), measure.told(4.9e13)), ("49".into(), "49万亿".into()));
    }

    #[test]
    fn on_an_axis_of_ratios_the_smallest_decides() {
        let ratios = |low: f64, high: f64| {
            let measure = Measure::of_ratios(Name::Unit("USD"), [low, high].into_iter());
            (measure.text.clone(), measure.divisor())
        };
        assert_eq!(ratios(12e6, 25e12), ("million USD".to_owned(), 1e6));
        assert_eq!(ratios(2_000.0, 3e8), ("thousand USD".to_owned(), 1e3));
        assert_eq!(ratios(3e5, 7.5e12), ("million USD".to_owned(), 1e6));
        assert_eq!(ratios(20.0, 3e8), ("USD".to_owned(), 1.0));
        assert_eq!(ratios(2_000.0, 3e5), ("USD".to_owned(), 1.0));
    }
}
