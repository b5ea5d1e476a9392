//! `orgsync export`.

use super::args::ExportArgs;
use super::config::today;
use super::console::Console;
use super::failure::{Exit, Failure};
use super::{live, output};
use crate::config;
use crate::export::{Exported, export};
use camino::Utf8Path;

/// The files of a directory. The main one comes last: without it the others are nothing.
const FILES: [&str; 3] = ["members.yaml", "orgsync.schema.json", "orgsync.yaml"];

pub(super) fn run(args: &ExportArgs, console: &mut Console) -> anyhow::Result<Exit> {
    let (live, _) = live::read(&args.source, console)?;
    let exported = export(&live, today(None)).map_err(|error| {
        Failure::refused(
            error.to_string(),
            "remove all but one of them in the members panel, then export again",
        )
    })?;
    match &args.out {
        None => write!(console.out(), "{}", exported.one_file())?,
        Some(path) if path.is_dir() || path.as_str().ends_with('/') => write_folder(path, &exported)?,
        Some(path) => output::write_new_files(&[(path.clone(), exported.one_file())])?,
    }
    if exported.lacks_admin {
        writeln!(
            console.err(),
            "warning: nobody who can be declared is an admin (an admin without an address, or with a custom role, \
             can't be): `orgsync validate` will ask for one"
        )?;
    }
    Ok(Exit::Done)
}

fn write_folder(folder: &Utf8Path, exported: &Exported) -> anyhow::Result<()> {
    let [members, schema, main] = FILES;
    let files = [
        (folder.join(members), exported.members_file()),
        (folder.join(schema), output::json(&config::schema())?),
        (folder.join(main), exported.main_file(members)),
    ];
    output::write_new_files(&files)
}
