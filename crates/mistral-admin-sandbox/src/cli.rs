//! The command-line options of the sandbox, for use by other programs too.

use crate::{FaultRules, FaultRulesError, Product, Seed, SeedError, Settings};
use camino::{Utf8Path, Utf8PathBuf};
use std::io;
use std::net::SocketAddr;

/// What to serve, and where.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Start with this snapshot [default: one admin, admin@sandbox.example]
    #[arg(long, value_name = "SNAPSHOT", value_parser = path)]
    seed: Option<Utf8PathBuf>,
    /// Listen on this loopback address; port 0 picks a free port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0", value_parser = address)]
    listen: SocketAddr,
    /// Require this key of at least 8 characters for the Admin API
    #[arg(long, value_name = "KEY", default_value = "sandbox-key", value_parser = key)]
    api_key: String,
    /// Limit the seats, as in le_chat=3,mistral_code=1 [default: the number in the snapshot, or no limit]
    #[arg(long, value_name = "PRODUCT=N", value_delimiter = ',', value_parser = purchase)]
    purchased: Vec<(Product, u32)>,
    /// Keep the organization in this file between runs
    #[arg(long, value_name = "FILE", value_parser = path)]
    state: Option<Utf8PathBuf>,
    /// Inject faults from the start: a file with a body of POST /sandbox/faults, or the body itself
    #[arg(long, value_name = "FILE|JSON")]
    faults: Option<String>,
}

/// Why options can't be used.
#[derive(Debug, thiserror::Error)]
pub enum OptionsError {
    /// The file of the seed can't be read.
    #[error("the seed `{0}` can't be read: {1}")]
    SeedFile(Utf8PathBuf, io::Error),
    /// The file is not a valid seed.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// The file of the rules can't be read.
    #[error("the faults `{0}` can't be read: {1}")]
    FaultsFile(String, io::Error),
    /// The rules are invalid.
    #[error(transparent)]
    Faults(#[from] FaultRulesError),
}

impl Options {
    /// Reads the files that the options name.
    ///
    /// # Errors
    ///
    /// A file can't be read, or its content is wrong.
    pub fn settings(&self) -> Result<Settings, OptionsError> {
        Ok(Settings {
            listen: self.listen,
            api_key: self.api_key.clone(),
            seed: self.seed.as_deref().map(read_seed).transpose()?,
            purchased: self.purchased.iter().copied().collect(),
            state: self.state.clone(),
            faults: self.faults.as_deref().map(read_faults).transpose()?.unwrap_or_default(),
        })
    }
}

/// Reads a seed from a file.
///
/// # Errors
///
/// The file can't be read, or is not a valid seed.
pub fn read_seed(path: &Utf8Path) -> Result<Seed, OptionsError> {
    let text = read_file(path).map_err(|error| OptionsError::SeedFile(path.to_owned(), error))?;
    Ok(Seed::parse(path.as_str(), &text)?)
}

fn read_faults(argument: &str) -> Result<FaultRules, OptionsError> {
    if argument.trim_start().starts_with('{') {
        return Ok(FaultRules::parse(argument)?);
    }
    let text = read_file(Utf8Path::new(argument));
    let text = text.map_err(|error| OptionsError::FaultsFile(argument.to_owned(), error))?;
    Ok(FaultRules::parse(&text)?)
}

fn read_file(path: &Utf8Path) -> io::Result<String> {
    match std::fs::metadata(path)?.is_file() {
        true => std::fs::read_to_string(path),
        false => Err(io::Error::other("it is not a regular file")),
    }
}

fn path(text: &str) -> Result<Utf8PathBuf, &'static str> {
    match text {
        "" => Err("write the name of a file"),
        "-" => Err("`-` is not supported here; for a file with this name, write `./-`"),
        name => Ok(name.into()),
    }
}

/// A key that clients accept. Shorter ones occur in other text, so that nobody could keep them out of output.
fn key(text: &str) -> Result<String, &'static str> {
    const SHORTEST: usize = 8;
    match text.chars().count() {
        ..SHORTEST => Err("a key has at least 8 characters"),
        _ => Ok(text.to_owned()),
    }
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "write it as in 127.0.0.1:4242")
}

fn purchase(text: &str) -> Result<(Product, u32), String> {
    let (name, number) = text.split_once('=').ok_or("expected PRODUCT=N, as in le_chat=3")?;
    let product = match name {
        "le_chat" | "vibe" => Product::LeChat,
        "mistral_code" => Product::MistralCode,
        _ => return Err(format!("`{name}` is no product: le_chat, mistral_code")),
    };
    Ok((product, number.parse().map_err(|_| format!("`{number}` is not a number"))?))
}
