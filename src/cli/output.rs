//! Writing documents, and files: whole, or not at all.

use super::failure::Failure;
use crate::escape;
use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;
use std::io::Write as _;

/// A document as pretty JSON that is safe to show.
pub(super) fn json(document: &impl Serialize) -> serde_json::Result<String> {
    let mut text = escape::json(&serde_json::to_string_pretty(document)?).into_owned();
    text.push('\n');
    Ok(text)
}

/// Writes a file. Who reads it at the same time sees the old content or the new one. Only the owner can read it.
pub(super) fn write_file(path: &Utf8Path, content: &[u8]) -> anyhow::Result<()> {
    let folder = path.parent().filter(|parent| !parent.as_str().is_empty()).unwrap_or(Utf8Path::new("."));
    let write = || {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(content)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    let failed = |error: std::io::Error| {
        Failure::failed(
            format!("`{path}` can't be written: {error}"),
            "name a file in a folder that you may write",
        )
    };
    Ok(write().map_err(failed)?)
}

/// Writes files that must not be there yet, all of them or none, in folders that are made where they are missing.
pub(super) fn write_new_files(files: &[(Utf8PathBuf, String)]) -> anyhow::Result<()> {
    if let Some((path, _)) = files.iter().find(|(path, _)| path.symlink_metadata().is_ok()) {
        let help = "name another file, or remove this one first: nothing is overwritten";
        return Err(Failure::failed(format!("`{path}` is there already"), help).into());
    }
    for (number, (path, content)) in files.iter().enumerate() {
        let folder = path.parent().filter(|folder| !folder.as_str().is_empty());
        let made = folder.map_or(Ok(()), |folder| {
            let help = "name a folder that you may write";
            std::fs::create_dir_all(folder)
                .map_err(|error| Failure::failed(format!("`{folder}` can't be made: {error}"), help))
        });
        let written = made.map_err(anyhow::Error::from).and_then(|()| write_file(path, content.as_bytes()));
        if let Err(error) = written {
            // Only what this call has written.
            files.iter().take(number).for_each(|(path, _)| drop(std::fs::remove_file(path)));
            return Err(error);
        }
    }
    Ok(())
}
