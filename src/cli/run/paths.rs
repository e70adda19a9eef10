//! Which files a run is of.

use std::path::PathBuf;

use crate::cli::error::{Error, Result};

/// The files named, and the `.sql` files of the folders named, by name.
pub fn query_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        let found = std::fs::metadata(path).map_err(Error::file(path))?;
        if !found.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(path).map_err(Error::file(path))? {
            let file = entry.map_err(Error::file(path))?.path();
            if file.extension().is_some_and(|ending| ending == "sql") && file.is_file() {
                inside.push(file);
            }
        }
        if inside.is_empty() {
            return Err(Error::Usage(format!(
                "{}: must contain a .sql file, found none",
                path.display()
            )));
        }
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

/// An error if two files would write one result.
pub fn ensure_own_results(files: &[PathBuf]) -> Result<()> {
    for (i, file) in files.iter().enumerate() {
        if let Some(twin) = files[..i].iter().find(|twin| twin.file_stem() == file.file_stem()) {
            return Err(Error::Usage(format!(
                "{}: names of query files must be unique, found {} (one result would replace the other)",
                file.display(),
                twin.display()
            )));
        }
    }
    Ok(())
}
