//! `orgsync completions` and `orgsync man`, generated from the command line.

use super::console::Console;
use super::failure::{Exit, Failure};
use super::output::path;
use camino::Utf8PathBuf;
use clap::Command;
use clap_complete::Shell;

pub(super) fn completions(
    shell: Shell,
    program: &mut Command,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, program, env!("CARGO_PKG_NAME"), &mut script);
    console.out().write_all(&script)?;
    Ok(Exit::Done)
}

#[derive(Debug, clap::Args)]
pub(super) struct ManArgs {
    /// Write the pages of all commands to this directory
    #[arg(long, value_name = "DIR", value_parser = path)]
    pub(super) out: Option<Utf8PathBuf>,
}

pub(super) fn run(args: &ManArgs, program: Command, console: &mut Console) -> Result<Exit, Failure> {
    let Some(folder) = &args.out else {
        let mut page = Vec::new();
        clap_mangen::Man::new(program).render(&mut page)?;
        console.out().write_all(&page)?;
        return Ok(Exit::Done);
    };
    let written = fs_err::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(program, folder));
    written.map_err(|error| {
        Failure::failed(format!("the pages can't be written: {error}"), "name a writable folder")
    })?;
    Ok(Exit::Done)
}
