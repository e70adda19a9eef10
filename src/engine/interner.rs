//! Keys as numbers: units, periods, indicators and partitions, whatever their type.
//!
//! Panels are mostly sorted: a key is followed by the one that followed it the last time. That is
//! tried before anything is hashed.

use std::sync::Arc;

use datafusion::arrow::array::{
    AnyDictionaryArray, Array, ArrayRef, ArrowPrimitiveType, AsArray, Float32Array, Float64Array,
    Int64Array, PrimitiveArray, StringViewArray, StringViewBuilder, UInt32Array,
};
use datafusion::arrow::compute::{cast, take};
use datafusion::arrow::datatypes::{DataType, Float32Type, Float64Type, Int64Type};
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{HashMap, Result, ScalarValue};

use crate::types::plain;

/// Numbers the values of a key in the order in which they are first seen. NULL is a key of its
/// own; -0 is 0, and NaN is NaN.
pub struct Interner {
    data_type: DataType,
    table: Table,
    /// The dictionary of the last batch, and the codes of its values.
    dictionary: Option<(ArrayRef, Vec<u32>)>,
}

enum Table {
    Text(Texts),
    Number(Numbers),
    Row(Rows),
}

const UNKNOWN: u32 = u32::MAX;

impl Interner {
    pub fn new(data_type: &DataType) -> Result<Self> {
        use DataType::{
            Boolean, Date32, Date64, Float32, Float64, Int8, Int16, Int32, Int64, Timestamp, UInt8,
            UInt16, UInt32,
        };
        let data_type = plain(data_type).clone();
        let table = match &data_type {
            text if text.is_string() => Table::Text(Texts::default()),
            Boolean | Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32 | Float32
            | Float64 | Date32 | Date64 | Timestamp(..) => Table::Number(Numbers::default()),
            other => Table::Row(Rows::new(other)?),
        };
        Ok(Self { data_type, table, dictionary: None })
    }

    /// The type of the keys, without a dictionary.
    pub fn data_type(&self) -> &DataType {
        &self.data_type
    }

    pub fn len(&self) -> usize {
        match &self.table {
            Table::Text(texts) => texts.views.len(),
            Table::Number(numbers) => numbers.numbers.len(),
            Table::Row(rows) => rows.rows.len(),
        }
    }

    /// Bytes held.
    pub fn size(&self) -> usize {
        let table = match &self.table {
            Table::Text(texts) => texts.size(),
            Table::Number(numbers) => numbers.size(),
            Table::Row(rows) => rows.size(),
        };
        let dictionary = self.dictionary.as_ref().map_or(0, |(values, codes)| {
            values.get_array_memory_size() + codes.capacity() * size_of::<u32>()
        });
        table + dictionary
    }

    /// The keys, each at the position of its code.
    pub fn values(&self) -> Result<ArrayRef> {
        let keys: ArrayRef = match &self.table {
            Table::Text(texts) => Arc::new(texts.values()),
            Table::Number(numbers) => numbers.values(&self.data_type),
            Table::Row(rows) => rows.values()?,
        };
        Ok(cast(&keys, &self.data_type)?)
    }

    /// The codes of a column, one per row.
    pub fn codes(&mut self, column: &ArrayRef, codes: &mut Vec<u32>) -> Result<()> {
        codes.clear();
        match column.as_any_dictionary_opt() {
            Some(dictionary) if column.logical_null_count() == 0 => {
                self.dictionary_codes(dictionary, codes)
            }
            Some(_) => self.plain_codes(&cast(column, &self.data_type)?, codes),
            None => self.plain_codes(column, codes),
        }
    }

    /// The values of a dictionary are numbered once, and only those that a row has.
    fn dictionary_codes(
        &mut self,
        dictionary: &dyn AnyDictionaryArray,
        codes: &mut Vec<u32>,
    ) -> Result<()> {
        let values = dictionary.values();
        let mut known = match self.dictionary.take() {
            Some((before, known)) if before.to_data().ptr_eq(&values.to_data()) => known,
            _ => vec![UNKNOWN; values.len()],
        };
        let keys = dictionary.normalized_keys();
        let mut new: Vec<u32> = Vec::new();
        for &key in &keys {
            if known[key] == UNKNOWN {
                known[key] = 0; // its code comes below
                new.push(key as u32);
            }
        }
        if !new.is_empty() {
            let new = UInt32Array::from(new);
            self.plain_codes(&take(values, &new, None)?, codes)?;
            new.values().iter().zip(codes.drain(..)).for_each(|(&key, code)| {
                known[key as usize] = code;
            });
        }
        codes.extend(keys.into_iter().map(|key| known[key]));
        self.dictionary = Some((Arc::clone(values), known));
        Ok(())
    }

    fn plain_codes(&mut self, column: &ArrayRef, codes: &mut Vec<u32>) -> Result<()> {
        codes.reserve(column.len());
        match &mut self.table {
            Table::Text(texts) => match column.as_string_view_opt() {
                Some(views) => texts.codes(views, codes),
                None => texts.codes(cast(column, &DataType::Utf8View)?.as_string_view(), codes),
            },
            Table::Number(numbers) => match column.data_type() {
                DataType::Float64 => {
                    numbers.codes(column.as_primitive::<Float64Type>(), codes, bits)
                }
                DataType::Float32 => {
                    let bits = |x| bits(f64::from(x));
                    numbers.codes(column.as_primitive::<Float32Type>(), codes, bits);
                }
                _ => {
                    let column = cast(column, &DataType::Int64)?;
                    numbers.codes(column.as_primitive::<Int64Type>(), codes, |number| number);
                }
            },
            Table::Row(rows) => rows.codes(column, codes)?,
        }
        Ok(())
    }
}

/// Numbers the tuples of several keys, as one key.
pub struct Tuples {
    keys: Vec<Interner>,
    /// For each key but the first: the tuple of those before it and the key, as one number.
    pairs: Vec<Numbers>,
}

impl Tuples {
    pub fn new<'a>(data_types: impl Iterator<Item = &'a DataType>) -> Result<Self> {
        let keys = data_types.map(Interner::new).collect::<Result<Vec<_>>>()?;
        let pairs = keys.iter().skip(1).map(|_| Numbers::default()).collect();
        Ok(Self { keys, pairs })
    }

    pub fn len(&self) -> usize {
        match (self.pairs.last(), self.keys.last()) {
            (Some(pairs), _) => pairs.numbers.len(),
            (None, Some(keys)) => keys.len(),
            (None, None) => 0,
        }
    }

    /// Bytes held.
    pub fn size(&self) -> usize {
        self.keys.iter().map(Interner::size).chain(self.pairs.iter().map(Numbers::size)).sum()
    }

    /// The codes of columns of one length, one per row.
    pub fn codes(&mut self, columns: &[ArrayRef], codes: &mut Vec<u32>) -> Result<()> {
        let mut of_key = Vec::new();
        for (position, (keys, column)) in self.keys.iter_mut().zip(columns).enumerate() {
            let Some(before) = position.checked_sub(1) else {
                keys.codes(column, codes)?;
                continue;
            };
            keys.codes(column, &mut of_key)?;
            let pairs = &mut self.pairs[before];
            for (code, &key) in codes.iter_mut().zip(&of_key) {
                *code = pairs.code((i64::from(*code) << 32) | i64::from(key));
            }
        }
        Ok(())
    }
}

/// The bits of a number, the same for numbers that are the same key.
#[inline]
fn bits(x: f64) -> i64 {
    let x = if x.is_nan() { f64::NAN } else { x + 0.0 };
    x.to_bits() as i64
}

/// What came after each code the last time, and the code that came last.
#[derive(Default)]
struct Sequence {
    next: Vec<u32>,
    last: usize,
}

impl Sequence {
    /// The last code and the one that is likely to come; none before there are any.
    #[inline]
    fn guess(&self) -> Option<(usize, usize)> {
        self.next.get(self.last).map(|&next| (self.last, next as usize))
    }

    /// Takes note of a code that was not the likely one.
    #[inline]
    fn note(&mut self, code: u32) {
        if code as usize == self.next.len() {
            self.next.push(0);
        }
        self.next[self.last] = code;
        self.last = code as usize;
    }

    fn size(&self) -> usize {
        self.next.capacity() * size_of::<u32>()
    }
}

#[derive(Default)]
struct Numbers {
    codes: HashMap<i64, u32>,
    /// By code; none for NULL.
    numbers: Vec<Option<i64>>,
    null: Option<u32>,
    sequence: Sequence,
}

impl Numbers {
    #[inline]
    fn code(&mut self, number: i64) -> u32 {
        if let Some((last, next)) = self.sequence.guess() {
            if self.numbers[last] == Some(number) {
                return last as u32;
            }
            if self.numbers[next] == Some(number) {
                self.sequence.last = next;
                return next as u32;
            }
        }
        let next = self.numbers.len() as u32;
        let code = *self.codes.entry(number).or_insert(next);
        if code == next {
            self.numbers.push(Some(number));
        }
        self.sequence.note(code);
        code
    }

    fn null(&mut self) -> u32 {
        let code = *self.null.get_or_insert_with(|| {
            self.numbers.push(None);
            self.numbers.len() as u32 - 1
        });
        self.sequence.note(code);
        code
    }

    fn codes<T: ArrowPrimitiveType>(
        &mut self,
        array: &PrimitiveArray<T>,
        codes: &mut Vec<u32>,
        number: impl Fn(T::Native) -> i64,
    ) {
        match array.null_count() {
            0 => codes.extend(array.values().iter().map(|&x| self.code(number(x)))),
            _ => codes.extend(array.iter().map(|x| match x {
                Some(x) => self.code(number(x)),
                None => self.null(),
            })),
        }
    }

    fn values(&self, data_type: &DataType) -> ArrayRef {
        let floats =
            || self.numbers.iter().map(|bits| bits.map(|bits| f64::from_bits(bits as u64)));
        match data_type {
            DataType::Float64 => Arc::new(floats().collect::<Float64Array>()),
            DataType::Float32 => {
                Arc::new(floats().map(|x| x.map(|x| x as f32)).collect::<Float32Array>())
            }
            _ => Arc::new(Int64Array::from(self.numbers.clone())),
        }
    }

    fn size(&self) -> usize {
        self.codes.allocation_size()
            + self.numbers.capacity() * size_of::<Option<i64>>()
            + self.sequence.size()
    }
}

/// A text of up to 12 bytes is its own view; longer ones are kept beside.
#[derive(Default)]
struct Texts {
    short: HashMap<u128, u32>,
    long: HashMap<Arc<str>, u32>,
    /// By code: the view of a short text, `LONG` for a long one, `NULL` for none.
    views: Vec<u128>,
    /// By code: the long texts.
    texts: Vec<Option<Arc<str>>>,
    /// Bytes of the long texts.
    bytes: usize,
    null: Option<u32>,
    sequence: Sequence,
}

const SHORT_LENGTH: u32 = 12;
/// No views: their length, the last four bytes, is that of no text.
const LONG: u128 = u128::MAX;
const NULL: u128 = u128::MAX - 1;

impl Texts {
    /// Whether the text of a row is the one with this code.
    #[inline]
    fn is(&self, code: usize, view: u128, array: &StringViewArray, row: usize) -> bool {
        match view as u32 <= SHORT_LENGTH {
            true => self.views[code] == view,
            false => {
                self.views[code] == LONG
                    && self.texts[code].as_deref().is_some_and(|text| *text == *array.value(row))
            }
        }
    }

    #[inline]
    fn code(&mut self, view: u128, array: &StringViewArray, row: usize) -> u32 {
        if let Some((last, next)) = self.sequence.guess() {
            if self.is(next, view, array, row) {
                self.sequence.last = next;
                return next as u32;
            }
            if self.is(last, view, array, row) {
                return last as u32;
            }
        }
        let known = match view as u32 <= SHORT_LENGTH {
            true => self.short.get(&view),
            false => self.long.get(array.value(row)),
        };
        let code = match known {
            Some(&code) => code,
            None => self.insert(view, array, row),
        };
        self.sequence.note(code);
        code
    }

    fn insert(&mut self, view: u128, array: &StringViewArray, row: usize) -> u32 {
        /// What stands before a text that is shared: two counts.
        const COUNTS: usize = 2 * size_of::<usize>();
        let code = self.views.len() as u32;
        if view as u32 <= SHORT_LENGTH {
            self.short.insert(view, code);
            self.views.push(view);
            self.texts.push(None);
        } else {
            let text: Arc<str> = array.value(row).into();
            self.bytes += text.len() + COUNTS;
            self.long.insert(Arc::clone(&text), code);
            self.views.push(LONG);
            self.texts.push(Some(text));
        }
        code
    }

    fn null(&mut self) -> u32 {
        let code = *self.null.get_or_insert_with(|| {
            self.views.push(NULL);
            self.texts.push(None);
            self.views.len() as u32 - 1
        });
        self.sequence.note(code);
        code
    }

    fn codes(&mut self, array: &StringViewArray, codes: &mut Vec<u32>) {
        let views = array.views().iter().enumerate();
        match array.null_count() {
            0 => {
                // A short text often stands in many rows one after the other.
                let mut before = (NULL, 0);
                codes.extend(views.map(|(row, &view)| {
                    if view != before.0 || view as u32 > SHORT_LENGTH {
                        before = (view, self.code(view, array, row));
                    }
                    before.1
                }));
            }
            _ => codes.extend(views.map(|(row, &view)| match array.is_valid(row) {
                true => self.code(view, array, row),
                false => self.null(),
            })),
        }
    }

    fn values(&self) -> StringViewArray {
        let mut values = StringViewBuilder::with_capacity(self.views.len());
        for (&view, text) in self.views.iter().zip(&self.texts) {
            match text {
                Some(text) => values.append_value(text),
                None if view == NULL => values.append_null(),
                None => {
                    // Its length, then the text.
                    let bytes = view.to_le_bytes();
                    let end = size_of::<u32>() + view as u32 as usize;
                    values.append_value(String::from_utf8_lossy(&bytes[size_of::<u32>()..end]));
                }
            }
        }
        values.finish()
    }

    fn size(&self) -> usize {
        self.short.allocation_size()
            + self.long.allocation_size()
            + self.bytes
            + self.views.capacity() * size_of::<u128>()
            + self.texts.capacity() * size_of::<Option<Arc<str>>>()
            + self.sequence.size()
    }
}

/// Keys of any other type, as rows of bytes.
struct Rows {
    codes: HashMap<Arc<[u8]>, u32>,
    /// By code.
    rows: Vec<Arc<[u8]>>,
    /// Bytes of the rows.
    bytes: usize,
    converter: RowConverter,
}

impl Rows {
    fn new(data_type: &DataType) -> Result<Self> {
        let converter = RowConverter::new(vec![SortField::new(data_type.clone())])?;
        Ok(Self { codes: HashMap::new(), rows: Vec::new(), bytes: 0, converter })
    }

    fn codes(&mut self, column: &ArrayRef, codes: &mut Vec<u32>) -> Result<()> {
        const COUNTS: usize = 2 * size_of::<usize>();
        for row in &self.converter.convert_columns(std::slice::from_ref(column))? {
            let row = row.as_ref();
            codes.push(match self.codes.get(row) {
                Some(&code) => code,
                None => {
                    let (row, code) = (Arc::<[u8]>::from(row), self.rows.len() as u32);
                    self.bytes += row.len() + COUNTS;
                    self.codes.insert(Arc::clone(&row), code);
                    self.rows.push(row);
                    code
                }
            });
        }
        Ok(())
    }

    fn values(&self) -> Result<ArrayRef> {
        let parser = self.converter.parser();
        let columns = self.converter.convert_rows(self.rows.iter().map(|row| parser.parse(row)))?;
        Ok(Arc::clone(&columns[0]))
    }

    fn size(&self) -> usize {
        self.codes.allocation_size()
            + self.bytes
            + self.rows.capacity() * size_of::<Arc<[u8]>>()
            + self.converter.size()
    }
}

/// Positions of keys in ascending order.
pub fn ascending(keys: &ArrayRef) -> Result<Vec<u32>> {
    let converter = RowConverter::new(vec![SortField::new(keys.data_type().clone())])?;
    let rows = converter.convert_columns(std::slice::from_ref(keys))?;
    let mut order: Vec<u32> = (0..keys.len() as u32).collect();
    order.sort_unstable_by(|&a, &b| rows.row(a as usize).cmp(&rows.row(b as usize)));
    Ok(order)
}

/// The place of each position in such an order.
pub fn places(order: &[u32]) -> Vec<u32> {
    let mut places = vec![0; order.len()];
    order.iter().zip(0..).for_each(|(&position, place)| places[position as usize] = place);
    places
}

/// A key as text.
pub fn text(keys: &ArrayRef, position: usize) -> String {
    if keys.is_null(position) {
        return "NULL".into();
    }
    array_value_to_string(keys, position).unwrap_or_default()
}

/// Where a key stands among others, such as a period among those of a panel; none if it is not
/// there.
pub fn position(keys: &ArrayRef, key: &ScalarValue) -> Option<usize> {
    let wanted = as_key(keys.data_type(), key)?;
    (0..keys.len()).find(|&i| ScalarValue::try_from_array(keys, i).is_ok_and(|key| key == wanted))
}

/// A constant in the type of a key, if nothing is lost by it: 2014.5 is no year. A text stands for
/// the time that it names: '2014-01-01' for midnight.
fn as_key(data_type: &DataType, constant: &ScalarValue) -> Option<ScalarValue> {
    if data_type.is_temporal() && constant.data_type().is_numeric() {
        return None; // 2015 is a year, not a day
    }
    let key = constant.cast_to(data_type).ok().filter(|key| !key.is_null())?;
    if data_type.is_temporal() && constant.data_type().is_string() {
        return Some(key);
    }
    let back = key.cast_to(&constant.data_type()).ok()?;
    (back == *constant).then_some(key)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{
        BooleanArray, Date32Array, DictionaryArray, Int32Array, LargeStringArray, StringArray,
        TimestampMicrosecondArray, UInt64Array,
    };
    use datafusion::arrow::datatypes::Int32Type;

    use super::*;

    fn codes(keys: &mut Interner, column: ArrayRef) -> Vec<u32> {
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
            let mut keys = Interner::new(array.data_type()).unwrap();
            assert_eq!(codes(&mut keys, Arc::clone(&array)), expected);
            assert_eq!(codes(&mut keys, Arc::clone(&array)), expected);
            assert_eq!(keys.len(), 4);
            assert_eq!(text(&keys.values().unwrap(), 3), "河北省石家庄市");
        }
    }

    #[test]
    fn numbers_and_other_types() {
        let years = Arc::new(Int32Array::from(vec![2014, 2014, 2015, 2014, 2015]));
        let mut keys = Interner::new(years.data_type()).unwrap();
        assert_eq!(codes(&mut keys, years), vec![0, 0, 1, 0, 1]);
        let halves = Arc::new(Float64Array::from(vec![0.5, 1.5, 0.5]));
        let mut keys = Interner::new(halves.data_type()).unwrap();
        assert_eq!(codes(&mut keys, halves), vec![0, 1, 0]);
        assert_eq!(ascending(&keys.values().unwrap()).unwrap(), vec![0, 1]);
    }

    #[test]
    fn values_of_a_dictionary_that_no_row_has_are_no_keys() {
        let values = Arc::new(StringArray::from(vec!["a", "unused", "b"]));
        let column = DictionaryArray::new(Int32Array::from(vec![2, 0, 2]), values);
        let mut keys = Interner::new(column.data_type()).unwrap();
        assert_eq!(codes(&mut keys, Arc::new(column)), vec![0, 1, 0]);
        assert_eq!(keys.len(), 2);
    }

    #[test]
    fn keys_come_back_as_they_were() {
        let arrays: [ArrayRef; 9] = [
            Arc::new(StringArray::from(vec![
                Some("é"),
                None,
                Some("a text of more than 12 bytes"),
            ])),
            Arc::new(StringViewArray::from(vec![Some(""), None, Some("twelve bytes")])),
            Arc::new(Int32Array::from(vec![Some(0), None, Some(-7)])),
            Arc::new(Float64Array::from(vec![Some(0.0), None, Some(f64::NAN)])),
            Arc::new(Float32Array::from(vec![Some(0.1), None, Some(f32::INFINITY)])),
            Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)])),
            Arc::new(Date32Array::from(vec![Some(19_000), None, Some(-1)])),
            Arc::new(TimestampMicrosecondArray::from(vec![Some(5), None, Some(-5)])),
            Arc::new(UInt64Array::from(vec![Some(u64::MAX), None, Some(0)])),
        ];
        for array in arrays {
            let mut keys = Interner::new(array.data_type()).unwrap();
            assert!(keys.values().unwrap().is_empty());
            let empty = keys.size();
            assert_eq!(codes(&mut keys, Arc::clone(&array)), [0, 1, 2]);
            assert_eq!(codes(&mut keys, Arc::clone(&array)), [0, 1, 2]);
            assert_eq!(keys.values().unwrap().to_data(), array.to_data(), "{array:?}");
            assert!(keys.len() == 3 && keys.size() > empty);
            if let Ok(dictionary) = cast(
                &array,
                &DataType::Dictionary(
                    Box::new(DataType::Int32),
                    Box::new(array.data_type().clone()),
                ),
            ) {
                assert_eq!(codes(&mut keys, dictionary), [0, 1, 2], "{array:?}");
            }
        }
    }

    #[test]
    fn zero_has_no_sign_and_nan_is_one_key() {
        let floats = vec![0.0, -0.0, f64::NAN, -f64::NAN, 1.0, -0.0];
        let mut keys = Interner::new(&DataType::Float64).unwrap();
        assert_eq!(codes(&mut keys, Arc::new(Float64Array::from(floats))), [0, 0, 1, 1, 2, 0]);
        let minus = Arc::new(Float64Array::from(vec![-0.0]));
        let mut keys = Interner::new(&DataType::Float64).unwrap();
        codes(&mut keys, minus);
        assert_eq!(text(&keys.values().unwrap(), 0), "0.0");
    }

    #[test]
    fn tuples_of_keys() {
        let units: ArrayRef = Arc::new(StringArray::from(vec!["a", "a", "b", "a", "b", "c"]));
        let years: ArrayRef =
            Arc::new(Int32Array::from(vec![Some(1), Some(2), Some(1), Some(1), None, None]));
        let kinds: ArrayRef =
            Arc::new(BooleanArray::from(vec![true, true, true, false, true, true]));
        let of = |columns: &[ArrayRef]| {
            let types: Vec<_> = columns.iter().map(|column| column.data_type().clone()).collect();
            let (mut tuples, mut codes) = (Tuples::new(types.iter()).unwrap(), Vec::new());
            tuples.codes(columns, &mut codes).unwrap();
            assert_eq!(tuples.len(), 1 + *codes.iter().max().unwrap() as usize);
            codes
        };
        assert_eq!(of(std::slice::from_ref(&units)), [0, 0, 1, 0, 1, 2]);
        assert_eq!(of(&[Arc::clone(&units), Arc::clone(&years)]), [0, 1, 2, 0, 3, 4]);
        assert_eq!(of(&[units, years, kinds]), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn bytes_are_counted() {
        let many: Vec<String> = (0..10_000).map(|i| format!("a key of some length {i}")).collect();
        let mut keys = Interner::new(&DataType::Utf8).unwrap();
        codes(&mut keys, Arc::new(StringArray::from_iter_values(&many)));
        let texts: usize = many.iter().map(String::len).sum();
        let each = keys.size() / many.len();
        assert!(keys.size() > texts && (80..200).contains(&each), "{each}");
        let numbers = Int64Array::from_iter_values(0..10_000);
        let mut keys = Interner::new(&DataType::Int64).unwrap();
        codes(&mut keys, Arc::new(numbers));
        let each = keys.size() / 10_000;
        assert!((36..80).contains(&each), "{each}");
    }

    #[test]
    fn order_and_places() {
        let keys: ArrayRef = Arc::new(StringArray::from(vec!["c", "a", "b"]));
        let order = ascending(&keys).unwrap();
        assert_eq!((order.as_slice(), places(&order).as_slice()), (&[1, 2, 0][..], &[2, 0, 1][..]));
        assert_eq!(position(&keys, &ScalarValue::from("b")), Some(2));
        let years: ArrayRef = Arc::new(Int32Array::from(vec![2014, 2015]));
        assert_eq!(position(&years, &ScalarValue::Float64(Some(2014.5))), None);
        assert_eq!(position(&years, &ScalarValue::Int64(Some(2015))), Some(1));
    }
}
