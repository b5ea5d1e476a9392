//! `orgsync validate`.

use super::args::ValidateArgs;
use super::config::{self, today, write_faults};
use super::console::Console;
use super::failure::Exit;
use crate::config::Loaded;
use crate::render::count;

pub(super) fn run(args: &ValidateArgs, console: &mut Console) -> anyhow::Result<Exit> {
    let Loaded { sources, desired } = config::read(&args.config, None, today(Some(&args.today)));
    match desired {
        Ok(desired) => {
            let files = count(sources.len(), "file");
            let members = count(desired.members.len(), "declared member");
            let leaving = count(desired.removals.len(), "removal");
            writeln!(console.out(), "The configuration is valid: {files}, {members}, {leaving}.")?;
            Ok(Exit::Done)
        }
        Err(faults) => {
            write_faults(console.out(), &faults, &sources)?;
            Ok(Exit::Refused)
        }
    }
}
