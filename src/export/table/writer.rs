//! The writer of tables.

use std::io::Write;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Result;
use textwrap::core::display_width;

use super::cells::{self, Cell};
use super::fit::{Need, Place, fit, full};
use super::footer::{Shown, footer};
use super::grid::Grid;
use super::kept::Kept;
use super::style::{Form, Style};
use super::{plan, records};
use crate::export::writer::{BatchWriter, Out};
use crate::types::sql_name;

/// Rows that are drawn as one table where all are shown: with a header of its own for every so many,
/// because a column is as wide as its widest cell and that must be known before the first is written.
const ROWS_A_TABLE: usize = 10_000;

/// What is left of a long text on a narrow terminal, and of the name of a type at any.
const LEGIBLE: usize = 10;
const TYPE: usize = 14;

/// A table writer.
pub(crate) struct Table {
    out: Out,
    schema: SchemaRef,
    style: Style,
    kept: Kept,
    is_plan: bool,
    drawn: usize,
    columns: usize,
}

impl Table {
    /// A table on `out`.
    pub fn new(out: Out, schema: &SchemaRef, style: Style) -> Self {
        let is_plan = style.unfolds_plans() && plan::is_plan(schema);
        let kept = Kept::new(style.max_rows.filter(|_| !is_plan));
        let (schema, columns) = (Arc::clone(schema), schema.fields().len());
        Self { out, schema, style, kept, is_plan, drawn: 0, columns }
    }

    fn draw(&mut self) -> Result<()> {
        let (gap, hidden) = (self.kept.gap(), self.kept.all - self.drawn - self.kept.shown());
        let shown = self.kept.shown();
        let batches = self.kept.take();
        if self.is_plan {
            return plan::draw(&mut self.out, &batches, &self.style);
        }
        let fields = self.schema.fields();
        let names = fields.iter().map(|field| cells::text(field.name(), &self.style));
        let names: Vec<String> = names.collect();
        let cells = |style: &Style| {
            (0..fields.len()).map(|i| cells::column(&batches, i, style)).collect::<Result<Vec<_>>>()
        };
        // The rows that are drawn first decide.
        if self.style.form == Form::Fitting {
            let frame = Style { form: Form::Boxes, ..self.style.clone() };
            let needs = self.needs(&names, self.types().as_deref(), &cells(&frame)?);
            let width = self.style.width.map_or(usize::MAX, usize::from);
            self.style = if full(&needs) > width { frame.upright() } else { frame };
        }
        let columns = cells(&self.style)?;
        match self.style.form {
            Form::Records => {
                let gap = gap.filter(|_| hidden > 0).map(|at| (at, hidden));
                records::draw(&mut self.out, &names, &columns, &self.style, self.drawn, gap)?;
            }
            Form::Boxes | Form::Markdown | Form::Fitting => {
                self.draw_grid(&names, &columns, gap.filter(|_| hidden > 0))?;
            }
        }
        self.drawn += shown;
        Ok(())
    }

    fn draw_grid(
        &mut self,
        names: &[String],
        columns: &[Vec<Cell>],
        gap: Option<usize>,
    ) -> Result<()> {
        let fields = self.schema.fields();
        let types = self.types();
        let is_right: Vec<bool> =
            fields.iter().map(|field| cells::is_right(field.data_type())).collect();
        let needs = self.needs(names, types.as_deref(), columns);
        let places = fit(&needs, self.style.width.map(usize::from));
        let grid = Grid { style: &self.style, places: &places, is_right: &is_right };
        // A table of Markdown has one header, however long it is.
        if self.style.form != Form::Markdown || self.drawn == 0 {
            grid.header(&mut self.out, names, types.as_deref())?;
        }
        grid.rows(&mut self.out, columns, gap)?;
        grid.bottom(&mut self.out)?;
        let shown = places.iter().filter(|Place { column, .. }| column.is_some()).count();
        self.columns = self.columns.min(shown);
        Ok(())
    }

    /// The names of types that stand below those of columns, if they do.
    fn types(&self) -> Option<Vec<String>> {
        let types = self.schema.fields().iter().map(|field| sql_name(field.data_type()));
        let types = types.map(|name| cells::text(&name, &self.style));
        self.style.is_screen.then(|| types.collect())
    }

    /// The widths that columns ask for. A number that is cut is another number.
    fn needs(
        &self,
        names: &[String],
        types: Option<&[String]>,
        columns: &[Vec<Cell>],
    ) -> Vec<Need> {
        let width = |text: &str| text.split('\n').map(display_width).max().unwrap_or(0);
        let need = |(i, name): (usize, &String)| {
            let name = width(name);
            let cells = columns[i].iter().map(|cell| width(&cell.text)).max().unwrap_or(0);
            let can_be_cut = cells::can_be_cut(self.schema.field(i).data_type());
            let kept = if can_be_cut { cells.min(LEGIBLE) } else { cells };
            let type_name = types.map_or(0, |types| width(&types[i]).min(TYPE));
            Need {
                full: cells.max(name).max(type_name).max(1),
                least: kept.max(name.min(LEGIBLE)).max(1),
            }
        };
        names.iter().enumerate().map(need).collect()
    }
}

impl BatchWriter for Table {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        if self.is_plan || self.style.max_rows.is_some() {
            self.kept.push(batch);
            return Ok(());
        }
        let mut at = 0;
        while at < batch.num_rows() {
            let rows = (ROWS_A_TABLE - self.kept.shown()).min(batch.num_rows() - at);
            self.kept.push(&batch.slice(at, rows));
            at += rows;
            if self.kept.shown() == ROWS_A_TABLE {
                self.draw()?;
            }
        }
        Ok(())
    }

    fn is_late(&self) -> bool {
        self.is_plan || self.style.max_rows.is_some()
    }

    fn finish(&mut self) -> Result<()> {
        if self.kept.shown() > 0 || self.drawn == 0 {
            self.draw()?;
        }
        if self.style.is_screen {
            let rows = (!self.is_plan).then_some((self.drawn, self.kept.all));
            let shown = Shown { rows, columns: (self.columns, self.schema.fields().len()) };
            if let Some(line) = footer(shown, &self.style) {
                writeln!(self.out, "{line}")?;
            }
        }
        Ok(self.out.flush()?)
    }
}
