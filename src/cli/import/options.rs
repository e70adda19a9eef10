//! The options of `read_table` on the command line, by the same names.

use datafusion::prelude::SessionContext;
use serde_json::{Map, Value};

use super::super::error::{Error, Result};
use crate::error::describe;
use crate::read::door::Door;
use crate::read::fault::Fault;
use crate::read::options::{Given, Options};

/// How the files are read. Each is an option of `read_table(...)` in FROM as well.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Reading")]
pub struct ReadArguments {
    /// What a file is, where its name does not say: csv, tsv, xlsx, json, arrow, parquet
    #[arg(long, value_name = "WORD")]
    kind: Option<String>,

    /// Member of an archive (.zip), by its name or a pattern
    #[arg(long, value_name = "NAME")]
    member: Option<String>,

    /// Sheet of a workbook, by its name or its number from 1 [default: the first with cells]
    #[arg(long, value_name = "SHEET")]
    sheet: Option<String>,

    /// Cells of a sheet: B3:F20, B3:, B:F, or a name of the workbook
    #[arg(long, value_name = "CELLS")]
    range: Option<String>,

    /// Encoding of a text: gb18030, windows-1252, ... [default: found]
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,

    /// What separates the columns: one character, or tab [default: found]
    #[arg(long, value_name = "CHARACTER", allow_hyphen_values = true)]
    delimiter: Option<String>,

    /// Lines above the table [default: found]
    #[arg(long, value_name = "LINES")]
    skip: Option<i64>,

    /// Lines of the header, joined by _; 0: there is none [default: 1]
    #[arg(long, value_name = "LINES")]
    header: Option<i64>,

    /// How the first row below the table begins [default: found]
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    until: Option<String>,

    /// Mark before decimals: . or , [default: found]
    #[arg(long, value_name = "MARK")]
    decimal: Option<String>,

    /// Mark between thousands: , . ' or a blank [default: found]
    #[arg(long, value_name = "MARK")]
    thousands: Option<String>,

    /// Words that stand for a missing value, in every column: -999,..,n/a (an empty cell always does)
    #[arg(long, alias = "null", value_delimiter = ',', allow_hyphen_values = true)]
    #[arg(value_name = "WORDS")]
    missing: Vec<String>,

    /// Flags after numbers (12.9 p, 7.1*) become columns of their own
    #[arg(long)]
    flags: bool,

    /// Types of columns, instead of those found: release_date=DATE,size=DECIMAL(10,2)
    #[arg(long = "type", value_name = "COLUMN=TYPE")]
    types: Vec<String>,

    /// New names of columns: region=unit,year=period
    #[arg(long, value_name = "OLD=NEW")]
    rename: Vec<String>,

    /// Columns that become rows, by how their names are built: {indicator}_{period}
    #[arg(long, value_name = "PATTERN")]
    wide: Option<String>,

    /// Columns that stay beside them [default: those that do not fit the pattern]
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS")]
    id: Vec<String>,

    /// Shape known by name: worldbank, eurostat, sdmx, undp, coinr
    #[arg(long, value_name = "WORD")]
    shape: Option<String>,

    /// The name of the file becomes a column, filename
    #[arg(long)]
    filename: bool,

    /// Each file must have every column; without it, one that a file lacks is NULL there
    #[arg(long)]
    same_columns: bool,
}

impl ReadArguments {
    /// As they are for the reader.
    pub fn options(&self, context: &SessionContext) -> Result<Options> {
        let usage = |fault: Fault| Error::Usage(format!("--{fault}"));
        let mut options = Options { door: Door::Import, is_called: true, ..Options::default() };
        for (name, given) in self.given() {
            options.set(name, given).map_err(usage)?;
        }
        let state = context.state();
        let parse =
            |text: &str| crate::read::types::parse(&state, text).map_err(|error| describe(&error));
        options.set_types(&self.types, parse).map_err(|fault| Error::Usage(fault.0))?;
        Ok(options)
    }

    /// As a record has them: a member for each that was given.
    pub fn record(&self) -> Map<String, Value> {
        let given = self.given().into_iter().map(|(name, given)| {
            let value = match given {
                Given::Texts(texts) => match texts.as_slice() {
                    [one] => Value::from(one.as_str()),
                    _ => Value::from(texts),
                },
                Given::Number(number) => Value::from(number),
                Given::Switch(switch) => Value::from(switch),
            };
            (name.to_owned(), value)
        });
        let mut record: Map<String, Value> = given.collect();
        if !self.types.is_empty() {
            record.insert("types".to_owned(), Value::from(self.types.clone()));
        }
        record
    }

    fn given(&self) -> Vec<(&'static str, Given)> {
        let text = |text: &Option<String>| text.clone().map(|text| Given::Texts(vec![text]));
        let texts = |texts: &[String]| (!texts.is_empty()).then(|| Given::Texts(texts.to_vec()));
        let number = |number: Option<i64>| number.map(Given::Number);
        let switch = |switch: bool| switch.then_some(Given::Switch(true));
        let sheet = self.sheet.as_ref().map(|sheet| match sheet.parse() {
            Ok(number) => Given::Number(number),
            Err(_) => Given::Texts(vec![sheet.clone()]),
        });
        let all = [
            ("kind", text(&self.kind)),
            ("member", text(&self.member)),
            ("sheet", sheet),
            ("range", text(&self.range)),
            ("encoding", text(&self.encoding)),
            ("delimiter", text(&self.delimiter)),
            ("skip", number(self.skip)),
            ("header", number(self.header)),
            ("until", text(&self.until)),
            ("decimal", text(&self.decimal)),
            ("thousands", text(&self.thousands)),
            ("missing", texts(&self.missing)),
            ("flags", switch(self.flags)),
            ("rename", texts(&self.rename)),
            ("wide", text(&self.wide)),
            ("id", texts(&self.id)),
            ("shape", text(&self.shape)),
            ("filename", switch(self.filename)),
            ("same_columns", switch(self.same_columns)),
        ];
        all.into_iter().filter_map(|(name, given)| Some((name, given?))).collect()
    }
}
