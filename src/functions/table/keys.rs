//! Keys as numbers: units, periods and indicators, whatever their type.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, PrimitiveArray, StringViewArray, UInt32Array, new_empty_array,
};
use datafusion::arrow::compute::{cast, concat, take};
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{HashMap, Result, ScalarValue};

use crate::functions::engine::arguments::plain;

/// Numbers the values of a key in the order in which they are first seen.
///
/// Panels are mostly sorted: a key is followed by the one that followed it the last time. That is
/// tried before anything is hashed.
pub(super) struct Keys {
    data_type: DataType,
    table: Table,
    /// The code that followed each code the last time.
    next: Vec<u32>,
    last: usize,
    number: usize,
    /// The keys in the order of their codes, as many at a time as a batch had new ones.
    values: Vec<ArrayRef>,
    /// The dictionary of the last batch, and the codes of its values.
    dictionary: Option<(ArrayRef, Vec<u32>)>,
}

enum Table {
    Text(Texts),
    Number { codes: HashMap<i64, u32>, numbers: Vec<i64> },
    Row { codes: HashMap<Box<[u8]>, u32>, converter: RowConverter },
}

/// A text of up to 12 bytes is its own view; longer ones are kept beside.
#[derive(Default)]
struct Texts {
    short: HashMap<u128, u32>,
    long: HashMap<Box<str>, u32>,
    /// By code: the view of a short text, `LONG` for a long one.
    views: Vec<u128>,
    texts: Vec<Box<str>>,
}

const UNKNOWN: u32 = u32::MAX;
const LONG: u128 = u128::MAX;
const SHORT_LENGTH: u32 = 12;

impl Texts {
    /// Whether the text of a row is the one with this code.
    #[inline]
    fn is(&self, code: usize, view: u128, array: &StringViewArray, row: usize) -> bool {
        match view as u32 <= SHORT_LENGTH {
            true => self.views[code] == view,
            false => self.views[code] == LONG && *self.texts[code] == *array.value(row),
        }
    }

    fn get(&self, view: u128, array: &StringViewArray, row: usize) -> Option<u32> {
        match view as u32 <= SHORT_LENGTH {
            true => self.short.get(&view).copied(),
            false => self.long.get(array.value(row)).copied(),
        }
    }

    fn insert(&mut self, view: u128, array: &StringViewArray, row: usize) -> u32 {
        let code = self.views.len() as u32;
        if view as u32 <= SHORT_LENGTH {
            self.short.insert(view, code);
            self.views.push(view);
            self.texts.push(Box::default());
        } else {
            self.long.insert(array.value(row).into(), code);
            self.views.push(LONG);
            self.texts.push(array.value(row).into());
        }
        code
    }
}

impl Keys {
    pub(super) fn new(data_type: &DataType) -> Result<Self> {
        use DataType::{
            Date32, Date64, Int8, Int16, Int32, Int64, Timestamp, UInt8, UInt16, UInt32,
        };
        let data_type = plain(data_type).clone();
        let table = match &data_type {
            text if text.is_string() => Table::Text(Texts::default()),
            Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32 | Date32 | Date64
            | Timestamp(..) => Table::Number { codes: HashMap::new(), numbers: Vec::new() },
            other => Table::Row {
                codes: HashMap::new(),
                converter: RowConverter::new(vec![SortField::new(other.clone())])?,
            },
        };
        let (next, values) = (Vec::new(), Vec::new());
        Ok(Self { data_type, table, next, last: 0, number: 0, values, dictionary: None })
    }

    pub(super) fn len(&self) -> usize {
        self.number
    }

    /// Bytes held, roughly.
    pub(super) fn size(&self) -> usize {
        const PER_KEY: usize = 256;
        self.len() * PER_KEY
    }

    /// The keys, each at the position of its code.
    pub(super) fn values(&self) -> Result<ArrayRef> {
        if self.values.is_empty() {
            return Ok(new_empty_array(&self.data_type));
        }
        let values: Vec<&dyn Array> = self.values.iter().map(AsRef::as_ref).collect();
        compact(concat(&values)?)
    }

    /// The codes of a column without NULLs, one per row.
    pub(super) fn codes(&mut self, column: &ArrayRef, codes: &mut Vec<u32>) -> Result<()> {
        codes.clear();
        if let Some(dictionary) = column.as_any_dictionary_opt() {
            return self.dictionary_codes(dictionary, codes);
        }
        self.plain_codes(column, codes)
    }

    fn dictionary_codes(
        &mut self,
        dictionary: &dyn datafusion::arrow::array::AnyDictionaryArray,
        codes: &mut Vec<u32>,
    ) -> Result<()> {
        let values = dictionary.values();
        let mut known = match self.dictionary.take() {
            Some((before, known)) if before.to_data().ptr_eq(&values.to_data()) => known,
            _ => vec![UNKNOWN; values.len()],
        };
        let mut one = Vec::new();
        for key in dictionary.normalized_keys() {
            if known[key] == UNKNOWN {
                self.plain_codes(&values.slice(key, 1), &mut one)?;
                known[key] = one[0];
                one.clear();
            }
            codes.push(known[key]);
        }
        self.dictionary = Some((Arc::clone(values), known));
        Ok(())
    }

    fn plain_codes(&mut self, column: &ArrayRef, codes: &mut Vec<u32>) -> Result<()> {
        codes.reserve(column.len());
        let mut new = Vec::new();
        self.number(column, codes, &mut new)?;
        if !new.is_empty() {
            self.number += new.len();
            self.values.push(compact(take(column, &UInt32Array::from(new), None)?)?);
        }
        Ok(())
    }

    /// Gives codes to the rows, and tells which of them are the first with their key.
    fn number(
        &mut self,
        column: &ArrayRef,
        codes: &mut Vec<u32>,
        new: &mut Vec<u32>,
    ) -> Result<()> {
        let first = self.number as u32;
        match &mut self.table {
            Table::Text(_) => {
                let texts = match column.as_string_view_opt() {
                    Some(views) => views.clone(),
                    None => cast(column, &DataType::Utf8View)?.as_string_view().clone(),
                };
                self.text_codes(&texts, codes, new);
                Ok(())
            }
            Table::Number { .. } => {
                let numbers: PrimitiveArray<Int64Type> =
                    cast(column, &DataType::Int64)?.as_primitive().clone();
                self.number_codes(numbers.values(), codes, new);
                Ok(())
            }
            Table::Row { codes: known, converter } => {
                let rows = converter.convert_columns(std::slice::from_ref(column))?;
                for (row, key) in rows.iter().enumerate() {
                    let key = key.as_ref();
                    let code = match known.get(key) {
                        Some(code) => *code,
                        None => {
                            let code = first + new.len() as u32;
                            known.insert(key.into(), code);
                            new.push(row as u32);
                            code
                        }
                    };
                    codes.push(code);
                }
                Ok(())
            }
        }
    }

    fn text_codes(&mut self, array: &StringViewArray, codes: &mut Vec<u32>, new: &mut Vec<u32>) {
        let Table::Text(texts) = &mut self.table else { return };
        for (row, &view) in array.views().iter().enumerate() {
            if let Some(&guess) = self.next.get(self.last) {
                if texts.is(guess as usize, view, array, row) {
                    self.last = guess as usize;
                    codes.push(guess);
                    continue;
                }
                if texts.is(self.last, view, array, row) {
                    codes.push(self.last as u32);
                    continue;
                }
            }
            let code = match texts.get(view, array, row) {
                Some(code) => code,
                None => {
                    new.push(row as u32);
                    self.next.push(0);
                    texts.insert(view, array, row)
                }
            };
            self.next[self.last] = code;
            self.last = code as usize;
            codes.push(code);
        }
    }

    fn number_codes(&mut self, array: &[i64], codes: &mut Vec<u32>, new: &mut Vec<u32>) {
        let Table::Number { codes: known, numbers } = &mut self.table else { return };
        for (row, number) in array.iter().enumerate() {
            if let Some(&guess) = self.next.get(self.last) {
                if numbers[self.last] == *number {
                    codes.push(self.last as u32);
                    continue;
                }
                if numbers[guess as usize] == *number {
                    self.last = guess as usize;
                    codes.push(guess);
                    continue;
                }
            }
            let code = match known.get(number) {
                Some(code) => *code,
                None => {
                    let code = numbers.len() as u32;
                    known.insert(*number, code);
                    numbers.push(*number);
                    new.push(row as u32);
                    self.next.push(0);
                    code
                }
            };
            self.next[self.last] = code;
            self.last = code as usize;
            codes.push(code);
        }
    }
}

/// Keys without the memory of the columns that they come from.
fn compact(keys: ArrayRef) -> Result<ArrayRef> {
    Ok(match keys.as_string_view_opt() {
        Some(views) => Arc::new(views.gc()),
        None => keys,
    })
}

/// Positions of keys in ascending order.
pub(super) fn ascending(keys: &ArrayRef) -> Result<Vec<u32>> {
    let converter = RowConverter::new(vec![SortField::new(keys.data_type().clone())])?;
    let rows = converter.convert_columns(std::slice::from_ref(keys))?;
    let mut order: Vec<u32> = (0..keys.len() as u32).collect();
    order.sort_unstable_by(|&a, &b| rows.row(a as usize).cmp(&rows.row(b as usize)));
    Ok(order)
}

/// A key as text.
pub(super) fn text(keys: &ArrayRef, position: usize) -> String {
    if keys.is_null(position) {
        return "NULL".into();
    }
    array_value_to_string(keys, position).unwrap_or_default()
}

/// Where a key stands among others, such as a period among those of a panel; none if it is not
/// there.
pub(super) fn position(keys: &ArrayRef, key: &ScalarValue) -> Option<usize> {
    let wanted = as_key(keys.data_type(), key)?;
    (0..keys.len()).find(|&i| ScalarValue::try_from_array(keys, i).is_ok_and(|key| key == wanted))
}

/// A constant in the type of a key, if nothing is lost by it: 2014.5 is no year.
fn as_key(data_type: &DataType, constant: &ScalarValue) -> Option<ScalarValue> {
    let key = constant.cast_to(data_type).ok().filter(|key| !key.is_null())?;
    let back = key.cast_to(&constant.data_type()).ok()?;
    (back == *constant).then_some(key)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{
        DictionaryArray, Float64Array, Int32Array, LargeStringArray, StringArray,
    };
    use datafusion::arrow::datatypes::Int32Type;

    use super::*;

    fn codes(keys: &mut Keys, column: ArrayRef) -> Vec<u32> {
        let mut codes = Vec::new();
        keys.codes(&column, &mut codes).unwrap();
        codes
    }

    #[test]
    fn short_long_and_chinese_texts_of_any_type() {
        let long = "Beijing-Tianjin-Hebei";
        let texts = ["北京", "天津", long, "北京", "北京", "天津", long, "河北省石家庄市"];
        let expected = vec![0, 1, 2, 0, 0, 1, 2, 3];
        let arrays: [ArrayRef; 4] = [
            Arc::new(StringArray::from_iter_values(texts)),
            Arc::new(LargeStringArray::from_iter_values(texts)),
            Arc::new(StringViewArray::from_iter_values(texts)),
            Arc::new(texts.into_iter().collect::<DictionaryArray<Int32Type>>()),
        ];
        for array in arrays {
            let mut keys = Keys::new(array.data_type()).unwrap();
            assert_eq!(codes(&mut keys, Arc::clone(&array)), expected);
            assert_eq!(codes(&mut keys, Arc::clone(&array)), expected);
            assert_eq!(keys.len(), 4);
            assert_eq!(text(&keys.values().unwrap(), 3), "河北省石家庄市");
        }
    }

    #[test]
    fn numbers_and_other_types() {
        let years = Arc::new(Int32Array::from(vec![2014, 2014, 2015, 2014, 2015]));
        let mut keys = Keys::new(years.data_type()).unwrap();
        assert_eq!(codes(&mut keys, years), vec![0, 0, 1, 0, 1]);
        let halves = Arc::new(Float64Array::from(vec![0.5, 1.5, 0.5]));
        let mut keys = Keys::new(halves.data_type()).unwrap();
        assert_eq!(codes(&mut keys, halves), vec![0, 1, 0]);
        assert_eq!(ascending(&keys.values().unwrap()).unwrap(), vec![0, 1]);
    }

    #[test]
    fn values_of_a_dictionary_that_no_row_has_are_no_keys() {
        let values = Arc::new(StringArray::from(vec!["a", "unused", "b"]));
        let column = DictionaryArray::new(Int32Array::from(vec![2, 0, 2]), values);
        let mut keys = Keys::new(column.data_type()).unwrap();
        assert_eq!(codes(&mut keys, Arc::new(column)), vec![0, 1, 0]);
        assert_eq!(keys.len(), 2);
    }
}
