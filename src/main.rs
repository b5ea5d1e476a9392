//! The `orgsync` command.
fn main() {}
