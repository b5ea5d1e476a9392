#![doc = include_str!("../README.md")]

#[cfg(feature = "cli")]
pub mod cli;
mod clock;
mod faults;
mod instant;
mod organization;
mod seed;
mod server;
mod state_file;
mod text;
mod validation;

pub use faults::{FaultRules, FaultRulesError};
pub use organization::Product;
pub use seed::{Seed, SeedError};

use camino::Utf8PathBuf;
use server::{AppState, ConnectionCloser, Connections};
use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// What to serve, and where. It has no `Debug`, because it contains the key.
#[derive(Clone)]
pub struct Settings {
    /// A loopback address; port 0 means any free one.
    pub listen: SocketAddr,
    /// The key that the Admin API requires.
    pub api_key: String,
    /// The organization at the start; `None` means one admin, `admin@sandbox.example`.
    pub seed: Option<Seed>,
    /// Number of seats per product; overrides the seed and the state.
    pub purchased: BTreeMap<Product, u32>,
    /// The file that keeps the organization between runs. If it exists, the seed is ignored.
    pub state: Option<Utf8PathBuf>,
    /// The rules of injected faults at the start.
    pub faults: FaultRules,
}

impl Default for Settings {
    /// Any free port, the key `sandbox-key`, one admin, unlimited seats, no state file and no injected faults.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            api_key: "sandbox-key".to_owned(),
            seed: None,
            purchased: BTreeMap::new(),
            state: None,
            faults: FaultRules::default(),
        }
    }
}

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The address is not a loopback address.
    #[error("a sandbox listens only on loopback, and {0} is not a loopback address")]
    NotLoopback(SocketAddr),
    /// The address is in use, or not available on this machine.
    #[error("the sandbox can't listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
    /// The state file has no valid state.
    #[error("the state file is not usable")]
    State(#[source] SeedError),
    /// The state file can't be read or written.
    #[error("the state file `{0}` can't be read and written")]
    StateIo(Utf8PathBuf, #[source] io::Error),
}

/// A running sandbox. It stops when this is dropped; requests under way are still answered.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    task: JoinHandle<io::Result<()>>,
    stop: oneshot::Sender<()>,
}

impl Sandbox {
    /// Starts to serve. When it returns, the sandbox accepts requests.
    ///
    /// # Errors
    ///
    /// The address is not a loopback one or can't be listened on, or the state file can't be read or written.
    pub async fn start(settings: Settings) -> Result<Self, SandboxError> {
        let Settings { listen, api_key, seed, purchased, state, faults } = settings;
        if !listen.ip().to_canonical().is_loopback() {
            return Err(SandboxError::NotLoopback(listen));
        }
        let stored = state.as_deref().map(state_file::read).transpose().map_err(|error| match error {
            state_file::ReadError::Io(error) => {
                SandboxError::StateIo(state.clone().unwrap_or_default(), error)
            }
            state_file::ReadError::Seed(error) => SandboxError::State(error),
        })?;
        let now = clock::now();
        let seed = stored.flatten().or(seed).unwrap_or_else(|| Seed::default_at(now));
        let organization = seed.start(purchased, now);
        // Report now if the file can't be written, not after the first change.
        if let Some(path) = &state {
            let text = seed::write(&organization, organization.now(now)).map_err(io::Error::from);
            let written = text.and_then(|text| state_file::write(path, &text));
            written.map_err(|error| SandboxError::StateIo(path.clone(), error))?;
        }
        let listener =
            TcpListener::bind(listen).await.map_err(|error| SandboxError::Listen(listen, error))?;
        let address = listener.local_addr().map_err(|error| SandboxError::Listen(listen, error))?;
        let app = Arc::new(AppState::new(api_key, address.port(), state, organization));
        app.set_faults(faults);
        let router = server::router(app).into_make_service_with_connect_info::<ConnectionCloser>();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = axum::serve(Connections(listener), router).with_graceful_shutdown(async {
            let _ = stopped.await;
        });
        Ok(Self { address, task: tokio::spawn(serving.into_future()), stop })
    }

    /// The base URL, such as `http://127.0.0.1:4000`; the Admin API is under `/v1/admin` there.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Serves until this future is dropped.
    pub async fn run_until_stopped(self) {
        let Self { task, stop, .. } = self;
        if let Err(error) = task.await {
            tracing::error!(%error, "the sandbox stopped");
        }
        drop(stop);
    }
}
