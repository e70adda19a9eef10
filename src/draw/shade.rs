//! Colours between colours, and the colour in which text on them can be read.

use super::look::Look;

/// Red, green and blue, 0 to 255.
type Parts = [f64; 3];

/// The colour a share of the way (0 to 1) from one to another, both as `#rrggbb`.
pub fn between(from: &str, to: &str, share: f64) -> String {
    let (from, to, share) = (parts(from), parts(to), share.clamp(0.0, 1.0));
    let part = |at: usize| (from[at] + (to[at] - from[at]) * share).round() as u8;
    format!("#{:02x}{:02x}{:02x}", part(0), part(1), part(2))
}

/// The colour of a series as that of text: as much nearer to that of other text as it must be to be read on the paper.
/// On the paper of a terminal, light or dark, it stays.
pub fn ink(colour: &str, look: &Look) -> String {
    let is_read = |ink: &String| contrast(ink, look.paper()) >= TEXT || look.in_characters;
    let mut inks = (0..=20).map(|step| between(colour, look.text(), f64::from(step) / 20.0));
    inks.find(is_read).unwrap_or_else(|| look.text().to_owned())
}

/// The contrast that text has at least.
const TEXT: f64 = 4.5;

/// The ratio of contrast of two colours (WCAG 2), 1 to 21.
fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(parts(one)), luminance(parts(other)));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Black or white: white as soon as it can be read, as the eye prefers it on strong colours.
pub fn readable_on(colour: &str) -> &'static str {
    if contrast(colour, "#ffffff") >= READABLE { "#ffffff" } else { "#000000" }
}

/// The contrast from which on white text is taken. Black has more than 4.5 wherever white has less than 4.6.
const READABLE: f64 = 3.5;

/// Colours of numbers: from one end over the middle to the other, or from little to much.
#[derive(Debug, Clone)]
pub struct Ramp {
    low: f64,
    high: f64,
    /// Whether there is a middle, at 0.
    pub is_diverging: bool,
    ends: [String; 2],
    middle: String,
}

impl Ramp {
    /// For numbers from `low` to `high`: about 0 where they lie on both sides of it.
    pub fn new(low: f64, high: f64, look: &Look) -> Self {
        let [up, down] = look.up_and_down();
        let is_diverging = low < 0.0 && high > 0.0;
        let reach = high.abs().max(low.abs());
        let (low, high) = if is_diverging { (-reach, reach) } else { (low, high) };
        // Off the paper, so that a number in the middle is not taken for none.
        let middle = between(look.paper(), look.text(), if look.is_dark { 0.12 } else { 0.05 });
        Self { low, high, is_diverging, ends: [down.to_owned(), up.to_owned()], middle }
    }

    /// The numbers at its ends.
    pub fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// The colour of a number.
    pub fn colour(&self, value: f64) -> String {
        let reach = self.high / 2.0 - self.low / 2.0;
        let share = match reach > 0.0 {
            true => ((value / 2.0 - self.low / 2.0) / reach).clamp(0.0, 1.0),
            false => 0.5,
        };
        match self.is_diverging {
            true if share < 0.5 => between(&self.middle, &self.ends[0], 1.0 - 2.0 * share),
            true => between(&self.middle, &self.ends[1], 2.0 * share - 1.0),
            false => between(&self.middle, &self.ends[1], share),
        }
    }
}

fn parts(colour: &str) -> Parts {
    let part = |at: usize| {
        let digits = colour.get(1 + 2 * at..3 + 2 * at);
        digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).map_or(0.0, f64::from)
    };
    [part(0), part(1), part(2)]
}

/// Relative luminance (WCAG 2), 0 to 1.
fn luminance(colour: Parts) -> f64 {
    let linear = |part: f64| match part / 255.0 {
        part if part <= 0.04045 => part / 12.92,
        part => ((part + 0.055) / 1.055).powf(2.4),
    };
    0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_two() {
        assert_eq!(between("#000000", "#ffffff", 0.0), "#000000");
        assert_eq!(between("#000000", "#ffffff", 1.0), "#ffffff");
        assert_eq!(between("#102030", "#304050", 0.5), "#203040");
    }

    #[test]
    fn text_stands_out() {
        assert_eq!(readable_on("#0072b2"), "#ffffff");
        assert_eq!(readable_on("#f2b632"), "#000000");
        assert_eq!(readable_on("#ffffff"), "#000000");
        assert_eq!(readable_on("#161616"), "#ffffff");
    }

    #[test]
    fn names_in_the_colour_of_a_series_can_be_read() {
        for is_dark in [false, true] {
            let look = Look { is_dark, ..Look::default() };
            for series in 0..look.colours() {
                let ink = ink(look.colour(series), &look);
                assert!(contrast(&ink, look.paper()) >= 4.5, "{series}: {ink}");
            }
            // Those that can be read stay as they are.
            assert_eq!(ink(look.colour(0), &look), look.colour(0));
        }
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
    }

    #[test]
    fn numbers_have_colours() {
        let look = Look::default();
        let [up, down] = look.up_and_down();
        let both = Ramp::new(-0.5, 1.0, &look);
        assert_eq!(both.ends(), (-1.0, 1.0));
        assert_eq!((both.colour(1.0).as_str(), both.colour(-1.0).as_str()), (up, down));
        assert_eq!(both.colour(0.0), both.middle);
        let one = Ramp::new(10.0, 20.0, &look);
        assert_eq!((one.colour(10.0), one.colour(20.0).as_str()), (one.middle.clone(), up));
        assert_ne!(one.middle, look.paper());
        // A single number, and numbers whose distance is beyond all numbers.
        assert_eq!(Ramp::new(3.0, 3.0, &look).colour(3.0).len(), 7);
        assert_eq!(Ramp::new(-f64::MAX, f64::MAX, &look).colour(f64::MAX), up);
    }
}
