//! Values of indicators for units.

/// What is wrong with a matrix, and in which row and column, where it is in one.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    pub message: String,
    pub row: Option<usize>,
    pub column: Option<usize>,
}

impl From<String> for Fault {
    fn from(message: String) -> Self {
        Self { message, row: None, column: None }
    }
}

impl From<&str> for Fault {
    fn from(message: &str) -> Self {
        Self::from(message.to_owned())
    }
}

impl From<Fault> for String {
    fn from(fault: Fault) -> Self {
        fault.message
    }
}

impl Fault {
    /// What is wrong with a cell.
    pub fn at(row: usize, column: usize, message: impl Into<String>) -> Self {
        Self { message: message.into(), row: Some(row), column: Some(column) }
    }
}

/// Values of indicators (columns) for units (rows), with a weight per indicator. A missing value
/// is NaN inside and none outside.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    rows: usize,
    columns: usize,
    /// Column after column.
    cells: Vec<f64>,
    weights: Vec<f64>,
}

impl Matrix {
    /// A matrix without values, each weight 1.
    pub fn new(rows: usize, columns: usize) -> Self {
        Self::from_cells(rows, columns, Vec::new())
    }

    /// A matrix of these values, column after column; NaN for a missing one. Each weight is 1.
    pub fn from_cells(rows: usize, columns: usize, mut cells: Vec<f64>) -> Self {
        cells.resize(rows * columns, f64::NAN);
        Self { rows, columns, cells, weights: vec![1.0; columns] }
    }

    /// Number of units.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of indicators.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Sets a value; NaN for a missing one.
    pub fn set(&mut self, row: usize, column: usize, x: f64) {
        self.cells[column * self.rows + row] = x;
    }

    /// Sets the weight of an indicator.
    pub fn set_weight(&mut self, column: usize, w: f64) {
        self.weights[column] = w;
    }

    /// The value of a unit for an indicator; none if it is missing.
    #[inline]
    pub fn get(&self, row: usize, column: usize) -> Option<f64> {
        let x = self.cells[column * self.rows + row];
        (!x.is_nan()).then_some(x)
    }

    /// The values of an indicator, unit after unit; NaN is a missing one.
    pub fn column(&self, column: usize) -> &[f64] {
        &self.cells[column * self.rows..(column + 1) * self.rows]
    }

    /// The weights of the indicators.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The same matrix with the units that have a value of each of these indicators, and with
    /// these indicators only.
    pub fn complete(&self, columns: &[usize]) -> Self {
        let is_whole = |row: &usize| columns.iter().all(|&j| self.get(*row, j).is_some());
        let rows: Vec<usize> = (0..self.rows).filter(is_whole).collect();
        let column = |&j: &usize| rows.iter().map(move |&row| self.cells[j * self.rows + row]);
        Self {
            rows: rows.len(),
            columns: columns.len(),
            cells: columns.iter().flat_map(column).collect(),
            weights: columns.iter().map(|&j| self.weights[j]).collect(),
        }
    }

    /// The same matrix with these indicators only.
    pub fn only(&self, columns: &[usize]) -> Self {
        Self {
            rows: self.rows,
            columns: columns.len(),
            cells: columns.iter().flat_map(|&j| self.column(j)).copied().collect(),
            weights: columns.iter().map(|&j| self.weights[j]).collect(),
        }
    }

    /// Changes the sign of all values of an indicator.
    pub fn negate(&mut self, column: usize) {
        let cells = &mut self.cells[column * self.rows..(column + 1) * self.rows];
        cells.iter_mut().for_each(|x| *x = -*x);
    }

    /// Columns with at least two different values: the others tell no units apart.
    pub fn varying(&self) -> Vec<usize> {
        let varies = |&j: &usize| {
            let mut values = self.column(j).iter().filter(|x| !x.is_nan());
            values.next().is_some_and(|first| values.any(|x| x != first))
        };
        (0..self.columns).filter(varies).collect()
    }

    /// Columns with a value.
    pub fn observed(&self) -> Vec<usize> {
        (0..self.columns).filter(|&j| self.column(j).iter().any(|x| !x.is_nan())).collect()
    }

    /// A matrix of these columns, for tests; NaN is a missing value.
    #[cfg(test)]
    pub fn of(columns: &[&[f64]]) -> Self {
        let rows = columns.first().map_or(0, |column| column.len());
        Self::from_cells(rows, columns.len(), columns.concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: f64 = f64::NAN;

    #[test]
    fn values_lie_where_they_were_put() {
        let mut matrix = Matrix::new(2, 3);
        assert_eq!((matrix.rows(), matrix.columns(), matrix.weights()), (2, 3, &[1.0; 3][..]));
        matrix.set(1, 2, 7.0);
        matrix.set(0, 1, 5.0);
        matrix.set_weight(2, 0.5);
        assert_eq!(
            (matrix.get(1, 2), matrix.get(0, 1), matrix.get(0, 2)),
            (Some(7.0), Some(5.0), None)
        );
        assert_eq!((matrix.column(2)[1], matrix.column(1)[0]), (7.0, 5.0));
        assert_eq!(matrix.weights(), [1.0, 1.0, 0.5]);
        // Cells that were not given are missing.
        let short = Matrix::from_cells(3, 2, vec![1.0, 2.0, 3.0, 4.0]);
        let cells = [(1, 0), (0, 1), (2, 1)].map(|(row, column)| short.get(row, column));
        assert_eq!(cells, [Some(2.0), Some(4.0), None]);
        assert_eq!(short.weights(), [1.0, 1.0]);
    }

    #[test]
    fn columns_that_vary_that_hold_a_value_and_the_rows_that_have_all_of_them() {
        let mut matrix =
            Matrix::of(&[&[1.0, 2.0, NONE], &[NONE; 3], &[4.0, 4.0, NONE], &[7.0, NONE, 8.0]]);
        assert_eq!(matrix.varying(), [0, 3]);
        assert_eq!(matrix.observed(), [0, 2, 3]);
        matrix.set_weight(2, 3.0);
        let mut some = matrix.only(&[3, 2]);
        some.negate(0);
        assert_eq!((some.rows(), some.weights()), (3, &[1.0, 3.0][..]));
        assert_eq!([some.get(0, 0), some.get(1, 0), some.get(1, 1)], [Some(-7.0), None, Some(4.0)]);
        let whole = matrix.complete(&[2, 0]);
        assert_eq!((whole.rows(), whole.columns(), whole.weights()), (2, 2, &[3.0, 1.0][..]));
        assert_eq!((whole.column(0), whole.column(1)), (&[4.0, 4.0][..], &[1.0, 2.0][..]));
    }
}
