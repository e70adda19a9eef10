//! What is written is read back by readers that are not ours; what is damaged is refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Trial;

use crate::cli::{Place, Run, contains, place};
use crate::{repository, skipped, trial};

/// Every case of readers and of damaged files.
pub fn trials() -> Vec<Trial> {
    let python: [(&str, &str, fn()); _] = [
        ("pyarrow", "arrow_file", pyarrow_arrow_file),
        ("pyarrow", "arrow_stream", pyarrow_arrow_stream),
        ("pyarrow", "arrow_stream_of_a_pipe", pyarrow_pipe),
        ("pyarrow", "parquet", pyarrow_parquet),
        ("pyarrow", "csv", pyarrow_csv),
        ("pyarrow", "empty_results", pyarrow_empty_results),
        ("pyarrow", "many_batches", pyarrow_many_batches),
        ("pyarrow", "fits", pyarrow_fits),
        ("pyarrow", "imported", pyarrow_imported),
        ("pyarrow", "dictionary_columns", pyarrow_dictionary_columns),
        ("pyarrow", "what_python_writes", pyarrow_writes),
        ("pyarrow", "every_compression", pyarrow_every_compression),
        ("polars", "every_compression", polars_every_compression),
        ("duckdb", "every_compression", duckdb_every_compression),
        ("polars", "every_format", polars_every_format),
        ("duckdb", "every_format", duckdb_every_format),
    ];
    let damaged: [(&str, fn()); _] = [
        ("parquet", damaged_parquet),
        ("parquet_data", damaged_parquet_data),
        ("arrow", damaged_arrow),
        ("text", damaged_text),
    ];
    let found = modules(["pyarrow", "polars", "duckdb"]);
    let mut trials = Vec::new();
    for (module, case, test) in python {
        let name = format!("readers::{module}::{case}");
        trials.push(match found.iter().any(|found| found == module) {
            true => trial(&name, test),
            false => {
                skipped(&name, &format!("no Python with {module} (GOALPOSTS_PYTHON names one)"))
            }
        });
    }
    let name = "readers::r_arrow::every_compression";
    trials.push(match has_r_arrow() {
        true => trial(name, r_every_compression),
        false => skipped(name, "no Rscript with the package arrow"),
    });
    for (case, test) in damaged {
        trials.push(trial(&format!("readers::damaged::{case}"), test));
    }
    let name = "readers::damaged::third_party";
    trials.push(match bad_files() {
        Some(folder) => trial(name, move || damaged_third_party(&folder)),
        None => skipped(name, "no folder of damaged files (GOALPOSTS_BADFILES names one)"),
    });
    trials
}

// ------------------------------------------------------------------------------------- other readers

/// `$GOALPOSTS_PYTHON`, else `python3`.
fn python() -> Command {
    let program = std::env::var_os("GOALPOSTS_PYTHON").unwrap_or_else(|| "python3".into());
    let mut command = Command::new(program);
    command.env("PYTHONUTF8", "1");
    command
}

/// Which of these modules the Python here has.
pub fn modules<const N: usize>(of: [&str; N]) -> Vec<String> {
    let sought = of.map(|module| format!("'{module}'")).join(", ");
    let script = format!(
        "from importlib.util import find_spec\n\
         print(*(module for module in ({sought},) if find_spec(module)))"
    );
    let found = python().args(["-c", &script]).output();
    let found = found.ok().filter(|done| done.status.success()).map(|done| done.stdout);
    let names = String::from_utf8(found.unwrap_or_default()).expect("names of modules");
    names.split_whitespace().map(str::to_owned).collect()
}

/// Runs a Python script in the folder.
pub fn script(place: &Place, text: &str) {
    place.write("script.py", text);
    let done = python().arg("script.py").current_dir(place.path("")).output().expect("Python");
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{errors}");
}

/// A table of every type a result may have, with and without NULL.
pub const EVERYTHING: &str = "\
SELECT * FROM (VALUES
  (1, '北京', 1.5, DATE '2024-02-29', true, arrow_cast('12.34', 'Decimal128(10, 2)'),
   arrow_cast('2024-02-29T01:02:03', 'Timestamp(Microsecond, None)'),
   arrow_cast('东', 'Dictionary(Int32, Utf8)'), struct(1.0 AS lower, '上' AS label), [1, NULL]),
  (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (-3, 'a,\"b\"\nc', -0.1, DATE '1969-12-31', false, arrow_cast('-0.01', 'Decimal128(10, 2)'),
   arrow_cast('1969-12-31T23:59:59.5', 'Timestamp(Microsecond, None)'),
   arrow_cast('西', 'Dictionary(Int32, Utf8)'), struct(NULL AS lower, NULL AS label), [])
) AS t(i, s, f, d, b, dec, ts, dict, st, l)";

/// What a reader must find in it.
const EXPECTED: &str = "\
import datetime as dt
from decimal import Decimal as D
expected = {
    'i': [1, None, -3],
    's': ['北京', None, 'a,\"b\"\\nc'],
    'f': [1.5, None, -0.1],
    'd': [dt.date(2024, 2, 29), None, dt.date(1969, 12, 31)],
    'b': [True, None, False],
    'dec': [D('12.34'), None, D('-0.01')],
    'ts': [dt.datetime(2024, 2, 29, 1, 2, 3), None, dt.datetime(1969, 12, 31, 23, 59, 59, 500000)],
    'dict': ['东', None, '西'],
    'st': [{'lower': 1.0, 'label': '上'}, None, {'lower': None, 'label': None}],
    'l': [[1, None], None, []],
}
def same(found, columns=tuple(expected)):
    for name in columns:
        assert found[name] == expected[name], (name, found[name], expected[name])
";

fn pyarrow_arrow_file() {
    let place = place();
    place.export(EVERYTHING, "x.arrow");
    let read = "
import pyarrow as pa
table = pa.ipc.open_file('x.arrow').read_all()
table.validate(full=True)
assert table.column_names == list(expected), table.column_names
same(table.to_pydict())
assert table.schema.field('dict').type in (pa.string(), pa.large_string()), table.schema
import pyarrow.feather
same(pyarrow.feather.read_table('x.arrow').to_pydict())
";
    script(&place, &format!("{EXPECTED}{read}"));
}

fn pyarrow_arrow_stream() {
    let place = place();
    place.export(EVERYTHING, "x.arrows");
    let read = "
import pyarrow as pa
table = pa.ipc.open_stream('x.arrows').read_all()
table.validate(full=True)
same(table.to_pydict())
";
    script(&place, &format!("{EXPECTED}{read}"));
}

fn pyarrow_pipe() {
    let place = place();
    let read = format!(
        "{EXPECTED}
import subprocess, pyarrow as pa
sql = '''{}'''
for options in (['-f', 'arrow', '-c', sql], ['export', sql, '-o', '-']):
    program = subprocess.Popen([r'{}'] + options, stdout=subprocess.PIPE)
    same(pa.ipc.open_stream(program.stdout).read_all().to_pydict())
    assert program.wait() == 0
",
        EVERYTHING.replace("\\n", "\n"),
        env!("CARGO_BIN_EXE_goalposts")
    );
    script(&place, &read);
}

fn pyarrow_parquet() {
    let place = place();
    place.export(EVERYTHING, "x.parquet");
    let read = "
import pyarrow.parquet as pq
table = pq.read_table('x.parquet')
table.validate(full=True)
same(table.to_pydict())
file = pq.ParquetFile('x.parquet')
column = file.metadata.row_group(0).column(0)
assert column.compression == 'ZSTD', column
assert (column.statistics.min, column.statistics.max, column.statistics.null_count) == (-3, 1, 1)
assert column.has_column_index and column.has_offset_index, column
assert file.metadata.created_by.startswith('goalposts '), file.metadata
";
    script(&place, &format!("{EXPECTED}{read}"));
}

fn pyarrow_csv() {
    let place = place();
    place.export(EVERYTHING, "x.csv");
    let read = "
import csv
rows = list(csv.reader(open('x.csv', encoding='utf-8', newline='')))
assert rows[0] == list(expected), rows[0]
assert rows[1][:6] == ['1', '北京', '1.5', '2024-02-29', 'true', '12.34'], rows[1]
assert rows[2] == [''] * 10, rows[2]
assert rows[3][1] == 'a,\"b\"\\nc', rows[3]
import pyarrow as pa, pyarrow.csv as pc
options = pc.ConvertOptions(strings_can_be_null=True, include_columns=['i', 's', 'f', 'd', 'b', 'ts', 'dict'],
    column_types={'ts': pa.timestamp('us')})
table = pc.read_csv('x.csv', parse_options=pc.ParseOptions(newlines_in_values=True), convert_options=options)
same(table.to_pydict(), table.column_names)
";
    script(&place, &format!("{EXPECTED}{read}"));
}

fn pyarrow_empty_results() {
    let place = place();
    let sql = format!("SELECT * FROM ({EVERYTHING}) WHERE false");
    for name in ["x.arrow", "x.arrows", "x.parquet", "x.csv"] {
        place.export(&sql, name);
    }
    let read = "
import pyarrow as pa, pyarrow.parquet as pq, pyarrow.csv as pc
tables = [pa.ipc.open_file('x.arrow').read_all(), pa.ipc.open_stream('x.arrows').read_all(),
          pq.read_table('x.parquet')]
for table in tables:
    assert table.num_rows == 0 and table.column_names == list(expected), table
    types = {field.name: str(field.type) for field in table.schema}
    assert types['i'] == 'int64' and types['f'] == 'double' and types['d'].startswith('date32'), types
    assert types['dec'] == 'decimal128(10, 2)' and types['st'].startswith('struct<'), types
assert pc.read_csv('x.csv').column_names == list(expected)
";
    script(&place, &format!("{EXPECTED}{read}"));
}

fn pyarrow_many_batches() {
    let place = place();
    let sql = "SELECT value AS v, CASE WHEN value % 3 = 0 THEN NULL ELSE arrow_cast('组' || (value % 7), \
               'Dictionary(Int8, Utf8)') END AS g FROM generate_series(1, 100000) ORDER BY value";
    for name in ["x.arrow", "x.arrows", "x.parquet"] {
        place.export(sql, name);
    }
    let read = "
import pyarrow as pa, pyarrow.parquet as pq
tables = [pa.ipc.open_file('x.arrow').read_all(), pa.ipc.open_stream('x.arrows').read_all(),
          pq.read_table('x.parquet')]
for table in tables:
    table.validate(full=True)
    assert table.column('v').to_pylist() == list(range(1, 100001))
    expected = [None if v % 3 == 0 else f'组{v % 7}' for v in range(1, 100001)]
    assert table.column('g').to_pylist() == expected
";
    script(&place, read);
}

/// Fitted scales, which are structs, travel and come back.
fn pyarrow_fits() {
    let place = place();
    let sql = "SELECT indicator, fit_minmax(value) AS minmax, fit_zscore(value) AS zscore FROM (VALUES \
               ('a', 1.0), ('a', 3.0), ('b', NULL), ('b', 5.0), ('c', NULL)) AS t(indicator, value) \
               GROUP BY indicator ORDER BY indicator";
    for name in ["x.arrow", "x.parquet"] {
        place.export(sql, name);
        let used =
            format!("SELECT norm_minmax(2.0, minmax) AS x FROM '{name}' WHERE indicator = 'a'");
        assert_eq!(
            place.csv(&used),
            place.csv(&format!(
                "SELECT norm_minmax(2.0, minmax) AS x FROM ({sql}) WHERE indicator = 'a'"
            ))
        );
    }
    let read = "
import pyarrow as pa, pyarrow.parquet as pq
file, parquet = pa.ipc.open_file('x.arrow').read_all(), pq.read_table('x.parquet')
assert file.to_pydict() == parquet.to_pydict(), (file, parquet)
for name in ('minmax', 'zscore'):
    assert pa.types.is_struct(file.schema.field(name).type), file.schema
numbers = [x for x in file.to_pydict()['minmax'][0].values() if isinstance(x, float)]
assert 1.0 in numbers and 3.0 in numbers, numbers
";
    script(&place, read);
}

fn pyarrow_imported() {
    let place = place();
    place.write("x.csv", "unit,period,indicator,value\n010,2014,产值,1.5\n003,2014,产值,\n");
    place.run(&["import", "x.csv", "-o", "x.parquet"]).done();
    let read = "
import pyarrow.parquet as pq
assert pq.read_table('x.parquet').to_pydict() == {
    'unit': ['003', '010'], 'period': [2014, 2014], 'indicator': ['产值', '产值'], 'value': [None, 1.5]}
group = pq.ParquetFile('x.parquet').metadata.row_group(0)
assert [column.column_index for column in group.sorting_columns] == [2, 0, 1], group.sorting_columns
";
    script(&place, read);
}

/// Columns as Python's category and R's factor write them.
fn pyarrow_dictionary_columns() {
    let place = place();
    let write = "
import pyarrow as pa, pyarrow.parquet as pq
table = pa.table({
    'unit': pa.array(['北京', '天津', None, '北京']).dictionary_encode(),
    'indicator': pa.DictionaryArray.from_arrays(pa.array([0, 1, 1, 0], pa.int8()), ['g', 'r']),
    'score': pa.array([4.0, 9.0, 1.0, 9.0]).dictionary_encode(),
})
pq.write_table(table, 'd.parquet')
with pa.ipc.new_file('d.arrow', table.schema) as file: file.write_table(table)
with pa.ipc.new_stream('d.arrows', table.schema) as file: file.write_table(table)
";
    script(&place, write);
    for name in ["d.parquet", "d.arrow", "d.arrows"] {
        let sql = format!("SELECT unit, indicator, score FROM '{name}' ORDER BY score, unit");
        let expected = "unit,indicator,score\n,r,1.0\n北京,g,4.0\n北京,g,9.0\n天津,r,9.0\n";
        assert_eq!(place.csv(&sql), expected, "{name}");
        let sql = format!(
            "SELECT unit, agg_geometric(score) AS x FROM '{name}' WHERE unit <> '天津' GROUP BY unit"
        );
        let read = place.csv(&sql);
        let cell = read.lines().nth(1).and_then(|row| row.strip_prefix("北京,")).expect(&read);
        assert!((cell.parse::<f64>().expect(&read) - 6.0).abs() < 1e-12, "{name}: {read}");
        place.export(&format!("SELECT * FROM '{name}' WHERE indicator = 'g'"), "back.arrow");
        place.export(&format!("SELECT * FROM '{name}' WHERE indicator = 'g'"), "back.parquet");
        let read = "
import pyarrow as pa, pyarrow.parquet as pq
for table in (pa.ipc.open_file('back.arrow').read_all(), pq.read_table('back.parquet')):
    assert table.to_pydict() == {'unit': ['北京', '北京'], 'indicator': ['g', 'g'], 'score': [4.0, 9.0]}, table
";
        script(&place, read);
    }
}

/// Files with the types and settings that Python writes.
fn pyarrow_writes() {
    let place = place();
    let write = "
import pyarrow as pa, pyarrow.parquet as pq, datetime as dt
from decimal import Decimal as D
table = pa.table({
    'unit': pa.array(['北京', None], pa.large_string()),
    'period': pa.array([2014, 2015], pa.int16()),
    'value': pa.array([1.5, None], pa.float32()),
    'day': pa.array([dt.date(2024, 2, 29), None], pa.date32()),
    'amount': pa.array([D('1.50'), None], pa.decimal128(10, 2)),
    'at': pa.array([dt.datetime(2024, 2, 29, 1, 2, 3), None], pa.timestamp('ns')),
    'none': pa.nulls(2),
})
for codec in ('snappy', 'gzip', 'zstd', 'lz4', 'brotli', 'none'):
    pq.write_table(table, codec + '.parquet', compression=codec)
pq.write_table(table, 'v1.parquet', version='1.0', data_page_version='1.0', write_statistics=False)
pq.write_table(table, 'v2.parquet', data_page_version='2.0', use_dictionary=False)
pq.write_table(table, 'int96.parquet', use_deprecated_int96_timestamps=True)
";
    script(&place, write);
    for name in ["snappy", "gzip", "zstd", "lz4", "brotli", "none", "v1", "v2", "int96"]
        .map(|n| format!("{n}.parquet"))
    {
        let read = place.csv(&format!("SELECT * FROM '{name}' ORDER BY period"));
        assert_eq!(
            read,
            "unit,period,value,day,amount,at,none\n\
             北京,2014,1.5,2024-02-29,1.50,2024-02-29T01:02:03,\n,2015,,,,,\n",
            "{name}"
        );
    }
}

fn polars_every_format() {
    let place = place();
    for name in ["x.arrow", "x.arrows", "x.parquet", "x.csv", "x.ndjson"] {
        place.export(EVERYTHING, name);
    }
    let read = "
import polars as pl
for table in (pl.read_ipc('x.arrow'), pl.read_ipc_stream('x.arrows'), pl.read_parquet('x.parquet')):
    found = table.to_dict(as_series=False)
    same(found, [name for name in expected if name != 'st'])
    assert found['st'][0] == expected['st'][0], found['st']
table = pl.read_csv('x.csv', try_parse_dates=True)
same(table.to_dict(as_series=False), ['i', 's', 'f', 'd', 'b', 'dict'])
same(pl.read_ndjson('x.ndjson').to_dict(as_series=False), ['i', 's', 'f', 'b', 'dict'])
";
    script(&place, &format!("{EXPECTED}{read}"));
}

fn duckdb_every_format() {
    let place = place();
    for name in ["x.parquet", "x.csv", "x.json", "x.ndjson"] {
        place.export(EVERYTHING, name);
    }
    let read = "
import duckdb
def read(sql):
    cursor = duckdb.sql(sql)
    return dict(zip(cursor.columns, map(list, zip(*cursor.fetchall()))))
same(read(\"SELECT * FROM 'x.parquet'\"))
same(read(\"SELECT * FROM read_csv('x.csv', header=true)\"), ['i', 's', 'f', 'd', 'b', 'dict'])
for name in ('x.json', 'x.ndjson'):
    same(read(f\"SELECT * FROM '{name}'\"), ['i', 's', 'f', 'd', 'b', 'dict', 'l'])
";
    script(&place, &format!("{EXPECTED}{read}"));
}

// ----------------------------------------------------------------------- compression, nested types

/// Types that are not plain, at every depth, with a row of NULL.
const ODD: &str = "\
SELECT i,
  CASE WHEN i = 1 THEN arrow_cast(['a', NULL], 'LargeList(Utf8View)') END AS large_list,
  CASE WHEN i = 1 THEN map(['k', 'l'], [arrow_cast('东', 'Utf8View'), NULL]) END AS m,
  CASE WHEN i = 1 THEN named_struct('l', arrow_cast(['x'], 'LargeList(LargeUtf8)'),
                                    'd', arrow_cast('y', 'Dictionary(Int32, Utf8)')) END AS st,
  CASE WHEN i = 1 THEN [named_struct('m', map(['k'], [arrow_cast('v', 'Dictionary(Int8, Utf8)')]),
                                     'n', [[1, NULL], []])] END AS deep,
  arrow_cast(['x', 'y'], 'FixedSizeList(2, Utf8View)') AS fixed,
  CASE WHEN i = 1 THEN arrow_cast('z', 'LargeUtf8') END AS text,
  CASE WHEN i = 1 THEN arrow_cast('z', 'BinaryView') END AS bytes,
  CASE WHEN i = 1 THEN arrow_cast(1.5, 'Float16') END AS half,
  CASE WHEN i = 1 THEN arrow_cast('1.25', 'Decimal32(5, 2)') END AS small,
  CASE WHEN i = 1 THEN arrow_cast('-1.25', 'Decimal256(30, 2)') END AS big,
  CASE WHEN i = 1 THEN arrow_cast('2024-02-29T01:02:03', 'Timestamp(Second, None)') END AS seconds,
  CASE WHEN i = 1 THEN arrow_cast(DATE '2024-02-29', 'Date64') END AS day,
  CASE WHEN i = 1 THEN arrow_cast('01:02:03', 'Time32(Second)') END AS clock
FROM (VALUES (1), (2)) AS t(i) ORDER BY i";

/// What a reader must find in it.
const EXPECTED_OF_ODD: &str = "\
import datetime as dt
from decimal import Decimal as D
expected = {
    'i': [1, 2],
    'large_list': [['a', None], None],
    'm': [{'k': '东', 'l': None}, None],
    'st': [{'l': ['x'], 'd': 'y'}, None],
    'deep': [[{'m': {'k': 'v'}, 'n': [[1, None], []]}], None],
    'fixed': [['x', 'y'], ['x', 'y']],
    'text': ['z', None],
    'bytes': [b'z', None],
    'half': [1.5, None],
    'small': [D('1.25'), None],
    'big': [D('-1.25'), None],
    'seconds': [dt.datetime(2024, 2, 29, 1, 2, 3), None],
    'day': [dt.date(2024, 2, 29), None],
    'clock': [dt.time(1, 2, 3), None],
}
def tidy(value):
    # Arrays are lists, and entries of maps are maps, whatever a reader makes of them.
    if isinstance(value, dict):
        if set(value) == {'key', 'value'} and isinstance(value['key'], list):
            return dict(zip(value['key'], map(tidy, value['value'])))
        return {key: tidy(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        if value and all(isinstance(pair, tuple) and len(pair) == 2 for pair in value):
            return {key: tidy(inner) for key, inner in value}
        if value and all(isinstance(pair, dict) and set(pair) == {'key', 'value'} for pair in value):
            return {pair['key']: tidy(pair['value']) for pair in value}
        return [tidy(inner) for inner in value]
    return value
def same(name, found):
    assert list(found) == list(expected), (name, list(found))
    for column in expected:
        assert [tidy(x) for x in found[column]] == expected[column], (name, column, found[column])
";

/// Writes every format of programs in every compression. Returns the files.
fn every_compression(place: &Place) -> Vec<String> {
    let arrow = ["none", "lz4", "zstd", "zstd(9)"];
    let parquet = ["none", "snappy", "lz4", "gzip", "gzip(9)", "zstd", "zstd(19)"];
    let formats = [("arrow", &arrow[..]), ("arrows", &arrow[..]), ("parquet", &parquet[..])];
    place.write("odd.sql", ODD);
    let mut files = Vec::new();
    for (format, compressions) in formats {
        for compression in compressions {
            let file = format!("{}.{format}", compression.replace(['(', ')'], "_"));
            let with = ["--compression", compression];
            let run = [&["export", "--file", "odd.sql", "-o", &file][..], &with].concat();
            place.run(&run).done();
            files.push(file);
        }
    }
    files
}

fn pyarrow_every_compression() {
    let place = place();
    let files = every_compression(&place);
    let read = format!(
        "
import pyarrow as pa, pyarrow.parquet as pq
for name in {files:?}:
    if name.endswith('.arrow'): table = pa.ipc.open_file(name).read_all()
    elif name.endswith('.arrows'): table = pa.ipc.open_stream(name).read_all()
    else:
        table = pq.read_table(name)
        codec = pq.ParquetFile(name).metadata.row_group(0).column(0).compression
        words = dict(none='UNCOMPRESSED', lz4='LZ4')
        word = name.split('.')[0].split('_')[0]
        assert codec == words.get(word, word.upper()), (name, codec)
    table.validate(full=True)
    plain = str([field.type for field in table.schema])
    assert not any(word in plain for word in ('view', 'large', 'dictionary', 'halffloat')), plain
    same(name, table.to_pydict())
"
    );
    script(&place, &format!("{EXPECTED_OF_ODD}{read}"));
}

fn polars_every_compression() {
    let place = place();
    let files = every_compression(&place);
    let read = format!(
        "
import polars as pl
for name in {files:?}:
    read = dict(arrow=pl.read_ipc, arrows=pl.read_ipc_stream, parquet=pl.read_parquet)
    frame = read[name.rsplit('.', 1)[1]](name)
    same(name, {{column: frame[column].to_list() for column in frame.columns}})
"
    );
    script(&place, &format!("{EXPECTED_OF_ODD}{read}"));
}

/// DuckDB reads Parquet itself, and Arrow from Python's reader.
fn duckdb_every_compression() {
    let place = place();
    let files = every_compression(&place);
    let has_pyarrow = modules(["pyarrow"]).contains(&"pyarrow".to_owned());
    let read = format!(
        "
import duckdb
for name in {files:?}:
    if name.endswith('.parquet'): cursor = duckdb.sql(f\"SELECT * FROM '{{name}}'\")
    elif not {has_pyarrow}: continue
    else:
        import pyarrow as pa
        opened = pa.ipc.open_file(name) if name.endswith('.arrow') else pa.ipc.open_stream(name)
        table = opened.read_all()
        cursor = duckdb.sql('SELECT * FROM table')
    same(name, dict(zip(cursor.columns, map(list, zip(*cursor.fetchall())))))
",
        has_pyarrow = if has_pyarrow { "True" } else { "False" }
    );
    let read = read.replace("table = opened", "rows = opened").replace("FROM table", "FROM rows");
    script(&place, &format!("{EXPECTED_OF_ODD}{read}"));
}

fn has_r_arrow() -> bool {
    let found = Command::new("Rscript")
        .args(["-e", "quit(status = if (requireNamespace('arrow', quietly = TRUE)) 0 else 1)"])
        .output();
    found.is_ok_and(|found| found.status.success())
}

fn r_every_compression() {
    let place = place();
    for file in every_compression(&place) {
        let text = format!(
            "library(arrow)
name <- '{file}'
table <- if (grepl('arrows$', name)) read_ipc_stream(name, as_data_frame = FALSE) else
  if (grepl('arrow$', name)) read_ipc_file(name, as_data_frame = FALSE) else
  read_parquet(name, as_data_frame = FALSE)
frame <- as.data.frame(table[c('i', 'large_list', 'st', 'text', 'half', 'small', 'seconds', 'day')])
stopifnot(frame$i == c(1, 2), identical(as.character(frame$large_list[[1]]), c('a', NA)),
  identical(frame$st$d[[1]], 'y'), identical(frame$text, c('z', NA)), frame$half[[1]] == 1.5,
  as.numeric(frame$small[[1]]) == 1.25, frame$day[[1]] == as.Date('2024-02-29'),
  is.na(frame$seconds[[2]]))
"
        );
        place.write("script.R", text);
        let done = Command::new("Rscript").arg("script.R").current_dir(place.path("")).output();
        let done = done.expect("R");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
}

// ------------------------------------------------------------------------------------- damaged files

/// A file of some columns and pages.
const GOOD: &str = "SELECT value AS v, 'u' || (value % 5) AS u, CASE WHEN value % 3 = 0 THEN NULL \
                    ELSE value / 7.0 END AS x FROM generate_series(1, 3000) ORDER BY value";

/// The ways a file is cut or overwritten; every one must be noticed.
fn damages(good: &[u8]) -> Vec<(String, Vec<u8>)> {
    let n = good.len();
    let mut bad: Vec<(String, Vec<u8>)> = [0, 1, 3, 4, 8, 12, 100, n / 10, n / 2, n * 9 / 10]
        .into_iter()
        .chain([n - 100, n - 9, n - 8, n - 4, n - 1])
        .map(|length| (format!("cut{length}"), good[..length].to_vec()))
        .collect();
    for zeroed in [8, 16, n / 2] {
        let mut bytes = good.to_vec();
        bytes[n - zeroed..].fill(0);
        bad.push((format!("zero{zeroed}"), bytes));
    }
    bad.push(("text".into(), b"unit,value\nA,1\n".to_vec()));
    bad.push(("noise".into(), (0..2000u32).map(|i| (i * i * 31 + i / 7) as u8).collect()));
    bad.push(("headless".into(), good[n / 3..].to_vec()));
    bad
}

/// Reads a file in every way. It may be readable in spite of all; if it is not, that must be said
/// of the file by its name, and nothing may be left behind.
fn read_all(place: &Place, name: &str, must_fail: bool) {
    let before = place.files();
    let sql = format!("SELECT * FROM '{name}'");
    for arguments in [&["-f", "csv", "-c", &sql][..], &["export", &sql, "-o", "out.parquet"]] {
        let run = place.run(arguments);
        check(&run, name, must_fail);
        if run.code != Some(0) {
            assert_eq!(place.files(), before, "{name}");
        }
        let _ = fs::remove_file(place.path("out.parquet"));
    }
}

fn check(run: &Run, name: &str, must_fail: bool) {
    match run.code {
        Some(0) => assert!(!must_fail, "{name}: read as if nothing were wrong"),
        // A readable file may hold what the format written to does not: then that one is named.
        Some(1) => {
            let message = run.fails(1);
            assert!(
                message.contains(name) || message.starts_with("out.parquet: "),
                "{name}: {message}"
            );
        }
        code => panic!("{name}: exit code {code:?}: {}", run.err),
    }
}

fn damaged_parquet() {
    let place = place();
    place.export(GOOD, "good.parquet");
    let good = fs::read(place.path("good.parquet")).expect("the file");
    for (name, bytes) in damages(&good) {
        let name = format!("{name}.parquet");
        place.write(&name, &bytes);
        read_all(&place, &name, true);
        let import = place.run(&["import", &name, "-o", "out.parquet"]);
        check(&import, &name, true);
        fs::remove_file(place.path(&name)).expect("the file");
        assert_eq!(place.files(), ["good.parquet"]);
    }
    // A flipped byte of the footer may be one that does not matter.
    let length = u32::from_le_bytes(good[good.len() - 8..good.len() - 4].try_into().expect("4"));
    let footer = good.len() - 8 - length as usize;
    for at in (footer..good.len()).step_by((length as usize / 40).max(1)) {
        let mut bytes = good.clone();
        bytes[at] ^= 0x5a;
        let name = format!("flip{at}.parquet");
        place.write(&name, bytes);
        read_all(&place, &name, false);
    }
}

fn damaged_parquet_data() {
    let place = place();
    place.export(GOOD, "good.parquet");
    let good = fs::read(place.path("good.parquet")).expect("the file");
    let length = u32::from_le_bytes(good[good.len() - 8..good.len() - 4].try_into().expect("4"));
    let footer = good.len() - 8 - length as usize;
    for at in (4..footer).step_by((footer / 40).max(1)) {
        let mut bytes = good.clone();
        bytes[at] ^= 0x5a;
        let name = format!("flip{at}.parquet");
        place.write(&name, bytes);
        read_all(&place, &name, false);
    }
    // A damaged table hides no other.
    place
        .write("data/bad.parquet", &good[..good.len() / 2])
        .export("SELECT 1 AS a", "data/fine.parquet");
    assert_eq!(place.csv("SELECT * FROM fine"), "a\n1\n");
    contains(&place.fault("SELECT * FROM fine, bad"), &["data/bad.parquet: "]);
}

fn damaged_arrow() {
    let place = place();
    for ending in ["arrow", "arrows"] {
        let original = format!("good.{ending}");
        place.export(GOOD, &original);
        let good = fs::read(place.path(&original)).expect("the file");
        for (kind, bytes) in damages(&good) {
            // A stream need not have its end mark, of eight bytes, and data is not summed.
            let must_fail = match kind.as_str() {
                "zero8" | "zero16" => false,
                _ if kind == format!("zero{}", good.len() / 2) => ending == "arrow",
                _ if kind.starts_with("cut") => ending == "arrow" || bytes.len() != good.len() - 8,
                _ => true,
            };
            let name = format!("{kind}.{ending}");
            place.write(&name, &bytes);
            read_all(&place, &name, must_fail);
        }
        for at in (0..good.len().min(600)).chain(good.len() - 600..good.len()).step_by(29) {
            let mut bytes = good.clone();
            bytes[at] ^= 0x5a;
            let name = format!("flip{at}.{ending}");
            place.write(&name, bytes);
            read_all(&place, &name, false);
        }
    }
}

fn damaged_text() {
    let place = place();
    let long: String = (0..2000).map(|i| format!("u{i},{i}\n")).collect();
    let cases: [(&str, Vec<u8>, bool); _] = [
        ("empty.csv", Vec::new(), true),
        ("ragged.csv", b"a,b\n1,2\n3,4,5\n".to_vec(), true),
        ("short.csv", b"a,b\n1,2\n3\n".to_vec(), true),
        ("gbk.csv", b"a,b\n\xb1\xb1,2\n".to_vec(), false),
        ("utf16.csv", "a,b\n1,2\n".encode_utf16().flat_map(u16::to_le_bytes).collect(), false),
        ("open.csv", b"a,b\n\"1,2\n3,4\n".to_vec(), false),
        ("nul.csv", b"a,b\n\0,2\n".to_vec(), false),
        ("late.csv", format!("a,b\n{long}x\n").into_bytes(), true),
        ("cut.json", b"[{\"a\": 1}, {\"a\":".to_vec(), true),
        ("cut.ndjson", b"{\"a\": 1}\n{\"a\":".to_vec(), true),
        ("mixed.ndjson", b"{\"a\": 1}\n7\n".to_vec(), true),
        ("empty.json", Vec::new(), true),
    ];
    for (name, bytes, must_fail) in cases {
        place.write(name, bytes);
        read_all(&place, name, must_fail);
    }
}

/// The folder of files that others found to break readers; they are not part of this project.
fn bad_files() -> Option<PathBuf> {
    let beside = || repository().parent().map(|folder| folder.join("shared/badfiles/fetched"));
    let folder = std::env::var_os("GOALPOSTS_BADFILES").map(PathBuf::from).or_else(beside);
    folder.filter(|folder| folder.is_dir())
}

fn damaged_third_party(folder: &Path) {
    let place = place();
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let name = file_name(&path);
        if ["parquet", "arrow", "arrows", "csv"].contains(&ending) {
            fs::copy(&path, place.path(&name)).expect("a copy");
            read_all(&place, &name, false);
            fs::remove_file(place.path(&name)).expect("the copy");
            count += 1;
        }
    }
    assert!(count > 0, "{}: must have files to read", folder.display());
    println!("readers::damaged::third_party: {count} files of {}", folder.display());
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
