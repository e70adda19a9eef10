//! Which columns are shown, and how wide.

/// What a column asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Need {
    /// The width that shows all of it.
    pub full: usize,
    /// The width below which it says nothing.
    pub least: usize,
}

/// A column that is shown, or the place of those that are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub column: Option<usize>,
    pub width: usize,
}

/// A blank at both sides, and a line.
const FRAME: usize = 3;

/// The width that shows all of every column.
pub(super) fn full(needs: &[Need]) -> usize {
    1 + needs.iter().map(|need| need.full + FRAME).sum::<usize>()
}

/// The columns within a width: all, the wide ones cut if need be, or as many of the first and of the
/// last as there is room for.
pub(super) fn fit(needs: &[Need], width: Option<usize>) -> Vec<Place> {
    let all: Vec<Option<usize>> = (0..needs.len()).map(Some).collect();
    let Some(width) = width else { return placed(&all, needs, usize::MAX) };
    let least = 1 + needs.iter().map(|need| need.least + FRAME).sum::<usize>();
    let shown = if least <= width { all } else { outer(needs, width) };
    let room = width.saturating_sub(1 + FRAME * shown.len());
    placed(&shown, needs, room)
}

/// The first and the last, with a place for those between.
fn outer(needs: &[Need], width: usize) -> Vec<Option<usize>> {
    let all = needs.len();
    let mut room = width.saturating_sub(1 + 1 + FRAME);
    let (mut first, mut last) = (0, all);
    while first < last {
        let is_left = first <= all - last;
        let need = FRAME + needs[if is_left { first } else { last - 1 }].least;
        if need > room && first > 0 {
            break;
        }
        room = room.saturating_sub(need);
        if is_left { first += 1 } else { last -= 1 }
    }
    let hidden = (first < last).then_some(None);
    (0..first).map(Some).chain(hidden).chain((last..all).map(Some)).collect()
}

/// The widths: what is wide is cut to one width, such that all have room.
fn placed(shown: &[Option<usize>], needs: &[Need], room: usize) -> Vec<Place> {
    let needs: Vec<Need> = shown
        .iter()
        .map(|column| column.map_or(Need { full: 1, least: 1 }, |i| needs[i]))
        .collect();
    let widths = |most: usize| needs.iter().map(move |need| need.full.min(most.max(need.least)));
    let widest = needs.iter().map(|need| need.full).max().unwrap_or(0).min(room);
    let most = (1..=widest).rev().find(|most| widths(*most).sum::<usize>() <= room);
    let most = most.unwrap_or(0);
    let mut left = room.saturating_sub(widths(most).sum());
    let place = |((column, width), need): ((&Option<usize>, usize), &Need)| {
        let more = usize::from(left > 0 && width < need.full && width >= most);
        left -= more;
        Place { column: *column, width: width + more }
    };
    shown.iter().zip(widths(most)).zip(&needs).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widths(needs: &[(usize, usize)], width: usize) -> Vec<(Option<usize>, usize)> {
        let needs: Vec<_> = needs.iter().map(|&(full, least)| Need { full, least }).collect();
        fit(&needs, Some(width)).iter().map(|place| (place.column, place.width)).collect()
    }

    #[test]
    fn wide_columns_are_cut_to_one_width() {
        assert_eq!(widths(&[(5, 5), (6, 6)], 30), [(Some(0), 5), (Some(1), 6)]);
        assert_eq!(
            widths(&[(50, 6), (40, 6), (3, 3)], 31),
            [(Some(0), 9), (Some(1), 9), (Some(2), 3)]
        );
        assert_eq!(
            widths(&[(50, 6), (40, 6), (3, 3)], 32),
            [(Some(0), 10), (Some(1), 9), (Some(2), 3)]
        );
        // One that cannot be cut leaves the others less.
        assert_eq!(widths(&[(50, 6), (20, 20)], 40), [(Some(0), 13), (Some(1), 20)]);
    }

    #[test]
    fn columns_between_have_no_place() {
        let ten = [(8, 8); 10];
        let shown: Vec<_> = widths(&ten, 60).iter().map(|place| place.0).collect();
        assert_eq!(shown, [Some(0), Some(1), Some(2), None, Some(8), Some(9)]);
        // The first is there, however little room there is.
        assert_eq!(widths(&ten, 3), [(Some(0), 8), (None, 1)]);
        assert_eq!(widths(&[(80, 80)], 20), [(Some(0), 80)]);
        assert_eq!(widths(&[], 20), []);
    }
}
