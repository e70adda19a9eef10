//! Bytes written at once: a file is there whole or not at all.

use std::io::Write;

use super::error::{Error, Result};
use crate::export::Target;

/// Writes bytes to a file, which takes its name when it is complete, or to standard output.
///
/// # Errors
/// What the system says.
pub fn write_whole(target: &Target, bytes: &[u8]) -> Result<()> {
    write_whole_after(target, bytes, || Ok(()))
}

/// The same; what else belongs to the file is written when nothing but its name is missing.
///
/// # Errors
/// What the system says; what goes wrong with the rest, and then the file is not there.
pub fn write_whole_after(
    target: &Target,
    bytes: &[u8],
    rest: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let (mut out, opening) = target.begin()?;
    let failed = |source| match target {
        Target::File(path) => Error::file(path)(source),
        _ => Error::output(source),
    };
    out.write_all(bytes).and_then(|()| out.flush()).map_err(failed)?;
    rest()?;
    drop(out);
    Ok(opening.complete()?)
}
