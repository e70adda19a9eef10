//! The bytes of a text in UTF-8, to be read from any place: a file's own, or what was unpacked or
//! decoded from one.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::NamedTempFile;

/// What is unpacked or decoded goes to a temporary file beyond so many bytes.
const IN_MEMORY: u64 = 16 << 20;

/// How many bytes are read at a time.
const BLOCK: u64 = 1 << 20;

/// The bytes of a text.
#[derive(Debug)]
pub struct TextBytes {
    place: Place,
    /// How many there are.
    pub len: u64,
}

#[derive(Debug)]
enum Place {
    /// A file, and when it was changed last.
    File(PathBuf, Option<SystemTime>),
    Spooled(NamedTempFile),
    Memory(Vec<u8>),
}

impl TextBytes {
    /// Those of a file.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        let found = std::fs::metadata(path)?;
        let place = Place::File(path.to_owned(), found.modified().ok());
        Ok(Self { place, len: found.len() })
    }

    /// Those that a reader gives, kept until they are no longer needed.
    pub fn of_reader(mut reader: impl Read) -> io::Result<Self> {
        let mut memory = Vec::new();
        let len = reader.by_ref().take(IN_MEMORY).read_to_end(&mut memory)? as u64;
        if len < IN_MEMORY {
            return Ok(Self { place: Place::Memory(memory), len });
        }
        let mut file = NamedTempFile::new()?;
        file.write_all(&memory)?;
        let rest = io::copy(&mut reader, &mut file)?;
        file.flush()?;
        Ok(Self { place: Place::Spooled(file), len: len + rest })
    }

    /// None.
    pub fn empty() -> Self {
        Self { place: Place::Memory(Vec::new()), len: 0 }
    }

    /// The same with lines that end in LF, where they end in CR alone as old programs write them.
    pub fn with_line_feeds(self) -> io::Result<Self> {
        let head = self.read(0, BLOCK)?;
        if head.contains(&b'\n') || !head.contains(&b'\r') {
            return Ok(self);
        }
        Self::of_reader(LineFeeds(self.reader()))
    }

    /// All of them, one after the other.
    pub fn reader(&self) -> impl Read + '_ {
        Reader { bytes: self, at: 0, block: io::Cursor::default() }
    }

    /// How many line feeds there are before a byte.
    pub fn lines(&self, to: u64) -> io::Result<u64> {
        let (mut at, mut lines) = (0, 0);
        while at < to {
            let block = self.read(at, to.min(at + BLOCK))?;
            if block.is_empty() {
                break;
            }
            lines += memchr::memchr_iter(b'\n', &block).count() as u64;
            at += block.len() as u64;
        }
        Ok(lines)
    }

    /// Some of them; fewer at the end.
    pub fn read(&self, from: u64, to: u64) -> io::Result<Vec<u8>> {
        let (from, to) = (from.min(self.len), to.min(self.len));
        let mut file = match &self.place {
            Place::Memory(bytes) => {
                let range = usize::try_from(from).unwrap_or(0)..usize::try_from(to).unwrap_or(0);
                return Ok(bytes.get(range).unwrap_or_default().to_vec());
            }
            Place::Spooled(file) => file.reopen()?,
            Place::File(path, changed) => {
                let file = File::open(path)?;
                self.check(&file.metadata()?, *changed)?;
                file
            }
        };
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::with_capacity(usize::try_from(to - from).unwrap_or(0) + 2);
        file.take(to - from).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// A file that is looked at and then read must be the same both times.
    fn check(&self, found: &Metadata, changed: Option<SystemTime>) -> io::Result<()> {
        match found.len() == self.len && found.modified().ok() == changed {
            true => Ok(()),
            false => {
                Err(io::Error::other("a file must not change while it is read, found it changed"))
            }
        }
    }
}

/// Every CR as LF.
struct LineFeeds<R>(R);

impl<R: Read> Read for LineFeeds<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        buffer[..read].iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        Ok(read)
    }
}

/// Reads from the beginning to the end.
struct Reader<'a> {
    bytes: &'a TextBytes,
    at: u64,
    block: io::Cursor<Vec<u8>>,
}

impl Read for Reader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.block.read(buffer)?;
        if read > 0 || buffer.is_empty() || self.at >= self.bytes.len {
            return Ok(read);
        }
        let block = self.bytes.read(self.at, self.at + BLOCK)?;
        self.at += block.len() as u64;
        self.block = io::Cursor::new(block);
        self.block.read(buffer)
    }
}
