//! `orgsync completions` and `orgsync man`: both are made from the command line's own shape.

use super::args::{Args, ManArgs};
use super::console::Console;
use super::failure::{Exit, Failure};
use clap::CommandFactory as _;
use clap_complete::Shell;

pub(super) fn completions(shell: Shell, console: &mut Console) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), env!("CARGO_PKG_NAME"), &mut script);
    console.out().write_all(&script)?;
    Ok(Exit::Done)
}

pub(super) fn run(args: &ManArgs, console: &mut Console) -> Result<Exit, Failure> {
    let Some(folder) = &args.out else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Args::command()).render(&mut page)?;
        console.out().write_all(&page)?;
        return Ok(Exit::Done);
    };
    let written =
        fs_err::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(Args::command(), folder));
    written.map_err(|error| {
        Failure::failed(format!("the pages can't be written: {error}"), "name a folder that you may write")
    })?;
    Ok(Exit::Done)
}
