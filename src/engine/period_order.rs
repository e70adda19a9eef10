//! Periods in the order of time, and which of them a call names.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::compute::kernels::cmp;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{HashMap, Result, ScalarValue, exec_err};

use super::interner::{ascending, position, text};
use crate::kernel::{Period, parse_period};
use crate::types::plain;

/// Positions of the periods of a panel in the order of time: of texts by the day that each begins with,
/// the longer of two first. Texts that are no periods come last, in their own order.
pub fn in_time(name: &str, periods: &ArrayRef) -> Result<Vec<u32>> {
    let mut order = ascending(periods)?;
    let Some(parsed) = parsed(periods)? else { return Ok(order) };
    let mut seen: HashMap<Period, u32> = HashMap::with_capacity(parsed.len());
    for &at in &order {
        let Some(period) = parsed[at as usize] else { continue };
        if let Some(other) = seen.insert(period, at) {
            return exec_err!(
                "{name}: a period must be written in one way, found '{}' and '{}'",
                text(periods, other as usize),
                text(periods, at as usize)
            );
        }
    }
    order.sort_by_key(|&at| {
        let period = parsed[at as usize];
        (period.is_none(), period.map(|period| (period.start(), period.cycle())))
    });
    Ok(order)
}

/// Whether any text of a column is a period.
pub fn has_period(periods: &ArrayRef) -> Result<bool> {
    Ok(parsed(periods)?.is_some_and(|parsed| parsed.iter().any(Option::is_some)))
}

/// Where the period that a call names stands among those of a panel: the same key, or the same period
/// in other words.
pub fn named(periods: &ArrayRef, wanted: &ScalarValue) -> Option<usize> {
    let in_other_words = || {
        let text = wanted.cast_to(&DataType::Utf8).ok()?;
        let wanted = parse_period(text.try_as_str()??)?;
        match parsed(periods).ok()? {
            Some(parsed) => parsed.iter().position(|period| *period == Some(wanted)),
            None if plain(periods.data_type()).is_temporal() => {
                let day = wanted.days().map(|_| ScalarValue::from(wanted.canonical()))?;
                position(periods, &day)
            }
            None => None,
        }
    };
    position(periods, wanted).or_else(in_other_words)
}

/// Which periods of a series are those that a call names, row by row: the same key, or the same period in
/// other words.
pub fn are_named(periods: &ArrayRef, wanted: &ArrayRef) -> Result<BooleanArray> {
    let same = cmp::eq(periods, wanted)?;
    let Some((periods, wanted)) = parsed(periods)?.zip(parsed(wanted)?) else { return Ok(same) };
    let is_one = |(same, (period, wanted)): (Option<bool>, (&Option<Period>, &Option<Period>))| {
        same.map(|same| same || period.is_some() && period == wanted)
    };
    Ok(same.iter().zip(periods.iter().zip(&wanted)).map(is_one).collect())
}

/// What the texts of a column are, where it has texts.
fn parsed(periods: &ArrayRef) -> Result<Option<Vec<Option<Period>>>> {
    if !plain(periods.data_type()).is_string() {
        return Ok(None);
    }
    let texts = cast(periods, &DataType::Utf8View)?;
    Ok(Some(texts.as_string_view().iter().map(|text| parse_period(text?)).collect()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{
        Date32Array, DictionaryArray, Int64Array, LargeStringArray, StringArray, StringViewArray,
        TimestampSecondArray,
    };
    use datafusion::arrow::datatypes::Int32Type;

    use super::*;

    fn ordered(texts: &str) -> String {
        let texts: Vec<&str> = texts.split(' ').collect();
        let arrays: [ArrayRef; 4] = [
            Arc::new(StringArray::from(texts.clone())),
            Arc::new(LargeStringArray::from(texts.clone())),
            Arc::new(StringViewArray::from(texts.clone())),
            Arc::new(texts.iter().copied().collect::<DictionaryArray<Int32Type>>()),
        ];
        let orders = arrays.each_ref().map(|periods| in_time("f", periods).unwrap());
        assert!(orders.iter().all(|order| *order == orders[0]));
        let texts: Vec<&str> = orders[0].iter().map(|&at| texts[at as usize]).collect();
        texts.join(" ")
    }

    #[test]
    fn texts_are_in_the_order_of_time() {
        for expected in [
            "2014-M12 2015-M1 2015-M2 2015-M9 2015-M10",
            "2015年9月 2015年10月 2016年1月",
            "2014 2015 2015-S1 2015-Q1 2015-01 2015-01-01 2015-W02 2015-Q2 2016",
            "2015 2015/16 2016 2016/17",
            "2015/9/1 2015/10/1",
            "2015-W9 2015-W10",
            "FY2014 FY2015",
        ] {
            let backwards: Vec<&str> = expected.split(' ').rev().collect();
            assert_eq!(ordered(&backwards.join(" ")), expected);
        }
        // What is no period comes last.
        assert_eq!(ordered("2015-M9 all 2015-M10 2015-M9a"), "2015-M9 2015-M10 2015-M9a all");
    }

    #[test]
    fn a_period_is_written_in_one_way() {
        for texts in [["2015-Q1", "2015Q1"], ["2015", "2015年"], ["2015-1-1", "2015/1/1"]] {
            let [a, b] = texts;
            let periods: ArrayRef = Arc::new(StringArray::from(vec![b, "all", "2014", a]));
            let error = in_time("f", &periods).unwrap_err().message().into_owned();
            assert_eq!(
                error,
                format!("f: a period must be written in one way, found '{a}' and '{b}'")
            );
        }
    }

    #[test]
    fn what_a_call_names() {
        let of = |texts: &[&str]| Arc::new(StringArray::from(texts.to_vec())) as ArrayRef;
        let at = |periods: &ArrayRef, text: &str| named(periods, &ScalarValue::from(text));
        let quarters = of(&["2015-Q1", "2015-Q2", "FY2015"]);
        for text in ["2015-Q2", "2015Q2", "Q2 2015", "2015年第二季度", " 2015-q2"] {
            assert_eq!(at(&quarters, text), Some(1), "{text}");
        }
        assert_eq!(at(&quarters, "FY2015"), Some(2));
        for text in ["fy2015", "2015", "2015-Q3", "2015-04", ""] {
            assert_eq!(at(&quarters, text), None, "{text}");
        }
        let years = of(&["2014年", "2015年"]);
        assert_eq!(named(&years, &ScalarValue::from(2015_i64)), Some(1));
        assert_eq!(named(&years, &ScalarValue::from(2015.5)), None);
        let days = of(&["2015/1/1", "2015/1/2"]);
        assert_eq!(named(&days, &ScalarValue::Date32(Some(16_436))), Some(0));
    }

    #[test]
    fn which_rows_are_named() {
        let of = |texts: &[Option<&str>]| Arc::new(StringArray::from(texts.to_vec())) as ArrayRef;
        let periods = of(&[Some("2015-Q1"), Some("2015"), Some("wave 1"), Some("wave 1"), None]);
        let wanted = ["2015Q1", "2015-Q1", "wave 1", "wave 2", "2015"].map(Some);
        let rows: Vec<_> = are_named(&periods, &of(&wanted)).unwrap().iter().collect();
        assert_eq!(rows, [Some(true), Some(false), Some(true), Some(false), None]);
        let years: ArrayRef = Arc::new(Int64Array::from(vec![2015, 2016]));
        let wanted: ArrayRef = Arc::new(Int64Array::from(vec![2015, 2015]));
        let rows: Vec<_> = are_named(&years, &wanted).unwrap().iter().collect();
        assert_eq!(rows, [Some(true), Some(false)]);
    }

    #[test]
    fn dates_and_numbers_are_in_their_own_order() {
        let days: ArrayRef = Arc::new(Date32Array::from(vec![16_437, 16_436]));
        let times: ArrayRef =
            Arc::new(TimestampSecondArray::from(vec![16_437 * 86_400, 16_436 * 86_400 + 1]));
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![2015, 2014]));
        for periods in [&days, &times, &numbers] {
            assert_eq!(in_time("f", periods).unwrap(), [1, 0]);
        }
        for text in ["2015-01-02", "2015/1/2", "2015年1月2日"] {
            assert_eq!(named(&days, &ScalarValue::from(text)), Some(0), "{text}");
            assert_eq!(named(&times, &ScalarValue::from(text)), Some(0), "{text}");
        }
        assert_eq!(named(&times, &ScalarValue::from("2015-01-01")), None);
        assert_eq!(named(&days, &ScalarValue::from("2015")), None);
        assert_eq!(named(&days, &ScalarValue::from(2015_i64)), None);
        assert_eq!(named(&numbers, &ScalarValue::from("2015")), Some(0));
        assert_eq!(named(&numbers, &ScalarValue::from("2015年")), None);
    }
}
