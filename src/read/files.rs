//! A file, or what is packed in it, looked at as tables of text.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::common::Result;
use datafusion::object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};
use futures::TryStreamExt;
use tempfile::NamedTempFile;

use super::container::{self, Member};
use super::fault::{self, Fault};
use super::format::Format;
use super::looks::Marks;
use super::options::Options;
use super::sheet;
use super::text::bytes::TextBytes;
use super::text_file::{Saying, TextFile};

/// Where a file is.
pub enum Place {
    /// On disk.
    File(PathBuf),
    /// Fetched from elsewhere, gone when it has been looked at.
    Temporary(NamedTempFile),
}

impl Place {
    /// Fetches a file from a store.
    pub async fn fetched(store: &Arc<dyn ObjectStore>, meta: &ObjectMeta) -> Result<Self> {
        let mut file = NamedTempFile::new()?;
        let mut chunks = store.get(&meta.location).await?.into_stream();
        while let Some(chunk) = chunks.try_next().await? {
            std::io::Write::write_all(&mut file, &chunk)?;
        }
        Ok(Self::Temporary(file))
    }

    fn path(&self) -> &Path {
        match self {
            Self::File(path) => path,
            Self::Temporary(file) => file.path(),
        }
    }
}

/// Looks at the tables in a file.
///
/// # Errors
/// When it cannot be read.
pub fn look(
    place: &Place,
    shown: &str,
    kind: Format,
    options: &Options,
    threads: usize,
) -> Result<Vec<TextFile>> {
    let look = || -> fault::Result<Vec<TextFile>> {
        let members = container::members(place.path(), shown, options.member.as_deref())?;
        members.iter().map(|member| look_at(place, member, kind, options, threads)).collect()
    };
    Ok(look().map_err(|fault| Fault(options.door.advice(&fault.0)))?)
}

fn look_at(
    place: &Place,
    member: &Member,
    kind: Format,
    options: &Options,
    threads: usize,
) -> fault::Result<TextFile> {
    let usual = match (Format::of_ending(&member.ending), kind) {
        (Some(Format::Text(usual)), _) | (_, Format::Text(usual)) => usual,
        _ => b',',
    };
    let saying = saying(options, usual, threads);
    let found = member.magic()?;
    if found.is_workbook() {
        check_fit(&member.shown, true, options)?;
        let (sheet, range) = (options.sheet.as_ref(), options.range.as_deref());
        let grid = sheet::read(member.seekable()?, found, &member.shown, sheet, range)?;
        return TextFile::look_at_sheet(&member.shown, grid, &saying);
    }
    if let Some(other) = found.other_than_text() {
        let shown = &member.shown;
        return Err(Fault(format!("{shown}: must be text or a workbook, found {other}")));
    }
    check_fit(&member.shown, false, options)?;
    let bytes = match (place, member.plain_path()) {
        (Place::File(_), Some(path)) => TextBytes::of_file(path),
        _ => TextBytes::of_reader(member.reader()?),
    };
    let bytes = bytes.map_err(|error| Fault::from_io(&member.shown, error))?;
    TextFile::look(&member.shown, bytes, &saying)
}

/// That no option is given which says nothing of such a file.
fn check_fit(shown: &str, is_workbook: bool, options: &Options) -> fault::Result<()> {
    let (must, found, given) = match is_workbook {
        true => {
            let given = [
                ("delimiter", options.delimiter.is_some()),
                ("encoding", options.encoding.is_some()),
            ];
            ("text", "a workbook", given)
        }
        false => {
            let given = [("sheet", options.sheet.is_some()), ("range", options.range.is_some())];
            ("a workbook", "text", given)
        }
    };
    match given.iter().find(|(_, is_given)| *is_given) {
        None => Ok(()),
        Some((option, _)) => Err(Fault(format!(
            "{shown}: must be {must} to be read by {option}, found {found} (leave out {option})"
        ))),
    }
}

fn saying(options: &Options, usual: u8, threads: usize) -> Saying {
    Saying {
        encoding: options.encoding,
        delimiter: options.delimiter,
        usual,
        stated: options.stated.clone(),
        until: options.until.clone(),
        marks: Marks {
            missing: options.missing.clone(),
            spellings: options.spellings(),
            flags: options.flags,
        },
        door: options.door,
        threads,
    }
}
