//! The command line, with one file per command.
//!
//! Results go to stdout, everything else to stderr. A command returns an exit status or a `Failure`, which is shown
//! here.

mod apply;
mod args;
mod base_ref;
mod config;
mod console;
mod due;
mod environment;
mod explain;
mod export;
mod failure;
mod git;
mod history;
mod key;
mod live;
mod manual;
mod members;
mod output;
mod plan;
mod reading;
mod runtime;
#[cfg(feature = "sandbox")]
mod sandbox;
mod schema;
mod scope;
mod seats;
mod snapshot;
mod status_line;
mod suggest;
mod validate;

use args::{Args, Command};
use clap::CommandFactory as _;
use console::Console;
use environment::Completed;
use failure::{Exit, Failure};
use key::harmless;
use runtime::Signals;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// Runs the program with its arguments, starting with its own name, and returns its exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let given: Vec<OsString> = arguments.into_iter().collect();
    let completed = environment::complete(&given, &Args::command(), |name| std::env::var_os(name));
    let args = match suggest::parse(&completed.words) {
        Ok(args) => args,
        Err(error) => return usage(error, &completed).into(),
    };
    args.color.write_global();
    let mut console = Console::new();
    console.start_log();
    for warning in environment::unknown(&Args::command(), std::env::vars_os().map(|(name, _)| name)) {
        let _ = console.warn(&harmless(&warning));
    }
    let signals = Signals::listen();
    let exit = match args.command {
        Command::Validate(args) => validate::run(&args, &mut console),
        Command::Plan(args) => plan::run(&args, &mut console),
        Command::Apply(args) => apply::run(&args, &signals, &mut console),
        #[cfg(feature = "sandbox")]
        Command::Sandbox(args) => sandbox::run(&args, &mut console),
        Command::Export(args) => export::run(&args, &mut console),
        Command::Members(args) => members::run(&args, &mut console),
        Command::Seats(args) => seats::run(&args, &mut console),
        Command::Due(args) => due::run(&args, &mut console),
        Command::Explain(args) => explain::run(&args, &mut console),
        Command::Snapshot(args) => snapshot::run(&args, &mut console),
        Command::Schema(args) => schema::run(&args, &mut console),
        Command::Completions { shell } => manual::completions(shell, &mut Args::command(), &mut console),
        Command::Man(args) => manual::run(&args, Args::command(), &mut console),
    };
    let exit = exit.unwrap_or_else(|error| explain(&error, &mut console));
    console.finish(exit).into()
}

/// A command line that can't be understood, or help that was asked for. Messages repeat words of the command line,
/// which a shell may have expanded from file names.
fn usage(error: clap::Error, Completed { words: arguments, added }: &Completed) -> Exit {
    let exit = if error.use_stderr() { Exit::Usage } else { Exit::Done };
    let words: Vec<_> = arguments.iter().map(|word| harmless(&word.to_string_lossy())).collect();
    let as_given = || arguments.iter().zip(&words).all(|(word, harmless)| word.to_str() == Some(harmless));
    let shown = if as_given() { Err(error) } else { suggest::parse(&words).map(|_| error) };
    match shown {
        Err(mut error) => {
            suggest::suggest(&mut error, words.iter().map(String::as_str));
            let _ = error.print();
        }
        Ok(error) => drop(writeln!(io::stderr(), "error: {}", harmless(&error.to_string()))),
    }
    for (option, variable) in added.iter().filter(|_| exit == Exit::Usage) {
        let _ = writeln!(io::stderr(), "  note: {option} comes from the variable {variable}");
    }
    exit
}

/// Shows a failure and returns its exit status.
fn explain(failure: &Failure, console: &mut Console) -> Exit {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    // Messages name files and causes as they are. Each is one line, here at the latest.
    let message = console.wrap_err(&harmless(&failure.to_string()), "error: ");
    let help = console.wrap_err(&harmless(&failure.help), "  help: ");
    let _ = writeln!(console.err(), "{style}error{style:#}: {message}\n  help: {help}");
    failure.exit
}
