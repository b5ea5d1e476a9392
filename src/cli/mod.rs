//! The command line: puts the parts together, one command a file.
//!
//! Results go to stdout, all else to stderr. `failure` is the one place that turns a failure into an exit status.

mod apply;
mod args;
mod base;
mod config;
mod console;
mod explain;
mod export;
mod failure;
mod formats;
mod live;
mod log;
mod manual;
mod output;
mod plan;
#[cfg(feature = "sandbox")]
mod sandbox;
mod schema;
mod seats;
mod signals;
mod snapshot;
mod suggest;
mod validate;
mod values;

use args::Command;
use console::Console;
use failure::Failure;
use signals::Signals;
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the program with its arguments, the first of which is its own name, and gives its exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut console = Console::new();
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let args = match suggest::parse(&arguments) {
        Ok(args) => args,
        Err(error) => return failure::usage(error, &arguments).into(),
    };
    log::start(&mut console);
    let signals = Signals::listen();
    let exit = match args.command {
        Command::Validate(args) => validate::run(&args, &mut console),
        Command::Plan(args) => plan::run(&args, &mut console),
        Command::Apply(args) => apply::run(&args, &signals, &mut console),
        #[cfg(feature = "sandbox")]
        Command::Sandbox(args) => sandbox::run(&args, &mut console),
        Command::Export(args) => export::run(&args, &mut console),
        Command::Seats(args) => seats::run(&args, &mut console),
        Command::Explain(args) => explain::run(&args, &mut console),
        Command::Snapshot(args) => snapshot::run(&args, &mut console),
        Command::Schema(args) => schema::run(&args, &mut console),
        Command::Completions { shell } => manual::completions(shell, &mut console),
        Command::Man(args) => manual::run(&args, &mut console),
    };
    let exit = exit.unwrap_or_else(|error| failure::explain(&error, &mut console));
    console.finish(exit).into()
}

/// A runtime for the commands that talk to somebody.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(|error| {
        let help = "end other programs, or raise the limits of this user (`ulimit -a`), and run it again";
        Failure::failed(format!("the system gives no threads: {error}"), help)
    })
}
