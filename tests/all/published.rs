//! Published files as they came, read by one command each: what they become is what pandas finds.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use libtest_mimic::Trial;

use crate::cli::{Place, place};
use crate::readers::{modules, script};
use crate::{repository, skipped, trial};

/// A file, how it is read, and how pandas reads it.
struct Case {
    name: &'static str,
    /// The file below the folder of published files.
    file: &'static str,
    /// Options as `read_table` takes them.
    options: &'static str,
    /// The same as `import` takes them.
    arguments: &'static [&'static str],
    /// What `FROM 'file'` gives is the same.
    is_bare: bool,
    /// The same table by pandas, as `expected`; texts as they are, numbers as floats.
    pandas: &'static str,
    /// Columns that identify a row.
    key: &'static str,
    /// Rows, values, the sum of the values; then cells, by the key.
    known: &'static str,
}

const CASES: [Case; 12] = [
    Case {
        name: "undp",
        file: "undp/HDR23-24_Composite_indices_complete_time_series.csv",
        options: "shape => 'undp'",
        arguments: &["--shape", "undp"],
        is_bare: false,
        pandas: r"
table = text(FILE, encoding='latin-1')
wide = [name for name in table if re.fullmatch(r'.+_[0-9]{4}', name)]
assert len({name[:-5] for name in wide}) == 40, wide
expected = long(table.rename(columns={'iso3': 'unit'}), wide, r'(?P<indicator>.+)_(?P<period>[0-9]{4})',
                ['', '..', 'NaN'])
assert expected['indicator'].nunique() == 40
",
        key: "unit,indicator,period",
        known: "220832 192615 AFG/hdi/1990=0.284 AFG/hdi_rank/2022=182",
    },
    Case {
        name: "epi_indicators",
        file: "epi2020/indicators/*.csv",
        options: "wide => '{indicator}.ind.{period}', id => ['iso'], missing => 'NA'",
        arguments: &["--wide", "{indicator}.ind.{period}", "--id", "iso", "--missing", "NA"],
        is_bare: false,
        pandas: r"
files = sorted(glob.glob(FILE))
assert len(files) == 32, files
parts = []
for file in files:
    table = text(file)
    wide = [name for name in table if '.ind.' in name]
    parts.append(long(table[['iso'] + wide], wide, r'(?P<indicator>.+)\.ind\.(?P<period>[0-9]{4})', ['', 'NA']))
expected = pd.concat(parts)
assert expected['indicator'].nunique() == 32
",
        key: "iso,indicator,period",
        known: "183040 153114 AFG/NXA/1995=0",
    },
    Case {
        name: "epi_raw",
        file: "epi2020/raw/*.csv",
        options: "wide => '{indicator}.raw.{period}', id => ['iso'], missing => 'NA'",
        arguments: &["--wide", "{indicator}.raw.{period}", "--id", "iso", "--missing", "NA"],
        is_bare: false,
        pandas: r"
files = sorted(glob.glob(FILE))
assert len(files) == 7, files
parts = []
for file in files:
    table = text(file)
    wide = [name for name in table if '.raw.' in name]
    parts.append(long(table[['iso'] + wide], wide, r'(?P<indicator>.+)\.raw\.(?P<period>[0-9]{4})', ['', 'NA']))
expected = pd.concat(parts)
",
        key: "iso,indicator,period",
        known: "28380 24755 AFG/BHV/2005=0.575452 DZA/BHV/2010=0.75296",
    },
    Case {
        name: "worldbank",
        file: "worldbank/API_NY.GDP.MKTP.CD.csv",
        options: "shape => 'worldbank'",
        arguments: &["--shape", "worldbank"],
        is_bare: false,
        pandas: r"
table = text(FILE, skiprows=4, skip_blank_lines=False, encoding='utf-8-sig')
table = table.loc[:, [not name.startswith('Unnamed') for name in table]]
table.columns = ['country', 'unit', 'indicator_name', 'indicator'] + list(table)[4:]
expected = long(table, list(table)[4:], r'(?P<period>[0-9]{4})', [''])
",
        key: "unit,period",
        known: "16104 12401",
    },
    Case {
        name: "eurostat",
        file: "eurostat/nama_10r_2gdp.tsv",
        options: "",
        arguments: &[],
        is_bare: true,
        pandas: EUROSTAT,
        key: "unit_measure,unit,period",
        known: "38460 37274 EUR_HAB/AT/2014=38500 EUR_HAB/AT1/2000=28500",
    },
    Case {
        name: "eurostat_by_shape",
        file: "eurostat/nama_10r_2gdp.tsv",
        options: "shape => 'eurostat'",
        arguments: &["--shape", "eurostat"],
        is_bare: false,
        pandas: EUROSTAT,
        key: "unit_measure,unit,period",
        known: "38460 37274 EUR_HAB/AT/2014=38500 EUR_HAB/AT1/2000=28500",
    },
    Case {
        name: "nbs",
        file: "nbs/gdp_gbk.csv",
        options: "",
        arguments: &[],
        is_bare: true,
        pandas: r"
expected = numbers(text(FILE, encoding='gb18030', skiprows=3, nrows=31), ['地区'])
",
        key: "地区",
        known: "31 589",
    },
    Case {
        name: "nbs_long",
        file: "nbs/gdp_gbk.csv",
        options: "wide => '{period}'",
        arguments: &["--wide", "{period}"],
        is_bare: false,
        pandas: r"
table = text(FILE, encoding='gb18030', skiprows=3, nrows=31)
expected = long(table, list(table)[1:], r'(?P<period>[0-9]{4})年', [''])
",
        key: "地区,period",
        known: "589 589 北京市/2024=49670.2 新疆维吾尔自治区/2006=2984.5",
    },
    Case {
        name: "inform",
        file: "inform2018/INFORM_Mid2018_v034.csv",
        options: "missing => 'x'",
        arguments: &["--missing", "x"],
        is_bare: false,
        pandas: r"
table = text(FILE, encoding='cp1252', nrows=191)
assert table['ISO3'].iloc[-1] == 'ZWE' and any('ô' in name for name in table['COUNTRY'])
expected = numbers(table, ['COUNTRY', 'ISO3'], ['', 'x'])
",
        key: "ISO3",
        known: "191 6243",
    },
    Case {
        name: "cities",
        file: "cities16/entropy.xlsx",
        options: "",
        arguments: &[],
        is_bare: true,
        pandas: r"
expected = pd.read_excel(FILE)
expected['year'] = expected['year'].astype(str)
expected['var1'] = expected['var1'].astype(float)
",
        key: "city,year",
        known: "96 864",
    },
    Case {
        name: "provinces",
        file: "provinces/panel.csv",
        options: "",
        arguments: &[],
        is_bare: true,
        pandas: r"
expected = numbers(text(FILE, encoding='utf-8-sig'), ['province_id', 'province', 'year'])
",
        key: "province_id,year",
        known: "620 13227",
    },
    Case {
        name: "sdg",
        file: "sdg2023/sdg23.csv",
        options: "",
        arguments: &[],
        is_bare: true,
        pandas: r"
expected = numbers(text(FILE, encoding='utf-8-sig'), ['country_code', 'country', 'region'])
",
        key: "country_code",
        known: "166 2916",
    },
];

const EUROSTAT: &str = r"
table = text(FILE, sep='\t')
keys = table.pop(list(table)[0]).str.split(',', expand=True)
rows = []
for column in table:
    for unit_measure, unit, cell in zip(keys[0], keys[1], table[column]):
        value, flag = cell.split(' ')
        value = math.nan if value == ':' else float(value)
        rows.append((unit_measure, unit, column.strip(), value, flag, unit_measure))
expected = pd.DataFrame(rows, columns=['unit_measure', 'unit', 'period', 'value', 'flag', 'indicator'])
assert (expected['flag'] == 'e').sum() == 144, expected['flag'].value_counts()
";

/// What every script begins with.
const BEGIN: &str = r"
import glob, math, re
import pandas as pd

def text(file, **options):
    return pd.read_csv(file, dtype=str, keep_default_na=False, **options)

def number(cell, missing=('',)):
    return math.nan if cell in missing else float(cell)

def numbers(table, keys, missing=('',)):
    for column in table:
        if column not in keys:
            table[column] = [number(cell, missing) for cell in table[column]]
    return table

def long(table, wide, pattern, missing):
    stay = [column for column in table if column not in wide]
    table = table.melt(stay, wide, 'name', 'value')
    parts = table['name'].str.extract(pattern)
    value = [number(cell, missing) for cell in table['value']]
    return pd.concat([table[stay], parts], axis=1).assign(value=value)
";

/// What every script ends with: both tables have the same columns, and the same cells.
const END: &str = r"
def prepare(table):
    return table.sort_values(KEY).reset_index(drop=True)

def sums(table):
    cells = [cell for column in values for cell in table[column] if not math.isnan(cell)]
    return len(table), len(cells), math.fsum(cells)

values = [column for column in expected if expected[column].dtype == float]
expected = prepare(expected)
assert not expected.duplicated(KEY).any()
for door in DOORS:
    found = text(door)
    assert sorted(found) == sorted(expected), (door, list(found), list(expected))
    for column in values:
        found[column] = [number(cell) for cell in found[column]]
    found = prepare(found)
    assert sums(found) == sums(expected), (door, sums(found), sums(expected))
    assert sums(found)[:2] == COUNTS, (door, sums(found))
    for column in expected:
        left, right = found[column], expected[column]
        unlike = (left != right) & ~(left.isna() & right.isna())
        assert not unlike.any(), (door, column, left[unlike].head(3), right[unlike].head(3))
    for cell, value in CELLS.items():
        row = found
        for column, part in zip(KEY, cell.split('/')):
            row = row[row[column] == part]
        assert list(row['value']) == [value], (door, cell, row)
print(sums(expected))
";

/// Every published file.
pub fn trials() -> Vec<Trial> {
    let folder = published();
    let found = modules(["pandas", "openpyxl"]);
    let mut trials = Vec::new();
    for case in CASES {
        let name = format!("published::{}", case.name);
        let lacks = match (&folder, &found.as_slice()) {
            (None, _) => Some("no folder of published files (GOALPOSTS_PUBLISHED names one)"),
            (_, [_, _]) => None,
            _ => Some("no Python with pandas and openpyxl (GOALPOSTS_PYTHON names one)"),
        };
        trials.push(match (&folder, lacks) {
            (Some(folder), None) => {
                let folder = folder.clone();
                trial(&name, move || compare(&folder, &case))
            }
            (_, why) => skipped(&name, why.unwrap_or_default()),
        });
    }
    let name = "published::recipes";
    trials.push(match folder {
        Some(folder) if cfg!(unix) => trial(name, move || recipes(&folder)),
        Some(_) => skipped(name, "its commands are those of a Unix shell"),
        None => skipped(name, "no folder of published files (GOALPOSTS_PUBLISHED names one)"),
    });
    trials
}

/// The folder of files that others published; they are not part of this project.
pub fn published() -> Option<PathBuf> {
    let beside = || repository().parent().map(|folder| folder.join("shared/published"));
    let folder = env::var_os("GOALPOSTS_PUBLISHED").map(PathBuf::from).or_else(beside);
    folder.filter(|folder| folder.is_dir())
}

/// Reads a file by every door, and by pandas.
fn compare(folder: &Path, case: &Case) {
    let place = place();
    let file = folder.join(case.file).to_string_lossy().into_owned();
    let options = match case.options {
        "" => String::new(),
        options => format!(", {options}"),
    };
    let mut doors = vec!["call.csv", "import.csv"];
    let all = format!("SELECT * FROM read_table('{file}'{options})");
    place.run(&["export", &all, "-o", "call.csv"]).done();
    place.run(&[&["import", &file, "-o", "x.parquet"], case.arguments].concat()).done();
    place.run(&["export", "SELECT * FROM 'x.parquet'", "-o", "import.csv"]).done();
    if case.is_bare {
        place.run(&["export", &format!("SELECT * FROM '{file}'"), "-o", "bare.csv"]).done();
        doors.push("bare.csv");
    }
    let words: Vec<&str> = case.known.split(' ').collect();
    let counts = words[..2].join(", ");
    let cells: Vec<String> = words[2..]
        .iter()
        .map(|word| word.split_once('=').expect("cell=value"))
        .map(|(cell, value)| format!("'{cell}': {value}"))
        .collect();
    let constants = format!(
        "FILE, KEY = '{file}', '{}'.split(',')\nDOORS, COUNTS, CELLS = {doors:?}, ({counts}), {{{}}}\n",
        case.key,
        cells.join(", ")
    );
    script(&place, &format!("{constants}{BEGIN}{}{END}", case.pandas));
}

// --------------------------------------------------------------------------------- docs/importing.md

const PAGE: &str = "docs/importing.md";

/// Every command of the recipes works as it is printed, where the files lie.
fn recipes(folder: &Path) {
    let page = fs::read_to_string(repository().join(PAGE)).expect("the page");
    let place = place();
    copy(folder, &place.path(""));
    let mut ran = 0;
    let (_, part) = page.split_once("\n## Recipes\n").expect("recipes");
    let part = part.split("\n## ").next().unwrap_or_default();
    for block in part.split("\n```").skip(1) {
        match block.split_once('\n') {
            Some(("sh", commands)) => {
                shell(&place, commands);
                ran += 1;
            }
            Some(("sql", statements)) => {
                place.run(&["-c", statements]).done();
                ran += 1;
            }
            _ => {}
        }
    }
    assert!(ran >= 9, "{PAGE}: {ran} recipes ran");
}

fn shell(place: &Place, commands: &str) {
    let program = Path::new(env!("CARGO_BIN_EXE_goalposts")).parent().expect("a folder");
    let others = env::var_os("PATH").unwrap_or_default();
    let path =
        env::join_paths([program.to_path_buf()].into_iter().chain(env::split_paths(&others)));
    let mut command = Command::new("sh");
    command.args(["-ec", commands]).current_dir(place.path("")).env("PATH", path.expect("a path"));
    let done = command.env_remove("GOALPOSTS_DATA").output().expect("the block runs");
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{PAGE}: {commands}\n{errors}");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().unwrap_or_default());
        match path.is_dir() {
            true => copy(&path, &target),
            false => drop(fs::copy(&path, &target).expect("a copy")),
        }
    }
}
