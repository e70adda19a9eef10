//! Hashes of files.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

use sha2::{Digest, Sha256};

/// From how many bytes on a file of Parquet is known by its footer.
const LARGE: u64 = 64 << 20;
/// How much is read at a time.
const PIECE: usize = 1 << 20;
/// What the last bytes of Parquet are: the length of the footer, and a mark.
const END: u64 = 8;

/// The SHA-256 of bytes, as records have it: `sha256:` and 64 digits.
pub fn of_bytes(bytes: &[u8]) -> String {
    shown("sha256", Sha256::digest(bytes).as_slice())
}

/// The SHA-256 of a file; of large Parquet that of its footer, which has the places, sizes and
/// statistics of all pages: `footer-sha256:`.
///
/// # Errors
/// When it cannot be read.
pub fn of_file(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > LARGE
        && let Some(footer) = footer(&mut file, size)?
    {
        return Ok(shown("footer-sha256", Sha256::digest(&footer).as_slice()));
    }
    file.rewind()?;
    let (mut hash, mut piece) = (Sha256::new(), vec![0; PIECE]);
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok(shown("sha256", hash.finalize().as_slice())),
            Ok(read) => hash.update(&piece[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The footer of Parquet with its length and the mark behind it, if that is what the file is.
fn footer(file: &mut File, size: u64) -> io::Result<Option<Vec<u8>>> {
    let mut end = [0; END as usize];
    file.seek(SeekFrom::Start(size.saturating_sub(END)))?;
    file.read_exact(&mut end)?;
    let [a, b, c, d, mark @ ..] = end;
    let length = u64::from(u32::from_le_bytes([a, b, c, d])) + END;
    if mark != *b"PAR1" || length > size {
        return Ok(None);
    }
    let mut footer = Vec::new();
    file.seek(SeekFrom::Start(size - length))?;
    file.read_to_end(&mut footer)?;
    Ok(Some(footer))
}

fn shown(kind: &str, digest: &[u8]) -> String {
    digest.iter().fold(format!("{kind}:"), |text, byte| text + &format!("{byte:02x}"))
}

/// A file at one moment: its path, size and time of change.
type Moment = (PathBuf, u64, SystemTime);

/// Hashes that are known: a file is read once as long as its size and its time stay.
#[derive(Debug, Default)]
pub struct Hashes(Mutex<HashMap<Moment, String>>);

impl Hashes {
    /// The hash of a file as it was at a moment; none if it has changed since, or cannot be read.
    pub fn at(&self, path: &Path, size: u64, modified: SystemTime) -> Option<String> {
        let moment = (path.to_owned(), size, modified);
        let is_same = || {
            let found = std::fs::metadata(path).ok()?;
            (found.len() == size && found.modified().ok()? == modified).then_some(())
        };
        let known = self.0.lock().ok().and_then(|known| known.get(&moment).cloned());
        if known.is_some() {
            return known;
        }
        is_same()?;
        let hash = of_file(path).ok()?;
        is_same()?;
        if let Ok(mut known) = self.0.lock() {
            known.insert(moment, hash.clone());
        }
        Some(hash)
    }

    /// The size and hash of a file as it is now.
    ///
    /// # Errors
    /// When it cannot be read, or changes while it is.
    pub fn now(&self, path: &Path) -> io::Result<(u64, String)> {
        let found = std::fs::metadata(path)?;
        if found.is_dir() {
            return self.folder(path);
        }
        let hash = self.at(path, found.len(), found.modified()?);
        let hash = hash.ok_or_else(|| io::Error::other("it cannot be read, or has just changed"));
        Ok((found.len(), hash?))
    }

    /// All bytes below a folder, and the hash of a line for each file: its name, size and hash.
    fn folder(&self, path: &Path) -> io::Result<(u64, String)> {
        let entries: io::Result<Vec<_>> = std::fs::read_dir(path)?.collect();
        let mut entries = entries?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        let (mut all, mut lines) = (0, String::new());
        for entry in entries {
            let (size, hash) = self.now(&entry.path())?;
            all += size;
            lines += &format!("{} {size} {hash}\n", entry.file_name().to_string_lossy());
        }
        Ok((all, of_bytes(lines.as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_and_its_bytes_have_one_hash() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), b"abc").expect("written");
        let hash = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(of_bytes(b"abc"), hash); // FIPS 180-2, B.1
        assert_eq!(of_file(file.path()).expect("read"), hash);
    }

    #[test]
    fn a_folder_is_known_by_its_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("year=2024/data_0.parquet");
        std::fs::create_dir(folder.path().join("year=2024")).expect("made");
        let hash = |text: &str| {
            std::fs::write(&file, text).expect("written");
            let _ = File::open(&file).and_then(|file| file.set_modified(SystemTime::UNIX_EPOCH));
            Hashes::default().now(folder.path()).expect("read")
        };
        let (size, first) = hash("abc");
        assert_eq!(size, 3);
        assert_ne!(first, hash("abd").1);
        assert_eq!(first, hash("abc").1);
    }

    #[test]
    fn large_parquet_is_known_by_its_footer() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let mut bytes = vec![0; LARGE as usize + 1];
        bytes.extend_from_slice(b"abc\x03\0\0\0PAR1");
        std::fs::write(file.path(), &bytes).expect("written");
        let hash = of_file(file.path()).expect("read");
        assert_eq!(hash, of_bytes(b"abc\x03\0\0\0PAR1").replace("sha256", "footer-sha256"));
        bytes.truncate(bytes.len() - 1);
        std::fs::write(file.path(), &bytes).expect("written");
        assert_eq!(of_file(file.path()).expect("read"), of_bytes(&bytes));
    }
}
