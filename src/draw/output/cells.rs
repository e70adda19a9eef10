//! The cells of a terminal: what is drawn in each.

use textwrap::core::display_width;

use super::raster::{BITS, Dots};
use crate::draw::look::CELL;

/// A place in the scene.
type Place = (f64, f64);

/// An upright or level line.
#[derive(Debug)]
pub struct Straight {
    /// Where it begins.
    pub from: Place,
    /// Where it ends.
    pub to: Place,
    /// Its colour, as SVG writes it.
    pub colour: String,
}

/// A cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// What is in it.
    pub letter: char,
    /// Its colour of the 256 of terminals, or that of the terminal.
    pub colour: Option<u8>,
    /// The colour that it stands on, or that of the terminal.
    pub paper: Option<u8>,
    /// Whether the letter before it is so wide that it covers this one.
    pub is_covered: bool,
}

/// Signs for dots of different colours, in the same way.
const SIGNS: [char; 8] = ['●', '○', '■', '□', '▲', '△', '◆', '◇'];

/// Letters for fillings of different colours, each as unlike those before it as can be.
const FILLINGS: [char; 8] = ['█', '░', '▓', '▒', '#', '+', '=', 'o'];

const EMPTY: Cell = Cell { letter: ' ', colour: None, paper: None, is_covered: false };

/// A grid of cells that a scene is drawn in.
#[derive(Debug)]
pub struct Cells {
    columns: usize,
    rows: usize,
    wide: f64,
    high: f64,
    cells: Vec<Cell>,
}

impl Cells {
    /// Empty cells for a scene of that width and height.
    pub fn new(columns: usize, wide: f64, high: f64) -> Self {
        let rows = (high / CELL.1).ceil().max(1.0) as usize;
        let columns = columns.max(1);
        Self { columns, rows, wide, high: rows as f64 * CELL.1, cells: vec![EMPTY; columns * rows] }
    }

    /// How many there are in a row.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The cells row by row.
    pub fn written(&self) -> impl Iterator<Item = &[Cell]> {
        self.cells.chunks(self.columns)
    }

    fn column(&self, x: f64) -> isize {
        (x * self.columns as f64 / self.wide).floor() as isize
    }

    fn row(&self, y: f64) -> isize {
        (y * self.rows as f64 / self.high).floor() as isize
    }

    fn at(&mut self, column: isize, row: isize) -> Option<&mut Cell> {
        let (column, row) = (usize::try_from(column).ok()?, usize::try_from(row).ok()?);
        let is_inside = column < self.columns && row < self.rows;
        is_inside.then(|| &mut self.cells[row * self.columns + column])
    }

    /// Draws upright and level lines.
    pub fn lines(&mut self, lines: &[Straight]) {
        for Straight { from, to, colour } in lines {
            let colour = Some(nearest(colour));
            let is_upright = (from.0 - to.0).abs() < 0.5;
            // One that ends where a cell begins does not reach into it.
            let inner = |a: f64, b: f64| (a.min(b) + 0.01, a.max(b) - 0.01);
            let (letter, across, down) = match is_upright {
                true => ('│', (from.0, from.0), inner(from.1, to.1)),
                false => ('─', inner(from.0, to.0), (from.1, from.1)),
            };
            for column in self.column(across.0)..=self.column(across.1) {
                for row in self.row(down.0)..=self.row(down.1) {
                    if let Some(cell) = self.at(column, row) {
                        *cell = Cell { letter, colour, ..EMPTY };
                    }
                }
            }
        }
    }

    /// Draws dots, over what is there; those of fillings in blocks.
    pub fn dots(&mut self, dots: &Dots, is_filling: bool) {
        for row in 0..self.rows {
            for column in 0..self.columns {
                let (mask, colour) = dots.cell(column, row);
                if mask != 0 {
                    let colour = colour.map(|[red, green, blue]| of_cube(red, green, blue));
                    let letter = if is_filling { block(mask) } else { braille(mask) };
                    self.cells[row * self.columns + column] = Cell { letter, colour, ..EMPTY };
                }
            }
        }
    }

    /// Draws one dot, beside those that its cell has.
    pub fn speck(&mut self, place: Place, colour: &str) {
        let (across, down) = (self.columns as f64 * 2.0, self.rows as f64 * 4.0);
        let x = (place.0 * across / self.wide).floor() as isize;
        let y = (place.1 * down / self.high).floor() as isize;
        let Some(cell) = self.at(x.div_euclid(2), y.div_euclid(4)) else { return };
        let bit = BITS[y.rem_euclid(4) as usize][x.rem_euclid(2) as usize];
        let before = u32::from(cell.letter).wrapping_sub(BRAILLE);
        let mask = u8::try_from(before).unwrap_or_default() | bit;
        *cell = Cell { letter: braille(mask), colour: Some(nearest(colour)), ..EMPTY };
    }

    /// Writes a text, so much of it (0 to 1) left of its place.
    pub fn text(&mut self, text: &str, place: Place, share: f64, colour: Option<&str>) {
        let wide = display_width(text) as f64;
        let begin = place.0 * self.columns as f64 / self.wide - share * wide;
        let (mut column, row) = ((begin + 0.25).floor() as isize, self.row(place.1));
        // One at the edge is moved rather than cut.
        column = column.min(self.columns as isize - wide as isize).max(0);
        let colour = colour.map(nearest);
        for letter in text.chars() {
            column += self.put(letter, column, row, colour);
        }
    }

    /// Writes a text letter below letter, about its place.
    pub fn stacked(&mut self, text: &str, place: Place, colour: Option<&str>) {
        let letters = text.chars().count() as isize;
        let (column, row) = (self.column(place.0), self.row(place.1));
        let first = (row - letters / 2).max(0);
        for (at, letter) in text.chars().enumerate() {
            self.put(letter, column, first + at as isize, colour.map(nearest));
        }
    }

    /// Tells fillings and dots of different colours apart by letters, where colours are not shown.
    pub fn told_apart(&mut self) {
        self.lettered(&['█', '▆', '■'], FILLINGS);
        // A ring is another sign already.
        if !self.cells.iter().any(|cell| cell.letter == '○') {
            self.lettered(&['●'], SIGNS);
        }
    }

    /// Gives each colour of some letters a letter of its own, if there are enough.
    fn lettered(&mut self, of: &[char], letters: [char; 8]) {
        let mut colours = Vec::new();
        for cell in self.cells.iter().filter(|cell| of.contains(&cell.letter)) {
            if !colours.contains(&cell.colour) {
                colours.push(cell.colour);
            }
        }
        if colours.len() < 2 || colours.len() > letters.len() {
            return;
        }
        for cell in self.cells.iter_mut().filter(|cell| of.contains(&cell.letter)) {
            let colour = colours.iter().position(|colour| *colour == cell.colour);
            cell.letter = colour.map_or(cell.letter, |colour| letters[colour]);
        }
    }

    /// Puts a letter into its cell, and says how many it takes.
    fn put(&mut self, letter: char, column: isize, row: isize, colour: Option<u8>) -> isize {
        let letter = if letter.is_control() { '\u{fffd}' } else { letter };
        let wide = display_width(letter.encode_utf8(&mut [0; 4])) as isize;
        if wide == 2 && self.at(column + 1, row).is_none() {
            return wide; // half of it would be lost
        }
        if wide > 0
            && let Some(cell) = self.at(column, row)
        {
            // Upon a filling it stands on its colour.
            let paper = if cell.letter == '█' { cell.colour } else { cell.paper };
            *cell = Cell { letter, colour, paper, is_covered: false };
            if wide == 2
                && let Some(next) = self.at(column + 1, row)
            {
                *next = Cell { letter: ' ', colour, paper, is_covered: true };
            }
        }
        wide
    }
}

/// The letter for the dots of a cell, two columns of four as Braille numbers them.
fn braille(mask: u8) -> char {
    char::from_u32(BRAILLE + u32::from(mask)).unwrap_or(' ')
}

/// The first letter of Braille.
const BRAILLE: u32 = 0x2800;

/// The same for those of a filling: a block, if there is one.
fn block(mask: u8) -> char {
    const LEFT: u8 = 0b0100_0111;
    match mask {
        0xff => '█',
        0b1111_0110 => '▆',
        LEFT => '▌',
        mask if mask == !LEFT => '▐',
        mask => braille(mask),
    }
}

/// The colour of a terminal nearest to one written as `#rrggbb` or `rgb(r,g,b)`.
fn nearest(colour: &str) -> u8 {
    let digits = colour.trim_start_matches('#');
    let hex = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    if let (Some(red), Some(green), Some(blue)) = (hex(0), hex(2), hex(4)) {
        return of_cube(red, green, blue);
    }
    let inner = colour.trim_start_matches("rgb(").trim_end_matches(')');
    let mut numbers = inner.split(',').map(|number| number.trim().parse().unwrap_or(128));
    let mut next = || numbers.next().unwrap_or(128);
    of_cube(next(), next(), next())
}

/// The nearest of the 216 colours and 24 greys that terminals have.
fn of_cube(red: u8, green: u8, blue: u8) -> u8 {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let away = |a: [u8; 3]| -> u32 {
        [(a[0], red), (a[1], green), (a[2], blue)]
            .map(|(a, b)| u32::from(a.abs_diff(b)).pow(2))
            .iter()
            .sum()
    };
    let step = |part: u8| (0..6).min_by_key(|&at| STEPS[at].abs_diff(part)).unwrap_or(0);
    let (r, g, b) = (step(red), step(green), step(blue));
    let cube = (16 + 36 * r + 6 * g + b) as u8;
    let greys = (0..24_u8).min_by_key(|&at| away([8 + 10 * at; 3])).unwrap_or(0);
    match away([8 + 10 * greys; 3]) < away([STEPS[r], STEPS[g], STEPS[b]]) {
        true => 232 + greys,
        false => cube,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_the_nearest_of_a_terminal() {
        assert_eq!(nearest("#000000"), 16);
        assert_eq!(nearest("#ffffff"), 231);
        assert_eq!(nearest("#5f5f5f"), 59);
        assert_eq!(nearest("rgb(255,0,0)"), 196);
        assert_eq!(nearest("#808080"), 244);
    }

    #[test]
    fn without_colours_fillings_are_told_apart() {
        let text =
            |cells: &Cells| cells.written().flatten().map(|cell| cell.letter).collect::<String>();
        let mut cells = Cells::new(6, 48.0, 18.0);
        cells.text("■ █", (0.0, 9.0), 0.0, Some("#0072b2"));
        cells.told_apart();
        assert_eq!(text(&cells), "■ █   ");
        cells.text("▆", (32.0, 9.0), 0.0, Some("#d55e00"));
        cells.told_apart();
        assert_eq!(text(&cells), "█ █ ░ ");
    }

    #[test]
    fn wide_letters_take_two_cells() {
        let mut cells = Cells::new(10, 80.0, 18.0);
        cells.text("京ab", (80.0, 9.0), 1.0, None);
        let row: Vec<_> = cells.written().next().map(<[Cell]>::to_vec).unwrap_or_default();
        let text: String =
            row.iter().filter(|cell| !cell.is_covered).map(|cell| cell.letter).collect();
        assert_eq!(text, "      京ab");
        assert_eq!([block(0xff), block(0b0100_0111), block(1)], ['█', '▌', '⠁']);
        assert_eq!(braille(0xff), '⣿');
    }
}
