//! The line below a summary whose rows are the columns of a panel.

use std::collections::BTreeMap;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::Int64Type;

use super::report::report;
use crate::columns::Columns;
use crate::words::count;

/// The columns of a panel, as table functions look for them; the period may be missing.
const UNIT: &str = "unit";
const PERIOD: &str = "period";
const INDICATOR: &str = "indicator";
const VALUE: &str = "value";

/// Reads the rows of a summary as they pass, and tells what panel they are of when it is dropped:
/// after whatever the rows were written to is complete.
#[derive(Debug, Default)]
pub struct PanelNote {
    /// How many values and how many distinct ones each column has; those of one name are several.
    columns: BTreeMap<String, Vec<(i64, i64)>>,
    is_whole: bool,
}

impl PanelNote {
    /// A batch of the summary, or its end.
    pub fn see(&mut self, batch: Option<&Result<RecordBatch, String>>) {
        match batch {
            Some(Ok(batch)) => self.read(batch).unwrap_or_default(),
            Some(Err(_)) => self.columns.clear(),
            None => self.is_whole = true,
        }
    }

    fn read(&mut self, batch: &RecordBatch) -> Option<()> {
        let names = batch.column_by_name("column")?.as_string_view_opt()?;
        let numbers = |name: &str| batch.column_by_name(name)?.as_primitive_opt::<Int64Type>();
        let (counts, distinct) = (numbers("count")?, numbers("distinct_values")?);
        for (row, name) in names.iter().enumerate() {
            let column = self.columns.entry(name.unwrap_or_default().to_owned()).or_default();
            column.push((counts.value(row), distinct.value(row)));
        }
        Some(())
    }

    /// `panel: 3 units x 10 periods x 34 indicators, 97.4 % of 1,020 cells observed`
    fn line(&self) -> Option<String> {
        let all =
            self.columns.iter().flat_map(|(name, rows)| rows.iter().map(move |row| (name, *row)));
        let all: Vec<_> = all.collect();
        let columns = Columns::new(all.iter().map(|(name, _)| name.as_str()));
        let find = |name| columns.find(name).ok().map(|found| found.map(|at| all[at].1));
        let ((_, units), (_, indicators)) = (find(UNIT)??, find(INDICATOR)??);
        let (observed, _) = find(VALUE)??;
        let periods = find(PERIOD)?.map(|(_, periods)| periods);
        let cells = units.checked_mul(periods.unwrap_or(1))?.checked_mul(indicators)?;
        let number = |n: i64, what| count(usize::try_from(n).unwrap_or_default(), what);
        let mut sizes = vec![number(units, "unit")];
        sizes.extend(periods.map(|periods| number(periods, "period")));
        sizes.push(number(indicators, "indicator"));
        let sizes = sizes.join(" x ");
        Some(match cells {
            0 => format!("panel: {sizes}"),
            cells if observed > cells => format!(
                "panel: {sizes}, {} in {} (some have more than one)",
                number(observed, "value"),
                number(cells, "cell")
            ),
            cells => format!(
                "panel: {sizes}, {} % of {} observed",
                percent(observed, cells),
                number(cells, "cell")
            ),
        })
    }
}

/// With one decimal, and 100 only where nothing is missing.
fn percent(part: i64, whole: i64) -> String {
    if part == whole {
        return "100".to_owned();
    }
    let tenths = (i128::from(part) * 1000 + i128::from(whole) / 2) / i128::from(whole);
    let tenths = tenths.min(999);
    format!("{}.{}", tenths / 10, tenths % 10)
}

impl Drop for PanelNote {
    fn drop(&mut self) {
        if self.is_whole
            && let Some(line) = self.line()
        {
            report(&line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(columns: &[(&str, i64, i64)]) -> Option<String> {
        let mut note = PanelNote::default();
        for (name, count, distinct) in columns {
            note.columns.entry((*name).to_owned()).or_default().push((*count, *distinct));
        }
        note.line()
    }

    #[test]
    fn a_panel_is_told_by_its_columns() {
        let panel = [("Unit", 1020, 3), ("period", 1020, 10), ("indicator", 1020, 34)];
        let with = |value| line(&[panel.as_slice(), &[("value", value, 9)]].concat());
        let of = "panel: 3 units x 10 periods x 34 indicators, ";
        assert_eq!(with(993), Some(format!("{of}97.4 % of 1,020 cells observed")));
        assert_eq!(with(1020), Some(format!("{of}100 % of 1,020 cells observed")));
        let more = "1,021 values in 1,020 cells (some have more than one)";
        assert_eq!(with(1021), Some(format!("{of}{more}")));
        assert_eq!(line(&panel), None);
        let section = [("unit", 9_999, 1), ("indicator", 9_999, 10_000), ("value", 9_999, 1)];
        let of = "panel: 1 unit x 10,000 indicators, 99.9 % of 10,000 cells observed";
        assert_eq!(line(&section).as_deref(), Some(of));
        let empty = [("unit", 0, 0), ("indicator", 0, 0), ("value", 0, 0)];
        assert_eq!(line(&empty).as_deref(), Some("panel: 0 units x 0 indicators"));
        let twice = [("unit", 1, 1), ("UNIT", 1, 1), ("indicator", 1, 1), ("value", 1, 1)];
        assert_eq!(line(&twice), None);
    }
}
