//! Hidden files and folders that a process holds while it lives, and those that dead ones left.
//!
//! Whoever makes one locks it; who can have the lock of one in place knows that its maker is gone.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use tempfile::{Builder, NamedTempFile, TempDir};

/// What is being written.
pub(super) const PART: &str = ".part";
/// What a program keeps while it runs.
const KEPT: &str = ".tmp";
const PREFIX: &str = ".goalposts-";
/// Where a folder that is being replaced stands.
const OLD: &str = ".old";
/// How many letters and digits stand between.
const RANDOM: usize = 8;
/// How often another may be quicker.
const TRIES: usize = 16;

/// Names of ours, made at random.
pub(super) fn names(suffix: &str) -> Builder<'static, '_> {
    let mut names = Builder::new();
    names.prefix(PREFIX).suffix(suffix).rand_bytes(RANDOM);
    names
}

/// A file of ours.
pub(super) fn file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut names = names(PART);
    #[cfg(unix)]
    names.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666)); // less the umask
    held(|| {
        let file = names.tempfile_in(folder)?;
        Ok(is_held(file.as_file(), file.path()).then_some(file))
    })
}

/// A folder of ours, and its lock, where folders have one.
pub(super) fn folder(within: &Path) -> io::Result<(TempDir, Option<File>)> {
    let mut names = names(PART);
    #[cfg(unix)]
    names.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777)); // less the umask
    held_folder(&names, within)
}

/// A folder where one that is being replaced stands by its own name, and its lock.
pub(super) fn holder(within: &Path) -> io::Result<(TempDir, Option<File>)> {
    held_folder(&names(OLD), within)
}

/// A folder for what a program keeps while it runs, and its lock.
#[cfg(feature = "cli")]
pub(crate) fn temporary(within: &Path) -> io::Result<(TempDir, Option<File>)> {
    held_folder(&names(KEPT), within)
}

fn held_folder(names: &Builder<'_, '_>, within: &Path) -> io::Result<(TempDir, Option<File>)> {
    held(|| {
        let folder = names.tempdir_in(within)?;
        let lock = match File::open(folder.path()) {
            Ok(lock) => lock,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(_) => return Ok(Some((folder, None))), // a system whose folders cannot be opened
        };
        Ok(is_held(&lock, folder.path()).then_some((folder, Some(lock))))
    })
}

/// Makes something until it is held: one that clears up may be quicker.
fn held<T>(make: impl Fn() -> io::Result<Option<T>>) -> io::Result<T> {
    for _ in 0..TRIES {
        if let Some(made) = make()? {
            return Ok(made);
        }
    }
    Err(io::ErrorKind::ResourceBusy.into())
}

/// Locks something that was just made. Where there are no locks nobody can have one, and nothing is
/// cleared up.
pub(super) fn is_held(file: &File, path: &Path) -> bool {
    match file.try_lock() {
        Ok(()) => fs::symlink_metadata(path).is_ok(),
        Err(TryLockError::WouldBlock) => false,
        Err(TryLockError::Error(_)) => true,
    }
}

/// Removes what dead processes left in a folder. What cannot be removed stays.
pub(crate) fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if is_ours(&entry.file_name()) {
            remove_dead(&entry.path());
        }
    }
}

fn is_ours(name: &OsStr) -> bool {
    let name = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
    let random =
        name.and_then(|name| [PART, KEPT, OLD].iter().find_map(|end| name.strip_suffix(end)));
    // Earlier versions had six.
    random.is_some_and(|random| {
        matches!(random.len(), 6 | RANDOM)
            && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Gives what stood aside its name again, unless what was to replace it has it.
fn put_back(holder: &Path) -> Option<()> {
    for entry in fs::read_dir(holder).ok()? {
        let entry = entry.ok()?;
        let name = holder.parent()?.join(entry.file_name());
        match fs::symlink_metadata(&name) {
            Ok(_) => fs::remove_dir_all(entry.path()).ok()?,
            Err(_) => fs::rename(entry.path(), name).ok()?,
        }
    }
    fs::remove_dir(holder).ok()
}

fn remove_dead(path: &Path) -> Option<()> {
    let found = fs::symlink_metadata(path).ok()?;
    if !found.is_file() && !found.is_dir() {
        return None; // neither links nor devices are made here
    }
    let lock = File::open(path).ok()?;
    lock.try_lock().ok()?;
    match found.is_dir() {
        true if path.extension().is_some_and(|end| OLD.ends_with(&*end.to_string_lossy())) => {
            put_back(path)
        }
        true => fs::remove_dir_all(path).ok(),
        false => fs::remove_file(path).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stood_aside_is_put_back() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        let write = |name: &str, text: &str| {
            fs::create_dir_all(at(name)).unwrap();
            fs::write(at(name).join("x"), text).unwrap();
        };
        // Killed before the new folder had the name, and after.
        write(".goalposts-abcd1234.old/lost", "old");
        write(".goalposts-abcd1235.old/replaced", "old");
        write("replaced", "new");
        let (living, _lock) = holder(place.path()).unwrap();
        fs::create_dir(living.path().join("waits")).unwrap();
        sweep(place.path());
        assert_eq!(fs::read_to_string(at("lost/x")).unwrap(), "old");
        assert_eq!(fs::read_to_string(at("replaced/x")).unwrap(), "new");
        assert!(living.path().join("waits").is_dir());
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 3);
    }

    #[test]
    fn the_dead_are_removed_and_the_living_stay() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        let living = file(place.path()).unwrap();
        let (folder, lock) = folder(place.path()).unwrap();
        fs::write(folder.path().join("x"), "x").unwrap();
        for dead in [".goalposts-abc123.part", ".goalposts-abcd1234.tmp"] {
            fs::write(at(dead), "x").unwrap();
        }
        fs::create_dir(at(".goalposts-ABCDEFGH.part")).unwrap();
        fs::write(at(".goalposts-ABCDEFGH.part/x"), "x").unwrap();
        let others = [".goalposts-mine.part", ".goalposts-abcd1234.txt", "goalposts-abcd1234.part"];
        others.iter().for_each(|other| fs::write(at(other), "x").unwrap());
        sweep(place.path());
        let left = || {
            let names = fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name());
            let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
            names.sort();
            names
        };
        assert_eq!(left().len(), 2 + others.len(), "{:?}", left());
        // What its maker no longer holds goes as well.
        let (_, file) = living.into_temp_path().keep().map(|path| ((), path)).unwrap();
        let kept = folder.keep();
        drop(lock);
        sweep(place.path());
        assert!(!file.exists() && !kept.exists(), "{:?}", left());
        assert_eq!(left().len(), others.len());
    }
}
