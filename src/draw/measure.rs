//! What an axis counts, and how its numbers are written: large ones in thousands, millions, billions or trillions, as
//! the words at the axis say.

use super::multipliers::{CHINESE, counted, has_multiplier, is_chinese, is_thousand, words};
use super::text;

/// What an axis counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Measure {
    /// What stands at the axis.
    pub text: String,
    /// Numbers are divided by ten to this power.
    power: i32,
    /// What is said behind a number that was divided, as the axis says it.
    word: &'static str,
    /// The same of one that was not: what the unit counts itself.
    own: &'static str,
}

/// What is known of an axis: the unit of measurement that was stated, or the name of a column.
#[derive(Debug, Clone, Copy)]
pub enum Name<'a> {
    /// A unit of measurement.
    Unit(&'a str),
    /// A name, with the unit in brackets at its end or without.
    Column(&'a str),
}

/// Numbers that are divided: beyond, there is no word for what they are divided by.
const LARGE: std::ops::Range<f64> = 1e6..1e18;

/// Decimals of a number that was divided; where more tell numbers apart, they are not divided.
const DECIMALS: i32 = 4;

impl Measure {
    /// Of an axis of equal distances: the largest number decides.
    pub fn new(name: Name<'_>, numbers: impl Iterator<Item = f64>) -> Self {
        let numbers: Vec<f64> = numbers.collect();
        Self::divided(name, &numbers, f64::INFINITY)
    }

    /// Of an axis of equal ratios, of numbers above 0: the smallest decides, or it would be a small fraction; a tenth
    /// can be read.
    pub fn of_ratios(name: Name<'_>, numbers: impl Iterator<Item = f64>) -> Self {
        let numbers: Vec<f64> = numbers.collect();
        let smallest = numbers.iter().copied().fold(f64::MAX, f64::min);
        Self::divided(name, &numbers, smallest * 10.0)
    }

    /// Divided, where the largest number asks for it, by no more than another.
    fn divided(name: Name<'_>, numbers: &[f64], most: f64) -> Self {
        let (Name::Unit(text) | Name::Column(text)) = name;
        let plain = Self { text: text.to_owned(), ..Self::default() };
        let largest = numbers.iter().copied().map(f64::abs).fold(0.0, f64::max);
        let (before, unit, behind) = around_unit(name);
        let words = words(text);
        let (counted, bare) = counted(unit, words);
        if !LARGE.contains(&largest) || has_multiplier(&before) || has_multiplier(bare) {
            return plain;
        }
        let named = |power: i32| words.iter().find(|(known, _)| *known == power + counted);
        let is_small = |(power, _): &&(i32, &str)| 10f64.powi(*power) <= most.min(largest);
        let mut chosen = words.iter().rev().filter(is_small);
        let chosen = chosen.find_map(|(power, _)| Some((*power, named(*power)?.1)));
        let is_told = |(power, _): &(i32, &str)| {
            let divided: Vec<f64> = numbers.iter().map(|x| x / 10f64.powi(*power)).collect();
            text::between(&divided) <= DECIMALS
        };
        match chosen.filter(is_told) {
            None => plain,
            Some((power, word)) => {
                let between = if words == CHINESE || bare.is_empty() { "" } else { " " };
                let text = format!("{before}{word}{between}{bare}{behind}");
                Self { text, power, word, own: named(0).map_or("", |(_, word)| word) }
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
            true => self.in_full(number),
            false => self.with_word(self.number(number)),
        }
    }

    /// A number that is not divided.
    pub fn in_full(&self, number: f64) -> String {
        behind(text::number(number), if number == 0.0 { "" } else { self.own })
    }

    /// A figure of the axis, with what it was divided by.
    pub fn with_word(&self, figure: String) -> String {
        behind(figure, self.word)
    }
}

/// A figure with a word behind it.
fn behind(figure: String, word: &str) -> String {
    match word {
        "" => figure,
        word if word.is_ascii() => format!("{figure} {word}"),
        word => figure + word,
    }
}

/// What stands before the unit of measurement, the unit, and what stands behind it. In the name of a column it stands
/// in brackets, unless that is a year.
fn around_unit(name: Name<'_>) -> (String, &str, &str) {
    let text = match name {
        Name::Unit(unit) => return (String::new(), unit.trim(), ""),
        Name::Column(text) => text.trim(),
    };
    for (open, close) in [('(', ')'), ('（', '）')] {
        let inner = text.strip_suffix(close).and_then(|inner| inner.rsplit_once(open));
        let is_unit = |(before, unit): &(&str, &str)| {
            let is_number = unit.trim_start().starts_with(|letter: char| letter.is_ascii_digit());
            !before.trim().is_empty() && (!is_number || is_thousand(unit))
        };
        if let Some((before, unit)) = inner.filter(is_unit) {
            return (format!("{before}{open}"), unit, &text[text.len() - close.len_utf8()..]);
        }
    }
    match text {
        "" => (String::new(), "", ""),
        text if is_chinese(text) => (format!("{text}，"), "", ""),
        text => (format!("{text}, "), "", ""),
    }
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
        assert_eq!(of_column("income (PPP $)", &[2e9]), "income (billion PPP $)");
        assert_eq!(of_column("(a)", &[2e6]), "(a), million");
        assert_eq!(of_column("population (persons)", &[2e6]), "population (million persons)");
        assert_eq!(of_column("income (2017 PPP $)", &[2e5]), "income (2017 PPP $)");
    }

    #[test]
    fn of_a_unit_the_word_stands_before_all() {
        assert_eq!(of_unit("population (persons)", &[2e6]).0, "million population (persons)");
        assert_eq!(of_unit("USD (2017 PPP)", &[25e9]).0, "billion USD (2017 PPP)");
        assert_eq!(of_unit("million USD (2017 PPP)", &[5e6]).0, "trillion USD (2017 PPP)");
    }

    #[test]
    fn a_year_in_brackets_is_no_unit() {
        assert_eq!(of_column("GDP (2024)", &[2e6]), "GDP (2024), million");
        assert_eq!(of_column("income (2017 PPP $)", &[2e9]), "income (2017 PPP $), billion");
        assert_eq!(of_column("persons (1,000 persons)", &[5e6]), "persons (billion persons)");
    }

    #[test]
    fn a_number_is_told_as_the_axis_says_it() {
        let told = |unit: &str, number: f64| {
            Measure::new(Name::Unit(unit), [5e6, 25e6].into_iter()).told(number)
        };
        assert_eq!(told("thousand tonnes", 5e6), "5 billion");
        assert_eq!(told("million", 25e6), "25 trillion");
        assert_eq!(told("亿元", 5e6), "500万亿");
        assert_eq!(told("USD", 5e6), "5 million");
        // What is not divided is still counted in thousands.
        assert_eq!(told("thousand tonnes", 12.0), "12 thousand");
        assert_eq!(told("thousand tonnes", 0.0), "0");
    }

    #[test]
    fn no_multiplier_stands_before_another() {
        for unit in
            ["USD million", "$bn", "Mio. EUR", "thousands of people", "千人", "百万元", "萬元"]
        {
            assert_eq!(of_unit(unit, &[5e6]), (unit.to_owned(), 1.0));
        }
        for name in ["gdp (USD million)", "gdp million usd", "GDP, thousands (2024)"] {
            assert_eq!(of_column(name, &[5e6]), name);
        }
        assert_eq!(of_unit("million USD thousand", &[5e6]).1, 1.0);
    }

    #[test]
    fn numbers_that_would_read_the_same_are_not_divided() {
        let near = [1_412_345_678.0, 1_412_345_912.0, 1_412_345_001.0];
        assert_eq!(of_unit("USD", &near), ("USD".to_owned(), 1.0));
        assert_eq!(of_unit("USD", &[1.412e9, 1.414e9]), ("billion USD".to_owned(), 1e9));
        assert_eq!(of_unit("USD", &[1.412e9, 1.412e9]), ("billion USD".to_owned(), 1e9));
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
