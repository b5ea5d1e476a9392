//! Loads the configuration for a command.

use super::console::Console;
use super::key::{KeyArgs, known_keys};
use super::output::path;
use crate::clock;
use crate::config::{self, Loaded};
use crate::diag;
use crate::model::Desired;
use crate::plan::Files;
use crate::render::{count, thousands};
use crate::source::Sources;
use camino::{Utf8Path, Utf8PathBuf};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::io::{self, Write};

/// The configuration that is read if no other is named.
const MAIN_FILE: &str = "orgsync.yaml";

/// The argument for the configuration.
#[derive(Debug, clap::Args)]
pub(super) struct ConfigArgs {
    /// Read this configuration: a file, or a directory that contains orgsync.yaml
    #[arg(short, long, value_name = "FILE|DIR", default_value = MAIN_FILE, value_parser = configuration)]
    pub(super) config: Utf8PathBuf,
}

/// The argument for the configuration of commands that also work without one.
#[derive(Debug, clap::Args)]
pub(super) struct LookupArgs {
    /// Read this configuration: a file, or a directory that contains orgsync.yaml [default: orgsync.yaml, if it exists;
    /// without it, only the live organization is shown]
    #[arg(short, long, value_name = "FILE|DIR", value_parser = configuration)]
    pub(super) config: Option<Utf8PathBuf>,
}

const NOTHING_READ: &str = "There is no `orgsync.yaml` here, so only the live organization is shown.";

const NAME_FILES: &str = "To compare it with files, name them: --config FILE or DIR";

const WITHOUT_FILES: &str = "To see the live organization without the files, run the command in a folder without `orgsync.yaml`, \
     and without --config.";

fn configuration(text: &str) -> Result<Utf8PathBuf, &'static str> {
    match text {
        "-" => Err("`orgsync validate -` reads standard input; for a file with this name, write `./-`"),
        name => path(name),
    }
}

/// The argument for the current day.
#[derive(Debug, clap::Args)]
pub(super) struct TodayArgs {
    /// Evaluate `expires` on this day, as in 2026-12-31 [default: today in UTC]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(super) today: Option<Date>,
}

pub(super) fn date(text: &str) -> Result<Date, &'static str> {
    text.parse().map_err(|_| "write it as in 2026-12-31")
}

/// A configuration without faults, except those that a command passes over.
pub(super) struct Config {
    pub(super) desired: Desired,
    pub(super) sources: Sources,
    pub(super) today: Date,
}

impl Config {
    pub(super) fn files(&self) -> Files<'_> {
        Files { desired: &self.desired, sources: &self.sources }
    }

    /// Whether files were read. Without any, nobody is known to be declared or not.
    pub(super) fn has_files(&self) -> bool {
        !self.sources.is_empty()
    }
}

/// The day on which `expires` is evaluated: the given one, or today in UTC.
pub(super) fn today(args: Option<&TodayArgs>) -> Date {
    let utc = || TimeZone::UTC.to_datetime(clock::now()).date();
    args.and_then(|args| args.today).unwrap_or_else(utc)
}

/// Reads the files. Refuses files that contain a key of this run.
pub(super) fn read(path: &Utf8Path, key: Option<&KeyArgs>, today: Date) -> Loaded {
    let keys = known_keys(key);
    config::load(path, today, &|text| keys.iter().any(|key| key.is_in(text)))
}

/// The path of the main file of a configuration.
pub(super) fn main_file(args: &ConfigArgs) -> Utf8PathBuf {
    config::main_file(&args.config)
}

/// The path of the main file, if the file does not exist. Does not check a path that contains a key of this run.
pub(super) fn absent(path: &Utf8Path, key: &KeyArgs) -> Option<Utf8PathBuf> {
    let file = config::main_file(path);
    let is_secret = known_keys(Some(key)).iter().any(|key| key.is_in(file.as_str()));
    (!is_secret && matches!(file.try_exists(), Ok(false))).then_some(file)
}

/// Reads the main file from standard input, and its includes from the disk.
pub(super) fn read_stdin(name: &Utf8Path, today: Date) -> Loaded {
    let keys = known_keys(None);
    let is_secret = |text: &str| keys.iter().any(|key| key.is_in(text));
    config::load_text(name, &mut io::stdin().lock(), today, &is_secret)
}

/// Loads the configuration; `None` if it has faults, which are shown on stderr.
pub(super) fn load(
    args: &ConfigArgs,
    key: &KeyArgs,
    today: Date,
    console: &mut Console,
) -> io::Result<Option<Config>> {
    or_faults(read(&args.config, Some(key), today), today, console)
}

/// The same for commands that grant nothing: faults about the budget are shown as warnings.
pub(super) fn load_despite_budget(
    args: &ConfigArgs,
    key: &KeyArgs,
    today: Date,
    console: &mut Console,
) -> io::Result<Option<Config>> {
    let loaded = despite_budget(read(&args.config, Some(key), today), console)?;
    or_faults(loaded, today, console)
}

/// Turns faults about the budget into warnings, and shows them.
pub(super) fn despite_budget(loaded: Loaded, console: &mut Console) -> io::Result<Loaded> {
    let (loaded, passed_over) = loaded.despite_budget();
    let columns = console.err_layout(false).columns;
    for fault in &passed_over {
        writeln!(console.err(), "{}", diag::render_warning(fault, &loaded.sources, columns))?;
    }
    Ok(loaded)
}

/// The same for commands that only show the organization. Without files, nothing is declared.
pub(super) fn look_up(
    args: &LookupArgs,
    key: &KeyArgs,
    today: Date,
    console: &mut Console,
) -> io::Result<Option<Config>> {
    let path = args.config.clone().unwrap_or_else(|| MAIN_FILE.into());
    if args.config.is_none() && absent(&path, key).is_some() {
        let near = config::near_file(&path).map(|near| {
            format!("`{near}` is there: rename it to `{MAIN_FILE}`, or name it: --config {near}")
        });
        console.say(&format!("{NOTHING_READ} {}", near.as_deref().unwrap_or(NAME_FILES)))?;
        return Ok(Some(Config { desired: Desired::default(), sources: Sources::default(), today }));
    }
    let config = load_despite_budget(&ConfigArgs { config: path }, key, today, console)?;
    if config.is_none() {
        console.say(WITHOUT_FILES)?;
    }
    Ok(config)
}

/// The configuration; `None` if it has faults, which are shown on stderr.
fn or_faults(loaded: Loaded, today: Date, console: &mut Console) -> io::Result<Option<Config>> {
    match complete(loaded, today) {
        Ok(config) => Ok(Some(config)),
        Err((faults, sources)) => {
            let columns = console.err_layout(false).columns;
            write_faults(console.err(), "configuration", &faults, &sources, columns)?;
            Ok(None)
        }
    }
}

/// A configuration, or its faults.
pub(super) fn complete(
    Loaded { sources, desired, .. }: Loaded,
    today: Date,
) -> Result<Config, (Vec<diag::Diagnostic>, Sources)> {
    match desired {
        Ok(desired) => Ok(Config { desired, sources, today }),
        Err(faults) => Err((faults, sources)),
    }
}

/// Writes the faults of the configuration, or of the base, and their number, for a terminal of so many columns.
pub(super) fn write_faults(
    out: &mut dyn Write,
    what: &str,
    faults: &[diag::Diagnostic],
    sources: &Sources,
    columns: Option<usize>,
) -> io::Result<()> {
    for fault in faults.iter().take(diag::MOST_SHOWN) {
        writeln!(out, "{}", diag::render(fault, sources, columns))?;
    }
    write!(out, "The {what} has {}.", count(faults.len(), "fault"))?;
    if faults.len() > diag::MOST_SHOWN {
        write!(out, " Only the first {} are shown.", thousands(diag::MOST_SHOWN))?;
    }
    write!(out, "\n{}", diag::pointer(faults))
}
