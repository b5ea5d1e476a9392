//! Where the live organization comes from: the Admin API, an embedded sandbox, or a snapshot.

use super::args::{LiveArgs, SourceArgs};
use super::console::Console;
use super::failure::Failure;
use crate::api::{ApiKey, ApiUrl, Cancellation, Client, ClientOptions, KeyError, KeyWarning, Snapshot};
use crate::escape;
use crate::model::Live;
use crate::plan_file::Origin;
use crate::render::count;
use camino::Utf8Path;
use jiff::Timestamp;
#[cfg(feature = "sandbox")]
use mistral_admin_sandbox::Sandbox;
use std::fs::File;
use std::io::BufReader;

/// The variable that holds the key.
const KEY_VARIABLE: &str = "MISTRAL_ADMIN_API_KEY";

/// The variable that holds the base URL.
const URL_VARIABLE: &str = "ORGSYNC_API_URL";

/// Requests a second, where the user sets no limit. The vendor documents none.
const USUAL_PACE: f64 = 50.0;

/// A way to the live organization.
pub(super) struct Connection {
    pub(super) client: Client,
    /// The base URL, where it outlives the run.
    pub(super) api_url: Option<String>,
    /// Lives as long as the run.
    #[cfg(feature = "sandbox")]
    _sandbox: Option<Sandbox>,
}

/// Connects to what the options name.
pub(super) async fn connect(args: &LiveArgs, console: &mut Console) -> Result<Connection, Failure> {
    let cancellation = Cancellation::default();
    if let Some(limit) = args.timeout {
        let (cancellation, limit) = (cancellation.clone(), limit.unsigned_abs());
        tokio::spawn(async move {
            tokio::time::sleep(limit).await;
            cancellation.cancel("the time of --timeout is over");
        });
    }
    let concurrency = usize::from(args.concurrency);
    let per_second = args.max_requests_per_second;
    let options = ClientOptions { per_second, concurrency, cancellation, ..ClientOptions::default() };
    #[cfg(feature = "sandbox")]
    if let Some(seed) = &args.sandbox {
        let (sandbox, url, key) = super::sandbox::embed(seed).await?;
        let client = Client::new(url, &key)?.with_options(options);
        return Ok(Connection { client, api_url: None, _sandbox: Some(sandbox) });
    }
    // The variable may stand in an environment that serves other runs, so clap must not take it for an option that
    // was given. Pipelines hand on a variable that nobody has set as an empty text.
    let variable = || Some(std::env::var_os(URL_VARIABLE)?.to_string_lossy().into_owned());
    let set = args.api_url.clone().or_else(variable).filter(|url| !url.is_empty());
    let url = set.map_or_else(|| Ok(ApiUrl::default()), |url| url.parse())?;
    let key = key(args, console)?;
    // It would stand in plans, in the names of journals and in logs.
    if key.is_in(&url.to_string()) {
        let help = "give the base URL without it: the key is sent in a header";
        return Err(Failure::usage("the base URL holds the Admin API key", help));
    }
    let api_url = Some(url.to_string());
    let client = Client::new(url, &key)?;
    // A sandbox is nobody's but the user's.
    let usual = (!client.is_local()).then_some(USUAL_PACE);
    let client = client.with_options(ClientOptions { per_second: options.per_second.or(usual), ..options });
    Ok(Connection {
        client,
        api_url,
        #[cfg(feature = "sandbox")]
        _sandbox: None,
    })
}

/// Reads the live organization, and tells where it was read.
pub(super) fn read(args: &SourceArgs, console: &mut Console) -> Result<(Live, Origin), Failure> {
    if let Some(path) = &args.snapshot {
        let (live, taken_at) = from_snapshot(path)?;
        if let Some(days) = taken_at.and_then(days_old) {
            let path = escape::line(path.as_str());
            writeln!(console.err(), "warning: the snapshot `{path}` is {} old", count(days, "day"))?;
        }
        let organization_id = live.organization_id;
        return Ok((live, Origin { organization_id, api_url: None, taken_at }));
    }
    super::runtime()?.block_on(async { connect(&args.live, console).await?.read().await })
}

impl Connection {
    /// Reads the live organization, and tells where it was read.
    pub(super) async fn read(&self) -> Result<(Live, Origin), Failure> {
        let live = self.client.read_live().await?;
        let origin =
            Origin { organization_id: live.organization_id, api_url: self.api_url.clone(), taken_at: None };
        Ok((live, origin))
    }
}

/// How many whole days ago something was, if it was any.
fn days_old(taken_at: Timestamp) -> Option<usize> {
    let days = Timestamp::now().duration_since(taken_at).as_hours() / 24;
    usize::try_from(days).ok().filter(|days| *days > 0)
}

/// The live organization as a snapshot has it, and when it was taken.
fn from_snapshot(path: &Utf8Path) -> Result<(Live, Option<Timestamp>), Failure> {
    let help = "name a snapshot that this orgsync has written: `orgsync snapshot --out FILE`";
    let file = File::open(path)
        .map_err(|error| Failure::failed(format!("the snapshot `{path}` can't be read: {error}"), help))?;
    let live = Snapshot::read_live(BufReader::new(file));
    live.map_err(|error| Failure::failed(format!("the snapshot `{path}` can't be used: {error}"), help))
}

/// The keys that this run was given, as far as they can be read: they must show nowhere.
pub(super) fn known_keys(args: Option<&LiveArgs>) -> Vec<ApiKey> {
    let variable = std::env::var(KEY_VARIABLE).ok().and_then(|text| ApiKey::new(&text).ok());
    let file = args.and_then(file_key).and_then(|read| Some(read.as_ref().ok()?.0.clone()));
    variable.into_iter().chain(file).collect()
}

/// What the key file holds, where one is named.
fn file_key(args: &LiveArgs) -> Option<&Result<(ApiKey, Option<KeyWarning>), KeyError>> {
    let path = args.api_key_file.as_deref()?;
    Some(args.file_key.get_or_init(|| ApiKey::read(path)))
}

fn key(args: &LiveArgs, console: &mut Console) -> Result<ApiKey, Failure> {
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
