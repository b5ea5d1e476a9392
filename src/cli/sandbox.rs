//! `orgsync sandbox`, and the sandbox of `--sandbox`. Absent from builds without the feature `sandbox`.

use super::console::Console;
use super::failure::{Exit, Failure};
use super::output::path;
use super::runtime::runtime;
use crate::api::{ApiKey, ApiUrl};
use camino::{Utf8Path, Utf8PathBuf};
use mistral_admin_sandbox::{
    FaultRules, FaultRulesError, Product, Sandbox, SandboxError, Seed, SeedError, Settings,
};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

/// What to do where rules for injected faults can't be read.
const FAULT_RULES: &str =
    r#"name a file, or write the rules themselves: '{"rules": [{"kind": "latency", "ms": 200}]}'"#;

#[derive(Debug, clap::Args)]
pub(super) struct SandboxArgs {
    /// Start as this snapshot [default: one admin, admin@sandbox.example]
    #[arg(long, value_name = "SNAPSHOT", value_parser = path)]
    pub(super) seed: Option<Utf8PathBuf>,
    /// The loopback address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0", value_parser = address)]
    pub(super) listen: SocketAddr,
    /// The key that the Admin API demands
    #[arg(long, value_name = "KEY", default_value = "sandbox")]
    pub(super) api_key: String,
    /// Seats bought, as in le_chat=3,mistral_code=1 [default: unlimited, or what the snapshot says]
    #[arg(long, value_name = "PRODUCT=N", value_delimiter = ',', value_parser = purchase)]
    pub(super) purchased: Vec<(Product, u32)>,
    /// Keep the organization in this file between runs
    #[arg(long, value_name = "FILE", value_parser = path)]
    pub(super) state: Option<Utf8PathBuf>,
    /// Let requests meet faults from the start: a file with what POST /sandbox/faults takes, or that text itself
    #[arg(long, value_name = "FILE|JSON")]
    pub(super) faults: Option<String>,
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

pub(super) fn run(args: &SandboxArgs, console: &mut Console) -> Result<Exit, Failure> {
    let settings = Settings {
        listen: args.listen,
        api_key: args.api_key.clone(),
        seed: args.seed.as_deref().map(read_seed).transpose()?,
        purchased: args.purchased.iter().copied().collect(),
        state: args.state.clone(),
        faults: args.faults.as_deref().map(read_faults).transpose()?.unwrap_or_default(),
    };
    runtime()?.block_on(async {
        let sandbox = Sandbox::start(settings).await?;
        writeln!(console.out(), "{}", sandbox.url())?;
        console.out().flush()?;
        let admin = format!("{}/v1/admin", sandbox.url());
        writeln!(
            console.err(),
            "A local organization is served; its Admin API is at {admin}. Ctrl-C stops it."
        )?;
        sandbox.run_until_stopped().await;
        Ok(Exit::Done)
    })
}

/// Starts a sandbox for one run. The key is random, so that no other program reaches it.
pub(super) async fn embed(seed: &Utf8Path) -> Result<(Sandbox, ApiUrl, ApiKey), Failure> {
    let key = uuid::Uuid::new_v4().to_string();
    let settings = Settings {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        api_key: key.clone(),
        seed: Some(read_seed(seed)?),
        purchased: BTreeMap::new(),
        state: None,
        faults: FaultRules::default(),
    };
    let sandbox = Sandbox::start(settings).await?;
    let url = format!("{}/v1/admin", sandbox.url()).parse()?;
    let key = ApiKey::new(&key).map_err(|error| Failure::from(&error))?;
    Ok((sandbox, url, key))
}

/// Reads a seed from a file.
fn read_seed(path: &Utf8Path) -> Result<Seed, Failure> {
    let text = read_ordinary(path).map_err(|error| {
        Failure::failed(
            format!("the seed `{path}` can't be read: {error}"),
            "name a snapshot of an organization, such as examples/acme/sandbox.json",
        )
    })?;
    Ok(Seed::parse(path.as_str(), &text)?)
}

/// Reads the rules of faults from a file, or from the argument itself.
fn read_faults(argument: &str) -> Result<FaultRules, Failure> {
    let text = match argument.trim_start().starts_with('{') {
        true => argument.to_owned(),
        false => read_ordinary(Utf8Path::new(argument)).map_err(|error| {
            Failure::failed(format!("the faults `{argument}` can't be read: {error}"), FAULT_RULES)
        })?,
    };
    Ok(FaultRules::parse(&text)?)
}

fn read_ordinary(path: &Utf8Path) -> std::io::Result<String> {
    match std::fs::metadata(path)?.is_file() {
        true => std::fs::read_to_string(path),
        false => Err(std::io::Error::other("it is no ordinary file")),
    }
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
            SandboxError::Listen(..) => "choose another port with --listen, or none, which takes a free one",
            SandboxError::State(_) => "mend the file, or name one that is not there yet with --state",
            SandboxError::StateIo(..) => "name a file in a folder that you may write with --state",
        };
        Self::new(Exit::Failed, error.into(), help)
    }
}

impl From<SeedError> for Failure {
    fn from(error: SeedError) -> Self {
        Self::failed(error.to_string(), "mend the file, or take a new one: `orgsync snapshot --out FILE`")
    }
}

impl From<FaultRulesError> for Failure {
    fn from(error: FaultRulesError) -> Self {
        Self::failed(error.to_string(), FAULT_RULES)
    }
}
