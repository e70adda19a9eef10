//! The steps before the normalisation: missing values imputed, outliers treated.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Int64Array, new_null_array,
};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, exec_err};

use super::methods::{Methods, Whole};
use super::panel::Panel;
use super::place::{Span, placed};
use super::reference::{Within, constant_column, over_columns, over_series, pooled, run};
use super::workshop::Workshop;
use crate::framework::Framework;
use crate::functions::engine::columns;
use crate::functions::page::Role;

impl Methods {
    /// Imputes and treats the values of a panel.
    pub(super) fn prepare(
        &self,
        framework: &Framework,
        panel: &mut Panel,
        workshop: &Workshop,
    ) -> Result<()> {
        if let Some(method) = &self.imputation {
            self.impute(method, framework, panel, workshop)?;
        }
        if let Some(method) = &self.treatment {
            self.treat(method, framework, panel, workshop)?;
        }
        Ok(())
    }

    fn impute(
        &self,
        method: &Whole,
        framework: &Framework,
        panel: &mut Panel,
        workshop: &Workshop,
    ) -> Result<()> {
        let (units, periods) = (panel.units.len(), panel.periods.len());
        let leaves = framework.leaves().len();
        let by_series = method.call.sees(Role::Period);
        let filled: Vec<Vec<ArrayRef>> = if method.call.sees(Role::Indicator) {
            // From the unit's other indicators: siblings of one period at a time.
            let nodes = framework.nodes();
            let families: Vec<Vec<usize>> = nodes
                .iter()
                .map(|node| node.children.iter().filter_map(|&child| nodes[child].leaf).collect())
                .filter(|family: &Vec<usize>| !family.is_empty())
                .collect();
            let answers = workshop.each(periods, |period| {
                let mut of_leaf = vec![new_null_array(&DataType::Float64, 0); leaves];
                for family in &families {
                    let columns: Vec<ArrayRef> =
                        family.iter().map(|&leaf| Arc::clone(panel.column(leaf, period))).collect();
                    let fill =
                        |columns: &[ArrayRef]| method.siblings(columns, family, &self.directions);
                    let filled = fill(&columns).map_err(|error| {
                        let node = |place: usize| framework.leaves()[family[place]];
                        placed(self.name, error, &columns, fill, |cell| match cell {
                            Some((place, unit)) => {
                                let span = Span { panel, period: Some(period) };
                                span.cell(unit, framework, node(place))
                            }
                            None => format!("siblings of indicator '{}'", nodes[node(0)].code),
                        })
                    })?;
                    for (&leaf, column) in family.iter().zip(filled) {
                        of_leaf[leaf] = column;
                    }
                }
                Ok(of_leaf)
            })?;
            (0..leaves)
                .map(|leaf| answers.iter().map(|of_leaf| Arc::clone(&of_leaf[leaf])).collect())
                .collect()
        } else {
            let within = Within::of(&self.treatment_reference, &panel.periods, self.name)?;
            workshop.each(leaves, |leaf| {
                let columns = &panel.columns[leaf * periods..(leaf + 1) * periods];
                let direction = self.directions[leaf];
                self.of_indicator(framework, leaf, panel, columns, |columns| match by_series {
                    true => method.series(columns, panel, direction),
                    false => method.columns(columns, &within, direction),
                })
            })?
        };
        for (leaf, columns) in filled.into_iter().enumerate() {
            for (period, column) in columns.into_iter().enumerate() {
                let present = &mut panel.present[period * units..(period + 1) * units];
                let column = column.as_primitive::<Float64Type>();
                let before = Arc::clone(&panel.columns[leaf * periods + period]);
                // Along a series a gap between two rows is filled as well; otherwise only units
                // that were observed at all in the period are.
                let cells = column.iter().zip(present.iter_mut()).map(|(x, present)| {
                    *present |= by_series && x.is_some();
                    x.filter(|_| *present)
                });
                let cells: Float64Array = cells.collect();
                if cells.null_count() < before.null_count() {
                    let is_new = (0..units).map(|i| cells.is_valid(i) && before.is_null(i));
                    panel.imputed[leaf * periods + period] = Some(is_new.collect());
                }
                panel.columns[leaf * periods + period] = Arc::new(cells);
            }
        }
        Ok(())
    }

    fn treat(
        &self,
        method: &Whole,
        framework: &Framework,
        panel: &mut Panel,
        workshop: &Workshop,
    ) -> Result<()> {
        let periods = panel.periods.len();
        let within = Within::of(&self.treatment_reference, &panel.periods, self.name)?;
        let treated = workshop.each(framework.leaves().len(), |leaf| {
            let columns = &panel.columns[leaf * periods..(leaf + 1) * periods];
            self.of_indicator(framework, leaf, panel, columns, |columns| {
                if self.may_mix(leaf) {
                    self.check_not_mixed(method, columns)?;
                }
                method.columns(columns, &within, self.directions[leaf])
            })
        })?;
        panel.columns = treated.into_iter().flatten().collect();
        Ok(())
    }
}

impl Methods {
    /// That no period of an indicator is transformed by itself where periods share a scale.
    fn check_not_mixed(&self, method: &Whole, columns: &[ArrayRef]) -> Result<()> {
        let units = columns.first().map_or(0, |column| column.len());
        let values = pooled(columns)?;
        let partitions: Vec<_> = (0..columns.len()).map(|i| i * units..(i + 1) * units).collect();
        let changed = columns::whole(method.function, &method.constants)?
            .changes(std::slice::from_ref(&values), &partitions)?;
        let has_values = |column: &&ArrayRef| column.null_count() < column.len();
        let several = columns.iter().filter(has_values).count();
        match changed.iter().filter(|changed| **changed).count() {
            0 => Ok(()),
            _ if several < 2 => Ok(()),
            n => exec_err!(
                "treatment_reference must not be 'period' for {} with reference => {}, where periods \
                 share a scale, found {n} of {several} periods to be transformed, each by itself",
                method.call.page.name,
                self.reference.text()
            ),
        }
    }
}

impl Whole {
    /// The answers for rows of partitions; `column` gives the arguments that are columns.
    fn run(
        &self,
        rows: usize,
        partitions: &[Range<usize>],
        column: impl Fn(Role) -> Option<Result<ArrayRef>>,
    ) -> Result<Float64Array> {
        run(self.function, &self.constants, rows, partitions, column)
    }

    /// Period by period, within the reference set.
    fn columns(
        &self,
        columns: &[ArrayRef],
        within: &Within,
        direction: f64,
    ) -> Result<Vec<ArrayRef>> {
        over_columns(columns, within, |values, partitions| {
            self.run(values.len(), partitions, |role| match role {
                Role::Value => Some(Ok(Arc::clone(values))),
                Role::Direction => Some(Ok(constant_column(direction, values.len()))),
                _ => None,
            })
        })
    }

    /// Along the periods of each unit.
    fn series(&self, columns: &[ArrayRef], panel: &Panel, direction: f64) -> Result<Vec<ArrayRef>> {
        over_series(columns, panel, |values, periods, partitions| {
            self.run(values.len(), partitions, |role| match role {
                Role::Value => Some(Ok(Arc::clone(values))),
                Role::Period => Some(Ok(Arc::clone(periods))),
                Role::Direction => Some(Ok(constant_column(direction, values.len()))),
                _ => None,
            })
        })
    }

    /// Across the indicators of one parent at one period.
    fn siblings(
        &self,
        columns: &[ArrayRef],
        leaves: &[usize],
        directions: &[f64],
    ) -> Result<Vec<ArrayRef>> {
        let units = columns.first().map_or(0, |column| column.len());
        let rows = units * columns.len();
        let values = pooled(columns)?;
        let of_leaf = |f: &dyn Fn(usize) -> f64| -> ArrayRef {
            let each = leaves.iter().flat_map(|&leaf| std::iter::repeat_n(f(leaf), units));
            Arc::new(each.collect::<Float64Array>())
        };
        let answer = self.run(rows, std::slice::from_ref(&(0..rows)), |role| match role {
            Role::Value => Some(Ok(Arc::clone(&values))),
            Role::Unit => Some(Ok(Arc::new(
                (0..rows as i64).map(|row| row % units.max(1) as i64).collect::<Int64Array>(),
            ))),
            Role::Indicator => Some(Ok(Arc::new(
                leaves
                    .iter()
                    .flat_map(|&leaf| std::iter::repeat_n(leaf as i64, units))
                    .collect::<Int64Array>(),
            ))),
            Role::Direction => Some(Ok(of_leaf(&|leaf| directions[leaf]))),
            _ => None,
        })?;
        Ok((0..columns.len())
            .map(|i| Arc::new(answer.slice(i * units, units)) as ArrayRef)
            .collect())
    }
}
