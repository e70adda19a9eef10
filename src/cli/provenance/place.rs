//! Paths as a record has them: the same on every machine where the folders lie alike.

use std::path::{Component, Path, PathBuf};

/// A path from the working folder, with `/` between its parts; from the root where the two share no
/// folder.
pub fn named(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    from(&here, path)
}

fn from(here: &Path, path: &Path) -> String {
    let path = match path.is_absolute() {
        true => relative(here, path),
        false => path.to_owned(),
    };
    let parts = path.components().filter(|part| *part != Component::CurDir);
    let path: PathBuf = parts.collect();
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

fn relative(here: &Path, path: &Path) -> PathBuf {
    let names = |path: &Path| -> Vec<_> {
        path.components().map(|part| part.as_os_str().to_owned()).collect()
    };
    let (from, to) = (names(here), names(path));
    let shared = from.iter().zip(&to).take_while(|(from, to)| from == to).count();
    if shared < 2 {
        return path.to_owned(); // the root alone
    }
    let up = std::iter::repeat_n("..".into(), from.len() - shared);
    up.chain(to[shared..].iter().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_from_the_working_folder() {
        for (path, want) in [
            ("/home/a/project/data/x.csv", "data/x.csv"),
            ("/home/a/data/x.csv", "../data/x.csv"),
            ("/tmp/x.csv", "/tmp/x.csv"),
            ("./data/x.csv", "data/x.csv"),
            ("../x.csv", "../x.csv"),
        ] {
            assert_eq!(from(Path::new("/home/a/project"), Path::new(path)), want);
        }
    }
}
