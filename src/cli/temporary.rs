//! Where everything that is temporary is, and goes with the program, however it ends.

use std::fs::File;

use tempfile::TempDir;

use crate::export::{sweep, temporary};

/// A folder of this process in the system's folder for temporary files: what the engine spills, what is
/// unpacked. One whose process was killed goes at the next start.
#[derive(Debug)]
pub struct Temporary {
    _folder: TempDir,
    _lock: Option<File>,
}

impl Temporary {
    /// Makes the folder, if that is possible; else the system's own is used.
    pub fn open() -> Option<Self> {
        let system = std::env::temp_dir();
        sweep(&system);
        let (folder, lock) = temporary(&system).ok()?;
        tempfile::env::override_temp_dir(folder.path()).ok()?;
        Some(Self { _folder: folder, _lock: lock })
    }
}
