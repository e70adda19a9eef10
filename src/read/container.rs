//! From a local path to the bytes of the tables in it: plain, compressed, or in an archive.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::Crc;
use flate2::read::{DeflateDecoder, MultiGzDecoder};
use zip::{CompressionMethod, ZipArchive};

use super::encoding::decode_name;
use super::fault::{Fault, Result};
use super::format::Format;

/// How many bytes of a file tell its kind.
const HEAD: u64 = 4096;
/// How many members a message lists.
const LISTED: usize = 10;

/// What the first bytes of a file say that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Magic {
    /// Parquet.
    Parquet,
    /// An Arrow IPC file.
    ArrowFile,
    /// A zip archive that is no workbook.
    Zip,
    /// A workbook of Excel 2007 and later.
    Xlsx,
    /// The same in its binary form.
    Xlsb,
    /// A spreadsheet of OpenDocument.
    Ods,
    /// OLE2: a workbook of Excel 97, or an encrypted one of any kind.
    OldExcel,
    /// Compressed with gzip.
    Gzip,
    /// Compressed with zstd.
    Zstd,
    /// Text that begins as JSON does.
    Json,
    /// Text that begins as HTML does.
    Html,
    /// Text that begins as XML does and is no HTML.
    Xml,
    /// Other text, UTF-16 included.
    Text,
    /// Nothing at all.
    Empty,
    /// Bytes that are none of these.
    Other,
}

/// The kind of a file by its first bytes; a zip may still be a workbook ([`Member::magic`]).
pub fn magic(head: &[u8]) -> Magic {
    const BINARY: [(&[u8], Magic); 7] = [
        (b"PAR1", Magic::Parquet),
        (b"ARROW1", Magic::ArrowFile),
        (b"PK\x03\x04", Magic::Zip),
        (b"PK\x05\x06", Magic::Zip),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Magic::OldExcel),
        (b"\x1f\x8b", Magic::Gzip),
        (b"\x28\xb5\x2f\xfd", Magic::Zstd),
    ];
    if head.is_empty() {
        return Magic::Empty;
    }
    if let Some((_, kind)) = BINARY.iter().find(|(bytes, _)| head.starts_with(bytes)) {
        return *kind;
    }
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Magic::Text;
    }
    if head.contains(&0) {
        return Magic::Other;
    }
    text_magic(head)
}

fn text_magic(head: &[u8]) -> Magic {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let lower = text[..text.len().min(1024)].to_ascii_lowercase();
    let holds = |tag: &[u8]| lower.windows(tag.len()).any(|part| part == tag);
    match lower.first() {
        Some(b'{' | b'[') => Magic::Json,
        Some(b'<') if holds(b"<html") || holds(b"<table") || holds(b"<!doctype html") => {
            Magic::Html
        }
        Some(b'<') if lower.starts_with(b"<?xml") => Magic::Xml,
        _ => Magic::Text,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    Gzip,
    Zstd,
}

/// Where a member lies in its archive.
#[derive(Debug, Clone)]
struct Inside {
    start: u64,
    packed: u64,
    size: u64,
    crc: u32,
    deflated: bool,
}

/// One thing to read: a plain file, a compressed one, or a member of a zip archive.
#[derive(Debug, Clone)]
pub struct Member {
    /// The path as the user knows it; of a member `x.zip/inner.csv`.
    pub shown: String,
    /// What the name ends with, in lower case and without compression; empty without an ending.
    pub ending: String,
    path: PathBuf,
    inside: Option<Inside>,
    layer: Option<Layer>,
}

impl Member {
    fn new(path: &Path, shown: String, inside: Option<Inside>) -> Result<Self> {
        let (ending, said) = ending(&shown);
        let mut member = Self { shown, ending, path: path.to_owned(), inside, layer: None };
        member.layer = match (magic(&member.head()?), said) {
            (Magic::Gzip, _) => Some(Layer::Gzip),
            (Magic::Zstd, _) => Some(Layer::Zstd),
            (_, None) => None,
            (found, Some(said)) => {
                let shown = &member.shown;
                let what = if said == Layer::Gzip { "gzip" } else { "zstd" };
                let found = found.words();
                return Err(Fault(format!("{shown}: must be {what} data, found {found}")));
            }
        };
        Ok(member)
    }

    /// The bytes, from the first one; may be asked for again.
    pub fn reader(&self) -> Result<Box<dyn Read + Send>> {
        let fault = |error| Fault::from_io(&self.shown, error);
        let mut file = File::open(&self.path).map_err(fault)?;
        let bytes: Box<dyn Read + Send> = match &self.inside {
            None => Box::new(file),
            Some(inside) => {
                file.seek(SeekFrom::Start(inside.start)).map_err(fault)?;
                let packed = BufReader::new(file).take(inside.packed);
                let bytes: Box<dyn Read + Send> = match inside.deflated {
                    true => Box::new(DeflateDecoder::new(packed)),
                    false => Box::new(packed),
                };
                let (size, crc) = (inside.size, inside.crc);
                Box::new(Checked { bytes, size, crc, read: 0, sum: Crc::new() })
            }
        };
        let bytes: Box<dyn Read + Send> = match self.layer {
            None => bytes,
            Some(Layer::Gzip) => Box::new(MultiGzDecoder::new(bytes)),
            Some(Layer::Zstd) => Box::new(zstd::Decoder::new(bytes).map_err(fault)?),
        };
        Ok(Box::new(Placed { bytes, shown: self.shown.clone() }))
    }

    /// The path, if its bytes are just those of a file.
    pub fn plain_path(&self) -> Option<&Path> {
        (self.inside.is_none() && self.layer.is_none()).then_some(&self.path)
    }

    /// A file that can be sought in, at its beginning; what is compressed is unpacked into a
    /// temporary file without a name.
    pub fn seekable(&self) -> Result<File> {
        let fault = |error| Fault::from_io(&self.shown, error);
        if let Some(path) = self.plain_path() {
            return File::open(path).map_err(fault);
        }
        let mut file = tempfile::tempfile().map_err(fault)?;
        io::copy(&mut self.reader()?, &mut file).map_err(fault)?;
        file.rewind().map_err(fault)?;
        Ok(file)
    }

    /// The first bytes, unpacked.
    pub fn head(&self) -> Result<Vec<u8>> {
        let mut head = Vec::new();
        let read = self.reader()?.take(HEAD).read_to_end(&mut head);
        read.map_err(|error| Fault::from_io(&self.shown, error))?;
        Ok(head)
    }

    /// What the bytes are; a zip is looked into.
    pub fn magic(&self) -> Result<Magic> {
        match magic(&self.head()?) {
            Magic::Zip => zip_magic(self.seekable()?, &self.shown),
            kind => Ok(kind),
        }
    }
}

impl Magic {
    /// Whether it is a workbook.
    pub fn is_workbook(self) -> bool {
        matches!(self, Self::Xlsx | Self::Xlsb | Self::Ods | Self::OldExcel)
    }

    /// What it is, if it is no text that can be a table.
    pub fn other_than_text(self) -> Option<&'static str> {
        match self {
            Self::Text | Self::Empty | Self::Json | Self::Xml | Self::Other => None,
            other => Some(other.words()),
        }
    }

    /// The kind in words, for messages.
    pub fn words(self) -> &'static str {
        match self {
            Self::Parquet => "Parquet",
            Self::ArrowFile => "an Arrow file",
            Self::Zip => "a zip archive",
            Self::Xlsx | Self::Xlsb | Self::Ods => "a workbook",
            Self::OldExcel => "an old Excel workbook",
            Self::Gzip => "gzip data",
            Self::Zstd => "zstd data",
            Self::Json => "JSON",
            Self::Html => "HTML",
            Self::Xml => "XML",
            Self::Text => "text",
            Self::Empty => "nothing",
            Self::Other => "other bytes",
        }
    }
}

/// The format of a file whose name does not say it; none where it is of no kind that is known.
pub fn format(path: &Path) -> Result<Option<Format>> {
    let shown = path.display().to_string();
    let member = match members(path, &shown, None) {
        Ok(members) => members.into_iter().next(),
        Err(fault) => return Err(fault),
    };
    let Some(member) = member else { return Ok(None) };
    Ok(Some(match member.magic()? {
        Magic::Parquet => Format::Parquet,
        Magic::ArrowFile => Format::Arrow,
        Magic::Json => Format::Json,
        Magic::Text | Magic::Empty => Format::Text(b','),
        kind if kind.is_workbook() => Format::Sheet,
        _ => return Ok(None),
    }))
}

/// Whether an ending says that a file is packed.
pub fn is_packed(ending: &str) -> bool {
    matches!(ending, "gz" | "zst" | "zip")
}

/// An ending without that of what it is packed in; that of an archive is its own.
pub fn inner_ending(ending: &str) -> &str {
    ending.strip_suffix(".gz").or_else(|| ending.strip_suffix(".zst")).unwrap_or(ending)
}

/// The ending of a name without compression, and the compression that the name says.
fn ending(shown: &str) -> (String, Option<Layer>) {
    let name = shown.rsplit(['/', '\\']).next().unwrap_or(shown).to_lowercase();
    let (name, layer) = if let Some(inner) = name.strip_suffix(".gz") {
        (inner, Some(Layer::Gzip))
    } else if let Some(inner) = name.strip_suffix(".zst") {
        (inner, Some(Layer::Zstd))
    } else {
        (name.as_str(), None)
    };
    let ending = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty());
    (ending.map(|(_, ending)| ending.to_owned()).unwrap_or_default(), layer)
}

/// What can be read at a path: one thing, or the member of an archive that is named.
///
/// # Errors
/// A file that cannot be opened or is not what its name says; an archive without a table, or with
/// several and no `member` that says which.
pub fn members(path: &Path, shown: &str, member: Option<&str>) -> Result<Vec<Member>> {
    let whole = Member::new(path, shown.to_owned(), None)?;
    let kind = match whole.plain_path() {
        Some(_) => whole.magic()?,
        None => Magic::Other,
    };
    if kind == Magic::Zip {
        return Ok(vec![in_archive(path, shown, member)?]);
    }
    if whole.ending == "zip" {
        let found = if whole.layer.is_some() { "compressed data" } else { kind.words() };
        return Err(Fault(format!("{shown}: must be a zip archive, found {found}")));
    }
    match member {
        None => Ok(vec![whole]),
        Some(member) => Err(Fault(format!(
            "{shown}: must be a zip archive to have a member, got member '{member}' (leave out \
             member)"
        ))),
    }
}

fn archive(file: File, shown: &str) -> Result<ZipArchive<BufReader<File>>> {
    ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(shown, error))
}

fn damaged(shown: &str, error: impl std::fmt::Display) -> Fault {
    Fault(format!("{shown}: zip archive must be whole, found it damaged ({error})"))
}

fn zip_magic(file: File, shown: &str) -> Result<Magic> {
    let mut zip = archive(file, shown)?;
    if zip.index_for_name("xl/workbook.bin").is_some() {
        return Ok(Magic::Xlsb);
    }
    let names: Vec<_> = zip.file_names_raw().map(<[u8]>::to_ascii_lowercase).collect();
    if names.iter().any(|name| name.ends_with(b"xl/workbook.xml")) {
        return Ok(Magic::Xlsx);
    }
    let Ok(mimetype) = zip.by_name("mimetype") else { return Ok(Magic::Zip) };
    let mut text = String::new();
    let read = mimetype.take(256).read_to_string(&mut text);
    let is_sheet = read.is_ok() && text.starts_with("application/vnd.oasis.opendocument.spread");
    Ok(if is_sheet { Magic::Ods } else { Magic::Zip })
}

/// An entry of an archive that may be a table.
struct Entry {
    name: String,
    index: usize,
}

fn in_archive(path: &Path, shown: &str, member: Option<&str>) -> Result<Member> {
    let file = File::open(path).map_err(|error| Fault::from_io(shown, error))?;
    let mut zip = archive(file, shown)?;
    let entries = tables(&mut zip, shown)?;
    let entry = choose(&entries, shown, member)?;
    let inner = format!("{shown}/{}", entry.name);
    let raw = zip.by_index_raw(entry.index).map_err(|error| damaged(&inner, error))?;
    if raw.encrypted() {
        return Err(Fault(format!(
            "{inner}: member must not be encrypted, found it so (unpack the archive first)"
        )));
    }
    let deflated = match raw.compression() {
        CompressionMethod::Stored => false,
        CompressionMethod::Deflated => true,
        other => {
            return Err(Fault(format!(
                "{inner}: member must be stored or deflated, found {other} (unpack the archive \
                 first)"
            )));
        }
    };
    let Some(start) = raw.data_start() else {
        return Err(damaged(&inner, "no place of its data"));
    };
    let (packed, size, crc) = (raw.compressed_size(), raw.size(), raw.crc32());
    Member::new(path, inner, Some(Inside { start, packed, size, crc, deflated }))
}

/// The entries that are neither folders nor hidden nor empty.
fn tables(zip: &mut ZipArchive<BufReader<File>>, shown: &str) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for index in 0..zip.len() {
        let raw = zip.by_index_raw(index).map_err(|error| damaged(shown, error))?;
        let name = decoded(raw.name_raw());
        let hidden = name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX");
        if !raw.is_dir() && !hidden && raw.size() > 0 {
            entries.push(Entry { name, index });
        }
    }
    Ok(entries)
}

/// Archives made on a Chinese Windows have their names in GBK and do not say so.
fn decoded(name: &[u8]) -> String {
    decode_name(name).replace('\\', "/")
}

fn base(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn choose<'a>(entries: &'a [Entry], shown: &str, member: Option<&str>) -> Result<&'a Entry> {
    let Some(member) = member else {
        return match entries {
            [] => Err(Fault(format!("{shown}: archive must hold a table, found none"))),
            [only] => Ok(only),
            several => {
                let data =
                    several.iter().filter(|entry| !base(&entry.name).starts_with("Metadata_"));
                match data.collect::<Vec<_>>()[..] {
                    [only] => Ok(only),
                    _ => Err(Fault(format!(
                        "{shown}: archive must hold one table, found {} (say which: member => \
                         '...')",
                        listed(several)
                    ))),
                }
            }
        };
    };
    let lower = member.to_lowercase();
    let ways: [&dyn Fn(&str) -> bool; 5] = [
        &|name| name == member,
        &|name| base(name) == member,
        &|name| name.to_lowercase() == lower,
        &|name| base(name).to_lowercase() == lower,
        &|name| {
            matches(&lower, &name.to_lowercase()) || matches(&lower, &base(name).to_lowercase())
        },
    ];
    for way in ways {
        let mut found = entries.iter().filter(|entry| way(&entry.name));
        match (found.next(), found.count()) {
            (None, _) => {}
            (Some(only), 0) => return Ok(only),
            (Some(_), more) => {
                return Err(Fault(format!(
                    "{shown}: member '{member}' must name one member, found {} (give its whole \
                     name)",
                    more + 1
                )));
            }
        }
    }
    let listed = listed(entries);
    Err(Fault(format!("{shown}: member must be one of {listed}, got '{member}'")))
}

/// The first names and how many there are.
fn listed(entries: &[Entry]) -> String {
    let names: Vec<_> =
        entries.iter().take(LISTED).map(|entry| format!("'{}'", entry.name)).collect();
    let more = if entries.len() > LISTED { ", ..." } else { "" };
    format!("{} ({}{more})", entries.len(), names.join(", "))
}

/// Whether a name fits a pattern of `*` and `?`.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<_>, Vec<_>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    n = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// The bytes of a member, against the length and the sum that the archive has of them.
struct Checked {
    bytes: Box<dyn Read + Send>,
    size: u64,
    crc: u32,
    read: u64,
    sum: Crc,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        self.sum.update(&buffer[..count]);
        self.read += count as u64;
        let ended = count == 0 && !buffer.is_empty();
        if self.read > self.size || ended && self.read < self.size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if ended && self.sum.sum() != self.crc {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(count)
    }
}

/// Says of errors where they are.
struct Placed {
    bytes: Box<dyn Read + Send>,
    shown: String,
}

impl Read for Placed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.bytes.read(buffer).map_err(|error| {
            let shown = &self.shown;
            match error.kind() {
                io::ErrorKind::Interrupted => error,
                io::ErrorKind::UnexpectedEof => Fault(format!(
                    "{shown}: compressed data must be complete, found it cut off (fetch the file \
                     again)"
                ))
                .into(),
                io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => Fault(format!(
                    "{shown}: compressed data must be whole, found it damaged (fetch the file \
                     again)"
                ))
                .into(),
                _ => Fault::from_io(shown, error).into(),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings() {
        let found = |shown| ending(shown).0;
        assert_eq!(found("a.b/panel.CSV.gz"), "csv");
        assert_eq!(found("x.zip/inner.csv.zst"), "csv");
        assert_eq!(found("panel"), "");
        assert_eq!(found(".hidden"), "");
    }

    #[test]
    fn patterns() {
        assert!(matches("api_*.c?v", "api_x_y.csv") && matches("*", "") && matches("*b*b", "abab"));
        assert!(!matches("a?", "a") && !matches("a*b", "abc"));
    }

    #[test]
    fn kinds() {
        assert_eq!(magic(b""), Magic::Empty);
        assert_eq!(magic(b"\xef\xbb\xbf [1]"), Magic::Json);
        assert_eq!(magic(b"<!DOCTYPE html>"), Magic::Html);
        assert_eq!(magic(b"<?xml version='1.0'?><a/>"), Magic::Xml);
        assert_eq!(magic(b"\xff\xfea\0"), Magic::Text);
        assert_eq!(magic(b"a\0b"), Magic::Other);
    }

    #[test]
    fn names_of_gbk() {
        assert_eq!(decoded(b"\xca\xfd\xbe\xdd.csv"), "数据.csv");
    }
}
