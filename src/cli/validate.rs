//! `orgsync validate`.

use super::args::ValidateArgs;
use super::config::{today, write_faults};
use super::console::Console;
use super::failure::Exit;
use super::live::known_keys;
use crate::config::{self, Loaded};
use crate::render::count;

pub(super) fn run(args: &ValidateArgs, console: &mut Console) -> anyhow::Result<Exit> {
    let keys = known_keys(None);
    let is_secret = |text: &str| keys.iter().any(|key| key.is_in(text));
    let Loaded { sources, desired } = config::load(&args.config.config, today(Some(&args.today)), &is_secret);
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
