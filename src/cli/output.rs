//! Writing documents, and files: whole, or not at all.

use super::failure::Failure;
use crate::escape;
use camino::Utf8Path;
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
