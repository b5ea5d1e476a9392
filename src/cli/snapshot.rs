//! `orgsync snapshot`.

use super::args::SnapshotArgs;
use super::console::Console;
use super::failure::{Exit, Failure};
use super::{live, output};
use crate::escape;

pub(super) fn run(args: &SnapshotArgs, console: &mut Console) -> Result<Exit, Failure> {
    let snapshot = super::runtime()?.block_on(async {
        let connection = live::connect(&args.live, console).await?;
        Ok::<_, Failure>(connection.client.read_snapshot().await?)
    })?;
    let document = output::json(&snapshot)?;
    match &args.out {
        Some(path) => {
            output::write_file(path, document.as_bytes())?;
            writeln!(console.err(), "Written: {}.", escape::line(path.as_str()))?;
        }
        None => console.out().write_all(document.as_bytes())?,
    }
    Ok(Exit::Done)
}
