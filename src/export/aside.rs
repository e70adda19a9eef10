//! What is written aside, in the same folder, and takes its name when it is complete.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempDir};

use super::claim;

/// How many links may lead from one to the next; systems have such a limit as well.
const LINKS: usize = 40;

/// A file in the making and the name it will get.
pub(super) struct Aside {
    file: Making,
    /// Where the name is.
    folder: PathBuf,
    name: PathBuf,
}

enum Making {
    /// Of no name: it is gone with its process.
    #[cfg(target_os = "linux")]
    Unnamed(File),
    Named(NamedTempFile),
}

impl Aside {
    /// Begins a file; what dead processes left in its folder is removed.
    pub fn create(path: &Path) -> io::Result<Self> {
        // A link stays a link: what it points to is replaced, or made.
        let mut name = path.to_owned();
        let mut links = 0;
        while let Ok(target) = fs::read_link(&name) {
            name = name.parent().map_or_else(|| target.clone(), |folder| folder.join(&target));
            links += 1;
            if links > LINKS {
                return Err(io::Error::other(
                    "a link must lead to a file, found links in a circle",
                ));
            }
        }
        let folder = folder_of(&name);
        fs::metadata(&folder)?;
        claim::sweep(&folder);
        #[cfg(target_os = "linux")]
        if let Some(file) = linux::unnamed(&folder)? {
            return Ok(Self { file: Making::Unnamed(file), folder, name });
        }
        Self::named(folder, name)
    }

    /// The same, for systems and folders without unnamed files.
    fn named(folder: PathBuf, name: PathBuf) -> io::Result<Self> {
        let file = claim::file(&folder).map_err(|error| io::Error::from(error.kind()))?;
        Ok(Self { file: Making::Named(file), folder, name })
    }

    /// To write to.
    pub fn file(&self) -> &File {
        match &self.file {
            #[cfg(target_os = "linux")]
            Making::Unnamed(file) => file,
            Making::Named(file) => file.as_file(),
        }
    }

    /// Gives the file its name.
    pub fn complete(self) -> io::Result<()> {
        self.file().sync_all()?;
        match self.file {
            #[cfg(target_os = "linux")]
            Making::Unnamed(file) => linux::name(&file, &self.folder, &self.name),
            Making::Named(file) => file.persist(&self.name).map(drop).map_err(|error| error.error),
        }
    }
}

/// A folder in the making and the name it will get.
pub(super) struct AsideFolder {
    folder: TempDir,
    _lock: Option<File>,
    name: PathBuf,
    overwrites: bool,
}

impl AsideFolder {
    /// Begins a folder; what dead processes left beside it is removed.
    pub fn create(path: &Path, overwrites: bool) -> io::Result<Self> {
        let name: PathBuf = path.components().collect(); // without a slash at its end
        let within = folder_of(&name);
        fs::metadata(&within)?;
        claim::sweep(&within);
        let folder = claim::folder(&within).map_err(|error| io::Error::from(error.kind()))?;
        let (folder, _lock) = folder;
        Ok(Self { folder, _lock, name, overwrites })
    }

    /// Where its files are written.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Gives the folder its name; one that it replaces is removed.
    pub fn complete(self) -> io::Result<()> {
        if self.overwrites && self.name.exists() {
            return self.replace();
        }
        rename_new(self.folder.path(), &self.name)?;
        let _ = self.folder.keep(); // it has another name now
        Ok(())
    }

    /// The two change places, and what was there goes.
    #[cfg(target_os = "linux")]
    fn replace(self) -> io::Result<()> {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        match renameat_with(CWD, self.path(), CWD, &self.name, RenameFlags::EXCHANGE) {
            Ok(()) => self.folder.close(),
            Err(_) => self.replace_in_two_steps(),
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn replace(self) -> io::Result<()> {
        self.replace_in_two_steps()
    }

    /// What was there stands aside until the new folder is in place. Who finds it there without its
    /// process puts it back.
    fn replace_in_two_steps(self) -> io::Result<()> {
        let Some(own) = self.name.file_name() else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let (holder, _lock) = claim::holder(&folder_of(&self.name))?;
        let old = holder.path().join(own);
        fs::rename(&self.name, &old)?;
        if let Err(error) = fs::rename(self.folder.path(), &self.name) {
            if fs::rename(&old, &self.name).is_err() {
                let _ = holder.keep(); // the next start puts it back
            }
            return Err(error);
        }
        let _ = self.folder.keep();
        holder.close()
    }
}

/// Renames a folder unless something has the name.
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            Err(Errno::INVAL | Errno::NOSYS) => {} // a file system that has it not
            done => return Ok(done?),
        }
    }
    if to.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(from, to)
}

/// The folder that a name is in.
fn folder_of(name: &Path) -> PathBuf {
    match name.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::{File, OpenOptions};
    use std::io;
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::OpenOptionsExt;
    use std::path::{Path, PathBuf};

    use rustix::fs::{AtFlags, CWD, OFlags, linkat};
    use rustix::io::Errno;

    use super::claim;

    /// A file without a name, where there are such files and they can be named later.
    pub fn unnamed(folder: &Path) -> io::Result<Option<File>> {
        if !Path::new("/proc/self/fd").exists() {
            return Ok(None);
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).mode(0o666).custom_flags(OFlags::TMPFILE.bits() as i32);
        match options.open(folder) {
            Ok(file) => {
                let _ = file.try_lock(); // held already when it is linked
                Ok(Some(file))
            }
            Err(error) => match Errno::from_io_error(&error) {
                Some(Errno::OPNOTSUPP | Errno::ISDIR | Errno::NOENT | Errno::INVAL) => Ok(None),
                _ => Err(error.kind().into()),
            },
        }
    }

    /// Gives an unnamed file its name: at once where nothing has it.
    pub fn name(file: &File, folder: &Path, name: &Path) -> io::Result<()> {
        match link(file, name) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let linked = claim::names(claim::PART).make_in(folder, |path| link(file, path))?;
                linked.persist(name).map(drop).map_err(|error| error.error)
            }
            done => done,
        }
    }

    fn link(file: &File, path: &Path) -> io::Result<()> {
        let from = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
        Ok(linkat(CWD, from, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn files(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_takes_its_name_when_it_is_complete() {
        let place = tempfile::tempdir().unwrap();
        let name = place.path().join("x");
        for (text, is_named) in [("a", false), ("b", false), ("c", true)] {
            let begin = || match is_named {
                true => Aside::named(place.path().to_owned(), name.clone()).unwrap(),
                false => Aside::create(&name).unwrap(),
            };
            let given_up = begin();
            given_up.file().write_all(b"half").unwrap();
            let aside = begin();
            aside.file().write_all(text.as_bytes()).unwrap();
            assert!(fs::read_to_string(&name).map_or(true, |found| found != text));
            aside.complete().unwrap();
            assert_eq!(fs::read_to_string(&name).unwrap(), text);
            drop(given_up);
            assert_eq!(files(place.path()), ["x"]);
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_in_a_circle_are_an_error() {
        let place = tempfile::tempdir().unwrap();
        let [a, b, c] = ["a", "b", "c"].map(|name| place.path().join(name));
        std::os::unix::fs::symlink(&a, &b).unwrap();
        std::os::unix::fs::symlink(&b, &a).unwrap();
        let error = Aside::create(&a).err().expect("an error").to_string();
        assert!(error.contains("in a circle"), "{error}");
        // One to a file that is not there yet makes it.
        std::os::unix::fs::symlink("d", &c).unwrap();
        Aside::create(&c).unwrap().complete().unwrap();
        assert_eq!(files(place.path()), ["a", "b", "c", "d"]);
    }

    #[test]
    fn a_folder_takes_its_name_when_it_is_complete() {
        let place = tempfile::tempdir().unwrap();
        let name = place.path().join("x");
        let write = |text: &str, overwrites: bool| {
            let aside = AsideFolder::create(&place.path().join("x/"), overwrites).unwrap();
            fs::write(aside.path().join(text), text).unwrap();
            aside
        };
        write("a", false).complete().unwrap();
        assert_eq!(files(&name), ["a"]);
        let error = write("b", false).complete().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(files(&name), ["a"]);
        write("c", true).complete().unwrap();
        assert_eq!(files(&name), ["c"]);
        write("d", true).replace_in_two_steps().unwrap();
        assert_eq!((files(&name), files(place.path())), (vec!["d".into()], vec!["x".into()]));
    }
}
