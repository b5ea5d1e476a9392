//! The source of the live organization: the Admin API, an embedded sandbox, or a snapshot.

use super::console::Console;
use super::failure::Failure;
use super::key::{self, KeyArgs};
use super::output::path;
use super::reading::show_progress;
use super::runtime::runtime;
use crate::api::{ApiUrl, Cancellation, Client, ClientOptions, Snapshot, StoredOrganization, UrlError};
use crate::clock;
use crate::escape;
use crate::model::{AuditEvent, Live};
use crate::plan_file::Origin;
use crate::render::count;
use camino::{Utf8Path, Utf8PathBuf};
use clap::value_parser;
use jiff::{SignedDuration, Timestamp};
#[cfg(feature = "sandbox")]
use mistral_admin_sandbox::Sandbox;
use std::fs::File;
use std::io::BufReader;

/// The variable that holds the base URL.
pub(super) const URL_VARIABLE: &str = "ORGSYNC_API_URL";

/// The default limit of requests per second. The vendor documents no limit.
const USUAL_PACE: f64 = 50.0;

/// The arguments for the source of the live organization.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Live organization")]
pub(super) struct LiveArgs {
    /// Use this base URL of the Admin API, with its path [default: the variable ORGSYNC_API_URL, or else
    /// https://api.mistral.ai/v1/admin]
    // Text, because an error of the command line would repeat a value that can't be read, and it may hold a secret.
    #[arg(long, value_name = "URL")]
    pub(super) api_url: Option<String>,

    #[command(flatten)]
    pub(super) key: KeyArgs,

    /// Send at most N requests per second, and fewer if the Admin API asks for it [default: 50; no limit for an
    /// organization on this machine]
    #[arg(long, value_name = "N", value_parser = pace)]
    pub(super) max_requests_per_second: Option<f64>,

    /// Send at most N requests concurrently
    #[arg(long, value_name = "N", default_value = "8", value_parser = value_parser!(u16).range(1..=256))]
    pub(super) concurrency: u16,

    /// Start no request after this time, as in 90s, 10m [default: no limit]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(super) timeout: Option<SignedDuration>,

    #[cfg(feature = "sandbox")]
    /// Use an embedded organization for this run, starting with this snapshot; needs no key and no network
    #[arg(long, value_name = "SEED", conflicts_with_all = ["api_key_file", "api_url"], value_parser = path)]
    pub(super) sandbox: Option<Utf8PathBuf>,
}

/// The same for commands that only read.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Live organization")]
pub(super) struct SourceArgs {
    #[command(flatten)]
    pub(super) live: LiveArgs,
    /// Use a snapshot as the live organization; needs no key and no network
    #[arg(long = "live", value_name = "SNAPSHOT", conflicts_with_all = ["api_key_file", "api_url"], value_parser = path)]
    #[cfg_attr(feature = "sandbox", arg(conflicts_with = "sandbox"))]
    pub(super) snapshot: Option<Utf8PathBuf>,
}

fn pace(text: &str) -> Result<f64, &'static str> {
    let pace: Option<f64> = text.parse().ok();
    pace.filter(|pace| (0.2..=100_000.0).contains(pace)).ok_or("write a number from 0.2 to 100000")
}

pub(super) fn duration(text: &str) -> Result<SignedDuration, String> {
    let duration: Option<SignedDuration> = text.parse().ok();
    duration
        .filter(|duration| !duration.is_negative())
        .ok_or_else(|| "write it as in 90m, 24h or 30s".to_owned())
}

/// A connection to the live organization.
pub(super) struct Connection {
    pub(super) client: Client,
    /// The base URL; `None` for an embedded sandbox.
    pub(super) api_url: Option<String>,
    /// The name of the organization in the files, for people; may be empty.
    organization: String,
    /// Lives as long as the run.
    #[cfg(feature = "sandbox")]
    _sandbox: Option<Sandbox>,
}

/// Connects to the live organization, which has this name in the files; it may be empty.
pub(super) async fn connect(
    args: &LiveArgs,
    organization: &str,
    console: &mut Console,
) -> Result<Connection, Failure> {
    let organization = organization.to_owned();
    let cancellation = Cancellation::default();
    if let Some(limit) = args.timeout {
        let (cancellation, limit) = (cancellation.clone(), limit.unsigned_abs());
        tokio::spawn(async move {
            tokio::time::sleep(limit).await;
            cancellation.cancel("the time limit of --timeout is reached");
        });
    }
    let concurrency = usize::from(args.concurrency);
    let per_second = args.max_requests_per_second;
    let options = ClientOptions { per_second, concurrency, cancellation, ..ClientOptions::default() };
    #[cfg(feature = "sandbox")]
    if let Some(seed) = &args.sandbox {
        let (sandbox, url, key) = super::sandbox::embed(seed).await?;
        let client = Client::new(url, &key)?.with_options(options);
        return Ok(Connection { client, api_url: None, organization, _sandbox: Some(sandbox) });
    }
    let url = api_url(args)?;
    let key = key::read(&args.key, console)?;
    // The URL is in plans, names of journals and logs.
    if key.is_in(&url.to_string()) {
        let help = "remove the key from the URL: orgsync sends it in a header";
        return Err(Failure::usage("the base URL contains the Admin API key", help));
    }
    let api_url = Some(url.to_string());
    let client = Client::new(url, &key)?;
    // A sandbox on this machine needs no limit.
    let usual = (!client.is_local()).then_some(USUAL_PACE);
    let client = client.with_options(ClientOptions { per_second: options.per_second.or(usual), ..options });
    Ok(Connection {
        client,
        api_url,
        organization,
        #[cfg(feature = "sandbox")]
        _sandbox: None,
    })
}

fn api_url(args: &LiveArgs) -> Result<ApiUrl, UrlError> {
    // Not through clap, which would treat the variable as a given option and report conflicts. In pipelines, an unset
    // variable is often an empty text.
    let variable = || Some(std::env::var_os(URL_VARIABLE)?.to_string_lossy().into_owned());
    let set = args.api_url.clone().or_else(variable).filter(|url| !url.is_empty());
    set.map_or_else(|| Ok(ApiUrl::default()), |url| url.parse())
}

/// Whether the organization is a sandbox: embedded, or on this machine.
pub(super) fn is_sandbox(args: &LiveArgs) -> Result<bool, UrlError> {
    #[cfg(feature = "sandbox")]
    if args.sandbox.is_some() {
        return Ok(true);
    }
    Ok(api_url(args)?.is_loopback())
}

/// Whether a live organization is named: a snapshot, a sandbox, or one that a key belongs to.
pub(super) fn can_read(args: &SourceArgs) -> bool {
    #[cfg(feature = "sandbox")]
    if args.live.sandbox.is_some() {
        return true;
    }
    args.snapshot.is_some() || key::is_given(&args.live.key)
}

/// Reads the live organization, which has this name in the files; it may be empty. Also returns its origin.
pub(super) fn read(
    args: &SourceArgs,
    organization: &str,
    console: &mut Console,
) -> Result<(Live, Origin), Failure> {
    let nothing = async |_: &Connection, _: &Live| Ok(());
    read_with(args, organization, console, |_| (), nothing).map(|(live, origin, ())| (live, origin))
}

/// Reads the live organization, and `then` what the audit log tells. A snapshot may have events of its own.
pub(super) fn read_with<T>(
    args: &SourceArgs,
    organization: &str,
    console: &mut Console,
    of_snapshot: impl FnOnce(Option<Vec<AuditEvent>>) -> T,
    then: impl AsyncFnOnce(&Connection, &Live) -> Result<T, Failure>,
) -> Result<(Live, Origin, T), Failure> {
    if let Some(path) = &args.snapshot {
        let StoredOrganization { live, taken_at, events } = from_snapshot(path)?;
        if let Some(days) = taken_at.and_then(days_old) {
            let path = escape::line(path.as_str());
            console.warn(&format!("the snapshot `{path}` is {} old", count(days, "day")))?;
        }
        let organization_id = live.organization_id;
        return Ok((live, Origin { organization_id, api_url: None, taken_at }, of_snapshot(events)));
    }
    runtime()?.block_on(async {
        let connection = connect(&args.live, organization, console).await?;
        let reading = async {
            let (live, origin) = connection.read_quietly().await?;
            let log = then(&connection, &live).await?;
            Ok((live, origin, log))
        };
        connection.show(reading).await
    })
}

impl Connection {
    /// Reads the live organization. Also returns its origin.
    pub(super) async fn read(&self) -> Result<(Live, Origin), Failure> {
        self.show(self.read_quietly()).await
    }

    /// Waits for a reading, and shows on a terminal how far it is.
    pub(super) async fn show<T>(&self, reading: impl Future<Output = T>) -> T {
        show_progress(&self.organization, self.client.progress(), reading).await
    }

    async fn read_quietly(&self) -> Result<(Live, Origin), Failure> {
        let live = self.client.read_live().await?;
        let origin =
            Origin { organization_id: live.organization_id, api_url: self.api_url.clone(), taken_at: None };
        Ok((live, origin))
    }
}

/// The age in whole days; `None` if it is less than a day.
fn days_old(taken_at: Timestamp) -> Option<usize> {
    let days = clock::now().duration_since(taken_at).as_hours() / 24;
    usize::try_from(days).ok().filter(|days| *days > 0)
}

/// What a snapshot holds.
fn from_snapshot(path: &Utf8Path) -> Result<StoredOrganization, Failure> {
    let help = "name a snapshot that this version of orgsync has written: `orgsync snapshot --out FILE`";
    let file = File::open(path)
        .map_err(|error| Failure::failed(format!("the snapshot `{path}` can't be read: {error}"), help))?;
    let live = Snapshot::read_live(BufReader::new(file));
    live.map_err(|error| Failure::failed(format!("the snapshot `{path}` can't be used: {error}"), help))
}
