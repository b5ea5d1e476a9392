//! `orgsync snapshot`.

use super::console::Console;
use super::failure::{Exit, Failure};
use super::history;
use super::live::{self, LiveArgs};
use super::output::{self, Overwritable, path};
use super::runtime::runtime;
use crate::escape;
use camino::Utf8PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct SnapshotArgs {
    /// Write to this file [default: standard output]
    #[arg(long, value_name = "FILE", value_parser = path)]
    pub(super) out: Option<Utf8PathBuf>,
    /// Overwrite the file of --out even if it is not a snapshot
    #[arg(long, requires = "out")]
    pub(super) force: bool,
    /// Also write the audit log of this many days, for plans against the snapshot
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) audit_days: u16,
    #[command(flatten)]
    pub(super) live: LiveArgs,
}

pub(super) fn run(args: &SnapshotArgs, console: &mut Console) -> Result<Exit, Failure> {
    // Check before reading, because reading a large organization takes a while.
    if let Some(path) = args.out.as_deref().filter(|_| !args.force) {
        output::refuse_other(path, Overwritable::Snapshot)?;
    }
    let since = (args.audit_days > 0).then(|| history::days_ago(args.audit_days));
    let snapshot = runtime()?.block_on(async {
        let connection = live::connect(&args.live, "", console).await?;
        Ok::<_, Failure>(connection.show(connection.client.read_snapshot(since)).await?)
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
