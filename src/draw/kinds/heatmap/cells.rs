//! Cells of a heat map: which names stand on its sides, in which groups, and what is in each cell.

use std::collections::{HashMap, HashSet};

use datafusion::common::{Result, plan_err};

/// A number of a pair of names.
#[derive(Debug, Clone)]
pub struct Cell {
    pub column: String,
    pub row: String,
    pub column_group: Option<String>,
    pub row_group: Option<String>,
    pub value: Option<f64>,
    pub p_value: Option<f64>,
}

/// Which cells are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Each pair once.
    Triangle,
    /// Each pair of names of one set in both its cells.
    Square,
    /// Names by other names.
    Table,
}

/// A name on a side.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    pub name: String,
    pub group: Option<String>,
}

/// Names on the sides, and the cells between them.
#[derive(Debug)]
pub struct Cells {
    pub form: Form,
    pub columns: Vec<Name>,
    pub rows: Vec<Name>,
    cells: Vec<Cell>,
    /// The cell at a column and row.
    places: HashMap<(usize, usize), usize>,
}

impl Cells {
    /// Puts the cells in their places, groups together, each as it comes.
    ///
    /// # Errors
    ///
    /// Two of them have the same place, or a triangle is wanted of names that are not of one set.
    pub fn new(cells: Vec<Cell>, is_pair: bool, form: Option<Form>) -> Result<Self> {
        let columns = names(cells.iter().map(|cell| (&cell.column, &cell.column_group)));
        let rows = names(cells.iter().map(|cell| (&cell.row, &cell.row_group)));
        let is_one_set = is_one_set(&columns, &rows, is_pair) && is_symmetric(&cells);
        let form = match (is_one_set, form) {
            (true, Some(form)) => form,
            (true, None) => Form::Triangle,
            (false, Some(Form::Triangle)) => {
                return plan_err!(
                    "plot: a triangle must be of pairs of one set of names, found {} names of x and {} of y that are others (form = square)",
                    columns.len(),
                    rows.len()
                );
            }
            (false, _) => Form::Table,
        };
        let (columns, rows) = match form {
            Form::Table => (columns, rows),
            _ => {
                let both = cells.iter().flat_map(|cell| {
                    [(&cell.column, &cell.column_group), (&cell.row, &cell.row_group)]
                });
                let both = names(both);
                (both.clone(), both)
            }
        };
        let mut this = Self { form, columns, rows, cells, places: HashMap::new() };
        this.place()?;
        Ok(this)
    }

    /// The cell at a column and row.
    pub fn at(&self, column: usize, row: usize) -> Option<&Cell> {
        self.places.get(&(column, row)).map(|&at| &self.cells[at])
    }

    /// All cells that were given.
    pub fn each(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter()
    }

    /// All numbers.
    pub fn values(&self) -> impl Iterator<Item = f64> {
        self.cells.iter().filter_map(|cell| cell.value)
    }

    fn place(&mut self) -> Result<()> {
        let at = |names: &[Name]| -> HashMap<String, usize> {
            names.iter().enumerate().map(|(at, name)| (name.name.clone(), at)).collect()
        };
        let (columns, rows) = (at(&self.columns), at(&self.rows));
        for (at, cell) in self.cells.iter().enumerate() {
            let (column, row) = (columns[&cell.column], rows[&cell.row]);
            if self.form != Form::Table && column == row {
                continue;
            }
            let places = match self.form {
                Form::Table => vec![(column, row)],
                Form::Triangle => vec![(column.min(row), column.max(row))],
                Form::Square => vec![(column, row), (row, column)],
            };
            for place in places {
                let before = self.places.insert(place, at).map(|before| &self.cells[before]);
                // A table of both halves gives each pair twice, the other way round.
                if let Some(before) = before.filter(|before| before.column == cell.column) {
                    let said =
                        |value: Option<f64>| value.map_or("NULL".to_owned(), |v| v.to_string());
                    return plan_err!(
                        "plot: a pair of names must have one value, found {} and {} for {} and {} (one period, one method: WHERE)",
                        said(before.value),
                        said(cell.value),
                        cell.column,
                        cell.row
                    );
                }
            }
        }
        Ok(())
    }
}

/// Distinct names as they come, those of a group together where its first stands.
fn names<'a>(all: impl Iterator<Item = (&'a String, &'a Option<String>)>) -> Vec<Name> {
    let mut seen = HashSet::new();
    let mut of_groups: Vec<Vec<Name>> = Vec::new();
    let mut places: HashMap<Option<String>, usize> = HashMap::new();
    for (name, group) in all.filter(|(name, _)| seen.insert((*name).clone())) {
        let place = *places.entry(group.clone()).or_insert_with(|| {
            of_groups.push(Vec::new());
            of_groups.len() - 1
        });
        of_groups[place].push(Name { name: name.clone(), group: group.clone() });
    }
    of_groups.into_iter().flatten().collect()
}

/// Whether the names of both sides are of one set: most of them stand on both, or on neither side are there few
/// of those that are called a pair (siblings: the last of each parent is on no side of columns).
fn is_one_set(columns: &[Name], rows: &[Name], is_pair: bool) -> bool {
    let of_columns: HashSet<&str> = columns.iter().map(|name| name.name.as_str()).collect();
    let shared = rows.iter().filter(|name| of_columns.contains(name.name.as_str())).count();
    let all = columns.len() + rows.len() - shared;
    let fewer = columns.len().min(rows.len());
    (is_pair || shared > 0) && 2 * fewer >= all && all > 1
}

/// Whether the pairs that stand there both ways round have the same number both times.
fn is_symmetric(cells: &[Cell]) -> bool {
    let values: HashMap<(&str, &str), Option<f64>> =
        cells.iter().map(|cell| ((cell.column.as_str(), cell.row.as_str()), cell.value)).collect();
    values.iter().all(|((column, row), value)| {
        values.get(&(*row, *column)).is_none_or(|other| other == value)
    })
}
