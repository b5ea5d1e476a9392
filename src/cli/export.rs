//! `orgsync export`.

use super::config::today;
use super::console::Console;
use super::failure::{Exit, Failure};
use super::live::{self, SourceArgs};
use super::output::{self, path};
use crate::config::{self, MarkedLine, marked_lines};
use crate::escape;
use crate::export::{Exported, Known, export};
use crate::model::{Product, Seats};
use crate::render::thousands;
use camino::{Utf8Path, Utf8PathBuf};
use clap::builder::NonEmptyStringValueParser;
use std::io::{self, Write};

#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    /// Write to this new file, or to new files in this directory (existing, or ending in /) [default: standard output]
    #[arg(long, value_name = "FILE|DIR", value_parser = path)]
    pub(super) out: Option<Utf8PathBuf>,
    /// Write this name of the organization, which the API does not report
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    name: Option<String>,
    /// Write these purchased seats, as in le_chat=300,mistral_code=20; the API does not report them
    #[arg(long, value_name = "PRODUCT=N", value_delimiter = ',', value_parser = purchase)]
    purchased: Vec<(Product, u32)>,
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

fn purchase(text: &str) -> Result<(Product, u32), String> {
    let (product, number) = text.split_once('=').ok_or("expected PRODUCT=N, as in le_chat=300")?;
    let names = || Seats::all().into_iter().map(Product::name).collect::<Vec<_>>().join(", ");
    let product =
        Product::from_name(product).ok_or_else(|| format!("the product is not one of {}", names()))?;
    Ok((product, number.parse().map_err(|_| "the number of seats is not a whole number")?))
}

/// Writes what is left to correct, with its line. `Some` is the name of the file.
fn write_tasks(out: &mut dyn Write, texts: &[(Option<&str>, &str)]) -> io::Result<()> {
    let tasks = texts.iter().flat_map(|(file, text)| marked_lines(text).map(move |marked| (file, marked)));
    let tasks: Vec<_> = tasks.collect();
    if tasks.is_empty() {
        return Ok(());
    }
    writeln!(out, "To correct ({}):", thousands(tasks.len()))?;
    for (file, MarkedLine { line, task, .. }) in tasks {
        match file {
            Some(file) => writeln!(out, "  {}:{line}: {task}", escape::line(file))?,
            None => writeln!(out, "  line {line}: {task}")?,
        }
    }
    Ok(())
}

pub(super) fn run(args: &ExportArgs, console: &mut Console) -> Result<Exit, Failure> {
    let destination = Destination::of(args.out.as_deref());
    // Check before reading, because reading a large organization takes a while.
    output::refuse_present(&destination.files())?;
    let (live, _) = live::read(&args.source, "", console)?;
    let known = Known { name: args.name.clone(), purchased: args.purchased.iter().copied().collect() };
    let exported = export(&live, &known, today(None)).map_err(|error| {
        Failure::refused(
            error.to_string(),
            "remove all but one of them in the members panel, then export again",
        )
    })?;
    let files: Vec<(Utf8PathBuf, String)> = match &destination {
        Destination::Stdout => Vec::new(),
        Destination::File(path) => vec![(path.to_path_buf(), exported.one_file())],
        Destination::Folder(folder) => {
            let schema = (SCHEMA, output::json(&config::schema())?);
            let files = std::iter::once(schema).chain(exported.files());
            files.map(|(name, content)| (folder.join(name), content)).collect()
        }
    };
    if files.is_empty() {
        let text = exported.one_file();
        write!(console.out(), "{text}")?;
        write_tasks(console.err(), &[(None, &text)])?;
    } else {
        output::write_new_files(&files)?;
        let written: Vec<_> = files.iter().map(|(path, _)| escape::line(path.as_str())).collect();
        writeln!(console.err(), "Written: {}.", written.join(", "))?;
        let texts = files.iter().map(|(path, text)| (Some(path.as_str()), text.as_str()));
        write_tasks(console.err(), &texts.collect::<Vec<_>>())?;
    }
    if exported.lacks_admin {
        console.warn(
            "the files declare no admin, because no live admin can be declared (for example, without an \
             address, with a custom role or through a group of the identity provider): `orgsync validate` requires one",
        )?;
    } else if let Some(out) = &args.out {
        writeln!(console.err(), "`orgsync plan --config {}` has nothing to do.", escape::line(out.as_str()))?;
    }
    Ok(Exit::Done)
}
