//! Loading the configuration for a command.

use super::args::{ConfigArgs, LiveArgs, TodayArgs};
use super::console::Console;
use super::live::known_keys;
use crate::config::{self, Loaded};
use crate::diag;
use crate::model::Desired;
use crate::render::count;
use crate::source::Sources;
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::io::{self, Write};

/// A configuration without faults.
pub(super) struct Config {
    pub(super) desired: Desired,
    pub(super) sources: Sources,
    pub(super) today: Date,
}

/// The day that decides who has expired: the one that was asked for, or today in UTC.
pub(super) fn today(args: Option<&TodayArgs>) -> Date {
    let utc = || TimeZone::UTC.to_datetime(Timestamp::now()).date();
    args.and_then(|args| args.today).unwrap_or_else(utc)
}

/// Reads the files. None is let in that holds a key of this run.
pub(super) fn read(path: &Utf8Path, live: Option<&LiveArgs>, today: Date) -> Loaded {
    let keys = known_keys(live);
    config::load(path, today, &|text| keys.iter().any(|key| key.is_in(text)))
}

/// The main file that a path means, if it is not there. One that holds a key of this run is not looked for.
pub(super) fn absent(path: &Utf8Path, live: &LiveArgs) -> Option<Utf8PathBuf> {
    let file = config::main_file(path);
    let is_secret = known_keys(Some(live)).iter().any(|key| key.is_in(file.as_str()));
    (!is_secret && matches!(file.try_exists(), Ok(false))).then_some(file)
}

/// Reads the main file from standard input, and from the disk what it includes.
pub(super) fn read_stdin(name: &Utf8Path, today: Date) -> Loaded {
    let keys = known_keys(None);
    let is_secret = |text: &str| keys.iter().any(|key| key.is_in(text));
    config::load_text(name, &mut io::stdin().lock(), today, &is_secret)
}

/// Loads the configuration, or shows on stderr everything that is wrong with it and gives nothing.
pub(super) fn load(
    args: &ConfigArgs,
    live: &LiveArgs,
    today: Date,
    console: &mut Console,
) -> io::Result<Option<Config>> {
    match complete(read(&args.config, Some(live), today), today) {
        Ok(config) => Ok(Some(config)),
        Err((faults, sources)) => {
            write_faults(console.err(), "configuration", &faults, &sources)?;
            Ok(None)
        }
    }
}

/// Tells a configuration from faults.
pub(super) fn complete(
    Loaded { sources, desired }: Loaded,
    today: Date,
) -> Result<Config, (Vec<diag::Diagnostic>, Sources)> {
    match desired {
        Ok(desired) => Ok(Config { desired, sources, today }),
        Err(faults) => Err((faults, sources)),
    }
}

/// Writes all faults of the configuration, or of the base, and their number.
pub(super) fn write_faults(
    out: &mut dyn Write,
    what: &str,
    faults: &[diag::Diagnostic],
    sources: &Sources,
) -> io::Result<()> {
    for fault in faults {
        writeln!(out, "{}", diag::render(fault, sources))?;
    }
    write!(out, "The {what} has {}.\n{}", count(faults.len(), "fault"), diag::pointer(faults))
}
