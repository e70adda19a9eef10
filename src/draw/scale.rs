//! From numbers to places on an axis, and the ticks of the axis.

use kuva::render::render_utils::{
    auto_nice_range, auto_nice_range_log, compute_tick_step, generate_ticks, generate_ticks_log,
};

use super::measure::Measure;
use super::text;

/// How far an axis reaches, in numbers and in places.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
    is_log: bool,
    /// By what the figures of its ticks are divided.
    divisor: f64,
}

/// Ticks that an axis is laid out for.
const TICKS: usize = 6;

impl Scale {
    /// An axis over all of some numbers; it begins and ends at round ones.
    pub fn around(numbers: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (low, high) = ends(numbers);
        let (low, high) = match high - low {
            // Apart by no more than their last digits.
            way if way <= high.abs().max(low.abs()) * 1e-12 => {
                let beside = if high == 0.0 { 1.0 } else { high.abs() * 0.1 };
                (low - beside, high + beside)
            }
            way if way < f64::MAX / 4.0 => auto_nice_range(low, high, TICKS),
            _ => (low, high),
        };
        Self { low, high, from, to, is_log: false, divisor: 1.0 }
    }

    /// The same with equal distances for equal ratios, of numbers above 0.
    pub fn of_ratios(numbers: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (low, high) = ends(numbers);
        let (low, high) = match high / low {
            // Within a few powers of ten a whole one would leave most of the axis empty.
            ratio if ratio < 1e3 && ratio > 1.0 => {
                (low / ratio.powf(0.05), high * ratio.powf(0.05))
            }
            _ if low < 1e-300 || high > 1e300 => (low, high),
            _ => auto_nice_range_log(low, high),
        };
        Self { low, high, from, to, is_log: true, divisor: 1.0 }
    }

    /// An axis that begins and ends where it is said.
    pub fn fixed(low: f64, high: f64, from: f64, to: f64) -> Self {
        Self { low, high, from, to, is_log: false, divisor: 1.0 }
    }

    /// The same with the figures of its ticks divided as those of a measure.
    #[must_use]
    pub fn counted(self, measure: &Measure) -> Self {
        Self { divisor: measure.divisor(), ..self }
    }

    /// The numbers at its ends.
    pub fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// The place of a number.
    pub fn at(&self, number: f64) -> f64 {
        let share = match self.is_log {
            true => (number.ln() - self.low.ln()) / (self.high.ln() - self.low.ln()),
            // Quarters: the distance of the ends can be beyond all numbers.
            false if (self.high - self.low).is_infinite() => {
                (number / 4.0 - self.low / 4.0) / (self.high / 4.0 - self.low / 4.0)
            }
            false => (number - self.low) / (self.high - self.low),
        };
        self.from + share * (self.to - self.from)
    }

    /// Round numbers on it, so many at most, with their texts.
    pub fn ticks(&self, most: usize) -> Vec<(f64, String)> {
        let powers = match self.is_log {
            true => fewer(generate_ticks_log(self.low, self.high), most),
            false => Vec::new(),
        };
        // Within one power of ten there are hardly any of 1, 2 and 5.
        let is_of_powers = powers.len() > 2 || (self.is_log && self.high / self.low >= 10.0);
        let ticks = match is_of_powers {
            true => powers,
            false => {
                let enough = |&ticks: &usize| self.round(ticks).len() <= most.max(2);
                let ticks = (2..=most.max(2)).rev().find(enough);
                ticks.map(|ticks| self.round(ticks)).unwrap_or_default()
            }
        };
        // Where no round number lies on it, its ends.
        let ticks = if ticks.len() < 2 { vec![self.low, self.high] } else { ticks };
        let divided: Vec<f64> = ticks.iter().map(|tick| tick / self.divisor).collect();
        let texts = match is_of_powers {
            true => divided.into_iter().map(text::number).collect(),
            false => text::alike(&divided),
        };
        ticks.into_iter().zip(texts).collect()
    }

    fn round(&self, ticks: usize) -> Vec<f64> {
        let is_finite = (self.high - self.low).is_finite();
        // A step below the last digit would give the same tick again and again.
        let step = if is_finite { compute_tick_step(self.low, self.high, ticks) } else { 0.0 };
        match step > self.high.abs().max(self.low.abs()) * 1e-14 {
            true => generate_ticks(self.low, self.high, ticks),
            false => Vec::new(),
        }
    }
}

/// So many ticks at most: powers of ten, and of these every so many.
fn fewer(mut ticks: Vec<f64>, most: usize) -> Vec<f64> {
    if ticks.len() > most {
        ticks.retain(|tick| (tick.log10() - tick.log10().round()).abs() < 1e-9);
    }
    let every = ticks.len().div_ceil(most.max(2)).max(1);
    ticks.into_iter().step_by(every).collect()
}

/// The smallest and the largest of some numbers; 0 and 1 of none.
fn ends(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    numbers
        .map(|number| (number, number))
        .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
        .unwrap_or((0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(scale: &Scale, most: usize) -> Vec<String> {
        scale.ticks(most).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn places_are_in_proportion() {
        let scale = Scale::around([0.0, 100.0].into_iter(), 10.0, 210.0);
        assert_eq!((scale.at(0.0), scale.at(50.0), scale.at(100.0)), (10.0, 110.0, 210.0));
        let upwards = Scale::fixed(-1.0, 1.0, 300.0, 100.0);
        assert_eq!((upwards.at(-1.0), upwards.at(0.5)), (300.0, 150.0));
        let ratios = Scale::of_ratios([1.0, 10_000.0].into_iter(), 0.0, 400.0);
        assert!((ratios.at(100.0) - 200.0).abs() < 1e-9, "{ratios:?}");
    }

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(texts(&Scale::fixed(0.0, 100.0, 0.0, 1.0), 5), ["0", "25", "50", "75", "100"]);
        assert_eq!(texts(&Scale::fixed(0.0, 1.0, 0.0, 1.0), 3), ["0.0", "0.5", "1.0"]);
        let wide = texts(&Scale::of_ratios([700.0, 140_000.0].into_iter(), 0.0, 1.0), 8);
        assert_eq!(wide, ["1,000", "10,000", "100,000"]);
        let narrow = texts(&Scale::of_ratios([62.0, 81.0].into_iter(), 0.0, 1.0), 6);
        assert_eq!(narrow, ["65", "70", "75", "80"]);
        for most in 2..9 {
            assert!(Scale::fixed(3.0, 1_234.0, 0.0, 1.0).ticks(most).len() <= most);
        }
    }

    #[test]
    fn any_numbers_have_an_axis() {
        let apart = [
            vec![],
            vec![0.0],
            vec![5.0, 5.0],
            vec![1e20, 1e20 + 20_000.0],
            vec![1e308, -1e308, 0.0],
            vec![1e-300, 2e-300],
            vec![-7.0, -3.0],
        ];
        for numbers in apart {
            let scale = Scale::around(numbers.iter().copied(), 0.0, 100.0);
            let ticks = scale.ticks(5);
            assert!(ticks.len() >= 2 && ticks.len() <= 6, "{numbers:?}: {ticks:?}");
            for number in numbers.iter().copied().chain(ticks.iter().map(|tick| tick.0)) {
                let place = scale.at(number);
                assert!((-1e-6..=100.000_001).contains(&place), "{number} of {numbers:?}: {place}");
            }
        }
        let ratios = Scale::of_ratios([1e-308, 1e308].into_iter(), 0.0, 100.0);
        assert!(ratios.ticks(5).len() <= 6 && (ratios.at(1.0) - 50.0).abs() < 1.0);
    }
}
