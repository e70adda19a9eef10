//! Part of a ring, and text that fits into it.

use std::f64::consts::{PI, TAU};
use std::fmt::Write;

use textwrap::Options;

use crate::draw::shapes::Point;
use crate::draw::text;

/// Part of a ring about the origin; angles run clockwise from the top.
#[derive(Debug, Clone, Copy)]
pub struct Sector {
    pub from: f64,
    pub to: f64,
    pub inner: f64,
    pub outer: f64,
}

/// Lines of text that fit, and their size.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    pub lines: Vec<String>,
    pub size: u32,
    /// How far the lines are turned, in degrees clockwise.
    pub turn: f64,
}

/// Sizes of text, the largest first.
pub const SIZES: [u32; 5] = [13, 12, 11, 10, 9];

/// Distance of lines, in sizes of their font.
pub const LEADING: f64 = 1.2;

/// The place at an angle and a distance from the origin.
pub fn polar(angle: f64, radius: f64) -> Point {
    (radius * angle.sin(), -radius * angle.cos())
}

impl Sector {
    /// Its outline about a centre.
    pub fn path(&self, centre: Point) -> String {
        let place = |angle: f64, radius: f64| {
            let (x, y) = polar(angle, radius);
            (centre.0 + x, centre.1 + y)
        };
        let mut d = String::new();
        let (x, y) = place(self.from, self.outer);
        let _ = write!(d, "M {x:.3} {y:.3}");
        // An arc of a whole circle has no ends: each is drawn in two halves.
        let middle = self.middle();
        for angle in [middle, self.to] {
            let (x, y) = place(angle, self.outer);
            let _ = write!(d, " A {0:.3} {0:.3} 0 0 1 {x:.3} {y:.3}", self.outer);
        }
        let (x, y) = place(self.to, self.inner);
        let _ = write!(d, " L {x:.3} {y:.3}");
        for angle in [middle, self.from] {
            let (x, y) = place(angle, self.inner);
            let _ = write!(d, " A {0:.3} {0:.3} 0 0 0 {x:.3} {y:.3}", self.inner);
        }
        d + " Z"
    }

    /// The angle in its middle.
    pub fn middle(&self) -> f64 {
        self.from / 2.0 + self.to / 2.0
    }

    /// The middle of its text.
    pub fn centre(&self) -> Point {
        polar(self.middle(), self.inner / 2.0 + self.outer / 2.0)
    }

    /// Whether a rectangle about the middle, turned by degrees, lies inside, with some space.
    fn holds(&self, wide: f64, high: f64, degrees: f64) -> bool {
        const STEPS: i32 = 8;
        let (x, y) = self.centre();
        let (sin, cos) = degrees.to_radians().sin_cos();
        let turned =
            |(along, down): Point| (x + along * cos - down * sin, y + along * sin + down * cos);
        // The distance of edges that lie across must be looked at as well: corners may be outside of a bow's inner edge.
        (-STEPS..=STEPS).all(|step| {
            let share = f64::from(step) / f64::from(STEPS) / 2.0;
            let edges = [
                (wide * share, -high / 2.0),
                (wide * share, high / 2.0),
                (-wide / 2.0, high * share),
                (wide / 2.0, high * share),
            ];
            edges.into_iter().all(|edge| self.has(turned(edge)))
        })
    }

    fn has(&self, (x, y): Point) -> bool {
        const SPACE: f64 = 2.0;
        let radius = x.hypot(y);
        let angle = x.atan2(-y).rem_euclid(TAU);
        let is_whole = self.to - self.from > TAU - 1e-9;
        // The space beside the straight edges, as an angle at this distance.
        let space = if is_whole { 0.0 } else { SPACE / radius.max(1.0) };
        let turn = |angle: f64| (angle - self.middle() + PI).rem_euclid(TAU) - PI;
        let half = (self.to - self.from) / 2.0;
        radius >= self.inner + SPACE
            && radius <= self.outer - SPACE
            && (is_whole || turn(angle).abs() <= half - space)
    }

    /// A name, and a line below it, in the largest of some sizes and the fewest lines that fit; upright, or else
    /// along the ring.
    pub fn fit(&self, name: &str, below: Option<&str>, sizes: &[u32]) -> Option<Fitted> {
        let along = self.middle().to_degrees();
        // Not upside down.
        let along = if (90.0..270.0).contains(&along) { along - 180.0 } else { along };
        for turn in [0.0, along] {
            for &size in sizes {
                for lines in 1..=3 {
                    let mut lines = in_lines(name, lines);
                    lines.extend(below.map(str::to_owned));
                    let wide = lines.iter().map(|line| text::width(line, size)).fold(0.0, f64::max);
                    let high = lines.len() as f64 * f64::from(size) * LEADING;
                    if self.holds(wide, high, turn) {
                        return Some(Fitted { lines, size, turn });
                    }
                }
            }
        }
        None
    }
}

/// A text in so many lines of about the same length.
pub fn in_lines(name: &str, lines: usize) -> Vec<String> {
    let long = textwrap::core::display_width(name);
    // Where it can be broken at all depends on its words: the narrowest width that needs no more lines.
    let widths = long.div_ceil(lines)..=long.max(1);
    let whole = |columns: usize| Options::new(columns.max(1)).break_words(false);
    let mut wrapped = widths.map(|columns| textwrap::wrap(name, whole(columns)));
    let found = wrapped.find(|wrapped| wrapped.len() <= lines);
    found.into_iter().flatten().map(|line| line.into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_lies_inside() {
        let quarter = Sector { from: 0.0, to: PI / 2.0, inner: 50.0, outer: 150.0 };
        assert_eq!(quarter.fit("Green", Some("20%"), &SIZES).expect("space").size, 13);
        let fitted = quarter.fit("Environmental sustainability", None, &SIZES).expect("space");
        assert!(fitted.lines.len() > 1, "{fitted:?}");
        let narrow = Sector { to: 0.05, ..quarter };
        assert_eq!(narrow.fit("Green", None, &SIZES), None);
        let ring = Sector { to: TAU, ..quarter };
        assert!(ring.fit("Green", None, &SIZES).is_some());
        // A thin half: along the ring.
        let half = Sector { from: 0.0, to: PI, inner: 60.0, outer: 100.0 };
        let fitted = half.fit("Economic", None, &SIZES).expect("space");
        assert_eq!((fitted.turn, fitted.size), (-90.0, 13));
    }

    #[test]
    fn lines_are_of_about_the_same_length() {
        assert_eq!(in_lines("Long and healthy life", 2), ["Long and", "healthy life"]);
        assert_eq!(in_lines("Education", 3), ["Education"]);
    }

    #[test]
    fn a_quarter_begins_at_the_top() {
        let quarter = Sector { from: 0.0, to: PI / 2.0, inner: 5.0, outer: 10.0 };
        assert!(quarter.path((0.0, 0.0)).starts_with("M 0.000 -10.000 A"));
        assert!(quarter.path((0.0, 0.0)).contains("L 5.000 "));
    }
}
