//! `orgsync validate`.

use super::args::ValidateArgs;
use super::config::{self, today, write_faults};
use super::console::Console;
use super::failure::{Exit, Failure};
use super::formats::ValidateFormat;
use super::output;
use crate::config::{Loaded, ValidationDocument};
use crate::model::Desired;
use crate::render::{count, faults_github, faults_markdown};
use crate::source::Sources;

pub(super) fn run(args: &ValidateArgs, console: &mut Console) -> Result<Exit, Failure> {
    let today = today(Some(&args.today));
    let loaded = match args.stdin {
        // Without a name it has that of the configuration that is looked for otherwise.
        Some(()) => config::read_stdin(args.stdin_filename.as_ref().unwrap_or(&args.config.config), today),
        None => config::read(&args.config.config, None, today),
    };
    let exit = if loaded.desired.is_ok() { Exit::Done } else { Exit::Refused };
    if args.format == ValidateFormat::Json {
        write!(console.out(), "{}", output::json(&ValidationDocument::new(&loaded))?)?;
        return Ok(exit);
    }
    let Loaded { sources, desired } = &loaded;
    match (desired, args.format) {
        (Ok(desired), _) => writeln!(console.out(), "{}", conclusion(desired, sources))?,
        (Err(faults), ValidateFormat::Github) => {
            faults_github(console.out(), faults, sources, &output::checkout())?;
            write_faults(console.out(), "configuration", faults, sources)?;
            output::summarize(&faults_markdown(faults, sources), console)?;
        }
        (Err(faults), _) => write_faults(console.out(), "configuration", faults, sources)?,
    }
    Ok(exit)
}

fn conclusion(desired: &Desired, sources: &Sources) -> String {
    let files = count(sources.len(), "file");
    let members = count(desired.members.len(), "declared member");
    let leaving = count(desired.removals.len(), "removal");
    format!("The configuration is valid: {files}, {members}, {leaving}.")
}
