//! The `orgsync` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    orgsync::cli::run(std::env::args_os())
}
