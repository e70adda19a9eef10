//! What fits, drawn below the text.

use textwrap::core::display_width;

use super::candidate::Offer;
use crate::cli::shell::highlight::dimmed;

/// Blanks between a name and what it is, and between two that stand side by side.
const GAP: usize = 2;
/// Room of a meaning.
const WIDEST: usize = 72;

/// What fits, as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    pub plain: String,
    /// The same with what each is dimmed.
    pub coloured: String,
}

/// Draws those of a page in this room. After the last page comes the first.
pub fn draw(offers: &[Offer], width: usize, rows: usize, page: usize) -> List {
    let names = offers.iter().map(|offer| display_width(&offer.name)).max().unwrap_or_default();
    let names = names.min(width.saturating_sub(GAP));
    let room = width.saturating_sub(names + 2 * GAP).min(WIDEST);
    let kinds: Vec<String> = offers.iter().map(|offer| cut(&offer.kind, room)).collect();
    let widest = kinds.iter().map(|kind| display_width(kind)).max().unwrap_or_default();
    let cell = names + GAP + widest + GAP;
    let columns = ((width + GAP) / cell).max(1);
    let all = offers.len().div_ceil(columns);
    // A line is for what is not shown.
    let (rows, is_cut) =
        if all > rows { (rows.saturating_sub(1).max(1), true) } else { (all, false) };
    let per_page = (rows * columns).max(1);
    let first = page % offers.len().div_ceil(per_page).max(1) * per_page;
    let last = (first + per_page).min(offers.len());
    let shown = last - first;
    let rows = shown.div_ceil(columns);
    let (mut plain, mut coloured) = (String::new(), String::new());
    for row in 0..rows {
        let (mut plain_line, mut coloured_line) = (String::new(), String::new());
        for i in (row..shown).step_by(rows.max(1)) {
            let (name, kind) = (cut(&offers[first + i].name, names), &kinds[first + i]);
            let blanks = " ".repeat(cell.saturating_sub(GAP + widest + display_width(&name)));
            let after = " ".repeat(widest + GAP - display_width(kind));
            plain_line += &format!("{name}{blanks}{kind}{after}");
            let dimmed = if kind.is_empty() { String::new() } else { dimmed(kind) };
            coloured_line += &format!("{name}{blanks}{dimmed}{after}");
        }
        plain += &format!("\n{}", plain_line.trim_end());
        coloured += &format!("\n{}", coloured_line.trim_end());
    }
    if is_cut {
        let more = format!("\n{shown} of {} shown, Tab for more", offers.len());
        plain += &more;
        coloured += &dimmed(&more);
    }
    List { plain, coloured }
}

/// The beginning of a text that has this room.
fn cut(text: &str, room: usize) -> String {
    if display_width(text) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        if display_width(&kept) + 2 > room {
            break;
        }
        kept.push(letter);
    }
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(offers: &[(&str, &str)], width: usize, rows: usize, page: usize) -> String {
        let offers: Vec<_> = offers.iter().map(|(name, kind)| Offer::new(*name, *kind)).collect();
        let list = draw(&offers, width, rows, page);
        assert_eq!(anstream::adapter::strip_str(&list.coloured).to_string(), list.plain);
        list.plain
    }

    #[test]
    fn kinds_stand_at_the_right() {
        let offers = [("面积", "column"), ("a", "column"), ("sum(", "aggregate")];
        assert_eq!(drawn(&offers, 20, 9, 0), "\n面积  column\na     column\nsum(  aggregate");
        let wide = "\n面积  column     sum(  aggregate\na     column";
        assert_eq!(drawn(&offers, 40, 9, 0), wide);
        assert_eq!(drawn(&[("a => ", "what it is, at length")], 16, 9, 0), "\na =>   what i…");
        assert_eq!(drawn(&[("on", ""), ("off", "")], 80, 9, 0), "\non     off");
    }

    #[test]
    fn what_does_not_fit_comes_with_the_next_tab() {
        let offers = [("a", "table"), ("b", "table"), ("c", "table"), ("d", "table")];
        assert_eq!(drawn(&offers, 10, 3, 0), "\na  table\nb  table\n2 of 4 shown, Tab for more");
        assert_eq!(drawn(&offers, 10, 3, 1), "\nc  table\nd  table\n2 of 4 shown, Tab for more");
        assert_eq!(drawn(&offers, 10, 3, 2), drawn(&offers, 10, 3, 0));
        assert_eq!(drawn(&offers, 10, 4, 0).lines().count(), 5);
        assert_eq!(cut("abcdef", 4), "abc…");
    }
}
