//! The columns of several files of text as those of one table, matched by name.

use std::collections::{HashMap, HashSet};

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};

use super::cells::{Making, wanted_name};
use super::columns::{check_names, wrong};
use super::decide::{Case, Evidence, Verdict, decide};
use super::door::Door;
use super::looks::Looks;
use super::options::Options;
use super::part::Part;
use super::source::FILENAME;
use super::table::TableColumn;
use super::text_file::TextFile;

/// What the files have, as one table.
pub struct United {
    /// The columns, those with flags followed by their flags.
    pub columns: Vec<TableColumn>,
    /// Cells that are missing, column by column.
    pub missing: Vec<u64>,
    /// What should be known.
    pub notes: Vec<String>,
}

/// A column as it is in all files.
struct Column<'a> {
    name: &'a str,
    /// The file it was first found in, with anything in it.
    file: &'a TextFile,
    looks: Looks,
    evidence: Evidence,
    /// In how many files it is.
    files: usize,
    /// Two files that do not agree: whether it is numbers.
    unlike: Option<String>,
}

/// Unites them.
///
/// # Errors
/// When names differ in upper and lower case alone, or every file must have every column and one
/// has not.
pub fn unite(files: &[&TextFile], options: &Options) -> Result<United> {
    let columns = by_name(files, options);
    check_names(columns.iter().map(|column| (column.name, &*column.file.shown)))?;
    if options.filename && columns.iter().any(|column| column.name == FILENAME) {
        return own_name(FILENAME, options.door.switch("filename"));
    }
    if options.same_columns {
        check_same(&columns, files)?;
    }
    let names: HashSet<&str> = columns.iter().map(|column| column.name).collect();
    let mut united = United { columns: Vec::new(), missing: Vec::new(), notes: Vec::new() };
    for column in columns {
        let data_type = options.type_of(column.name);
        let verdict = decide(Case {
            name: column.name,
            part: Part::of(options.new_name(column.name)),
            wanted: data_type.as_ref(),
            looks: &column.looks,
            evidence: column.evidence,
            door: options.door,
        });
        let Verdict { data_type, spelling, fault, note } = verdict;
        united.notes.extend(note);
        let fault = column.unlike.or(fault);
        let making = Making {
            name: column.name.to_owned(),
            position: None,
            data_type,
            spelling,
            is_flag: false,
        };
        let flag = (options.flags && column.looks.flagged > 0).then(|| flag_name(column.name));
        if let Some(flag) = flag.as_ref().filter(|flag| names.contains(flag.as_str())) {
            return own_name(flag, options.door.switch("flags"));
        }
        let flags = flag.map(|name| Making {
            name,
            data_type: DataType::Utf8View,
            is_flag: true,
            ..making.clone()
        });
        united.missing.push(column.looks.missing);
        united.columns.push(TableColumn { making, source: column.name.to_owned(), fault });
        if let Some(making) = flags {
            united.missing.push(0);
            let source = column.name.to_owned();
            united.columns.push(TableColumn { making, source, fault: None });
        }
    }
    Ok(united)
}

/// The name of the column with the flags of another.
pub fn flag_name(column: &str) -> String {
    match column.eq_ignore_ascii_case("value") || column == "OBS_VALUE" {
        true => "flag".to_owned(),
        false => format!("{column}_flag"),
    }
}

fn by_name<'a>(files: &[&'a TextFile], options: &Options) -> Vec<Column<'a>> {
    let mut columns: Vec<Column> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for &file in files {
        let evidence =
            Evidence::of(file.columns.iter().map(|column| &column.looks), file.has_semicolons());
        for column in &file.columns {
            let Some(&place) = places.get(column.name.as_str()) else {
                places.insert(&column.name, columns.len());
                let looks = column.looks.clone();
                let name = &column.name;
                columns.push(Column { name, file, looks, evidence, files: 1, unlike: None });
                continue;
            };
            let known = &mut columns[place];
            let is_asked = options.type_of(&column.name).is_some();
            if !is_asked && Part::of(options.new_name(&column.name)) != Part::Code {
                known.unlike = known
                    .unlike
                    .take()
                    .or_else(|| unlike(known, file, &column.looks, options.door));
            }
            if known.looks.is_empty() {
                known.file = file;
            }
            known.looks.merge(&column.looks);
            known.evidence = known.evidence.or(evidence);
            known.files += 1;
        }
    }
    columns
}

/// A column that is numbers in one file and text in another: the one that is text is at fault, at
/// the first cell that makes it so.
fn unlike(known: &Column<'_>, file: &TextFile, looks: &Looks, door: Door) -> Option<String> {
    let (one, other) = (&known.looks, looks);
    let (good, bad, good_file, bad_looks) = match (one.is_number(), other.is_number()) {
        (true, false) if other.others > 0 => (one, file, known.file, other),
        (false, true) if one.others > 0 => (other, known.file, file, one),
        _ => return None,
    };
    let whole = good.is_whole_in(good.fits);
    let must = wanted_name(if whole { &DataType::Int64 } else { &DataType::Float64 });
    let cell = bad_looks.odd.first()?;
    Some(format!(
        "{}:{}: column '{}' must be {must} as in {}, found '{}' ({}{} takes it for missing, {} \
         leaves the column text)",
        bad.shown,
        cell.line,
        known.name,
        good_file.shown,
        cell.text,
        door.how(),
        door.options("missing", [cell.text.as_str()]),
        door.typed(known.name, "VARCHAR"),
    ))
}

/// A column that an option makes has a name that the files have.
fn own_name<T>(name: &str, option: String) -> Result<T> {
    wrong(&format!("column '{name}' must come from the files or from {option}, found both"))
}

fn check_same(columns: &[Column<'_>], files: &[&TextFile]) -> Result<()> {
    for column in columns.iter().filter(|column| column.files < files.len()) {
        let lacks =
            files.iter().find(|file| !file.columns.iter().any(|other| other.name == column.name));
        if let Some(file) = lacks {
            return plan_err!(
                "{}: must have all columns of {}, found no '{}'",
                file.shown,
                column.file.shown,
                column.name
            );
        }
    }
    Ok(())
}
