//! Small files of the kinds that offices publish, read by each door; every expected value was worked
//! by hand.

use std::fs;
use std::io::Write;

use encoding_rs::{Encoding, GB18030, SHIFT_JIS, UTF_8, WINDOWS_1252};
use flate2::Compression;
use flate2::write::GzEncoder;
use libtest_mimic::Trial;

use crate::cli::{Place, contains, is_of_a_picture, place};
use crate::{repository, trial};

/// Every case of reading.
pub fn trials() -> Vec<Trial> {
    let cases: [(&str, fn()); _] = [
        ("shapes::worldbank", worldbank),
        ("shapes::eurostat", eurostat),
        ("shapes::nbs", nbs),
        ("shapes::sdmx", sdmx),
        ("shapes::undp", undp),
        ("shapes::coinr", coinr),
        ("wide", wide),
        ("wide::bad", wide_bad),
        ("numbers::spellings", spellings),
        ("numbers::notes", number_notes),
        ("numbers::ambiguous", ambiguous),
        ("numbers::flags", flags),
        ("numbers::missing", missing),
        ("numbers::not_finite", not_finite),
        ("numbers::types", types),
        ("layout", layout),
        ("layout::notes", layout_notes),
        ("encodings", encodings),
        ("encodings::import", encodings_import),
        ("packed::streams", streams),
        ("packed::zip", zip),
        ("packed::member", member),
        ("workbooks::dates", workbook_dates),
        ("workbooks::cells", workbook_cells),
        ("workbooks::header", workbook_header),
        ("workbooks::range_with_header", workbook_range_with_header),
        ("workbooks::sheets", workbook_sheets),
        ("workbooks::endings", workbook_endings),
        ("several::columns", several_columns),
        ("several::types", several_types),
        ("several::kinds", several_kinds),
        ("several::endings", several_endings),
        ("several::folders", several_folders),
        ("names", names),
        ("stdin", stdin),
        ("json", json),
        ("import::keys", import_keys),
        ("import::notes", import_notes),
        ("import::report", import_report),
        ("import::format", import_format),
        ("bad::tables", bad_tables),
        ("bad::files", bad_files),
        ("bad::options", bad_options),
        ("bad::arguments", bad_arguments),
    ];
    cases.into_iter().map(|(name, case)| trial(&format!("reading::{name}"), case)).collect()
}

// ---------------------------------------------------------------------------- what cases are made of

/// What `FROM` finds in a file, as CSV.
#[track_caller]
fn reads(place: &Place, from: &str, expected: &str) {
    assert_eq!(place.csv(&format!("SELECT * FROM {from}")), expected, "{from}");
}

/// Writes a file, and what a call with these options finds in it.
#[track_caller]
fn is_read(content: impl AsRef<[u8]>, options: &str, expected: &str) {
    let place = place();
    place.write("x.csv", content);
    let comma = if options.is_empty() { "" } else { ", " };
    reads(&place, &format!("read_table('x.csv'{comma}{options})"), expected);
}

/// What a call says beside its rows, line by line.
fn notes(content: impl AsRef<[u8]>, options: &str) -> Vec<String> {
    let place = place();
    place.write("x.csv", content);
    let comma = if options.is_empty() { "" } else { ", " };
    let run = place.run(&["-c", &format!("SELECT * FROM read_table('x.csv'{comma}{options})")]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let note = |line: &str| line.strip_prefix("goalposts: x.csv: note: ").map(str::to_owned);
    run.err.lines().map(|line| note(line).unwrap_or_else(|| panic!("no note: {line}"))).collect()
}

/// The last line that a call says when it fails.
#[track_caller]
fn last_line(place: &Place, arguments: &[&str], code: i32) -> String {
    let before = place.files();
    let run = place.run(arguments);
    assert_eq!(run.code, Some(code), "{arguments:?}: {}", run.err);
    assert!(run.out.is_empty(), "{arguments:?}");
    assert_eq!(place.files(), before, "nothing is half-written: {arguments:?}");
    let lines: Vec<&str> = run.err.lines().filter(|line| !is_of_a_picture(line)).collect();
    let (last, others) = lines.split_last().expect("a line");
    assert!(others.iter().all(|line| line.contains(": note: ")), "{arguments:?}: {}", run.err);
    last.strip_prefix("goalposts: ").expect("the program's name").to_owned()
}

/// The fault of a table, by `FROM` and by `import`; each names the option in its own way.
#[track_caller]
fn is_refused(content: impl AsRef<[u8]>, call: &str, import: &str) {
    let place = place();
    place.write("x.csv", content);
    let said = last_line(&place, &["-c", "SELECT * FROM 'x.csv'"], 1);
    assert_eq!(said, format!("-c:1: {call}"));
    let said = last_line(&place, &["import", "x.csv", "-o", "y.parquet"], 1);
    assert_eq!(said, import);
}

/// Texts in another encoding.
fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    let (bytes, _, lossy) = encoding.encode(text);
    assert!(!lossy, "{text}");
    bytes.into_owned()
}

/// What is packed.
fn packed(content: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(content.as_bytes()).expect("packed");
    packer.finish().expect("packed")
}

/// A place with some of the files of `tests/files`.
fn place_with(names: &[&str]) -> Place {
    let place = place();
    for name in names {
        place.write(name, fs::read(repository().join("tests/files").join(name)).expect("a file"));
    }
    place
}

// -------------------------------------------------------------------------------------------- shapes

fn worldbank() {
    let expected = "country,unit,indicator_name,indicator,period,value\n\
                    Chad,TCD,GDP,NY.GDP,2019,1.5\n\
                    Chad,TCD,GDP,NY.GDP,2020,\n\
                    Mali,MLI,GDP,NY.GDP,2019,2.0\n\
                    Mali,MLI,GDP,NY.GDP,2020,3.25\n";
    let download = "\u{feff}\"Data Source\",\"World Development Indicators\",\r\n\r\n\
                    \"Last Updated Date\",\"2020-12-16\",\r\n\r\n\
                    \"Country Name\",\"Country Code\",\"Indicator Name\",\"Indicator Code\",\"2019\",\"2020\",\r\n\
                    \"Chad\",\"TCD\",\"GDP\",\"NY.GDP\",\"1.5\",\"\",\r\n\
                    \"Mali\",\"MLI\",\"GDP\",\"NY.GDP\",\"2\",\"3.25\",\r\n";
    is_read(download, "shape => 'worldbank'", expected);
    let wide = "Country Name,Country Code,Indicator Name,Indicator Code,2019,2020\n\
                Chad,TCD,GDP,NY.GDP,1.5,\nMali,MLI,GDP,NY.GDP,2.0,3.25\n";
    is_read(download, "", wide);
    let extract = "Country Name,Country Code,Series Name,Series Code,2019 [YR2019],2020 [YR2020]\n\
                   Chad,TCD,GDP,NY.GDP,1.5,..\nMali,MLI,GDP,NY.GDP,2,3.25\n\n\n\
                   Data from database: World Development Indicators\nLast Updated: 12/16/2020\n";
    is_read(extract, "shape => 'worldbank'", expected);
    let options = "wide => '{period} [YR{}]', id => ['Country Code'], missing => '..'";
    let expected =
        "Country Code,period,value\nTCD,2019,1.5\nTCD,2020,\nMLI,2019,2.0\nMLI,2020,3.25\n";
    is_read(extract, options, expected);
}

fn eurostat() {
    let place = place();
    place.write(
        "x.tsv",
        "freq,unit,geo\\TIME_PERIOD\t2014 \t2013 \nA,PC,AT\t1.5 p\t: \nA,PC,BE\t: u\t2 bd\n",
    );
    let expected = "freq,unit_measure,unit,period,value,flag,indicator\n\
                    A,PC,AT,2014,1.5,p,A.PC\n\
                    A,PC,AT,2013,,,A.PC\n\
                    A,PC,BE,2014,,u,A.PC\n\
                    A,PC,BE,2013,2.0,bd,A.PC\n";
    reads(&place, "'x.tsv'", expected);
    reads(&place, "read_table('x.tsv', shape => 'eurostat')", expected);
}

const NBS: &str = "数据库：分省年度数据\r\n指标：地区生产总值(亿元)\r\n地区,2024年,2023年\r\n\
                   北京市,49670.2,47353.7\r\n天津市,17931.3,\r\n注：初步核算\r\n\
                   数据来源：国家统计局\r\n";

fn nbs() {
    let place = place();
    place.write("x.csv", encoded(NBS, GB18030));
    let wide = "地区,2024年,2023年\n北京市,49670.2,47353.7\n天津市,17931.3,\n";
    reads(&place, "'x.csv'", wide);
    let long = "unit,period,value\n北京市,2024,49670.2\n北京市,2023,47353.7\n天津市,2024,17931.3\n天津市,2023,\n";
    reads(&place, "read_table('x.csv', wide => '{period}', rename => ['地区=unit'])", long);
    let arguments =
        ["import", "x.csv", "-o", "y.parquet", "--wide", "{period}", "--rename", "地区=unit"];
    place.run(&arguments).done();
    assert_eq!(place.csv("SELECT * FROM 'y.parquet' ORDER BY value DESC NULLS LAST"), long);
    assert_eq!(
        place.csv("SELECT DISTINCT arrow_typeof(period) AS t FROM 'y.parquet'"),
        "t\nInt64\n"
    );
}

fn sdmx() {
    let oecd = "STRUCTURE,REF_AREA,MEASURE,UNIT_MEASURE,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n\
                DATAFLOW,AUS,GDP,USD,2020,1.5,A\nDATAFLOW,AUS,GDP,USD,2021,NaN,M\n";
    let expected = "STRUCTURE,unit,indicator,UNIT_MEASURE,period,value,flag\n\
                    DATAFLOW,AUS,GDP,USD,2020,1.5,A\nDATAFLOW,AUS,GDP,USD,2021,,M\n";
    is_read(oecd, "shape => 'sdmx'", expected);
    let quarters =
        "REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE\nA,CPI,2020-Q1,101.5\nA,CPI,2020-Q2,\n";
    let expected = "unit,indicator,period,value\nA,CPI,2020-Q1,101.5\nA,CPI,2020-Q2,\n";
    is_read(quarters, "shape => 'sdmx'", expected);
    // Eurostat's has no indicator: its keys are one.
    let eurostat = "DATAFLOW,freq,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\nX,A,PC,AT,2020,1.5,p\n";
    let expected =
        "DATAFLOW,freq,unit_measure,unit,period,value,flag,indicator\nX,A,PC,AT,2020,1.5,p,A.PC\n";
    is_read(eurostat, "shape => 'sdmx'", expected);
}

fn undp() {
    let content = b"iso3,country,hdi_rank_2022,hdi_2021,hdi_2022\nCIV,C\xf4te d'Ivoire,166,0.53,0.534\nSOM,Somalia,,,0.38\n";
    let expected = "unit,country,indicator,period,value\n\
                    CIV,Côte d'Ivoire,hdi_rank,2022,166.0\n\
                    CIV,Côte d'Ivoire,hdi,2021,0.53\n\
                    CIV,Côte d'Ivoire,hdi,2022,0.534\n\
                    SOM,Somalia,hdi_rank,2022,\n\
                    SOM,Somalia,hdi,2021,\n\
                    SOM,Somalia,hdi,2022,0.38\n";
    is_read(content, "shape => 'undp'", expected);
}

/// COINr's tables are a panel and a framework, and an index comes of them.
fn coinr() {
    let place = place();
    place
        .write(
            "iData.csv",
            "uCode,uName,LPI,Flights\nAUT,Austria,4.5,30\nBEL,Belgium,NA,20\nCZE,Czechia,2,10\n",
        )
        .write(
            "iMeta.csv",
            "iCode,iName,Level,Parent,Type,Direction,Weight,Unit\n\
             LPI,Logistics,1,Conn,Indicator,1,3,Score\n\
             Flights,Flights,1,Conn,Indicator,1,1,N\n\
             Area,Area,NA,NA,Denominator,NA,NA,km2\n\
             Conn,Connectivity,2,NA,Aggregate,1,1,Score\n",
        );
    let panel = "read_table('iData.csv', shape => 'coinr')";
    reads(
        &place,
        panel,
        "unit,name,indicator,value\n\
         AUT,Austria,LPI,4.5\nAUT,Austria,Flights,30.0\n\
         BEL,Belgium,LPI,\nBEL,Belgium,Flights,20.0\n\
         CZE,Czechia,LPI,2.0\nCZE,Czechia,Flights,10.0\n",
    );
    let framework = "read_table('iMeta.csv', shape => 'coinr')";
    let columns = format!("SELECT code, parent, direction, weight FROM {framework}");
    // What is no part of the tree is left out.
    assert_eq!(
        place.csv(&columns),
        "code,parent,direction,weight\nLPI,Conn,1,3\nFlights,Conn,1,1\nConn,,1,1\n"
    );
    // LPI: 1 and 0; flights: 1, (20 - 10) / (30 - 10) = 0.5, 0; Belgium has flights alone.
    let index = format!(
        "SELECT unit, score FROM composite_index((SELECT * FROM {panel}), (SELECT * FROM {framework})) \
         WHERE code = 'Conn' ORDER BY unit"
    );
    assert_eq!(place.csv(&index), "unit,score\nAUT,1.0\nBEL,0.5\nCZE,0.0\n");
}

fn wide() {
    let content = "iso,gdp_2023-Q1,gdp_2023-Q2,pop_2023-Q1,note\nA,1,..,3,x\n";
    let expected =
        "iso,indicator,period,value\nA,gdp,2023-Q1,1.0\nA,gdp,2023-Q2,\nA,pop,2023-Q1,3.0\n";
    let options = "wide => '{indicator}_{period}', id => ['iso'], missing => '..'";
    is_read(content, options, expected);
    let said = notes(content, options);
    assert_eq!(said, ["columns that are neither id nor wide are left out: note"]);
    let expected = "iso,note,indicator,period,value\n\
                    A,x,gdp,2023-Q1,1.0\nA,x,gdp,2023-Q2,\nA,x,pop,2023-Q1,3.0\n";
    is_read(content, "wide => '{indicator}_{period}', missing => '..'", expected);
    is_read(
        "iso,raw.GDP.2020,raw.GDP.2021\nA,1,2\n",
        "wide => 'raw.{indicator}.{period}'",
        "iso,indicator,period,value\nA,GDP,2020,1.0\nA,GDP,2021,2.0\n",
    );
    let place = place();
    place.write("x.csv", "iso,2023-01-15,2023-02-15\nA,1,2\n");
    let sql = "SELECT period + INTERVAL '1 day' AS day, value FROM read_table('x.csv', wide => '{period}')";
    assert_eq!(place.csv(sql), "day,value\n2023-01-16,1.0\n2023-02-16,2.0\n");
}

/// A cell of a wide column that is no number is told as that of any other.
fn wide_bad() {
    let place = place();
    place.write("x.csv", "iso,2019,2020\nA,1,..\nB,2,3\n");
    let sql = "SELECT * FROM read_table('x.csv', wide => '{period}')";
    let said = last_line(&place, &["-c", sql], 1);
    contains(&said, &["x.csv:2: column '2020' must be a number, found '..'", "missing => ['..']"]);
    let arguments = ["import", "x.csv", "-o", "y.parquet", "--wide", "{period}"];
    let said = last_line(&place, &arguments, 1);
    contains(&said, &["x.csv:2: column '2020' must be a number, found '..'", "--missing .."]);
    let from = "read_table('x.csv', wide => '{period}', missing => '..')";
    reads(&place, from, "iso,period,value\nA,2019,1.0\nA,2020,\nB,2019,2.0\nB,2020,3.0\n");
}

// ------------------------------------------------------------------------------------------- numbers

fn spellings() {
    let cases = [
        ("u;v\na;1,5\nb;2,25\n", "1.5\n2.25"),
        ("u;v\na;1,234,567\nb;2,000\n", "1234567\n2000"),
        ("u;v\na;1,234.5\nb;2,000\n", "1234.5\n2000.0"),
        ("u;v\na;1.234.567,5\nb;2,5\n", "1234567.5\n2.5"),
        ("u;v\na;1 234 567\nb;2 000,5\n", "1234567.0\n2000.5"),
        ("u;v\na;1'234.5\nb;2'000\n", "1234.5\n2000.0"),
        ("u;v\na;1’234.5\nb;2’000\n", "1234.5\n2000.0"),
        ("u;v\na;1\u{202f}234,5\nb;2\u{a0}000,5\n", "1234.5\n2000.5"),
        ("u;v\na;12.5%\nb;3 %\n", "12.5\n3.0"),
        ("u;v\na;\u{2212}1.5\nb;+3\n", "-1.5\n3.0"),
        ("u;v\na;(2.5)\nb;-3\n", "-2.5\n-3.0"),
        ("u;v\na;1.2e3\nb;1E-2\n", "1200.0\n0.01"),
        ("u;v\na;9007199254740993\nb;-1\n", "9007199254740993\n-1"),
    ];
    for (content, values) in cases {
        let (first, second) = values.split_once('\n').expect("two values");
        is_read(content, "", &format!("u,v\na,{first}\nb,{second}\n"));
    }
    // What begins with zeros is a code.
    is_read("code,v\n010,1\n003,2\n", "", "code,v\n010,1\n003,2\n");
    let place = place();
    place.write("x.csv", "code,v\n010,1\n003,2\n");
    reads(&place, "'x.csv'", "code,v\n010,1\n003,2\n");
}

fn number_notes() {
    assert_eq!(
        notes("u;v\na;1.234.567,5\nb;2,5\n", ""),
        [
            "columns are separated by ';'",
            "column 'v' is read with a decimal comma and '.' between thousands ('1.234.567,5')"
        ]
    );
    assert_eq!(notes("u,v\na,1.5\n", ""), [""; 0]);
    assert_eq!(
        notes("u,v\na,12.5%\n", ""),
        ["column 'v' is in per cent: the signs are left out ('12.5%')"]
    );
}

/// `1,234` may be either; another cell of the column, or of the file, says which.
fn ambiguous() {
    let content = "u;v\na;1,234\nb;2,500\n";
    is_refused(
        content,
        "x.csv:2: column 'v' must show whether a comma stands before decimals or between thousands, \
         found '1,234' (read_table(...) with decimal => ',' or decimal => '.')",
        "x.csv:2: column 'v' must show whether a comma stands before decimals or between thousands, \
         found '1,234' (--decimal , or --decimal .)",
    );
    is_read(content, "decimal => ','", "u,v\na,1.234\nb,2.5\n");
    is_read(content, "decimal => '.'", "u,v\na,1234\nb,2500\n");
    is_read(content, "thousands => ','", "u,v\na,1234\nb,2500\n");
    is_read("u;v;w\na;1,234;1,5\nb;2,500;2\n", "", "u,v,w\na,1.234,1.5\nb,2.5,2.0\n");
    is_read("u;v\na;1,234\nb;2,5\n", "", "u,v\na,1.234\nb,2.5\n");
    let place = place();
    place.write("x.csv", content);
    place.run(&["import", "x.csv", "-o", "y.parquet", "--decimal", ","]).done();
    reads(&place, "'y.parquet'", "u,v\na,1.234\nb,2.5\n");
}

fn flags() {
    let content = "u,v,w\na,12.9 p,1\nb,7.1*,2\nc,34 (b),3\nd,5,\n";
    let expected = "u,v,v_flag,w\na,12.9,p,1\nb,7.1,*,2\nc,34.0,b,3\nd,5.0,,\n";
    is_read(content, "flags => true", expected);
}

fn missing() {
    is_read(
        "u,v\na,..\nb,1\nc,-999\nd,n/a\ne,\n",
        "missing => ['..', -999, 'n/a']",
        "u,v\na,\nb,1\nc,\nd,\ne,\n",
    );
    is_read("u,v\na,:\nb,1.5\n", "missing => ':'", "u,v\na,\nb,1.5\n");
    is_refused(
        "u,v\na,..\nb,1\nc,-\n",
        "x.csv:2: column 'v' must be a number, found '..' (1 of 3 cells are numbers, the others are \
         '..' in line 2, '-' in line 4; read_table(...) with missing => ['..', '-'] takes them for \
         missing, types => ['v=VARCHAR'] leaves the column text)",
        "x.csv:2: column 'v' must be a number, found '..' (1 of 3 cells are numbers, the others are \
         '..' in line 2, '-' in line 4; --missing ..,- takes them for missing, --type v=VARCHAR leaves \
         the column text)",
    );
    let place = place();
    place.write("x.csv", "u,v\na,..\nb,1\nc,-\n");
    place.run(&["import", "x.csv", "-o", "y.parquet", "--missing", "..,-"]).done();
    reads(&place, "'y.parquet' ORDER BY u", "u,v\na,\nb,1\nc,\n");
}

/// What is not finite blocks only who uses it.
fn not_finite() {
    for word in ["NaN", "inf", "-inf"] {
        let place = place();
        place.write("x.csv", format!("u,v,w\na,{word},1\nb,1,2\n"));
        assert_eq!(place.csv("SELECT u, w FROM 'x.csv'"), "u,w\na,1\nb,2\n");
        let said = last_line(&place, &["-c", "SELECT v FROM 'x.csv'"], 1);
        contains(&said, &["-c:1: x.csv:2: column 'v' must be finite, found ", "missing => ["]);
        let said = last_line(&place, &["import", "x.csv", "-o", "y.parquet"], 1);
        contains(&said, &["x.csv:2: column 'v' must be finite, found ", "--missing "]);
        let call = format!("read_table('x.csv', missing => '{word}')");
        reads(&place, &call, "u,v,w\na,,1\nb,1,2\n");
    }
}

fn types() {
    let content = "iso,pop,day\nA,10,2024-02-29\nB,20,\n";
    let place = place();
    place.write("x.csv", content);
    let kinds = |from: &str| {
        place.csv(&format!(
            "SELECT arrow_typeof(iso) AS a, arrow_typeof(pop) AS b, arrow_typeof(day) AS c FROM {from} LIMIT 1"
        ))
    };
    assert_eq!(kinds("'x.csv'"), "a,b,c\nUtf8View,Int64,Date32\n");
    assert_eq!(
        kinds("read_table('x.csv', types => ['pop=DOUBLE', 'day=VARCHAR'])"),
        "a,b,c\nUtf8View,Float64,Utf8View\n"
    );
    place
        .run(&["import", "x.csv", "-o", "y.parquet", "--type", "pop=DECIMAL(10,2),day=VARCHAR"])
        .done();
    reads(&place, "'y.parquet' ORDER BY iso", "iso,pop,day\nA,10.00,2024-02-29\nB,20.00,\n");
    let said =
        last_line(&place, &["-c", "SELECT * FROM read_table('x.csv', types => ['iso=DOUBLE'])"], 1);
    contains(&said, &["x.csv:2: column 'iso' must be a number, found 'A'"]);
}

// -------------------------------------------------------------------------------------------- layout

fn layout() {
    let same = "u,v\na,1\nb,2\n";
    is_read("title\n\nu,v\na,1\nb,2\nSource: x\n", "", same);
    is_read("title\n\nu,v\na,1\nb,2\nSource: x\n", "skip => 2, until => 'Source'", same);
    is_read("1,2\n3,4\nu,v\na,1\nb,2\n", "skip => 2", same);
    is_read("u,v\na,1\nb,2\nTotal,3\nx,y\n", "until => 'Total'", same);
    is_read("\n\nu,v\n\na,1\n\nb,2\n\n", "", same);
    is_read("u,v,\na,1,\nb,2,\n", "", same);
    is_read("u#v\na#1\nb#2\n", "delimiter => '#'", same);
    is_read("u\tv\na\t1\nb\t2\n", "delimiter => 'tab'", same);
    is_read("u|v\na|1\nb|2\n", "", same);
    is_read("sep=;\nu;v\na;1\nb;2\n", "", same);
    is_read("u,v\r\na,1\r\nb,2", "", same);
    is_read("a,1\nb,2\n", "header => 0", "column_1,column_2\na,1\nb,2\n");
    let joined = "code,2019_gdp,2019_pop,2020_gdp\na,1,2,3\n";
    is_read(",2019,,2020\ncode,gdp,pop,gdp\na,1,2,3\n", "header => 2", joined);
    is_read("code,2019,2019,2020\n,gdp,pop,gdp\na,1,2,3\n", "header => 2", joined);
    is_read(
        "u,v\n\"a, b\",\"1\"\n\"c \"\"d\"\"\ne\",2\n",
        "",
        "u,v\n\"a, b\",1\n\"c \"\"d\"\"\ne\",2\n",
    );
    is_read("u,v\n", "", "u,v\n");
}

fn layout_notes() {
    assert_eq!(
        notes("title\n\nu,v\na,1\nb,2\nSource: x\nMore\n", ""),
        [
            "1 line above the table left out, the first in line 1: 'title'",
            "2 lines below the table left out, the first in line 6: 'Source: x'"
        ]
    );
    // The lines of a fault are those of the file.
    let place = place();
    place.write("x.csv", "title\n\nu,v\na,1\n\nb,\"2\n\"\nc,x\nd,4\n");
    let said = last_line(&place, &["-c", "SELECT * FROM 'x.csv'"], 1);
    contains(&said, &["x.csv:8: column 'v' must be a number, found 'x'"]);
}

fn encodings() {
    let text = "u,v\nKöln,1\n";
    let expected = "u,v\nKöln,1\n";
    is_read(encoded(text, UTF_8), "", expected);
    is_read(format!("\u{feff}{text}"), "", expected);
    is_read(encoded(text, WINDOWS_1252), "", expected);
    is_read(encoded(text, WINDOWS_1252), "encoding => 'latin1'", expected);
    let words: Vec<u16> = format!("\u{feff}{text}").encode_utf16().collect();
    is_read(words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>(), "", expected);
    is_read(words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<_>>(), "", expected);
    is_read(encoded("u,v\n京,1\n", SHIFT_JIS), "encoding => 'shift-jis'", "u,v\n京,1\n");
    for options in ["", "encoding => 'gbk'", "encoding => 'gb18030'"] {
        is_read(encoded("u,v\n北京,1\n天津,2\n", GB18030), options, "u,v\n北京,1\n天津,2\n");
    }
    assert_eq!(
        notes(encoded("u,v\n北京,1\n天津,2\n", GB18030), ""),
        ["the text is not UTF-8; it is read as GB18030 (guessed)"]
    );
    // An encoding that was stated is not guessed about.
    let place = place();
    place.write("x.csv", encoded(text, WINDOWS_1252)).write("y.csv", b"u,v\na,1\nb\xff\xff,2\n");
    for (file, encoding, found) in [
        ("x.csv", "utf-8", "x.csv:2:2: text must be UTF-8, found byte 0xF6"),
        ("y.csv", "gb18030", "y.csv:3:2: text must be GB18030, found byte 0xFF"),
    ] {
        let sql = format!("SELECT * FROM read_table('{file}', encoding => '{encoding}')");
        contains(
            &last_line(&place, &["-c", &sql], 1),
            &[found, "(encoding => '...' states another)"],
        );
        let arguments = ["import", file, "-o", "z.parquet", "--encoding", encoding];
        contains(&last_line(&place, &arguments, 1), &[found]);
    }
}

/// At the command line the option is one of the command line.
fn encodings_import() {
    let place = place();
    place.write("x.csv", b"u,v\na,1\nK\xf6ln,2\n");
    let arguments = ["import", "x.csv", "-o", "z.parquet", "--encoding", "utf-8"];
    let said = last_line(&place, &arguments, 1);
    contains(&said, &["x.csv:3:2: text must be UTF-8, found byte 0xF6 (--encoding "]);
}

// -------------------------------------------------------------------------------------------- packed

fn streams() {
    let place = place();
    let two = [packed("a,b\n1,2\n"), packed("3,4\n")].concat();
    place.write("two.csv.gz", &two).write("TWO.CSV.GZ", &two);
    for name in ["two.csv.gz", "TWO.CSV.GZ"] {
        reads(&place, &format!("'{name}'"), "a,b\n1,2\n3,4\n");
    }
    place.write("x.csv.zst", zstd::encode_all(&b"a,b\n1,2\n"[..], 1).expect("packed"));
    reads(&place, "'x.csv.zst'", "a,b\n1,2\n");
    place.write("cut.csv.gz", &two[..two.len() - 12]).write("not.csv.gz", "a,b\n1,2\n");
    for (name, found) in [
        ("cut.csv.gz", "compressed data must be complete, found it cut off (fetch the file again)"),
        ("not.csv.gz", "must be gzip data, found text"),
    ] {
        let said = last_line(&place, &["import", name, "-o", "y.parquet"], 1);
        assert_eq!(said, format!("{name}: {found}"));
    }
}

fn zip() {
    let place = place_with(&["wb.zip", "many.zip", "gbk.zip", "locked.zip", "badcrc.zip"]);
    // What describes the table, as the World Bank packs it, is none.
    reads(&place, "'wb.zip'", "a,b\n1,2\n");
    reads(&place, "read_table('gbk.zip', header => 0)", "column_1,column_2\na,b\n");
    for (name, found) in [
        ("many.zip", "archive must hold one table, found 14 ('Dir/t0.csv', 'Dir/t1.csv', "),
        (
            "locked.zip/x.csv",
            "member must not be encrypted, found it so (unpack the archive first)",
        ),
        (
            "badcrc.zip/x.csv",
            "compressed data must be whole, found it damaged (fetch the file again)",
        ),
    ] {
        let file = name.split('/').next().expect("a file");
        let said = last_line(&place, &["import", file, "-o", "y.parquet"], 1);
        contains(&said, &[&format!("{name}: {found}")]);
    }
}

fn member() {
    let place = place_with(&["many.zip", "gbk.zip"]);
    for member in ["Dir/t3.csv", "*/t3.csv"] {
        let sql = format!("SELECT count(*) AS n FROM read_table('many.zip', member => '{member}')");
        place.run(&["-c", &sql]).done();
        let arguments = ["import", "many.zip", "--member", member, "-o", "y.parquet"];
        place.run(&arguments).done();
    }
    reads(
        &place,
        "read_table('gbk.zip', member => '数据.csv', header => 0)",
        "column_1,column_2\na,b\n",
    );
    let sql = "SELECT * FROM read_table('many.zip', member => 'none.csv')";
    contains(&last_line(&place, &["-c", sql], 1), &["many.zip", "none.csv"]);
}

// ----------------------------------------------------------------------------------------- workbooks

/// The same days in both systems of dates, in cells merged downwards; times may pass a day.
fn workbook_dates() {
    let place = place_with(&["dates1900.xlsx", "dates1904.xlsx", "sheet.ods"]);
    for name in ["dates1900.xlsx", "dates1904.xlsx"] {
        let from = format!(
            "read_table('{name}', range => 'B6:M9', types => ['f=VARCHAR', 'txt=VARCHAR'])"
        );
        assert_eq!(
            place.csv(&format!("SELECT unit, date, dt, \"time\" FROM {from}")),
            "unit,date,dt,time\n\
             北京,2024-01-31,2024-01-31T10:00:00,10:00:00\n\
             北京,2000-02-29,2024-01-31T10:00:00.123,12:00:00\n\
             北京,1904-01-02,2024-01-31T10:00:00.246,36:00:00\n"
        );
        // Texts that look like numbers stay texts; what is shown with zeros is the number.
        assert_eq!(
            place.csv(&format!("SELECT a, txt, zero + 1 AS zero, year FROM {from}")),
            "a,txt,zero,year\n1.0,007,8,2020\n0.3,1.50,8,2020\n1e300,x,8,2020\n"
        );
    }
    reads(
        &place,
        "'sheet.ods'",
        "unit,x,d,t\n北京,1.0,2024-01-31T00:00:00,10:00:00\nb,2.5,2024-01-31T10:00:00,\n",
    );
}

/// Formulas have their stored values; an error is said as it is shown, and may be taken for missing.
fn workbook_cells() {
    let place = place_with(&["dates1900.xlsx"]);
    let from =
        "read_table('dates1900.xlsx', range => 'B6:M9', types => ['f=VARCHAR', 'txt=VARCHAR'])";
    let sql = format!("SELECT err, f FROM {from}");
    assert_eq!(place.csv(&sql), "err,f\n#DIV/0!,2\n#N/A,text\n#REF!,2.5\n");
    let sql = "SELECT f FROM read_table('dates1900.xlsx', range => 'B6:M9')";
    let said = last_line(&place, &["-c", sql], 1);
    contains(
        &said,
        &["dates1900.xlsx:8: column 'f' must be a number, found 'text' (2 of 3 cells are numbers"],
    );
    let from = "read_table('dates1900.xlsx', range => 'B6:M9', missing => ['text', 'x', '#N/A', '#REF!', '#DIV/0!'])";
    let sql = format!("SELECT f, count(err) OVER () AS n FROM {from} ORDER BY f");
    assert_eq!(place.csv(&sql), "f,n\n2.0,0\n2.5,0\n,0\n");
}

/// A header over several columns is the header of each.
fn workbook_header() {
    let place = place_with(&["header.xlsx"]);
    let from = "read_table('header.xlsx', header => 2)";
    reads(&place, from, "unit,2019_gdp,2019_pop,2020_gdp,2020_pop,note\nA,1,2,3,4,x\n");
    let options = "header => 2, wide => '{period}_{indicator}', id => ['unit']";
    reads(
        &place,
        &format!("read_table('header.xlsx', {options})"),
        "unit,period,indicator,value\n\
         A,2019,gdp,1.0\nA,2019,pop,2.0\nA,2020,gdp,3.0\nA,2020,pop,4.0\n",
    );
    let said = last_line(&place, &["-c", "SELECT * FROM 'header.xlsx'"], 1);
    contains(&said, &["header.xlsx:1: column names must be unique, found '2019' twice"]);
}

/// Lines that were counted are the header, whatever they look like: no row of data becomes one.
fn workbook_range_with_header() {
    let place = place_with(&["dates1900.xlsx"]);
    let from = "read_table('dates1900.xlsx', range => 'B5:D8', header => 2)";
    reads(&place, from, "unit,merged head_a,merged head_b\n北京,1.0,0.0\n北京,0.3,1e-9\n");
}

fn workbook_sheets() {
    let place = place_with(&["dates1900.xlsx"]);
    let one = |sheet: &str, expected: &str| {
        let from = format!("read_table('dates1900.xlsx', sheet => {sheet}, header => 0)");
        reads(&place, &from, &format!("column_1\n{expected}\n"));
    };
    one("'Hidden'", "secret");
    one("2", "secret");
    one("'Other'", "x");
    for (option, found) in [
        ("sheet => 'Nope'", "sheet must be one of '空', 'Hidden', '数据', 'Other'"),
        ("sheet => 99", "sheet must be a number from 1 to "),
        (
            "range => 'nonsense'",
            "range must be as 'B3:F20', 'B3:' or 'B:F', or a name of the workbook",
        ),
    ] {
        let sql = format!("SELECT * FROM read_table('dates1900.xlsx', {option})");
        contains(&last_line(&place, &["-c", &sql], 1), &["-c:1: dates1900.xlsx: ", found]);
    }
    // What says nothing of such a file is not overlooked.
    place.write("plain.csv", "u,v\na,1\n");
    for (file, option, found) in [
        ("plain.csv", "sheet => 1", "must be a workbook to be read by sheet, found text"),
        ("plain.csv", "range => 'A1:B2'", "must be a workbook to be read by range, found text"),
        (
            "dates1900.xlsx",
            "delimiter => ';'",
            "must be text to be read by delimiter, found a workbook",
        ),
        (
            "dates1900.xlsx",
            "encoding => 'gbk'",
            "must be text to be read by encoding, found a workbook",
        ),
    ] {
        let sql = format!("SELECT * FROM read_table('{file}', {option})");
        contains(&last_line(&place, &["-c", &sql], 1), &[file, found]);
    }
    // The sheet that is read without a word is the first with cells that is seen, and it is said.
    let run = place.run(&["-c", "SELECT a FROM read_table('dates1900.xlsx', range => 'B6:D8')"]);
    contains(&run.err, &["dates1900.xlsx: note: sheet '数据' is read, not '空', 'Other'"]);
}

/// What a file is counts, not its ending.
fn workbook_endings() {
    let place =
        place_with(&["html.xls", "encrypted.xlsx", "empty.xlsx", "cut.xlsx", "dates1900.xlsx"]);
    let workbook = fs::read(place.path("dates1900.xlsx")).expect("the file");
    for name in ["x.xls", "x.XLSX", "x.csv"] {
        place.write(name, &workbook);
        let from = format!("read_table('{name}', range => 'B6:C8')");
        reads(&place, &from, "unit,a\n北京,1.0\n北京,0.3\n");
    }
    place.write("text.xlsx", "u,v\na,1\n").write("text.xls", "u\tv\na\t1\n");
    reads(&place, "'text.xlsx'", "u,v\na,1\n");
    reads(&place, "'text.xls'", "u,v\na,1\n");
    for (name, found) in [
        ("html.xls", "must be text or a workbook, found HTML"),
        (
            "encrypted.xlsx",
            "workbook must not be encrypted, found a password on it (save it without one)",
        ),
        ("empty.xlsx", "sheet 'Sheet1' must have cells, found none"),
        ("cut.xlsx", "zip archive must be whole, found it damaged"),
    ] {
        let said = last_line(&place, &["import", name, "-o", "y.parquet"], 1);
        contains(&said, &[&format!("{name}: {found}")]);
    }
}

// ------------------------------------------------------------------------------------- several files

fn several() -> Place {
    let place = place();
    place
        .write("y/2020.csv", "iso,pop,gdp\nA,10,1.5\n")
        .write("y/2021.csv", "iso,gdp,pop\nB,2,20\n")
        .write("y/2022.csv", "iso,pop\nC,30\n");
    place
}

/// Columns are matched by name; one that a file lacks is NULL there, or a fault as asked.
fn several_columns() {
    let place = several();
    let expected = "iso,pop,gdp\nA,10,1.5\nB,20,2.0\nC,30,\n";
    reads(&place, "'y/*.csv' ORDER BY iso", expected);
    reads(&place, "read_table('y/*.csv') ORDER BY iso", expected);
    let from = "read_table(['y/2020.csv', 'y/2021.csv', 'y/2022.csv']) ORDER BY iso";
    reads(&place, from, expected);
    let files = ["import", "y/2020.csv", "y/2021.csv", "y/2022.csv", "-o", "z.parquet"];
    place.run(&[&files[..], &["--key", "iso"]].concat()).done();
    reads(&place, "'z.parquet'", expected);
    fs::remove_file(place.path("z.parquet")).expect("the file");
    let said = last_line(&place, &[&files[..], &["--same-columns"]].concat(), 1);
    assert_eq!(said, "y/2022.csv: must have all columns of y/2020.csv, found no 'gdp'");
    let sql = "SELECT * FROM read_table('y/*.csv', same_columns => true)";
    let said = last_line(&place, &["-c", sql], 1);
    contains(&said, &["y/2022.csv: must have all columns of ", "y/2020.csv, found no 'gdp'"]);
    let sql = "SELECT iso, right(filename, 10) AS f FROM read_table('y/*.csv', filename => true) ORDER BY iso";
    assert_eq!(place.csv(sql), "iso,f\nA,y/2020.csv\nB,y/2021.csv\nC,y/2022.csv\n");
}

/// Types are the wider ones.
fn several_types() {
    let place = place();
    place
        .write("t1.csv", "type,x\na,1\n")
        .write("t2.csv", "type,x\nb,1.5\n")
        .write("t3.csv", "type,x\nc,\n")
        .write("t4.csv", "type,x\nd,abc\n");
    reads(&place, "'t[123].csv' ORDER BY type", "type,x\na,1.0\nb,1.5\nc,\n");
    let said = last_line(&place, &["import", "t1.csv", "t4.csv", "-o", "y.parquet"], 1);
    contains(&said, &["t4.csv:2: column 'x' must be a whole number as in t1.csv, found 'abc'"]);
}

fn several_kinds() {
    let place = several();
    place
        .write("m/a.csv", "iso,pop\nA,1\n")
        .write("m/b.tsv", "iso\tpop\nB\t2\n")
        .write("m/c.CSV.GZ", packed("pop;iso\n3;C\n"));
    let from = "read_table(['m/a.csv', 'm/b.tsv', 'm/c.CSV.GZ']) ORDER BY iso";
    reads(&place, from, "iso,pop\nA,1\nB,2\nC,3\n");
    place.run(&["import", "m/a.csv", "m/b.tsv", "m/c.CSV.GZ", "-o", "y.parquet"]).done();
    reads(&place, "'y.parquet' ORDER BY iso", "iso,pop\nA,1\nB,2\nC,3\n");
}

/// A pattern takes tables of text of every ending.
fn several_endings() {
    let place = place();
    place.write("m/a.csv", "iso,pop\nA,1\n").write("m/b.tsv", "iso\tpop\nB\t2\n");
    place.write("m/c.CSV.GZ", packed("pop;iso\n3;C\n"));
    reads(&place, "read_table('m/*') ORDER BY iso", "iso,pop\nA,1\nB,2\nC,3\n");
}

/// Names of folders are columns.
fn several_folders() {
    let place = place();
    place
        .write("h/year=2020/a.csv", "iso,v\nA,1\n")
        .write("h/year=2021/a.csv", "iso,v\nB,2.5\n")
        .write("h/year=__HIVE_DEFAULT_PARTITION__/a.csv", "iso,v\nC,\n");
    let expected = "iso,v,year\nA,1.0,2020\nB,2.5,2021\nC,,\n";
    for from in ["'h/*/*.csv'", "read_table('h/*/*.csv')", "read_table('h/**/*.csv')"] {
        reads(&place, &format!("{from} ORDER BY iso"), expected);
        let sum = format!("SELECT sum(year) AS y FROM {from}");
        assert_eq!(place.csv(&sum), "y\n4041\n");
    }
    place.run(&["import", "h/*/*.csv", "-o", "y.parquet", "--key", "iso"]).done();
    reads(&place, "'y.parquet'", expected);
}

fn names() {
    let place = place();
    for folder in ["数据", "é à", "a#b", "a%20b", "a%25b", "a?b"] {
        if cfg!(windows) && folder.contains('?') {
            continue;
        }
        let name = format!("{folder}/产值.CSV");
        place.write(&name, "iso,v\nA,1\n");
        reads(&place, &format!("'{name}'"), "iso,v\nA,1\n");
        reads(&place, &format!("read_table('{name}')"), "iso,v\nA,1\n");
        place.run(&["import", &name, "-o", "y.parquet"]).done();
        reads(&place, "'y.parquet'", "iso,v\nA,1\n");
    }
}

fn stdin() {
    let place = place();
    for content in [b"iso,v\nA,1\n".to_vec(), packed("iso,v\nA,1\n")] {
        let run = place.run_with(&["-f", "csv", "-c", "SELECT * FROM read_table('-')"], &content);
        assert_eq!(run.done(), "iso,v\nA,1\n");
        place.run_with(&["import", "-", "-o", "y.parquet"], &content).done();
        reads(&place, "'y.parquet'", "iso,v\nA,1\n");
    }
}

fn json() {
    let place = place();
    place
        .write("a.ndjson", "{\"unit\":\"A\",\"v\":1}\n{\"unit\":\"B\",\"v\":2.5}\n")
        .write("a.json", "[{\"unit\":\"A\",\"v\":1},\n {\"unit\":\"B\",\"v\":2.5}]\n")
        .export("SELECT 1 AS a", "a.arrow")
        .export("SELECT 2 AS a", "a.parquet");
    let expected = "unit,v\nA,1.0\nB,2.5\n";
    for name in ["a.ndjson", "a.json"] {
        reads(&place, &format!("read_table('{name}')"), expected);
        reads(&place, &format!("'{name}'"), expected);
    }
    reads(&place, "read_table(['a.arrow', 'a.parquet']) ORDER BY a", "a\n1\n2\n");
}

// -------------------------------------------------------------------------------------------- import

fn import_keys() {
    let place = place();
    place
        .write(
            "x.csv",
            "unit,period,indicator,value\nA,2020,g,1\nA,2020,g,2\nB,2020,g,1\nB,2020,g,1\n",
        )
        .write("y.csv", "unit,period,indicator,value\nA,2020,g,1\n,2020,g,2\n");
    let said = last_line(&place, &["import", "x.csv", "-o", "z.parquet"], 1);
    assert_eq!(
        said,
        "x.csv: a key must be unique, found 2 that are not: indicator = g, unit = A, period = 2020 in 2 \
         rows; indicator = g, unit = B, period = 2020 in 2 rows"
    );
    let said = last_line(&place, &["import", "y.csv", "-o", "z.parquet"], 1);
    assert_eq!(said, "y.csv: column 'unit' must not be empty, found 1 row without it");
}

/// What may mean a missing value is said, and taken for a number.
fn import_notes() {
    let place = place();
    place.write("x.csv", "unit,v\nA,-999\nB,1\n");
    let run = place.run(&["import", "x.csv", "-o", "y.parquet"]);
    let note = "x.csv: note: column 'v' holds -999 in 1 row; if that means missing: --missing -999";
    contains(&run.err, &[note]);
    reads(&place, "'y.parquet' ORDER BY unit", "unit,v\nA,-999\nB,1\n");
    let run = place.run(&["import", "x.csv", "-o", "y.parquet", "--missing", "-999", "-q"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    reads(&place, "'y.parquet' ORDER BY unit", "unit,v\nA,\nB,1\n");
}

fn import_report() {
    let place = place();
    place.write("x.csv", "iso;v\nA;1,5\nB;\n");
    let run = place.run(&["import", "x.csv", "--dry-run"]);
    contains(&run.err, &["  iso  VARCHAR\n  v    DOUBLE, 1 missing\n", "x.csv (dry run): 2 rows"]);
    contains(&run.done(), &["│ A   ┆  1.5 │"]);
    assert_eq!(place.files(), ["x.csv"]);
    place.run(&["import", "x.csv", "-o", "y.parquet", "--report"]).done();
    assert_eq!(place.files(), ["x.csv", "y.parquet", "y.report.txt"]);
    contains(
        &place.read("y.report.txt"),
        &[
            "columns are separated by ';'",
            "column 'v' is read with a decimal comma ('1,5')",
            "  v    DOUBLE, 1 missing\n",
            "x.csv -> y.parquet: 2 rows",
        ],
    );
}

fn import_format() {
    let place = place();
    place.write("x.txt", "iso,v\nA,1\n");
    place.run(&["import", "x.txt", "--kind", "csv", "-o", "y.parquet"]).done();
    reads(&place, "'y.parquet'", "iso,v\nA,1\n");
    reads(&place, "read_table('x.txt', kind => 'csv')", "iso,v\nA,1\n");
}

// ----------------------------------------------------------------------------------------- bad input

/// Each is one line with file and line, what must be, what was, and the option that helps.
fn bad_tables() {
    let same = |content: &str, said: &str| is_refused(content, said, said);
    let row = "a row must have 2 columns as the header in line 1 has, found";
    for (content, found, skip) in [("a,b\n1,2\n3,4,5\n", 3, true), ("a,b\n1,2\n3\n", 1, false)] {
        let place = place();
        place.write("x.csv", content);
        let said = last_line(&place, &["-c", "SELECT * FROM 'x.csv'"], 1);
        contains(&said, &[&format!("-c:1: x.csv:3: {row} {found} ("), "until => '3'"]);
        assert_eq!(said.contains("skip => 1 begins the table below line 1"), skip, "{said}");
        let said = last_line(&place, &["import", "x.csv", "-o", "y.parquet"], 1);
        contains(&said, &[&format!("x.csv:3: {row} {found} ("), "--until 3 ends"]);
        assert_eq!(said.contains("--skip 1 begins"), skip, "{said}");
    }
    same("a,b\n\"1,2\n3,4\n", "x.csv:2: a quote must be closed, found the end of the file");
    same("", "x.csv: a file must not be empty, found 0 bytes");
    same(
        "u,v\na,12.5%\nb,3\n",
        "x.csv:2: column 'v' must be in per cent in each row or in none, found '12.5%' here and '3' in line 3",
    );
    let place = place();
    place.write("x.csv", "a,a\n1,2\n");
    let said = last_line(&place, &["-c", "SELECT * FROM 'x.csv'"], 1);
    contains(&said, &["-c:1: x.csv:1: column names must be unique, found 'a' twice"]);
}

fn bad_files() {
    let place = place();
    place.write("x.csv", "u,v\na,1\n");
    let said = last_line(&place, &["import", "none.csv", "-o", "y.parquet"], 2);
    assert_eq!(said, "none.csv: file not found");
    let said = last_line(&place, &["-c", "SELECT * FROM read_table('none.csv')"], 1);
    assert_eq!(said, "-c:1: none.csv: file not found");
    let said = last_line(&place, &["-c", "SELECT * FROM read_table('none*.csv')"], 1);
    assert_eq!(said, "-c:1: none*.csv: must hold a file, found none");
    let said = last_line(&place, &["import", "x.csv", "-o", "y.csv"], 2);
    assert_eq!(said, "y.csv: must end in .parquet, found .csv");
    // A file that stands there survives a fault.
    place.write("y.parquet", "as it was").write("bad.csv", "a,b\n1,2\n3\n");
    last_line(&place, &["import", "bad.csv", "-o", "y.parquet"], 1);
    assert_eq!(place.read("y.parquet"), "as it was");
}

fn bad_options() {
    let place = place();
    place.write("x.csv", "iso,pop\nA,1\n");
    for (options, found) in [
        ("mising => '..'", "read_table: an option must be one of "),
        ("mising => '..'", "got 'mising' (did you mean missing?)"),
        ("header => -1", "read_table: header must be a whole number from 0 to 20, got '-1'"),
        ("delimiter => 'xx'", "read_table: delimiter must be one character, or 'tab', got 'xx'"),
        (
            "shape => 'oecd'",
            "read_table: shape must be one of worldbank, eurostat, sdmx, undp, coinr",
        ),
        ("encoding => 'klingon'", "read_table: encoding must be one that is known, got 'klingon'"),
        ("wide => 'x'", "read_table: wide: must have a placeholder with a name, got 'x'"),
        (
            "wide => '{a}_{period}'",
            "x.csv: wide: a column must have a name of the pattern '{a}_{period}'",
        ),
        (
            "id => ['no'], wide => '{a}'",
            "x.csv: id: column 'no' not found (the columns are iso, pop)",
        ),
        ("rename => ['no=a']", "x.csv: rename: column 'no' not found (the columns are iso, pop)"),
        (
            "types => ['no=DOUBLE']",
            "x.csv: types: column 'no' not found (the columns are iso, pop)",
        ),
        ("types => ['pop=QUUX']", "read_table: types pop=QUUX: type QUUX not found"),
        ("skip => 20", "x.csv: must have a header below line 20, found no row"),
        ("until => 'Z'", "x.csv: until must be how a row below the table begins, found no row"),
        ("skip => 0, skip => 1", "read_table: skip must be given once, found it twice"),
    ] {
        let sql = format!("SELECT * FROM read_table('x.csv', {options})");
        contains(
            &last_line(&place, &["-c", &sql], 1),
            &[&format!("-c:1: {}", first(found)), found],
        );
    }
    let said = last_line(&place, &["-c", "SELECT * FROM read_table()"], 1);
    assert_eq!(
        said,
        "-c:1: read_table: a file must be given, found none (read_table('panel.csv'))"
    );
}

/// The words before the colon, which begin a message.
fn first(found: &str) -> &str {
    match found.split_once(": ") {
        Some((place, _)) => place,
        None => "",
    }
}

fn bad_arguments() {
    let place = place();
    place.write("x.csv", "iso,pop\nA,1\n");
    for (option, value, found) in [
        (
            "--shape",
            "oecd",
            "--shape must be one of worldbank, eurostat, sdmx, undp, coinr, got 'oecd'",
        ),
        ("--encoding", "klingon", "--encoding must be one that is known, got 'klingon'"),
        ("--delimiter", "xx", "--delimiter must be one character, or 'tab', got 'xx'"),
        ("--decimal", ";", "--decimal must be one of '.', ',', got ';'"),
        ("--key", "no", "--key: column 'no' not found (the columns are iso, pop)"),
    ] {
        let said = last_line(&place, &["import", "x.csv", "-o", "y.parquet", option, value], 2);
        contains(&said, &[found]);
    }
}
