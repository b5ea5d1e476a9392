//! `orgsync schema`.

use super::console::Console;
use super::failure::Exit;
use crate::config;

pub(super) fn run(console: &mut Console) -> anyhow::Result<Exit> {
    serde_json::to_writer_pretty(console.out(), &config::schema())?;
    writeln!(console.out())?;
    Ok(Exit::Done)
}
