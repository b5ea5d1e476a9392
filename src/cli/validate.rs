//! `orgsync validate`.

use super::config::{self, ConfigArgs, TodayArgs, today, write_faults};
use super::console::Console;
use super::failure::{Exit, Failure};
use super::output::{self, path};
use crate::config::{Loaded, ValidationDocument};
use crate::model::Desired;
use crate::render::{count, faults_github, faults_markdown};
use crate::source::Sources;
use camino::Utf8PathBuf;
use clap::ValueEnum;

#[derive(Debug, clap::Args)]
pub(super) struct ValidateArgs {
    /// Read the main file from standard input, for editors
    #[arg(value_name = "-", value_parser = standard_input, conflicts_with = "config")]
    pub(super) stdin: Option<()>,
    /// Use this name for the file from standard input; its includes are relative to it [default: orgsync.yaml]
    #[arg(long, value_name = "NAME", value_parser = path, requires = "stdin")]
    pub(super) stdin_filename: Option<Utf8PathBuf>,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
    #[command(flatten)]
    pub(super) today: TodayArgs,
    /// Print the diagnostics in this format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ValidateFormat::Text)]
    pub(super) format: ValidateFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ValidateFormat {
    /// For people
    Text,
    /// For machines
    Json,
    /// Annotations of GitHub Actions
    Github,
}

fn standard_input(text: &str) -> Result<(), &'static str> {
    if text == "-" {
        Ok(())
    } else {
        Err("only `-` is allowed here, for standard input; to name a file, use --config")
    }
}

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
