//! `orgsync sandbox`, and the sandbox of `--sandbox`. Absent from builds without the feature `sandbox`.

use super::console::Console;
use super::failure::{Exit, Failure};
use super::runtime::runtime;
use crate::api::{ApiKey, ApiUrl};
use camino::Utf8Path;
use mistral_admin_sandbox::cli::{Options, OptionsError, read_seed};
use mistral_admin_sandbox::{Sandbox, SandboxError, Settings};

pub(super) fn run(options: &Options, console: &mut Console) -> Result<Exit, Failure> {
    let settings = options.settings()?;
    runtime()?.block_on(async {
        let sandbox = Sandbox::start(settings).await?;
        writeln!(console.out(), "{}", sandbox.url())?;
        console.out().flush()?;
        let admin = format!("{}/v1/admin", sandbox.url());
        writeln!(
            console.err(),
            "Serving a local organization. Its Admin API is at {admin}. Press Ctrl-C to stop it."
        )?;
        sandbox.run_until_stopped().await;
        Ok(Exit::Done)
    })
}

/// Starts a sandbox for one run. The key is random, so that no other program reaches it.
pub(super) async fn embed(seed: &Utf8Path) -> Result<(Sandbox, ApiUrl, ApiKey), Failure> {
    let key = uuid::Uuid::new_v4().to_string();
    let settings = Settings { api_key: key.clone(), seed: Some(read_seed(seed)?), ..Settings::default() };
    let sandbox = Sandbox::start(settings).await?;
    let url = format!("{}/v1/admin", sandbox.url()).parse()?;
    let key = ApiKey::new(&key).map_err(|error| Failure::from(&error))?;
    Ok((sandbox, url, key))
}

impl From<SandboxError> for Failure {
    fn from(error: SandboxError) -> Self {
        let help = match error {
            SandboxError::NotLoopback(_) => {
                return Self::usage(
                    error.to_string(),
                    "listen on 127.0.0.1 or [::1], as in --listen 127.0.0.1:4242",
                );
            }
            SandboxError::Listen(..) => {
                "choose another port with --listen, or leave --listen out to use a free port"
            }
            SandboxError::State(_) => "fix the file, or name a new one with --state",
            SandboxError::StateIo(..) => "name a file in a writable folder with --state",
        };
        Self::new(Exit::Failed, error.into(), help)
    }
}

impl From<OptionsError> for Failure {
    fn from(error: OptionsError) -> Self {
        let help = match error {
            OptionsError::SeedFile(..) => {
                "name a snapshot of an organization, such as examples/acme/sandbox.json"
            }
            OptionsError::Seed(_) => "fix the file, or take a new snapshot: `orgsync snapshot --out FILE`",
            OptionsError::FaultsFile(..) | OptionsError::Faults(_) => {
                r#"name a file, or write the rules themselves: '{"rules": [{"kind": "latency", "ms": 200}]}'"#
            }
        };
        Self::failed(error.to_string(), help)
    }
}
