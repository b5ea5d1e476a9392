//! A lock that allows one apply per organization at a time, for one user on one machine.

use crate::source::folder_of;
use camino::Utf8Path;
use fs_err::OpenOptions;
use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};

/// Held until this value is dropped. The system releases it when the process ends, even after a crash.
#[derive(Debug)]
pub struct Lock(File);

/// Why the lock can't be taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another apply holds it.
    #[error("another apply is running on this organization{}", .0.as_ref().map_or_else(String::new, |pid| format!(" (process {pid})")))]
    Taken(Option<u32>),
    /// The file can't be created or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Lock {
    /// Takes the lock.
    ///
    /// # Errors
    ///
    /// Another apply holds it, or the file can't be written.
    pub fn take(path: &Utf8Path) -> Result<Self, LockError> {
        fs_err::create_dir_all(folder_of(path))?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        // A process that can open it can hold it.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(options.options_mut(), 0o600);
        let file = options.open(path)?;
        let mut file = File::from(file);
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.take(32).read_to_string(&mut holder);
                return Err(LockError::Taken(holder.trim().parse().ok()));
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())?;
        Ok(Self(file))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The name of a process that has ended would mislead.
        let _ = self.0.set_len(0);
    }
}
