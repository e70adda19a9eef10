//! What was read as the table that was asked for: keys taken apart, wide columns as rows, names and
//! types.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Column, Result, ScalarValue, plan_err};
use datafusion::functions::string::expr_fn::{concat_ws, split_part};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, lit, when};

use super::columns::{check_new_names, wrong};
use super::looks::is_not_finite;
use super::options::{Options, VALUE};
use super::period::{PeriodType, common};
use super::shape::{SERIES, Shape, keys};
use super::unite::flag_name;
use crate::engine::longer::build::{Columns, Longer, longer};
use crate::kernel::{Period, parse_period};

/// The column of periods.
const PERIOD: &str = "period";
/// The column of the flags of wide columns.
const FLAG: &str = "flag";

/// A plan on the rows as they were read, and what should be known of it.
pub struct Reshaped {
    pub plan: LogicalPlan,
    pub notes: Vec<String>,
}

/// Makes the table that was asked for.
///
/// # Errors
/// When a column is not there, no column is wide as was said, or names are not unique.
pub fn reshape(
    plan: LogicalPlan,
    options: &Options,
    is_text: bool,
    shown: &str,
) -> Result<Reshaped> {
    let mut notes = Vec::new();
    let mut plan = plan;
    if !is_text {
        plan = typed(plan, options)?;
    }
    if options.shape == Some(Shape::Eurostat) {
        plan = with_keys(plan, shown)?;
    }
    let groups = wide_columns(&plan, options)?;
    if !groups.is_empty() {
        plan = lengthened(plan, options, groups, shown, &mut notes)?;
    } else if let Some(pattern) = options.wide.first() {
        let names: Vec<&str> = names(&plan);
        return wrong(&format!(
            "{shown}: {}: a column must have a name of the pattern '{pattern}', found none (the \
             columns are {})",
            options.door.name("wide"),
            names.iter().take(20).copied().collect::<Vec<_>>().join(", ")
        ));
    } else if !options.id.is_empty() {
        return wrong(&format!("{shown}: id must be given with wide, found no wide"));
    }
    if let Some(shape @ (Shape::Eurostat | Shape::Sdmx)) = options.shape {
        plan = with_series(plan, shape)?;
    }
    Ok(Reshaped { plan: renamed(plan, options, shown)?, notes })
}

fn names(plan: &LogicalPlan) -> Vec<&str> {
    plan.schema().fields().iter().map(|field| field.name().as_str()).collect()
}

fn columns(plan: &LogicalPlan) -> Vec<(Expr, FieldRef)> {
    let columns = plan.schema().iter();
    columns
        .map(|(table, field)| {
            (Expr::Column(Column::new(table.cloned(), field.name())), Arc::clone(field))
        })
        .collect()
}

/// Columns of files with types, with what means a missing value as NULL, in the types asked for.
fn typed(plan: LogicalPlan, options: &Options) -> Result<LogicalPlan> {
    let all = columns(&plan);
    let made = all.into_iter().map(|(column, field)| {
        let value = without_missing(column, field.data_type(), options)?;
        let value = match options.type_of(field.name()) {
            Some(wanted) if wanted != *field.data_type() && !options.is_wide(field.name()) => {
                cast(value, wanted)
            }
            _ => value,
        };
        Ok(value.alias(field.name()))
    });
    let made = made.collect::<Result<Vec<_>>>()?;
    LogicalPlanBuilder::from(plan).project(made)?.build()
}

fn without_missing(value: Expr, data_type: &DataType, options: &Options) -> Result<Expr> {
    let missing = &options.missing;
    let literals: Vec<Expr> = if data_type.is_numeric() {
        let numbers = missing.numbers().iter().map(|number| lit(*number));
        let words = missing.words().iter().filter(|word| is_not_finite(word));
        let not_finite = words.filter_map(|word| word.parse::<f64>().ok()).map(lit);
        numbers.chain(not_finite.filter(|_| data_type.is_floating())).collect()
    } else if data_type.is_string() {
        missing.words().iter().map(|word| lit(word.as_str())).collect()
    } else {
        Vec::new()
    };
    if literals.is_empty() {
        return Ok(value);
    }
    when(value.clone().in_list(literals, true), value).end()
}

/// The keys in the first column as columns of their own.
fn with_keys(plan: LogicalPlan, shown: &str) -> Result<LogicalPlan> {
    let all = columns(&plan);
    let found = all.iter().find_map(|(column, field)| Some((column.clone(), keys(field.name())?)));
    let Some((column, keys)) = found else {
        return plan_err!(
            "{shown}: a Eurostat table must have its keys in the first column, named as \
             freq,unit,geo\\TIME_PERIOD, found none"
        );
    };
    let made = keys
        .iter()
        .enumerate()
        .map(|(i, key)| split_part(column.clone(), lit(","), lit(i as i64 + 1)).alias(*key));
    let others = all.iter().filter(|(other, _)| *other != column).map(|(other, _)| other.clone());
    let made: Vec<Expr> = made.chain(others).collect();
    LogicalPlanBuilder::from(plan.clone()).project(made)?.build()
}

/// A wide column: where it stands, and what its name says.
struct Wide {
    at: usize,
    names: Vec<String>,
}

/// The wide columns, and the names of what their names say.
fn wide_columns(plan: &LogicalPlan, options: &Options) -> Result<Vec<Wide>> {
    let all = columns(plan);
    if options.shape == Some(Shape::Coinr) && options.wide.is_empty() {
        return Ok(indicators_of_coinr(&all));
    }
    let flags: HashSet<String> = match options.flags {
        true => all.iter().map(|(_, field)| flag_name(field.name())).collect(),
        false => HashSet::new(),
    };
    let is_flag = |name: &str| flags.contains(name);
    let wide = all.iter().enumerate().filter_map(|(at, (_, field))| {
        let name = field.name();
        if !options.is_wide(name) || is_flag(name) {
            return None;
        }
        let names = options.wide.iter().find_map(|pattern| pattern.matches(name))?;
        Some(Wide { at, names })
    });
    Ok(wide.collect())
}

/// The columns of iData that are numbers and not known as anything else.
fn indicators_of_coinr(all: &[(Expr, FieldRef)]) -> Vec<Wide> {
    if !all.iter().any(|(_, field)| field.name() == "uCode") {
        return Vec::new();
    }
    let is_known = |name: &str| Shape::Coinr.new_name(name).is_some();
    let numbers = all.iter().enumerate().filter(|(_, (_, field))| {
        (field.data_type().is_numeric() || field.data_type().is_null()) && !is_known(field.name())
    });
    numbers.map(|(at, (_, field))| Wide { at, names: vec![field.name().clone()] }).collect()
}

/// The first names of columns at these places.
fn list(columns: &[(Expr, FieldRef)], places: &[usize]) -> String {
    let names = places.iter().take(10).map(|at| columns[*at].1.name().as_str());
    let more = if places.len() > 10 { ", ..." } else { "" };
    names.collect::<Vec<_>>().join(", ") + more
}

/// Wide columns as rows.
fn lengthened(
    plan: LogicalPlan,
    options: &Options,
    wide: Vec<Wide>,
    shown: &str,
    notes: &mut Vec<String>,
) -> Result<LogicalPlan> {
    let all = columns(&plan);
    let place = |name: &str| all.iter().position(|(_, field)| field.name() == name);
    let flag_of = |wide: &Wide| {
        let name = all[wide.at].1.name();
        options.flags.then(|| place(&flag_name(name))).flatten()
    };
    let flags: Vec<Option<usize>> = wide.iter().map(flag_of).collect();
    let has_flags = options.flags;
    let is_used = |at: usize| wide.iter().any(|wide| wide.at == at) || flags.contains(&Some(at));
    let others: Vec<usize> = (0..all.len()).filter(|at| !is_used(*at)).collect();
    let kept = match options.id.as_slice() {
        [] => {
            if !others.is_empty() && options.shape.is_none() {
                notes.push(format!("columns that are not wide stay: {}", list(&all, &others)));
            }
            others
        }
        ids => {
            let mut kept = Vec::new();
            for id in ids {
                match place(id) {
                    Some(at) => kept.push(at),
                    None => {
                        return wrong(&format!(
                            "{shown}: {}: column '{id}' not found (the columns are {})",
                            options.door.name("id"),
                            names(&plan).iter().take(20).copied().collect::<Vec<_>>().join(", ")
                        ));
                    }
                }
            }
            let left: Vec<usize> =
                others.into_iter().filter(|place| !kept.contains(place)).collect();
            if !left.is_empty() {
                let left = list(&all, &left);
                notes.push(format!("columns that are neither id nor wide are left out: {left}"));
            }
            kept
        }
    };
    let placeholders: Vec<String> = match options.wide.first() {
        Some(pattern) => pattern.names().to_vec(),
        None => vec![SERIES.to_owned()],
    };
    let (fields, said) = said(&placeholders, &wide);
    let groups = wide.iter().zip(said).zip(&flags).map(|((wide, names), flag)| Columns {
        names,
        columns: match has_flags {
            true => vec![Some(wide.at), *flag],
            false => vec![Some(wide.at)],
        },
    });
    let groups = groups.collect();
    let mut values = vec![VALUE.to_owned()];
    if has_flags {
        values.push(FLAG.to_owned());
    }
    let asked = Longer { kept, names: fields, values, groups, keep_nulls: true };
    longer(shown, plan, asked)
}

/// What names of wide columns say, typed: periods that are all years are whole numbers, all dates
/// are dates.
fn said(placeholders: &[String], wide: &[Wide]) -> (Vec<FieldRef>, Vec<Vec<ScalarValue>>) {
    let mut fields: Vec<FieldRef> = Vec::new();
    let mut rows: Vec<Vec<ScalarValue>> = wide.iter().map(|_| Vec::new()).collect();
    for (i, name) in placeholders.iter().enumerate() {
        let texts = wide.iter().map(|wide| wide.names[i].as_str());
        let periods: Option<Vec<Period>> = match name.eq_ignore_ascii_case(PERIOD) {
            true => texts.clone().map(parse_period).collect(),
            false => None,
        };
        let typed: Vec<ScalarValue> = match &periods {
            Some(periods) => {
                let common = common(periods);
                periods.iter().map(|period| value_of(period, common)).collect()
            }
            None => texts.map(|text| ScalarValue::Utf8View(Some(text.to_owned()))).collect(),
        };
        let data_type = typed.first().map_or(DataType::Utf8View, ScalarValue::data_type);
        fields.push(Arc::new(Field::new(name, data_type, false)));
        for (row, value) in rows.iter_mut().zip(typed) {
            row.push(value);
        }
    }
    (fields, rows)
}

fn value_of(period: &Period, common: PeriodType) -> ScalarValue {
    match (common, period) {
        (PeriodType::Year, Period::Year(year)) => ScalarValue::Int64(Some(i64::from(*year))),
        (PeriodType::Date, period) => ScalarValue::Date32(period.days()),
        (_, period) => ScalarValue::Utf8View(Some(period.canonical())),
    }
}

/// Keys that are neither unit nor period, joined as the key of a series, where nothing is the
/// indicator.
fn with_series(plan: LogicalPlan, shape: Shape) -> Result<LogicalPlan> {
    const NO_KEYS: [&str; 9] = [
        "value",
        "flag",
        "period",
        "OBS_VALUE",
        "OBS_STATUS",
        "OBS_FLAG",
        "CONF_STATUS",
        "DATAFLOW",
        "LAST UPDATE",
    ];
    let all = columns(&plan);
    let new = |name: &str| shape.new_name(name).unwrap_or("").to_owned();
    if all.iter().any(|(_, field)| field.name() == SERIES || new(field.name()) == SERIES) {
        return Ok(plan);
    }
    let is_key = |field: &FieldRef| {
        let name = field.name().as_str();
        let new = new(name);
        field.data_type().is_string()
            && !NO_KEYS.contains(&name)
            && !["unit", "period", "value", "flag"].contains(&new.as_str())
    };
    let keys: Vec<Expr> =
        all.iter().filter(|(_, field)| is_key(field)).map(|(column, _)| column.clone()).collect();
    let series = match keys.len() {
        0 => lit("value"),
        _ => concat_ws(lit("."), keys),
    };
    let series = cast(series, DataType::Utf8View).alias(SERIES);
    let made: Vec<Expr> = all.into_iter().map(|(column, _)| column).chain([series]).collect();
    LogicalPlanBuilder::from(plan).project(made)?.build()
}

/// Columns by their new names.
fn renamed(plan: LogicalPlan, options: &Options, shown: &str) -> Result<LogicalPlan> {
    let all = names(&plan);
    check_new_names(&all, options, shown)?;
    if all.iter().all(|name| options.new_name(name) == *name) && options.shape.is_none() {
        return Ok(plan);
    }
    let is_meta = options.shape == Some(Shape::Coinr) && all.contains(&"iCode");
    let of_type = is_meta.then(|| columns(&plan)).into_iter().flatten();
    let of_type = of_type.filter(|(_, field)| field.name() == "Type").map(|(column, _)| column);
    let made = columns(&plan).into_iter().map(|(column, field)| {
        let name = options.new_name(field.name());
        column.alias(name)
    });
    let made: Vec<Expr> = made.collect();
    let of_type: Vec<Expr> = of_type.collect();
    let mut builder = LogicalPlanBuilder::from(plan);
    if let [kind] = of_type.as_slice() {
        let nodes = ["Indicator", "Aggregate"].map(lit).to_vec();
        builder = builder.filter(kind.clone().in_list(nodes, false))?;
    }
    builder.project(made)?.build()
}
