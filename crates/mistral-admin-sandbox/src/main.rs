//! Serves a sandbox until it is stopped. The first line of output is its base URL.

use clap::Parser as _;
use mistral_admin_sandbox::{Sandbox, cli::Options};
use std::error::Error;
use std::io::Write as _;

/// A local organization that answers like the Admin API of Mistral AI
#[derive(Debug, clap::Parser)]
#[command(version, about)]
struct Args {
    #[command(flatten)]
    options: Options,
}

fn main() -> Result<(), Box<dyn Error>> {
    let settings = Args::parse().options.settings()?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let sandbox = Sandbox::start(settings).await?;
        writeln!(std::io::stdout(), "{}", sandbox.url())?;
        sandbox.run_until_stopped().await;
        Ok(())
    })
}
