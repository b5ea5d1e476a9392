//! How values on the command line are read.

use crate::model::RemovalKind;
use camino::Utf8PathBuf;
use jiff::SignedDuration;
use jiff::civil::Date;

pub(super) fn standard_input(text: &str) -> Result<(), &'static str> {
    if text == "-" {
        Ok(())
    } else {
        Err("only `-` can stand here, for standard input; name a file with --config")
    }
}

pub(super) fn path(text: &str) -> Result<Utf8PathBuf, &'static str> {
    match text {
        "" => Err("write the name of a file"),
        "-" => Err("`-` is no file here; for one that is called so, write `./-`"),
        name => Ok(name.into()),
    }
}

pub(super) fn configuration(text: &str) -> Result<Utf8PathBuf, &'static str> {
    match text {
        "-" => Err("`orgsync validate -` reads standard input; for a file that is called so, write `./-`"),
        name => path(name),
    }
}

pub(super) fn date(text: &str) -> Result<Date, &'static str> {
    text.parse().map_err(|_| "write it as in 2026-12-31")
}

pub(super) fn pace(text: &str) -> Result<f64, &'static str> {
    let pace: Option<f64> = text.parse().ok();
    pace.filter(|pace| (0.2..=100_000.0).contains(pace)).ok_or("write a number from 0.2 to 100000")
}

pub(super) fn duration(text: &str) -> Result<SignedDuration, String> {
    let duration: Option<SignedDuration> = text.parse().ok();
    duration
        .filter(|duration| !duration.is_negative())
        .ok_or_else(|| "write it as in 90m, 24h or 30s".to_owned())
}

pub(super) fn allowance(text: &str) -> Result<(RemovalKind, usize), String> {
    let (kind, number) = text.split_once('=').ok_or("expected KIND=N, as in members=3")?;
    let known = RemovalKind::ALL.iter().find(|known| known.name() == kind);
    let names: Vec<_> = RemovalKind::ALL.iter().map(|kind| kind.name()).collect();
    let kind = known.ok_or_else(|| format!("`{kind}` is no kind of removal: {}", names.join(", ")))?;
    Ok((*kind, number.parse().map_err(|_| format!("`{number}` is not a number"))?))
}
