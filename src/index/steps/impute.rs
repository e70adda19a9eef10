//! Imputation: missing values of a panel filled and flagged.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Int64Array, StringViewArray, new_null_array,
};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::{concat, take};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{DataFusionError, Result};

use super::reference_set::{BoundReference, Groups, pooled};
use crate::engine::interner::text;
use crate::error::describe;
use crate::framework::Framework;
use crate::hint::with_place;
use crate::index::execution::Execution;
use crate::index::methods::bound::{BoundWindow, Methods};
use crate::index::panel::Panel;
use crate::index::place::{Span, at, placed};
use crate::page::Role;

impl Methods {
    /// Imputes the missing values of a panel, if there is a method for it.
    pub fn impute(
        &self,
        framework: &Framework,
        panel: &mut Panel,
        execution: &Execution,
    ) -> Result<()> {
        let Some(method) = &self.imputation else { return Ok(()) };
        let (units, periods) = (panel.units.len(), panel.periods.len());
        let leaves = framework.leaves().len();
        let by_series = method.call.sees(Role::Period);
        let filled: Vec<Vec<ArrayRef>> = if method.crosses {
            self.cross(method, framework, panel, execution)?
        } else if method.call.sees(Role::Indicator) {
            // From the unit's other indicators: siblings of one period at a time.
            let nodes = framework.nodes();
            let families: Vec<Vec<usize>> = nodes
                .iter()
                .map(|node| node.children.iter().filter_map(|&child| nodes[child].leaf).collect())
                .filter(|family: &Vec<usize>| !family.is_empty())
                .collect();
            let answers = execution.each(periods, |period| {
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
                                let span = Span { panel, periods: Some(&[period]) };
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
            let within = BoundReference::of(&self.treatment_reference, &panel.periods, self.name)?;
            let groups = panel.groups.as_ref().map(|groups| Groups::new(groups, units, &within));
            execution.each(leaves, |leaf| {
                let columns = &panel.columns[leaf * periods..(leaf + 1) * periods];
                let direction = self.directions[leaf];
                let series = by_series.then_some(method.call.page);
                let fill = |columns: &[ArrayRef]| match &groups {
                    _ if by_series => method.series(columns, panel, direction),
                    Some(groups) => method.groups(columns, groups, direction),
                    None => method.columns(columns, &within, direction),
                };
                self.of_indicator(framework, leaf, panel, columns, series, fill)
            })?
        };
        for (leaf, columns) in filled.into_iter().enumerate() {
            for (period, column) in columns.into_iter().enumerate() {
                let present = &mut panel.present[period * units..(period + 1) * units];
                let column = column.as_primitive::<Float64Type>();
                let before = Arc::clone(&panel.columns[leaf * periods + period]);
                // Along a series a gap between two rows is filled as well; otherwise only units
                // that were observed at all in the period are.
                if by_series {
                    let filled = present.iter_mut().enumerate();
                    filled.for_each(|(unit, present)| *present |= column.is_valid(unit));
                }
                let of_present = Some(NullBuffer::from(&*present));
                let nulls = NullBuffer::union(column.nulls(), of_present.as_ref());
                let cells = Float64Array::new(column.values().clone(), nulls);
                if let Some(observed) = before.nulls()
                    && cells.null_count() < before.null_count()
                {
                    let missing = !observed.inner();
                    panel.imputed[leaf * periods + period] = Some(match cells.nulls() {
                        Some(there) => &missing & there.inner(),
                        None => missing,
                    });
                }
                panel.columns[leaf * periods + period] = Arc::new(cells);
            }
        }
        Ok(())
    }

    /// From all indicators of each reference set at once: per indicator, a column a period.
    fn cross(
        &self,
        method: &BoundWindow,
        framework: &Framework,
        panel: &Panel,
        execution: &Execution,
    ) -> Result<Vec<Vec<ArrayRef>>> {
        let (units, periods) = (panel.units.len(), panel.periods.len());
        let leaves = framework.leaves();
        let within = BoundReference::of(&self.treatment_reference, &panel.periods, self.name)?;
        let groups = match &panel.groups {
            Some(groups) => Groups::new(groups, units, &within),
            None => Groups::new(&vec![0; units * periods], units, &within),
        };
        let pooled: Vec<ArrayRef> = (0..leaves.len())
            .map(|leaf| pooled(&panel.columns[leaf * periods..(leaf + 1) * periods]))
            .collect::<Result<_>>()?;
        let codes: Vec<&str> =
            leaves.iter().map(|&leaf| framework.nodes()[leaf].code.as_str()).collect();
        let answers = execution.each(groups.number(), |group| {
            let rows = groups.rows_of(group);
            let taken: Vec<ArrayRef> =
                pooled.iter().map(|column| take(column, &rows, None)).collect::<Result<_, _>>()?;
            method.all_indicators(&taken, &codes).map_err(|error| match within {
                BoundReference::Period if panel.periods.is_valid(0) => {
                    let period = rows.value(0) as usize / units.max(1);
                    let place = format!("period {}", text(&panel.periods, period));
                    let message = with_place(&describe(&error), &place);
                    DataFusionError::Execution(format!("{}: {message}", self.name))
                }
                _ => at(self.name, error),
            })
        })?;
        let of_leaf = |leaf: usize| -> Result<Vec<ArrayRef>> {
            let parts: Vec<&dyn Array> =
                answers.iter().map(|columns| &columns[leaf] as &dyn Array).collect();
            let column = match parts.is_empty() {
                true => new_null_array(&DataType::Float64, 0),
                false => take(&concat(&parts)?, groups.places(), None)?,
            };
            Ok((0..periods).map(|i| column.slice(i * units, units)).collect())
        };
        (0..leaves.len()).map(of_leaf).collect()
    }
}

impl BoundWindow {
    /// Across all indicators of one reference set.
    fn all_indicators(&self, columns: &[ArrayRef], codes: &[&str]) -> Result<Vec<Float64Array>> {
        let units = columns.first().map_or(0, |column| column.len());
        let rows = units * columns.len();
        let values = pooled(columns)?;
        let answer = self.run(rows, std::slice::from_ref(&(0..rows)), |role| match role {
            Role::Value => Some(Ok(Arc::clone(&values))),
            Role::Unit => Some(Ok(Arc::new(
                (0..rows as i64).map(|row| row % units.max(1) as i64).collect::<Int64Array>(),
            ))),
            Role::Indicator => Some(Ok(Arc::new(
                codes
                    .iter()
                    .flat_map(|code| std::iter::repeat_n(Some(code), units))
                    .collect::<StringViewArray>(),
            ))),
            _ => None,
        })?;
        Ok((0..columns.len()).map(|i| answer.slice(i * units, units)).collect())
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
