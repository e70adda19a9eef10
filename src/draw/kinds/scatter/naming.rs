//! Which dots are named, and where: the outermost first, and none on another name or dot.

use std::collections::{HashMap, HashSet};

use crate::draw::shapes::{Anchor, Point};
use crate::kernel::Moments;

/// Names at most; more are read as texture.
const MOST: usize = 120;

/// Side of the squares that dots are looked up by.
const SQUARE: f64 = 24.0;

/// A rectangle: left, top, right, bottom.
type Space = (f64, f64, f64, f64);

/// A name that has space, and the place where it begins, ends or has its middle.
#[derive(Debug, Clone)]
pub struct Named {
    pub name: String,
    pub place: Point,
    pub anchor: Anchor,
}

/// The names that have space within some bounds, of a width that depends on the name and of one height.
pub fn name_all(
    dots: &[Point],
    names: &[Option<String>],
    radius: f64,
    (wide, high): (&dyn Fn(&str) -> f64, f64),
    bounds: Space,
) -> Vec<Named> {
    let squares = squares(dots);
    let (mut taken, mut named) = (Vec::<Space>::new(), Vec::new());
    for at in outermost(dots) {
        if named.len() == MOST {
            break;
        }
        let Some(name) = &names[at] else { continue };
        let free = around(dots[at], radius + 3.0, wide(name), high).into_iter().find(|place| {
            let space = place.2;
            let is_inside = space.0 >= bounds.0
                && space.1 >= bounds.1
                && space.2 <= bounds.2
                && space.3 <= bounds.3;
            is_inside
                && !taken.iter().any(|other| overlap(*other, space))
                && !covers(&squares, dots, space, radius + 1.0)
        });
        if let Some((place, anchor, (left, top, right, bottom))) = free {
            taken.push((left - 3.0, top, right + 3.0, bottom));
            named.push(Named { name: name.clone(), place, anchor });
        }
    }
    named
}

/// Where a name can stand about a dot, the best first: its place, how it stands to it, and the space that it takes.
fn around((x, y): Point, away: f64, wide: f64, high: f64) -> [(Point, Anchor, Space); 8] {
    let (over, under) = (y - away - high / 2.0, y + away + high / 2.0);
    let (aside, up, down) = (away * 0.6, over + away * 0.4, under - away * 0.4);
    let places = [
        ((x + away, y), Anchor::Start),
        ((x - away, y), Anchor::End),
        ((x, over), Anchor::Middle),
        ((x, under), Anchor::Middle),
        ((x + aside, up), Anchor::Start),
        ((x + aside, down), Anchor::Start),
        ((x - aside, up), Anchor::End),
        ((x - aside, down), Anchor::End),
    ];
    places.map(|(place, anchor)| {
        let left = match anchor {
            Anchor::Start => place.0,
            Anchor::Middle => place.0 - wide / 2.0,
            Anchor::End => place.0 - wide,
        };
        (place, anchor, (left, place.1 - high / 2.0, left + wide, place.1 + high / 2.0))
    })
}

/// Those at the four ends, then all in the order of their distance from the middle, in standard deviations, the
/// furthest first.
fn outermost(dots: &[Point]) -> Vec<usize> {
    let spread = |part: &dyn Fn(&Point) -> f64| {
        let mut moments = Moments::default();
        dots.iter().for_each(|dot| moments.update(part(dot)));
        let sd = moments.sd().filter(|sd| *sd > 0.0).unwrap_or(1.0);
        (moments.mean().unwrap_or_default(), sd)
    };
    let ((mean_x, sd_x), (mean_y, sd_y)) = (spread(&|dot| dot.0), spread(&|dot| dot.1));
    let far = |at: usize| ((dots[at].0 - mean_x) / sd_x).hypot((dots[at].1 - mean_y) / sd_y);
    let mut order: Vec<usize> = (0..dots.len()).collect();
    order.sort_by(|&a, &b| far(b).total_cmp(&far(a)));
    let end = |part: &dyn Fn(&Point) -> f64| {
        (0..dots.len()).max_by(|&a, &b| part(&dots[a]).total_cmp(&part(&dots[b])))
    };
    let ends = [end(&|dot| -dot.1), end(&|dot| dot.0), end(&|dot| dot.1), end(&|dot| -dot.0)];
    let mut seen = HashSet::new();
    ends.into_iter().flatten().chain(order).filter(|&at| seen.insert(at)).collect()
}

fn square((x, y): Point) -> (i64, i64) {
    ((x / SQUARE).floor() as i64, (y / SQUARE).floor() as i64)
}

fn squares(dots: &[Point]) -> HashMap<(i64, i64), Vec<usize>> {
    let mut squares: HashMap<_, Vec<usize>> = HashMap::new();
    for (at, &dot) in dots.iter().enumerate() {
        squares.entry(square(dot)).or_default().push(at);
    }
    squares
}

/// Whether a dot lies under a rectangle.
fn covers(
    squares: &HashMap<(i64, i64), Vec<usize>>,
    dots: &[Point],
    (left, top, right, bottom): Space,
    radius: f64,
) -> bool {
    let (from, to) =
        (square((left - radius, top - radius)), square((right + radius, bottom + radius)));
    let near = (from.0..=to.0).flat_map(|x| (from.1..=to.1).map(move |y| (x, y)));
    near.filter_map(|square| squares.get(&square)).flatten().any(|&at| {
        let (x, y) = dots[at];
        // The distance from the dot to the nearest place of the rectangle.
        let (dx, dy) = (x - x.clamp(left, right), y - y.clamp(top, bottom));
        dx.hypot(dy) < radius
    })
}

fn overlap(a: Space, b: Space) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Space = (0.0, 0.0, 400.0, 300.0);

    fn wide(name: &str) -> f64 {
        7.0 * name.len() as f64
    }

    /// The space that a name takes.
    fn space(named: &Named) -> Space {
        let ((x, y), wide) = (named.place, wide(&named.name));
        let left = match named.anchor {
            Anchor::Start => x,
            Anchor::Middle => x - wide / 2.0,
            Anchor::End => x - wide,
        };
        (left, y - 6.0, left + wide, y + 6.0)
    }

    #[test]
    fn names_keep_apart_and_the_outermost_come_first() {
        // A crowd in the middle and one far away.
        let crowd = |i: i32| (180.0 + f64::from(i % 20) * 2.0, 130.0 + f64::from(i / 20) * 2.0);
        let mut dots: Vec<Point> = (0..400).map(crowd).collect();
        dots.push((20.0, 20.0));
        let names: Vec<_> = (0..dots.len()).map(|at| Some(format!("unit {at}"))).collect();
        let named = name_all(&dots, &names, 3.0, (&wide, 12.0), BOUNDS);
        assert_eq!(named[0].name, "unit 400");
        assert!(named.len() > 4 && named.len() < 100, "{}", named.len());
        for (at, one) in named.iter().enumerate() {
            let is_free = |other: &Named| !overlap(space(one), space(other));
            assert!(named[at + 1..].iter().all(is_free), "{one:?}");
            assert!(!covers(&squares(&dots), &dots, space(one), 3.0), "{one:?}");
        }
    }

    #[test]
    fn dots_without_names_and_without_distance() {
        let dots = [(50.0, 50.0), (50.0, 50.0), (50.0, 50.0)];
        let names = [None, Some("a".to_owned()), Some("b".to_owned())];
        let named = name_all(&dots, &names, 3.0, (&wide, 12.0), BOUNDS);
        assert_eq!(named.len(), 2, "{named:?}");
    }
}
