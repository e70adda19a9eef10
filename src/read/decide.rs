//! What a column is, decided from all its cells: its type, how its numbers are written, and what is
//! in the way of reading it.

use datafusion::arrow::datatypes::DataType;

use super::cell::{Cell, Texts};
use super::door::Door;
use super::looks::Looks;
use super::number::{Spelling, Spellings, split_flag};
use super::part::Part;
use crate::types::sql_name;

/// What is decided of a column.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The type of its values.
    pub data_type: DataType,
    /// How its numbers are written.
    pub spelling: Spelling,
    /// Why it cannot be read, if it cannot: an error of a query that uses it.
    pub fault: Option<String>,
    /// What should be known of it.
    pub note: Option<String>,
}

/// How the numbers of a file are written, as far as a column alone does not show it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Evidence {
    /// Some column has a decimal comma for sure.
    comma: bool,
    /// Some column has a decimal point for sure.
    point: bool,
    /// Columns are separated by semicolons, as where decimals have a comma.
    semicolon: bool,
}

impl Evidence {
    /// From the columns of one file.
    pub fn of<'a>(columns: impl Iterator<Item = &'a Looks>, semicolon: bool) -> Self {
        let mut evidence = Self { semicolon, ..Self::default() };
        for looks in columns.filter(|looks| looks.numbers > looks.others) {
            let fits = looks.fits;
            evidence.comma |= !fits.is_none() && fits.is_within(Spellings::COMMA);
            evidence.point |= !fits.is_none() && fits.is_within(Spellings::POINT);
        }
        evidence
    }

    /// What is known from either file.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            comma: self.comma || other.comma,
            point: self.point || other.point,
            semicolon: self.semicolon || other.semicolon,
        }
    }
}

/// A column to decide on.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// Its name, and what it is by it.
    pub name: &'a str,
    /// See `name`.
    pub part: Part,
    /// The type that was asked for.
    pub wanted: Option<&'a DataType>,
    /// What was seen in it.
    pub looks: &'a Looks,
    /// How the numbers of its file are written.
    pub evidence: Evidence,
    /// How advice is written.
    pub door: Door,
}

/// Decides.
pub fn decide(case: Case<'_>) -> Verdict {
    let Case { part, wanted, looks, .. } = case;
    match (wanted, part) {
        (Some(wanted), _) if wanted.is_numeric() => {
            // Also where it cannot be read: columns of one value have one type.
            Verdict { data_type: wanted.clone(), ..case.number(Some(wanted)) }
        }
        (Some(wanted), _) => Verdict::of(wanted.clone()),
        (None, Part::Code) => Verdict::of(DataType::Utf8View),
        (None, Part::Number) => case.number(None),
        (None, Part::Other) if looks.is_number() => case.number(None),
        (None, Part::Other) if looks.is_code() => case.code(),
        (None, Part::Other) if is_nearly_number(looks) => case.odd_cells(&looks.odd),
        (None, Part::Other) => Verdict::of(looks.other_type()),
    }
}

impl Verdict {
    fn of(data_type: DataType) -> Self {
        Self { data_type, spelling: Spelling::default(), fault: None, note: None }
    }

    fn faulty(fault: String) -> Self {
        Self { fault: Some(fault), ..Self::of(DataType::Utf8View) }
    }
}

impl Case<'_> {
    /// A column of numbers; of the type asked for, or the narrowest.
    fn number(self, wanted: Option<&DataType>) -> Verdict {
        let Self { name, looks, .. } = self;
        if looks.others > 0 {
            return self.odd_cells(&looks.odd);
        }
        let (spelling, note) = match self.spelling() {
            Ok(found) => found,
            Err(fault) => return Verdict::faulty(fault),
        };
        if let (Some(bare), Some(per_cent)) = (&looks.first_bare, &looks.first_per_cent) {
            return Verdict::faulty(format!(
                "{}:{}: column '{name}' must be in per cent in each row or in none, found '{}' here \
                 and '{}' in line {}",
                per_cent.file, per_cent.line, per_cent.text, bare.text, bare.line
            ));
        }
        let is_whole = looks.is_whole_in(Spellings::only(spelling));
        let found = if is_whole { DataType::Int64 } else { DataType::Float64 };
        let data_type = wanted.cloned().unwrap_or(found);
        let per_cent = looks.first_per_cent.as_ref().map(|cell| {
            format!("column '{name}' is in per cent: the signs are left out ('{}')", cell.text)
        });
        Verdict { spelling, note: note.or(per_cent), ..Verdict::of(data_type) }
    }

    /// A column of codes: text, also where it could be numbers.
    fn code(self) -> Verdict {
        let Self { name, looks, door, .. } = self;
        let note = looks.first_big.as_ref().map(|cell| {
            format!(
                "column '{name}' is text: '{}' in line {} is beyond BIGINT ({}{} reads numbers)",
                cell.text,
                cell.line,
                door.how(),
                door.typed(name, "DOUBLE")
            )
        });
        Verdict { note, ..Verdict::of(DataType::Utf8View) }
    }

    /// The one way in which the numbers are read, and what is to be said of it.
    fn spelling(self) -> Result<(Spelling, Option<String>), String> {
        let Self { name, looks, evidence, door, .. } = self;
        let fits = looks.fits;
        let first = looks.ways.first().map(|(_, cell)| cell);
        let Some(plainest) = fits.plainest() else { return Err(self.two_ways()) };
        let (points, commas) = (fits.and(Spellings::POINT), fits.and(Spellings::COMMA));
        let Some(Cell { file, line, text }) = first.filter(|_| !looks.ways.is_empty()) else {
            return Ok((plainest, None));
        };
        let is_plain = !fits.and(Spellings::PLAIN).is_none();
        let is_open = !points.is_none() && !commas.is_none();
        let other_file = (evidence.comma || evidence.semicolon) && !evidence.point;
        let spelling = match (is_open, evidence.comma, evidence.point) {
            (false, ..) => plainest,
            (true, ..) if is_plain && !other_file => plainest,
            // 1 234 is the same number in both.
            (true, ..) if !looks.ways.iter().any(|(_, cell)| cell.text.contains(['.', ','])) => {
                plainest
            }
            (true, true, false) if !is_plain => commas.plainest().unwrap_or(plainest),
            (true, false, true) => points.plainest().unwrap_or(plainest),
            _ => {
                let mark = if is_plain { ("point", ".", ",") } else { ("comma", ",", ".") };
                return Err(format!(
                    "{file}:{line}: column '{name}' must show whether a {} stands before decimals or \
                     between thousands, found '{text}' ({}{} or {})",
                    mark.0,
                    door.how(),
                    door.option("decimal", mark.1),
                    door.option("decimal", mark.2),
                ));
            }
        };
        let note = (spelling != Spelling::default()).then(|| {
            let decimal = if spelling.decimal == ',' { "comma" } else { "point" };
            let thousands = match spelling.thousands {
                Some(mark) => format!(" and '{mark}' between thousands"),
                None => String::new(),
            };
            format!("column '{name}' is read with a decimal {decimal}{thousands} ('{text}')")
        });
        Ok((spelling, note))
    }

    fn two_ways(self) -> String {
        let [first, .., last] = self.looks.ways.as_slice() else {
            return format!("column '{}' must have its numbers written in one way", self.name);
        };
        let ways = &self.looks.ways;
        let other = ways.iter().find(|(fits, _)| fits.and(first.0).is_none()).unwrap_or(last);
        format!(
            "{}:{}: column '{}' must have its numbers written in one way, found '{}' here and '{}' in \
             line {}",
            other.1.file, other.1.line, self.name, other.1.text, first.1.text, first.1.line
        )
    }

    /// A column that would be one of numbers but for some cells.
    fn odd_cells(self, odd: &Texts) -> Verdict {
        let Self { name, looks, door, .. } = self;
        let Some(Cell { file, line, text }) = odd.first() else {
            return Verdict::of(DataType::Utf8View);
        };
        let words = || odd.texts().iter().map(|text| text.first.text.as_str());
        let all = looks.numbers + looks.others;
        let has_flags = !odd.is_cut && words().all(|word| split_flag(word).is_some());
        let help = match has_flags {
            true => format!("{} takes the flags off", door.switch("flags")),
            false => format!("{} takes them for missing", door.options("missing", words())),
        };
        let list = match odd.texts() {
            [one] if one.count == 1 && !odd.is_cut => String::new(),
            _ => format!(", the others are {}", odd.in_words()),
        };
        let must = match self.wanted {
            Some(wanted) if wanted.is_integer() => "a whole number".to_owned(),
            Some(wanted) if !wanted.is_floating() => sql_name(wanted),
            _ => "a number".to_owned(),
        };
        Verdict::faulty(format!(
            "{file}:{line}: column '{name}' must be {must}, found '{text}' ({} of {all} cells are \
             numbers{list}; {}{help}, {} leaves the column text)",
            looks.numbers,
            door.how(),
            door.typed(name, "VARCHAR")
        ))
    }
}

/// Whether a column would be one of numbers but for a few cells.
fn is_nearly_number(looks: &Looks) -> bool {
    let all_usual = || {
        !looks.odd.is_cut && looks.odd.texts().iter().all(|text| is_usual_mark(&text.first.text))
    };
    looks.has_numbers() && looks.others > 0 && (looks.numbers >= looks.others || all_usual())
}

/// Words that mean a missing value in many files.
fn is_usual_mark(word: &str) -> bool {
    const WORDS: [&str; 16] = [
        "na", "n/a", "n.a.", "nan", "null", "none", "nil", "nd", "n.d.", "x", "-", "missing",
        "#n/a", "#div/0!", "#value!", "#ref!",
    ];
    let is_mark = |letter: char| matches!(letter, '.' | ':' | '-' | '–' | '—' | '…' | '*' | '?');
    word.chars().all(is_mark) || WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
}
