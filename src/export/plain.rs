//! Plain types and unambiguous names: what every reader of a file knows.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, UInt32Array, UInt64Array};
use datafusion::arrow::compute::{CastOptions, cast_with_options, take, take_record_batch};
use datafusion::arrow::datatypes::{
    DECIMAL128_MAX_PRECISION, DataType, Field, Fields, Schema, SchemaRef, TimeUnit,
};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::{Result, plan_err};

use super::writer::BatchWriter;

/// Types every reader knows, at every depth: text, bytes and lists with offsets of 32 bits,
/// dictionaries and runs unpacked (dictionaries of ours may repeat entries, which some readers
/// refuse), numbers and times of the sizes that all have.
pub(super) fn plain_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary => DataType::Binary,
        DataType::Dictionary(_, values) => plain_type(values),
        DataType::RunEndEncoded(_, values) => plain_type(values.data_type()),
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::ListView(field)
        | DataType::LargeListView(field) => DataType::List(Arc::new(plain_field(field))),
        DataType::FixedSizeList(field, size) => {
            DataType::FixedSizeList(Arc::new(plain_field(field)), *size)
        }
        DataType::Map(entries, is_sorted) => {
            DataType::Map(Arc::new(plain_field(entries)), *is_sorted)
        }
        DataType::Struct(fields) => {
            DataType::Struct(fields.iter().map(|field| plain_field(field)).collect::<Fields>())
        }
        DataType::Float16 => DataType::Float32,
        DataType::Decimal32(precision, scale) | DataType::Decimal64(precision, scale) => {
            DataType::Decimal128(*precision, *scale)
        }
        DataType::Decimal256(precision, scale) if *precision <= DECIMAL128_MAX_PRECISION => {
            DataType::Decimal128(*precision, *scale)
        }
        // Parquet has no seconds, and a date in milliseconds is a number there.
        DataType::Timestamp(TimeUnit::Second, zone) => {
            DataType::Timestamp(TimeUnit::Millisecond, zone.clone())
        }
        DataType::Time32(TimeUnit::Second) => DataType::Time32(TimeUnit::Millisecond),
        DataType::Date64 => DataType::Date32,
        other => other.clone(),
    }
}

fn plain_field(field: &Field) -> Field {
    field.clone().with_data_type(plain_type(field.data_type()))
}

/// The schema in a file: plain types, and names that tell columns apart. A reader that finds columns
/// by name would find one of two alike, and JSON has room for one only.
pub(super) fn file_schema(schema: &Schema) -> Result<SchemaRef> {
    let mut names = HashSet::new();
    if let Some(twice) = schema.fields().iter().find(|field| !names.insert(field.name())) {
        return plan_err!(
            "columns must have names of their own in a file, found two called '{}' (rename one: \
             SELECT ... AS name)",
            twice.name()
        );
    }
    Ok(Arc::new(Schema::new(
        schema.fields().iter().map(|field| plain_field(field)).collect::<Fields>(),
    )))
}

pub(super) fn plain_batch(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let options = CastOptions { safe: false, ..CastOptions::default() };
    let columns = batch.columns().iter().zip(schema.fields());
    let columns = columns.map(|(column, field)| match column.data_type() == field.data_type() {
        true => without_remains(column),
        false => without_remains(&cast_with_options(column, field.data_type(), &options)?),
    });
    let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    let columns = columns.collect::<Result<_, ArrowError>>()?;
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), columns, &rows)?)
}

/// The column with nothing behind its NULLs: what an operator left there would make two files of one
/// result differ.
fn without_remains(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let Some(nulls) = column.nulls().filter(|nulls| nulls.null_count() > 0) else {
        return Ok(Arc::clone(column));
    };
    // A row that is not there leaves nothing.
    let rows = (0..column.len()).map(|row| if nulls.is_valid(row) { row as u64 } else { u64::MAX });
    let rows = UInt64Array::new(rows.collect::<Vec<_>>().into(), Some(nulls.clone()));
    take(column, &rows, None)
}

/// Writes what it is given with plain types.
pub(super) struct Plain<W> {
    pub writer: W,
    pub schema: SchemaRef,
}

impl<W: BatchWriter> BatchWriter for Plain<W> {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        match plain_batch(batch, &self.schema) {
            Ok(batch) => self.writer.write(&batch),
            // What is too much for offsets of 32 bits fits in halves.
            Err(_) if batch.num_rows() > 1 => {
                let rows = batch.num_rows() as u32;
                let mut half = |rows: std::ops::Range<u32>| {
                    self.write(&take_record_batch(batch, &UInt32Array::from_iter_values(rows))?)
                };
                half(0..rows / 2)?;
                half(rows / 2..rows)
            }
            Err(error) => Err(error),
        }
    }

    fn finish(&mut self) -> Result<()> {
        self.writer.finish()
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{
        Array, ArrayRef, AsArray, DictionaryArray, FixedSizeListArray, Int8Array, Int32Array,
        LargeListArray, LargeStringArray, ListArray, ListViewArray, MapArray, RunArray,
        StringArray, StringViewArray, StringViewBuilder, StructArray,
    };
    use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
    use datafusion::arrow::datatypes::{Int8Type, Int32Type};
    use datafusion::arrow::ipc::writer::StreamWriter;
    use datafusion::arrow::util::pretty::pretty_format_columns;

    use super::*;

    #[test]
    fn nothing_stands_behind_null() {
        let nulls = || Some(NullBuffer::from(vec![true, false, true]));
        let with = |hidden: i32| -> Vec<ArrayRef> {
            let numbers = Int32Array::new(vec![1, hidden, 3].into(), nulls());
            let text = format!("a{hidden}b");
            let texts = StringArray::from(vec!["x", text.as_str(), "y"]);
            let texts = StringArray::new(texts.offsets().clone(), texts.values().clone(), nulls());
            let lists = FixedSizeListArray::new(
                item(&DataType::Int32),
                1,
                Arc::new(Int32Array::from(vec![1, hidden, 3])),
                nulls(),
            );
            let field = Fields::from(vec![Field::new("i", DataType::Int32, true)]);
            let structs = StructArray::new(
                field,
                vec![Arc::new(Int32Array::from(vec![1, hidden, 3]))],
                nulls(),
            );
            vec![Arc::new(numbers), Arc::new(texts), Arc::new(lists), Arc::new(structs)]
        };
        for (one, two) in with(7).iter().zip(&with(77)) {
            let one_bare = without_remains(one).unwrap();
            assert_eq!(&one_bare, one);
            let bytes = |array: ArrayRef| {
                let batch = RecordBatch::try_from_iter([("a", array)]).unwrap();
                let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
                writer.write(&batch).unwrap();
                writer.into_inner().unwrap()
            };
            assert_ne!(bytes(Arc::clone(one)), bytes(Arc::clone(two)));
            assert_eq!(bytes(one_bare), bytes(without_remains(two).unwrap()));
        }
    }

    fn item(data_type: &DataType) -> Arc<Field> {
        Arc::new(Field::new("item", data_type.clone(), true))
    }

    /// Text as nobody else has it, three values, one of them NULL.
    fn odd() -> Vec<ArrayRef> {
        let texts = [Some("东"), None, Some("a text that no view holds in itself")];
        let values = Arc::new(StringViewArray::from(texts.to_vec())) as ArrayRef;
        let keys = Int8Array::from(vec![2, 1, 0]);
        let repeated = DictionaryArray::<Int8Type>::try_new(keys, Arc::clone(&values)).unwrap();
        let ends = Int32Array::from(vec![1, 2, 3]);
        let runs = RunArray::<Int32Type>::try_new(&ends, values.as_ref()).unwrap();
        let large = Arc::new(LargeStringArray::from(texts.to_vec()));
        vec![values, large, Arc::new(repeated), Arc::new(runs)]
    }

    /// The same in lists, maps and structs, two rows of which the second is NULL.
    fn nested(values: &ArrayRef) -> Vec<ArrayRef> {
        let field = item(values.data_type());
        let nulls = Some(NullBuffer::from(vec![true, false]));
        let values = || Arc::clone(values);
        let list = ListArray::new(
            Arc::clone(&field),
            OffsetBuffer::new(vec![0, 3, 3].into()),
            values(),
            nulls.clone(),
        );
        let large = LargeListArray::new(
            Arc::clone(&field),
            OffsetBuffer::new(vec![0i64, 3, 3].into()),
            values(),
            nulls.clone(),
        );
        let (offsets, sizes) = (ScalarBuffer::from(vec![0, 0]), ScalarBuffer::from(vec![3, 0]));
        let view = ListViewArray::new(Arc::clone(&field), offsets, sizes, values(), nulls.clone());
        let keys = Arc::new(StringArray::from(vec!["k", "l", "m"])) as ArrayRef;
        let entries = StructArray::from(vec![
            (Arc::new(Field::new("key", DataType::Utf8, false)), keys),
            (Arc::new(Field::new("value", field.data_type().clone(), true)), values()),
        ]);
        let map = MapArray::new(
            Arc::new(Field::new("entries", entries.data_type().clone(), false)),
            OffsetBuffer::new(vec![0, 3, 3].into()),
            entries,
            nulls,
            false,
        );
        let fixed = FixedSizeListArray::new(Arc::clone(&field), 3, values(), None);
        let fields = StructArray::from(vec![(Arc::clone(&field), values())]);
        vec![
            Arc::new(list),
            Arc::new(large),
            Arc::new(view),
            Arc::new(map),
            Arc::new(fixed),
            Arc::new(fields),
        ]
    }

    fn is_plain(data_type: &DataType) -> bool {
        *data_type == plain_type(data_type)
    }

    fn plain_one(column: &ArrayRef) -> ArrayRef {
        let schema = Schema::new(vec![Field::new("c", column.data_type().clone(), true)]);
        let batch = RecordBatch::try_new(Arc::new(schema), vec![Arc::clone(column)]).unwrap();
        let schema = file_schema(&batch.schema()).unwrap();
        let plain = plain_batch(&batch, &schema).unwrap_or_else(|error| {
            panic!("{} -> {}: {error}", column.data_type(), schema.field(0).data_type())
        });
        Arc::clone(plain.column(0))
    }

    #[test]
    fn types_are_plain_at_every_depth() {
        let mut columns = odd();
        for _ in 0..3 {
            let deeper: Vec<ArrayRef> = columns.iter().flat_map(nested_of_three).collect();
            columns = deeper.into_iter().take(40).collect();
            for column in &columns {
                let plain = plain_one(column);
                assert!(is_plain(plain.data_type()), "{}", plain.data_type());
                let shown = |column: &ArrayRef| {
                    pretty_format_columns("c", &[Arc::clone(column)]).unwrap().to_string()
                };
                assert_eq!(shown(&plain), shown(column), "{}", column.data_type());
            }
        }
    }

    /// Nested values, brought to three again.
    fn nested_of_three(values: &ArrayRef) -> Vec<ArrayRef> {
        let three = |column: ArrayRef| {
            let places = match column.len() {
                1 => vec![Some(0), None, Some(0)],
                _ => vec![Some(0), Some(1), Some(0)],
            };
            let places = UInt32Array::from(places);
            datafusion::arrow::compute::take(&column, &places, None).unwrap()
        };
        nested(values).into_iter().map(three).collect()
    }

    #[test]
    fn sizes_are_those_that_all_readers_have() {
        for (odd, plain) in [
            (DataType::Float16, DataType::Float32),
            (DataType::Decimal32(5, 2), DataType::Decimal128(5, 2)),
            (DataType::Decimal256(38, 2), DataType::Decimal128(38, 2)),
            (DataType::Decimal256(39, 2), DataType::Decimal256(39, 2)),
            (DataType::Date64, DataType::Date32),
            (
                DataType::Timestamp(TimeUnit::Second, Some("UTC".into())),
                DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
            ),
        ] {
            assert_eq!(plain_type(&odd), plain);
        }
    }

    /// Counts rows and batches.
    #[derive(Default)]
    struct Counted(Vec<usize>);

    impl BatchWriter for Counted {
        fn write(&mut self, batch: &RecordBatch) -> Result<()> {
            batch.column(0).as_string::<i32>(); // or it panics
            self.0.push(batch.num_rows());
            Ok(())
        }

        fn finish(&mut self) -> Result<()> {
            Ok(())
        }
    }

    #[test]
    #[ignore = "needs 5 GB of memory"]
    fn what_is_too_much_for_an_offset_is_split() {
        let mut texts = StringViewBuilder::new().with_deduplicate_strings();
        let text = "x".repeat(1 << 20);
        for _ in 0..3000 {
            texts.append_value(&text);
        }
        let column = Arc::new(texts.finish()) as ArrayRef;
        let schema = Arc::new(Schema::new(vec![Field::new("c", DataType::Utf8View, true)]));
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![column]).unwrap();
        let schema = file_schema(&schema).unwrap();
        let mut plain = Plain { writer: Counted::default(), schema };
        plain.write(&batch).unwrap();
        assert_eq!(plain.writer.0, [1500, 1500]);
    }
}
