//! `orgsync sandbox`.

use super::args::SandboxArgs;
use super::console::Console;
use super::failure::{Exit, FAULT_RULES, Failure};
use crate::sandbox::{FaultRules, Sandbox, Seed, Settings};
use camino::Utf8Path;

pub(super) fn run(args: &SandboxArgs, console: &mut Console) -> Result<Exit, Failure> {
    let settings = Settings {
        listen: args.listen,
        api_key: args.api_key.clone(),
        seed: args.seed.as_deref().map(read_seed).transpose()?,
        purchased: args.purchased.iter().copied().collect(),
        state: args.state.clone(),
        faults: args.faults.as_deref().map(read_faults).transpose()?.unwrap_or_default(),
    };
    super::runtime()?.block_on(async {
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

/// Reads a seed from a file.
pub(super) fn read_seed(path: &Utf8Path) -> Result<Seed, Failure> {
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
