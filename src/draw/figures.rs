//! Figures beside marks: to the same decimals, no more than a reader takes in, and divided as those of their axis.

use super::measure::Measure;
use super::text;

/// How the figures of a picture are written: a number has the same digits wherever it stands.
#[derive(Debug, Clone)]
pub struct Figures<'a> {
    measure: &'a Measure,
    /// None where they are written with a power of ten.
    decimals: Option<usize>,
}

impl<'a> Figures<'a> {
    /// Figures for numbers, all to the same decimals: those that the largest of them needs, or that tell them apart.
    pub fn new(numbers: impl IntoIterator<Item = f64>, measure: &'a Measure) -> Self {
        let divisor = measure.divisor();
        let numbers: Vec<f64> = numbers.into_iter().map(|number| number / divisor).collect();
        let size = numbers.iter().map(|number| number.abs()).fold(0.0, f64::max);
        if text::is_with_power(&numbers) {
            return Self { measure, decimals: None };
        }
        let most = decimals(size).max(text::between(&numbers));
        let unit = 10f64.powi(most);
        let rounded: Vec<f64> =
            numbers.iter().map(|number| (number * unit).round() / unit).collect();
        let is_lost =
            numbers.iter().zip(&rounded).any(|(&full, &short)| full != 0.0 && short == 0.0);
        // Where a small number reads as 0 among whole ones, its decimals say that it was rounded.
        let decimals =
            if is_lost { most.unsigned_abs() as usize } else { text::decimals(&rounded) };
        Self { measure, decimals: Some(decimals) }
    }

    /// Figures to so many decimals.
    pub fn to(decimals: usize, measure: &'a Measure) -> Self {
        Self { measure, decimals: Some(decimals) }
    }

    /// The same as whole numbers, where they have decimals.
    #[must_use]
    pub fn shorter(&self) -> Self {
        Self { decimals: self.decimals.map(|_| 0), ..self.clone() }
    }

    /// The figure of a number, as it stands beside its mark.
    pub fn of(&self, number: f64) -> String {
        let number = number / self.measure.divisor();
        match self.decimals {
            Some(decimals) => text::fixed(rounded(number, decimals), decimals),
            None => text::with_power(number, 3),
        }
    }

    /// The same with a plus before what is above 0.
    pub fn signed(&self, number: f64) -> String {
        let figure = self.of(number);
        if number > 0.0 { format!("+{figure}") } else { figure }
    }

    /// The figure away from the axis: with what it was divided by. One that would read as 0 is told as it is.
    pub fn told(&self, number: f64) -> String {
        let figure = self.of(number);
        let is_read = figure.contains(|letter| matches!(letter, '1'..='9'));
        let is_fraction = self.decimals.is_none() && number.abs() < self.measure.divisor() * 1e-3;
        match number == 0.0 || (is_read && !is_fraction) {
            true => self.measure.with_word(figure),
            false => self.measure.in_full(number),
        }
    }

    /// The same with a plus before what is above 0.
    pub fn told_signed(&self, number: f64) -> String {
        let told = self.told(number);
        if number > 0.0 { format!("+{told}") } else { told }
    }

    /// The same to the decimals that it needs itself.
    pub fn alone(&self, number: f64) -> String {
        self.measure.told(number)
    }
}

/// A number to so many decimals, halves away from 0.
fn rounded(number: f64, decimals: usize) -> f64 {
    let unit = 10f64.powi(i32::try_from(decimals).unwrap_or_default());
    let whole = number * unit;
    if whole.abs() < 1e15 { whole.round() / unit } else { number }
}

/// Decimals that a figure of a size has at most.
fn decimals(size: f64) -> i32 {
    match size {
        size if size >= 1000.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        size if size >= 0.1 => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::super::measure::Name;
    use super::*;

    fn figures(numbers: &[f64]) -> Vec<String> {
        let measure = Measure::default();
        let figures = Figures::new(numbers.iter().copied(), &measure);
        numbers.iter().map(|&number| figures.of(number)).collect()
    }

    #[test]
    fn decimals_are_those_of_the_largest() {
        assert_eq!(figures(&[154.14, 7.0, -0.08]), ["154.1", "7.0", "-0.1"]);
        assert_eq!(figures(&[100.0, 7.0]), ["100", "7"]);
        assert_eq!(figures(&[0.788, 0.462]), ["0.788", "0.462"]);
        assert_eq!(figures(&[85_415.2, 34_665.4]), ["85,415", "34,665"]);
        assert_eq!(figures(&[100.23, 100.01]), ["100.23", "100.01"]);
        assert_eq!(figures(&[154.1, 149.2]), ["154.1", "149.2"]);
        assert_eq!(figures(&[1.5e15]), ["1.5e15"]);
        assert_eq!(figures(&[1.5e12, 1e12]), ["1.5e12", "1e12"]);
        // With a power of ten they would be the same.
        assert_eq!(figures(&[2.5001e12, 2.5e12]), ["2,500,100,000,000", "2,500,000,000,000"]);
        assert_eq!(figures(&[2e-5, 0.0]), ["2e-5", "0"]);
        assert_eq!(figures(&[0.0, 0.0]), ["0", "0"]);
        assert_eq!(figures(&[25.0, 0.004]), ["25.0", "0.0"]);
        assert_eq!(figures(&[160.25, 7.0]), ["160.3", "7.0"]);
        assert_eq!(figures(&[]), Vec::<String>::new());
    }

    #[test]
    fn large_ones_are_divided_as_their_axis() {
        let numbers = [25e12, 17.94e12, 12e6, -0.4e12];
        let measure = Measure::new(Name::Unit("USD"), numbers.into_iter());
        let figures = Figures::new(numbers, &measure);
        assert_eq!(numbers.map(|number| figures.of(number)), ["25.0", "17.9", "0.0", "-0.4"]);
        assert_eq!(figures.signed(17.94e12), "+17.9");
        assert_eq!(figures.told(17.94e12), "17.9 trillion");
        assert_eq!(
            (figures.told(12e6), figures.alone(12e6)),
            ("12,000,000".into(), "12,000,000".into())
        );
        assert_eq!(figures.alone(1.26e12), "1.26 trillion");
        assert_eq!(figures.told_signed(12e6), "+12,000,000");
        assert_eq!(figures.told_signed(-0.4e12), "-0.4 trillion");
    }

    #[test]
    fn numbers_that_differ_read_differently() {
        let numbers = [1_412_345_678.0, 1_412_345_912.0, 1_412_345_001.0];
        let measure = Measure::new(Name::Unit("USD"), numbers.into_iter());
        let figures = Figures::new(numbers, &measure);
        let read = numbers.map(|number| figures.of(number));
        assert_eq!(read, ["1,412,345,678", "1,412,345,912", "1,412,345,001"]);
    }
}
