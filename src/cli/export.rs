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
    /// Write to this new file, or to new files in this directory (existing, or ending in /) [default: standard output]
    #[arg(long, value_name = "FILE|DIR", value_parser = path)]
    pub(super) out: Option<Utf8PathBuf>,
    #[command(flatten)]
    pub(super) source: SourceArgs,
}

/// The name of the schema that is written next to the files, for editors.
const SCHEMA: &str = "orgsync.schema.json";

/// The destination of the configuration.
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

    /// All files that may be written.
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
    // Check before reading, because reading a large organization takes a while.
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
            "warning: the files declare no admin, because no live admin can be declared (for example, without an \
             address, with a custom role or through a group of the identity provider): `orgsync validate` requires one"
        )?;
    } else if let Some(out) = &args.out {
        writeln!(
            console.err(),
            "Correct the lines that say `correct`. Then `orgsync plan --config {}` has nothing to do.",
            escape::line(out.as_str())
        )?;
    }
    Ok(Exit::Done)
}
