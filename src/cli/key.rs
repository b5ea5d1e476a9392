//! The Admin API key: where it comes from, and that it shows nowhere.

use super::console::Console;
use super::failure::Failure;
use super::output::path;
use crate::api::{ApiKey, KeyError, KeyWarning};
use crate::escape;
use camino::Utf8PathBuf;
use std::cell::OnceCell;

/// The variable that holds the key.
const KEY_VARIABLE: &str = "MISTRAL_ADMIN_API_KEY";

/// Where the key is.
#[derive(Debug, clap::Args)]
pub(super) struct KeyArgs {
    /// A file that holds the Admin API key [default: the variable MISTRAL_ADMIN_API_KEY]
    #[arg(long, value_name = "FILE", value_parser = path)]
    pub(super) api_key_file: Option<Utf8PathBuf>,
    /// What that file holds, once it has been read: a pipe can be read only once.
    #[arg(skip)]
    file_key: OnceCell<Result<(ApiKey, Option<KeyWarning>), KeyError>>,
}

/// The keys of this run, as far as they can be read: they must show nowhere.
pub(super) fn known_keys(args: Option<&KeyArgs>) -> Vec<ApiKey> {
    let variable = std::env::var(KEY_VARIABLE).ok().and_then(|text| ApiKey::new(&text).ok());
    let file = args.and_then(file_key).and_then(|read| Some(read.as_ref().ok()?.0.clone()));
    variable.into_iter().chain(file).collect()
}

/// What the key file holds, where one is named.
fn file_key(args: &KeyArgs) -> Option<&Result<(ApiKey, Option<KeyWarning>), KeyError>> {
    let path = args.api_key_file.as_deref()?;
    Some(args.file_key.get_or_init(|| ApiKey::read(path)))
}

pub(super) fn read(args: &KeyArgs, console: &mut Console) -> Result<ApiKey, Failure> {
    match (file_key(args), std::env::var(KEY_VARIABLE)) {
        (Some(Err(error)), _) => Err(error.into()),
        (Some(Ok((key, warning))), _) => {
            if let Some(warning) = warning {
                writeln!(console.err(), "warning: {warning}")?;
            }
            Ok(key.clone())
        }
        (None, Ok(text)) => ApiKey::new(&text).map_err(|error| Failure::from(&error)),
        (None, Err(_)) => Err(Failure::failed(
            "there is no Admin API key",
            format!(
                "set {KEY_VARIABLE} or --api-key-file to an Admin API key (made in the Backoffice, needs an Enterprise \
                 plan){}",
                if cfg!(feature = "sandbox") { ", or try it without one: --sandbox SEED" } else { "" }
            ),
        )),
    }
}

/// One line without the key, which a user may have given where another value is asked for.
pub(super) fn harmless(text: &str) -> String {
    let keys = known_keys(None);
    let keys = keys.iter().filter(|key| key.is_in(text));
    escape::line(&keys.fold(text.to_owned(), |text, key| key.redact(&text))).into_owned()
}
