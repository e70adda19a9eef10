//! What the cells of a text look like, and the type of the column they make.

use datafusion::arrow::compute::kernels::cast_utils::{Parser, string_to_timestamp_nanos};
use datafusion::arrow::datatypes::{DataType, Date32Type, TimeUnit};

use super::part::Part;

const BOOLEAN: u16 = 1;
const WHOLE: u16 = 1 << 1;
const DECIMAL: u16 = 1 << 2;
/// A number that begins with a zero and a digit: no number, unless its column is one by its name.
const PADDED: u16 = 1 << 3;
const DATE: u16 = 1 << 4;
/// A time of day to the second; the next three bits: to the millisecond, microsecond, nanosecond.
const SECOND: u16 = 1 << 5;
const TIMES: u16 = 0b1111 << 5;
/// A number with a decimal comma, or with its thousands set apart.
const GROUPED: u16 = 1 << 9;
const TEXT: u16 = 1 << 10;

const NUMBER: u16 = WHOLE | DECIMAL;

/// A cell and its place.
#[derive(Debug, Clone)]
pub struct Cell {
    /// The file, as the user knows it.
    pub file: String,
    /// The line its row begins on, from 1.
    pub line: u64,
    /// What is written there.
    pub text: String,
}

/// What was seen in a column.
#[derive(Debug, Clone, Default)]
pub struct Looks {
    kinds: u16,
    /// Cells that are numbers, and others that are not empty.
    pub numbers: u64,
    /// See `numbers`.
    pub others: u64,
    /// The first cell that is no number.
    pub first_other: Option<Cell>,
    /// The first number that is written in a way that is not read.
    pub first_grouped: Option<Cell>,
}

impl Looks {
    /// Takes a cell in that is not empty.
    pub fn see(&mut self, text: &str, file: &str, line: u64) {
        let kind = kind(text);
        self.kinds |= kind;
        if kind & (NUMBER | GROUPED) != 0 {
            self.numbers += 1;
        } else {
            self.others += 1;
        }
        let cell = || Some(Cell { file: file.to_owned(), line, text: text.to_owned() });
        if kind & GROUPED != 0 && self.first_grouped.is_none() {
            self.first_grouped = cell();
        }
        if kind & NUMBER == 0 && self.first_other.is_none() {
            self.first_other = cell();
        }
    }

    /// Takes in what was seen in another file.
    pub fn merge(&mut self, other: &Self) {
        self.kinds |= other.kinds;
        self.numbers += other.numbers;
        self.others += other.others;
        self.first_other = self.first_other.take().or_else(|| other.first_other.clone());
        self.first_grouped = self.first_grouped.take().or_else(|| other.first_grouped.clone());
    }

    /// The narrowest type that holds every cell; NULL where there is none.
    pub fn data_type(&self, part: Part) -> DataType {
        let kinds = match part {
            Part::Code => return DataType::Utf8View,
            Part::Number if self.kinds == 0 => return DataType::Float64,
            Part::Number => self.kinds & !PADDED,
            Part::Other => self.kinds,
        };
        match kinds {
            0 => DataType::Null,
            BOOLEAN => DataType::Boolean,
            WHOLE => DataType::Int64,
            _ if kinds & !NUMBER == 0 => DataType::Float64,
            DATE => DataType::Date32,
            _ if kinds & !(DATE | TIMES) == 0 => {
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

    /// Whether all cells are numbers, some with zeros before them: codes, in other words.
    pub fn is_padded(&self) -> bool {
        self.kinds & PADDED != 0 && self.kinds & !(NUMBER | PADDED) == 0
    }

    /// Whether all cells are numbers, some with a decimal comma or with thousands set apart.
    pub fn is_grouped(&self) -> bool {
        self.kinds & GROUPED != 0 && self.kinds & !(NUMBER | PADDED | GROUPED) == 0
    }
}

/// Whether a text is a number as it is read in a column of any name.
pub fn is_number(text: &str) -> bool {
    let kind = kind(text);
    kind & NUMBER != 0 && kind & PADDED == 0
}

fn kind(text: &str) -> u16 {
    let first = text.as_bytes().first().copied().unwrap_or_default();
    if first.is_ascii_digit() || matches!(first, b'-' | b'.') {
        number(text).or_else(|| moment(text)).unwrap_or(if is_grouped(text) {
            GROUPED
        } else {
            TEXT
        })
    } else if matches!(text, "NaN" | "nan" | "inf") {
        DECIMAL
    } else if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
        BOOLEAN
    } else {
        TEXT
    }
}

fn number(text: &str) -> Option<u16> {
    if text == "-inf" {
        return Some(DECIMAL);
    }
    let is_sign = |byte: u8| matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
    if !text.bytes().all(|byte| byte.is_ascii_digit() || is_sign(byte)) {
        return None;
    }
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let padded = match unsigned.as_bytes() {
        [b'0', b'0'..=b'9', ..] => PADDED,
        _ => 0,
    };
    if is_digits(unsigned) {
        // Beyond the whole numbers of the engine it is a code rather than a measurement.
        return Some(if text.parse::<i64>().is_ok() { WHOLE | padded } else { TEXT });
    }
    text.parse::<f64>().is_ok().then_some(DECIMAL | padded)
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

/// `62,5`, `1.234,5`, `1 234,5`, `1,234.5`, `1,234,567`, `1 234`.
fn is_grouped(text: &str) -> bool {
    const MARKS: [char; 6] = ['.', ' ', '\u{a0}', '\u{202f}', '\'', '\u{2019}'];
    let text = text.strip_prefix('-').unwrap_or(text);
    let in_thousands = |text: &str, mark: char| {
        let mut groups = text.split(mark);
        let first = groups.next().is_some_and(|group| is_digits(group) && group.len() <= 3);
        first && groups.all(|group| is_digits(group) && group.len() == 3)
    };
    let whole = |text: &str| {
        is_digits(text)
            || MARKS.iter().any(|mark| text.contains(*mark) && in_thousands(text, *mark))
    };
    let decimal_comma =
        || text.split_once(',').is_some_and(|(left, right)| whole(left) && is_digits(right));
    let decimal_point = || {
        let (left, right) = text.split_once('.').unwrap_or((text, "0"));
        let mark = [',', ' ', '\u{a0}', '\u{202f}', '\'', '\u{2019}']
            .into_iter()
            .find(|mark| left.contains(*mark));
        is_digits(right) && mark.is_some_and(|mark| in_thousands(left, mark))
    };
    decimal_comma() || decimal_point()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: &[&str]) -> DataType {
        let mut looks = Looks::default();
        cells.iter().for_each(|cell| looks.see(cell, "x.csv", 1));
        looks.data_type(Part::Other)
    }

    #[test]
    fn types() {
        let text = DataType::Utf8View;
        for (cells, expected) in [
            (&["1", "-20"][..], DataType::Int64),
            (&["1", "2.5", ".5", "1e-3", "NaN"], DataType::Float64),
            (&["0", "0.5", "-0.25", "10"], DataType::Float64),
            (&["10", "020"], text.clone()),
            (&["10", "-05.5"], text.clone()),
            (&["99999999999999999999"], text.clone()),
            (&["true", "False"], DataType::Boolean),
            (&["true", "1"], text.clone()),
            (&["2024-02-29"], DataType::Date32),
            (&["2023-02-29"], text.clone()),
            (&["2024-02-29", "2024-02-29T10:00:00"], DataType::Timestamp(TimeUnit::Second, None)),
            (&["2024-02-29 10:00:00.12"], DataType::Timestamp(TimeUnit::Millisecond, None)),
            (&["2024-02-29 10:00:00.1234567Z"], DataType::Timestamp(TimeUnit::Nanosecond, None)),
            (&["2024", "2024-01-01"], text.clone()),
            (&["12.9 p"], text.clone()),
            (&["-", "."], text.clone()),
            (&["北京"], text),
        ] {
            assert_eq!(of(cells), expected, "{cells:?}");
        }
        assert_eq!(of(&[]), DataType::Null);
    }

    #[test]
    fn numbers_in_other_ways() {
        for text in ["62,5", "-62,5", "1.234,5", "1 234,5", "1\u{a0}234", "1,234.5", "1,234,567"] {
            assert_eq!(kind(text), GROUPED, "{text}");
        }
        for text in ["1,2,3", "1.2.3", "12 34", ",", "1,", "1,x", "75 001 x", "0171-1234"] {
            assert_eq!(kind(text), TEXT, "{text}");
        }
    }
}
