//! A workbook of several results on its way to a file.

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result;

use super::error::Error;
use super::excel::{Book, Rows};
use super::sink::Opening;
use super::target::Target;
use super::writer::{Out, Source};

/// A workbook of several results on its way to a file.
pub(crate) struct Workbook {
    book: Book,
    out: Out,
    opening: Opening,
}

impl Workbook {
    /// Opens a target for a workbook.
    ///
    /// # Errors
    /// As [`Target::open`].
    pub fn create(target: &Target) -> Result<Self, Error> {
        let (out, opening) = target.begin()?;
        let book = Book::new().map_err(|error| opening.fault(error))?;
        Ok(Self { book, out, opening })
    }

    /// The rows of a sheet to come.
    ///
    /// # Errors
    /// Columns that no sheet has.
    pub fn rows(&self, schema: &SchemaRef) -> Result<Rows> {
        Rows::new(schema)
    }

    /// Adds a sheet. Returns its name.
    ///
    /// # Errors
    /// More rows than a sheet has.
    pub fn add(&mut self, wanted: &str, rows: Rows, source: Source) -> Result<String> {
        self.book.add(wanted, rows, source)
    }

    /// Tells of a query without a sheet, on the last one.
    pub fn note(&mut self, source: Source, status: String) {
        self.book.note(source, status);
    }

    /// How many sheets there are.
    pub fn sheets(&self) -> usize {
        self.book.sheets()
    }

    /// Completes the workbook and gives the file its name.
    ///
    /// # Errors
    /// When it cannot be written or named.
    pub fn finish(self) -> Result<(), Error> {
        self.book.save(self.out).map_err(|error| self.opening.fault(error))?;
        self.opening.complete()
    }
}
