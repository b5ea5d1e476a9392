//! `orgsync export`.

use super::config::today;
use super::console::Console;
use super::failure::{Exit, Failure};
use super::live::{self, SourceArgs};
use super::output::{self, path};
use crate::config;
use crate::escape;
use crate::export::{Exported, export};
use camino::{Utf8Path, Utf8PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    /// A new file, or a directory (existing, or ending in /) for new files [default: standard output]
    #[arg(long, value_name = "FILE|DIR", value_parser = path)]
    pub(super) out: Option<Utf8PathBuf>,
    #[command(flatten)]
    pub(super) source: SourceArgs,
}

/// The schema beside the files, for editors.
const SCHEMA: &str = "orgsync.schema.json";

/// Where the configuration goes.
enum Destination<'p> {
    Stdout,
    File(&'p Utf8Path),
    Folder(&'p Utf8Path),
}

impl<'p> Destination<'p> {
    fn of(out: Option<&'p Utf8Path>) -> Self {
        match out {
            None => Self::Stdout,
            Some(path) if path.is_dir() || path.as_str().ends_with('/') => Self::Folder(path),
            Some(path) => Self::File(path),
        }
    }

    /// Everything that may be written there.
    fn files(&self) -> Vec<Utf8PathBuf> {
        match self {
            Self::Stdout => Vec::new(),
            Self::File(path) => vec![path.to_path_buf()],
            Self::Folder(folder) => {
                std::iter::once(SCHEMA).chain(Exported::FILES).map(|name| folder.join(name)).collect()
            }
        }
    }
}

pub(super) fn run(args: &ExportArgs, console: &mut Console) -> Result<Exit, Failure> {
    let destination = Destination::of(args.out.as_deref());
    // A large organization takes a while to read.
    output::refuse_present(&destination.files())?;
    let (live, _) = live::read(&args.source, console)?;
    let exported = export(&live, today(None)).map_err(|error| {
        Failure::refused(
            error.to_string(),
            "remove all but one of them in the members panel, then export again",
        )
    })?;
    match &destination {
        Destination::Stdout => write!(console.out(), "{}", exported.one_file())?,
        Destination::File(path) => output::write_new_files(&[(path.to_path_buf(), exported.one_file())])?,
        Destination::Folder(folder) => {
            let schema = (SCHEMA, output::json(&config::schema())?);
            let files = std::iter::once(schema).chain(exported.files());
            let files: Vec<_> = files.map(|(name, content)| (folder.join(name), content)).collect();
            output::write_new_files(&files)?;
        }
    }
    if args.out.is_some() {
        let files = destination.files();
        let written: Vec<_> = files.iter().map(|path| escape::line(path.as_str())).collect();
        writeln!(console.err(), "Written: {}.", written.join(", "))?;
    }
    if exported.lacks_admin {
        writeln!(
            console.err(),
            "warning: nobody who can be declared is an admin (an admin without an address, with a custom role or \
             through a group of the identity provider can't be): `orgsync validate` will ask for one"
        )?;
    } else if let Some(out) = &args.out {
        writeln!(
            console.err(),
            "Correct the lines that say so; `orgsync plan --config {}` then has nothing to do.",
            escape::line(out.as_str())
        )?;
    }
    Ok(Exit::Done)
}
