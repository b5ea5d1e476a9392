//! The state file: read once at start, replaced as a whole after every change.

use super::{Seed, SeedError};
use camino::Utf8Path;
use std::io::{self, Write as _};

/// Why a state file can't be read.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// It exists and can't be read.
    Io(io::Error),
    /// What it holds is no state.
    Seed(SeedError),
}

/// Reads the state. `None` if there is no such file.
pub(crate) fn read(path: &Utf8Path) -> Result<Option<Seed>, ReadError> {
    match fs_err::read_to_string(path) {
        Ok(text) => Seed::parse(path.as_str(), &text).map(Some).map_err(ReadError::Seed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ReadError::Io(error)),
    }
}

/// Replaces the file at once: a reader sees the old state or the new one, even if this process is killed.
pub(crate) fn write(path: &Utf8Path, text: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Utf8Path::new(".")))?;
    file.write_all(text)?;
    file.persist(path)?;
    Ok(())
}
