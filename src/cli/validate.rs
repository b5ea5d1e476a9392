//! `orgsync validate`.

use super::config::{self, ConfigArgs, TodayArgs, today, write_faults};
use super::console::Console;
use super::failure::{Exit, Failure};
use super::output::{self, path};
use crate::config::{Loaded, ValidationDocument, unfinished, warnings};
use crate::diag::{self, Diagnostic};
use crate::model::Desired;
use crate::render::{
    CodeQualityReport, Findings, SarifLog, count, faults_github, faults_markdown, warnings_github,
};
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
    /// Treat warnings as faults
    #[arg(long)]
    pub(super) strict: bool,
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
    /// A code quality report of GitLab
    Gitlab,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
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
    let (loaded, warnings) = judge(loaded, args.strict);
    let exit = if loaded.desired.is_ok() { Exit::Done } else { Exit::Refused };
    if let Some(document) = document(args.format, &loaded, &warnings)? {
        write!(console.out(), "{document}")?;
        return Ok(exit);
    }
    let Loaded { sources, desired, .. } = &loaded;
    let columns = console.out_layout(false).columns;
    match (desired, args.format) {
        (Ok(desired), format) => {
            if format == ValidateFormat::Github {
                warnings_github(console.out(), &warnings, sources, &output::checkout())?;
            }
            for warning in &warnings {
                writeln!(console.out(), "{}", diag::render_warning(warning, sources, columns))?;
            }
            writeln!(console.out(), "{}", conclusion(desired, &warnings, sources))?;
            write!(console.out(), "{}", diag::pointer(&warnings))?;
        }
        (Err(faults), ValidateFormat::Github) => {
            faults_github(console.out(), faults, sources, &output::checkout())?;
            write_faults(console.out(), "configuration", faults, sources, columns)?;
            output::summarize(&faults_markdown(faults, sources), console)?;
        }
        (Err(faults), _) => write_faults(console.out(), "configuration", faults, sources, columns)?,
    }
    Ok(exit)
}

/// The result in a format for programs; `None` for other formats.
fn document(
    format: ValidateFormat,
    loaded: &Loaded,
    warnings: &[Diagnostic],
) -> Result<Option<String>, Failure> {
    let findings = || {
        let faults = loaded.desired.as_ref().err().map_or(&[][..], Vec::as_slice);
        Findings::of_files(faults, warnings, &loaded.sources, &output::checkout())
    };
    Ok(Some(match format {
        ValidateFormat::Json => output::json(&ValidationDocument::new(loaded, warnings))?,
        ValidateFormat::Gitlab => output::json(&CodeQualityReport::new(&findings()))?,
        ValidateFormat::Sarif => output::json(&SarifLog::new(&findings()))?,
        ValidateFormat::Text | ValidateFormat::Github => return Ok(None),
    }))
}

/// Finds the warnings of valid files. With `strict`, they are faults.
fn judge(loaded: Loaded, strict: bool) -> (Loaded, Vec<Diagnostic>) {
    let mut warnings = loaded.desired.as_ref().map(warnings).unwrap_or_default();
    if loaded.desired.is_ok() {
        warnings.extend(unfinished(&loaded.sources));
    }
    if strict && !warnings.is_empty() {
        return (Loaded { desired: Err(warnings), ..loaded }, Vec::new());
    }
    (loaded, warnings)
}

fn conclusion(desired: &Desired, warnings: &[Diagnostic], sources: &Sources) -> String {
    let files = count(sources.len(), "file");
    let members = count(desired.members.len(), "declared member");
    let leaving = count(desired.removals.len(), "removal");
    let warned = match warnings.len() {
        0 => String::new(),
        number => format!(", with {}", count(number, "warning")),
    };
    format!("The configuration is valid{warned}: {files}, {members}, {leaving}.")
}
