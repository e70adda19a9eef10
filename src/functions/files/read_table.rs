//! `read_table('file', ...)`: a file of others as a table.

use crate::page::{DefaultValue, Kind, Null, Parameter, Role, page};

const ABSENT: Null = Null::Means("as if it were not given");

const fn option(name: &'static str, kind: Kind, meaning: &'static str) -> Parameter {
    Parameter {
        name,
        role: Role::Setting,
        kind,
        meaning,
        null: ABSENT,
        default: DefaultValue::Null,
    }
}

const fn switch(name: &'static str, meaning: &'static str) -> Parameter {
    let default = DefaultValue::Switch(false);
    Parameter { name, role: Role::Setting, kind: Kind::Switch, meaning, null: ABSENT, default }
}

/// The options, as the command line has them too.
const OPTIONS: &[Parameter] = &[
    Parameter {
        name: "file",
        role: Role::Setting,
        kind: Kind::Texts,
        meaning: "Path of the file, pattern of several ('data/*.csv'), folder, URL, a list of them, or \
                  '-' for standard input. Text, .xlsx .xls .xlsb .ods, JSON, Arrow, Parquet; also \
                  in .gz, .zst and .zip",
        null: Null::Error,
        default: DefaultValue::Required,
    },
    option(
        "kind",
        Kind::Text,
        "What the file is, where its name does not say: csv, tsv, txt, xlsx, xls, xlsb, ods, json, ndjson, arrow, arrows, parquet",
    ),
    option("member", Kind::Text, "Member of an archive, by its name or a pattern"),
    option(
        "sheet",
        Kind::Text,
        "Sheet of a workbook, by its name or its number from 1; left out: the first with cells",
    ),
    option(
        "range",
        Kind::Text,
        "Cells of a sheet: 'B3:F20', 'B3:', 'B:F', or a name of the workbook",
    ),
    option(
        "encoding",
        Kind::Text,
        "Encoding of a text, such as 'gb18030' or 'windows-1252'; left out: found",
    ),
    option(
        "delimiter",
        Kind::Text,
        "What separates the columns of a text: one character, or 'tab'; left out: found",
    ),
    option("skip", Kind::Constant, "Lines above the table; left out: found"),
    option(
        "header",
        Kind::Constant,
        "Lines of the header, joined by _; 0: there is none, and columns are column_1, ...; left out: 1",
    ),
    option(
        "until",
        Kind::Text,
        "How the first row below the table begins; left out: notes below it are found",
    ),
    option(
        "decimal",
        Kind::Text,
        "Mark before decimals, '.' or ','; left out: found, column by column",
    ),
    option(
        "thousands",
        Kind::Text,
        "Mark between thousands, ',' '.' ' ' or an apostrophe; left out: found, column by column",
    ),
    option(
        "missing",
        Kind::Texts,
        "Words that mean a missing value, in every column; an empty cell always does",
    ),
    switch(
        "flags",
        "Flags after numbers (12.9 p, 7.1*, 34 (b)) become a column: flag beside value, x_flag beside x",
    ),
    option("types", Kind::Texts, "Types of columns instead of those found: 'column=type'"),
    option("rename", Kind::Texts, "New names of columns: 'old=new'"),
    option(
        "wide",
        Kind::Text,
        "How the names of columns that become rows are built: '{indicator}_{period}'; each name in braces is a column of the result, {} is dropped, {period} takes periods alone",
    ),
    option(
        "id",
        Kind::Texts,
        "The columns that stay beside them; left out: those that do not fit the pattern",
    ),
    option("shape", Kind::Text, "Shape known by name: worldbank, eurostat, sdmx, undp, coinr"),
    switch("filename", "The name of the file becomes a column, filename"),
    switch(
        "same_columns",
        "Each file must have every column; otherwise a column that a file lacks is NULL there",
    ),
];

page! {
    /// The page of `read_table`.
    pub static PAGE = Page {
        name: "read_table",
        family: Files,
        syntax: ["read_table(file, ...)"],
        summary: "A file as it was published, as a table: encodings, lines around the table, numbers \
                  as people write them, missing marks, flags, columns that are periods.",
        formula: "value = the number that the cell shows, in the unit of measurement of the file",
        parameters: OPTIONS,
        returns: "The columns of the file by their names, in its order; where columns become rows: \
                  those that stay, one for each name in braces, value, flag if asked for. Types are \
                  those that hold every cell: BIGINT, DOUBLE, BOOLEAN, DATE, TIMESTAMP, VARCHAR; \
                  columns named unit, indicator, code or parent are text. Periods that are all years \
                  are BIGINT, all dates DATE, else VARCHAR such as 2023-Q1. Rows in the order of the \
                  file. No unit of measurement is changed: 12.5 % is 12.5.",
        notes: "Each option is one of `goalposts import` as well (--missing '..,NA'). Several files are \
                matched by the names of their columns. A number with zeros before it is a code and \
                stays text. 1,234 alone is a thousand or one and a bit: the other cells of the \
                column decide, then those of the file. A table of Eurostat (keys in the first \
                column) is found without a shape. What was found or left out is told on standard \
                error.",
        errors: "A file that cannot be read, with line and column. A column that would be one of \
                 numbers but for some cells, if the query uses it: the cells are listed with the option \
                 that takes them. NaN and infinities in text, likewise. Numbers that can be read \
                 in two ways. A row with more or fewer cells than the header. An option that does not \
                 fit.",
        example: "SELECT unit, period, value\n\
                  FROM read_table('data/bth/sources/indicators.csv', types => ['period=VARCHAR'])\n\
                  WHERE indicator = 'rd_expenditure' AND unit = 'Beijing' AND period = '2014'",
        example_result: ["Beijing 2014 1268.79528"],
        reference: "RFC 4180 for text; WHATWG Encoding Standard; ECMA-376 and OpenDocument for workbooks.",
    };
}
