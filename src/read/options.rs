//! The options of reading a table, the same at every door, and what each may be.

use datafusion::arrow::datatypes::DataType;

use super::door::Door;
use super::encoding::{self, Encoding};
use super::fault::{Fault, Result};
use super::format::{FORMATS, Format, SheetName};
use super::missing::Missing;
use super::number::Spellings;
use super::part::Part;
use super::pattern::Pattern;
use super::shape::{SHAPES, Shape};
use super::text::delimiter;
use super::text::layout::Stated;

/// The column of the values of wide columns.
pub const VALUE: &str = "value";

/// What an option was given as.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// A text, or several.
    Texts(Vec<String>),
    /// A whole number.
    Number(i64),
    /// True or false.
    Switch(bool),
}

/// The options of reading a table.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What the file is, where its ending does not say.
    pub format: Option<Format>,
    /// The member of an archive.
    pub member: Option<String>,
    /// The sheet of a workbook.
    pub sheet: Option<SheetName>,
    /// The cells of a sheet.
    pub range: Option<String>,
    /// What the bytes of a text are.
    pub encoding: Option<Encoding>,
    /// What separates the columns of a text.
    pub delimiter: Option<u8>,
    /// Where the table stands.
    pub stated: Stated,
    /// How the row below the table begins.
    pub until: Option<String>,
    /// How decimals and thousands are set apart.
    pub decimal: Option<char>,
    /// See `decimal`.
    pub thousands: Option<char>,
    /// What means a missing value.
    pub missing: Missing,
    /// Whether flags after numbers become columns.
    pub flags: bool,
    /// Types of columns, as they are written.
    pub types: Vec<(String, DataType)>,
    /// Old and new names of columns.
    pub rename: Vec<(String, String)>,
    /// How the names of wide columns are built: each is of the first that it fits.
    pub wide: Vec<Pattern>,
    /// The columns that stay beside them.
    pub id: Vec<String>,
    /// A shape known by name.
    pub shape: Option<Shape>,
    /// Whether the name of the file is a column.
    pub filename: bool,
    /// Whether every file must have every column.
    pub same_columns: bool,
    /// Whether the file is named in a call, not in `FROM` alone.
    pub is_called: bool,
    /// How advice is written.
    pub door: Door,
}

impl Options {
    /// Sets an option.
    ///
    /// # Errors
    /// When there is no such option, or it cannot be that.
    pub fn set(&mut self, name: &str, given: Given) -> Result<()> {
        let value = Value { name, given: &given };
        match name {
            "kind" => self.format = Some(value.one_of(&FORMATS)?),
            "member" => self.member = Some(value.text()?),
            "sheet" => self.sheet = Some(value.sheet()?),
            "range" => self.range = Some(value.text()?),
            "encoding" => self.encoding = Some(encoding::stated(&value.text()?)?),
            "delimiter" => {
                let found = delimiter::stated(&value.text()?);
                self.delimiter = Some(found.ok_or_else(|| value.fault("one character, or 'tab'"))?);
            }
            "skip" => self.stated.skip = Some(value.count(1_000_000)?),
            "header" => self.stated.header = Some(value.count(20)?),
            "until" => self.until = Some(value.text()?),
            "decimal" => self.decimal = Some(value.mark(&['.', ','])?),
            "thousands" => self.thousands = Some(value.mark(&[',', '.', ' ', '\''])?),
            "missing" => self.missing = Missing::new(&value.texts()?),
            "flags" => self.flags = value.switch()?,
            "rename" => self.rename = value.pairs("old=new")?,
            "wide" => {
                let pattern = Pattern::parse(&value.text()?);
                self.wide = vec![pattern?];
            }
            "id" => self.id = value.texts()?,
            "shape" => self.shape = Some(value.one_of(&SHAPES)?),
            "filename" => self.filename = value.switch()?,
            "same_columns" => self.same_columns = value.switch()?,
            _ => return Err(Fault(format!("option '{name}' not found"))),
        }
        match (self.decimal, self.thousands) {
            (Some(decimal), Some(thousands)) if decimal == thousands => {
                Err(Fault(format!("decimal and thousands must differ, got '{decimal}' for both")))
            }
            _ => Ok(()),
        }
    }

    /// Sets the types of columns, `column=type`.
    ///
    /// # Errors
    /// When a text is not of this form or the type is none.
    pub fn set_types(
        &mut self,
        texts: &[String],
        parse: impl Fn(&str) -> std::result::Result<DataType, String>,
    ) -> Result<()> {
        let option = self.door.types();
        let pairs =
            pairs(texts, "column=type").map_err(|fault| Fault(format!("{option}: {fault}")))?;
        self.types = Vec::new();
        for (column, text) in pairs {
            let data_type =
                parse(&text).map_err(|why| Fault(format!("{option} {column}={text}: {why}")))?;
            self.types.push((column, data_type));
        }
        Ok(())
    }

    /// Sets what the shape says and nothing else did.
    pub fn with_shape(&mut self, shape: Shape) {
        let known = shape.known();
        self.shape = Some(shape);
        self.missing = self.missing.and(known.missing);
        self.flags |= known.flags;
        if self.wide.is_empty() {
            let patterns = known.wide.iter().filter_map(|text| Pattern::parse(text).ok());
            self.wide = patterns.collect();
        }
    }

    /// The ways in which numbers may be written.
    pub fn spellings(&self) -> Spellings {
        Spellings::stated(self.decimal, self.thousands)
    }

    /// The type that a column of a file must have, if that was said or its name says so.
    pub fn type_of(&self, old: &str) -> Option<DataType> {
        let name = self.new_name(old);
        let stated = |name: &str| {
            let found = self.types.iter().find(|(column, _)| column == name);
            found.map(|(_, data_type)| data_type.clone())
        };
        if let Some(stated) = stated(name).or_else(|| stated(old)) {
            return Some(stated);
        }
        match (self.door, Part::of(name)) {
            _ if self.is_wide(old) => Some(stated(VALUE).unwrap_or(DataType::Float64)),
            (Door::Import, Part::Number) => Some(DataType::Float64),
            (Door::Import, Part::Code) => Some(DataType::Utf8View),
            _ => None,
        }
    }

    /// Whether a column is one of those that become rows.
    pub fn is_wide(&self, name: &str) -> bool {
        let is_id = self.id.iter().any(|id| id == name);
        !is_id && self.wide.iter().any(|pattern| pattern.matches(name).is_some())
    }

    /// The name that a column of a file gets.
    pub fn new_name<'a>(&'a self, old: &'a str) -> &'a str {
        let stated = self.rename.iter().find(|(from, _)| from == old).map(|(_, to)| to.as_str());
        let of_shape = || self.shape.and_then(|shape| shape.new_name(old));
        stated.or_else(of_shape).unwrap_or(old)
    }
}

/// `a=b`, each of them; a text with one `=` is one pair, commas and all, and a comma in parentheses
/// belongs to a type.
pub fn pairs(texts: &[String], form: &str) -> Result<Vec<(String, String)>> {
    let mut found: Vec<(String, String)> = Vec::new();
    for text in texts {
        let (mut depth, is_one) = (0, text.matches('=').count() == 1);
        let parts = text.split(|letter: char| {
            match letter {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            letter == ',' && depth == 0 && !is_one
        });
        for part in parts {
            let pair = part.split_once('=').map(|(left, right)| (left.trim(), right.trim()));
            let pair = pair.filter(|(left, right)| {
                !left.is_empty() && !right.is_empty() && !right.contains('=')
            });
            let Some((left, right)) = pair else {
                return Err(Fault(format!("must be written as {form}, found '{part}'")));
            };
            if found.iter().any(|(other, _)| other == left) {
                return Err(Fault(format!("a column must be given once, found '{left}' twice")));
            }
            found.push((left.to_owned(), right.to_owned()));
        }
    }
    Ok(found)
}

/// An option's value, being read.
struct Value<'a> {
    name: &'a str,
    given: &'a Given,
}

impl Value<'_> {
    fn fault(&self, must: &str) -> Fault {
        let got = match self.given {
            Given::Texts(texts) if texts.len() == 1 => format!("'{}'", texts[0]),
            Given::Texts(texts) => format!("[{}]", texts.join(", ")),
            Given::Number(number) => number.to_string(),
            Given::Switch(switch) => switch.to_string(),
        };
        Fault(format!("{} must be {must}, got {got}", self.name))
    }

    fn text(&self) -> Result<String> {
        match self.given {
            Given::Texts(texts) if texts.len() == 1 && !texts[0].is_empty() => Ok(texts[0].clone()),
            _ => Err(self.fault("a text")),
        }
    }

    fn texts(&self) -> Result<Vec<String>> {
        match self.given {
            Given::Texts(texts) => Ok(texts.clone()),
            Given::Number(number) => Ok(vec![number.to_string()]),
            Given::Switch(_) => Err(self.fault("texts")),
        }
    }

    fn switch(&self) -> Result<bool> {
        match self.given {
            Given::Switch(switch) => Ok(*switch),
            _ => Err(self.fault("true or false")),
        }
    }

    fn count(&self, most: u64) -> Result<u64> {
        let must = || self.fault(&format!("a whole number from 0 to {most}"));
        let number = match self.given {
            Given::Number(number) => u64::try_from(*number).ok(),
            Given::Texts(texts) if texts.len() == 1 => texts[0].parse().ok(),
            _ => None,
        };
        number.filter(|number| *number <= most).ok_or_else(must)
    }

    fn mark(&self, marks: &[char]) -> Result<char> {
        let text = self.text()?;
        let found = marks.iter().find(|mark| text.chars().eq([**mark]));
        found.copied().ok_or_else(|| {
            let marks: Vec<_> = marks.iter().map(|mark| format!("'{mark}'")).collect();
            self.fault(&format!("one of {}", marks.join(", ")))
        })
    }

    fn sheet(&self) -> Result<SheetName> {
        match self.given {
            Given::Number(number) if *number >= 1 => Ok(SheetName::Number(*number as usize)),
            Given::Number(_) => Err(self.fault("a name, or a number from 1")),
            _ => Ok(SheetName::Name(self.text()?)),
        }
    }

    fn one_of<T: Copy>(&self, words: &[(&str, T)]) -> Result<T> {
        let text = self.text()?;
        let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(&text));
        found.map(|(_, value)| *value).ok_or_else(|| {
            let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            self.fault(&format!("one of {}", words.join(", ")))
        })
    }

    fn pairs(&self, form: &str) -> Result<Vec<(String, String)>> {
        pairs(&self.texts()?, form).map_err(|fault| Fault(format!("{}: {fault}", self.name)))
    }
}
