//! Pictures of figures: what of the rows is drawn where there is more than can be read.

use std::collections::HashMap;

use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::Result;

use crate::document::{self, Block};
use crate::draw;
use crate::error::describe;
use crate::words::count;

/// What is drawn of a figure's rows.
#[derive(Debug)]
pub struct Picture {
    /// As `plot` takes it.
    pub text: &'static str,
    /// What must not be too many to be read.
    pub limits: &'static [Limit],
}

/// How many of something a picture can show.
#[derive(Debug)]
pub struct Limit {
    /// The column that names them.
    pub column: &'static str,
    /// One of them, in words.
    pub what: &'static str,
    /// So many can be read.
    pub most: usize,
    /// What is done where there are more.
    pub more: More,
}

/// What is done where there are too many.
#[derive(Debug, Clone, Copy)]
pub enum More {
    /// The first and the last in the order of the rows are drawn, so many of each.
    Ends(usize),
    /// The first are drawn, so many.
    First(usize),
    /// Nothing is drawn; the sentence says where the figures are.
    Nothing(&'static str),
}

/// The rows that are drawn, and what is said of those that are not.
enum Chosen {
    Rows(RecordBatch, Vec<String>),
    None(String),
}

impl Picture {
    /// The picture of a figure's rows, which are of one period or not, with what is said of it; a sentence alone where
    /// there is none.
    ///
    /// # Errors
    ///
    /// A column of the limits is not there.
    pub fn blocks(
        &self,
        title: &str,
        period: Option<&str>,
        rows: &RecordBatch,
    ) -> Result<Vec<Block>> {
        let (rows, said) = match self.chosen(rows)? {
            Chosen::Rows(rows, said) => (rows, said),
            Chosen::None(why) => return Ok(vec![Block::Text(why)]),
        };
        let drawn = draw::Request::read(self.text).and_then(|request| {
            let (title, subtitle) = (Some(title.to_owned()), period.map(str::to_owned));
            let request = draw::Request { title, subtitle, ..request };
            document::Figure::draw(&rows.schema(), std::slice::from_ref(&rows), &request)
        });
        let mut blocks: Vec<Block> = said.into_iter().map(Block::Text).collect();
        blocks.push(match drawn {
            Ok(picture) => Block::Picture(Box::new(picture)),
            Err(error) => Block::Text(format!("Not drawn: {}.", describe(&error))),
        });
        Ok(blocks)
    }

    fn chosen(&self, rows: &RecordBatch) -> Result<Chosen> {
        let (mut rows, mut said) = (rows.clone(), Vec::new());
        for Limit { column, what, most, more } in self.limits {
            let Some(names) = rows.column_by_name(column) else { continue };
            let (places, number) = places(names)?;
            if number <= *most {
                continue;
            }
            let is_in = |place: usize| match *more {
                More::Ends(few) => place < few || place + few >= number,
                More::First(few) => place < few,
                More::Nothing(_) => false,
            };
            let all = count(number, what);
            said.push(match *more {
                More::Ends(few) => {
                    format!("Drawn are the first {few} and the last {few} of {all}.")
                }
                More::First(few) => format!("Drawn are the first {few} of {all}."),
                More::Nothing(why) => return Ok(Chosen::None(why.to_owned())),
            });
            let kept: BooleanArray = places.into_iter().map(|place| Some(is_in(place))).collect();
            rows = filter_record_batch(&rows, &kept)?;
        }
        Ok(Chosen::Rows(rows, said))
    }
}

/// For each row the place of its name among the different ones, in the order in which they come; and how many these are.
fn places(names: &ArrayRef) -> Result<(Vec<usize>, usize)> {
    let mut known = HashMap::new();
    let mut place = |row: usize| {
        let next = known.len();
        Ok(*known.entry(array_value_to_string(names, row)?).or_insert(next))
    };
    let places = (0..names.len()).map(&mut place).collect::<Result<Vec<_>>>()?;
    Ok((places, known.len()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{AsArray, Int64Array};
    use datafusion::arrow::datatypes::Int64Type;

    use super::*;

    const fn of(limits: &'static [Limit]) -> Picture {
        Picture { text: "", limits }
    }

    /// The units that are drawn of ten with two rows each, and what is said.
    fn drawn(picture: &Picture) -> (Vec<i64>, String) {
        let units: Int64Array = (0..20).map(|row| Some(9 - row % 10)).collect();
        let rows = RecordBatch::try_from_iter([("unit", Arc::new(units) as ArrayRef)]).unwrap();
        match picture.chosen(&rows).unwrap() {
            Chosen::None(why) => (Vec::new(), why),
            Chosen::Rows(rows, said) => {
                let units = rows.column(0).as_primitive::<Int64Type>();
                (units.values().to_vec(), said.join(" "))
            }
        }
    }

    #[test]
    fn too_many() {
        const UNITS: Limit = Limit { column: "unit", what: "unit", most: 9, more: More::Ends(2) };
        static ENDS: Picture = of(&[UNITS]);
        let said = "Drawn are the first 2 and the last 2 of 10 units.";
        assert_eq!(drawn(&ENDS), (vec![9, 8, 1, 0, 9, 8, 1, 0], said.to_owned()));
        static FIRST: Picture = of(&[Limit { more: More::First(1), ..UNITS }]);
        assert_eq!(drawn(&FIRST), (vec![9, 9], "Drawn are the first 1 of 10 units.".to_owned()));
        static NOTHING: Picture = of(&[Limit { more: More::Nothing("Too many."), ..UNITS }]);
        assert_eq!(drawn(&NOTHING), (Vec::new(), "Too many.".to_owned()));
        static ALL: Picture = of(&[Limit { most: 10, ..UNITS }]);
        assert_eq!(drawn(&ALL).0.len(), 20);
    }
}
