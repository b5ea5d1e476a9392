//! The Admin API key: reads it, and keeps it out of all output.

use super::console::Console;
use super::failure::Failure;
use super::output::path;
use crate::api::{ApiKey, KeyError, KeyWarning};
use crate::escape;
use camino::Utf8PathBuf;
use std::cell::OnceCell;

/// The variable that holds the key.
pub(super) const KEY_VARIABLE: &str = "MISTRAL_ADMIN_API_KEY";

/// The argument for the key.
#[derive(Debug, clap::Args)]
pub(super) struct KeyArgs {
    /// Read the Admin API key from this file [default: the variable MISTRAL_ADMIN_API_KEY]
    #[arg(long, value_name = "FILE", value_parser = path)]
    pub(super) api_key_file: Option<Utf8PathBuf>,
    /// The content of the file, cached because a pipe can be read only once.
    #[arg(skip)]
    file_key: OnceCell<Result<(ApiKey, Option<KeyWarning>), KeyError>>,
}

/// The keys of this run that can be read, which must never be shown.
pub(super) fn known_keys(args: Option<&KeyArgs>) -> Vec<ApiKey> {
    let variable = std::env::var(KEY_VARIABLE).ok().and_then(|text| ApiKey::new(&text).ok());
    let file = args.and_then(file_key).and_then(|read| Some(read.as_ref().ok()?.0.clone()));
    variable.into_iter().chain(file).collect()
}

/// Whether there is a key, valid or not.
pub(super) fn is_given(args: &KeyArgs) -> bool {
    args.api_key_file.is_some() || std::env::var_os(KEY_VARIABLE).is_some_and(|key| !key.is_empty())
}

/// The content of the key file, if one is named.
fn file_key(args: &KeyArgs) -> Option<&Result<(ApiKey, Option<KeyWarning>), KeyError>> {
    let path = args.api_key_file.as_deref()?;
    Some(args.file_key.get_or_init(|| ApiKey::read(path)))
}

pub(super) fn read(args: &KeyArgs, console: &mut Console) -> Result<ApiKey, Failure> {
    match (file_key(args), std::env::var(KEY_VARIABLE)) {
        (Some(Err(error)), _) => Err(error.into()),
        (Some(Ok((key, warning))), _) => {
            if let Some(warning) = warning {
                console.warn(&warning.to_string())?;
            }
            Ok(key.clone())
        }
        (None, Ok(text)) => ApiKey::new(&text).map_err(|error| Failure::from(&error)),
        (None, Err(_)) => Err(Failure::failed(
            "there is no Admin API key",
            format!(
                "create an Admin API key in the Backoffice (needs an Enterprise plan), and set {KEY_VARIABLE} or \
                 --api-key-file{}",
                if cfg!(feature = "sandbox") { ", or try it without one: --sandbox SEED" } else { "" }
            ),
        )),
    }
}

/// One escaped line without the key, which a user may have passed as another value by mistake.
pub(super) fn harmless(text: &str) -> String {
    let without_keys = known_keys(None).iter().fold(text.to_owned(), |text, key| key.redact(&text));
    escape::line(&without_keys).into_owned()
}
