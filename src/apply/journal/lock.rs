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
    /// A link, a folder, a device, or a file with other content. It is left as it is.
    #[error("it is not a lock of orgsync")]
    Foreign,
    /// The file can't be created or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Lock {
    /// Takes the lock.
    ///
    /// # Errors
    ///
    /// Another apply holds it, the path has something else, or the file can't be written.
    pub fn take(path: &Utf8Path) -> Result<Self, LockError> {
        fs_err::create_dir_all(folder_of(path))?;
        let mut file = open(path)?;
        let is_free = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Error(error)) => return Err(error.into()),
        };
        let holder = holder(&file);
        if !is_free {
            return Err(LockError::Taken(holder.ok().flatten()));
        }
        // What follows empties the file.
        holder?;
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())?;
        Ok(Self(file))
    }
}

/// Opens the file of a lock, or creates it. Follows no link, because its target could be any file.
fn open(path: &Utf8Path) -> Result<File, LockError> {
    let is_foreign = path.symlink_metadata().is_ok_and(|there| !there.is_file());
    if is_foreign {
        return Err(LockError::Foreign);
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // A process that can open it can hold it.
        options.options_mut().mode(0o600);
        // For a link that appears in the meantime.
        options.options_mut().custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    }
    Ok(options.open(path)?.into())
}

/// The process that holds the lock, or held it; `None` if the file is empty.
fn holder(file: &File) -> Result<Option<u32>, LockError> {
    let mut text = String::new();
    match file.take(32).read_to_string(&mut text) {
        Ok(_) if text.is_empty() => Ok(None),
        Ok(_) => text.trim_end().parse().map(Some).map_err(|_| LockError::Foreign),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(LockError::Foreign),
        Err(error) => Err(error.into()),
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The name of a process that has ended would mislead.
        let _ = self.0.set_len(0);
    }
}
