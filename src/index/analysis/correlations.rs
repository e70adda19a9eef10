//! The columns of nodes side by side, for what correlates them.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::Float64Type;

use crate::index::panel::Panel;
use crate::kernel::Matrix;

/// The units and periods that a panel has: the rows that are correlated.
pub struct Places<'a> {
    panel: &'a Panel,
    pub number: usize,
    /// Per period, whether all units have it.
    whole: Vec<bool>,
}

impl<'a> Places<'a> {
    pub fn of(panel: &'a Panel) -> Self {
        let units = panel.units.len().max(1);
        let whole = panel.present.chunks(units).map(|period| period.iter().all(|is_in| *is_in));
        let number = panel.present.iter().filter(|is_in| **is_in).count();
        Self { panel, number, whole: whole.collect() }
    }

    /// The columns of nodes, period after period.
    pub fn matrix<'b>(
        &self,
        nodes: &[usize],
        column: &impl Fn(usize, usize) -> Option<&'b ArrayRef>,
    ) -> Matrix {
        let units = self.panel.units.len();
        let mut cells = Vec::with_capacity(nodes.len() * self.number);
        for &node in nodes {
            for (period, is_whole) in self.whole.iter().enumerate() {
                let Some(column) = column(node, period) else { continue };
                let column = column.as_primitive::<Float64Type>();
                let present = &self.panel.present[period * units..(period + 1) * units];
                match column.nulls().filter(|nulls| nulls.null_count() > 0) {
                    None if *is_whole => cells.extend_from_slice(column.values()),
                    None => {
                        let there = column.values().iter().zip(present);
                        cells.extend(there.filter(|(_, is_in)| **is_in).map(|(x, _)| *x));
                    }
                    Some(nulls) => {
                        let there = column.values().iter().zip(nulls).zip(present);
                        let there = there.filter(|(_, is_in)| **is_in);
                        cells
                            .extend(there.map(|((x, valid), _)| if valid { *x } else { f64::NAN }));
                    }
                }
            }
        }
        Matrix::from_cells(self.number, nodes.len(), cells)
    }
}
