//! What the cells of a column look like.

use std::sync::Arc;

use datafusion::arrow::compute::kernels::cast_utils::{Parser, string_to_timestamp_nanos};
use datafusion::arrow::datatypes::{DataType, Date32Type, TimeUnit};

use super::cell::{Cell, Texts, trim};
use super::missing::Missing;
use super::number::{Number, Spellings, split_flag};

const BOOLEAN: u16 = 1;
const WHOLE: u16 = 1 << 1;
const DECIMAL: u16 = 1 << 2;
/// A number that begins with a zero and a digit: no number, unless its column is one by its name.
const PADDED: u16 = 1 << 3;
/// A whole number beyond the range of BIGINT: a code rather than a measurement.
const BIG: u16 = 1 << 4;
const DATE: u16 = 1 << 5;
/// A time of day to the second; the next three bits: to the millisecond, microsecond, nanosecond.
const SECOND: u16 = 1 << 6;
const TIMES: u16 = 0b1111 << 6;
/// NaN and the infinities.
const NOT_FINITE: u16 = 1 << 10;
const TEXT: u16 = 1 << 11;

const NUMBER: u16 = WHOLE | DECIMAL | NOT_FINITE;

/// How the cells of a file are to be understood.
#[derive(Debug, Clone)]
pub struct Marks {
    /// What means a missing value.
    pub missing: Missing,
    /// The ways to write numbers that may be.
    pub spellings: Spellings,
    /// Whether flags that follow numbers are set apart.
    pub flags: bool,
}

impl Marks {
    /// A cell without its flag, and the flag.
    #[inline]
    pub fn split<'a>(&self, cell: &'a str) -> (&'a str, &'a str) {
        if self.flags { self.split_flag(cell) } else { (cell, "") }
    }

    fn split_flag<'a>(&self, cell: &'a str) -> (&'a str, &'a str) {
        if let Some((word, flag)) = cell.rsplit_once(' ')
            && self.missing.is(word.trim_end())
        {
            return (word.trim_end(), flag);
        }
        match self.missing.is(cell) {
            true => (cell, ""),
            false => split_flag(cell).unwrap_or((cell, "")),
        }
    }
}

/// What was seen in a column.
#[derive(Debug, Clone)]
pub struct Looks {
    kinds: u16,
    /// The ways in which all numbers can be read, and those in which all are whole.
    pub fits: Spellings,
    whole: Spellings,
    /// Cells that are numbers.
    pub numbers: u64,
    /// Cells that are neither numbers nor missing.
    pub others: u64,
    /// Cells that are missing.
    pub missing: u64,
    /// Numbers with a flag after them.
    pub flagged: u64,
    /// Numbers with `%` after them.
    pub per_cent: u64,
    /// Cells that are no numbers.
    pub odd: Texts,
    /// Numbers that are written in a way that others are not: the first of each.
    pub ways: Vec<(Spellings, Cell)>,
    /// The first number that has no `%` and is not 0.
    pub first_bare: Option<Cell>,
    /// The first number that has one.
    pub first_per_cent: Option<Cell>,
    /// The first that is beyond the range of BIGINT.
    pub first_big: Option<Cell>,
    /// The first that is NaN or an infinity.
    pub first_not_finite: Option<Cell>,
}

impl Default for Looks {
    fn default() -> Self {
        Self {
            kinds: 0,
            fits: Spellings::ANY,
            whole: Spellings::ANY,
            numbers: 0,
            others: 0,
            missing: 0,
            flagged: 0,
            per_cent: 0,
            odd: Texts::default(),
            ways: Vec::new(),
            first_bare: None,
            first_per_cent: None,
            first_big: None,
            first_not_finite: None,
        }
    }
}

impl Looks {
    /// Takes a cell in.
    pub fn see(&mut self, cell: &str, file: &Arc<str>, line: u64, marks: &Marks) {
        let cell = trim(cell);
        let (text, flag) = marks.split(cell);
        self.flagged += u64::from(!flag.is_empty());
        if marks.missing.is(text) {
            self.missing += 1;
            return;
        }
        match Number::of(text) {
            Some(number) if !number.fits.and(marks.spellings).is_none() => {
                let cell = || Cell { file: Arc::clone(file), line, text: text.to_owned() };
                self.see_number(number, text != "0", marks, cell);
            }
            _ if is_not_finite(text) => {
                self.kinds |= NOT_FINITE;
                self.numbers += 1;
                let cell = || Cell { file: Arc::clone(file), line, text: text.to_owned() };
                self.first_not_finite.get_or_insert_with(cell);
            }
            _ => {
                self.kinds |= kind(text);
                self.others += 1;
                self.odd.see(cell, file, line);
            }
        }
    }

    fn see_number(
        &mut self,
        number: Number,
        is_telling: bool,
        marks: &Marks,
        cell: impl Fn() -> Cell,
    ) {
        self.numbers += 1;
        let fits = number.fits.and(marks.spellings);
        let is_whole = !number.whole.and(fits).is_none();
        self.kinds |= if is_whole { WHOLE } else { DECIMAL };
        if number.is_padded {
            self.kinds |= PADDED;
        }
        if number.is_big {
            self.kinds |= BIG;
            self.first_big.get_or_insert_with(&cell);
        }
        self.whole = self.whole.and(number.whole);
        self.fits = self.fits.and(fits);
        if fits != marks.spellings && !self.ways.iter().any(|(known, _)| *known == fits) {
            self.ways.push((fits, cell()));
        }
        if number.is_per_cent {
            self.per_cent += 1;
            self.first_per_cent.get_or_insert_with(cell);
        } else if is_telling && self.first_bare.is_none() {
            self.first_bare = Some(cell());
        }
    }

    /// Takes in what was seen after it.
    pub fn merge(&mut self, other: &Self) {
        self.kinds |= other.kinds;
        self.fits = self.fits.and(other.fits);
        self.whole = self.whole.and(other.whole);
        self.numbers += other.numbers;
        self.others += other.others;
        self.missing += other.missing;
        self.flagged += other.flagged;
        self.per_cent += other.per_cent;
        self.odd.merge(&other.odd);
        for (fits, cell) in &other.ways {
            if !self.ways.iter().any(|(known, _)| known == fits) {
                self.ways.push((*fits, cell.clone()));
            }
        }
        let first = |mine: &mut Option<Cell>, other: &Option<Cell>| {
            *mine = mine.take().or_else(|| other.clone());
        };
        first(&mut self.first_bare, &other.first_bare);
        first(&mut self.first_per_cent, &other.first_per_cent);
        first(&mut self.first_big, &other.first_big);
        first(&mut self.first_not_finite, &other.first_not_finite);
    }

    /// Moves all lines down.
    pub fn shift(&mut self, lines: u64) {
        self.odd.shift(lines);
        let cells = self.ways.iter_mut().map(|(_, cell)| cell);
        let firsts = [
            &mut self.first_bare,
            &mut self.first_per_cent,
            &mut self.first_big,
            &mut self.first_not_finite,
        ];
        cells.chain(firsts.into_iter().flatten()).for_each(|cell| cell.line += lines);
    }

    /// Whether no cell has anything.
    pub fn is_empty(&self) -> bool {
        self.numbers + self.others == 0
    }

    /// Whether all cells are numbers and none is a code: a zero before its digits, or more of them
    /// than a measurement has.
    pub fn is_number(&self) -> bool {
        let is_code = self.kinds & PADDED != 0 || self.kinds & (BIG | DECIMAL) == BIG;
        self.numbers > 0 && self.others == 0 && !is_code
    }

    /// Whether all cells are numbers, some of them codes.
    pub fn is_code(&self) -> bool {
        self.numbers > 0 && self.others == 0 && !self.is_number()
    }

    /// Whether the numbers have decimals, or stand for more than a whole number can.
    pub fn is_whole_in(&self, fits: Spellings) -> bool {
        self.kinds & (BIG | NOT_FINITE) == 0
            && self.per_cent == 0
            && self.numbers > 0
            && fits.is_within(self.whole)
    }

    /// The type of a column that is not one of numbers; NULL where there is nothing in it.
    pub fn other_type(&self) -> DataType {
        match self.kinds {
            0 => DataType::Null,
            BOOLEAN => DataType::Boolean,
            DATE => DataType::Date32,
            kinds if kinds & !(DATE | TIMES) == 0 => {
                let unit = match (kinds & TIMES) / SECOND {
                    8.. => TimeUnit::Nanosecond,
                    4.. => TimeUnit::Microsecond,
                    2.. => TimeUnit::Millisecond,
                    _ => TimeUnit::Second,
                };
                DataType::Timestamp(unit, None)
            }
            _ => DataType::Utf8View,
        }
    }

    /// Whether some cells are numbers.
    pub fn has_numbers(&self) -> bool {
        self.kinds & NUMBER != 0
    }
}

/// Whether a text is NaN or an infinity, as programs write them.
pub fn is_not_finite(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    matches!(text, "NaN" | "nan" | "inf" | "Inf" | "Infinity" | "infinity")
}

fn kind(text: &str) -> u16 {
    match text.as_bytes().first() {
        Some(b'0'..=b'9') => moment(text).unwrap_or(TEXT),
        _ if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") => BOOLEAN,
        _ => TEXT,
    }
}

fn moment(text: &str) -> Option<u16> {
    let bytes = text.as_bytes();
    let fits = |from: usize, pattern: &[u8]| {
        bytes.get(from..from + pattern.len()).is_some_and(|part| {
            part.iter().zip(pattern).all(|(byte, wanted)| match wanted {
                b'0' => byte.is_ascii_digit(),
                b' ' => matches!(byte, b' ' | b'T'),
                wanted => byte == wanted,
            })
        })
    };
    if !fits(0, b"0000-00-00") {
        return None;
    }
    if bytes.len() == 10 {
        return Date32Type::parse(text).map(|_| DATE);
    }
    if !fits(10, b" 00:00:00") || string_to_timestamp_nanos(text).is_err() {
        return None;
    }
    let fraction = text[19..]
        .strip_prefix('.')
        .map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    Some(SECOND << fraction.div_ceil(3).min(3))
}
